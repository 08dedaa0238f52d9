"""Trap trails of role chaining: who is behind a session that another session assumed."""

from __future__ import annotations

from tests.usage.events import Maker, clock, foreign, role_arn, session
from tests.usage.traps import ACME, BOLT, DEPLOY, KEYS, PORTAL, SSO, STEPS, THERE, VENDOR, Trap


def chain(hops: int) -> Trap:
    """Acme assumes the vendor role, which assumes step 1, which assumes step 2, …"""
    make = Maker(20 + hops)
    roles = [VENDOR, *STEPS[:hops]]
    events = [make.assume(VENDOR, foreign(ACME), KEYS[0])]
    for n, role in enumerate(roles[1:], 1):
        events += [make.assume(role, session(roles[n - 1], KEYS[n - 1]), KEYS[n], time=clock(n))]
    events += [make.call(session(roles[-1], KEYS[hops]), time=clock(hops + 1))]
    return Trap(events, f"the call through the role {hops} hops from the vendor role is Acme's")


def chain_without_a_start() -> Trap:
    make = Maker(30)
    events = [make.assume(STEPS[0], session(VENDOR, KEYS[9]), KEYS[1])]
    events += [make.assume(DEPLOY, session(VENDOR, KEYS[9]), KEYS[2])]
    events += [make.call(session(STEPS[0], KEYS[1]), time=clock(1))]
    events += [make.call(session(DEPLOY, KEYS[2]), time=clock(1))]
    return Trap(events, "nobody is known behind: a null caller for the watched, and for step 1")


def chain_of_watched_roles() -> Trap:
    """A vendor role that assumes itself, seven times."""
    make = Maker(31)
    events = [make.assume(VENDOR, foreign(ACME), KEYS[0])]
    for n in range(1, 7):
        events += [make.assume(VENDOR, session(VENDOR, KEYS[n - 1]), KEYS[n], time=clock(n))]
        events += [make.call(session(VENDOR, KEYS[n]), time=clock(n + 1))]
    return Trap(events, "all calls are Acme's")


def own_role_assumes() -> Trap:
    make = Maker(32)
    events = [make.assume_saml(SSO, PORTAL, KEYS[1])]
    events += [make.assume(VENDOR, session(SSO, KEYS[1]), KEYS[2], time=clock(1))]
    events += [make.call(session(VENDOR, KEYS[2]), time=clock(2))]
    events += [make.assume(STEPS[0], session(VENDOR, KEYS[2]), KEYS[3], time=clock(3))]
    events += [make.call(session(STEPS[0], KEYS[3]), time=clock(4))]
    return Trap(events, "the caller is the own role, not who signed in to it; step 1 has no row")


def delegates() -> Trap:
    make = Maker(34)
    by = session(VENDOR, KEYS[1], delegate=BOLT)
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1]), make.call(by, time=clock(1))]
    events += [make.call(session(VENDOR, KEYS[1]), time=clock(2))]
    events += [make.assume(VENDOR, session(SSO, KEYS[2], delegate=BOLT), KEYS[3], time=clock(3))]
    events += [make.call(session(VENDOR, KEYS[3]), time=clock(4))]
    return Trap(events, "delegated: Bolt, though Acme has the session; by session: one each")


def shared_events() -> Trap:
    make = Maker(37)
    far = role_arn(THERE, "far")
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1])]
    events += make.pair(far, session(VENDOR, KEYS[1]), KEYS[2], time=clock(1))
    events += [make.call(session(far, KEYS[2]), time=clock(2))]
    return Trap(events, "one assumption of the far role, by the vendor role; the call is Acme's")
