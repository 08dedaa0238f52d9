"""Identity providers in the allowlist: what an entry vets, and which are refused as own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checker.errors import InputError
from checker.trust import Principal
from checker.vetting.allowlist import Allowlist
from checker.vetting.entries import Federation
from checker.vetting.register import Register, vets
from checker.yamlfile import parse_yaml
from tests.support.cli import vendorgate
from tests.trust.support import GITHUB, GOOGLE

TENANT = "sts.windows.net/11111111-2222-3333-4444-555555555555"
VETTED = [
    ("within the pattern", {"sub": ["repo:acme/*"]}, {"sub": ("repo:acme/app:*",)}, True),
    ("another tenant's", {"sub": ["repo:acme/*"]}, {"sub": ("repo:evil/*",)}, False),
    ("another tenant's beside ours", {"sub": ["repo:acme/*"]}, {"sub": ("repo:acme/*", "repo:evil/*")}, False),
    ("no claim, where one was vetted", {"sub": ["repo:acme/*"]}, {}, False),
    ("a name in capitals", {"SUB": ["repo:acme/*"]}, {"sub": ("repo:acme/*",)}, True),
    ("a name as the policy spells it", {"sub": ["repo:acme/*"]}, {"Sub": ("repo:acme/*",)}, True),
    ("a value in another case", {"sub": ["repo:acme/*"]}, {"sub": ("repo:Acme/app",)}, False),
    ("every claim that was vetted counts", {"sub": ["repo:acme/*"], "ref": ["refs/heads/main"]},
     {"sub": ("repo:acme/*",)}, False),
    ("more claims than were vetted", {"sub": ["repo:acme/*"]},
     {"sub": ("repo:acme/*",), "ref": ("refs/heads/main",)}, True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "entry", "claims", "expected"), VETTED, ids=[r[0] for r in VETTED])
def test_claims_lie_within_what_was_vetted(
    why: str, entry: dict[str, list[str]], claims: dict[str, tuple[str, ...]], expected: bool
) -> None:
    """Catches a claim that nobody vetted, and one that was and is not recognised."""
    principal = Principal(kind="federated", provider=GITHUB, claims=claims or None)
    assert vets(Federation(issuer=GITHUB, claims=entry), principal) is expected


@pytest.mark.parametrize(
    ("caseless", "claim", "expected"),
    [
        (("sub",), "Repo:ACME/App:ref:refs/heads/main", True),
        (("sub",), "repo:acme-evil/App:ref:refs/heads/main", False),
        ((), "repo:ACME/App:ref:refs/heads/main", False),
    ],
)
def test_case_counts_where_the_policy_says_so(
    caseless: tuple[str, ...], claim: str, expected: bool
) -> None:
    """Catches a claim under StringEqualsIgnoreCase that no entry could ever vet."""
    principal = Principal(
        kind="federated", provider=GITHUB, claims={"sub": (claim,)}, caseless=caseless
    )
    entry = Federation(issuer=GITHUB, claims={"sub": ["repo:acme/App:*"]})
    assert vets(entry, principal) is expected


def test_case_counts_in_each_claim_by_itself() -> None:
    """Catches a subject in other letters that passes, as the audience is compared without case."""
    entry = Federation(issuer=GITHUB, claims={"sub": ["repo:acme/App:*"], "aud": ["STS"]})
    for subject, expected in (("repo:acme/App:x", True), ("repo:ACME/App:x", False)):
        claims = {"sub": (subject,), "aud": ("sts",)}
        principal = Principal(kind="federated", provider=GITHUB, claims=claims, caseless=("aud",))
        assert vets(entry, principal) is expected


@pytest.mark.parametrize(
    ("entry", "provider", "expected"),
    [
        (f"https://{TENANT}/", TENANT, True),
        (f"{TENANT}/", TENANT, True),
        (TENANT, TENANT, True),
        (f"arn:aws:iam::222222222222:oidc-provider/{TENANT}/", TENANT, True),
        (f"{TENANT}6/", TENANT, False),
        ("*", "arn:aws:iam::222222222222:oidc-provider/*", False),
    ],
)
def test_an_issuer_has_many_spellings(entry: str, provider: str, expected: bool) -> None:
    """Catches an entry for sts.windows.net/TENANT/ that never matches, or one that matches all."""
    principal = Principal(kind="federated", provider=provider)
    assert vets(Federation(issuer=entry), principal) is expected


SHARED = [
    ("no claim", f"{{issuer: {GITHUB}}}", 'claims: {sub: ["repo:YOUR-ORG/*"]}'),
    ("by its URL", f"{{issuer: 'https://{GITHUB}/'}}", "no claim names us"),
    ("by its ARN", f"{{issuer: 'arn:aws:iam::222222222222:oidc-provider/{GITHUB}'}}", "no claim"),
    ("an audience", f"{{issuer: {GITHUB}, claims: {{aud: sts.amazonaws.com}}}}", "no claim names us"),
    ("what anybody can mint", f'{{issuer: {GITHUB}, claims: {{sub: "environment:prod"}}}}', "no claim"),
    ("a look-alike", f'{{issuer: {GITHUB}, claims: {{sub: ["repo:acme/*", "repo:acme*"]}}}}', "no claim"),
    ("Google", f"{{issuer: {GOOGLE}, claims: {{azp: x}}}}", "aud: "),
]  # fmt: skip


def own(entry: str) -> str:
    return f"version: 1\norganization:\n  federation:\n    - {entry}\n"


@pytest.mark.parametrize(("why", "entry", "said"), SHARED, ids=[row[0] for row in SHARED])
def test_a_shared_issuer_is_not_own_as_a_whole(why: str, entry: str, said: str) -> None:
    """Catches an entry that makes everybody on GitHub one of us."""
    with pytest.raises(InputError) as refused:
        Allowlist(parse_yaml(own(entry).encode(), "allowlist.yaml"))
    assert refused.value.line == 4
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "entry",
    [
        f'{{issuer: {GITHUB}, claims: {{sub: ["repo:acme/*", "repo:acme@1/*"]}}}}',
        f"{{issuer: {GITHUB}, claims: {{repository_owner_id: '123'}}}}",
        "{issuer: idp.example.com}",
    ],
)
def test_one_that_names_us_is_taken(entry: str) -> None:
    """Catches an own pipeline that cannot be listed at all."""
    Allowlist(parse_yaml(own(entry).encode(), "allowlist.yaml"))


def test_another_tenant_of_an_own_issuer_is_not_own() -> None:
    """Catches a neighbour on the same issuer who counts as one of us."""
    text = own(f'{{issuer: {GITHUB}, claims: {{sub: ["repo:acme/*"]}}}}')
    register = Register(Allowlist(parse_yaml(text.encode(), "allowlist.yaml")), date(2026, 11, 20))

    def status(sub: str) -> str:
        claims = {"sub": (sub,)}
        return register.principal(
            Principal(kind="federated", provider=GITHUB, claims=claims)
        ).status

    assert status("repo:acme/app:*") == "own"
    assert status("repo:evil/app:*") == "unlisted"
    assert status("environment:production") == "unlisted"


def test_validate_says_where_and_how_to_mend(tmp_path: Path) -> None:
    """Catches a refusal that leaves its reader to guess."""
    (tmp_path / "allowlist.yaml").write_text(own(f"{{issuer: {GITHUB}}}"))
    ran = vendorgate("validate", "allowlist.yaml", cwd=tmp_path)
    assert ran.code == 2
    assert "allowlist.yaml:4:" in ran.err
    assert 'claims: {sub: ["repo:YOUR-ORG/*"]}' in ran.err
