"""What is said of one grant, one policy, one principal: the pieces of a proof, each asked directly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import checker.enforce.bench as benches
from checker.access import AccessGrant, Resource
from checker.access.model import AccessPoint, AccessWitness, Settings
from checker.check.engine import register_of
from checker.enforce.bench import Bench, acts
from checker.enforce.judged import Judged, entry_of, judged
from checker.enforce.listed import listed
from checker.enforce.ours import Ours, ours
from checker.enforce.perimeter import Perimeter
from checker.enforce.proof import Prover
from checker.enforce.public_proof import _others_of, _perhaps, _without_everybody
from checker.enforce.reasons import membership, same, unreached
from checker.enforce.resource_bench import ResourceBench
from checker.enforce.resource_judged import ResourceJudge
from checker.enforce.resource_proof import _lets
from checker.errors import InputError
from checker.role_trust.scopes import scopes_of
from checker.snapshot.records import Role
from checker.snapshot.resources import ResourceRecord
from checker.trust import Witness, analyze
from checker.trust.model import Grant, Principal
from checker.vetting.register import Register
from tests.enforce.support import MORE, TODAY, allowlist, snapshot, vendor
from tests.support.rows import rows
from tests.trust.support import (
    EKS,
    EXT,
    OWN,
    M,
    N,
    V,
    W,
    policy,
    statement,
)

SCOPED, OTHER = "666666666666", "o-other12345"
ANY = {"max_access": "admin"}
VENDORS = [vendor("V", accounts=[V], scope=ANY), vendor("Scoped", accounts=[SCOPED], scope=ANY | {"in_accounts": [N]}), vendor("O", organizations=[EXT], scope=ANY),
           vendor("Gone", accounts=["777777777777"], expires="2026-11-01", scope={"in_accounts": [M]})]  # fmt: skip


def who(kind: Any, **fields: Any) -> Principal:
    return Principal(kind=kind, **fields)


ACCOUNT, ROLE = who("account", account=W, partition="aws"), who("principal", account=W, partition="aws", arn=f"arn:aws:iam::{W}:role/x")  # fmt: skip
ANYONE, SERVICE = who("anyone"), who("service", service="sns.amazonaws.com", source="*")
LISTED = who("organization", organization=EXT)
TOKEN, DELETED = who("federated", provider=EKS), who("unresolved", id="AROAX")


def by(principal: Principal, *, actions: tuple[str, ...] = ("sts:AssumeRole",), sees: bool = True, **sent: str) -> Grant:  # fmt: skip
    context: Any = {key.replace("_", ":"): value for key, value in sent.items()}
    return Grant(principal=principal, actions=actions, witness=Witness("arn:w", actions[0], context) if sees else None)  # fmt: skip


MEMBERS: list[tuple[str, Grant, str | None]] = [
    ("an account", by(ACCOUNT, aws_PrincipalOrgID=EXT), EXT), ("a role", by(ROLE, aws_PrincipalOrgID=EXT), EXT), ("of another", by(ACCOUNT, aws_PrincipalOrgID=OTHER), None), ("of none", by(ACCOUNT), None), ("unseen", by(ACCOUNT, sees=False), None),
    ("a service for one", by(SERVICE, aws_SourceOrgID=EXT), EXT), ("a service of one", by(SERVICE, aws_PrincipalOrgID=EXT), None), ("an account's source", by(ACCOUNT, aws_SourceOrgID=EXT), None), ("anybody", by(ANYONE, aws_PrincipalOrgID=EXT), None),
    ("an organization", by(LISTED, aws_PrincipalOrgID=EXT), None), ("a list", by(ACCOUNT, aws_PrincipalOrgID=[EXT]), None),  # type: ignore[arg-type]
]  # fmt: skip


@rows("why, grant, expected", MEMBERS)
def test_by_which_organization_somebody_gets_in(
    why: str, grant: Grant, expected: str | None
) -> None:
    """Catches a stranger who is told to be closed but for members, though anybody gets in."""
    assert membership(Judged(grant, "unlisted", None, None), (EXT, OWN)) == expected, why  # fmt: skip
    assert membership(Judged(grant, "unlisted", None, None), ()) is None


def test_who_is_the_very_one() -> None:
    """By kind and name; narrowed, too."""
    narrowed = msgspec.structs.replace(ANYONE, excepted=(V,))
    assert same(ANYONE, narrowed) and same(ACCOUNT, who("account", account=W))
    assert not same(ACCOUNT, who("account", account=V)) and not same(ACCOUNT, who("principal", account=W, arn=W))  # fmt: skip


WHY: list[tuple[str, Grant, dict[str, Any], str]] = [
    ("unseen", by(TOKEN, sees=False), {}, "it could not be proven that the document refuses each request of it"), ("unseen comes first", by(ACCOUNT, sees=False), {"beyond": ("x",)}, "it could not be proven that the document refuses each request of it"),
    ("beyond its scope", by(TOKEN), {"beyond": ("x", "y")}, "the list vets it for less: x; y; an RCP tells vendors alone"), ("a token", by(TOKEN, actions=("sts:AssumeRoleWithWebIdentity",)), {}, "it comes with a token of an issuer that the list does not name; see --federation"),
    ("a token of an issuer whose tenants are told", by(TOKEN, actions=("sts:AssumeRoleWithWebIdentity",)), {"told": True}, "the request of the witness gets past the document"), ("a certificate", by(TOKEN), {}, "IAM Roles Anywhere is a service of AWS's, which its trust policy alone can narrow"),
    ("by SAML", by(TOKEN, actions=("sts:AssumeRoleWithSAML",)), {"told": True}, "it comes by SAML, of which a request tells no issuer that an RCP could compare"), ("a service", by(SERVICE), {}, "its service may call without aws:SourceAccount, and then tells not for whom"),
    ("deleted", by(DELETED), {}, "nobody can tell whose it is, and so whether it is vetted"), ("of another partition", by(who("account", account=W, partition="aws-cn")), {}, "it is of another partition, whose account ids are others' here"),
    ("of ours", by(ACCOUNT), {}, "the request of the witness gets past the document"), ("of none", by(ANYONE), {}, "the request of the witness gets past the document"),
]  # fmt: skip


@rows("why, grant, how, expected", WHY)
def test_why_somebody_is_left_in(
    why: str, grant: Grant, how: dict[str, Any], expected: str
) -> None:
    """The first that holds, in words."""
    one = Judged(grant, "unlisted", None, None, how.get("beyond", ()))
    assert unreached(one, "aws", told=how.get("told", False)) == expected, why


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    there = snapshot(tmp_path_factory.mktemp("judged") / "s", [])
    return register_of(there, allowlist(*VENDORS), TODAY)


def role(name: str = "r", path: str = "/", account: str = M) -> Role:
    return Role(account=account, arn=f"arn:aws:iam::{account}:role/{name}", name=name, path=path)


SSO = who("federated", provider=f"arn:aws:iam::{M}:saml-provider/AWSSSO_1_DO_NOT_DELETE")
JUDGED: list[tuple[str, Grant, Role, tuple[str, str | None, int | None, int]]] = [
    ("a vendor", by(who("account", account=V)), role(), ("vetted", "V", 0, 0)), ("a stranger", by(ACCOUNT), role(), ("unlisted", None, None, 0)), ("ourselves", by(who("account", account=N)), role(), ("own", None, None, 0)),
    ("beyond its scope", by(who("account", account=SCOPED)), role(), ("out-of-scope", "Scoped", 1, 1)), ("within it", by(who("account", account=SCOPED)), role(account=N), ("vetted", "Scoped", 1, 0)),
    ("an ended vetting", by(who("account", account="777777777777")), role(), ("expired", "Gone", 3, 0)), ("an ended vetting, of less", by(who("account", account="777777777777")), role(account=N), ("expired", "Gone", 3, 1)), ("a service for a vendor", by(SERVICE, aws_SourceAccount=V), role(), ("vetted", "V", 0, 0)), ("a service for a stranger", by(SERVICE, aws_SourceAccount=W), role(), ("unlisted", None, None, 0)),
    ("a service that says for whom", by(who("service", service="x", source=V), aws_SourceAccount=W), role(), ("vetted", "V", 0, 0)), ("a service that may not", by(who("service", service="x"), aws_SourceAccount=V), role(), ("vetted", "V", 0, 0)),
    ("a service for several", by(SERVICE, aws_SourceAccount=[V]), role(), ("unlisted", None, None, 0)), ("a service unseen", by(SERVICE, sees=False), role(), ("unlisted", None, None, 0)),  # type: ignore[arg-type]
    ("Identity Center", by(SSO, sees=False), role("AWSReservedSSO_x", "/aws-reserved/sso.amazonaws.com/"), ("own", None, None, 0)), ("another role of that provider", by(SSO, sees=False), role(), ("unlisted", None, None, 0)),
    ("another in such a role", by(ACCOUNT), role("AWSReservedSSO_x", "/aws-reserved/sso.amazonaws.com/"), ("unlisted", None, None, 0)),
]  # fmt: skip


@rows("why, grant, into, expected", JUDGED)
def test_what_the_list_says_of_a_grant(register: Register, why: str, grant: Grant, into: Role, expected: Any) -> None:  # fmt: skip
    """Catches a stranger taken for vetted, and the other way round."""
    one = judged(register, into, grant)
    assert (one.status, one.name, one.vendor, len(one.beyond)) == expected, why
    assert one.vetted is (one.status in ("own", "vetted"))


def test_a_service_for_a_member_of_ours(register: Register) -> None:
    """Which the analysis imagines to leave out the organization that AWS sends."""

    def of_ours(principal: Principal, **sent: Any) -> bool:
        given: dict[str, Any] = {"waived": lambda *_: None}
        prover = Prover(register, *(None,) * 2, frozenset(), frozenset({M}), *(None,), **given)  # type: ignore[arg-type, call-arg, misc]
        return prover._of_ours(Judged(by(principal, **sent), "unlisted", None, None))

    plain = who("service", service="x")
    told = [of_ours(plain, aws_SourceAccount=M), of_ours(plain, aws_SourceAccount=V), of_ours(who("service", service="x", source=M)), of_ours(who("service", service="x", source=V), aws_SourceAccount=M), of_ours(plain), of_ours(who("account", account=M, source=M))]  # fmt: skip
    assert told == [True, False, True, False, False, False]


def test_where_an_entry_stands(register: Register) -> None:
    """Its file and line."""
    assert (entry_of(register, 0), entry_of(register, None)) == ("allowlist.yaml:1", None)


def record(account: str = M) -> ResourceRecord:
    return ResourceRecord(account=account, arn=f"arn:aws:sqs:eu-west-1:{account}:q", kind="AWS::SQS::Queue")  # fmt: skip


def access(principal: Principal, via: Any = "policy", *, sees: bool = True, **sent: Any) -> AccessGrant:  # fmt: skip
    context = {key.replace("_", ":"): value for key, value in sent.items()}
    witness = AccessWitness("arn:w", "sqs:x", "arn:q", context) if sees else None
    return AccessGrant(principal=principal, actions=("sqs:x",), access="read", via=via, witness=witness)  # fmt: skip


STATUS: list[tuple[str, Principal, str, tuple[bool, str]]] = [
    ("a vendor", who("account", account=V), M, (True, "vetted")), ("a stranger", ACCOUNT, M, (False, "unlisted")), ("ourselves", who("account", account=N), M, (True, "own")), ("beyond its scope", who("account", account=SCOPED), M, (False, "out-of-scope")),
    ("within it", who("account", account=SCOPED), N, (True, "vetted")), ("an ended vetting", who("account", account="777777777777"), M, (False, "expired")), ("an organization", LISTED, M, (True, "vetted")), ("anybody", ANYONE, M, (False, "unlisted")),
]  # fmt: skip


@rows("why, principal, account, expected", STATUS)
def test_whether_somebody_is_vetted_for_a_resource(register: Register, why: str, principal: Principal, account: str, expected: Any) -> None:  # fmt: skip
    """Catches an entry of another account's, or one that ended, that still lets in."""
    assert ResourceJudge(register).status(record(account), principal) == expected, why


