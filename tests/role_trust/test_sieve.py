"""What worker processes sift out is what a reader here says, of any policies beside one another."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checker.snapshot.ranges as ranges
from checker.role_trust.reader import TrustReader
from checker.role_trust.readings import Names, Reading, with_own_names
from checker.role_trust.scopes import scopes_of
from checker.role_trust.sieve import Sieve
from checker.role_trust.sifted import Sifted
from checker.snapshot.files import ROLES
from checker.snapshot.odd import Glimpse
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Role
from checker.snapshot.write import encode_record
from checker.trust.model import Analysis
from checker.vetting.allowlist import empty_allowlist
from checker.vetting.register import Register
from tests import examples
from tests.role_trust.test_shapes import ALIKE, UNLIKE, pipeline, statements, text_of
from tests.support.principals import FORMS
from tests.support.rows import rows
from tests.support.snapshots import allow, write
from tests.trust.support import GITHUB, OWN, M, N, V, W, oidc, role, root, web

P = "333333333333"
_analysis = msgspec.msgpack.Decoder(Analysis)
_roles = msgspec.json.Decoder(Role)
Told = list[tuple[str, Reading]]


def record(at: int, account: str, text: bytes, tags: dict[str, str] | None) -> bytes:
    name = f"role-{at:03}"
    arn = f"arn:aws:iam::{account}:role/{name}"
    policy = msgspec.Raw(text)
    return encode_record(Role(account=account, arn=arn, name=name, trust_policy=policy, tags=tags))


@contextlib.contextmanager
def collected(lines: list[bytes], size: int) -> Iterator[tuple[Snapshot, Register]]:
    """A snapshot of such roles, in ranges of so many bytes."""
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranges, "RANGE", size)
        accounts = [
            {"id": one, "name": one, "path": "Root", "state": "ACTIVE"} for one in (M, N, P)
        ]
        providers = [
            {"account": account, "arn": oidc(GITHUB, account), "kind": "oidc", "issuer": issuer}
            for account, issuer in ((M, GITHUB), (N, "idp.example.com"))
        ]
        manifest = {"accounts": accounts, "organization": {"id": OWN, "management_account": M}}
        folder = write(Path(name, "s"), roles=lines, providers=providers, manifest=manifest)
        register = Register(empty_allowlist(), date(2026, 11, 20), own_accounts=frozenset({M, N, P}),
                            organizations=frozenset({OWN}), partition="aws")  # fmt: skip
        yield Snapshot(folder), register


def both(lines: list[bytes], size: int) -> tuple[Told, Told]:
    """By a reader here, and by a sieve of ranges of so many bytes."""
    with collected(lines, size) as (snapshot, register):
        reader = TrustReader(register, scopes_of(register, snapshot))
        found = reader.readings(snapshot.roles())
        here = [(role.arn, named(reading, names)) for role, reading, names in found]
        sieve, there = Sieve(scopes_of(register, snapshot)), []
        for part in snapshot.ranges(ROLES):
            there += of_part(sieve, part, reader)
    return here, there


def named(reading: Reading, names: Names) -> Reading:
    """With the names that the witnesses show."""
    return msgspec.structs.replace(
        reading,
        trusts=tuple(with_own_names(one, names) for one in reading.trusts),
        own_open=tuple(with_own_names(one, names) for one in reading.own_open),
    )


def of_part(sieve: Sieve, part: ranges.Range, reader: TrustReader) -> Told:
    sifted = sieve.sift(part)
    assert sifted.sum is not None
    said = [reader.read(s.account or "", _analysis.decode(s.analysis)) for s in sifted.said]
    found = zip(_roles.decode_lines(sifted.roles), sifted.which, sifted.names, strict=True)
    every = [(role.arn, named(said[which], names)) for role, which, names in found]
    return [(arn, reading) for arn, reading in every if reading.noteworthy]


def assert_alike(lines: list[bytes], size: int) -> None:
    here, there = both(lines, size)
    assert [arn for arn, _ in here] == [arn for arn, _ in there]
    for (_, one), (_, other) in zip(here, there, strict=True):
        assert one.trusts == other.trusts
        assert one.own_open == other.own_open
        assert (one.readable, one.analysis.problems) == (other.readable, other.analysis.problems)


def saml(account: str) -> dict[str, Any]:
    provider = f"arn:aws:iam::{account}:saml-provider/Okta"
    asked = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    return web(provider, asked, Action="sts:AssumeRoleWithSAML")


NEAR = [(account, text_of(one)) for _, *rest in ALIKE + UNLIKE
        for one, account in zip(rest[::2], rest[1::2], strict=True)]  # fmt: skip
NEAR += [
    # what one of them says is no other's, though neither names the role's own account alone
    (N, text_of(pipeline(N, "repo:own/a:*"), allow({"AWS": root(W)}))),
    (N, text_of(pipeline(N, "repo:other/b:*"), allow({"AWS": root(V)}))),
    *((account, text_of(pipeline(account, "repo:own/c:*"))) for account in (P, N, M)),
    # an account that is no principal is a text, which meets patterns and numbers
    *((M, text_of(allow("*", StringEquals={key: account}, StringNotLike={key: "1*"})))
      for key in ("aws:PrincipalTag/a", "sts:RoleSessionName") for account in (M, N, P)),
    *((M, text_of(allow("*", NumericLessThan={age: account}, NumericGreaterThan={age: "2" * 12})))
      for age in ("aws:MultiFactorAuthAge",) for account in (M, N, P)),
    # a provider that nobody recorded is called by its ARN, which has the account in it
    *((account, text_of(saml(account))) for account in (M, N, P)),
    # an account that nobody listed is own to its own roles, and to no others
    *((account, text_of(allow({"AWS": f"arn:aws:iam::{W}:user/x"}))) for account in (M, W)),
    *((account, text_of(allow({"AWS": root(W)}, StringEquals={"sts:ExternalId": f"id-of-{account}"})))
      for account in (M, W, N)),
    # what is no principal, beside what is one of the other's parts
    *((M, text_of(allow({"AWS": [form.format(one) for form in forms]}))) for one in (M, N)
      for forms in (("arn:aws:iam::{}:role/x", "{}"), ("arn:aws:iam::{}", "{}:role/x"),
                    ("{}", "arn:aws:iam::{}:role/x"), ("{}:role/x", "arn:aws:iam::{}"))),
    *((M, text_of(allow({"AWS": form.format(one)}))) for form in FORMS for one in (M, V)),
]  # fmt: skip
TAGS = st.sampled_from([None, {}, {"a": "b"}, {"a": "é"}, {"a": 'x"y', "b": "\t"}])


def test_each_policy_of_a_kind_after_the_others() -> None:
    """Catches an answer at a glance that is another policy's: first the one comes, then the other."""
    for order in (NEAR, NEAR[::-1]):
        lines = [record(at, account, text, None) for at, (account, text) in enumerate(order * 2)]
        assert_alike(lines, 100_000)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.lists(st.tuples(st.one_of(st.sampled_from(NEAR), st.tuples(
        st.sampled_from([M, N, W]), st.builds(text_of, statements()))), TAGS), max_size=12),
    st.sampled_from([400, 100_000]),
)  # fmt: skip
def test_the_sieve_says_what_the_reader_says(drawn: list[Any], size: int) -> None:
    """Catches a role that is lost, or given another's answer, among policies that are nearly alike."""
    assert_alike([record(at, *one, tags) for at, (one, tags) in enumerate(drawn)], size)


