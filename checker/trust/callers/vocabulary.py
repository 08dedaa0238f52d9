"""What one policy names and reads, and the fresh values beside it: the finite model's raw material.

Values are tried that fit a policy's patterns, alone and met with one another; everything else is
alike to the policy, so one fresh value stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.budget import Budget, Spent
from checker.trust.document.conditions import Condition, Context
from checker.trust.document.parse import Policy, Statement
from checker.trust.lazy import lazy
from checker.trust.model import Scope
from checker.trust.texts.digits import fresh_accounts

LETTERS = "wzqxjkvyhgfubdpmcnlrtsioea"
LOWER = LETTERS + "7936482150"
NAMES = LOWER + LETTERS.upper() + "_-+=,.@"


class Vocabulary:
    """Lazy, as most policies read few keys."""

    def __init__(self, policy: Policy, scope: Scope, budget: Budget) -> None:
        self.policy = policy
        self.scope = scope
        self.budget = budget
        self.statements = policy.allows + policy.denies
        self.variables = frozenset[str]().union(
            *(one.variables for part in self.statements for one in part.conditions)
        )
        self.reads = self.variables.union(policy.spelling)
        self.bound = False
        self._texts: dict[tuple[str, ...], list[str]] = {}

    def on(self, *names: str) -> list[Condition]:
        """All conditions on these keys."""
        if self.reads.isdisjoint(names):
            return []
        return [one for part in self.statements for one in part.conditions if one.key in names]

    @lazy
    def lists(self) -> frozenset[str]:
        """The keys that nobody knows and that the policy takes for lists, anywhere."""
        told = (one for part in self.statements for one in part.conditions)
        taken = {one.key for one in told if one.operator.every or one.operator.some}
        return frozenset(one for one in taken if not keys.known(one))

    def own(self, account: str, partition: str) -> bool:
        if account == self.scope.account and account not in self.scope.own:
            self.bound = True
            return partition == self.scope.partition
        return partition == self.scope.partition and account in self.scope.own

    @lazy
    def accounts(self) -> dict[str, None]:
        """The outside accounts of the own partition that the policy names."""
        named = [
            element.account
            for part in self.statements
            for element in part.who.elements
            if element.account and element.partition == self.scope.partition
        ]
        named += [text for text in self.account_globs if keys.ACCOUNT.fullmatch(text)]
        return {one: None for one in sorted(set(named)) if not self.own(one, self.scope.partition)}

    @lazy
    def account_globs(self) -> list[str]:
        """What the policy requires of account ids, wherever it does."""
        found = [
            text
            for one in self.on("aws:principalaccount")
            for text in (*one.loose(), *one.defaults())
        ]
        for one in self.on("aws:principalarn"):
            texts = (*one.loose(), *one.defaults())
            found += [slot for text in texts for slot in self._slots(one, text)]
        for one in self.on("aws:userid"):
            found += [text.partition(":")[0] for text in one.loose()]
        return list(dict.fromkeys(found))

    def _slots(self, condition: Condition, text: str) -> list[str]:
        """The account ids in an ARN pattern; where only colons tell, those of all readings."""
        if condition.operator.family == "arn":
            return [text.split(":")[4]]
        prefix = re.match(r"arn:[a-z-]*:(?:iam|sts)::([0-9*?]*)", text)
        if prefix and (":" in text[prefix.end() :][:1] or prefix.group(1).endswith("*")):
            return [prefix.group(1)]
        shapes = [f"arn:{self.scope.partition}:{service}::*:*" for service in ("iam", "sts")]
        met = [one for shape in shapes for one in globs.meets(text, shape, self.budget.charge)]
        return [one.split(":")[4] for one in met]

    @lazy
    def fresh(self) -> list[str]:
        """Outside accounts that the policy doesn't name, one for each way to fit its patterns."""
        wild = [text for text in self.account_globs if not globs.is_literal(text)]
        taken = self.accounts
        return fresh_accounts(
            sorted(set(wild) - {"*"}),
            lambda account: account in taken or self.own(account, self.scope.partition),
            self.budget.charge,
        )

    @lazy
    def fresh_name(self) -> str:
        """A role name that no statement names."""
        elements = [part for one in self.statements for part in one.who.elements]
        named = {part.text.rpartition("/")[2] for part in elements}
        return next(name for name in map("w".__mul__, range(1, 20_000)) if name not in named)

    def required(self, allow: Statement, key: str) -> tuple[list[Condition], list[Condition]]:
        """Conditions on a key whose values a request must have, and may have to escape a Deny."""
        if key not in self.reads:
            return [], []
        must = [one for one in allow.conditions if one.key == key and not one.operator.negated]
        may = [
            one
            for deny in self.policy.denies
            for one in deny.conditions
            if one.key == key and (one.operator.negated or one.operator.every)
        ]
        return [one for one in must if one.operator.family != "null"], may

    def uncased(self, prefix: str, glob: str) -> str:
        """The pattern of an ARN's last part; for one of many spellings, `?` for each letter."""
        every = self.on("aws:principalarn", "aws:username")
        told = [one for one in every if one.operator.family == "caseless"]
        texts = {text for one in told for text in one.loose()}
        if prefix + glob not in texts and glob.rpartition("/")[2] not in texts:
            return glob
        form, slash, name = glob.partition("/")
        return form + slash + globs.uncased(name)

    def texts(self, *names: str) -> list[str]:
        """What the keys are compared with: a list that is shared, so not to be changed."""
        found = self._texts.get(names)
        if found is None:
            found = self._texts[names] = [t for one in self.on(*names) for t in one.loose()]
        return found


