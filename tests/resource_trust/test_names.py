"""What stands for a name in a key, where an answer moves with the names, and what a glance passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec

import checker.resource_trust.reader as reading
import checker.resource_trust.sieve as sieving
from checker.access import Access, Ours
from checker.access.model import AccessGrant
from checker.resource_trust.alike import key_of, shareable, text_of
from checker.resource_trust.own import own_things
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceRecord
from checker.trust.model import Principal, Problem
from tests.resource_trust.test_reader import KMS, QUEUE, S3, read, shown
from tests.support.rows import rows
from tests.support.snapshots import write
from tests.trust.support import M, N, V, W, root

OWN = frozenset({M, N})
O_ID, O_ARN, F = "\1", "\2", "\3"
TEXTS: list[tuple[str, str, str, str | None]] = [
    ("nothing", "x", "x", None), ("an own id", f'"{M}"', f'"{O_ID}"', None), ("two own ids", f'"{M}" "{N}"', f'"{O_ID}" "{O_ID}"', None), ("a foreign id", f'"{V}" x{V}', f'"{F}" x{F}', V), ("twice", f'"{V}","{V}"', f'"{F}","{F}"', V), ("two of them", f'"{V}","{W}"', f'"{V}","{W}"', None),
    ("one that is kept", '"127311923021"', '"127311923021"', None), ("beside another", f'"127311923021","{V}"', f'"127311923021","{V}"', None), ("both kinds", f'"{M}","{V}"', f'"{O_ID}","{F}"', V), ("within a word", f"a{M} {M}b", f"a{M} {M}b", None), ("thirteen digits", f"{M}1", f"{M}1", None),
    ("an own queue", f'"arn:aws:sqs:eu-west-1:{M}:jobs"', f'"{O_ARN}aws:sqs"', None), ("with a path", f'"arn:aws:s3:eu-west-1:{M}:accesspoint/x/object"', f'"{O_ARN}aws:s3"', None), ("with a pattern", f'"arn:aws:sqs:eu-west-1:{M}:j*"', f'"arn:aws:sqs:eu-west-1:{O_ID}:j*"', None),
    ("an own role", f'"arn:aws:iam::{M}:role/x"', f'"{O_ARN}aws:iam:role"', None), ("an own user", f'"arn:aws:iam::{N}:user/x"', f'"{O_ARN}aws:iam:user"', None), ("the account", f'"arn:aws:iam::{M}:root"', f'"{O_ARN}aws:iam:root"', None), ("a session", f'"arn:aws:sts::{M}:assumed-role/x/y"', f'"{O_ARN}aws:sts:assumed-role"', None),
    ("a stranger's role", f'"arn:aws:iam::{V}:role/x"', f'"arn:aws:iam::{F}:role/x"', V), ("a stranger's queue", f'"arn:aws:sqs:r:{V}:x"', f'"arn:aws:sqs:r:{F}:x"', V), ("within a text", f'\\"arn:aws:sqs:r:{M}:x\\"', f'\\"{O_ARN}aws:sqs\\"', None), ("a variable", f'"arn:aws:sqs:r:{M}:${{x}}"', f'"arn:aws:sqs:r:{O_ID}:${{x}}"', None),
]  # fmt: skip


@rows("why, given, text, foreign", TEXTS)
def test_what_stands_for_a_name(why: str, given: str, text: str, foreign: str | None) -> None:
    """Catches two that say unlike things under one key."""
    assert key_of(QUEUE, given, OWN, frozenset({"127311923021"})) == (text, foreign), why


def test_kinds_of_which_every_name_counts() -> None:
    """What stands behind their policy has the account's and region's name."""
    both = f'"arn:aws:events:r:{M}:x" "{V}"'
    assert key_of("AWS::Events::EventBus", both, OWN, ()) == (both, None)


def made(kind: str = QUEUE, name: str = f"arn:aws:sqs:eu-west-1:{M}:jobs", account: str = M, **parts: Any) -> ResourceRecord:  # fmt: skip
    raws = {key: one if isinstance(one, msgspec.Raw) else msgspec.Raw(json.dumps(one).encode()) for key, one in parts.items()}  # fmt: skip
    return ResourceRecord(account=account, arn=name, kind=kind, region="eu-west-1", **raws)


def test_the_text_of_a_record() -> None:
    """All of its parts, each in its place, but for its own name."""
    one = made(document=[f"arn:aws:sqs:eu-west-1:{M}:jobs"], acl=1, grants=2, share=3, settings=4)
    assert text_of(one) == f'{QUEUE}\0eu-west-1\0["\4"]\0001\0002\0003\0004'
    assert text_of(made()) == f"{QUEUE}\0eu-west-1\0\0\0\0\0"
    assert text_of(made(document=msgspec.Raw(b'"\xff"'))) == f'{QUEUE}\0eu-west-1\0"\udcff"\0\0\0\0'


ARN = f"arn:aws:sqs:eu-west-1:{M}:jobs"
MOVES: list[tuple[str, Any, str | None, bool]] = [
    ("everything", "*", None, True), ("itself", ARN, None, True), ("what begins so", f"{ARN}/x*", None, True), ("an action", "sqs:Send*", None, True), ("of another service", "s3:*", V, True), ("a word", "word", None, True), ("a pattern of words", "w*", None, True), ("an ARN that is no action", "arn:aws", None, False),
    ("another queue", f"arn:aws:sqs:eu-west-1:{M}:other", None, False), ("a pattern of queues", f"arn:aws:sqs:*:{M}:j*", None, False), ("another service's", "arn:aws:s3:::x", None, True), ("a pattern of it", "arn:aws:s3:::x*", None, True), ("of any service", "arn:aws:*:x:y:z", None, False), ("of any partition", "arn:*:s3:::x", None, False),
    ("a head that may be any", "ar?:aws:s3:::x", None, True), ("which begins so", "?rn:aws:s3:::x", None, False), ("or so", "*:aws:s3:::x", None, False), ("too short", "arn:aws:s3", None, False), ("an API's", "execute-api:/x", None, False), ("a number with a star", "99*", V, False), ("without somebody", "99*", None, True),
    ("in an ARN", "arn:aws:iam::99*:root", V, False), ("a question", "99999999999?", V, False), ("a star without a number", "x*", V, True), ("behind a star", "*9", V, False), ("stars alone", "***", V, False), ("in a list", ["x", ["99*"]], V, False), ("in a text", json.dumps({"a": f"arn:aws:sqs:r:{M}:x"}), None, False),
    ("in a text behind a blank", " " + json.dumps({"a": "x"}), None, True), ("a text that is none", "{x", None, False), ("a name of an object", {"arn:aws:sqs:r:1:x": "y"}, None, True),
]  # fmt: skip


@rows("why, text, foreign, moves", MOVES)
def test_whether_an_answer_moves_with_the_names(why: str, text: Any, foreign: str | None, moves: bool) -> None:  # fmt: skip
    """Catches a pattern that fits one name and not another's."""
    for part in ("document", "acl", "grants", "share", "settings"):
        assert shareable(made(**{part: text}), Access(), foreign, OWN) is moves, (why, part)


