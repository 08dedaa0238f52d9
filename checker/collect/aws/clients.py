"""One client for a service and region, whichever account asks; each request is signed for one.

Making a client costs 10 to 20 ms and half a megabyte: one an account and region would take longer
than the calls themselves. botocore's clients are thread-safe, and what differs from account to
account is the credentials, which botocore asks for at each signing. So the clients' credentials
are a switch: they answer for the account whose turn it is in this thread, and without one they
fail. No request can be signed for an account by chance.
"""

from __future__ import annotations

import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialResolver
from botocore.exceptions import UnknownRegionError

from checker import __version__
from checker.collect.aws.answers import CheckedSession
from checker.collect.aws.breaker import Breaker
from checker.collect.aws.retry import Traffic, Turn, throttled, verdict

_TURN: ContextVar[Turn] = ContextVar("turn")
TOKENS = ("NextToken", "nextToken", "Marker", "NextContinuationToken")
"""What AWS's services call the token of a page, asked with and answered."""
_FOLLOWED = {"list_streams": ("ExclusiveStartStreamArn", "LastEvaluatedStreamArn")}
"""Listings without a paginator whose tokens are asked with by another name."""
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
_PROXY_FAULTS = (502, 503, 504)


class _Switch:
    """Credentials in botocore's sense, and their provider."""

    METHOD = CANONICAL_NAME = method = "vendorgate"

    def load(self) -> _Switch:
        return self

    def get_frozen_credentials(self) -> Any:
        turn = _TURN.get()
        frozen = turn.actor.credentials.get_frozen_credentials()
        turn.key = frozen.access_key
        return frozen

    def get_deferred_property(self, _name: str) -> Callable[[], None]:
        """The account id, for endpoints that are an account's own: none that is used here."""
        return lambda: None


class ClientPool:
    """Makes each client once; `traffic` counts what they send."""

    def __init__(self, profile: str | None, workers: int) -> None:
        self.traffic = Traffic()
        self._clients: dict[tuple[str, str], Any] = {}
        self._breakers: dict[tuple[str, str], Breaker] = defaultdict(Breaker)
        self._offered: dict[tuple[str, str], bool] = {}
        self._lock = threading.Lock()  # making clients is not thread-safe
        self._core = botocore.session.Session(profile=profile)
        self._config = _config(workers, f"vendorgate/{__version__} {self._core.user_agent()}")
        self._core.register_component("credential_provider", CredentialResolver([_Switch()]))
        self._core.register("before-send", self._before_send)
        self._core.register("before-parse", _before_parse)
        self._core.register(*REDIRECTED_ONCE)
        self._core.get_component("event_emitter").register_first("needs-retry", self._needs_retry)

    def regions(self, partition: str) -> frozenset[str]:
        """Those that this version of botocore knows."""
        return frozenset(self._core.get_available_regions("ec2", partition))

    def offered(self, service: str, region: str) -> bool:
        """Whether AWS has the service in a region. Of those that botocore lists nowhere, or not
        there, the name of the endpoint tells: one that was never given to any host, where EC2 has
        one. What cannot be told is asked."""
        with self._lock:
            known = self._offered.get((service, region))
        if known is None:
            known = self._listed(service, region) or not self._nameless(service, region)
            with self._lock:
                self._offered[service, region] = known
        return known

    def _listed(self, service: str, region: str) -> bool:
        try:
            partition = self._core.get_partition_for_region(region)
        except UnknownRegionError:  # newer than botocore is
            return False
        return region in self._core.get_available_regions(service, partition)

    def _nameless(self, service: str, region: str) -> bool:
        hosts = (urlsplit(self.client(one, region).meta.endpoint_url) for one in (service, "ec2"))
        return [_has_name(host.hostname or "") for host in hosts] == [False, True]

    def breaker(self, service: str, region: str) -> Breaker:
        with self._lock:
            return self._breakers[service, region]

    def client(self, service: str, region: str) -> Any:
        """Shared by all threads and accounts: only to be used through `Client`."""
        with self._lock:
            made = self._clients.get((service, region))
            if made is None:
                made = self._made(service, region)
                self._clients[service, region] = made
            return made

    def _made(self, service: str, region: str) -> Any:
        made = self._core.create_client(service, region_name=region, config=self._config)
        json = "json" in made.meta.service_model.resolved_protocol
        made._endpoint.http_session = CheckedSession(made._endpoint.http_session, json=json)
        return made

    def _before_send(self, **_: Any) -> None:
        _TURN.get().begin()
        self.traffic.count(requests=1)

    def _needs_retry(
        self, response: Any, caught_exception: BaseException | None, attempts: int, **_: Any
    ) -> float | None:
        if throttled(response):
            self.traffic.count(throttles=1)
        wait = verdict(response, caught_exception, attempts, _TURN.get())
        if wait is not None:
            self.traffic.count(retries=1)
        return wait


