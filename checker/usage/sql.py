"""Pieces of SQL in Athena's dialect: literals that are safe, and an event's columns.

https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html has the table's columns. The
embedded engine has a table of the same columns and runs the same text, transpiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from checker.errors import InputError

ASSUMPTIONS = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
OTHER_CATEGORIES = ("Insight", "NetworkActivity")
"""Of events that are no calls, or tell of a call that another event tells of."""
SEPARATOR = "\x1f"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Window:
    """Which events: `begin` is included and `end` not (ISO 8601 in UTC, as CloudTrail writes
    them); `days` are the first and last partition to read (`YYYY/MM/DD`), None where the table
    has no partitions."""

    begin: str | None = None
    end: str | None = None
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    days: tuple[str, str] | None = None


def literal(text: str) -> str:
    """A string in SQL. Raises InputError for one that no name in AWS has."""
    if _CONTROL.search(text):
        raise InputError(f"{text!r} has a control character in it")
    return "'" + text.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    """What stands between the parentheses of IN; of nothing, a value that nothing has."""
    return ", ".join(map(literal, sorted(set(values)))) or "''"


def _host(provider: str) -> str:
    """The host and path of a web identity provider, which may be named by its ARN.

    Some end in `/`, and are written with it or without.
    """
    return f"regexp_replace(regexp_replace({provider}, '^.*?:oidc-provider/', ''), '/+$', '')"


IS_ASSUMPTION = (
    f"(eventsource = 'sts.amazonaws.com' AND eventname IN ({', '.join(map(repr, ASSUMPTIONS))}))"
)
_ISSUER = "useridentity.sessioncontext.sessionissuer.arn"
_DELEGATE = "useridentity.invokedbydelegate.accountid"
_NO_ACCOUNT = "useridentity.type IN ('AWSService', 'WebIdentityUser', 'SAMLUser')"
_ANONYMOUS = "useridentity.accountid = 'ANONYMOUS_PRINCIPAL'"

COLUMNS = f"""
    eventid AS event_id,
    eventtime AS event_time,
    eventsource AS event_source,
    eventname AS event_name,
    coalesce(recipientaccountid, useridentity.accountid) AS account,
    awsregion AS region,
    sourceipaddress AS source_ip,
    errorcode AS error_code,
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
      WHEN {_NO_ACCOUNT} OR {_ANONYMOUS} THEN NULL
      ELSE useridentity.accountid
    END AS caller_account,
    CASE
      WHEN {_DELEGATE} IS NOT NULL OR {_NO_ACCOUNT} THEN NULL
      WHEN {_ANONYMOUS} THEN '*'
      WHEN useridentity.type = 'AWSAccount' THEN NULL
      WHEN useridentity.type IN ('AssumedRole', 'FederatedUser') THEN {_ISSUER}
      ELSE useridentity.arn
    END AS caller_arn,
    CASE
      WHEN useridentity.type = 'AWSService' AND {_DELEGATE} IS NULL THEN useridentity.invokedby
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
    CASE
      WHEN {IS_ASSUMPTION} THEN json_extract_scalar(requestparameters, '$.roleArn')
    END AS target,
    CASE
      WHEN {IS_ASSUMPTION} AND errorcode IS NULL
      THEN json_extract_scalar(responseelements, '$.credentials.accessKeyId')
    END AS issued"""
"""An event under the names that the queries use."""


def where(window: Window, wanted: str = "") -> str:
    """The conditions on the table's own columns: the partitions, the time, and `wanted`."""
    categories = listed(OTHER_CATEGORIES)
    said = [f"coalesce(eventcategory, 'Management') NOT IN ({categories})"]
    if window.days:
        first, last = map(literal, window.days)
        said.append(f"day BETWEEN {first} AND {last}")
    if window.begin:
        said.append(f"eventtime >= {literal(window.begin)}")
    if window.end:
        said.append(f"eventtime < {literal(window.end)}")
    said += _places(window)
    if wanted:
        said.append(f"({wanted})")
    return "\n    AND ".join(said)


def _places(window: Window) -> list[str]:
    said = []
    if window.accounts:
        listing = listed(window.accounts)
        said.append(f"coalesce(recipientaccountid, useridentity.accountid) IN ({listing})")
        if window.days:
            said.append(f"account IN ({listing})")
    if window.regions:
        listing = listed(window.regions)
        said.append(f"awsregion IN ({listing})")
        if window.days:
            said.append(f"region IN ({listing})")
    return said
