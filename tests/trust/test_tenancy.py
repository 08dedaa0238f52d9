"""Which claims of a shared issuer name one customer, and which anybody can have minted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.trust import Principal, analyze, bare, names_tenant, open_federation, shared
from checker.trust.tenancy import TENANCY
from tests.trust.support import BUILT_IN, COGNITO, GITHUB, GOOGLE, SCOPE, oidc, policy, web

SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"
UUID = "0185a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b"

NARROW = [
    (GITHUB, "sub", "repo:acme/*", "an owner, to the slash"),
    (GITHUB, "sub", "repo:acme/app:ref:refs/heads/main", "one repository"),
    (GITHUB, "sub", "repo:acme@123456/app@456789:*", "the form with ids that cannot be reused"),
    (GITHUB, "sub", "repo:acme@*/app@*:ref:refs/heads/main", "no owner's name has an @"),
    (GITHUB, "sub", "repository_owner:acme:*", "a subject that begins with the owner"),
    (GITHUB, "sub", "repository_owner:acme", "one that is the owner alone"),
    (GITHUB, "sub", "repository_owner_id:123:ref:*", "the owner's id"),
    (GITHUB, "sub", "environment:prod:repository_owner:acme:*", "the owner as the second claim"),
    (GITHUB, "sub", "pull_request:repo:acme/app", "a value without a claim before it"),
    (GITHUB, "sub", "repository:acme/*", "the claim by its whole name"),
    (GITHUB, "repository", "acme/*", "an owner"),
    (GITHUB, "REPOSITORY", "acme/*", "names of claims have no case"),
    (GITHUB, "repository_owner_id", "12345", "an id"),
    (GITHUB, "enterprise_id", "12345", "an id"),
    ("vstoken.actions.githubusercontent.com", "sub", "repo:acme/*", "as GitHub's other issuer"),
    ("oidc-configuration.audit-log.githubusercontent.com", "sub",
     "https://github.com/acme", "an enterprise"),
    (COGNITO, "aud", "eu-west-1:1-2-3", "an identity pool"),
    (GOOGLE, "aud", "x.apps.googleusercontent.com", "an application"),
    (GOOGLE, "sub", "1234567890", "a person"),
    ("www.amazon.com", "app_id", "amzn1.application.x", "an application"),
    ("graph.facebook.com", "app_id", "1234", "an application"),
    ("gitlab.com", "sub", "project_path:acme/*", "a group"),
    ("app.terraform.io", "sub", "organization:acme:*", "an organization"),
    ("app.terraform.io", "sub", "organization:acme", "an organization, and nothing behind it"),
    ("agent.buildkite.com", "sub", "organization:acme:pipeline:*", "an organization"),
    ("agent.buildkite.com", "sub", "organization:acme", "an organization, and nothing behind it"),
    ("oidc.codefresh.io", "sub", "account:64f884faac2751b77ca7ab24", "an account, and nothing behind it"),
    ("agent.buildkite.com", "sub", UUID, "the id of a pipeline as the subject"),
    ("oidc.codefresh.io", "sub", "account:64f884faac2751b77ca7ab24:pipeline:*", "an account"),
    ("studio.datachain.ai/api", "sub", "credentials:acme/*", "a team"),
    ("scalr.io", "sub", "account:acme:*", "an account"),
    ("tokens.cloud.shisho.dev", "sub", "job:acme:*", "an organization"),
    ("proidc.upbound.io", "sub", "mcp:acme/plane:provider:provider-aws", "an organization"),
    ("api.pulumi.com/oidc", "aud", "aws:acme", "an organization"),
    ("api.pulumi.com/oidc/v2", "sub", "pulumi:environments:org:acme:*", "an organization"),
    ("oidc.vercel.com", "aud", "https://vercel.com/acme", "a team"),
    ("sandboxes.cloud", "aud", "acme", "a tenant"),
    (SENTINEL, "sts:RoleSessionName", "MicrosoftSentinel_workspace", "a workspace"),
    ("idp.example.com", "aud", "*", "an issuer that nobody shares"),
]  # fmt: skip

OPEN = [
    (COGNITO, "aud", "", "no pool at all"), ("oidc.vercel.com", "aud", "", "no team at all"),
    (GITHUB, "aud", "sts.amazonaws.com", "the caller asks for any audience"),
    (GITHUB, "sub", "repo:acme*", "also acme-evil"),
    (GITHUB, "sub", "repo:acm?/*", "also acmx"),
    (GITHUB, "sub", "repo:/*", "no name at all"),
    (GITHUB, "sub", "repo:*/app:*", "anybody's repository of that name"),
    (GITHUB, "sub", "repository_owner:acme*", "also acme-evil"),
    (GITHUB, "sub", "environment:production", "anybody has such an environment"),
    (GITHUB, "sub", "ref:refs/heads/main", "anybody has such a branch"),
    (GITHUB, "sub", "workflow:deploy", "anybody has such a workflow"),
    (GITHUB, "sub", "workflow:repository_owner:acme", "a workflow of the name repository_owner"),
    (GITHUB, "sub", "repository_visibility:private", "anybody has a private repository"),
    (GITHUB, "sub", "job_workflow_ref:acme/ci/.github/workflows/d.yml@refs/heads/main",
     "the workflow that is called, by anybody"),
    (GITHUB, "job_workflow_ref", "acme/ci/.github/workflows/d.yml@refs/heads/main", "likewise"),
    (GITHUB, "actor", "octocat", "who may work in anybody's repository"),
    (GITHUB, "repository_owner_id", "1*", "also other ids"),
    (GOOGLE, "oaud", "https://example.com", "who asks for the token chooses it"),
    (GOOGLE, "azp", "x.apps.googleusercontent.com", "who asks for the token is it"),
    (COGNITO, "amr", "authenticated", "by any pool"),
    (COGNITO, "aud", "eu-west-1:*", "any pool of a region"),
    ("gitlab.com", "sub", "project_path:acme*", "also acme-evil"),
    ("gitlab.com", "aud", "https://gitlab.com", "the job chooses it"),
    ("app.terraform.io", "sub", "organization:acme*", "also acme-evil"),
    ("app.terraform.io", "aud", "aws.workload.identity", "the same for all"),
    ("agent.buildkite.com", "sub", "pipeline:deploy", "anybody's"),
    (SENTINEL, "aud", "api://1462b192-27f7-4cb9-8523-0f4ecb54b47e", "the same for all"),
    (SENTINEL, "sts:RoleSessionName", "MicrosoftSentinel_*", "any workspace"),
]  # fmt: skip


@pytest.mark.parametrize(("issuer", "claim", "pattern", "why"), NARROW)
def test_a_claim_that_names_a_customer_narrows(
    issuer: str, claim: str, pattern: str, why: str
) -> None:
    """Catches an alarm over a role that one customer alone can take."""
    assert names_tenant(issuer, {claim: (pattern,)}), why


@pytest.mark.parametrize(("issuer", "claim", "pattern", "why"), OPEN)
def test_a_claim_that_anybody_can_have_does_not(
    issuer: str, claim: str, pattern: str, why: str
) -> None:
    """Catches a role that every customer of the issuer can take, taken for narrow."""
    assert not names_tenant(issuer, {claim: (pattern,)}), why


def test_one_pattern_that_anybody_can_have_opens_the_claim() -> None:
    """Catches a list judged by its best entry."""
    assert not names_tenant(GITHUB, {"sub": ("repo:acme/*", "environment:prod")})
    assert not names_tenant(GITHUB, {"sub": ()})


def test_without_regard_to_case_the_words_of_the_issuer_are_known_too() -> None:
    """Catches a subject that is written in capitals, and compared without regard to them."""
    assert names_tenant(GITHUB, {"sub": ("Repo:Acme/App:*",)}, ("sub",))
    assert not names_tenant(GITHUB, {"sub": ("Repo:Acme/App:*",)})


@pytest.mark.parametrize("issuer", sorted(TENANCY))
def test_every_shared_issuer_is_open_without_a_claim(issuer: str) -> None:
    """Catches a row that is never looked up, is in no test, or tells no source."""
    provider = issuer if issuer in BUILT_IN else oidc(issuer)
    (grant,) = analyze(policy(web(provider)), SCOPE).grants
    assert open_federation(grant.principal)
    assert any(issuer == row[0] for row in NARROW)
    row = shared(f"https://{issuer}/")
    assert row is not None and row.source.startswith("https://")


@given(st.sampled_from(NARROW), st.text("acme-*?/:", max_size=6))
def test_a_longer_text_behind_the_customer_changes_nothing(
    row: tuple[str, str, str, str], more: str
) -> None:
    """Catches an owner's name that is looked for anywhere but where the issuer writes it."""
    issuer, claim, pattern, _ = row
    if pattern.endswith(("/*", ":*")):
        assert names_tenant(issuer, {claim: (pattern[:-1] + more,)})


@given(st.sampled_from(sorted(TENANCY)), st.text("acme:/@*?", max_size=12))
def test_a_wildcard_at_the_front_names_nobody(issuer: str, rest: str) -> None:
    """Catches a pattern whose customer may be anybody."""
    for claim in TENANCY[issuer].claims:
        assert not names_tenant(issuer, {claim: ("*" + rest,)})


def test_an_issuer_is_one_with_and_without_its_last_slash() -> None:
    """Catches sts.windows.net/TENANT/, which is written with one, taken for another issuer."""
    assert bare("https://sts.windows.net/t/") == bare("sts.windows.net/t") == "sts.windows.net/t"
    assert open_federation(Principal(kind="federated", provider=SENTINEL + "/"))
