"""What trust policies say, each shape of them analysed once."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from checker.role_trust.renaming import renamed
from checker.role_trust.scopes import Scopes
from checker.role_trust.shapes import Shape, Shapes, without_ids
from checker.trust import analyze
from checker.trust.model import Analysis

REMEMBERED = 1 << 14
"""So many answers are kept: memory must not grow with an organization whose policies are all
unlike."""


class Answer(msgspec.Struct, frozen=True):
    """What a policy of `shape` says, by the names of the shape. `bound`: for one account alone."""

    shape: Shape
    general: Analysis
    bound: bool

    @property
    def own(self) -> Analysis:
        """By the policy's own names, but for external ids."""
        return renamed(self.general, self.shape.names)


class Answers:
    """Those of one organization's roles. `analyses` counts how often one had to be found."""

    def __init__(self, scopes: Scopes) -> None:
        self._shapes = Shapes(scopes)
        self._scope = functools.cache(scopes.of)
        self._known: dict[object, Analysis] = {}
        self._believed: set[object] = set()
        self._refused: set[object] = set()
        self.analyses = 0

    def of(self, account: str, text: bytes) -> Answer:
        """That of a policy of a role in an account."""
        return next(filter(None, (self._by(s, account, text) for s in self._every(account, text))))

    def _every(self, account: str, text: bytes) -> Iterator[Shape]:
        """Its shapes, the most general first; the last is the policy itself."""
        yield self._shapes.of(account, text)
        general, ids = without_ids(text)
        yield Shape(general, ids=ids)
        yield Shape(text)

    def _by(self, shape: Shape, account: str, text: bytes) -> Answer | None:
        """None where the shape's answer is none for its policies."""
        if shape.renames and shape.key in self._refused:
            return None
        known = self._known.get(shape.key) or self._known.get((account, shape.text))
        general = known or self._analyze(shape.text, account, shape)
        if shape.renames and shape.key not in self._believed:
            if not self._holds(shape, general, account, text):
                self._refused.add(shape.key)
                return None
            self._believed.add(shape.key)
        if known is None:
            self._keep(shape, account, general)
        return Answer(shape, general, general.account_bound)

    def _keep(self, shape: Shape, account: str, general: Analysis) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
            self._believed.clear()
        bound = general.account_bound and shape.home is None
        self._known[(account, shape.text) if bound else shape.key] = general

    def _holds(self, shape: Shape, general: Analysis, account: str, text: bytes) -> bool:
        """Whether a policy has the answer of its shape, renamed, by itself too."""
        if general.account_bound and shape.names and shape.home is None:
            return False
        ids = {name.encode(): one.encode() for name, one in shape.ids.items()}
        return renamed(general, shape.names | ids) == self._analyze(text, account, None)

    def _analyze(self, text: bytes, account: str, shape: Shape | None) -> Analysis:
        self.analyses += 1
        scope = self._scope(account)
        return analyze(text, shape.scope(scope) if shape else scope, reasons=False)
