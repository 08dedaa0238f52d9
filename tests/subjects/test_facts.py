"""Facts are plain dictionaries for speed; here each is held against its published model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from checker.check.engine import check
from checker.check.rules import PolicyOverrides, Rules
from checker.policy.load import load_policies
from checker.review.changes import changes
from checker.review.judge import facts_of
from checker.snapshot.read import Snapshot
from checker.subjects.item import Item
from checker.subjects.registry import SUBJECTS, explained, model
from checker.subjects.resource_access.facts import rank_of
from checker.trust.model import Principal
from checker.vetting.allowlist import Allowlist
from checker.yamlfile import parse_yaml
from tests.check.test_code import CODE, code_use
from tests.check.test_images import COPIES, IMAGES, SHARES
from tests.check.test_resources import ROWS as RESOURCES
from tests.check.test_role_trust import ROLES
from tests.check.test_usage import call
from tests.review.test_review import CHANGES
from tests.support.gate import AMI, WAIVER
from tests.support.snapshots import (
    ALLOWLIST,
    OWN2,
    STRANGER,
    VENDOR,
    image,
    role,
    use,
    vendor_role,
    write,
)

TODAY = date(2026, 11, 20)
GUARDRAIL = {
    "id": "p-1",
    "targets": ["r-root"],
    "document": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "VettedAccounts",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sts:AssumeRole",
            }
        ],
    },
}


def test_no_subject_lacks() -> None:
    """Catches a subject whose facts no case below makes, so that nothing holds them to a model."""
    assert set(seen()) == set(SUBJECTS)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_facts_are_what_the_model_publishes(subject: str) -> None:
    """A fact that is missing, misspelt or of another type reads as null in every policy."""
    for facts in seen()[subject]:
        published = model(subject).model_validate(facts, strict=True)
        assert published.model_dump(by_alias=True) == facts


def test_a_finding_is_of_one_subject() -> None:
    """Catches an explanation that reads the facts of one subject, or of a gap, as another's."""
    gap = {"account": None, "region": None, "call": "c", "code": "Denied", "message": "m"}
    marks = {name: set(one.MARK.split()) for name, one in explained().items()}
    for subject, several in [*seen().items(), (None, [gap])]:
        for facts in several:
            fitting = [name for name, mark in marks.items() if mark <= facts.keys()]
            assert fitting == ([subject] if subject in marks else []), subject


@cache
def seen() -> dict[str, list[dict[str, Any]]]:
    """By subject, all facts that policies see of the gate's own cases and of the review's."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in items():
        found.setdefault(item.subject, []).append(item.facts)
    found["change"] = list(_changes())
    return found


@cache
def items() -> list[Item]:
    """All that the gate judges of its own cases."""
    found: list[Item] = []
    with TemporaryDirectory() as folder:
        rules = Rules(load_policies(None), PolicyOverrides())
        check(Snapshot(_snapshot(Path(folder) / "s")), _allowlist(), rules, TODAY, watch=found.append)  # fmt: skip
    return found


def _snapshot(folder: Path) -> Path:
    records = [row[1] for row in ROLES]
    scoped = role("Scoped", vendor_role()["trust_policy"]["Statement"], privilege="admin")
    roles = {one["arn"]: one for one in (*records, scoped)}
    again = [one | {"arn": f"{one['arn']}{n}"} for n, one in enumerate(records)]
    known = [row[1] for row in (*IMAGES, *COPIES) if row[1]]
    images = [image(f"{AMI[:-2]}{n:02}", **one) for n, one in enumerate(known)]
    shared = [image(f"ami-s{n}", owner=OWN2, launch_permissions=r[1]) for n, r in enumerate(SHARES)]
    uses = [use(f"i-{n}", one["image_id"], name="n", via="v") for n, one in enumerate(images)]
    named = [use(f"p-{who}", AMI, via_account=who) for who in (STRANGER, VENDOR)]
    return write(
        folder,
        roles=[*roles.values(), *again],
        images=[*images, *shared],
        image_uses=[*uses, *named, use("i", None)],
        resources=[record for _, record, *_ in RESOURCES],
        code_uses=[code_use(*row[:2]) for row in CODE],
        manifest={"guardrails": [GUARDRAIL]},
        image_settings=[
            {
                "account": OWN2,
                "region": "us-east-1",
                "allowed_images": "enabled",
                "managed_by": "account",
                "criteria": [{"providers": [STRANGER]}],
            }
        ],
        usage=[call(), call(STRANGER, "ce:GetCostAndUsage"), call(role=None, via="direct")],
    )


def _allowlist() -> Allowlist:
    scope = 'scope: {external_id: required, roles: ["Mon*"], max_privilege: read}'
    text = ALLOWLIST.replace("scope: {external_id: required}", scope) + WAIVER
    return Allowlist(parse_yaml(text.encode(), "allowlist.yaml"))


def _changes() -> Iterator[dict[str, Any]]:
    for _, *sides, _, _ in CHANGES:
        base, head = (Allowlist(parse_yaml(text.encode(), "a.yaml")) for text in sides)
        yield from map(facts_of, changes(base, head, TODAY, {}))


RANKS = [
    ("AWS::S3::Bucket", "cloudfront.amazonaws.com", 1),
    ("AWS::SQS::Queue", "sns.amazonaws.com", 3),
    ("AWS::SQS::Queue", "sns.us-east-1.amazonaws.com", 3),
    ("AWS::SQS::Queue", "sns.amazonaws.com.cn", 3),
    ("AWS::S3::Bucket", "delivery.logs.amazonaws.com", 5),
    ("AWS::S3::Bucket", "delivery.logs.eu-west-1.amazonaws.com", 5),
    ("AWS::S3::Bucket", "logdelivery.elasticloadbalancing.amazonaws.com", 5),
    ("AWS::SQS::Queue", "sns.other.amazonaws.com", None),
    ("AWS::SQS::Queue", "sns-x.amazonaws.com", None),
    ("AWS::SNS::Topic", "sns.amazonaws.com", None),
    ("AWS::SQS::Queue", None, None),
]


@pytest.mark.parametrize(("kind", "service", "rank"), RANKS)
def test_how_grave_a_service_is_for_anybody(
    kind: str, service: str | None, rank: int | None
) -> None:
    """A queue that anybody writes to by the service's name in a region, and no finding of it."""
    assert rank_of(Principal(kind="service", service=service), kind) == rank
