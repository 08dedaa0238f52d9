"""Identity providers, case by case: who is let in, with which claims, and whether it is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from checker.trust import BLOCKING, Principal, Provider, Scope, analyze, open_federation
from checker.trust.search.grants import covers
from tests.trust.oracle import allows
from tests.trust.support import (
    BUILT_IN,
    COGNITO,
    EKS,
    GITHUB,
    GOOGLE,
    SCOPE,
    M,
    codes,
    deny,
    oidc,
    policy,
    principals,
    statement,
    web,
)

TENANT = "sts.windows.net/11111111-2222-3333-4444-555555555555"
SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"
AUTH0 = "acme.eu.auth0.com"
WEB = "sts:AssumeRoleWithWebIdentity"
UNKNOWN = msgspec.structs.replace(SCOPE, providers={}, all_providers=False)
ANCHOR = f"arn:aws:rolesanywhere:us-east-1:{M}:trust-anchor/ta"


@dataclass(frozen=True)
class Row:
    id: str
    document: Any
    expected: tuple[str, ...]
    reason: str
    open: bool = False
    problem: str | None = None
    scope: Scope = field(default=SCOPE)


def on(issuer: str, operator: str = "StringEquals", **claims: Any) -> dict[str, Any]:
    return {operator: {f"{issuer}:{claim}": value for claim, value in claims.items()}}


def star(condition: Any = None) -> dict[str, Any]:
    return statement("*", condition, Action=WEB)


ONE_OR_BOTH = {
    **on(COGNITO, "ForAnyValue:StringEquals", amr=["a", "c"]),
    **on(COGNITO, "ForAnyValue:StringLike", amr=["b", "c"]),
}
ROWS = [
    Row(
        "slash",
        policy(web(oidc(AUTH0 + "/"), on(AUTH0 + "/", aud="x"))),
        (f"federated:{AUTH0} {{aud: x}}",),
        "Auth0 ends its issuer in a slash: ARN and keys have it, the issuer is the same",
    ),
    Row(
        "slash-shared",
        policy(
            web(
                oidc(SENTINEL + "/"),
                {
                    "StringEquals": {
                        f"{SENTINEL}/:aud": "api://x",
                        "sts:RoleSessionName": "MicrosoftSentinel_ws",
                    }
                },
            )
        ),
        (f"federated:{SENTINEL} {{aud: api://x; sts:RoleSessionName: MicrosoftSentinel_ws}}",),
        "the session's name tells the workspace",
    ),
    Row(
        "slash-shared-open",
        policy(web(oidc(SENTINEL + "/"), on(SENTINEL + "/", aud="api://x"))),
        (f"federated:{SENTINEL} {{aud: api://x}}",),
        "every customer of Sentinel has that audience",
        open=True,
    ),
    Row(
        "slash-deny",
        policy(
            web(oidc(TENANT + "/")),
            deny("*", on(TENANT + "/", "StringNotEquals", sub="good"), Action=WEB),
        ),
        (f"federated:{TENANT} {{sub: good}}",),
        "the Deny reads a claim of that issuer",
    ),
    Row(
        "slash-star",
        policy(star(on(TENANT + "/", aud="api://x"))),
        (f"federated:{TENANT} {{aud: api://x}}",),
        "the account may have such a provider",
        scope=UNKNOWN,
    ),
    Row(
        "slash-star-recorded",
        policy(star(on(TENANT + "/", aud="api://x"))),
        (f"federated:{TENANT} {{aud: api://x}}",),
        "the account has it",
        scope=msgspec.structs.replace(
            SCOPE,
            providers={oidc(TENANT + "/"): Provider(oidc(TENANT + "/"), "oidc", TENANT + "/")},
        ),
    ),
    Row(
        "slash-star-not-there",
        policy(star(on(TENANT + "/", aud="api://x"))),
        (),
        "all providers of the account are known, and it has none of that issuer",
    ),
    Row(
        "federated-star",
        policy(web("*")),
        tuple(sorted(f"federated:{one}" for one in (*BUILT_IN, EKS, GITHUB))),
        "AWS refuses it; if it were obeyed it would be every provider, as * is every service",
        open=True,
        problem="invalid-principal",
    ),
    Row(
        "federated-pattern",
        policy(web(oidc("*"), on(GITHUB, "StringLike", sub="repo:acme/*"))),
        (f"federated:{GITHUB} {{sub: repo:acme/*}}",),
        "a pattern is no narrower than any, but for the claims",
        problem="invalid-principal",
    ),
    Row(
        "minted-subject",
        policy(web(oidc(GITHUB), on(GITHUB, sub="environment:production"))),
        (f"federated:{GITHUB} {{sub: environment:production}}",),
        "whoever customises his own subject has that one too",
        open=True,
    ),
    Row(
        "called-workflow",
        policy(web(oidc(GITHUB), on(GITHUB, "StringLike", job_workflow_ref="acme/*"))),
        (f"federated:{GITHUB} {{job_workflow_ref: acme/*}}",),
        "anybody may call a public workflow",
        open=True,
    ),
    Row(
        "google-oaud",
        policy(web(GOOGLE, on(GOOGLE, oaud="https://example.com"))),
        (f"federated:{GOOGLE} {{oaud: https://example.com}}",),
        "who asks for the token chooses it",
        open=True,
    ),
    Row(
        "cognito-amr",
        policy(
            web(
                COGNITO,
                on(COGNITO, aud="eu-west-1:1-2-3")
                | on(COGNITO, "ForAnyValue:StringLike", amr="authenticated"),
            )
        ),
        (f"federated:{COGNITO} {{amr: authenticated; aud: eu-west-1:1-2-3}}",),
        "of a claim that is a list, one value has to fit",
    ),
    Row(
        "cognito-amr-deny",
        policy(
            web(COGNITO, on(COGNITO, aud="eu-west-1:1-2-3")),
            deny("*", on(COGNITO, "ForAnyValue:StringEquals", amr="unauthenticated"), Action=WEB),
        ),
        (f"federated:{COGNITO} {{aud: eu-west-1:1-2-3}}",),
        "a Deny of one value leaves all others: nothing has to be there",
    ),
    Row(
        "cognito-amr-one-of-many",
        policy(
            web(COGNITO, on(COGNITO, "ForAnyValue:StringEquals", amr=["a", "b"])),
            deny("*", on(COGNITO, "ForAllValues:StringEquals", amr="b"), Action=WEB),
        ),
        (f"federated:{COGNITO}",),
        "a alone, or b beside another: to say a would leave out the second",
        open=True,
    ),
    Row(
        "cognito-amr-one-or-both",
        policy(web(COGNITO, ONE_OR_BOTH)),
        (f"federated:{COGNITO}",),
        "c alone, or a beside b: to say c would leave out the second",
        open=True,
    ),
    Row(
        "cognito-amr-one-or-both-denied",
        policy(
            web(COGNITO, ONE_OR_BOTH),
            deny("*", on(COGNITO, "ForAnyValue:StringEquals", amr="a"), Action=WEB),
        ),
        (f"federated:{COGNITO} {{amr: c}}",),
        "a beside b is denied, so c has to be there",
        open=True,
    ),
    Row(
        "cognito-amr-no-two-of-them",
        policy(
            web(COGNITO, ONE_OR_BOTH),
            *(
                deny("*", on(COGNITO, "ForAnyValue:StringEquals", amr="a")
                     | on(COGNITO, "ForAnyValue:StringLike", amr=one), Action=WEB)
                for one in "cb"
            ),
        ),
        (f"federated:{COGNITO} {{amr: c}}",),
        "a beside either of the others is denied, which the search tries in parts",
        open=True,
    ),
    Row(
        "claim-as-spelled",
        policy(web(oidc(GITHUB), on(GITHUB, "StringLike", SUB="repo:acme/*"))),
        (f"federated:{GITHUB} {{SUB: repo:acme/*}}",),
        "the name is shown as it is spelled, and compared without regard to case",
    ),
    Row(
        "certificate",
        policy(
            statement(
                {"Service": "rolesanywhere.amazonaws.com"},
                {
                    "ArnEquals": {"aws:SourceArn": ANCHOR},
                    "StringEquals": {"aws:PrincipalTag/x509Subject/CN": "w"},
                },
            )
        ),
        (f"federated:{ANCHOR} {{aws:PrincipalTag/x509Subject/CN: w}}",),
        "the claim is spelled as the policy does",
    ),
    Row(
        "ignore-case",
        policy(
            web(oidc(GITHUB), on(GITHUB, "StringEqualsIgnoreCase", sub="repo:Acme/App:pull_request"))
        ),
        (f"federated:{GITHUB} {{sub: repo:Acme/App:pull_request}}",),
        "shown as written",
    ),
    Row(
        "cased-and-caseless",
        policy(
            web(oidc(GITHUB), on(GITHUB, sub="repo:acme/app")),
            web(oidc(GITHUB), on(GITHUB, "StringEqualsIgnoreCase", sub="repo:acme/app")),
        ),
        (f"federated:{GITHUB} {{sub: repo:acme/app}}",),
        "the one without regard to case covers the other, never the other way round",
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_whom_providers_let_in(row: Row) -> None:
    """Catches a provider that is missed, invented, or shown with the wrong claims."""
    analysis = analyze(row.document, row.scope)
    named = [one for one in principals(analysis) if ":oidc-provider/*" not in one]
    named = [one for one in named if ":saml-provider/" not in one]
    assert named == sorted(row.expected), row.reason
    assert any(open_federation(grant.principal) for grant in analysis.grants) is row.open
    if row.problem:
        assert row.problem in codes(analysis)
    else:
        assert not codes(analysis) & BLOCKING
        for grant in analysis.grants:
            assert grant.witness and allows(row.document, grant.witness), row.reason


def test_claims_without_regard_to_case_say_so() -> None:
    """Catches a pattern that lets in more spellings than its reader is told."""
    sub = on(GITHUB, "StringEqualsIgnoreCase", sub="repo:Acme/App:pull_request")
    (grant,) = analyze(policy(web(oidc(GITHUB), sub)), SCOPE).grants
    assert grant.principal.caseless == ("sub",)
    (grant,) = analyze(policy(web(oidc(GITHUB), on(GITHUB, sub="repo:a/b"))), SCOPE).grants
    assert grant.principal.caseless == ()


def test_the_wider_of_two_alike_claims_is_kept() -> None:
    """Catches a claim compared without regard to case that hides behind one that isn't."""
    claims = [
        on(GITHUB, op, sub="repo:acme/app") for op in ("StringEquals", "StringEqualsIgnoreCase")
    ]
    for order in (claims, claims[::-1]):
        found = analyze(policy(*(web(oidc(GITHUB), one) for one in order)), SCOPE).grants
        assert [grant.principal.caseless for grant in found] == [("sub",)]
        assert found[0].statements == (0, 1)


def test_what_is_compared_without_regard_to_case_is_more() -> None:
    """Catches a grant that is dropped for one that lets in fewer spellings."""
    cased, caseless = (
        Principal(kind="federated", provider=GITHUB, claims={"sub": (text,)}, caseless=names)
        for text, names in (("repo:acme/app", ()), ("repo:acme/app", ("sub",)))
    )
    assert covers(caseless, cased)
    assert not covers(cased, caseless)
    anything = Principal(kind="federated", provider=GITHUB, claims={"sub": ("????:*",)})
    assert covers(anything, caseless)
