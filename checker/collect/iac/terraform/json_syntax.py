"""A .tf.json file, which is HCL in other clothes: written as HCL, and parsed as that.

https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.collect.iac.records import read_bytes
from checker.collect.iac.terraform.image_uses import BLOCKS
from checker.collect.iac.terraform.planned import as_objects
from checker.collect.iac.terraform.syntax import MAX_BYTES, TWICE, Block, parse_text
from checker.collect.iac.terraform.template import pieces
from checker.errors import InputError
from checker.trust.document.decode import as_list
from checker.yamlfile import decoded

ENDINGS = (".tf.json", ".tofu.json")
_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1,
           "locals": 0}  # fmt: skip
"""How many names stand around a block."""
_INNER = frozenset((
    "statement", "principals", "not_principals", "condition", "filter", "assume_role",
    "assume_role_with_web_identity", "content", *BLOCKS,
))  # fmt: skip
"""Blocks that are read as such: JSON does not tell them from attributes."""
_NO_BLOCKS = ("locals", "module", "variable", "output")
"""Kinds whose bodies hold attributes, but for blocks of what must hold."""
_MUST = ("validation", "precondition")
_COMMENT = "//"
_WORD = re.compile(r"[A-Za-z_][\w-]*")
Labelled = tuple[tuple[str, ...], dict[str, Any]]


class _Several(list[Any]):
    """The bodies of a name that stands more than once."""


class _TwiceError(Exception):
    """`names`: those on the way to the key that is set twice, and the key."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names


def parse_json_file(path: Path) -> Block:
    """The file as one block. Raises InputError, with the line, for whatever cannot be read."""
    text = decoded(read_bytes(path, MAX_BYTES), str(path))
    try:
        raw = json.loads(text, object_pairs_hook=_all)
        found = parse_text("\n".join(_blocks(raw)), path)
    except _TwiceError as error:
        key = error.names[-1]
        line = _line(text, (*error.names, key))
        raise InputError(TWICE.format(key), path=path, line=line) from None
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg}", path=path, line=error.lineno) from None
    except (RecursionError, ValueError):
        raise InputError("nested too deep, or numbers too long", path=path, line=1) from None
    for block in found.blocks:
        block.line = _line(text, block.labels or (block.type,))
    return found


def _all(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, whose every body counts where a name stands twice, as two blocks would.

    https://github.com/hashicorp/hcl/blob/main/json/spec.md
    """
    found: dict[str, Any] = {}
    for key, value in pairs:
        several = key in found and key != _COMMENT
        found[key] = _Several([*as_list(found[key]), *as_list(value)]) if several else value
    return found


def _refuse_twice(body: Any, names: tuple[str, ...]) -> None:
    """Blocks may stand twice, attributes may not. In JSON both may be objects."""
    for key, value in body.items():
        if isinstance(value, _Several):
            attribute = names[0] in _NO_BLOCKS and key not in _MUST
            if attribute or len(as_objects(value)) < len(value):
                raise _TwiceError((*names, key))
        for inner in as_objects(as_list(value)):
            _refuse_twice(inner, (*names, key))


def _blocks(raw: Any) -> Iterator[str]:
    for one in as_objects(as_list(raw)):
        for kind, inner in one.items():
            for labels, body in _labelled(inner, _LABELS[kind]) if kind in _LABELS else ():
                _refuse_twice(body, (kind, *labels))
                names = "".join(f" {_quoted(label)}" for label in labels)
                yield f"{kind}{names} {{"
                yield from _body(body)
                yield "}"


def _labelled(raw: Any, labels: int) -> Iterator[Labelled]:
    """Bodies with the names around them; each level may be one object or several."""
    for one in as_objects(as_list(raw)):
        if labels == 0:
            yield (), one
            continue
        for name, inner in one.items():
            for rest, body in _labelled(inner, labels - 1):
                yield (name, *rest), body


def _body(raw: dict[str, Any]) -> Iterator[str]:
    for key, value in raw.items():
        if key == "dynamic":
            yield from _dynamic(value)
        elif key in _INNER and as_objects(as_list(value)):
            for one in as_objects(as_list(value)):
                yield f"{key} {{"
                yield from _body(one)
                yield "}"
        elif _WORD.fullmatch(key):
            yield f"{key} = {_value(value)}"


def _dynamic(raw: Any) -> Iterator[str]:
    for (name,), body in _labelled(raw, 1):
        yield f"dynamic {_quoted(name)} {{"
        yield from _body(body)
        yield "}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _template(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        inner = "\n".join(f"({_template(key)}) = {_value(one)}" for key, one in value.items())
        return f"{{\n{inner}\n}}"
    return json.dumps(value)


def _template(text: str) -> str:
    """Text with expressions in it, which stay as they are."""
    return '"' + "".join(_piece(kind, part) for kind, part in pieces(text)) + '"'


def _piece(kind: str, part: str) -> str:
    if kind == "text":
        return _escaped(part)
    return f"${{{part}}}" if kind == "expression" else f"%{{{part}}}"


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    plain = json.dumps(text, ensure_ascii=False)[1:-1]
    return plain.replace("${", "$${").replace("%{", "%%{")


def _line(text: str, names: tuple[str, ...]) -> int:
    """Where the last of the names stands as a key behind the others."""
    at = 0
    for name in names:
        found = re.compile(rf"{re.escape(json.dumps(name))}\s*:").search(text, at)
        at = found.end() if found else at
    return text.count("\n", 0, at) + 1
