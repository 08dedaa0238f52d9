"""Parts of a text of code, by their lines, and how the others refer to each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from checker.collect.iac.jsontext import keys_in
from checker.collect.iac.template import Template, parse_template
from checker.collect.iac.terraform.syntax import Block, Expression, parse_text

_PROSE = frozenset(("Description", "ConstraintDescription", "description", "error_message"))
_POLICY = ("data", "aws_iam_policy_document")
_DECLARED = {"variable": "var", "locals": "local"}
_DEPTH = 3
_END = 1 << 30
Key = tuple[str, ...]


class Section(NamedTuple):
    """`name`: a pattern of what refers to it, empty where nothing can, and `anywhere`, in whatever
    text; `prose`: nothing in it is deployed; `mixed`: what has a name stands in it, and more."""

    first: int
    last: int
    name: str = ""
    prose: bool = False
    anywhere: bool = False
    mixed: bool = False


def called(name: str) -> str:
    """The pattern of a name that stands by itself."""
    return rf"(?<![\w.-]){re.escape(name)}(?![\w-])"


def whole(path: Path) -> Section:
    """A file that others bring along, by its name."""
    return Section(1, _END, called(path.name), anywhere=True)


def of_template(text: str, path: Path) -> Iterator[Section]:
    """Raises InputError."""
    template = parse_template(text.encode("utf-8", "surrogatepass"), str(path))
    if "Resources" not in template.value:
        return iter([whole(path)])
    return _by_line((template.line(*key), key) for key in _keys(template))


def of_json(text: str, _path: Path) -> Iterator[Section]:
    """Of Terraform's. Raises InputError."""
    every = ((line, tuple(filter(None, key))) for key, line, _ in keys_in(text))
    return _by_line((line, key) for line, key in every if len(key) <= _DEPTH)


def _keys(template: Template) -> Iterator[Key]:
    for name, part in template.value.items():
        yield (name,)
        for inner, value in part.items() if isinstance(part, dict) else ():
            yield name, inner
            if name == "Parameters" and isinstance(value, dict):
                yield from ((name, inner, key) for key in value)


def _by_line(keys: Iterable[tuple[int, Key]]) -> Iterator[Section]:
    """None overlaps another: of several that begin on one line, one."""
    lines = [(line, [key for _, key in several])
             for line, several in groupby(sorted(keys), itemgetter(0))]  # fmt: skip
    for (first, several), (end, _) in pairwise([*lines, (_END, [])]):
        ids = {one for one in map(_id, several) if one}
        names = {name for one in ids if (name := _reference(one))}
        prose = all(key[-1] in _PROSE and len(key) != 2 for key in several)
        name = called(min(names)) if len(ids) == 1 and names else ""
        yield Section(first, end - 1, name, prose, mixed=bool(names) and len(ids) > 1)


def _id(key: Key) -> Key:
    """What it is a part of, by its kind and name; empty of a kind itself."""
    length = 3 if key[0] in ("resource", "data") else 2
    return key[:length] if len(key) >= length else ()


def _reference(key: Key) -> str:
    """How others refer to it."""
    if key[0] in ("Parameters", "Mappings"):
        return key[1]
    if key[0] in ("variable", "locals"):
        return f"{_DECLARED[key[0]]}.{key[1]}"
    return ".".join(key) if key[:2] == _POLICY else ""


def of_hcl(text: str, path: Path) -> Iterator[Section]:
    """One within another comes before it. Raises InputError."""
    whole = parse_text(text, path)
    yield from (_set(f"var.{name}", one) for name, one in whole.attributes.items())
    for block in whole.blocks:
        if block.type == "locals":
            yield from (_set(f"local.{name}", one) for name, one in block.attributes.items())
        yield from _prose(block) if block.type in ("variable", "output") else ()
        name = _reference((block.type, *block.labels)) if block.labels else ""
        yield Section(block.line, block.last, called(name) if name else "")


def _set(name: str, value: Expression) -> Section:
    return Section(value.node.meta.line, value.node.meta.end_line, called(name))


def _prose(block: Block) -> Iterator[Section]:
    for one in (block, *block.blocks):
        for name in one.attributes.keys() & _PROSE:
            meta = one.attributes[name].node.meta
            yield Section(meta.line, meta.end_line, prose=True)
