"""Trails that fool a hasty reader of CloudTrail; each says what a right one makes of it.

`OWN` and `WATCHED` are those of all of them. The tables of `test_reference` say the same in rows.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.usage.events import (
    EC2,
    GITHUB,
    STS,
    Event,
    Maker,
    anonymous,
    clock,
    credentials,
    federated,
    foreign,
    key_id,
    role_arn,
    service,
    session,
    times,
    user,
)

HERE, THERE = "111122223333", "444455556666"  # own accounts
ACME, BOLT = "999900001111", "888800002222"  # vendors
OWN = {HERE, THERE}
VENDOR, DEPLOY, PARTNER = (role_arn(HERE, name) for name in ("vendor", "deploy", "partner"))
WATCHED = {VENDOR, DEPLOY, PARTNER}
STEPS = [role_arn(HERE, f"step-{n}") for n in range(1, 7)]
SSO = role_arn(HERE, "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef")
OIDC = f"arn:aws:iam::{HERE}:oidc-provider/{GITHUB}"
PORTAL = "https://portal.sso.eu-west-1.amazonaws.com/saml/assertion/EXAMPLE"
IDP = "https://idp.partner.example/saml"
KEYS = [key_id(n) for n in range(20)]


class Trap(NamedTuple):
    events: list[Event]
    expect: str


def duplicates() -> Trap:
    make = Maker(1)
    one = times(make.call, 10, 1, 1, by=session(VENDOR, KEYS[1]))
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1]), *one]
    return Trap(events + events[:2], "ten calls, one assumption: what came twice counts once")


def two_vendors() -> Trap:
    make = Maker(2)
    mine, theirs = session(VENDOR, KEYS[1]), session(VENDOR, KEYS[2])
    events = [
        make.assume(VENDOR, foreign(ACME), KEYS[1]),
        make.assume(VENDOR, foreign(BOLT), KEYS[2]),
    ]
    events += [make.call(mine, time=clock(1)), make.call(theirs, time=clock(1))]
    events += [make.call(mine, time=clock(2))]
    return Trap(events, "two calls of Acme, one of Bolt, told apart by the session's key alone")


def web_identity() -> Trap:
    make = Maker(3)
    events = [make.assume_web(DEPLOY, OIDC, KEYS[1])]
    events += [make.call(session(DEPLOY, KEYS[1], web=OIDC), time=clock(1))]
    events += [make.call(session(DEPLOY, KEYS[2], web=OIDC), time=clock(2))]
    return Trap(events, f"both calls are of {GITHUB}, the second with no assumption in the trail")


def slashed() -> Trap:
    make = Maker(3)
    provider = f"arn:aws:iam::{HERE}:oidc-provider/sts.windows.net/tenant/"
    events = [make.assume_web(DEPLOY, provider, KEYS[1])]
    events += [make.call(session(DEPLOY, KEYS[1], web=provider[:-1]), time=clock(1))]
    events += [make.call(session(DEPLOY, KEYS[2], web=provider), time=clock(2))]
    return Trap(events, "both calls are of one provider, whose issuer ends in a slash")


def saml() -> Trap:
    make = Maker(4)
    events = [make.assume_saml(PARTNER, IDP, KEYS[1]), make.assume_saml(PARTNER, None, None)]
    events += [make.assume_saml(SSO, PORTAL, KEYS[2])]
    events[1]["errorCode"] = "AccessDenied"
    events += [make.call(session(PARTNER, KEYS[1]), time=clock(1))]
    events += [make.call(session(SSO, KEYS[2]), time=clock(1))]
    return Trap(
        events, "the partner's call is of its entity id; the failed one of its provider's ARN"
    )


def services() -> Trap:
    make = Maker(5)
    events = [make.assume(VENDOR, service("ec2.amazonaws.com"), KEYS[1])]
    events += [make.call(session(VENDOR, KEYS[1]), time=clock(1))]
    # a service that goes on with the session's key is still whoever is behind the session
    events += [make.assume(VENDOR, foreign(ACME), KEYS[2], time=clock(2))]
    onward = session(VENDOR, KEYS[2], invokedBy="cloudformation.amazonaws.com")
    events += [make.call(onward, time=clock(3), ip="cloudformation.amazonaws.com")]
    return Trap(events, "one call of EC2 as a service, one of Acme by way of CloudFormation")


def failed_assumptions() -> Trap:
    make = Maker(6)
    silent = make.assume(VENDOR, foreign(BOLT), time=clock(3)) | {"requestParameters": None}
    events = [make.assume(VENDOR, foreign(BOLT), time=clock(n)) for n in range(2)]
    events += [make.assume(VENDOR, foreign(ACME), KEYS[1], time=clock(2)), silent]
    return Trap(events, "Bolt failed twice, Acme got in once; what names no role is of no role")


def denied_burst() -> Trap:
    make = Maker(7)
    by = session(VENDOR, KEYS[1])
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1])]
    events += times(make.call, 6, 50, 3, by=by, name="GetObject", error="AccessDenied")
    events += [
        make.call(by, "RunInstances", EC2, error="Client.UnauthorizedOperation", time=clock(61))
    ]
    events += [make.call(by, "GetObject", error="NoSuchKey", time=clock(62))]
    return Trap(
        events, "7 denials in two clock hours, 4 and 3: the peak is 4; NoSuchKey is no denial"
    )


def throttled_by_others() -> Trap:
    make = Maker(8)
    by = session(VENDOR, KEYS[1])
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1])]
    events += times(make.call, 3, 0, 1, by=by, name="DescribeInstances", source=EC2)
    events += times(make.call, 3, 120, 1, by=by, name="DescribeInstances", source=EC2)
    slow = {"by": user(HERE), "source": EC2, "name": "DescribeTags"}
    events += times(make.call, 1, 5, 1, **slow, error="Client.RequestLimitExceeded")
    events += times(make.call, 5, 65, 1, **slow, error="ThrottlingException")  # not at the peak
    events += times(make.call, 2, 125, 1, **slow, error="SlowDown")
    elsewhere = {**slow, "by": user(THERE)}
    events += times(make.call, 9, 125, 1, **elsewhere, error="SlowDown")  # another account
    return Trap(events, "two hours tie at three calls, 1 and 2 of others were throttled: 2")


def bucket_policy() -> Trap:
    make = Maker(33)
    read: Event = {
        "name": "GetObject",
        "account": HERE,
        "managementEvent": False,
        "eventCategory": "Data",
    }
    events = [make.call(by, **read) for by in (foreign(ACME), foreign(THERE), anonymous())]
    events += [make.call(foreign(ACME), **{**read, "account": THERE})]
    events += [make.call(user(HERE), **read)]
    return Trap(events, "direct: Acme in each account, anybody (`*`) in one; our own left out")


def older_sessions() -> Trap:
    make = Maker(35)
    by = session(VENDOR, KEYS[1])
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1], time="2026-04-30T23:59:59Z")]
    events += [
        make.call(by, time="2026-05-01T00:00:00Z"),
        make.call(by, time="2026-05-07T23:59:59Z"),
    ]
    events += [make.call(by, time="2026-05-08T00:00:00Z")]
    return Trap(
        events, "from the 1st to the 8th: two calls, of whom assumed the role before midnight"
    )


def categories() -> Trap:
    make = Maker(36)
    by = session(VENDOR, KEYS[1])
    insight = {"eventVersion": "1.11", "eventTime": clock(1), "awsRegion": "us-east-1",
               "eventID": "00000024-2222-4222-8222-00000000ffff", "eventType": "AwsCloudTrailInsight",
               "recipientAccountId": HERE, "eventCategory": "Insight",
               "insightDetails": {"state": "Start", "eventSource": EC2, "eventName": "RunInstances",
                                  "insightType": "ApiCallRateInsight"}}  # fmt: skip
    bare = make.call(by, time=clock(4))
    del bare["eventCategory"]
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1]), insight]
    events += [make.call(by, eventCategory="NetworkActivity", time=clock(2))]
    events += [make.call(by, eventCategory="Data", time=clock(3)), bare]
    return Trap(
        events, "two calls: Data counts, and one of no category; an Insight is no faulty event"
    )


def dated_names() -> Trap:
    make = Maker(38)
    by = session(VENDOR, KEYS[1])
    names = ("ListFunctions20150331", "GetFunction20150331v2", "GetFunction20150331v2")
    events = [make.call(by, name, "lambda.amazonaws.com") for name in names]
    return Trap(events, "two names, as they are written")


def other_keys() -> Trap:
    """Answers with credentials that are no assumption's, and no role's sessions."""
    make = Maker(39)
    answer = {"credentials": credentials(KEYS[1])}
    events = [make.event(STS, "GetFederationToken", user(HERE), answer=answer)]
    events += [
        make.event("sts.example.com", "AssumeRole", foreign(BOLT), answer=answer, account=HERE)
    ]
    events += [make.call(session(VENDOR, KEYS[1]), time=clock(1))]
    events += [make.call(federated(HERE, "alice", KEYS[1]), time=clock(1))]
    return Trap(
        events, "nobody is behind the call of the role; a direct call of Bolt is not of STS"
    )


def missing_fields() -> Trap:
    make = Maker(40)
    by = session(VENDOR, KEYS[1])
    sparse = make.call(by, time=clock(1))
    kept = ("eventID", "eventTime", "eventSource", "eventName", "userIdentity")
    events = [{key: sparse[key] for key in kept}]
    events += [make.call(by, time=clock(3)) | {"userIdentity": None}]
    return Trap(events, "one call, in the account of its identity; an event of nobody")


def networks() -> Trap:
    make = Maker(41)
    by = session(VENDOR, KEYS[1])
    addresses = ("198.51.100.9", "198.51.100.200", "2001:db8:1:2::5", "2001:db8::1", "AWS Internal",
                 "ec2.amazonaws.com")  # fmt: skip
    events = [make.call(by, ip=address, time=clock(n)) for n, address in enumerate(addresses)]
    return Trap(events, "a /24, a /48, and three as they are")
