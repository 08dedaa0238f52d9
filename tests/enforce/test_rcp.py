"""`enforce rcp` through the command: the document, what is refused, limits, what is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.enforce.limits import RCP_CHARACTERS, compact
from checker.enforce.targets import characters
from tests.enforce.support import (
    ACCOUNTS,
    CHIEF,
    MANIFEST,
    MORE,
    OTHER,
    ROOT,
    UNIT,
    holder,
    refuses,
    snapshot,
    vendor,
)
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import write
from tests.trust.oracle import Request
from tests.trust.support import (
    COGNITO,
    EKS,
    GITHUB,
    OWN,
    SAML,
    M,
    N,
    V,
    W,
    github,
    oidc,
    policy,
    statement,
    web,
)

SAML_IN = statement({"Federated": SAML}, Action="sts:AssumeRoleWithSAML")


def run(
    tmp_path: Path, *vendors: Any, roles: Any = None, manifest: Any = None, options: Any = (),
    gaps: Any = None, **more: Any,
) -> Ran:  # fmt: skip
    """`roles`: None for no snapshot."""
    whole = {"version": 1, "vendors": list(vendors), **more}
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "allowlist.yaml").write_text(json.dumps(whole))
    against = []
    if roles is not None:
        kinds = {"gaps": gaps} if gaps else {}
        against = ["--against", snapshot(tmp_path / "snap", roles, manifest, **kinds).path]
    fixed = ("-a", "allowlist.yaml", "--today", "2026-11-20", "--no-settings")
    return vendorgate("enforce", "rcp", *fixed, *against, *options, cwd=tmp_path)


ONE = vendor("Example", accounts=[V])
LISTED = {"organization": {"ids": [OWN]}}
DRAFT = ONE | {"vetting": ONE["vetting"] | {"reviewed": None}}
EARLY = ONE | {"vetting": ONE["vetting"] | {"reviewed": "2026-12-01"}}
GONE = vendor("Gone", accounts=[V], expires="2026-11-19")
PLAIN = [holder("r", policy(statement({"AWS": V})))]
FOREIGN = {"organization": {"id": "o-other12345", "management_account": CHIEF}}

REFUSED: list[tuple[str, list[Any], dict[str, Any], str]] = [
    ("guardrails were not collected", [ONE], {"roles": PLAIN, "manifest": {"guardrails": None}},
     "tells of no guardrails"),
    ("a snapshot of another organization", [ONE], {"roles": PLAIN, "manifest": FOREIGN, **LISTED},
     "the snapshot is of o-other12345"),
    ("a snapshot of no organization", [ONE], {"roles": PLAIN, "manifest": {"organization": None}},
     "is of no organization"),
    ("no organization is known", [ONE], {}, "our own organization is not known"),
    ("a draft", [DRAFT], LISTED, "is a draft"),
    ("a review that is to come", [EARLY], LISTED, "yet to come"),
    ("nobody is vetted", [], LISTED, "vets no account, organization or issuer"),
    ("all of it expired", [GONE], LISTED, "'Gone' expired on 2026-11-19"),
    ("marketplace products alone", [vendor("P", marketplace_products=["abc"])], LISTED,
     "vets no account"),
    ("a SAML provider alone", [vendor("P", federation=[{"issuer": SAML}])], LISTED,
     "vets no account"),
    ("claims that no document can say", [vendor(f"G{n}", federation=[{"issuer": GITHUB, "claims": {
        "sub": [f"repo:a{n}/*"], "aud": ["x"]}}]) for n in range(6)], LISTED, "would take 64 statements"),
    ("a report of nothing", [ONE], {"options": ["--report", "r.json"], **LISTED}, "--against"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "vendors", "how", "said"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_would_lock_everybody_out_is_refused(
    tmp_path: Path, why: str, vendors: Any, how: Any, said: str
) -> None:
    """A guardrail of an empty list, or of another organization's, refuses all that there is."""
    ran = run(tmp_path, *vendors, **how)
    assert ran.code == 2 and said in ran.err and not ran.out, (why, ran)


