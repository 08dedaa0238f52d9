"""Identity providers that many customers share, and the claims that tell one from another.

Such a claim narrows only where no other customer can have a token with the same value: what the
caller chooses (an audience, an environment, a branch, the workflow that a job calls) names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from checker.patterns import pattern

Names = Callable[[str, bool], bool]
"""Whether a text fixes one customer; a text that is not whole is what stands before a wildcard."""

_AWS = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "id_roles_providers_oidc_secure-by-default.html"
)
_KEYS = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "reference_policies_iam-condition-keys.html#condition-keys-wif"
)
_UUID = pattern(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_GITHUB_OWNED = frozenset(("repo", "repository", "workflow_ref"))
_GITHUB_IDS = (
    "repository_owner",
    "repository_owner_id",
    "repository_id",
    "enterprise",
    "enterprise_id",
)


class Tenancy(msgspec.Struct, frozen=True):
    """One shared issuer: its claims that can name a customer, the usual one first, with a pattern
    for it as `example`; and where that is documented."""

    claims: Mapping[str, Names]
    source: str
    example: str


def _whole(text: str, whole: bool) -> bool:
    """The issuer gives each customer values of its own, whose form tells nothing."""
    return whole and text != ""


def _begins(prefix: str, ends: str, *, or_whole: bool = False) -> Names:
    """The customer's name stands behind `prefix` and goes to one of `ends`, or to the end."""

    form = pattern(f"{re.escape(prefix)}[^{re.escape(ends)}]+(.?)", re.DOTALL)

    def names(text: str, whole: bool) -> bool:
        found = form.match(text)
        return found is not None and (found[1] != "" or (whole and or_whole))

    return names


def _either(*some: Names) -> Names:
    return lambda text, whole: any(one(text, whole) for one in some)


def _uuid(text: str, whole: bool) -> bool:
    return whole and _UUID.fullmatch(text) is not None


def _github_subject(text: str, whole: bool) -> bool:
    """Claims and their values in turn; a colon within a value is written %3A.

    Which claims stand there each organization chooses for itself, so that `environment:x` alone is
    anybody's. `job_workflow_ref` names the workflow that is called, and anybody may call it.
    """
    parts = text.split(":")
    at = 0
    while at + 1 < len(parts):
        name, value = parts[at : at + 2]
        if name == "pull_request":  # a value without a claim before it
            at += 1
            continue
        if name in _GITHUB_OWNED and re.match("[^/@]+[/@]", value):
            return True
        if name in _GITHUB_IDS and value and (whole or at + 2 < len(parts)):
            return True
        at += 2
    return False


_GITHUB = Tenancy(
    {
        "sub": _github_subject,
        "repository": _begins("", "/"),
        **dict.fromkeys(_GITHUB_IDS, _whole),
    },
    "https://docs.github.com/en/actions/reference/security/oidc",
    "repo:YOUR-ORG/*",
)

