"""From roles to what their trust policies say, each shape of them analysed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.role_trust.answers import Answer, Answers
from checker.role_trust.readings import Names, Reading, read
from checker.role_trust.scopes import Scopes
from checker.role_trust.trustees import Trustees
from checker.room import room
from checker.snapshot.records import Role
from checker.trust.model import Analysis
from checker.vetting.register import Register

_NOTHING = Reading(Analysis(), trusts=(), readable=True, noteworthy=False)


class TrustReader:
    """Reads the trust policies of roles: equal text once, for each account where that matters."""

    def __init__(self, register: Register, scopes: Scopes, *, every: bool = False) -> None:
        """`every`: each reading is noteworthy, for who asks about roles that trust nobody too."""
        self._trustees, self._answers, self._every = Trustees(register), Answers(scopes), every
        self._own = scopes.own
        self._by_text: dict[bytes, tuple[Reading, Names]] = {}
        self._by_account: dict[tuple[str, bytes], tuple[Reading, Names]] = {}
        self._by_names: dict[object, Reading] = {}

    def read(self, account: str, analysis: Analysis) -> Reading:
        """What an analysis means that somebody else made of a policy of an account."""
        return read(account, analysis, self._trustees, every=self._every)

    def readings(self, blocks: Iterable[list[Role]]) -> Iterator[tuple[Role, Reading, Names]]:
        """The roles whose policy is noteworthy, in their order, each with its reading and the names
        that its witnesses show."""
        known, own = self._by_text.get, self._own
        for block in blocks:
            for role in block:
                text = bytes(role.trust_policy)
                told = known(text) if role.account in own else None
                reading, names = told or self._uncached(role.account, text)
                if reading.noteworthy:
                    yield role, reading, names

    def _uncached(self, account: str, text: bytes) -> tuple[Reading, Names]:
        """Of a policy that is new, or depends on the account."""
        told = self._by_account.get((account, text))
        if told is None:
            answer = self._answers.of(account, text)
            told = self._read(account, answer), answer.late
            if answer.bound:
                room(self._by_account)[account, text] = told
            else:
                room(self._by_text)[text] = told
        return told

    def _read(self, account: str, answer: Answer) -> Reading:
        if not (self._every or answer.general.grants or answer.general.problems):
            return _NOTHING
        key = answer.key(account)
        reading = self._by_names.get(key)
        if reading is None:
            reading = self.read(answer.home(account), answer.own)
            room(self._by_names)[key] = reading
        return reading
