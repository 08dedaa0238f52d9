"""One question at a time: whether somebody, or one request, is let in, against what IAM does."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import Any

import msgspec
import pytest

from checker.trust.answers.ask import request, who
from tests.trust.oracle import allows
from tests.trust.random_policies import random_policy
from tests.trust.random_requests import requests_for
from tests.trust.support import (
    EXT,
    GITHUB,
    SCOPE,
    M,
    N,
    V,
    W,
    deny,
    oidc,
    policy,
    show,
    statement,
    web,
)  # fmt: skip

TEMPLATE = msgspec.structs.replace(SCOPE, live=False)
GONE = "AROAEXAMPLEEXAMPLE123"
PATHED = f"arn:aws:iam::{V}:role/team/deploy"
SESSION = f"arn:aws:sts::{V}:assumed-role/deploy/ci"
FILLED, OF_ID = policy(statement({"AWS": "${Vendor}"})), policy(statement({"AWS": GONE}))
FILLED_ISSUER = policy(web(f"arn:aws:iam::{M}:oidc-provider/${{Issuer}}"))
EC2 = policy(statement({"Service": "ec2.amazonaws.com"}))
NO_SOURCE = {"Null": {"aws:SourceAccount": "true"}}
WHO: list[tuple[str, Any, str, bool | None]] = [
    ("a name filled in at deployment may be anybody's", FILLED, V, None),
    ("and a service's", FILLED, "ec2.amazonaws.com", None),
    ("an issuer filled in may be any issuer", FILLED_ISSUER, GITHUB, None),
    ("a unique id may be of anybody's role", OF_ID, V, None),
    ("of any organization's", OF_ID, EXT, None),
    ("but it is no service", OF_ID, "ec2.amazonaws.com", False),
    ("nor an issuer", OF_ID, GITHUB, False),
    ("somebody else is let in for sure, beside it", policy(statement({"AWS": [GONE, V]})), V, True),
    ("a session of a role whose path its ARN leaves out", policy(statement({"AWS": PATHED})), SESSION, True),
    ("a session of another role", policy(statement({"AWS": PATHED + "er"})), SESSION, False),
    ("the session itself", policy(statement({"AWS": SESSION})), SESSION, True),
    ("another session", policy(statement({"AWS": SESSION + "2"})), SESSION, False),
    ("a role of an account of which another is named", policy(statement({"AWS": PATHED})), V, True),
    ("an account of another partition", policy(statement({"AWS": V})), f"arn:aws-cn:iam::{V}:root", False),
    ("the service that is named", EC2, "ec2.amazonaws.com", True),
    ("as AWS reads it, in any case", EC2, "EC2.amazonaws.com", True),
    ("another service", EC2, "sns.amazonaws.com", False),
    ("a service, where the action is for providers", policy(statement({"Service": "ec2.amazonaws.com"},
     Action="sts:AssumeRoleWithSAML")), "ec2.amazonaws.com", False),
    ("an issuer with its scheme", policy(web(oidc(GITHUB))), f"https://{GITHUB}/", True),
    ("an issuer, where the action is for roles", policy(statement({"Federated": oidc(GITHUB)})), GITHUB, False),
    ("a member of an organization, of a star", policy(statement("*")), EXT, True),
    ("an own account is in no organization of theirs", policy(statement({"AWS": N})), EXT, False),
    ("an account may be in any", policy(statement({"AWS": V})), EXT, True),
    ("a service, where a Deny may mean it as long as it tells no source", policy(
     statement({"Service": "ec2.amazonaws.com"}), deny({"AWS": "*"}, NO_SOURCE)), "ec2.amazonaws.com", True),
    ("a service, where a Deny may mean it whatever it tells", policy(
     statement({"Service": "ec2.amazonaws.com"}), deny({"AWS": "*"})), "ec2.amazonaws.com", None),
    ("a Deny of all refuses", policy(statement({"AWS": V}), deny()), V, False),
    ("a Deny of another doesn't", policy(statement({"AWS": V}), deny({"AWS": W})), V, True),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "document", "asked", "allowed"), WHO, ids=[r[0] for r in WHO])
def test_who_is_let_in(reason: str, document: Any, asked: str, allowed: bool | None) -> None:
    """Catches a sure answer about somebody who cannot be told, and one who is missed."""
    told = who(document, TEMPLATE, asked)
    assert told.allowed is allowed, (reason, told)


def test_an_id_of_what_is_gone_is_nobody() -> None:
    """Catches doubt where AWS itself shows that the role was deleted."""
    assert who(OF_ID, SCOPE, V).allowed is False


@pytest.mark.parametrize("seed", range(40))
def test_one_request_is_answered_as_iam_evaluates_it(seed: int) -> None:
    """Catches a request let in that a Deny or a condition refuses, and one refused that gets in."""
    document = random_policy(Random(f"ask {seed}"))
    for one in islice(requests_for(document, Random(seed)), 25):
        told = request(document, SCOPE, one.principal, one.action, one.context)
        sure = {allows(document, one), allows(document, one, doubt=False)}
        if told.allowed is not None and len(sure) == 1:
            assert {told.allowed} == sure, (show(document), one, told)