TENANCY: dict[str, Tenancy] = {
    "cognito-identity.amazonaws.com": Tenancy(
        {"aud": _whole, "sub": _whole}, _KEYS, "eu-west-1:YOUR-POOL-ID"
    ),
    # who asks Google for a token chooses its `oaud`; `azp` is whoever asked
    "accounts.google.com": Tenancy(
        {"aud": _whole, "sub": _whole, "email": _whole}, _KEYS, "YOUR-ID.apps.googleusercontent.com"
    ),
    "www.amazon.com": Tenancy({"app_id": _whole, "user_id": _whole}, _KEYS, "YOUR-APP-ID"),
    "graph.facebook.com": Tenancy({"app_id": _whole, "id": _whole}, _KEYS, "YOUR-APP-ID"),
    "token.actions.githubusercontent.com": _GITHUB,
    "vstoken.actions.githubusercontent.com": _GITHUB,
    "oidc-configuration.audit-log.githubusercontent.com": Tenancy(
        {"sub": _whole},
        "https://docs.github.com/en/enterprise-cloud@latest/admin/monitoring-activity-in-your-"
        "enterprise/reviewing-audit-logs-for-your-enterprise/"
        "streaming-the-audit-log-for-your-enterprise",
        "https://github.com/YOUR-ENTERPRISE",
    ),
    "gitlab.com": Tenancy(
        {"sub": _begins("project_path:", "/")},
        "https://docs.gitlab.com/ci/secrets/id_token_authentication/",
        "project_path:YOUR-GROUP/*",
    ),
    "app.terraform.io": Tenancy(
        {"sub": _begins("organization:", ":", or_whole=True)},
        "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/"
        "dynamic-provider-credentials/aws-configuration",
        "organization:YOUR-ORG:*",
    ),
    "agent.buildkite.com": Tenancy(
        {"sub": _either(_begins("organization:", ":", or_whole=True), _uuid)},
        "https://buildkite.com/docs/agent/v3/cli-oidc",
        "organization:YOUR-ORG:*",
    ),
    "oidc.codefresh.io": Tenancy(
        {"sub": _begins("account:", ":", or_whole=True)},
        "https://codefresh.io/docs/docs/integrations/oidc-pipelines/",
        "account:YOUR-ACCOUNT-ID:*",
    ),
    "studio.datachain.ai/api": Tenancy(
        {"sub": _begins("credentials:", "/")},
        "https://dvc.org/doc/studio/user-guide/openid-connect",
        "credentials:YOUR-TEAM/*",
    ),
    "scalr.io": Tenancy(
        {"sub": _either(_begins("account:", ":"), _whole)}, _AWS, "account:YOUR-ACCOUNT:*"
    ),
    "tokens.cloud.shisho.dev": Tenancy(
        {"sub": _either(_begins("job:", ":"), _whole)}, _AWS, "job:YOUR-ORG-ID:*"
    ),
    "proidc.upbound.io": Tenancy(
        {"sub": _either(_begins("mcp:", "/"), _whole)}, _AWS, "mcp:YOUR-ORG/*"
    ),
    "api.pulumi.com/oidc": Tenancy(
        {"aud": _whole},
        "https://www.pulumi.com/docs/esc/guides/configuring-oidc/aws/",
        "aws:YOUR-ORG",
    ),
    "api.pulumi.com/oidc/v2": Tenancy(  # whose audience the caller chooses
        {"sub": _either(_begins("pulumi:environments:org:", ":"), _whole)},
        "https://www.pulumi.com/docs/esc/guides/configuring-oidc/custom-audience/",
        "pulumi:environments:org:YOUR-ORG:*",
    ),
    "oidc.vercel.com": Tenancy(
        {"aud": _whole}, "https://vercel.com/docs/oidc/reference", "https://vercel.com/YOUR-TEAM"
    ),
    "sandboxes.cloud": Tenancy({"aud": _whole}, _AWS, "YOUR-AUDIENCE"),
    # Microsoft Sentinel puts the customer's workspace into the name of the session
    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d": Tenancy(
        {"sts:rolesessionname": _whole}, _AWS, "MicrosoftSentinel_YOUR-WORKSPACE-ID"
    ),
}
"""Issuers in lower case, without `https://` and the last `/`; their claims in lower case."""


def shared(issuer: str) -> Tenancy | None:
    """What is known of an issuer that many customers share; None for any other."""
    return TENANCY.get(bare(issuer).lower())


def bare(issuer: str) -> str:
    """An issuer as one is compared with another, from its URL or the ARN of its provider.

    Some write a `/` at the end, and so do their tokens, the provider's ARN and its condition keys:
    https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference (`iss`).
    """
    host = issuer.partition(":oidc-provider/")[2]
    if host and "*" not in host:  # `*` stands for providers that nobody knows
        issuer = host
    return issuer.removeprefix("https://").rstrip("/")


def names_tenant(
    issuer: str, claims: Mapping[str, tuple[str, ...]], caseless: tuple[str, ...] = ()
) -> bool:
    """Whether patterns of claims fix one customer of a shared issuer; True of any other issuer.

    `caseless`: claims that are compared without regard to case.
    """
    tenancy = shared(issuer)
    if tenancy is None:
        return True
    for name, patterns in claims.items():
        fixes = tenancy.claims.get(name.lower())
        if name in caseless:
            patterns = tuple(map(str.lower, patterns))
        if fixes and patterns and all(fixes(*_literal(one)) for one in patterns):
            return True
    return False


def tenancy_claims(issuer: str) -> tuple[str, ...]:
    """The claims that can name a customer of a shared issuer, the usual one first."""
    tenancy = shared(issuer)
    return tuple(tenancy.claims) if tenancy else ()


def _literal(pattern: str) -> tuple[str, bool]:
    """What stands before the first wildcard, and whether that is all."""
    head = re.split(r"[*?]", pattern, maxsplit=1)[0]
    return head, head == pattern
