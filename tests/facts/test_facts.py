"""The parts that facts are made of: each told whole, and what a policy's test need not say."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest
from msgspec.structs import replace
from pydantic import BaseModel, ValidationError

import checker.facts.base as base
import checker.facts.build as build
from checker.facts.image_model import AncestorFacts, ImageFacts, UseFacts
from checker.facts.images import image_facts, use_facts
from checker.facts.naming import key_of
from checker.snapshot.records import Account, Ancestor, Image, ImageUse, Role
from checker.snapshot.resources import ResourceRecord
from checker.trust.model import Grant, Principal, Problem, Witness
from checker.vetting.catalogue import Entry
from checker.vetting.entries import VettedScope
from checker.vetting.register import UNLISTED, Register, Standing
from tests.support.rows import rows
from tests.vetting.test_register import COGNITO, OWN, STRANGER, VENDOR, by, register, vendors

DEFAULTS: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (base.AccountFacts, {"id": "111111111111", "name": None, "path": None}),
    (base.Subject, {"resource": ""}),
    (base.VettingFacts, {
        "status": "unlisted", "vendor": None, "owner": None, "reference": None, "reviewed": None,
        "expires": None, "days_left": None, "external_id": None, "max_privilege": None,
        "over_privileged": None, "reads_data": None, "reads_secrets": None, "out_of_scope": []}),
    (base.RoleFacts, {
        "arn": "arn:aws:iam::111111111111:role/example", "name": "example", "path": "/", "tags": {},
        "last_used": None, "privilege": "unknown", "reads_data": None, "reads_secrets": None}),
    (base.PrincipalFacts, {
        "kind": "account", "id": "999999999999", "name": None, "named_by": None, "partition": "aws",
        "account": None, "arn": None, "organization": None, "provider": None, "claims": {},
        "caseless": [], "service": None, "source": None, "except": [], "pattern": None}),
    (base.GrantFacts, {
        "actions": ["sts:AssumeRole"], "external_id": "none", "network_limited": False,
        "statements": [0], "open_federation": False, "guests": False, "effective": None,
        "witness": None}),
    (base.ProblemFacts, {"code": "", "statement": None, "message": "", "text": "", "blocking": False}),
    (base.TargetFacts, {
        "arn": "arn:aws:s3:::example", "kind": "AWS::S3::Bucket", "name": None, "region": None,
        "tags": {}, "snapshot": False, "public_by_nature": False}),
    (UseFacts, {
        "resource": "arn:aws:ec2:us-east-1:111111111111:instance/i-0123456789abcdef0",
        "kind": "instance", "name": None, "state": None, "via": None, "via_account": None,
        "lookup_owners": None, "image_id": "ami-0123456789abcdef0"}),
    (AncestorFacts, {
        "image_id": "ami-0fedcba9876543210", "region": None, "owner": None, "alias": None, "name": None}),
    (ImageFacts, {
        "id": "ami-0123456789abcdef0", "owner": None, "alias": None, "name": None, "public": None,
        "state": None, "product_codes": [], "ancestry": [], "ancestry_complete": None,
        "launch_permissions": [], "allowed_images": None}),
]  # fmt: skip


@rows("model, expected", DEFAULTS)
def test_what_a_policys_test_need_not_say(model: type[BaseModel], expected: dict[str, Any]) -> None:
    """Catches a default that changes: the tests inside everybody's policies would mean another."""
    assert model().model_dump(by_alias=True) == expected
    with pytest.raises(ValidationError, match="Extra inputs"):
        model(misspelt=1)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(model(), next(iter(model.model_fields)), "x")


def test_a_field_goes_by_either_name() -> None:
    """`except` is a word of Python's: by the field's own name it is the same fact."""
    found = base.PrincipalFacts(excepted=["a"])
    assert found == base.PrincipalFacts(**{"except": ["a"]})
    assert found.excepted == ["a"]


def test_the_words_that_policies_compare_with() -> None:
    """Catches a word that changes: a policy that asks for the old one would pass everybody."""
    words = [get_args(one) for one in (base.Status, base.PrincipalKind, base.Grade)]
    assert words == [
        ("own", "vetted", "expired", "unlisted"),
        ("anyone", "organization", "account", "principal", "federated", "service", "unresolved"),
        ("none", "read", "write", "admin", "unknown"),
    ]


ROLE = Role(account=OWN, arn="arn:r", name="r")
BARE: dict[str, Any] = {"arn": "arn:r", "name": "r", "path": "/", "tags": {}, "last_used": None,
        "privilege": "unknown", "reads_data": None, "reads_secrets": None}  # fmt: skip
