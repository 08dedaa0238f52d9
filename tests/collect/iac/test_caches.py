"""Pull-through rules of the code: an image of an own cache is its upstream's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.collect.iac.records import Found
from checker.publishers import Owners, PullThrough, published
from tests.collect.iac import granted
from tests.collect.iac.granted import OWN, source, template
from tests.collect.iac.hcl import PLACE
from tests.collect.iac.plans import plan, planned
from tests.collect.iac.test_grants import blocks, resources
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, STRANGER

HERE = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com"
THERE = HERE.replace("us-east-1", "eu-west-1")
THEIRS = f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com"


class _Settings(msgspec.Struct):
    pull_through: tuple[PullThrough, ...] = ()


def publisher(found: Found, image: str) -> tuple[str, str | None]:
    """Whose an image is, by the rules that were found."""
    by: dict[tuple[str, str], tuple[PullThrough, ...]] = {}
    for one in found.resources:
        if one.kind == "AWS::ECR::RegistryPolicy" and isinstance(one.settings, msgspec.Raw):
            key = one.account, one.region or ""
            rules = msgspec.json.decode(one.settings, type=_Settings).pull_through
            by[key] = by.get(key, ()) + rules
    told = published("container-image", image, Owners(OWN, frozenset({OWN}), by_registry=by))
    return told.publisher.kind, told.publisher.id


def rule(prefix: str = "hub", upstream: str = "registry-1.docker.io", within: str = "") -> Any:
    """Of each language."""
    told = [
        ("EcrRepositoryPrefix", prefix),
        ("UpstreamRegistryUrl", upstream),
        ("UpstreamRepositoryPrefix", within),
    ]
    names = {
        "EcrRepositoryPrefix": "ecr_repository_prefix",
        "UpstreamRegistryUrl": "upstream_registry_url",
        "UpstreamRepositoryPrefix": "upstream_repository_prefix",
    }
    body = ", ".join(f"{key}: {one}" for key, one in told if one)
    other = "\n".join(f'{names[key]} = "{one}"' for key, one in told if one)
    return ("AWS::ECR::PullThroughCacheRule", body), ("aws_ecr_pull_through_cache_rule", other)


RULES = [
    ("Docker Hub's", [rule()], f"{HERE}/hub/datadog/agent:7", ("registry", "docker.io/datadog")),
    ("a vendor's registry", [rule("theirs", THEIRS)], f"{HERE}/theirs/app", ("account", STRANGER)),
    ("a part of one", [rule("part", "quay.io", "acme")], f"{HERE}/part/app", ("registry", "quay.io/acme")),
    ("everything else", [rule("ROOT", "ghcr.io")], f"{HERE}/acme/app", ("registry", "ghcr.io/acme")),
    ("our own repository beside it", [rule()], f"{HERE}/app", ("own", OWN)),
    ("the longer of two prefixes", [rule(), rule("hub/quay", "quay.io")], f"{HERE}/hub/quay/acme/app", ("registry", "quay.io/acme")),
    ("two that contradict each other", [rule(), rule("hub", "quay.io")], f"{HERE}/hub/acme/app", ("unknown", None)),
    ("each for another part of the same", [rule("part", "quay.io", "acme"), rule("part", "quay.io", "other")], f"{HERE}/part/app", ("unknown", None)),
    ("the same one twice", [rule(), rule()], f"{HERE}/hub/acme/app", ("registry", "docker.io/acme")),
    ("with its scheme", [rule("hub", "https://quay.io/")], f"{HERE}/hub/acme/app", ("registry", "quay.io/acme")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "rules", "image", "expected"), RULES, ids=[r[0] for r in RULES])
def test_whose_an_image_is(tmp_path: Path, why: str, rules: Any, image: str, expected: Any) -> None:
    """As by the rules of a live registry."""
    mine = template(tmp_path, resources(*(cfn for cfn, _ in rules)))
    other = source(tmp_path, blocks(*(tf for _, tf in rules)))
    for found in (mine, other):
        assert (publisher(found, image), found.gaps) == (expected, [])


def test_another_region(tmp_path: Path) -> None:
    """Where a provider acts the code does not tell: the rule is of where images are taken from."""
    _, told = rule()
    image = f"{THERE.replace('dkr', 'DKR')}/hub/acme/app"
    found = source(tmp_path, blocks(told, ("aws_lambda_function", f'image_uri = "{image}"')))
    assert publisher(found, image) == ("registry", "docker.io/acme")
    assert {one.arn for one in found.resources if "ecr" in one.arn} == {
        f"arn:aws:ecr:{region}:{OWN}:registry" for region in ("us-east-1", "eu-west-1")
    }


def test_a_plan(tmp_path: Path) -> None:
    """As planned, and of the account of its provider."""
    values = {"ecr_repository_prefix": "hub", "upstream_registry_url": "quay.io"}
    found = granted.plan(tmp_path, plan(planned("aws_ecr_pull_through_cache_rule", values)))
    assert publisher(found, f"{HERE}/hub/acme/app") == ("registry", "quay.io/acme")


HEAD = "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\n"
UNKNOWN = [
    ("whose upstream nobody knows", rule(upstream="!Ref P"), ("unknown", None), 0),
    ("the part of it", rule(within="!Ref P"), ("unknown", None), 0),
    ("either of two", rule(upstream="!If [C, quay.io, ghcr.io]"), ("unknown", None), 0),
    ("which nobody knows what it is for", rule("!Ref P"), ("own", OWN), 1),
    ("for a part that nobody knows", rule("!Sub 'hub/${P}'"), ("own", OWN), 1),
    ("without a prefix", rule(""), ("own", OWN), 1),
]  # fmt: skip


@pytest.mark.parametrize(("why", "told", "expected", "gaps"), UNKNOWN, ids=[r[0] for r in UNKNOWN])
def test_what_is_not_known(tmp_path: Path, why: str, told: Any, expected: Any, gaps: int) -> None:
    """Nobody is guessed: an unknown publisher, or a gap where it may be of any image of ours."""
    found = template(tmp_path, HEAD + resources(told[0]))
    assert (publisher(found, f"{HERE}/hub/acme/app"), len(found.gaps)) == (expected, gaps)


MAY_FETCH = [
    ("no rule", None, "${P}/app", True),
    ("a rule for others", "hub", "app-${P}", True),
    ("a rule for it, perhaps", "hub", "${P}/app", False),
    ("a rule for what begins so", "hub/quay", "hub/${P}", False),
    ("a rule for it", "hub", "hub/acme/${P}", False),
    ("a rule for it, and one for others", "hub|other", "hub/acme/${P}", False),
    ("a rule for everything", "ROOT", "app/${P}", False),
    ("a rule of which nobody knows what it is for", "!Ref P", "app/${P}", False),
    ("its tag alone", "ROOT", "app:${P}", True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "prefix", "name", "told"), MAY_FETCH, ids=[r[0] for r in MAY_FETCH]
)
def test_an_own_repository_of_an_unknown_name(
    tmp_path: Path, why: str, prefix: str | None, name: str, told: bool
) -> None:
    """Ours as any other is; nobody's where a rule of the same code may fetch it."""
    image = f"!Sub '{HERE}/{name}'"
    both = ("AWS::Lambda::Function", f"Code: {{ImageUri: {image}}}"), ("AWS::CodeBuild::Project", f"Environment: {{Image: {image}}}")  # fmt: skip
    rules = [rule(one)[0] for one in prefix.split("|")] if prefix else []
    uses = template(tmp_path, HEAD + resources(*both, *rules)).code_uses
    assert [(one.reference is not None, bool(one.unresolved)) for one in uses] == [(told, True)] * 2


