"""Who is behind a session, in SQL: from session to session, without a join.

An assumption stands in the rows twice, once under the key that it used (side 0) and once under the
key that it issued (side 1), and a window over the key hands on from the second to all that used it.
What is handed on, a link, begins with a digit that says how well it is known:

    0  the caller, of whom only the account is known      2  the key of the session that assumed,
    1  the caller, with an ARN                               to be followed
                                                          3  a session of which nobody knows whose
                                                             it is: its provider, or its role

Chains are followed by doubling: in each round a link that is to be followed becomes the link of
what it points to, so that n rounds follow 2^n - 1 steps.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.usage.events import IS_ASSUMPTION, counted, named
from checker.usage.sql import SEPARATOR, Window, among

ROUNDS = 4
"""On Athena, whose text must be written before it is known how long chains are: fifteen steps from
role to role are followed there."""
UNIT = f"chr({ord(SEPARATOR)})"
WHO = f" || {UNIT} || ".join(
    f"coalesce(caller_{part}, '')" for part in ("account", "arn", "service", "issuer")
)
_WEB = f"({UNIT} || {UNIT} || {UNIT} || web_provider)"
_UNKNOWN = f"({UNIT} || {UNIT} || {UNIT} || {UNIT} || "
"""Before the role of a session of which nobody is known: a fifth part."""
COPIES = "ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id"
"""Of what two accounts recorded, the record that names the caller comes first."""
BEHIND = f"""nullif(coalesce(
    CASE WHEN delegate IS NOT NULL THEN {WHO} END,
    CASE WHEN is_switch AND chained THEN {_UNKNOWN}caller_arn) WHEN is_switch THEN {WHO} END,
    CASE WHEN behind LIKE '2%' THEN {_UNKNOWN}role) ELSE nullif(substr(behind, 2), '') END,
    {_WEB}
  ), {UNIT} || {UNIT} || {UNIT})"""
"""Nobody is one caller, whether an assumption told of nobody or none is known."""


def linked(
    table: str, window: Window, wanted: str, watched: Iterable[str] = (), rounds: int = 0,
    entries: str = IS_ASSUMPTION, counting: bool = False,
) -> str:  # fmt: skip
    """The events that are wanted, each once, as `behind`: with who is behind its session; `told`
    are those that the window reports. A session of a `watched` role is looked behind, if there are
    rounds. `counting`: with how many others there were on each day, as `counted` has them."""
    roles = tuple(watched)
    read = counted if counting else named
    parts = [
        f"""named AS (
  {read(table, window, wanted, entries=entries)}
)""",
        f"""numbered AS (
  SELECT *, {_ONCE if counting else _COPY}
  FROM named
)""",
        _sides(roles, rounds),
    ]
    source = "sides"
    for number in range(rounds + 1 if rounds else 0):
        parts += [_handed_on(source, number), _taken_up(number)]
        source = f"links{number + 1}"
    last = rounds + 1 if rounds else 0
    parts.append(f"""behind AS (
  SELECT *, max(CASE WHEN side = 1 THEN link{last} END) OVER (PARTITION BY key0) AS behind
  FROM {source}
)""")
    return ", ".join(parts)


AT_HOME = "CASE WHEN is_assumption AND account = split_part(target, ':', 5) THEN 1 ELSE 0 END"
"""Whether an assumption was recorded in the account of the role; others record those of theirs."""
_COPY = f"""row_number() OVER (PARTITION BY shared_id {COPIES}) AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS told"""
_ONCE = f"""CASE WHEN needed THEN row_number() OVER (PARTITION BY shared_id {COPIES}) ELSE 1 END
    AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END)
      OVER (PARTITION BY shared_id, CASE WHEN needed THEN NULL ELSE reported END) AS told,
    max({AT_HOME}) OVER (PARTITION BY shared_id) AS home"""


def _sides(roles: tuple[str, ...], rounds: int) -> str:
    """Only sessions are put together by their keys: a user's key of years, or no key at all, would
    put a large part of a trail into the hands of one worker."""
    return f"""sides AS (
  SELECT *,
    CASE
      WHEN chained AND (is_switch OR access_key IS NULL) THEN '3' || {_nobody()}
      WHEN chained THEN '2' || access_key
      WHEN caller_arn IS NULL THEN '0' || {WHO}
      ELSE '1' || {WHO}
    END AS link0
  FROM (
    SELECT e.*, k.side,
      coalesce({_chained(roles) if rounds else "FALSE"}, FALSE) AS chained,
      coalesce(
        CASE WHEN k.side = 1 THEN e.issued WHEN {_SESSION} THEN e.access_key END, e.event_id
      ) AS key0
    FROM (
      SELECT *, coalesce({among("role", roles)}, FALSE) AS watched FROM numbered WHERE copy = 1
    ) AS e CROSS JOIN (VALUES (0), (1)) AS k(side)
    WHERE k.side = 0 OR e.issued IS NOT NULL
  ) AS paired
)"""


_SESSION = "e.role IS NOT NULL OR e.kind = 'AssumedRole'"


def _chained(roles: tuple[str, ...]) -> str:
    """An assumption by a session of such a role; who switches is told without the role's path."""
    names = among("e.caller_arn", map(_pathless, roles))
    return f"""(e.is_assumption AND e.delegate IS NULL AND CASE
        WHEN e.is_switch THEN {names} ELSE e.watched END)"""


def _pathless(role: str) -> str:
    return f"{role.partition('/')[0]}/{role.rpartition('/')[2]}"


def _nobody() -> str:
    return f"coalesce({_WEB}, {_UNKNOWN}CASE WHEN is_switch THEN caller_arn ELSE role END))"


def _handed_on(source: str, number: int) -> str:
    return f"""handed{number} AS (
  SELECT *, max(CASE WHEN side = 1 THEN link{number} END) OVER (PARTITION BY key{number})
    AS got{number}
  FROM {source}
)"""


def _taken_up(number: int) -> str:
    """In the first round it is only found out which sessions nobody is known of."""
    got = f"max(CASE WHEN side = 0 THEN got{number} END) OVER (PARTITION BY event_id)"
    known = f"coalesce({got}, link{number})"
    taken = known if number else f"CASE WHEN {got} IS NULL THEN '3' || {_nobody()} ELSE link0 END"
    moved = (
        f"CASE WHEN side = 0 AND chained AND got{number} LIKE '2%' "
        f"THEN substr(got{number}, 2) ELSE key{number} END"
    )
    return f"""links{number + 1} AS (
  SELECT *,
    CASE WHEN side = 1 AND link{number} LIKE '2%' THEN {taken} ELSE link{number} END
      AS link{number + 1},
    {moved if number else "key0"} AS key{number + 1}
  FROM handed{number}
)"""
