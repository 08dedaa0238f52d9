"""Who calls: the caller itself, and in each account a role with credentials that are renewed."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import botocore.session
from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from checker.collect.aws.calls import CALL_ERRORS, clean, describe
from checker.collect.aws.clients import Client, ClientPool
from checker.collect.aws.retry import EXPIRED, Pace, Turn
from checker.errors import InputError
from checker.partitions import HOME_REGION

DEFAULT_ROLE = "vendorgate-collector"
SESSION_NAME = "vendorgate"
_ATTEMPTS = 8  # AWS_MAX_ATTEMPTS or the profile may say otherwise
_FEW_ATTEMPTS = 3  # for the first call, which fails where nothing is reachable


@dataclass(eq=False)
class AccountSession:
    """Makes clients that act in one account. `load` gets new credentials."""

    account: str
    partition: str
    home_region: str
    pool: ClientPool
    load: Callable[[], Any]
    attempts: int
    credentials: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _paces: dict[tuple[str, str], Pace] = field(default_factory=lambda: defaultdict(Pace))

    def client(self, service: str, region: str | None = None) -> Client:
        place = (service, region or self.home_region)
        offered = partial(self.pool.offered, *place)
        return Client(self.pool.client(*place), self._turn(place), offered)

    def _turn(self, place: tuple[str, str]) -> Turn:
        return Turn(self, self._paces[place], self.pool.breaker(*place))

    def renew(self, key: str | None) -> bool:
        """Replace credentials that AWS calls expired, once for all threads that it told so."""
        with self._lock:
            if self.credentials.get_frozen_credentials().access_key != key:
                return True
            self.credentials = self.load()
            fresh = self.credentials
            return bool(fresh and fresh.get_frozen_credentials().access_key != key)


class _Caller(Client):
    """What the caller itself may no longer ask, nobody can go on with."""

    def call(self, method: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return super().call(method, request)
        except ClientError as error:
            _say_expired(error)
            raise

    def pages(self, method: str, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        try:
            yield from super().pages(method, request)
        except ClientError as error:
            _say_expired(error)
            raise


class CallerSession(AccountSession):
    """The caller's own session."""

    def client(self, service: str, region: str | None = None) -> Client:
        place = (service, region or self.home_region)
        offered = partial(self.pool.offered, *place)
        return _Caller(self.pool.client(*place), self._turn(place), offered)


def connect(profile: str | None, workers: int = 1) -> CallerSession:
    """The caller's own session, asked who it is."""
    try:
        core = botocore.session.Session(profile=profile)
        region = core.get_config_variable("region")
        asked_in = region or HOME_REGION["aws"]
        attempts = core.get_config_variable("max_attempts")
        session = CallerSession(
            "", "aws", asked_in, ClientPool(profile, workers), _loader(profile),
            attempts or _FEW_ATTEMPTS, core.get_credentials(),
        )  # fmt: skip
        if session.credentials is None:
            raise NoCredentialsError
        caller = session.client("sts").call("get_caller_identity", {})
        session.account, session.partition = caller["Account"], caller["Arn"].split(":")[1]
    except CALL_ERRORS as error:
        raise InputError(
            f"AWS does not tell who is calling: {clean(_reason(error))}", hint=_mend(error)
        ) from error
    session.home_region = region or HOME_REGION.get(session.partition, asked_in)
    session.attempts = attempts or _ATTEMPTS
    return session


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

    def load() -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(_refresher(central, request), method="assume-role")

    session = AccountSession(
        account, central.partition, central.home_region, central.pool, load, central.attempts,
        load(),
    )  # fmt: skip
    session.credentials.get_frozen_credentials()
    return session


def _refresher(central: AccountSession, request: dict[str, str]) -> Callable[[], dict[str, str]]:
    def refresh() -> dict[str, str]:
        answer = central.client("sts").call("assume_role", request)["Credentials"]
        return {
            "access_key": answer["AccessKeyId"],
            "secret_key": answer["SecretAccessKey"],
            "token": answer["SessionToken"],
            "expiry_time": answer["Expiration"].isoformat(),
        }

    return refresh


def _loader(profile: str | None) -> Callable[[], Any]:
    """Reads the configuration again: somebody may have signed in since."""
    return lambda: botocore.session.Session(profile=profile).get_credentials()


def _say_expired(error: ClientError) -> None:
    code, message = describe(error)
    if code in EXPIRED:
        raise InputError(
            f"the caller's credentials have expired: {clean(message)}",
            hint="sign in again; collecting with --resume then goes on where this ended",
        ) from error


def _reason(error: BaseException) -> str:
    code, message = describe(error)
    return f"{code}: {message}" if isinstance(error, ClientError | BotoCoreError) else str(error)


def _mend(error: BaseException) -> str:
    code, _ = describe(error)
    if "Connect" in code or "Timeout" in code:
        return "check the network, the region and AWS_ENDPOINT_URL"
    return "set AWS credentials: AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID, or `aws sso login`"
