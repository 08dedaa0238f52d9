"""Strict YAML: safe tags only, no aliases, no duplicate keys, bounded, with a position for all.

PyYAML parses; this module only forbids. A file is data that a person reviews in a pull request,
so whatever hides something from the reviewer (an alias, a key written twice) is refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from checker.errors import InputError

MAX_BYTES = 16 << 20
MAX_DEPTH = 48
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = ("tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")
_scalars = yaml.constructor.SafeConstructor()
Location = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value stands: line and column from 1, and its text as written (scalars only)."""

    line: int
    column: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: `value` is plain Python; `marks` tell where each value stands; `sha256` is
    that of the very bytes that were parsed."""

    path: str
    value: Any
    marks: dict[Location, Mark]
    sha256: str

    def mark(self, location: Location) -> Mark:
        """The mark of a value, or of the nearest one around it that is there."""
        while location and location not in self.marks:
            location = location[:-1]
        return self.marks.get(location, Mark(1, 1))

    def error(self, location: Location, message: str, hint: str | None = None) -> InputError:
        mark = self.mark(location)
        return InputError(message, path=self.path, line=mark.line, column=mark.column, hint=hint)


def read_yaml(path: Path) -> Document:
    """Reads one file. Raises InputError, with line and column, for whatever is not strict."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=path) from None
    return parse_yaml(data, str(path))


def parse_yaml(data: bytes, path: str) -> Document:
    """Parses YAML text of at most 16 MiB, nested at most 48 deep."""
    if len(data) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES >> 20} MiB", path=path)
    text = _decoded(data, path)
    try:
        _forbid(text, path)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(error, path)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError("holds a control character", path=path, line=line) from None
    if node is None:
        raise InputError("the file is empty", path=path, line=1)
    marks: dict[Location, Mark] = {}
    value = _construct(node, (), marks, path)
    return Document(path, value, marks, hashlib.sha256(data).hexdigest())


def _decoded(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8 text", path=path, line=line) from None


def _forbid(text: str, path: str) -> None:
    """Over the flat events, before anything nested is built: depth, aliases, tags, documents."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(
                "anchors and aliases are not allowed",
                path=path, line=line, column=column, hint="write the value out",
            )  # fmt: skip
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > MAX_DEPTH:
            raise InputError(f"nested deeper than {MAX_DEPTH}", path=path, line=line, column=column)
        if documents > 1:
            raise InputError("holds more than one document", path=path, line=line)


def _refuse_syntax(error: yaml.MarkedYAMLError, path: str) -> NoReturn:
    mark = error.problem_mark or error.context_mark
    text = _one_line(error.problem or error.context or str(error))
    raise InputError(
        f"not valid YAML: {text}",
        path=path,
        line=mark.line + 1 if mark else None,
        column=mark.column + 1 if mark else None,
    ) from None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _construct(node: yaml.Node, at: Location, marks: dict[Location, Mark], path: str) -> Any:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.ScalarNode):
        marks[at] = Mark(line, column, node.value)
        return _scalar(node, path)
    marks[at] = Mark(line, column)
    if node.tag not in _PLAIN_TAGS:
        raise InputError(
            f"the tag {node.tag!r} is not allowed", path=path, line=line, column=column
        )
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, at, marks, path)
    return [_construct(n, (*at, i), marks, path) for i, n in enumerate(node.value)]


def _mapping(
    node: yaml.MappingNode, at: Location, marks: dict[Location, Mark], path: str
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise InputError("a key must be text", path=path, line=line, column=column)
        key = key_node.value
        if key in result:
            raise InputError(
                f"the key {key!r} stands here twice", path=path, line=line, column=column,
                hint="keep one",
            )  # fmt: skip
        result[key] = _construct(value_node, (*at, key), marks, path)
    return result


def _scalar(node: yaml.ScalarNode, path: str) -> Any:
    try:
        # construct_document rather than construct_object, which remembers each node it has seen
        return _scalars.construct_document(node)
    except (ValueError, OverflowError, yaml.YAMLError) as error:
        raise InputError(
            f"not a valid value: {_one_line(getattr(error, 'problem', None) or str(error))}",
            path=path,
            line=node.start_mark.line + 1,
            column=node.start_mark.column + 1,
        ) from None
