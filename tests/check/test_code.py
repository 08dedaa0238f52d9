"""Whose code runs here: each row a use of code, and what the gate says of it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.check.engine import check, gate_of
from checker.check.rules import PolicyOverrides, Rules
from checker.errors import InputError
from checker.policy.load import load_policies
from checker.report.model import Report
from checker.snapshot.read import Snapshot
from checker.subjects.code_use import items
from checker.subjects.code_use.explain import keys
from checker.subjects.item import Item
from checker.vetting.allowlist import Allowlist
from checker.yamlfile import parse_yaml
from tests import examples
from tests.support.cli import vendorgate
from tests.support.rows import rows
from tests.support.snapshots import OWN, OWN2, STRANGER, VENDOR, write

TODAY = date(2026, 11, 20)
DIGEST = "@sha256:" + "0a" * 32
LAYER = "arn:aws:lambda:us-east-1:{}:layer:agent:3"
PUBLISHER = "c830e97710da0c9954d80ba8df021e5439e7134b"
UNVETTED = "unvetted-container-publisher"
MUTABLE = "mutable-third-party-code"
OWN3 = "343434343434"
"""By the list alone."""

ALLOWLIST = """\
version: 1
organization: {ids: [o-own1234567], accounts: ["343434343434"]}
vendors:
  - name: Example Monitoring
    accounts: ["999999999999"]
    registries: [DOCKER.io/example, registry.example.com, PUBLISHER, public.ecr.aws/a1b2c3d4]
    marketplace_products: [709825985650/seller, "SELLER"]
    scope: {code: ["docker.io/example/agent*", "*:layer:*", "*.dkr.ecr.*", "registry.*", "PUBLISHER",
                   "709825985650*", "snap-*", "public.ecr.aws/*", "*:document/*", "Org::*", "eks*"]}
    vetting: {owner: sec@example.com, reference: T-1, reviewed: 2026-05-01, expires: 2027-05-01,
              evidence: []}
  - name: Pinned
    registries: [quay.io/pinned]
    scope: {pinned: required, in_accounts: ["222222222222"]}
    vetting: {owner: sec@example.com, reference: T-2, reviewed: 2026-05-01, expires: 2027-05-01,
              evidence: []}
  - name: Free
    registries: [quay.io/free]
    scope: {pinned: optional}
    vetting: {owner: sec@example.com, reference: T-3, reviewed: 2026-05-01, expires: 2027-05-01,
              evidence: []}
  - name: Past
    registries: [quay.io/past]
    vetting: {owner: sec@example.com, reference: T-4, reviewed: 2025-05-01, expires: 2026-05-01,
              evidence: []}