def test_targets_of_several_organizations_are_told_apart(tmp_path: Path) -> None:
    """One management account cannot attach to the other's root; the rollout would stop halfway."""
    manifest = {
        "organization": None,
        "organizations": [{"id": OWN, "management_account": CHIEF},
                          {"id": "o-two1234567", "management_account": "555555555555"}],
        "accounts": [{"id": CHIEF, "units": ["r-root"]}, {"id": M, "units": ["r-root"]},
                     {"id": "555555555555", "units": ["r-two"]},
                     {"id": "666666666666", "units": ["r-two", "ou-two"]}],
    }  # fmt: skip
    said = "its targets are of 2 organizations, r-root and r-two: attach it to each"
    ran = run(tmp_path, ONE, roles=PLAIN, manifest=manifest)
    assert ran.code == 0 and said in ran.err
    for command in ("ec2-policy", "block-public-access"):
        ran = vendorgate("enforce", command, "-a", "allowlist.yaml", "--against", "snap", "--today",
                         "2026-11-20", "-f", "terraform", "--no-settings", cwd=tmp_path)  # fmt: skip
        assert f"# note: {said}" in ran.out, command
    assert "its targets are" not in run(tmp_path, ONE, roles=PLAIN).err


GOLDEN = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"VettedAccounts","Effect":"Deny","Principal":"*",'
    '"Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEqualsIfExists":'
    '{"aws:PrincipalOrgID":["o-ext1234567","o-own1234567"],"aws:PrincipalAccount":'
    '["555555555555","999999999999"]},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}},'
    '{"Sid":"VettedSources","Effect":"Deny","Principal":"*","Action":"sts:AssumeRole",'
    '"Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:SourceOrgID":["o-ext1234567",'
    '"o-own1234567"],"aws:SourceAccount":["555555555555","999999999999"]},"Bool":'
    '{"aws:PrincipalIsAWSService":"true"},"Null":{"aws:SourceAccount":"false"}}},'
    '{"Sid":"VettedTenants1","Effect":"Deny","Principal":"*","Action":'
    '"sts:AssumeRoleWithWebIdentity","Resource":"*","Condition":{"StringLike":'
    '{"aws:FederatedProvider":["arn:aws:iam::????????????:oidc-provider/'
    'token.actions.githubusercontent.com"]},"StringNotLike":'
    '{"token.actions.githubusercontent.com:sub":["repo:acme/*"]}}}]}\n'
)


def test_the_document(tmp_path: Path) -> None:
    """Every character counts, and the order must not depend on how the list is ordered."""
    vendors = [
        vendor("B", federation=[{"issuer": f"https://{GITHUB}", "claims": {"sub": "repo:acme/*"}}]),
        vendor("A", accounts=[V], organizations=["o-ext1234567"]),
        GONE | {"accounts": [W]},
    ]
    ours = {"organization": {"ids": [OWN], "accounts": ["555555555555"]}}
    ran = run(tmp_path, *vendors, **ours)
    assert (ran.code, ran.out) == (0, GOLDEN)
    assert "note: Gone is left out: its vetting expired on 2026-11-19" in ran.err
    assert "the first entry expires: 2027-05-01 (A)" in ran.err
    assert run(tmp_path, *reversed(vendors), **ours).out == GOLDEN


def accounts(count: int, first: int = 600_000_000_000) -> list[str]:
    return [str(first + n) for n in range(count)]


def test_what_an_rcp_cannot_name_is_said(tmp_path: Path) -> None:
    """An entry that is left out in silence is an outage to come."""
    vendors = [
        ONE,
        vendor("P", marketplace_products=["abc"]),
        vendor("Q", accounts=[W], marketplace_products=["abd"]),
        vendor("S", federation=[{"issuer": "http://www.okta.com/x"}]),
    ]
    said = run(tmp_path, *vendors, options=["--federation", "--services", "s3"], **LISTED).err
    assert "note: P is left out: it has marketplace products alone" in said
    assert "Q is left out" not in said and "http://www.okta.com/x of S is left out" in said
    assert "own identity pools of Cognito are not known" in said and "log delivery" in said


