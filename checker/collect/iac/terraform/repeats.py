"""`count`, `for_each` and dynamic blocks: how often, and for which items. What nobody can tell to
be left out is there."""

from __future__ import annotations

import re
from typing import Any, Protocol

from checker.collect.iac.terraform.choices import Choices, Kept
from checker.collect.iac.terraform.expression import Names
from checker.collect.iac.terraform.items import Items
from checker.collect.iac.terraform.looseness import Several
from checker.collect.iac.terraform.steps import Keyed
from checker.collect.iac.terraform.syntax import Block, Expression
from checker.collect.iac.unknown import is_made, is_unresolved, shown, unresolved, wholly
from checker.collect.iac.worlds import TooManyWorldsError

UNTOLD = object()
"""An index that nobody can tell."""
MOST = 1_000  # instances of one block
ANY: Names = {"count": {"index": unresolved("count.index")}}
"""Names of an instance beyond those that are known of."""
_INDEX = re.compile(r"\bcount\.index\b")
_OF_PROVIDER = re.compile(
    r"(?:module\.[\w-]+(?:\[[^]]*\])?\.)*(?:data\.)?\baws_\w+\.(?:[\w.*-]|\[[^]]*\])+"
)
Pairs = list[tuple[Any, Names]]
"""Index and loop names of each instance."""


class Scope(Protocol):
    """A module, as its values are told by default, and strictly by what is given."""

    @property
    def choices(self) -> Choices: ...

    @property
    def running(self) -> bool: ...

    def evaluate(self, expression: Expression, names: Names) -> Any: ...
    def strictly(self) -> Scope: ...


def instances(scope: Scope, block: Block) -> Pairs:
    """The instances of a block in this run; `Several` where there may be more."""
    if (count := block.attributes.get("count")) is not None:
        return _counted(scope, count, block)
    if (each := block.attributes.get("for_each")) is not None:
        return _for_each(scope, each, block)
    return [(None, {})]


def all_instances(scope: Scope, block: Block) -> Pairs:
    """Those of every outcome of what nobody has decided."""
    kept = scope.choices.kept(lambda: instances(scope, block))
    outside: Pairs = kept.value
    if not kept.asked or scope.choices.trying:
        return outside
    found: dict[str, tuple[Any, Names]] = {}
    try:
        for pairs, _ in scope.choices.runs(lambda: instances(scope, block)):
            found = {repr(index): (index, names) for index, names in pairs} | found
    except TooManyWorldsError:
        return outside
    return list(found.values()) if 0 < len(found) <= MOST else outside


def items_of(scope: Scope, each: Expression, names: Names) -> list[tuple[Any, Any]] | None:
    """Keys and values that a loop goes over; None where nobody can tell."""
    kept = scope.choices.kept(lambda: scope.evaluate(each, names))
    value = kept.value
    if value in ([], {}, None):
        return [] if _is_none(scope, each, names, value, kept) else None
    pairs = pairs_of(value)
    return pairs if pairs and len(pairs) <= MOST else None


def _is_none(scope: Scope, each: Expression, names: Names, value: Any, kept: Kept) -> bool | None:
    """Whether that there is none is sure, or chosen: a default alone decides nothing."""
    sure = scope.strictly().evaluate(each, names)
    if sure == value or (kept.asked and scope.running):
        return True
    text = each.written()
    empty = f"{text} is {value}"
    return scope.choices.other(empty, True, kept.used, otherwise=f"{text} is not {value}")


def may_have_more(pairs: Pairs) -> bool:
    """Whether there may be instances besides those that are told."""
    return isinstance(pairs, Several) or any(index is UNTOLD for index, _ in pairs)


def _counted(scope: Scope, count: Expression, block: Block) -> Pairs:
    """Those that are known of; where no more than a default tells how many there are, one more
    stands for the others, if the block says something else of each. Of a module not even that."""
    kept = scope.choices.kept(lambda: scope.evaluate(count, {}))
    number, sure = kept.value, scope.strictly().evaluate(count, {})
    known = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= MOST
    if known and number == 0:
        if _is_none(scope, count, {}, number, kept):
            return []
        known = False
    found = [(at, {"count": {"index": at}}) for at in range(number if known else 1)]
    if known and (sure == number or (kept.asked and scope.running)):
        return found
    more = block.says(_INDEX) and not (known and block.type == "module")
    return Several([*found, (UNTOLD, ANY)] if more else found)


def defaulted(scope: Scope, block: Block) -> Any:
    """What is given tells of a count which a default alone tells, and on whose index something
    hangs; empty text where there is none."""
    count = block.attributes.get("count")
    if count is None or not block.says(_INDEX) or not isinstance(scope.evaluate(count, {}), int):
        return ""
    return scope.strictly().evaluate(count, {})


def names_at(scope: Scope, block: Block, index: Any) -> Names:
    """The loop names of an instance that somebody refers to, of a number that nobody can tell."""
    each = block.attributes.get("for_each")
    if each is None:
        return {"count": {"index": index}}
    value = scope.evaluate(each, {})
    item: Any = one_of(scope, each, {}, "each.value")
    if isinstance(value, Keyed):
        item = value.at(index)
    elif each.written().startswith("toset("):
        item = index
    return {"each": {"key": index, "value": item}}


def _for_each(scope: Scope, each: Expression, block: Block) -> Pairs:
    pairs = items_of(scope, each, {})
    if pairs is not None:  # of what is made here each is told
        pairs = [(shown(key) if is_made(key) else key, one) for key, one in pairs]
    if pairs is None or any(is_unresolved(key) for key, _ in pairs):
        return [(UNTOLD, names_at(scope, block, one_of(scope, each, {}, "each.key")))]
    found = itemized(scope, each, {}, pairs)
    return [(key, {"each": found.each(key, item)}) for key, item in pairs]


def one_of(scope: Scope, each: Expression, names: Names, name: str) -> str:
    """What a name of a loop stands for that goes over nobody knows what: it says of which look-up
    or resource."""
    text = wholly(scope.evaluate(each, names)) or each.written()
    over = ", ".join(dict.fromkeys(_OF_PROVIDER.findall(text)))
    return unresolved(f"{name} of {over}" if over else name)


def key_of(index: str) -> str:
    """A key as addresses have it: who loops over the same has the same keys."""
    return unresolved("each.key") if (wholly(index) or "").startswith("each.key of ") else index


def itemized(scope: Scope, each: Expression, names: Names, pairs: list[Any]) -> Items:
    return Items(pairs, lambda: scope.strictly().evaluate(each, names), each.written())


def pairs_of(value: Any) -> list[tuple[Any, Any]]:
    """Keys and values of a map; of a set, each item twice."""
    if isinstance(value, dict):
        return list(value.items())
    return [(one, one) for one in value] if isinstance(value, list) else []
