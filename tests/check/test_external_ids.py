"""Analysed once for all external ids: the answer must be that of each policy by itself."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import msgspec
import pytest

from checker.facts.build import grant_facts
from checker.role_trust.external_ids import STAND_IN, generalised, with_external_id
from checker.trust import analyze
from tests.support.rows import rows
from tests.support.snapshots import VENDOR, allow
from tests.trust.random_policies import random_policy
from tests.trust.support import SCOPE

ID = "customer-0042"
SAFE = allow({"AWS": f"arn:aws:iam::{VENDOR}:root"}, StringEquals={"sts:ExternalId": ID})


def text_of(*statements: dict[str, Any]) -> bytes:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return json.dumps(document, separators=(",", ":")).encode()


REFUSED = [
    ("a pattern", [allow(VENDOR, StringLike={"sts:ExternalId": "customer-*"})]),
    ("a pattern under StringEquals", [allow(VENDOR, StringEquals={"sts:ExternalId": "customer-*"})]),
    ("two ids", [allow(VENDOR, StringEquals={"sts:ExternalId": [ID, "other-0001"]})]),
    ("a Deny that reads it too", [SAFE, allow("*", StringLike={"sts:ExternalId": "c*"}) | {"Effect": "Deny"}]),
    ("the same in another case", [SAFE, allow("*", StringLike={"STS:externalid": "c*"}) | {"Effect": "Deny"}]),
    ("the id stands elsewhere", [allow(VENDOR, StringEquals={"sts:ExternalId": ID, "aws:PrincipalTag/a": ID})]),
    ("a policy variable", [SAFE, allow("*", StringEquals={"aws:PrincipalTag/a": "${sts:ExternalId}"})]),
    ("our own stand-in", [allow(VENDOR, StringEquals={"sts:ExternalId": STAND_IN})]),
    ("too short to be unique", [allow(VENDOR, StringEquals={"sts:ExternalId": "arn"})]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "statements"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_could_change_the_answer_is_left_alone(why: str, statements: Any) -> None:
    """An id that meets anything but itself: another policy's answer would be wrong for it."""
    assert generalised(text_of(*statements)) is None


def escaped(text: bytes, plain: bytes, hidden: bytes) -> bytes:
    """The text with one spelling of the same characters for another."""
    assert text.count(plain) == 1
    return text.replace(plain, hidden)


TWICE = text_of(SAFE, allow("*", StringEquals={"sts:SECOND": "x"}) | {"Effect": "Deny"})
HIDDEN = [
    ("the key, as JSON escapes it", escaped(TWICE, b"sts:SECOND", rb"sts:\u0045xternalId")),
    ("the id, as JSON escapes it",
     escaped(TWICE, b'"sts:SECOND":"x"', rb'"aws:PrincipalTag/a":"customer-00\u00342"')),
    ("the key, as a URL escapes it", b"%7B" + escaped(TWICE, b"sts:SECOND", b"sts:%45xternalId")[1:]),
    ("a policy variable", escaped(TWICE, b'"sts:SECOND":"x"', rb'"aws:PrincipalTag/a":"\u0024{sts:ExternalId}"')),
    ("any escape", escaped(TWICE, b"sts:SECOND", rb"sts:S\u0045COND")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text"), HIDDEN, ids=[row[0] for row in HIDDEN])
def test_what_an_escape_may_hide_is_left_alone(why: str, text: bytes) -> None:
    """Catches a second condition on the external id that only the decoded document shows."""
    assert generalised(TWICE.replace(b"sts:SECOND", b"sts:Other")) is not None
    assert generalised(text) is None


def test_two_vendors_roles_share_one_analysis() -> None:
    """The point of it: distinct ids, one text."""
    other = json.loads(json.dumps(SAFE).replace(ID, "customer-0043"))
    one, two = generalised(text_of(SAFE)), generalised(text_of(other))
    assert one and two and one[0] == two[0] and (one[1], two[1]) == (ID, "customer-0043")


@rows("seed", range(400))
def test_the_answer_is_that_of_the_policy_itself(seed: int) -> None:
    """Random policies around an exact external id: grants, problems and witnesses must agree."""
    statements = random_policy(Random(seed))["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    text = text_of(SAFE, *listed[:2])
    found = generalised(text)
    if found is None:
        return
    general, by_itself = analyze(found[0], SCOPE), analyze(text, SCOPE)
    shown = [with_external_id(grant_facts(grant), ID) for grant in general.grants]
    assert shown == [grant_facts(grant) for grant in by_itself.grants]
    assert [g.principal for g in general.grants] == [g.principal for g in by_itself.grants]
    assert msgspec.to_builtins(general.problems) == msgspec.to_builtins(by_itself.problems)
    assert general.account_bound == by_itself.account_bound