def grant(**sent: Any) -> Access:
    one = AccessGrant(principal=Principal(kind="account", **sent), actions=("x",), access="read", via="policy")  # fmt: skip
    return Access(grants=(one,))


SHARED: list[tuple[str, ResourceRecord, Access, bool]] = [
    ("nothing", made(), Access(), True), ("a problem", made(), Access(problems=(Problem("x", None, "y"),)), False), ("a kind with others behind", made("AWS::Events::EventBus"), Access(), False), ("an own name in it", made(), grant(account=N), False), ("its own account's", made(), grant(account=M), True), ("its own name", made(), grant(arn=ARN), True),
    ("a stranger", made(), grant(account=V), True), ("an escape", made(document={"a": "é"}), Access(), False), ("an escaped slash", made(document=msgspec.Raw(b'"a\\/b"')), Access(), False), ("no JSON", made(document=msgspec.Raw(b"{")), Access(), False), ("no text", made(document=msgspec.Raw(b'"\xff"')), Access(), False),
    ("too deep", made(share=msgspec.Raw(b"[" * 5000 + b"]" * 5000)), Access(), False), ("asked for more", made(document={"Statement": {"Effect": "Allow", "Condition": {"a": {"x": M}, "b": {"x": "y"}}}}), Access(), False),
]  # fmt: skip


@rows("why, record, access, shared", SHARED)
def test_which_answers_are_shared(why: str, record: ResourceRecord, access: Access, shared: bool) -> None:  # fmt: skip
    """Only what is understood, and says no name of ours that nothing stands for."""
    assert shareable(record, access, None, OWN) is shared, why


def written(who: Any, about: str = "*") -> dict[str, Any]:
    """As a snapshot has it, and a glance knows it."""
    return {"Statement": [{"Action": "sqs:*", "Effect": "Allow", "Principal": {"AWS": who}, "Resource": about}], "Version": "2012-10-17"}  # fmt: skip


