"""A policy's statements and reported grants as constraints on one request's unknowns.

The same rules as `evaluate` and `covers`, which see them in words; each model is replayed there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from functools import partial
from ipaddress import ip_network
from typing import Any

import z3

from checker.trust import Grant
from tests.trust.proof.callers import Account, Bearer, Caller, Service, among, text
from tests.trust.proof.covers import Judge, claim_key, source_of
from tests.trust.proof.match import arn as arn_fits
from tests.trust.proof.match import matching
from tests.trust.proof.read import Condition, Statement, UnsupportedError, like, tokens
from tests.trust.proof.rex import matches
from tests.trust.proof.symbols import MAPPED, NO, YES, Symbol
from tests.trust.proof.values import COMPARE, dates, literal
from tests.trust.proof.world import OIDC, ROLES_ANYWHERE, canonical, key_of, unknown


def lengths(statements: Iterable[Statement]) -> Counter[str]:
    """How many values of each list suffice: one for each condition that asks for one that fits.

    Of any longer list that is let in, those alone are let in too: the other conditions ask
    something of all values, and hold for fewer. A key that nobody knows is taken for a list only
    where a set operator does so.
    """
    conditions = [(s.allow, c) for s in statements for c in s.conditions]
    lists = {c.key for _, c in conditions if c.over or not unknown(c.key)}
    found = Counter(c.key for allow, c in conditions if allow is not (c.over == "all"))
    return Counter({k: max(1, count) if k in lists else 1 for k, count in found.items()})


def allowed(
    statements: list[Statement], caller: Caller, without: Container[int] = ()
) -> z3.BoolRef:
    """`without`: Allows that are left out, by index."""
    live = [s for s in statements if s.on(caller.action) and s.index not in without]
    hits = [(s.allow, hit(s, caller)) for s in live]
    return z3.And(
        z3.Or([h for allow, h in hits if allow]), *(z3.Not(h) for allow, h in hits if not allow)
    )


def hit(statement: Statement, caller: Caller) -> z3.BoolRef:
    who = z3.simplify(caller.names(statement.principals, statement.allow))
    if z3.is_false(who):
        return NO
    return z3.And(who, *(holds(c, caller, statement.allow) for c in statement.conditions))


def holds(condition: Condition, caller: Caller, allow: bool) -> z3.BoolRef:
    symbol = caller.symbol(condition.key)
    if condition.family == "null":
        return z3.Or([symbol.present != z3.BoolVal(v.lower() == "true") for v in condition.values])
    fits = [
        (there, fit(condition, symbol, i, caller, allow))
        for i, (there, _) in enumerate(symbol.items)
    ]
    any_fits = z3.Or([z3.And(there, f) for there, f in fits])
    all_fit = z3.And([z3.Implies(there, f) for there, f in fits])
    if condition.over == "any":
        return any_fits
    if condition.over == "all":
        doubtful = condition.family == "like" and condition.negated and not allow
        return z3.And(all_fit, symbol.present) if doubtful else all_fit
    present = any_fits if allow else all_fit
    if key_of(condition.key).many and not allow and not unknown(condition.key):
        present = NO
    if condition.negated or condition.if_exists:
        return z3.Or(z3.Not(symbol.present), present)
    return z3.And(symbol.present, present)


def fit(condition: Condition, symbol: Symbol, i: int, caller: Caller, allow: bool) -> z3.BoolRef:
    one = z3.Or([_one(condition, v, symbol, i, caller, allow) for v in condition.values])
    return z3.Not(one) if condition.negated else one


def _one(
    c: Condition, wanted: str, symbol: Symbol, i: int, caller: Caller, allow: bool
) -> z3.BoolRef:
    family, _, compare = c.family.partition(" ")
    value = symbol.items[i][1]
    if family == "number" and symbol.kind in ("number", "date"):
        return COMPARE[compare](z3.ToReal(value), z3.RealVal(wanted))
    if family == "date" and symbol.kind == "date":
        wide = z3.Or if allow is not c.negated else z3.And
        return wide([COMPARE[compare](value, then) for then in dates(wanted)])
    if family == "ip" and symbol.kind == "ip":
        return _network(value, wanted)
    if symbol.kind not in ("text", "bool") or family in ("number", "date", "ip"):
        raise UnsupportedError(f"{c.family} on {c.key}")
    if family == "bool":
        return _bool(value, wanted, symbol.kind)
    if family == "arn":
        return arn_fits(c.tokens(wanted), symbol, i, caller)
    parts = c.tokens(wanted)
    return matching(
        parts if family == "like" else literal(parts), value, caller, family == "caseless"
    )


def _bool(value: Any, wanted: str, kind: str) -> z3.BoolRef:
    if kind == "bool":
        return value == text(wanted.lower())
    return matches(value, like(wanted), caseless=True)


def _network(value: z3.BitVecRef, wanted: str) -> z3.BoolRef:
    network = ip_network(wanted, strict=False)
    first = int(network.network_address)
    host = network.max_prefixlen - network.prefixlen
    first |= MAPPED if network.version == 4 else 0
    return z3.LShR(value, host) == first >> host if host < 128 else z3.LShR(value, 125) == 1


def glob(pattern: str, value: z3.SeqRef, caller: Caller) -> z3.BoolRef:
    return matching(tokens(pattern, False), value, caller)


def covers(grant: Grant, caller: Caller, judge: Judge) -> z3.BoolRef:
    if caller.action not in grant.actions:
        return NO
    who = {Account: partial(_account, grant), Service: partial(_service, grant, judge=judge)}
    return who.get(type(caller), partial(_federated, grant, judge=judge))(caller)


def _account(grant: Grant, caller: Account) -> z3.BoolRef:
    p = grant.principal
    if p.kind == "anyone":
        fits = YES if p.pattern is None else matches(caller.account, like(p.pattern))
        return z3.And(fits, z3.Not(among(caller.account, p.excepted)))
    if p.kind == "organization":
        return caller.member("aws:principal", [p.organization or ""])
    if p.kind == "unresolved":
        return z3.Or(
            caller.userid == text(p.id or ""), z3.PrefixOf(text(f"{p.id}:"), caller.userid)
        )
    if p.kind not in ("account", "principal") or p.partition != caller.partition:
        return NO
    here = caller.account == text(p.account or "")
    if p.kind == "account":
        return here
    if caller.form == "AssumedRole" and ":assumed-role/" in (p.arn or ""):
        return z3.And(here, glob(p.arn or "", caller.session_arn(), caller))
    return z3.And(here, glob(p.arn or "", caller.arn, caller))


def _service(grant: Grant, caller: Service, judge: Judge) -> z3.BoolRef:
    p = grant.principal
    if p.kind == "anyone":
        account = caller.symbol("aws:principalaccount").items[0][1]
        return YES if p.pattern is None else matches(account, like(p.pattern))
    if p.kind == "federated" and caller.anywhere:
        return _anchor(grant, caller)
    if p.kind != "service":
        return NO
    named = YES if p.service == "*" else glob(p.service or "", caller.name, caller)
    if judge.by_source and "aws:sourcearn" in caller.mentioned:
        arn = caller.symbol("aws:sourcearn")
        same = arn.parts[2] == text(source_of(p.service or ""))
        named = z3.Or(named, z3.And(arn.present, same))
    if p.source in (
        None,
        "*",
    ):  # of outsiders alone: that it acts for nobody, the sampling oracle tells
        return named
    return z3.And(named, caller.acts_for({p.source}, {p.source}))


def _anchor(grant: Grant, caller: Service) -> z3.BoolRef:
    """Roles Anywhere is told as federated: the provider is the trust anchor in aws:SourceArn."""
    arn = caller.symbol("aws:sourcearn")
    named = z3.And(arn.present, glob(grant.principal.provider or "", arn.items[0][1], caller))
    anyone = z3.BoolVal(grant.principal.provider == ROLES_ANYWHERE)
    claims = (grant.principal.claims or {}).items()
    return z3.And(
        z3.Or(anyone, named), *(_one_of(caller.symbol(canonical(n)), p, False) for n, p in claims)
    )


def _federated(grant: Grant, caller: Bearer, judge: Judge) -> z3.BoolRef:
    p = grant.principal
    if p.kind != "federated":
        return NO
    if caller.provider is None:
        names = [caller.where, *([caller.name] if caller.caller == OIDC else [])]
        named = z3.Or([glob(p.provider or "", name, caller) for name in names])
    else:
        named = z3.BoolVal(judge.is_provider(p.provider or "", caller.provider))
    claims = [_claim(grant, caller, name, patterns) for name, patterns in (p.claims or {}).items()]
    return z3.And(named, *claims)


def _claim(grant: Grant, caller: Bearer, name: str, patterns: tuple[str, ...]) -> z3.BoolRef:
    key = claim_key(caller.caller, caller.provider or "", name)
    return _one_of(caller.symbol(key), patterns, name in grant.principal.caseless)


def _one_of(symbol: Symbol, patterns: tuple[str, ...], caseless: bool) -> z3.BoolRef:
    return z3.Or(
        [
            z3.And(there, matches(value, like(p), caseless))
            for there, value in symbol.items
            for p in patterns
        ]
    )
