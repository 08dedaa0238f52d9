"""Why an RCP leaves somebody in whom nobody vetted, in words."""

from __future__ import annotations

from collections.abc import Collection

from checker.enforce.judged import Judged
from checker.facts.build import principal_id
from checker.trust.model import Principal

MEMBER = "unless it is a member of {}, which is vetted"
AS_MEMBER = "it gets in as a member of {}, which is vetted"
BUT = "but for {} of them, told below as not reached"
_SAML = "it comes by SAML, of which a request tells no issuer that an RCP could compare"
_ISSUER = "it comes with a token of an issuer that the list does not name; see --federation"
_ANYWHERE = "IAM Roles Anywhere is a service of AWS's, which its trust policy alone can narrow"
_SOURCE = "its service may call without aws:SourceAccount, and then tells not for whom"
_UNKNOWN = "nobody can tell whose it is, and so whether it is vetted"
_PARTITION = "it is of another partition, whose account ids are others' here"
_UNPROVEN = "it could not be proven that the document refuses each request of it"
_OTHERWISE = "the request of the witness gets past the document"


def membership(left: Judged, organizations: Collection[str]) -> str | None:
    """The organization of these by which alone it gets in, should it be a member: of a named
    account nobody outside can tell. Of our own all members are known, so it is none of them."""
    context = left.grant.witness.context if left.grant.witness else {}
    principal = left.grant.principal
    key = {"account": "PrincipalOrgID", "principal": "PrincipalOrgID", "service": "SourceOrgID"}
    found = context.get(f"aws:{key.get(principal.kind)}")
    return found if isinstance(found, str) and found in organizations else None


def same(one: Principal, left: Principal) -> bool:
    """Whether what is left is the very one, though narrowed: of anyone some may be left."""
    return one.kind == left.kind and principal_id(one) == principal_id(left)


def unreached(left: Judged, partition: str, *, told: bool) -> str:
    """`told`: the document has a statement about the tenants of its issuer."""
    principal = left.grant.principal
    if left.grant.witness is None:
        return _UNPROVEN
    if left.beyond:
        return f"the list vets it for less: {'; '.join(left.beyond)}; an RCP tells vendors alone"
    if principal.kind == "federated":
        return _federated(left, told=told)
    if principal.kind == "service":
        return _SOURCE
    if principal.kind == "unresolved":
        return _UNKNOWN
    if principal.partition not in (None, partition):
        return _PARTITION
    return _OTHERWISE


def _federated(left: Judged, *, told: bool) -> str:
    if "sts:AssumeRole" in left.grant.actions:
        return _ANYWHERE
    if "sts:AssumeRoleWithSAML" in left.grant.actions:
        return _SAML
    return _OTHERWISE if told else _ISSUER
