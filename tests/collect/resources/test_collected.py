"""Resources, end to end: made through AWS's own calls, collected, and analysed as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws.calls import Call
from checker.collect.aws.resources.registry import ALL, calls_of
from checker.snapshot.write import encode_record
from tests.collect.resources.canned import META
from tests.collect.resources.replay import HOME, Recording, of, refused, replayed, whole
from tests.collect.resources.world import ENTRY, SECRET, VENDOR, build, entries
from tests.support.cli import vendorgate
from tests.support.collected import Snapshot, run
from tests.support.front import OWN, Calls, aws
from tests.support.rows import rows

REGIONS = ("--regions", "us-east-1,eu-west-1")


@pytest.fixture(scope="module")
def calls() -> Calls:
    return Calls()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("resources")


@pytest.fixture(scope="module")
def recording() -> Recording:
    return Recording()


@pytest.fixture(scope="module")
def snapshot(folder: Path, calls: Calls, recording: Recording) -> Iterator[Snapshot]:
    with aws(calls, entries), recording.listening():
        build()
        calls.seen.clear()
        yield run(folder, "--resources", *REGIONS)


def records(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    return {one["arn"]: one for one in snapshot["resources"]}


def test_everything_is_read(snapshot: Snapshot) -> None:
    """Of each kind something, without a gap; the manifest tells for which kinds somebody looked."""
    assert (snapshot.gaps, snapshot.code) == ([], 0)
    kinds = {one["kind"] for one in snapshot["resources"]}
    assert kinds <= set(snapshot.manifest["resource_kinds"])
    assert len(kinds) >= 20
    assert {one["account"] for one in snapshot["resources"]} == {OWN}


LET_IN = {
    "arn:aws:s3:::acme-data": ["account"],
    "arn:aws:s3:::acme-open": ["anyone"],
    f"arn:aws:sqs:us-east-1:{OWN}:jobs": ["account"],
    f"arn:aws:sns:us-east-1:{OWN}:alerts": ["account"],
    f"arn:aws:ecr:us-east-1:{OWN}:repository/app": ["account"],
    f"arn:aws:ecr:us-east-1:{OWN}:registry": ["account"],
    f"arn:aws:events:us-east-1:{OWN}:event-bus/central": ["account"],
    f"arn:aws:logs:us-east-1:{OWN}:destination:in": ["account"],
    f"arn:aws:lambda:us-east-1:{OWN}:function:ingest": ["anyone"],
    f"arn:aws:lambda:us-east-1:{OWN}:layer:tools:1": [
        "unresolved"
    ],  # the emulator writes a bare id
    f"arn:aws:dynamodb:us-east-1:{OWN}:table/orders": ["account"],
    f"arn:aws:rds:us-east-1:{OWN}:snapshot:nightly": ["account"],
    f"arn:aws:ssm:us-east-1:{OWN}:document/Run": ["account"],
    ENTRY: ["principal"],
}
"""Where the ARN is known beforehand."""


OTHERS = {
    "AWS::KMS::Key": [("grant", "principal"), ("policy", "account")],
    "AWS::SecretsManager::Secret": [("policy", "account")],
    "AWS::RAM::ResourceShare": [("share", "account")],
    "AWS::EC2::Snapshot": [("share", "account"), ("share", "anyone")],
}
"""Of the others, by kind: via what who is let in."""


def test_what_is_written_is_what_is_analysed(snapshot: Snapshot, folder: Path) -> None:
    """Each open door is found, by the product's own command over the file itself."""
    ran = vendorgate("analyze", folder / "snapshot/resources.jsonl", "--resources", "-f", "jsonl")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert len(found) == len(snapshot["resources"]), ran.err
    let_in = {
        one["arn"]: sorted({g["principal"]["kind"] for g in one["grants"] if g["effective"]})
        for one in found
    }
    assert {arn: let_in[arn] for arn in LET_IN} == LET_IN
    told = {
        kind: sorted((g["via"], g["principal"]["kind"])
                     for record, one in zip(snapshot["resources"], found, strict=True)
                     for g in one["grants"] if record["kind"] == kind)
        for kind in OTHERS
    }  # fmt: skip
    assert told == OTHERS
    # of statements in a form that the emulator alone writes, and of ACLs of objects, never read
    odd = {(one["arn"].split(":")[5], each["code"]) for one in found for each in one["problems"]}
    assert {name for name, code in odd if code != "object-acls"} == {"function", "layer"}
    assert {name for name, code in odd if code == "object-acls"} >= {"acme-data"}


def test_nothing_secret_comes_along(snapshot: Snapshot) -> None:
    """A function's environment, a document's content, what a secret holds."""
    for text in (SECRET, "of the database", "PASSWORD"):
        assert text.encode() not in b"".join(snapshot.files.values())


