"""The keys by which answers are known at a glance, who "we" are, and which grants are told."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from checker.role_trust.glance import without_account, without_home, without_id
from checker.role_trust.readings import Reading, as_of, read, with_own_names
from checker.role_trust.renaming import names_told, renamed, with_names
from checker.role_trust.scopes import Scopes, providers_by_account, scopes_of
from checker.role_trust.trustees import Trustees
from checker.snapshot.records import FileEntry, Gap, ProviderRecord, Role
from checker.trust import Analysis, Grant, Principal, Problem, Provider, Scope, Witness
from tests.role_trust.test_guardrails import BARE
from tests.role_trust.test_shapes import KNOWN, SCOPES, P, pipeline, text_of
from tests.support.rows import rows
from tests.support.snapshots import allow
from tests.trust.support import (
    EXT,
    GITHUB,
    OWN,
    TODAY,
    M,
    N,
    V,
    W,
    oidc,
    role,
    root,
    web,
)
from tests.vetting.test_register import by, issued, register

OWN_BYTES = frozenset({M.encode(), N.encode()})
LONG = "x" * 2_048


def asks(ids: Any, **more: Any) -> bytes:
    return text_of(allow({"AWS": root(W)}, StringEquals={"sts:ExternalId": ids}) | more)


IDS: list[tuple[str, bytes, str | None]] = [
    ("an id", asks("x1"), "x1"),
    ("none", text_of(allow({"AWS": root(W)})), None),
    ("a list", asks(["x1"]), None),
    ("too short", asks("x"), None),
    ("a pattern", asks("x*"), None),
    ("it stands elsewhere", asks("x1", Sid="ax1b"), None),
    ("too long a policy", asks("x1", Sid=LONG), None),
    ("a long one", asks("x1", Sid="y" * (2_048 - len(asks("x1", Sid="")))), "x1"),
    ("one more", asks("x1", Sid="y" * (2_049 - len(asks("x1", Sid="")))), None),
]  # fmt: skip


@rows("why, text, expected", IDS)
def test_all_but_an_external_id(why: str, text: bytes, expected: str | None) -> None:
    """Catches a policy that is known by less than what it says."""
    found = without_id(text)
    if expected is None:
        assert found is None, why
    else:
        start, end = text.split(b'"%b"' % expected.encode())
        assert found == ((start, end), expected), why


def aws(*who: str) -> bytes:
    return text_of(allow({"AWS": list(who)}))


ALIKE = [
    # one policy, another one, whether they are known by the same
    ("the account", aws(root(M)), aws(root(N)), True),
    ("the account and its role", aws(role(M, "a")), aws(role(N, "t/b")), True),
    ("twice", aws(root(M), role(M, "a")), aws(root(N), role(N, "b")), True),
    ("a role and none", aws(role(M, "a")), aws(root(M)), False),
    ("another kind of name", aws(f"arn:aws:iam::{M}:user/a"), aws(role(M, "a")), False),
    ("another name of it", aws(f"arn:aws:iam::{M}:user/a"), aws(f"arn:aws:iam::{M}:user/b"), False),
    (
        "a role of another of its places",
        aws(role(M, "a"), M),
        aws(f"arn:aws:iam::{M}", f"{M}:role/a"),
        False,
    ),
    ("another partition", aws(root(M)), aws(root(M)).replace(b":aws:", b":aws-cn:"), False),
]


@rows("why, one, other, same", ALIKE)
def test_all_but_an_own_account(why: str, one: bytes, other: bytes, same: bool) -> None:
    """Catches two policies that are known by the same, though more than a name differs."""
    known = without_account(one, OWN_BYTES)
    assert known is not None, why
    assert (known == without_account(other, OWN_BYTES)) is same, why


NOT_ALONE = [
    ("nobody", text_of(allow("*"))),
    ("an outside account", aws(root(W))),
    ("two of ours", aws(root(M), root(N))),
    ("two roles of one", aws(role(M, "a"), role(M, "b"))),
    ("a role with twelve digits", aws(role(M, N))),
    ("within its name", aws(role(M, f"a-{W}-b"))),
    ("a name that the analysis makes up", aws(role(M, "w"))),
    ("behind a path", aws(role(M, "t/www"))),
    ("too long", text_of(allow({"AWS": root(M)}) | {"Sid": LONG})),
]


@rows("why, text", NOT_ALONE)
def test_where_more_than_an_own_account_counts(why: str, text: bytes) -> None:
    """Catches an outsider who is passed over at a glance."""
    assert without_account(text, OWN_BYTES) is None, why


def test_as_long_as_may_be() -> None:
    """Catches a limit that is another here than where shapes are made."""
    short = len(text_of(allow({"AWS": root(M)}) | {"Sid": ""}))
    texts = [text_of(allow({"AWS": root(M)}) | {"Sid": "y" * (n - short)}) for n in (2_048, 2_049)]
    assert [without_account(one, OWN_BYTES) is None for one in texts] == [False, True]


HOMES: list[tuple[str, bytes, str, Any]] = [
    ("recorded", text_of(pipeline(N, "a")), N, ("oidc", GITHUB)),
    ("not recorded there", text_of(pipeline(P, "a")), P, None),
    ("not recorded by this name", text_of(web(oidc("idp.example.com", N))), N, None),
]  # fmt: skip


@rows("why, text, account, known", HOMES)
def test_all_but_the_home_of_a_provider(why: str, text: bytes, account: str, known: Any) -> None:
    """Catches a provider that is known by its name alone, which is everywhere the same."""
    assert without_home(text, account, SCOPES) == (tuple(text.split(account.encode())), known), why


FOREIGN = [
    ("no provider", text_of(allow({"AWS": root(N)})), N),
    ("another account's", text_of(pipeline(M, "a")), N),
    ("beside another account", text_of(pipeline(N, "a"), allow({"AWS": root(M)})), N),
    ("an account that nobody listed", text_of(pipeline(W, "a")), W),
    ("without an account", text_of(web("cognito-identity.amazonaws.com")), N),
]


@rows("why, text, account", FOREIGN)
def test_where_more_than_a_home_counts(why: str, text: bytes, account: str) -> None:
    """Catches another account's provider that is taken for the role's own."""
    assert without_home(text, account, SCOPES) is None, why


def test_who_we_are_to_one_account() -> None:
    """Catches providers of one account that count in another, and a `*` that means no others."""
    assert SCOPES.of(N) == Scope(
        account=N, today=TODAY, organizations=frozenset({OWN}), own=frozenset({M, N, P}),
        partition="aws", providers=KNOWN[N], live=True, all_providers=True)  # fmt: skip
    there = SCOPES.of(P)
    assert (there.account, there.providers, there.all_providers) == (P, {}, False)
    assert not replace(SCOPES, live=False).of(N).live


PROVIDERS = [
    ProviderRecord(account=M, arn="a", kind="oidc", issuer="x"),
    ProviderRecord(account=M, arn="b", kind="saml", issuer=None),
    ProviderRecord(account=M, arn="c", kind="trust-anchor", issuer="y"),
    ProviderRecord(account=N, arn="d", kind="identity-pool", issuer="z"),
    ProviderRecord(account=P, arn="e", kind="saml", issuer="w"),
]


def test_whom_a_star_for_providers_means() -> None:
    """Catches a trust anchor or a pool that is no provider of IAM's, and one that is lost."""
    assert providers_by_account(PROVIDERS) == {
        M: {"a": Provider("a", "oidc", "x"), "b": Provider("b", "saml", None)},
        P: {"e": Provider("e", "saml", "w")},
    }


