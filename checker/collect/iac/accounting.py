"""Every resource of templates and plans is accounted for.

A resource is one of: **read** (a role, a use of images, a stack: turned into records); **without
trust** (its type cannot let anybody outside in, or here it does not); **not read** (it does let
somebody in, by a property that nothing here reads yet: a gap that names both); **unknown** (a type
that no published list has).

How to use it (`kinds/` has the lists, `doors.py` tells open from shut):

    accounting = Accounting(kinds("cloudformation"), own=frozenset({"222222222222"}))
    for message in accounting.add("AWS::S3::BucketPolicy", properties):   # or read=True
        gaps.append(…)                       # "PolicyDocument lets in 999999999999"
    accounting.tally.sentence()              # "412 resources: 38 read, 371 without trust, …"

`properties` are resolved values with marks for what is not known (`unknown.py`). Several tallies
are added up with `+`. With `--strict` each resource of an unknown type is a gap too: `strict=True`
makes `add` answer so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from checker.collect.iac.doors import Doors as DoorReader
from checker.collect.iac.embedded import UNREAD, embedded, unknown_text
from checker.collect.iac.kinds import Doors, Kinds
from checker.collect.iac.unknown import OPEN, is_unresolved, unresolved, wholly
from checker.collect.iac.untold import CONTEXT, is_untold
from checker.snapshot.records import Tally

_VERBS = {
    "code": "runs code of",
    "body": "runs",
    "call": "runs",
    "setting": "lets anybody in:",
    "choice": "lets anybody in:",
    "template": "brings",
    "issuer": "lets in who has a login of",
    "abroad": "is another account's:",
    "reach": "hands over to",
}
_SETTINGS = "settings"
_MIXED = ("%", "ParameterValue", "parameter_value", "Id", "target_id")
"""Properties that name code among much else: what is wholly unknown there tells nothing."""
IsRead = Callable[[str, tuple[str, ...]], bool]
CUSTOM, CUSTOM_RESOURCE = "Custom::", "AWS::CloudFormation::CustomResource"


class Accounting:
    """Counts resources, and says of each what of it lets somebody in unread.

    `own`: own accounts, and the own organization's id; `aws`: what AWS has its accounts for, as
    far as these are no outsiders; `is_read`: whether a property of a type becomes a record."""

    def __init__(
        self, kinds: Kinds, own: frozenset[str], *, strict: bool = False,
        aws: Mapping[str, str] | None = None, is_read: IsRead = lambda _, __: False,
    ) -> None:  # fmt: skip
        self._is_read = is_read
        self._kinds, self._doors, self._strict = kinds, DoorReader(own, aws or {}), strict
        self._counts: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()

    @property
    def tally(self) -> Tally:
        """What was counted so far."""
        return Tally(**self._counts, unknown=dict(self._unknown))

    @property
    def told(self) -> tuple[str, ...]:
        """Sentences about what is open to AWS alone."""
        return tuple(f"AWS's own accounts are named, which is no gap: {use}."
                     for use in sorted(self._doors.seen))  # fmt: skip

    def add(self, kind: str, *variants: Any, read: bool = False) -> tuple[str, ...]:
        """Counts one resource, by its properties as they may be; answers a sentence for each door
        that is open."""
        found = tuple(dict.fromkeys(t for one in variants for t in self._open(kind, one)))
        if not read and not found and kind not in self._kinds.known:
            return self._of_unknown(kind, variants)
        self._counts["not_read" if found else "read" if read else "without_trust"] += 1
        return found

    def untold(self, kind: str, *variants: Any) -> tuple[str, ...]:
        """The properties that name code of an owner who is not known before deployment."""
        doors = [(sort, path, path[-1] in _MIXED) for sort, path in self.doors(kind)
                 if sort == _SETTINGS or not self._is_read(kind, path)]  # fmt: skip
        values = ((sort, path, mixed, one, value) for one in variants for sort, path, mixed in doors
                  for value in values_at_path(one, path))  # fmt: skip
        found = [_called(path) for sort, path, mixed, one, value in values
                 if is_untold(sort, _told(sort, value, one), one, mixed=mixed)]  # fmt: skip
        return tuple(dict.fromkeys(found))

    def _of_unknown(self, kind: str, variants: tuple[Any, ...]) -> tuple[str, ...]:
        """A gap where it names somebody outside, as then it may let them in."""
        plain = () if kind.startswith(CUSTOM) else variants
        named = dict.fromkeys(filter(None, map(self._doors.unread, plain)))
        self._unknown[kind] += 1
        who = f", which names {', '.join(named)}" if named else ""
        return (f"nothing is known of the type {kind}{who}",) if named or self._strict else ()

    def is_known(self, kind: str) -> bool:
        """Whether some list has it."""
        return kind in self._kinds.known or kind.startswith(CUSTOM)

    def not_read(self) -> None:
        """Counts a resource that may let anybody in, and that nobody here can read."""
        self._counts["not_read"] += 1

    def left_out(self) -> None:
        """Counts a resource that would not be made, and so lets nobody in."""
        self._counts["without_trust"] += 1

    def doors(self, kind: str) -> Doors:
        """Sort and path of each property that may let somebody in."""
        return self._kinds.doors.get(CUSTOM_RESOURCE if kind.startswith(CUSTOM) else kind, ())

    def paths(self, kind: str) -> tuple[tuple[str, ...], ...]:
        """Where the properties stand that are looked at."""
        unless = self._kinds.unless.get(kind)
        context = ((key,) for key in CONTEXT.get(kind, ()))
        return (*(path for _, path in self.doors(kind)), *((unless,) if unless else ()), *context)

    def is_narrowed(self, kind: str) -> bool:
        """Whether one property narrows another one."""
        return kind in self._kinds.unless

    def _kept_home(self, kind: str, properties: Any) -> bool:
        """Whether whoever is named must be of the own organization."""
        path = self._kinds.unless.get(kind)
        return path is not None and any(map(self._doors.owns, values_at_path(properties, path)))

    def _open(self, kind: str, properties: Any) -> Iterator[str]:
        home = self._kept_home(kind, properties)
        for sort, path in self.doors(kind):
            if self._is_read(kind, path) or (home and path == ("Principal",)):
                continue
            for value in values_at_path(properties, path):
                named = self._doors.named(sort, _told(sort, value, properties))
                if named:
                    yield f"{_called(path)} {_VERBS.get(sort, 'lets in')} {named}"


def _told(sort: str, value: Any, properties: Any) -> Any:
    """Of a call that is named by an ARN alone, all that stands beside it."""
    return properties if sort == "call" and isinstance(value, str) else value


def _called(path: tuple[str, ...]) -> str:
    return ".".join(path).replace("%", "*")


def values_at_path(
    value: Any, path: tuple[str, ...] | list[str], *, folded: bool = False
) -> Iterator[Any]:
    """The values at a path, where `*` is every item of a list and `%` every value of a mapping.
    Unknown on the way: unknown, and so is what a key that is not known may bring. JSON text on the
    way is looked into; `folded`: with keys in whatever case, as the providers' decoders take them.
    """
    if path and isinstance(value, str) and not _is_item(value, path):
        value, folded = _read(value, path), True
    if not path or (isinstance(value, str) and is_unresolved(value)):
        yield value
    elif path[0] in ("*", "%"):
        for one in _items(value, path):
            yield from values_at_path(one, path[1:], folded=folded)
    elif isinstance(value, dict):
        found = _keys(value, path[0], folded=folded)
        for key in found:
            yield from values_at_path(value[key], path[1:], folded=folded)
        yield from () if found else (key for key in value if key.startswith(OPEN))
    elif folded and isinstance(value, list):
        for one in value:
            yield from values_at_path(one, path, folded=folded)


def _read(text: str, path: tuple[str, ...] | list[str]) -> Any:
    """What it stands for. A path or a name may stand in place of an object, and tells nothing of
    it; in place of a list nothing does that anybody could read."""
    found = embedded(text)
    if found == UNREAD and (told := unknown_text(text)):
        return unresolved(told)
    return UNREAD if found is None and path[0] == "*" and text.strip() else found


def _is_item(text: str, path: tuple[str, ...] | list[str]) -> bool:
    """Whether it is a value itself, in place of a list of them."""
    return wholly(text) is not None or (
        [*path] == ["*"] and not text.lstrip().startswith(("[", "{"))
    )


def _items(value: Any, path: tuple[str, ...] | list[str]) -> list[Any]:
    """Terraform has some blocks of which there is but one as an object; who writes one value in
    place of a list means it."""
    if path[0] == "%":
        return [*value.values()] if isinstance(value, dict) else []
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) or (len(path) == 1 and value) else []


def _keys(value: dict[str, Any], name: str, *, folded: bool) -> list[str]:
    """Those by which a member is meant."""
    if not folded:
        return [name] if name in value else []
    return [key for key in value if key.casefold() == name.casefold()]