""".replace("PUBLISHER", PUBLISHER).replace("SELLER", "0" * 39 + "1")


def described(**told: str) -> str:
    """As AWS describes it."""
    return json.dumps(told)


CODE = [
    # kind, reference, findings, why
    ("layer", LAYER.format(OWN), [], "our own, of another account"),
    ("layer", LAYER.format("580247275435"), [], "AWS's own, of Lambda Insights"),
    ("layer", LAYER.format(VENDOR), [], "vetted by its account"),
    ("layer", LAYER.format(STRANGER), ["unvetted-layer-owner"], "a stranger's"),
    ("layer", LAYER.format(VENDOR).replace("aws:", "aws-cn:"), ["unvetted-layer-owner"],
     "the same number in another partition is another account"),
    ("layer", "arn:aws:lambda:us-east-1::layer:agent:3", ["unknown-code-publisher"], "no account"),
    ("container-image", f"{OWN2}.dkr.ecr.us-east-1.amazonaws.com/app:1", [], "our registry"),
    ("container-image", f"{VENDOR}.dkr.ecr.us-east-1.amazonaws.com/app{DIGEST}", [], "vetted"),
    ("container-image", f"{VENDOR}.dkr.ecr.us-east-1.amazonaws.com/app:1", [MUTABLE], "a tag"),
    ("container-image", f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/app{DIGEST}", [UNVETTED],
     "a digest vets nobody"),
    ("container-image", "example/agent" + DIGEST, [], "vetted by its registry, as it is in full"),
    ("container-image", "example/other" + DIGEST, ["vendor-out-of-scope"], "not by scope.code"),
    ("container-image", "nginx", [MUTABLE, UNVETTED], "Docker's own images are third parties' too"),
    ("container-image", "registry.example.com/any/app" + DIGEST, [], "all of a vendor's host"),
    ("container-image", "registry.example.com.evil.example/any/app" + DIGEST, [UNVETTED],
     "a look-alike"),
    ("container-image", "quay.io/pinned/a" + DIGEST, [], "as the entry asks"),
    ("container-image", "quay.io/pinned/a:1", [MUTABLE, "vendor-out-of-scope"], "it asks for more"),
    ("container-image", "quay.io/free/a:1", [], "whom the entry lets change it"),
    ("container-image", "quay.io/past/a" + DIGEST, [UNVETTED], "its vetting has expired"),
    ("container-image", "709825985650.dkr.ecr.us-east-1.amazonaws.com/seller/a" + DIGEST, [],
     "a product of the marketplace"),
    ("container-image", "709825985650.dkr.ecr.us-east-1.amazonaws.com/other/a" + DIGEST, [UNVETTED],
     "another seller's"),
    ("container-image", "public.ecr.aws/e5f6g7h8/a" + DIGEST, ["unknown-code-publisher"],
     "an alias that AWS made up tells of nobody"),
    ("container-image", "public.ecr.aws/a1b2c3d4/a" + DIGEST, [], "unless somebody vetted it"),
    ("container-image", None, ["unknown-code-publisher"], "code that could not be told"),
    ("container-image", "quay.io/app" + DIGEST, ["unknown-code-publisher"],
     "nobody's, where anybody publishes"),
    ("container-image", "ecr-public.aws.com/a1b2c3d4/a" + DIGEST, [], "the gallery's other name"),
    ("container-image", "${Image}", ["unknown-code-publisher"], "no reference"),
    ("build-image", "aws/codebuild/standard:7.0", [], "AWS's own, there alone"),
    ("container-image", "aws/codebuild/standard:7.0", [MUTABLE, UNVETTED], "elsewhere a user"),
    ("build-image", "golang:1", [MUTABLE, UNVETTED], "code that makes code"),
    ("ssm-document", "AWS-RunPatchBaseline", [], "AWS's own"),
    ("ssm-document", f"arn:aws:ssm:us-east-1:{VENDOR}:document/Install", [], "vetted"),
    ("ssm-document", f"arn:aws:ssm:us-east-1:{STRANGER}:document/Install",
     ["unvetted-document-owner"], "a stranger's"),
    ("image-builder-component",
     f"arn:aws:imagebuilder:us-east-1:{STRANGER}:component/agent/1.0.0/1",
     ["unvetted-document-owner"], "commands, too"),
    ("cloudformation-type",
     f"arn:aws:cloudformation:us-east-1::type/resource/{PUBLISHER}/Org-Svc-Thing",
     ["vendor-out-of-scope"], "the publisher's digits vet, the scope does not name it"),
    ("cloudformation-type", described(TypeName="Org::Svc::Thing", PublisherId=PUBLISHER), [],
     "as AWS describes it"),
    ("cloudformation-type", described(TypeName="Org::Svc::Thing", PublisherId=PUBLISHER,
     PublisherIdentity="AWS_Marketplace"), [], "and as a seller of the marketplace"),
    ("cloudformation-type", described(PublisherId="0" * 39 + "1"), ["vendor-out-of-scope"],
     "a seller whom code names without the marketplace"),
    ("cloudformation-type", described(TypeName="Org::Svc::Thing", PublisherId="0" * 40),
     ["unvetted-extension-publisher"], "another publisher's of the same name"),
    ("serverless-application",
     f"arn:aws:serverlessrepo:us-east-1:{STRANGER}:applications/agent",
     ["unvetted-extension-publisher"], "a stranger's application"),
    ("eks-addon", described(addonName="agent", publisher="example", owner="aws-marketplace"),
     ["unvetted-extension-publisher"], "of the marketplace"),
    ("eks-addon", described(addonName="coredns", publisher="eks", owner="aws"), [], "AWS's own"),
    ("eks-addon", "agent", ["unknown-code-publisher"], "a name alone tells of nobody"),
    ("snapshot", described(SnapshotId="snap-1", OwnerId=VENDOR), [], "a vetted vendor's"),
    ("snapshot", described(SnapshotId="snap-1", OwnerId=STRANGER),
     ["foreign-snapshot-volume"], "a stranger's"),
    ("snapshot", described(SnapshotId="snap-1", OwnerId=STRANGER, OwnerAlias="amazon"), [],
     "Amazon's, by AWS's own word"),
    ("snapshot", "snap-1", [], "one that is gone, as they often are"),
    ("something-new", "x", ["unknown-code-publisher"], "a kind that nobody knows here"),
]  # fmt: skip


def code_use(kind: str, reference: str | None, **more: Any) -> dict[str, Any]:
    return {
        "account": OWN2,
        "region": "us-east-1",
        "resource": f"arn:aws:lambda:us-east-1:{OWN2}:function:f",
        "kind": kind,
        "reference": reference,
    } | more


def judged(folder: Path, *uses: dict[str, Any], **more: Any) -> Report:
    path = write(folder, roles=[], image_uses=[], code_uses=list(uses), **more)
    rules = Rules(load_policies(None), PolicyOverrides())
    allowlist = Allowlist(parse_yaml(ALLOWLIST.encode(), "allowlist.yaml"))
    report: Report = check(Snapshot(path), allowlist, rules, TODAY)
    return report


def of_code(report: Report) -> list[str]:
    return sorted(f.policy for f in report.findings if "code" in f.facts)


@rows("kind, reference, expected, why", CODE)
def test_whose_code(
    tmp_path: Path, kind: str, reference: str | None, expected: list[str], why: str
) -> None:
    """Catches code of a stranger that passes, and code of ours or of a vetted vendor that fails."""
    assert of_code(judged(tmp_path, code_use(kind, reference))) == sorted(expected), why


def test_an_own_mirror_is_its_upstream(tmp_path: Path) -> None:
    """Catches a pull-through cache that makes a stranger's image our own, in its registry alone."""
    registry = {
        "account": OWN2,
        "region": "us-east-1",
        "arn": f"arn:aws:ecr:us-east-1:{OWN2}:registry",
        "kind": "AWS::ECR::RegistryPolicy",
        "settings": {"pull_through": [{"prefix": "hub", "upstream": "registry-1.docker.io"}]},
    }
    here = f"{OWN2}.dkr.ecr.us-east-1.amazonaws.com/hub/stranger/app{DIGEST}"
    there = here.replace("us-east-1", "eu-west-1")
    report = judged(tmp_path, code_use("container-image", here),
                    code_use("container-image", there),
                    resources=[registry, registry | {"settings": {"pull_through": []}},
                               {key: told for key, told in registry.items() if key != "settings"}])  # fmt: skip
    found = [f for f in report.findings if "code" in f.facts]
    assert [(f.policy, f.principal) for f in found] == [(UNVETTED, "docker.io/stranger")]
    odd = registry | {"settings": {"pull_through": [{"prefix": 5}]}}
    with pytest.raises(InputError, match="no rules of a pull-through cache"):
        judged(tmp_path, code_use("container-image", here), resources=[odd])


