"""`collect access-analyzer`: the analyzers of external access, all their pages, and what fails."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.collect.analyzer.collect import collect as collected
from checker.errors import InputError
from tests.collect.odd import HOME, Told
from tests.support.analyzer import AccessAnalyzer, details
from tests.support.cli import Ran, vendorgate
from tests.support.front import OWN, aws
from tests.support.snapshots import ALLOWLIST, vendor_role, write

BUCKET = "arn:aws:s3:::logs"


def collect(tmp_path: Path, *options: str) -> tuple[Ran, dict[str, Any], list[dict[str, Any]]]:
    regions = () if "--analyzer" in options else ("--regions", "us-east-1,eu-west-1")
    ran = vendorgate("collect", "access-analyzer", "-o", tmp_path / "out", *regions, *options)
    path = tmp_path / "out" / "analyzer_findings.jsonl"
    lines = path.read_text().splitlines() if path.exists() else ["{}"]
    return ran, json.loads(lines[0]), [json.loads(line) for line in lines[1:]]


def organization() -> AccessAnalyzer:
    """A bucket with two ways in, one that is resolved, and one that AWS could not analyse."""
    front = AccessAnalyzer()
    front.has(type_="ORGANIZATION_UNUSED_ACCESS")
    front.has()
    front.found(
        "a", BUCKET, "AWS::S3::Bucket",
        details({"AWS": "999999999999"}, "s3:GetObject"),
        details({"AWS": "*"}, "s3:PutObject", isPublic=True, condition={"aws:SourceVpc": "vpc-1"},
                sources=[{"type": "S3_ACCESS_POINT", "detail": {"accessPointArn": "arn:p"}}]),
    )  # fmt: skip
    front.found("b", BUCKET, "AWS::S3::Bucket", status="RESOLVED")
    front.found("i", BUCKET, "AWS::S3::Bucket", findingType="InternalAccess")
    front.found("c", "arn:aws:sqs:us-east-1:1:q", "AWS::SQS::Queue", error="ACCESS_DENIED")
    return front


def test_all_pages_are_read(tmp_path: Path) -> None:
    """Catches a page that is left out, and an analyzer of something else that is read."""
    front = organization()
    with aws(front):
        ran, header, found = collect(tmp_path)
    assert ran.code == 0, ran.err
    assert [one["zone"] for one in header["analyzers"]] == ["organization"]
    assert (header["gaps"], header["findings"]["records"]) == ([], 3)
    by_id = {one["id"]: one for one in found}
    ways = by_id["a"]["accesses"]
    assert [one["principal"] for one in ways] == [{"AWS": "999999999999"}, {"AWS": "*"}]
    assert ways[1]["points"] == ["arn:p"] and ways[1]["condition"] == {"aws:SourceVpc": "vpc-1"}
    assert by_id["b"]["accesses"] is None and by_id["c"]["error"] == "ACCESS_DENIED"
    assert front.seen["GetFindingV2"] == 2  # the pages of the one that is to be asked for
    assert "1 region without one" in ran.err


def test_a_check_takes_what_was_collected(tmp_path: Path) -> None:
    """Catches a file that the other command refuses, or reads otherwise; and an external id in it."""
    front = organization()
    role = "arn:aws:iam::111111111111:role/Monitoring"
    secret = {"sts:ExternalId": "s3cret"}
    front.found("e", role, "AWS::IAM::Role",
                details({"AWS": "999999999999"}, "sts:AssumeRole", condition=secret))  # fmt: skip
    with aws(front):
        collect(tmp_path)
    write(tmp_path / "snapshot", roles=[vendor_role(account="999999999999") | {
        "account": OWN, "arn": role}], image_uses=[])  # fmt: skip
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", "--today", "2026-11-20", "-f", "json", "--cross-check", "out",
                     cwd=tmp_path)  # fmt: skip
    found = json.loads(ran.out)["cross_check"]
    assert (ran.code, found["agreed"]) == (3, 1)
    assert [one["principal"] for one in found["missed"]] == ["*", "999999999999"]
    assert "s3cret" not in (tmp_path / "out" / "analyzer_findings.jsonl").read_text()


@pytest.mark.parametrize("refused", ["ListAnalyzers", "ListFindingsV2", "a", "a page 1"])
def test_what_is_refused_is_a_gap(tmp_path: Path, refused: str) -> None:
    """Catches a refusal that looks like an analyzer, or a finding, of nothing."""
    front = organization()
    front.refused.add(refused)
    with aws(front):
        ran, header, found = collect(tmp_path)
    assert ran.code == 3
    assert {gap["code"] for gap in header["gaps"]} == {"AccessDeniedException"}
    assert all(one["accesses"] is None for one in found)


def test_a_finding_without_its_details_is_a_gap(tmp_path: Path) -> None:
    """Catches a finding of nobody, which every grant of ours would agree with."""
    front = organization()
    front.found("d", BUCKET, "AWS::S3::Bucket")
    with aws(front):
        ran, header, found = collect(tmp_path)
    assert ran.code == 3 and "finding d of" in header["gaps"][0]["message"]
    assert next(one for one in found if one["id"] == "d")["accesses"] is None


def test_an_analyzer_that_is_not_active_is_a_gap(tmp_path: Path) -> None:
    """Catches old findings of an analyzer that was switched off."""
    front = AccessAnalyzer()
    front.has(type_="ACCOUNT", status="DISABLED")
    with aws(front):
        ran, header, _ = collect(tmp_path)
    assert ran.code == 3 and header["gaps"][0]["code"] == "AnalyzerNotActive"


def test_one_is_chosen(tmp_path: Path) -> None:
    """Catches a choice that reads another one, or none in silence."""
    front = organization()
    account = front.has(type_="ACCOUNT")
    with aws(front):
        ran, header, _ = collect(tmp_path, "--analyzer", account)
        none, _, _ = collect(tmp_path, "--analyzer", account + "-other")
    assert ran.code == 0 and [one["arn"] for one in header["analyzers"]] == [account]
    assert none.code == 2 and "make one, or ask in the account" in none.err


ARN = "arn:aws:access-analyzer:eu-west-1:111111111111:analyzer/a"


def asked(answers: dict[str, Any], *regions: str, analyzer: str | None = None, partition: str = "aws") -> Any:  # fmt: skip
    """What is read in these regions, and which calls that took."""
    told = Told({f"accessanalyzer.{name}": answer for name, answer in answers.items() if "." not in name} | {name: answer for name, answer in answers.items() if "." in name})  # fmt: skip
    session: Any = SimpleNamespace(account=OWN, partition=partition, client=lambda service, region=None: told(service, region or HOME),
                                   pool=SimpleNamespace(regions=lambda _: {"eu-west-1", HOME}))  # fmt: skip
    return collected(session, regions, analyzer, "2026-11-20T06:00:00Z"), told.asked


def of(type_: str = "ACCOUNT", arn: str = ARN, **more: Any) -> dict[str, Any]:
    return {"arn": arn, "type": type_, "status": "ACTIVE", **more}


def finding(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "resourceType": "AWS::S3::Bucket", "resourceOwnerAccount": OWN, "status": "ACTIVE", "resource": BUCKET, **more}  # fmt: skip


def test_what_a_region_tells_is_read_in_full() -> None:
    """A way in, a point, or a finding that is lost; or a part of one that looks like the whole."""
    ways = {
        "a": [details({"AWS": "1"}, "s3:Get", isPublic=False, resourceControlPolicyRestriction="APPLICABLE", condition={"STS:ExternalId": "s3cret", "aws:x": "y"},
                      sources=[{"detail": {"accessPointArn": "arn:p"}}, {"detail": {}}, {}]), details({"AWS": "2"})],
        "none": [], "odd": [{"internalAccessDetails": {}}], "half": [details({"AWS": "3"}), {}], "cut": ([details({"AWS": "4"})], "AccessDeniedException"), "cut2": ([details({"AWS": "4"})], "AccessDeniedException"), "deny": "AccessDeniedException",
    }  # fmt: skip
    listed = [finding(id_) for id_ in ways] + [finding("old", status="RESOLVED", analyzedAt="2026-11-19T00:00:00+00:00"), finding("archived", status="ARCHIVED"),
              finding("err", error="ACCESS_DENIED"), finding("in", findingType="InternalAccess"), finding("un", findingType="UnusedPermission")]  # fmt: skip
    ways["archived"] = [details({"AWS": "5"})]
    answers = {"list_analyzers": [of(lastResourceAnalyzedAt="2026-11-20T00:00:00+00:00"), of("ORGANIZATION", f"{ARN}2", status="DISABLED"), of("ACCOUNT_UNUSED_ACCESS", f"{ARN}3")],
               "list_findings_v2": lambda request: listed if request["analyzerArn"] == ARN else [], "get_finding_v2": lambda request: ways[request["id"]]}  # fmt: skip
    read, calls = asked(answers, "eu-west-1")
    assert [(one.arn, one.zone, one.status, one.region, one.analyzed_at) for one in read.header.analyzers] == [
        (ARN, "account", "ACTIVE", "eu-west-1", "2026-11-20T00:00:00+00:00"), (f"{ARN}2", "organization", "DISABLED", "eu-west-1", None)]  # fmt: skip
    assert {one.id: one.accesses and [way.principal for way in one.accesses] for one in read.findings} == {
        "a": [{"AWS": "1"}, {"AWS": "2"}], "archived": [{"AWS": "5"}], **dict.fromkeys(("none", "odd", "half", "cut", "cut2", "deny", "old", "err"))}  # fmt: skip
    first = read.findings[0].accesses[0]
    assert (first.actions, first.public, first.rcp, first.points) == (("s3:Get",), False, "APPLICABLE", ("arn:p",))  # fmt: skip
    assert first.condition == {"STS:ExternalId": "(redacted)", "aws:x": "y"}
    assert [(gap.code, gap.message[:12]) for gap in read.header.gaps] == [
        ("UnexpectedResponse", "finding none"), ("UnexpectedResponse", "finding odd "), ("UnexpectedResponse", "finding half"), ("AccessDeniedException", "m"), ("AnalyzerNotActive", f"{ARN}2"[:12])]  # fmt: skip
    told = {one.id: (one.analyzer, one.region, one.account, one.resource, one.kind, one.status, one.analyzed_at, one.error) for one in read.findings}  # fmt: skip
    assert told["old"] == (ARN, "eu-west-1", OWN, BUCKET, "AWS::S3::Bucket", "RESOLVED", "2026-11-19T00:00:00+00:00", None)  # fmt: skip
    assert told["err"][-1] == "ACCESS_DENIED" and (read.header.account, read.header.partition, read.header.regions) == (OWN, "aws", ("eu-west-1",))  # fmt: skip
    assert [call.split()[0] for call in calls if "get_finding" in call] == ["accessanalyzer.get_finding_v2"] * 8  # fmt: skip


def test_where_analyzers_are_looked_for() -> None:
    """A region that is passed over; another analyzer than was named; or none, in silence."""
    two = {"list_analyzers": [of(), of("ACCOUNT", f"{ARN}2")]}
    read, calls = asked(two, analyzer=ARN)
    assert [one.arn for one in read.header.analyzers] == [ARN] and read.header.regions == ("eu-west-1",)  # fmt: skip
    assert all("in eu-west-1" in call for call in calls)
    enabled = two | {"ec2.describe_regions": [{"RegionName": "eu-west-1"}, {"RegionName": "eu-north-1"}]}  # fmt: skip
    assert asked(enabled)[0].header.regions == ("eu-west-1", "eu-north-1")
    assert asked(two, "eu-west-1", HOME)[0].header.regions == ("eu-west-1", HOME)
    denied = asked({"ec2.describe_regions": "AccessDenied"})[0].header
    assert (denied.regions, [gap.call for gap in denied.gaps]) == ((), ["ec2:DescribeRegions"])
    refused = asked({"list_analyzers": "AccessDeniedException"}, "eu-west-1")[0].header
    assert [(gap.region, gap.call) for gap in refused.gaps] == [("eu-west-1", "accessanalyzer:ListAnalyzers")]  # fmt: skip
    with pytest.raises(InputError, match="there is no analyzer of external access here"):
        asked({}, partition="aws-cn")
    for answers, regions, named, said in (
        ({}, (), None, "no region is enabled"), ({}, ("eu-west-1",), None, "there is no analyzer of external access here"), (two, (), f"{ARN}3", f"{ARN}3 is none here"),
        ({"list_analyzers": [of("ACCOUNT_UNUSED_ACCESS")]}, ("eu-west-1",), None, "there is no analyzer"), ({}, ("eu-wst-1",), None, "there is no region"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=said):
            asked(answers, *regions, analyzer=named)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--analyzer", "all"), "is no ARN of an analyzer"),
        (("--analyzer", "arn:aws:access-analyzer:eu-west-1:111111111111:analyzer/x",
          "--regions", "eu-west-1"), "tells its region"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Catches an option that is taken for another."""
    ran = vendorgate("collect", "access-analyzer", "-o", tmp_path, *options)
    assert ran.code == 2 and said in ran.err
