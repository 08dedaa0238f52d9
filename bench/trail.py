"""A synthetic trail of CloudTrail, as `make bench` collects it, and the snapshot of its roles.

Files of 10,000 events that span an hour, as a busy account delivers them: 2 % through the roles of
five vendors, each of which assumes its role once an hour; 5 % services that assume a role; the
others are calls of own roles.
"""

from __future__ import annotations

import gzip
import json
import multiprocessing
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.generate import ACCOUNTS, SERVICES, VENDORS, role, statement, write_snapshot

PER_FILE = 10_000
ACCOUNT, REGION = ACCOUNTS[0], "us-east-1"
START = datetime(2026, 11, 1, tzinfo=UTC)
THROUGH_VENDORS, BY_SERVICES = 0.02, 0.05
NAMES = [f"vendor-{n}" for n in range(5)]
OWN = [f"application-{n:03d}" for n in range(300)]
CALLS = [("ec2", "DescribeInstances"), ("ec2", "DescribeVolumes"), ("monitoring", "GetMetricData"),
         ("s3", "ListBuckets"), ("iam", "GetRole"), ("kms", "Decrypt")]  # fmt: skip
ERRORS = [None] * 60 + ["AccessDenied", "ThrottlingException", "Client.UnauthorizedOperation"]
Event = dict[str, Any]


class Hour:
    """The events of one file; the same number makes the same file."""

    def __init__(self, number: int) -> None:
        self.number, self.pick = number, random.Random(number)
        self.start = START + timedelta(hours=number)

    def events(self) -> Iterator[Event]:
        for vendor in range(len(NAMES)):
            yield self.assumed(NAMES[vendor], foreign(VENDORS[vendor]), self.key(vendor), 0)
        for second in (n * 3600 // PER_FILE for n in range(len(NAMES), PER_FILE)):
            yield self.any_event(second)

    def any_event(self, second: int) -> Event:
        drawn = self.pick.random()
        if drawn < THROUGH_VENDORS:
            vendor = self.pick.randrange(len(NAMES))
            return self.call(session(NAMES[vendor], self.key(vendor)), second)
        name, key = self.pick.choice(OWN), self.key(self.pick.randrange(100, 5000))
        if drawn < THROUGH_VENDORS + BY_SERVICES:
            return self.assumed(name, service(self.pick.choice(SERVICES)), self.any_key(), second)
        return self.call(session(name, key), second)

    def key(self, number: int) -> str:
        return f"ASIAEXAMPLE{self.number:05d}{number:04d}"

    def any_key(self) -> str:
        return f"ASIA{self.pick.getrandbits(53):016d}"

    def call(self, by: Event, second: int) -> Event:
        source, name = self.pick.choice(CALLS)
        ids = [{"instanceId": f"i-{self.hex(17)}"} for _ in range(self.pick.randrange(8))]
        filters = [{"name": "tag:Name", "valueSet": {"items": [{"value": f"x{self.hex(8)}"}]}}]
        parameters = {"filterSet": {"items": filters}, "instancesSet": {"items": ids}}
        error = self.pick.choice(ERRORS)
        made = self.event(f"{source}.amazonaws.com", name, by, second, parameters, None)
        return made | ({"errorCode": error, "errorMessage": "Not now."} if error else {})

    def assumed(self, name: str, by: Event, key: str, second: int) -> Event:
        parameters = {"roleArn": arn(name), "roleSessionName": f"job-{self.hex(8)}"}
        credentials = {"accessKeyId": key, "sessionToken": self.hex(300),
                       "expiration": "Nov 30, 2026, 11:00:00 PM"}  # fmt: skip
        user = {"assumedRoleId": "AROAEXAMPLE:job", "arn": session(name, key)["arn"]}
        answer = {"credentials": credentials, "assumedRoleUser": user}
        return self.event("sts.amazonaws.com", "AssumeRole", by, second, parameters, answer)

    def event(
        self, source: str, name: str, by: Event, second: int, parameters: Event, answer: Any
    ) -> Event:
        time = (self.start + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "eventVersion": "1.11", "userIdentity": by, "eventTime": time, "eventSource": source,
            "eventName": name, "awsRegion": REGION,
            "sourceIPAddress": f"203.0.113.{self.pick.randrange(250)}",
            "userAgent": "Boto3/1.38.0 md/Botocore#1.38.0 ua/2.1 os/linux#6.1 md/arch#x86_64 "
                         "lang/python#3.11.9 md/pyimpl#CPython cfg/retry-mode#standard",
            "requestParameters": parameters, "responseElements": answer,
            "requestID": self.uuid(), "eventID": self.uuid(), "readOnly": True,
            "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": ACCOUNT,
            "eventCategory": "Management",
            "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                           "clientProvidedHostHeader": f"{source[:-13]}{REGION}.amazonaws.com"},
        }  # fmt: skip

    def hex(self, digits: int) -> str:
        return f"{self.pick.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        return "-".join(map(self.hex, (8, 4, 4, 4, 12)))


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def foreign(account: str) -> Event:
    return {"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": account}


def service(name: str) -> Event:
    return {"type": "AWSService", "invokedBy": f"{name}.amazonaws.com"}


def session(name: str, key: str) -> Event:
    issuer = {"type": "Role", "principalId": "AROAEXAMPLE", "arn": arn(name),
              "accountId": ACCOUNT, "userName": name}  # fmt: skip
    attributes = {"creationDate": "2026-11-01T00:00:00Z", "mfaAuthenticated": "false"}
    return {
        "type": "AssumedRole", "principalId": "AROAEXAMPLE:job", "accountId": ACCOUNT,
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/job", "accessKeyId": key,
        "sessionContext": {"sessionIssuer": issuer, "attributes": attributes},
    }  # fmt: skip


def write_hour(folder: Path, number: int) -> None:
    """Where and as CloudTrail delivers it."""
    hour = Hour(number)
    day = folder / f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}" / f"{hour.start:%Y/%m/%d}"
    day.mkdir(parents=True, exist_ok=True)
    name = f"{ACCOUNT}_CloudTrail_{REGION}_{hour.start:%Y%m%dT%H%MZ}_{number:016d}.json.gz"
    text = json.dumps({"Records": list(hour.events())}, separators=(",", ":")).encode()
    (day / name).write_bytes(gzip.compress(text, 6))


def roles() -> list[Event]:
    """In order, as a collector writes them: 300 of services, then five that vendors may assume."""
    own = [role(ACCOUNT, n, statement({"Service": "ec2.amazonaws.com"})) for n in OWN]
    return own + [
        role(ACCOUNT, name, statement({"AWS": f"arn:aws:iam::{VENDORS[n]}:root"}))
        for n, name in enumerate(NAMES)
    ]


def write_trail(folder: Path, events: int) -> None:
    """Into a folder beside it first, as one that is cut short would be taken for a whole one."""
    work = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(work, ignore_errors=True)
    write_snapshot(work / "snapshot", roles())
    with multiprocessing.Pool() as pool:
        pool.map(partial(write_hour, work / "logs"), range(events // PER_FILE), chunksize=1)
    work.rename(folder)
