"""`collect aws`, end to end: unchanged boto3 against moto's server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from moto.ec2.models import ec2_backends

from checker.cli.collect import command
from checker.demo import images
from checker.errors import InputError
from tests.support import front
from tests.support.cli import vendorgate
from tests.support.collected import (
    OTHER,
    REGIONS,
    TRUST,
    Snapshot,
    launch,
    make_role,
    names,
    organization,
    run,
)
from tests.support.front import OWN, Calls, answer, aws, client, deny, deny_role, throttle


@pytest.mark.usefixtures("few")
def test_one_account(tmp_path: Path) -> None:
    """Without options: the caller's own account, whole, in every enabled region."""
    with aws(images.describe_instance_image_metadata):
        make_role("vendor")
        launch("web", "ami-11111111", region="sa-east-1")
        snapshot = run(tmp_path)
    assert snapshot.code == 0
    assert snapshot.manifest["accounts"] == [
        {
            "id": OWN,
            "name": None,
            "path": None,
            "units": None,
            "state": None,
            "collected": True,
        }
    ]
    assert snapshot.manifest["organization"] is None
    assert "sa-east-1" in snapshot.manifest["regions"]
    assert "eu-south-2" not in snapshot.manifest["regions"]  # not opted in
    (role,) = snapshot["roles"]
    assert role["trust_policy"] == TRUST
    assert role["path"] == "/team/"
    assert role["tags"] == {"owner": "me"}
    (use,) = snapshot["image_uses"]
    assert use["resource"].startswith(f"arn:aws:ec2:sa-east-1:{OWN}:instance/i-")
    assert (use["name"], use["state"], use["image_id"]) == ("web", "running", "ami-11111111")
    assert sorted(snapshot.manifest["files"]) == sorted(set(snapshot.files) - {"manifest.json"})


@pytest.mark.usefixtures("few")
def test_regions_are_those_asked_for(tmp_path: Path) -> None:
    """No call goes to another region."""
    calls = Calls()
    with aws(calls):
        launch("here", "ami-11111111", region="eu-west-1")
        launch("there", "ami-11111111", region="us-west-2")
        snapshot = run(tmp_path, *REGIONS)
    assert names(snapshot["image_uses"]) == ["here"]
    assert snapshot.manifest["regions"] == ["eu-west-1", "us-east-1"]
    assert calls.seen["ec2:DescribeRegions"] == 0


@pytest.mark.usefixtures("few")
def test_accounts_by_their_ids(tmp_path: Path) -> None:
    """Others by a role with an external id, the caller's own by the caller's credentials."""
    asked = []
    with aws(lambda call: asked.append(call.parameters) if call.service == "sts" else None):
        make_role("mine")
        make_role("theirs", OTHER)
        asked.clear()
        snapshot = run(
            tmp_path,
            "--accounts",
            OTHER,
            "--accounts",
            OWN,
            "--role-name",
            "vendorgate-audit",
            "--external-id",
            "secret-not",
            *REGIONS,
        )
    assert snapshot.code == 0
    assert sorted(names(snapshot["roles"])) == ["mine", "theirs"]
    assert names(snapshot.manifest["accounts"], "id") == [OWN, OTHER]
    (assumed,) = [call for call in asked if call["Action"] == "AssumeRole"]
    assert assumed["RoleArn"] == f"arn:aws:iam::{OTHER}:role/vendorgate-audit"
    assert (assumed["RoleSessionName"], assumed["ExternalId"]) == ("vendorgate", "secret-not")


def collected(snapshot: Snapshot) -> list[str]:
    return [account["id"] for account in snapshot.manifest["accounts"] if account["collected"]]