def test_a_policy_that_ends_elsewhere_than_its_line_tells() -> None:
    """Catches a pattern that takes a newer collector's field for part of the policy."""
    plain = record(
        0,
        M,
        text_of({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": root(W)}}),
        None,
    )
    assert plain.endswith(b',"unresolved":null}')
    more = (
        plain.replace(b"role-000", b"role-001").removesuffix(b"}") + b',"x":{},"unresolved":null}'
    )
    twice = more.replace(b'"unresolved":null,"x"', b'"newer":null,"x"')
    assert_alike([plain, twice, twice.replace(b"role-001", b"role-002")], 100_000)


def aws(*who: str) -> bytes:
    return text_of(allow({"AWS": list(who)}))


def asks(external_id: str) -> bytes:
    return text_of(allow({"AWS": root(V)}, StringEquals={"sts:ExternalId": external_id}))


OTHERS_ID = text_of(allow({"AWS": root(W)}, StringEquals={"sts:ExternalId": "x1"}))
MFA = [
    text_of(allow({"AWS": root(one)}, Bool={"aws:MultiFactorAuthPresent": "true"}))
    for one in (M, N)
]
SERVICES = [text_of(allow({"Service": f"{one}.amazonaws.com"})) for one in ("ec2", "ecs")]
GLANCED: list[tuple[str, list[tuple[str, bytes]], int]] = [
    # policies, each in its account, and how many of them are read strictly
    ("one text in one account", [(M, aws(root(V)))] * 3, 1),
    ("in two of ours", [(M, aws(root(V))), (N, aws(root(V)))], 1),
    ("in one that nobody listed", [(M, aws(root(V))), (W, aws(root(V))), (W, aws(root(V)))], 2),
    ("there first", [(W, aws(root(V))), (M, aws(root(V))), (W, aws(root(V)))], 2),
    ("external ids", [(M, asks("x1")), (N, asks("x2")), (M, asks("x3"))], 1),
    ("of two vendors", [(M, asks("x1")), (M, OTHERS_ID)], 2),
    ("own accounts", [(M, aws(root(N))), (M, aws(root(P))), (N, aws(root(M)))], 1),
    ("of ours, where they are not plain", [(M, one) for one in MFA], 2),
    ("of ours and an outside one", [(M, aws(root(N))), (M, aws(root(W)))], 2),
    ("roles of ours", [(M, aws(role(N, "a"))), (N, aws(role(P, "b")))], 1),
    ("services", [(M, SERVICES[0]), (N, SERVICES[0]), (N, SERVICES[1])], 2),
    ("pipelines", [(M, text_of(pipeline(M, "repo:a/b"))), (M, text_of(pipeline(M, "repo:a/b")))], 1),
    ("of two accounts", [(M, text_of(pipeline(M, "repo:a/b"))), (N, text_of(pipeline(N, "repo:a/b")))], 2),
    ("of two, of which nobody knows any provider",
     [(one, text_of(saml(one))) for one in (M, N, P)], 3),
]  # fmt: skip


@rows("why, policies, strictly", GLANCED)
def test_how_much_is_known_at_a_glance(
    why: str, policies: list[tuple[str, bytes]], strictly: int
) -> None:
    """Catches an answer that is worked out for each of a million roles."""
    lines = [record(at, *one, None) for at, one in enumerate(policies)]
    with collected(lines, 100_000) as (snapshot, register):
        sieve = Sieve(scopes_of(register, snapshot))
        asked: list[str] = []
        of = sieve._of
        sieve._of = lambda account, text: asked.append(account) or of(account, text)  # type: ignore[assignment, method-assign, func-returns-value]
        for part in snapshot.ranges(ROLES):
            assert sieve.sift(part).sum is not None
    assert len(asked) == strictly, why


def test_what_a_range_tells_of_all_its_roles() -> None:
    """Catches an account, or a role, that was read and is not counted: it would pass for unread."""
    every = [(M, aws(root(N))), (N, aws(root(V))), (W, aws(root(N)))]
    lines = [record(at, *one, None) for at, one in enumerate(every)]
    newer = lines[2].replace(b"role-002", b"role-003").removesuffix(b"}") + b',"x":1}'
    foreign = lines[2].replace(b"arn:aws:iam", b"arn:aws-cn:iam").replace(b"role-002", b"role-004")
    told = []
    for order in (lines, [*lines, newer], [foreign, *lines], lines[::-1], [newer, *lines]):
        with collected(order, 100_000) as (snapshot, register):
            (part,) = snapshot.ranges(ROLES)
            told.append(Sieve(scopes_of(register, snapshot)).sift(part).sum)
    arns = [f"arn:aws:iam::{account}:role/role-{at:03}" for at, account in enumerate((M, N, W, W))]
    cn, accounts = f"arn:aws-cn:iam::{W}:role/role-004", frozenset({M, N, W})
    assert told[:3] == [
        ranges.Sum(3, Glimpse(accounts), arns[0], arns[2], ordered=True),
        ranges.Sum(4, Glimpse(accounts), arns[0], arns[3], ordered=True),
        ranges.Sum(4, Glimpse(accounts, 1), cn, arns[2], ordered=True),
    ]
    assert [one and (one.records, one.seen, one.ordered) for one in told[3:]] == [
        (3, Glimpse(accounts), False), (4, Glimpse(accounts), False)]  # fmt: skip


BROKEN = [
    ("no role", lambda _: b"{}"),
    ("no JSON", lambda line: line[:-1]),
    ("an ARN of another account", lambda line: line.replace(f"iam::{M}".encode(), f"iam::{N}".encode())),
    ("a tag twice", lambda line: line.replace(b'{"a":"b"}', b'{"a":"b","a":"c"}')),
]  # fmt: skip


@rows("why, spoilt", BROKEN)
def test_a_range_with_a_record_that_is_wrong_tells_nothing(why: str, spoilt: Any) -> None:
    """Catches a record that is skipped in silence: who reads the range again says what is wrong."""
    good = record(0, M, aws(root(V)), {"a": "b"})
    bad = spoilt(record(1, M, aws(root(V)), {"a": "b"}))
    for lines in ([good, bad], [bad, good]):
        with collected(lines, 100_000) as (snapshot, register):
            (part,) = snapshot.ranges(ROLES)
            assert Sieve(scopes_of(register, snapshot)).sift(part) == Sifted(None), why


def test_an_account_that_nobody_listed_is_read_by_itself() -> None:
    """Catches an answer of one of our accounts that is taken for a stranger's, whose own trust is
    its own alone: in any order, and once the text is remembered."""
    foreign = "505050505050"
    made = [Role(account=home, arn=f"arn:aws:iam::{home}:role/{one}", name=one,
                 trust_policy=msgspec.Raw(text_of(allow({"AWS": root(one)}))))
            for one in (M, N, foreign) for home in (M, N, foreign)]  # fmt: skip
    with collected([], 1) as (snapshot, register):
        for order in (made, made[::-1], made * 2):
            reader = TrustReader(register, scopes_of(register, snapshot))
            told = {(one.account, one.name) for one, *_ in reader.readings([order])}
            assert told == {(M, foreign), (N, foreign)}