def test_a_cache_is_in_scope_by_its_upstream(tmp_path: Path) -> None:
    """Catches a vetted image that is out of scope as it comes through an own cache."""
    registry = {
        "account": OWN2,
        "region": "us-east-1",
        "arn": f"arn:aws:ecr:us-east-1:{OWN2}:registry",
        "kind": "AWS::ECR::RegistryPolicy",
        "settings": {"pull_through": [{"prefix": "hub", "upstream": "registry-1.docker.io"}]},
    }
    here = f"{OWN2}.dkr-ecr.us-east-1.on.aws/hub/example/{{}}{DIGEST}"
    uses = [code_use("container-image", here.format(name)) for name in ("agent", "other")]
    found = [f for f in judged(tmp_path, *uses, resources=[registry]).findings if "code" in f.facts]
    assert [(f.policy, f.facts["code"]["reference"]) for f in found] == [
        ("vendor-out-of-scope", here.format("other"))
    ]


def test_what_is_not_told_is_told_of_each(tmp_path: Path) -> None:
    """Catches a container of which nothing is known behind another one of the same task."""
    uses = [code_use("container-image", None, via="image", unresolved=[why]) for why in ("a", "b")]
    assert of_code(judged(tmp_path, *uses)) == ["unknown-code-publisher"] * 2


