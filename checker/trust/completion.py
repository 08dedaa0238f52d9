"""What the quick search did not find is proved not to be there, or found, or said.

For each Allow and each kind of outsider that no grant covers yet, `prover` is asked for one more
request. So each Allow ends with grants or with the reason why it has none; where neither can be
given, its principals are let in as they are written, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

import checker.trust.coverage as coverage
import checker.trust.denies as denies
import checker.trust.keys as keys
from checker.trust.budget import PROOF_STEPS, Budget, Spent
from checker.trust.conditions import Condition
from checker.trust.decide import Decider
from checker.trust.found import Found
from checker.trust.grants import Merged, merge
from checker.trust.hits import Hit
from checker.trust.model import Principal
from checker.trust.outsiders import Outsider, concrete, outsiders
from checker.trust.parse import ACTIONS, ASSUME, Policy, Statement
from checker.trust.principals import Element
from checker.trust.prover import Prover, Row
from checker.trust.vocabulary import Vocabulary
from checker.trust.written import as_written

ROUNDS = 6
"""So many further grants are told apart, of one kind of outsider; then all of it is let in."""


def complete(decider: Decider) -> Completion:
    """The hits of the quick search, and what it left open."""
    hits = decider.hits()
    words = decider.words
    words.budget = Budget(PROOF_STEPS)
    proofs = Completion(decider.policy, words, decider.today, hits, decider.named)
    if decider.spent:
        return proofs
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

    def __init__(
        self,
        policy: Policy,
        words: Vocabulary,
        today: int,
        hits: list[Hit],
        named: Callable[[], Iterable[str]],
    ) -> None:
        self.policy = policy
        self.words = words
        self.named = named
        self.hits = hits
        self.prover = Prover(today, words.budget)
        self.found = Found(policy, words, self.prover)
        self.absences: dict[int, list[Absence]] = {}
        self.unsure = False
        self.merged: list[Merged] = merge(hits, named)

    def complete(self) -> None:
        """Raises Spent where even the kinds of outsiders are too many."""
        self._measure()
        for allow in self.policy.allows:
            if not self._settled(allow):
                for outsider in outsiders(allow, self.words):
                    self._exhaust(allow, outsider)

    def give_up(self) -> None:
        """Whoever is named is let in, as far as no grant covers it."""
        self.unsure = True
        self.hits += [hit for one in self.policy.allows for hit in as_written(one, self.words)]
        self.merged = merge(self.hits, self.named)

    def _settled(self, allow: Statement) -> bool:
        """Whether it can be seen at a glance that grants cover all whom the statement means."""
        mine = [hit.principal for hit in self.hits if hit.statement == allow.index]
        if not mine:
            return False
        whole = {_name(one) for one in mine if not (one.excepted or one.pattern or one.claims)}
        if allow.who.star():
            return ("anyone", None) in whole and allow.actions == ASSUME
        return all(self._plainly(one, whole) for one in allow.who.elements)

    def _plainly(self, element: Element, whole: set[tuple[str, str | None]]) -> bool:
        if element.form == "dangling":
            return True
        if element.account:
            ours = self.words.own(element.account, element.partition)
            return ours or ("account", element.account) in whole or ("principal", element.text) in whole
        return element.form == "service" and ("service", element.text) in whole

    def _exhaust(self, allow: Statement, outsider: Outsider) -> None:
        """Every request of the outsider by this Allow ends in a grant, or there is none (more)."""
        refused = list(self._refusals(outsider))
        never = next((row for row in refused if not row.conditions and not row.arns), None)
        if never is not None:
            self._absent(allow, Absence(outsider.name, (), (never.index or 0,)))
            return
        for _ in range(ROUNDS):
            mine = any(hit.statement == allow.index for hit in self.hits)
            taken = coverage.rows(self.merged, outsider, self.words) if mine else []
            if coverage.covered(taken):
                return
            answer = self.prover.ask(outsider, allow.conditions, [*refused, *taken])
            if answer.unsure:
                break
            if answer.request is None:
                self._absent(allow, Absence(outsider.name, answer.failing, answer.refusing))
                return
            self._add(self.found.hit(allow, outsider, answer.request, refused))
        self.unsure = True
        self._add(self.found.unproved(allow, outsider))

    def _absent(self, allow: Statement, absence: Absence) -> None:
        self.absences.setdefault(allow.index, []).append(absence)

    def _add(self, hit: Hit) -> None:
        self.hits.append(hit)
        self.merged = merge(self.hits, self.named)

    def _refusals(self, outsider: Outsider) -> Iterator[Row]:
        for deny in self.policy.denies:
            self.words.budget.charge(1)
            if not deny.actions & outsider.action:
                continue
            if denies.means(deny.who, outsider.caller):
                yield Row(deny.conditions, deny.index)
            elif arns := denies.arns(deny.who, outsider.caller):
                yield Row(deny.conditions, deny.index, arns)

    def _measure(self) -> None:
        """What the quick search says to be asked for, but no Allow asks for, is proved or dropped."""
        allows = {allow.index: allow for allow in self.policy.allows}
        for at, hit in enumerate(self.hits):
            allow = allows[hit.statement]
            if (hit.external_id and not _asks(allow, {keys.EXTERNAL_ID})) or (
                hit.network_limited and not _asks(allow, keys.NETWORK)
            ):
                self.hits[at] = self._measured(allow, hit)

    def _measured(self, allow: Statement, hit: Hit) -> Hit:
        action = 1 << ACTIONS.index(hit.action)
        outsider = concrete(hit.caller, action, self.words)
        rows = list(self._refusals(outsider))
        strength, loose = self.found.external_id(allow, outsider, rows)
        limited = self.found.network_limited(allow, outsider, rows)
        return msgspec.structs.replace(
            hit,
            external_id=min(hit.external_id, strength),
            loose=hit.loose or loose,
            network_limited=hit.network_limited and limited,
        )


def _asks(allow: Statement, some: Iterable[str]) -> bool:
    """Whether no request without one of these keys fulfils the conditions."""
    return any(one.key in some and not one.absent for one in allow.conditions)


def _name(principal: Principal) -> tuple[str, str | None]:
    if principal.kind == "principal":
        return "principal", principal.arn
    if principal.kind == "service":
        return "service", None if principal.source else principal.service
    return principal.kind, principal.account
