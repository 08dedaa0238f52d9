"""The Principal as it is written: the answer where a search was given up."""

from __future__ import annotations

from collections.abc import Iterator

from checker.trust.budget import Budget
from checker.trust.callers.callers import Caller
from checker.trust.callers.federation import federated_callers
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.parse import ACTIONS, ASSUME, Policy, Statement
from checker.trust.document.principals import ROLES_ANYWHERE
from checker.trust.model import Kind, Principal
from checker.trust.search.hits import Hit


def as_written(allow: Statement, words: Vocabulary) -> Iterator[Hit]:
    """The Principal alone, where the search was given up: conditions and Denies don't count."""
    actions = [name for at, name in enumerate(ACTIONS) if allow.actions >> at & 1]
    for caller, mask in _literal_callers(allow, words):
        for name in actions:
            if mask >> ACTIONS.index(name) & 1:
                yield Hit(allow.index, name, caller, caller.grant)


def _literal_callers(allow: Statement, words: Vocabulary) -> Iterator[tuple[Caller, int]]:
    scope = words.scope
    if allow.who.star() and allow.actions & ASSUME:
        yield _bare(Principal(kind="anyone")), ASSUME
    for one in allow.who.elements:
        if one.account and not words.own(one.account, one.partition):
            kind: Kind = "principal" if one.form == "arn" else "account"
            shown = one.text if one.form == "arn" else None
            yield (
                _bare(
                    Principal(kind=kind, partition=one.partition, account=one.account, arn=shown)
                ),
                ASSUME,
            )
        elif one.form == "service":
            yield _bare(_service(one.text)), ASSUME
        elif one.form == "unresolved":
            yield _bare(Principal(kind="unresolved", id=one.text)), ASSUME
    bare = Statement(allow.index, True, allow.who, allow.actions)
    empty = Vocabulary(Policy((bare,), (), {}, ()), scope, Budget())
    yield from federated_callers(bare, empty)


def _service(name: str) -> Principal:
    if name == ROLES_ANYWHERE:
        return Principal(kind="federated", provider=name)
    return Principal(kind="service", service=name)


def _bare(principal: Principal) -> Caller:
    return Caller("aws", "", principal, {}, fresh=principal.kind == "anyone")
