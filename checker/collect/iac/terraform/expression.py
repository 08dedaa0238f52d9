"""Expressions of HCL → values, with marks for what cannot be told.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from checker.collect.iac.budget import Budget
from checker.collect.iac.terraform.arithmetic import OPERATORS, number, to_text
from checker.collect.iac.terraform.directives import Directed, UntoldError
from checker.collect.iac.terraform.functions import FUNCTIONS, OF_ITEMS, OF_LOOSE, OF_NULL, OF_TEXTS
from checker.collect.iac.terraform.items import Item, Items
from checker.collect.iac.terraform.looseness import (
    Loose,
    Maybe,
    Perhaps,
    Several,
    is_doubtful,
    is_loose_within,
    is_ours,
    perhaps,
    plain_text,
    settled,
    with_others,
)
from checker.collect.iac.terraform.matching import SlowPatternError
from checker.collect.iac.terraform.several import ABSENT, NULL, several_of
from checker.collect.iac.terraform.spelling import LOOKING, shortens, spelled
from checker.collect.iac.terraform.steps import (
    ALL,
    NOTHING,
    SPLAT,
    Keyed,
    Pick,
    truth,
    walked,
)
from checker.collect.iac.terraform.syntax import (
    Expression,
    Node,
    parse_expression,
    parts_of,
    skipped,
    source_of,
)
from checker.collect.iac.terraform.template import heredoc, unescaped
from checker.collect.iac.unknown import is_made, is_unresolved, made, unresolved, wholly
from checker.collect.iac.worlds import ImpossibleWorldError
from checker.errors import InputError

Names = dict[str, Any]
_MOST = 10_000  # items that one loop goes over
_DIRECTIVES = "template_"
_LARGEST = 1 << 512
"""As far as Terraform counts: https://developer.hashicorp.com/terraform/language/expressions/types#number"""


class Scope(Protocol):
    """What names stand for."""

    @property
    def budget(self) -> Budget: ...

    @property
    def running(self) -> bool: ...

    @property
    def strict(self) -> bool: ...

    @property
    def spelled(self) -> dict[str, str]: ...

    def strictly(self) -> Scope: ...

    def now(self, item: Item) -> Any: ...

    def reference(self, root: str, steps: list[Any]) -> Any: ...

    def file(self, name: str) -> Any: ...
    def fileset(self, folder: str, pattern: str, /) -> None: ...

    def decides(self, expression: Expression, names: Names) -> bool | None: ...

    def key(self, expression: Expression, names: Names, value: Any) -> Any: ...


