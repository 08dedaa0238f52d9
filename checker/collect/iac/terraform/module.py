"""One module as it is called: what its names stand for."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from checker.collect.iac.budget import Budget
from checker.collect.iac.terraform.acting import Acting, reference_of
from checker.collect.iac.terraform.arithmetic import to_text
from checker.collect.iac.terraform.choices import Choices, Kept
from checker.collect.iac.terraform.conversion import converted
from checker.collect.iac.terraform.deciding import Deciding
from checker.collect.iac.terraform.expression import Evaluation, Names
from checker.collect.iac.terraform.files import Files
from checker.collect.iac.terraform.instance import Instance, Outputs, Outside, joined, suffix
from checker.collect.iac.terraform.items import Item
from checker.collect.iac.terraform.looseness import Several
from checker.collect.iac.terraform.repeats import (
    UNTOLD,
    Pairs,
    all_instances,
    defaulted,
    instances,
    key_of,
    names_at,
)
from checker.collect.iac.terraform.steps import NOTHING, Keyed, Pick, truth, walked
from checker.collect.iac.terraform.syntax import Block, Expression
from checker.collect.iac.terraform.variables import plain_variables
from checker.collect.iac.terraform.world import World
from checker.collect.iac.unknown import is_unresolved, unresolved
from checker.collect.iac.worlds import ImpossibleWorldError

_LOOPS = {"count", "for_each"}


class Module:
    def __init__(
        self, world: World, files: Files, address: str = "",
        parent: Module | None = None, call: Block | None = None, index: Any = None,
        names: Names | None = None, *, strict: bool = False,
    ) -> None:  # fmt: skip
        """`strict`: a default of the root's variables tells nothing, as whoever deploys may give
        another value."""
        self.world, self.files, self.address = world, files, address
        self._parent, self._call, self.index, self._names = parent, call, index, names or {}
        self.strict = strict
        self._busy: set[tuple[str, str]] = set()
        self._told: dict[tuple[str, str], Kept] = {}
        self._children: dict[str, list[Module]] = {}
        self._strictly: Module | None = self if strict else None
        self._apart: Module | None = None
        if parent is None:
            world.choices.plain = frozenset(plain_variables(files.variables))
        above = parent.acting if parent else None
        handed = call.attributes.get("providers") if call else None
        self.acting: Acting = Acting(self, files.providers, above, handed, index)

    @property
    def budget(self) -> Budget:
        return self.world.budget

    @property
    def choices(self) -> Choices:
        return self.world.choices

    @property
    def spelled(self) -> dict[str, str]:
        return self.world.spelled

    @property
    def running(self) -> bool:
        """Whether outcomes are tried, one in each run."""
        return self.choices.running and not self.strict

    def evaluate(self, expression: Expression, names: Names) -> Any:
        found = Evaluation(expression, self, names).value(expression.node)
        self.budget.hold(found)
        return found

    def decides(self, expression: Expression, names: Names) -> bool | None:
        """Whether a condition holds, by what is given or in this run; else None."""
        if self.strict:
            return truth(self.evaluate(expression, names))
        return Deciding(self, expression.text, names).held(expression.node)

    def key(self, expression: Expression, names: Names, value: Any) -> Any:
        """A key of a map; a `Pick` where nothing that is given tells which."""
        if self.strict or not is_unresolved(self.strictly().evaluate(expression, names)):
            return value
        deciding = Deciding(self, expression.text, names)
        return Pick(value, lambda keys, more: deciding.key(expression.node, keys, more=more))

    def now(self, item: Item) -> Any:
        """An item as it is by what was chosen since its loop began."""
        return self.choices.now(item.sure(), item.value) if self.running else item.value

    def word(self, expression: Expression, names: Names, words: list[str]) -> Any:
        """A value, which is one of these where nothing that is given tells it."""
        if self.strict or not is_unresolved(self.strictly().evaluate(expression, names)):
            return self.evaluate(expression, names)
        return Deciding(self, expression.text, names).word(expression.node, words)

    def account(self, block: Block, index: Any = None) -> str | None:
        """Where the provider of a resource acts; None for the own account."""
        return self.acting.account(reference_of(block, index))

    def beyond(self) -> bool:
        """Whether it, or a module around it, stands for those of a count that nobody can number."""
        if self._call is not None and self.index is UNTOLD and "count" in self._call.attributes:
            return True
        return self._parent is not None and self._parent.beyond()

    def counts(self) -> Iterator[Any]:
        """What is given tells of how often it, and those around it, are there: see `defaulted`."""
        if self._parent is not None and self._call is not None:
            yield defaulted(self._parent, self._call)
            yield from self._parent.counts()

    def strictly(self) -> Module:
        if self._strictly is None:
            parent = self._parent.strictly() if self._parent else None
            self._strictly = Module(
                self.world, self.files, self.address, parent, self._call, self.index,
                self._names, strict=True,
            )  # fmt: skip
        return self._strictly

    def apart(self) -> Module:
        """The same, whose choices are its own: they may be tried while others are."""
        if self._apart is None:
            parent = self._parent.apart() if self._parent else None
            mine = dataclasses.replace(self.world, choices=Choices())
            self._apart = Module(
                parent.world if parent else mine, self.files, self.address, parent, self._call,
                self.index, self._names, strict=self.strict,
            )  # fmt: skip
        return self._apart

    def file(self, name: str) -> Any:
        """The text of a file of the module, or of the repository; unknown where it is elsewhere.
        Names are told from where Terraform runs, in whichever module they stand:
        https://developer.hashicorp.com/terraform/language/functions/file
        """
        if self.strict and is_unresolved(name):  # by default, it may be known which
            return unresolved(f"file {name}")
        text = self.files.reads.text(name, *self._places())
        return unresolved(f"file {name}") if text is None else text

    def fileset(self, folder: str, pattern: str) -> None:
        """Nobody looks which ones there are, but what they hold."""
        if not self.strict:
            self.files.reads.several(folder, pattern, *self._places())

    def _places(self) -> tuple[Path, Path]:
        """The folder of the root module, and that of the repository."""
        return self._top().files.folder, self.world.target.root.resolve()

    def _top(self) -> Module:
        return self._parent._top() if self._parent else self

    def _path(self, steps: list[Any]) -> Any:
        """Below where Terraform runs, which nobody but for its default knows."""
        if steps[:1] == ["module"]:
            return os.path.relpath(self.files.folder, self._top().files.folder).replace(os.sep, "/")
        return "." if steps[:1] == ["root"] else NOTHING

    def reference(self, root: str, steps: list[Any]) -> Any:
        """What a name stands for; NOTHING where nothing has it."""
        if root == "path":
            return self._path(steps)
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
        kept = self._told.get(key)
        if kept is None or not self.choices.again(kept):
            tell = self._variable if root == "var" else self._local
            kept = self._told[key] = self.choices.kept(lambda: self._guarded(key, tell))
        return kept.value

    def _guarded(self, key: tuple[str, str], tell: Callable[[str], Any]) -> Any:
        if key in self._busy:
            return unresolved(".".join(key))
        self._busy.add(key)
        try:
            return tell(key[1])
        finally:
            self._busy.discard(key)

    def _local(self, name: str) -> Any:
        expression = self.files.locals.get(name)
        return unresolved(f"local.{name}") if expression is None else self.evaluate(expression, {})

    def _variable(self, name: str) -> Any:
        declared = self.files.variables.get(name)
        kind = declared.attributes.get("type") if declared else None
        return converted(kind, self._valued(name), lambda one: self.evaluate(one, {}))

    def _valued(self, name: str) -> Any:
        declared = self.files.variables.get(name)
        default = declared.attributes.get("default") if declared else None
        if self._parent and self._call:
            given = self._call.attributes.get(name)
            value = self._parent.evaluate(given, self._loop()) if given is not None else None
            if given is not None and (value is not None or self._may_be_null(declared)):
                return value
        elif name in self.world.given:
            value = self.world.given[name]
            if value is not None or self._may_be_null(declared):
                return value
        else:
            return self._undecided(name, default)
        return unresolved(f"var.{name}") if default is None else self.evaluate(default, {})

    def _may_be_null(self, declared: Block | None) -> bool:
        """https://developer.hashicorp.com/terraform/language/values/variables#disallowing-null-input-values"""
        nullable = declared.attributes.get("nullable") if declared else None
        return nullable is None or truth(self.evaluate(nullable, {})) is not False

    def _undecided(self, name: str, default: Expression | None) -> Any:
        """A variable of the root: what this run takes it for, else its default."""
        about = f"var.{name}"
        if self.strict:
            return unresolved(about)
        chosen = self.choices.value(about)
        if chosen is NOTHING or is_unresolved(chosen):
            self.choices.used.add(about)
        if chosen is not NOTHING or default is None:
            return unresolved(about) if chosen is NOTHING else chosen
        value = self.evaluate(default, {})
        return unresolved(about) if self.choices.departed(about, value) else value

    def present(self) -> None:
        """Raises ImpossibleWorldError where this run has no such module."""
        if self._parent:
            self._parent.present()
            self._loop()

    def _loop(self) -> Names:
        """The names of the loop around its call, as they are in this run."""
        if not (self._parent and self._call and _LOOPS & self._call.attributes.keys()):
            return self._names
        pairs = self._parent.loops(self._call)
        if not self.running:
            return self._names
        found = [names for index, names in pairs if index == self.index]
        if not found:
            raise ImpossibleWorldError
        return found[0]

    def loops(self, call: Block) -> Pairs:
        """The instances of a call, told once in each run."""
        key = ("call", call.labels[0])
        kept = self._told.get(key)
        if kept is None or not self.choices.again(kept):
            kept = self._told[key] = self.choices.kept(lambda: self.instances(call))
        found: Pairs = kept.value
        return found

    def _called(self, name: str) -> Any:
        """A module's outputs, or those of each of its instances."""
        children = self.children(name)
        if children is None:
            return Outside(f"module.{name}")
        call = self.files.calls[name]
        pairs = self.loops(call)  # whoever asks hangs on what decides that
        children = self._here(call, children) if self.running else children
        if "count" in call.attributes:
            several = Several if isinstance(pairs, Several) else list
            return several(Outputs(one) for one in children)
        if "for_each" in call.attributes:
            return {_key(one.index): Outputs(one) for one in children}
        return Outputs(children[0]) if children else Outside(f"module.{name}")

    def _here(self, call: Block, children: list[Module]) -> list[Module]:
        """Those that this run has."""
        indices = [index for index, _ in self.loops(call)]
        return [one for one in children if one.index in indices]

    def children(self, name: str) -> list[Module] | None:
        """The instances of a module that is called; None where its source is not here."""
        call = self.files.calls.get(name)
        if call is None:
            return None
        if name in self._children:
            return self._children[name]
        found = self._made(name, call)
        if found is not None and not self.choices.trying:
            self._children[name] = found
        return found

    def _made(self, name: str, call: Block) -> list[Module] | None:
        written = call.attributes.get("source")
        source = to_text(self.evaluate(written, {})) if written else ""
        address = joined(self.address, f"module.{name}")
        files = self.world.files(self.files, address, call, source)
        if files is None:
            return None
        pairs = self.loops(call) if self.choices.trying else all_instances(self, call)
        return [
            Module(self.world, files, f"{address}{suffix(index)}", self, call, index, names,
                   strict=self.strict)
            for index, names in pairs
        ]  # fmt: skip

    def output(self, name: str) -> Any:
        block = self.files.outputs.get(name)
        expression = block.attributes.get("value") if block else None
        if expression is None or ("output", name) in self._busy:
            return unresolved(joined(self.address, name))
        return self._guarded(("output", name), lambda _: self.evaluate(expression, {}))

    def _all(self, mode: str, kind: str, name: str) -> Any:
        """A resource, or all its instances, as a reference sees them."""
        block = self.files.resources.get((mode, kind, name))
        if block is None:
            return NOTHING
        pairs = self.instances(block)
        found = [Instance(self, mode, block, *one) for one in pairs]
        at = partial(self._at, mode, block)
        if "count" in block.attributes:
            known = [one for one in found if one.index is not UNTOLD]
            return Several(known).with_(at) if isinstance(pairs, Several) else known
        if "for_each" in block.attributes:
            return {str(one.index): one for one in found} if _all_told(found) else Keyed(at)
        return found[0]

    def _at(self, mode: str, block: Block, index: Any) -> Instance:
        """One of those that nobody can number."""
        if "for_each" in block.attributes or not isinstance(index, int | str):
            index = key_of(to_text(index))
        key = (self.address, mode, block.labels[0], block.labels[-1])
        self.world.referred.setdefault(key, {})[index] = None
        return Instance(self, mode, block, index, names_at(self, block, index))

    def instances(self, block: Block) -> Pairs:
        """Index and loop names of each instance, in this run."""
        return instances(self, block)


def _key(index: Any) -> str:
    return unresolved("each.key") if index is UNTOLD else str(index)


def _all_told(found: list[Instance]) -> bool:
    return all(one.index is not UNTOLD for one in found)
