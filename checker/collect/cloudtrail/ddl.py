"""The statement that makes a table of CloudTrail's files, for whoever has none yet.

https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from checker.errors import InputError

# As AWS documents them, and two of useridentity's that it does not: identityprovider and
# invokedbydelegate. AWS's input format hands on requestparameters and the like as JSON text.
_COLUMNS = """\
  eventversion STRING,
  useridentity STRUCT<
    type:STRING,
    principalid:STRING,
    arn:STRING,
    accountid:STRING,
    invokedby:STRING,
    accesskeyid:STRING,
    username:STRING,
    identityprovider:STRING,
    invokedbydelegate:STRUCT<accountid:STRING>,
    onbehalfof:STRUCT<userid:STRING, identitystorearn:STRING>,
    sessioncontext:STRUCT<
      attributes:STRUCT<mfaauthenticated:STRING, creationdate:STRING>,
      sessionissuer:STRUCT<
        type:STRING, principalid:STRING, arn:STRING, accountid:STRING, username:STRING>,
      ec2roledelivery:STRING,
      webidfederationdata:STRUCT<
        federatedprovider:STRING, attributes:MAP<STRING,STRING>>>>,
  eventtime STRING,
  eventsource STRING,
  eventname STRING,
  awsregion STRING,
  sourceipaddress STRING,
  useragent STRING,
  errorcode STRING,
  errormessage STRING,
  requestparameters STRING,
  responseelements STRING,
  additionaleventdata STRING,
  requestid STRING,
  eventid STRING,
  readonly STRING,
  resources ARRAY<STRUCT<arn:STRING, accountid:STRING, type:STRING>>,
  eventtype STRING,
  apiversion STRING,
  recipientaccountid STRING,
  serviceeventdetails STRING,
  sharedeventid STRING,
  vpcendpointid STRING,
  vpcendpointaccountid STRING,
  eventcategory STRING,
  addendum STRUCT<
    reason:STRING, updatedfields:STRING, originalrequestid:STRING, originaleventid:STRING>,
  sessioncredentialfromconsole STRING,
  edgedevicedetails STRING,
  tlsdetails STRUCT<tlsversion:STRING, ciphersuite:STRING, clientprovidedhostheader:STRING>"""
# No quote, no `$` (it begins a projected column) and no space can get into the statement.
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[A-Za-z0-9!_.*()=-]+)*/?")
_TABLE = re.compile(r"[a-z0-9_]{1,255}")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]")  # eusc-de-east-1 begins with four letters


def table_ddl(
    *,
    bucket: str,
    table: str = "cloudtrail",
    organization: str | None,
    accounts: Sequence[str] | None,
    regions: Sequence[str],
    start: date,
) -> str:
    """CREATE EXTERNAL TABLE with a partition for each account, region and day.

    The partitions are projected: nothing has to be loaded or crawled, ever. `bucket` is
    `s3://BUCKET/PREFIX`, up to where `AWSLogs` begins; `organization` is set for an
    organization's trail, whose folders it adds to the path. Without `accounts` they are injected:
    each question names those to read, and a new account needs no new table.
    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
    """
    logs = f"{_trail(bucket)}/AWSLogs/"
    if organization is not None:
        logs += _checked(_ORGANIZATION, organization, "no organization's id", "o-a1b2c3d4e5") + "/"
    name = _checked(_TABLE, table, "no table's name in Athena", "lower-case letters, digits and _")
    settings = {
        "projection.enabled": "true",
        **_accounts(accounts),
        "projection.region.type": "enum",
        "projection.region.values": _values(_REGION, regions, "region", "us-east-1"),
        "projection.day.type": "date",
        "projection.day.range": f"{start.isoformat().replace('-', '/')},NOW",
        "projection.day.format": "yyyy/MM/dd",
        "projection.day.interval": "1",
        "projection.day.interval.unit": "DAYS",
        "storage.location.template": f"{logs}${{account}}/CloudTrail/${{region}}/${{day}}",
    }
    properties = ",\n".join(f"  '{key}'='{value}'" for key, value in settings.items())
    return (
        f"CREATE EXTERNAL TABLE `{name}` (\n{_COLUMNS}\n)\n"
        "PARTITIONED BY (`account` string, `region` string, `day` string)\n"
        "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'\n"
        "STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'\n"
        "OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'\n"
        f"LOCATION '{logs}'\n"
        f"TBLPROPERTIES (\n{properties}\n)\n"
    )


def _accounts(accounts: Sequence[str] | None) -> dict[str, str]:
    if accounts is None:
        return {"projection.account.type": "injected"}
    values = _values(_ACCOUNT, accounts, "account", "12 digits")
    return {"projection.account.type": "enum", "projection.account.values": values}


def _trail(bucket: str) -> str:
    checked = _checked(_BUCKET, bucket, "no folder in S3", "s3://BUCKET/PREFIX").rstrip("/")
    if "AWSLogs" in checked.split("/"):
        raise InputError(
            f"{bucket!r} goes too deep", hint="end it before /AWSLogs, which is added here"
        )
    return checked


def _values(form: re.Pattern[str], values: Iterable[str], what: str, example: str) -> str:
    """Sorted, each once; a table without any would have no partitions, and answer with nothing."""
    chosen = sorted({_checked(form, value, f"no {what}", example) for value in values})
    if not chosen:
        raise InputError(f"no {what} is given", hint=f"name each {what} that the table is to have")
    return ",".join(chosen)


def _checked(form: re.Pattern[str], value: str, fault: str, example: str) -> str:
    if not form.fullmatch(value):
        raise InputError(f"{value!r} is {fault}", hint=f"such as {example}")
    return value
