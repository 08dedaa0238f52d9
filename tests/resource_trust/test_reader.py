"""One snapshot of resources of many kinds: of which there is something to say, what, and how often
the analysis was asked."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest

import checker.resource_trust.reader as reading
from checker.access import Access
from checker.resource_trust.alike import ids_in
from checker.resource_trust.control_policies import ControlPolicies
from checker.resource_trust.met import meets_more
from checker.resource_trust.moving import Named, moved
from checker.resource_trust.noted import Noted
from checker.resource_trust.reader import ResourceReader
from checker.resource_trust.records import document_of, resource_of
from checker.resource_trust.sifted import Left
from checker.snapshot.odd import Glimpse
from checker.snapshot.ranges import Sum
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceRecord
from checker.vetting.allowlist import empty_allowlist
from checker.vetting.register import Register
from tests.access.support import OFF, name
from tests.support.rows import rows
from tests.support.snapshots import write
from tests.trust.support import OWN, TODAY, M, N, V, W, root

LOGS, AWSS = "127311923021", "806199016981"
QUEUE, KMS, S3, POINT = "AWS::SQS::Queue", "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::S3::AccessPoint"  # fmt: skip
RESTRICT = {**OFF, "RestrictPublicBuckets": True}


def allow(principal: Any, action: str, about: str, condition: Any = None) -> dict[str, Any]:
    one = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": about}
    return {"Version": "2012-10-17", "Statement": [one | ({"Condition": condition} if condition else {})]}  # fmt: skip


def record(kind: str, arn: str, account: str = M, **parts: Any) -> dict[str, Any]:
    return {"account": account, "region": "eu-west-1", "arn": arn, "kind": kind, **parts}


def queue(name: str, principal: Any, account: str = M, condition: Any = None, **parts: Any) -> dict[str, Any]:  # fmt: skip
    arn = f"arn:aws:sqs:eu-west-1:{account}:{name}"
    return record(QUEUE, arn, account, **{"document": allow(principal, "sqs:SendMessage", arn, condition), **parts})  # fmt: skip


def bucket(name: str, principal: Any, condition: Any = None, **parts: Any) -> dict[str, Any]:
    arn = f"arn:aws:s3:::{name}"
    return record(S3, arn, **{"document": allow(principal, "s3:GetObject", f"{arn}/*", condition), **parts})  # fmt: skip


def point(name: str, of: str | None, principal: Any) -> dict[str, Any]:
    arn = f"arn:aws:s3:eu-west-1:{M}:accesspoint/{name}"
    settings = {"bucket": of, "origin": "Internet"} if of else {"origin": "Internet"}
    return record(POINT, arn, document=allow(principal, "s3:GetObject", f"{arn}/object/*"), settings=settings)  # fmt: skip


def key(name: str, principal: Any, **parts: Any) -> dict[str, Any]:
    return record(KMS, f"arn:aws:kms:eu-west-1:{M}:key/{name}", **{"document": allow(principal, "kms:Decrypt", "*"), **parts})  # fmt: skip


OF_OURS = {"StringEquals": {"s3:DataAccessPointAccount": M}}
SNS, SOURCE = {"Service": "sns.amazonaws.com"}, "arn:aws:sns:us-east-1:{}:t"
SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:s"
KEY = f"arn:aws:kms:eu-west-1:{M}:key/own"
ODD = "arn:aws:sqs:eu-west-1:111111111111:{}"
# each with what is said of it: who is let in, "-" for nothing at all
WORLD: list[tuple[dict[str, Any], str]] = [
    (queue("own", {"AWS": root(N)}), "-"), (queue("stranger", {"AWS": root(V)}), "999999999999 write"), (queue("another", {"AWS": root(W)}), "888888888888 write"), (queue("there", {"AWS": root(V)}, N), "999999999999 write"),
    (queue("unlisted", {"AWS": root(V)}, W), "999999999999 write"), (queue("itself", {"AWS": root(W)}, W), "-"), (queue("listed", {"AWS": root(M)}, W), "-"), (queue("two", {"AWS": [root(V), root(W)]}), "888888888888 write, 999999999999 write"),
    (queue("role", {"AWS": f"arn:aws:iam::{V}:role/x"}), "arn:aws:iam::999999999999:role/x write"), (queue("other-role", {"AWS": f"arn:aws:iam::{W}:role/x"}), "arn:aws:iam::888888888888:role/x write"),
    (queue("logs", {"AWS": root(LOGS)}), "aws 127311923021"), (queue("ips", SNS, condition={"ArnEquals": {"aws:SourceArn": SOURCE.format(AWSS)}}), "aws 806199016981"), (queue("both", {"AWS": [root(LOGS), root(V)]}), "999999999999 write, aws 127311923021"),
    (queue("deputy", SNS), "for sns.amazonaws.com"), (queue("source", SNS, condition={"StringEquals": {"aws:SourceAccount": V}}), "sns.amazonaws.com@999999999999 write"), (queue("other-source", SNS, condition={"StringEquals": {"aws:SourceAccount": W}}), "sns.amazonaws.com@888888888888 write"),
    (queue("ours", SNS, condition={"StringEquals": {"aws:SourceAccount": N}}), "-"), (queue("inert", {"AWS": root(V)}, condition={"StringEquals": {"kms:ViaService": "x"}}), "? unknown-key"), (queue("denied", {"AWS": root(V)}, condition={"StringEquals": {"aws:PrincipalAccount": W}}), "-"),
    (queue("denied-too", {"AWS": root(V)}, N, condition={"StringEquals": {"aws:PrincipalAccount": W}}), "-"), (queue("text", "*", document=json.dumps(allow({"AWS": root(V)}, "sqs:SendMessage", "*"))), "999999999999 write"),
    (queue("bare", "*", document=None), "-"), ({k: v for k, v in queue("none", "*").items() if k != "document"}, "-"), (queue("nulls", "*", document=None, acl=None, grants=None, share=None), "-"), (queue("broken", "*", document="{"), "? not-json"),
    (queue("number", "*", document=3), "? invalid-document"), (queue("acl", "*", document=None, acl=[["Group", "x", "READ"]]), "? unread-part"), (queue("acl-none", {"AWS": root(M)}, acl="private"), "? unread-part"), (queue("shared", {"AWS": root(M)}, share=[V]), "? unknown-share"),
    (record(QUEUE, "x", document=allow({"AWS": root(M)}, "sqs:*", "*")), "? invalid-arn"), (record(QUEUE, f"arn:aws:sqs:eu-west-1:{V}:x"), "? foreign-arn"), (record(QUEUE, f"urn:aws:sqs:eu-west-1:{M}:x"), "? invalid-arn"), (record("AWS::New::Thing", f"arn:aws:new:eu-west-1:{M}:x", document=allow({"AWS": root(M)}, "new:*", "*")), "-"),
    (record(QUEUE, ODD.format("twice"), document=allow({"AWS": V}, "sqs:*", "*", {"StringEquals": {"aws:PrincipalTag/a": M}, "StringLike": {"aws:PrincipalTag/a": "1*"}})), "999999999999 write"),
    (bucket("plain", {"AWS": root(V)}), "999999999999 read"), (bucket("shut", "*", settings={"bpa": RESTRICT}), "anyone shut"), (bucket("via", {"AWS": "*"}, OF_OURS), "999999999999 read"), (point("of-via", "via", {"AWS": root(V)}), "-"), (point("of-none", "gone", {"AWS": root(V)}), "999999999999 perhaps"),
    (point("lone", None, {"AWS": root(V)}), "999999999999 perhaps"), (bucket("quiet", {"AWS": root(M)}), "-"), (point("of-quiet", "quiet", {"AWS": root(W)}), "-"), (bucket("settled", {"AWS": root(M)}, settings={"bpa": RESTRICT}), "-"),
    (queue("of-bucket", {"Service": "s3.amazonaws.com"}, condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::plain"}}), "-"), (queue("of-another", {"Service": "s3.amazonaws.com"}, condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::theirs"}}), "for s3.amazonaws.com"),
    (key("own", {"AWS": root(M)}), "-"), (key("open", {"AWS": root(V)}), "999999999999 read"), (key("granted", {"AWS": root(M)}, grants=[{"GranteePrincipal": root(V), "Operations": ["Decrypt"]}]), "999999999999 read"),
    (record("AWS::SecretsManager::Secret", SECRET, document=allow({"AWS": root(V)}, "secretsmanager:GetSecretValue", "*"), settings={"kms_key": KEY}), "999999999999 shut"), (record("AWS::SecretsManager::Secret", f"{SECRET}2", document=allow({"AWS": [root(V), root(LOGS)]}, "secretsmanager:GetSecretValue", "*"), settings={"kms_key": KEY.replace("own", "open")}), "999999999999 read, aws 127311923021"),
    (record("AWS::SecretsManager::Secret", f"{SECRET}3", document=allow({"AWS": root(M)}, "secretsmanager:*", "*"), settings={"kms_key": KEY}), "-"), (record("AWS::Events::EventBus", f"arn:aws:events:eu-west-1:{M}:event-bus/x", document=allow({"AWS": root(V)}, "events:PutRule", "*")), "999999999999 admin"),
    (record("AWS::Events::EventBus", f"arn:aws:events:eu-west-1:{N}:event-bus/x", N, document=allow({"AWS": root(V)}, "events:PutRule", "*")), "999999999999 admin"), (record("AWS::ECR::Repository", f"arn:aws:ecr:eu-west-1:{M}:repository/a", document={"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": root(M)}, "Action": "ecr:*"}]}), "-"),
    (queue("escaped", "*", document=allow({"AWS": root(V)}, "sqs:SendMessage", "é")), "999999999999 write; ? invalid-resource"), (queue("pattern", {"AWS": root(V)}, condition={"StringLike": {"aws:PrincipalAccount": "99*"}}), "999999999999 write"), (queue("other-pattern", {"AWS": root(W)}, condition={"StringLike": {"aws:PrincipalAccount": "99*"}}), "-"),
]  # fmt: skip


def shown(access: Access | None) -> str:
    if access is None:
        return "-"
    states = {True: "", None: " perhaps", False: " shut"}
    told = sorted(f"{name(one.principal)}{states[one.effective] or ' ' + one.access}" for one in access.grants)  # fmt: skip
    told += [f"for {one.service}" for one in access.deputies]
    told += [f"aws {one.source or one.account}" for one in access.aws]
    said = [", ".join(told)] * bool(told) + [f"? {one.code}" for one in access.problems]
    return "; ".join(said)


CONTROL = {"id": "p-1", "targets": ["ou-1"], "document": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": V}}}]}}  # fmt: skip
MANIFEST: dict[str, Any] = {
    "organization": {"id": OWN, "management_account": "333333333333"}, "resource_kinds": [S3, POINT],
    "accounts": [{"id": M, "units": ["r-1"]}, {"id": N, "units": ["r-1", "ou-1"]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    records = [one for one, _ in WORLD]
    return write(tmp_path_factory.mktemp("reader") / "s", resources=records, manifest=MANIFEST)


def read(folder: Path, aws: Counter[str] | None = None) -> tuple[ResourceReader, list[ResourceRecord]]:  # fmt: skip
    snapshot = Snapshot(folder)
    register = Register(empty_allowlist(), TODAY, own_accounts=frozenset({M, N}), organizations=frozenset({OWN}))  # fmt: skip
    records = [msgspec.json.decode(line, type=ResourceRecord) for line in (folder / "resources.jsonl").read_bytes().splitlines()]  # fmt: skip
    return ResourceReader(register, snapshot, Counter() if aws is None else aws), records


def test_what_is_said_of_each(folder: Path) -> None:
    """Catches a stranger that a short cut passes over, and an answer that is another's."""
    for backwards in (False, True):
        reader, records = read(folder)
        order = records[::-1] if backwards else records
        found = {one.arn: access for one, access in reader.readings(order)}
        told = {one["arn"]: said for one, said in WORLD}
        assert {arn: shown(found.get(arn)) for arn in told} == told
        alone = {one.arn: {r.arn: a for r, a in read(folder)[0].readings([one])} for one in records}  # fmt: skip
        assert {arn: access for one in alone.values() for arn, access in one.items()} == found


