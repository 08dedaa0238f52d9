"""Throttled and failed requests are asked again: a bounded number of times, ever later.

botocore's own retries are off. They live in a client, and one client serves all accounts here:
one account that throttles without end would use up the retries of the others, and slow them down.
So the distance between requests is kept for each account, service and region.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.exceptions import HTTPClientError, SSLError

from checker.collect.aws.breaker import LOST, Breaker, UnreachableError
from checker.usage.codes import THROTTLED

TRANSIENT = frozenset(
    {"InternalError", "InternalFailure", "RequestTimeout", "RequestTimeoutException", "Unavailable"}
)
# EC2 says RequestExpired; a token that was revoked or replaced is not recognised at all.
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_BASE, _LONGEST = 0.2, 20.0  # seconds; before the nth repetition: at random up to base x 2^n
_FIRST_GAP, _WIDEST_GAP = 0.05, 2.0


class Actor(Protocol):
    """Whose credentials sign. `renew` gets new ones unless others already replaced `key`."""

    credentials: Any
    attempts: int

    def renew(self, key: str | None) -> bool: ...


@dataclass
class Traffic:
    """How many requests went out, and what became of them; all threads count here."""

    requests: int = 0
    throttles: int = 0
    retries: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, *, requests: int = 0, throttles: int = 0, retries: int = 0) -> None:
        with self._lock:
            self.requests += requests
            self.throttles += throttles
            self.retries += retries


class Pace:
    """Spaces requests after throttling: twice the distance after each, less after each answer."""

    def __init__(self) -> None:
        self._lock, self._gap, self._next = threading.Lock(), 0.0, 0.0

    def wait(self) -> None:
        """Until it is this request's turn."""
        if not self._gap:
            return
        with self._lock:
            start = max(time.monotonic(), self._next)
            self._next = start + self._gap
        time.sleep(max(0.0, start - time.monotonic()))

    def throttled(self) -> None:
        with self._lock:
            self._gap = min(_WIDEST_GAP, max(_FIRST_GAP, self._gap * 2))

    def answered(self) -> None:
        if self._gap:
            with self._lock:
                self._gap = self._gap * 0.7 if self._gap > _FIRST_GAP / 10 else 0.0


@dataclass
class Turn:
    """A request in an account's name; `key` is the access key id that signed it last, `sent` when
    it went out last."""

    actor: Actor
    pace: Pace
    breaker: Breaker
    key: str | None = None
    sent: float = 0.0

    def begin(self) -> None:
        """Before it goes out: waits for its turn. Raises UnreachableError."""
        self.breaker.check(self.actor)
        self.pace.wait()
        self.sent = time.monotonic()


def verdict(response: Any, caught: BaseException | None, attempts: int, turn: Turn) -> float | None:
    """Seconds to wait before the request is sent again; None: leave it as it is."""
    if isinstance(caught, UnreachableError):
        return None
    if isinstance(caught, LOST):
        turn.breaker.lost(turn.sent, turn.actor)
    else:
        turn.breaker.answered()
    code, transient = _fault(response, caught)
    if code in THROTTLED:
        turn.pace.throttled()
    elif not transient:
        turn.pace.answered()
    if code in EXPIRED and attempts < turn.actor.attempts:
        return 0.0 if turn.actor.renew(turn.key) else None
    again = (transient or code in THROTTLED) and attempts < turn.actor.attempts
    return _later(attempts) if again else None


def throttled(response: Any) -> bool:
    return _fault(response, None)[0] in THROTTLED


def _fault(response: Any, caught: BaseException | None) -> tuple[str, bool]:
    """The error's code, and whether the same request may do better; throttling aside."""
    if caught is not None or response is None:
        lost = isinstance(caught, HTTPClientError | BotoConnectionError)
        lost = lost and not isinstance(caught, SSLError)
        return type(caught).__name__, lost
    http, parsed = response
    code = str(parsed.get("Error", {}).get("Code", ""))
    status = http.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "Throttling", False
    broken = status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED
    return code, code not in THROTTLED and (broken or code in TRANSIENT)


def _later(attempts: int) -> float:
    longest = min(_LONGEST, _BASE * 2.0**attempts)
    return random.uniform(0, longest)  # noqa: S311  jitter, no secret
