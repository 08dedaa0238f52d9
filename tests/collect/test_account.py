"""One account, in parts: how it is entered, what is looked at where, and that all of it is journaled once."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from checker.collect.aws import account as module
from checker.collect.aws.account import AccountWork
from checker.collect.aws.account_region import Options
from checker.collect.aws.aggregated import read_aggregator
from checker.collect.aws.collect import _piece
from checker.collect.aws.seal import Part, refuse_strange
from checker.collect.aws.survey import Request, Survey
from checker.errors import InputError
from checker.snapshot.records import Account, Organization, Piece
from checker.snapshot.shards import Shard
from tests.collect.odd import OWN, Answers, Told

OTHER = "222222222222"
OAI, QUEUE = "AWS::CloudFront::CloudFrontOriginAccessIdentity", "AWS::SQS::Queue"
SCP = "no: with an explicit deny in a service control policy"


SECRET = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "s3cret"}}}]}  # fmt: skip


class Session:
    """Of an account, whose calls are answered so."""

    partition = "aws"

    def __init__(self, answers: Answers, account: str = OWN) -> None:
        self.account, self.told = account, Told(answers)

    def client(self, service: str, region: str | None = None) -> Any:
        return self.told(service, region or "home")


class Journaled:
    """What was finished, and with which lines."""

    def __init__(self) -> None:
        self.parts: list[tuple[Part, list[bytes]]] = []

    def finish(self, part: Part, lines: list[bytes]) -> None:
        self.parts.append((part, sorted(lines)))


def looked(answers: Answers, request: Request, account: str = OWN) -> tuple[Part, list[bytes], list[str], AccountWork]:  # fmt: skip
    """What was journaled, once, when all tasks had ended; and what was asked."""
    journal, session = Journaled(), Session(answers)
    work = AccountWork(session, Account(id=account), request, journal)  # type: ignore[arg-type]
    tasks = deque([work.enter])
    while tasks:
        assert (work.finished, journal.parts) == (False, [])
        tasks.extendleft(reversed(tasks.popleft()()))
    ((part, lines),) = journal.parts
    assert work.finished
    return part, lines, session.told.asked, work


def calls(asked: list[str], *names: str) -> list[str]:
    """Those of these services, without what was asked for."""
    told = [" ".join(word for word in one.split()[:3] if word[0] != "{") for one in asked]
    return sorted(one for one in told if one.startswith(names))


def test_what_an_account_has_once_and_in_each_region() -> None:
    """A kind that is looked for in one region, or in all what there is once; or nowhere."""
    request = Request(regions=("a", "b"), kinds=(OAI, QUEUE))
    answers = {"sqs.list_queues": ["https://q/one"], "sqs.get_queue_attributes": {"QueueArn": "arn:q"},
               "cloudfront.list_cloud_front_origin_access_identities": {"CloudFrontOriginAccessIdentityList": {"Items": [{"Id": "E"}]}}}  # fmt: skip
    part, lines, asked, work = looked(answers, request)
    assert part.account == OWN and part.regions == ("a", "b")
    assert calls(asked, "sqs", "cloudfront", "iam.list_saml") == [
        "cloudfront.list_cloud_front_origin_access_identities in home", "iam.list_saml_providers in home",
        "sqs.get_queue_attributes in a", "sqs.get_queue_attributes in b", "sqs.list_queues in a", "sqs.list_queues in b",
    ]  # fmt: skip
    assert len([line for line in lines if b"AWS::SQS::Queue" in line]) == 2
    assert len([line for line in lines if b"origin-access-identity/E" in line]) == 1
    whole, first, second = work._account_regions
    assert (whole.region, first.region, second.region) == (None, "a", "b")
    assert first.whole is second.whole is whole and first.memo is second.memo is whole.memo
    assert not calls(looked(answers, Request(regions=("a",)))[2], "sqs", "cloudfront")


def test_regions_are_those_asked_for_or_all_that_are_enabled() -> None:
    """A region that nobody looks at; what cannot be listed is the account's gap."""
    answers = {"ec2.describe_regions": [{"RegionName": "x"}, {"RegionName": "y", "OptInStatus": "not-opted-in"}]}  # fmt: skip
    part, _, asked, _ = looked(answers, Request())
    assert part.regions == ("x",) and calls(asked, "ec2.describe_fleets") == ["ec2.describe_fleets in x"]  # fmt: skip
    assert calls(looked(answers, Request(regions=("z",)))[2], "ec2.describe_regions") == []
    part, _, asked, _ = looked({"ec2.describe_regions": "AccessDenied"}, Request())
    assert (part.regions, calls(asked, "ec2.describe_fleets")) == ((), [])
    assert [(gap.region, gap.call, gap.code) for gap in part.gaps if gap.call == "ec2:DescribeRegions"] == [(None, "ec2:DescribeRegions", "AccessDenied")]  # fmt: skip