def combine(
    bases: Iterable[str], must: list[list[str]], may: list[list[str]], budget: Budget
) -> list[str]:
    """Patterns that lie in a base, in one of each `must`, and in any choice of the `may`."""
    found = dict.fromkeys(bases)
    for operands in must:
        found = dict.fromkeys(_met(found, operands, budget))
    for operands in may:
        found.update(dict.fromkeys(_met(found, operands, budget)))
    return list(found)


def _met(found: Iterable[str], operands: list[str], budget: Budget) -> list[str]:
    met: list[str] = []
    for base in found:
        for operand in operands:
            budget.charge(1)
            met += globs.meets(base, operand, budget.charge)
    return met


def letter(texts: Iterable[str], alphabet: str) -> str:
    """A letter that no pattern uses, in either case."""
    used = set("".join(texts).lower())
    for found in alphabet:
        if found.lower() not in used:
            return found
    raise Spent


def widths(texts: Iterable[str], least: int) -> tuple[int, ...]:
    """How often a letter must be tried for a `*`: once, unless a `?` counts letters."""
    counted = max((text.count("?") for text in texts), default=0)
    return (least,) if not counted else (*range(1, max(counted, least) + 2), 0)


def values(glob: str, texts: list[str], alphabet: str, least: int, budget: Budget) -> Iterator[str]:
    """Texts that fit the pattern, and no other one that they needn't fit."""
    if globs.is_literal(glob):
        return iter((glob,))
    fill, counts = _filling(tuple(texts), alphabet, least)
    return globs.fills(glob, fill, counts, budget.charge)


@lru_cache(maxsize=64)
def _filling(texts: tuple[str, ...], alphabet: str, least: int) -> tuple[str, tuple[int, ...]]:
    return letter(texts, alphabet), widths(texts, least)


def distinct(contexts: Iterable[Context], judges: list[Condition]) -> Iterator[Context]:
    """One context for each way to satisfy the conditions; all, where variables tie keys."""
    if any(judge.variables for judge in judges):
        yield from contexts
        return
    seen = set()
    for context in contexts:
        vector = tuple(judge.holds(context) for judge in judges)
        if vector not in seen:
            seen.add(vector)
            yield context
