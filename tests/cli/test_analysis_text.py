"""An analysis in words, sentence by sentence: who, on which conditions, and what is not known."""

from __future__ import annotations

from checker.access import Access, AccessGrant
from checker.access.model import AccessWitness
from checker.cli import analyze_resources, grants_text
from checker.trust import BLOCKING, Analysis, Grant, Principal, Problem, Witness
from checker.trust.answers.ask import Verdict
from checker.trust.model import Outcome

V, ROLE = "999999999999", "arn:aws:iam::999999999999:role/x"
GITHUB = "token.actions.githubusercontent.com"
WHO: list[tuple[Principal, str]] = [
    (Principal(kind="anyone"), "Anyone in any AWS account"),
    (Principal(kind="anyone", pattern="99*"), "Anyone in any AWS account whose id fits 99*"),
    (Principal(kind="anyone", excepted=("1", "2")), "Anyone in any AWS account but 1, 2"),
    (Principal(kind="anyone", pattern="9*", excepted=("1",)), "Anyone in any AWS account whose id fits 9* but 1"),
    (Principal(kind="organization", organization="o-1"), "Every account of the organization o-1"),
    (Principal(kind="account", account=V, partition="aws"), f"The whole account {V} (aws)"),
    (Principal(kind="principal", account=V, arn=ROLE), f"{ROLE} of account {V}"),
    (Principal(kind="federated", provider=GITHUB), f"Identities of the provider {GITHUB}"),
    (Principal(kind="service", service="sns.amazonaws.com"), "The service sns.amazonaws.com, acting for anybody,"),
    (Principal(kind="service", service="*", source=V), f"Any AWS service, acting for {V},"),
    (Principal(kind="service", service="s3", source="*"), "The service s3, acting for accounts outside alone,"),
    (Principal(kind="unresolved", id="AROAX"), "AROAX, which names no known account,"),
]  # fmt: skip


def test_who_is_let_in() -> None:
    """A narrowing that is left out makes a stranger of a partner, and the other way round."""
    for principal, said in WHO:
        assert grants_text.who(principal) == said


def grant(principal: Principal, **more: object) -> Grant:
    return Grant(principal=principal, actions=("sts:AssumeRole",), statements=(0,), **more)  # type: ignore[arg-type]


def test_a_grant_in_full() -> None:
    """Each condition a line; what is not proved says so, what is open says so."""
    witness = Witness(ROLE, "sts:AssumeRole", {"a": "b", "c": ["d", "e"]})
    account, tenant = WHO[5][0], {"sub": ("repo:acme/*", "repo:acme/b"), "aud": ("x",)}
    shared = Principal(kind="federated", provider=GITHUB)
    bound = Principal(kind="federated", provider=GITHUB, claims=tenant, caseless=("aud",))
    both = Grant(principal=account, actions=("a", "b"), statements=(0, 2), witness=witness,
                 external_id="pattern", network_limited=True)  # fmt: skip
    for given, lines in (
        (both, [
            f"The whole account {V} (aws) can call a and b",
            "  through statements 0, 2 (counted from 0)",
            "  if the request comes from certain networks", "  and an external id must fit a pattern",
            f"  for example {ROLE} calling sts:AssumeRole with", "    a = b", "    c = d, e"]),
        (grant(account, external_id="required"), [
            f"The whole account {V} (aws) can call sts:AssumeRole",
            "  through statement 0 (counted from 0)", "  and the external id must be an exact value",
            "  without a proof, as there are too many combinations to try"]),
        (grant(shared), [
            f"Identities of the provider {GITHUB} can call sts:AssumeRole",
            "  through statement 0 (counted from 0)",
            "  which is open: no claim tells one customer of this shared issuer from another",
            "  without a proof, as there are too many combinations to try"]),
        (grant(bound), [
            f"Identities of the provider {GITHUB} can call sts:AssumeRole",
            "  through statement 0 (counted from 0)",
            "  if the claim aud fits x, in any case",
            "  if the claim sub fits repo:acme/* or repo:acme/b",
            "  without a proof, as there are too many combinations to try"]),
    ):  # fmt: skip
        assert list(grants_text._grant(given)) == lines
    asked = {p.kind for p, _ in WHO if "external id" in "\n".join(grants_text._grant(grant(p)))}
    assert asked == {"anyone", "organization", "account", "principal"}