class Evaluation:
    """One expression's source, evaluated among the names of the loops around it."""

    def __init__(self, expression: Expression, scope: Scope, names: Names) -> None:
        self._source, self._scope, self._names = expression.text, scope, names
        self._tried = 0
        self._begins: dict[int, Any] = {}

    def value(self, node: Node) -> Any:
        """Raises InputError when it unfolds to too much."""
        return self._scope.budget.deeper(self._value, node)

    def _value(self, node: Node) -> Any:
        function = _RULES.get(str(getattr(node, "data", "")))
        return self._unknown(node) if function is None else function(self, node)

    def _unknown(self, node: Node) -> Any:
        """Called as it is written."""
        return unresolved(source_of(node, self._source)[:120] or "an expression")

    def _term(self, node: Node) -> Any:
        inner = parts_of(node)
        return self.value(inner[0]) if len(inner) == 1 else self._unknown(node)

    def _string(self, node: Node) -> Any:
        parts = [one.children[0] for one in node.children if hasattr(one, "data")]
        if any(str(getattr(one, "data", "")).startswith(_DIRECTIVES) for one in parts):
            return self._unknown(node)
        values = [self._part(one) for one in parts]
        if len(parts) == 1 and hasattr(parts[0], "data"):
            return values[0]
        return self._joined(values)

    def _part(self, part: Any) -> Any:
        value = self.value(part.children[1]) if hasattr(part, "data") else unescaped(str(part))
        if value is None and self._tried:  # which no text takes
            raise ImpossibleWorldError
        return value

    def _joined(self, values: list[Any]) -> str:
        text = "".join(to_text(one) for one in values)
        self._scope.budget.spend(text)
        return perhaps(text) if any(isinstance(one, Perhaps) for one in values) else text

    def _heredoc(self, node: Node) -> Any:
        return self._template(heredoc(str(node.children[0])), self._names, node)

    def _template(self, text: str, names: Names, node: Node) -> Any:
        try:
            return self._joined(Directed(self._inner, self._asked, self._each).parts(text, names))
        except UntoldError:
            return self._unknown(node)

    def _asked(self, text: str, names: Names) -> bool | None:
        """Whether a condition within a template holds."""
        return self._scope.decides(_parsed(text), names)

    def _of(self, expression: Expression, scope: Scope, names: Names) -> Evaluation:
        """Another expression, tried where this one is."""
        found = Evaluation(expression, scope, names)
        found._tried = self._tried
        return found

    def _each(self, text: str, names: Names) -> list[tuple[Any, Any]] | None:
        """What a loop within a template goes over."""
        value = self._inner(text, names)
        if not isinstance(value, list | dict) or isinstance(value, Maybe) or len(value) > _MOST:
            return None
        sure = self._of(_parsed(text), self._scope.strictly(), names)
        items = Items(value, lambda: sure.value(_parsed(text).node), text)
        pairs = several_of(value)
        return [(key, items.item(key, one)) for key, one in pairs]

    def _inner(self, text: str, names: Names) -> Any:
        """An expression within a heredoc, which the parser leaves as text."""
        expression = _readable(text)
        if expression is None:
            return unresolved(text.strip()[:120])
        return self._of(expression, self._scope, names).value(expression.node)

    def _tuple(self, node: Node) -> Any:
        return [self.value(one) for one in node.children if not skipped(one)]

    def _object(self, node: Node) -> Any:
        found: dict[str, Any] = {}
        for one in node.children:
            if getattr(one, "data", None) == "object_elem":
                found[self._key(one.children[0].children[0])] = self.value(one.children[-1])
        return found

    def _key(self, node: Node) -> str:
        """A bare word is a name; anything else is evaluated."""
        inner = _unwrapped(node)
        if getattr(inner, "data", None) in ("identifier", "keyword", "literal_value"):
            return str(inner.children[0])
        return to_text(self.value(node))

    def _conditional(self, node: Node) -> Any:
        asked, then, otherwise = parts_of(node)
        held = self._scope.decides(Expression(asked, self._source), self._names)
        if held is not None:
            chosen, left = (then, otherwise) if held else (otherwise, then)
            return self._of_type(self.value(chosen), left)
        one, other = self.value(then), self.value(otherwise)
        return one if one == other else self._unknown(node)

    def _of_type(self, value: Any, beside: Node) -> Any:
        """Beside a text, a number is one: both ways are of one type."""
        kind = getattr(_unwrapped(beside), "data", None)
        text = kind == "string" and isinstance(value, int | float)
        return to_text(value) if text else value

    def _binary(self, node: Node) -> Any:
        left, term = parts_of(node)
        operator, right = parts_of(term)
        sign = str(operator.children[0]).strip()
        one, other = self.value(left), self.value(right)
        if sign in ("&&", "||"):
            return self._logic(sign, one, other, node)
        if sign in ("==", "!=") and None in (one, other):
            return self._null(sign, one, other, node)
        if is_unresolved([one, other]) or is_loose_within([one, other]):
            return self._unknown(node)
        try:
            found = OPERATORS[sign](one, other)
        except _FAULTS:
            found = None
        large = isinstance(found, int) and abs(found) > _LARGEST
        return self._unknown(node) if found is None or large else found

    def _null(self, sign: str, one: Any, other: Any, node: Node) -> Any:
        """Whether a value is null, which something of which a part is known is not."""
        value = other if one is None else one
        if isinstance(value, Perhaps) or (wholly(value) is not None and not is_made(value)):
            return self._unknown(node)
        return (value is None) == (sign == "==")

    def _logic(self, sign: str, one: Any, other: Any, node: Node) -> Any:
        ends = sign == "||"
        answers = [truth(one), truth(other)]
        if ends in answers:
            return ends
        return self._unknown(node) if None in answers else not ends

    def _unary(self, node: Node) -> Any:
        sign, inner = node.children
        value = self.value(inner)
        if str(sign) == "!":
            held = truth(value)
            return self._unknown(node) if held is None else not held
        return -value if isinstance(value, int | float) else self._unknown(node)

    def _call(self, node: Node) -> Any:
        name = str(node.children[0].children[0])
        listed = [one for one in node.children if getattr(one, "data", None) == "arguments"]
        given = listed[0].children if listed else []
        arguments = [one for one in given if not skipped(one)]
        if name in ("try", "can"):
            return self._try(name, arguments, node)
        values = self._given(name, arguments)
        if name == "values" and len(values) == 1 and isinstance(values[0], Keyed):
            return values[0].each()
        if name == "lookup" and len(values) > 1:
            return self._lookup(values, arguments[1], node)
        if any(str(one) == "..." for one in given) and values:
            if not isinstance(values[-1], list) or is_doubtful(values[-1]):
                return self._unknown(node)
            values = [*values[:-1], *values[-1]]
        if name in ("file", "filebase64") and values:
            text = self._scope.file(to_text(values[0]))
            return text if name == "file" else self._function("base64encode", [text], node)
        if name == "fileset" and len(values) == 2:
            self._scope.fileset(to_text(values[0]), to_text(values[1]))
        if name == "templatefile" and len(values) == 2:
            return self._template_file(values[0], values[1], arguments[1], node)
        return self._function(name, values, node)

    def _given(self, name: str, arguments: list[Node]) -> list[Any]:
        """Raises ImpossibleWorldError for a null that a function does not take, where it may be
        tried."""
        values = [self.value(one) for one in arguments]
        takes = not self._tried or name not in FUNCTIONS or name in OF_NULL
        if not takes and values[:1] == [None] and self._is_null(arguments[0]):
            raise ImpossibleWorldError
        return values

    def _lookup(self, values: list[Any], key: Node, node: Node) -> Any:
        """By a key that nobody has decided: by each, and by none where that has an answer too."""
        picked = self._index(key)
        if isinstance(picked, Pick):
            more = len(values) > 2
            values[1] = picked.of(values[0], more=more)
            if more and self._scope.running and is_unresolved(values[1]):
                return values[2]
        return self._function("lookup", values, node)

    def _function(self, name: str, values: list[Any], node: Node) -> Any:
        function = FUNCTIONS.get(name)
        given = [*map(settled, values)]
        given = [*map(with_others, given)] if name in OF_ITEMS else given
        for one in given:
            self._scope.budget.hand(one)
        if self._tried and name in OF_TEXTS and None in given:
            raise ImpossibleWorldError
        try:
            unsure = any(isinstance(one, Perhaps) for one in given)
            loose = name not in OF_LOOSE and is_doubtful([*map(plain_text, given)])
            found = function(*self._spelled(name, given)) if function and not loose else None
            found = perhaps(found) if unsure and found not in (NULL, ABSENT) else found
        except SlowPatternError:
            self._scope.budget.slow()
            found = None
        except _FAULTS:
            found = None
        self._scope.budget.spend(found)
        if name in LOOKING and [found] == self._spelled(name, given[:1]):
            found = given[0]  # as it was
        if found is NULL:
            return None
        if found is None and shortens(name, given):
            return made(source_of(node, self._source)[:120])
        return self._unknown(node) if found is None else self._there(found, node)

    def _spelled(self, name: str, given: list[Any]) -> list[Any]:
        """For functions that look into a text: what is made here, as it will be called."""
        known = self._scope.spelled if name in LOOKING else {}
        return [spelled(one, known) if isinstance(one, str) else one for one in given]

    def _template_file(self, name: Any, given: Any, written: Node, node: Node) -> Any:
        text = self._scope.file(to_text(name))
        if is_unresolved(text) or not isinstance(given, dict):
            return self._unknown(node)
        items = Items(given, lambda: self._sure(written), "templatefile")
        return self._template(text, {key: items.item(key, one) for key, one in given.items()}, node)

    def _try(self, name: str, arguments: list[Node], node: Node) -> Any:
        """The first that can be told; what could not be told may have failed, or not."""
        if name == "can" or not arguments:
            return self._unknown(node)
        for at, one in enumerate(arguments):
            try:
                value = self._attempt(one)
            except ImpossibleWorldError:
                continue
            if value is not None or self._is_null(one):
                return self._or_next(value, arguments[at:], node)
        return None

    def _or_next(self, value: Any, left: list[Node], node: Node) -> Any:
        """What is tried first, or what comes next where that may not be there."""
        if not self._may_be_gone(left[0]):
            return value
        other = self._try("try", left[1:], node) if left[1:] else value
        ours = is_ours(value) and is_ours(other)
        return perhaps(value) if ours or other == value else self._unknown(node)

    def _may_be_gone(self, node: Node) -> bool:
        """Whether it is a part of something of which nobody knows whether it is there."""
        root, steps = self._steps(node)
        start = 1 if isinstance(root, str) else 0
        above = (self._part_of(root, steps[:at]) for at in range(start, len(steps)))
        return any(isinstance(one, Loose) for one in above)

    def _part_of(self, root: Any, steps: list[Any]) -> Any:
        return (
            self._named(root, steps) if isinstance(root, str) else walked(self._begun(root), steps)
        )

    def _is_null(self, node: Node) -> bool:
        """Whether null is what is written there; of what a resource does not say, nobody knows."""
        whole, _ = self._whole(node)
        return whole is NOTHING or isinstance(whole, dict | list)

    def _is_missing(self, node: Node) -> bool:
        """Whether it is a part that is not there, which is an error."""
        whole, step = self._whole(node)
        if isinstance(whole, dict):
            return to_text(step) not in whole
        return whole is None

    def _whole(self, node: Node) -> tuple[Any, Any]:
        """What a reference names a part of, NOTHING where it names no part; and which."""
        root, steps = self._steps(node)
        if not steps or (isinstance(root, str) and root not in self._names and len(steps) == 1):
            return NOTHING, None
        *above, last = steps
        named = isinstance(root, str)
        return self._named(root, above) if named else walked(self._begun(root), above), last

    def _attempt(self, node: Node) -> Any:
        """Raises ImpossibleWorldError where it is sure to fail."""
        self._tried += 1
        try:
            return self.value(node)
        finally:
            self._tried -= 1

    def _reference(self, node: Node) -> Any:
        value = self._referred(node)
        if value is None and self._tried and self._is_missing(node):
            raise ImpossibleWorldError
        return value

    def _referred(self, node: Node) -> Any:
        root, steps = self._steps(node)
        if isinstance(root, str):
            value = self._named(root, steps)
            return self._unknown(node) if value is NOTHING else self._there(value, node)
        value = walked(self._begun(root), steps, self._unknown(node))
        return self._there(value, node)

    def _there(self, value: Any, node: Node) -> Any:
        """An item that a list does not have: there is no such deployment."""
        if value is not ABSENT:
            return value
        if self._scope.running or self._tried:
            raise ImpossibleWorldError
        return self._unknown(node)

    def _named(self, root: str, steps: list[Any]) -> Any:
        if root not in self._names:
            return self._scope.reference(root, steps)
        named = self._names[root]
        if isinstance(named, Item):
            named = named.sure() if self._scope.strict else self._scope.now(named)
        return walked(named, steps)

    def _begun(self, root: Node) -> Any:
        """What a chain begins with, told once, as it may be asked for at each step."""
        if id(root) not in self._begins:
            self._begins[id(root)] = self.value(root)
        return self._begins[id(root)]

    def _steps(self, node: Node) -> tuple[Any, list[Any]]:
        """What a chain begins with, a name or any other expression, and its steps."""
        kind = getattr(node, "data", None)
        if kind == "identifier":
            return str(node.children[0]), []
        if kind == "expr_term" and len(node.children) == 1:
            return self._steps(node.children[0])
        if kind not in _CHAINS:
            return node, []
        root, steps = self._steps(node.children[0])
        return root, [*steps, *self._step(node.children[1])]

    def _step(self, node: Node) -> list[Any]:
        kind = str(node.data)
        if kind == "get_attr":
            return [str(node.children[1].children[0])]
        if kind == "short_index":
            return [int(node.children[1])]
        if kind == "braces_index":
            return [self._index(next(one for one in node.children[1:] if not skipped(one)))]
        return [SPLAT, *self._splat(node)]

    def _splat(self, node: Node) -> list[Any]:
        """What is done with each item; behind the first index of `a.*.b[0]`, with all of them."""
        found: list[Any] = []
        for one in node.children[1:]:
            if node.data == "attr_splat" and one.data != "get_attr" and ALL not in found:
                found.append(ALL)
            found += self._step(one)
        return found

    def _index(self, node: Node) -> Any:
        """A key, which may be one that nobody has decided."""
        value = self.value(node)
        if not isinstance(value, str) or isinstance(value, Perhaps):
            return unresolved(value) if isinstance(value, Perhaps) else value
        found = self._scope.key(Expression(node, self._source), self._names, value)
        return Pick(found.value, partial(self._or_fails, found)) if self._may_fail(found) else found

    def _may_fail(self, picked: Any) -> bool:
        return self._tried > 0 and isinstance(picked, Pick)

    def _or_fails(self, picked: Pick, keys: list[str], more: bool) -> Any:
        """Within `try`, a key that a map does not have is an answer, too."""
        key = picked.among(keys, True)
        if not more and self._scope.running and is_unresolved(key):
            raise ImpossibleWorldError
        return key

    def _for_tuple(self, node: Node) -> Any:
        intro, *rest = parts_of(node)
        items = self._loop(intro)
        if items is None:
            return self._unknown(node)
        condition = [one for one in rest if getattr(one, "data", None) == "for_cond"]
        found: list[Any] = type(items)()
        if isinstance(items, Loose) and isinstance(found, Loose) and not condition:
            found.sure = items.sure
        for doubted, names in items:
            kept = self._kept(condition, names)
            if kept is False:
                continue
            doubted = doubted or (kept is None and self._scope.strict)
            value = self._within(names, rest[0])
            found.append(self._doubted(condition, names) if doubted else value)
        return found

    def _for_object(self, node: Node) -> Any:
        intro, *rest = parts_of(node)
        items = self._loop(intro)
        if items is None or any(str(one) == "..." for one in node.children):
            return self._unknown(node)
        parts = [one for one in rest if hasattr(one, "data")]
        condition = [one for one in parts if one.data == "for_cond"]
        found: dict[str, Any] = {}
        unsure: set[str] = set()
        gone = isinstance(items, Loose) and items.subset
        for doubted, names in items:
            kept = self._kept(condition, names)
            if kept is not False:
                key = to_text(self._within(names, parts[0]))
                found[key] = self._within(names, parts[1])
                gone_too = gone and not is_ours(found[key])
                doubted = doubted or gone_too or (kept is None and self._scope.strict)
                unsure |= {key} if doubted else set()
        return Maybe(found, frozenset(unsure)) if unsure else found

    def _loop(self, intro: Node) -> list[tuple[bool, Names]] | None:
        """The names in each round, and whether there may be none, for all that is given."""
        parts = [one for one in intro.children if not skipped(one) and hasattr(one, "data")]
        *variables, source = parts
        words = [str(one.children[0]) for one in variables]
        value = self.value(source)
        loose = isinstance(value, Loose) or (isinstance(value, dict) and is_unresolved([*value]))
        of_any_number = isinstance(value, Keyed | Several)
        several = Several if of_any_number else Loose if loose else list
        if isinstance(value, Keyed):  # any number of them
            value = {unresolved("each.key"): value.each()[0]}
        if not isinstance(value, list | dict) or len(value) > _MOST:
            return None
        items = Items(value, lambda: self._sure(source), source_of(source, self._source) or "")
        pairs = several_of(value)
        if isinstance(value, Several) and value.at is not None:  # each of the others
            beyond = unresolved("count.index")
            pairs = [*pairs, (beyond, value.at(beyond))]
        unsure = value.doubted if isinstance(value, Maybe) else frozenset()
        found = several(
            (
                isinstance(key, str) and key in unsure,
                {words[0]: key, words[-1]: items.item(key, item)},
            )
            for key, item in pairs
        )
        if isinstance(found, Loose):
            found.subset = of_any_number or not is_unresolved(value)
        return found

    def _sure(self, node: Node) -> Any:
        """By what is given alone."""
        scope = self._scope.strictly()
        return self._of(Expression(node, self._source), scope, self._names).value(node)

    def _within(self, names: Names, node: Node) -> Any:
        inner = self._of(Expression(node, self._source), self._scope, {**self._names, **names})
        return inner.value(node)

    def _doubted(self, condition: list[Node], names: Names) -> str:
        """An item that may not be there, for all that is given; called by what would tell."""
        parts = condition[0].children[1:] if condition else []
        asked = next((one for one in parts if not skipped(one)), None)
        told = wholly(self._within(names, asked)) if asked is not None else None
        return unresolved(f"an item if {told or 'it is there'}"[:120])

    def _kept(self, condition: list[Node], names: Names) -> bool | None:
        """An item that nobody can tell to be left out is kept: None."""
        if not condition:
            return True
        asked = next(one for one in condition[0].children[1:] if not skipped(one))
        inner = Expression(asked, self._source)
        return self._scope.decides(inner, {**self._names, **names})