def test_one_entry_more_splits(tmp_path: Path) -> None:
    """The list is never spread over several documents on one target, as each would refuse whom the
    others let in: at the edge it is made anew for the units, for those who are vetted there."""
    most = _most()
    there = {"in_accounts": [M, N]}
    everywhere = vendor("e", accounts=accounts(most - 1))
    fits = run(tmp_path / "a", everywhere, vendor("m", accounts=[V], scope=there), roles=PLAIN)
    assert fits.code == 0 and isinstance(json.loads(fits.out), dict)
    assert RCP_CHARACTERS - 30 < len(fits.out) <= RCP_CHARACTERS
    more = [everywhere, vendor("m", accounts=[V], scope=there),
            vendor("o", accounts=[W], scope={"in_accounts": [MORE]})]  # fmt: skip
    split = run(tmp_path / "b", *more, roles=PLAIN)
    parts = {tuple(one["targets"]): one["document"] for one in json.loads(split.out)}
    assert set(parts) == {(UNIT,), (OTHER,)}
    assert all(len(compact(one)) <= RCP_CHARACTERS for one in parts.values())
    inside, outside = (named(parts[target]) for target in ((UNIT,), (OTHER,)))
    assert (V in inside, W in inside, V in outside, W in outside) == (True, False, False, True)
    assert f"{ROOT} has no document of its own" in split.err
    refused = run(tmp_path / "c", vendor("e", accounts=accounts(most + 1)), roles=PLAIN)
    assert refused.code == 2 and "AWS takes 5,120" in refused.err and not refused.out
    alone = run(tmp_path / "d", vendor("e", accounts=accounts(most + 1)), **LISTED)
    assert alone.code == 2 and "--against SNAPSHOT" in alone.err


def _most() -> int:
    """How many accounts of a vendor a document takes, counted by hand: two lists of 15 a piece."""
    from checker.enforce.perimeter import Perimeter
    from checker.enforce.rcp import document

    return max(
        n for n in range(1, 400)
        if len(compact(document(Perimeter((OWN,), tuple(accounts(n)), {})))) < RCP_CHARACTERS
    )  # fmt: skip


def named(document: Any) -> list[str]:
    found: list[str] = document["Statement"][0]["Condition"]["StringNotEqualsIfExists"][
        "aws:PrincipalAccount"
    ]
    return found


HOSTILE = [
    ("a quote", 'repo:"acme"/*', 'repo:"acme"/x', True),
    ("a variable is text", "repo:${aws:username}/*", "repo:${aws:username}/x", True),
    ("a variable is not what it names", "repo:${aws:username}/*", "repo:bob/x", False),
    ("a dollar", "repo:a$b/*", "repo:a$b/c", True),
    ("another tenant", "repo:acme/*", "repo:acme-evil/x", False),
    ("a pattern in the middle", "repo:*/app:*", "repo:acme/app:ref", True),
    ("no claim", "repo:acme/*", None, False),
]


@pytest.mark.parametrize(("why", "pattern", "value", "lets"), HOSTILE, ids=[r[0] for r in HOSTILE])
def test_what_an_entry_says_means_the_same_in_the_document(
    tmp_path: Path, why: str, pattern: str, value: str | None, lets: bool
) -> None:
    """A text that turns into a variable, or ends a string, would let in another tenant."""
    who = vendor("x", federation=[{"issuer": GITHUB, "claims": {"sub": [pattern]}}])
    document = json.loads(run(tmp_path, who, **LISTED).out)
    claims = {} if value is None else {f"{GITHUB}:sub": value}
    context = {"aws:FederatedProvider": oidc(GITHUB), **claims}
    request = Request(oidc(GITHUB), "sts:AssumeRoleWithWebIdentity", context)
    assert refuses(document, request) is not lets, why


