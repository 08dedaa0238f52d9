"""A resource's policy → statements: what each says of actions and resources, and the rest of it.

The rest (principals and conditions) is read as a trust policy's; where it cannot be understood an
Allow is widened and a Deny gets no credit, and it is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

import checker.trust.texts.globs as globs
from checker.access.kinds import Kind
from checker.access.resources import matches, meet
from checker.trust.document.decode import NotJSON, TooDeep, as_list, decode
from checker.trust.document.notes import scalar
from checker.trust.model import Problem

ASSUME = "sts:AssumeRole"
"""What stands for any action where the principals and conditions of a statement are read."""


class Statement(msgspec.Struct, frozen=True):
    """`actions`, `resources`: patterns; `not_…`: the complement."""

    index: int
    allow: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_actions: bool
    not_resources: bool

    def does(self, action: str) -> bool:
        """Whether the statement is about an action, whose case does not count."""
        return action in self.among_actions((action,))

    def among_actions(self, names: tuple[str, ...]) -> frozenset[str]:
        """Those of the actions that it is about."""
        return _about(self.actions, self.not_actions, names)

    def on(self, arn: str) -> bool:
        """Whether it is about a resource: an Allow in doubt is, a Deny in doubt is not."""
        surely = self.allow == self.not_resources
        found = any(matches(one, arn, surely=surely) for one in self.resources)
        return found != self.not_resources

    def among(self, target: str) -> list[str]:
        """Patterns of what it may be about, of all that a target stands for."""
        if self.not_resources:
            return [target]
        return [one for pattern in self.resources for one in meet(pattern, target)]


@lru_cache(1 << 10)
def _about(patterns: tuple[str, ...], excepted: bool, names: tuple[str, ...]) -> frozenset[str]:
    """Remembered, as the same actions are granted again and again, and a service has a hundred."""
    lower = [one.lower() for one in patterns]
    fits = (any(globs.matches(one, name.lower()) for one in lower) for name in names)
    return frozenset(name for name, fit in zip(names, fits, strict=True) if fit != excepted)


class Document(msgspec.Struct, frozen=True):
    """`plain`: the same document for the trust analysis, with one action and no resource."""

    statements: tuple[Statement, ...] = ()
    plain: dict[str, Any] = {}
    problems: tuple[Problem, ...] = ()


def read(raw: object, kind: Kind) -> Document:
    """A policy, as JSON text or decoded. What is no policy gives a problem, never silence."""
    problems = twice(raw)
    if isinstance(raw, str | bytes):
        try:
            raw = decode(raw)[0]
        except (NotJSON, TooDeep) as error:
            return Document(problems=(Problem("not-json", None, str(error)),))
    if not isinstance(raw, dict):
        return Document(problems=(Problem("invalid-document", None, "no JSON object"),))
    listed = raw.get("Statement")
    several = as_list(listed)
    found = [_statement(at, one, kind, problems) for at, one in enumerate(several)]
    plain = {**raw, "Statement": [_plain(one) for one in several]}
    return Document(tuple(one for one in found if one), plain, tuple(problems))


def twice(raw: object) -> list[Problem]:
    """What a text gives twice in one object, of which the last alone is read."""
    try:
        names = decode(raw)[1] if isinstance(raw, str | bytes) else []
    except (NotJSON, TooDeep):
        return []
    return [Problem("duplicate-key", None, f"{one!a:.80} is given twice") for one in names]


def decoded(raw: object) -> Any:
    """The document, where it can be read; else what was given."""
    if not isinstance(raw, str | bytes):
        return raw
    try:
        return decode(raw)[0]
    except (NotJSON, TooDeep):
        return raw


def _plain(one: Any) -> Any:
    """The statement without what is settled here."""
    if not isinstance(one, dict):
        return one
    kept = {name: value for name, value in one.items()
            if name not in ("Action", "NotAction", "Resource", "NotResource")}  # fmt: skip
    return {**kept, "Action": ASSUME}


def _statement(at: int, raw: Any, kind: Kind, problems: list[Problem]) -> Statement | None:
    if not isinstance(raw, dict):
        return None
    allow = raw.get("Effect") != "Deny"
    actions, not_actions, known = _patterns(raw, "Action", at, problems)
    resources, not_resources, told = _patterns(raw, "Resource", at, problems,
                                               missing="*" if kind.implicit else None)  # fmt: skip
    if not allow and not (known and told):
        return None
    return Statement(at, allow, actions if known else ("*",), resources if told else ("*",),
                     not_actions and known, not_resources and told)  # fmt: skip


def _patterns(
    raw: dict[str, Any], name: str, at: int, problems: list[Problem], missing: str | None = None
) -> tuple[tuple[str, ...], bool, bool]:
    """The patterns, whether they are excepted, whether all was understood."""
    other = "Not" + name
    if name not in raw and other not in raw and missing is not None:
        return (missing,), False, True
    if (name in raw) == (other in raw):
        problems.append(Problem(f"invalid-{name.lower()}", at, f"give either {name} or {other}"))
        return (), False, False
    given = raw.get(name, raw.get(other))
    if given == []:
        problems.append(Problem("inert", at, f"{name if name in raw else other} is an empty list"))
    texts = [scalar(one) for one in as_list(given)]
    wrong = [one for one in texts if one is None or not _readable(name, one)]
    problems += [Problem(f"invalid-{name.lower()}", at, f"no {name.lower()}: {one!a:.80}")
                 for one in wrong]  # fmt: skip
    return tuple(one for one in texts if one is not None), other in raw, not wrong


def _readable(name: str, text: str) -> bool:
    return text == "*" or (
        ":" in text if name == "Action" else text.startswith(("arn", "*", "?", "execute-api:/"))
    )


def elsewhere(document: Document, targets: Iterable[str]) -> Iterator[Problem]:
    """Allows of which no resource is this one or stands behind it: a slip, as they do nothing."""
    every = list(targets)
    for one in document.statements:
        if one.allow and one.resources and not any(one.among(target) for target in every):
            yield Problem("inert", one.index, f"{one.resources[0]!a:.80} is not behind this policy")


def named_actions(document: Document) -> Iterator[str]:
    """The action patterns of all Allow statements; `*` for what one leaves out some of."""
    for one in document.statements:
        if one.allow:
            yield from ("*",) if one.not_actions else one.actions
