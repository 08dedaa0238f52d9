"""The questions, each as one SQL text in Athena's dialect that reads the table once.

Athena runs a common table expression as often as it is named, and bills each reading. So who is
behind a session is not found by a join: an assumption stands in the rows twice, once under the
key that it used (side 0) and once under the key that it issued (side 1), and a window over the
key hands on from the second to all that used it.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.usage.codes import DENIED, THROTTLED
from checker.usage.sql import COLUMNS, IS_ASSUMPTION, SEPARATOR, Window, listed, literal, where

HOPS = 5
"""The assumption itself, and four steps from role to role."""
_ISSUER = "useridentity.sessioncontext.sessionissuer.arn"
_EVENT = (
    "event_time, event_source, event_name, account, region, source_ip, error_code, request_id, "
    "event_id, request_parameters"
)
_UNIT = f"chr({ord(SEPARATOR)})"
_WHO = f" || {_UNIT} || ".join(
    f"coalesce(caller_{part}, '')" for part in ("account", "arn", "service", "issuer")
)


def events_view(table: str, window: Window) -> str:
    """The `events` that a question of the user's own is asked over."""
    return f"""
events AS (
  SELECT {_EVENT}, role, caller_account, caller_arn, caller_service, caller_issuer,
    coalesce(caller_arn, caller_service, caller_issuer, caller_account) AS caller
  FROM (
    SELECT *, row_number() OVER (PARTITION BY event_id ORDER BY event_time) AS copy
    FROM (SELECT {COLUMNS}
      FROM {table}
      WHERE {where(window)}
    ) AS named
  ) AS numbered
  WHERE copy = 1
)"""


def calls(table: str, window: Window, role: str) -> str:
    """Every call through a role, and who is behind it."""
    arn = literal(role)
    wanted = f"{_ISSUER} = {arn} OR {_assumes(arn)}"
    return f"""WITH {_linked(table, window, wanted, (role,), hops=1)}
SELECT {_EVENT}, {_BEHIND} AS caller, session_account, session_arn
FROM behind
WHERE side = 0 AND role = {arn}
ORDER BY event_time, event_id"""


def callers(table: str, window: Window, sources: Iterable[str], names: Iterable[str]) -> str:
    """Every attempt at calls of these names, and who made it; no sources: of any."""
    given = tuple(sources)
    of_source = f"eventsource IN ({listed(given)})" if given else "TRUE"
    named = f"({of_source} AND {_named('eventname', names)})"
    asked = named.replace("eventsource", "event_source").replace("eventname", "event_name")
    return f"""WITH {_linked(table, window, f"{named} OR {IS_ASSUMPTION}", (), hops=1)}
SELECT {_EVENT},
  CASE WHEN kind = 'AssumedRole' THEN {_BEHIND} ELSE {_WHO} END AS caller,
  session_account, session_arn
FROM behind
WHERE side = 0 AND {asked}
ORDER BY event_time, event_id"""


def assumptions(table: str, window: Window) -> str:
    """Who assumes which role, with the errors: one row for each role, caller and error code.

    An action that two accounts of an organization have in their trails counts once; the copy of
    the caller's own account is kept, as the other does not know the caller's ARN.
    """
    return f"""WITH named AS (
  SELECT {COLUMNS}
  FROM {table}
  WHERE {where(window, IS_ASSUMPTION)}
), numbered AS (
  SELECT *, row_number() OVER (
    PARTITION BY shared_id
    ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id
  ) AS copy
  FROM named
)
SELECT target AS role, {_WHO} AS caller, error_code,
  count(*) AS calls, min(event_time) AS first_seen, max(event_time) AS last_seen
FROM numbered
WHERE copy = 1
GROUP BY 1, 2, 3"""


def rollup(table: str, window: Window, roles: Iterable[str], *, hops: int = HOPS) -> str:
    """How roles were used, with the calls of outsiders that need no role: one row for each
    combination of caller, action, error, region and network."""
    watched = tuple(roles)
    throttled = listed(THROTTLED)
    wanted = (
        f"{_ISSUER} IN ({listed(watched)}) OR {IS_ASSUMPTION} "
        "OR useridentity.type = 'AWSAccount' OR "
        f"useridentity.invokedbydelegate.accountid IS NOT NULL OR errorcode IN ({throttled})"
    )
    return f"""WITH {_linked(table, window, wanted, watched, hops)}, calls AS (
  SELECT *,
    CASE
      WHEN delegate IS NOT NULL THEN 'delegated'
      WHEN watched THEN 'session'
      WHEN kind = 'AWSAccount' AND role IS NULL AND NOT is_assumption THEN 'direct'
      ELSE 'other'
    END AS via
  FROM behind
  WHERE side = 0
), minutes AS (
  SELECT via,
    role, account,
    CASE WHEN via = 'session' THEN {_BEHIND} ELSE {_WHO} END AS caller,
    event_source, event_name, error_code, region, {_NETWORK} AS network,
    substr(event_time, 1, 16) AS minute,
    count(*) AS calls, min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM calls
  WHERE via <> 'other' OR error_code IN ({throttled})
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
), rates AS (
  SELECT *,
    sum(calls) OVER (PARTITION BY {_OF_ACTION}, minute) AS in_minute,
    sum(calls) OVER (PARTITION BY {_OF_ACTION}, substr(minute, 1, 13)) AS in_hour,
    sum(calls) OVER (PARTITION BY {_OF_CALLER}, minute) AS caller_in_minute,
    sum(calls) OVER (PARTITION BY {_OF_CALLER}, substr(minute, 1, 13)) AS caller_in_hour,
    sum(CASE WHEN error_code IN ({listed(DENIED)}) THEN calls ELSE 0 END)
      OVER (PARTITION BY {_OF_CALLER}, substr(minute, 1, 13)) AS denied_in_hour,
    sum(CASE WHEN error_code IN ({throttled}) THEN calls ELSE 0 END)
      OVER (PARTITION BY account, substr(minute, 1, 13)) AS throttled_in_hour
  FROM minutes
), peaks AS (
  SELECT *, max(caller_in_hour) OVER (PARTITION BY {_OF_CALLER}) AS caller_peak FROM rates
)
SELECT via, role, account, caller, event_source, event_name, error_code, region, network,
  sum(calls) AS calls, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
  max(in_minute) AS peak_per_minute, max(in_hour) AS peak_per_hour,
  max(caller_in_minute) AS caller_peak_per_minute, max(caller_peak) AS caller_peak_per_hour,
  max(denied_in_hour) AS denied_peak_per_hour,
  max(CASE WHEN caller_in_hour = caller_peak THEN throttled_in_hour ELSE 0 END)
    AS throttles_at_peak
FROM peaks
WHERE via <> 'other'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"""