def test_a_claim_without_a_pattern_fits_nobody(tmp_path: Path) -> None:
    """AWS does not say what a condition without a value refuses."""
    both = [{"issuer": GITHUB, "claims": {"sub": some}} for some in ([], ["repo:acme/*"])]
    out = run(tmp_path, ONE, vendor("x", federation=both), roles=PLAIN).out
    assert '"token.actions.githubusercontent.com:sub":["repo:acme/*"]' in out and "[]" not in out


def token(issuer: str, **claims: str) -> Request:
    found = {f"{issuer}:{name}": value for name, value in claims.items()}
    context = {"aws:FederatedProvider": oidc(issuer), **found}
    return Request(oidc(issuer), "sts:AssumeRoleWithWebIdentity", context)


AZURE = "sts.windows.net/11111111-2222-3333-4444-555555555555"
ISSUERS = [
    ("the issuer that is named", EKS, token(EKS), True),
    ("one that is not", EKS, token("evil.example.com"), False),
    ("whose name ends like it", EKS, token(f"evil.example.com/a:oidc-provider/{EKS}"), False),
    ("a slash at the end", AZURE, token(f"{AZURE}/"), True),
    ("a listed slash", f"{AZURE}/", token(AZURE), True),
    ("by its provider's ARN", oidc(EKS), token(EKS), True),
    ("a SAML entity is no issuer", "http://www.okta.com/x", token("www.okta.com/x"), False),
]


@pytest.mark.parametrize(("why", "issuer", "asked", "lets"), ISSUERS, ids=[r[0] for r in ISSUERS])
def test_issuers_that_are_not_named_are_refused_on_demand(
    tmp_path: Path, why: str, issuer: str, asked: Request, lets: bool
) -> None:
    """Without --federation an issuer of our own that nobody listed would be locked out unasked."""
    who = vendor("x", accounts=[V], federation=[{"issuer": issuer}])
    document = json.loads(run(tmp_path, who, options=["--federation"], **LISTED).out)
    assert refuses(document, asked) is not lets, why
    plain = json.loads(run(tmp_path, who, **LISTED).out)
    assert not refuses(plain, asked)


LINKED = holder("AWSServiceRoleForX", policy(statement({"AWS": W})))
LINKED |= {"path": "/aws-service-role/x.amazonaws.com/"}
SIGNED_IN = holder("AWSReservedSSO_x", policy(statement(
    {"Federated": f"arn:aws:iam::{M}:saml-provider/AWSSSO_1_DO_NOT_DELETE"},
    Action="sts:AssumeRoleWithSAML",
)))  # fmt: skip
SIGNED_IN |= {"path": "/aws-reserved/sso.amazonaws.com/"}
NOWHERE = [*ACCOUNTS, {"id": "555555555555"}]
SOURCE = f"arn:aws:sns:us-east-1:{W}:t"
TOLD: list[tuple[str, Any, str, str]] = [
    ("a stranger", holder("r", policy(statement({"AWS": W}))), "closes", ""),
    ("anybody, a vendor beyond its scope among them", holder("r", policy(statement("*"))), "closes left", ""),
    ("the management account", holder("r", policy(statement({"AWS": W})), CHIEF), "left",
     "management account"),
    ("a service-linked role", LINKED, "left", "service-linked"),
    ("an account that stands nowhere", holder("r", policy(statement({"AWS": W})), "555555555555"),
     "left", "where its account stands"),
    ("by SAML", holder("r", policy(SAML_IN)), "left", "it comes by SAML"),
    ("an issuer", holder("r", policy(web(oidc(EKS)))), "left", "see --federation"),
    ("a tenant of an issuer that is listed", holder("r", github("StringLike", sub="repo:evil/*")),
     "closes", ""),
    ("every tenant", holder("r", policy(web(oidc(GITHUB)))), "closes", ""),
    ("a service for a stranger", holder("r", policy(statement(
        {"Service": "sns.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": W}}))),
     "closes", ""),
    ("one that need not say for whom", holder("r", policy(statement(
        {"Service": "sns.amazonaws.com"}, {"ArnEquals": {"aws:SourceArn": SOURCE}}))),
     "left", "without aws:SourceAccount"),
    ("a certificate", holder("r", policy(statement({"Service": "rolesanywhere.amazonaws.com"}))), "left",
     "IAM Roles Anywhere is a service"),
    ("a vendor beyond its scope", holder("r", policy(statement({"AWS": "666666666666"}))), "left",
     "vets it for less"),
    ("another partition", holder("r", policy(statement({"AWS": f"arn:aws-cn:iam::{V}:root"}))),
     "left", "another partition"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "role", "kind", "said"), TOLD, ids=[r[0] for r in TOLD])
