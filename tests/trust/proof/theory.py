"""Decides conjunctions of literals about text, numbers and bits: a model, a core, or unknown.

Z3 is exact and quick on few unknowns, and gets lost on many at once. So literals are cut into
groups that share no unknown, each group is decided by itself, and once: policies ask the same
again and again. A group of several unknowns is first tried one unknown after the other (which can
only find models), and then put to Z3 as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import z3

Assignment = dict[z3.ExprRef, z3.ExprRef]
_unknowns: dict[int, tuple[z3.ExprRef, frozenset[z3.ExprRef]]] = {}
_decided: dict[tuple[int, ...], tuple[list[z3.BoolRef], Assignment | bool | None]] = {}
ANYTHING = z3.Full(z3.ReSort(z3.StringSort()))
PLAIN = z3.Plus(z3.Range("a", "z"))


def unknowns(e: z3.ExprRef) -> frozenset[z3.ExprRef]:
    """The constants in it that are not propositions."""
    if (found := _unknowns.get(e.get_id())) is not None:
        return found[1]
    if z3.is_const(e) and e.decl().kind() == z3.Z3_OP_UNINTERPRETED:
        names = frozenset() if z3.is_bool(e) else frozenset([e])
    else:
        names = frozenset().union(*map(unknowns, e.children())) if z3.is_app(e) else frozenset()
    _unknowns[e.get_id()] = (e, names)
    return names


@dataclass
class Model:
    """Values of the unknowns; a proposition without one is false."""

    pairs: Assignment
    flags: dict[z3.ExprRef, z3.ExprRef]

    def eval(self, e: z3.ExprRef) -> z3.ExprRef:
        value = z3.simplify(z3.substitute(e, *self.pairs.items(), *self.flags.items()))
        free = [(f, z3.BoolVal(False)) for f in _flags(value)]
        return z3.simplify(z3.substitute(value, *free)) if free else value


def _flags(e: z3.ExprRef) -> list[z3.ExprRef]:
    if z3.is_const(e):
        return [e] if z3.is_bool(e) and e.decl().kind() == z3.Z3_OP_UNINTERPRETED else []
    return [f for c in e.children() for f in _flags(c)]


@dataclass
class Theory:
    """`facts`: literals that always hold. `effort`: Z3's own measure of steps for one group."""

    facts: list[z3.BoolRef]
    effort: int
    core: list[z3.BoolRef] = field(default_factory=list)

    def decide(self, literals: Sequence[z3.BoolRef]) -> Assignment | bool | None:
        """An assignment; False where there is none (`core` tells why); None for unknown."""
        whole: Assignment = {}
        unsure = None
        for group in groups([*literals, *self.facts]):
            found = decide(group, self.effort)
            mine = [e for e in group if any(e is x for x in literals)]
            if found is False:
                self.core = self._smaller(mine)
                return False
            if found is None:
                unsure = mine
            else:
                whole |= found
        if unsure is not None:
            self.core = unsure
            return None
        return whole

    def _smaller(self, core: list[z3.BoolRef]) -> list[z3.BoolRef]:
        """Leaves out what the contradiction does not need."""
        for literal in list(core) if len(core) > 1 else ():
            less = [c for c in core if c is not literal]
            if any(decide(g, self.effort // 10) is False for g in groups([*less, *self.facts])):
                core = less
        return core


def groups(literals: Iterable[z3.BoolRef]) -> list[list[z3.BoolRef]]:
    """Cut where no unknown is shared. Literals without any stand alone."""
    parent: dict[z3.ExprRef, z3.ExprRef] = {}

    def root(x: z3.ExprRef) -> z3.ExprRef:
        while (up := parent.setdefault(x, x)) is not x:
            x = up
        return x

    found: dict[z3.ExprRef | int, list[z3.BoolRef]] = defaultdict(list)
    listed = list(literals)
    for e in listed:
        first, *rest = unknowns(e) or (None,)
        for other in rest:
            parent[root(other)] = root(first)
    for i, e in enumerate(listed):
        names = unknowns(e)
        found[root(next(iter(names))) if names else i].append(e)
    return list(found.values())


def decide(group: list[z3.BoolRef], effort: int) -> Assignment | bool | None:
    key = (effort, *sorted({e.get_id() for e in group}))
    if key not in _decided:
        _decided[key] = (group, _decide(group, effort))
    return _decided[key][1]


def _decide(group: list[z3.BoolRef], effort: int) -> Assignment | bool | None:
    names = frozenset().union(*map(unknowns, group))
    fixed: Assignment = {}
    while len(known := _constants(group)):
        fixed |= known
        group = [z3.simplify(z3.substitute(e, *known.items())) for e in group]
        if any(z3.is_false(e) for e in group):
            return False
        group = [e for e in group if not z3.is_true(e)]
    free = sorted(names - set(fixed), key=str)
    if len(free) > 1:
        for order in (free, free[::-1])[:2]:
            if (guess := _one_by_one(group, order, effort)) is not None:
                return fixed | guess
    found = _ask(group, free, effort)
    return fixed | found if isinstance(found, dict) else found


def _constants(group: list[z3.BoolRef]) -> Assignment:
    """One unknown that a literal says to be a constant."""
    for e in group:
        if z3.is_eq(e):
            for one, other in (e.children(), e.children()[::-1]):
                if unknowns(one) == {one} and not unknowns(other):
                    return {one: other}
    return {}


def _ask(group: list[z3.BoolRef], free: list[z3.ExprRef], effort: int) -> Assignment | bool | None:
    """Of one text that Z3 gives up on, it is asked anew as of one language."""
    if not group:
        return {}
    forms = [group, _one_language(group, free[0])] if len(free) == 1 else [group]
    for form in forms:
        solver = z3.Solver()
        solver.set("rlimit", effort)
        solver.add(*form)
        answer = solver.check()
        if answer == z3.unsat:
            return False
        if answer == z3.sat:
            model = solver.model()
            return {name: model.eval(name, model_completion=True) for name in free}
    return None


def _one_language(group: list[z3.BoolRef], name: z3.ExprRef) -> list[z3.BoolRef]:
    """What is said of one text, said at once as far as it is a regular language."""
    languages, rest = [], []
    for e in group:
        bare = e.children()[0] if z3.is_not(e) else e
        if (language := _language(bare, name)) is None:
            rest.append(e)
        else:
            languages.append(z3.Complement(language) if z3.is_not(e) else language)
    if len(languages) < 2:
        return group
    return [z3.InRe(name, z3.Intersect(*languages)), *rest]


def _language(e: z3.BoolRef, name: z3.ExprRef) -> z3.ReRef | None:
    kind, children = e.decl().kind(), e.children()
    if kind == z3.Z3_OP_SEQ_IN_RE and children[0].eq(name):
        return children[1]
    if z3.is_eq(e) and any(c.eq(name) for c in children):
        other = next(c for c in children if not c.eq(name))
        return z3.Re(other) if z3.is_string_value(other) else None
    if kind == z3.Z3_OP_SEQ_PREFIX and children[1].eq(name) and z3.is_string_value(children[0]):
        return z3.Concat(z3.Re(children[0]), ANYTHING)
    if kind == z3.Z3_OP_SEQ_SUFFIX and children[1].eq(name) and z3.is_string_value(children[0]):
        return z3.Concat(ANYTHING, z3.Re(children[0]))
    if kind == z3.Z3_OP_SEQ_CONTAINS and children[0].eq(name) and z3.is_string_value(children[1]):
        return z3.Concat(ANYTHING, z3.Re(children[1]), ANYTHING)
    return None


def _plain(alone: list[z3.BoolRef], name: z3.ExprRef, effort: int) -> Assignment | bool | None:
    """A value of letters that all keys may have, if one will do."""
    if z3.is_string(name):
        value = decide([*alone, z3.InRe(name, PLAIN)], effort)
        if isinstance(value, dict):
            return value
    return decide(alone, effort) if alone else {}


def _one_by_one(group: list[z3.BoolRef], order: list[z3.ExprRef], effort: int) -> Assignment | None:
    """Each unknown by what is said of it alone, then put into the rest."""
    found: Assignment = {}
    for name in order:
        alone = [e for e in group if unknowns(e) == {name}]
        value = _plain(alone, name, effort // 10)
        if not isinstance(value, dict):
            return None
        if name not in value:
            continue
        found[name] = value[name]
        told = {e.get_id() for e in alone}
        rest = [e for e in group if e.get_id() not in told]
        group = [z3.simplify(z3.substitute(e, (name, value[name]))) for e in rest]
        if any(z3.is_false(e) for e in group):
            return None
        group = [e for e in group if not z3.is_true(e)]
    return found if not group else None
