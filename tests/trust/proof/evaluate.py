"""Does a policy allow one request? Plain, one rule after the other, as AWS documents it.

| operator | key absent |
|---|---|
| positive | false |
| negated, ...IfExists | true |
| Null "true" / "false" | true / false |
| ForAllValues | true |
| ForAnyValue | false, even with IfExists |

Values of one condition are OR-ed (negated: NOR), conditions AND-ed, and any Deny wins. Where AWS's
documents leave a choice, an Allow takes the wider side and a Deny the narrower one:
- `ForAllValues:StringNotLike` on an absent key: true in an Allow, false in a Deny;
- a key with many values without a set operator: any of them in an Allow, nothing in a Deny;
- `{"AWS": "*"}` in an Allow is everybody, in a Deny only the principals of accounts;
- Deny with NotPrincipal spares all principals of an account that it names in part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.trust.proof.read import UNIQUE, Condition, Principals, Statement, Variable
from tests.trust.proof.values import COMPARE, components, dates, in_network, literal, pattern
from tests.trust.proof.world import AWS, SERVICE, key_of, unknown


@dataclass(frozen=True)
class Request:
    """`principal`: as a policy would name the caller. `context`: by lower-case key."""

    caller: str
    principal: str
    action: str
    context: Mapping[str, tuple[str, ...]]

    def one(self, key: str) -> str:
        return (self.context.get(key) or ("",))[0]


def allowed(statements: list[Statement], request: Request) -> bool:
    hits = [s for s in statements if matches(s, request)]
    return any(s.allow for s in hits) and all(s.allow for s in hits)


def matches(statement: Statement, request: Request) -> bool:
    return (
        statement.on(request.action)
        and names(statement.principals, request, statement.allow)
        and all(holds(c, request, statement.allow) for c in statement.conditions)
    )


def names(principals: Principals, request: Request, allow: bool) -> bool:
    if principals.negated:
        # an Allow with NotPrincipal is forbidden in trust policies: it may let in anybody
        return allow or not (principals.everyone or _spared(principals, request))
    if principals.everyone and (allow or principals.bare_star or request.caller == AWS):
        return True
    if request.caller == SERVICE:
        return request.principal in principals.service
    if request.caller == AWS:
        return any(is_named(p, request) for p in principals.aws)
    return request.principal in principals.federated


def _spared(principals: Principals, request: Request) -> bool:
    if request.caller == AWS:
        return any(account_in(p) == request.one("aws:principalaccount") for p in principals.aws)
    return request.principal in principals.service + principals.federated


def account_in(principal: str) -> str:
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 else principal


def is_named(principal: str, request: Request) -> bool:
    """The account (bare or `:root`), the role or user, the session, or a deleted one's id."""
    if re.fullmatch(UNIQUE, principal):
        return request.one("aws:userid").split(":")[0] == principal
    arn = request.one("aws:principalarn")
    if principal.endswith(":root"):
        return arn.split(":")[1] + account_in(principal) == (
            principal.split(":")[1] + request.one("aws:principalaccount")
        )
    account = request.one("aws:principalaccount")
    return principal in (account, arn, request.principal)


def holds(condition: Condition, request: Request, allow: bool) -> bool:
    values = request.context.get(condition.key, ())
    if condition.family == "null":
        return any((v.lower() == "true") is not bool(values) for v in condition.values)
    fits = [_fits(condition, v, request, allow) is not condition.negated for v in values]
    if condition.over == "any":
        return any(fits)
    if condition.over == "all":
        doubtful = condition.family == "like" and condition.negated and not allow
        return all(fits) and not (doubtful and not fits)
    if not fits:
        return condition.negated or condition.if_exists
    if not key_of(condition.key).many:
        return fits[0]
    if allow:
        return any(fits)
    return unknown(condition.key) and all(fits)


def _fits(condition: Condition, value: str, request: Request, allow: bool) -> bool:
    return any(_one(condition, v, value, request, allow) for v in condition.values)


def _one(condition: Condition, wanted: str, value: str, request: Request, allow: bool) -> bool:
    family, _, compare = condition.family.partition(" ")
    if family == "number":
        return COMPARE[compare](float(value), float(wanted))
    if family == "date":
        now = dates(value)[0]
        wide = any if allow is not condition.negated else all
        return wide(COMPARE[compare](now, then) for then in dates(wanted))
    if family == "ip":
        return in_network(value, wanted)
    if family == "bool":
        return value.lower() == wanted.lower()
    return _text(condition, family, wanted, value, request)


def _text(c: Condition, family: str, wanted: str, value: str, request: Request) -> bool:
    def resolve(variable: Variable) -> str | None:
        found = request.context.get(variable.key, ())
        return found[0] if len(found) == 1 else variable.default

    tokens = c.tokens(wanted)
    if family == "arn":
        parts, given = components(tokens), value.split(":", 5)
        return len(parts) == len(given) == 6 and all(
            (p := pattern(part, resolve)) is not None and re.fullmatch(p, text, re.DOTALL)
            for part, text in zip(parts, given, strict=True)
        )
    found = pattern(tokens if family == "like" else literal(tokens), resolve)
    flags = re.IGNORECASE | re.ASCII if family == "caseless" else 0
    return found is not None and bool(re.fullmatch(found, value, flags | re.DOTALL))
