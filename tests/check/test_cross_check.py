"""`check --cross-check`: what AWS's analyzer found against what the gate saw."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.check.cross_check import CrossChecker, Told, _Ours, _Theirs
from tests.check.test_resources import (
    BUCKET,
    QUEUE,
    READS,
    S3,
    SEND,
    SHUT,
    SNAPSHOT,
    opened,
    resource,
)
from tests.support.analyzer import analyzer_arn, finding, write_findings
from tests.support.cli import Ran, vendorgate
from tests.support.gate import TODAY
from tests.support.rows import rows
from tests.support.snapshots import OWN2, STRANGER, VENDOR, allow, role, vendor_role, write

KINDS = ["AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::EC2::Snapshot", "AWS::EKS::AccessEntry"]
OPEN = opened(BUCKET, {"AWS": VENDOR}, S3)
THEIRS = finding("a", BUCKET, "AWS::S3::Bucket", {"AWS": VENDOR}, S3)
SAML = f"arn:aws:iam::{OWN2}:saml-provider/okta"


def crossed(
    folder: Path, records: list[Any], theirs: list[Any], *options: str, form: str = "json",
    kinds: list[str] | None = KINDS, roles: tuple[Any, ...] = (), providers: tuple[Any, ...] = (),
    theirs_gaps: list[Any] | None = None, **more: Any,
) -> Ran:  # fmt: skip
    write(folder / "snapshot", roles=list(roles), image_uses=[], resources=records,
          providers=list(providers), manifest={} if kinds is None else {"resource_kinds": kinds})  # fmt: skip
    (folder / "allowlist.yaml").write_text(READS)
    path = write_findings(folder / "analyzer_findings.jsonl", *theirs, gaps=theirs_gaps, **more)
    given = ("--today", TODAY, "-f", form, "--fail-on", "none", "--cross-check", path)
    return vendorgate("check", *given, *options, cwd=folder)


def result(ran: Ran) -> dict[str, Any]:
    return json.loads(ran.out)["cross_check"]  # type: ignore[no-any-return]


def at(name: str, principal: Any, **more: Any) -> dict[str, Any]:
    """A finding of AWS's on the bucket, or on another resource."""
    arn, kind = more.pop("on", (BUCKET, "AWS::S3::Bucket"))
    return finding(name, arn, kind, principal, S3, **more)


ROLE = (vendor_role()["arn"], "AWS::IAM::Role")
SHARED = resource(SNAPSHOT, share=[{"UserId": STRANGER}])
ORG = {"aws:PrincipalOrgID": "o-stranger1234"}
STRANGERS = opened(
    BUCKET, "*", S3, condition={"StringEquals": {"aws:PrincipalOrgID": "o-stranger1234"}}
)
LAMBDA = f"arn:aws:lambda:us-east-1:{OWN2}:function:f"
POINT = f"arn:aws:s3:us-east-1:{OWN2}:accesspoint/p"
AGREED = [
    (
        "a function with and without its version",
        opened(LAMBDA, {"AWS": VENDOR}, "lambda:InvokeFunction", "AWS::Lambda::Function"),
        at("a", {"AWS": VENDOR}, on=(f"{LAMBDA}:1", "AWS::Lambda::Function")),
    ),
    (
        "a bucket through an access point, which is what we name",
        opened(POINT, {"AWS": VENDOR}, S3, "AWS::S3::AccessPoint")
        | {
            "document": {
                "Statement": [allow({"AWS": VENDOR}, S3) | {"Resource": f"{POINT}/object/*"}]
            }
        },
        at("a", {"AWS": VENDOR}, on=("arn:aws:s3:::b", "AWS::S3::Bucket"), points=[POINT]),
    ),
    ("an account", OPEN, at("a", {"AWS": VENDOR})),
    ("a role of it", OPEN, at("a", {"AWS": f"arn:aws:iam::{VENDOR}:role/x"})),
    ("everybody", opened(BUCKET, "*", S3), at("a", {"AWS": "*"}, condition={})),
    ("an organization by its condition", STRANGERS, at("a", {"AWS": "*"}, condition=ORG)),
    (
        "a snapshot without its account",
        SHARED,
        at("a", {"AWS": STRANGER}, on=(SNAPSHOT.replace(OWN2, ""), "AWS::EC2::Snapshot")),
    ),
]


