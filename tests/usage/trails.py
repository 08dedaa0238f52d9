"""Trails to test with: named traps, a random mixture, and the files that they lie in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial

from tests.usage import chains, entries, hostile, traps
from tests.usage.events import TOKEN, Event
from tests.usage.files import FAULTS, FORMS, fault, unreadable_links, write
from tests.usage.mixture import random_trail
from tests.usage.traps import OWN, WATCHED, Trap

__all__ = ["FAULTS", "FORMS", "OWN", "TOKEN", "TRAPS", "WATCHED", "Trap", "fault", "random_trail",
           "together", "unreadable_links", "write"]  # fmt: skip

_ALL: list[Callable[[], Trap]] = [
    traps.duplicates,
    traps.two_vendors,
    traps.web_identity,
    traps.slashed,
    traps.saml,
    traps.services,
    traps.failed_assumptions,
    traps.denied_burst,
    traps.throttled_by_others,
    traps.bucket_policy,
    traps.older_sessions,
    traps.categories,
    traps.dated_names,
    traps.other_keys,
    traps.missing_fields,
    traps.networks,
    chains.chain_without_a_start,
    chains.chain_of_watched_roles,
    chains.own_role_assumes,
    chains.delegates,
    chains.shared_events,
    entries.trust_that_is_gone,
    entries.failed_to_come_in,
    entries.switch_role,
    entries.switch_role_onward,
    entries.switch_role_from_afar,
    entries.somebody_assumes,
    entries.recorded_twice,
    entries.before_and_elsewhere,
    entries.https_issuers,
    entries.other_times,
    entries.a_user_assumes,
    hostile.forged_records,
    hostile.named_in_passing,
    hostile.hostile_text,
    hostile.escapes,
]
TRAPS: dict[str, Callable[[], Trap]] = {make.__name__: make for make in _ALL} | {
    f"chain_{hops}": partial(chains.chain, hops) for hops in range(1, 6)
}
TRAPS |= {f"deep_chain_{hops}": partial(entries.deep_chain, hops) for hops in (15, 16, 40)}


def together(names: Sequence[str]) -> list[Event]:
    """The events of several traps, whose sessions and records have names of each its own: to ask an
    engine of one takes as long as of all."""
    return [event for number, name in enumerate(names) for event in _renamed(name, number)]


def _renamed(name: str, number: int) -> list[Event]:
    text = json.dumps(TRAPS[name]().events)
    for own, other in (("ASIAEXAMPLE00", "ASIAEXAMPLE{:02}"), ("-2222-4222-8222-", "-2222-4222-8{:03}-")):  # fmt: skip
        text = text.replace(own, other.format(number))
    events: list[Event] = json.loads(text)
    return events
