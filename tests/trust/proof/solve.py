"""Satisfiability of constraints over text, numbers and bits, case by case.

Z3 decides conjunctions about strings in milliseconds, and gets lost where it has to choose between
them. So the choices are made here: a propositional solver proposes a case (a set of literals that
makes the whole true), the theory solver decides it, and of each refusal the core is learnt. It
ends as there are finitely many sets of literals; a case that Z3 gives up on is remembered, and then
the whole is never called unsatisfiable.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import z3

CASES = 400
"""How many cases are tried before it is given up."""


class Unknown(Exception):
    """Z3 gave up on a case, or there are too many."""


@dataclass
class Cases:
    """`effort`: Z3's own measure of steps for one case, so that no answer depends on the machine."""

    effort: int
    proxies: dict[int, tuple[z3.BoolRef, z3.BoolRef]] = field(default_factory=dict)
    values: dict[int, bool] = field(default_factory=dict)
    abstracts: dict[int, z3.BoolRef] = field(default_factory=dict)
    keep: list[z3.BoolRef] = field(default_factory=list)

    def model(self, formulas: list[z3.BoolRef]) -> z3.ModelRef | None:
        """A model of all of them, or None where there is none. Raises `Unknown`."""
        simple = [z3.simplify(f) for f in formulas]
        theory = z3.Solver()
        theory.set("rlimit", self.effort)
        skeleton = z3.Solver()
        for formula in simple:
            (theory if is_atom(formula) else skeleton).add(
                formula if is_atom(formula) else self.abstract(formula)
            )
        structured = [f for f in simple if not is_atom(f)]
        return self._search(structured, theory, skeleton)

    def _search(
        self, formulas: list[z3.BoolRef], theory: z3.Solver, skeleton: z3.Solver
    ) -> z3.ModelRef | None:
        given_up = False
        for _ in range(CASES):
            if skeleton.check() != z3.sat:
                if given_up:
                    raise Unknown("a case that Z3 gives up on")
                return None
            literals = self._case(formulas, skeleton.model())
            answer = theory.check(*literals)
            if answer == z3.sat:
                return theory.model()
            core = list(theory.unsat_core()) if answer == z3.unsat else []
            given_up = given_up or answer == z3.unknown
            skeleton.add(z3.Not(z3.And([self.abstract(c) for c in core or literals])))
        raise Unknown("too many cases")

    def _case(self, formulas: list[z3.BoolRef], model: z3.ModelRef) -> list[z3.BoolRef]:
        self.values = {}
        self.proposed = model
        chosen: dict[int, z3.BoolRef] = {}
        for formula in formulas:
            self._choose(formula, True, chosen)
        return list(chosen.values())

    def abstract(self, e: z3.BoolRef) -> z3.BoolRef:
        """The same with a proposition for each atom."""
        if (found := self.abstracts.get(e.get_id())) is None:
            self.keep.append(e)
            if is_flag(e) or z3.is_true(e) or z3.is_false(e):
                found = e
            elif is_atom(e):
                found = z3.Bool(f"atom!{e.get_id()}")
            else:
                found = e.decl()(*[self.abstract(c) for c in e.children()])
            self.abstracts[e.get_id()] = found
        return found

    def _true(self, e: z3.BoolRef) -> bool:
        if (found := self.values.get(e.get_id())) is None:
            found = self._evaluate(e)
            self.values[e.get_id()] = found
        return found

    def _evaluate(self, e: z3.BoolRef) -> bool:
        if is_atom(e) or is_flag(e):
            return z3.is_true(self.proposed.eval(self.abstract(e), model_completion=True))
        children = e.children()
        if z3.is_not(e):
            return not self._true(children[0])
        if z3.is_and(e):
            return all(map(self._true, children))
        if z3.is_or(e):
            return any(map(self._true, children))
        return z3.is_true(self.proposed.eval(self.abstract(e), model_completion=True))

    def _choose(self, e: z3.BoolRef, wanted: bool, chosen: dict[int, z3.BoolRef]) -> None:
        """Literals that suffice for `e` to be as wanted (which it is in the proposal)."""
        if z3.is_true(e) or z3.is_false(e):
            return
        if is_atom(e) or is_flag(e):
            chosen[e.get_id()] = e if wanted else z3.Not(e)
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

    def _cost(self, e: z3.BoolRef, chosen: dict[int, z3.BoolRef]) -> int:
        if z3.is_not(e):
            return self._cost(e.children()[0], chosen)
        if is_flag(e) or e.get_id() in chosen:
            return 0
        return 1 if is_atom(e) else 2


def is_flag(e: z3.BoolRef) -> bool:
    return z3.is_const(e) and e.decl().kind() == z3.Z3_OP_UNINTERPRETED


def is_atom(e: z3.BoolRef) -> bool:
    """Of a theory: neither a proposition nor made of propositions."""
    if is_flag(e) or z3.is_true(e) or z3.is_false(e):
        return False
    return not (z3.is_not(e) or all(z3.is_bool(c) for c in e.children()))
