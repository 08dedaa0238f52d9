"""How roles were used, as SQL: each caller's calls and their peaks, and who came in where.

Calls are counted by minutes first, from which hours, peaks and sums follow.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.usage.chains import BEHIND, ROUNDS, WHO, linked
from checker.usage.codes import DENIED, THROTTLED
from checker.usage.sql import Window, among, listed

_ISSUER = "useridentity.sessioncontext.sessionissuer.arn"
_VIA = """CASE
      WHEN delegate IS NOT NULL THEN 'delegated'
      WHEN watched THEN 'session'
      WHEN kind = 'AWSAccount' AND role IS NULL AND NOT is_assumption THEN 'direct'
      ELSE 'other'
    END"""
_ROW = "via, role, account, caller, event_source, event_name, error_code, region, network"
_OF_CALLER = "via, role, account, caller"
_OF_ACTION = f"{_OF_CALLER}, event_source, event_name"
_RATES = f"""rates AS (
  SELECT *,
    sum(calls) OVER (PARTITION BY {_OF_ACTION}, minute) AS in_minute,
    sum(calls) OVER (PARTITION BY {_OF_ACTION}, substr(minute, 1, 13)) AS in_hour,
    sum(calls) OVER (PARTITION BY {_OF_CALLER}, minute) AS caller_in_minute,
    sum(calls) OVER (PARTITION BY {_OF_CALLER}, substr(minute, 1, 13)) AS caller_in_hour,
    sum(CASE WHEN error_code IN ({listed(DENIED)}) THEN calls ELSE 0 END)
      OVER (PARTITION BY {_OF_CALLER}, substr(minute, 1, 13)) AS denied_in_hour,
    sum(CASE WHEN error_code IN ({listed(THROTTLED)}) THEN calls ELSE 0 END)
      OVER (PARTITION BY account, substr(minute, 1, 13)) AS throttled_in_hour
  FROM minutes
), peaks AS (
  SELECT *, max(caller_in_hour) OVER (PARTITION BY {_OF_CALLER}) AS caller_peak FROM rates
)"""
_SUMS = """sum(calls) AS calls, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
  max(in_minute) AS peak_per_minute, max(in_hour) AS peak_per_hour,
  max(caller_in_minute) AS caller_peak_per_minute, max(caller_peak) AS caller_peak_per_hour,
  max(denied_in_hour) AS denied_peak_per_hour,
  max(CASE WHEN caller_in_hour = caller_peak THEN throttled_in_hour ELSE 0 END)
    AS throttles_at_peak"""
# Trino answers null where nothing matches, DuckDB an empty string.
_NETWORK = r"""coalesce(
      nullif(regexp_extract(source_ip, '^\d+\.\d+\.\d+'), '') || '.0/24',
      nullif(regexp_extract(source_ip, '^([0-9a-fA-F]{1,4}:){3}'), '') || ':/48',
      source_ip
    )"""


def rollup(table: str, window: Window, roles: Iterable[str], *, rounds: int = ROUNDS) -> str:
    """How roles were used, with the calls of outsiders that need no role: one row for each
    combination of caller, action, error, region and network."""
    watched = tuple(roles)
    return f"""WITH {linked(table, window, _used(watched), watched, rounds)}, calls AS (
  SELECT *, {_VIA} AS via
  FROM behind
  WHERE side = 0 AND told = 1
), minutes AS (
  SELECT via, role, account,
    CASE WHEN via = 'session' THEN {BEHIND} ELSE {WHO} END AS caller,
    event_source, event_name, error_code, region, {_NETWORK} AS network,
    substr(event_time, 1, 16) AS minute,
    count(*) AS calls, min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM calls
  WHERE via <> 'other' OR error_code IN ({listed(THROTTLED)})
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
), {_RATES}
SELECT {_ROW}, {_SUMS}
FROM peaks
WHERE via <> 'other'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"""


def use(table: str, window: Window, roles: Iterable[str], *, rounds: int = ROUNDS) -> str:
    """In one reading `rollup` and, with `via` `entry`, `assumptions`: these of each `day`, and of
    what else there was, without a role."""
    watched = tuple(roles)
    asked = linked(table, window, _used(watched), watched, rounds, counting=True)
    return f"""WITH {asked}, calls AS (
  SELECT b.*, CASE WHEN f.facet = 'entry' THEN 'entry' ELSE {_VIA} END AS via
  FROM behind b CROSS JOIN (VALUES ('use'), ('entry')) AS f(facet)
  WHERE b.side = 0 AND (f.facet = 'entry' OR (b.told = 1 AND b.needed))
), minutes AS (
  SELECT via, told,
    CASE WHEN via = 'entry' THEN target ELSE role END AS role,
    CASE WHEN via <> 'entry' THEN account END AS account,
    CASE
      WHEN via = 'entry' THEN CASE WHEN is_assumption THEN {WHO} END
      WHEN via = 'session' THEN {BEHIND}
      ELSE {WHO}
    END AS caller,
    CASE WHEN via <> 'entry' THEN event_source END AS event_source,
    CASE WHEN via <> 'entry' THEN event_name END AS event_name,
    CASE WHEN via <> 'entry' OR is_assumption THEN error_code END AS error_code,
    CASE WHEN via <> 'entry' THEN region END AS region,
    CASE WHEN via <> 'entry' THEN {_NETWORK} END AS network,
    CASE WHEN via = 'entry' THEN day ELSE substr(event_time, 1, 16) END AS minute,
    sum(CASE WHEN via <> 'entry' OR is_assumption THEN 1 ELSE calls END) AS calls,
    max(home) AS home, min(first_seen) AS first_seen, max(last_seen) AS last_seen
  FROM calls
  WHERE via <> 'other' OR error_code IN ({listed(THROTTLED)})
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
), {_RATES}
SELECT {_ROW}, told, CASE WHEN via = 'entry' THEN minute END AS day, max(home) AS home, {_SUMS}
FROM peaks
WHERE via <> 'other'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"""


def _used(watched: Iterable[str]) -> str:
    """What a log's search (`of_use`) keeps, which says it again, as it is asked of each event: a
    test holds them to one another."""
    return (
        f"{among(_ISSUER, watched)} OR errorcode IN ({listed(THROTTLED)}) OR "
        "useridentity.type = 'AWSAccount' OR useridentity.invokedbydelegate.accountid IS NOT NULL"
    )
