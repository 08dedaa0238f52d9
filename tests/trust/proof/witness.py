"""A reported witness → a request: what kind of caller it has, and its keys in lower case."""

from __future__ import annotations

from checker.trust import Witness
from tests.trust.proof.evaluate import Request
from tests.trust.proof.world import ACTIONS, AWS, OIDC, SAML, SERVICE, canonical


def request_of(witness: Witness) -> Request:
    context = {
        canonical(key): tuple(value) if isinstance(value, list) else (value,)
        for key, value in witness.context.items()
    }
    caller = caller_of(witness)
    principal = witness.principal
    if caller == AWS:
        principal = session_of(principal, (context.get("aws:userid") or ("",))[0])
    return Request(caller, principal, witness.action, context)


def caller_of(witness: Witness) -> str:
    for caller in (OIDC, SAML):
        if witness.action == ACTIONS[caller]:
            return caller
    return AWS if witness.principal.startswith("arn:") else SERVICE


def session_of(principal: str, userid: str) -> str:
    """A role calls as one of its sessions, whose ARN has the role's name without its path."""
    parts = principal.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("role/"):
        return principal
    name = parts[5].rpartition("/")[2]
    return f"arn:{parts[1]}:sts::{parts[4]}:assumed-role/{name}/{userid.partition(':')[2]}"
