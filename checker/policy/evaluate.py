"""One policy on one subject's facts: pass, fail, error, or not applicable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Protocol

from checker.facts.plain import Facts
from checker.policy.expression import FAULTS, truthy
from checker.policy.model import Policy
from checker.policy.values import Path, getter, hashable
from checker.room import room

Outcome = Literal["pass", "fail", "error", "skip"]
Judged = tuple[Policy, Outcome, str | None]
MEMORY = 1 << 16
FEW_VALUED_FACTS = frozenset(
    ("principal.kind", "principal.source", "grant.external_id", "grant.network_limited",
     "grant.open_federation", "vetting.status", "vetting.external_id", "vetting.max_privilege",
     "vetting.over_privileged", "vetting.out_of_scope", "publisher.kind", "target.kind",
     "target.snapshot", "target.public_by_nature", "grant.access", "grant.via", "grant.effective",
     "grant.deputy", "grant.deputy_rank", "grant.used", "vetting.max_access")
)  # fmt: skip
"""Facts that have few values: the policies that read no others are evaluated together."""


class Valued(Protocol):
    """An expression: raises one of FAULTS."""

    def value(self, facts: Facts) -> Any: ...


class Rule(Protocol):
    """What of a policy decides."""

    @property
    def when(self) -> Valued | None: ...
    @property
    def assertion(self) -> Valued: ...


def evaluate(policy: Rule, facts: Facts) -> tuple[Outcome, str | None]:
    """The outcome, and what went wrong if it erred. Never a pass for what cannot be evaluated."""
    try:
        if policy.when and not truthy(policy.when.value(facts)):
            return "skip", None
        return ("pass" if truthy(policy.assertion.value(facts)) else "fail"), None
    except FAULTS as error:
        return "error", str(error).splitlines()[0] if str(error) else type(error).__name__


class Evaluator:
    """Evaluates policies of one subject, each once for equal values of what they read."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._groups = [_Group(reads, ps) for reads, ps in _by_reads(policies).items()]
        self._told: dict[int, tuple[Facts, list[Judged]]] = {}

    def outcomes(self, facts: Facts) -> list[Judged]:
        """Of every policy that applies to these facts, which nobody changes any more: who asks
        whether they pass asks for the outcomes next, and of all that are like them."""
        told = self._told.get(id(facts))
        if told is None:  # which is kept with its id, so that no other has that
            found = [outcome for group in self._groups for outcome in group.outcomes(facts)]
            told = room(self._told)[id(facts)] = facts, found
        return told[1]

    def reads_any(self, paths: Iterable[Path]) -> bool:
        """Whether a policy reads what one of these paths leads to, or a part or the whole of it."""
        reads = [path for group in self._groups for path in group.reads]
        return any(_touch(one, other) for one in reads for other in paths)


class _Group:
    """Policies that read the same facts share one look-up."""

    def __init__(self, reads: tuple[tuple[str, ...], ...], policies: list[Policy]) -> None:
        self._policies, self.reads = policies, reads
        self._read = [getter(path) for path in reads]
        self._known: dict[tuple[Any, ...], list[Judged]] = {}

    def outcomes(self, facts: Facts) -> list[Judged]:
        key = tuple([hashable(read(facts)) for read in self._read])
        known = self._known.get(key)
        if known is None:
            # a policy that reads an ARN: remembering won't help
            known = room(self._known, MEMORY)[key] = self._evaluate(facts)
        return known

    def _evaluate(self, facts: Facts) -> list[Judged]:
        results = [(policy, *evaluate(policy, facts)) for policy in self._policies]
        return [r for r in results if r[1] != "skip"]


def _touch(one: Path, other: Path) -> bool:
    """Whether a path leads to the other, or through it."""
    return all(a == b for a, b in zip(one, other, strict=False))


def _by_reads(policies: Iterable[Policy]) -> dict[tuple[tuple[str, ...], ...], list[Policy]]:
    groups: dict[tuple[tuple[str, ...], ...], list[Policy]] = {}
    together = []
    for policy in policies:
        if all(".".join(path) in FEW_VALUED_FACTS for path in policy.reads):
            together.append(policy)
        else:
            groups.setdefault(policy.reads, []).append(policy)
    if together:
        reads = {path for policy in together for path in policy.reads}
        groups.setdefault(tuple(sorted(reads)), []).extend(together)
    return groups