@pytest.mark.usefixtures("few")
def test_an_organization(tmp_path: Path) -> None:
    """Every member with name, path and state; its role of the organization is seen."""
    with aws():
        ids = organization()
        snapshot = run(tmp_path, "--organization", *REGIONS)
    assert snapshot.code == 0
    assert snapshot.manifest["organization"]["management_account"] == OWN
    accounts = {account["id"]: account for account in snapshot.manifest["accounts"]}
    assert accounts[ids["prod"]]["path"] == "Root/Workloads"
    assert accounts[ids["test"]]["path"] == "Root/Workloads/Test"
    assert accounts[ids["test"]]["name"] == "test"
    assert accounts[OWN] == accounts[OWN] | {"path": "Root", "state": "ACTIVE"}
    assert {role["account"] for role in snapshot["roles"]} == {ids["prod"], ids["test"]}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--ou", "Root/Workloads"), {"prod", "test"}),
        (("--ou", "Root/Workloads/Test"), {"test"}),
        (("--ou", "Root/Workloads", "--exclude-account", "prod"), {"test"}),
        (("--exclude-account", "prod", "--exclude-account", "test"), {"us"}),
        (("--accounts", "prod"), {"prod"}),
    ],
)
def test_a_part_of_an_organization(
    tmp_path: Path, options: tuple[str, ...], expected: set[str]
) -> None:
    """What is left out is listed as ours, but not looked at, and is no gap."""
    with aws():
        ids = organization()
        snapshot = run(
            tmp_path, "--organization", *(ids.get(option, option) for option in options), *REGIONS
        )
    assert collected(snapshot) == sorted(ids[name] for name in expected)
    assert names(snapshot.manifest["accounts"], "id") == sorted(ids.values())
    assert (snapshot.code, snapshot.gaps) == (0, [])


def test_a_unit_that_does_not_exist(tmp_path: Path) -> None:
    """A misspelt unit is bad input, not an empty collection."""
    with aws():
        organization()
        with pytest.raises(InputError, match="Root/Workloads/Test"):
            run(tmp_path, "--organization", "--ou", "Root/Workload")


@pytest.mark.usefixtures("few")
def test_a_suspended_account_is_no_gap(tmp_path: Path) -> None:
    """It is listed with its state, and said in the report; nobody can assume a role of it, so
    nobody tries, unless that is asked for."""
    calls = Calls()
    with aws(calls):
        ids = organization()
        client("organizations").close_account(AccountId=ids["prod"])
        calls.seen.clear()
        snapshot = run(tmp_path, "--organization", *REGIONS)
        assert calls.seen["sts:AssumeRole"] == 1  # into "test"
        asked = run(tmp_path / "all", "--organization", "--include-inactive", *REGIONS)
    accounts = {account["id"]: account for account in snapshot.manifest["accounts"]}
    assert accounts[ids["prod"]]["state"] in ("SUSPENDED", "PENDING_CLOSURE")
    assert accounts[ids["prod"]]["collected"] is False
    assert (snapshot.code, snapshot.gaps) == (0, [])
    assert ids["prod"] in collected(asked)
    said = vendorgate(
        "check", tmp_path / "snapshot", "--allowlist", allowlist(tmp_path), "-f", "json"
    ).out
    assert f"not active, and were not looked at: 1 ({ids['prod']}" in said


