"""`vendorgate diff`: what changed between two nights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws.unshown import pods_unseen
from checker.snapshot.pods import LEFT_OUT as PODS_LEFT_OUT
from checker.snapshot.pods import pods_of
from tests.support.cli import vendorgate
from tests.support.snapshots import (
    ALLOWLIST,
    OWN,
    OWN2,
    STRANGER,
    allow,
    image,
    role,
    use,
    vendor_role,
    write,
)  # fmt: skip

TODAY = ("--today", "2026-11-20")
GAP = {"account": OWN2, "region": "us-east-1", "call": "ec2:DescribeInstances", "code": "Denied",
       "message": "no"}  # fmt: skip


def changes(tmp_path: Path, old: dict[str, Any], new: dict[str, Any], *options: str) -> list[Any]:
    """(what, change, id) of each."""
    write(tmp_path / "old", **old)
    write(tmp_path / "new", **new)
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", "-f", "json", *TODAY, *options)
    assert ran.code == 0, ran.err
    return [(c["what"], c["change"], c["id"]) for c in json.loads(ran.out)["changes"]]


ARN = f"arn:aws:iam::{OWN2}:role/Monitoring"


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        ({"roles": [vendor_role()]}, {"roles": [vendor_role()]}, [], "the same"),
        ({"roles": []}, {"roles": [role("own", allow({"AWS": f"arn:aws:iam::{OWN2}:root"}))]}, [],
         "own trust is no third party's"),
        ({"roles": []}, {"roles": [vendor_role()]},
         [("third-party", "added", "account 999999999999"),
          ("trust", "added", f"{ARN} 999999999999")], "a new vendor"),
        ({"roles": [vendor_role("Other"), vendor_role()]}, {"roles": [vendor_role("Other")]},
         [("trust", "removed", f"{ARN} 999999999999")], "one role less"),
        ({"roles": [vendor_role()]}, {"roles": [vendor_role(external_id=None)]},
         [("trust", "changed", f"{ARN} 999999999999")], "the external id is gone"),
        ({"roles": [vendor_role()]}, {"roles": [vendor_role(account=STRANGER)]},
         [("third-party", "added", f"account {STRANGER}"),
          ("third-party", "removed", "account 999999999999"),
          ("trust", "added", f"{ARN} {STRANGER}"),
          ("trust", "removed", f"{ARN} 999999999999")], "somebody else instead"),
        ({"image_uses": [use("i-1", "ami-1")]}, {"image_uses": [use("i-2", "ami-1")]}, [],
         "instances come and go"),
        ({"image_uses": [use("i-1", "ami-1")], "images": [image("ami-1", owner=OWN2)]},
         {"image_uses": [use("i-1", "ami-2")], "images": [image("ami-2", owner=OWN2)]},
         [("image", "removed", f"{OWN2} us-east-1 ami-1"),
          ("image", "added", f"{OWN2} us-east-1 ami-2")], "another image"),
        ({"roles": []}, {"roles": [], "gaps": [GAP]},
         [("gap", "added", f"{OWN2} us-east-1 ec2:DescribeInstances")], "a new gap"),
    ],
)  # fmt: skip
def test_changes(tmp_path: Path, old: Any, new: Any, expected: list[Any], why: str) -> None:
    """Without an allowlist: everybody outside is a third party."""
    assert changes(tmp_path, old, new) == expected, why


def manifest(*accounts: str, **more: Any) -> dict[str, Any]:
    return {"accounts": [{"id": account, "state": "ACTIVE"} for account in accounts]} | more


LEFT_OUT = {"accounts": [{"id": OWN}, {"id": OWN2, "collected": False}]}
CLOSED = {"accounts": [{"id": OWN}, {"id": OWN2, "state": "SUSPENDED"}]}
SHARDS = {"pieces": [{"organization": "o-own1234567", "listed": True, "shard": "1/2"}]}
TRUSTED = {"roles": [vendor_role()]}
USED = {"image_uses": [use("i-1", "ami-1")], "images": [image("ami-1", owner=STRANGER)]}
NO_ROLES = {"account": OWN2, "region": None, "call": "sts:AssumeRole", "code": "AccessDenied", "message": "no"}  # fmt: skip
NO_SAML = NO_ROLES | {"call": "iam:ListSAMLProviders"}
HERE = f"{ARN} 999999999999"
THERE = f"{OWN2} us-east-1 ami-1"
SCOPES = [
    (TRUSTED, {"roles": [], "manifest": manifest(OWN)}, "trust", "not-looked-at", "the account is gone"),
    (TRUSTED, {"roles": [], "manifest": LEFT_OUT}, "trust", "not-looked-at", "it is left out on request"),
    (TRUSTED, {"roles": [], "manifest": CLOSED}, "trust", "not-looked-at", "it is closed"),
    (TRUSTED, {"image_uses": []}, "trust", "not-looked-at", "no roles at all"),
    (TRUSTED, {"roles": [], "gaps": [NO_ROLES]}, "trust", "not-looked-at", "a gap"),
    (TRUSTED, {"roles": [], "gaps": [NO_ROLES | {"account": None}]}, "trust", "not-looked-at", "a gap of unknown place"),
    (TRUSTED, {"roles": [], "gaps": [NO_ROLES | {"account": None, "call": "shard:2/4", "code": "MissingShard"}], "manifest": SHARDS}, "trust", "removed", "a shard that had other accounts"),
    (TRUSTED, {"roles": [], "gaps": [NO_SAML]}, "trust", "removed", "a gap elsewhere"),
    (TRUSTED, {"roles": [], "gaps": [GAP]}, "trust", "removed", "a gap of instances"),
    (TRUSTED, {"roles": [], "gaps": [NO_ROLES | {"account": OWN}]}, "trust", "removed", "another account's gap"),
    (TRUSTED, {"roles": [], "manifest": {"sources": ["terraform"]}}, "trust", "not-looked-at", "another source"),
    (TRUSTED, {"roles": [], "manifest": {"regions": ["eu-west-1"]}}, "trust", "removed", "roles have no region"),
    (USED, {"image_uses": [], "manifest": {"regions": ["eu-west-1"]}}, "image", "not-looked-at", "images have"),
    (USED, {"image_uses": [], "manifest": {"regions": ["eu-west-1"], "sources": ["aws", "kubernetes"]}}, "image", "not-looked-at", "beside pods, too"),
    (USED, {"image_uses": [], "gaps": [GAP]}, "image", "not-looked-at", "a new gap"),
    (USED | {"gaps": [GAP]}, {"image_uses": [], "gaps": [GAP]}, "image", "removed", "it was seen despite that gap"),
    (USED | {"gaps": [GAP | {"region": "eu-west-1"}]}, {"image_uses": [], "gaps": [GAP]}, "image", "not-looked-at", "another gap than before"),
    (USED, {"image_uses": [], "gaps": [NO_SAML]}, "image", "removed", "a gap of providers"),
    (USED, {"image_uses": [], "gaps": [GAP | {"region": "eu-west-1"}]}, "image", "removed", "another region's gap"),
    ({"roles": [], "gaps": [GAP]}, {"roles": [], "manifest": manifest(OWN)}, "gap", "not-looked-at", "nobody tried"),
    ({"roles": [], "gaps": [GAP]}, {"roles": []}, "gap", "removed", "a gap that was mended"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what", "kind", "why"), SCOPES, ids=[s[4] for s in SCOPES])
def test_what_is_not_looked_at_is_not_gone(
    tmp_path: Path, old: Any, new: Any, what: str, kind: str, why: str
) -> None:
    """“removed: 40 trusts”, of an account that the new collection left out. Read the other way
    round, what was not looked at before is not known to be new."""
    here = {"trust": HERE, "image": THERE, "gap": f"{OWN2} us-east-1 ec2:DescribeInstances"}[what]
    found = changes(tmp_path / "there", old, new)
    assert [c for w, c, name in found if (w, name) == (what, here)] == [kind], found
    back = {"not-looked-at": "newly-looked-at", "removed": "added"}[kind]
    found = changes(tmp_path / "back", new, old)
    assert [c for w, c, name in found if (w, name) == (what, here)] == [back], found


def test_scopes_are_compared_first(tmp_path: Path) -> None:
    """Whoever reads the list from above must know how far it can be believed."""
    old = {"roles": [vendor_role()], "image_uses": []}
    new = {"roles": [], "manifest": manifest(OWN, sources=["terraform"], regions=["eu-west-1"])}
    found = changes(tmp_path, old, new)
    assert found[:6] == [
        ("scope", "removed", f"account {OWN2}"),
        ("scope", "removed", "records image uses"),
        ("scope", "added", "region eu-west-1"),
        ("scope", "removed", "region us-east-1"),
        ("scope", "removed", "source aws"),
        ("scope", "added", "source terraform"),
    ]


def test_a_party_is_gone_only_where_all_its_places_were_looked_at(tmp_path: Path) -> None:
    """A vendor in two accounts, of which one is left out: nobody can tell that it is gone."""
    both = [
        vendor_role(),
        role("Other", allow({"AWS": "arn:aws:iam::999999999999:root"}), account=OWN),
    ]
    new = {"roles": [], "manifest": manifest(OWN)}
    found = changes(tmp_path, {"roles": both}, new)
    assert ("third-party", "not-looked-at", "account 999999999999") in found
    other = f"arn:aws:iam::{OWN}:role/Other 999999999999"
    assert ("trust", "removed", other) in found and ("trust", "not-looked-at", HERE) in found
    back = changes(tmp_path / "back", new, {"roles": both})
    assert ("third-party", "added", "account 999999999999") in back


def told(tmp_path: Path, old: dict[str, Any], new: dict[str, Any], what: str) -> dict[str, Any]:
    """The one change of that sort."""
    write(tmp_path / "old", **old)
    write(tmp_path / "new", **new)
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", "-f", "json", *TODAY)
    (found,) = [one for one in json.loads(ran.out)["changes"] if one["what"] == what]
    return found


def test_of_several_reasons_the_same_is_told(tmp_path: Path) -> None:
    """Catches a report that hangs on the hash seed."""
    accounts = [f"{number}00000000000" for number in range(1, 9)]
    trust = allow({"AWS": "arn:aws:iam::999999999999:root"})
    both = {
        "roles": [role("R", trust, account=one) for one in accounts],
        "manifest": manifest(*accounts),
    }
    found = told(tmp_path, both, {"roles": [], "manifest": manifest(OWN)}, "third-party")
    assert found["reason"] == f"the account {accounts[0]} was not looked at"


def test_code_of_one_name_is_told_in_order(tmp_path: Path) -> None:
    """Catches a change where there is none, as the order hung on the hash seed."""
    uses = [{"account": OWN2, "region": "us-east-1", "resource": "arn:aws:ecs:us-east-1:222222222222:service/a/b",
             "kind": "container-image", "reference": f"quay.io/acme/x:{n}"} for n in range(8)]  # fmt: skip
    found = told(tmp_path, {"code_uses": []}, {"code_uses": uses}, "code")
    assert found["now"] == "; ".join(f"quay.io/acme/x:{n} of quay.io/acme" for n in range(8))


TASK = "arn:aws:ecs:us-east-1:222222222222:task-definition/a"
PINNED = "quay.io/acme/x@sha256:" + "0a" * 32


def runs(
    *references: str | None, kind: str = "container-image", via: str = "a"
) -> list[dict[str, Any]]:
    return [{"account": OWN2, "region": "us-east-1", "resource": TASK, "kind": kind,
             "reference": reference, "via": via} for reference in references]  # fmt: skip


RUNNING: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]], int]] = [
    ("a newer tag", runs("quay.io/acme/x:1"), runs("quay.io/acme/x:2"), 0),
    ("a tag for a digest", runs(PINNED), runs("quay.io/acme/x:1"), 1),
    ("a digest for a tag", runs("quay.io/acme/x:1"), runs(PINNED), 0),
    ("a tag beside the digest", runs(PINNED), runs(PINNED, "quay.io/acme/x:1"), 1),
    ("neither tag nor digest, beside the digest", runs(PINNED), runs(PINNED, "quay.io/acme/x"), 1),
    ("one more that nobody can tell", runs(None), runs(None) + runs(None, via="b"), 1),
    ("one of another kind", runs(None), runs(None) + runs(None, kind="layer"), 1),
    ("one more just there", runs(None), runs(None, None), 1),
    ("a tag for one of two digests", runs(PINNED, "quay.io/acme/x:1"), runs("quay.io/acme/x:2", "quay.io/acme/x:1"), 1),
    ("one digest less, by its container", runs(PINNED, via="b") + runs("quay.io/acme/x:1"), runs("quay.io/acme/x:2"), 0),
    ("the tag beside it for a digest", runs(PINNED, via="b") + runs("quay.io/acme/x:1"), runs("quay.io/acme/x:1", via="b") + runs("quay.io/acme/x:1"), 1),
    ("one digest less, or a tag for it", runs(PINNED, "quay.io/acme/x:1"), runs("quay.io/acme/x:1"), 1),
    ("a tag for a digest, and a digest for a tag", runs(PINNED, via="b") + runs("quay.io/acme/x:1"), runs(PINNED) + runs("quay.io/acme/x:1", via="b"), 1),
    ("the same by parts of other names", runs(PINNED, via="b"), runs(PINNED, via="c"), 0),
    ("a tag less beside the digest", runs(PINNED, "quay.io/acme/x:1"), runs(PINNED), 0),
    ("one tag more", runs("quay.io/acme/x:1"), runs("quay.io/acme/x:2", "quay.io/acme/x:1"), 0),
    ("the same", runs(None), runs(None), 0),
]  # fmt: skip


@pytest.mark.parametrize(("why", "old", "new", "code"), RUNNING, ids=[row[0] for row in RUNNING])
def test_new_trust_in_code(
    tmp_path: Path, why: str, old: list[Any], new: list[Any], code: int
) -> None:
    """Catches code that can be changed from now on, or is somebody else's, behind a name that stays."""
    for side, uses in (("old", old), ("new", new)):
        write(tmp_path / side, code_uses=uses)
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", "--exit-code", *TODAY)
    assert ran.code == code, ran.out


