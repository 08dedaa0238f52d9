"""`--permissions` and `--plan`: what they say is what a collection does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from checker.cli.collect import command
from checker.demo.images import describe_instance_image_metadata
from checker.demo.server import ApiCall
from tests.support.cli import vendorgate
from tests.support.collected import OTHER, REGIONS, launch, make_role, organization, run
from tests.support.front import OWN, Calls, aws, client


def printed(*arguments: str) -> str:
    more = [] if "--kinds" in arguments else ["--no-resources", "--no-code"]
    done = CliRunner().invoke(command, ["aws", *more, *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def actions(policy: dict[str, Any]) -> set[str]:
    return {action for statement in policy["Statement"] for action in statement["Action"]}


class ByAccount:
    """What was asked in each account."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {}

    def __call__(self, call: ApiCall) -> None:
        if call.action:  # EKS and Batch name theirs in the path
            self.seen.setdefault(call.account, set()).add(f"{call.service}:{call.action}")


def test_the_policies_allow_what_a_collection_calls(tmp_path: Path) -> None:
    """Nothing that a real run asks is missing; sts:GetCallerIdentity needs no permission."""
    seen = ByAccount()
    documents = json.loads(printed("--permissions"))
    with aws(seen, describe_instance_image_metadata):
        ids = organization()
        launch("web", "ami-11111111", ids["prod"])
        client("iam", ids["prod"]).create_saml_provider(Name="idp", SAMLMetadataDocument="x" * 1000)
        seen.seen.clear()
        run(tmp_path, "--organization", "--exclude-account", OWN, *REGIONS)
    free = {"sts:GetCallerIdentity"}
    assert seen.seen[OWN] - free <= actions(documents["central"])
    assert seen.seen[ids["prod"]] <= actions(documents["member"])
    assert len(seen.seen[ids["prod"]]) >= 7


def test_every_declared_call_is_in_one_policy() -> None:
    """And each only reads."""
    from checker.collect.aws.permissions import declared

    documents = json.loads(printed("--permissions"))
    allowed = set().union(*(actions(documents[k]) for k in ("central", "member", "aggregator")))
    assert {call.name for call in declared()} <= allowed
    for action in allowed - {"sts:AssumeRole"}:
        verb = action.partition(":")[2]
        assert verb.startswith(("Describe", "List", "Get", "BatchGet", "Select")), action


def test_the_role_to_assume_is_the_only_one() -> None:
    """Of the name that was given."""
    statements = json.loads(printed("--permissions", "central", "--accounts", OTHER,
                                    "--role-name", "audit"))["Statement"]  # fmt: skip
    (enter,) = [one for one in statements if "sts:AssumeRole" in one["Action"]]
    assert enter["Resource"] == "arn:*:iam::*:role/audit"


def test_the_stack_set_template(tmp_path: Path) -> None:
    """cfn-lint (which comes with the emulator) finds nothing wrong with it."""
    api = pytest.importorskip("cfnlint.api")
    text = printed("--permissions", "stackset")
    wrong = [match for match in api.lint_all(text) if match.rule.severity != "informational"]
    assert not wrong
    role = json.loads(text)["Resources"]["CollectorRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert actions(role["Policies"][0]["PolicyDocument"]) == actions(
        json.loads(printed("--permissions", "member"))
    )


def planned(text: str) -> set[str]:
    return {line.split()[0] for line in text.splitlines() if line.startswith("  ")}


def test_a_plan_without_a_call() -> None:
    """Accounts and regions that are named need no question."""
    text = printed("--plan", "--accounts", f"{OWN},{OTHER}", *REGIONS)
    assert "each of 2 accounts" in text and "each of 2 regions" in text
    assert "at least 2 x (" in text


def test_a_plan_of_an_organization(tmp_path: Path) -> None:
    """Lists its accounts and nothing else; what is collected then was planned."""
    calls = Calls()
    with aws(calls, describe_instance_image_metadata):
        organization()
        make_role("mine")
        calls.seen.clear()
        text = printed("--plan", "--organization", *REGIONS)
        listing = {n for n in calls.seen if n.startswith(("organizations:", "sts:GetCaller"))}
        assert set(calls.seen) == listing
        calls.seen.clear()
        run(tmp_path, "--organization", *REGIONS)
    named = {name for name in calls.seen if not name.endswith(":")}  # EKS and Batch: in the path
    assert named - {"sts:GetCallerIdentity"} <= planned(text)
    assert "each of 3 accounts" in text


