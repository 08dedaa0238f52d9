"""`collect files`: what people hand over, whole, cut, garbled or somebody else's."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Ran, vendorgate
from tests.support.pipes import fed
from tests.support.rows import rows
from tests.support.snapshots import OWN, OWN2, VENDOR, allow, vendor_role

TRUST = {"Version": "2012-10-17", "Statement": [allow({"AWS": f"arn:aws:iam::{VENDOR}:root"})]}
IMAGE = "ami-0000000000000000a"


def role(name: str = "Vendor", account: str = OWN2, **more: Any) -> dict[str, Any]:
    return {
        "Path": "/", "RoleName": name, "Arn": f"arn:aws:iam::{account}:role/{name}",
        "AssumeRolePolicyDocument": TRUST, "RolePolicyList": [], "AttachedManagedPolicies": [],
    } | more  # fmt: skip


def details(*roles: Any, **more: Any) -> dict[str, Any]:
    """The output of get-account-authorization-details."""
    return {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [*roles],
            "Policies": []} | more  # fmt: skip


def reservations(*ids: str, zone: str = "us-east-1a", owner: str = OWN2) -> dict[str, Any]:
    instances = [
        {"InstanceId": id_, "ImageId": IMAGE, "State": {"Name": "running"},
         "Placement": {"AvailabilityZone": zone}}
        for id_ in ids
    ]  # fmt: skip
    return {"Reservations": [{"OwnerId": owner, "Instances": instances}]}


class Told:
    """What `collect files` said and wrote."""

    def __init__(self, ran: Ran, folder: Path) -> None:
        self.ran, self._folder = ran, folder / "snapshot"

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self._folder / "manifest.json").read_text())

    def __getitem__(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self._folder / f"{kind}.jsonl").open()]

    def gap(self, call: str) -> list[tuple[Any, ...]]:
        found = [gap for gap in self.manifest["gaps"] if gap["call"] == call]
        return [(gap["account"], gap["region"], gap["code"]) for gap in found]


def collect(folder: Path, *words: str, **files: Any) -> Told:
    """Writes `files` (`a__b` is a/b.json) and collects them, or `words`."""
    paths = []
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(data)
        paths.append(str(path.relative_to(folder)))
    return Told(vendorgate("collect", "files", *(words or paths), cwd=folder), folder)


PAGE = details(role("One"), IsTruncated=True, Marker="next")
SUMMARY = {"SummaryMap": {"Roles": 2, "Providers": 0}}
ROLES = "iam:GetAccountAuthorizationDetails"
GAPS: list[tuple[str, dict[str, Any], str, list[tuple[Any, ...]]]] = [
    ("nothing tells of roles", {"i": reservations("i-1")}, ROLES, [(None, None, "NotGiven")]),
    ("a page of several", {"a": PAGE}, ROLES, [(OWN2, None, "Truncated")]),
    ("the command line's own token", {"a": details(role(), NextToken="eyJ")}, ROLES,
     [(OWN2, None, "Truncated")]),
    ("all pages, so it seems", {"a": PAGE, "b": details(role("Two"))}, ROLES,
     [(OWN2, None, "Truncated")]),
    ("all pages, as IAM counts", {"a": PAGE, "b": details(role("Two")), f"{OWN2}__s": SUMMARY},
     ROLES, []),
    ("fewer roles than IAM counts", {"a": details(role()), f"{OWN2}__s": SUMMARY}, ROLES,
     [(OWN2, None, "IncompleteListing")]),
    ("a filter, or an account without even AWS's roles", {f"{OWN2}__a": details()}, ROLES,
     [(OWN2, None, "NothingListed")]),
    ("roles without their trust", {"a": {"Roles": [{"Arn": role()["Arn"], "RoleName": "R"}]}},
     ROLES, [(OWN2, None, "CutOutput"), (OWN2, None, "NothingListed")]),
    ("a region that is enabled, and of which nothing is given",
     {f"{OWN2}__r": {"Regions": [{"RegionName": "eu-west-1", "OptInStatus": "opted-in"}]}}, "*",
     [(OWN2, "eu-west-1", "NotGiven")]),
    ("a region that is not enabled",
     {f"{OWN2}__r": {"Regions": [{"RegionName": "eu-west-1", "OptInStatus": "not-opted-in"}]}},
     "*", []),
    ("an account of the organization of which nothing is given",
     {"a": details(role()), "o": {"Accounts": [
         {"Id": one, "Arn": f"arn:aws:organizations::{OWN}:account/o-own1234567/{one}",
          "Name": "n", "Status": "ACTIVE"} for one in (OWN, OWN2)]}}, "*",
     [(OWN, None, "NotGiven")]),
    ("a list that lacks whom one looked at",
     {"a": details(role()), "o": {"Accounts": [
         {"Id": OWN, "Arn": f"arn:aws:organizations::{OWN}:account/o-own1234567/{OWN}"}]}},
     "organizations:ListAccounts", [(None, None, "IncompleteListing")]),
    ("images that were asked for by their ids: own ones may be open to all",
     {f"{OWN2}__us-east-1__images": {"Images": [
         {"ImageId": IMAGE, "OwnerId": VENDOR, "Public": True, "State": "available"}]}},
     "ec2:DescribeImages", [(None, None, "NotGiven")]),
    ("no own image", {f"{OWN2}__us-east-1__images": {"Images": []}}, "ec2:DescribeImages", []),
    ("versions of one template alone",
     {f"{OWN2}__us-east-1__v": {"LaunchTemplateVersions": [
         {"LaunchTemplateId": "lt-1", "VersionNumber": 1, "DefaultVersion": True,
          "LaunchTemplateData": {"ImageId": IMAGE}}]}},
     "ec2:DescribeLaunchTemplateVersions", [(OWN2, "us-east-1", "IncompleteListing")]),
    ("a version that is the latest, and not given",
     {f"{OWN2}__us-east-1__v": {"LaunchTemplateVersions": [
         {"LaunchTemplateId": "lt-1", "VersionNumber": 1, "DefaultVersion": True,
          "LaunchTemplateData": {"ImageId": IMAGE}}]},
      f"{OWN2}__us-east-1__t": {"LaunchTemplates": [
          {"LaunchTemplateId": "lt-1", "DefaultVersionNumber": 1, "LatestVersionNumber": 2}]}},
     "ec2:DescribeLaunchTemplateVersions", [(OWN2, "us-east-1", "IncompleteListing")]),
    ("an empty list whose file names its service",
     {f"{OWN2}__us-east-1__eks-list-clusters": {"clusters": []}}, "eks:ListClusters", []),
    ("groups without what they launch", {"g": {"AutoScalingGroups": [{"AutoScalingGroupName": "g",
      "AutoScalingGroupARN": f"arn:aws:autoscaling:us-east-1:{OWN2}:autoScalingGroup:1:g"}]}},
     "autoscaling:DescribeAutoScalingGroups", [(OWN2, "us-east-1", "CutOutput")]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "files", "call", "gaps"), GAPS, ids=[row[0] for row in GAPS])
def test_what_is_missing_is_a_gap(
    tmp_path: Path, why: str, files: dict[str, Any], call: str, gaps: list[tuple[Any, ...]]
) -> None:
    """Nothing that no file tells is taken for nothing there."""
    told = collect(tmp_path, **files)
    assert told.ran.code == 3
    assert told.gap(call) == gaps


def utf16(value: Any) -> bytes:
    return json.dumps(value).encode("utf-16")


def pages(*values: Any) -> bytes:
    return "\n".join(json.dumps(value) for value in values).encode()


READ: list[tuple[str, Any]] = [
    ("plain", details(role())),
    ("with a mark of order", b"\xef\xbb\xbf" + json.dumps(details(role())).encode()),
    ("by PowerShell", utf16(details(role()))),
    ("UTF-16 without a mark", json.dumps(details(role())).encode("utf-16-le")),
    ("gzip", gzip.compress(json.dumps(details(role())).encode())),
    ("gzip in two members", gzip.compress(b"{") + gzip.compress(b'"RoleDetailList": ['
     + json.dumps(role()).encode() + b"]}")),
    ("page after page in one file", pages(details(role()), details(role("Two")))),
    ("pages in a list", [details(role()), details(role("Two"))]),
    ("the list alone, by --query", [role(), role("Two")]),
    ("documents as AWS sends them, encoded as in a URL",
     details(role(AssumeRolePolicyDocument="%7B%22Version%22%3A%222012-10-17%22%7D"))),
    ("list-roles", {"Roles": [{k: v for k, v in role().items() if "Polic" not in k}
                              | {"AssumeRolePolicyDocument": TRUST}]}),
    ("twice the same", [details(role()), details(role())]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content"), READ, ids=[row[0] for row in READ])
def test_forms_that_people_have(tmp_path: Path, why: str, content: Any) -> None:
    """However the output was kept, its roles are there."""
    told = collect(tmp_path, a=content)
    assert told.ran.code == 3, told.ran.err
    assert f"arn:aws:iam::{OWN2}:role/Vendor" in {one["arn"] for one in told["roles"]}
    assert all(isinstance(one["trust_policy"], dict) for one in told["roles"])


BAD: list[tuple[str, Any, str]] = [
    ("empty", b"", "is empty; the command that was to write it failed"),
    ("an error of the command line",
     b"\nAn error occurred (AccessDenied) when calling the ListRoles operation: no",
     "holds an error: ListRoles was AccessDenied"),
    ("text", b"ROLEDETAILLIST\tarn", "not JSON: Expecting value; make it with --output json"),
    ("cut", json.dumps(details(role())).encode()[:-9], "not JSON: "),
    ("cut gzip", gzip.compress(json.dumps(details(role())).encode())[:-9], "is cut, or no gzip"),
    ("Latin-1", '{"Roles": ["é"]}'.encode("latin-1"), "is no text in UTF-8 or UTF-16"),
    ("a key twice", b'{"Roles": [], "Roles": []}', "tells 'Roles' twice in one object"),
    ("nested without end", b"[" * 100_000, "nested too deep"),
    ("somebody else's", {"AutoScalingInstances": []}, "is no output that is known here"),
    ("a policy", TRUST, "is no output that is known here"),
    ("a number", 7, "is no output that is known here"),
    ("an empty list", [], "is an empty list; give it with its key"),
    ("a projection of another shape", [["Vendor", "arn"]], "is a list of what is not known here"),
    ("an empty list of two services", {"clusters": []}, "may be of eks:ListClusters or pcs:ListCl"),
    ("no account", {"OpenIDConnectProviderList": []}, "tells no account; say which: --account ID"),
    ("no region", {"Images": [{"ImageId": IMAGE, "OwnerId": VENDOR, "Public": True}]},
     "tells no account; say which"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "said"), BAD, ids=[row[0] for row in BAD])
def test_bad_files_are_refused_by_name(tmp_path: Path, why: str, content: Any, said: str) -> None:
    """One line with the file and what to do; nothing is written."""
    told = collect(tmp_path, bad=content)
    assert told.ran.code == 2
    (line,) = told.ran.err.splitlines()
    assert "bad.json" in line
    assert said in line
    assert not (tmp_path / "snapshot").exists()


def test_all_bad_files_at_once(tmp_path: Path) -> None:
    """Who mends one shall not find the next one only then."""
    told = collect(tmp_path, one=b"", two=b"{", good=details(role()))
    assert told.ran.code == 2
    assert [line.split(":")[1].strip() for line in told.ran.err.splitlines()] == [
        "one.json",
        "two.json",
    ]


def test_a_role_told_twice_and_otherwise(tmp_path: Path) -> None:
    """Of two days' outputs nobody can tell which holds."""
    told = collect(tmp_path, a=details(role()), b=details(role(Tags=[{"Key": "a", "Value": "b"}])))
    assert told.ran.code == 2
    assert f"arn:aws:iam::{OWN2}:role/Vendor is told twice, and not the same" in told.ran.err


