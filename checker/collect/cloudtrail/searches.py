"""What each question needs of a log: the events to keep.

Module-level functions and values, as worker processes are sent them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from checker.collect.cloudtrail.event import SALT, Event
from checker.collect.cloudtrail.scan import Search
from checker.usage.codes import THROTTLED
from checker.usage.sql import ASSUMPTIONS

_THROTTLED = frozenset(THROTTLED)
_ENTRIES = frozenset({*ASSUMPTIONS, "SwitchRole"})
_ASSUMING = ("AssumeRole", "SwitchRole")
_CODES = sorted({code.rpartition(".")[2] for code in THROTTLED})
_ELSE = ('AWSAccount"', '"invokedByDelegate', *(f'{code}"' for code in _CODES))
"""What else use by outsiders has in its text."""
_PLAIN = re.compile(r'[\w+=,.@-]+"?', re.ASCII)  # JSON has but one way to write it, or escapes it


def of_role(role: str) -> Search:
    """Calls through a role, and the assumptions of it."""
    return Search(
        partial(_through, role), parameters=True, salt=SALT, words=_words(_endings([role]))
    )


def of_names(sources: Iterable[str], names: Iterable[str]) -> Search:
    """Calls of these names, and all assumptions, as a session may have made them."""
    given = tuple(sorted(set(names)))
    words = _words(_ASSUMING, given)
    wanted = partial(_named, frozenset(sources), given)
    return Search(wanted, parameters=True, salt=SALT, words=words)


def of_assumptions() -> Search:
    return Search(_assumption, parameters=False, salt=SALT, words=_words(_ASSUMING))


def of_use(roles: frozenset[str]) -> Search:
    """Use of roles, what outsiders did without one, and who came in where."""
    words = _words(_ASSUMING, _ELSE, _endings(roles))
    return Search(partial(_used, roles), parameters=False, salt=SALT, words=words, again=True)


def of_chained(roles: frozenset[str]) -> Search:
    """Calls through roles of which it turned out later that outsiders reach them, and by whom
    they were assumed."""
    return Search(
        partial(_within, roles), parameters=False, salt=SALT, words=_words(_endings(roles))
    )


def of_everything() -> Search:
    return Search(_all, parameters=True, salt=SALT)


def _words(*lists: Iterable[str]) -> tuple[bytes, ...] | None:
    """None where one might be written in more than one way."""
    words = sorted({word for words in lists for word in words})
    plain = all(_PLAIN.fullmatch(word.removeprefix('"')) for word in words)
    return tuple(word.encode() for word in words) if plain else None


def _endings(roles: Iterable[str]) -> Iterator[str]:
    """How the ARNs of roles end in JSON: with their names, which many accounts have alike."""
    return (f'{role.rpartition("/")[2]}"' for role in roles)


def _through(role: str, event: Event) -> bool:
    return event.role == role or (event.is_assumption and event.target == role)


def _named(sources: frozenset[str], names: tuple[str, ...], event: Event) -> bool:
    source = not sources or event.event_source in sources
    named = source and event.event_name.startswith(names)
    return named or event.is_assumption


def _assumption(event: Event) -> bool:
    return event.is_assumption


def _all(_event: Event) -> bool:
    return True


def _within(roles: frozenset[str], event: Event) -> bool:
    return event.role in roles or (event.is_assumption and event.target in roles)


def _used(roles: frozenset[str], event: Event) -> bool:
    """What `usage/rollup.py` asks of a table, asked of each event there is: what most fail by comes
    first, and no property is called."""
    who = event.user_identity
    kind = None
    if who is not None:
        kind, context = who.type, who.session_context
        issuer = context.session_issuer if context is not None else None
        if issuer is not None and issuer.arn in roles:
            return True
        if kind == "AWSAccount" or who.invoked_by_delegate is not None:
            return True
    if event.event_name in _ENTRIES and event.is_assumption:
        return kind != "AWSService" or event.target in roles
    return event.error_code is not None and event.error_code in _THROTTLED
