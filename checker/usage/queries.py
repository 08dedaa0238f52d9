"""The questions, each as one SQL text in Athena's dialect that reads the table once.

Athena runs a common table expression as often as it is named, and bills each reading: `chains`
tells who is behind a session without a join. How roles were used stands in `rollup`. Nothing puts
events in order, which would be the work of one worker: `IN_ORDER` does, where the engine is here.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.usage.chains import AT_HOME, BEHIND, COPIES, WHO, linked
from checker.usage.events import IS_ASSUMPTION, assumes, named, where
from checker.usage.sql import Window, listed, literal

_ISSUER = "useridentity.sessioncontext.sessionissuer.arn"
_EVENT = (
    "event_time, event_source, event_name, account, region, source_ip, error_code, request_id, "
    "event_id, request_parameters"
)

IN_ORDER = "\nORDER BY event_time, event_id"


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


_WRITES = ("Create", "Put", "Update", "Delete", "Modify", "Attach", "Detach", "Terminate")


def _begins(verbs: Iterable[str]) -> str:
    return "(" + " OR ".join(f"eventname LIKE '{verb}%'" for verb in verbs) + ")"


_KEYS_IN_USE = (
    "Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac",
    "GenerateRandom", "ReEncrypt", "Sign", "Verify", "VerifyMac",
)  # fmt: skip
"""KMS's management events that change nothing, and of which there are thousands.
https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html"""


def changes(table: str, window: Window, sources: Iterable[str], home: str | None) -> str:
    """What a trail tells of accounts, days and regions: a row for each of them, the others null.

    Of management events alone, as others tell of no change. `last_home`: when something was told
    last from the region of IAM (`home`; None: of any), which a trail of other regions leaves out.
    `last_change`: of what looks like a change of these services: whatever is not called Get, List
    or Describe, denied attempts included, but for using a key. `last_write`: of what changes
    something for certain, wherever, which a trail of reading events leaves out."""
    reads, writes = _begins(("Get", "List", "Describe")), _begins(_WRITES)
    changing = f"eventsource IN ({listed(sources)}) AND NOT {reads}"
    changing += f" AND eventname NOT IN ({listed(_KEYS_IN_USE)})"
    at_home = f"awsregion = {literal(home)}" if home else "TRUE"
    return f"""SELECT account, day, place,
  min(eventtime) AS first_seen, max(eventtime) AS last_seen, max(home) AS last_home,
  max(changed) AS last_change, max(wrote) AS last_write
FROM (
  SELECT coalesce(recipientaccountid, useridentity.accountid) AS account, eventtime,
    substr(eventtime, 1, 10) AS day, awsregion AS place,
    CASE WHEN {at_home} THEN eventtime END AS home,
    CASE WHEN {changing} THEN eventtime END AS changed,
    CASE WHEN {writes} THEN eventtime END AS wrote
  FROM {table}
    WHERE {where(window)}
    AND coalesce(eventcategory, 'Management') = 'Management'
) AS told
GROUP BY GROUPING SETS ((account), (day), (place))"""


def calls(table: str, window: Window, role: str) -> str:
    """Every call through a role, and who is behind it."""
    arn = literal(role)
    wanted = f"{_ISSUER} = {arn}"
    return f"""WITH {linked(table, window, wanted, entries=assumes(arn))}
SELECT {_EVENT}, {BEHIND} AS caller, session_account, session_arn
FROM behind
WHERE side = 0 AND told = 1 AND role = {arn}"""


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
WHERE side = 0 AND told = 1 AND {asked}"""


def assumptions(table: str, window: Window) -> str:
    """Who assumes which role, with the errors: one row for each role, caller and error code, and
    for whether the window has it: those of twelve hours before are told too. `home`: one of them
    was recorded in the role's own account."""
    return f"""WITH named AS (
  {named(table, window, "FALSE", entries=IS_ASSUMPTION)}
), numbered AS (
  SELECT target AS role, {WHO} AS caller, error_code, event_time, is_assumption,
    row_number() OVER (PARTITION BY shared_id {COPIES}) AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS told,
    max({AT_HOME}) OVER (PARTITION BY shared_id) AS home
  FROM named
)
SELECT role, caller, error_code, told, max(home) AS home, count(*) AS calls,
  min(event_time) AS first_seen, max(event_time) AS last_seen
FROM numbered
WHERE copy = 1 AND is_assumption
GROUP BY 1, 2, 3, 4"""


def links(table: str, window: Window, roles: Iterable[str]) -> str:
    """Which session's key a session of these roles issued another with."""
    return f"""WITH named AS (
  {named(table, window, "FALSE", entries=IS_ASSUMPTION)}
)
SELECT access_key, issued
FROM named
WHERE issued IS NOT NULL AND NOT is_switch AND role IN ({listed(roles)})"""


def _named(column: str, names: Iterable[str]) -> str:
    """Lambda and CloudFront put a date behind a name, which is told apart afterwards."""
    given = sorted(set(names))
    dated = [f"{column} LIKE {literal(_escaped(name) + '20%')} ESCAPE '\\'" for name in given]
    return "(" + " OR ".join([f"{column} IN ({listed(given)})", *dated]) + ")"


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
