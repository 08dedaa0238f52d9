"""The same shares as `bench/generate.py`, in the many words in which organizations say them.

External ids have six characters and stand alone, in lists, under StringLike and ForAnyValue; a
vendor is a whole account, a role of it, or one of two; services ask for their source; internal
trusts name roles with paths; some statements have a Sid in other letters, which JSON escapes. 300
repositories have a pipeline each, which only a vendor's entry covers.
"""

from __future__ import annotations

import random
from typing import Any

from bench.generate import ACCOUNTS, GITHUB, SERVICES, VENDORS, statement
from bench.generate import trust as plain_trust

REPOSITORIES = 300
ID = "sts:ExternalId"
REGIONS = ["eu-central-1", "us-east-1", "ap-southeast-2"]


def trust(kind: str, number: int, account: str, pick: random.Random) -> dict[str, Any]:
    if kind == "service":
        return _service(number, account)
    if kind == "internal":
        return _internal(pick)
    if kind == "vendor":
        return _vendor(number, pick)
    if kind == "pipeline":
        return _pipeline(number, account)
    return plain_trust(kind, number, account, pick)


def _service(number: int, account: str) -> dict[str, Any]:
    """Of twenty, six name whose call it is, and one two services."""
    name = f"{SERVICES[number % len(SERVICES)]}.amazonaws.com"
    form = number // len(SERVICES) % 20
    if form < 4:
        return statement({"Service": name}, StringEquals={"aws:SourceAccount": account})
    if form < 6:
        source = f"arn:aws:{SERVICES[number % 8]}:{REGIONS[number % 3]}:{account}:*"
        return statement({"Service": name}, ArnLike={"aws:SourceArn": source},
                         StringEquals={"aws:SourceAccount": account})  # fmt: skip
    return statement({"Service": [name, "edgelambda.amazonaws.com"] if form == 6 else name})


def _internal(pick: random.Random) -> dict[str, Any]:
    """Half of them one of some role names, half whole accounts, and some of these two."""
    one, other = pick.choice(ACCOUNTS), pick.choice(ACCOUNTS)
    if pick.random() < 0.5:
        path = pick.choice(["", "platform/", "teams/data/"])
        return statement({"AWS": f"arn:aws:iam::{one}:role/{path}deployer-{pick.randrange(40)}"})
    if pick.random() < 0.1:
        return statement({"AWS": [f"arn:aws:iam::{one}:root", f"arn:aws:iam::{other}:root"]})
    return statement({"AWS": f"arn:aws:iam::{one}:root"})


def _vendor(number: int, pick: random.Random) -> dict[str, Any]:
    vendor, form = VENDORS[number % len(VENDORS)], pick.randrange(20)
    other_letters = form == 10 and number % 20 == 0
    external_id, other = f"{pick.getrandbits(24):06x}", f"{pick.getrandbits(24):06x}"
    who = {"AWS": f"arn:aws:iam::{vendor}:{'role/integration/collector' if form < 3 else 'root'}"}
    if form == 4:
        who = {"AWS": [f"arn:aws:iam::{vendor}:root", f"arn:aws:iam::{VENDORS[0][:-1]}9:root"]}
    if form in (5, 6):
        return statement(who, StringEquals={ID: [external_id, other]})
    if form in (7, 8):
        return statement(who, StringLike={ID: external_id})
    if form == 9:
        return statement(who, **{"ForAnyValue:StringEquals": {ID: [external_id]}})
    made = statement(who, StringEquals={ID: external_id})
    return made | ({"Sid": "Zugriff für den Anbieter"} if other_letters else {})


def _pipeline(number: int, account: str) -> dict[str, Any]:
    branch = ["*", "ref:refs/heads/main", "environment:production"][number % 3]
    return statement(
        {"Federated": f"arn:aws:iam::{account}:oidc-provider/{GITHUB}"},
        "sts:AssumeRoleWithWebIdentity",
        StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"},
        StringLike={f"{GITHUB}:sub": f"repo:own-company/service-{number % REPOSITORIES}:{branch}"},
    )