def test_a_container_of_another_name_is_no_change(tmp_path: Path) -> None:
    """Catches a line for each release that renames what runs the same code."""
    old, new = ({"code_uses": runs(PINNED, via=name)} for name in ("blue", "green"))
    assert changes(tmp_path, old, new) == []


def test_another_upstream_is_another_publisher(tmp_path: Path) -> None:
    """Catches a cache that fetches from somebody else, who is known elsewhere."""
    for side, host in (("old", "quay.io"), ("new", "registry-1.docker.io")):
        rule = {"prefix": "hub", "upstream": host}
        registry = {"account": OWN2, "region": "us-east-1", "arn": f"arn:aws:ecr:us-east-1:{OWN2}:registry",
                    "kind": "AWS::ECR::RegistryPolicy", "settings": {"pull_through": [rule]}}  # fmt: skip
        uses = runs(
            f"{OWN2}.dkr.ecr.us-east-1.amazonaws.com/hub/good/x:1", "quay.io/good/y", "good/z"
        )
        write(tmp_path / side, code_uses=uses, resources=[registry])
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", "--exit-code", *TODAY)
    assert ran.code == 1, ran.out


CLUSTERS = [f"arn:aws:eks:us-east-1:{OWN2}:cluster/{name}" for name in ("prod", "test")]