def accounts(*ids: str, state: str = "ACTIVE") -> dict[str, Any]:
    arn = f"arn:aws:organizations::{OWN}:account/o-own1234567/"
    return {"Accounts": [{"Id": one, "Arn": arn + one, "Status": state} for one in ids]}


def image(**more: Any) -> dict[str, Any]:
    return {"Images": [{"ImageId": IMAGE, "OwnerId": OWN2, "Public": False} | more]}


HERE = f"{OWN2}__us-east-1__"
BARE = {key: value for key, value in role().items() if "Polic" not in key}
NOW_OPEN = BARE | {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}
TWO_DAYS: list[tuple[str, dict[str, Any], str]] = [
    ("an image that was opened to all since", {f"{HERE}a": image(), f"{HERE}b": image(Public=True)},
     f"{IMAGE} is told twice, and not the same"),
    ("another trust in list-roles than in the details",
     {"a": details(role()), "b": {"Roles": [NOW_OPEN]}}, "role/Vendor is told twice, and not the same"),
    ("an account that has left since", {"a": accounts(OWN, OWN2, VENDOR), "b": accounts(OWN, OWN2)},
     f"two lists of the organization's accounts differ: {VENDOR};"),
    ("an account that was opened again", {"a": accounts(OWN, OWN2), "b": accounts(OWN, state="SUSPENDED")},
     "two lists of the organization's accounts differ"),
    ("a count of roles that grew",
     {f"{OWN2}__a": SUMMARY, f"{OWN2}__b": {"SummaryMap": {"Roles": 3}}}, f"the summary of {OWN2} is"),
]  # fmt: skip


