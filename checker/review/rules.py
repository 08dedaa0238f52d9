"""Settings, policies and baseline before and after: what bends the verdict otherwise now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from checker.check.age import DEFAULT as MAX_AGE
from checker.check.baseline import Entry, covers
from checker.check.rules import Rules
from checker.policy.model import Policy
from checker.report.model import SEVERITIES, Severity, failing
from checker.review.model import Change, setting_changed

NAMED = 3
_RULE = ("applies_to", "when", "assert")
"""What of a policy decides; the rest is said to people."""
_DEFAULTS: dict[str, Any] = {
    "allowlist": "allowlist.yaml",
    "allow-gaps": False,
    "builtin": True,
    "fail-on": "high",
    "max-age": MAX_AGE,
    "policies": "policies",
    "snapshot": "snapshot",
}


@dataclass(frozen=True)
class Side:
    """The rules of one side: `options` of the settings file, `known` of the baseline."""

    rules: Rules
    options: dict[str, Any] = field(default_factory=dict)
    known: tuple[Entry, ...] = ()


def rule_changes(before: Side, after: Side) -> Iterator[Change]:
    yield from _Policies(before, after).changes()
    yield from _settings(before, after)
    yield from _grown("baseline-grown", before.known, after.known, _failing(before))
    yield from _grown("baseline-shrunk", after.known, before.known, _failing(before))


class _Policies:
    """The policies of both sides, by id."""

    def __init__(self, before: Side, after: Side) -> None:
        self._before, self._after = before.rules, after.rules
        self._old = {p.id: p for p in before.rules.set.policies}
        self._new = {p.id: p for p in after.rules.set.policies}
        self._failing = _failing(before)

    def changes(self) -> Iterator[Change]:
        for policy in sorted(self._before.severities.keys() | self._after.severities.keys()):
            yield from self._standing(policy)
            yield from self._severity(policy)
            yield from self._text(policy)

    def _standing(self, policy: str) -> Iterator[Change]:
        """Whether it is in force, and why not."""
        was, now = policy in self._old, policy in self._new
        off = _reasons(self._before, policy), _reasons(self._after, policy)
        if was and not now:
            if not self._left_out(policy):
                yield self._change("policy-removed", policy, "its file is gone", widens=not off[0])
        elif now and not was:
            yield self._change("policy-added", policy, self._new[policy].file.title)
        if off[1] and not off[0]:
            yield self._change("policy-disabled", policy, off[1], widens=was)
        elif off[0] and not off[1] and now:
            yield self._change("policy-enabled", policy, "")
        elif off[0] != off[1] and off[1]:
            yield self._change("setting-changed", policy, f"disabled.{policy}: {off[1]}")

    def _left_out(self, policy: str) -> bool:
        """Gone with the whole built-in set, which is one setting."""
        return self._before.set.builtin and not self._after.set.builtin and policy not in (
            self._before.set.replaced
        )  # fmt: skip

    def _severity(self, policy: str) -> Iterator[Change]:
        was, now = self._before.severities.get(policy), self._after.severities.get(policy)
        if was and now and was != now:
            lower = SEVERITIES.index(now) > SEVERITIES.index(was)
            kind = "severity-lowered" if lower else "severity-raised"
            reason = _override(self._after, policy)
            why = f": {reason}" if reason else ""
            yield self._change(kind, policy, f"{was} → {now}{why}", widens=lower)
        elif (old := _override(self._before, policy)) != (new := _override(self._after, policy)):
            detail = f"severity.{policy}: {old or 'not set'} → {new or 'not set'}"
            yield self._change("setting-changed", policy, detail)

    def _text(self, policy: str) -> Iterator[Change]:
        old, new = self._old.get(policy), self._new.get(policy)
        if old and new and (keys := _different(old, new)):
            changed = f"{', '.join(keys)} changed"
            by = "" if policy in self._after.set.replaced else " (the built-in one again)"
            by = by if policy in self._before.set.replaced else ""
            rule = any(key in _RULE for key in keys)
            yield self._change("policy-replaced", policy, changed + by, widens=rule)

    def _change(self, kind: str, policy: str, detail: str, *, widens: bool = False) -> Change:
        """Without a line, as lines are those of the allowlist."""
        severity = self._before.severities.get(policy)
        return Change(
            kind=kind,
            vendor=None,
            detail=detail,
            line=None,
            widens=widens,
            policy=policy,
            policy_severity=severity or self._after.severities.get(policy),
            gates=severity in self._failing or self._judges_changes(policy),
        )

    def _judges_changes(self, policy: str) -> bool:
        """A review fails for each of these, however severe."""
        return policy in self._old and "change" in self._old[policy].applies_to


def _failing(side: Side) -> tuple[Severity, ...]:
    """The severities that fail a build."""
    return failing(side.options.get("fail-on", _DEFAULTS["fail-on"]))


def _reasons(rules: Rules, policy: str) -> str | None:
    return next((d.reason for d in rules.disabled() if d.policy == policy), None)


def _override(rules: Rules, policy: str) -> str | None:
    return next((o.reason for o in rules.overrides() if o.policy == policy), None)


def _different(old: Policy, new: Policy) -> list[str]:
    """The keys of the two files whose values are not the same; the severity is told apart."""
    before, after = old.document.value, new.document.value
    keys = sorted(before.keys() | after.keys(), key=lambda k: (k not in _RULE, k))
    return [k for k in keys if k != "severity" and before.get(k) != after.get(k)]


def _settings(before: Side, after: Side) -> Iterator[Change]:
    for key in sorted(before.options.keys() | after.options.keys()):
        old = before.options.get(key, _DEFAULTS.get(key))
        new = after.options.get(key, _DEFAULTS.get(key))
        if old != new:
            detail = f"{key} {_text(old)} → {_text(new)}"
            widens = _wider(key, old, new)
            yield setting_changed(detail, widens=widens)


def _wider(key: str, old: Any, new: Any) -> bool:
    """Whether a setting lets more pass; what points the gate elsewhere may let anything pass."""
    if key == "fail-on":
        return len(failing(new)) < len(failing(old))
    if key == "max-age":
        return bool(new > old)
    if key == "baseline":
        return new is not None
    return {"allow-gaps": new is True, "builtin": new is False}.get(
        key, key in ("allowlist", "snapshot")
    )


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "not set"}[value]
    return ", ".join(value) if isinstance(value, list) else str(value)


def _grown(
    kind: str, these: Iterable[Entry], those: Iterable[Entry], failing: tuple[Severity, ...]
) -> Iterator[Change]:
    """Findings that one names and the other does not, or milder: one change a policy."""
    known = {entry.fingerprint: entry for entry in these}
    by_policy: dict[str, list[Entry]] = defaultdict(list)
    for entry in those:
        if not _covered(entry, known.get(entry.fingerprint)):
            by_policy[entry.policy].append(entry)
    for policy, entries in by_policy.items():
        worst: Severity = min((e.severity for e in entries), key=SEVERITIES.index)
        named = "; ".join(f"{e.resource} ← {e.principal or '-'}" for e in entries[:NAMED])
        more = f"; and {len(entries) - NAMED:,} more" if len(entries) > NAMED else ""
        grown = kind == "baseline-grown"
        yield Change(
            kind=kind, vendor=None, detail=f"{len(entries):,} of {policy}: {named}{more}",
            line=None, widens=grown, policy=policy, policy_severity=worst, gates=worst in failing,
        )  # fmt: skip


def _covered(entry: Entry, by: Entry | None) -> bool:
    return (
        by is not None
        and (by.policy, by.resource, by.principal)
        == (entry.policy, entry.resource, entry.principal)
        and covers(by, entry.severity, entry.access)
    )
