"""Random policies of resources, proved: nobody is let in whom no grant tells.

VENDORGATE_PROOFS sets how many policies (default 7; `make proofs`: 10,000). Seeds are fixed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from checker.access import Access, Resource, analyze_resource
from checker.trust import Principal
from tests.access.proof.cells import cells
from tests.access.proof.documents import SCOPE
from tests.access.proof.kinds import KINDS, Kind
from tests.access.proof.prove import OURS, proved, verdict_of
from tests.trust.proof.prove import EFFORT

POLICIES = int(os.environ.get("VENDORGATE_PROOFS", "7"))
CHUNK = 7
UNKNOWN = 0.1
"""The largest share of a chunk that Z3 may give up on. It is no proof, and is printed."""


@pytest.mark.parametrize("first", range(0, POLICIES, CHUNK))
def test_no_outsider_is_missed(first: int, record_property: Callable[[str, object], None]) -> None:
    """For each action, ARN and caller: no request is let in that no grant covers."""
    told = [one for seed in range(first, min(first + CHUNK, POLICIES)) if (one := proved(seed))]
    unknown = [shown for verdict, shown in told if verdict.unknown]
    record_property("policies", len(told))
    record_property("proved", sum(verdict.proved for verdict, _ in told))
    record_property("unknown", len(unknown))
    record_property("wrong", sum(bool(verdict.findings) for verdict, _ in told))
    wrong = [f"{shown}\n{one.why}: {one.request}" for verdict, shown in told
             for one in verdict.findings]  # fmt: skip
    assert not wrong, "\n".join(wrong)
    assert len(unknown) <= max(2, UNKNOWN * len(told)), f"Z3 gives up: {unknown}"


BUCKET = KINDS[0]
OBJECTS = f"{BUCKET.arn}/*"
ROOT_ARN = "arn:aws:iam::999999999999:root"
SILENT = [
    (BUCKET, {"Principal": {"AWS": ROOT_ARN}}, "an account"),
    (BUCKET, {"Principal": "*", "Condition": {"StringEquals": {
        "aws:PrincipalType": "Anonymous"}}}, "who signs nothing"),
    (BUCKET, {"Principal": "*", "Condition": {"ArnEquals": {
        "aws:PrincipalArn": ROOT_ARN}}}, "a root user"),
    (BUCKET, {"Principal": {"Service": "s3.amazonaws.com"}, "Condition": {"StringEquals": {
        "aws:SourceAccount": "999999999999"}}}, "a service"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "who", "why"), SILENT)
def test_an_answer_without_its_grants_is_refuted(kind: Kind, who: dict[str, Any], why: str) -> None:
    """An oracle that finds nothing where nothing is said would prove everything."""
    allow = {"Effect": "Allow", "Action": "s3:Get*", "Resource": f"{BUCKET.arn}/in/?", **who}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "*", "NotResource": OBJECTS}
    document = {"Version": "2012-10-17", "Statement": [allow, deny]}
    record = Resource(arn=kind.arn, kind=kind.name, account=SCOPE.account, document=document)
    access = analyze_resource(record, OURS, SCOPE.today)
    silent = msgspec.structs.replace(access, grants=(), deputies=(), aws=())
    for answer, found in ((access, False), (silent, True)):
        verdict = verdict_of(kind, document, answer)
        assert verdict is not None
        assert bool(verdict.findings) == found, why


TOPIC, ANY_SERVICE = (
    {"ArnLike": {"aws:SourceArn": f"arn:aws:{one}:*:*:x"}} for one in ("sns", "*")
)
METHOD = {"ArnLike": {"aws:SourceArn": "arn:aws:execute-api:*:*:x"}}
NAMED = {"StringLike": {"aws:PrincipalServiceName": "?c2.amazonaws.com"}}
SERVICES = [
    (TOPIC, "sns.amazonaws.com", False, "a topic is SNS's"),
    (TOPIC, "*", False, "whichever it is"),
    (TOPIC, "s3.amazonaws.com", True, "S3 has no topics"),
    (ANY_SERVICE, "sns.amazonaws.com", True, "no service is asked for"),
    (METHOD, "apigateway.amazonaws.com", False, "of another name than its ARNs"),
    (NAMED, "?c2.amazonaws.com", False, "a pattern of names"),
    (NAMED, "ec2.amazonaws.com", True, "one name of them"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "service", "missed", "why"), SERVICES)
def test_how_a_service_of_a_star_is_told(
    condition: dict[str, Any], service: str, missed: bool, why: str
) -> None:
    """An oracle that takes one service for any would not see who is told by a wrong name. With more
    effort: how much a case takes depends on what the solver was asked before."""
    document = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": OBJECTS,
        "Condition": condition}]}  # fmt: skip
    told = Access(deputies=(Principal(kind="service", service=service, source="*"),))
    verdict = verdict_of(BUCKET, document, told, effort=20 * EFFORT)
    assert verdict is not None
    assert bool(verdict.findings) is missed, why


CELLS = [
    (["s3:*"], f"{BUCKET.arn}/*", "s3:GetObject", {frozenset({0})}),
    (["s3:*"], BUCKET.arn, "s3:GetObject", {frozenset()}),
    (["s3:Put*"], "*", "s3:GetObject", {frozenset()}),
    (["s3:*"], f"{BUCKET.arn}/in/*", "s3:GetObject", {frozenset(), frozenset({0})}),
    (["s3:*"], "arn:aws:s3:?::acme-data/*", "s3:GetObject", {frozenset()}),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "resource", "action", "met"), CELLS)
def test_which_statements_an_arn_meets(
    actions: list[str], resource: str, action: str, met: set[frozenset[int]]
) -> None:
    """A cell that is not seen is not proved."""
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    (language,) = BUCKET.works[action]
    assert set(cells([statement], action, language)) == met
