"""One module as it is called: what its names stand for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.collect.iac.budget import Budget
from checker.collect.iac.records import Target
from checker.collect.iac.terraform.expression import NOTHING, Evaluation, Names, truth, walked
from checker.collect.iac.terraform.functions import jsonencode
from checker.collect.iac.terraform.made import looked_up, own_value
from checker.collect.iac.terraform.planned import Json
from checker.collect.iac.terraform.policy_document import policy_of
from checker.collect.iac.terraform.syntax import Block, Expression
from checker.collect.iac.unknown import is_unresolved, unresolved

UNTOLD = object()
"""An index that nobody can tell."""
_MOST = 1_000  # instances of one block
_NAMES = ("name", "path", "url", "role_name", "user_name", "group_name", "instance_profile_name",
          "service_name")  # fmt: skip
Key = tuple[str, str, str]


@dataclass
class Files:
    """What a folder's files declare."""

    folder: Path
    variables: dict[str, Block] = field(default_factory=dict)
    locals: dict[str, Expression] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    calls: dict[str, Block] = field(default_factory=dict)
    resources: dict[Key, Block] = field(default_factory=dict)

    def add(self, block: Block) -> None:
        labels = block.labels
        if block.type == "locals":
            self.locals |= block.attributes
        elif block.type in ("resource", "data") and len(labels) == 2:
            mode = "data" if block.type == "data" else "managed"
            self.resources.setdefault((mode, *labels), block)
        elif len(labels) == 1:
            kinds = {"variable": self.variables, "output": self.outputs, "module": self.calls}
            kinds.get(block.type, {}).setdefault(labels[0], block)


@dataclass
class World:
    """What all modules share. `known`: an attribute that a plan knows, by the address of an
    instance; `files`: what a module's source holds, None where it is not here."""

    target: Target
    budget: Budget
    files: Callable[[Files, str, Block, str], Files | None]
    known: Callable[[str, str], Any]
    given: Json = field(default_factory=dict)


