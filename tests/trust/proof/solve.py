"""Satisfiability of constraints over text, numbers and bits, case by case.

Z3 decides conjunctions about text in milliseconds, and gets lost where it has to choose between
them. So the choices are made here: a propositional solver proposes a case (a set of literals that
makes the whole true), `theory` decides it, and of each refusal the core is learnt. It ends, as
there are finitely many sets of literals; a case that is given up is remembered, and then the whole
is never called unsatisfiable.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import z3

from tests.trust.proof.theory import Model, Theory

CASES = 400
"""How many cases are tried before it is given up."""


class UnknownError(Exception):
    """A case was given up, or there are too many."""


@dataclass
class Cases:
    """`effort`: Z3's own measure of steps, so that no answer depends on the machine."""

    effort: int
    values: dict[int, bool] = field(default_factory=dict)
    abstracts: dict[int, z3.BoolRef] = field(default_factory=dict)
    keep: list[z3.BoolRef] = field(default_factory=list)

    def model(self, formulas: list[z3.BoolRef]) -> Model | None:
        """A model of all of them, or None where there is none. Raises `UnknownError`."""
        facts = [f for f in formulas if is_atom(f) or (z3.is_not(f) and is_atom(f.children()[0]))]
        rest = [f for f in formulas if not any(f is x for x in facts)]
        skeleton = z3.Solver()
        skeleton.add(*map(self.abstract, rest))
        return self._search(rest, Theory(facts, self.effort), skeleton)

    def _search(self, rest: list[z3.BoolRef], theory: Theory, skeleton: z3.Solver) -> Model | None:
        given_up = False
        for _ in range(CASES):
            if skeleton.check() != z3.sat:
                if given_up:
                    raise UnknownError("a case is given up")
                return None
            flags, literals = self._case(rest, skeleton.model())
            answer = theory.decide(literals)
            if isinstance(answer, dict):
                return Model(answer, flags)
            given_up = given_up or answer is None
            skeleton.add(z3.Not(z3.And([self.abstract(c) for c in theory.core])))
        raise UnknownError("too many cases")

    def _case(
        self, formulas: list[z3.BoolRef], model: z3.ModelRef
    ) -> tuple[dict[z3.ExprRef, z3.ExprRef], list[z3.BoolRef]]:
        self.values, self.proposed = {}, model
        chosen: dict[int, tuple[z3.BoolRef, bool]] = {}
        for formula in formulas:
            self._choose(formula, True, chosen)
        flags = {e: z3.BoolVal(value) for e, value in chosen.values() if is_flag(e)}
        literals = [e if value else self._not(e) for e, value in chosen.values() if not is_flag(e)]
        return flags, literals

    def _not(self, e: z3.BoolRef) -> z3.BoolRef:
        made = z3.Not(e)
        self.keep.append(made)
        return made

    def abstract(self, e: z3.BoolRef) -> z3.BoolRef:
        """The same with a proposition for each atom."""
        if (found := self.abstracts.get(e.get_id())) is None:
            self.keep.append(e)
            found = self._abstract(e)
            self.abstracts[e.get_id()] = found
        return found

    def _abstract(self, e: z3.BoolRef) -> z3.BoolRef:
        if is_flag(e) or z3.is_true(e) or z3.is_false(e):
            return e
        if is_atom(e):
            plain = z3.simplify(e)
            sure = z3.is_true(plain) or z3.is_false(plain)
            return plain if sure else z3.Bool(f"atom!{e.get_id()}")
        children = [self.abstract(c) for c in e.children()]
        if z3.is_and(e):
            return z3.And(children)
        return z3.Or(children) if z3.is_or(e) else e.decl()(*children)

    def _true(self, e: z3.BoolRef) -> bool:
        if (found := self.values.get(e.get_id())) is None:
            found = self._evaluate(e)
            self.values[e.get_id()] = found
        return found

    def _evaluate(self, e: z3.BoolRef) -> bool:
        children = e.children()
        if z3.is_not(e):
            return not self._true(children[0])
        if z3.is_and(e):
            return all(map(self._true, children))
        if z3.is_or(e):
            return any(map(self._true, children))
        return z3.is_true(self.proposed.eval(self.abstract(e), model_completion=True))

    def _choose(
        self, e: z3.BoolRef, wanted: bool, chosen: dict[int, tuple[z3.BoolRef, bool]]
    ) -> None:
        """Literals that suffice for `e` to be as wanted (which it is in the proposal)."""
        if z3.is_true(e) or z3.is_false(e):
            return
        if is_atom(e) or is_flag(e):
            if not (z3.is_true(self.abstract(e)) or z3.is_false(self.abstract(e))):
                chosen[e.get_id()] = (e, wanted)
        elif z3.is_not(e):
            self._choose(e.children()[0], not wanted, chosen)
        elif z3.is_and(e) if wanted else z3.is_or(e):
            for child in e.children():
                self._choose(child, wanted, chosen)
        elif z3.is_or(e) or z3.is_and(e):
            fit = [c for c in e.children() if self._true(c) is wanted]
            self._choose(min(fit, key=lambda c: self._cost(c, chosen)), wanted, chosen)
        else:
            for child in e.children():
                self._choose(child, self._true(child), chosen)

    def _cost(self, e: z3.BoolRef, chosen: dict[int, tuple[z3.BoolRef, bool]]) -> int:
        if z3.is_not(e):
            return self._cost(e.children()[0], chosen)
        if is_flag(e) or e.get_id() in chosen or z3.is_true(e) or z3.is_false(e):
            return 0
        return 1 if is_atom(e) else 2


def is_flag(e: z3.BoolRef) -> bool:
    return z3.is_const(e) and e.decl().kind() == z3.Z3_OP_UNINTERPRETED


def is_atom(e: z3.BoolRef) -> bool:
    """Of a theory: neither a proposition nor made of propositions."""
    if is_flag(e) or z3.is_true(e) or z3.is_false(e):
        return False
    return not (z3.is_not(e) or all(z3.is_bool(c) for c in e.children()))