def test_what_it_does_to_each_is_told(
    tmp_path: Path, why: str, role: Any, kind: str, said: str
) -> None:
    """What a guardrail does not reach must not be taken for closed, nor go unsaid."""
    vendors = [
        vendor("V", accounts=[V]),
        vendor("Scoped", accounts=["666666666666"], scope={"in_accounts": [N]}),
        vendor("G", federation=[{"issuer": GITHUB, "claims": {"sub": ["repo:acme/*"]}}]),
    ]
    listed = {"accounts": NOWHERE} if role["account"] == "555555555555" else {}
    ran = run(tmp_path, *vendors, roles=[role], manifest=listed, options=["--report", "r.json"])
    report = json.loads((tmp_path / "r.json").read_text())
    found = {name: report[name] for name in ("cuts", "closes", "left") if report[name]}
    assert " ".join(found) == kind, (why, found)
    assert all(said in (one.get("reason") or "") for one in found[kind.split()[0]]), found
    assert ran.code in (0, 3) and ran.out
    assert all("reason" not in one for one in report["closes"]) or kind == "closes left"


KEPT = [
    ("a vendor", policy(statement({"AWS": V}))),
    ("with an external id", policy(statement({"AWS": V}, {"StringEquals": {"sts:ExternalId": "x1"}}))),
    ("a role of it", policy(statement({"AWS": f"arn:aws:iam::{V}:role/x"}))),
    ("our own account", policy(statement({"AWS": N}))),
    ("our own organization", policy(statement("*", {"StringEquals": {"aws:PrincipalOrgID": OWN}}))),
    ("a service", policy(statement({"Service": "ec2.amazonaws.com"}))),
    ("a pipeline", github("StringLike", sub="repo:acme/app:*")),
    ("a service for us", policy(statement({"Service": "sns.amazonaws.com"},
                                          {"StringEquals": {"aws:SourceAccount": M}}))),
]  # fmt: skip


@pytest.mark.parametrize(("why", "document"), KEPT, ids=[r[0] for r in KEPT])
def test_what_is_vetted_stays(tmp_path: Path, why: str, document: Any) -> None:
    """A proof that cries wolf is turned off, and then nobody hears the next one."""
    vendors = [
        vendor("V", accounts=[V]),
        vendor("G", federation=[{"issuer": GITHUB, "claims": {"sub": ["repo:acme/*"]}}]),
    ]
    ran = run(tmp_path, *vendors, roles=[holder("r", document)], options=["--report", "r.json"])
    report = json.loads((tmp_path / "r.json").read_text())
    assert not report["cuts"] and not report["closes"] and not report["left"], (why, report)
    assert ran.code == 0


def test_users_of_identity_center_are_ours(tmp_path: Path) -> None:
    """Every organization has hundreds of such roles: a line for each would bury the rest."""
    ran = run(tmp_path, ONE, roles=[SIGNED_IN])
    assert "does not reach: 0" in ran.err and ran.code == 0


