"""One module as it is called: what its names stand for."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.budget import Budget
from checker.collect.iac.terraform.acting import Acting, reference_of
from checker.collect.iac.terraform.expression import Evaluation, Names
from checker.collect.iac.terraform.files import Files
from checker.collect.iac.terraform.functions import to_text
from checker.collect.iac.terraform.instance import (
    MOST,
    UNTOLD,
    Instance,
    Outputs,
    Outside,
    joined,
    pairs_of,
    suffix,
)
from checker.collect.iac.terraform.steps import NOTHING, truth, walked
from checker.collect.iac.terraform.syntax import Block, Expression
from checker.collect.iac.terraform.world import World
from checker.collect.iac.unknown import is_unresolved, unresolved


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
        above = parent.acting if parent else None
        handed = call.attributes.get("providers") if call else None
        self.acting: Acting = Acting(self, files.providers, above, handed)

    @property
    def budget(self) -> Budget:
        return self.world.budget

    def evaluate(self, expression: Expression, names: Names) -> Any:
        return Evaluation(expression, self, names).value(expression.node)

    def decides(self, expression: Expression, names: Names) -> bool | None:
        """Whether a condition holds; None where nothing that is given tells."""
        return truth(self.strictly().evaluate(expression, names))

    def account(self, block: Block) -> str | None:
        """Where the provider of a resource acts; None for the own account."""
        return self.acting.account(reference_of(block))

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
            return Outside(f"module.{name}")
        call = self.files.calls[name]
        if "count" in call.attributes:
            return [Outputs(one) for one in children]
        if "for_each" in call.attributes:
            return {str(one.key()): Outputs(one) for one in children}
        return Outputs(children[0]) if children else Outside(f"module.{name}")

    def key(self) -> Any:
        each = self._names.get("each")
        return each.get("key") if isinstance(each, dict) else None

    def children(self, name: str) -> list[Module] | None:
        """The instances of a module that is called; None where its source is not here."""
        call = self.files.calls.get(name)
        if call is None:
            return None
        if name not in self._children:
            written = call.attributes.get("source")
            source = to_text(self.evaluate(written, {})) if written else ""
            address = joined(self.address, f"module.{name}")
            files = self.world.files(self.files, address, call, source)
            if files is None:
                return None
            self._children[name] = [
                Module(self.world, files, joined(self.address, f"module.{name}{suffix(index)}"),
                       self, call, names, strict=self._strict)
                for index, names in self.instances(call)
            ]  # fmt: skip
        return self._children[name]

    def output(self, name: str) -> Any:
        block = self.files.outputs.get(name)
        expression = block.attributes.get("value") if block else None
        if expression is None or ("output", name) in self._busy:
            return unresolved(joined(self.address, name))
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
        known = isinstance(number, int) and not isinstance(number, bool) and 0 < number <= MOST
        return [(at, {"count": {"index": at}}) for at in range(number if known else 1)]

    def _for_each(self, each: Expression) -> list[tuple[Any, Names]]:
        value, sure = self.evaluate(each, {}), self.strictly().evaluate(each, {})
        if value in ([], {}) and sure in ([], {}):
            return []
        pairs = pairs_of(value)
        if not pairs or len(pairs) > MOST or any(is_unresolved(key) for key, _ in pairs):
            untold = {"key": unresolved("each.key"), "value": unresolved("each.value")}
            return [(UNTOLD, {"each": untold})]
        return [(key, {"each": {"key": key, "value": item}}) for key, item in pairs]


def _all_told(found: list[Instance]) -> bool:
    return all(one.index is not UNTOLD for one in found)
