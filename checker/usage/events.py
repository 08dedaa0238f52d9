"""Events as the questions see them: the table's columns by name, and which of its rows are read.

https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html has the table's columns. The
embedded engine has a table of the same columns and runs the same text, transpiled.
"""

from __future__ import annotations

import re

from checker.usage.sql import ASSUMPTIONS, OTHER_CATEGORIES, Window, listed, literal


def _host(provider: str) -> str:
    """The host and path of a web identity provider, which may be named by its ARN or URL.

    Some end in `/`, and are written with it or without.
    """
    begin = "'^(.*?:oidc-provider/|https://)'"
    return f"regexp_replace(regexp_replace({provider}, {begin}, ''), '/+$', '')"


IS_SWITCH = "(eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')"
IS_ASSUMPTION = (
    f"((eventsource = 'sts.amazonaws.com' AND eventname IN ({', '.join(map(repr, ASSUMPTIONS))})) "
    f"OR {IS_SWITCH})"
)
_ISSUER = "useridentity.sessioncontext.sessionissuer.arn"
_DELEGATE = "useridentity.invokedbydelegate.accountid"
_NO_ACCOUNT = "useridentity.type IN ('AWSService', 'WebIdentityUser', 'SAMLUser')"
_ANONYMOUS = "useridentity.accountid = 'ANONYMOUS_PRINCIPAL'"
_FROM = "json_extract_scalar(additionaleventdata, '$.SwitchFrom')"
# A session is named by its role, whose path the ARN of a session does not have.
_SWITCHED = f"""CASE
    WHEN {_FROM} LIKE 'arn:%:sts::%:assumed-role/%' THEN 'arn:' || split_part({_FROM}, ':', 2)
      || ':iam::' || split_part({_FROM}, ':', 5) || ':role/' || split_part({_FROM}, '/', 2)
    ELSE {_FROM}
  END"""
# A switch that failed has a message and no code.
_ERROR = f"""coalesce(errorcode, CASE
    WHEN {IS_SWITCH} AND json_extract_scalar(responseelements, '$.SwitchRole') = 'Failure'
    THEN 'Failure'
  END)"""
_ASKED = "json_extract_scalar(requestparameters, '$.roleArn')"
_ACCOUNT = "coalesce(recipientaccountid, useridentity.accountid)"

COLUMNS = f"""
    eventid AS event_id,
    eventtime AS event_time,
    eventsource AS event_source,
    eventname AS event_name,
    {_ACCOUNT} AS account,
    awsregion AS region,
    sourceipaddress AS source_ip,
    {_ERROR} AS error_code,
    requestid AS request_id,
    requestparameters AS request_parameters,
    coalesce(sharedeventid, eventid) AS shared_id,
    useridentity.type AS kind,
    useridentity.arn AS session_arn,
    useridentity.accountid AS session_account,
    useridentity.accesskeyid AS access_key,
    {_ISSUER} AS role,
    {_DELEGATE} AS delegate,
    CASE
      WHEN {_DELEGATE} IS NOT NULL THEN {_DELEGATE}
      WHEN {IS_SWITCH} THEN nullif(split_part({_FROM}, ':', 5), '')
      WHEN {_NO_ACCOUNT} OR {_ANONYMOUS} THEN NULL
      ELSE useridentity.accountid
    END AS caller_account,
    CASE
      WHEN {_DELEGATE} IS NOT NULL THEN NULL
      WHEN {IS_SWITCH} THEN {_SWITCHED}
      WHEN {_NO_ACCOUNT} THEN NULL
      WHEN {_ANONYMOUS} THEN '*'
      WHEN useridentity.type = 'AWSAccount' THEN NULL
      WHEN useridentity.type IN ('AssumedRole', 'FederatedUser') THEN {_ISSUER}
      ELSE useridentity.arn
    END AS caller_arn,
    CASE
      WHEN useridentity.type = 'AWSService' AND {_DELEGATE} IS NULL
        THEN coalesce(useridentity.invokedby, 'AWS Internal')
    END AS caller_service,
    CASE
      WHEN {_DELEGATE} IS NOT NULL THEN NULL
      WHEN useridentity.type = 'WebIdentityUser' THEN {_host("useridentity.identityprovider")}
      WHEN useridentity.type = 'SAMLUser' THEN coalesce(
        json_extract_scalar(responseelements, '$.issuer'),
        json_extract_scalar(requestparameters, '$.principalArn'),
        useridentity.identityprovider
      )
    END AS caller_issuer,
    {_host("useridentity.sessioncontext.webidfederationdata.federatedprovider")} AS web_provider,
    {IS_ASSUMPTION} AS is_assumption,
    {IS_SWITCH} AS is_switch,
    CASE
      WHEN {IS_SWITCH} THEN {_ISSUER}
      WHEN {IS_ASSUMPTION} THEN {_ASKED}
    END AS target,
    CASE
      WHEN {_ERROR} IS NOT NULL THEN NULL
      WHEN {IS_SWITCH} THEN useridentity.accesskeyid
      WHEN {IS_ASSUMPTION} THEN json_extract_scalar(responseelements, '$.credentials.accessKeyId')
    END AS issued"""
