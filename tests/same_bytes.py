"""What is said of the corpora of trust, access and guardrails, a line each: `test_same_bytes` has
it told under several hash seeds.

`python -m tests.same_bytes [backwards]`: in which order, as what was asked before must not count.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from checker.access import analyze_resource
from checker.enforce.found import Proof
from checker.trust import Scope, analyze
from tests.access import corpus
from tests.enforce import worlds
from tests.enforce.support import allowlist, holder, proven, snapshot, vendor
from tests.trust import test_golden as trust
from tests.trust.support import EKS, GITHUB, TODAY, oidc, policy, web

PATHED = "idp.variable.example.com/a/b"
"""An issuer whose name has a path, so that a document of ours spells it in two ways."""
PATTERN = "a${b}*"
EVERY = 3
"""Of so many documents one is asked about."""
Line = tuple[str, Callable[[], Any]]


def proof_of(issuer: str, folder: Path, *, every: bool) -> Proof:
    """Of roles that trust an issuer, which is vetted for what a pattern fits."""
    tried = [("any", None), ("like", "a*"), ("within", "a${b}*"), ("other", "b*")]
    roles = [
        holder(name, policy(web(oidc(issuer), sub and {"StringLike": {f"{issuer}:sub": sub}})))
        for name, sub in tried
    ]
    vetted = vendor("E", federation=[{"issuer": issuer, "claims": {"sub": [PATTERN]}}])
    return proven(allowlist(*worlds.VENDORS, vetted), snapshot(folder, roles), every=every)


def _proof(issuer: str, every: bool) -> Any:
    with TemporaryDirectory() as folder:
        return proof_of(issuer, Path(folder), every=every)


def _trust(document: Any, scope: Scope) -> Any:
    return analyze(document, scope)


def lines() -> Iterator[Line]:
    for issuer in (PATHED, EKS, GITHUB):
        for every in (False, True):
            yield f"proof {issuer} {every}", lambda i=issuer, e=every: _proof(i, e)
    for name, document, scope in trust.DOCUMENTS[::EVERY]:
        yield f"trust {name}", lambda d=document, s=scope: _trust(d, s)
    for part in corpus.PLAIN:
        for name, resource in [*part()][::EVERY]:
            yield (
                f"access {part.__name__} {name}",
                lambda r=resource: analyze_resource(r, corpus.BUCKETS, TODAY),
            )


def told(backwards: bool) -> list[str]:
    every = [*lines()]
    found = {
        name: json.dumps(msgspec.to_builtins(of())) for name, of in every[:: -1 if backwards else 1]
    }
    return [f"{name}: {found[name]}" for name, _ in every]


if __name__ == "__main__":
    sys.stdout.write("\n".join(told("backwards" in sys.argv)))