@rows("why, files, said", TWO_DAYS, ids=[row[0] for row in TWO_DAYS])
def test_outputs_of_two_days(
    tmp_path_factory: pytest.TempPathFactory, why: str, files: dict[str, Any], said: str
) -> None:
    """The first, or the last, or both would hide what changed between them."""
    told = collect(tmp_path_factory.mktemp("two"), z=details(role()), **files)
    assert (told.ran.code, said in told.ran.err) == (2, True), told.ran.err


def test_pages_of_one_list_of_accounts(tmp_path: Path) -> None:
    """They have no account in common, and are one list."""
    told = collect(tmp_path, z=details(role()), a=accounts(OWN), b=accounts(OWN2))
    assert [one["id"] for one in told.manifest["accounts"]] == [OWN, OWN2]


ONE_EACH: list[tuple[str, dict[str, Any], dict[str, Any], str, dict[str, Any]]] = [
    ("an image that is shared since", {"ImageId": IMAGE, "LaunchPermissions": []},
     {"ImageId": IMAGE, "LaunchPermissions": [{"UserId": VENDOR}]}, "ec2:DescribeImageAttribute",
     {f"{HERE}i": image(), f"{HERE}j": reservations("i-1")}),
    ("a pool that lets guests in since", {"IdentityPoolId": "us-east-1:x", "AllowUnauthenticatedIdentities": False},
     {"IdentityPoolId": "us-east-1:x", "AllowUnauthenticatedIdentities": True},
     "cognito-identity:DescribeIdentityPool", {f"{HERE}l": {"IdentityPools": [{"IdentityPoolId": "us-east-1:x"}]}}),
]  # fmt: skip


