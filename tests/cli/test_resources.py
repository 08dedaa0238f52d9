"""Resources through the verbs: each as its user asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.check.test_resources import BUCKET, QUEUE, READS, S3, SEND, opened, policy, scoped
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, OWN2, STRANGER, VENDOR, allow, write

TODAY = ("--today", "2026-11-20")
KINDS = ["AWS::S3::Bucket", "AWS::SQS::Queue"]
RECORDS = [opened(BUCKET, {"AWS": VENDOR}, S3), opened(QUEUE, {"AWS": STRANGER}, SEND)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made(tmp_path / "snapshot", RECORDS)
    (tmp_path / "allowlist.yaml").write_text(READS)
    return tmp_path


def made(folder: Path, records: list[Any], **manifest: Any) -> Path:
    return write(folder, roles=[], image_uses=[], resources=records,
                 manifest={"resource_kinds": KINDS} | manifest)  # fmt: skip


def ran(folder: Path, *arguments: Any, code: int = 0) -> str:
    done = vendorgate(*arguments, cwd=folder)
    assert done.code == code, done.err
    return done.out


def changes(folder: Path, old: list[Any], new: list[Any], **manifest: Any) -> list[tuple[Any, ...]]:
    made(folder / "old", old)
    made(folder / "new", new, **manifest)
    told = json.loads(ran(folder, "diff", "old", "new", "-f", "json", *TODAY))["changes"]
    return [(c["change"], c["id"].split()[0], c["now"], c["new_trust"]) for c in told
            if c["what"] == "resource"]  # fmt: skip


READ, WRITE = opened(BUCKET, {"AWS": VENDOR}, S3), opened(BUCKET, {"AWS": VENDOR}, "s3:PutObject")
NETWORK = opened(
    BUCKET, {"AWS": VENDOR}, S3, condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
)
DIFFS: list[tuple[str, list[Any], list[Any], dict[str, Any], tuple[Any, ...]]] = [
    ("a door that opens", [], [READ], {}, ("added", BUCKET, "read by its policy", True)),
    ("one that closes", [READ], [], {}, ("removed", BUCKET, None, False)),
    ("further in", [READ], [WRITE], {}, ("changed", BUCKET, "write by its policy", True)),
    ("less far", [WRITE], [READ], {}, ("changed", BUCKET, "read by its policy", False)),
    ("from everywhere", [NETWORK], [READ], {}, ("changed", BUCKET, "read by its policy", True)),
    ("from a network alone", [READ], [NETWORK], {}, ("changed", BUCKET, "read by its policy from certain networks", False)),
    ("a kind that was left out", [READ], [], {"resource_kinds": ["AWS::SQS::Queue"]}, ("not-looked-at", BUCKET, None, False)),
    ("a gap since", [READ], [], {"gaps": [{"account": OWN2, "region": "us-east-1", "call": "s3:GetBucketPolicy", "code": "AccessDenied", "message": "no"}]}, ("not-looked-at", BUCKET, None, False)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "old", "new", "manifest", "expected"), DIFFS)
def test_diff(
    tmp_path: Path, why: str, old: Any, new: Any, manifest: Any, expected: tuple[Any, ...]
) -> None:
    """Catches a bucket that opened overnight and that nobody is told of."""
    assert changes(tmp_path, old, new, **manifest) == [expected], why


def test_inventory(folder: Path) -> None:
    """Catches a list of third parties that leaves out whom a bucket lets in."""
    rows = [line.split() for line in ran(folder, "inventory", *TODAY).splitlines() if line]
    assert rows[0][-2:] == ["RESOURCES", "ACCESS"]
    assert [row[-2:] for row in rows[1:3]] == [["1", "write"], ["1", "read"]]
    told = ran(folder, "inventory", "-f", "csv", *TODAY).splitlines()
    assert told[0].endswith(",resources,access") and told[1].startswith(STRANGER)


def test_explain_a_resource_and_a_party(folder: Path) -> None:
    """Catches an explanation without the request that gets in, or without the statement."""
    of_queue = json.loads(ran(folder, "explain", QUEUE, "-f", "json", *TODAY))
    told = [of_queue[key] for key in ("kind", "id", "type", "account", "region", "location")]
    assert told == ["resource", QUEUE, "AWS::SQS::Queue", OWN2, "us-east-1", None]
    (access,) = of_queue["access"]
    assert (access["principal"], access["access"], access["via"]) == (STRANGER, "write", "policy")
    assert access["witness"]["resource"] == QUEUE
    party = json.loads(ran(folder, "explain", STRANGER, "-f", "json", *TODAY))
    assert [row["resource"] for row in party["resources"]] == [QUEUE]
    (finding,) = party["findings"]
    told = json.loads(ran(folder, "explain", finding["fingerprint"], "-f", "json", *TODAY))
    assert told["resource_policy"][0]["now"]["Principal"] == {"AWS": STRANGER}
    text = ran(folder, "explain", finding["fingerprint"], *TODAY)
    assert "statement 0 of the resource's policy is" in text


def test_explain_an_organization(folder: Path) -> None:
    """Catches an organization that only a queue lets in, of which nothing is told."""
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-stranger1234"}}
    made(folder / "snapshot", [opened(QUEUE, "*", SEND, condition=condition)])
    told = json.loads(ran(folder, "explain", "o-stranger1234", "-f", "json", *TODAY))
    assert [row["resource"] for row in told["resources"]] == [QUEUE]
    assert 'organizations: ["o-stranger1234"]' in told["proposal"]


def test_mending_takes_the_principal_out(folder: Path) -> None:
    """Catches a mend that lets in whom it should not, or puts out who is vetted."""
    statement = allow({"AWS": [VENDOR, STRANGER]}, SEND) | {"Resource": QUEUE}
    made(folder / "snapshot", [opened(QUEUE, "*", SEND) | {"document": policy(statement)}])
    party = json.loads(ran(folder, "explain", STRANGER, "-f", "json", *TODAY))
    (finding,) = party["findings"]
    told = json.loads(ran(folder, "explain", finding["fingerprint"], "-f", "json", *TODAY))
    assert told["resource_policy"][0]["mended"]["Principal"] == {"AWS": [VENDOR]}


def test_proposals_name_what_was_seen(folder: Path) -> None:
    """Catches a proposed entry that vets more than was seen, or, filled in, less."""
    ran(folder, "init", "new", "--from", "snapshot")
    text = (folder / "new/allowlist.yaml").read_text()
    for line in (f'resources: ["{QUEUE}"]', 'kinds: ["AWS::SQS::Queue"]', "max_access: write"):
        assert line in text
    filled = text.replace("reviewed:  #", "reviewed: 2026-11-01  #").replace(
        "expires:   #", "expires: 2027-11-01  #"
    )
    (folder / "allowlist.yaml").write_text(filled)
    ran(folder, "check", *TODAY)


def test_a_proposal_of_an_unknown_kind_can_be_read(folder: Path) -> None:
    """Catches a proposal that names a kind which the list refuses."""
    unknown = opened(f"arn:aws:foo:us-east-1:{OWN2}:x", {"AWS": STRANGER}, "foo:Get", "AWS::Foo::X")
    made(folder / "snapshot", [unknown])
    ran(folder, "init", "new", "--from", "snapshot")
    proposed = folder / "new/allowlist.yaml"
    assert "resources: [" in proposed.read_text()
    assert "no kind of resource" not in vendorgate("validate", str(proposed), cwd=folder).err


def test_validate_names_who_is_vetted_for_no_resource(folder: Path) -> None:
    """Catches a vendor that loses what it reaches, and an owner who is not told why."""
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    note = vendorgate("validate", "allowlist.yaml", cwd=folder).err
    assert note.startswith("note: allowlist.yaml:6: vendors that are vetted for no resource")
    assert "1 (Example Monitoring)" in note
    (folder / "allowlist.yaml").write_text(READS)
    assert vendorgate("validate", "allowlist.yaml", cwd=folder).err == ""


REFUSED = [
    ('resources: ["*"]', "'*' is every resource there is"),
    ('resources: ["arn:*:*:*:*:*"]', "is every resource there is"),
    ('resources: ["acme-data"]', "is no pattern of ARNs; write one, as arn:aws:s3:::acme-*"),
    ('resources: "arn:aws:s3"', "is no pattern of ARNs"),
    ("kinds: [AWS::S3::Bukket]", "no kind of resource is called 'AWS::S3::Bukket'; did you mean 'AWS::S3::Bucket'?"),
    ("kinds: [bucket]", "no kind of resource is called 'bucket'"),
    ("max_access: all", "max_access"),
]  # fmt: skip


@pytest.mark.parametrize(("scope", "message"), REFUSED)
def test_scopes_that_name_nothing(folder: Path, scope: str, message: str) -> None:
    """Catches a scope that vets everything by a slip, or nothing by another."""
    (folder / "allowlist.yaml").write_text(scoped(scope))
    done = vendorgate("validate", "allowlist.yaml", cwd=folder)
    assert done.code == 2 and message in done.err and "allowlist.yaml:11:" in done.err


def test_review_shows_what_a_wider_scope_lets_in(folder: Path) -> None:
    """Catches a pull request that lets a vendor into a bucket unseen."""
    (folder / "base.yaml").write_text(ALLOWLIST)
    told = ran(folder, "review", "--base", "base.yaml", "--head", "allowlist.yaml", "snapshot",
               "-f", "markdown", *TODAY, code=1)  # fmt: skip
    assert "| resources | access |" in told and "| 1 | read |" in told
    assert "now also vetted for resources: resources any; kinds any; max\\_access read" in told
    assert "Closes 1 finding" in told


def test_the_page_has_their_columns(folder: Path) -> None:
    """Catches a page on which a third party seems to reach nothing."""
    ran(folder, "check", "-f", "html=page.html", *TODAY, code=1)
    page = (folder / "page.html").read_text()
    assert ">Resources</th>" in page and ">Access</th>" in page and "1 resource, write" in page


def test_evidence_can_be_made_again(folder: Path) -> None:
    """Catches a bundle whose resources are left out, so that it proves another report."""
    ran(folder, "evidence", "build", "snapshot", "-o", "e.zip", *TODAY)
    ran(folder, "evidence", "verify", "e.zip")


def test_a_finding_of_one_stranger_proposes_that_one_alone(tmp_path: Path) -> None:
    """Whoever takes the entry over would vet the other one unseen; and the statement of the
    resource's own policy is the one to mend."""
    other = "777777777777"
    made(tmp_path / "snapshot", [opened(BUCKET, {"AWS": other}, S3), opened(QUEUE, {"AWS": STRANGER}, SEND)])  # fmt: skip
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    found = json.loads(vendorgate("check", *TODAY, "-f", "json", cwd=tmp_path).out)["findings"]
    mine = next(one for one in found if one["principal"] == STRANGER and one["severity"] == "high")
    told = json.loads(ran(tmp_path, "explain", mine["fingerprint"], "-f", "json", *TODAY))
    assert STRANGER in told["allowlist"]["entry"] and other not in told["allowlist"]["entry"]
    (statement,) = told["resource_policy"]
    assert STRANGER in json.dumps(statement["now"])
