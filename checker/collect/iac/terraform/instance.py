"""One resource or data source of a module, and a module as the one who calls it sees it: their
attributes are told one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol

from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.choices import Choices
from checker.collect.iac.terraform.elsewhere import foreign, place_of
from checker.collect.iac.terraform.expression import Names
from checker.collect.iac.terraform.functions import jsonencode
from checker.collect.iac.terraform.looseness import own
from checker.collect.iac.terraform.made import (
    GUESTS,
    NAMED_HERE,
    OF_BUCKETS,
    OWN,
    POOLS,
    looked_up,
    own_value,
)
from checker.collect.iac.terraform.planned import Json
from checker.collect.iac.terraform.policy_document import policy_of
from checker.collect.iac.terraform.repeats import UNTOLD, itemized, items_of, one_of
from checker.collect.iac.terraform.spelling import spell
from checker.collect.iac.terraform.steps import plain
from checker.collect.iac.terraform.syntax import Block, Expression
from checker.collect.iac.terraform.world import World
from checker.collect.iac.unknown import is_unresolved, shown, unresolved, wholly

_DOCUMENT = "aws_iam_policy_document"
_CALLED = ("name", "path", "role_name", "user_name", "group_name", "instance_profile_name")
_NAMES = ("url", "service_name", "layer_name", "registry_id", "repository_name")


class Module(Protocol):
    """What an instance asks of its module."""

    world: World
    address: str

    @property
    def choices(self) -> Choices: ...

    @property
    def running(self) -> bool: ...

    def evaluate(self, expression: Expression, names: Names) -> Any: ...
    def decides(self, expression: Expression, names: Names) -> bool | None: ...
    def word(self, expression: Expression, names: Names, words: list[str]) -> Any: ...
    def strictly(self) -> Module: ...
    def apart(self) -> Module: ...
    def output(self, name: str) -> Any: ...
    def account(self, block: Block, index: Any = None) -> str | None: ...
    def beyond(self) -> bool: ...
    def counts(self) -> Iterator[Any]: ...


class Instance:
    """One resource or data source, whose attributes are told one by one."""

    def __init__(self, module: Module, mode: str, block: Block, index: Any, names: Names) -> None:
        self.module, self.mode, self.block, self.index = module, mode, block, index
        self.type, self.name = block.labels[0], block.labels[-1]
        self._names = names

    @property
    def address(self) -> str:
        data = "data." if self.mode == "data" else ""
        named = f"{data}{self.type}.{self.name}{suffix(self.index)}"
        return joined(self.module.address, named)

    @property
    def account(self) -> str | None:
        """Where its provider acts; None for the own account, and where there is none."""
        if not self.type.startswith(OWN):
            return None
        return self.module.account(self.block, self.index)

    def beyond(self) -> bool:
        """Whether it stands for those of a count that nobody can number."""
        mine = self.index is UNTOLD and "count" in self.block.attributes
        return mine or self.module.beyond()

    def strictly(self) -> Instance:
        """The same, where only what is given tells anything."""
        return Instance(self.module.strictly(), self.mode, self.block, self.index, self._names)

    def attribute(self, name: str) -> Any:
        known = self.module.world.known(self.address, name)
        if known is not None and not is_unresolved(known):
            return self._tagged(name, known)
        written = self.written(name)
        named = (self.type, name) in NAMED_HERE and is_unresolved(written)
        if written is not None and not named:
            return self._tagged(name, written) if name == "name" else written
        told = self._told(name)
        return unresolved(f"{self.address}.{name}") if told is None else self._tagged(name, told)

    def _tagged(self, name: str, told: Any) -> Any:
        """What it is called by AWS is ours wherever it stands."""
        made_here = self.mode == "managed" and self.type.startswith(("aws_", "awscc_"))
        known = name == "name" or not is_unresolved(told)
        return own(told) if made_here and known and name in _CALLED_BY else told

    def _told(self, name: str) -> Any:
        if self.type == _DOCUMENT and name in ("json", "minified_json"):
            return jsonencode(policy_of(self.values(), self.address))
        if self.type in OF_BUCKETS and name == "id":
            return self.written("bucket")
        values = self._written(_NAMES)
        with self.module.choices.paused():  # whatever it is called, it is what is made here
            values |= self._written(_CALLED)
        if self.type in POOLS:
            values[GUESTS] = self._takes_guests()
        account = self.account
        target = place_of(self.module.world.target, account)
        tell = looked_up if self.mode == "data" else own_value
        told = foreign(tell(self.type, self.address, name, values, target), account)
        if isinstance(told, str) and name in ("arn", "id") and self.mode == "managed":
            self._spell(told, name, target)
        return told

    def _spell(self, mark: str, name: str, target: Target) -> None:
        """What will stand for it, where the form of its ARN is known."""
        row, known = ROWS.get(self.type), self.module.world.spelled
        if row is None or not row.itself or wholly(mark) is None or mark in known:
            return
        known[mark] = mark  # its name may refer to it
        with self.module.choices.paused():
            called = self.written(row.keys["named"]) if row.keys.get("named") else None
        spelled = spell(row.kind, name, called, self.address, target)
        if spelled is not None:
            known[mark] = spelled

    def _written(self, keys: tuple[str, ...]) -> Json:
        return {key: self.written(key) for key in keys if key in self.block.attributes}

    def _takes_guests(self) -> bool:
        """Whether a pool may let in who has not logged in, in this run."""
        allowed = self.block.attributes.get(GUESTS)
        if allowed is None or self.strictly().written(GUESTS) is None:
            return False
        return self.module.decides(allowed, self._names) is not False

    def written(self, name: str) -> Any:
        """An attribute, or blocks, that stand in the source; None where none do."""
        expression = self.block.attributes.get(name)
        if expression is not None:
            return plain(self.module.evaluate(expression, self._names))
        found = list(self._blocks(self.block, name, self._names))
        return found or ([] if name in _labels(self.block) else None)

    def surely(self, name: str) -> Any:
        """The same as what is given tells it; None of blocks that may not be there."""
        sure = self.strictly()
        loops = [
            one for one in self.block.blocks if one.type == "dynamic" and one.labels == (name,)
        ]
        told = [items_of(sure.module, one.attributes["for_each"], self._names)
                for one in loops if "for_each" in one.attributes]  # fmt: skip
        there = all(each is not None and not is_unresolved([one for _, one in each])
                    for each in told)  # fmt: skip
        return sure.written(name) if there else None

    def named(self) -> list[str]:
        """Everything that is written."""
        named = (*self.block.attributes, *_labels(self.block))
        return [key for key in dict.fromkeys(named) if key not in _META]

    def values(self) -> Json:
        return {key: self.written(key) for key in self.named()}

    def _body(self, block: Block, names: Names) -> Json:
        found = {
            key: plain(self.module.evaluate(one, names)) for key, one in block.attributes.items()
        }
        if self.type == _DOCUMENT and "effect" in found and found["effect"] is not None:
            effect = block.attributes["effect"]
            found["effect"] = self.module.word(effect, names, ["Allow", "Deny"])
        for name in dict.fromkeys(_labels(block)):
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

    def _rounds(self, each: Expression, names: Names, called: str) -> list[Any]:
        found = items_of(self.module, each, names)
        if found is None:
            told = partial(one_of, self.module, each, names)
            return [{one: told(f"{called}.{one}") for one in ("key", "value")}]
        items = itemized(self.module, each, names, found)
        return [items.each(key, item) for key, item in found]


class Outputs:
    """A module, as the one who calls it sees it."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def attribute(self, name: str) -> Any:
        return self._module.output(name)


class Outside:
    """A module whose source is not here."""

    def __init__(self, name: str) -> None:
        self._name = name

    def attribute(self, name: str) -> Any:
        return unresolved(f"{self._name}.{name}")


_CALLED_BY = ("arn", "id", "name", "unique_id")
_META = ("count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection")


def _labels(block: Block) -> Iterator[str]:
    for one in block.blocks:
        yield one.labels[0] if one.type == "dynamic" and one.labels else one.type


def _word(expression: Expression) -> Any:
    node = expression.node
    while hasattr(node, "children"):
        node = node.children[0]
    return node


def suffix(index: Any) -> str:
    if isinstance(index, str) and is_unresolved(index):
        return f"[{wholly(index) or shown(index)}]"
    if isinstance(index, list | dict) or hasattr(index, "attribute"):  # which is no key
        return "[…]"
    return "" if index is None or index is UNTOLD else f"[{json.dumps(index)}]"


def joined(module: str, name: str) -> str:
    return f"{module}.{name}" if module else name