@rows("why, old, new, call, files", ONE_EACH, ids=[row[0] for row in ONE_EACH])
def test_an_answer_of_two_days(
    tmp_path_factory: pytest.TempPathFactory, why: str, old: Any, new: Any, call: str, files: Any
) -> None:
    """Which of the two holds, nobody can tell: it is a gap, not the first."""
    told = collect(tmp_path_factory.mktemp("two"), **{f"{HERE}a": old, f"{HERE}b": new}, **files)
    assert [gap[2] for gap in told.gap(call)] == ["ToldTwice"]


def test_no_region_at_all(tmp_path: Path) -> None:
    """Every account has some: an empty list is a filter's, or of who may not ask."""
    told = collect(tmp_path, a=details(role()), **{f"{OWN2}__r": {"Regions": []}})
    assert told.gap("ec2:DescribeRegions") == [(OWN2, None, "NothingListed")]


def test_a_folder_holds_other_things_too(tmp_path: Path) -> None:
    """What is no output is passed over and counted; what cannot be read is a gap."""
    files = {f"dump__{OWN2}__a": details(role()), "dump__package": {"name": "x"}, "dump__cut": b"{"}
    collect(tmp_path, "nowhere", **files)
    told = collect(tmp_path, "dump")
    assert told.ran.code == 3
    assert told.gap("dump/cut.json") == [(None, None, "UnreadableFile")]
    assert (
        "Files that are no output of AWS, passed over: 1 (package.json)." in told.manifest["notes"]
    )


