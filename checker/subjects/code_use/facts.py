"""A use of code as policies see it: who publishes it, and what the allowlist says of that."""

from __future__ import annotations

from checker.facts.build import known_name, vetting_facts
from checker.facts.plain import Facts
from checker.publishers import Owners, Published, Publisher, main_name, names
from checker.snapshot.code_uses import CodeUse
from checker.vetting.entries import VettedScope
from checker.vetting.register import Register, Standing
from checker.vetting.scope import code_beyond_scope, is_code_within

UNTOLD = "code that could not be told"


def code_facts(use: CodeUse, published: Published) -> Facts:
    return {
        "kind": use.kind,
        "reference": use.reference,
        "name": main_name(use.kind, use.reference) if use.reference else UNTOLD,
        "digest": use.digest,
        "via": use.via,
        "mutable": published.mutable,
    }


def code_publisher(publisher: Publisher, standing: Standing, register: Register) -> Facts:
    here = publisher.id if not publisher.partition else None  # the catalogue is of this one's
    name, named_by = known_name(here, standing, register)
    if name is None and publisher.name is not None:
        name, named_by = publisher.name, "aws" if publisher.kind == "aws" else "registry"
    return {
        "kind": publisher.kind,
        "id": publisher.id,
        "name": name,
        "named_by": named_by,
        "account": publisher.account,
        "partition": publisher.partition or None,
    }


def code_vetting(
    use: CodeUse, published: Published, standing: Standing, register: Register, owners: Owners
) -> Facts:
    """The vetting of one use of code: with the vendor's scope held against it."""
    facts = vetting_facts(standing, register) | {"by": standing.by, "pinned": None}
    scope = register.scope(standing)
    if scope is None:
        return facts
    called = names(use.kind, use.reference, owners) if use.reference else ()
    beyond = code_beyond_scope(scope, names=called, account=use.account, mutable=published.mutable)
    return facts | {"pinned": scope.pinned, "out_of_scope": list(beyond)}


def within(scope: VettedScope, account: str, reference: str | None, published: Published) -> bool:
    """Whether a use lies within what was vetted, told from the reference as it is written. False:
    it may still, by another name of it."""
    if reference is None or reference.startswith("{"):  # which AWS describes
        return False
    return is_code_within(scope, reference, account, mutable=published.mutable)
