"""Equal resources are analysed once: the answer must be that of each by itself."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.access import UNREAD, Access
from checker.resource_trust.glance import Glance
from checker.resource_trust.plain import plainly_own
from checker.resource_trust.reader import ResourceReader
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceRecord
from checker.vetting.allowlist import empty_allowlist
from checker.vetting.register import Register
from tests import examples
from tests.access.random_documents import M, random_document
from tests.support.principals import FORMS, SPARE
from tests.support.rows import rows
from tests.support.snapshots import allow, write

TODAY, OTHER, V, X = date(2026, 11, 20), "222222222222", "999999999999", "777777777777"
OWN = frozenset({M, OTHER})
MANY = 150
HOME = {"organization": None}  # whose management account no control policy would hold over
RENAMED = {"acme-data": "other-data", ":jobs": ":work", "1111-2222": "3333-4444", ":alerts": ":news",
           ":ingest": ":digest", M: OTHER, V: X}  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot(write(tmp_path_factory.mktemp("s") / "s", resources=[], manifest=HOME))


def reader(snapshot: Snapshot) -> ResourceReader:
    own, organizations = OWN, frozenset({"o-own1234567"})
    register = Register(empty_allowlist(), TODAY, own_accounts=own, organizations=organizations)
    return ResourceReader(register, snapshot, Counter())


def record(kind: str, arn: str, account: str, document: str) -> ResourceRecord:
    raw = msgspec.Raw(document.encode())
    return ResourceRecord(account=account, arn=arn, kind=kind, region="eu-west-1", document=raw)


def told(access: Access | None) -> Any:
    """Whom it lets in; what only informs may be left out of what is plain."""
    if access is None:
        return [], [], []
    problems = [one for one in access.problems if one.code in UNREAD]
    return list(access.grants), list(access.deputies), problems


def alone(snapshot: Snapshot, one: ResourceRecord) -> Any:
    found = [access for _, access in reader(snapshot).readings([one])]
    return told(found[0] if found else None)


def renamed(text: str) -> str:
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    return text


def test_another_s_answer_is_its_own(snapshot: Snapshot) -> None:
    """Catches an answer that is shared where a name decides, or that keeps the other's names."""
    rng, shared = Random(21), 0
    for _ in range(MANY):
        world, document, _ = random_document(rng)
        text = json.dumps(document, separators=(",", ":"))
        first = record(world.kind, world.arn, M, text)
        second = record(world.kind, renamed(world.arn), OTHER, renamed(text))
        together = reader(snapshot)
        list(together.readings([first]))
        known = sum(one is not None for one in together._known.values())
        found = [access for _, access in together.readings([second])]
        shared += known == len(together._known) == 1
        assert told(found[0] if found else None) == alone(snapshot, second), text
    assert shared > MANY // 10, "hardly any answer was shared"


@pytest.mark.parametrize("name", [M, V, f"{V}-{M}", OTHER])
def test_a_name_that_is_spelt_as_anothers_account(snapshot: Snapshot, name: str) -> None:
    """Catches names that are put in one after the other: a witness shows a resource that is none."""
    bucket = "arn:aws:s3:::{}"

    def shared(name: str, account: str, outside: str) -> ResourceRecord:
        arn = bucket.format(name)
        who = {"AWS": f"arn:aws:iam::{outside}:root"}
        statement = allow(who, "s3:GetObject") | {"Resource": f"{arn}/*"}
        return record("AWS::S3::Bucket", arn, account, json.dumps({"Statement": [statement]}))

    together, second = reader(snapshot), shared(name, OTHER, X)
    found = [told(a) for _, a in together.readings([shared("data", M, V), second])]
    assert len(together._known) == 1
    assert found[1] == alone(snapshot, second)