class Taken:
    """A snapshot of which the manifest and the providers alone are asked for."""

    def __init__(self, **told: Any) -> None:
        files = {"providers.jsonl": FileEntry(records=5, sha256="")}
        self.manifest = replace(BARE, **{"sources": ("aws",), "files": files} | told)

    def providers(self) -> list[ProviderRecord]:
        return PROVIDERS


def gap(call: str, account: str | None = N, region: str | None = None) -> Gap:
    return Gap(account=account, region=region, call=call, code="AccessDenied", message="m")


EVERY = {M, N, P}
LISTED: list[tuple[str, dict[str, Any], set[str]]] = [
    ("AWS was asked, and answered", {}, EVERY),
    ("code alone was read", {"sources": ("terraform",)}, set()),
    ("AWS Config may be late", {"sources": ("aws", "aws-config")}, set()),
    ("providers were not collected", {"files": {}}, set()),
    ("a call about them failed", {"gaps": (gap("iam:ListSAMLProviders"),)}, {M, P}),
    ("one about a single one", {"gaps": (gap("iam:GetOpenIDConnectProvider", M), gap("iam:GetSAMLProvider"))}, {P}),
    ("another call failed", {"gaps": (gap("iam:ListRoles"),)}, EVERY),
    ("nobody got into the account", {"gaps": (gap("*"),)}, {M, P}),
    ("nobody got into one region", {"gaps": (gap("*", region="us-east-1"),)}, EVERY),
    ("nobody knows where", {"gaps": (gap("*", None),)}, set()),
    ("nor of which account", {"gaps": (gap("iam:ListSAMLProviders", None),)}, set()),
    ("another call, nobody knows where", {"gaps": (gap("iam:ListRoles", None),)}, EVERY),
]  # fmt: skip