class Answering(Protocol):
    """What answers a source: AWS, or what somebody recorded of it."""

    @property
    def offered(self) -> bool: ...

    @property
    def unreachable(self) -> bool: ...

    def call(self, method: str, request: Mapping[str, Any]) -> Mapping[str, Any]: ...

    def pages(self, method: str, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]: ...


class Client:
    """A shared client in the name of one account; not `offered`: AWS has no such service there."""

    def __init__(self, shared: Any, turn: Turn, offered: Callable[[], bool] = lambda: True) -> None:
        self._shared, self._turn, self._offered = shared, turn, offered

    @property
    def offered(self) -> bool:
        return self._offered()

    @property
    def unreachable(self) -> bool:
        """Whether the endpoint was given up, for all accounts."""
        return self._turn.breaker.open

    def call(self, method: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """One answer; raises what botocore raises."""
        with _acting(self._turn):
            answer: Mapping[str, Any] = getattr(self._shared, method)(**request)
        return answer

    def pages(self, method: str, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """All answers. The turn lasts for one request, not while somebody uses its answer."""
        if not self._shared.can_paginate(method):
            yield from self._followed(method, request)
            return
        pages = iter(self._shared.get_paginator(method).paginate(**request))
        while True:
            with _acting(self._turn):
                page = next(pages, None)
            if page is None:
                return
            yield page

    def _followed(self, method: str, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """botocore has no paginator for some listings, which have tokens all the same."""
        asked, told = _FOLLOWED.get(method) or (self._token(method),) * 2
        while True:
            answer = self.call(method, request)
            yield answer
            if asked is None or told is None or not answer.get(told):
                return
            request = {**request, asked: answer[told]}

    def _token(self, method: str) -> str | None:
        meta = self._shared.meta
        shape = meta.service_model.operation_model(meta.method_to_api_mapping[method]).input_shape
        return next((name for name in TOKENS if shape and name in shape.members), None)


@contextmanager
def _acting(turn: Turn) -> Iterator[None]:
    token = _TURN.set(turn)
    try:
        yield
    finally:
        _TURN.reset(token)


def _has_name(host: str) -> bool | None:
    """Whether anything is called so; None where nobody could be asked."""
    try:
        socket.getaddrinfo(host, 443)
    except socket.gaierror as error:
        return False if error.errno in _NO_SUCH_NAME else None
    return True


def _before_parse(response_dict: dict[str, Any], **_: Any) -> None:
    """A load balancer's page in place of an answer: botocore would fail to read it as XML, and
    not ask again; without a body it takes the status."""
    body = response_dict.get("body")
    if response_dict["status_code"] in _PROXY_FAULTS and isinstance(body, bytes):
        page = body.lstrip()[:9].lower().startswith((b"<!doctype", b"<html"))
        response_dict["body"] = b"" if page else body


def _not_again(context: dict[str, Any], **_: Any) -> None:
    context.setdefault("s3_redirect", {})["redirected"] = True


REDIRECTED_ONCE = ("before-call.s3.HeadBucket", _not_again)
"""For a session: where S3 redirects and tells no region, botocore asks for that by a HeadBucket.
That one's redirect is told, and not followed by another, and so on until the stack overflows."""


def _config(workers: int, user_agent: str) -> Config:
    return Config(
        retries={"mode": "standard", "total_max_attempts": 1},  # see retry.py
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=workers,
        user_agent=user_agent,  # whole: botocore puts its own together anew for each request
    )