def test_two_layers_of_one_owner_are_two_findings(tmp_path: Path) -> None:
    """Catches a second thing of the same publisher that is taken for the first."""
    one, other = LAYER.format(STRANGER), LAYER.format(STRANGER).replace("agent", "other")
    report = judged(tmp_path, code_use("layer", one), code_use("layer", other))
    assert len({f.fingerprint for f in report.findings if "code" in f.facts}) == 2


def test_a_new_version_is_the_same_finding(tmp_path: Path) -> None:
    """Catches a baseline that a vendor's next release makes worthless."""
    found = [
        judged(tmp_path / v, code_use("layer", LAYER.format(STRANGER).replace(":3", v))).findings
        for v in (":3", ":12")
    ]
    assert found[0][0].fingerprint == found[1][0].fingerprint


def test_a_vendor_whose_code_runs_is_observed(tmp_path: Path) -> None:
    """Catches an entry that is told to be of no use while its code runs."""
    report = judged(tmp_path, code_use("container-image", "quay.io/free/a:1"))
    unobserved = {f.facts["name"] for f in report.findings if f.policy == "unobserved-vendor"}
    assert "Free" not in unobserved
    assert "Pinned" in unobserved
    party = next(p for p in report.third_parties if p.id == "quay.io/free")
    assert (party.code, party.kind, party.status, party.name) == (1, "registry", "vetted", "Free")


OURS = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com"
HUB = {
    "account": OWN, "region": "us-east-1", "arn": f"arn:aws:ecr:us-east-1:{OWN}:registry",
    "kind": "AWS::ECR::RegistryPolicy",
    "settings": {"pull_through": [{"prefix": "hub", "upstream": "registry-1.docker.io"}]},
}  # fmt: skip
LIKE = [
    ("container-image", f"{OURS}/a:1"), ("container-image", f"{OURS}/b"),
    ("container-image", f"{OURS}/hub/x/y"), ("container-image", f"quay.io/pinned/a{DIGEST}"),
    ("container-image", f"quay.io/pinned/b{DIGEST}"), ("container-image", f"example/agent{DIGEST}"),
    ("container-image", f"example/other{DIGEST}"), ("ssm-document", "ours"),
]  # fmt: skip
MANY = [(kind, reference) for kind, reference, *_ in CODE] + [
    *(("layer", LAYER.format(who).replace("agent", "b")) for who in (OWN, VENDOR, STRANGER)),
    ("ssm-document", "AWS-Other"), ("container-image", ""),
]  # fmt: skip
PLACED = """
id: placed
title: a policy that reads {0}
severity: high
applies_to: code_use
assert: contains({0} || '', '1')
message: "{{resource}}"
rationale: r
remediation: r
tests:
  - {{name: one, expect: fail, facts: {{{1}}}}}
"""
READ = [
    None, ("code.reference", "code: {reference: x}"), ("account.id", "account: {id: x}"),
    ("region", "region: x"), ("to_string(@)", "region: x"),
]  # fmt: skip