def pods(*clusters: str, unlisted: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A snapshot whose clusters run an image each, beside a task that runs one."""
    uses = [one | {"resource": f"{cluster}/default/pod/a"}
            for cluster in clusters for one in runs(f"quay.io/{cluster[-4:]}/x:1")]  # fmt: skip
    notes = [f"Pods of {one}: 1 and their makers, as kubectl listed them." for one in clusters]
    notes += [pods_unseen(one) for one in unlisted]
    sources = ["aws", "kubernetes"] if clusters else ["aws"]
    return {"code_uses": uses, "manifest": {"sources": sources, "notes": notes}, **more}


def test_pods_that_nobody_gave_are_not_gone(tmp_path: Path) -> None:
    """Catches code that seems to be gone, as nobody listed the pods of a cluster this time."""
    both, none = pods(*CLUSTERS), pods(unlisted=tuple(CLUSTERS))
    found = changes(tmp_path, both, none)
    assert ("third-party", "not-looked-at", "registry quay.io/prod") in found
    back = changes(tmp_path / "back", none, both)
    assert ("third-party", "newly-looked-at", "registry quay.io/prod") in back
    found = changes(tmp_path / "role", both | TRUSTED, none | {"roles": []})
    assert ("trust", "removed", HERE) in found  # pods tell of no role
    one = changes(tmp_path / "one", both, pods(CLUSTERS[0], unlisted=(CLUSTERS[1],)))
    assert ("scope", "removed", f"pods {CLUSTERS[1]}") in one
    assert ("third-party", "not-looked-at", "registry quay.io/test") in one
    merged = pods(CLUSTERS[0])
    merged["manifest"]["notes"].append(f"{pods_of(CLUSTERS[1])}{PODS_LEFT_OUT}")
    left = changes(tmp_path / "left", both, merged)
    assert ("third-party", "not-looked-at", "registry quay.io/test") in left
    gone = changes(tmp_path / "gone", both, both | {"code_uses": both["code_uses"][:1]})
    assert ("third-party", "removed", "registry quay.io/test") in gone
    ran = vendorgate("diff", tmp_path / "one/old", tmp_path / "one/new", "--exit-code", *TODAY)
    assert ran.code == 3


def test_pods_of_a_snapshot_of_them_alone(tmp_path: Path) -> None:
    """Catches a cluster that seems not to have been listed, though nothing else was."""
    spec = {"containers": [{"name": "c", "image": "quay.io/acme/x:1"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "n", "name": "p"}, "spec": spec}  # fmt: skip
    for side, items in (("old", [pod]), ("new", [])):
        listed = tmp_path / f"{side}.json"
        listed.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        vendorgate("collect", "kubernetes", listed, "--cluster", CLUSTERS[0], "-o", tmp_path / side)
    gone = vendorgate("diff", tmp_path / "old", tmp_path / "new", "--exit-code", *TODAY)
    assert (gone.code, "was not looked at" in gone.out, "1 gone" in gone.out) == (0, False, True)
    new = vendorgate("diff", tmp_path / "new", tmp_path / "old", "--exit-code", *TODAY)
    assert (new.code, "for the first time" in new.out) == (1, False)


def test_a_bucket_beyond_the_regions_of_its_account(tmp_path: Path) -> None:
    """Buckets are listed whatever the region, also where another account was looked at there."""
    manifest = {
        "regions": ["us-east-1", "eu-west-1"],
        "accounts": [{"id": OWN2, "regions": ["us-east-1"]}, {"id": OWN}],
    }
    bucket = {"account": OWN2, "region": "eu-west-1", "arn": "arn:aws:s3:::b", "kind": "AWS::S3::Bucket",
              "document": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "s3:GetObject", "Resource": "*"}]}}  # fmt: skip
    found = changes(
        tmp_path,
        {"resources": [bucket], "manifest": manifest},
        {"resources": [], "manifest": manifest},
    )
    assert ("resource", "removed") in {one[:2] for one in found}


def test_what_runs_elsewhere_is_no_pod(tmp_path: Path) -> None:
    """Catches an image of a task that is taken for a pod's, as the snapshot has some."""
    both, none = pods(*CLUSTERS), pods(unlisted=tuple(CLUSTERS))
    both["code_uses"] += runs("evil/x:1")
    found = changes(tmp_path, both, none)
    assert ("third-party", "removed", "registry docker.io/evil") in found
    back = changes(tmp_path / "back", none, both)
    assert ("third-party", "added", "registry docker.io/evil") in back


def test_a_region_that_one_account_was_not_asked_for(tmp_path: Path) -> None:
    """Catches code that is gone where only another account was looked at, as merging leaves it."""
    told = {"regions": ["eu-west-1", "us-east-1"], "sources": ["aws"]}
    apart = [{"id": OWN}, {"id": OWN2, "regions": ["eu-west-1"]}]
    old = {
        "code_uses": runs("evil/x:1"),
        "manifest": told | {"accounts": [{"id": OWN}, {"id": OWN2}]},
    }
    new = {"code_uses": [], "manifest": told | {"accounts": apart}}
    found = changes(tmp_path, old, new)
    assert ("third-party", "not-looked-at", "registry docker.io/evil") in found


def test_a_registry_that_nobody_looked_at_tells_of_nobody(tmp_path: Path) -> None:
    """Catches a publisher who is gone, or new, as somebody looked at the rules of a cache."""
    rule = {"prefix": "hub", "upstream": "registry-1.docker.io"}
    registry = {"account": OWN2, "region": "us-east-1", "arn": f"arn:aws:ecr:us-east-1:{OWN2}:registry",
                "kind": "AWS::ECR::RegistryPolicy", "settings": {"pull_through": [rule]}}  # fmt: skip
    uses = runs(f"{OWN2}.dkr.ecr.us-east-1.amazonaws.com/hub/evil/x:1")
    seen = {"code_uses": uses, "resources": [registry]}
    found = changes(tmp_path, seen, {"code_uses": uses})
    assert ("third-party", "not-looked-at", "registry docker.io/evil") in found
    back = changes(tmp_path / "back", {"code_uses": uses}, seen)
    assert ("third-party", "newly-looked-at", "registry docker.io/evil") in back
    gone = changes(tmp_path / "gone", seen, {"code_uses": [], "resources": [registry]})
    assert ("third-party", "removed", "registry docker.io/evil") in gone
    elsewhere = registry | {"region": "eu-west-1", "arn": f"arn:aws:ecr:eu-west-1:{OWN2}:registry"}
    far = {"code_uses": runs(uses[0]["reference"].replace("us-east-1", "eu-west-1"))}
    places = {"regions": ["eu-west-1", "us-east-1"]}
    told = {"resources": [elsewhere], "manifest": places}
    found = changes(tmp_path / "far", far | told, far | {"resources": []})
    assert ("third-party", "not-looked-at", "registry docker.io/evil") in found
    pod = pods(CLUSTERS[0], code_uses=[one | {"resource": f"{CLUSTERS[0]}/default/pod/a"} for one in uses])  # fmt: skip
    there = pod | {"resources": [registry]}
    found = changes(tmp_path / "pod", there, pod)
    assert ("third-party", "not-looked-at", "registry docker.io/evil") in found
    theirs = {"code_uses": runs(f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x:1")}
    left = changes(tmp_path / "left", theirs | {"resources": []}, {"code_uses": []})
    assert ("third-party", "removed", f"account {STRANGER}") in left


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_why_it_was_not_looked_at_is_said(tmp_path: Path, form: str) -> None:
    """In words, beside what may be there still."""
    write(tmp_path / "old", **TRUSTED)
    write(tmp_path / "new", roles=[], gaps=[NO_ROLES])
    out = vendorgate("diff", tmp_path / "old", tmp_path / "new", "-f", form, *TODAY).out
    told = " ".join(out.replace("\\", "").split())
    assert "not looked at any more, so it may be there still" in told
    assert "sts:AssumeRole could not be looked at: AccessDenied" in told
    assert "removed" not in told


PATTERN = allow({"AWS": "arn:aws:iam::999999999999:root"}, StringLike={"sts:ExternalId": "a*"})
CODES = [
    (TRUSTED, TRUSTED, 0, "nothing changed"),
    ({"roles": []}, TRUSTED, 1, "new trust"),
    ({"roles": []}, TRUSTED | {"gaps": [NO_ROLES]}, 1, "new trust beside a gap more"),
    (TRUSTED, {"roles": []}, 0, "trust that is gone"),
    ({"roles": [vendor_role(external_id=None)]}, TRUSTED, 0, "an external id more"),
    (TRUSTED, {"roles": [vendor_role(external_id=None)]}, 1, "an external id less"),
    (TRUSTED, {"roles": [role("Monitoring", PATTERN)]}, 1, "a pattern of them"),
    (TRUSTED, {"roles": [], "gaps": [NO_ROLES]}, 3, "a gap more, which may hide new trust"),
    ({"roles": [], "gaps": [NO_ROLES]}, {"roles": []}, 0, "a gap less"),
    (TRUSTED, {"roles": [], "manifest": manifest(OWN)}, 3, "an account less"),
    ({"roles": [], "manifest": manifest(OWN)}, TRUSTED, 1, "trust in an account that is new"),
    ({"roles": [], "manifest": manifest(OWN)}, {"roles": []}, 0, "an account more"),
    ({"image_uses": []}, USED, 1, "a new publisher"),
    ({"image_uses": []}, {"image_uses": [use("i-1", "ami-1")]}, 1, "one that nobody knows"),
    ({"image_uses": []}, {"image_uses": [use("i-1", "ami-1")], "images": [image("ami-1", owner=OWN2)]}, 0,
     "an image of our own"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "why"), CODES, ids=[c[3] for c in CODES])
def test_the_exit_code_tells_new_trust(
    tmp_path: Path, old: Any, new: Any, code: int, why: str
) -> None:
    """A nightly job that is red because something was tidied up, or green for want of a look."""
    write(tmp_path / "old", **old)
    write(tmp_path / "new", **new)
    sides = tmp_path / "old", tmp_path / "new"
    assert vendorgate("diff", *sides, *TODAY, "--exit-code").code == code
    assert vendorgate("diff", *sides, *TODAY).code == 0


def test_an_alias_is_an_owner(tmp_path: Path) -> None:
    """An image of AWS's, told as nobody's, and as new trust beside its publisher."""
    write(tmp_path / "old", image_uses=[])
    named = image("ami-1", owner=None, alias="amazon")
    write(tmp_path / "new", image_uses=[use("i-1", "ami-1")], images=[named])
    told = vendorgate("diff", tmp_path / "old", tmp_path / "new", *TODAY).out
    assert "owner amazon" in told and "2 changes, 1 of them new trust" in told


def test_of_an_owner_and_an_alias_the_owner_is_told(tmp_path: Path) -> None:
    """One alias is of many sellers: an image of another one passes for no change."""
    for name, owner in (("old", OWN2), ("new", STRANGER)):
        sold = image("ami-1", owner=owner, alias="aws-marketplace")
        write(tmp_path / name, image_uses=[use("i-1", "ami-1")], images=[sold])
    told = vendorgate("diff", tmp_path / "old", tmp_path / "new", *TODAY).out
    assert f"owner {OWN2}" in told and f"owner {STRANGER}" in told


def test_the_allowlist_tells_who_is_vetted(tmp_path: Path) -> None:
    """And no finding of theirs makes a difference: exit code 0."""
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    write(tmp_path / "old", roles=[])
    write(tmp_path / "new", roles=[vendor_role(), vendor_role("x", account=STRANGER)])
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", *TODAY,
                     "-a", tmp_path / "allowlist.yaml")  # fmt: skip
    assert ran.code == 0
    assert "Example Monitoring, vetted" in ran.out
    assert f"account {STRANGER}\n     -, unlisted" in ran.out


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_hostile_names_are_escaped(tmp_path: Path, form: str) -> None:
    """A role's name cannot write to the terminal, nor break out of a table."""
    write(tmp_path / "old", roles=[])
    write(tmp_path / "new", roles=[vendor_role("a|b\x1b[31m`<b>")])
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", "-f", form, *TODAY)
    assert ran.code == 0 and "\x1b" not in ran.out
    rows = [line for line in ran.out.splitlines() if line.startswith("|")]
    assert all(line.replace("\\|", "").count("|") == 5 for line in rows)


def test_nothing_changed(tmp_path: Path) -> None:
    """Is said."""
    write(tmp_path / "s", roles=[vendor_role()])
    assert vendorgate("diff", tmp_path / "s", tmp_path / "s", *TODAY).out == "Nothing changed.\n"


@pytest.mark.parametrize("side", ["old", "new"])
def test_what_is_no_snapshot_is_bad_input(tmp_path: Path, side: str) -> None:
    """On either side."""
    write(tmp_path / ("new" if side == "old" else "old"), roles=[])
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new")
    assert ran.code == 2 and "no snapshot here" in ran.err