@rows("why, told, expected", LISTED)
def test_of_which_accounts_all_providers_are_known(
    why: str, told: dict[str, Any], expected: set[str]
) -> None:
    """Catches a provider that nobody looked for, and that a `*` lets in: a miss in silence."""
    snapshot: Any = Taken(**told)
    known = register(own_accounts=frozenset({M, N}), organizations=frozenset({OWN, EXT}))
    assert scopes_of(known, snapshot) == Scopes(
        today=TODAY, organizations=known.organizations, own=known.own_accounts, partition="aws",
        live="aws" in snapshot.manifest.sources, providers=providers_by_account(PROVIDERS),
        listed=frozenset(expected)), why  # fmt: skip


VENDOR, OURS = by("account", account=V), by("account", account=N)
GUESTS = issued(GITHUB)
NOBODY = by("unresolved", id="?")
NAMED = by("unresolved", id="AROAEXAMPLEEXAMPLE123")


def grant(principal: Principal, *statements: int) -> Grant:
    return Grant(principal=principal, actions=("a",), statements=statements or (0,))


READ: list[tuple[str, list[Grant], list[Problem], list[Principal], bool, bool]] = [
    # grants, problems; whom it trusts, whether it was understood, whether somebody must look
    ("nobody", [], [], [], True, False),
    ("ours", [grant(OURS)], [], [], True, False),
    ("a vendor and ours", [grant(VENDOR), grant(OURS)], [], [VENDOR], True, True),
    ("what informs", [grant(OURS)], [Problem("inert", 0, "")], [], True, True),
    ("what blocks", [], [Problem("invalid-value", 0, "")], [], False, True),
    ("who could not be read is told as a problem", [grant(NOBODY)], [Problem("invalid-principal", 0, "")], [], False, True),
    ("or is missing", [grant(NOBODY)], [Problem("missing-principal", 0, "")], [], False, True),
    ("or of S3", [grant(NOBODY)], [Problem("canonical-user", 0, "")], [], False, True),
    ("no problem tells of it", [grant(NOBODY)], [Problem("invalid-value", 0, "")], [NOBODY], False, True),
    ("one of another statement does", [grant(NOBODY, 1)], [Problem("invalid-principal", 0, "")], [NOBODY], False, True),
    ("of one of two", [grant(NOBODY, 0, 1)], [Problem("invalid-principal", 0, "")], [NOBODY], False, True),
    ("of both", [grant(NOBODY, 0, 1)], [Problem("invalid-principal", n, "") for n in (0, 1)], [], False, True),
    ("somebody of a name", [grant(NAMED)], [Problem("invalid-principal", 0, "")], [NAMED], False, True),
    ("a vendor beside such a problem", [grant(VENDOR)], [Problem("invalid-principal", 0, "")], [VENDOR], False, True),
]  # fmt: skip