def test_beside_a_policy(tmp_path: Path) -> None:
    """Catches a registry whose policy is judged twice, or whose rules hide it."""
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "ecr:ReplicateImage", "Resource": "*"}]})  # fmt: skip
    found = template(tmp_path, resources(rule()[0], ("AWS::ECR::RegistryPolicy", f"PolicyText: {policy}")))  # fmt: skip
    assert granted.let_in(found) == {("registry", STRANGER, "write")}
    assert publisher(found, f"{HERE}/hub/acme/app") == ("registry", "docker.io/acme")


@pytest.mark.parametrize("option", ["--cloudformation", "--terraform"])
def test_it_is_judged(tmp_path: Path, option: str) -> None:
    """The whole way: an image of our cache is found as Docker Hub's, which nobody vetted."""
    cfn, tf = rule()
    image = f"{HERE}/hub/acme/app:1"
    name, text = ("t.yaml", resources(cfn, ("AWS::ECS::TaskDefinition", f"ContainerDefinitions: [{{Image: '{image}'}}]"))) if option == "--cloudformation" else (
        "main.tf", blocks(tf, ("aws_lambda_function", f'image_uri = "{image}"')))  # fmt: skip
    (tmp_path / name).write_text(text)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", option, name, *PLACE, "--today", "2026-11-20", "-f", "json", cwd=tmp_path)  # fmt: skip
    report = json.loads(ran.out)
    told = {one["policy"]: one["principal"] for one in report["findings"]}
    assert (told["unvetted-container-publisher"], report["gaps"]) == ("docker.io/acme", [])


def test_a_rule_by_a_default(tmp_path: Path) -> None:
    """It is followed, as whose the image is would be nobody's otherwise; and it is said."""
    text = 'variable "p" {\ndefault = "hub"\n}\nresource "aws_ecr_pull_through_cache_rule" "c" {\necr_repository_prefix = var.p\nupstream_registry_url = "registry-1.docker.io"\n}\n'  # fmt: skip
    found = source(tmp_path, text)
    assert publisher(found, f"{HERE}/hub/library/x") == ("registry", "docker.io/library")
    assert (found.gaps, ["var.p" in one for one in found.defaults]) == ([], [True])