@pytest.mark.parametrize("backwards", [False, True])
def test_an_account_that_nobody_listed_is_own_to_itself_alone(
    snapshot: Snapshot, backwards: bool
) -> None:
    """Catches what lets an unlisted account into its own resource, told of another account's: a
    stranger let in unseen, where its own resource comes first."""

    def queue(account: str) -> ResourceRecord:
        arn = f"arn:aws:sqs:eu-west-1:{account}:jobs"
        statement = allow({"AWS": X}, "sqs:SendMessage") | {"Resource": arn}
        return record("AWS::SQS::Queue", arn, account, json.dumps({"Statement": [statement]}))

    every = [queue(account) for account in (X, V, "666666666666", M)]
    found = reader(snapshot).readings(every[::-1] if backwards else every)
    assert {one.account for one, _ in found} == {V, "666666666666", M}


WHO = st.builds(str.format, st.sampled_from(FORMS), st.sampled_from([M, OTHER, V, X, SPARE]))
STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Allow", "Deny"]),
     "Principal": st.one_of(st.just("*"), st.fixed_dictionaries({"AWS": st.lists(WHO, min_size=1, max_size=2)}))},
    optional={"Condition": st.fixed_dictionaries({"ArnLike": st.dictionaries(
        st.sampled_from(["aws:PrincipalArn", "aws:SourceArn"]), WHO, min_size=1, max_size=1)})},
)  # fmt: skip


def of_one_form(name: str, statement: dict[str, Any]) -> ResourceRecord:
    about = {"Action": "sqs:SendMessage", "Resource": "*"}
    every = [allow("*"), statement]
    text = json.dumps(
        {"Statement": [one | about for one in every[statement["Effect"] == "Allow" :]]}
    )
    return record("AWS::SQS::Queue", f"arn:aws:sqs:eu-west-1:{M}:{name}", M, text)


@settings(max_examples=examples(10), deadline=None)
@example([allow("*")], [form.format(M) for form in FORMS])
@example([allow("*") | {"Effect": "Deny"}], [V, SPARE, X, *(form.format(M) for form in FORMS)])
@example(
    [allow("*", ArnLike={"aws:PrincipalArn": one.format(M)}) | {"Effect": "Deny"}
     for one in FORMS], [M])  # fmt: skip
@given(st.lists(STATEMENT, min_size=1, max_size=2), st.lists(WHO, min_size=1, max_size=6))
def test_what_is_no_principal_is_not_taken_for_one(
    snapshot: Snapshot, some: list[dict[str, Any]], names: list[str]
) -> None:
    """Catches a policy that nobody can read, passed over as one that differs by a name can be; and
    one that is told to let in the very account that it denies."""
    with_names = [one | {"Principal": {"AWS": name}} for one in some for name in names]
    every = [of_one_form(f"q{at}", one) for at, one in enumerate([*some, *with_names])]
    apart = {one.arn: alone(snapshot, one) for one in every}
    for order in (every, every[::-1]):
        found = {one.arn: access for one, access in reader(snapshot).readings(order)}
        assert {one.arn: told(found.get(one.arn)) for one in every} == apart


BUCKETS = ["zebra", "data", "w", "quiz"]


def test_a_sample_does_not_tell_how_another_resource_is_called(snapshot: Snapshot) -> None:
    """Catches a witness that is spelt otherwise where an unrelated resource comes first."""

    def bucket(name: str) -> ResourceRecord:
        arn = f"arn:aws:s3:::{name}"
        statement = allow({"AWS": V}, "s3:GetObject") | {"Resource": f"{arn}/*"}
        return record("AWS::S3::Bucket", arn, M, json.dumps({"Statement": [statement]}))

    every = [bucket(name) for name in BUCKETS]
    for order in (every, every[::-1]):
        together = reader(snapshot)
        found = [(one, told(access)) for one, access in together.readings(order)]
        assert found == [(one, alone(snapshot, one)) for one in order]
        assert len(together._known) == 1


