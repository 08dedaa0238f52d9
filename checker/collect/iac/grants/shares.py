"""What is shared by name, and grants of keys: accounts, organizations, principals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.iac.grants.model import Given, Said
from checker.collect.iac.unknown import is_ours, is_unresolved, shown
from checker.trust.document.decode import as_list


def _ours(value: Any, given: Given) -> str:
    """Whom a value names, for a reader; what the same code makes is of the own account."""
    account = given.target.account
    return given.target.arn("iam", "root") if is_ours(value, account) else str(shown(value))


def key_grant(given: Given) -> Iterator[Said]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html"""
    told = {"GranteePrincipal": given.one("grantee"), "RetiringPrincipal": given.one("retiring")}
    named = {key: _ours(one, given) for key, one in told.items() if one}
    operations = [one for one in given.every("operations") if isinstance(one, str)]
    if not operations or is_unresolved(operations):
        operations = ["CreateGrant", "Decrypt"]
    issuer = given.target.arn("iam", "root")
    yield Said(grants=[{**named, "Operations": operations, "IssuingAccount": issuer}])


def _names(given: Given) -> list[str]:
    flat = [one for each in given.every("principals") for one in as_list(each)]
    return [_ours(one, given) for one in flat if one not in (None, "")]


def ram(given: Given) -> Iterator[Said]:
    yield Said(share={"principals": _names(given), "resources": []})


def service_permissions(given: Given) -> Iterator[Said]:
    names = _names(given)
    yield Said(share=[{"Principal": one} for one in names])


def peering(given: Given) -> Iterator[Said]:
    """As if it were accepted."""
    names = _names(given)
    share = {"requester": given.target.account, "status": "active"}
    yield Said(share={**share, "accepter": names[0]} if names else None)


def access_entry(given: Given) -> Iterator[Said]:
    """https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html"""
    policies = [str(shown(one)) for one in given.every("policies")]
    if is_unresolved(given.every("policies")):  # any may be meant
        policies.append("AmazonEKSClusterAdminPolicy")
    principal = given.one("principal")
    share = {
        "principalArn": None if principal is None else _ours(principal, given),
        "type": str(shown(given.one("type") or "STANDARD")),
        "policies": policies,
        "groups": [str(shown(one)) for one in given.every("groups")],
    }
    yield Said(share=share)


def user_ids(given: Given) -> Iterator[Said]:
    names = _names(given)
    yield Said(share=[{"Group" if one == "all" else "UserId": one} for one in names])


def restored(given: Given) -> Iterator[Said]:
    key = given.one("kms_key")
    yield Said(share={"restore": _names(given)}, settings={} if key is None else {"kms_key": key})


def document_share(given: Given) -> Iterator[Said]:
    """`account_ids`: with commas between, or All.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ModifyDocumentPermission.html
    """
    raw = given.one("permissions")
    ids = raw.get("account_ids") if isinstance(raw, dict) else raw
    found: list[str] = []
    for one in as_list(ids) if ids else []:
        texts = one.split(",") if isinstance(one, str) else [one]
        found += [_ours(text.strip() if isinstance(text, str) else text, given) for text in texts]
    yield Said(share=[one.lower() if one.lower() == "all" else one for one in found])
