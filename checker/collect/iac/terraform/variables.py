"""Values that stand for themselves: those of variables in .tfvars files, sources of modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from checker.collect.iac.budget import Budget
from checker.collect.iac.records import read_bytes
from checker.collect.iac.terraform.expression import Evaluation, Names
from checker.collect.iac.terraform.items import Item
from checker.collect.iac.terraform.planned import Json
from checker.collect.iac.terraform.steps import NOTHING
from checker.collect.iac.terraform.syntax import (
    MAX_BYTES,
    Block,
    Expression,
    parse_file,
)
from checker.collect.iac.unknown import unresolved
from checker.errors import InputError
from checker.once import DoubledError, decoded_once

_PLAIN = ("string", "number", "bool")
LEVELS = 160  # of values within values


class _NoScope:
    """Where values of variables stand, no name stands for anything."""

    def __init__(self, path: Path) -> None:
        self.budget = Budget(str(path), levels=LEVELS)
        self.running, self.strict = False, True
        self.spelled: dict[str, str] = {}

    def strictly(self) -> _NoScope:
        return self

    def now(self, item: Item) -> Any:
        return item.value

    def reference(self, _root: str, _steps: list[Any]) -> Any:
        return NOTHING

    def file(self, name: str) -> Any:
        return unresolved(f"file {name}")

    def fileset(self, _folder: str, _pattern: str) -> None:
        return None

    def decides(self, _expression: Expression, _names: Names) -> bool | None:
        return None

    def key(self, _expression: Expression, _names: Names, value: Any) -> Any:
        return value


def values_in(path: Path, *, named: bool = False) -> Json:
    """`named`: see `read_bytes`. Raises InputError."""
    if path.name.endswith(".json"):
        try:
            raw = decoded_once(read_bytes(path, MAX_BYTES, named=named))
        except DoubledError as error:
            raise InputError(str(error), path=path, line=1) from None
        except (ValueError, RecursionError):
            raise InputError("not JSON", path=path, line=1) from None
        return raw if isinstance(raw, dict) else {}
    scope = _NoScope(path)
    attributes = parse_file(path, named=named).attributes
    return {name: Evaluation(one, scope, {}).value(one.node) for name, one in attributes.items()}


def literal(call: Block) -> str:
    source = call.attributes.get("source")
    if source is None:
        return ""
    value = _alone(source, call.path)
    return value if isinstance(value, str) else ""


def plain_variables(declared: Mapping[str, Block]) -> Iterator[str]:
    """Those whose values are texts, numbers or switches, by their type or their default."""
    for name, block in declared.items():
        kind, default = block.attributes.get("type"), block.attributes.get("default")
        if kind is not None:
            plain = kind.written().strip('"') in _PLAIN
        else:
            plain = default is None or not isinstance(_alone(default, block.path), list | dict)
        if plain:
            yield f"var.{name}"


def _alone(expression: Expression, path: Path) -> Any:
    """Its value where no name stands for anything; nothing where that is too much."""
    try:
        return Evaluation(expression, _NoScope(path), {}).value(expression.node)
    except InputError:
        return None
