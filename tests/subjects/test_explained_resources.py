"""A resource that lets somebody in, as an explanation lists it and a proposal counts it."""

from __future__ import annotations

from typing import Any

from checker.subjects.item import Item, Sighted, Where
from checker.subjects.resource_access.explain import concerns, keys, line, note, order, row
from tests.support.rows import rows

OURS, VENDOR, ORGANIZATION = "111111111111", "999999999999", "o-vendor12345"
BUCKET = "arn:aws:s3:::acme-data"
ROLE = f"arn:aws:iam::{VENDOR}:role/reader"
WITNESS = {"principal": ROLE, "action": "s3:GetObject", "resource": BUCKET, "context": {}}


def facts(**changed: Any) -> dict[str, Any]:
    """Those of a vendor's role that reads a bucket; `changed`: fields, wherever they stand."""
    parts: dict[str, dict[str, Any]] = {
        "target": {"kind": "AWS::S3::Bucket", "name": "acme-data", "arn": BUCKET},
        "principal": {"kind": "principal", "id": VENDOR, "account": VENDOR, "arn": ROLE,
                      "organization": None, "provider": None, "source": None},
        "grant": {"access": "read", "actions": ["s3:GetObject"], "via": "policy", "effective": True,
                  "guardrail": None, "witness": WITNESS, "deputy": False},
        "vetting": {"status": "vetted", "out_of_scope": []},
    }  # fmt: skip
    return {name: {key: changed.get(key, value) for key, value in part.items()}
            for name, part in parts.items()}  # fmt: skip


def shown(**changed: Any) -> dict[str, Any]:
    where = Where(BUCKET, account=OURS, region="eu-west-1")
    return row(Item("resource_access", facts(**changed), where))


def test_all_that_is_listed() -> None:
    """Catches a column that is lost, or filled from another fact."""
    assert shown() == {
        "resource": BUCKET, "account": OURS, "region": "eu-west-1", "kind": "AWS::S3::Bucket",
        "principal": ROLE, "access": "read", "actions": ["s3:GetObject"], "via": "policy",
        "effective": True, "guardrail": None, "status": "vetted", "out_of_scope": [],
        "witness": WITNESS,
    }  # fmt: skip
    assert shown(arn=None)["principal"] == VENDOR


SIX = [f"s3:Do{number}" for number in range(6)]
LINES = [
    ({}, f"{BUCKET} lets in {ROLE} by its policy: read (s3:GetObject): vetted", "plain"),
    ({"via": "acl"}, f"{BUCKET} lets in {ROLE} by its acl: read (s3:GetObject): vetted", "the way"),
    ({"actions": SIX[:4]}, f"{BUCKET} lets in {ROLE} by its policy: read ({', '.join(SIX[:4])}): vetted",
     "as many as are shown"),
    ({"actions": SIX}, f"{BUCKET} lets in {ROLE} by its policy: read ({', '.join(SIX[:4])} and 2 more): "
     "vetted", "and more"),
    ({"out_of_scope": ["kinds", "access"]}, f"{BUCKET} lets in {ROLE} by its policy: read "
     "(s3:GetObject): vetted; kinds; access", "beyond what was vetted"),
    ({"effective": False, "guardrail": "IgnorePublicAcls"}, f"{BUCKET} lets in {ROLE} by its policy: "
     "read (s3:GetObject): vetted; stopped for now by IgnorePublicAcls", "a guardrail stops it"),
    ({"effective": None}, f"{BUCKET} lets in {ROLE} by its policy: read (s3:GetObject): vetted",
     "nobody can tell"),
]  # fmt: skip


@rows("changed, said, why", LINES)
def test_a_line(changed: dict[str, Any], said: str, why: str) -> None:
    """Catches a door that looks shut, and a way in that is not told."""
    assert line(shown(**changed)) == said, why


def test_the_order_is_fixed() -> None:
    """Catches lines that change places from run to run."""
    assert order(shown()) == (BUCKET, ROLE, "policy")
    assert order(shown(via=None)) == (BUCKET, ROLE, "")


def test_whom_it_is_about() -> None:
    """Catches a resource that is left out of what is said of a vendor."""
    assert concerns(facts(), frozenset({VENDOR}))
    assert concerns(facts(organization=ORGANIZATION), frozenset({ORGANIZATION}))
    assert not concerns(facts(), frozenset({OURS, ORGANIZATION}))


PROPOSED = [
    ({}, [("accounts", VENDOR)], "a vendor"),
    ({"status": "unlisted"}, [("accounts", VENDOR)], "a stranger"),
    ({"status": "own"}, [], "ourselves"),
    ({"deputy": True}, [], "a service that acts for whoever asks"),
    ({"kind": "anyone"}, [], "everybody"),
]


@rows("changed, keys_, why", PROPOSED)
def test_for_whom_an_entry_is_proposed(
    changed: dict[str, Any], keys_: list[tuple[str, str]], why: str
) -> None:
    """Catches an entry for what nobody vets, and a stranger for whom there is none."""
    told = facts(**changed)
    assert list(keys(told)) == [(key, told["principal"]) for key in keys_], why


def test_a_proposal_has_the_gravest_way_in() -> None:
    """Catches a vendor who writes, listed for reading; and a place that is listed twice."""
    seen = Sighted(("accounts", VENDOR))
    for access in ("read", "admin", "write"):
        note(seen, OURS, facts(access=access), {})
    assert seen.resources == {BUCKET: ("AWS::S3::Bucket", "admin")}
    assert seen.where == {OURS: ["AWS::S3::Bucket acme-data"]}
    note(seen, OURS, facts(name=None, arn="arn:aws:sqs:eu-west-1:111111111111:jobs"), {})
    assert seen.where[OURS][1:] == ["AWS::S3::Bucket jobs"]