def test_a_cut_ends_the_command_and_nothing_is_written(tmp_path: Path) -> None:
    """A document that cuts what is vetted must not get into the next command of a pipe."""
    loose = github("StringEqualsIgnoreCase", sub="repo:ACME/app:ref:refs/heads/main")
    who = vendor("G", federation=[{"issuer": GITHUB, "claims": {"sub": ["repo:acme/*"]}}])
    ran = run(tmp_path, who, roles=[holder("r", loose)])
    assert ran.code == 1 and not ran.out and "CUTS what is vetted: 1" in ran.err
    assert "(G) in arn:aws:iam::111111111111:role/r: vetted by allowlist.yaml:1, refused" in ran.err


DOUBTS: list[tuple[str, dict[str, Any], str]] = [
    ("a policy that is not understood", {"roles": [holder("r", policy(statement({"AWS": V}, Effect="allow")))]},
     "not wholly understood"),
    ("a policy that is understood in part, where no document goes", {"roles": [holder("r", policy(
        statement({"AWS": W}), statement({"AWS": V}, Effect="allow")), CHIEF)]}, "not wholly understood"),
    ("an account that could not be asked", {"roles": PLAIN, "gaps": [
        {"account": N, "call": "iam:GetAccountAuthorizationDetails", "code": "AccessDenied", "message": "no"}]},
     f"{N}/-/iam:GetAccountAuthorizationDetails: AccessDenied: no"),
    ("an account that was left out", {"roles": PLAIN, "manifest": {"accounts": [
        *ACCOUNTS[:-1], ACCOUNTS[-1] | {"collected": False}]}}, "left out of the collection"),
    ("an account of which nobody told more", {"roles": PLAIN, "manifest": {"accounts": [
        *ACCOUNTS, {"id": "555555555555", "collected": False}]}}, "left out of the collection"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "how", "said"), DOUBTS, ids=[r[0] for r in DOUBTS])
def test_what_was_not_looked_at_is_no_pass(
    tmp_path: Path, why: str, how: dict[str, Any], said: str
) -> None:
    """To cut nothing of a snapshot with a hole in it is what breaks an account that nobody saw."""
    ran = run(tmp_path, ONE, **how)
    assert ran.code == 3 and said in ran.err, (why, ran.err)


def test_where_nobody_knows_which_document_goes_nothing_is_proven(tmp_path: Path) -> None:
    """Of several documents any may bind an account of which the place in the tree is not known."""
    many = vendor("e", accounts=accounts(_most() - 2))
    here, there = ({"in_accounts": [M, N]}, {"in_accounts": [MORE]})
    vendors = [many, vendor("m", accounts=[V], scope=here), vendor("o", accounts=[W], scope=there)]
    roles = [holder("r", policy(statement({"AWS": accounts(1)[0]})), "555555555555")]
    ran = run(tmp_path, *vendors, roles=roles, manifest={"accounts": NOWHERE})
    assert ran.code == 3 and isinstance(json.loads(ran.out), list)
    assert "where its account stands" in ran.err.partition("could not be judged: 1")[2]


def test_gaps_of_images_are_none_of_roles(tmp_path: Path) -> None:
    """Otherwise no organization with a region that is shut ever gets a pass."""
    gap = {
        "account": N,
        "region": "eu-west-1",
        "call": "ec2:DescribeInstances",
        "code": "X",
        "message": "y",
    }
    assert run(tmp_path, ONE, roles=PLAIN, gaps=[gap]).code == 0


def test_what_an_exception_accepts_is_said(tmp_path: Path) -> None:
    """Somebody relies on it until then, and a guardrail knows no exceptions."""
    entry = {
        "policy": "unvetted-account-trust", "principal": W, "resource": f"arn:aws:iam::{M}:role/r",
        "reason": "until Q1", "owner": "sec@example.com", "expires": "2027-01-31",
    }  # fmt: skip
    roles = [holder("r", policy(statement({"AWS": W})))]
    ran = run(tmp_path, ONE, roles=roles, exceptions=[entry])
    assert "accepted by sec@example.com until 2027-01-31: until Q1" in ran.err


