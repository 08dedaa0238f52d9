"""Trap trails of who came in, and how: by a role that trusts them no more, by the console, from
before the window, by a call that two accounts recorded."""

from __future__ import annotations

from tests.usage.attribution import HOPS
from tests.usage.events import (
    GITHUB,
    Event,
    Maker,
    clock,
    foreign,
    key_id,
    role_arn,
    service,
    session,
    user,
)
from tests.usage.traps import (
    ACME,
    BOLT,
    DEPLOY,
    HERE,
    KEYS,
    PORTAL,
    SSO,
    STEPS,
    THERE,
    VENDOR,
    Trap,
)

ONCE = role_arn(HERE, "trusted-once")
FAR = role_arn(THERE, "team/far")


def trust_that_is_gone() -> Trap:
    make = Maker(60)
    events = [make.assume(ONCE, foreign(BOLT), KEYS[1])]
    events += [make.call(session(ONCE, KEYS[1]), "CreateUser", time=clock(1))]
    events += [make.call(session(ONCE, KEYS[9]), time=clock(2))]
    events += [make.assume(ONCE, service("ec2.amazonaws.com"), KEYS[2], time=clock(3))]
    events += [make.call(session(ONCE, KEYS[2]), time=clock(4))]
    events += [make.assume(FAR, session(ONCE, KEYS[1]), KEYS[3], time=clock(5))]
    events += [make.call(session(FAR, KEYS[3]), time=clock(6))]
    return Trap(
        events, "Bolt's call, and behind the far role; one of nobody; the service's left out"
    )


def failed_to_come_in() -> Trap:
    make = Maker(61)
    events = [make.assume(ONCE, foreign(BOLT)), make.assume_saml(SSO, PORTAL, KEYS[2])]
    events += [make.call(session(ONCE, KEYS[1]), time=clock(1))]
    events += [make.call(session(SSO, KEYS[2]), time=clock(1))]
    return Trap(events, "no role was entered: Identity Center lets in our own people alone")


def switched(make: Maker, role: str, source: str | None, key: str | None, **more: Event) -> Event:
    """SwitchRole, as the console records it."""
    data = {"SwitchFrom": source, "RedirectTo": "https://console.aws.amazon.com/"}
    return make.event("signin.amazonaws.com", "SwitchRole", session(role, key),
                      additionalEventData=data, answer={"SwitchRole": "Success"}, **more)  # fmt: skip


def switch_role() -> Trap:
    make = Maker(62)
    events = [switched(make, VENDOR, f"arn:aws:iam::{BOLT}:user/eve", KEYS[1])]
    events += [make.call(session(VENDOR, KEYS[1]), "CreateUser", time=clock(1))]
    events += [switched(make, VENDOR, f"arn:aws:sts::{ACME}:assumed-role/ops/bob", None)]
    events += [switched(make, DEPLOY, None, KEYS[3])]
    failed = switched(make, ONCE, f"arn:aws:iam::{BOLT}:user/eve", KEYS[4])
    events += [failed | {"responseElements": {"SwitchRole": "Failure"}, "errorMessage": "No."}]
    events += [make.call(session(ONCE, KEYS[4]), time=clock(5))]
    return Trap(events, "Eve of Bolt switched and called; a session of Acme's role; somebody; "
                "nobody came in by the role that Eve failed to switch to")  # fmt: skip


def switch_role_onward() -> Trap:
    """From a session of a watched role, of which the console does not tell which it was."""
    make = Maker(63)
    session_of = f"arn:aws:sts::{HERE}:assumed-role/vendor/job"
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1])]
    events += [switched(make, STEPS[0], session_of, KEYS[2])]
    events += [make.call(session(STEPS[0], KEYS[2]), time=clock(1))]
    return Trap(events, "both are of nobody, by a chain that begins with the vendor role")


def switch_role_from_afar() -> Trap:
    """From a session whose role has a path, which the console leaves out."""
    make = Maker(71)
    session_of = f"arn:aws:sts::{THERE}:assumed-role/far/job"
    events = [make.assume(FAR, foreign(BOLT), KEYS[1])]
    events += [switched(make, STEPS[0], session_of, KEYS[2])]
    events += [make.call(session(STEPS[0], KEYS[2]), time=clock(1))]
    return Trap(events, "both are of nobody, by a chain that begins with the far role and its path")


