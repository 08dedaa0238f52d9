"""What trust policies say, each shape of them analysed once."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from checker.role_trust.renaming import names_told, renamed
from checker.role_trust.scopes import Scopes
from checker.role_trust.shapes import STAND_IN, Shape, Shapes, without_ids
from checker.room import REMEMBERED, room
from checker.trust import analyze
from checker.trust.model import Analysis


class Answer(msgspec.Struct, frozen=True):
    """What a policy of `shape` says, by the names of the shape. `early`: the names that its grants
    or problems tell, `late`: those that its witnesses alone show. `bound`: it is so in one account
    alone."""

    shape: Shape
    general: Analysis
    early: dict[str, str]
    late: dict[str, str]
    bound: bool

    def key(self, account: str) -> object:
        """What tells it from others, but for its late names."""
        return self.shape.key, tuple(self.early.items()), self.home(account) if self.bound else None

    def home(self, account: str) -> str:
        """The role's account, as the answer without its late names tells it."""
        return self.shape.home if self.shape.home in self.late else account

    @property
    def own(self) -> Analysis:
        """By the policy's own names, but for the late ones."""
        return renamed(self.general, self.early)


class Answers:
    """Those of one organization's roles. `analyses` counts how often one had to be found."""

    def __init__(self, scopes: Scopes) -> None:
        self._shapes, self._own = Shapes(scopes), scopes.own
        self._scope = functools.cache(scopes.of)
        self._known: dict[object, tuple[Analysis, str]] = {}
        self._believed: set[object] = set()
        self._refused: set[object] = set()
        self.analyses = 0

    def of(self, account: str, text: bytes) -> Answer:
        """That of a policy of a role in an account."""
        if account not in self._own:
            return self._alone(account, text)
        return next(filter(None, (self._by(s, account, text) for s in self._every(account, text))))

    def _alone(self, account: str, text: bytes) -> Answer:
        """That of a role whose account nobody listed: it is own to itself, and to no other."""
        shape = Shape(text)
        known = self._known.get((account, text)) or self._analysed(account, shape)
        room(self._known)[account, text] = known
        return Answer(shape, known[0], {}, {}, bound=True)

    def _every(self, account: str, text: bytes) -> Iterator[Shape]:
        """Its shapes, the most general first; the last is the policy itself."""
        yield self._shapes.of(account, text)
        yield Shape(*without_ids(text))
        yield Shape(text)

    def _by(self, shape: Shape, account: str, text: bytes) -> Answer | None:
        """None where the shape's answer is none for its policies."""
        if shape.renames and shape.key in self._refused:
            return None
        known = self._known.get(shape.key) or self._known.get((account, shape.text))
        general, told = known or self._analysed(account, shape)
        if shape.renames and shape.key not in self._believed:
            if not self._holds(shape, general, account, text):
                self._refused.add(shape.key)
                return None
            self._believed.add(shape.key)
        if known is None:
            self._keep(shape, account, (general, told))
        early = {name: own for name, own in shape.names.items() if name in told}
        late = {name: own for name, own in shape.names.items() if name not in early}
        if any(name in own for own in early.values() for name in late):
            early, late = shape.names, {}  # one after the other they would be taken for each other
        return Answer(shape, general, early, late, general.account_bound)

    def _keep(self, shape: Shape, account: str, answer: tuple[Analysis, str]) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
            self._believed.clear()
        bound = answer[0].account_bound and shape.home is None
        self._known[(account, shape.text) if bound else shape.key] = answer

    def _holds(self, shape: Shape, general: Analysis, account: str, text: bytes) -> bool:
        """Whether a policy has the answer of its shape, renamed, by itself too."""
        only_ids = all(name.startswith(STAND_IN) for name in shape.names)
        if general.account_bound and shape.home is None and not only_ids:
            return False
        return renamed(general, shape.names) == self._analyze(text, account, None)

    def _analysed(self, account: str, shape: Shape) -> tuple[Analysis, str]:
        general = self._analyze(shape.text, account, shape)
        return general, names_told(general)

    def _analyze(self, text: bytes, account: str, shape: Shape | None) -> Analysis:
        self.analyses += 1
        scope = self._scope(account)
        return analyze(text, shape.scope(scope) if shape else scope, reasons=False)
