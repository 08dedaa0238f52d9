"""Strict YAML: safe tags only, no aliases, no duplicate keys, bounded, with a position for all.

PyYAML parses; this module only forbids. A file is data that a person reviews in a pull request,
so whatever hides something from the reviewer (an alias, a key written twice) is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import yaml

from checker.bounded import unreadable
from checker.document import Document, Location, Mark
from checker.errors import InputError
from checker.hidden import refuse_breaks, refuse_hidden

MAX_BYTES = 16 << 20
MAX_DEPTH = 48
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT, _INTEGER = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int"
_scalars = yaml.constructor.SafeConstructor()
_resolver: Any = yaml.resolver.Resolver()
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*|[0-9]{12})")
"""As people read it; an account id that is not quoted has an error of its own."""
Event = Any
"""One of yaml.events, whose attributes the type stubs do not know."""


def read_yaml(path: Path) -> Document:
    """Reads one file. Raises InputError, with line and column, for whatever is not strict."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(error, path) from None
    return parse_yaml(data, str(path))


def parse_yaml(
    data: bytes, path: str, builder_of: Callable[[str, str], Builder] | None = None
) -> Document:
    """Parses YAML text of at most 16 MiB, nested at most 48 deep; another kind of file brings a
    builder that forbids less."""
    if len(data) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES >> 20} MiB", path=path)
    text = decoded(data, path)
    builder = (builder_of or Builder)(path, text)
    if builder.reviewed:
        refuse_breaks(text, path)
    try:
        value = builder.document()
        if builder.reviewed:
            refuse_hidden(text, path, builder.quoted)
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(error, path, text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError("holds a control character", path=path, line=line) from None
    return Document(path, value, builder.marks, hashlib.sha256(data).hexdigest())


def decoded(data: bytes, path: str) -> str:
    """UTF-8 text, with or without a mark of order. Raises InputError with the line."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8 text", path=path, line=line) from None


def _refuse_syntax(error: yaml.MarkedYAMLError, path: str, whole: str) -> NoReturn:
    mark = error.problem_mark or error.context_mark
    line = whole.split("\n")[mark.line] if mark and mark.line <= whole.count("\n") else ""
    if mark and "\t" in line[: len(line) - len(line.lstrip())]:
        raise InputError(
            "a tab indents this line", path=path, line=mark.line + 1,
            column=line.index("\t") + 1, hint="indent by spaces, as YAML knows no other way",
        ) from None  # fmt: skip
    text = _one_line(error.problem or error.context or str(error))
    too_deep = "maximum nesting depth" in text  # libyaml's own bound: it reads ahead of the events
    raise InputError(
        f"nested deeper than {MAX_DEPTH}" if too_deep else f"not valid YAML: {text}",
        path=path,
        line=mark.line + 1 if mark else None,
        column=mark.column + 1 if mark else None,
    ) from None


def _one_line(text: str) -> str:
    return " ".join(text.split())


class Builder:
    """Plain values straight from the parser's events: what is forbidden is never built.

    `reviewed`: people read the file in a diff, and must see there what the parser sees; `quoted`
    are the spans of quoted text, from character to character.
    """

    reviewed = True

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.marks: dict[Location, Mark] = {}
        self.quoted: list[tuple[int, int]] = []
        self._events = yaml.parse(text, Loader=_Loader)

    def document(self) -> Any:
        started = [type(next(self._events)), type(next(self._events))]
        if started[1] is not yaml.DocumentStartEvent:
            raise InputError("the file is empty", path=self.path, line=1)
        value = self._value(next(self._events), ())
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refused(after, "a second document begins here", "keep one in a file")
        return value

    def _value(self, event: Event, at: Location) -> Any:
        if len(at) > MAX_DEPTH:
            raise self._refused(event, f"nested deeper than {MAX_DEPTH}")
        self._forbid(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, at)
        self.marks[at] = self._mark(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(at)
        return self._sequence(at)

    def _forbid(self, event: Event) -> None:
        """What makes a value another one than it reads."""
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self._refused(event, "anchors and aliases are not allowed", "write the value out")
        if event.tag is not None:
            raise self._refused(event, f"the tag {event.tag!r} is not allowed", "leave it out")

    def _sequence(self, at: Location) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*at, len(items))))
        return items

    def _mapping(self, at: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refused(event, "a key must be text")
            self._forbid(event)
            self._quote(event)
            key = event.value
            if key in result:
                raise self._refused(event, f"the key {key!r} stands here twice", "keep one")
            result[key] = self._value(next(self._events), (*at, key))
        return result

    def _scalar(self, event: Event, at: Location) -> Any:
        text: str = event.value
        mark = self._mark(event)
        self.marks[at] = Mark(mark.line, mark.column, text)
        self._quote(event)
        tag = _resolver.resolve(yaml.ScalarNode, text, event.implicit)
        if tag == _TEXT:
            return text
        if tag == _INTEGER and not _NUMBER.fullmatch(text):
            raise self._refused(event, f"{text!r} is a number that reads like another", "quote it")
        try:
            # construct_document, as construct_object would remember every node it has seen
            return _scalars.construct_document(yaml.ScalarNode(tag, text, event.start_mark))
        except (ValueError, OverflowError, yaml.YAMLError) as error:
            problem = getattr(error, "problem", None) or str(error)
            raise self._refused(event, f"not a valid value: {_one_line(problem)}") from None

    def _quote(self, event: Event) -> None:
        if event.style in ("'", '"'):
            self.quoted.append((event.start_mark.index, event.end_mark.index))

    def _mark(self, event: Event) -> Mark:
        mark = event.start_mark
        return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)

    def _refused(self, event: Event, message: str, hint: str | None = None) -> InputError:
        mark = self._mark(event)
        return InputError(message, path=self.path, line=mark.line, column=mark.column, hint=hint)
