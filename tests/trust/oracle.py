"""One concrete request against one policy document: too slow for use, too simple to be wrong.

Written from sections 1 to 3, and "Settled here" of section 9, of the trust semantics; it shares no
line with `checker.trust`. A request is anything that has `principal`, `action` and `context`: a
`Request`, or the witness of a grant.

Where AWS's documents are ambiguous, a statement's match is whatever lets the caller in: an Allow
matches, a Deny does not (`doubt=True`). That one reading serves both comparisons: whoever it allows
must be covered by a grant, and a witness must be allowed by it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

ANY, ONE = object(), object()  # the wildcards `*` and `?`, as tokens of a pattern

NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}
PATTERNS = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")
MULTIVALUED = re.compile(
    r"aws:(principalorgpaths|sourceorgpaths|vpceorgpaths|resourceorgpaths|tagkeys|calledvia"
    r"|principalservicenameslist)|.*:amr"
)


@dataclass(frozen=True)
class Request:
    """One call of STS: `principal` is an ARN, a service's name or an identity provider."""

    principal: str
    action: str
    context: Mapping[str, str | list[str]]


def allows(document: Mapping[str, Any], request: Any, *, doubt: bool = True) -> bool:
    """Whether some Allow matches and no Deny does."""
    policy = _Policy(request, variables=document.get("Version") == "2012-10-17")
    statements = as_list(document.get("Statement"))
    allowed = any(policy.matches(s, doubt) for s in statements if s.get("Effect") == "Allow")
    denied = any(policy.matches(s, not doubt) for s in statements if s.get("Effect") == "Deny")
    return allowed and not denied


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Policy:
    """One request, asked statement by statement. `amb` is the answer to what AWS leaves open."""

    def __init__(self, request: Any, *, variables: bool) -> None:
        self.principal: str = request.principal
        self.action: str = request.action
        self.variables = variables
        self.context = {k.lower(): as_list(v) for k, v in request.context.items()}
        self.federated = request.action.lower().startswith("sts:assumerolewith")
        self.signed = not self.federated and request.principal.startswith("arn:")

    def matches(self, statement: Mapping[str, Any], amb: bool) -> bool:
        return (
            self.principal_matches(statement, amb)
            and self.action_matches(statement)
            and self.conditions_hold(statement.get("Condition") or {}, amb)
        )

    # --- who -------------------------------------------------------------------------------------

    def principal_matches(self, statement: Mapping[str, Any], amb: bool) -> bool:
        if "NotPrincipal" not in statement:
            return any(self.is_entry(k, e, amb) for k, e in entries(statement.get("Principal")))
        if statement["Effect"] == "Allow":
            return amb
        listed = entries(statement["NotPrincipal"])
        if any(self.is_entry(kind, entry, True) for kind, entry in listed):
            return False
        neighbours = {account_of(str(entry)) for _, entry in listed}
        return amb or account_of(self.principal) not in neighbours

    def is_entry(self, kind: str, entry: Any, amb: bool) -> bool:
        if kind == "everybody":
            return True
        if kind == "AWS" and entry == "*":
            return self.signed or amb  # whether it means services and federated callers is open
        if kind == "Federated":
            return self.federated and entry in (self.principal, "*")
        if kind == "Service":
            mine = not self.federated and not self.signed
            return mine and (entry == self.principal or (entry == "*" and amb))
        return kind == "AWS" and self.signed and self.is_identity(str(entry), amb)

    def is_identity(self, entry: str, amb: bool) -> bool:
        account = account_of(entry)
        if re.fullmatch(r"\d{12}", entry) or entry.endswith(":root"):
            return account == account_of(self.principal) or ("*" in entry and amb)
        if "*" in entry or "?" in entry:  # no partial wildcards: at most the account is meant
            return amb and account in (account_of(self.principal), ("aws", "*"))
        userid = self.context.get("aws:userid", [""])[0].partition(":")[0]
        return entry in {self.principal, userid, *self.context.get("aws:principalarn", [])} or (
            entry == role_of(self.principal) and "aws:principalarn" not in self.context
        )

    def action_matches(self, statement: Mapping[str, Any]) -> bool:
        wanted = as_list(statement.get("Action", statement.get("NotAction")))
        hit = any(is_action(text(a).lower(), self.action.lower()) for a in wanted)
        return hit if "Action" in statement else not hit

    # --- under which conditions ------------------------------------------------------------------

    def conditions_hold(self, block: Mapping[str, Any], amb: bool) -> bool:
        answers, spellings = defaultdict(list), defaultdict(set)
        twice = Counter(operator.lower() for operator in block)
        for operator, keys in block.items():
            for key, wanted in keys.items():
                spelled = operator if twice[operator.lower()] > 1 else ""
                spellings[key.lower()].add((key, spelled))
                holds = self.condition_holds(operator.lower(), key.lower(), as_list(wanted), amb)
                answers[key.lower()].append(holds)
        return all(
            any(found) if amb and len(spellings[key]) > 1 else all(found)
            for key, found in answers.items()
        )

    def condition_holds(self, operator: str, key: str, wanted: list[Any], amb: bool) -> bool:
        quantifier, _, name = operator.rpartition(":")
        if_exists, name = name.endswith("ifexists"), name.removesuffix("ifexists")
        values = self.context.get(key, [])
        if name == "null":
            return any((text(w).lower() == "true") == (not values) for w in wanted)
        if NEGATED.get(name, name) not in (*OPERATORS, *PATTERNS):
            return amb
        if not values:
            return self.absent(quantifier, name, if_exists, amb)
        if not quantifier and MULTIVALUED.fullmatch(key) and not amb:
            return False
        found = [self.value_fits(name, value, wanted, amb) for value in values]
        # of a key that nobody knows, a plain operator may mean one value of a list or all
        every = quantifier == "forallvalues" or (not quantifier and not amb)
        return all(found) if every else any(found)

    def absent(self, quantifier: str, name: str, if_exists: bool, amb: bool) -> bool:
        if quantifier == "forallvalues":
            return amb if name == "stringnotlike" else True
        return quantifier != "foranyvalue" and (if_exists or name in NEGATED)

    def value_fits(self, name: str, value: str, wanted: list[Any], amb: bool) -> bool:
        negated = name in NEGATED
        name = NEGATED.get(name, name)
        return negated != any(self.fits(name, value, text(w), amb != negated) for w in wanted)

    def fits(self, name: str, value: str, wanted: str, amb: bool) -> bool:
        if name.startswith("date") and re.fullmatch(r"[1-9]\d{3}", wanted):  # a year, or a second
            both = [OPERATORS[name](value, one) for one in (f"{wanted}-01-01", wanted)]
            return any(both) if amb else all(both)
        if name in OPERATORS:
            try:
                return OPERATORS[name](value, wanted)
            except ValueError:
                return False
        pattern = self.resolve(wanted, wild=name in ("stringlike", "arnequals", "arnlike"))
        if pattern is None:
            return False
        if name == "stringequalsignorecase":
            return [str(c).lower() for c in pattern] == list(value.lower())
        return arn_like(pattern, value, amb) if name.startswith("arn") else like(pattern, value)

    def resolve(self, wanted: str, *, wild: bool) -> list[Any] | None:
        """The pattern's tokens, variables filled in literally; None where one has no value."""
        if not self.variables:
            return glob(wanted) if wild else list(wanted)
        tokens: list[Any] = []
        for variable, rest in re.findall(r"\$\{([^}]*)\}|(.)", wanted, re.DOTALL):
            if not variable:
                tokens += glob(rest) if wild else rest
            elif variable in ("*", "?", "$"):
                tokens += variable
            else:
                key, comma, default = variable.partition(",")
                values = self.context.get(key.strip().lower(), [])
                if len(values) != 1 and (values or not comma):
                    return None
                tokens += values[0] if values else default.strip().strip("'")
        return tokens