@pytest.mark.parametrize("words", ["dump", "dump/*.json"])
def test_a_pipe_in_a_folder(tmp_path: Path, words: str) -> None:
    """Catches a command that waits for ever for somebody to write."""
    (tmp_path / "dump").mkdir()
    os.mkfifo(tmp_path / "dump" / "pipe.json")
    (tmp_path / "dump" / "a.json").write_text(json.dumps(details(role())))
    told = collect(tmp_path, words)
    assert told.gap("dump/pipe.json") == [(None, None, "UnreadableFile")]


def test_a_pipe_that_somebody_names(tmp_path: Path) -> None:
    with fed(json.dumps(details(role()))) as pipe:
        told = collect(tmp_path, pipe)
    assert [one["name"] for one in told["roles"]] == ["Vendor"]


def test_numbers_in_a_path_that_are_no_account(tmp_path: Path) -> None:
    """A part of an id, or a day and time, would make a stranger of us one of ours."""
    name = "202611261010__ami-0e6b952401667472c__images"
    told = collect(tmp_path, **{name: {"Images": []}})
    assert told.ran.code == 2
    assert "tells no account" in told.ran.err


EMPTY: dict[str, Any] = {"Images": []}
GUESSED: list[tuple[str, dict[str, Any], list[str], list[str] | None]] = [
    ("a vendor's number in a folder's name", {f"review-of-{VENDOR}__us-east-1__i": EMPTY}, [], None),
    ("a number in a file's name", {f"order-{VENDOR}-us-east-1": EMPTY}, [], None),
    ("a folder of that name", {f"{VENDOR}__us-east-1__i": EMPTY}, [], [OWN2, VENDOR]),
    ("a file of that name", {f"us-east-1__{VENDOR}": EMPTY}, [], [OWN2, VENDOR]),
    ("whose roles are given", {f"of-{OWN2}__us-east-1__i": EMPTY}, [], [OWN2]),
    ("whom the organization lists", {f"of-{OWN}__us-east-1__i": EMPTY, "o": accounts(OWN, OWN2)}, [],
     [OWN, OWN2]),
    ("as the option says", {f"of-{VENDOR}__us-east-1__i": EMPTY}, ["--account", VENDOR], [OWN2, VENDOR]),
]  # fmt: skip


@rows("why, files, options, own", GUESSED, ids=[row[0] for row in GUESSED])
def test_a_number_in_a_name_makes_nobody_ours(
    tmp_path_factory: pytest.TempPathFactory, why: str, files: Any, options: list[str], own: Any
) -> None:
    """Who is ours needs no vetting: a vendor whose number somebody gave a folder's name would not."""
    folder = tmp_path_factory.mktemp("guess")
    collect(folder, "nowhere", z=details(role()), **files)
    told = collect(folder, "z.json", *(f"{one.replace('__', '/')}.json" for one in files), *options)
    if own is None:
        assert (told.ran.code, f"only its name tells of the account {VENDOR}" in told.ran.err) == (
            2,
            True,
        )
    else:
        assert [one["id"] for one in told.manifest["accounts"]] == own


def test_places_by_content_path_and_option(tmp_path: Path) -> None:
    """What an item tells goes before its path, and that before the options."""
    empty = {"Reservations": []}
    files = {f"{OWN}__eu-west-1__i": reservations("i-1", zone="us-west-2-lax-1a"), "other": empty}
    collect(tmp_path, "nowhere", **files)
    words = [f"{OWN}/eu-west-1/i.json", "other.json", "--account", VENDOR, "--region", "eu-west-2"]
    told = collect(tmp_path, *words)
    (use,) = told["image_uses"]
    assert (use["account"], use["region"]) == (OWN2, "us-west-2")
    assert {account["id"] for account in told.manifest["accounts"]} == {OWN2, VENDOR}
    assert told.manifest["regions"] == ["eu-west-2", "us-west-2"]


