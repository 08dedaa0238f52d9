"""Is there a request of an outsider that an Allow lets in and no Deny refuses? Yes, no, or unsure.

The answer is a request, or a reason why there is none; both are exact. Conditions are put to each
place of a request at once (`places`); where a request so found is refused by a Deny, it is asked
for one more condition that this Deny lacks. Policy variables tie places together: they are loosened
first, and what is found is tried out. Where that neither finds nor proves, the answer is unsure.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.budget import Spent
from checker.trust.callers.outsider import KNOWN, Outsider
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Condition
from checker.trust.proof.bindings import Binder, Impossible, few
from checker.trust.proof.places import Literal, Places, Unsure
from checker.trust.proof.rows import (
    Request,
    Row,
    escapes,
    fits_one_of,
    in_order,
    is_one_of,
    refuses,
)
from checker.trust.texts.automata import Automaton
from checker.trust.texts.forms import VENDOR

DEPTH = 40


class Answer(msgspec.Struct):
    """`request`: one that is let in. Without one, and not `unsure`: the proof that there is none.

    `failing`: conditions that cannot hold (together); else `refusing`: Denies that cover the rest.
    """

    request: Request | None = None
    unsure: bool = False
    failing: tuple[Condition, ...] = ()
    refusing: tuple[int, ...] = ()


class Prover:
    """Asks for one policy; remembers what it found of each place."""

    def __init__(self, today: int, words: Vocabulary) -> None:
        self.budget = words.budget
        self.reads = sorted(words.reads)
        self.places = Places(today, self.budget.charge, words.lists)
        self.known: dict[object, tuple[Request | None, Outsider, list[Literal]]] = {}
        self.excluded: dict[tuple[str, ...], Automaton] = {}

    def ask(self, outsider: Outsider, asked: tuple[Condition, ...], rows: Iterable[Row]) -> Answer:
        """Whether a request of the outsider fulfils what is asked, and no row."""
        literals = [Literal(one) for one in asked]
        answer = Answer()
        try:
            answer.request = self._search(outsider, literals, in_order(rows), answer, DEPTH)
            if answer.request is None and not answer.unsure and not answer.refusing:
                answer.failing = self._failing(outsider, literals)
        except Spent:
            answer.unsure = True
        answer.unsure &= answer.request is None
        return answer

    def _failing(self, outsider: Outsider, literals: list[Literal]) -> tuple[Condition, ...]:
        """One condition that no request fulfils, or else all of them as they exclude each other."""
        for one in literals:
            try:
                if self._solve(outsider, [one]) is None:
                    return (one.condition,)
            except Unsure:
                continue
        return tuple(one.condition for one in literals)

    def _search(
        self,
        outsider: Outsider,
        literals: list[Literal],
        rows: list[Row],
        answer: Answer,
        depth: int,
    ) -> Request | None:
        self.budget.charge(1 + len(literals))
        try:
            request = self._solve(outsider, literals)
        except Unsure:
            answer.unsure = True
            return None
        if request is None:
            return None
        self.budget.charge(1 + len(rows))
        row = next((one for one in rows if refuses(one, request)), None)
        if row is None:
            return request
        if row.index is not None and row.index not in answer.refusing:
            answer.refusing = (*answer.refusing, row.index)
        if not depth:
            raise Spent
        for escape in escapes(row):
            found = self._search(outsider, [*literals, escape], rows, answer, depth - 1)
            if found is not None:
                return found
        return None

    def _solve(self, outsider: Outsider, literals: list[Literal]) -> Request | None:
        """A request for which all hold; None if there is none. Raises Unsure."""
        binder = Binder(outsider, self.budget.charge)
        try:
            bound = binder.bind(literals)
        except Impossible:
            return None
        request = self._consistent(outsider, bound)
        if request is None or not binder.loosened or _holds(literals, request):
            return request
        there = [*bound, *binder.presence(literals, request)]
        for tried in (request, self._maybe(outsider, there)):
            for pinned in binder.pins(literals, tried) if tried is not None else ():
                fixed = {**outsider.fixed, **pinned}
                narrowed = outsider.but(fixed=fixed)
                found = self._maybe(narrowed, literals)
                if found is not None and _holds(literals, found):
                    return found
        return self._one_by_one(outsider, literals, bound)

    def _one_by_one(
        self, outsider: Outsider, literals: list[Literal], bound: list[Literal]
    ) -> Request | None:
        """With each value of a key that has but a few. Raises Unsure where there is no such key."""
        key, values = few(bound, literals, outsider)
        unsure = not key
        for value in values:
            fixed = {**outsider.fixed, key: value}
            try:
                found = self._solve(outsider.but(fixed=fixed), literals)
            except Unsure:
                unsure = True
                continue
            if found is not None:
                return found
        if unsure:
            raise Unsure
        return None

    def _maybe(self, outsider: Outsider, literals: list[Literal]) -> Request | None:
        """A request to try out."""
        try:
            return self._consistent(outsider, Binder(outsider, self.budget.charge).bind(literals))
        except (Impossible, Unsure):
            return None

    def _consistent(self, outsider: Outsider, literals: list[Literal]) -> Request | None:
        """The user id of a federated user holds account and name, which stand in its ARN too."""
        request = self._whole(outsider, literals)
        if request is not None and outsider.caller.family == "service":
            return _named(request, literals)
        if request is None or outsider.caller.family != "aws" or _one_user(request):
            return request
        userid, arn = str(request["aws:userid"]), str(request[keys.ARN])
        account, _, name = userid.partition(":")
        user = f"{arn.split(':')[4]}:{arn.rpartition('/')[2]}"
        for tie in (
            fits_one_of(keys.ARN, (f"arn:*:sts::{account}:federated-user/{name}",)),
            is_one_of("aws:userid", (user,)),
        ):
            found = self._whole(outsider, [*literals, Literal(tie)])
            if found is not None and _one_user(found):
                return found
        raise Unsure

    def _whole(self, outsider: Outsider, literals: list[Literal]) -> Request | None:
        """Each place by itself, put together."""
        by_place: dict[object, list[Literal]] = {at: [] for at in range(len(outsider.units))}
        for key in outsider.always(self.reads):  # may be what a Deny looks for
            by_place.setdefault(outsider.place(key), [])
        self.budget.charge(2 + len(by_place) + len(literals))
        for one in literals:
            place = outsider.place(one.key)
            if place != KNOWN:
                by_place.setdefault(place, []).append(one)
            elif one.condition.holds(outsider.fixed) != one.wanted:
                return None
        request: Request = dict(outsider.fixed)
        for place, some in by_place.items():
            found = self._place(outsider, place, some)
            if found is None:
                return None
            request |= {key: value for key, value in found.items() if key not in outsider.fixed}
        return request

    def _place(self, outsider: Outsider, place: object, some: list[Literal]) -> Request | None:
        told = frozenset((id(one.condition), one.wanted) for one in some)
        whose: object
        if isinstance(place, int):
            whose = (id(outsider.units[place]), *outsider.excluded.values())
        else:
            whose = (outsider.caller.sends(str(place)), outsider.forced.get(str(place)))
        name = (whose, place, told)
        known = self.known.get(name)
        if known is None:  # what the ids are of is kept with the answer
            known = self.known[name] = (self._found(outsider, place, some), outsider, some)
        return known[0]

    def _found(self, outsider: Outsider, place: object, some: list[Literal]) -> Request | None:
        if isinstance(place, int):
            return self._unit(outsider, place, some)
        if place == keys.NOW:
            return self.places.now(some)
        if place == keys.MFA:
            told = [one for one in some if one.key == keys.MFA]
            return self.places.mfa(told, [one for one in some if one.key == keys.MFA_AGE])
        key = str(place)
        if key in outsider.forced:
            values = self.places.several(key, some, outsider.forced[key])
            return None if values is None else {key: values}
        if outsider.caller.sends(key):
            return self.places.present(key, some)
        return self.places.optional(key, some)

    def _unit(self, outsider: Outsider, at: int, some: list[Literal]) -> Request | None:
        shapes = outsider.units[at]
        spans = {key for shape in shapes for key in shape.spans}
        excluded = {key: v for key, v in outsider.excluded.items() if key in spans and v}
        few = {key: excluded.pop(key) for key in list(excluded) if _are_few(excluded[key])}
        for _ in range(50):
            patterns = {key: self._automaton(values) for key, values in excluded.items()}
            found = self.places.joint(shapes, some, patterns)
            if found is None:
                return None
            met = next((key for key in few if found.get(key) in few[key]), None)
            account = str(found.get(keys.ACCOUNT_KEY, ""))
            if met is None and account and outsider.not_own and not outsider.not_own(account):
                met = keys.ACCOUNT_KEY
            if met is None:
                return {key: value for key, value in found.items() if key != VENDOR}
            excluded[met] = (*excluded.get(met, ()), str(found[met]))
        raise Unsure

    def _automaton(self, values: tuple[str, ...]) -> Automaton:
        found = self.excluded.get(values)
        if found is None:
            self.budget.charge(1 + len(values) // 4)
            found = Automaton(values, by_part=False, caseless=False)
            self.excluded[values] = found
        return found


def _are_few(values: tuple[str, ...]) -> bool:
    """Whether to leave out such values only when they are met: that is quicker, if they are few."""
    return len(values) < 20 and all(map(globs.is_literal, values))


def _named(request: Request, literals: list[Literal]) -> Request:
    """A service's own name is among its names. Raises Unsure where that is not what is asked."""
    name, names = request.get("aws:principalservicename"), request.get(keys.SERVICE_NAMES)
    if name is None or names is None or name in names:
        return request
    found: Request = {**request, keys.SERVICE_NAMES: (str(name), *names)}
    if not _holds([one for one in literals if one.key == keys.SERVICE_NAMES], found):
        raise Unsure
    return found


def _one_user(request: Request) -> bool:
    if request.get("aws:principaltype") != "FederatedUser" or "aws:userid" not in request:
        return True
    account, _, name = str(request["aws:userid"]).partition(":")
    arn = str(request.get(keys.ARN))
    return f":{account}:" in arn and arn.endswith("/" + name)


def _holds(literals: list[Literal], request: Request) -> bool:
    return all(one.condition.holds(request) == one.wanted for one in literals)