class Module:
    def __init__(
        self, world: World, files: Files, address: str = "",
        parent: Module | None = None, call: Block | None = None, names: Names | None = None,
        *, strict: bool = False,
    ) -> None:  # fmt: skip
        """`strict`: a default of the root's variables tells nothing, as whoever deploys may give
        another value."""
        self.world, self.files, self.address = world, files, address
        self._parent, self._call, self._names = parent, call, names or {}
        self._strict = strict
        self._busy: set[tuple[str, str]] = set()
        self._told: dict[tuple[str, str], Any] = {}
        self._children: dict[str, list[Module]] = {}
        self._strictly: Module | None = self if strict else None

    @property
    def budget(self) -> Budget:
        return self.world.budget

    def evaluate(self, expression: Expression, names: Names) -> Any:
        return Evaluation(expression, self, names).value(expression.node)

    def decides(self, expression: Expression, names: Names) -> bool | None:
        """Whether a condition holds; None where nothing that is given tells."""
        return truth(self.strictly().evaluate(expression, names))

    def strictly(self) -> Module:
        if self._strictly is None:
            parent = self._parent.strictly() if self._parent else None
            self._strictly = Module(
                self.world, self.files, self.address, parent, self._call, self._names, strict=True
            )
        return self._strictly

    def file(self, name: str) -> Any:
        """The text of a file of the module, or of the repository; unknown where it is elsewhere."""
        folder, root = self.files.folder.resolve(), self.world.target.root.resolve()
        path = (folder / name).resolve() if not is_unresolved(name) and "\0" not in name else folder
        inside = path.is_relative_to(folder) or path.is_relative_to(root)
        if not inside or not path.is_file():
            return unresolved(f"file {name}")
        try:
            return path.read_bytes()[: 1 << 20].decode()
        except (OSError, UnicodeDecodeError):
            return unresolved(f"file {name}")

    def reference(self, root: str, steps: list[Any]) -> Any:
        """What a name stands for; NOTHING where nothing has it."""
        if root == "path":
            return "." if steps[:1] == ["module"] else NOTHING
        if not steps or root in ("each", "count", "self", "terraform"):
            return NOTHING
        first, rest = str(steps[0]), steps[1:]
        if root in ("var", "local"):
            return walked(self._once(root, first), rest)
        if root == "module":
            return walked(self._called(first), rest)
        if root == "data":
            return walked(self._all("data", first, str(rest[0])), rest[1:]) if rest else NOTHING
        return walked(self._all("managed", root, first), rest)

    def _once(self, root: str, name: str) -> Any:
        """A variable or local, evaluated once; unknown where it depends on itself."""
        key = (root, name)
        if key not in self._told:
            if key in self._busy:
                return unresolved(f"{root}.{name}")
            self._busy.add(key)
            found = self._variable(name) if root == "var" else self._local(name)
            self._busy.discard(key)
            self._told[key] = found
        return self._told[key]

    def _local(self, name: str) -> Any:
        expression = self.files.locals.get(name)
        return unresolved(f"local.{name}") if expression is None else self.evaluate(expression, {})

    def _variable(self, name: str) -> Any:
        if self._parent and self._call:
            given = self._call.attributes.get(name)
            if given is not None:
                return self._parent.evaluate(given, self._names)
        elif name in self.world.given:
            return self.world.given[name]
        declared = self.files.variables.get(name)
        default = declared.attributes.get("default") if declared else None
        if default is None or (self._strict and self._parent is None):
            return unresolved(f"var.{name}")
        return self.evaluate(default, {})

    def _called(self, name: str) -> Any:
        """A module's outputs, or those of each of its instances."""
        children = self.children(name)
        if children is None:
            return _Outside(f"module.{name}")
        call = self.files.calls[name]
        if "count" in call.attributes:
            return [Outputs(one) for one in children]
        if "for_each" in call.attributes:
            return {str(one.key()): Outputs(one) for one in children}
        return Outputs(children[0]) if children else _Outside(f"module.{name}")

    def key(self) -> Any:
        each = self._names.get("each")
        return each.get("key") if isinstance(each, dict) else None

    def children(self, name: str) -> list[Module] | None:
        """The instances of a module that is called; None where its source is not here."""
        call = self.files.calls.get(name)
        if call is None:
            return None
        if name not in self._children:
            source = (
                self.evaluate(call.attributes["source"], {}) if "source" in call.attributes else ""
            )
            files = self.world.files(self.files, _joined(self.address, f"module.{name}"), call,
                                     source if isinstance(source, str) else "")  # fmt: skip
            if files is None:
                return None
            self._children[name] = [
                Module(self.world, files, _joined(self.address, f"module.{name}{_suffix(index)}"),
                       self, call, names, strict=self._strict)
                for index, names in self.instances(call)
            ]  # fmt: skip
        return self._children[name]

    def output(self, name: str) -> Any:
        block = self.files.outputs.get(name)
        expression = block.attributes.get("value") if block else None
        if expression is None or ("output", name) in self._busy:
            return unresolved(_joined(self.address, name))
        self._busy.add(("output", name))
        found = self.evaluate(expression, {})
        self._busy.discard(("output", name))
        return found

    def _all(self, mode: str, kind: str, name: str) -> Any:
        """A resource, or all its instances, as a reference sees them."""
        block = self.files.resources.get((mode, kind, name))
        if block is None:
            return NOTHING
        found = [Instance(self, mode, block, *one) for one in self.instances(block)]
        if "count" in block.attributes:
            return found
        if "for_each" in block.attributes:
            return {str(one.index): one for one in found} if _all_told(found) else found[0]
        return found[0]

    def instances(self, block: Block) -> list[tuple[Any, Names]]:
        """Index and loop names of each instance. One that nobody can tell to be left out is
        there."""
        if (count := block.attributes.get("count")) is not None:
            return self._counted(count)
        if (each := block.attributes.get("for_each")) is not None:
            return self._for_each(each)
        return [(None, {})]

    def _counted(self, count: Expression) -> list[tuple[Any, Names]]:
        number, sure = self.evaluate(count, {}), self.strictly().evaluate(count, {})
        if sure == 0 and not isinstance(sure, bool):
            return []
        known = isinstance(number, int) and not isinstance(number, bool) and 0 < number <= _MOST
        return [(at, {"count": {"index": at}}) for at in range(number if known else 1)]

    def _for_each(self, each: Expression) -> list[tuple[Any, Names]]:
        value, sure = self.evaluate(each, {}), self.strictly().evaluate(each, {})
        if value in ([], {}) and sure in ([], {}):
            return []
        pairs = pairs_of(value)
        if not pairs or len(pairs) > _MOST or any(is_unresolved(key) for key, _ in pairs):
            untold = {"key": unresolved("each.key"), "value": unresolved("each.value")}
            return [(UNTOLD, {"each": untold})]
        return [(key, {"each": {"key": key, "value": item}}) for key, item in pairs]


