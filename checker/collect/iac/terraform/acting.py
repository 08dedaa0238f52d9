"""The accounts that the providers of one module act in, as its caller hands them on.

https://developer.hashicorp.com/terraform/language/providers/configuration
https://developer.hashicorp.com/terraform/language/modules/develop/providers
"""

from __future__ import annotations

import functools
import re

from checker.collect.iac.terraform.elsewhere import untold
from checker.collect.iac.terraform.instance import Instance, joined
from checker.collect.iac.terraform.instance import Module as Scope
from checker.collect.iac.terraform.planned import Json
from checker.collect.iac.terraform.providers import KEYS, account_of
from checker.collect.iac.terraform.syntax import Block, Expression

_PAIR = re.compile(r'"?([\w.-]+)"?\s*[=:]\s*"?([\w.-]+)')
_COMMENT = re.compile(r"#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)


class Acting:
    """`above`: the module that calls this one, `handed`: its argument `providers`."""

    def __init__(
        self, module: Scope, blocks: list[Block], above: Acting | None, handed: Expression | None
    ) -> None:
        self._module, self._blocks = module, blocks
        self._above, self._handed = above, _handed(handed)
        self._told: dict[str, str | None] = {}
        self._busy: set[str] = set()

    def account(self, reference: str) -> str | None:
        """Of `aws`, `aws.other`; None for the own one, marked text where nobody can tell."""
        if reference in self._busy:
            return untold(self._named(reference))
        if reference not in self._told:
            self._busy.add(reference)
            self._told[reference] = self._account(reference)
            self._busy.discard(reference)
        return self._told[reference]

    def _account(self, reference: str) -> str | None:
        name, _, alias = reference.partition(".")
        if any(_reference(one) == reference for one in self._blocks):
            return self._configured(reference, name)
        if self._above is None:
            return untold(self._named(reference)) if alias else None
        if self._handed is None:
            return untold(self._named(reference)) if alias else self._above.account(reference)
        handed = self._handed.get(reference)
        if handed is None:
            return untold(self._named(reference)) if alias else None
        return self._above.account(handed)

    def _configured(self, reference: str, name: str) -> str | None:
        values = {ref: one for ref, one in self._values.items() if ref.partition(".")[0] == name}
        own = self._module.world.target.account
        account, told = account_of(values[reference], values.get(name), values.values(), own)
        return account if told else untold(self._named(reference))

    @functools.cached_property
    def _values(self) -> dict[str, Json]:
        """The arguments of each configuration that tell of accounts."""
        return {_reference(one): _arguments(self._module, one) for one in self._blocks}

    def _named(self, reference: str) -> str:
        return joined(self._module.address, reference)


def reference_of(block: Block) -> str:
    """The provider of a resource: what it names, else the first word of its type."""
    named = block.attributes.get("provider")
    if named is None:
        return block.labels[0].partition("_")[0]
    return named.written().strip('"').partition("[")[0]


def _reference(block: Block) -> str:
    alias = block.attributes.get("alias")
    return ".".join((*block.labels[:1], *([alias.written().strip('"')] if alias else [])))


def _arguments(module: Scope, block: Block) -> Json:
    """A default that leaves one out decides nothing: then it is not known."""
    made = Instance(module, "provider", block, None, {})
    sure = made.strictly()
    found = {key: _normal(made.written(key)) for key in KEYS}
    return {key: value or _normal(sure.written(key)) for key, value in found.items()}


def _normal(value: object) -> object:
    """Without what is empty: a role whose ARN is null is none."""
    if isinstance(value, list):
        return [one for one in value if not isinstance(one, dict) or one.get("role_arn")] or None
    return value if value else None


def _handed(expression: Expression | None) -> dict[str, str] | None:
    if expression is None:
        return None
    meta = expression.node.meta
    text = expression.text[meta.start_pos : meta.end_pos]
    return dict(_PAIR.findall(_COMMENT.sub("", text)))
