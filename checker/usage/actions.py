"""A CloudTrail event → the IAM action that let it happen, or the several.

The rule is `source:EventName`; `action_names.json` has what breaks it, each with its reference: a
source that is not called as its IAM prefix, an event that is not called as its action, one that
needs several actions, or more by what was asked. An unknown source has no action, and neither has
an event that would be an action that AWS doesn't publish (`published`); such events are shown by
name: a guess could pass a call that nobody allowed.
Sources and names are texts that outsiders can choose, so no function here raises for any.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import checker.trust.texts.globs as globs
from checker.usage import published
from checker.usage.mapping import (
    by_source,
    candidates,
    exceptions,
    grouped,
    label_of,
    perhaps,
    read_event,
    ruled,
    several,
    sources,
    table,
)

__all__ = ["candidates", "sources", "table"]


class Meaning(NamedTuple):
    """The actions that an event is. `needs`: the caller had to be allowed each; `passes`: a role
    was passed with it, by an action that is no event of its own; `perhaps`: it may have needed
    these besides. `known` is false where nobody can tell what it needed."""

    needs: tuple[str, ...]
    passes: tuple[str, ...]
    perhaps: tuple[str, ...]
    known: bool

    @property
    def sure(self) -> tuple[str, ...]:
        return (*self.needs, *self.passes)


PASS_ROLE = "iam:PassRole"  # noqa: S105  # an action


def iam_action(event_source: str, event_name: str) -> str | None:
    """`None`: the source is unknown, IAM doesn't decide on it, no single action fits, or AWS
    publishes none that would."""
    label, name = read_event(event_source, event_name)
    action = ruled(label, name) if name else None
    return published.spelled(action) if action else None


@lru_cache(maxsize=1 << 14)
def meaning_of(event_source: str, event_name: str) -> Meaning:
    label, name = read_event(event_source, event_name)
    if not name:
        return Meaning((), (), (), known=label_of(event_source) in table().none)
    single = iam_action(event_source, event_name)
    needs = several(label, name) or ((single,) if single else ())
    passes, may_pass = _role_passed(needs)
    decided_elsewhere = exceptions(label).get(name, "") is None
    return Meaning(
        needs, passes, (*perhaps(label, name), *may_pass), bool(needs) or decided_elsewhere
    )


def _role_passed(needs: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whether a role is passed, and whether one may be."""
    found = published.table().passes_role
    if any(one in found.always for one in needs):
        return (PASS_ROLE,), ()
    return (), ((PASS_ROLE,) if any(one in found.maybe for one in needs) else ())


def prefix_of(event_source: str) -> str | None:
    """The IAM prefix of a source's actions; where IAM doesn't decide, its name; None: unknown."""
    label = label_of(event_source)
    if label == event_source:
        return None
    return sources().get(label) or (label if label in table().none else None)


def names_of(event_source: str, event_name: str) -> tuple[str, ...]:
    """All names that a pattern may mean the call by, the IAM action first."""
    action = iam_action(event_source, event_name)
    plain = f"{label_of(event_source)}:{event_name}"
    return (plain,) if action is None or action == plain else (action, plain)


def shown_name(event_source: str, event_name: str, action: str | None) -> str:
    """What people read: the action; where there is none, the event."""
    return action or f"{label_of(event_source)}:{event_name}"


def matches(pattern: str, names: tuple[str, ...]) -> bool:
    """Whether an IAM action pattern means one of the names; IAM takes no notice of case.

    A `*` or `?` in a name is a letter: it stands there because an outsider chose it.
    """
    lowered = pattern.lower()
    return any(globs.matches(lowered, name.lower()) for name in names)


def event_names_of(action: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Event sources (none: any) and names that may be the action; names may have a date behind.

    `SERVICE:Name` as IAM or as CloudTrail spells it; a bare name is that of any source.
    """
    prefix, _, name = action.rpartition(":")
    if action.lower() == PASS_ROLE.lower():
        return (), tuple(sorted(_passing()))
    known = {label for label, iam in sources().items() if iam == prefix or not prefix}
    labels = known | ({prefix} if prefix else set())
    found = {name}
    for label in labels:
        odd = by_source().get(label, {})
        found |= {event for event, mapped in odd.items() if mapped == name}
        found |= _needing(label, name)
    named = sorted(f"{label}.amazonaws.com" for label in labels) if prefix else ()
    return tuple(named), tuple(sorted(found))


def _needing(label: str, name: str) -> set[str]:
    """The events of a source that need an action among others, or perhaps do."""
    groups = grouped("several").get(label, {}), grouped("perhaps").get(label, {})
    return {event for group in groups for event, needed in group.items() if name in needed}


def _passing() -> set[str]:
    """The events with which a role is passed, or may be."""
    found = published.table().passes_role
    by_action = {name for one in found.always | found.maybe for name in event_names_of(one)[1]}
    return by_action.union(*(_needing(label, PASS_ROLE) for label in grouped("perhaps")))
