"""What the quick search did not find is proved not to be there, or found, or said.

For each Allow and each kind of outsider that no grant covers yet, `prover` is asked for one more
request. So each Allow ends with grants or with the reason why it has none; where neither can be
given, its principals are let in as they are written, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product

import msgspec

import checker.trust.proof.coverage as coverage
import checker.trust.search.denies as denies
import checker.trust.texts.keys as keys
from checker.trust.budget import PROOF_STEPS, Budget, Spent
from checker.trust.callers.named_sources import Named
from checker.trust.callers.outsider import Outsider
from checker.trust.callers.outsiders import by_each_way, concrete, outsiders, services
from checker.trust.callers.services import meant
from checker.trust.document.conditions import Condition
from checker.trust.document.parse import ACTIONS, ASSUME, Statement
from checker.trust.lazy import lazy
from checker.trust.model import Problem
from checker.trust.proof.found import Found
from checker.trust.proof.glance import ours_alone, refused, settled
from checker.trust.proof.prover import Prover
from checker.trust.proof.rows import Row
from checker.trust.proof.written import as_written
from checker.trust.search.decide import Decider
from checker.trust.search.grants import Merged, merge
from checker.trust.search.hits import NO_ID, Hit

ROUNDS = 6
"""So many further grants are told apart, of one kind of outsider, beside those for whom a service
acts that are named; then all of it is let in."""
BY_ABSENCE = "AWS services, which have no such keys, fulfil the conditions on `*`"
"""What a `*` leaves to services alone."""


def complete(decider: Decider) -> Completion:
    """The hits of the quick search, and what it left open."""
    hits = decider.hits()
    words = decider.words
    words.budget = Budget(PROOF_STEPS)
    proofs = Completion(decider, hits)
    try:
        proofs.complete()
    except Spent:
        proofs.give_up()
    return proofs


class Absence(msgspec.Struct, frozen=True):
    """Why one Allow does not let in a kind of outsider."""

    outsider: str
    failing: tuple[Condition, ...] = ()
    refusing: tuple[int, ...] = ()


class Completion:
    """`hits` grows; `absences` are by the index of the Allow; `unsure` once not all was proved."""

    def __init__(self, decider: Decider, hits: list[Hit]) -> None:
        self.policy = decider.policy
        self.words = decider.words
        self.today = decider.today
        self.named: Callable[[], Iterable[str]] = decider.named
        self.hits = hits
        self.absences: dict[int, list[Absence]] = {}
        self.unsure = False
        self.problems: list[Problem] = []
        self.merged: list[Merged] = merge(hits, self.named)
        self.added: list[Hit] = []
        self.more: list[Merged] = []
        self.counted = 0

    @lazy
    def prover(self) -> Prover:
        return Prover(self.today, self.words)

    @lazy
    def found(self) -> Found:
        return Found(self.policy, self.words, self.prover)

    def complete(self) -> None:
        """Raises Spent where even the kinds of outsiders are too many."""
        self._prove()
        self._measure()
        mine: dict[int, list[Hit]] = {}
        for hit in self.hits:
            mine.setdefault(hit.statement, []).append(hit)
        more: list[Hit] = []
        for allow in self.policy.allows:
            granting = mine.get(allow.index)
            self.added, self.counted = [], 0  # as the order of statements must not count
            if granting is None:
                self._absences(allow, more)
            elif not settled(allow, granting, self.words) or self._leaves_out(allow):
                self._complete(allow, more, granting=True)
        if more:
            self.hits += more
            self._merge()
        if not self.words.reads.isdisjoint(keys.SOURCE):
            for one in self.merged:
                self._sourced(one)

    def _leaves_out(self, allow: Statement) -> bool:
        """Whether accounts are excepted from `anyone`, which the quick search cannot prove."""
        return any(one.principal.excepted and allow.index in one.statements for one in self.merged)

    def _sourced(self, one: Merged) -> None:
        """A service that acts for anybody but us acts for outsiders alone."""
        grant = one.principal
        if grant.kind != "service" or grant.source is not None:
            return
        ours = self.found.for_us()
        allows = [allow for allow in self.policy.allows if allow.index in one.statements]
        if not any(self._possible(allow, grant.service or "", ours) for allow in allows):
            one.principal = msgspec.structs.replace(grant, source="*")

    def _possible(self, allow: Statement, name: str, ours: tuple[Condition, ...]) -> bool:
        for outsider in by_each_way(services(name, self.words), self.words):
            rows = list(self.refusals(outsider))
            answer = self.prover.ask(outsider, (*allow.conditions, *ours), rows)
            if answer.unsure or answer.request is not None:
                self.unsure |= self.words.budget.steps < 0  # or it would pass as no foreign one
                return True
        return False

    def _absences(self, allow: Statement, more: list[Hit]) -> None:
        """Why the statement lets nobody in; or that it lets in somebody after all."""
        own = ours_alone(allow, self.words)
        if own is not None:
            self._absent(allow, Absence("", (own,)))
        elif (deny := refused(self.policy, allow, self.words)) is not None:
            self._absent(allow, Absence("", (), (deny,)))
            self._doubt_services(allow)
        else:
            self._complete(allow, more, granting=False)

    def _complete(self, allow: Statement, more: list[Hit], *, granting: bool) -> None:
        for outsider in outsiders(allow, self.words):
            self._exhaust(allow, outsider, granting)
        more += self.added
        self._doubt_services(allow)

    def give_up(self) -> None:
        """Whoever is named is let in, as far as no grant covers it."""
        self.unsure = True
        self.hits += self.added
        self.words.budget = Budget()
        self.named = tuple  # nobody is known to be left out of `anyone`
        self.hits += [hit for one in self.policy.allows for hit in as_written(one, self.words)]
        self._merge()

    def _exhaust(self, allow: Statement, outsider: Outsider, granting: bool) -> None:
        """Every request of the outsider by this Allow ends in a grant, or there is none (more)."""
        refused = list(self.refusals(outsider))
        never = next((row for row in refused if not row.conditions and not row.arns), None)
        if never is not None:
            self._absent(allow, Absence(outsider.name, (), (never.index or 0,)))
            return
        named = (
            Named.of(allow, self.words, alone=True) if outsider.caller.family == "service" else None
        )
        for _ in range(ROUNDS + (named.count if named else 0)):
            found = self._taken() if granting or self.added else []
            self.words.budget.charge(1 + len(found))
            taken = coverage.rows(found, outsider, allow, self.words)
            if coverage.covered(taken):
                return
            answer = self.prover.ask(outsider, allow.conditions, [*refused, *taken])
            if answer.unsure:
                break
            if answer.request is None:
                self._absent(allow, Absence(outsider.name, answer.failing, answer.refusing))
                return
            self.added.append(self.found.hit(allow, outsider, answer.request, refused))
        self.unsure = True
        self.added.append(self.found.unproved(allow, outsider))

    def _taken(self) -> list[Merged]:
        """The grants of the quick search, and of what completes this statement."""
        if len(self.added) != self.counted:
            self.words.budget.charge(2 * len(self.added))
            self.more, self.counted = merge(self.added, self.named), len(self.added)
        return [*self.merged, *self.more] if self.added else self.merged

    def _doubt_services(self, allow: Statement) -> None:
        """Say where services pass a `*` only as they lack the keys that it asks for."""
        if not (allow.who.star() and allow.actions & ASSUME) or meant(allow):
            return
        every = by_each_way(services("*", self.words), self.words)
        if any(self._passes(one, allow) for one in every):
            self.problems.append(Problem("ambiguous", allow.index, BY_ABSENCE))

    def _passes(self, outsider: Outsider, allow: Statement) -> bool:
        rows = coverage.rows(self._taken(), outsider, allow, self.words)
        rows += self.refusals(outsider)
        if coverage.covered(rows):
            return False
        return self.prover.ask(outsider, allow.conditions, rows).request is not None

    def _absent(self, allow: Statement, absence: Absence) -> None:
        self.absences.setdefault(allow.index, []).append(absence)

    def _merge(self) -> None:
        self.words.budget.charge(1 + len(self.hits))
        self.merged = merge(self.hits, self.named)

    def refusals(self, outsider: Outsider) -> Iterator[Row]:
        for deny in self.policy.denies:
            self.words.budget.charge(1)
            if not deny.actions & outsider.action:
                continue
            if denies.means(deny.who, outsider.caller):
                yield Row(deny.conditions, deny.index)
            elif arns := denies.arns(deny.who, outsider.caller):
                yield Row(deny.conditions, deny.index, arns)

    def _prove(self) -> None:
        """What the quick search let in without a request: found, or left out."""
        unproved = [one for one in self.hits if one.witness is None]
        if not unproved:
            return
        for hit in unproved:
            self.hits.remove(hit)
            self.hits += self._proved(hit)
        self._merge()

    def _proved(self, hit: Hit) -> Iterator[Hit]:
        for outsider, allow in product(self._concrete(hit), self._variants(hit)):
            refused = list(self.refusals(outsider))
            answer = self.prover.ask(outsider, allow.conditions, refused)
            if answer.request is not None:
                yield self.found.hit(allow, outsider, answer.request, refused)
            elif answer.unsure:
                self.unsure = True
                yield hit

    def _concrete(self, hit: Hit) -> list[Outsider]:
        return list(concrete(hit.caller, 1 << ACTIONS.index(hit.action), self.words))

    def _variants(self, hit: Hit) -> list[Statement]:
        """The statement; each reading of it, where it spells a key in two ways."""
        return [one for one in self.policy.allows if one.index == hit.statement]

    def _measure(self) -> None:
        """What the quick search says to be needed, but no Allow asks for, is proved or dropped."""
        told = [
            (at, hit) for at, hit in enumerate(self.hits) if hit.external_id or hit.network_limited
        ]
        if not told:
            return
        for at, hit in told:
            every = self._variants(hit)
            needed = not hit.external_id or all(
                coverage.asks(one, {keys.EXTERNAL_ID}) for one in every
            )
            limited = not hit.network_limited or all(
                coverage.asks(one, keys.NETWORK) for one in every
            )
            if not (needed and limited):
                self.hits[at] = self._measured(every, hit)
        self._merge()

    def _measured(self, every: list[Statement], hit: Hit) -> Hit:
        asked = [
            (allow, outsider, list(self.refusals(outsider)))
            for allow, outsider in product(every, self._concrete(hit))
        ]
        needed = all(self.found.external_id(*one)[0] for one in asked)
        limited = all(self.found.network_limited(*one) for one in asked)
        return msgspec.structs.replace(
            hit,
            external_id=hit.external_id if needed else NO_ID,
            loose=hit.loose or not needed,
            network_limited=hit.network_limited and limited,
        )
