"""Trust policies analysed, each distinct one once; by the thousand, on every core.

A big organization has a million roles and fifty thousand distinct trust policies. Roles whose
policy is not known yet wait; when enough distinct policies have gathered they go to worker
processes in a batch. Batches come back in the order in which they went, at fixed points, so that
the outcome never depends on timing.
"""

from __future__ import annotations

import functools
import os
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from checker.role_trust.scopes import Scopes
from checker.snapshot.records import Role
from checker.trust import analyze
from checker.trust.model import Analysis
from checker.workers import loss_is_said, pool

if TYPE_CHECKING:  # imported when there is enough to do for worker processes
    from concurrent.futures import Future, ProcessPoolExecutor

BATCH = 2_000
EARLY = 5_000
"""So many policies are analysed as they come; worker processes pay only beyond."""
PolicyKey = tuple[str, bytes]
"""An account and the text of a trust policy."""


class _Analyst:
    """Analyses policies of any account, remembering each account's scope."""

    def __init__(self, scopes: Scopes) -> None:
        self._scope = functools.cache(scopes.of)

    def analyse(self, keys: list[PolicyKey]) -> list[Analysis]:
        return [analyze(text, self._scope(account), reasons=False) for account, text in keys]


class Analyses:
    """Pairs each batch of policies with its analyses, here or in worker processes."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self._here = _Analyst(scopes)
        self._pool: ProcessPoolExecutor | None = None
        self._sent: deque[tuple[list[PolicyKey], Future[bytes]]] = deque()
        self._workers = min(os.cpu_count() or 1, 8)

    def __enter__(self) -> Analyses:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            with loss_is_said():
                self._pool.shutdown(cancel_futures=True)

    def send(self, keys: list[PolicyKey]) -> Iterator[tuple[PolicyKey, Analysis]]:
        """Analyses a batch: here if it is small, else in a worker; then the answer is that of a
        batch sent before, once enough are under way."""
        if self._workers == 1 or len(keys) < BATCH:
            return zip(keys, self._here.analyse(keys), strict=True)
        if self._pool is None:
            self._pool = pool(self._workers, _start, self._scopes)
        with loss_is_said():
            self._sent.append((keys, self._pool.submit(_analyse, keys)))
        return self._receive() if len(self._sent) > 2 * self._workers else iter(())

    def rest(self) -> Iterator[tuple[PolicyKey, Analysis]]:
        """All that is under way."""
        while self._sent:
            yield from self._receive()

    def _receive(self) -> Iterator[tuple[PolicyKey, Analysis]]:
        keys, future = self._sent.popleft()
        with loss_is_said():
            return zip(keys, _decoder.decode(future.result()), strict=True)


class Waiting:
    """Roles whose policy is being analysed.

    Until it is known whether a policy's answer depends on the account, the roles of all accounts
    wait for its first analysis.
    """

    def __init__(self) -> None:
        self._roles: dict[PolicyKey, list[Role]] = {}
        self._first: dict[bytes, PolicyKey] = {}
        self._fresh: list[PolicyKey] = []
        self.distinct = 0

    def __bool__(self) -> bool:
        return bool(self._roles)

    def add(self, role: Role, text: bytes, *, bound: bool) -> None:
        """`bound`: the policy is known to depend on the account."""
        key = (role.account, text)
        if not bound:
            key = self._first.setdefault(text, key)
        # a record's raw text is a view of the whole block that it was read from
        role = msgspec.structs.replace(role, trust_policy=role.trust_policy.copy())
        waiting = self._roles.get(key)
        if waiting is None:
            self._roles[key] = [role]
            self._fresh.append(key)
            self.distinct += 1
        else:
            waiting.append(role)

    def batch(self, least: int) -> list[PolicyKey]:
        """The policies that nobody analyses yet, if they are so many."""
        if len(self._fresh) < least:
            return []
        batch, self._fresh = self._fresh, []
        return batch

    def settled(self, key: PolicyKey, *, bound: bool) -> list[Role]:
        """The roles that a policy's analysis answers; those of other accounts wait on, if it
        depends on the account."""
        account, text = key
        self._first.pop(text, None)
        roles = self._roles.pop(key)
        if not bound:
            return roles
        for role in roles:
            if role.account != account:
                self.add(role, text, bound=True)
        return [role for role in roles if role.account == account]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Analysis])
_worker: list[_Analyst] = []


def _start(scopes: Scopes) -> None:
    _worker.append(_Analyst(scopes))


def _analyse(keys: list[PolicyKey]) -> bytes:
    return _encoder.encode(_worker[0].analyse(keys))