TAG = "aws:PrincipalTag/a"
MET: list[tuple[str, Any]] = [
    ("a pattern", lambda own: [allow("*", StringEquals={TAG: own}, StringLike={TAG: "2*"})]),
    ("within a text", lambda own: [allow("*", StringEquals={TAG: f"x-{own}"}, StringLike={TAG: "x-2*"})]),
    ("a number", lambda own: [allow("*", StringEquals={TAG: own}, NumericLessThan={TAG: "2e11"})]),
    ("another account", lambda own: [allow("*", StringEquals={TAG: own}),
                                     allow("*", StringEquals={TAG: OTHER}) | {"Effect": "Deny"}]),
    ("what a request shows", lambda own: [allow("*", StringEquals={"aws:SourceVpce": own})]),
    ("in an ARN", lambda own: [allow({"AWS": V}, ArnLike={"aws:SourceVpce": f"arn:aws:sns:r:{own}:{own}"})]),
    ("the resource's own", lambda own: [allow("*", StringEquals={"aws:ResourceAccount": own})]),
]  # fmt: skip


@rows("why, made", MET)
def test_an_own_account_that_meets_more_than_itself(
    snapshot: Snapshot, why: str, made: Any
) -> None:
    """Catches a resource open to anybody, passed over as one with another account of ours is shut."""
    arn = "arn:aws:sqs:eu-west-1:{}:{}"

    def queue(account: str, own: str, name: str) -> ResourceRecord:
        about = {"Action": "sqs:*", "Resource": arn.format(account, name)}
        text = json.dumps({"Statement": [one | about for one in made(own)]})
        return record("AWS::SQS::Queue", arn.format(account, name), account, text)

    every = [queue(account, own, f"q-{own}") for account in (M, OTHER) for own in (M, OTHER)]
    for order in (every, every[::-1]):
        found = {one.arn: access for one, access in reader(snapshot).readings(order)}
        for one in order:
            assert told(found.get(one.arn)) == alone(snapshot, one), why


ARN = f"arn:aws:sqs:eu-west-1:{M}:jobs"
SEND = {"Action": "sqs:SendMessage", "Resource": ARN}
PLAIN: list[tuple[str, dict[str, Any], bool]] = [
    ("an own account", allow({"AWS": M}) | SEND, True),
    ("an own role", allow({"AWS": f"arn:aws:iam::{OTHER}:role/a/b"}) | SEND, True),
    ("several of our own", allow({"AWS": [M, f"arn:aws:iam::{OTHER}:root"]}) | SEND, True),
    ("one of them a stranger", allow({"AWS": [M, V]}) | SEND, False),
    ("everybody", allow("*") | SEND, False),
    ("an own role of another partition", allow({"AWS": f"arn:aws-cn:iam::{M}:root"}) | SEND, False),
    ("a role with a pattern", allow({"AWS": f"arn:aws:iam::{M}:role/*"}) | SEND, False),
    ("a session", allow({"AWS": f"arn:aws:sts::{M}:assumed-role/a/b"}) | SEND, False),
    ("a service for us", allow({"Service": "sns.amazonaws.com"}, StringEquals={"aws:SourceAccount": M}) | SEND, True),
    ("for our topic", allow({"Service": "sns.amazonaws.com"}, ArnLike={"aws:SourceArn": f"arn:aws:sns:*:{M}:*"}) | SEND, True),
    ("for what a text fits", allow({"Service": "sns.amazonaws.com"}, StringLike={"aws:SourceArn": f"arn:aws:sns:*:{M}:*"}) | SEND, False),
    ("for a stranger", allow({"Service": "sns.amazonaws.com"}, StringEquals={"aws:SourceAccount": V}) | SEND, False),
    ("for us or a stranger", allow({"Service": "sns.amazonaws.com"}, StringEquals={"aws:SourceAccount": [M, V]}) | SEND, False),
    ("for whoever is not us", allow({"Service": "sns.amazonaws.com"}, StringNotEquals={"aws:SourceAccount": M}) | SEND, False),
    ("for anybody", allow({"Service": "sns.amazonaws.com"}) | SEND, False),
    ("for nobody told", allow({"Service": "sns.amazonaws.com"}, StringEquals={"aws:SourceAccount": []}) | SEND, False),
    ("an unknown operator", allow({"AWS": M}, StringEqual={"a": "b"}) | SEND, False),
    ("an unknown element", allow({"AWS": M}) | SEND | {"Principle": "*"}, False),
    ("all but us", {"Effect": "Allow", "NotPrincipal": {"AWS": M}} | SEND, False),
    ("no resource", {"Effect": "Allow", "Principal": {"AWS": M}, "Action": "sqs:*"}, False),
    ("an effect in the wrong case", allow({"AWS": M}) | SEND | {"Effect": "allow"}, False),
    ("a Deny", allow("*", Bool={"aws:SecureTransport": "false"}) | SEND | {"Effect": "Deny"}, True),
    ("a Deny of nobody", {"Effect": "Deny", "NotPrincipal": {"AWS": M}} | SEND, False),
]  # fmt: skip