def allowlist(folder: Path) -> Path:
    (folder / "allowlist.yaml").write_text("version: 1\n")
    return folder / "allowlist.yaml"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--ou", "Root/Workload"), "did you mean 'Root/Workloads'"),
        (("--ou", "root/Workloads/Test"), "did you mean 'Root/Workloads/Test'"),
        (("--ou", "ou-none-12345678"), "no account under"),
        (("--exclude-account", "111111111112"), "did you mean '111111111111'"),
        (("--exclude-account", "987654321098"), "not among the accounts"),
        (("--regions", "us-east-11"), "did you mean 'us-east-1'"),
        (("--regions", "eu-west-1,ap-southeast-22"), "did you mean 'ap-southeast-2'"),
        (("--regions", "qq-moon-77"), "no region 'qq-moon-77' in the partition aws"),
        (("--regions", ""), "--regions: names nothing"),
        (("--exclude-account", " , "), "--exclude-account: names nothing"),
    ],
)
def test_what_is_misspelt_is_refused(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """With the nearest name: less would be collected than was meant, or more."""
    with aws():
        organization()
        with pytest.raises(InputError) as raised:
            run(tmp_path, "--organization", *(() if "--regions" in options else REGIONS), *options)
    assert said in str(raised.value)
    assert not (tmp_path / "snapshot").exists()


def test_accounts_of_a_variable_that_is_not_set(tmp_path: Path) -> None:
    """The caller's own account alone would be collected, and pass for those that were meant."""
    with aws(), pytest.raises(InputError, match="--accounts: names nothing"):
        run(tmp_path, *REGIONS, "--accounts", "")
    assert not (tmp_path / "snapshot").exists()


def test_a_region_that_boto3_does_not_know_yet(tmp_path: Path) -> None:
    """EC2 knows it: a new region needs no new boto3."""
    regions = (
        "<DescribeRegionsResponse><requestId>r</requestId><regionInfo><item><regionName>xx-new-1</regionName>"
        "<optInStatus>opted-in</optInStatus></item></regionInfo></DescribeRegionsResponse>"
    )
    with aws(answer("DescribeRegions", regions)):
        snapshot = run(tmp_path, "--regions", "xx-new-1")
    assert snapshot.manifest["regions"] == ["xx-new-1"]


@pytest.mark.usefixtures("few")
def test_a_unit_by_its_id(tmp_path: Path) -> None:
    """As scripts have it; a path has a name that somebody may change."""
    with aws():
        ids = organization()
        root = client("organizations").list_roots()["Roots"][0]["Id"]
        units = client("organizations").list_organizational_units_for_parent(ParentId=root)
        snapshot = run(
            tmp_path, "--organization", "--ou", units["OrganizationalUnits"][0]["Id"], *REGIONS
        )
        whole = run(tmp_path / "root", "--organization", "--ou", root, *REGIONS)
    assert collected(snapshot) == sorted([ids["prod"], ids["test"]])
    assert len(collected(whole)) == 3


@pytest.mark.usefixtures("few")
def test_status_and_paths_of_ids(tmp_path: Path) -> None:
    """Older endpoints tell a `Status`, newer ones the path of ids with each account."""
    calls = Calls()
    account = {
        "Id": OTHER,
        "Name": "new",
        "Status": "ACTIVE",
        "Paths": [f"o-a/r-1/ou-1-x/{OTHER}/"],
    }
    kind = "application/x-amz-json-1.1"
    units = {"OrganizationalUnits": [{"Id": "ou-1-x", "Name": "Prod"}]}

    def list_units(call: Any) -> Any:
        if call.action != "ListOrganizationalUnitsForParent":
            return None
        body = units if call.parameters["ParentId"] == "r-1" else {"OrganizationalUnits": []}
        return front.Answer(200, json.dumps(body), kind)

    with aws(
        calls,
        answer("DescribeOrganization", '{"Organization": {"Id": "o-aaaaaaaaaa"}}', kind),
        answer("ListAccounts", json.dumps({"Accounts": [account]}), kind),
        answer("ListRoots", '{"Roots": [{"Id": "r-1", "Name": "Root"}]}', kind),
        list_units,
        account=OTHER,
    ):
        snapshot = run(tmp_path, "--organization", *REGIONS)
    (listed,) = snapshot.manifest["accounts"]
    assert listed == {
        "id": OTHER, "name": "new", "path": "Root/Prod", "units": ["r-1", "ou-1-x"],
        "state": "ACTIVE", "collected": True,
    }  # fmt: skip
    assert calls.seen["organizations:ListAccountsForParent"] == 0


def test_an_account_without_an_organization(tmp_path: Path) -> None:
    """`--organization` in an account that has none is bad input."""
    with aws(), pytest.raises(InputError, match="in no organization"):
        run(tmp_path, "--organization")


@pytest.mark.usefixtures("few")
def test_an_organization_that_cannot_be_listed_is_a_gap(tmp_path: Path) -> None:
    """The caller's own account is looked at all the same."""
    with aws(deny("ListAccounts", "AccessDeniedException", status=400)):
        organization()
        make_role("mine")
        snapshot = run(tmp_path, "--organization", *REGIONS)
    assert names(snapshot["roles"]) == ["mine"]
    assert snapshot.gaps == [(OWN, None, "organizations:ListAccounts", "AccessDeniedException")]
    assert snapshot.code == 3


@pytest.mark.usefixtures("few")
def test_a_role_that_cannot_be_assumed_is_a_gap(tmp_path: Path) -> None:
    """The other accounts are whole."""
    with aws(deny_role(OTHER)):
        make_role("mine")
        snapshot = run(tmp_path, "--accounts", f"{OWN},{OTHER}", *REGIONS)
    assert names(snapshot["roles"]) == ["mine"]
    assert snapshot.gaps == [(OTHER, None, "sts:AssumeRole", "AccessDenied")]
    assert snapshot.code == 3


@pytest.mark.parametrize(
    ("action", "service", "missing"),
    [
        ("DescribeInstances", "ec2", "image_uses"),
        ("DescribeInstanceImageMetadata", "ec2", ""),
        ("DescribeImages", "ec2", ""),
        ("GetAccountAuthorizationDetails", "iam", "roles"),
        ("ListOpenIDConnectProviders", "iam", ""),
        ("ListSAMLProviders", "iam", "providers"),
        ("GetSAMLProvider", "iam", ""),
    ],
)
def test_a_denied_call_is_a_gap_and_the_rest_is_whole(
    tmp_path: Path, action: str, service: str, missing: str
) -> None:
    """One call fails in one account: its corner is named, everything else is there."""
    code = "UnauthorizedOperation" if service == "ec2" else "AccessDenied"
    region = "us-east-1" if service == "ec2" else None
    blocker = deny(action, code, account=OWN, region="us-east-1")
    with aws(blocker, images.describe_instance_image_metadata):
        make_role("mine")
        client("iam").create_saml_provider(Name="idp", SAMLMetadataDocument="x" * 1000)
        launch("here", "ami-11111111")
        launch("there", "ami-22222222", region="eu-west-1")
        snapshot = run(tmp_path, *REGIONS)
    assert snapshot.gaps == [(OWN, region, f"{service}:{action}", code)]
    assert snapshot.code == 3
    kept = {kind: len(snapshot[kind]) for kind in ("roles", "providers", "image_uses", "images")}
    whole = {"roles": 1, "providers": 1, "image_uses": 2, "images": 2}
    if missing == "image_uses":  # of one region
        assert kept == whole | {"image_uses": 1, "images": 1}
    else:
        assert kept == whole | ({missing: 0} if missing else {})


@pytest.mark.usefixtures("few")
def test_regions_that_cannot_be_listed_are_a_gap(tmp_path: Path) -> None:
    """IAM is looked at all the same."""
    with aws(deny("DescribeRegions", "UnauthorizedOperation")):
        make_role("mine")
        snapshot = run(tmp_path)
    assert names(snapshot["roles"]) == ["mine"]
    assert snapshot.gaps == [(OWN, None, "ec2:DescribeRegions", "UnauthorizedOperation")]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    "body",
    ["<html><body>log in to the guest network</body></html>", "no XML at all", "", "<a/>"],
)
@pytest.mark.parametrize("action", ["DescribeInstances", "GetAccountAuthorizationDetails"])
def test_an_answer_that_is_not_aws_s_is_a_gap(tmp_path: Path, action: str, body: str) -> None:
    """An empty page is not an account without roles."""
    with aws(answer(action, body)):
        snapshot = run(tmp_path, "--regions", "us-east-1")
    ((_, _, call, code),) = snapshot.gaps
    assert call and call.endswith(action)
    assert code == "UnexpectedResponse"