def lengthy(letters: int, who: str) -> dict[str, Any]:
    """A policy that names its queue so often that the name's length decides: AWS takes 20,480 bytes."""
    one = queue("q" * letters, {"AWS": root(who)})
    statement = one["document"]["Statement"][0]
    statement["Resource"] = [statement["Resource"]] * 180
    return one


def topic(who: str) -> dict[str, Any]:
    arn = f"arn:aws:sns:eu-west-1:{M}:t-{who}"
    return record(QUEUE, arn, document=allow({"AWS": root(who)}, "sqs:SendMessage", arn))


# each beside one that says the same under a name of which there is nothing to say
BY_NAME: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("too long, for our own", lengthy(9, N), lengthy(80, N), "-", "? too-long"),
    ("too long, for a stranger", lengthy(9, V), lengthy(80, V), "999999999999 write", "999999999999 write; ? too-long"),
    ("no queue's, for our own", queue("own", {"AWS": root(N)}), topic(N), "-", "? invalid-arn"),
    ("no key's, for our own", key("own", {"AWS": root(N)}), record(KMS, f"arn:aws:kms:eu-west-1:{M}:alias/x", document=allow({"AWS": root(N)}, "kms:Decrypt", "*")), "-", "? invalid-arn"),
    ("no queue's, for a stranger", queue("stranger", {"AWS": root(V)}), topic(V), "999999999999 write", "999999999999 write; ? invalid-arn"),
]  # fmt: skip