def by_hand(folder: Path, reads: tuple[str, str] | None) -> Rules:
    if reads is None:
        return Rules(load_policies(None), PolicyOverrides())
    folder.mkdir()
    (folder / "placed.yaml").write_text(PLACED.format(*reads))
    return Rules(load_policies(folder), PolicyOverrides())


def placed(told: tuple[str, str | None], account: str, region: str) -> dict[str, Any]:
    return code_use(*told, account=account, region=region, digest=region)


def told_alike(
    given: list[Any], reads: tuple[str, str] | None, remembered: int, cached: bool
) -> bool:
    """Whether a check tells the same where nothing is remembered and each is looked at."""
    with TemporaryDirectory() as name:
        resources = {"resources": [HUB]} if cached else {}
        path = write(Path(name, "s"), roles=[], image_uses=[], code_uses=given, **resources)
        allowlist = Allowlist(parse_yaml(ALLOWLIST.encode(), "allowlist.yaml"))
        rules, seen = by_hand(Path(name, "p"), reads), list[Item]()
        with patch.object(items, "key_of", lambda *_: object()):
            each = check(Snapshot(path), allowlist, rules, TODAY, watch=seen.append)
        with patch.object(items, "REMEMBERED", remembered):
            together = check(Snapshot(path), allowlist, rules, TODAY)
    assert sum(one.subject == "code_use" for one in seen) == len(given)
    same: bool = together == each
    return same


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize("reads", READ)
def test_told_together_is_told_of_each(reads: tuple[str, str] | None, cached: bool) -> None:
    """Catches uses that are counted together though something tells them from one another."""
    all_of_them = [
        placed(told, account, region)
        for told in LIKE
        for account in (OWN, OWN2)
        for region in ("us-east-1", "eu-west-1")
    ]
    for uses in (all_of_them, all_of_them[::-1]):
        assert told_alike(uses, reads, 1 << 14, cached)


places = st.sampled_from([OWN, OWN2]), st.sampled_from(["us-east-1", "eu-west-1"])


@given(
    st.lists(st.builds(placed, st.sampled_from(LIKE + MANY), *places), min_size=2, max_size=12),
    st.sampled_from(READ), st.sampled_from([2, 1 << 14]), st.booleans(),
)  # fmt: skip
@settings(max_examples=examples(15), deadline=None)
def test_any_told_together_are_told_of_each(
    given: list[Any], reads: tuple[str, str] | None, remembered: int, cached: bool
) -> None:
    """Catches the same of whatever is told of code."""
    assert told_alike(given, reads, remembered, cached)


def test_uses_that_are_alike_are_told_together(tmp_path: Path) -> None:
    """Catches a million uses that are each judged by itself."""
    images = [code_use("container-image", f"{OURS}/team/app-{n}:{n}") for n in range(50)]
    path = write(tmp_path, roles=[], image_uses=[], code_uses=images)
    rules = Rules(load_policies(None), PolicyOverrides())
    allowlist = Allowlist(parse_yaml(ALLOWLIST.encode(), "allowlist.yaml"))
    gate = gate_of(Snapshot(path), allowlist, rules, TODAY)
    (told,) = items.items(gate.world)
    assert told.crowd == {OWN2: 50}