def test_options_and_redaction_reach_each_region() -> None:
    """An external id in everybody's snapshot, or an option that nobody heeds."""
    role = {"Arn": "arn:aws:iam::1:role/r", "RoleName": "r", "AssumeRolePolicyDocument": SECRET}
    answers = {"iam.get_account_authorization_details": {"RoleDetailList": [role]}}
    request = Request(regions=("a",), options=Options(all_image_permissions=True))
    for redact in (True, False):
        _, lines, _, work = looked(answers, replace(request, redact=redact))
        assert (b"s3cret" in b"".join(lines)) is not redact
        assert work._account_regions[1].options == Options(all_image_permissions=True)


def shut(code: str, message: str) -> Answers:
    """A region in which every call is refused."""
    error = ClientError({"Error": {"Code": code, "Message": message}}, "x")

    def refuse(_: Any) -> Any:
        raise error

    class Refusing(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            return default if name.startswith(("iam.", "organizations.", "s3control.")) else refuse

    return Refusing()


def test_a_region_that_is_shut_is_one_gap_and_nothing_more_is_asked() -> None:
    """Hundreds of calls in vain; or a region that is passed over though one call was refused alone."""
    for code, message, gaps, each in (
        ("AuthFailure", "m", [("a", "AuthFailure")], 1),
        ("UnauthorizedOperation", SCP, [("a", "RegionDenied")], 0),
    ):
        part, _, asked, _ = looked(shut(code, message), Request(regions=("a",), kinds=(QUEUE,)))
        told = [(gap.region, gap.code) for gap in part.gaps if gap.region]
        assert (told, calls(asked, "sqs")) == (gaps, [])
        assert bool(each) is (len(calls(asked, "ec2.")) == 1)
    alone = looked({"ec2.describe_fleets": "UnauthorizedOperation"}, Request(regions=("a",), kinds=(QUEUE,)))  # fmt: skip
    assert calls(alone[2], "sqs") == ["sqs.list_queues in a"]


def test_how_an_account_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another account by the role that was named, one's own without; a refusal is the account's gap."""
    seen: list[tuple[Any, ...]] = []

    def assume(central: Session, *asked: Any) -> Session:
        seen.append(asked)
        if asked[0] == "333333333333":
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole")
        return Session({"iam.list_open_id_connect_providers": [{"Arn": "arn:x:oidc-provider/h"}]}, asked[0])  # fmt: skip

    monkeypatch.setattr(module, "assume", assume)
    request = Request(regions=("a",), role_name="look", external_id="e")
    looked({}, request)
    assert seen == []
    part, lines, asked, _ = looked({}, request, OTHER)
    assert seen == [(OTHER, "look", "e")] and part.account == OTHER and asked == []
    assert b'"account":"222222222222"' in lines[-1]
    part, lines, _, _ = looked({}, request, "333333333333")
    assert [(gap.account, gap.region, gap.call, gap.code) for gap in part.gaps] == [("333333333333", None, "sts:AssumeRole", "AccessDenied")]  # fmt: skip
    assert (part.regions, lines) == ((), [])


def recorded(account: str, name: str) -> str:
    """A role as AWS Config has it."""
    return json.dumps({"accountId": account, "awsRegion": "us-east-1", "arn": f"arn:aws:iam::{account}:role/{name}", "configuration": {"roleName": name, "assumeRolePolicyDocument": json.dumps(SECRET)}, "configurationItemCaptureTime": "2026-11-20T05:00:00Z"})  # fmt: skip


def aggregated(request: Request, sources: Any, **answers: Any) -> tuple[Survey, list[Part], list[tuple[Part, list[bytes]]]]:  # fmt: skip
    """Accounts, parts and what was journaled of an aggregator's accounts, each with a role."""
    names = {"SourceType": "ACCOUNT", "LastUpdateStatus": "SUCCEEDED"}
    told = sources if isinstance(sources, str) else [{"SourceId": account, "AwsRegion": region, **names} for account, region in sources]  # fmt: skip

    def selected(asked: Any) -> Any:
        assert asked["ConfigurationAggregatorName"] == "all"
        return {"Results": [recorded(account, "r") for account, _ in sources] if "'AWS::IAM::Role'" in asked["Expression"] else []}  # fmt: skip

    central: Any = Session({"config.describe_configuration_aggregator_sources_status": told, "config.select_aggregate_resource_config": selected,
                            "organizations.describe_organization": "AWSOrganizationsNotInUseException"} | answers)  # fmt: skip
    central.pool = SimpleNamespace(regions=lambda _: {"us-east-1", "eu-west-1"})
    journal: Any = Journaled()
    journal.at = "2026-11-20T06:00:00Z"
    found, parts, stale = read_aggregator(central, replace(request, aggregator="all"), journal)
    assert stale == 0 and [part for part, _ in journal.parts] == parts
    return found, parts, journal.parts


def test_whose_records_an_aggregator_tells() -> None:
    """An account that delivers and is not looked at, or a region of one that was left out."""
    both = [(OTHER, "us-east-1"), ("333333333333", "eu-west-1")]
    found, parts, journaled = aggregated(Request(), both)
    assert [(one.id, one.collected) for one in found.accounts] == [(OTHER, True), ("333333333333", True)]  # fmt: skip
    assert [part.account for part in parts] == ["aggregator-000000", "aggregator"]
    assert parts[-1].regions == ("eu-west-1", "us-east-1") and len(journaled[0][1]) == 2
    found, parts, journaled = aggregated(Request(excluded=(OTHER,)), both)
    assert [(one.id, one.collected) for one in found.accounts] == [(OTHER, False), ("333333333333", True)]  # fmt: skip
    assert parts[-1].regions == ("eu-west-1",) and len(journaled[0][1]) == 1
    assert {gap.account for gap in parts[-1].gaps} == {"333333333333"}
    assert aggregated(Request(regions=("us-east-1",)), both)[1][-1].regions == ("us-east-1",)
    ours = {"organizations.describe_organization": {"Id": "o-1", "MasterAccountId": OWN}, "organizations.list_accounts": [{"Id": OWN}, {"Id": OTHER}]}  # fmt: skip
    found, parts, _ = aggregated(Request(organization=True), both, **ours)
    assert [one.id for one in found.accounts] == [OWN, OTHER]
    assert (OWN, "NotAggregated") in [(gap.account, gap.code) for gap in parts[-1].gaps]
    for request, sources, said in ((Request(), "AccessDenied", "the aggregator 'all' cannot be read: AccessDenied: m"), (Request(excluded=("444444444444",)), both, "is not among the accounts to collect")):  # fmt: skip
        with pytest.raises(InputError, match=said):
            aggregated(request, sources)
    assert [part.account for part in aggregated(Request(), [])[1]] == ["aggregator"]
    for redact in (True, False):
        lines = aggregated(Request(redact=redact), both)[2][0][1]
        assert (b"s3cret" in b"".join(lines)) is not redact


def test_what_a_snapshot_tells_of_its_making() -> None:
    """A shard that passes for the whole, or an older list for one of now."""
    found = Survey(Organization(id="o-1"), (), [], None, "2026-11-20T06:00:00Z")
    request = Request(organization=True, regions=("b", "a"), shard=Shard(1, 2))
    assert _piece(request, found) == Piece(organization="o-1", listed=True, listed_at="2026-11-20T06:00:00Z", shard="1/2", asked="--regions a,b", regions=("a", "b"))  # fmt: skip
    assert _piece(Request(), Survey(None, (), [])) == Piece(organization=None, listed=False, shard=None, asked="", regions=())  # fmt: skip


def test_what_is_no_part_of_a_journal_is_named_in_order(tmp_path: Path) -> None:
    """Another file each time, of which its reader removes one after the other."""
    names = [f"{letter}.jsonl" for letter in "hdbgeacf"]
    for name in names:
        (tmp_path / name).write_text("")
    for name in sorted(names):
        with pytest.raises(InputError, match="no part of a collection's journal") as error:
            refuse_strange(tmp_path, [])
        assert error.value.path == str(tmp_path / name)
        (tmp_path / name).unlink()
    (tmp_path / "x").symlink_to(tmp_path / "y")
    with pytest.raises(InputError, match="no part of"):
        refuse_strange(tmp_path, [tmp_path / "x"])