def somebody_assumes() -> Trap:
    """An assumption that tells of nobody, and one of a service that it does not name."""
    make = Maker(72)
    events = [make.assume(ONCE, foreign(BOLT), KEYS[1]) | {"userIdentity": None}]
    events += [make.assume(DEPLOY, service("ec2.amazonaws.com"), KEYS[2])]
    events[-1]["userIdentity"] = {"type": "AWSService"}
    events += [make.assume(FAR, events[-1]["userIdentity"], KEYS[3])]
    events += [make.call(session(ONCE, KEYS[1]), time=clock(1))]
    events += [make.call(session(FAR, KEYS[3]), time=clock(1))]
    events += [make.call(session(ONCE, KEYS[4]), time=clock(5))]
    return Trap(events, "two calls of nobody, as of the second session no assumption is known")


def recorded_twice() -> Trap:
    """A call of one account's role in the other's: both have a record of it."""
    make = Maker(64)
    shared = {"sharedEventID": "00000040-3333-4333-8333-00000000cafe"}
    by = session(VENDOR, KEYS[1])
    ours = make.call(by, "Decrypt", "kms.amazonaws.com", **shared, region="eu-west-1")
    theirs = make.call(foreign(HERE), "Decrypt", "kms.amazonaws.com", **shared, account=THERE)
    return Trap([make.assume(VENDOR, foreign(ACME), KEYS[1]), theirs, ours], "one call of Acme's")


def before_and_elsewhere() -> Trap:
    """Filters narrow what is reported; the session began hours before, in another region."""
    make = Maker(65)
    near, far = "2026-05-01T00:30:00Z", "2026-04-30T20:00:00Z"
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1], time=near)]
    events += [make.assume(DEPLOY, foreign(BOLT), KEYS[2], time=far, region="us-west-2")]
    for role, key in ((VENDOR, KEYS[1]), (DEPLOY, KEYS[2])):
        events += [make.call(session(role, key), time=clock(61), region="eu-west-1")]
    return Trap(events, "Acme's and Bolt's; from eleven on Bolt's session is older than any lives")


def deep_chain(hops: int) -> Trap:
    """A role that assumes itself: to the end here, in Athena to a stated depth."""
    make = Maker(66)
    keys = [key_id(500 + n) for n in range(hops + 1)]
    events = [make.assume(VENDOR, foreign(ACME), keys[0])]
    for n in range(hops):
        events += [make.assume(VENDOR, session(VENDOR, keys[n]), keys[n + 1], time=clock(n))]
    events += [make.call(session(VENDOR, keys[-1]), "CreateUser", time=clock(hops))]
    return Trap(events, f"all are Acme's, in Athena those up to {HOPS} steps from it")


def https_issuers() -> Trap:
    make = Maker(67)
    spelled = [f"https://{GITHUB}", GITHUB, f"arn:aws:iam::{HERE}:oidc-provider/{GITHUB}"]
    events = []
    for n, name in enumerate(spelled):
        events += [make.assume_web(DEPLOY, name, KEYS[n])]
        events += [make.call(session(DEPLOY, KEYS[n], web=name), time=clock(n + 1))]
        events += [make.call(session(DEPLOY, KEYS[n + 9], web=name), time=clock(n + 1))]
    return Trap(events, "six calls of one provider")


def other_times() -> Trap:
    """As exports and stores of logs write them."""
    make = Maker(68)
    times = ("2026-05-01 10:00:00", "2026-05-01T12:00:59.999+02:00", "2026-05-01 10:02:00.000 UTC",
             "2026-05-01T10:03:00.123456789Z")  # fmt: skip
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1], time=times[0])]
    events += [make.call(session(VENDOR, KEYS[1]), time=time) for time in times]
    return Trap(events, "four calls within four minutes of ten o'clock")


def a_user_assumes() -> Trap:
    make = Maker(69)
    events = [make.assume(ONCE, user(BOLT), KEYS[1])]
    events += [make.call(session(ONCE, KEYS[1]), time=clock(1))]
    return Trap(
        events, "a user of an account that is none of ours is an outsider, told with an ARN"
    )
