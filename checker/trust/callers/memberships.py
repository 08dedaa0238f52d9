"""Which organization an outside account is in: nobody outside can know, so all are tried.

An outsider is never in the own organization. Paths begin with the organization, as OU ids alone
aren't unique.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.callers.vocabulary import LOWER, Vocabulary, combine, distinct, values
from checker.trust.document.conditions import Condition, Value
from checker.trust.lazy import lazy

_FRESH = "o-wzqxjkvyhg"
_TOLD = ("aws:principalorgid", "aws:principalorgpaths")


class Membership(msgspec.Struct, frozen=True):
    """`organization` is a foreign one that the policy names, or None."""

    organization: str | None = None
    context: dict[str, Value] = {}


def memberships(words: Vocabulary, kind: str = "principal") -> list[Membership]:
    """None, a fresh organization, and each foreign one that the policy names."""
    org, paths = f"aws:{kind}orgid", f"aws:{kind}orgpaths"
    if words.reads.isdisjoint((org, paths)):
        return [Membership()]
    judges = words.on(org, paths)
    named = named_organizations(words, kind)
    found = [Membership()]
    for name in [*fresh_organizations(words, judges, named), *named]:
        contexts: list[dict[str, Value]] = [
            {org: name, paths: (path,)} for path in organization_paths(words, name, judges, paths)
        ]
        known = name if name in named else None
        found += [Membership(known, dict(one)) for one in distinct(contexts, judges)]
    return found


class Memberships:
    """Those of the callers of one policy."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    @lazy
    def every(self) -> list[Membership]:
        """For accounts that stand for all: each foreign organization may be reported."""
        return memberships(self.words)

    @lazy
    def alike(self) -> list[Membership]:
        """For named accounts: one of those that no condition tells apart."""
        found = self.every
        return found if len(found) < 2 else _alike(self.words, found)


def _alike(words: Vocabulary, found: list[Membership]) -> list[Membership]:
    judges = words.on(*_TOLD)
    if any(one.variables for one in judges) or not words.variables.isdisjoint(_TOLD):
        return found
    kept: dict[object, Membership] = {}
    for one in found:
        words.budget.charge(len(judges))
        kept.setdefault(tuple(judge.holds(one.context) for judge in judges), one)
    return list(kept.values())


def named_organizations(words: Vocabulary, kind: str) -> list[str]:
    texts = words.texts(f"aws:{kind}orgid", f"aws:{kind}orgpaths")
    found = {text.partition("/")[0] for text in texts}
    named = sorted(one for one in found if keys.ORGANIZATION.fullmatch(one))
    return [one for one in named if one not in words.scope.organizations]


def fresh_organizations(
    words: Vocabulary, judges: list[Condition], named: list[str]
) -> Iterator[str]:
    """Organizations that the policy doesn't name, one for each meet of its patterns."""
    texts = [text for one in judges for text in one.loose()]
    wild = [
        glob
        for one in judges
        for glob in [_organization_part(text) for text in one.loose()]
        if not globs.is_literal(glob)
    ]
    yield _FRESH
    if not wild:
        return
    known = {*named, *words.scope.organizations, _FRESH}
    for glob in combine(["o-*"], [], [[one] for one in dict.fromkeys(wild)], words.budget):
        for found in values(glob, texts, LOWER, max(10 - len(glob) + 3, 1), words.budget):
            if found not in known and keys.ORGANIZATION.fullmatch(found):
                known.add(found)
                yield found


def _organization_part(text: str) -> str:
    """The pattern of the organization in a pattern of paths, whose `*` may cross a slash."""
    head, star, _ = text.partition("*")
    return head.partition("/")[0] if "/" in head else head + star if star else text


def organization_paths(
    words: Vocabulary, name: str, judges: list[Condition], key: str
) -> Iterator[str]:
    yield f"{name}/r-wzqx/"
    asked = [one.loose() for one in judges if one.key == key and one.operands]
    texts = [text for one in asked for text in one]
    if not texts:
        return
    for glob in combine([f"{name}/*/"], [], asked, words.budget):
        for found in values(glob, texts, LOWER, 4, words.budget):
            if keys.ORG_PATH.fullmatch(found):
                yield found
