"""From roles to what their trust policies say, each shape of them analysed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from checker.role_trust.answers import REMEMBERED, Answer, Answers
from checker.role_trust.readings import Reading, read, with_own_ids
from checker.role_trust.scopes import Scopes
from checker.role_trust.trustees import Trustees
from checker.snapshot.records import Role
from checker.trust.model import Analysis
from checker.vetting.register import Register

_NOTHING = Reading(Analysis(), trusts=(), readable=True, noteworthy=False)


class TrustReader:
    """Reads the trust policies of roles: equal text once, for each account where that matters."""

    def __init__(self, register: Register, scopes: Scopes, *, every: bool = False) -> None:
        """`every`: each reading is noteworthy, for who asks about roles that trust nobody too."""
        self._trustees, self._answers, self._every = Trustees(register), Answers(scopes), every
        self._by_text: dict[bytes, Reading] = {}
        self._by_account: dict[tuple[str, bytes], Reading] = {}
        self._by_names: dict[object, Reading] = {}

    def read(self, account: str, analysis: Analysis) -> Reading:
        """What an analysis means that somebody else made of a policy of an account."""
        return read(account, analysis, self._trustees, every=self._every)

    def readings(self, blocks: Iterable[list[Role]]) -> Iterator[tuple[Role, Reading]]:
        """The roles whose policy is noteworthy, in their order, each with its reading."""
        known = self._by_text.get
        for block in blocks:
            for role in block:
                text = bytes(role.trust_policy)
                reading = known(text) or self._uncached(role.account, text)
                if reading.noteworthy:
                    yield role, reading

    def _uncached(self, account: str, text: bytes) -> Reading:
        """Of a policy that is new, or depends on the account."""
        reading = self._by_account.get((account, text))
        if reading is None:
            answer = self._answers.of(account, text)
            reading = self._read(account, answer)
            if answer.bound:
                _remember(self._by_account, (account, text), reading)
            else:
                _remember(self._by_text, text, reading)
        return reading

    def _read(self, account: str, answer: Answer) -> Reading:
        general, shape = answer.general, answer.shape
        if not (self._every or general.grants or general.problems):
            return _NOTHING
        key = shape.key, tuple(shape.names.items()), account if answer.bound else None
        reading = self._by_names.get(key)
        if reading is None:
            reading = self.read(account, answer.own)
            _remember(self._by_names, key, reading)
        return with_own_ids(reading, shape.ids)


def _remember(known: dict[Any, Reading], key: object, reading: Reading) -> None:
    if len(known) >= REMEMBERED:
        known.clear()
    known[key] = reading
