"""CloudFormation's dialect of YAML: tags of functions, text as written; and JSON (`jsontext.py`).

PyYAML's events suffice, bounded, with the line of every key. cfn-lint's decoder would bring 40 MB
of schemas along, and reads an alias bomb or a file of 100 MB without a murmur.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import yaml

from checker.collect.iac.jsontext import DEPTH, is_json, parse_json
from checker.collect.iac.likeness import as_utf8
from checker.document import Location
from checker.errors import InputError
from checker.trust.document.decode import as_list
from checker.yamlfile import Builder, Event, parse_yaml

MAX_BYTES = 4 << 20  # CloudFormation takes 1 MB
_BARE = ("Ref", "Condition")
_CORE = "tag:yaml.org,2002:"
_resolver: Any = yaml.resolver.Resolver()
_LONGEST = len("false")
_BOOL = yaml.constructor.SafeConstructor.bool_values


class Template:
    """A parsed template: all scalars are text as written, `None` for null.

    `twice`: keys that stand twice in one mapping, with the line of the one that counts.
    """

    def __init__(
        self, path: str, value: dict[str, Any], lines: Callable[[], dict[Location, int]],
        twice: Iterable[tuple[int, str]] = (),
    ) -> None:  # fmt: skip
        self.path, self.value, self.twice = path, value, tuple(twice)
        self._find_lines = lines
        self._known: dict[Location, int] | None = None

    def line(self, *at: str) -> int:
        """The line of a key, or of the nearest one around it."""
        lines = self._lines
        while at and at not in lines:
            at = at[:-1]
        return lines.get(at, 1)

    @property
    def _lines(self) -> dict[Location, int]:
        if self._known is None:
            self._known = self._find_lines()
        return self._known

    def alias(self, at: Location, other: Location) -> None:
        """Says that a key which was made from another is written where that one is."""
        self._lines[at] = self._lines.get(other, 1)

    def section(self, name: str) -> dict[str, Any]:
        """A part of the template. Raises InputError where it is no mapping."""
        found = self.value.get(name)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise InputError(f"{name} is no mapping", path=self.path, line=self.line(name))
        return found


def parse_template(data: bytes, path: str) -> Template:
    """Raises InputError, with file and line, for whatever cannot be read."""
    if len(data) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES >> 20} MiB", path=path, line=1)
    data, refused = as_utf8(data, path), None
    if is_json(data):
        try:
            return _from_json(data, path)
        except NoTemplateError:
            raise
        except InputError as error:
            refused = error  # a flow mapping of YAML begins alike
    try:
        return _from_yaml(data, path)
    except InputError as error:
        raise refused or error from None


def _from_json(data: bytes, path: str) -> Template:
    found = parse_json(data, path)
    return Template(path, _mapping(found.value, path), found.lines, found.twice)


def _from_yaml(data: bytes, path: str) -> Template:
    built: list[TemplateBuilder] = []

    def builder(path: str, text: str) -> TemplateBuilder:
        built.append(TemplateBuilder(path, text))
        return built[0]

    document = parse_yaml(data, path, builder)
    lines = {at: mark.line for at, mark in document.marks.items()}
    return Template(path, _mapping(document.value, path), lambda: lines, built[0].twice)


class NoTemplateError(InputError):
    """A file that was read, and is something else."""


def _mapping(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NoTemplateError("not a template: it is no mapping", path=path, line=1)
    return value


class TemplateBuilder(Builder):
    """Marks tell where the key stands. An alias is the very object that it names, so that no bomb
    goes off here; what walks over it counts its steps."""

    reviewed = False  # CloudFormation takes them as they are

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.twice: list[tuple[int, str]] = []
        self._anchors: dict[str, Any] = {}

    def _value(self, event: Event, at: Location) -> Any:
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise self._refused(event, f"the alias {event.anchor!r} names nothing before it")
            return self._anchors[event.anchor]
        if len(at) > 64:
            raise self._refused(event, "nested deeper than 64")
        value = _call(event.tag, self._plain(event, at))
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _plain(self, event: Event, at: Location) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return _text(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(at)
        return self._sequence(at)

    def _mapping(self, at: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merged: list[dict[str, Any]] = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refused(event, "a key must be text")
            key, here = event.value, (*at, event.value)
            if key in result:  # CloudFormation takes the last one
                self.twice.append((self._mark(event).line, key))
            if len(here) <= DEPTH:
                self.marks[here] = self._mark(event)
            value = self._value(next(self._events), here)
            if key == "<<" and event.implicit[0]:
                several = as_list(value)
                merged += [one for one in several if isinstance(one, dict)]
            else:
                result[key] = value
        for one in merged:
            result = {**one, **result}
        return result


def _text(event: Event) -> str | None:
    """As written, as CloudFormation's values are text: `012345678901` stays an account id and
    `2012-10-17` a version."""
    text: str = event.value
    if not event.implicit[0] or len(text) > _LONGEST:
        return text  # quoted or tagged, or no word that YAML knows
    kind = _resolver.resolve(yaml.ScalarNode, text, event.implicit)
    if kind == f"{_CORE}null":
        return None
    return str(_BOOL[text.lower()]).lower() if kind == f"{_CORE}bool" else text


def _call(tag: str | None, value: Any) -> Any:
    """The long form of a function's tag."""
    if tag is None or tag == "!" or tag.startswith(_CORE):
        return value
    name = tag.removeprefix("!")
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in _BARE else f"Fn::{name}": value}
