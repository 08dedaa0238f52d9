"""The questions, each as one SQL text in Athena's dialect that reads the table once.

Athena runs a common table expression as often as it is named, and bills each reading: `chains`
tells who is behind a session without a join.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.usage.chains import BEHIND, COPIES, ROUNDS, WHO, linked
from checker.usage.codes import DENIED, THROTTLED
from checker.usage.events import IS_ASSUMPTION, assumes, named, where
from checker.usage.sql import Window, listed, literal

_ISSUER = "useridentity.sessioncontext.sessionissuer.arn"
_EVENT = (
    "event_time, event_source, event_name, account, region, source_ip, error_code, request_id, "
    "event_id, request_parameters"
)


def events_view(table: str, window: Window) -> str:
    """The `events` that a question of the user's own is asked over."""
    return f"""
events AS (
  SELECT {_EVENT}, role, caller_account, caller_arn, caller_service, caller_issuer,
    coalesce(caller_arn, caller_service, caller_issuer, caller_account) AS caller
  FROM (
    SELECT *, row_number() OVER (PARTITION BY shared_id {COPIES}) AS copy
    FROM ({named(table, window)}
    ) AS named
  ) AS numbered
  WHERE copy = 1
)"""


def anything(table: str, window: Window) -> str:
    """A row, if the window has an event."""
    return f"SELECT eventid AS event_id FROM {table}\n  WHERE {where(window)}\nLIMIT 1"


def changes(table: str, window: Window, sources: Iterable[str]) -> str:
    """When something was told last of each account, and when what looks like a change of these
    services: whatever is not called Get, List or Describe, denied attempts included. Beside that a
    row for each day with an event, without an account."""
    reads = "regexp_like(eventname, '^(Get|List|Describe)')"
    changing = f"eventsource IN ({listed(sources)}) AND NOT {reads}"
    return f"""SELECT account, day, min(eventtime) AS first_seen, max(eventtime) AS last_seen,
  max(changed) AS last_change
FROM (
  SELECT coalesce(recipientaccountid, useridentity.accountid) AS account, eventtime,
    substr(eventtime, 1, 10) AS day, CASE WHEN {changing} THEN eventtime END AS changed
  FROM {table}
    WHERE {where(window)}
) AS told
GROUP BY GROUPING SETS ((account), (day))"""


def calls(table: str, window: Window, role: str) -> str:
    """Every call through a role, and who is behind it."""
    arn = literal(role)
    wanted = f"{_ISSUER} = {arn}"
    return f"""WITH {linked(table, window, wanted, entries=assumes(arn))}
SELECT {_EVENT}, {BEHIND} AS caller, session_account, session_arn
FROM behind
WHERE side = 0 AND told = 1 AND role = {arn}
ORDER BY event_time, event_id"""


def callers(table: str, window: Window, sources: Iterable[str], names: Iterable[str]) -> str:
    """Every attempt at calls of these names, and who made it; no sources: of any."""
    given = tuple(sources)
    of_source = f"eventsource IN ({listed(given)})" if given else "TRUE"
    wanted = f"({of_source} AND {_named('eventname', names)})"
    asked = wanted.replace("eventsource", "event_source").replace("eventname", "event_name")
    return f"""WITH {linked(table, window, wanted)}
SELECT {_EVENT},
  CASE WHEN kind = 'AssumedRole' THEN {BEHIND} ELSE {WHO} END AS caller,
  session_account, session_arn
FROM behind
WHERE side = 0 AND told = 1 AND {asked}
ORDER BY event_time, event_id"""


def assumptions(table: str, window: Window, *, covering: bool = False) -> str:
    """Who assumes which role, with the errors: one row for each role, caller and error code, and
    for whether the window has it: those of twelve hours before are told too. `home`: one of them
    was recorded in the role's own account.

    `covering`: and one for each day of what else there was, without a role.
    """
    wanted = "TRUE" if covering else "FALSE"
    return f"""WITH named AS (
  {named(table, window, wanted, entries=IS_ASSUMPTION)}
), met AS (
  SELECT CASE WHEN is_assumption THEN shared_id END AS shared, target AS role,
    CASE WHEN is_assumption THEN {WHO} END AS caller,
    CASE WHEN is_assumption AND caller_arn IS NULL THEN 1 ELSE 0 END AS bare,
    CASE WHEN is_assumption THEN error_code END AS error_code,
    reported, substr(event_time, 1, 10) AS day,
    CASE WHEN is_assumption THEN event_id END AS event_id,
    CASE WHEN is_assumption AND account = split_part(target, ':', 5) THEN 1 ELSE 0 END AS home,
    count(*) AS calls, min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM named
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
), numbered AS (
  SELECT *,
    row_number() OVER (PARTITION BY shared ORDER BY bare, first_seen, event_id) AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END) OVER (PARTITION BY shared) AS of_any,
    max(home) OVER (PARTITION BY shared) AS of_home
  FROM met
)
SELECT role, caller, error_code, day,
  CASE WHEN shared IS NULL AND NOT reported THEN 0 ELSE of_any END AS told,
  max(of_home) AS home, sum(CASE WHEN shared IS NULL THEN calls ELSE 1 END) AS calls,
  min(first_seen) AS first_seen, max(last_seen) AS last_seen
FROM numbered
WHERE copy = 1 OR shared IS NULL
GROUP BY 1, 2, 3, 4, 5"""


def links(table: str, window: Window, roles: Iterable[str]) -> str:
    """Which session's key a session of these roles issued another with."""
    return f"""WITH named AS (
  {named(table, window, "FALSE", entries=IS_ASSUMPTION)}
)
SELECT access_key, issued
FROM named
WHERE issued IS NOT NULL AND NOT is_switch AND role IN ({listed(roles)})"""


def rollup(table: str, window: Window, roles: Iterable[str], *, rounds: int = ROUNDS) -> str:
    """How roles were used, with the calls of outsiders that need no role: one row for each
    combination of caller, action, error, region and network."""
    watched = tuple(roles)
    throttled = listed(THROTTLED)
    wanted = (
        f"{_ISSUER} IN ({listed(watched)}) OR useridentity.type = 'AWSAccount' OR "
        f"useridentity.invokedbydelegate.accountid IS NOT NULL OR errorcode IN ({throttled})"
    )
    return f"""WITH {linked(table, window, wanted, watched, rounds)}, calls AS (
  SELECT *,
    CASE
      WHEN delegate IS NOT NULL THEN 'delegated'
      WHEN watched THEN 'session'
      WHEN kind = 'AWSAccount' AND role IS NULL AND NOT is_assumption THEN 'direct'
      ELSE 'other'
    END AS via
  FROM behind
  WHERE side = 0 AND told = 1
), minutes AS (
  SELECT via,
    role, account,
    CASE WHEN via = 'session' THEN {BEHIND} ELSE {WHO} END AS caller,
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


def _named(column: str, names: Iterable[str]) -> str:
    """Lambda and CloudFront put a date behind a name, which is told apart afterwards."""
    given = sorted(set(names))
    dated = [f"{column} LIKE {literal(_escaped(name) + '20%')} ESCAPE '\\'" for name in given]
    return "(" + " OR ".join([f"{column} IN ({listed(given)})", *dated]) + ")"


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