@rows("why, usual, odd, said, told", BY_NAME)
def test_what_the_name_alone_decides(
    tmp_path: Path, why: str, usual: Any, odd: Any, said: str, told: str
) -> None:
    """Catches a problem that goes unsaid as a resource of another name has none, or as the policy
    plainly is for our own."""
    for order in ([usual, odd], [odd, usual], [odd]):
        reader, records = read(write(tmp_path / "s", resources=order, manifest=MANIFEST))
        found = {one.arn: access for one, access in reader.readings(records)}
        assert shown(found.get(odd["arn"])) == told, (why, len(order))
        assert len(order) == 1 or shown(found.get(usual["arn"])) == said, why


def test_how_often_the_analysis_is_asked(folder: Path) -> None:
    """Catches equal resources that are each analysed, and what is plainly our own that is."""
    asked: list[str] = []
    whole = reading.analyze_resource

    def analyzed(resource: Any, *more: Any) -> Access:
        asked.append(resource.arn.rpartition(":")[2])
        return whole(resource, *more)

    reader, records = read(folder)
    with mock.patch.object(reading, "analyze_resource", analyzed):
        first = list(reader.found(reader.sieve.noted(records)))
        assert asked == ANALYSED
        del asked[:]
        assert [(one.record.arn, one.access()) for one in reader.found(reader.sieve.noted(records))] == [(one.record.arn, one.access()) for one in first]  # fmt: skip
    assert asked == AGAIN


