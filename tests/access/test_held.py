"""Two policies that must both let in, of a bucket and its access point: what goes through both."""

from __future__ import annotations

import os
from itertools import product
from random import Random
from typing import Any

from checker.access.model import AccessGrant
from tests.access.oracle import allows
from tests.access.support import BUCKET, S3, STRANGER, allow, asked, policy
from tests.trust.oracle import Request
from tests.trust.support import EXT, M, V, W, role, root

POINT = f"arn:aws:s3:eu-west-1:{M}:accesspoint/share"
ACTIONS = ("s3:GetObject", "s3:PutObject")
CALLERS = tuple(
    (f"arn:aws:iam::{account}:role/{name}", account, name, organization)
    for account, name, organization in product(
        (V, W, STRANGER), ("deploy", "w"), (EXT, "o-other12345")
    )
)
_PRINCIPALS: tuple[Any, ...] = ("*", {"AWS": root(V)}, {"AWS": root(W)}, {"AWS": role(V)},
                                {"AWS": [root(V), root(W)]})  # fmt: skip
_KEYS = (("aws:PrincipalAccount", V), ("aws:PrincipalAccount", W), ("aws:PrincipalOrgID", EXT))
_OPERATORS = ("StringEquals", "StringNotEquals")


def document(random: Random, resource: str) -> dict[str, Any]:
    """One or two Allows, and Denies, some with a condition that tells of who calls."""
    found = []
    for effect in ("Allow", *random.choices(("Allow", "Deny"), k=random.randint(0, 2))):
        actions = random.choice(("s3:*", *ACTIONS))
        one = allow(random.choice(_PRINCIPALS), actions, resource) | {"Effect": effect}
        if random.random() < 0.4:
            key, value = random.choice(_KEYS)
            one["Condition"] = {random.choice(_OPERATORS): {key: value}}
        found.append(one)
    return policy(*found)


def through(bucket: dict[str, Any]) -> dict[str, Any]:
    """For those alone who come through an access point of ours."""
    return policy(
        *bucket["Statement"],
        allow("*", "s3:*", f"{BUCKET}/*") | {"Effect": "Deny", "Condition": {"StringNotEquals": {
            "s3:DataAccessPointAccount": M}}},
    )  # fmt: skip


def passes(both: tuple[Any, Any], caller: tuple[str, ...], action: str) -> bool:
    arn, account, name, organization = caller
    context: dict[str, str | list[str]] = {
        "aws:PrincipalArn": arn, "aws:PrincipalAccount": account, "aws:PrincipalOrgID": organization,
        "aws:PrincipalType": "AssumedRole", "aws:PrincipalIsAWSService": "false",
        "s3:DataAccessPointAccount": M, "aws:userid": f"AROAWWWWWWWWWWWWWWWWW:{name}",
    }  # fmt: skip
    request = Request(arn, "sts:AssumeRole", context)
    bucket, point = both
    return allows(bucket, action, f"{BUCKET}/z", request) and allows(
        point, action, f"{POINT}/object/z", request
    )


def means(grant: AccessGrant, caller: tuple[str, ...]) -> bool:
    arn, account, _, organization = caller
    one = grant.principal
    return {
        "anyone": account not in one.excepted,
        "organization": organization == one.organization,
        "account": account == one.account,
        "principal": arn == one.arn,
    }[one.kind]


def test_what_goes_through_both_policies() -> None:
    """Catches who gets through both and is not told, and who is told, and of whom none gets
    through. Of what an account's organization is one policy does not know what the other asks."""
    for seed in range(int(os.environ.get("VENDORGATE_RANDOM", "60"))):
        random = Random(seed)
        both = through(document(random, f"{BUCKET}/*")), document(random, f"{POINT}/object/*")
        points = [{"arn": POINT, "policy": both[1], "origin": "Internet"}]
        grants = asked(S3, BUCKET, document=both[0], settings={"access_points": points}).grants
        for action in ACTIONS:
            let = [one for one in CALLERS if passes(both, one, action)]
            told = [one for one in grants if action in one.actions]
            for caller in let:
                assert any(means(one, caller) for one in told), (seed, action, caller)
            for one in told if EXT not in str(both) else ():
                assert any(means(one, caller) for caller in let), (seed, action, one)
