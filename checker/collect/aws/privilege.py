"""What a role may do: a grade (none, read, write, admin or unknown), and whether it reads data and
secrets.

The rule, in words, is docs/privilege.md. It grades by the verb of each action, without a table of
AWS's actions, which trails AWS: what is no verb of reading counts as writing, so a new verb is
graded too high, never too low. What the verbs don't tell stands in `privilege.json` (`means`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from checker.collect.aws.escalation import Via, is_admin, vias
from checker.collect.aws.means import means
from checker.collect.aws.statements import Access, Right, Unreadable, kept, meet, rights
from checker.snapshot.records import Privilege

GRADES: tuple[Privilege, ...] = ("none", "read", "write", "admin")
NONE, READ, WRITE, ADMIN = range(4)


@dataclass(frozen=True)
class Judged:
    """`reads_data`, `reads_secrets`: None where a document could not be seen or read. `vias`: the
    roles that it can act as, which make it an administrator if one of them is."""

    privilege: Privilege
    reads_data: bool | None = None
    reads_secrets: bool | None = None
    vias: tuple[Via, ...] = ()


class By(NamedTuple):
    """A grade, and whether data and secrets are read; None where nobody knows."""

    grade: int | None
    data: bool | None
    secrets: bool | None


class Limit(NamedTuple):
    """The most that a boundary lets through, and the rights of which each action needs one."""

    most: By
    rights: list[list[Right]]


# AWS maintains these, and says in their names what they are for: no more than that; with what
# their documents read, for where these are not known.
BY_NAME: Mapping[str, By] = {
    "AdministratorAccess": By(ADMIN, True, True),
    "IAMFullAccess": By(ADMIN, False, False),
    "PowerUserAccess": By(ADMIN, True, True),
    "ReadOnlyAccess": By(READ, True, True),
    "SecurityAudit": By(READ, True, False),
    "job-function/ViewOnlyAccess": By(READ, True, False),
}
_READS = (
    "get", "list", "describe", "view", "search", "lookup", "query", "scan", "select", "filter",
    "estimate", "simulate", "preview", "validate", "detect", "count", "batchget", "batchdescribe",
    "batchlist", "batchcheck", "batchdetect", "partiqlselect", "read",
)  # fmt: skip


def grade(
    attached: Mapping[str, Any], inline: Iterable[Any], boundary: tuple[str, Any] | None
) -> Privilege:
    """`attached`: documents by ARN, None where the document is not known; so is the boundary's."""
    return judge(attached, inline, boundary).privilege


def judge(
    attached: Mapping[str, Any],
    inline: Iterable[Any],
    boundary: tuple[str, Any] | None,
    account: str | None = None,
) -> Judged:
    """The same of all facts. `account`: the role's own."""
    named = {arn: by for arn, text in attached.items() if (by := _by_name(arn, text)) is not None}
    unnamed = [text for arn, text in attached.items() if arn not in named]
    documents = [*(text for text in unnamed if text is not None), *inline]
    try:
        limit = _limit(boundary, account)
        tame = [(by, attached[arn]) for arn, by in named.items() if attached[arn] is not None]
        every = [*documents, *(text for _, text in tame)]
        caps = [*limit.rights, *kept(every)]
        access = Access(rights(documents, every), caps)
        seen = [_of(access, account)]
        seen += [_at_most(by, Access(rights([text], every), caps), account) for by, text in tame]
    except Unreadable:
        return Judged("unknown")
    seen += [by for arn, by in named.items() if attached[arn] is None]
    return _judged(seen, limit, None in unnamed, tuple(vias(access)))


def _judged(seen: list[By], limit: Limit, missing: bool, over: tuple[Via, ...]) -> Judged:
    """`missing`: a document of those that allow something."""
    most = ADMIN if limit.most.grade is None else limit.most.grade
    known = min(max(by.grade or NONE for by in seen), most)
    unsure = (missing and known < most) or (known and limit.most.grade is None)
    return Judged(
        "unknown" if unsure else GRADES[known],
        _within(any(by.data for by in seen), missing, limit.most.data),
        _within(any(by.secrets for by in seen), missing, limit.most.secrets),
        over if most == ADMIN else (),
    )


def _within(seen: bool, missing: bool, most: bool | None) -> bool | None:
    if most is False or not (seen or missing):
        return False
    return True if seen and most else None


def _limit(boundary: tuple[str, Any] | None, account: str | None) -> Limit:
    if boundary is None:
        return Limit(By(ADMIN, True, True), [])
    named = _by_name(*boundary)
    if named is not None:
        return Limit(named, [])
    if boundary[1] is None:
        return Limit(By(None, None, None), [])
    found = list(rights([boundary[1]]))
    return Limit(_of(Access(found), account), [found])


def _by_name(arn: str, document: Any) -> By | None:
    """An administrator's policy goes by its document, as a Deny may take from it."""
    account, _, name = arn.rpartition(":policy/")
    named = BY_NAME.get(name) if account.endswith(":iam::aws") else None
    return None if named and named.grade == ADMIN and document is not None else named


def _at_most(by: By, access: Access, account: str | None) -> By:
    """What a policy's document allows where something is denied, by its name no more than that."""
    found = _of(access, account)
    return found._replace(grade=min(found.grade or NONE, by.grade or NONE))


def _of(access: Access, account: str | None) -> By:
    table = means()
    return By(
        ADMIN if is_admin(access, account) else _reads_or_writes(access),
        access.any_of(table.reading_data),
        access.any_of(table.reading_secrets),
    )


def _reads_or_writes(access: Access) -> int:
    """The higher, of the rights that have their counterpart in each of the caps."""
    grades = (
        min([_grade(one), *(_capped(one, cap) for cap in access.caps)]) for one in access.granted
    )
    return max(grades, default=NONE)


def _capped(one: Right, cap: list[Right]) -> int:
    return max((_grade(other) for other in cap if meet(one, other)), default=NONE)


@lru_cache(maxsize=1 << 16)
def _grade(right: Right) -> int:
    """By the verb; but what hands out credentials writes, and some verbs of writing read."""
    service, _, verb = right.pattern.partition(":")
    if right.pattern in means().known_reads:
        return READ
    if not verb.startswith(_READS):
        return WRITE
    return WRITE if any(map(right.reaches, means().no_reads_of(service))) else READ