# --- values --------------------------------------------------------------------------------------


def entries(principal: Any) -> list[tuple[str, Any]]:
    if principal == "*":
        return [("everybody", "*")]
    return [(kind, entry) for kind, some in (principal or {}).items() for entry in as_list(some)]


def account_of(principal: str) -> tuple[str, str]:
    """(partition, account); a bare account id is one of the partition `aws`."""
    parts = principal.split(":")
    return (parts[1], parts[4]) if len(parts) > 5 else ("aws", principal)


def role_of(principal: str) -> str:
    """The role of an assumed-role session, as far as the session's ARN tells."""
    match = re.fullmatch(r"arn:([^:]+):sts::([^:]+):assumed-role/([^/]+)/.*", principal)
    return "arn:{}:iam::{}:role/{}".format(*match.groups()) if match else principal


def glob(pattern: str) -> list[Any]:
    return [{"*": ANY, "?": ONE}.get(c, c) for c in pattern]


def like(pattern: list[Any], value: str) -> bool:
    """Walk the pattern, holding every place of the value that it can have reached."""
    places = {0}
    for token in pattern:
        if token is ANY:
            places = set(range(min(places, default=len(value) + 1), len(value) + 1))
        else:
            places = {i + 1 for i in places if i < len(value) and token in (ONE, value[i])}
            if not places:
                return False
    return len(value) in places


@cache
def is_action(pattern: str, action: str) -> bool:
    """Few of each, asked of hundreds of thousands of requests."""
    return like(glob(pattern), action)


def arn_like(pattern: list[Any], value: str, amb: bool) -> bool:
    parts: list[list[Any]] = [[]]
    for token in pattern:
        if token == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(token)
    values = value.split(":", 5)
    if len(parts) < 6:
        return amb
    return len(values) == 6 and all(like(p, v) for p, v in zip(parts, values, strict=True))


def moment(value: str) -> float:
    if re.fullmatch(r"\d+", value):
        return float(value)
    when = datetime.fromisoformat(f"{value}-01" if len(value) == 7 else value)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


OPERATORS = {
    "bool": lambda v, w: v.lower() == w.lower(),
    "binaryequals": lambda v, w: v == w,
    "ipaddress": lambda v, w: ip_address(v) in ip_network(w, strict=False),
    "numericequals": lambda v, w: float(v) == float(w),
    "numericlessthan": lambda v, w: float(v) < float(w),
    "numericlessthanequals": lambda v, w: float(v) <= float(w),
    "numericgreaterthan": lambda v, w: float(v) > float(w),
    "numericgreaterthanequals": lambda v, w: float(v) >= float(w),
    "dateequals": lambda v, w: moment(v) == moment(w),
    "datelessthan": lambda v, w: moment(v) < moment(w),
    "datelessthanequals": lambda v, w: moment(v) <= moment(w),
    "dategreaterthan": lambda v, w: moment(v) > moment(w),
    "dategreaterthanequals": lambda v, w: moment(v) >= moment(w),
}
