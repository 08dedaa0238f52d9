"""A seeded random trail, for the engines against the reference."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.usage.events import (
    EC2,
    GITHUB,
    S3,
    Event,
    Maker,
    anonymous,
    clock,
    federated,
    foreign,
    key_id,
    role_arn,
    service,
    session,
    user,
)  # fmt: skip
from tests.usage.hostile import PARAMETERS, forged_record

OWN = ("111122223333", "444455556666", "555566667777")
OUTSIDE = ("999900001111", "888800002222", "777700003333")
NAMES = [(S3, "GetObject"), (S3, "ListBuckets"), (EC2, "DescribeInstances"), (EC2, "RunInstances"),
         ("lambda.amazonaws.com", "GetFunction20150331v2"), ("iam.amazonaws.com", "GetRole"),
         (EC2, "ModifyImageAttribute"), ("sts.amazonaws.com", "GetCallerIdentity")]  # fmt: skip
ERRORS = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NoSuchKey",
          "Client.UnauthorizedOperation", "ThrottlingException", "Throttling", "SlowDown",
          "Client.RequestLimitExceeded", "TooManyRequestsException"]  # fmt: skip
ADDRESSES = ["203.0.113.7", "203.0.113.99", "198.51.100.1", "2001:db8:1:2::5", "2001:db8::1",
             "AWS Internal", "cloudformation.amazonaws.com"]  # fmt: skip
LONGEST = 5  # hops of chaining


class Mixture:
    """Roles, the sessions that live, and the events so far."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.make = Maker(seed % 2**32)
        pick = self.random.choice
        self.roles = [role_arn(pick(OWN), f"team/role-{n}") for n in range(12)]
        self.watched = set(self.roles[:5])
        self.sessions: list[Event] = []
        self.depth: dict[str, int] = {}
        self.issued = 0
        self.events: list[Event] = []

    def time(self) -> str:
        """Crowded hours, so that there are peaks and ties; edges of minutes and hours."""
        minute = self.random.choice([0, 0, 1, 59, 60, 119, 120, 26 * 60]) + self.random.randrange(3)
        return clock(minute + self.random.choice([0, 0, 0.5, 59 / 60]))

    def key(self) -> str:
        self.issued += 1
        return key_id(self.issued)

    def role(self) -> str:
        near = self.random.random() < 0.7
        return self.random.choice(self.roles[:5] if near else self.roles)

    def opened(self, role: str, key: str, depth: int = 0, web: str | None = None) -> None:
        self.sessions.append(session(role, key, web=web))
        self.depth[key] = depth

    def assume(self) -> None:
        """An assumption from outside, of a service, a user, or by a provider."""
        role, key, time = self.role(), self.key(), self.time()
        oidc = f"arn:aws:iam::{role.split(':')[4]}:oidc-provider/{GITHUB}"
        by = self.random.choice([foreign(a) for a in OUTSIDE] + [service(EC2), user(OWN[0])])
        kind = self.random.randrange(6)
        if kind == 0:
            self.events.append(self.make.assume_web(role, oidc, key, time=time))
        elif kind == 1:
            issuer = self.random.choice([None, "https://idp.example/saml"])
            self.events.append(self.make.assume_saml(role, issuer, key, time=time))
        else:
            self.events.append(self.make.assume(role, by, key, time=time))
        self.opened(role, key, web=oidc if kind == 0 else None)

    def fail(self) -> None:
        by = self.random.choice([foreign(self.random.choice(OUTSIDE)), user(OWN[1])])
        self.events.append(self.make.assume(self.role(), by, time=self.time()))

    def older(self) -> None:
        """A session whose assumption is not in the trail."""
        web = self.random.choice([None, None, f"arn:aws:iam::{OWN[0]}:oidc-provider/{GITHUB}"])
        self.opened(self.role(), self.key(), web=web)

    def chain(self) -> None:
        """A session assumes another role; across accounts, both trails have it."""
        by = self.random.choice(self.sessions)
        depth = self.depth[by["accessKeyId"]] + 1
        if depth > LONGEST:
            return
        role, key, time = self.random.choice(self.roles), self.key(), self.time()
        if role.split(":")[4] == by["accountId"]:
            self.events.append(self.make.assume(role, by, key, time=time))
        else:
            self.events += self.make.pair(role, by, key, time=time)
        self.opened(role, key, depth)

    def identity(self) -> Event:
        pick, chance = self.random.choice, self.random.random()
        if chance < 0.75:
            delegate = {"invokedByDelegate": {"accountId": pick(OUTSIDE)}} if chance < 0.05 else {}
            return pick(self.sessions) | delegate
        return pick([*map(foreign, OUTSIDE + OWN), anonymous(), user(OWN[0]), service(EC2),
                     federated(OWN[0], "alice", key_id(999_999_999))])  # fmt: skip

    def call(self) -> None:
        by, pick = self.identity(), self.random.choice
        source, name = pick(NAMES)
        more: Event = {
            "time": self.time(),
            "ip": pick(ADDRESSES),
            "region": pick(["us-east-1", "eu-west-1"]),
        }
        if by["type"] in ("AWSAccount", "AWSService"):
            more["account"] = pick(OWN)
        if self.random.random() < 0.3:
            more["error"] = pick(ERRORS)
        if self.random.random() < 0.2:
            more["params"] = pick([p for _, p in PARAMETERS] + [forged_record(Maker(99))])
        event = self.make.call(by, name, source, **more)
        event["eventCategory"] = pick(["Management", "Management", "Data", "NetworkActivity"])
        for field in (
            "eventCategory",
            "requestID",
            "awsRegion",
            "sourceIPAddress",
            "recipientAccountId",
        ):
            if self.random.random() < 0.02 and (field != "recipientAccountId" or "accountId" in by):
                del event[field]
        self.events.append(event)

    def fill(self, size: int) -> None:
        self.assume()
        steps: list[Callable[[], None]] = [self.assume, self.fail, self.older, self.chain]
        while len(self.events) < size * 5 // 6:
            step = self.random.choice(steps) if self.random.random() < 0.3 else self.call
            step()
        twice = [self.random.choice(self.events) for _ in range(size - len(self.events))]
        self.events += twice
        self.random.shuffle(self.events)


def random_trail(seed: int, size: int) -> tuple[list[Event], set[str], set[str]]:
    """About `size` events, a sixth of them delivered twice; the watched roles, own accounts."""
    mixture = Mixture(seed)
    mixture.fill(size)
    return mixture.events, mixture.watched, set(OWN)