def pairs_of(value: Any) -> list[tuple[Any, Any]]:
    """Keys and values of a map; of a set, each item twice."""
    if isinstance(value, dict):
        return list(value.items())
    return [(one, one) for one in value] if isinstance(value, list) else []


class Instance:
    """One resource or data source, whose attributes are told one by one."""

    def __init__(self, module: Module, mode: str, block: Block, index: Any, names: Names) -> None:
        self.module, self.mode, self.block, self.index = module, mode, block, index
        self.type, self.name = block.labels
        self._names = names

    @property
    def address(self) -> str:
        data = "data." if self.mode == "data" else ""
        named = f"{data}{self.type}.{self.name}{_suffix(self.index)}"
        return _joined(self.module.address, named)

    def strictly(self) -> Instance:
        """The same, where only what is given tells anything."""
        return Instance(self.module.strictly(), self.mode, self.block, self.index, self._names)

    def attribute(self, name: str) -> Any:
        known = self.module.world.known(self.address, name)
        if known is not None and not is_unresolved(known):
            return known
        written = self.written(name)
        if written is not None:
            return written
        told = self._told(name)
        return unresolved(f"{self.address}.{name}") if told is None else told

    def _told(self, name: str) -> Any:
        target = self.module.world.target
        if self.type == "aws_iam_policy_document" and name in ("json", "minified_json"):
            return jsonencode(policy_of(self.values(), self.address))
        values = {key: self.written(key) for key in _NAMES if key in self.block.attributes}
        if self.mode == "data":
            return looked_up(self.type, self.address, name, values, target)
        return own_value(self.type, self.address, name, values, target)

    def written(self, name: str) -> Any:
        """An attribute, or blocks, that stand in the source; None where none do."""
        expression = self.block.attributes.get(name)
        if expression is not None:
            return self.module.evaluate(expression, self._names)
        found = list(self._blocks(self.block, name, self._names))
        return found or None

    def values(self) -> Json:
        """Everything that is written."""
        return self._body(self.block, self._names)

    def _body(self, block: Block, names: Names) -> Json:
        found = {key: self.module.evaluate(one, names) for key, one in block.attributes.items()
                 if block is not self.block or key not in _META}  # fmt: skip
        for name in dict.fromkeys(_labels(block)):
            if name not in _META:
                found[name] = list(self._blocks(block, name, names))
        return found

    def _blocks(self, block: Block, name: str, names: Names) -> Iterator[Json]:
        for one in block.blocks:
            if one.type == name:
                yield self._body(one, names)
            elif one.type == "dynamic" and one.labels == (name,):
                yield from self._dynamic(one, names)

    def _dynamic(self, block: Block, names: Names) -> Iterator[Json]:
        each, content = block.attributes.get("for_each"), block.inner("content")
        if each is None or not content:
            return
        iterator = block.attributes.get("iterator")
        called = str(_word(iterator)) if iterator else block.labels[0]
        for inner in self._rounds(each, names, called):
            yield self._body(content[0], {**names, called: inner})

    def _rounds(self, each: Expression, names: Names, called: str) -> list[Json]:
        value = self.module.evaluate(each, names)
        if value in ([], {}, None) and self.module.strictly().evaluate(each, names) == value:
            return []
        found = pairs_of(value)
        if not found or len(found) > _MOST:
            return [{"key": unresolved(f"{called}.key"), "value": unresolved(f"{called}.value")}]
        return [{"key": key, "value": item} for key, item in found]


class Outputs:
    """A module, as the one who calls it sees it."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def attribute(self, name: str) -> Any:
        return self._module.output(name)


class _Outside:
    """A module whose source is not here."""

    def __init__(self, name: str) -> None:
        self._name = name

    def attribute(self, name: str) -> Any:
        return unresolved(f"{self._name}.{name}")


_META = ("count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection")


def _labels(block: Block) -> Iterator[str]:
    for one in block.blocks:
        yield one.labels[0] if one.type == "dynamic" and one.labels else one.type


def _word(expression: Expression) -> Any:
    node = expression.node
    while hasattr(node, "children"):
        node = node.children[0]
    return node


def _all_told(found: list[Instance]) -> bool:
    return all(one.index is not UNTOLD for one in found)


def _suffix(index: Any) -> str:
    return "" if index is None or index is UNTOLD else f"[{json.dumps(index)}]"


def _joined(module: str, name: str) -> str:
    return f"{module}.{name}" if module else name