def test_a_sixth_attachment_is_said(tmp_path: Path) -> None:
    """AWS refuses it in the middle of a rollout."""
    other = {"id": "p-1", "document": {"Version": "2012-10-17", "Statement": []}, "targets": [ROOT]}
    four = [other | {"id": f"p-{n}"} for n in range(4)]
    three = run(tmp_path / "a", ONE, roles=PLAIN, manifest={"guardrails": four[:3]})
    full = run(tmp_path / "b", ONE, roles=PLAIN, manifest={"guardrails": four})
    assert "detach one first" in full.err and "detach" not in three.err


def test_a_vendor_organization_may_hold_a_stranger(tmp_path: Path) -> None:
    """Nobody can tell whose member an account is: what stays open for that is said."""
    who = vendor("O", organizations=["o-ext1234567"])
    ran = run(tmp_path, who, roles=[holder("r", policy(statement({"AWS": W})))])
    assert "closes: 1" in ran.err and "unless it is a member of o-ext1234567" in ran.err


def test_a_witness_has_the_role_s_own_external_id(tmp_path: Path) -> None:
    """Policies that differ in it are analysed once; a request with another one's proves nothing."""
    ids = {"a": "id-of-a-1234", "b": "id-of-b-1234"}
    roles = [holder(n, json.loads(json.dumps(policy(statement({"AWS": W}, {"StringEquals": {
        "sts:ExternalId": i}}))))) for n, i in ids.items()]  # fmt: skip
    run(tmp_path, ONE, roles=roles, options=["--report", "r.json"])
    report = json.loads((tmp_path / "r.json").read_text())
    shown = {
        one["resource"][-1]: one["witness"]["context"]["sts:ExternalId"] for one in report["closes"]
    }
    assert shown == ids
    run(tmp_path, ONE, roles=roles, options=["--report", "r.json", "--redact-external-ids"])
    assert not any(one in (tmp_path / "r.json").read_text() for one in ids.values())


def test_the_last_character_counts() -> None:
    """What is sent from a file has the end of its line, of which AWS makes one character more."""
    fits = characters(RCP_CHARACTERS)
    length = RCP_CHARACTERS - len(compact({"a": ""})) - 1
    assert fits({"a": "x" * length}) is None
    assert fits({"a": "x" * (length + 1)}) == "takes 5,121 characters, and AWS takes 5,120"


POOL, THEIRS = (
    "eu-west-1:11111111-2222-3333-4444-555555555555",
    "eu-west-1:aaaaaaaa-2222-3333-4444-555555555555",
)
COGNITO_AT = f"{COGNITO}:aud"
POOLS = [
    ("ours, though the list names another's", [THEIRS], (), POOL, "kept"),
    ("ours, of an issuer that nobody lists", [], ("--federation",), POOL, "kept"),
    ("the vendor's", [THEIRS], (), THEIRS, "kept"),
    ("a stranger's", [THEIRS], (), "eu-west-1:bbbbbbbb-2222-3333-4444-555555555555", "closes"),
    ("a stranger's, of an issuer that nobody lists", [], ("--federation",), THEIRS, "closes"),
]


@pytest.mark.parametrize(
    ("why", "listed", "options", "pool", "kind"), POOLS, ids=[r[0] for r in POOLS]
)
def test_own_identity_pools_get_in(
    tmp_path: Path, why: str, listed: Any, options: Any, pool: str, kind: str
) -> None:
    """Cognito is everybody's issuer: a document of the list alone would lock out our own apps."""
    vendors = [
        ONE,
        *(vendor("C", federation=[{"issuer": COGNITO, "claims": {"aud": [p]}}]) for p in listed),
    ]
    trust = policy(web(COGNITO, {"StringEquals": {COGNITO_AT: pool}}))
    arn = f"arn:aws:cognito-identity:eu-west-1:{M}:identitypool/{POOL}"
    there = [{"account": M, "arn": arn, "kind": "identity-pool", "issuer": POOL}]
    (tmp_path / "allowlist.yaml").write_text(json.dumps({"version": 1, "vendors": vendors}))
    write(tmp_path / "snap", manifest=MANIFEST, roles=[holder("r", trust)], providers=there)
    fixed = ("--against", "snap", "--today", "2026-11-20", "--no-settings", "--report", "r.json")
    ran = vendorgate("enforce", "rcp", *fixed, *options, cwd=tmp_path)
    report = json.loads((tmp_path / "r.json").read_text())
    found = [name for name in ("cuts", "closes", "left") if report[name]]
    assert found == ([] if kind == "kept" else [kind]) and ran.code == 0, (why, report)


