"""Values to try for a free key: what the conditions name, what fits their patterns, and absence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from decimal import ROUND_FLOOR
from itertools import chain, combinations

import checker.trust.document.operators as operators
import checker.trust.texts.keys as keys
from checker.trust.budget import Budget, Spent
from checker.trust.callers.vocabulary import NAMES, combine, values
from checker.trust.document.conditions import Condition, Context, Value

Choice = tuple[Value | None, str | None]
"""A value, None for an absent key; and the pattern it stands for, `*` where it is anything."""

_TEXT = ("string", "caseless", "arn")
_DAY = 86_400


def choices(
    key: str,
    asked: list[Condition],
    denied: list[Condition],
    today: int,
    budget: Budget,
    always: bool,
) -> list[Choice]:
    """All values worth trying, absence first unless the key is `always` there."""
    found: dict[Choice, None] = {} if always else {(None, None): None}
    single = _singles(key, asked, denied, today, budget)
    if several(key, asked + denied):
        return [*found, *_lists(key, dict(single), asked, denied, budget)]
    found.update(dict.fromkeys(single))
    return list(found)


def several(key: str, every: list[Condition]) -> bool:
    """Whether to try lists: of a key that nobody knows, where the policy takes it for one."""
    if keys.listed(key):
        return True
    return not keys.known(key) and any(one.operator.every or one.operator.some for one in every)


def _singles(
    key: str, asked: list[Condition], denied: list[Condition], today: int, budget: Budget
) -> list[tuple[str, str]]:
    both = asked + denied
    families = {one.operator.family for one in both}
    budget.charge(sum(4 * len(one.operands) for one in both if one.operator.family == "ip"))
    found: list[tuple[str, str]] = list(_points(both, key))
    if "bool" in families:
        found += [("true", "true"), ("false", "false")]
    if not families.isdisjoint(_TEXT) or (not found and key not in keys.NOW):
        found += _texts(key, asked, denied, budget)
    domain = keys.domain(key)
    fitting = [pair for pair in found if domain.fullmatch(pair[0])]
    if key in keys.NOW:
        if not families.isdisjoint(_TEXT):
            raise Spent  # nobody compares the time as text
        found += [(_moment(today + by, key), "*") for by in (0, _DAY, 40_000 * _DAY)]
        moments = [(text, glob, operators.date(text)) for text, glob in found]
        return [
            (text, glob) for text, glob, at in moments if at is not None and today <= at < keys.LAST
        ]
    return fitting


def _texts(
    key: str, asked: list[Condition], denied: list[Condition], budget: Budget
) -> Iterator[tuple[str, str]]:
    """Fills of the patterns that the Allow asks for, met with those that a Deny lets pass."""
    text_asked = [one for one in asked if one.operator.family in _TEXT]
    text_denied = [one for one in denied if one.operator.family in _TEXT]
    texts = [text for one in text_asked + text_denied for text in one.loose()]
    must = [one for one in text_asked if not one.operator.negated]
    may = [one for one in text_denied if one.operator.negated]
    if several(
        key, asked + denied
    ):  # one value has to satisfy `every` condition, any other a `some`
        may += [one for one in text_asked if not one.operator.every]
        must = [one for one in must if one.operator.every]
    operands = [[one.loose() for one in some] for some in (must, may)]
    for glob in combine([keys.shape(key)], operands[0], operands[1], budget):
        shown = "*" if glob == keys.shape(key) else glob
        for text in values(glob, texts, NAMES, keys.width(key), budget):
            yield text, shown


def _points(both: list[Condition], key: str) -> Iterator[tuple[str, str]]:
    """Each bound, and the values beside it; the ends of what the key can be."""
    families = {one.operator.family for one in both}
    for end in keys.ENDS.get(keys.domain(key), ()) if families & {"number", "date"} else ():
        yield (str(end) if "number" in families else _moment(end, key)), "*"
    for one in both:
        family = one.operator.family
        for operand in one.operands if family in ("number", "date", "ip") else ():
            if family == "number":
                yield from ((format(operand + by, "f"), "*") for by in (0, 1, -1))
                whole = operand.to_integral_value(ROUND_FLOOR)
                yield from ((format(whole + by, "f"), "*") for by in (0, 1))
            elif family == "date":
                steps = (0, 1, -1, 400 * _DAY, -400 * _DAY)
                yield from ((_moment(operand + by, key), "*") for by in steps)
    yield from addresses(
        [net for one in both if one.operator.family == "ip" for net in one.operands]
    )


def _moment(seconds: int, key: str) -> str:
    return str(seconds) if key == "aws:epochtime" else operators.moment(seconds)


def addresses(networks: list[operators.Network]) -> Iterator[tuple[str, str]]:
    """The ends of each network and what lies just outside: networks nest or are apart."""
    if not networks:
        return
    networks = list(dict.fromkeys(networks))
    limits = [_spans([net for net in networks if net.prefixlen and net.version == 4])]
    limits.append(_spans([net for net in networks if net.prefixlen and net.version == 6]))
    for text in ("203.0.113.7", "198.51.100.7", "2001:db8::7", "0.0.0.1", "::"):
        yield _labelled(operators.address(text), limits)
    for net in networks:
        first, last = net.network_address, net.broadcast_address
        yield _labelled(first, limits)
        for start, by in ((last, 1), (first, -1)):
            try:
                yield _labelled(start + by, limits)
            except ValueError:  # beyond the last address
                continue


Spans = list[tuple[int, int]]


def _spans(networks: list[operators.Network]) -> Spans:
    """Networks as disjoint ranges, in order."""
    spans: Spans = []
    for net in sorted(networks, key=lambda one: int(one.network_address)):
        first, last = int(net.network_address), int(net.broadcast_address)
        if not spans or first > spans[-1][1]:
            spans.append((first, last))
        else:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
    return spans


def _labelled(found: operators.Address | None, limits: list[Spans]) -> tuple[str, str]:
    if found is None:
        return "", ""
    spans = limits[found.version == 6]
    at = bisect_right(spans, (int(found), 1 << 130)) - 1
    inside = at >= 0 and int(found) <= spans[at][1]
    return str(found), str(found) if inside else "*"


def _lists(
    key: str, found: dict[str, str], asked: list[Condition], denied: list[Condition], budget: Budget
) -> list[Choice]:
    """Lists of values: each alone, and all that no chosen set of Denies looks for."""
    every = [one for one in asked if one.operator.every]
    elements = [one for one in found if all(each.holds({key: one}) for each in every)]
    some = [one for one in denied if one.operator.some]
    lists: dict[tuple[str, ...], None] = {(one,): None for one in elements}
    subsets = chain.from_iterable(combinations(some, size) for size in range(len(some) + 1))
    for avoided in subsets:
        budget.charge(1 + len(elements) * (1 + len(avoided)))
        kept = tuple(one for one in elements if not _any_holds(avoided, {key: one}))
        if kept:
            lists[kept] = None
    return [(one, found[one[0]] if len(one) == 1 else "*") for one in lists]


def _any_holds(conditions: tuple[Condition, ...], context: Context) -> bool:
    return any(one.holds(context) for one in conditions)