@pytest.mark.usefixtures("few")
def test_short_and_empty_pages_are_followed_to_the_end(tmp_path: Path) -> None:
    """IAM may cut pages anywhere."""
    with aws(front.short_role_pages([["a"], [], ["b", "c"], [], ["d"]])):
        snapshot = run(tmp_path, "--regions", "us-east-1")
    assert names(snapshot["roles"]) == ["a", "b", "c", "d"]
    assert snapshot.gaps == []


@pytest.mark.usefixtures("few")
def test_a_truncated_page_without_a_marker_is_a_gap(tmp_path: Path) -> None:
    """The rest of the listing is missing, and nobody else would notice."""
    with aws(front.short_role_pages([["a"], ["b"]], marker=False)):
        snapshot = run(tmp_path, "--regions", "us-east-1")
    assert names(snapshot["roles"]) == ["a"]
    assert snapshot.gaps == [
        (OWN, None, "iam:GetAccountAuthorizationDetails", "UnexpectedResponse")
    ]


@pytest.mark.usefixtures("few")
def test_throttling_is_waited_out(tmp_path: Path) -> None:
    """A busy account is no gap."""
    with aws(throttle("DescribeInstances", 2)):
        launch("web", "ami-11111111")
        snapshot = run(tmp_path, "--regions", "us-east-1", attempts=4)
    assert snapshot.gaps == []
    assert names(snapshot["image_uses"]) == ["web"]


