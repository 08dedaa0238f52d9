"""Random policies of resources: the principals and conditions of trust policies, about actions and
ARNs of each kind in turn; the same for the same seed."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from checker.trust import Scope
from tests.access.proof.kinds import KINDS, Kind
from tests.trust.proof.generate import TODAY, policy
from tests.trust.proof.pools import OWN, M, N
from tests.trust.proof.world import canonical, issuer

SCOPE = Scope(account=M, today=TODAY, organizations=frozenset({OWN}), own=frozenset({M, N}),
              all_providers=True)  # fmt: skip
_TOKENS = ("sts:", "saml:", "kms:", "aws:federatedprovider")
_FREE = "sts:ExternalId"


def document(seed: int) -> tuple[Kind, dict[str, Any], dict[str, Any]]:
    """A kind, a policy in its words, and the same about an external id, in place of its free key."""
    kind = KINDS[seed % len(KINDS)]
    random = Random(f"resource{seed}")
    while True:
        found, _ = policy(random.randrange(1 << 30))
        if not any(_odd(one) for one in found["Statement"]):
            break
    about = [_about(one, kind, random) for one in found["Statement"]]
    plain = {**found, "Statement": about}
    return kind, _spelled(plain, kind), plain


def _odd(statement: dict[str, Any]) -> bool:
    """Whether it is about what only STS has: tokens, session names, providers."""
    text = json.dumps(statement)
    if "Federated" in text or "oidc-provider" in text or "saml-provider" in text:
        return True
    keys = [canonical(key) for block in statement.get("Condition", {}).values() for key in block]
    told = [key for key in keys if key != _FREE.lower()]
    variables = text.lower().replace("${" + _FREE.lower(), "")
    return any(key.startswith(_TOKENS) or issuer(key) for key in told) or any(
        "${" + one in variables for one in _TOKENS)  # fmt: skip


def _about(statement: dict[str, Any], kind: Kind, random: Random) -> dict[str, Any]:
    kept = {name: value for name, value in statement.items() if name not in ("Action", "NotAction")}
    kept["NotAction" if random.random() < 0.1 else "Action"] = random.choice(kind.actions)
    resource = random.choice(kind.resources)
    if resource is not None:
        kept["NotResource" if random.random() < 0.15 else "Resource"] = resource
    return kept


def _spelled(plain: dict[str, Any], kind: Kind) -> dict[str, Any]:
    own = kind.arn.split(":")[2] + ":freeKey"
    made: dict[str, Any] = json.loads(json.dumps(plain).replace(_FREE, own))
    return made