@functools.lru_cache(maxsize=1024)
def _unwrapped(node: Node) -> Node:
    """Without brackets and what else stands for one thing alone."""
    while getattr(node, "data", None) == "expr_term" and len(node.children) == 1:
        node = node.children[0]
    return node


def _readable(text: str) -> Expression | None:
    """What a template repeats is read once."""
    try:
        return parse_expression(text, Path("heredoc"))
    except InputError:
        return None


def _parsed(text: str) -> Expression:
    """Raises UntoldError for what is no expression."""
    expression = _readable(text)
    if expression is None:
        raise UntoldError
    return expression


def _literal(token: str) -> Any:
    return {"true": True, "false": False, "null": None}.get(token, token)


def _number(node: Node) -> Any:
    try:
        return number(str(node.children[0]))
    except _FAULTS:
        return unresolved("a number of too many digits")


_FAULTS = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What comes of arguments that a function does not take, as Terraform would say."""
_CHAINS = ("get_attr_expr_term", "index_expr_term", "attr_splat_expr_term",
           "full_splat_expr_term")  # fmt: skip
_RULES: dict[str, Callable[[Evaluation, Node], Any]] = {
    "expr_term": Evaluation._term,
    "string": Evaluation._string,
    "heredoc_template": Evaluation._heredoc,
    "heredoc_template_trim": Evaluation._heredoc,
    "tuple": Evaluation._tuple,
    "object": Evaluation._object,
    "conditional": Evaluation._conditional,
    "binary_op": Evaluation._binary,
    "unary_op": Evaluation._unary,
    "function_call": Evaluation._call,
    "identifier": Evaluation._reference,
    **dict.fromkeys(_CHAINS, Evaluation._reference),
    "for_tuple_expr": Evaluation._for_tuple,
    "for_object_expr": Evaluation._for_object,
    "literal_value": lambda _, node: _literal(str(node.children[0])),
    "int_lit": lambda _, node: _number(node),
    "float_lit": lambda _, node: _number(node),
}
