"""Which types of resources there are, and where each may let somebody outside in: data.

`NAME.json`: the published types, by what they begin with, made by
`python -m tests.collect.iac.registry`. `doors-NAME.json`: kept by hand, by sort (see `doors.py`),
type → paths of its properties, `*` for each item of a list, `%` for each value of a mapping. A type
with no path bears no trust. `unless`: the property that keeps `Principal` to an own organization.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources

import msgspec

Doors = tuple[tuple[str, tuple[str, ...]], ...]
"""Sort and path of each property."""


@dataclass(frozen=True)
class Kinds:
    """`known`: all published types. `doors`: of those that may bear trust, where it stands;
    `unless`: where it may stand that `Principal` is kept to an organization."""

    known: frozenset[str]
    doors: dict[str, Doors]
    unless: dict[str, tuple[str, ...]]


class _Published(msgspec.Struct):
    source: str
    types: dict[str, str]


@functools.cache
def kinds(name: str) -> Kinds:
    """The types of `cloudformation` or `terraform`."""
    published = msgspec.json.decode(_text(f"{name}.json"), type=_Published)
    known = {start + end for start, ends in published.types.items() for end in ends.split()}
    listed = msgspec.json.decode(_text(f"doors-{name}.json"), type=dict[str, dict[str, str]])
    unless = {kind: tuple(path.split(".")) for kind, path in listed.pop("unless", {}).items()}
    doors: dict[str, Doors] = {}
    for sort, by_type in listed.items():
        for kind, paths in by_type.items():
            found = tuple((sort, tuple(path.split("."))) for path in paths.split())
            doors[kind] = (*doors.get(kind, ()), *found)
    return Kinds(frozenset(known | doors.keys()), doors, unless)


def _text(name: str) -> bytes:
    return resources.files(__package__).joinpath(name).read_bytes()