WRONG = [
    ("datadog", "write docker.io/datadog", "no host"),
    ("docker.io", "anybody publishes", "everybody at a shared host"),
    ("ghcr.io", "anybody publishes", "everybody at another"),
    ("europe-docker.pkg.dev", "anybody publishes", "by its end"),
    ("ttl.sh", "anybody publishes", "a host for all, by no name"),
    ("mirror.gcr.io", "anybody publishes", "a mirror of everybody's"),
    ("quay.io:8443", "anybody publishes", "by another port"),
    ("docker.io/*", "without * and ?", "everybody, by a pattern"),
    ("docker.io/datadog/agent", "scope.code", "a repository"),
    ("999999999999.dkr.ecr.us-east-1.amazonaws.com", "under accounts", "an account"),
    ("docker.io/Datadog", "is no HOST/NAME", "what no registry would take"),
    ("https://docker.io/datadog", "HOST/NAME", "an address"),
]


@rows("text, said, why", WRONG)
def test_what_names_nobody_or_everybody_is_refused(text: str, said: str, why: str) -> None:
    """Catches an entry that vets nobody, or the whole world, without a word."""
    wrong = ALLOWLIST.replace("quay.io/free", text)
    with pytest.raises(Exception, match=r".") as error:
        Allowlist(parse_yaml(wrong.encode(), "allowlist.yaml"))
    assert said in str(error.value), why


def test_one_registry_in_two_entries_is_refused() -> None:
    """Catches a publisher that two vendors claim; letters of the host have no case."""
    twice = ALLOWLIST.replace("quay.io/free", "docker.io/example")
    with pytest.raises(Exception, match="stands on"):
        Allowlist(parse_yaml(twice.encode(), "allowlist.yaml"))


def test_every_verb_tells_of_code(tmp_path: Path) -> None:
    """Catches a picture, a list or a comparison in which whose code runs is left out."""
    use = code_use("container-image", "stranger/app:1", via="task")
    for name, uses in (("old", []), ("new", [use])):
        write(tmp_path / name, roles=[], image_uses=[], code_uses=uses,
              manifest={"code_kinds": ["container-image"]})  # fmt: skip
    (tmp_path / "allowlist.yaml").write_text("version: 1\n")
    page = tmp_path / "page.html"
    said = vendorgate("check", "new", "--today", "2026-11-21", "-f", "text", "-f", f"html={page}",
                      cwd=tmp_path)  # fmt: skip
    assert said.code == 1
    assert "0 image uses, 1 code use," in said.out
    assert '<td class="num" data-l="Code">1</td>' in page.read_text()
    assert "unlisted · 1 code use" in page.read_text()
    listed = vendorgate("inventory", "new", "-f", "csv", cwd=tmp_path).out.splitlines()
    assert listed[0].endswith(",code")
    assert listed[1].startswith("docker.io/stranger,") and listed[1].endswith(",1")
    told = vendorgate("diff", "old", "new", "-f", "json", "--exit-code", cwd=tmp_path)
    changes = {
        (one["what"], one["change"], one["new_trust"]) for one in json.loads(told.out)["changes"]
    }
    assert {("code", "added", True), ("third-party", "added", True)} <= changes
    assert told.code == 1
    assert "stranger/app:1" in vendorgate("explain", "docker.io/stranger", "new", cwd=tmp_path).out


def test_code_that_nobody_looks_for_any_more_is_not_gone(tmp_path: Path) -> None:
    """Catches a narrower collection that reads as code that was taken away."""
    use = code_use("layer", LAYER.format(STRANGER))
    for name, kinds, uses in (("old", ["layer"], [use]), ("new", ["container-image"], [])):
        write(tmp_path / name, roles=[], image_uses=[], code_uses=uses,
              manifest={"code_kinds": kinds})  # fmt: skip
    told = json.loads(vendorgate("diff", "old", "new", "-f", "json", cwd=tmp_path).out)["changes"]
    assert {one["change"] for one in told if one["what"] == "code"} == {"not-looked-at"}


def said(folder: Path, **more: Any) -> str:
    """All notes of a report."""
    return "\n".join(judged(folder, code_use("container-image", "nginx"), **more).notes)


