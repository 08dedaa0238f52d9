"""The accounts that the providers of one module act in, as its caller hands them on.

https://developer.hashicorp.com/terraform/language/providers/configuration
https://developer.hashicorp.com/terraform/language/modules/develop/providers
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from checker.collect.iac.terraform.elsewhere import untold
from checker.collect.iac.terraform.expression import Names
from checker.collect.iac.terraform.files import provider_name
from checker.collect.iac.terraform.instance import Instance, joined
from checker.collect.iac.terraform.instance import Module as Scope
from checker.collect.iac.terraform.planned import Json
from checker.collect.iac.terraform.providers import KEYS, Told, account_of
from checker.collect.iac.terraform.repeats import pairs_of
from checker.collect.iac.terraform.syntax import Block, Expression
from checker.collect.iac.unknown import is_unresolved, unresolved
from checker.collect.iac.worlds import TooManyWorldsError

_PAIR = re.compile(r'"?([\w.-]+)"?\s*[=:]\s*"?([\w.-]+(?:\[[^\]]*\])?)')
_KEY = re.compile(r'\["((?:[^"\\]|\\.)*)"\]$')
_EACH = "each.key"
_COMMENT = re.compile(r"#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)


class Acting:
    """`above`: the module that calls this one, `handed`: its argument `providers`."""

    def __init__(
        self, module: Scope, blocks: list[Block], above: Acting | None, handed: Expression | None,
        index: Any = None,
    ) -> None:  # fmt: skip
        """`index`: that of the module among those of its call."""
        self._module, self._blocks = module, blocks
        self._above, self._handed = above, _handed(handed, index)
        self._told: dict[str, str | None] = {}
        self._busy: set[str] = set()

    def account(self, reference: str) -> str | None:
        """Of `aws`, `aws.other`, `aws.each["a"]`; None for the own one, marked text where nobody
        can tell."""
        if reference in self._busy:
            return untold(self._named(reference))
        if reference not in self._told:
            self._busy.add(reference)
            self._told[reference] = self._account(reference)
            self._busy.discard(reference)
        return self._told[reference]

    def _account(self, reference: str) -> str | None:
        name, _, alias = reference.partition(".")
        if any(provider_name(one) == reference for one in self._blocks):
            return self._configured(reference, name)
        if (one := self._of_several(reference)) is not None:
            return self._one_of(reference, one)
        if self._above is None:
            return untold(self._named(reference)) if alias else None
        if self._handed is None:
            return untold(self._named(reference)) if alias else self._above.account(reference)
        handed = self._handed.get(reference)
        if handed is None:
            return untold(self._named(reference)) if alias else None
        return self._above.account(handed)

    def _of_several(self, reference: str) -> Block | None:
        """The configuration with `for_each` of which a reference names one."""
        named = [one for one in self._blocks if provider_name(one) == reference.partition("[")[0]]
        return named[0] if named and "[" in reference else None

    def _one_of(self, reference: str, block: Block) -> str | None:
        """By what is given alone: the one of that key, where each is of an account of its own."""
        module, each = self._module.strictly(), block.attributes.get("for_each")
        items = module.evaluate(each, {}) if each else None
        key = _KEY.search(reference)
        known = dict(pairs_of(items)).get(key[1]) if key else None
        value = unresolved("each.value") if known is None else known
        item = {"key": key[1] if key else unresolved(_EACH), "value": value}
        values = _arguments(module, block, {"each": item})
        default = self._values[0].get(reference.partition(".")[0], {})
        account, sure = account_of(values, default, [values, default], module.world.target.account)
        return account if sure else untold(self._named(reference))

    def _configured(self, reference: str, name: str) -> str | None:
        """By each outcome of what nobody has decided: where they differ, nobody can tell, but
        that who always acts as the default one does so here, too."""
        told = [(self._of(one, reference, name), self._of(one, name, name)) for one in self._values]
        if reference != name and len(told) > 1 and all(one == default for one, default in told):
            return self.account(name)
        found = {one for one, _ in told}
        if len(found) == 1 or (reference == name and (None, True) in found):
            account, sure = (None, True) if len(found) > 1 else found.pop()
            return account if sure else untold(self._named(reference))
        return untold(self._named(reference))

    def _of(self, values: dict[str, Json], reference: str, name: str) -> Told:
        """Of a configuration that nobody has written there is one without arguments."""
        alike = {ref: one for ref, one in values.items() if ref.partition(".")[0] == name}
        default = alike.setdefault(name, self._inherited.get(name, {}))
        own = self._module.world.target.account
        return account_of(alike[reference], default, alike.values(), own)

    @property
    def _inherited(self) -> dict[str, Json]:
        """What a module without a default configuration has of its caller."""
        above = self._above if self._handed is None else None
        return {**above._inherited, **above._values[0]} if above else {}

    @functools.cached_property
    def _values(self) -> list[dict[str, Json]]:
        """The arguments of each configuration that tell of accounts, in each outcome."""
        module = self._module.apart()
        tell = functools.partial(_all_arguments, module, self._blocks)
        try:
            found = [values for values, _ in module.choices.runs(tell)]
        except TooManyWorldsError:
            found = []
        return found or [_all_arguments(module.strictly(), self._blocks)]

    def _named(self, reference: str) -> str:
        return joined(self._module.address, reference.replace('"', ""))  # it may stand within JSON


def reference_of(block: Block, index: Any = None) -> str:
    """The provider of a resource: what it names, else the first word of its type. `index`: that of
    the resource."""
    named = block.attributes.get("provider")
    if named is None:
        return block.labels[0].partition("_")[0]
    return _keyed(named.written().strip(), index)


def _keyed(text: str, index: Any) -> str:
    """A reference with the key that it has for one of a loop."""
    text = text.strip('"') if "[" not in text else text
    key = json.dumps(index) if isinstance(index, str) and not is_unresolved(index) else _EACH
    return text.replace(f"[{_EACH}]", f"[{key}]")


def _all_arguments(module: Scope, blocks: list[Block]) -> dict[str, Json]:
    return {provider_name(one): _arguments(module, one) for one in blocks}


def _arguments(module: Scope, block: Block, names: Names | None = None) -> Json:
    """A default that leaves one out decides nothing: then it is not known."""
    made = Instance(module, "provider", block, None, names or {})
    sure = made.strictly()
    found = {key: _normal(made.written(key)) for key in KEYS}
    return {key: value or _normal(sure.written(key)) for key, value in found.items()}


def _normal(value: object) -> object:
    """Without what is empty: a role whose ARN is null is none."""
    if isinstance(value, list):
        return [one for one in value if not isinstance(one, dict) or one.get("role_arn")] or None
    return value if value else None


def _handed(expression: Expression | None, index: Any) -> dict[str, str] | None:
    if expression is None:
        return None
    meta = expression.node.meta
    text = expression.text[meta.start_pos : meta.end_pos]
    found = dict(_PAIR.findall(_COMMENT.sub("", text)))
    return {name: _keyed(one, index) for name, one in found.items()}