ANALYSED = ["stranger", "unlisted", "itself", "two", "role", "logs", "ips", "both", "deputy", "source", "inert", "denied", "text", "broken", "number", "acl", "acl-none", "shared", "x", "x", "x", "x", "twice", "plain", "shut", "via", "accesspoint/of-none",
            "accesspoint/lone", "quiet", "of-bucket", "of-another", "key/open", "key/granted", "s", "s2", "event-bus/x", "event-bus/x", "escaped", "pattern", "other-pattern", "s", "s2"]  # fmt: skip
AGAIN = ["inert", "broken", "number", "acl", "acl-none", "shared", "x", "x", "x", "twice", "via", "quiet", "event-bus/x", "event-bus/x", "escaped", "pattern", "other-pattern", "s", "s2"]  # fmt: skip


def test_aws_s_own_are_counted_at_each_resource(folder: Path) -> None:
    """Catches a count of analyses in place of resources, and one that leaves out those under a key."""
    aws: Counter[str] = Counter()
    reader, records = read(folder, aws)
    list(reader.readings(records))
    assert aws == {LOGS: 3, "-": 1}


def test_what_is_under_a_key_comes_last_and_is_alike_with_nothing(folder: Path) -> None:
    """Catches an answer that knows no keys, and one that is taken for those of other keys."""
    reader, records = read(folder)
    found = list(reader.found(reader.sieve.noted(records)))
    assert [(one.record.arn, one.alike) for one in found[-2:]] == [(SECRET, None), (f"{SECRET}2", None)]  # fmt: skip
    alike = [one.record.arn.rpartition(":")[2] for one in found if one.was and one.was.arn != one.record.arn]  # fmt: skip
    assert alike == ["another", "there", "other-role", "other-source"]