PLAIN = written(root(M))
GLANCED: list[tuple[str, dict[str, Any], str]] = [
    ("our own", {}, "-"), ("a stranger's", {"document": written(root(V))}, f"{V} write"), ("an ACL beside it", {"acl": [["Group", "x", "READ"]]}, "? unread-part"), ("grants", {"grants": [{"GranteePrincipal": root(V), "Operations": ["Decrypt"]}], "kind": KMS, "arn": f"arn:aws:kms:eu-west-1:{M}:key/x"}, f"{V} read"),
    ("a share", {"share": [V]}, "? unknown-share"), ("no ARN", {"arn": "x"}, "? invalid-arn"), ("the half of one", {"arn": "arn:aws:sqs"}, "? invalid-arn"), ("another's ARN", {"arn": f"arn:aws:sqs:eu-west-1:{V}:x"}, "? foreign-arn"), ("without an account", {"arn": "arn:aws:sqs:eu-west-1::x"}, "-"), ("no such ARN", {"arn": f"urn:aws:sqs:eu-west-1:{M}:x"}, "? invalid-arn"), ("a kind that nobody knows", {"kind": "AWS::New::Thing", "arn": f"arn:aws:new:r:{M}:x"}, "-"),
    ("another service's ARN", {"arn": f"arn:aws:sns:eu-west-1:{M}:x"}, "? invalid-arn"), ("another type's ARN", {"kind": KMS, "arn": f"arn:aws:kms:eu-west-1:{M}:alias/x"}, "? invalid-arn"), ("another type's of a name that hides it", {"kind": KMS, "arn": f"arn:aws:kms:eu-west-1:{M}:alias/a:key/x"}, "-"),
    ("a part that is null", {"acl": None}, "-"), ("settings alone", {"settings": {"x": 1}}, "-"),
]  # fmt: skip

BEHIND = {"account": M, "region": "eu-west-1", "arn": f"{ARN}-behind", "kind": QUEUE, "document": written(root(W))}  # fmt: skip


@rows("why, more, said", GLANCED)
def test_what_a_glance_passes(tmp_path: Path, why: str, more: dict[str, Any], said: str) -> None:
    """Catches an open ACL behind a policy that is our own, and whoever comes after it."""
    one = {"account": M, "region": "eu-west-1", "arn": ARN, "kind": QUEUE, "document": PLAIN} | more
    folder = write(tmp_path / why.replace(" ", "-").replace("'", ""), resources=[one, BEHIND])
    reader, records = read(folder)
    found = [access for _, access in reader.readings(records)]
    assert [shown(access) for access in found] == [
        *([] if said == "-" else [said]),
        f"{W} write",
    ], why


def test_a_bucket_of_access_points_is_not_glanced_at(tmp_path: Path) -> None:
    """Whoever comes through one may be a stranger, though the policy names our own alone."""
    bucket, other = ({"account": M, "region": None, "arn": f"arn:aws:s3:::{name}", "kind": S3, "document": PLAIN} for name in ("a", "b"))  # fmt: skip
    arn = f"arn:aws:s3:eu-west-1:{M}:accesspoint/x"
    point = {"account": M, "region": "eu-west-1", "arn": arn, "kind": "AWS::S3::AccessPoint", "settings": {"bucket": "a"}}  # fmt: skip
    asked: list[str] = []
    whole = reading.analyze_resource

    def analyzed(resource: Any, *more: Any) -> Access:
        asked.append(resource.arn)
        return whole(resource, *more)

    reader, records = read(write(tmp_path / "s", resources=[bucket, other, point]))
    with mock.patch.object(reading, "analyze_resource", analyzed):
        list(reader.readings(records))
    assert asked == ["arn:aws:s3:::a"]


def test_a_glance_is_all_that_is_needed(tmp_path: Path) -> None:
    """Most policies are so: read one by one they would take three times as long."""
    one = {"account": M, "region": "eu-west-1", "arn": ARN, "kind": QUEUE, "document": PLAIN}
    bucket = one | {"arn": "arn:aws:s3:::a", "kind": S3}
    reader, records = read(write(tmp_path / "s", resources=[one, bucket]))
    with mock.patch.object(sieving, "plainly_own", side_effect=AssertionError("it was read")):
        assert list(reader.readings(records)) == []


def test_what_is_plain_is_read_once(tmp_path: Path) -> None:
    """Of all that say the same; and keys are read where something is under one."""
    document = {"Version": "2012-10-17", **PLAIN}
    some = [{"account": M, "region": "eu-west-1", "arn": f"{ARN}{n}", "kind": QUEUE, "document": document} for n in range(3)]  # fmt: skip
    reader, records = read(write(tmp_path / "s", resources=some))
    whole, asked = sieving.plainly_own, []

    def plainly(text: str, *given: Any, **more: Any) -> bool:
        asked.append(text)
        return whole(text, *given, **more)

    with mock.patch.object(sieving, "plainly_own", plainly), mock.patch.object(Snapshot, "kms_keys", side_effect=AssertionError("keys were read")):  # fmt: skip
        assert list(reader.readings(records)) == []
    assert len(asked) == 1


KINDS_LOOKED_FOR: list[tuple[dict[str, Any], Any]] = [
    ({}, None), ({"resource_kinds": []}, None), ({"resource_kinds": [S3]}, None), ({"resource_kinds": [S3, "AWS::S3::AccessPoint"]}, {}),
]  # fmt: skip


@rows("manifest, points", KINDS_LOOKED_FOR)
def test_whether_access_points_were_looked_for(tmp_path: Path, manifest: Any, points: Any) -> None:
    """That nobody looked is no "there are none"."""
    there = Snapshot(write(tmp_path / "s", resources=[], manifest=manifest))
    assert own_things(there).added_to(Ours()).points == points
