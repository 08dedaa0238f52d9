"""Whom statements name as those for whom a service may act: aws:SourceAccount and its kin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

import checker.trust.texts.keys as keys
from checker.arns import account_of
from checker.patterns import pattern
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Condition, Value
from checker.trust.document.parse import Statement

ACCOUNT, ARN, ORG, PATHS = (
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
)
_SOME_ACCOUNT = pattern(r"(?<![0-9])[0-9]{12}(?![0-9])")


class Named(msgspec.Struct, frozen=True):
    """Whom a statement, or what Denies except, names as those for whom a service may act: by
    accounts, by ARNs, by organizations."""

    accounts: set[str]
    arns: set[str]
    organizations: set[str]

    @classmethod
    def of(cls, allow: Statement, words: Vocabulary, *, alone: bool = False) -> Named:
        """`alone`: without what Denies except."""
        every = {key: list(_asked(allow, key, words, alone)) for key in sorted(keys.SOURCE)}
        members = [*every[ORG], *every[PATHS]]
        named = {text.partition("/")[0] for one in members for text in one.loose()}
        if any("aws:resourceorgid" in one.variables for one in members):
            named |= words.scope.organizations
        accounts, arns = (account_patterns(every[key], words) for key in (ACCOUNT, ARN))
        return cls(accounts, arns, named)

    @property
    def count(self) -> int:
        return len(self.accounts | self.arns) + len(self.organizations)

    def told(self, request: Mapping[str, Value]) -> str | None:
        """For whom a service acts in a request, if that is named."""
        of_arn = account_of(str(request.get(ARN, "")))
        account, organization = request.get(ACCOUNT), request.get(ORG)
        if of_arn and of_arn in self.arns:
            return of_arn
        for one, named in ((account, self.accounts), (organization, self.organizations)):
            if isinstance(one, str) and one in named:
                return one
        return None


def _asked(allow: Statement, key: str, words: Vocabulary, alone: bool) -> Iterator[Condition]:
    """What sources must be, and what Denies leave out: not what these refuse."""
    must, may = words.required(allow, key)
    yield from must
    if not alone:
        yield from (one for one in may if one.operator.negated)


def account_patterns(conditions: list[Condition], words: Vocabulary) -> set[str]:
    """What conditions on sources ask of their accounts; where wildcards cross colons, any account
    in an ARN may be the source's."""
    found: set[str] = set()
    for one in conditions:
        texts = one.loose()
        found |= {account for text in texts if (account := _account(one.key, text)) is not None}
        if one.operator.family != "arn":
            found |= {account for text in texts for account in _SOME_ACCOUNT.findall(text)}
        if "aws:resourceaccount" in one.variables:
            found.add(words.scope.account)
    return found


def _account(key: str, text: str) -> str | None:
    return text if key == ACCOUNT else account_of(text)