RESOURCE_MEMBERS: list[tuple[str, AccessGrant, str | None]] = [
    ("an account", access(ACCOUNT, aws_PrincipalOrgID=EXT), EXT), ("a role", access(ROLE, aws_PrincipalOrgID=EXT), EXT), ("of ours", access(ACCOUNT, aws_PrincipalOrgID=OWN), OWN), ("of another", access(ACCOUNT, aws_PrincipalOrgID=OTHER), None),
    ("a service for one", access(SERVICE, aws_SourceOrgID=EXT), EXT), ("a service of one", access(SERVICE, aws_PrincipalOrgID=EXT), None), ("an account's source", access(ACCOUNT, aws_SourceOrgID=EXT), None), ("anybody", access(ANYONE, aws_PrincipalOrgID=EXT), None),
    ("an organization", access(LISTED, aws_PrincipalOrgID=EXT), None), ("unseen", access(ACCOUNT, sees=False), None), ("of none", access(ACCOUNT), None), ("a list", access(ACCOUNT, aws_PrincipalOrgID=[EXT]), None),
]  # fmt: skip


@rows("why, grant, expected", RESOURCE_MEMBERS)
def test_by_which_organization_a_resource_lets_in(register: Register, why: str, grant: AccessGrant, expected: str | None) -> None:  # fmt: skip
    """As of roles; and only one that is vetted."""
    assert ResourceJudge(register).member(grant) == expected, why