def test_a_run_makes_as_many_calls_as_planned(tmp_path: Path) -> None:
    """Where there is nothing to ask further about: no more and no fewer."""
    calls = Calls()
    with aws(calls):
        text = printed("--plan", "--accounts", f"{OTHER},333333333333", *REGIONS)
        calls.seen.clear()
        run(tmp_path, "--accounts", f"{OTHER},333333333333", *REGIONS)
    central = {"sts:GetCallerIdentity", "organizations:DescribeOrganization"}
    made = sum(count for name, count in calls.seen.items() if name not in central)
    assert f"= {made}" in text


PUBLIC = "arn:*:ssm:*::parameter/aws/service/*"
SCOPES = [
    ("nothing is asked for", (), [PUBLIC]),
    ("one of our own", ("--image-parameter", "/golden/web"), [PUBLIC, "arn:*:ssm:*:*:parameter/golden/web"]),
    ("several, without a slash", ("--image-parameter", "golden-*", "--image-parameter", "/b"),
     [PUBLIC, "arn:*:ssm:*:*:parameter/golden-*", "arn:*:ssm:*:*:parameter/b"]),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "options", "expected"), SCOPES, ids=[row[0] for row in SCOPES])
@pytest.mark.parametrize("kind", ["central", "member"])
def test_no_secret_can_be_read(
    kind: str, reason: str, options: tuple[str, ...], expected: list[str]
) -> None:
    """ssm:GetParameters reads whatever people keep in plain parameters: only the names that launch
    templates use are permitted."""
    statements = json.loads(printed("--permissions", kind, *options))["Statement"]
    (reading,) = [one for one in statements if "ssm:GetParameters" in one["Action"]]
    assert (reading["Action"], reading["Resource"]) == (["ssm:GetParameters"], expected), reason


@pytest.mark.parametrize("name", ["", " "])
def test_a_parameter_without_a_name_is_refused(name: str) -> None:
    """Catches a resource that fits nothing, printed as if something had been permitted."""
    ran = vendorgate("collect", "aws", "--permissions", "--image-parameter", name)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_the_same_scope_in_the_template() -> None:
    template = json.loads(printed("--permissions", "stackset", "--image-parameter", "/golden"))
    (policy,) = template["Resources"]["CollectorRole"]["Properties"]["Policies"]
    assert "arn:*:ssm:*:*:parameter/golden" in json.dumps(policy)


def deployed(account: str, external_id: str) -> dict[str, Any]:
    """The template as a stack of the management account, and as a StackSet below it."""
    body, given = (
        printed("--permissions", "stackset"),
        {"CentralAccount": account, "ExternalId": external_id},
    )
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    return {
        "TemplateBody": body,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Parameters": parameters,
    }


def test_the_printed_stack_set_deploys_and_lets_the_collector_in(tmp_path: Path) -> None:
    """As the README says it, with what our own workflow passes: the central account and an external
    id. A delegated administrator collects here, so the management account has a stack of its own."""
    asked: list[dict[str, Any]] = []
    with aws(lambda call: asked.append(call.parameters) if call.action == "AssumeRole" else None):
        ids = organization()
        root = client("organizations").list_roots()["Roots"][0]["Id"]
        (unit,) = client("organizations").list_organizational_units_for_parent(ParentId=root)[
            "OrganizationalUnits"
        ]
        central, cloudformation, with_all = (
            ids["test"],
            client("cloudformation"),
            deployed(ids["test"], "nightly-7"),
        )
        cloudformation.create_stack(StackName="vendorgate", **with_all)
        cloudformation.create_stack_set(StackSetName="vendorgate", PermissionModel="SERVICE_MANAGED",
                                        AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False}, **with_all)  # fmt: skip
        cloudformation.create_stack_instances(
            StackSetName="vendorgate",
            Regions=["us-east-1"],
            DeploymentTargets={"OrganizationalUnitIds": [unit["Id"]]},
        )
        roles = [
            client("iam", ids[name]).get_role(RoleName="vendorgate-collector")["Role"]
            for name in ("us", "prod")
        ]
        asked.clear()
        snapshot = run(tmp_path, "--organization", "--external-id", "nightly-7", *REGIONS)
    for role in roles:
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"AWS": f"arn:aws:iam::{central}:root"}
        assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": "nightly-7"}}
    # the emulator cannot list roles that a stack made: that gap is its own
    assert "sts:AssumeRole" not in {gap[2] for gap in snapshot.gaps}
    entered = {call["RoleArn"]: call.get("ExternalId") for call in asked}
    assert entered[roles[1]["Arn"]] == "nightly-7" and set(entered.values()) == {"nightly-7"}
