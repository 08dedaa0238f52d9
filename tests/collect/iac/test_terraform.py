"""Plans through the real command: whom they would let in, what they would run, where it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.terraform import syntax
from tests.collect.iac.plans import (
    DOCUMENT,
    STRANGERS,
    block,
    document,
    plan,
    planned,
    policy,
    refers,
    role,
)
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import ALLOWLIST, STRANGER, VENDOR

ACCOUNT = "222222222222"
COLLECT = ("collect", "terraform", "--account", ACCOUNT)


def collect(folder: Path, content: Any, *options: object) -> Ran:
    text = content if isinstance(content, str) else json.dumps(content, indent=1)
    (folder / "plan.json").write_text(text)
    return vendorgate(*COLLECT, "plan.json", *options, cwd=folder)


def records(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "snapshot" / kind).read_text().splitlines()]


def findings(folder: Path) -> set[tuple[str, str | None]]:
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", "--today", "2026-11-20", "-f", "json", cwd=folder)
    found = json.loads(ran.out)["findings"]
    return {(f["policy"], f["principal"]) for f in found if f["policy"] != "unobserved-vendor"}


UNVETTED = {("unvetted-account-trust", STRANGER)}
UNREADABLE = {("unreadable-trust-policy", None)}
EXTERNAL_ID = [{"test": "StringEquals", "variable": "sts:ExternalId", "values": None}]
ORG = [{"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": None}]
VALUES_UNKNOWN = {"statement": [{"condition": [{"values": True}]}]}
IDS_UNKNOWN = {"statement": [{"principals": [{"identifiers": True}]}]}
ONE_MORE = {"statement": [{"principals": [{"identifiers": [False, True]}]}]}
"""Of a set the known values are planned alone."""
TRUST = [
    ("a policy as text", plan(role(STRANGERS)), UNVETTED),
    ("a vetted vendor without its external id", plan(role(policy({"AWS": VENDOR}))), {("missing-external-id", VENDOR)}),
    ("in a module, by count", plan(role(STRANGERS, module="module.a[0].module.b", index=0)), UNVETTED),
    ("one that stays as it is", plan(role(STRANGERS, actions=["no-op"])), UNVETTED),
    ("one that goes", plan(deleted=[role(STRANGERS, actions=["delete"])]), set()),
    ("unknown until apply", plan(role()), UNREADABLE),
    ("not in the plan at all", plan(planned("aws_iam_role", {})), UNREADABLE),
    ("a key twice", plan(role('{"Statement": [], "Statement": []}')), UNREADABLE),
    ("no JSON", plan(role("hello")), UNREADABLE),
    ("of the other provider", plan(planned("awscc_iam_role", {"assume_role_policy_document": STRANGERS})), UNVETTED),
    ("a data source read while applying", plan(role(), document(block([STRANGER])), configuration=refers(*DOCUMENT)), UNVETTED),
    ("whose account is not known", plan(role(), document(block(None), unknown=IDS_UNKNOWN), configuration=refers(*DOCUMENT)),
     {("unresolved-trust", "${data.aws_iam_policy_document.trust}")}),
    ("one more of whose accounts is not known", plan(role(), document(block([VENDOR]), unknown=ONE_MORE), configuration=refers(*DOCUMENT)),
     {("unresolved-trust", "${data.aws_iam_policy_document.trust}"), ("missing-external-id", VENDOR)}),
    ("whose external id is not known", plan(role(), document(block([VENDOR], EXTERNAL_ID), unknown=VALUES_UNKNOWN), configuration=refers(*DOCUMENT)), set()),
    ("whose organization is not known", plan(role(), document(block(["*"], ORG, "*"), unknown=VALUES_UNKNOWN), configuration=refers(*DOCUMENT)),
     {("unresolved-trust", "${data.aws_iam_policy_document.trust}")}),
    ("whose statements are not known", plan(role(), document(unknown={"statement": True}), configuration=refers(*DOCUMENT)), UNREADABLE),
    ("that merges others", plan(role(), document(block([VENDOR]), values={"source_policy_documents": [STRANGERS]}), configuration=refers(*DOCUMENT)), UNVETTED | {("missing-external-id", VENDOR)}),
    ("that merges what is not known", plan(role(), document(block([VENDOR]), unknown={"source_policy_documents": [True]}), configuration=refers(*DOCUMENT)),
     {("unresolved-trust", "${data.aws_iam_policy_document.trust}"), ("missing-external-id", VENDOR)}),
    ("one of two", plan(role(), document(block([VENDOR])), configuration=refers(*DOCUMENT, "var.x")), {("unresolved-trust", "${data.aws_iam_policy_document.trust.json, var.x}")}),
    ("one that nobody has", plan(role(), configuration=refers(*DOCUMENT)), {("unresolved-trust", "${data.aws_iam_policy_document.trust.json}")}),
    ("by for_each", plan(role(index="b"), document(block([VENDOR]), index="a"), document(block([STRANGER]), index="b"), configuration=refers(*DOCUMENT)), UNVETTED),
    ("a policy variable in the provider's spelling", plan(role(), document(block(["*"], [{"test": "StringEquals", "variable": "aws:PrincipalAccount", "values": ["&{aws:ResourceAccount}"]}], "*")), configuration=refers(*DOCUMENT)), set()),
    ("CloudFormation within", plan(planned("aws_cloudformation_stack", {"template_body": "Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Ref V}}]}}}}\nParameters: {V: {Type: String}}", "parameters": {"V": STRANGER}})), UNVETTED),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), TRUST, ids=[row[0] for row in TRUST])
def test_trust(tmp_path: Path, why: str, content: Any, expected: Any) -> None:
    """What a plan leaves open is never passed over, and what it tells is told exactly."""
    ran = collect(tmp_path, content)
    assert ran.code == 0, ran.err
    assert findings(tmp_path) == expected


def ami(owner: str | None, *, image_id: str = "ami-1", name: str = "r", **values: Any) -> Any:
    known = {"id": image_id, "owner_id": owner, "image_owner_alias": None, "name": "ubuntu",
             "public": True, "product_codes": [], "most_recent": True} | values  # fmt: skip
    return planned("aws_ami", known, name=name, mode="data")


NAMED = [{"name": "name", "values": ["ubuntu-*"]}]
UNPINNED = ("unpinned-image-lookup", STRANGER)
MACHINE = planned("aws_instance", {"ami": "ami-1"})
SSM = planned(
    "aws_ssm_parameter",
    {"name": "/aws/service/ami-amazon-linux-latest/x", "value": "ami-1"},
    mode="data",
)
IMAGES = [
    ("an id that nothing knows", plan(MACHINE), {("unknown-image-owner", None)}),
    ("a stranger's, by its owner", plan(MACHINE, read=[ami(STRANGER, owners=[STRANGER])]), {("unvetted-image-owner", STRANGER)}),
    ("a vetted vendor's", plan(MACHINE, read=[ami(VENDOR, owners=[VENDOR])]), set()),
    ("looked up by name alone", plan(MACHINE, read=[ami(STRANGER, owners=None, filter=NAMED)]), {UNPINNED, ("unvetted-image-owner", STRANGER)}),
    ("and it found a vetted one today", plan(MACHINE, read=[ami(VENDOR, owners=[], filter=NAMED)]), {("unpinned-image-lookup", VENDOR)}),
    ("looked up with a filter on the owner", plan(MACHINE, read=[ami(VENDOR, owners=None, filter=[{"name": "owner-id", "values": [VENDOR]}])]), set()),
    ("looked up while applying", plan(planned("aws_ami", {"filter": NAMED, "owners": None}, mode="data", actions=["read"], unknown={"id": True})), {("unpinned-image-lookup", None), ("unknown-image-owner", None)}),
    ("Amazon's own parameter", plan(MACHINE, read=[SSM]), set()),
    ("a launch template without an image", plan(planned("aws_launch_template", {"image_id": ""})), set()),
    ("one with", plan(planned("aws_launch_template", {"image_id": "ami-2"})), {("unknown-image-owner", None)}),
    ("a launch configuration", plan(planned("aws_launch_configuration", {"image_id": "ami-2"})), {("unknown-image-owner", None)}),
    ("a spot request", plan(planned("aws_spot_instance_request", {"ami": "ami-2"})), {("unknown-image-owner", None)}),
    ("unknown until apply", plan(planned("aws_instance", {}, unknown={"ami": True})), {("unknown-image-owner", None)}),
    ("a machine by its launch template", plan(planned("aws_instance", {"launch_template": [{"id": "lt-1"}]})), set()),
    ("a machine of which nothing tells the image", plan(planned("aws_instance", {})), {("unknown-image-owner", None)}),
    ("an own copy", plan(MACHINE, planned("aws_ami_copy", {"id": "ami-1", "owner_id": ACCOUNT}, actions=["no-op"])), set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), IMAGES, ids=[row[0] for row in IMAGES])
def test_images(tmp_path: Path, why: str, content: Any, expected: Any) -> None:
    """Who published what runs, and look-ups that anybody can answer."""
    assert collect(tmp_path, content).code == 0
    assert findings(tmp_path) == expected


def test_an_unknown_image_names_what_tells_it(tmp_path: Path) -> None:
    """A reader must know which expression to look at."""
    one = planned("aws_instance", {}, unknown={"ami": True})
    configuration = refers("module.images.id", attribute="ami", type_="aws_instance")
    collect(tmp_path, plan(one, configuration=configuration))
    assert records(tmp_path, "image_uses.jsonl")[0]["via"] == "module.images.id"


def test_changes_only(tmp_path: Path) -> None:
    """A pull request of a repository with old trust can be judged by what it changes."""
    old = role(STRANGERS, actions=["no-op"])
    new = planned("aws_iam_role", {"name": "New", "assume_role_policy": STRANGERS}, name="n")
    collect(tmp_path, plan(old, new), "--changes-only")
    assert [r["name"] for r in records(tmp_path, "roles.jsonl")] == ["New"]


@pytest.mark.parametrize("importing", [{"id": "I"}, {}])
def test_an_import_is_a_change(tmp_path: Path, importing: dict[str, str]) -> None:
    """It brings trust into our hands, even where nothing of it changes, by whatever it is named;
    what is left out is counted."""
    old = role(STRANGERS, actions=["no-op"])
    known = planned("aws_iam_role", {"name": "I", "assume_role_policy": STRANGERS}, name="i", actions=["no-op"])  # fmt: skip
    content = plan(old, known)
    for one in content["resource_changes"]:
        if one["address"] == "aws_iam_role.i":
            one["change"]["importing"] = importing
    collect(tmp_path, content, "--changes-only")
    assert [r["name"] for r in records(tmp_path, "roles.jsonl")] == ["I"]
    notes = json.loads((tmp_path / "snapshot" / "manifest.json").read_text())["notes"]
    assert any("does not change, left out on request: 1." in note for note in notes)


def test_names(tmp_path: Path) -> None:
    """The address where the name is known only after apply."""
    nameless = planned(
        "aws_iam_role",
        {"assume_role_policy": STRANGERS},
        unknown={"name": True},
        module='module.m["x"]',
    )
    collect(tmp_path, plan(nameless))
    found = records(tmp_path, "roles.jsonl")[0]
    assert found["name"] == 'module.m["x"].aws_iam_role.r'
    assert found["arn"] == f"arn:aws:iam::{ACCOUNT}:role/{found['name']}"


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    """With the role and the place."""
    assert "plan.json:" in (ran := collect(tmp_path, plan(role()))).err
    assert "Vendor: the trust policy is not known" in ran.err


MAIN = """\
# resource "aws_iam_role" "r" {
/* resource "aws_iam_role" "r" { */
locals {
  text = "} ${upper("}{")} \\" {"
  policy = <<-EOT
    resource "aws_iam_role" "r" {
  EOT
}
resource "aws_iam_role" "r" {
  name = "x"
}
module "m" {
  source = "./modules/m"
}
module "far" { source = "registry/x/aws" }
data "aws_ami" "r" {}
"""
PLACES = [
    ("beside the plan", role(STRANGERS), "main.tf", 9),
    ("in a module of the repository", role(STRANGERS, module="module.m[0]"), "modules/m/roles.tf", 2),
    ("in a module from elsewhere: its call", role(STRANGERS, module="module.far"), "main.tf", 15),
    ("nowhere: the plan", role(STRANGERS, name="other"), "plan.json", 8),
]  # fmt: skip


@pytest.mark.parametrize(("why", "one", "file", "line"), PLACES, ids=[row[0] for row in PLACES])
def test_places(tmp_path: Path, why: str, one: Any, file: str, line: int) -> None:
    """The block that a person would change, past comments, heredocs and strings."""
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / "modules" / "m").mkdir(parents=True)
    (tmp_path / "modules" / "m" / "roles.tf").write_text('\nresource "aws_iam_role" "r" {}\n')
    inner = {"module_calls": {}}
    calls = {
        "m": {"source": "./modules/m", "module": inner},
        "far": {"source": "registry/x/aws", "module": inner},
    }
    collect(tmp_path, plan(one, configuration={"module_calls": calls}))
    assert records(tmp_path, "roles.jsonl")[0]["location"] == {"file": file, "line": line}
    findings(tmp_path)
    ran = vendorgate("check", "--today", "2026-11-20", "-f", "sarif", cwd=tmp_path)
    place = json.loads(ran.out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (file, line)


def test_sources_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a block of some files where others are not understood, and an error of ours: without
    the parser, in a folder that may be entered alone, the plan tells its own lines."""
    there = {"file": "plan.json", "line": 8}
    listed = Path.iterdir

    def refusing(path: Path) -> Any:
        if path == tmp_path:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    with monkeypatch.context() as shut:
        shut.setattr(Path, "iterdir", refusing)
        collect(tmp_path, plan(role(STRANGERS)))
    assert records(tmp_path, "roles.jsonl")[0]["location"] == there
    block = {"resource": {"aws_iam_role": {"r": {"name": "x"}}}}
    (tmp_path / "main.tf.json").write_text(json.dumps(block))
    for parses, found in ((True, {"file": "main.tf.json", "line": 1}), (False, there)):
        monkeypatch.setattr(syntax, "can_parse", lambda parses=parses: parses)
        collect(tmp_path, plan(role(STRANGERS)))
        assert records(tmp_path, "roles.jsonl")[0]["location"] == found


def test_the_sources_elsewhere(tmp_path: Path) -> None:
    """Plans are often made into a folder of their own."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "a.tf").write_text('resource "aws_iam_role" "r" {}')
    collect(tmp_path, plan(role(STRANGERS)), "--source-dir", "infra")
    assert records(tmp_path, "roles.jsonl")[0]["location"] == {"file": "infra/a.tf", "line": 1}


GAPS = [
    ("a plan with errors", plan(role(STRANGERS), errored=True), "not complete"),
    ("one that defers", plan(role(STRANGERS), complete=False), "not complete"),
    ("a resource that is deferred", plan(deferred_changes=[{"resource_change": {"address": "aws_iam_role.later"}}]), "aws_iam_role.later"),
    ("a stack whose template is elsewhere", plan(planned("aws_cloudformation_stack", {"template_url": "https://x"})), "aws_cloudformation_stack.r"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "said"), GAPS, ids=[row[0] for row in GAPS])
def test_gaps(tmp_path: Path, why: str, content: Any, said: str) -> None:
    """What the plan doesn't hold was not looked at."""
    ran = collect(tmp_path, content)
    assert (ran.code, said in ran.err) == (3, True), ran.err


HOSTILE = [
    ("nothing", "", "plan.json:1: not JSON"),
    ("cut short", '{\n"format_version": "1.2",', "plan.json:2: not JSON"),
    (
        "a state of long ago",
        '{"version": 3, "terraform_version": "0.11.0"}',
        "a state of version 3",
    ),
    (
        "an encrypted state",
        '{"encrypted_data": "x", "encryption_version": "v0"}',
        "an encrypted state",
    ),
    (
        "the wrapper of setup-terraform",
        "[command]/x/terraform-bin show -json p\n{}",
        "terraform_wrapper: false",
    ),
    ("the stream of plan -json", '{"@level": "info"}\n{"@level": "info"}', "terraform show -json"),
    ("a binary plan", "PK\x03\x04", "a binary plan"),
    ("a format to come", plan() | {"format_version": "2.0"}, "format_version '2.0' is not known"),
    ("nested too deep", "[" * 100_000, "nested too deep"),
    ("a list", "[]", "not a Terraform plan"),
]


@pytest.mark.parametrize(("why", "content", "said"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_hostile_plans(tmp_path: Path, why: str, content: Any, said: str) -> None:
    """One line with the file, exit code 2, nothing written."""
    ran = collect(tmp_path, content)
    assert (ran.code, ran.err.count("\n"), said in ran.err) == (2, 1, True), ran.err
    assert not (tmp_path / "snapshot").exists()


MANGLED = [None, 1, "x", [], [1], {"root_module": 1}, {"root_module": {"resources": [1, {}]}},
           {"root_module": {"child_modules": [1, {"resources": 1}]}}]  # fmt: skip
KEYS = ("planned_values", "resource_changes", "prior_state", "configuration", "deferred_changes")


@pytest.mark.parametrize("key", KEYS)
def test_parts_of_another_shape(tmp_path: Path, key: str) -> None:
    """A plan that another tool wrote wrongly may miss things, but never ends in a traceback."""
    for value in MANGLED:
        assert collect(tmp_path, plan(role(), MACHINE, ami(None)) | {key: value}).code in (0, 2, 3)


DEPOSED = [
    ("to be destroyed", ["delete"]),
    ("left as it is", ["no-op"]),
    ("forgotten", ["forget"]),
]


@pytest.mark.parametrize("first", [False, True], ids=["behind", "before"])
@pytest.mark.parametrize(("why", "actions"), DEPOSED, ids=[r[0] for r in DEPOSED])
def test_a_deposed_object_does_not_stand_for_the_new_one(
    tmp_path: Path, why: str, actions: list[str], first: bool
) -> None:
    """Catches the change of what is replaced, taken for that of what replaces it: with its values
    all known, an unknown trust of the new role would read as one that is empty."""
    made = plan(role(), configuration=refers("var.trust"))
    old = {"assume_role_policy": policy({"AWS": ACCOUNT})}
    after = old if actions == ["no-op"] else None  # as Terraform writes it
    change = {"actions": actions, "after": after, "after_unknown": {}, "before": old}
    gone = made["resource_changes"][0] | {"deposed": "0123abcd", "change": change}
    made["resource_changes"].insert(0 if first else 1, gone)
    collect(tmp_path, made)
    assert findings(tmp_path) == {("unresolved-trust", "${var.trust}")}


@pytest.mark.parametrize("region", ["eu-west-1", None])
def test_regions(tmp_path: Path, region: str | None) -> None:
    """Catches a use of an image that stands in no region, or in one that nobody named."""
    options = ("--region", region) if region else ()
    instance = planned("aws_instance", {"ami": "ami-1"})
    collect(tmp_path, plan(instance), *options)
    (use,) = records(tmp_path, "image_uses.jsonl")
    assert use["region"] == (region or "")
    manifest = json.loads((tmp_path / "snapshot/manifest.json").read_text())
    assert manifest["regions"] == ([region] if region else [])


def test_what_is_no_plan_is_told_and_what_is_broken_is_a_gap(tmp_path: Path) -> None:
    """In a folder: JSON of something else is counted, and a plan that is cut names its line."""
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "good.json").write_text(json.dumps(plan(role(STRANGERS))))
    (folder / "other.json").write_text('{"name": "package"}')
    (folder / "cut.json").write_text('{"format_version": "1.2",\n"planned_values": {},\n!')
    ran = vendorgate(*COLLECT, "plans", cwd=tmp_path)
    assert ran.code in (0, 3), ran.err
    manifest = json.loads((tmp_path / "snapshot/manifest.json").read_text())
    assert "Files that are no plans, passed over: 1." in manifest["notes"]
    (gap,) = manifest["gaps"]
    assert (gap["code"], gap["location"]) == ("unreadable", {"file": "plans/cut.json", "line": 3})