def test_what_shuts_a_bucket_is_told(snapshot: Snapshot) -> None:
    """Its own switches and the account's, who owns its ACL, and whether AWS calls its policy public."""
    shut, eu = (records(snapshot)[f"arn:aws:s3:::acme-{name}"] for name in ("shut", "eu"))
    assert shut["settings"]["bpa"]["RestrictPublicBuckets"] is True
    assert shut["settings"]["policy_status"] is True
    assert eu["settings"]["account_bpa"]["BlockPublicAcls"] is True
    assert (eu["region"], eu["settings"]["ownership"]) == ("eu-west-1", "ObjectWriter")
    assert OWN in eu["settings"]["canonical"].values()
    point = records(snapshot)[f"arn:aws:s3:us-east-1:{OWN}:accesspoint/share"]
    assert point["settings"]["bucket"] == "acme-data"


CALLS = calls_of(ALL)


@pytest.fixture(scope="module")
def calm(snapshot: Snapshot, recording: Recording) -> list[Any]:
    """The same resources, from the same answers, in one region; and of the kinds of which the
    emulator has none, what is canned."""
    found, gaps = replayed(recording, whole)
    assert not gaps
    assert {one.kind for one in found} == set(ALL)
    assert {one.arn for one in found} >= {
        one["arn"] for one in snapshot["resources"] if one["region"] in (None, HOME)
    }
    return found


HARMS: dict[str, Any] = {
    "denied": lambda call: refused(call, "AccessDenied"),
    "throttled": lambda call: refused(call, "ThrottlingException"),
    "hollow": lambda call: of(call, lambda _: [{"ResponseMetadata": META}]),
    "no answer at all": lambda call: of(call, lambda _: [{}]),
    "of another type": lambda call: of(call, lambda pages: [
        {key: value if key == "ResponseMetadata" else 7 for key, value in page.items()}
        for page in pages
    ]),
}  # fmt: skip
LEAN = {"hollow"}
"""Nothing is wrong with it, where AWS leaves an empty list out."""


@rows("call", CALLS, ids=lambda call: f"{call.name} {dict(call.request)}")
def test_no_harm_is_silent(calm: list[Any], recording: Recording, call: Call) -> None:
    """A bucket whose policy was not read, and that looks as if it had none."""
    for name, harm in HARMS.items():
        found, gaps = replayed(recording, harm(call))
        told = {gap.call for gap in gaps}
        if not (call.lean and name in LEAN):
            assert told == {call.name}, (name, told)
        assert len(found) <= len(calm)


@rows("call", [c for c in CALLS if c.nothing], ids=lambda call: call.name)
def test_the_one_code_of_an_absence(calm: list[Any], recording: Recording, call: Call) -> None:
    """What is said to have no policy is a resource without one; and nothing is a gap."""
    for code in call.nothing:
        found, gaps = replayed(recording, refused(call, code))
        assert not gaps
        gone = {one.arn for one in calm} - {one.arn for one in found}
        assert all(arn.endswith((":registry", ":ingest:prod", "vaults/old")) for arn in gone)
        assert all(not one.settings or b"unread" not in bytes(one.settings) for one in found)


@rows("call", [c for c in CALLS if c.gone], ids=lambda call: call.name)
def test_what_is_gone_is_looked_for_again(
    calm: list[Any], recording: Recording, call: Call
) -> None:
    """Deleted meanwhile: no gap. Still listed: one, as somebody answered what is not so."""
    for code in call.gone:
        found, gaps = replayed(recording, refused(call, code))
        assert {gap.call for gap in gaps} == {call.name}
        assert len(found) < len(calm) or call.name == "eks:ListAccessEntries"


def test_what_was_deleted_meanwhile_is_no_gap(calm: list[Any], recording: Recording) -> None:
    """The listing no longer names it: nobody is told to mend what is not there."""
    (listing,) = [call for call in CALLS if call.name == "sqs:ListQueues"]
    (reading,) = [call for call in CALLS if call.name == "sqs:GetQueueAttributes"]
    asked = iter([True, False])
    gone = refused(reading, "QueueDoesNotExist")
    once = of(listing, lambda pages: pages if next(asked) else [{"ResponseMetadata": META}])
    found, gaps = replayed(recording, lambda of_what, pages: gone(of_what, once(of_what, pages)))
    assert not gaps
    assert {one.kind for one in calm} - {one.kind for one in found} == {"AWS::SQS::Queue"}


def test_what_the_emulator_lacks_is_analysed_too(
    snapshot: Snapshot, calm: list[Any], tmp_path: Path
) -> None:
    """A form that the analysis does not know: the vendor is let in, and nobody is told."""
    path = tmp_path / "resources.jsonl"
    path.write_bytes(b"\n".join(map(encode_record, calm)))
    ran = vendorgate("analyze", path, "--resources", "-f", "jsonl")
    found = [json.loads(line) for line in ran.out.splitlines()]
    made = {one["kind"] for one in snapshot["resources"]}
    shut = {
        record.kind for record, one in zip(calm, found, strict=True)
        if record.kind not in made and not any(
            VENDOR in (g["principal"].get("account"), g["principal"].get("id"))
            for g in one["grants"])
    }  # fmt: skip
    assert shut == {"AWS::CloudFront::CloudFrontOriginAccessIdentity"}
    problems = {
        (r.kind, p["code"]) for r, one in zip(calm, found, strict=True) for p in one["problems"]
    } - {("AWS::S3::Bucket", "object-acls")}
    assert {kind for kind, _ in problems} <= {"AWS::Lambda::Function", "AWS::Lambda::LayerVersion"}
