"""Conditions of .tf files that what is given does not decide: what is chosen instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from checker.collect.iac.terraform.choices import Choices
from checker.collect.iac.terraform.expression import Names
from checker.collect.iac.terraform.items import ITEM, Item, plain
from checker.collect.iac.terraform.steps import truth
from checker.collect.iac.terraform.syntax import Expression, Node, parts_of, source_of
from checker.collect.iac.unknown import is_made, is_unresolved, shown, wholly

_WORKSPACE = "terraform.workspace"
_UNSET = "default"
"""The workspace where nobody has chosen one."""
_SHORT = ("&&", "||")


class Scope(Protocol):
    """A module, as its values are told by default, and strictly by what is given."""

    address: str

    @property
    def choices(self) -> Choices: ...

    def evaluate(self, expression: Expression, names: Names) -> Any: ...
    def strictly(self) -> Scope: ...


class Deciding:
    """One condition, among the names of the loops around it."""

    def __init__(self, scope: Scope, text: str, names: Names) -> None:
        self._scope, self._text, self._names = scope, text, names
        self._choices = scope.choices

    def held(self, node: Node) -> bool | None:
        """Whether it holds in this run; None where nobody chooses."""
        sure = truth(self._sure(node))
        if sure is not None:
            return sure
        if self._about(node) is not None:
            return self._plain(node)
        rule = _RULES.get(str(getattr(node, "data", "")))
        return rule(self, node) if rule else self._plain(node)

    def _term(self, node: Node) -> bool | None:
        inner = parts_of(node)
        rule = _RULES.get(str(getattr(inner[0], "data", ""))) if len(inner) == 1 else None
        return rule(self, inner[0]) if rule else self._plain(node)

    def key(self, node: Node, keys: list[str], *, more: bool) -> Any:
        """Which key of a map an expression is that what is given does not tell."""
        about = self._about(node) or self._called(node)
        if about == _WORKSPACE:
            return self._choices.among(about, keys, _UNSET, more=more, told=True)
        return self._choices.among(about, keys, self._value(node), more=more)

    def word(self, node: Node, words: list[str]) -> Any:
        """Which of the words it is that what is given does not tell."""
        kept = self._choices.kept(lambda: self._value(node))
        if kept.asked and not kept.used and self._choices.running and kept.value in words:
            return kept.value
        about = self._about(node) or self._called(node)
        return self._choices.among(about, words, kept.value, more=False)

    def _unary(self, node: Node) -> bool | None:
        sign, inner = node.children
        held = self.held(inner) if str(sign) == "!" else None
        return None if held is None else not held

    def _binary(self, node: Node) -> bool | None:
        left, term = parts_of(node)
        operator, right = parts_of(term)
        sign = str(operator.children[0]).strip()
        if sign in _SHORT:
            return self._logic(left, right, ends=sign == "||")
        compared = self._compared(left, right) if sign in ("==", "!=") else None
        if compared is None:
            return self._other(node)
        held = self._is(*compared)
        return held if held is None or sign == "==" else not held

    def _logic(self, left: Node, right: Node, *, ends: bool) -> bool | None:
        """What the second one is does not matter where the first one tells."""
        one = self.held(left)
        if one is ends:
            return ends
        other = self.held(right)
        if other is ends or one is None:
            return ends if other is ends else None
        return other

    def _compared(self, left: Node, right: Node) -> tuple[str, Node, Any] | None:
        """What is compared with a constant: its name, how it is written, and the constant."""
        for one, other in ((left, right), (right, left)):
            about, constant = self._about(one), self._sure(other)
            if about is not None and not is_unresolved(constant):
                return about, one, constant
        return None

    def _about(self, node: Node) -> str | None:
        """The name of what nothing that is given tells, where that is no part of anything."""
        sure = self._sure(node)
        name = None if is_made(sure) else wholly(sure)
        return name if name in self._choices.plain or name == _WORKSPACE else None

    def _is(self, about: str, node: Node, constant: Any) -> bool | None:
        value = self._choices.aside(lambda: self._value(node))
        value = _UNSET if about == _WORKSPACE else value
        default = None if is_unresolved(value) else bool(value == constant)
        return self._choices.holds(about, constant, default)

    def _conditional(self, node: Node) -> bool | None:
        asked, then, otherwise = parts_of(node)
        held = self.held(asked)
        return None if held is None else self.held(then if held else otherwise)

    def _call(self, node: Node) -> bool | None:
        listed = [one for one in node.children if getattr(one, "data", None) == "arguments"]
        given = parts_of(listed[0]) if listed else []
        if str(node.children[0].children[0]) != "contains" or len(given) != 2:
            return self._other(node)
        several, about = self._sure(given[0]), self._about(given[1])
        if about is None or not isinstance(several, list) or is_unresolved(several):
            return self._other(node)
        answers = (self._is(about, given[1], one) for one in several)
        return next((one for one in answers if one is not False), False)

    def _plain(self, node: Node) -> bool | None:
        """A value that is a condition itself."""
        about = self._about(node)
        if about is None:
            return self._other(node)
        value = self._choices.aside(lambda: self._value(node))
        return self._choices.holds(about, True, truth(value))

    def _other(self, node: Node) -> bool | None:
        """A condition of any other kind: by default as its value is. One that hangs on nothing but
        what is chosen in this run is decided; so is one of what a default lists, as there is no
        item that is another, but for a switch in it."""
        told = wholly(self._sure(node)) or ""
        listed = None if told.startswith(ITEM) else self._listed(node)
        if listed is not None:
            return listed
        kept = self._choices.kept(lambda: truth(self._value(node)))
        if kept.asked and self._choices.running:
            self._choices.anew()
            kept = self._choices.kept(lambda: truth(self._value(node)))
            if kept.value is not None and not kept.used:
                return bool(kept.value)
        name = self._called(node)
        words = told if "var." in told and not told.startswith(ITEM) else ""
        return self._choices.other(name, kept.value, kept.used, words=words)

    def _listed(self, node: Node) -> bool | None:
        """Whether it holds by what is given and by the items of loops, whoever lists them."""
        names = {name: one.value if isinstance(one, Item) and one.is_unsure() else one
                 for name, one in self._names.items()}  # fmt: skip
        if all(names[name] is one for name, one in self._names.items()):
            return None
        expression = Expression(node, self._text)
        return truth(self._scope.strictly().evaluate(expression, names))

    def _called(self, node: Node) -> str:
        """As it is written, with where it is and for which item of a loop."""
        text = source_of(node, self._text) or "a condition"
        named = {name: plain(one) for name, one in self._names.items()}
        names = [f"{name} {shown(one)}" for name, one in named.items()
                 if name in text and isinstance(one, str | int | dict)]  # fmt: skip
        return " of ".join(filter(None, (text, ", ".join(names)[:120], self._scope.address)))

    def _sure(self, node: Node) -> Any:
        return self._scope.strictly().evaluate(Expression(node, self._text), self._names)

    def _value(self, node: Node) -> Any:
        return self._scope.evaluate(Expression(node, self._text), self._names)


_RULES: dict[str, Callable[[Deciding, Node], bool | None]] = {
    "unary_op": Deciding._unary,
    "binary_op": Deciding._binary,
    "conditional": Deciding._conditional,
    "function_call": Deciding._call,
    "expr_term": Deciding._term,
}