@rows("why, ours, theirs", AGREED)
def test_found_by_both(
    why: str, ours: dict[str, Any], theirs: dict[str, Any], tmp_path: Path
) -> None:
    """Catches a false alarm for what both say in their own words."""
    ran = crossed(tmp_path, [ours], [theirs])
    found = result(ran)
    assert (ran.code, found["agreed"], found["missed"], found["only_ours"]) == (0, 1, [], []), why


def test_one_of_everybody_is_found(tmp_path: Path) -> None:
    """Catches an alarm for somebody whom we know to get in with all others."""
    ran = crossed(tmp_path, [opened(BUCKET, "*", S3)], [at("a", {"AWS": STRANGER})])
    assert (ran.code, result(ran)["missed"]) == (0, [])
    assert [one["principal"] for one in result(ran)["only_ours"]] == ["*"]


MISSED = [
    ("another account", OPEN, at("a", {"AWS": STRANGER}), "shows no such grant"),
    ("everybody", OPEN, at("a", {"AWS": "*"}), "shows no such grant"),
    (
        "everybody, whatever the condition says",
        OPEN,
        at("a", {"AWS": "*"}, condition={"aws:PrincipalAccount": VENDOR})
        | {"accesses": [{"principal": {"AWS": "*"}, "public": True,
                         "condition": {"aws:PrincipalAccount": VENDOR}}]},
        "shows no such grant",
    ),
    ("own and another", OPEN, at("a", {"AWS": STRANGER}, condition={"aws:SourceAccount": OWN2}),
     "shows no such grant"),
    ("one of everybody, all of whom we say are stopped", opened(BUCKET, "*", S3, settings=SHUT),
     at("a", {"AWS": STRANGER}), "shows no such grant"),
    ("a canonical id of a vendor's", resource(BUCKET, settings={"canonical": {"c" * 64: VENDOR}}),
     at("a", {"CanonicalUser": "c" * 64}), "shows no such grant"),
    ("a stranger's organization", OPEN, at("a", {"AWS": "*"}, condition=ORG), "shows no such grant"),
    ("another bucket", OPEN, at("a", {"AWS": VENDOR}, on=("arn:aws:s3:::b", "AWS::S3::Bucket")),
     "is not in the snapshot"),
    ("a kind that nobody looked for", OPEN,
     at("a", {"AWS": VENDOR}, on=("arn:aws:kms:us-east-1:222222222222:key/k", "AWS::KMS::Key")),
     "AWS's word alone"),
]  # fmt: skip


@rows("why, ours, theirs, said", MISSED)
def test_found_by_aws_alone(
    why: str, ours: dict[str, Any], theirs: dict[str, Any], said: str, tmp_path: Path
) -> None:
    """Catches a finding of AWS's that we have no grant for, and that passes."""
    ran = crossed(tmp_path, [ours], [theirs], "--allow-gaps")
    report = json.loads(ran.out)
    assert ran.code == 3, why
    (missed,) = report["cross_check"]["missed"]
    assert said in missed["why"]
    gap = next(one for one in report["findings"] if one["facts"].get("call") == missed["resource"])
    assert missed["principal"] in gap["message"] and said in gap["message"]
    assert "archives the finding" in gap["remediation"]
    assert [one["acceptable"] for one in report["gaps"]] == [False]
    text = crossed(tmp_path, [ours], [theirs], "--allow-gaps", form="text").out
    assert "1 gap" in text and "(accepted)" not in text


def test_a_snapshot_that_says_nothing_of_kinds(tmp_path: Path) -> None:
    """Catches a crash, or a pass, where nobody knows whether resources were looked at."""
    ran = crossed(tmp_path, [], [THEIRS], kinds=None)
    assert (ran.code, len(result(ran)["missed"])) == (3, 1)