def test_what_was_not_looked_at_is_said(tmp_path: Path) -> None:
    """Catches a snapshot without code whose report reads as if nobody's code ran here."""
    path = write(tmp_path / "none", roles=[], image_uses=[])
    rules = Rules(load_policies(None), PolicyOverrides())
    allowlist = Allowlist(parse_yaml(ALLOWLIST.encode(), "allowlist.yaml"))
    report: Report = check(Snapshot(path), allowlist, rules, TODAY)
    assert any(note.startswith("No use of code of others was looked at") for note in report.notes)
    notes = said(tmp_path / "some", manifest={"code_kinds": ["container-image"]})
    assert "Kinds of code that were not looked at: 9 (build-image" in notes
    assert "nobody looked for" not in notes


def test_a_manifest_that_says_otherwise_is_odd(tmp_path: Path) -> None:
    """Catches uses of a kind that nobody looked for, and a file that is not there."""
    told = said(tmp_path / "a", manifest={"code_kinds": ["layer"]})
    assert (
        "Uses of code of kinds that, by the manifest, nobody looked for: container-image." in told
    )
    assert "does not say of which kinds uses of code were looked for" in said(tmp_path / "b")
    path = write(tmp_path / "c", roles=[], image_uses=[], manifest={"code_kinds": ["layer"]})
    odd = Snapshot(path).odd()
    assert any("names no code_uses.jsonl" in note for note in odd)


REGISTRY = "AWS::ECR::RegistryPolicy"
LOOKED = {"code_kinds": ["container-image"], "resource_kinds": [REGISTRY], "regions": ["us-east-1", "eu-west-1"]}  # fmt: skip
HERE, THERE = f"{OWN2}.dkr.ecr.us-east-1.amazonaws.com", f"{OWN2}.dkr.ecr.us-west-2.amazonaws.com"
UNSEEN_HERE, UNSEEN_THERE = f"1 ({OWN2} us-east-1)", f"1 ({OWN2} us-west-2)"
MIRROR = {"account": OWN2, "region": "us-east-1", "arn": f"arn:aws:ecr:us-east-1:{OWN2}:registry", "kind": REGISTRY}  # fmt: skip
SETTINGS = {"pull_through": [{"prefix": "hub", "upstream": f"https://{THERE}/"}]}


def fetching(region: str, elsewhere: str) -> dict[str, Any]:
    """An own registry, of a region, that fetches from that of another one."""
    rule = {"prefix": "hub", "upstream": f"https://{HERE.replace('us-east-1', elsewhere)}/"}
    moved = {"region": region, "arn": MIRROR["arn"].replace("us-east-1", region)}
    return MIRROR | moved | {"settings": {"pull_through": [rule]}}


