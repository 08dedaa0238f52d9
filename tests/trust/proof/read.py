"""A policy document → statements, without judging them.

Only well-formed documents: what the engine answers with a problem that blocks (unknown operators,
principals that are none) is no matter of proof, and raises `UnsupportedError`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.trust.proof.world import BUILT_IN, SERVICE_NAME, canonical

OPERATORS = {
    "stringequals": ("text", False),
    "stringnotequals": ("text", True),
    "stringequalsignorecase": ("caseless", False),
    "stringnotequalsignorecase": ("caseless", True),
    "stringlike": ("like", False),
    "stringnotlike": ("like", True),
    "arnequals": ("arn", False),
    "arnlike": ("arn", False),
    "arnnotequals": ("arn", True),
    "arnnotlike": ("arn", True),
    "numericequals": ("number ==", False),
    "numericnotequals": ("number ==", True),
    "numericlessthan": ("number <", False),
    "numericlessthanequals": ("number <=", False),
    "numericgreaterthan": ("number >", False),
    "numericgreaterthanequals": ("number >=", False),
    "dateequals": ("date ==", False),
    "datenotequals": ("date ==", True),
    "datelessthan": ("date <", False),
    "datelessthanequals": ("date <=", False),
    "dategreaterthan": ("date >", False),
    "dategreaterthanequals": ("date >=", False),
    "bool": ("bool", False),
    "binaryequals": ("binary", False),
    "ipaddress": ("ip", False),
    "notipaddress": ("ip", True),
    "null": ("null", False),
}
"""Operator → how values compare, and whether the comparison is negated."""
UNIQUE = r"A[RI][OD]A\w+"
_AWS = rf"\*|{UNIQUE}|[0-9]{{12}}|arn:aws[a-z-]*:(iam|sts)::[0-9]{{12}}:[^*?$]+"
_FEDERATED = rf"arn:aws[a-z-]*:iam::[0-9]{{12}}:(oidc|saml)-provider/[^*?$]+|{'|'.join(BUILT_IN)}"
STAR, ANY = "*", "?"


class UnsupportedError(Exception):
    """Not in the language of this oracle: nothing is proved about it."""


@dataclass(frozen=True)
class Variable:
    """`${key}` or `${key, 'default'}` in a value."""

    key: str
    default: str | None


@dataclass(frozen=True)
class Literal:
    text: str


Token = Variable | Literal | str  # the strings are STAR and ANY


@dataclass(frozen=True)
class Condition:
    """One operator on one key. `over`: `all`, `any` or `` for the set operators."""

    family: str
    negated: bool
    over: str
    if_exists: bool
    key: str
    values: tuple[str, ...]
    variables: bool

    def tokens(self, value: str) -> tuple[Token, ...]:
        return tokens(value, self.variables)


@dataclass(frozen=True)
class Principals:
    """`everyone`: `*`, or `{"AWS": "*"}`, which AWS says is the same."""

    negated: bool
    everyone: bool
    bare_star: bool
    aws: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    index: int
    allow: bool
    principals: Principals
    actions: tuple[str, ...]
    not_actions: bool
    conditions: tuple[Condition, ...]

    def on(self, action: str) -> bool:
        hit = any(re.fullmatch(like(p.lower()), action.lower()) for p in self.actions)
        return hit is not self.not_actions


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def like(pattern: str) -> str:
    """A glob without variables → a regular expression."""
    return "".join(".*" if c == STAR else "." if c == ANY else re.escape(c) for c in pattern)


_VARIABLE = re.compile(r"\$\{([^{}]*)\}")


def tokens(value: str, variables: bool) -> tuple[Token, ...]:
    """`${*}`, `${?}` and `${$}` are those letters; a variable without end is plain text."""
    found: list[Token] = []
    end = 0
    for hit in _VARIABLE.finditer(value) if variables else ():
        found += _wild(value[end : hit.start()])
        found.append(_variable(hit[1]))
        end = hit.end()
    return tuple(found + _wild(value[end:]))


def _variable(inner: str) -> Token:
    key, comma, default = inner.partition(",")
    if inner.strip() in ("*", "?", "$"):
        return Literal(inner.strip())
    return Variable(canonical(key.strip()), default.strip().strip("'") if comma else None)


def _wild(text: str) -> list[Token]:
    parts = re.split(r"([*?])", text)
    return [p if p in (STAR, ANY) else Literal(p) for p in parts if p]


def statements(document: dict[str, Any], live: bool = True) -> list[Statement]:
    """Raises `UnsupportedError` where a part is not understood.

    `live`: the document is AWS's own, where a unique id (`AROA…`) as a principal is one that was
    deleted, and names nobody any more.
    """
    variables = document.get("Version") == "2012-10-17"
    return [_statement(i, s, variables, live) for i, s in enumerate(listed(document["Statement"]))]


def _statement(index: int, raw: dict[str, Any], variables: bool, live: bool) -> Statement:
    if unknown := set(raw) - set(
        "Sid Effect Principal NotPrincipal Action NotAction Condition".split()  # noqa: SIM905
    ):
        raise UnsupportedError(f"elements {sorted(unknown)}")
    if raw["Effect"] not in ("Allow", "Deny"):
        raise UnsupportedError("Effect")
    action = "NotAction" if "NotAction" in raw else "Action"
    return Statement(
        index,
        raw["Effect"] == "Allow",
        _principals(raw, live),
        tuple(listed(raw[action])),
        action == "NotAction",
        tuple(_conditions(raw.get("Condition", {}), variables)),
    )


def _principals(raw: dict[str, Any], live: bool) -> Principals:
    negated = "NotPrincipal" in raw
    value = raw["NotPrincipal" if negated else "Principal"]
    if value == "*":
        return Principals(negated, True, True)
    parts = {kind: tuple(listed(value.get(kind, []))) for kind in ("AWS", "Service", "Federated")}
    bad = [p for p in parts["AWS"] if not re.fullmatch(_AWS, p)]
    bad += [p for p in parts["Service"] if not re.fullmatch(SERVICE_NAME, p)]
    bad += [p for p in parts["Federated"] if not re.fullmatch(_FEDERATED, p)]
    if bad or set(value) - set(parts):
        raise UnsupportedError(f"principals {bad or list(value)}")
    if live:
        parts["AWS"] = tuple(p for p in parts["AWS"] if not re.fullmatch(UNIQUE, p))
    return Principals(
        negated, "*" in parts["AWS"], False, parts["AWS"], parts["Service"], parts["Federated"]
    )


def _conditions(raw: dict[str, Any], variables: bool) -> list[Condition]:
    return [
        _condition(operator.lower(), canonical(key), tuple(map(text_of, listed(value))), variables)
        for operator, block in raw.items()
        for key, value in block.items()
    ]


def _condition(name: str, key: str, values: tuple[str, ...], variables: bool) -> Condition:
    prefix, _, base = name.rpartition(":")
    over = {"": "", "forallvalues": "all", "foranyvalue": "any"}.get(prefix)
    known = OPERATORS.get(base.removesuffix("ifexists"))
    if over is None or known is None:
        raise UnsupportedError(f"operator {name}")
    family, negated = known
    return Condition(family, negated, over, base.endswith("ifexists"), key, values, variables)