MADE: list[tuple[str, Any, Any]] = [
    ("a role of which little is known", lambda: build.role_facts(replace(ROLE, path=None)), BARE),
    ("and one of which all is", lambda: build.role_facts(replace(
        ROLE, path="/p/", tags={"a": "b"}, last_used="2026", privilege="write", reads_data=True,
        reads_secrets=False)), BARE | {
        "path": "/p/", "tags": {"a": "b"}, "last_used": "2026", "privilege": "write",
        "reads_data": True, "reads_secrets": False}),
    ("an account", lambda: build.account_facts(Account(id=OWN, name="n", path="Root")),
     {"id": OWN, "name": "n", "path": "Root"}),
    ("a problem of the whole", lambda: build.problem_facts(Problem("c", None, "m"), blocking=True),
     {"code": "c", "statement": None, "message": "m", "text": "m", "blocking": True}),
    ("of the first statement", lambda: build.problem_facts(Problem("c", 0, "m"), blocking=False),
     {"code": "c", "statement": 0, "message": "m", "text": "statement 0: m", "blocking": False}),
    ("a grant without a request", lambda: build.grant_facts(Grant(principal=by("anyone"), actions=("a", "b"))),
     {"actions": ["a", "b"], "external_id": "none", "network_limited": False, "statements": [],
      "open_federation": False, "guests": False, "effective": None, "witness": None}),
    ("and with one, of a shared issuer", lambda: build.grant_facts(Grant(
        principal=by("federated", provider=COGNITO), actions=("a",), external_id="pattern",
        network_limited=True, statements=(1, 2), witness=Witness("p", "a", {"k": ["v"]}))),
     {"actions": ["a"], "external_id": "pattern", "network_limited": True, "statements": [1, 2],
      "open_federation": True, "guests": False, "effective": None,
      "witness": {"principal": "p", "action": "a", "context": {"k": ["v"]}}}),
]  # fmt: skip


@rows("why, made, expected", MADE)
def test_each_part_is_told_whole(why: str, made: Any, expected: Any) -> None:
    """Catches a fact that is lost, or is another's, though each has its type."""
    assert made() == expected, why


KINDS = [
    ("AWS::S3::Bucket", (False, False)),
    ("AWS::EC2::Snapshot", (True, False)),
    ("AWS::RDS::DBSnapshot", (True, False)),
    ("AWS::RDS::DBClusterSnapshot", (True, False)),
    ("AWS::Redshift::ClusterSnapshot", (True, False)),
    ("AWS::RedshiftServerless::Snapshot", (True, False)),
    ("AWS::ApiGateway::RestApi", (False, True)),
    ("AWS::ECR::PublicRepository", (False, True)),
]


@rows("kind, expected", KINDS)
def test_an_own_resource(kind: str, expected: tuple[bool, bool]) -> None:
    """Catches a copy of a disk that is no copy any more, and a kind excused that is not open by nature."""
    record = ResourceRecord(account=OWN, arn="a", kind=kind, name="n", region="r", tags={"t": "u"})
    told = {"arn": "a", "kind": kind, "name": "n", "region": "r", "tags": {"t": "u"},
            "snapshot": expected[0], "public_by_nature": expected[1]}  # fmt: skip
    assert build.target_facts(record) == told
    assert build.target_facts(replace(record, tags=None)) == told | {"tags": {}}


KNOWN = register(catalogue=vendors(Entry("Listed", None, (STRANGER, VENDOR))))
VETTED, OLD = Standing("vetted", 0, "account"), Standing("expired", 1, "account")
PRINCIPALS: list[tuple[Principal, Standing, tuple[Any, ...]]] = [
    # whom, what the list says, how reports call it, its name, who tells that
    (by("account", account=VENDOR, organization="o"), VETTED, (VENDOR, "A", "allowlist")),
    (by("account", account=STRANGER), UNLISTED, (STRANGER, "Listed", "catalogue")),
    (by("account", account="123456789012"), UNLISTED, ("123456789012", None, None)),
    (by("organization", organization="o", provider="p"), UNLISTED, ("o", None, None)),
    (by("federated", provider="p", source="s"), UNLISTED, ("p", None, None)),
    (by("service", source="s", service="x"), UNLISTED, ("s", None, None)),
    (by("service", service="x", id="i"), UNLISTED, ("x", None, None)),
    (by("unresolved", id="i"), UNLISTED, ("i", None, None)),
    (by("anyone"), UNLISTED, ("*", None, None)),
]


@rows("principal, standing, expected", PRINCIPALS)
def test_how_a_principal_is_called(
    principal: Principal, standing: Standing, expected: tuple[Any, ...]
) -> None:
    """Catches a third party under another's name."""
    found = build.principal_facts(principal, standing, KNOWN)
    assert (found["id"], found["name"], found["named_by"]) == expected


def test_all_that_is_told_of_a_principal() -> None:
    """Catches a field that shows another's value."""
    principal = Principal(
        kind="principal", partition="aws-cn", account="a", arn="b", organization="c", provider="d",
        claims={"E": ("f",)}, caseless=("E",), service="g", source="h", id="i", excepted=("j",),
        pattern="k")  # fmt: skip
    assert build.principal_facts(principal, UNLISTED, KNOWN) == {
        "kind": "principal", "id": "a", "name": None, "named_by": None, "partition": "aws-cn",
        "account": "a", "arn": "b", "organization": "c", "provider": "d", "claims": {"E": ["f"]},
        "caseless": ["E"], "service": "g", "source": "h", "except": ["j"], "pattern": "k",
    }  # fmt: skip


