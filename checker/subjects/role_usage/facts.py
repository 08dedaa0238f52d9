"""How a third party used a role, as policies see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from checker.facts.build import role_facts, vetting_facts
from checker.facts.plain import Facts
from checker.snapshot.records import Role
from checker.snapshot.usage import Usage
from checker.subjects.role_usage.doings import held, names, shown
from checker.subjects.role_usage.trail import Window, moment
from checker.usage.codes import DENIED, THROTTLED
from checker.usage.costs import Cost, costly
from checker.vetting.entries import UsageLimits
from checker.vetting.register import Register, Standing

DORMANT = 90
USD_PER_DAY = 1.0
_DENIED, _THROTTLED = frozenset(DENIED), frozenset(THROTTLED)
_PLACES = 6
"""Of a price; behind them stands what adding leaves."""


def used_role_facts(arn: str | None, role: Role | None, known: bool | None, trusts: bool) -> Facts:
    flags = {"known": known, "trusts": trusts}
    if role is not None:
        return role_facts(role) | flags
    name = arn.rsplit("/", 1)[-1] if arn else None
    unknown: Facts = {"path": None, "tags": {}, "last_used": None, "privilege": "unknown"}
    reads: Facts = {"reads_data": None, "reads_secrets": None}
    return {"arn": arn, "name": name} | unknown | reads | flags


def limits_of(standing: Standing, register: Register) -> UsageLimits | None:
    scope = register.scope(standing)
    return None if scope is None else scope.usage


def usage_vetting(standing: Standing, register: Register) -> Facts:
    limits = limits_of(standing, register) or UsageLimits()
    return vetting_facts(standing, register) | {
        "calls_per_hour": limits.calls_per_hour,
        "usd_per_day": USD_PER_DAY if limits.usd_per_day is None else limits.usd_per_day,
        "dormant_after_days": limits.dormant_after_days or DORMANT,
        "actions": None if limits.actions is None else list(limits.actions),
        "denied": list(limits.denied),
    }


def usage_facts(
    lines: Sequence[Usage], limits: UsageLimits | None, window: Window, last_used: str | None
) -> Facts:
    """All that one third party did with one role; of no line, that it did nothing.

    `last_used`: the role's last use by anybody.
    """
    last = max((line.last_seen for line in lines if line.last_seen), default=None)
    return {
        "calls": sum(line.calls for line in lines),
        **_failures(lines),
        "first_seen": min((line.first_seen for line in lines if line.first_seen), default=None),
        "last_seen": last,
        "idle_days": _idle_days(bool(lines), last, last_used, window),
        **_peaks(lines),
        **_actions(lines, limits or UsageLimits()),
        **_costs(lines),
        "regions": sorted({region for line in lines for region in line.regions}),
        "source_networks": sorted({net for line in lines for net in line.source_networks}),
        "window": window.facts,
    }


def _failures(lines: Iterable[Usage]) -> Facts:
    codes = [(code, calls) for line in lines for code, calls in line.errors.items()]
    return {
        "errors": sum(calls for _, calls in codes),
        "denied": sum(calls for code, calls in codes if code in _DENIED),
        "throttled": sum(calls for code, calls in codes if code in _THROTTLED),
    }


def _idle_days(seen: bool, last: str | None, last_used: str | None, window: Window) -> int | None:
    """The trail is exact where it has the third party; else the role's last use by anybody and
    the length of the window are lower bounds."""
    if last_call := moment(last):
        return max(0, (window.until - last_call).days)
    bounds = [window.unbroken] if window.unbroken is not None and not seen else []
    if used := moment(last_used):
        bounds.append(max(0, (window.until - used).days))
    return max(bounds, default=None)


def _peaks(lines: Iterable[Usage]) -> Facts:
    """Over all actions where the trail was asked; else those of the busiest action."""
    usages = list(lines)
    whole = {
        "peak_per_hour": max((line.caller_peak_per_hour for line in usages), default=0),
        "peak_per_minute": max((line.caller_peak_per_minute for line in usages), default=0),
    }
    single = {name: max((getattr(line, name) for line in usages), default=0) for name in whole}
    shared = ("denied_peak_per_hour", "throttles_at_peak")
    return {
        **{name: whole[name] or single[name] for name in whole},
        **{name: max((getattr(line, name) for line in usages), default=0) for name in shared},
    }


def _actions(lines: Sequence[Usage], limits: UsageLimits) -> Facts:
    counted: dict[str, list[int]] = {}
    for line in lines:
        row = counted.setdefault(shown(line), [0, 0])
        row[0] += line.calls
        row[1] += sum(line.errors.values())
    most = sorted(counted.items(), key=lambda item: (-item[1][0], item[0]))
    return {
        "actions": [{"action": a, "calls": c, "errors": e} for a, (c, e) in most],
        **held(lines, limits),
    }


def _costs(lines: Iterable[Usage]) -> Facts:
    """A call that failed costs nothing."""
    counted: dict[str, tuple[Cost, int]] = {}
    daily = 0.0
    for line in lines:
        done = line.calls - sum(line.errors.values())
        if done > 0 and (cost := costly(names(line))):
            name = shown(line)
            counted[name] = (cost, done + counted.get(name, (cost, 0))[1])
            daily += (cost.bound or 0.0) * done / _span(line)
    rows = [_costly(name, cost, calls) for name, (cost, calls) in sorted(counted.items())]
    known = [row["usd"] for row in rows if row["usd"] is not None]
    return {
        "costly": rows,
        "costly_usd": round(sum(known), _PLACES) if known else None,
        "costly_usd_per_day": round(daily, _PLACES),
        "unpriced": sorted(name for name, (cost, _) in counted.items() if cost.bound is None),
    }


def _span(line: Usage) -> float:
    """From the first of these calls to the last, a day at least: a burst is not spread over the
    window."""
    first, last = moment(line.first_seen), moment(line.last_seen)
    return max(1.0, (last - first).total_seconds() / 86_400) if first and last else 1.0


def _costly(action: str, cost: Cost, calls: int) -> Facts:
    usd = None if cost.usd is None else round(cost.usd * calls, _PLACES)
    most = None if cost.bound is None else round(cost.bound * calls, _PLACES)
    times = f"{calls:,} call{'s' * (calls != 1)}"
    text = f"{action} ({times}, {_price(most, cost)})"
    return {
        "action": action,
        "calls": calls,
        "usd": usd,
        "most": most,
        "billed": cost.billed,
        "data_event": cost.data_event,
        "text": text,
    }


def _price(most: float | None, cost: Cost) -> str:
    if most is None:
        return f"billed: {cost.billed}"
    if most < 0.01:
        return "less than $0.01"
    return f"{'about' if cost.usd is not None else 'up to'} ${most:,.2f}"