def test_control_policies_of_each_account(tmp_path: Path) -> None:
    """Catches an answer of an account over which no policy holds, told of one that is bound."""
    both = [queue("a", {"AWS": root(V)}), queue("a", {"AWS": root(V)}, N), queue("b", {"AWS": root(W)}, N), queue("c", {"AWS": root(V)}, N)]  # fmt: skip
    for order in (both, both[::-1]):
        folder = write(tmp_path / "s", resources=order, manifest=MANIFEST | {"guardrails": [CONTROL]})  # fmt: skip
        reader, records = read(folder)
        assert sorted((one.arn[22:], shown(access)) for one, access in reader.readings(records)) == [
            (f"{M}:a", f"{V} write"), (f"{N}:a", f"{V} shut"), (f"{N}:b", f"{W} write"), (f"{N}:c", f"{V} shut")]  # fmt: skip


def test_a_control_policy_of_one_resource(tmp_path: Path) -> None:
    """Catches its answer told of another resource, which that policy does not bind."""
    named = json.loads(json.dumps(CONTROL).replace('"Resource": "*"', f'"Resource": "arn:aws:sqs:*:{N}:a"'))  # fmt: skip
    both = [queue("a", {"AWS": root(V)}, N), queue("c", {"AWS": root(V)}, N)]
    for order in (both, both[::-1]):
        folder = write(tmp_path / "s", resources=order, manifest=MANIFEST | {"guardrails": [named]})
        reader, records = read(folder)
        told = {one.name or one.arn[35:]: shown(access) for one, access in reader.readings(records)}
        assert told == {"a": f"{V} shut", "c": f"{V} write"}


def document(*texts: Any) -> dict[str, Any]:
    return {"Statement": [{"Resource": one} for one in texts]}


HELD: list[tuple[str, Any, bool]] = [
    ("everything", document("*"), True), ("a resource", document("*", "arn:aws:s3:::x"), False), ("a pattern", document("*:x"), False), ("another", document("?"), False), ("a variable", document("${aws:x}"), False),
    ("within a text", json.dumps(document("arn:x")), False), ("none at all", "{", False), ("a number", 3, True), ("a list", [["*", ["arn:x"]]], False), ("behind others", document("x", "y", "x${y}"), False),
]  # fmt: skip


@rows("why, given, fixed", HELD)
def test_whether_a_control_policy_names_a_resource(why: str, given: Any, fixed: bool) -> None:
    """Catches one that names a resource, by which others' answers differ."""
    raw = msgspec.Raw(given.encode() if given == "{" else json.dumps(given).encode())
    assert ControlPolicies(manifest(raw)).over(M).fixed is fixed, why


def manifest(*documents: msgspec.Raw, targets: tuple[str, ...] = ("r-1",)) -> Any:
    from checker.snapshot.records import Account, Guardrail, Manifest, Organization, Tool

    held = tuple(Guardrail(id=str(n), targets=targets, document=one) for n, one in enumerate(documents))  # fmt: skip
    accounts = (Account(id=M, units=("r-1",)), Account(id=N, units=("r-1", "ou-1")), Account(id=W))
    return Manifest(schema="vendorgate/snapshot/v1", tool=Tool(name="x", version="1"), collected_at="2026-11-20T00:00:00Z", partition="aws",
                    organization=Organization(id=OWN, management_account="333333333333"), accounts=accounts, guardrails=held)  # fmt: skip