"""An event under the names that the queries use."""
NAMES = re.compile(r" AS (\w+)(?=,\n    |\Z)")
_SHOWN = ("request_id", "request_parameters", "session_arn", "session_account")
"""Of single events alone."""


def named(table: str, window: Window, wanted: str = "", *, entries: str = "") -> str:
    """The events that are wanted, and those that are `entries`: assumptions, from twelve hours
    before the window on and of all places. `reported`: the window has it."""
    return f"""SELECT {COLUMNS},
    {_all(_within(window))} AS reported
  FROM {table}
  WHERE {where(window, wanted, entries=entries)}"""


def counted(table: str, window: Window, wanted: str, *, entries: str) -> str:
    """The same events, `needed`; and of all others of the window how many there were of each
    `day`, told by nothing else. `calls` counts each record, duplicates too."""
    wants = [f"({wanted})"]
    kept, beyond = _kept(window, wants, entries), f"{_shared(window, wants)}{entries}"
    names = [name for name in NAMES.findall(COLUMNS) if name not in _SHOWN]
    columns = ",\n    ".join(f"CASE WHEN needed THEN {name} END AS {name}" for name in names)
    within = _all(_within(window))
    said = _all([*_read(window), *_times(window.since, window.end)])
    return f"""SELECT {columns},
    reported, needed, substr(event_time, 1, 10) AS day,
    count(*) AS calls, min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM (SELECT {COLUMNS},
    {within} AS reported,
    coalesce({kept}, FALSE) AS needed
  FROM {table}
  WHERE {said}
    AND (({within}) OR {beyond})) AS read
  GROUP BY {", ".join(str(number + 1) for number in range(len(names) + 3))}"""


def where(window: Window, wanted: str = "", *, entries: str = "") -> str:
    """The conditions on the table's own columns: the partitions, the time, and `wanted`."""
    said = _read(window)
    wants = [f"({wanted})"] if wanted else []
    if not entries:
        return _all(said + _within(window) + _partitions(window) + wants)
    said += _times(window.since, window.end)
    return _all([*said, _kept(window, wants, entries)])


def _read(window: Window) -> list[str]:
    """What of the table is read at all."""
    said = [f"coalesce(eventcategory, 'Management') NOT IN ({listed(OTHER_CATEGORIES)})"]
    if window.days:
        first, last = map(literal, window.days)
        said.append(f"day BETWEEN {first} AND {last}")
    return [*said, f"account IN ({listed(window.injected)})"] if window.injected else said


def _kept(window: Window, wants: list[str], entries: str) -> str:
    in_window = _all([*_times(window.begin, None), *_places(window), *wants])
    return f"({in_window} OR {_shared(window, wants)}{entries})"


def assumes(role: str) -> str:
    """An assumption of one role, which is given as a literal."""
    target = f"CASE WHEN {IS_SWITCH} THEN {_ISSUER} ELSE {_ASKED} END"
    return f"({IS_ASSUMPTION} AND {target} = {role})"


def _all(said: list[str]) -> str:
    return "\n    AND ".join(said) or "TRUE"


def _within(window: Window) -> list[str]:
    return _times(window.begin, window.end) + _places(window)


def _times(begin: str | None, end: str | None) -> list[str]:
    said = [f"eventtime >= {literal(begin)}"] if begin else []
    return [*said, f"eventtime < {literal(end)}"] if end else said


def _places(window: Window) -> list[str]:
    said = [f"{_ACCOUNT} IN ({listed(window.accounts)})"] if window.accounts else []
    return [*said, f"awsregion IN ({listed(window.regions)})"] if window.regions else said


def _shared(window: Window, wants: list[str]) -> str:
    """Of what two accounts recorded, the one may be reported and the other tell what it is."""
    places = _places(window)
    if not places:
        return ""
    of_either = f"({_all(places)}) OR ({_all(wants)})"
    return f"(sharedeventid IS NOT NULL AND ({of_either})) OR "


def _partitions(window: Window) -> list[str]:
    if not window.days:
        return []
    said = [f"account IN ({listed(window.accounts)})"] if window.accounts else []
    return [*said, f"region IN ({listed(window.regions)})"] if window.regions else said