RESOURCE_WHY: list[tuple[str, AccessGrant, str]] = [
    ("beyond its scope", access(who("account", account=SCOPED), "share"), "the list vets it for less than this; an RCP tells vendors alone"), ("a share", access(ACCOUNT, "share"), "a share of AWS::SQS::Queue is bound by no RCP"),
    ("a federated caller", access(TOKEN), "of a federated caller a request tells no account"), ("a service", access(SERVICE), "its service may call without aws:SourceAccount, and then tells not for whom"), ("a share with a service", access(SERVICE, "share"), "a share of AWS::SQS::Queue is bound by no RCP"),
    ("an account", access(ACCOUNT), "the request of the witness gets past the document"), ("anybody", access(ANYONE), "the request of the witness gets past the document"),
]  # fmt: skip


@rows("why, grant, expected", RESOURCE_WHY)
def test_why_a_resource_lets_somebody_in(register: Register, why: str, grant: AccessGrant, expected: str) -> None:  # fmt: skip
    """In words."""
    assert ResourceJudge(register).why(record(), grant) == expected, why


def test_what_is_told_of_a_resource_s_grant(register: Register) -> None:
    """Each field; a status that is given stays."""
    judge, grant = ResourceJudge(register), access(who("account", account=V))
    told = msgspec.structs.asdict(judge.found(record(), grant, "why"))
    assert told == {"resource": record().arn, "account": M, "id": V, "principal": grant.principal, "status": "vetted", "name": "V", "entry": "allowlist.yaml:1", "reason": "why",
                    "waived": None, "witness": grant.witness}  # fmt: skip
    assert judge.found(record(), access(ACCOUNT), status="aws").status == "aws"


