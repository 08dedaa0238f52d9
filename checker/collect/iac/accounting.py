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

from checker.collect.iac.bare_documents import bare_documents, call_of
from checker.collect.iac.doors import Doors as DoorReader
from checker.collect.iac.kinds import Doors, Kinds
from checker.collect.iac.paths import values_at_path
from checker.collect.iac.targets import arn_of, handed_to_sdk
from checker.collect.iac.untold import CONTEXT, is_untold
from checker.publishers import has_name_alone
from checker.snapshot.records import Tally
from checker.trust.document.decode import as_list

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
_RUN = ("body", "call")
"""Sorts that may name documents within."""
_TASKS = ("TaskArn", "task_arn")
"""A task of a window: a document may have a name alone, workflows and functions have ARNs."""
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

    def documents(self, kind: str, *variants: Any) -> tuple[str, ...]:
        """The documents of Systems Manager that it runs and names without an account."""
        values = ((sort, path, _told(sort, value, one))
                  for one in variants for sort, path in self.doors(kind)
                  if sort in _RUN or path[-1] in _TASKS
                  for value in values_at_path(one, path))  # fmt: skip
        found = [name for sort, path, value in values for name in _documents(sort, path, value)]
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


def _documents(sort: str, path: tuple[str, ...], value: Any) -> Iterator[str]:
    if sort == "body":
        yield from bare_documents(value)
    elif sort == "call":
        for one in as_list(value):
            yield from bare_documents(handed_to_sdk(one), call_of(arn_of(one)))
    elif path[-1] in _TASKS and isinstance(value, str) and has_name_alone(value):
        yield value


def _called(path: tuple[str, ...]) -> str:
    return ".".join(path).replace("%", "*")
