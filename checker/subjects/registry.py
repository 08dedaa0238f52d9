"""All subjects: what a policy's `applies_to` may name, and where each is kept.

To add one: a folder with a `model.py` (SUBJECT, the published facts) and an `items.py` (`items`),
and a line here. `explain.py`, which not each has, tells `vendorgate explain` and proposals of it.
Nothing is imported before it is asked for: a check needs no models, a schema no items.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from checker.snapshot.files import ASSUMPTIONS, CODE_USES, IMAGE_USES, IMAGES, RESOURCES, USAGE

if TYPE_CHECKING:
    from checker.facts.base import Facts
    from checker.subjects.item import AllowlistKey, Item, Seen, Sighted
    from checker.subjects.world import World


class Row(NamedTuple):
    """`loop`: `first` for what the snapshot alone tells, `last` for what depends on what the first
    loop saw; None where another subject yields its items, as one reading shows both, or nobody
    does (`change`, which a review judges). `files`: its items are made of these alone, and a
    snapshot that names none of them is not asked."""

    folder: str
    loop: Literal["first", "last"] | None = "first"
    files: tuple[str, ...] = ()


SUBJECTS: dict[str, Row] = {
    "role_trust": Row("checker.subjects.role_trust"),
    "trust_policy": Row("checker.subjects.trust_policy", None),
    "role_usage": Row("checker.subjects.role_usage", files=(USAGE, ASSUMPTIONS)),
    "image_use": Row("checker.subjects.image_use", files=(IMAGE_USES,)),
    "image": Row("checker.subjects.shared_image", files=(IMAGES,)),
    "code_use": Row("checker.subjects.code_use", files=(CODE_USES,)),
    "guardrail": Row("checker.subjects.guardrail"),
    "image_parameter": Row("checker.subjects.image_parameter", None),
    "resource_access": Row("checker.subjects.resource_access", files=(RESOURCES,)),
    "resource_policy": Row("checker.subjects.resource_policy", None),
    "vendor": Row("checker.subjects.vendor", "last"),
    "exception": Row("checker.subjects.exception", "last"),
    "change": Row("checker.subjects.change", None),
}


class First(Protocol):
    """The `items` module of a subject of the first loop."""

    def items(self, world: World) -> Iterator[Item]: ...


class Last(Protocol):
    """The same of the last loop."""

    def items(self, world: World, seen: Seen) -> Iterator[Item]: ...


class Explained(Protocol):
    """The `explain` module of a subject that shows third parties."""

    MARK: str
    """The facts, by their names, that tell its findings from those of others."""
    KEY: str
    """Under which an explanation lists what it shows."""
    TITLE: str
    """The same in text; `{snapshot}` stands for the snapshot."""
    ALWAYS: bool
    """Whether it is listed where nothing of the kind was looked at, too."""

    def concerns(self, facts: dict[str, Any], ids: frozenset[str]) -> bool:
        """Whether it shows one of these third parties."""

    def row(self, item: Item) -> dict[str, Any]:
        """What an explanation says of an item."""

    def order(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """Where it stands in the list."""

    def line(self, row: dict[str, Any]) -> str:
        """In words."""

    def keys(self, facts: dict[str, Any]) -> Iterator[tuple[AllowlistKey, dict[str, Any]]]:
        """What an allowlist would have to name, each with the facts that name it."""

    def note(self, sighted: Sighted, account: str, facts: dict[str, Any], named: Any) -> None:
        """Tells a proposal where it was seen, and as what; `named`: the facts beside the key."""


def model(subject: str) -> type[Facts]:
    """The published facts."""
    subject_class: type[Facts] = import_module(f"{SUBJECTS[subject].folder}.model").SUBJECT
    return subject_class


def models() -> dict[str, type[Facts]]:
    """Of every subject."""
    return {subject: model(subject) for subject in SUBJECTS}


def first(files: Container[str]) -> Iterator[First]:
    """Those that the snapshot alone tells, in the order in which they are judged. `files`: those
    that it names."""
    rows = (row for row in SUBJECTS.values() if row.loop == "first")
    return (_items(row) for row in rows if not row.files or any(map(files.__contains__, row.files)))


def last() -> Iterator[Last]:
    """Those that depend on what was seen before."""
    return (_items(row) for row in SUBJECTS.values() if row.loop == "last")


def explained() -> dict[str, Explained]:
    """Those that show third parties: first those that are always listed."""
    by_subject = {
        subject: module for subject in SUBJECTS if (module := _explained(SUBJECTS[subject].folder))
    }
    return dict(sorted(by_subject.items(), key=lambda pair: not pair[1].ALWAYS))


def _items(row: Row) -> Any:
    return import_module(f"{row.folder}.items")


@cache
def _explained(folder: str) -> Any:
    name = f"{folder}.explain"
    return import_module(name) if find_spec(name) else None