@rows("why, grants, problems, trusted, readable, noteworthy", READ)
def test_what_a_policy_says(
    why: str, grants: list[Grant], problems: list[Problem], trusted: list[Principal],
    readable: bool, noteworthy: bool,
) -> None:  # fmt: skip
    """Catches a third party, or a policy that nobody understood, that is passed over."""
    analysis = Analysis(grants=tuple(grants), problems=tuple(problems))
    trustees = Trustees(register(own_accounts=frozenset({M, N})))
    found = read(M, analysis, trustees, every=False)
    expected = [t for one in grants if one.principal in trusted if (t := trustees.trust(one, M))]
    assert found == Reading(analysis, tuple(expected), readable, noteworthy), why
    assert read(M, analysis, trustees, every=True) == replace(found, noteworthy=True), why


CENTER = Grant(principal=by("federated", provider="https://portal.example/saml"), actions=("a",),
               witness=Witness(f"arn:aws:iam::{M}:saml-provider/AWSSSO_1", "a", {}))  # fmt: skip
SSO = "/aws-reserved/sso.amazonaws.com/"


def test_what_identity_center_makes_for_itself_is_no_finding() -> None:
    """Catches a role of anybody's that is excused as Identity Center's, and one that is lost with it."""
    trustees = Trustees(register())
    whole = read(M, Analysis(grants=(CENTER, grant(VENDOR))), trustees, every=False)
    other = read(M, Analysis(grants=(grant(VENDOR),)), trustees, every=False)
    made = [Role(account=M, arn="a", name="n", path=path) for path in (f"{SSO}eu-west-1/", SSO)]
    anybody = [
        Role(account=M, arn="a", name="n", path=path) for path in ("/", None, f"/x{SSO}", SSO[:-1])
    ]
    assert len(whole.trusts) == 2
    assert [as_of(one, whole) for one in made] == [
        replace(whole, trusts=whole.trusts[1:], identity_center=True)] * 2  # fmt: skip
    assert [as_of(one, whole) for one in anybody] == [whole] * 4
    assert as_of(made[0], other) == other


SEEN = Witness("p-x", "a", {"k-x": "v-x", "l": ["x", "y"]})


def test_other_names_are_put_in_where_they_stand() -> None:
    """Catches a stand-in that a report shows, and a word that is changed for being spelt like it."""
    analysis = Analysis(grants=(Grant(principal=VENDOR, actions=("a",), witness=SEEN),))
    (found,) = renamed(analysis, {V: W, "v-x": "z"}).grants
    assert (found.principal.account, found.witness) == (
        W,
        replace(SEEN, context=SEEN.context | {"k-x": "z"}),
    )
    assert renamed(analysis, {}) is analysis
    assert renamed(Analysis(), {"a": "b"}) == Analysis()
    problem = Analysis(problems=(Problem("c", 0, V),))
    assert renamed(problem, {V: W}) == Analysis(problems=(Problem("c", 0, W),))
    told = names_told(Analysis(grants=analysis.grants, problems=problem.problems))
    assert (V in told, "p-x" in told, '"c"' in told) == (True, False, True)


def test_a_witness_shows_the_names_of_its_policy() -> None:
    """Catches a witness that is another policy's, in its principal or in one of its values."""
    facts = {"external_id": "none", "witness": msgspec.to_builtins(SEEN)}
    assert with_names(facts, {"x": "z"}) == {"external_id": "none", "witness": {
        "principal": "p-z", "action": "a", "context": {"k-x": "v-z", "l": ["z", "y"]}}}  # fmt: skip
    bare = {"external_id": "none", "witness": None}
    assert with_names(bare, {"x": "z"}) is bare
    trust = Trustees(register()).trust(Grant(principal=VENDOR, actions=("a",), witness=SEEN), M)
    assert trust is not None
    assert with_own_names(trust, {}) is trust
    assert with_own_names(trust, {"x": "z"}) == replace(
        trust, facts=with_names(trust.facts, {"x": "z"})
    )