def test_which_control_policies_hold() -> None:
    """Equal sets are one; those that hold nowhere name nobody."""
    one, other = (msgspec.Raw(json.dumps(document(text)).encode()) for text in ("*", V))
    found = ControlPolicies(manifest(one, other, targets=("ou-1",)))
    told = [found.over(account) for account in (M, N, W, "333333333333", N, M)]
    assert [(x.documents, x.number, x.fixed) for x in told] == [
        ((), 0, True), ((bytes(one).decode(), bytes(other).decode()), 1, True), (None, 2, True), ((), 0, True),
        ((bytes(one).decode(), bytes(other).decode()), 1, True), ((), 0, True)]  # fmt: skip
    assert told[0] is told[3] is told[5] and told[1] is told[4]
    assert (found.named, ControlPolicies(manifest(other, targets=())).named) == ({V}, frozenset())
    bad = ControlPolicies(manifest(msgspec.Raw(b'"\xff"'))).over(M)
    assert (bad.documents, bad.fixed) == (('"\\xff"',), False)


def when(*blocks: tuple[str, Any], effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Condition": {f"Op{n}": {key: value} for n, (key, value) in enumerate(blocks)}}  # fmt: skip


TAG = "aws:PrincipalTag/a"
MORE: list[tuple[str, Any, bool]] = [
    ("nothing", {}, False), ("no policy", [], False), ("a text", "x", False), ("an account", {"Statement": when((TAG, M))}, False), ("twice one key", {"Statement": when((TAG, M), (TAG, "x"))}, True),
    ("in another case", {"Statement": when((TAG, M), (TAG.upper(), "x"))}, True), ("two keys", {"Statement": when((TAG, M), ("aws:x", N))}, False), ("twice without an account", {"Statement": when((TAG, "x"), (TAG, "y"))}, False),
    ("the resource's own", {"Statement": when(("aws:ResourceAccount", M))}, True), ("of S3's", {"Statement": when(("s3:ResourceAccount", M))}, True), ("its own, but no account", {"Statement": when(("aws:ResourceAccount", "x"))}, False),
    ("in two statements", {"Statement": [when((TAG, M)), when((TAG, "x"))]}, False), ("beside a Deny", {"Statement": [when((TAG, M)), when((TAG, "x"), effect="Deny")]}, True), ("a Deny with it", {"Statement": [when((TAG, "x")), when((TAG, M), effect="Deny")]}, True),
    ("Denies alone", {"Statement": [when((TAG, M), (TAG, "x"), effect="Deny")]}, False), ("a Deny of another key", {"Statement": [when((TAG, M)), when(("aws:x", "x"), effect="Deny")]}, False), ("as text", json.dumps({"Statement": when((TAG, M), (TAG, "x"))}), True),
    ("as text behind a blank", " " + json.dumps({"Statement": when((TAG, M), (TAG, "x"))}), True), ("what is none", {"Statement": [3, {"Effect": "Allow", "Condition": 3}, {"Effect": "Allow", "Condition": {"a": 3}}, {"Effect": "Allow"}]}, False), ("within a list", {"Statement": when((TAG, ["x", f"a{M}b"]), (TAG, "x"))}, True),
]  # fmt: skip


@rows("why, given, more", MORE)
def test_an_account_that_meets_more_than_itself(why: str, given: Any, more: bool) -> None:
    """Catches an answer told of another account, which the same key lets in or not."""
    assert meets_more(given) is more, why


def test_names_that_are_put_into_an_answer() -> None:
    """In principals, requests and what is spared; and nobody's where nobody stands for another."""
    arn, other = f"arn:aws:sqs:eu-west-1:{M}:a", f"arn:aws:sqs:eu-west-1:{N}:b"
    access = read_access(arn, V)
    was, now = Named(arn, M, V), Named(other, N, W)
    assert moved(access, was, now) == read_access(other, W, N)
    assert moved(access, was, was) is access
    for foreign in (None, V):
        kept = moved(access, was, Named(other, N, foreign))
        assert kept == read_access(other, V, N)
    assert moved(access, Named(arn, M, None), now) == read_access(other, V, N)
    assert ids_in(f"x{M} {M}, {V}1 :{V}:") == [M, V]


def read_access(arn: str, who: str, account: str = M) -> Access:
    from checker.access.model import AccessGrant, AccessWitness
    from checker.trust.model import Principal

    role = Principal(kind="principal", account=who, arn=f"arn:aws:iam::{who}:role/x", excepted=(who, "y"))  # fmt: skip
    sent = {"aws:PrincipalAccount": who, "aws:ResourceAccount": account, "list": [arn, who, "x"]}
    service = Principal(kind="service", service="sns.amazonaws.com", source=who)
    others = Principal(kind="account", account=LOGS, source=AWSS)
    witness = AccessWitness(f"arn:aws:iam::{who}:role/x", "sqs:x", arn, sent)
    return Access(grants=tuple(
        AccessGrant(principal=one, actions=("sqs:x",), access="read", via="policy", witness=witness if one is role else None)
        for one in (role, service, others)))  # fmt: skip


def in_brief(**parts: bytes) -> ResourceRecord:
    given = {key: msgspec.Raw(value) for key, value in parts.items()}
    return ResourceRecord(account=M, arn="a", kind="k", name="n", region="r", **given)


PARTS: list[tuple[dict[str, bytes], Any, list[str]]] = [
    ({}, (None, None, None, None), []), ({"document": b"null", "acl": b"null", "grants": b"null", "share": b"null"}, (None, None, None, None), []), ({"document": b'{"a":1}'}, ('{"a":1}', None, None, None), []),
    ({"document": b'"{\\"a\\":1}"'}, ('{"a":1}', None, None, None), []), ({"document": b'"\xff"'}, ('"\\xff"', None, None, None), []), ({"document": b'{\xff}'}, ("{\\xff}", None, None, None), []),
    ({"acl": b'[["a","b","c"]]', "share": b'[1]'}, (None, [("a", "b", "c")], None, [1]), []), ({"acl": b'"x"'}, (None, None, None, None), ["`acl` is in no form that is known (Expected `array | null`, got `str`)"]),
    ({"grants": b"3", "acl": b"[]"}, (None, [], None, None), ["`grants` is in no form that is known (Expected `array | null`, got `int`)"]), ({"share": b"[" * 5000 + b"]" * 5000}, (None, None, None, None), ["`share` is in no form that is known (maximum recursion depth exceeded while deserializing an object)"]),
]  # fmt: skip


@rows("parts, told, said", PARTS, [str(at) for at, _ in enumerate(PARTS)])
def test_a_record_as_the_analysis_takes_it(parts: Any, told: Any, said: list[str]) -> None:
    """Each part that cannot be read is said, and takes no other with it."""
    found, problems = resource_of(in_brief(**parts))
    assert (found.document, found.acl, found.grants, found.share) == told
    assert [(one.code, one.message) for one in problems] == [("unread-part", one) for one in said]
    assert (found.arn, found.kind, found.account, found.name, found.region) == ("a", "k", M, "n", "r")  # fmt: skip
    assert document_of(in_brief(**parts)) == told[0]


def test_what_a_worker_hands_back_says_what_is_alike_once() -> None:
    """A resource under another's text, whose vendor is then not seen; or each text a thousand
    times."""
    said = [("a", None), ("b", V), ("a", None), None, ("\ud800", None), ("b", None)]
    left = Left()
    for number, alike in enumerate(said):
        record = ResourceRecord(arn=f"arn:{number}", kind="AWS::SQS::Queue", account=M, region="r")
        left.add(Noted(record.account, record.arn, alike, given=record))
    found = left.sifted(Sum(6, Glimpse(frozenset()), "", "", ordered=True))
    assert (found.which, found.said) == ([0, 1, 0, -1, -1, 2], [("a", None), ("b", V), ("b", None)])
    back = list(found.noted())
    assert [one.alike for one in back] == [*said[:4], None, said[5]]
    assert (
        [one.record.arn for one in back]
        == [one.arn for one in back]
        == [f"arn:{n}" for n in range(6)]
    )