@rows("why, statement, plain", PLAIN)
def test_plainly_our_own(snapshot: Snapshot, why: str, statement: Any, plain: bool) -> None:
    """Catches what passes without an analysis and would not pass it."""
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert plainly_own(text, OWN, "aws", implicit=False) is plain, why
    if plain:
        found = reader(snapshot)._analysed(record("AWS::SQS::Queue", ARN, M, text))
        assert told(found) == ([], [], []), why


def as_written(statement: dict[str, Any]) -> bytes:
    policy = {"Statement": [statement], "Version": "2012-10-17"}
    return json.dumps(policy, sort_keys=True, separators=(",", ":")).encode()


GLANCED = {"an own role", "a service for us"}


@rows("why, statement, plain", PLAIN)
def test_a_glance_knows_no_more(why: str, statement: Any, plain: bool) -> None:
    """Catches a form whose bytes look like our own, and that is not."""
    known = Glance(OWN, "aws").plainly_own(as_written(statement))
    assert known <= plain and known == (why in GLANCED), why


TRICKS = [
    ("another statement behind it", allow({"AWS": f"arn:aws:iam::{M}:root"}) | SEND, allow("*") | SEND),
    ("a stranger's behind it", allow({"AWS": f"arn:aws:iam::{M}:root"}) | SEND, allow({"AWS": f"arn:aws:iam::{V}:root"}) | SEND),
    ("a Sid that looks like an account", allow({"AWS": f"arn:aws:iam::{V}:root"}) | SEND | {"Sid": f"arn:aws:iam::{M}:"}, None),
]  # fmt: skip


@rows("why, first, second", TRICKS)
def test_a_glance_is_not_misled(why: str, first: Any, second: Any) -> None:
    """Catches bytes that are read as another statement than AWS reads."""
    listed = [one for one in (first, second) if one]
    text = json.dumps(
        {"Statement": listed, "Version": "2012-10-17"}, sort_keys=True, separators=(",", ":")
    )
    assert not Glance(OWN, "aws").plainly_own(text.encode()), why


@pytest.mark.parametrize("key", ['"AWS"', '"Principal"', '"Statement"'])
def test_a_key_given_twice_is_not_plain(key: str) -> None:
    """Catches a policy of which AWS may read another half than we."""
    text = json.dumps({"Version": "2012-10-17", "Statement": [allow({"AWS": M}) | SEND]})
    twice = text.replace(f"{key}: ", f'{key}: "{V}", {key}\n: ', 1)
    assert plainly_own(text, OWN, "aws", implicit=False)
    assert not plainly_own(twice, OWN, "aws", implicit=False)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_plain_by_chance(snapshot: Snapshot, seed: int) -> None:
    """Catches a random policy that the short way passes and the analysis does not."""
    rng, asked = Random(seed), reader(snapshot)
    for _ in range(MANY):
        world, document, _ = random_document(rng)
        text = json.dumps(document)
        if plainly_own(text, OWN, "aws", implicit=False):
            found = asked._analysed(record(world.kind, world.arn, M, text))
            assert told(found) == ([], [], []), text


def test_the_folder_is_not_read_twice(tmp_path: Path) -> None:
    """A note that counts each resource for each time that it was read."""
    one = {"account": M, "arn": ARN, "kind": "AWS::SQS::Queue"}
    opened = Snapshot(
        write(tmp_path / "s", resources=[one], manifest={"resource_kinds": ["AWS::SQS::Queue"]})
    )
    for _ in range(2):
        assert len(list(opened.resources())) == 1
    assert not [note for note in opened.odd() if "told twice" in note]