REGISTRIES: list[tuple[str, list[str], dict[str, Any], list[dict[str, Any]] | None, str | None]] = [
    # why, images, what the manifest says, resources (None: no file), which are said
    ("nobody looked for resources", [HERE], {"code_kinds": ["container-image"]}, None, UNSEEN_HERE),
    ("not for this kind", [HERE], LOOKED | {"resource_kinds": ["AWS::S3::Bucket"]}, [], UNSEEN_HERE),
    ("for this kind, and no file", [HERE], LOOKED, None, UNSEEN_HERE),
    ("for this kind", [HERE], LOOKED, [], None),
    ("nobody says for which", [HERE], {"code_kinds": ["container-image"]}, [], None),
    ("another region", [HERE, THERE], LOOKED, [], UNSEEN_THERE),
    ("however its host is written", [THERE.upper().replace("DKR.ECR", "dkr-ecr-fips").replace("AMAZONAWS.COM", "on.aws:443")], LOOKED, [], UNSEEN_THERE),
    ("an account that the list says is ours", [HERE, HERE.replace(OWN2, OWN3)], LOOKED, [], f"1 ({OWN3} us-east-1)"),
    ("one that was left out", [HERE], LOOKED | {"accounts": [{"id": OWN2, "collected": False}]}, [], UNSEEN_HERE),
    ("of a stranger", [HERE.replace(OWN2, "999999999999")], LOOKED | {"resource_kinds": []}, [], None),
    ("of another partition", [HERE.replace("us-east-1", "us-gov-west-1")], LOOKED, [], None),
    ("of no region", [HERE.replace("us-east-1", "x")], LOOKED, [], None),
    ("no registry of an account", ["ghcr.io/acme"], {"code_kinds": ["container-image"]}, None, None),
    ("an own one behind an own one", [HERE], LOOKED, [MIRROR | {"settings": SETTINGS}], UNSEEN_THERE),
    ("two that fetch from each other", [HERE], LOOKED, [fetching("us-east-1", "eu-west-1"), fetching("eu-west-1", "us-east-1")], None),
    ("pods", [HERE], {"code_kinds": ["container-image"], "sources": ["kubernetes"]}, None, UNSEEN_HERE),
    ("code that says it looked", [HERE], LOOKED | {"sources": ["cloudformation"]}, [MIRROR], UNSEEN_HERE),
    ("AWS and code", [HERE], LOOKED | {"sources": ["aws", "cloudformation"]}, [], None),
    ("many", [HERE.replace("us-east-1", f"us-east-{n}") for n in range(2, 7)], LOOKED, [], f"5 ({OWN2} us-east-2, {OWN2} us-east-3, {OWN2} us-east-4, …)"),
]  # fmt: skip


@rows("why, images, manifest, resources, unseen", REGISTRIES)
def test_own_registries_that_nobody_looked_at_are_said(
    tmp_path: Path,
    why: str,
    images: list[str],
    manifest: dict[str, Any],
    resources: list[dict[str, Any]] | None,
    unseen: str | None,
) -> None:
    """Catches a mirror that counts as own, as nobody asked where it fetches from."""
    uses = [code_use("container-image", f"{image}/hub/x{DIGEST}") for image in images]
    more: dict[str, Any] = {} if resources is None else {"resources": resources}
    notes = judged(tmp_path / why.replace(" ", "-"), *uses, manifest=manifest, **more).notes
    told = [note.partition("(AWS::ECR::RegistryPolicy): ")[2] for note in notes
            if note.startswith("Images of own registries count as own")]  # fmt: skip
    assert told == ([f"{unseen}."] if unseen else [])


LISTED: list[tuple[str, str, str | None, list[tuple[str, str]]]] = [
    # kind, id, partition, what an allowlist would name
    ("registry", "docker.io/acme", None, [("registries", "docker.io/acme")]), ("registry", "example", None, []),
    ("registry", "docker.io", None, []), ("account", "999999999999", None, [("accounts", "999999999999")]),
    ("account", "999999999999", "aws-cn", []), ("aws", "Amazon", None, []), ("unknown", "", None, []),
]  # fmt: skip


@rows("kind, id_, partition, expected", LISTED)
def test_what_an_allowlist_would_name(
    kind: str, id_: str, partition: str | None, expected: list[tuple[str, str]]
) -> None:
    """Catches an entry that is proposed, and refused as it is read."""
    publisher = {"kind": kind, "id": id_, "partition": partition}
    assert [key for key, _ in keys({"publisher": publisher})] == expected


def test_an_account_of_another_partition_has_no_name(tmp_path: Path) -> None:
    """Catches a stranger under a vendor's name: the catalogue is of one partition."""
    layers = [code_use("layer", f"arn:{partition}:lambda:x-y-1:464622532012:layer:a:1")
              for partition in ("aws", "aws-cn")]  # fmt: skip
    found = judged(tmp_path / "s", *layers).findings
    named = {one.facts["code"]["reference"][:10]: one.facts["publisher"]["name"]
             for one in found if "code" in one.facts}  # fmt: skip
    assert named == {"arn:aws:la": "Datadog", "arn:aws-cn": None}