def test_roles_without_policies_have_no_grade(tmp_path: Path) -> None:
    """`list-roles` tells no policies: that is not the same as a role that may do nothing."""
    bare = {
        k: v for k, v in role().items() if k not in ("RolePolicyList", "AttachedManagedPolicies")
    }
    told = collect(tmp_path, a={"Roles": [bare]})
    assert told["roles"][0]["privilege"] is None
    assert any("nothing given tells the policies: 1." in note for note in told.manifest["notes"])
    told = collect(tmp_path, a={"Roles": [bare]}, b=details(role()))
    assert [one["privilege"] for one in told["roles"]] == ["none"]


def test_the_manifest_names_its_files(tmp_path: Path) -> None:
    """Each with what it holds and its digest; when the oldest was written is the snapshot's age."""
    collect(tmp_path, "nowhere", a=details(role()), b=reservations("i-1"))
    os.utime(tmp_path / "b.json", (1_790_000_000, 1_790_000_000))
    told = collect(tmp_path, "a.json", "b.json")
    digest = hashlib.sha256((tmp_path / "b.json").read_bytes()).hexdigest()
    assert told.manifest["inputs"][1] == {
        "name": "b.json", "kind": "ec2:DescribeInstances", "sha256": digest
    }  # fmt: skip
    assert told.manifest["sources"] == ["aws", "files"]
    assert told.manifest["collected_at"] == "2026-09-21T14:13:20Z"


def test_saml_metadata_finds_its_provider(tmp_path: Path) -> None:
    """`get-saml-provider` tells no name; when it was made does."""
    arn = f"arn:aws:iam::{OWN2}:saml-provider/idp"
    times = {"CreateDate": "2026-01-01T00:00:00+00:00", "ValidUntil": "2036-01-01T00:00:00+00:00"}
    document = (
        '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://x/"/>'
    )
    told = collect(
        tmp_path, a=details(role()), l={"SAMLProviderList": [{"Arn": arn, **times}]},
        **{f"{OWN2}__m": {"SAMLMetadataDocument": document, **times}},
    )  # fmt: skip
    assert [(one["arn"], one["issuer"]) for one in told["providers"]] == [(arn, "https://x/")]
    assert told.gap("iam:GetSAMLProvider") == []


def test_the_snapshot_serves_every_command(tmp_path: Path) -> None:
    """It is one like any other: the gate finds the vendor, the rest reads it."""
    told = collect(tmp_path, a=details(role()), i=reservations("i-1"))
    assert told.ran.code == 3
    (tmp_path / "allowlist.yaml").write_text("version: 1\nvendors: []\n")
    ran = vendorgate("check", "snapshot", "--policy", "unvetted-account-trust", cwd=tmp_path)
    assert (ran.code, f"can be assumed by {VENDOR}" in ran.out) == (1, True)
    assert VENDOR in vendorgate("inventory", "snapshot", cwd=tmp_path).out
    assert vendorgate("diff", "snapshot", "snapshot", cwd=tmp_path).code == 0
    assert vendorgate("evidence", "build", "snapshot", "-o", "e.zip", cwd=tmp_path).code == 0
    assert vendorgate("evidence", "verify", "e.zip", cwd=tmp_path).code == 0
    assert vendorgate("merge", "snapshot", "-o", "merged", cwd=tmp_path).code == 3
    merged = json.loads((tmp_path / "merged" / "manifest.json").read_text())
    assert merged["inputs"] == told.manifest["inputs"]


def test_external_ids_are_left_out_on_request(tmp_path: Path) -> None:
    """As of any other collection."""
    secret = vendor_role(external_id="s3cr3t-id")["trust_policy"]
    collect(tmp_path, "nowhere", a=details(role(AssumeRolePolicyDocument=secret)))
    told = collect(tmp_path, "a.json", "--redact-external-ids")
    assert "s3cr3t-id" not in json.dumps(told["roles"])
