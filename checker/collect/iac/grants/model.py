"""What a type of code says of a resource, and what is asked of the code around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from checker.collect.iac.paths import values_at_path
from checker.collect.iac.target import Target
from checker.snapshot.records import Location

Json = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """`document`, `acl`, `grants`, `share`, `settings`: as a record has them, with marks for what
    is not known. `qualifier`: which alias or version of a function it is about; `bucket`: which
    bucket's access point it is; `kind`: of what it is said, where that is not the row's kind."""

    document: Any = None
    acl: list[Any] | None = None
    grants: list[Json] | None = None
    share: Any = None
    settings: Json = field(default_factory=dict)
    qualifier: Any = None
    bucket: Any = None
    kind: str | None = None

    @property
    def opens(self) -> bool:
        """Whether it may let anybody in."""
        told = (self.acl, self.grants, self.share)
        return self.document is not None or any(one is not None for one in told)


class Given:
    """The properties of one resource of code, by the names that the table has for them. `target`:
    where it would stand."""

    def __init__(self, properties: Any, keys: Mapping[str, str], target: Target) -> None:
        self._properties, self._keys, self.target = properties, keys, target

    def every(self, key: str) -> list[Any]:
        """All values, without null; none where the table has no such name."""
        path = self._keys.get(key)
        if path is None:
            return []
        found = values_at_path(self._properties, path.split("."))
        return [one for one in found if one is not None]

    def one(self, key: str) -> Any:
        """The first of them, None where there is none."""
        return next(iter(self.every(key)), None)


def written(value: Any) -> Any:
    """A policy, or none: an empty text is none."""
    return None if value == "" else value


Hangs = tuple[object, str] | None
"""What must be so for a resource of code to be there: around it, and a condition of its own."""


class Code(Protocol):
    """A template or a plan, as the records that are made of it need to know it."""

    @property
    def target(self) -> Target: ...

    @property
    def account(self) -> str:
        """Where its provider acts, or marked text, where nobody can tell that."""

    @property
    def form(self) -> str:
        """Whether it tells what will be, or, as a state, what is there."""

    @property
    def together(self) -> object:
        """All code that is applied at once."""

    @property
    def scope(self) -> object:
        """Within which names of the code mean the same."""

    def scope_of(self, name: str) -> object:
        """The same of a resource that another stack may make."""

    def target_of(self, name: str) -> Target:
        """Where a resource of the code stands: that of another provider is of its account."""

    def maker(self, mark: str) -> tuple[str, str] | None:
        """The resource of the code that an unknown value is of, and which attribute of it."""

    def type_of(self, name: str) -> str:
        """The type of a resource of the code."""

    def properties(self, name: str) -> Any:
        """Its properties, as they are by default."""

    def surely(self, name: str) -> Any:
        """The same that `properties` tells, as far as what is given tells it."""

    def documents(self) -> frozenset[str]:
        """How the documents of Systems Manager are called that it makes there, as far as that is
        known."""


Reader = Callable[[Given], Iterator[Said]]
_NAMING = ("named", "other")
_SHUTTING = (
    "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets", "bpa",
    "ownership", "kms_key", "auth", "vpc",
)  # fmt: skip
"""Names of values that decide of what something is said, and what is shut."""


@dataclass(frozen=True)
class Row:
    """One type of code. `kind`: of the resource that it tells of, which it is (`itself`), or which
    `keys["named"]` (or `"other"`) names. `keys`: names of values → paths of properties, `*` for
    each item; those that begin with `_` are looked at for their context alone. `default`: which
    one is meant where none is named."""

    kind: str
    keys: Mapping[str, str]
    itself: bool
    read: Reader
    default: str | None = None

    def settling(self) -> Iterator[str]:
        """The properties that tell of what it is, and what shuts that."""
        yield from self.tops_of(_NAMING + _SHUTTING)

    def naming(self) -> Iterator[str]:
        """Those that tell of what it is."""
        yield from self.tops_of(_NAMING)

    def shutting(self) -> Iterator[str]:
        """Those that tell what shuts it."""
        yield from self.tops_of(_SHUTTING)

    def tops_of(self, keys: tuple[str, ...]) -> Iterator[str]:
        yield from (path.partition(".")[0] for key, path in self.keys.items() if key in keys)

    def opening(self) -> Iterator[str]:
        """Those that tell who is let in, and not where."""
        told = (path for key, path in self.keys.items() if key not in ("named", "other", "arn"))
        yield from (path.partition(".")[0] for path in told)

    def tops(self) -> Iterator[str]:
        """The properties that are looked at."""
        yield from (path.partition(".")[0] for path in self.keys.values() if path)


@dataclass(frozen=True)
class Part:
    """What one resource of code says. `named`: the value that names the resource of which it says
    it; `when`: what must be so, in words; `aside`: it tells of others alone, as it is there
    already; `surely`: where a default tells the name, as what is given alone tells it;
    `rests`: a default tells what it shuts, or whether; `turns`: a plan changes that, or whom a key
    lets in; `gone`: a plan takes it away."""

    row: Row
    name: str
    named: Any
    said: Said
    place: Location
    code: Code
    when: str | None = None
    notes: tuple[str, ...] = ()
    hangs: Hangs = None
    aside: bool = False
    surely: Any = None
    rests: bool = False
    turns: bool = False
    gone: bool = False

    def within(self, when: str | None) -> Part:
        """The same where something else must be so, too."""
        both = [one for one in (self.when, when) if one]
        return replace(self, when=" and ".join(both) or None)
