"""Conditions: when one holds in a request, policy variables and absent keys included.

A value that cannot be understood never narrows an Allow and never widens a Deny.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value_conditions.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.patterns import pattern
from checker.trust.document.operators import Operator

Value = str | tuple[str, ...]
Context = Mapping[str, Value]


class Variable(msgspec.Struct, frozen=True):
    key: str
    default: str | None = None


class Template(msgspec.Struct, frozen=True):
    """A value with policy variables: patterns and variables in turn."""

    parts: tuple[str | Variable, ...]

    def resolve(self, context: Context) -> str | None:
        """The pattern in this request; None where a variable has no single value."""
        found = []
        for part in self.parts:
            if isinstance(part, Variable):
                value = context.get(part.key, part.default)
                if not isinstance(value, str):
                    return None
                found.append(globs.literal(value))
            else:
                found.append(part)
        return "".join(found)

    def loose(self) -> str:
        """A pattern that includes whatever it resolves to."""
        return "".join("*" if isinstance(part, Variable) else part for part in self.parts)


class Condition(msgspec.Struct, frozen=True):
    """One key under one operator. `absent` is the answer where the request lacks the key.

    `weight` is what evaluating it is charged; `exact` are the operands where they are plain text.
    `strict`: of several values it asks for each, as a Deny does of a key that nobody knows.
    """

    key: str
    operator: Operator
    operands: tuple[Any, ...]
    absent: bool
    variables: frozenset[str] = frozenset()
    weight: int = 1
    exact: frozenset[str] | None = None
    strict: bool = False

    @property
    def every(self) -> bool:
        """Whether each of several values must do, rather than one of them."""
        return self.operator.every or self.strict

    def holds(self, context: Context) -> bool:
        value = context.get(self.key)
        if value is None or value == ():
            return self.absent
        found = self.operator
        if found.family == "null":
            return "false" in self.operands
        operands = self.operands if not self.variables else self.patterns(context)
        if isinstance(value, str):
            return self._matches(operands, value) != found.negated
        each = (self._matches(operands, one) != found.negated for one in value)
        return all(each) if self.every else any(each)

    def _matches(self, operands: tuple[Any, ...], value: str) -> bool:
        if self.exact is not None:
            return value in self.exact
        compare = self.operator.compare
        return any(compare(operand, value) for operand in operands)

    def patterns(self, context: Context) -> tuple[Any, ...]:
        """The operands in this request, without those that have an unresolved variable."""
        resolved = (
            one.resolve(context) if isinstance(one, Template) else one for one in self.operands
        )
        return tuple(one for one in resolved if one is not None)

    def defaults(self) -> list[str]:
        """What operands with variables are where these have their defaults."""
        found = [one.resolve({}) for one in self.operands if isinstance(one, Template)]
        return [one for one in found if one is not None]

    def loose(self) -> list[str]:
        """Patterns to try, which include all operands, for operators on text."""
        if self.operator.family not in ("string", "caseless", "arn"):
            return []
        return [one.loose() if isinstance(one, Template) else one for one in self.operands]


_VARIABLE = pattern(r"\$\{([^{}]*)\}")
_ESCAPES = {"*": globs.literal("*"), "?": globs.literal("?"), "$": "$"}
_NAMED = pattern(r"\s*([^,\s][^,]*?)\s*(?:,\s*'([^']*)'\s*)?", re.DOTALL)


@lru_cache(maxsize=4096)
def operand(text: str, wild: bool, variables: bool) -> str | Template | None:
    """The value of an operator on text; None where its `${…}` cannot be read."""
    if not variables or "${" not in text:
        return text if wild else globs.literal(text)
    parts: list[str | Variable] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        parts.append(_piece(text[end : found.start()], wild))
        end = found.end()
        name = found.group(1)
        if name in _ESCAPES:
            parts.append(_ESCAPES[name])
        elif named := _NAMED.fullmatch(name):
            parts.append(Variable(named.group(1).lower(), named.group(2)))
        else:
            return None
    parts.append(_piece(text[end:], wild))
    if any(isinstance(part, str) and "${" in part for part in parts):
        return None
    if all(isinstance(part, str) for part in parts):
        return "".join(part for part in parts if isinstance(part, str))
    return Template(tuple(part for part in parts if part))


def _piece(text: str, wild: bool) -> str:
    return text if wild else globs.literal(text)


def condition(key: str, found: Operator, operands: tuple[Any, ...], allow: bool) -> Condition:
    variables = frozenset(
        part.key
        for one in operands
        if isinstance(one, Template)
        for part in one.parts
        if isinstance(part, Variable)
    )
    absent = when_absent(found, operands, allow)
    strict = not (allow or found.some or keys.known(key))
    if found.family == "string" and not found.wild and not variables:
        exact = frozenset(operands)
        return Condition(key, found, operands, absent, exact=exact, strict=strict)
    weight = _weight(operands) if found.wild else 1 + len(operands) // 4
    return Condition(key, found, operands, absent, variables, weight, strict=strict)


def _weight(operands: tuple[Any, ...]) -> int:
    """Many values take long, and patterns of `?` and `*` both still longer."""
    slow = sum(len(one) for one in operands if isinstance(one, str) and "?" in one and "*" in one)
    return 1 + len(operands) // 4 + slow


def when_absent(found: Operator, operands: tuple[Any, ...], allow: bool) -> bool:
    """The answer for an absent key."""
    if found.family == "null":
        return "true" in operands
    if found.every:
        # AMB: the user guide has ForAllValues true for an absent key, its example of
        # ForAllValues:StringNotLike contradicts it. True lets an Allow in, false spares a Deny.
        return allow or not (found.negated and found.family == "string" and found.wild)
    if found.some:
        return False  # even with IfExists
    return found.if_exists or found.negated


def ambiguous(key: str, found: Operator) -> bool:
    """A multivalued key without ForAllValues or ForAnyValue: AWS says only that it must not be."""
    plain = not found.every and not found.some and found.family != "null"
    return plain and keys.listed(key)