@pytest.mark.parametrize("options", [[], ["--federation"]])
def test_whoever_logs_in_to_a_pool_with_guests_gets_in(tmp_path: Path, options: Any) -> None:
    """Such a pool's authenticated role is our own apps': without it no document could be made, as
    each would cut them."""
    logged_in = {"ForAnyValue:StringLike": {f"{COGNITO}:amr": "authenticated"}}
    trust = policy(web(COGNITO, {"StringEquals": {COGNITO_AT: POOL}, **logged_in}))
    arn = f"arn:aws:cognito-identity:eu-west-1:{M}:identitypool/{POOL}"
    one = {"account": M, "arn": arn, "issuer": POOL, "kind": "identity-pool"}
    other = one | {"arn": arn[:-1] + "0", "issuer": POOL[:-1] + "0", "logins": []}
    there = [other, one | {"logins": ["unauthenticated"]}]
    (tmp_path / "allowlist.yaml").write_text(json.dumps({"version": 1, "vendors": [ONE]}))
    write(tmp_path / "snap", manifest=MANIFEST, roles=[holder("r", trust)], providers=there)
    fixed = ("--against", "snap", "--today", "2026-11-20", "--no-settings")
    ran = vendorgate("enforce", "rcp", *fixed, *options, cwd=tmp_path)
    assert ran.code == 0 and "1 vetted trust stays whole" in ran.err, ran.err
    token = {"aws:FederatedProvider": COGNITO, COGNITO_AT: POOL}
    for amr, out in (("authenticated", False), ("unauthenticated", True)):
        asked = Request(COGNITO, "sts:AssumeRoleWithWebIdentity", token | {f"{COGNITO}:amr": [amr]})
        assert refuses(json.loads(ran.out), asked) is out, amr
    anybody = policy(web(COGNITO, {"StringEquals": {COGNITO_AT: POOL}}))
    write(tmp_path / "snap", manifest=MANIFEST, roles=[holder("r", anybody)], providers=there)
    said = vendorgate("enforce", "rcp", *fixed, *options, cwd=tmp_path).err
    assert "gets past the document" in said and "does not name" not in said


def test_ids_are_of_the_snapshot_s_partition(tmp_path: Path) -> None:
    """A pattern of another partition's providers would refuse every token there."""
    arn = f"arn:aws-us-gov:iam::{M}:oidc-provider/{GITHUB}"
    trust = policy(web(arn, {"StringLike": {f"{GITHUB}:sub": "repo:acme/*"}}))
    role = holder("r", trust) | {"arn": f"arn:aws-us-gov:iam::{M}:role/r"}
    who = vendor("G", federation=[{"issuer": GITHUB, "claims": {"sub": ["repo:acme/*"]}}])
    (tmp_path / "allowlist.yaml").write_text(json.dumps({"version": 1, "vendors": [who]}))
    there = [{"account": M, "arn": arn, "kind": "oidc", "issuer": GITHUB}]
    gov = MANIFEST | {"partition": "aws-us-gov"}
    write(tmp_path / "snap", manifest=gov, roles=[role], providers=there)
    fixed = ("--against", "snap", "--today", "2026-11-20", "--no-settings")
    ran = vendorgate("enforce", "rcp", *fixed, cwd=tmp_path)
    assert "arn:aws-us-gov:iam::????????????:oidc-provider" in ran.out
    assert ran.code == 0 and "1 vetted trust stays whole" in ran.err