@pytest.mark.usefixtures("few")
def test_throttling_without_end_is_a_gap(tmp_path: Path) -> None:
    """Attempts are bounded."""
    with aws(throttle("DescribeInstances", 99)):
        snapshot = run(tmp_path, "--regions", "us-east-1")
    assert snapshot.gaps == [(OWN, "us-east-1", "ec2:DescribeInstances", "RequestLimitExceeded")]


@pytest.mark.usefixtures("few")
def test_states_of_instances(tmp_path: Path) -> None:
    """Stopped instances can run again; terminated ones cannot."""
    with aws():
        launch("runs", "ami-11111111")
        ec2 = client("ec2")
        ec2.stop_instances(InstanceIds=[launch("rests", "ami-11111111")])
        ec2.terminate_instances(InstanceIds=[launch("gone", "ami-33333333")])
        snapshot = run(tmp_path, *REGIONS)
    states = {use["name"]: use["state"] for use in snapshot["image_uses"]}
    assert states == {"runs": "running", "rests": "stopped"}
    assert names(snapshot["images"], "image_id") == ["ami-11111111"]


def run_published(tmp_path: Path, *interceptors: Any) -> dict[str, dict[str, Any]]:
    with aws(*interceptors):
        images.publish(OWN, "us-east-1")
        for image in (*(image.id for image in images.PUBLISHED), images.FORGOTTEN):
            launch(image, image)
        snapshot = run(tmp_path, "--regions", "us-east-1")
    assert snapshot.gaps == []
    return {image["image_id"]: image for image in snapshot["images"]}


def test_who_made_the_images(tmp_path: Path) -> None:
    """Owner, alias, name, product codes; a deregistered one is known from its instance."""
    found = run_published(tmp_path, images.describe_instance_image_metadata)
    amazon, market = found[images.AMAZON_LINUX.id], found[images.FIREWALL.id]
    assert (amazon["owner"], amazon["alias"], amazon["public"]) == ("137112412989", "amazon", True)
    assert market["product_codes"] == list(images.FIREWALL.product_codes)
    gone = found[images.BACKUP_AGENT.id]
    assert (gone["owner"], gone["state"]) == ("777777777777", "deregistered")
    assert gone["product_codes"] is None
    lost = found[images.FORGOTTEN]
    assert (lost["owner"], lost["state"], lost["name"]) == (None, None, None)


@pytest.mark.parametrize(
    "lacking",
    [
        (),  # moto itself: a page of Werkzeug's with status 500
        (deny("DescribeInstanceImageMetadata", "InvalidAction", status=400),),
        (deny("DescribeInstanceImageMetadata", "Whatever", status=501),),
    ],
)
def test_an_endpoint_without_image_metadata(tmp_path: Path, lacking: tuple[Any, ...]) -> None:
    """DescribeImages answers in its stead; what it does not know has an unknown owner."""
    found = run_published(tmp_path, *lacking)
    assert found[images.AMAZON_LINUX.id]["owner"] == "137112412989"
    assert found[images.BACKUP_AGENT.id]["owner"] is None


