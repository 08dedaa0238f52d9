"""When somebody gets in on easier terms than before, and when nobody looked where they might be."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from checker.check.rules import PolicyOverrides, Rules
from checker.diff.compare import Change, Diff, Side, _added, _removed, _wider, eased
from checker.diff.scopes import CODE, GAPS, IMAGES, RESOURCES, ROLES, Place, Scope
from checker.diff.things import Thing, _access, state
from checker.policy.load import load_policies
from checker.snapshot.read import Snapshot
from checker.snapshot.records import SCHEMA, Account, FileEntry, Gap, Manifest, Tool
from checker.vetting.allowlist import empty_allowlist
from tests.check.test_code import code_use
from tests.check.test_resources import BUCKET as DATA
from tests.check.test_resources import QUEUE, S3, SEND, opened
from tests.check.test_usage import call
from tests.support.rows import rows
from tests.support.snapshots import STRANGER, VENDOR, allow, image, role, use, write

OWN, OTHER = "111111111111", "222222222222"


def grant(external_id: str = "none", **more: Any) -> str:
    return json.dumps({"kind": "account", "external_id": external_id, **more})


EASED: list[tuple[str, list[str], list[str], bool]] = [
    ("the same", [grant()], [grant()], False), ("nobody", [], [], False), ("somebody new", [], [grant()], True), ("somebody gone", [grant()], [], False),
    ("no id any more", [grant("required")], [grant("none")], True), ("a pattern for an id", [grant("required")], [grant("pattern")], True), ("none for a pattern", [grant("pattern")], [grant("none")], True),
    ("an id from now on", [grant("none")], [grant("required")], False), ("a pattern from now on", [grant("none")], [grant("pattern")], False),
    ("in other words", [grant(claims=["a"])], [grant(claims=["b"])], True), ("one of two is new", [grant(a=1)], [grant(a=1), grant(a=2)], True), ("one of two is gone", [grant(a=1), grant(a=2)], [grant(a=1)], False),
    ("no id is said", [json.dumps({"kind": "account"})], [grant("none")], False),
]  # fmt: skip


@rows("why, was, now, expected", EASED)
def test_easier_terms(why: str, was: list[str], now: list[str], expected: bool) -> None:
    """A grant that no old one covers: new trust, for the exit code."""
    assert eased(was, now) is expected, why
    assert _wider("trust", Thing("", grants=frozenset(was)), Thing("", grants=frozenset(now))) is expected, why  # fmt: skip


ACCESS: list[tuple[str, list[str], list[str], bool]] = [
    ("the same", ["read by its policy"], ["read by its policy"], False), ("more", ["read by its policy"], ["write by its policy"], True), ("less", ["admin by its policy"], ["write by its policy"], False),
    ("another way", ["read by its policy"], ["read by its acl"], True), ("one more way", ["read by its policy"], ["read by its policy", "read by its acl"], True),
    ("from certain networks from now on", ["read by its policy"], ["read by its policy from certain networks"], False), ("from everywhere", ["read by its policy from certain networks"], ["read by its policy"], True),
    ("it may have been stopped", ["read by its policy unless something stops it"], ["read by its policy"], False), ("it may be stopped", ["read by its policy"], ["read by its policy unless something stops it"], False),
    ("nobody before", [], ["read by its policy"], True), ("nobody now", ["read by its policy"], [], False),
]  # fmt: skip


@rows("why, was, now, expected", ACCESS)
def test_further_access(why: str, was: list[str], now: list[str], expected: bool) -> None:
    """To a resource; of anything else the words alone tell nothing."""
    one, other = Thing("", grants=frozenset(was)), Thing("", grants=frozenset(now))
    assert _wider("resource", one, other) is expected, why
    assert _wider("image", one, other) is False


def test_access_in_words() -> None:
    """What may stop it, and from where."""
    said = {}
    for limited in (True, False):
        for effective in (True, None):
            facts = {"grant": {"access": "read", "via": "policy", "network_limited": limited, "effective": effective}}  # fmt: skip
            said[limited, effective] = _access(SimpleNamespace(facts=facts))  # type: ignore[arg-type]
    assert said == {
        (False, True): "read by its policy", (True, True): "read by its policy from certain networks",
        (False, None): "read by its policy unless something stops it", (True, None): "read by its policy from certain networks unless something stops it",
    }  # fmt: skip


HERE, THERE = Place(ROLES, OWN), Place(ROLES, OTHER)


def test_what_comes_and_goes() -> None:
    """New for sure where one of its places was looked at before, gone where all are looked at now."""
    thing = Thing("x", frozenset({HERE, THERE}))
    late, sure = (_added("trust", ("a", "b"), thing, unseen) for unseen in (["p", "q"], ["p"]))
    assert (late.change, late.reason, late.new_trust) == ("newly-looked-at", "p", True)
    assert (sure.change, sure.reason, sure.new_trust, sure.id, sure.now) == ("added", None, True, "a b", "x")  # fmt: skip
    assert [_added(what, ("a",), Thing(text), []).new_trust for what, text in (("third-party", "x"), ("resource", "x"), ("code", "x"), ("image", "owner unknown"), ("image", "owner 1"), ("gap", "x"), ("scope", "x"))] == [True, True, True, True, False, False, False]  # type: ignore[arg-type]  # fmt: skip
    assert (_removed("trust", ("a",), thing, ["p"]).change, _removed("trust", ("a",), thing, []).change) == ("not-looked-at", "removed")  # fmt: skip


DIFFS: list[tuple[list[Change], bool, bool]] = [
    ([], False, False), ([Change("trust", "added", "a", None, "x", new_trust=True)], True, False), ([Change("trust", "not-looked-at", "a", "x", None)], False, True),
    ([Change("scope", "removed", "a", "x", None)], False, True), ([Change("scope", "added", "a", None, "x")], False, False), ([Change("gap", "added", "a", None, "x")], False, True),
    ([Change("gap", "removed", "a", "x", None)], False, False), ([Change("trust", "removed", "a", "x", None)], False, False),
]  # fmt: skip


@rows("changes, trust, less", DIFFS)
def test_what_a_diff_says_of_itself(changes: list[Change], trust: bool, less: bool) -> None:
    """Whether there is new trust, and whether something may hide."""
    side = Side("p", "s", "t")
    found = Diff("x", side, side, tuple(changes))
    assert (found.new_trust, found.looks_at_less) == (trust, less)


def gap(call: str, account: str | None = OWN, region: str | None = None) -> Gap:
    return Gap(account=account, region=region, call=call, code="AccessDenied", message="m")


def manifest(**more: Any) -> Manifest:
    given: dict[str, Any] = {
        "schema": SCHEMA, "tool": Tool(name="v", version="1"), "collected_at": "2026-11-20T06:00:00Z", "partition": "aws", "sources": ("aws", "cloudtrail"),
        "accounts": (Account(id=OWN), Account(id=OTHER, collected=False)), "regions": ("us-east-1",),
        "files": dict.fromkeys(("roles.jsonl", "image_uses.jsonl", "resources.jsonl", "code_uses.jsonl"), FileEntry(records=0, sha256="")),
        "resource_kinds": ("AWS::S3::Bucket",), "code_kinds": ("layer",),
    }  # fmt: skip
    return Manifest(**given | more)


BUCKET, LAYER = Place(RESOURCES, OWN, "us-east-1", "AWS::S3::Bucket"), Place(CODE, OWN, "us-east-1", "layer")  # fmt: skip
IMAGE = Place(IMAGES, OWN, "us-east-1")
LACKS: list[tuple[str, Manifest, Place, tuple[str, ...], bool]] = [
    ("a role here", manifest(), HERE, ("aws",), False), ("an account that was left out", manifest(), THERE, (), True), ("one that is suspended", manifest(accounts=(Account(id=OWN, state="SUSPENDED"),)), HERE, (), True),
    ("another source", manifest(), HERE, ("terraform",), True), ("a trail", manifest(), HERE, ("cloudtrail",), False),
    ("a region", manifest(), IMAGE, (), False), ("another region", manifest(), Place(IMAGES, OWN, "eu-west-1"), (), True),
    ("a kind of resource", manifest(), BUCKET, (), False), ("another kind", manifest(), Place(RESOURCES, OWN, "us-east-1", "AWS::SQS::Queue"), (), True),
    ("a kind of code", manifest(), LAYER, (), False), ("another kind of code", manifest(), Place(CODE, OWN, "us-east-1", "snapshot"), (), True),
    ("no file of it", manifest(files={"roles.jsonl": FileEntry(records=0, sha256="")}), IMAGE, (), True),
    ("a gap of the account's roles", manifest(gaps=(gap("iam:GetAccountAuthorizationDetails"),)), HERE, (), True),
    ("a gap of its providers", manifest(gaps=(gap("iam:ListSAMLProviders"),)), HERE, (), False), ("a gap of another account", manifest(gaps=(gap("iam:GetAccountAuthorizationDetails", OTHER),)), HERE, (), False),
    ("a gap of the region", manifest(gaps=(gap("ec2:DescribeInstances", OWN, "us-east-1"),)), IMAGE, (), True), ("a gap of another", manifest(gaps=(gap("ec2:DescribeInstances", OWN, "eu-west-1"),)), IMAGE, (), False),
]  # fmt: skip


@rows("why, told, place, sources, lacks", LACKS)
def test_where_nobody_looked(
    why: str, told: Manifest, place: Place, sources: tuple[str, ...], lacks: bool
) -> None:
    """What is not there any more may be there still."""
    assert (Scope(told).lacks(place, sources) is not None) is lacks, (why, Scope(told).lacks(place, sources))  # fmt: skip


def test_which_gaps_hide_what() -> None:
    """A gap that hides nothing is passed over, and those behind it are not."""
    shard = Gap(account=OWN, region=None, call="aws:Shard", code="MissingShard", message="m")
    calls = [
        gap("iam:GetRole", OTHER), gap("organizations:ListAccounts", None), shard,
        gap("iam:ListSAMLProviders"), gap("iam:GetAccountAuthorizationDetails"),
        gap("iam:GetUser", OWN, "us-east-1"), gap("ec2:DescribeRegions", None),
        gap("ec2:DescribeInstances", OWN, "eu-west-1"), gap("s3:ListBuckets", OWN, "us-east-1"),
    ]  # fmt: skip
    here, everywhere = ["ec2:DescribeRegions", "s3:ListBuckets"], ["ec2:DescribeRegions"]
    seen = Scope(manifest(gaps=tuple(calls)))
    known = Scope(manifest(gaps=tuple(calls)), calls)
    roles = ["iam:GetAccountAuthorizationDetails", "ec2:DescribeRegions"]
    for place, hidden, still in (
        (HERE, roles, roles), (IMAGE, here, []), (BUCKET, here, []), (LAYER, here, []),
        (Place(RESOURCES, OWN), [*everywhere], []), (Place(GAPS, OWN, "us-east-1"), [], []),
    ):  # fmt: skip
        assert [one.call for one in seen._hiding(place)] == hidden, place
        assert [one.call for one in known._hiding(place)] == still, place


REASONS: list[tuple[Place, tuple[str, ...], dict[str, Any], list[str]]] = [
    (HERE, ("aws", "cloudtrail", "terraform"), {}, ["nothing was collected from terraform"]),
    (THERE, (), {}, [f"the account {OTHER} was not looked at"]),
    (Place(IMAGES, None, "eu-west-1"), (), {}, ["the region eu-west-1 was not looked at"]),
    (Place(IMAGES, None, "eu-west-1"), (), {"sources": ("terraform",)}, []),
    (Place(IMAGES, None, None), (), {"files": {}}, ["no image uses were looked at"]),
    (BUCKET, (), {"files": {}}, ["no resources were looked at"]),
    (BUCKET, (), {"resource_kinds": ("AWS::SQS::Queue",)}, ["no AWS::S3::Bucket was looked at"]),
    (BUCKET, (), {"resource_kinds": ()}, []),
    (LAYER, (), {"code_kinds": ("snapshot",)}, ["no layer was looked at"]),
    (LAYER, (), {"resource_kinds": ("layer",), "code_kinds": ()}, []),
    (Place(GAPS, OWN, "us-east-1"), (), {"files": {}}, []),
    (THERE, ("cloudformation",), {"gaps": (gap("iam:GetRole", None),), "files": {}},
     ["nothing was collected from cloudformation", f"the account {OTHER} was not looked at",
      "no roles were looked at", "iam:GetRole could not be looked at: AccessDenied"]),
]  # fmt: skip


@rows("place, sources, more, reasons", REASONS)
def test_every_reason_in_order(
    place: Place, sources: tuple[str, ...], more: dict[str, Any], reasons: list[str]
) -> None:
    """The first is told: of what was not collected at all, a gap is not the reason."""
    assert list(Scope(manifest(**more))._lacks(place, sources)) == reasons
    assert Scope(manifest(**more)).lacks(place, sources) == (reasons[0] if reasons else None)


def test_parts_that_were_looked_at() -> None:
    """By name and in order; a trail is no source of what is compared."""
    told = manifest(
        resource_kinds=("B", "A"), files={"roles.jsonl": FileEntry(records=0, sha256="")}
    )
    assert Scope(told).parts() == dict.fromkeys(
        [("account", OWN), ("region", "us-east-1"), ("source", "aws"), ("records", "roles"),
         ("resources", "A"), ("resources", "B"), ("code", "layer")], "looked at")  # fmt: skip
    assert list(Scope(told).parts())[4:6] == [("resources", "A"), ("resources", "B")]


BODY = {"Version": "2012-10-17", "Statement": [
    allow({"AWS": [f"arn:aws:iam::{STRANGER}:role/x", VENDOR]}, SEND) | {"Resource": QUEUE},]}  # fmt: skip
ISSUER = "token.actions.githubusercontent.com"
TRUSTS = [allow({"AWS": f"arn:aws:iam::{VENDOR}:root"}),
          *(allow({"Federated": f"arn:aws:iam::{OTHER}:oidc-provider/{ISSUER}"}, "sts:AssumeRoleWithWebIdentity",
                  StringLike={f"{ISSUER}:sub": f"repo:{name}/x:*"}) for name in "cab")]  # fmt: skip


def test_what_a_snapshot_shows(tmp_path: Path) -> None:
    """A door, or one who comes by it, that no comparison knows of; or a place where nobody looked."""
    kinds = {"resource_kinds": ["AWS::S3::Bucket", "AWS::SQS::Queue"], "code_kinds": ["container-image"]}  # fmt: skip
    window = {"source": "trail", "begin": "2026-10-21T00:00:00Z", "end": "2026-11-20T00:00:00Z"}
    write(
        tmp_path / "s", roles=[role("R", TRUSTS)], usage=[call("777777777777")],
        image_uses=[use("i-1", "ami-1"), use("i-2", None)], images=[image("ami-1", owner=STRANGER)],
        resources=[opened(DATA, {"AWS": STRANGER}, S3) | {"region": "eu-west-1"}, opened(QUEUE, "*", SEND) | {"document": BODY}],
        code_uses=[code_use("container-image", f"ghcr.io/acme/x:{n}") for n in (3, 1, 2)],
        gaps=[{"account": None, "region": None, "call": "a:B", "code": "C", "message": "m"}], manifest=kinds | {"usage": window},
    )  # fmt: skip
    rules = Rules(load_policies(None, builtin=True), PolicyOverrides())
    for vetted, said in ((True, "-, unlisted"), (False, "there")):
        found = state(Snapshot(tmp_path / "s"), empty_allowlist(), rules, date(2026, 11, 20), vetted=vetted)  # fmt: skip
        told = {(what, *key): one for what, some in found.items() if what != "scope" for key, one in some.items()}  # fmt: skip
        here = OTHER, "us-east-1"
        images, queue, bucket = Place(IMAGES, *here), Place(RESOURCES, *here, "AWS::SQS::Queue"), Place(RESOURCES, OTHER, None, "AWS::S3::Bucket")  # fmt: skip
        roles, code = Place(ROLES, OTHER), Place(CODE, *here, "container-image")
        assert {key: one.places for key, one in told.items()} == {
            ("third-party", "account", STRANGER): {images, queue, bucket}, ("third-party", "account", VENDOR): {queue, roles},
            ("third-party", "registry", "ghcr.io/acme"): {code}, ("gap", "-", "-", "a:B"): {Place(GAPS, None)},
            ("trust", f"arn:aws:iam::{OTHER}:role/R", VENDOR): {roles}, ("trust", f"arn:aws:iam::{OTHER}:role/R", ISSUER): {roles}, ("third-party", "federated", ISSUER): {roles}, ("resource", DATA, STRANGER): {bucket},
            ("resource", QUEUE, VENDOR): {queue}, ("resource", QUEUE, f"arn:aws:iam::{STRANGER}:role/x"): {queue},
            ("image", *here, "ami-1"): {images}, ("image", *here, "unknown"): {images},
            ("code", f"arn:aws:lambda:us-east-1:{OTHER}:function:f", "ghcr.io/acme/x"): {code},
        }  # fmt: skip
        assert {told[key].text for key in told if key[0] == "third-party"} == {said}
        for key, texts in {
            ("resource", QUEUE, VENDOR): ["write by its policy"],
            ("code", f"arn:aws:lambda:us-east-1:{OTHER}:function:f", "ghcr.io/acme/x"): [f"ghcr.io/acme/x:{n} of ghcr.io/acme" for n in (1, 2, 3)],
            ("image", *here, "ami-1"): [f"owner {STRANGER}"], ("image", *here, "unknown"): ["owner unknown"], ("gap", "-", "-", "a:B"): ["C"],
        }.items():  # fmt: skip
            assert told[key].text == "; ".join(texts)
        trusts = told["trust", f"arn:aws:iam::{OTHER}:role/R", ISSUER]
        assert trusts.text == "; ".join(sorted(trusts.grants)) and len(trusts.grants) == 3
