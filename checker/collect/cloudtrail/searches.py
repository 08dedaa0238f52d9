"""What each question needs of a log: the bytes to look for, and the events to keep.

Module-level functions and values, as worker processes are sent them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from checker.collect.cloudtrail.event import SALT, Event
from checker.collect.cloudtrail.scan import Search
from checker.usage.codes import THROTTLED

_ASSUMPTION = b'"AssumeRole'
_OWN_TYPES = ("AWSService", "IAMUser", "Root")
_ERROR = b'"errorCode"'  # one needle for the dozen of codes that mean throttling


def of_role(role: str) -> Search:
    """Calls through a role, and the assumptions of it."""
    return Search((_value(role),), partial(_through, role), parameters=True, salt=SALT)


def of_names(sources: Iterable[str], names: Iterable[str]) -> Search:
    """Calls of these names, and all assumptions, as a session may have made them."""
    given = tuple(sorted(set(names)))
    needles = tuple(b'"' + name.encode() for name in given)
    wanted = partial(_named, frozenset(sources), given)
    return Search((_ASSUMPTION, *needles), wanted, parameters=True, salt=SALT)


def of_assumptions() -> Search:
    return Search((_ASSUMPTION,), _assumption, parameters=False, salt=SALT)


def of_use(roles: frozenset[str]) -> Search:
    """Use of roles, what outsiders did without one, and who came in where."""
    needles = (_ASSUMPTION, b'"AWSAccount"', b"invokedByDelegate", _ERROR, *map(_value, roles))
    return Search(tuple(sorted(needles)), partial(_used, roles), parameters=False, salt=SALT)


def of_chained(roles: frozenset[str]) -> Search:
    """Calls through roles of which it turned out later that outsiders reach them."""
    needles = tuple(sorted(map(_value, roles)))
    return Search(needles, partial(_within, roles), parameters=False, salt=SALT)


def of_everything() -> Search:
    return Search(None, _all, parameters=True, salt=SALT)


def _value(role: str) -> bytes:
    """As a whole value: no other role's name begins or ends so."""
    return b'"' + role.encode() + b'"'


def _through(role: str, event: Event) -> bool:
    return event.role == role or event.is_assumption


def _named(sources: frozenset[str], names: tuple[str, ...], event: Event) -> bool:
    source = not sources or event.event_source in sources
    named = source and event.event_name.startswith(names)
    return named or event.is_assumption


def _assumption(event: Event) -> bool:
    return event.is_assumption


def _all(_event: Event) -> bool:
    return True


def _within(roles: frozenset[str], event: Event) -> bool:
    return event.role in roles


def _used(roles: frozenset[str], event: Event) -> bool:
    who = event.user_identity
    kind = who.type if who else None
    if event.role in roles or kind == "AWSAccount" or (who and who.invoked_by_delegate):
        return True
    if event.is_assumption:
        return kind not in _OWN_TYPES or event.target in roles
    return event.error_code in THROTTLED