@pytest.mark.usefixtures("few")
def test_many_images_are_asked_for_in_batches(tmp_path: Path) -> None:
    """EC2 takes 200 values in a filter."""
    calls = Calls()
    with aws(calls, images.describe_instance_image_metadata):
        client("ec2").run_instances(ImageId="ami-11111111", MinCount=201, MaxCount=201)
        for number, one in enumerate(ec2_backends[OWN]["us-east-1"].all_instances()):
            one.image_id = f"ami-{number:08x}"
        snapshot = run(tmp_path, "--regions", "us-east-1")
    assert len(snapshot["images"]) == 201
    assert calls.seen["ec2:DescribeImages"] == 3  # own images, and twice the others


def test_providers(tmp_path: Path) -> None:
    """Issuers of OIDC with their path, entity ids of SAML from the metadata."""
    entity = "https://idp.example/?a=1&amp;b"
    metadata = (
        f'<EntityDescriptor entityID="{entity}" xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>'
    )
    with aws():
        iam = client("iam")
        for url in ("https://token.actions.githubusercontent.com", "https://oidc.example/id/7"):
            iam.create_open_id_connect_provider(Url=url, ThumbprintList=["0" * 40])
        iam.create_saml_provider(Name="idp", SAMLMetadataDocument=metadata.ljust(1000))
        snapshot = run(tmp_path, "--regions", "us-east-1")
    assert {(provider["kind"], provider["issuer"]) for provider in snapshot["providers"]} == {
        ("oidc", "token.actions.githubusercontent.com"),
        ("oidc", "oidc.example/id/7"),
        ("saml", "https://idp.example/?a=1&b"),
    }


def test_the_number_of_calls(tmp_path: Path) -> None:
    """Roles cost one call a page; a region one call for each kind of thing that names images."""
    calls = Calls()
    with aws(calls, images.describe_instance_image_metadata):
        for number in range(5):
            make_role(f"role-{number}")
        launch("web", "ami-11111111")
        calls.seen.clear()
        run(tmp_path, *REGIONS)
    assert calls.seen == {
        "sts:GetCallerIdentity": 1,
        "organizations:DescribeOrganization": 1,
        "iam:GetAccountAuthorizationDetails": 1,
        "iam:ListOpenIDConnectProviders": 1,
        "iam:ListSAMLProviders": 1,
        "ec2:DescribeInstances": 2,
        "ec2:DescribeLaunchTemplateVersions": 2,
        "ec2:DescribeSpotInstanceRequests": 2,
        "ec2:DescribeSpotFleetRequests": 2,
        "ec2:DescribeFleets": 2,
        "ec2:DescribeReplaceRootVolumeTasks": 1,  # where an instance is
        "imagebuilder:": 2,  # ListImageRecipes
        "codebuild:ListFleets": 2,
        "sagemaker:ListClusters": 2,
        "pcs:ListClusters": 2,
        "rolesanywhere:": 2,  # ListTrustAnchors
        "cognito-identity:ListIdentityPools": 2,
        "ec2:GetAllowedImagesSettings": 2,
        "autoscaling:DescribeAutoScalingGroups": 2,
        "autoscaling:DescribeLaunchConfigurations": 2,
        "eks:": 2,  # ListClusters
        "batch:": 2,  # DescribeComputeEnvironments
        "ec2:DescribeInstanceImageMetadata": 1,
        "ec2:DescribeImages": 3,  # own images in each region; those that the instance runs
    }


def test_two_collections_are_the_same_bytes(tmp_path: Path) -> None:
    """Apart from the time, whatever order threads finish in; gaps included."""
    with aws(deny("DescribeInstances", region="eu-west-1"), deny_role("333333333333")):
        for account in (OWN, OTHER):
            make_role("vendor", account)
            for number in range(3):
                launch(f"web-{number}", f"ami-{number:08x}", account)
        options = ("--accounts", f"333333333333,{OTHER},{OWN}", "--regions")
        first = run(tmp_path, *options, "us-east-1,eu-west-1,sa-east-1")
        second = run(tmp_path, *options, "sa-east-1,eu-west-1,us-east-1", "--workers", "1")
    assert len(first.gaps) == 3
    for snapshot in (first, second):
        snapshot.files["manifest.json"] = b""
        del snapshot.manifest["collected_at"]
    assert first.files == second.files
    assert first.manifest == second.manifest


