"""What a third party did, held against the actions that it was vetted for.

An event may be several IAM actions at once. `denied` forbids it if any of them is forbidden,
`actions` lets it pass if each of them is listed, or the event by its name. What may have been a
forbidden action, as nobody can tell, is neither: it is listed apart, and never passes in silence.
"""

from __future__ import annotations

from collections.abc import Iterable

import checker.trust.texts.globs as globs
from checker.snapshot.usage import Usage
from checker.usage.actions import Meaning, matches, meaning_of, names_of, prefix_of, shown_name
from checker.vetting.entries import UsageLimits


def shown(line: Usage) -> str:
    return shown_name(line.event_source, line.event_name, line.action)


def names(line: Usage) -> tuple[str, ...]:
    """What a pattern may mean the call by; the action too that another version wrote down."""
    events = names_of(line.event_source, line.event_name)
    return events if line.action is None or line.action in events else (line.action, *events)


def held(lines: Iterable[Usage], limits: UsageLimits) -> dict[str, list[str]]:
    """`unexpected`, `denied_actions`, `perhaps_denied` and `unknown_actions` of the facts."""
    by_kind: dict[str, set[str]] = {
        key: set() for key in ("unexpected", "denied_actions", "perhaps_denied", "unknown_actions")
    }
    for line in lines:
        meaning = meaning_of(line.event_source, line.event_name)
        unexpected = limits.actions is not None and not _allowed(limits.actions, line, meaning)
        if unexpected:
            by_kind["unexpected"].add(shown(line))
        forbidden = _forbidden(limits, line, meaning) if limits.denied else None
        told_already = unexpected and forbidden and forbidden[0] == "unknown_actions"
        if forbidden and not told_already:
            by_kind[forbidden[0]].add(forbidden[1])
    return {key: sorted(texts) for key, texts in by_kind.items()}


def _allowed(patterns: Iterable[str], line: Usage, meaning: Meaning) -> bool:
    if len(meaning.needs) < 2:
        return _any(patterns, names(line))
    each = all(_any(patterns, (action,)) for action in meaning.needs)
    return each or _any(patterns, (_event(line),))


def _forbidden(limits: UsageLimits, line: Usage, meaning: Meaning) -> tuple[str, str] | None:
    """Into which list it goes, and how it is shown there."""
    patterns = limits.denied
    if _any(patterns, names(line)):
        return "denied_actions", shown(line)
    if sure := _which(patterns, meaning.sure):
        return "denied_actions", f"{_event(line)} (which needs {sure})"
    if perhaps := _which(patterns, meaning.perhaps):
        return "perhaps_denied", f"{_event(line)} (which may have needed {perhaps})"
    if not (meaning.known or _listed(limits, line)) and _of_service(patterns, line):
        return "unknown_actions", shown(line)
    return None


def _listed(limits: UsageLimits, line: Usage) -> bool:
    """Whether the event was vetted by its own name, so that somebody knows it."""
    return _event(line).lower() in {pattern.lower() for pattern in limits.actions or ()}


def _which(patterns: Iterable[str], actions: Iterable[str]) -> str:
    return " and ".join(action for action in actions if _any(patterns, (action,)))


def _event(line: Usage) -> str:
    """The call by the event's name, as CloudTrail has it."""
    return names_of(line.event_source, line.event_name)[-1]


def _of_service(patterns: Iterable[str], line: Usage) -> bool:
    """Whether a pattern names actions of the event's service, or nobody knows which that is."""
    prefix = prefix_of(line.event_source)
    heads = (pattern.partition(":")[0].lower() for pattern in patterns)
    return prefix is None or any(globs.matches(head, prefix) for head in heads)


def _any(patterns: Iterable[str], called: tuple[str, ...]) -> bool:
    return any(matches(pattern, called) for pattern in patterns)