def test_who_is_our_own_is_aside(tmp_path: Path) -> None:
    """Catches an alarm for an own account outside the analyzer's zone, for an own identity provider,
    for AWS's own accounts, and for our organization."""
    provider = {"account": OWN2, "arn": SAML, "kind": "saml", "issuer": "idp.example.com"}
    oidc = f"arn:aws:iam::{OWN2}:oidc-provider/idp.example.com"
    known = [provider, {**provider, "arn": oidc, "kind": "oidc"}]
    theirs = [
        at("a", {"AWS": "111111111111"}),
        at("b", {"Federated": oidc}, on=ROLE),
        at("c", {"AWS": "127311923021"}),
        at("d", {"CanonicalUser": "c" * 64}),
        at("e", {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1OURS"}),
        at("f", {"AWS": "*"}, condition={"aws:PrincipalOrgID": "o-own1234567"}),
    ]
    own = {"canonical": {"c" * 64: OWN2}, "own_oais": ["E1OURS"]}
    ran = crossed(tmp_path, [resource(BUCKET, settings=own)], theirs, providers=tuple(known))
    assert (ran.code, result(ran)["own"], result(ran)["missed"]) == (0, 6, [])


def test_an_identity_provider_is_whoever_it_stands_for(tmp_path: Path) -> None:
    """Catches an ARN of AWS's that our issuer's name does not meet."""
    arn = f"arn:aws:iam::{OWN2}:oidc-provider/token.example.net"
    provider = {"account": OWN2, "arn": arn, "kind": "oidc", "issuer": "token.example.net"}
    made = role("Build", allow({"Federated": arn}, "sts:AssumeRoleWithWebIdentity"))
    theirs = at("a", {"Federated": arn}, on=(made["arn"], "AWS::IAM::Role"))
    ran = crossed(tmp_path, [], [theirs], roles=(made,), providers=(provider,))
    assert (result(ran)["agreed"], result(ran)["only_ours"]) == (1, [])


def test_providers_that_nobody_could_read_are_not_one(tmp_path: Path) -> None:
    """Catches a way in by one of them that passes for the other's, as neither says who it is; and
    one that the list calls own by its ARN, taken for a stranger's."""
    arns = [f"arn:aws:iam::{OWN2}:saml-provider/{name}" for name in ("one", "other")]
    known = tuple({"account": OWN2, "arn": arn, "kind": "saml", "issuer": None} for arn in arns)
    made = role("Build", allow({"Federated": arns[0]}, "sts:AssumeRoleWithSAML"))
    on = (made["arn"], "AWS::IAM::Role")
    ran = crossed(
        tmp_path, [], [at("a", {"Federated": arns[1]}, on=on)], roles=(made,), providers=known
    )
    assert (result(ran)["agreed"], len(result(ran)["missed"])) == (0, 1)
    ours = f"arn:aws:iam::{OWN2}:oidc-provider/idp.example.com"
    unread = {"account": OWN2, "arn": ours, "kind": "oidc", "issuer": None}
    ran = crossed(tmp_path, [], [at("a", {"Federated": ours}, on=ROLE)], providers=(unread,))
    assert (result(ran)["own"], result(ran)["missed"]) == (1, [])


def test_a_role_is_told_by_every_region_and_counted_once(tmp_path: Path) -> None:
    """Catches a role that seems to be trusted once for each region."""
    found = [at(one, {"AWS": VENDOR}, on=ROLE, region=one) for one in ("us-east-1", "eu-west-1")]
    ran = crossed(tmp_path, [], found, roles=(vendor_role(),))
    assert (ran.code, result(ran)["agreed"]) == (0, 1)


def test_found_by_us_alone(tmp_path: Path) -> None:
    """Catches a grant of ours that AWS should have found; where AWS does not look, it is not said
    to have missed it."""
    queue = opened(QUEUE, {"AWS": VENDOR}, SEND)
    there = crossed(tmp_path, [OPEN, queue], [THEIRS])
    assert [one["resource"] for one in result(there)["only_ours"]] == [QUEUE]
    nobody = crossed(tmp_path, [OPEN, queue], [], analyzers=[])
    assert result(nobody)["only_ours"] == []
    assert sum(result(nobody)["uncovered"].values()) == 2
    account = {"arn": analyzer_arn(account=OWN2), "region": "us-east-1", "zone": "account",
               "status": "ACTIVE"}  # fmt: skip
    assert result(crossed(tmp_path, [queue], [], analyzers=[account]))["only_ours"]
    for wrong in ({"region": "eu-west-1"}, {"arn": analyzer_arn()}, {"status": "DISABLED"}):
        ran = crossed(tmp_path, [queue], [], analyzers=[account | wrong])
        assert result(ran)["only_ours"] == [] and result(ran)["uncovered"], wrong


def test_services_are_not_what_the_analyzer_tells_of(tmp_path: Path) -> None:
    """Catches AWS's silence on a service that is taken for a miss of its own."""
    source = {"StringEquals": {"aws:SourceAccount": STRANGER}}
    ours = opened(QUEUE, {"Service": "sns.amazonaws.com"}, SEND, condition=source)
    queue = opened(QUEUE + "2", {"AWS": VENDOR}, SEND, "AWS::SQS::Queue")
    found = result(crossed(tmp_path, [ours, queue], []))
    assert [one["resource"] for one in found["only_ours"]] == [QUEUE + "2"]
    assert {one["kind"]: one["ours"] for one in found["kinds"]}["AWS::SQS::Queue"] == 1


# https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html
ANALYSED = """S3::Bucket S3Express::DirectoryBucket IAM::Role KMS::Key Lambda::Function
    Lambda::LayerVersion SQS::Queue SecretsManager::Secret SNS::Topic EFS::FileSystem EC2::Snapshot
    RDS::DBSnapshot RDS::DBClusterSnapshot ECR::Repository DynamoDB::Table DynamoDB::Stream"""


def test_the_kinds_that_the_analyzer_covers(tmp_path: Path) -> None:
    """Catches a kind on which AWS's silence is taken for its not looking."""
    ran = crossed(tmp_path, [], [at("a", {"AWS": VENDOR}, on=ROLE)], kinds=[])
    covered = [one["kind"] for one in result(ran)["kinds"] if one["analyzer"]]
    assert covered == sorted(f"AWS::{name}" for name in ANALYSED.split())


@pytest.mark.parametrize("status", ["ARCHIVED", "RESOLVED"])
def test_what_somebody_closed_is_aside(status: str, tmp_path: Path) -> None:
    """Catches an alarm for what was archived, and an archived finding that seems to be ours alone."""
    accesses = {} if status == "ARCHIVED" else {"accesses": None}
    stranger = at("b", {"AWS": STRANGER}, status=status) | accesses
    ran = crossed(tmp_path, [OPEN], [THEIRS | {"status": status} | accesses, stranger])
    found = result(ran)
    assert (ran.code, found["missed"], found[status.lower()]) == (0, [], 2)
    assert len(found["only_ours"]) == (status == "RESOLVED") and found["unreadable"] == []


def test_what_is_stopped_for_us_is_told(tmp_path: Path) -> None:
    """Catches a disagreement about a guardrail that looks like agreement."""
    ours = opened(BUCKET, "*", S3, settings=SHUT)
    ran = crossed(tmp_path, [ours], [at("a", {"AWS": "*"})])
    (one,) = result(ran)["stopped"]
    assert "stopped by" in one["why"]
    names = [f"arn:aws:s3:::{name}" for name in "zay"]
    records = [opened(name, "*", S3, "AWS::S3::Bucket", settings=SHUT) for name in names]
    theirs = [
        at(str(n), {"AWS": "*"}, on=(name, "AWS::S3::Bucket")) for n, name in enumerate(names)
    ]
    told = result(crossed(tmp_path / "several", records, theirs))["stopped"]
    assert [one["resource"] for one in told] == sorted(names)


def test_with_which_of_ours_a_finding_agrees() -> None:
    """Catches a way in that is open, told as stopped since another one is; everybody who is stopped
    lets in nobody else."""

    def ours(effective: bool | None, *words: str) -> _Ours:
        return _Ours(told, frozenset(words), True, effective, None)

    told = Told(account=OWN2, region=None, resource=BUCKET, kind="AWS::S3::Bucket", principal=VENDOR, actions=())  # fmt: skip
    shut, way, all_shut, all_in = ours(False, VENDOR), ours(True, VENDOR), ours(False, "*"), ours(None, "*")  # fmt: skip
    table: list[tuple[list[_Ours], str, _Ours | None]] = [
        ([shut, way], VENDOR, way), ([way, shut], VENDOR, way), ([shut], VENDOR, shut), ([all_shut], VENDOR, None), ([all_in], VENDOR, all_in),
        ([all_shut, shut], VENDOR, shut), ([all_shut], "*", all_shut), ([way], STRANGER, None), ([], VENDOR, None), ([ours(True, "i.example")], SAML, ours(True, "i.example")),
    ]  # fmt: skip
    for there, who, met in table:
        checker = CrossChecker.__new__(CrossChecker)
        checker._ours, checker._issuers = {"k": there, "other": [way]}, {SAML: "i.example"}
        found = checker._met(_Theirs(told, frozenset({who}), frozenset({"k", "none"})))
        assert found == met, (there, who)


def test_accounts_that_nobody_looked_at_are_counted(tmp_path: Path) -> None:
    """Catches an alarm for an account that the snapshot is not about, and silence about it."""
    there = at("b", {"AWS": STRANGER}, account="333333333333")
    closed = [there | {"id": status, "status": status} for status in ("ARCHIVED", "RESOLVED")]
    ran = crossed(tmp_path, [OPEN], [THEIRS, there, *closed])
    assert (ran.code, result(ran)["elsewhere"]) == (0, 1)
    assert any("1 in accounts that" in one for one in json.loads(ran.out)["notes"])


def test_a_gap_of_the_analyzers_is_one_of_the_check(tmp_path: Path) -> None:
    """Catches findings that were read in part, and agree with all."""
    gap = {"account": OWN2, "region": "us-east-1", "call": "accessanalyzer:ListFindingsV2",
           "code": "AccessDeniedException", "message": "no"}  # fmt: skip
    ran = crossed(tmp_path, [OPEN], [], "--allow-gaps", theirs_gaps=[gap])
    assert ran.code == 3 and result(ran)["only_ours"] == []


@pytest.mark.parametrize("status", ["ACTIVE", "ARCHIVED"])
def test_a_finding_that_nobody_could_read_is_told(status: str, tmp_path: Path) -> None:
    """Catches what AWS could not analyse, and that we then seem to have found alone."""
    broken = at("a", None, error="ACCESS_DENIED", status=status)
    ran = crossed(tmp_path, [OPEN], [broken])
    assert result(ran)["unreadable"] == [f"{BUCKET}: ACCESS_DENIED"]
    assert result(ran)["only_ours"] == []


def test_a_status_that_nobody_knows_counts_as_active(tmp_path: Path) -> None:
    """Catches a finding that is counted nowhere, and so passes."""
    new = [at(one, {"AWS": who}, status="NEW") for one, who in (("a", VENDOR), ("b", STRANGER))]
    ran = crossed(tmp_path, [OPEN], [*new, new[1] | {"id": "c", "account": "333333333333"}])
    found = result(ran)
    assert (ran.code, found["agreed"], found["elsewhere"]) == (3, 1, 1)
    assert [one["principal"] for one in found["missed"]] == [STRANGER]
    assert (
        found["unreadable"]
        == [f"{BUCKET}: its status 'NEW' is not known, and counts as ACTIVE"] * 2
    )


def test_each_way_in_is_told(tmp_path: Path) -> None:
    """Catches one that hides behind another of the same somebody, and a kind of which AWS tells by
    now that is counted nowhere."""
    theirs = [
        finding(one, BUCKET, "AWS::S3::Bucket", {"AWS": STRANGER}, one)
        for one in (S3, "s3:PutObject")
    ]
    new = finding("new", "arn:aws:new:::x", "AWS::New::Kind", {"AWS": STRANGER}, "new:Get")
    ran = crossed(tmp_path, [OPEN], [*theirs, new])
    assert len(result(ran)["missed"]) == 3
    assert {one["kind"]: one["theirs"] for one in result(ran)["kinds"]}["AWS::New::Kind"] == 1
    told = [gap["message"] for gap in json.loads(ran.out)["gaps"] if gap["call"] == BUCKET]
    assert len(told) == 1 and S3 in told[0] and "s3:PutObject" in told[0]


def test_each_door_of_a_bucket_is_told(tmp_path: Path) -> None:
    """Catches an access point that the snapshot lacks, behind one that it has."""
    known = opened(POINT, {"AWS": VENDOR}, S3, "AWS::S3::AccessPoint")
    known["document"]["Statement"][0]["Resource"] = f"{POINT}/object/*"
    on = ("arn:aws:s3:::b", "AWS::S3::Bucket")
    theirs = [
        at(name, {"AWS": VENDOR}, on=on, points=[POINT.replace("/p", f"/{name}")]) for name in "pq"
    ]
    for number, findings in enumerate((theirs, theirs[::-1], theirs[1:])):
        ran = crossed(tmp_path / str(number), [known], findings)
        assert (ran.code, len(result(ran)["missed"])) == (3, 1)


def test_the_text_says_all_of_it(tmp_path: Path) -> None:
    """Catches a section that only JSON has, and a name that breaks out of its line."""
    bad = at("b", {"AWS": STRANGER}, condition={"aws:SourceIp": "1\x1b[2J\n::error::x"})
    queue = opened(QUEUE, {"AWS": VENDOR}, SEND)
    ran = crossed(tmp_path, [OPEN, queue], [THEIRS, bad], form="text")
    assert "Access Analyzer found, and we did not (1)" in ran.out
    assert "Found by us, and not by Access Analyzer (1)" in ran.out
    assert "AWS::KMS::Key: not looked at by us, by AWS's word alone: 0 ways in" in ran.out
    assert "\x1b" not in ran.out and "\n::" not in ran.out


def test_a_stored_report_keeps_it(tmp_path: Path) -> None:
    """Catches a report whose cross-check is lost, or refused, when it is shown again."""
    stored = tmp_path / "report.json"
    stored.write_text(crossed(tmp_path, [OPEN], [at("b", {"AWS": STRANGER})]).out)
    ran = vendorgate("render", stored, cwd=tmp_path)
    assert ran.code == 0 and "Access Analyzer found, and we did not (1)" in ran.out


BROKEN = [
    ("cut", lambda data: data[:-20], "its digest differs"),
    ("changed", lambda data: data.replace(STRANGER.encode(), VENDOR.encode()), "digest differs"),
    ("empty", lambda _: b"", "no findings of Access Analyzer"),
    ("something else", lambda _: b'{"schema": "x"}\n', "no findings of Access Analyzer"),
    ("another edition", lambda data: data.replace(b"findings/v1", b"findings/v9"), "its schema is"),
]


@rows("why, harm, said", BROKEN)
def test_a_file_that_is_not_whole_is_refused(
    why: str, harm: Any, said: str, tmp_path: Path
) -> None:
    """Catches findings that somebody left out."""
    crossed(tmp_path, [OPEN], [])
    path = write_findings(tmp_path / "analyzer_findings.jsonl", at("b", {"AWS": STRANGER}))
    path.write_bytes(harm(path.read_bytes()))
    ran = vendorgate("check", "--today", TODAY, "--cross-check", tmp_path, cwd=tmp_path)
    assert ran.code == 2 and said in ran.err, why