RIGHT = Perimeter((OWN, EXT), (V,), {}, aws=("127311923021",))
LETS: list[tuple[Principal, bool | None]] = [
    (ANYONE, False), (who("account", account=V), True), (who("account", account="127311923021"), True), (ACCOUNT, False), (who("principal", account=V, arn="x"), True), (ROLE, False), (LISTED, True), (who("organization", organization=OTHER), False),
    (who("service", service="x"), True), (SERVICE, None), (who("service", service="x", source=V), None), (TOKEN, None), (DELETED, None),
]  # fmt: skip


@rows("principal, lets", LETS)
def test_whom_the_document_lets_in_by_name(principal: Principal, lets: bool | None) -> None:
    """Catches a grant to a stranger that is told to be vetted, and one of which nobody can tell."""
    assert _lets(principal, RIGHT) is lets


# a policy, denials → what is asked in its place, None where they cannot be read beside each other
VARIABLE = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": {"StringNotEquals": {"aws:PrincipalTag/x": "${$}{x"}}}  # fmt: skip
PLAIN = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": V}}}  # fmt: skip
OF_LIST = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*"]}
OLD, MINE = policy(statement({"AWS": W}), version="2008-10-17"), statement({"AWS": W})
WITH = policy(statement({"AWS": W}, {"StringEquals": {"aws:PrincipalTag/x": "${aws:username}"}}), version="2008-10-17")  # fmt: skip
BESIDE: list[tuple[str, Any, list[Any], Any]] = [
    ("plain", policy(MINE), [PLAIN], policy(MINE, PLAIN)), ("one statement alone", {"Version": "2012-10-17", "Statement": MINE}, [PLAIN], policy(MINE, PLAIN)), ("no denial", policy(MINE), [], policy(MINE)), ("none of roles", policy(MINE), [OF_LIST, PLAIN], policy(MINE, PLAIN)),
    ("with a resource", policy(MINE), [PLAIN | {"Resource": "*"}], policy(MINE, PLAIN)), ("the older language", OLD, [PLAIN], policy(MINE, PLAIN, version="2008-10-17")), ("and a variable of ours", OLD, [VARIABLE], policy(MINE, VARIABLE)), ("a variable of ours", policy(MINE), [VARIABLE], policy(MINE, VARIABLE)),
    ("a variable of its own", WITH, [PLAIN], WITH | {"Statement": [*WITH["Statement"], PLAIN]}), ("both", WITH, [VARIABLE], None), ("both, in the newer one", WITH | {"Version": "2012-10-17"}, [VARIABLE], WITH | {"Version": "2012-10-17", "Statement": [*WITH["Statement"], VARIABLE]}),
    ("no version", {"Statement": [MINE]}, [VARIABLE], policy(MINE, VARIABLE)), ("no policy", "x", [PLAIN], None), ("a list", [MINE], [PLAIN], None), ("no statement", {"Version": "2012-10-17"}, [PLAIN], None), ("no statement that is one", {"Statement": 3}, [PLAIN], None), ("null", None, [PLAIN], None),
]  # fmt: skip


@pytest.fixture(scope="module")
def scopes(register: Register, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return scopes_of(register, snapshot(tmp_path_factory.mktemp("scopes") / "s", []))


@rows("why, given, denials, expected", BESIDE)
def test_a_trust_policy_behind_a_guardrail(scopes: Any, why: str, given: Any, denials: list[Any], expected: Any) -> None:  # fmt: skip
    """Catches a policy that is analysed without what the guardrail refuses, or in another language."""
    found = Bench(scopes).behind(M, json.dumps(given).encode(), {"Statement": denials})
    asked = None if expected is None else analyze(expected, scopes.of(M), reasons=False)
    assert found == asked, why


def test_equal_questions_are_asked_once(scopes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every account alike, but for those whose answer is an account's own."""
    asked: list[str] = []
    whole = benches.analyze

    def analyzed(document: Any, scope: Any, **more: Any) -> Any:
        asked.append(scope.account)
        return whole(document, scope, **more)

    monkeypatch.setattr(benches, "analyze", analyzed)
    bench = Bench(scopes)
    bound = json.dumps(policy(statement("*", {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}))).encode()  # fmt: skip
    for text in (json.dumps(policy(MINE)).encode(), bound):
        for account in (M, M, N, N):
            assert bench.before(account, text) == whole(text, scopes.of(account), reasons=False)
            bench.behind(account, text, {"Statement": [PLAIN]})
            bench.refused(account, text, PLAIN | {"Condition": {"Bool": {"aws:x": "true"}}}, {"Statement": [PLAIN]})  # fmt: skip
    assert asked == [M] * 3 + [M] * 3 + [N] * 3
    let_in = bench.before(M, json.dumps(policy(MINE)).encode())
    assert [acts(PLAIN | {"Action": one}, let_in) for one in ("sts:AssumeRole", "sts:AssumeRoleWithSAML")] == [True, False]  # fmt: skip


def test_whom_one_statement_refuses(scopes: Any) -> None:
    """Those that the trust policy lets in, and of these, whom the right document would not."""
    bench, text = Bench(scopes), json.dumps(policy(statement({"AWS": [V, W]}))).encode()
    one = PLAIN | {"Action": "sts:AssumeRole", "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalAccount": [V]}}}  # fmt: skip
    other = {"Statement": [one | {"Condition": {"StringNotEqualsIfExists": {"aws:PrincipalAccount": [W]}}}]}  # fmt: skip
    told = [bench.refused(M, text, one), bench.refused(M, text, one, other), bench.refused(M, text, one, {"Statement": [one]})]  # fmt: skip
    assert [[grant.principal.account for grant in found.grants] for found in told if found] == [[W], [W], []]  # fmt: skip


def test_a_resource_behind_a_guardrail(register: Register, tmp_path: Path) -> None:
    """None where its policy, or one of an access point's, cannot be read beside it."""
    bench = ResourceBench(register, snapshot(tmp_path / "s", [], resources=[]))
    arn = f"arn:aws:sqs:eu-west-1:{M}:q"
    good = policy(statement({"AWS": W}, Action="sqs:*", Resource=arn))
    deny = {"Effect": "Deny", "Principal": "*", "Action": ["sqs:*"], "Resource": "x"}

    def behind(document: Any, *points: Any) -> Any:
        settings = Settings(access_points=[AccessPoint("arn:p", one) for one in points] if points else None)  # fmt: skip
        resource = Resource(arn=arn, kind="AWS::SQS::Queue", account=M, document=document, settings=settings)  # fmt: skip
        found = bench.behind(resource, [deny])
        return found if found is None else len(found.grants)

    told = [behind(one) for one in (good, json.dumps(good), None, "{", 3, [], {"Statement": 3}, {"Statement": good["Statement"][0]})]  # fmt: skip
    assert told == [0, 0, 0, None, None, None, None, 0]
    assert [behind(good, *some) for some in ((good,), (None,), ("{",), (good, "{"), (None, good))] == [0, 0, None, None, 0]  # fmt: skip


PUBLIC = {"Effect": "Allow", "Principal": "*"}
REST: list[tuple[Any, Any]] = [
    ({"Principal": "*"}, None), ({"Principal": {"AWS": "*"}}, None), ({"Principal": {"AWS": ["*", V]}, "Sid": "x"}, {"Principal": {"AWS": [V]}, "Sid": "x"}), ({"Principal": {"AWS": ["*"], "Service": "x"}}, {"Principal": {"Service": "x"}}),
    ({"Principal": {"AWS": ["*", V], "Service": "x"}}, {"Principal": {"AWS": [V], "Service": "x"}}), ({"NotPrincipal": {"AWS": V}}, None),
]  # fmt: skip


@rows("given, left", REST)
def test_whom_a_statement_names_beside_everybody(given: Any, left: Any) -> None:
    """Catches a vendor who is cut with everybody, and not told."""
    assert _others_of(given) == left


def test_a_policy_without_everybody() -> None:
    """Its other statements as they are; what is no policy stays what it is."""
    named = {"Effect": "Allow", "Principal": {"AWS": V}}
    both = {"Effect": "Allow", "Principal": {"AWS": ["*", V]}}
    whole = {"Version": "x", "Statement": [PUBLIC, named, both, 3]}
    left = {"Version": "x", "Statement": [named, {"Effect": "Allow", "Principal": {"AWS": [V]}}, 3]}
    assert _without_everybody(whole) == _without_everybody(json.dumps(whole)) == left
    assert [_without_everybody(one) for one in ("{", None, [PUBLIC])] == ["{", None, [PUBLIC]]


def test_whether_a_policy_may_be_public() -> None:
    """Not where AWS told, nor where nothing is for everybody."""

    def perhaps(document: Any, status: bool | None = None) -> bool:
        return _perhaps(Resource(arn="a", kind="k", document=document, settings=Settings(policy_status=status)))  # fmt: skip

    some = {"Statement": [3, PUBLIC]}
    assert [perhaps(some), perhaps(some, True), perhaps(some, False), perhaps({"Statement": [3]}), perhaps(None)] == [True, False, False, False, False]  # fmt: skip


POOL = f"arn:aws:cognito-identity:eu-west-1:{M}:identitypool/"
US: list[tuple[str, dict[str, Any], dict[str, Any], Ours]] = [
    ("as the snapshot tells", {}, {}, Ours((OWN,), (), (M, N, "333333333333", MORE))), ("with the list", {"ids": [OWN, "o-zz12345678"], "accounts": ["555555555555", N]}, {}, Ours((OWN, "o-zz12345678"), ("555555555555",), (M, N, "333333333333", MORE))),
    ("an account that stands nowhere", {}, {"accounts": [{"id": M}, {"id": N, "units": []}]}, Ours((OWN,), (M,), (N,))), ("another partition", {}, {"partition": "aws-cn"}, Ours((OWN,), (), (M, N, "333333333333", MORE), partition="aws-cn")),
]  # fmt: skip


@rows("why, own, manifest, expected", US)
def test_who_we_are(tmp_path: Path, why: str, own: Any, manifest: Any, expected: Ours) -> None:
    """Whoever is left out is locked out of their own."""
    found = listed(allowlist(*VENDORS, organization=own), TODAY)
    told = ours(found, snapshot(tmp_path / why.replace(" ", "-"), [], manifest))
    assert told == msgspec.structs.replace(expected, members=tuple(sorted(expected.members))), why


def test_who_we_are_without_a_snapshot() -> None:
    """In order, so that the document is the same whatever the list's."""
    own = {"ids": ["o-zz12345678", OWN], "accounts": [W, "555555555555"]}
    assert ours(listed(allowlist(organization=own), TODAY), None) == Ours((OWN, "o-zz12345678"), ("555555555555", W))  # fmt: skip
    with pytest.raises(InputError, match="not known"):
        ours(listed(allowlist(organization={"accounts": [W]}), TODAY), None)
