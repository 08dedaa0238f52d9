"""What the grants found so far cover, as rows that a further request must not fulfil."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import checker.trust.document.conditions as conditions
import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.callers.named_sources import Named
from checker.trust.callers.outsider import Outsider
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Condition
from checker.trust.document.operators import OPERATORS
from checker.trust.document.parse import ACTIONS, Statement
from checker.trust.document.principals import ROLES_ANYWHERE
from checker.trust.model import Principal
from checker.trust.proof.rows import Row, arn_fits, fits_one_of, is_one_of
from checker.trust.search.grants import Merged

WHOLE = Row(())
"""Covers every request."""


def rows(found: list[Merged], outsider: Outsider, allow: Statement, words: Vocabulary) -> list[Row]:
    """A row for each way in which grants cover requests of the outsider by a statement."""
    action = ACTIONS[outsider.action.bit_length() - 1]
    every: list[Row] = []
    arns: list[str] = []
    for one in found:
        if action not in one.actions:
            continue
        asked = _asked(one, allow, words)
        if one.principal.kind == "principal" and _same_account(one.principal, outsider):
            arn = one.principal.arn or ""
            arns += [arn] if asked == [()] else []
            every += [Row((fits_one_of(keys.ARN, (arn,)), *more)) for more in asked if more]
        else:
            plain = _rows(one.principal, outsider, allow, words)
            every += [Row((*row.conditions, *more)) for row in plain for more in asked]
    if outsider.caller.element in arns:
        return [WHOLE]
    if arns:
        every.append(Row((fits_one_of(keys.ARN, tuple(sorted(arns))),)))
    return every


def _asked(grant: Merged, allow: Statement, words: Vocabulary) -> list[tuple[Condition, ...]]:
    """What the grant says that each of its callers has to send, in each way in which one can: it
    doesn't cover who is let in without. What the statement itself asks for goes without saying."""
    external = grant.external_id and not asks(allow, {keys.EXTERNAL_ID})
    limited = grant.network_limited and not asks(allow, keys.NETWORK)
    ids = (_present(keys.EXTERNAL_ID),) if external else ()
    networks = sorted(keys.NETWORK & words.reads) if limited else []
    return [(*ids, _present(key)) for key in networks] or [ids]


def asks(allow: Statement, some: Iterable[str]) -> bool:
    """Whether no request without one of these keys fulfils the conditions."""
    return any(one.key in some and not one.absent for one in allow.conditions)


def _present(key: str) -> Condition:
    return conditions.condition(key, OPERATORS["null"], ("false",), allow=True)


def covered(some: list[Row]) -> bool:
    return any(not one.conditions for one in some)


def _same_account(principal: Principal, outsider: Outsider) -> bool:
    caller = outsider.caller
    return principal.account == caller.account and principal.partition == caller.partition


def _rows(
    principal: Principal, outsider: Outsider, allow: Statement, words: Vocabulary
) -> Iterator[Row]:
    family = outsider.caller.family
    if principal.kind == "anyone":
        yield from _anyone(principal, outsider)
    elif principal.kind == "account":
        if _same_account(principal, outsider):
            yield WHOLE
    elif principal.kind == "organization":
        if principal.organization == outsider.caller.membership.organization:
            yield WHOLE
    elif family == "aws" and principal.kind == "unresolved":
        yield from _unresolved(principal, outsider)
    elif family == "service" and principal.kind in ("service", "federated"):
        yield from _service(principal, outsider, allow, words)
    elif family == "federated":
        yield from _claims(principal, outsider, words)


def _anyone(principal: Principal, outsider: Outsider) -> Iterator[Row]:
    caller = outsider.caller
    if caller.family == "federated" or caller.account in principal.excepted:
        return
    if principal.pattern is None:
        yield WHOLE
    else:
        yield Row((fits_one_of(keys.ACCOUNT_KEY, (principal.pattern,)),))


def _unresolved(principal: Principal, outsider: Outsider) -> Iterator[Row]:
    if outsider.caller.element == principal.id:
        yield WHOLE
    elif principal.id and not outsider.known("aws:userid"):
        own = globs.literal(principal.id)
        yield Row((fits_one_of("aws:userid", (own, own + ":*")),))


def _service(
    principal: Principal, outsider: Outsider, allow: Statement, words: Vocabulary
) -> Iterator[Row]:
    name, source = principal.service, principal.source
    if principal.kind == "federated":  # the trust anchors of Roles Anywhere
        if outsider.caller.element == ROLES_ANYWHERE:
            whole = principal.provider == ROLES_ANYWHERE
            anchor = Row((fits_one_of("aws:sourcearn", (principal.provider or "",)),))
            yield from _with_claims(principal, WHOLE if whole else anchor, outsider, words)
        return
    named: tuple[Condition, ...] = ()
    if not globs.includes(name or "", outsider.caller.element):
        if outsider.caller.element != "*":
            return
        named = (fits_one_of("aws:principalservicename", (name or "",)),)
    if source is None:
        yield Row((*named, *_unnamed(Named.of(allow, words, alone=True))))
    elif source.startswith("o-"):
        yield Row((*named, is_one_of("aws:sourceorgid", (source,))))
    else:
        yield Row((*named, is_one_of("aws:sourceaccount", (source,))))
        yield Row((*named, arn_fits("aws:sourcearn", f"arn:*:*:*:{source}:*")))


def _unnamed(named: Named) -> Iterator[Condition]:
    """For nobody whom the statement names: who is named is told by name."""
    every = (
        ("stringnotequals", "aws:sourceaccount", _literal(named.accounts)),
        ("arnnotlike", "aws:sourcearn", [f"arn:*:*:*:{one}:*" for one in _literal(named.arns)]),
        ("stringnotequals", "aws:sourceorgid", _literal(named.organizations)),
    )
    for operator, key, texts in every:
        if texts:
            yield conditions.condition(key, OPERATORS[operator], tuple(texts), allow=True)


def _literal(names: set[str]) -> list[str]:
    return sorted(one for one in names if one and globs.is_literal(one))


def _claims(principal: Principal, outsider: Outsider, words: Vocabulary) -> Iterator[Row]:
    if principal.provider == outsider.caller.grant.provider:
        yield from _with_claims(principal, WHOLE, outsider, words)


def _with_claims(
    principal: Principal, row: Row, outsider: Outsider, words: Vocabulary
) -> Iterator[Row]:
    """A row for each spelling of the issuer's keys, some of which have a last slash: a grant names
    the claim alone, whichever its statement asks for."""
    issuer = outsider.caller.issuer or ""
    read = sorted(key for key in words.reads if keys.issuer(key) == issuer)
    heads = dict.fromkeys(key.rpartition(":")[0] for key in read)
    every: dict[tuple[Condition, ...], None] = {}
    for head in heads or (issuer,):
        found = list(row.conditions)
        for claim, patterns in sorted((principal.claims or {}).items()):
            key = _claim_key(claim.lower(), head, issuer, read)
            caseless = claim in principal.caseless
            found.append(fits_one_of(key, tuple(patterns), caseless=caseless))
        every[tuple(found)] = None
    yield from map(Row, every)


def _claim_key(claim: str, head: str, issuer: str, read: list[str]) -> str:
    """The condition key of a claim as grants name it: by this spelling, where it is read."""
    if claim.startswith(("sts:", "aws:")):
        return claim
    mine = f"{head}:{claim}"
    if mine in read:
        return mine
    named = (key for key in read if key.rpartition(":")[2] == claim)
    return next(named, f"{issuer}:{claim}")