_OF_CALLER = "via, role, account, caller"
_OF_ACTION = f"{_OF_CALLER}, event_source, event_name"
# Trino answers null where nothing matches, DuckDB an empty string.
_NETWORK = r"""coalesce(
      nullif(regexp_extract(source_ip, '^\d+\.\d+\.\d+'), '') || '.0/24',
      nullif(regexp_extract(source_ip, '^([0-9a-fA-F]{1,4}:){3}'), '') || ':/48',
      source_ip
    )"""
_WEB = f"({_UNIT} || {_UNIT} || {_UNIT} || web_provider)"
_BEHIND = f"""coalesce(
    CASE WHEN delegate IS NOT NULL THEN {_WHO} END,
    nullif(substr(behind, 2), ''),
    {_WEB}
  )"""


def _assumes(role: str) -> str:
    return f"({IS_ASSUMPTION} AND json_extract_scalar(requestparameters, '$.roleArn') = {role})"


def _named(column: str, names: Iterable[str]) -> str:
    """Lambda and CloudFront put a date behind a name, which is told apart afterwards."""
    given = sorted(set(names))
    dated = [f"{column} LIKE {literal(_escaped(name) + '20%')} ESCAPE '\\'" for name in given]
    return "(" + " OR ".join([f"{column} IN ({listed(given)})", *dated]) + ")"


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")


def _linked(table: str, window: Window, wanted: str, watched: tuple[str, ...], hops: int) -> str:
    """The events that are wanted, each once, as `behind`: with who is behind its session.

    `link` is what an assumption hands on: a digit that says how well it is known (2: from behind
    another session, 1: with an ARN, 0: the account alone), and the caller.
    """
    parts = [
        f"""named AS (
  SELECT {COLUMNS}
  FROM {table}
  WHERE {where(window, wanted)}
)""",
        """numbered AS (
  SELECT *, row_number() OVER (PARTITION BY event_id ORDER BY event_time) AS copy FROM named
)""",
        f"""sides AS (
  SELECT e.*, k.side,
    coalesce(e.role IN ({listed(watched)}), FALSE) AS watched,
    CASE WHEN k.side = 1 THEN e.issued ELSE e.access_key END AS session_key,
    CASE
      WHEN {"e.role IN (" + listed(watched) + ")" if hops > 1 else "FALSE"} AND delegate IS NULL
      THEN '2' || coalesce({_WEB}, '')
      WHEN e.caller_arn IS NULL THEN '0' || {_WHO}
      ELSE '1' || {_WHO}
    END AS link0
  FROM numbered e CROSS JOIN (VALUES (0), (1)) AS k(side)
  WHERE e.copy = 1 AND (k.side = 0 OR e.issued IS NOT NULL)
)""",
    ]
    source = "sides"
    for hop in range(1, hops):
        parts += [_handed_on(source, hop), _taken_up(hop)]
        source = f"links{hop}"
    parts.append(_handed_on(source, hops, name="behind"))
    return ", ".join(parts)


def _handed_on(source: str, hop: int, name: str = "") -> str:
    link = f"link{hop - 1}"
    column = "behind" if name else f"behind{hop}"
    return f"""{name or f"handed{hop}"} AS (
  SELECT *, max(CASE WHEN side = 1 THEN {link} END) OVER (PARTITION BY session_key) AS {column}
  FROM {source}
)"""


def _taken_up(hop: int) -> str:
    """An assumption by a session of a watched role hands on who is behind that session."""
    return f"""links{hop} AS (
  SELECT *,
    CASE WHEN side = 1 AND watched AND delegate IS NULL THEN '2' || coalesce(
      nullif(
        substr(max(CASE WHEN side = 0 THEN behind{hop} END) OVER (PARTITION BY event_id), 2), ''
      ),
      {_WEB},
      ''
    ) ELSE link{hop - 1} END AS link{hop}
  FROM handed{hop}
)"""