def test_nobody_has_no_name() -> None:
    """A catalogue is asked for an id alone."""
    assert build.known_name(None, UNLISTED, KNOWN) == (None, None)


def limited(known: Register) -> Register:
    """The same, whose first vendor was vetted for something."""
    scope = VettedScope(
        external_id="required", max_privilege="read", reads_data=True, reads_secrets=False
    )
    known.vendors = (replace(known.vendors[0], scope=scope), *known.vendors[1:])
    return known


def test_what_the_allowlist_says() -> None:
    """Catches a limit that was vetted and is not told, and days that are counted from elsewhere."""
    nothing = dict.fromkeys(base.VettingFacts.model_fields) | {"out_of_scope": []}
    assert build.vetting_facts(UNLISTED, KNOWN) == nothing | {"status": "unlisted"}
    assert build.vetting_facts(Standing("own"), KNOWN) == nothing | {"status": "own"}
    told = nothing | {"owner": "o", "reference": "r", "reviewed": "2026-05-01"}
    assert build.vetting_facts(OLD, KNOWN) == told | {
        "status": "expired", "vendor": "B", "expires": "2026-11-01", "days_left": -19,
        "external_id": "optional"}  # fmt: skip
    assert build.vetting_facts(VETTED, limited(register(date(2027, 4, 30)))) == told | {
        "status": "vetted", "vendor": "A", "expires": "2027-05-01", "days_left": 1,
        "external_id": "required", "max_privilege": "read", "reads_data": True,
        "reads_secrets": False}  # fmt: skip


def test_a_use_of_an_image() -> None:
    """Catches a look-up of nobody's images (anybody's) told as none."""
    one = ImageUse(resource="r", kind="k", name="n", state="s", account=OWN, region="x",
                   image_id="i", via="v", via_account=VENDOR, lookup_owners=())  # fmt: skip
    told = {"resource": "r", "kind": "k", "name": "n", "state": "s", "via": "v",
            "via_account": VENDOR, "lookup_owners": [], "image_id": "i"}  # fmt: skip
    assert use_facts(one) == told
    assert use_facts(replace(one, lookup_owners=None)) == told | {"lookup_owners": None}
    assert use_facts(replace(one, lookup_owners=(VENDOR,))) == told | {"lookup_owners": [VENDOR]}


NOTHING: dict[str, Any] = {"owner": None, "alias": None, "name": None, "public": None, "state": None,
           "product_codes": [], "ancestry": [], "ancestry_complete": None,
           "launch_permissions": []}  # fmt: skip


def test_an_image() -> None:
    """Catches an image that nobody saw told as one without an owner's name, and lists that are null."""
    assert image_facts(None, "i", "enabled") == NOTHING | {"id": "i", "allowed_images": "enabled"}
    assert image_facts(None, None) == NOTHING | {"id": None, "allowed_images": None}
    bare = Image(image_id="j", account=OWN, region="r", product_codes=None)
    assert image_facts(bare, "i") == NOTHING | {"id": "j", "allowed_images": None}
    seen = replace(
        bare, owner=VENDOR, alias="a", name="n", public=True, state="available", product_codes=("p",),
        ancestry=(Ancestor(image_id="k", region="x", owner="o", alias="b", name="m"),),
        ancestry_complete=False, launch_permissions=("all",))  # fmt: skip
    assert image_facts(seen, "i", "disabled") == {
        "id": "j", "owner": VENDOR, "alias": "a", "name": "n", "public": True, "state": "available",
        "product_codes": ["p"], "ancestry_complete": False, "launch_permissions": ["all"],
        "ancestry": [{"image_id": "k", "region": "x", "owner": "o", "alias": "b", "name": "m"}],
        "allowed_images": "disabled",
    }  # fmt: skip


KEYS: list[tuple[dict[str, Any], tuple[str, str] | None]] = [
    ({"kind": "account", "account": OWN}, ("accounts", OWN)),
    ({"kind": "principal", "account": OWN}, ("accounts", OWN)),
    ({"kind": "principal", "account": None}, None),
    ({"kind": "organization", "organization": "o-1"}, ("organizations", "o-1")),
    ({"kind": "federated", "provider": "idp"}, ("federation", "idp")),
    ({"kind": "service", "source": OWN}, ("accounts", OWN)),
    ({"kind": "service", "source": "o-1"}, ("organizations", "o-1")),
    ({"kind": "service", "source": "*"}, None),
    ({"kind": "service", "source": None}, None),
    ({"kind": "anyone", "source": OWN}, None),
    ({"kind": "unresolved", "account": OWN, "source": OWN}, None),
    ({}, None),
]


@rows("principal, expected", KEYS)
def test_how_a_list_would_name_it(
    principal: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    """Catches an entry that is proposed for everybody, or under a key that vets somebody else."""
    assert key_of(principal) == expected
