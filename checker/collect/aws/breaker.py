"""A service that cannot be reached in a region is given up for a while, not asked again and again.

Where there is no route, no name or no endpoint, each call would wait through all of its attempts:
eight minutes, for each of a region's calls, in each account. So requests without an answer are
counted for each service and region, over all accounts; when several in a row took too long, who
asks next is refused at once, until now and then one tries whether it answers again.

Where all that was lost is of one account, another one is let through: that account's way may be at
fault. What has answered before, and may be gone for a minute, is waited for, some minutes in all:
a thousand accounts would be passed by in seconds otherwise, each a gap.
"""

from __future__ import annotations

import threading
import time

from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    ReadTimeoutError,
)

from checker.snapshot.gaps import UNREACHABLE

LOST = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError, ReadTimeoutError)
CODE = UNREACHABLE
# How many in a row, over how long: a network that was away for a moment is not given up.
_SEVERAL, _LONG = 3, 15.0
_FEW, _VERY_LONG = 2, 60.0
_REST = 30.0  # seconds between two trials
_PATIENCE = 300.0  # seconds without an answer, of an endpoint that answered before
_NAP = 1.0


class UnreachableError(HTTPClientError):  # type: ignore[misc]  # botocore has no types
    """Nothing was sent: the endpoint did not answer before."""

    fmt = "the endpoint gave no answer"


UNANSWERED = (*LOST, UnreachableError)


class Breaker:
    """Of one service in one region; all threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lost, self._since, self._trial = 0, 0.0, 0.0
        self._known = False  # whether it ever answered
        self._losers: set[object] = set()

    @property
    def open(self) -> bool:
        """Whether it is given up for now."""
        return self._trial > 0

    def check(self, who: object = None) -> None:
        """To be asked before each request, and may wait; raises UnreachableError."""
        while self._trial and not self._my_turn(who):
            time.sleep(_NAP)

    def _my_turn(self, who: object) -> bool:
        """Whether to try, or to go on as before; raises UnreachableError where waiting is vain."""
        with self._lock:
            now = time.monotonic()
            if now < self._trial:
                if len(self._losers) == 1 and who not in self._losers:
                    return True
                if not self._known or now - self._since > _PATIENCE:
                    raise UnreachableError
                return False
            self._trial = self._trial and now + _REST
            return True

    def answered(self) -> None:
        self._known = True
        if self._lost:
            with self._lock:
                self._lost, self._trial = 0, 0.0
                self._losers.clear()

    def lost(self, sent: float, who: object = None) -> None:
        """A request of somebody's that was sent then got no answer."""
        with self._lock:
            self._losers.add(who)
            self._since = min(self._since, sent) if self._lost else sent
            self._lost += 1
            now = time.monotonic()
            waited = now - self._since
            several = self._lost >= _SEVERAL and waited >= _LONG
            if several or (self._lost >= _FEW and waited >= _VERY_LONG):
                self._trial = self._trial or now + _REST
