"""Which statements meet: each action, each ARN → the few combinations that there are.

Requests that the same statements are about differ only in who sends them and with what. So one
action and one ARN stand for all of a square; of ARNs those are tried which no more Denies hold than
must, as `resources.samples` fills patterns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

import checker.trust.texts.globs as globs
from checker.access.actions import Action
from checker.access.model import GRADES
from checker.access.resources import samples
from checker.access.statements import Document, Statement
from checker.trust.texts.globs import unbounded

_MOST = 64
"""Patterns that are combined with what Denies leave out; where there are more, these Denies get no
credit, and that is said."""


class Square(msgspec.Struct):
    """`allows`, `denies`: the indices of the statements that are about it. `resources`: for each
    action an ARN, as one action meets these statements there, and another one elsewhere."""

    allows: frozenset[int]
    denies: frozenset[int]
    actions: dict[str, Action] = {}
    resources: dict[str, str] = {}

    def told(self) -> dict[str, Action]:
        """The actions that surely work from outside; where there is none, the others."""
        return {name: one for name, one in self.actions.items() if one.listed} or self.actions

    def gravest(self) -> Action:
        return max(self.told().values(), key=lambda one: GRADES.index(one.grade))


class Squares(msgspec.Struct):
    """`complete`: no Deny was left without credit for want of time."""

    found: list[Square]
    complete: bool = True


def squares(document: Document, actions: Iterable[Action], targets: dict[str, str]) -> Squares:
    """Every combination of statements at which an Allow is about something."""
    found: dict[tuple[frozenset[int], frozenset[int]], Square] = {}
    complete = True
    for does, several in _alike(document, tuple(actions)):
        about = [targets[one] for one in several[0].suffixes]
        patterns = _patterns(does, about)
        if patterns is None:
            complete = False
            does = tuple(one for one in does if one.allow or not one.not_resources)
            patterns = _patterns(does, about) or {}
        texts = [text for one in does for text in one.resources]
        for resource in samples(patterns, _without(_own(targets), [*texts, *about])):
            allows = frozenset(one.index for one in does if one.allow and one.on(resource))
            denies = frozenset(one.index for one in does if not one.allow and one.on(resource))
            if allows:
                square = found.setdefault((allows, denies), Square(allows, denies))
                for one in several:
                    square.actions[one.name] = one
                    square.resources.setdefault(one.name, resource)
    return Squares(list(found.values()), complete)


def _alike(
    document: Document, actions: tuple[Action, ...]
) -> Iterator[tuple[tuple[Statement, ...], list[Action]]]:
    """Actions with the same targets, that the same statements are about: an Allow among them."""
    names = tuple(one.name for one in actions)
    does = {one.index: one.among_actions(names) for one in document.statements}
    allowed = frozenset[str]().union(*(does[one.index] for one in document.statements if one.allow))
    alike: dict[tuple[tuple[int, ...], tuple[str, ...]], list[Action]] = {}
    for action in (one for one in actions if one.name in allowed):
        told = tuple([at for at, some in does.items() if action.name in some])
        alike.setdefault((told, action.suffixes), []).append(action)
    for (told, _), several in alike.items():
        yield tuple(one for one in document.statements if one.index in told), several


def _own(targets: dict[str, str]) -> str:
    """The resource's own ARN; empty where all that is behind its policy is named otherwise."""
    own = (target.removesuffix(one) for one, target in targets.items() if one[:4] != "arn:")
    return next(own, "")


def _without(own: str, patterns: list[str]) -> list[str]:
    """What decides how stars are filled: not how a resource is called, which each sample begins
    with as it stands, so that equal policies have samples that are equal but for their names."""
    return [text.replace(own, "") for text in patterns]


def _patterns(does: tuple[Statement, ...], targets: list[str]) -> dict[str, None] | None:
    """What Allows are about, whole and within what Denies leave out; None where it is too much."""
    patterns: dict[str, None] = {}
    for target in targets:
        for allow in (one for one in does if one.allow):
            patterns.update(dict.fromkeys(allow.among(target)))
    for deny in (one for one in does if not one.allow and one.not_resources):
        if len(patterns) > _MOST:
            return None
        for pattern in list(patterns):
            for excepted in deny.resources:
                patterns.update(dict.fromkeys(globs.meets(pattern, excepted, unbounded)))
    return patterns