def test_a_whole_analysis() -> None:
    """Nobody is let in, or nobody knows: the two must never look alike."""
    blocking = sorted(BLOCKING)[0]
    inert, granting = Outcome(0, "Allow", "inert", "a"), Outcome(1, "Allow", "grants", "b")
    denied, none = Outcome(2, "Deny", "denied", "c"), Outcome(3, None, "inert", "d")
    nobody = Analysis(grants=(), problems=(Problem("note", 1, "m\x1b"),),
                      statements=(inert, granting, denied, none))  # fmt: skip
    said = ["Nobody outside is let in.", "Statement 0 (Allow, inert): a", "Statement 3 (none, inert): d",
            "Problem note in statement 1: m\\x1b", "", ""]  # fmt: skip
    assert grants_text.explain(nobody).split("\n") == said
    whole = grants_text.explain(nobody, "Document 1", whole=True).split("\n")
    assert whole == ["Document 1", said[0], said[1], "Statement 1 (Allow, grants): b",
                     "Statement 2 (Deny, denied): c", *said[2:]]  # fmt: skip
    doubt = Analysis(
        grants=(), problems=(Problem("note", 0, "m"), Problem(blocking, None, "m")), statements=()
    )
    assert grants_text.explain(doubt).split("\n")[0] == grants_text._DOUBT
    assert f"\nProblem {blocking}: m\n" in grants_text.explain(doubt)


def test_a_verdict() -> None:
    """Which statement decides, and the request that proves it."""
    witness = Witness(ROLE, "a", {})
    for allowed, statement, shown, head, lines in (
        (True, 0, witness, "x", ["x", "Let in: why (statement 0, counted from 0)", f"  for example {ROLE} calling a with"]),
        (False, None, None, None, ["Not let in: why"]),
        (None, 2, None, None, ["It cannot be told: why (statement 2, counted from 0)"]),
    ):  # fmt: skip
        verdict = Verdict(allowed, statement, "why", shown)
        assert grants_text.verdict_text(verdict, head) == "\n".join(lines) + "\n"


def test_resources_in_words() -> None:
    """What is shut, by what, and what nobody knows; services for whoever asks them."""
    account, deputy = WHO[5][0], Principal(kind="service", service="sns", source="*")
    witness = AccessWitness(principal=ROLE, action="s3:GetObject", resource="arn", context={})
    given = Access(
        grants=(
            AccessGrant(principal=account, actions=(), access="read", via="policy", witness=witness),
            AccessGrant(principal=WHO[6][0], actions=(), access="write", via="acl", effective=None, guardrail="an RCP"),
            AccessGrant(principal=WHO[0][0], actions=(), access="admin", via="policy", effective=False, guardrail="BPA"),
        ),
        aws=(Principal(kind="account", account="1"),), deputies=(deputy, Principal(kind="service", service="sns", source=V)),
        problems=(Problem("c", None, "m"),),
    )  # fmt: skip
    assert analyze_resources.in_words(given).splitlines() == [
        f"account {V}: read by its policy, such as s3:GetObject on arn",
        f"principal {ROLE}: write by its acl; not known: an RCP",
        "anyone: admin by its policy; shut by BPA", "AWS's own: account 1",
        "for whoever asks it: service sns, for anybody", f"for whoever asks it: service sns, for {V}",
        "problem: m (c)",
    ]  # fmt: skip
    assert analyze_resources.in_words(Access()) == "Nobody outside is let in.\n"
    for principal, name in (
        (Principal(kind="organization", organization="o-1"), "organization o-1"),
        (Principal(kind="federated", provider="idp"), "federated idp"),
        (Principal(kind="unresolved", id="AROAX"), "unresolved AROAX"),
    ):
        assert analyze_resources._name(principal) == name
    shut = AccessGrant(principal=account, actions=(), access="read", via="policy", effective=False)
    for access, outside in (
        (Access(grants=(shut,)), False), (Access(grants=given.grants[:1]), True),
        (Access(grants=given.grants[1:2]), True), (Access(problems=given.problems), False),
        (Access(problems=(Problem(sorted(analyze_resources.UNREAD)[0], None, "m"),)), True),
    ):  # fmt: skip
        assert analyze_resources.outsiders_in(access) is outside
    assert analyze_resources.as_json(Access()).keys() == {
        "schema", "grants", "aws", "deputies", "problems", "statements",
    }  # fmt: skip
