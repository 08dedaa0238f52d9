"""CloudTrail events in full shape, as AWS writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

Event = dict[str, Any]
TOKEN = "SESSION-TOKEN-MUST-NOT-LEAK"  # in every credential of an answer; no engine may show it
START = datetime(2026, 5, 1, 10, tzinfo=UTC)
STS, S3, EC2 = "sts.amazonaws.com", "s3.amazonaws.com", "ec2.amazonaws.com"
GITHUB = "token.actions.githubusercontent.com"
TLS = {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"}


def clock(minute: float = 0, start: datetime = START) -> str:
    """So many minutes after ten o'clock on the first of May."""
    return (start + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


def role_arn(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def key_id(number: int) -> str:
    """A session's access key: twenty characters that belong to nobody."""
    return f"ASIAEXAMPLE{number:09d}"


# Identities


def user(account: str, name: str = "alice") -> Event:
    arn = f"arn:aws:iam::{account}:user/{name}"
    return {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": arn, "accountId": account,
            "accessKeyId": "AKIAEXAMPLE000000000", "userName": name}  # fmt: skip


def foreign(account: str) -> Event:
    """Another account's principal, as the account sees it whose role or bucket it uses."""
    return {"type": "AWSAccount", "principalId": "AROAEXAMPLE:job", "accountId": account}


def anonymous() -> Event:
    return {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}


def service(name: str) -> Event:
    return {"type": "AWSService", "invokedBy": name}


def web_user(provider: str, subject: str) -> Event:
    return {"type": "WebIdentityUser", "principalId": f"{provider}:{subject}",
            "userName": subject, "identityProvider": provider}  # fmt: skip


def saml_user(name: str) -> Event:
    return {"type": "SAMLUser", "principalId": f"x1i4+Example=:{name}", "userName": name,
            "identityProvider": "x1i4+Example="}  # fmt: skip


def session(role: str, key: str | None, name: str = "job", **more: Any) -> Event:
    """A session of a role; `web` is its federated provider, `delegate` who acts through it."""
    account, short = role.split(":")[4], role.split("/")[-1]
    issuer = {"type": "Role", "principalId": "AROAEXAMPLE", "arn": role, "accountId": account,
              "userName": short}  # fmt: skip
    attributes = {"creationDate": clock(), "mfaAuthenticated": "false"}
    context: Event = {"sessionIssuer": issuer, "attributes": attributes}
    if web := more.pop("web", None):
        context["webIdFederationData"] = {"federatedProvider": web, "attributes": {}}
    found: Event = {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{name}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{short}/{name}",
        "accountId": account,
        "accessKeyId": key,
        "sessionContext": context,
    }
    if delegate := more.pop("delegate", None):
        found["invokedByDelegate"] = {"accountId": delegate}
    return found | more


def federated(account: str, name: str, key: str) -> Event:
    """A session that an IAM user made for another with GetFederationToken."""
    issuer = {"type": "IAMUser", "arn": f"arn:aws:iam::{account}:user/{name}", "accountId": account}
    return {"type": "FederatedUser", "principalId": f"{account}:guest", "accountId": account,
            "arn": f"arn:aws:sts::{account}:federated-user/guest", "accessKeyId": key,
            "sessionContext": {"sessionIssuer": issuer, "attributes": {}}}  # fmt: skip


def credentials(key: str) -> Event:
    return {"accessKeyId": key, "sessionToken": TOKEN, "expiration": "May 1, 2026, 11:00:00 AM"}


class Maker:
    """Makes events with ids of their own: the same calls make the same trail."""

    def __init__(self, serial: int = 1) -> None:
        self._numbers = count(1)
        self._serial = serial

    def event(self, source: str, name: str, by: Event | None, **more: Any) -> Event:
        """`time`, `account`, `params`, `error`, `answer`; any other name is a field as it is."""
        number = next(self._numbers)
        made: Event = {
            "eventVersion": "1.11",
            "userIdentity": by,
            "eventTime": more.pop("time", clock()),
            "eventSource": source,
            "eventName": name,
            "awsRegion": more.pop("region", "us-east-1"),
            "sourceIPAddress": more.pop("ip", "203.0.113.7"),
            "userAgent": more.pop("agent", "Boto3/1.38.0 md/Botocore#1.38.0 ua/2.1"),
            "requestParameters": more.pop("params", None),
            "responseElements": more.pop("answer", None),
            "additionalEventData": {"RequestDetails": {"awsServingRegion": "us-east-1"}},
            "requestID": f"{self._serial:08x}-1111-4111-8111-{number:012x}",
            "eventID": f"{self._serial:08x}-2222-4222-8222-{number:012x}",
            "readOnly": True,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": more.pop("account", (by or {}).get("accountId")),
            "eventCategory": "Management",
            "tlsDetails": {**TLS, "clientProvidedHostHeader": source},
        }
        if error := more.pop("error", None):
            made |= {"errorCode": error, "errorMessage": "User: … is not authorized to perform …"}
        return made | more

    def call(self, by: Event, name: str = "ListBuckets", source: str = S3, **more: Any) -> Event:
        return self.event(source, name, by, **more)

    def _assume(
        self, name: str, role: str, by: Event | None, key: str | None, **more: Any
    ) -> Event:
        params = {"roleArn": role, "roleSessionName": "job", "durationSeconds": 3600}
        account, short = role.split(":")[4], role.split("/")[-1]
        named = {"assumedRoleId": "AROAEXAMPLE:job",
                 "arn": f"arn:aws:sts::{account}:assumed-role/{short}/job"}  # fmt: skip
        answer = {"credentials": credentials(key), "assumedRoleUser": named} if key else None
        more["params"] = params | more.pop("params", {})
        more["answer"] = answer and answer | more.pop("answer", {})
        resources = [{"accountId": account, "type": "AWS::IAM::Role", "ARN": role}]
        return self.event(STS, name, by, **{"account": account, "resources": resources} | more)

    def assume(self, role: str, by: Event | None, key: str | None = None, **more: Any) -> Event:
        """AssumeRole as the role's account writes it; without a key it failed."""
        if key is None:
            more.setdefault("error", "AccessDenied")
        return self._assume("AssumeRole", role, by, key, **more)

    def assume_web(self, role: str, provider: str, key: str | None, **more: Any) -> Event:
        by = web_user(provider, "repo:acme/site:ref:refs/heads/main")
        answer = {
            "provider": provider,
            "audience": STS,
            "subjectFromWebIdentityToken": by["userName"],
        }
        return self._assume("AssumeRoleWithWebIdentity", role, by, key, answer=answer, **more)

    def assume_saml(self, role: str, issuer: str | None, key: str | None, **more: Any) -> Event:
        params = {"principalArn": f"arn:aws:iam::{role.split(':')[4]}:saml-provider/idp",
                  "sAMLAssertionID": "_c0046cEXAMPLE"}  # fmt: skip
        answer = {"subjectType": "persistent", "audience": "https://signin.aws.amazon.com/saml"}
        answer |= {"issuer": issuer} if issuer else {}
        return self._assume("AssumeRoleWithSAML", role, saml_user("bob"), key,
                            params=params, answer=answer, **more)  # fmt: skip

    def pair(self, role: str, by: Event, key: str | None, **more: Any) -> list[Event]:
        """AssumeRole across two own accounts: each one's trail has its own event of it."""
        shared = {"sharedEventID": f"{self._serial:08x}-3333-4333-8333-{next(self._numbers):012x}"}
        theirs = self.assume(role, foreign(by["accountId"]), key, **more, **shared)
        ours = self.assume(role, by, key, **more, **shared, account=by["accountId"])
        return [ours, theirs]


def times(
    make: Callable[..., Event], number: int, first: float, step: float, **more: Any
) -> list[Event]:
    """The same event again and again, `step` minutes apart."""
    return [make(**more, time=clock(first + n * step)) for n in range(number)]
