"""From roles to what their trust policies say, each distinct policy analysed once.

A role goes one of three ways: its policy is known by its text; it is known otherwise (it depends on
the account, or has an external id of its own); or it waits until a batch was analysed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.role_trust.batches import BATCH, EARLY, Analyses, PolicyKey, Waiting
from checker.role_trust.external_ids import generalised
from checker.role_trust.readings import Reading, Readings, read, with_id
from checker.role_trust.trustees import Trustees
from checker.snapshot.records import Role
from checker.trust.model import Analysis
from checker.vetting.register import Register


class TrustReader:
    """Reads the trust policies of roles: equal text once, for each account where that matters."""

    def __init__(self, register: Register, analyses: Analyses, *, every: bool = False) -> None:
        """`every`: each reading is noteworthy, for who asks about roles that trust nobody too."""
        self._trustees, self._analyses, self._every = Trustees(register), analyses, every
        self._known = Readings()
        self._waiting = Waiting()

    def readings(self, blocks: Iterable[list[Role]]) -> Iterator[tuple[Role, Reading]]:
        """The roles whose policy is noteworthy, each with its reading; in no order of theirs, but
        in the same one each time."""
        known = self._known.of_text
        for block in blocks:
            for role in block:
                text = bytes(role.trust_policy)
                reading = known(text)
                if reading is None:
                    yield from self._read_uncached(role, text)
                elif reading.noteworthy:
                    yield role, reading
        while self._waiting:
            yield from self._send(1)
            yield from self._settle(self._analyses.rest())

    def _read_uncached(self, role: Role, text: bytes) -> Iterator[tuple[Role, Reading]]:
        """A policy that is new, depends on the account, or has an external id of its own."""
        text, external_id = generalised(text) or (text, None)
        reading = self._known.of(role.account, text)
        if reading is None:
            self._waiting.add(role, text, bound=self._known.is_bound(text))
            yield from self._send(BATCH if self._waiting.distinct > EARLY else 1)
        elif reading.noteworthy:
            yield role, with_id(reading, external_id)

    def _send(self, least: int) -> Iterator[tuple[Role, Reading]]:
        """Has what waits analysed, if there is so much of it."""
        if batch := self._waiting.batch(least):
            yield from self._settle(self._analyses.send(batch))

    def _settle(
        self, analysed: Iterable[tuple[PolicyKey, Analysis]]
    ) -> Iterator[tuple[Role, Reading]]:
        """The roles that waited for what was analysed."""
        for key, analysis in analysed:
            reading = read(key, analysis, self._trustees, every=self._every)
            self._known.remember(key, reading)
            for role in self._waiting.settled(key, bound=analysis.account_bound):
                if reading.noteworthy:
                    general = generalised(bytes(role.trust_policy)) if reading.general else None
                    yield role, with_id(reading, general[1] if general else None)
