"""Condition operators: their names, how their values are read, and when a value matches.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Literal

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.patterns import pattern

_NUMBER = pattern(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CIDR = pattern(r"[0-9a-fA-F.:]+(?:/(?:0|[1-9][0-9]{0,2}))?")
_ISO = pattern(  # https://www.w3.org/TR/NOTE-datetime, as IAM's reference says
    r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)?"
)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Family = Literal["string", "caseless", "arn", "number", "date", "bool", "ip", "null"]


class Operator(msgspec.Struct, frozen=True):
    """One operator, as `ForAnyValue:StringNotLikeIfExists` tells it."""

    family: Family
    negated: bool = False
    wild: bool = False
    compare: Callable[[Any, Any], bool] = operator.eq
    if_exists: bool = False
    every: bool = False
    some: bool = False
    name: str = ""


def _arn(pattern: str, value: str) -> bool:
    parts, found = pattern.split(":", 5), value.split(":", 5)
    return len(found) == 6 and all(map(globs.matches, parts, found))


def _caseless(pattern: str, value: str) -> bool:
    return globs.matches(pattern.lower(), value.lower())


def _network(network: Any, text: str) -> bool:
    value = address(text)
    return (
        value is not None
        and value.version == network.version
        and int(value) & int(network.netmask) == int(network.network_address)
    )


def _bound(family: Family, compare: Callable[[Any, Any], bool], negated: bool = False) -> Operator:
    read = _READERS[family]

    def holds(operand: Any, text: str) -> bool:
        value = read(text)
        return value is not None and compare(value, operand)

    return Operator(family, negated, compare=holds)


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text.strip()):
        return None
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and -30 < value.adjusted() < 30 else None


@lru_cache(maxsize=4096)
def date(text: str) -> int | None:
    """Seconds since 1970; IAM takes ISO 8601 and such a number itself."""
    try:
        if text.isascii() and text.isdecimal():
            return int(text) if len(text) < 13 else None
        if not _ISO.fullmatch(text):
            return None
        moment = datetime.fromisoformat(f"{text}-01" if len(text) == 7 else text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def is_bare_year(text: str) -> bool:
    """Whether it is a year in ISO 8601, and a second of 1970 as well."""
    return len(text) == 4 and text.isdecimal() and text >= "1000"


def year(text: str) -> int:
    return int(datetime(int(text), 1, 1, tzinfo=UTC).timestamp())


def moment(seconds: int) -> str:
    """Such a time in ISO 8601; a number where the calendar has none."""
    if not 0 <= seconds < keys.LAST:
        return str(seconds)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def boolean(text: str) -> str | None:
    return text.lower() if text.lower() in ("true", "false") else None


@lru_cache(maxsize=4096)
def network(text: str) -> Network | None:
    if not _CIDR.fullmatch(text):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


_READERS: dict[Family, Callable[[str], Any]] = {
    "number": number,
    "date": date,
    "bool": boolean,
    "ip": network,
}


def read(found: Operator, text: str) -> Any | None:
    """A value that isn't text, as the operator compares it; None if it cannot be one."""
    return _READERS[found.family](text)


def _table() -> dict[str, Operator]:
    table = {
        "stringequals": Operator("string", compare=globs.matches),
        "stringlike": Operator("string", wild=True, compare=globs.matches),
        "stringequalsignorecase": Operator("caseless", compare=_caseless),
        "stringnotequals": Operator("string", True, compare=globs.matches),
        "stringnotlike": Operator("string", True, wild=True, compare=globs.matches),
        "stringnotequalsignorecase": Operator("caseless", True, compare=_caseless),
        "binaryequals": Operator("string", compare=globs.matches),
        "bool": _bound("bool", operator.eq),
        "ipaddress": Operator("ip", compare=_network),
        "notipaddress": Operator("ip", True, compare=_network),
        "null": Operator("null"),
    }
    for name in ("arnequals", "arnlike"):  # both take wildcards
        table[name] = Operator("arn", wild=True, compare=_arn)
        table[name.replace("arn", "arnnot")] = Operator("arn", True, wild=True, compare=_arn)
    families: tuple[tuple[str, Family], ...] = (("numeric", "number"), ("date", "date"))
    for name, family in families:
        table[name + "equals"] = _bound(family, operator.eq)
        table[name + "notequals"] = _bound(family, operator.eq, negated=True)
        table[name + "lessthan"] = _bound(family, operator.lt)
        table[name + "lessthanequals"] = _bound(family, operator.le)
        table[name + "greaterthan"] = _bound(family, operator.gt)
        table[name + "greaterthanequals"] = _bound(family, operator.ge)
    return table


OPERATORS = _table()


@lru_cache(maxsize=1024)
def parse(name: str) -> Operator | None:
    """The operator of that name, in any case; None if AWS has none."""
    lower = name.lower()
    every, some = lower.startswith("forallvalues:"), lower.startswith("foranyvalue:")
    bare = lower.partition(":")[2] if every or some else lower
    if_exists = bare.endswith("ifexists")
    found = OPERATORS.get(bare.removesuffix("ifexists"))
    if found is None or (found.family == "null" and (every or some or if_exists)):
        return None
    return msgspec.structs.replace(
        found, if_exists=if_exists, every=every, some=some, name=_proper(name)
    )


_WORDS = pattern(
    "forallvalues|foranyvalue|string|numeric|date|bool|binary|ipaddress|arn|null|not|equals"
    "|ignorecase|like|lessthan|greaterthan|ifexists",
    re.IGNORECASE,
)
_PROPER = {
    one.lower(): one
    for one in ("ForAllValues", "ForAnyValue", "IpAddress", "IgnoreCase", "LessThan", "GreaterThan")
} | {"ifexists": "IfExists"}


def _proper(name: str) -> str:
    """The name as AWS writes it."""
    return _WORDS.sub(lambda word: _PROPER.get(word[0].lower(), word[0].capitalize()), name)
