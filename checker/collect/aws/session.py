"""boto3 sessions: the caller's own, and one with a role's refreshable credentials an account."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialResolver, DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError

from checker import __version__
from checker.collect.aws.calls import CALL_ERRORS, clean, describe
from checker.errors import InputError

DEFAULT_ROLE = "vendorgate-collector"
SESSION_NAME = "vendorgate"
_ATTEMPTS = 8  # AWS_MAX_ATTEMPTS or the profile may say otherwise
_FEW_ATTEMPTS = 3  # for the first call, which fails where nothing is reachable
# Where a partition's global services are asked when no region is configured.
_HOME_REGION = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
}


@dataclass(frozen=True)
class AccountSession:
    """Makes clients of one account. boto3 sessions are not thread-safe, hence the lock."""

    account: str
    partition: str
    home_region: str
    core: botocore.session.Session
    config: Config
    lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def _boto3(self) -> boto3.Session:
        return boto3.Session(botocore_session=self.core)

    def client(self, service: str, region: str | None = None) -> Any:
        """A new client: cached ones of a thousand accounts would fill the memory."""
        with self.lock:
            return self._boto3.client(
                service, region_name=region or self.home_region, config=self.config
            )


def connect(profile: str | None) -> AccountSession:
    """The caller's own session, asked who it is."""
    try:
        core = botocore.session.Session(profile=profile)
        region = core.get_config_variable("region")
        asked_in = region or _HOME_REGION["aws"]
        attempts = core.get_config_variable("max_attempts")
        sts = boto3.Session(botocore_session=core).client(
            "sts", region_name=asked_in, config=_config(attempts or _FEW_ATTEMPTS)
        )
        caller = sts.get_caller_identity()
        account, partition = str(caller["Account"]), str(caller["Arn"]).split(":")[1]
    except CALL_ERRORS as error:
        raise InputError(
            f"AWS does not tell who is calling: {clean(_reason(error))}", hint=_mend(error)
        ) from error
    home = region or _HOME_REGION.get(partition, asked_in)
    return AccountSession(account, partition, home, core, _config(attempts or _ATTEMPTS))


def assume(
    central: AccountSession, account: str, role: str, external_id: str | None
) -> AccountSession:
    """A session in another account; raises what sts:AssumeRole raises.

    Credentials are fetched again before they expire, as a large organization takes longer than
    the hour that a chained role lasts.
    """
    request = {
        "RoleArn": f"arn:{central.partition}:iam::{account}:role/{role}",
        "RoleSessionName": SESSION_NAME,
    }
    if external_id:
        request["ExternalId"] = external_id
    credentials = DeferredRefreshableCredentials(
        refresh_using=_refresher(central, request), method="assume-role"
    )
    credentials.get_frozen_credentials()
    return AccountSession(
        account,
        central.partition,
        central.home_region,
        _core_with(credentials, central.core),
        central.config,
    )


def _refresher(central: AccountSession, request: dict[str, str]) -> Callable[[], dict[str, str]]:
    def refresh() -> dict[str, str]:
        answer = central.client("sts").assume_role(**request)["Credentials"]
        return {
            "access_key": answer["AccessKeyId"],
            "secret_key": answer["SecretAccessKey"],
            "token": answer["SessionToken"],
            "expiry_time": answer["Expiration"].isoformat(),
        }

    return refresh


class _Fixed:
    """A credential provider in botocore's sense, with one answer."""

    METHOD = CANONICAL_NAME = "assume-role"

    def __init__(self, credentials: object) -> None:
        self.credentials = credentials

    def load(self) -> object:
        return self.credentials


def _core_with(credentials: object, base: botocore.session.Session) -> botocore.session.Session:
    """Shares the profile (endpoints, proxies, CA bundle) and the loader: reading EC2's model
    takes a quarter of a second, once and not once an account."""
    core = botocore.session.Session(profile=base.profile)
    core.register_component("data_loader", base.get_component("data_loader"))
    core.register_component("credential_provider", CredentialResolver([_Fixed(credentials)]))
    return core


def _config(attempts: int) -> Config:
    return Config(
        retries={"mode": "adaptive", "total_max_attempts": attempts},
        connect_timeout=10,
        read_timeout=60,
        user_agent_extra=f"vendorgate/{__version__}",
    )


def _reason(error: BaseException) -> str:
    code, message = describe(error)
    return f"{code}: {message}" if isinstance(error, ClientError | BotoCoreError) else str(error)


def _mend(error: BaseException) -> str:
    code, _ = describe(error)
    if "Connect" in code or "Timeout" in code:
        return "check the network, the region and AWS_ENDPOINT_URL"
    return "set AWS credentials: AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID, or `aws sso login`"
