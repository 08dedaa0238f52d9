"""What worker processes sift out is what a reader here says, of any policies beside one another."""

from __future__ import annotations

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
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Role
from checker.snapshot.write import encode_record
from checker.trust.model import Analysis
from checker.vetting.allowlist import empty_allowlist
from checker.vetting.register import Register
from tests import examples
from tests.role_trust.test_shapes import ALIKE, UNLIKE, pipeline, statements, text_of
from tests.support.snapshots import allow, write
from tests.trust.support import GITHUB, OWN, M, N, V, W, oidc, root, web

P = "333333333333"
_analysis = msgspec.msgpack.Decoder(Analysis)
_roles = msgspec.json.Decoder(Role)
Told = list[tuple[str, Reading]]


def record(at: int, account: str, text: bytes, tags: dict[str, str] | None) -> bytes:
    name = f"role-{at:03}"
    arn = f"arn:aws:iam::{account}:role/{name}"
    policy = msgspec.Raw(text)
    return encode_record(Role(account=account, arn=arn, name=name, trust_policy=policy, tags=tags))


def both(lines: list[bytes], size: int) -> tuple[Told, Told]:
    """By a reader here, and by a sieve of ranges of so many bytes."""
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
        snapshot = Snapshot(folder)
        register = Register(empty_allowlist(), date(2026, 11, 20), own_accounts=frozenset({M, N, P}),
                            organizations=frozenset({OWN}), partition="aws")  # fmt: skip
        reader = TrustReader(register, scopes_of(register, snapshot))
        found = reader.readings(snapshot.roles())
        here = [(role.arn, named(reading, names)) for role, reading, names in found]
        sieve, there = Sieve(scopes_of(register, snapshot)), []
        for part in snapshot.ranges("roles.jsonl"):
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