@pytest.mark.usefixtures("few")
def test_no_secret_is_written_or_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither keys nor tokens, though AWS may repeat them in its messages."""
    calls = Calls()
    leak = "key AKIAIOSFODNN7EXAMPLE; Encoded authorization failure message: c2VjcmV0"
    with aws(calls, deny("DescribeInstances", "UnauthorizedOperation", leak)):
        secrets = [os.environ[f"AWS_{name}"] for name in ("SECRET_ACCESS_KEY", "SESSION_TOKEN")]
        snapshot = run(tmp_path, "--accounts", f"{OWN},{OTHER}", *REGIONS)
    shown = capfd.readouterr()
    everything = b"".join(snapshot.files.values()).decode() + shown.out + shown.err
    assert len(snapshot.gaps) == 4
    keys = {key for key in calls.keys if key.startswith(("AKIA", "ASIA"))}
    for secret in {*secrets, *keys, "AKIAIOSFODNN7EXAMPLE", "c2VjcmV0"}:
        assert secret not in everything


@pytest.mark.usefixtures("few")
def test_without_credentials_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to know who is calling is bad input; the old snapshot stays."""
    with aws():
        before = run(tmp_path, "--regions", "us-east-1").files
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
            monkeypatch.delenv(f"AWS_{name}")
        with pytest.raises(InputError, match="set AWS credentials"):
            run(tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "snapshot").iterdir()} == before


def test_without_a_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint that is not there is bad input, with a mend."""
    with aws():
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        with pytest.raises(InputError, match="AWS_ENDPOINT_URL"):
            run(tmp_path, attempts=1)
    assert not (tmp_path / "snapshot").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--profile", "no-such"), "no-such"),
        (("--accounts", "12345"), "12 digits"),
        (("--exclude-account", "x"), "12 digits"),
        (("--regions", "moon"), "no region"),
        (("--role-name", "audit"), "--accounts or --organization"),
        (("--accounts", OTHER, "--role-name", "arn:aws:iam::1:role/x"), "no role name"),
        (("--accounts", OTHER, "--external-id", "x y"), "--external-id"),
        (("--ou", "Root"), "--organization"),
        (("--exclude-account", OWN), "no account is left"),
    ],
)
def test_bad_arguments(tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    """Said in one line, before anything is asked or written."""
    with aws(), pytest.raises(InputError, match=complaint) as raised:
        run(tmp_path, *arguments)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "snapshot").exists()


def test_a_place_that_is_taken_is_refused_before_collecting(tmp_path: Path) -> None:
    """An hour's collection must not end in a refusal."""
    calls = Calls()
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "thesis.txt").write_text("x")
    with aws(calls):
        calls.seen.clear()
        with pytest.raises(InputError):
            run(tmp_path)
    assert not calls.seen


@pytest.mark.usefixtures("few")
def test_the_summary_names_the_gaps(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """On stderr; nothing on stdout; nothing at all with -q."""
    with aws(deny("DescribeInstances", "UnauthorizedOperation")):
        run(tmp_path, *REGIONS)
        shown = capfd.readouterr()
        run(tmp_path, *REGIONS, "-q")
        quiet = capfd.readouterr()
    assert shown.out == "" and (quiet.out, quiet.err) == ("", "")
    assert "accounts: 1, regions: 2, roles: 0" in shown.err
    assert "gap: ec2:DescribeInstances: UnauthorizedOperation (2×)" in shown.err


def test_boto3_is_not_imported_before_collecting() -> None:
    """It takes a third of a second, which no other command should pay."""
    code = "import checker.cli.collect, checker.cli.demo, sys; print('botocore' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_command_is_a_group() -> None:
    """Later sources are further subcommands."""
    assert isinstance(command, click.Group)
    assert {"aws", "cloudformation", "terraform"} <= set(command.commands)
