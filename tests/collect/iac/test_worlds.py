"""Choices that nobody has made: each is tried, one run at a time, and no run sees another's."""

from __future__ import annotations

from typing import Any

import pytest

from checker.collect.iac.terraform.choices import Choices, Kept
from checker.collect.iac.terraform.items import ITEM, Item, Items, may_be, plain
from checker.collect.iac.terraform.steps import NOTHING
from checker.collect.iac.unknown import is_unresolved, made, unresolved, wholly
from checker.collect.iac.worlds import (  # fmt: skip
    MOST,
    Choice,
    ImpossibleWorldError,
    TooManyWorldsError,
    Worlds,
)
from tests.support.rows import rows

UNKNOWN = unresolved("var.a")


def choice(name: str, *domain: Any, has_default: bool = True, doubts: str = "") -> Choice:
    return Choice(name, domain or (False, True), has_default, frozenset(doubts.split()))


def value(worlds: Worlds, one: Choice) -> Any:
    found = worlds.choose(one)
    assert found is not None
    return found.value


def test_every_outcome_is_tried_once() -> None:
    """In the order of the domains, the defaults first; one name is one choice all over a run."""
    worlds = Worlds()

    def run() -> tuple[Any, ...]:
        first = value(worlds, choice("a", 1, 2))
        again = value(worlds, choice("a", 3, 4))
        return (first, again, value(worlds, choice("b", "x", "y", "z")) if first == 1 else None)

    found = [outcome for outcome, _ in worlds.runs(run)]
    assert found == [(1, 1, "x"), (1, 1, "y"), (1, 1, "z"), (2, 2, None)]


def test_outside_of_runs_nobody_chooses() -> None:
    """But that something was asked is counted, before, in and after."""
    worlds = Worlds()
    assert (worlds.choose(choice("a")), worlds.asked) == (None, 1)
    assert len(list(worlds.runs(lambda: worlds.choose(choice("a"))))) == 2
    assert (worlds.choose(choice("a")), worlds.asked, worlds.made("a")) == (None, 4, None)


def test_a_run_that_ends_early_leaves_nothing_behind() -> None:
    """Else the next ones would begin in the middle, and the defaults would not be tried."""
    worlds = Worlds()
    runs = worlds.runs(lambda: value(worlds, choice("a", 1, 2, 3)))
    assert next(runs)[0] == 1
    assert next(runs)[0] == 2
    runs.close()
    assert [outcome for outcome, _ in worlds.runs(lambda: value(worlds, choice("a", 1, 2, 3)))] == [1, 2, 3]  # fmt: skip


@pytest.mark.parametrize(("count", "fits"), [(MOST - 1, True), (MOST, True), (MOST + 1, False)])
def test_more_than_anybody_could_follow(count: int, fits: bool) -> None:
    """The last run that is allowed is done; one more, and all of it is taken for not known."""
    worlds = Worlds()
    runs = worlds.runs(lambda: value(worlds, choice("a", *range(count))))
    if fits:
        assert len(list(runs)) == count
    else:
        with pytest.raises(TooManyWorldsError):
            list(runs)
        assert worlds.made("a") is None


def test_what_no_deployment_comes_to_is_left_out() -> None:
    """And the other outcomes are tried nonetheless."""
    worlds = Worlds()

    def run() -> int:
        if (found := value(worlds, choice("a", 1, 2, 3))) == 2:
            raise ImpossibleWorldError
        return int(found)

    assert [outcome for outcome, _ in worlds.runs(run)] == [1, 3]


def test_what_departs_from_the_defaults() -> None:
    """Where nothing is more likely, nothing departs; what another outcome doubts is doubted."""
    worlds = Worlds()
    seen = []

    def run() -> bool:
        worlds.choose(choice("a", doubts="var.x"))
        worlds.choose(choice("b", has_default=False))
        return worlds.doubted("var.x")

    for doubted, trail in worlds.runs(run):
        seen.append((doubted, [one.departs for one in trail]))
    assert seen == [(False, [False, False]), (False, [False, False]), (True, [True, False]), (True, [True, False])]  # fmt: skip


def supposed(tell: Any, **known: Any) -> tuple[Choices, list[tuple[Any, str | None]]]:
    choices = Choices(**known)
    return choices, list(choices.runs(lambda: tell(choices)))


HELD: list[tuple[str, Any, list[tuple[Any, str | None]]]] = [
    ("a switch that is off", lambda c: c.holds("var.on", True, False), [(False, None), (True, "var.on = true")]),
    ("one that is on", lambda c: c.holds("var.on", True, True), [(True, None), (False, "var.on = false")]),
    ("one without a default", lambda c: c.holds("var.on", True, None), [(True, None), (False, None)]),
    ("a word", lambda c: c.holds("var.e", "prod", False), [(False, None), (True, "var.e = prod")]),
    ("another than by default", lambda c: c.holds("var.e", "dev", True), [(True, None), (False, "var.e is not dev")]),
    ("an empty word", lambda c: c.holds("var.e", "", False), [(False, None), (True, "var.e = empty")]),
    ("the same twice", lambda c: (c.holds("var.e", "a", False), c.holds("var.e", "a", False)), [((False, False), None), ((True, True), "var.e = a")]),
    ("no two words at once", lambda c: (c.holds("var.e", "a", False), c.holds("var.e", "b", False)),
     [((False, False), None), ((False, True), "var.e = b"), ((True, False), "var.e = a")]),
    ("a switch, asked both ways", lambda c: (c.holds("var.on", True, False), c.holds("var.on", False, True)),
     [((False, True), None), ((True, False), "var.on = true")]),
    ("any other condition", lambda c: c.other("length(var.v) > 0", False, frozenset()), [(False, None), (True, "length(var.v) > 0")]),
    ("one that holds by default", lambda c: c.other("length(var.v) > 0", True, frozenset()), [(True, None), (False, "not length(var.v) > 0")]),
    ("a negation", lambda c: c.other("!var.off", True, frozenset()), [(True, None), (False, "var.off")]),
    ("by a name of its own", lambda c: c.other("x", False, frozenset(), words="w"), [(False, None), (True, "w")]),
    ("and for its contrary", lambda c: c.other("x", True, frozenset(), words="w", otherwise="o"), [(True, None), (False, "o")]),
    ("a long one", lambda c: c.other("x" * 81, False, frozenset()), [(False, None), (True, "x" * 80 + "…")]),
    ("a key", lambda c: c.among("var.e", ["dev", "prod"], "dev", more=False), [("dev", None), ("prod", "var.e = prod")]),
    ("the default comes first", lambda c: c.among("var.e", ["dev", "prod"], "prod", more=False), [("prod", None), ("dev", "var.e = dev")]),
    ("or none of them", lambda c: c.among("var.e", ["dev"], "dev", more=True), [("dev", None), (unresolved("var.e"), "var.e is another")]),
    ("no default", lambda c: c.among("var.e", ["dev", "prod"], "x", more=False), [("dev", None), ("prod", None)]),
    ("no default, each said", lambda c: c.among("var.e", ["dev", "prod"], "x", more=False, told=True), [("dev", "var.e = dev"), ("prod", "var.e = prod")]),
    ("a default, though each would be said", lambda c: c.among("var.e", ["dev", "prod"], "dev", more=False, told=True), [("dev", None), ("prod", "var.e = prod")]),
    ("no key at all", lambda c: c.among("var.e", [], "x", more=False), [(unresolved("var.e"), None)]),
    ("a key after a word", lambda c: (c.holds("var.e", "dev", True), c.among("var.e", ["dev", "prod"], "dev", more=False)),
     [((True, "dev"), None), ((False, "prod"), "var.e is not dev")]),
    ("a word after a key", lambda c: (c.among("var.e", ["dev", "prod"], "dev", more=False), c.holds("var.e", "dev", True)),
     [(("dev", True), None), (("prod", False), "var.e = prod")]),
    ("a word after another than any key", lambda c: (c.among("var.e", ["dev"], "dev", more=True), c.holds("var.e", "x", False)),
     [(("dev", False), None), ((unresolved("var.e"), False), "var.e is another"), ((unresolved("var.e"), True), "var.e is another and var.e = x")]),
    ("two switches", lambda c: (c.holds("var.a", True, False), c.holds("var.b", True, False)),
     [((False, False), None), ((False, True), "var.b = true"), ((True, False), "var.a = true"), ((True, True), "var.a = true and var.b = true")]),
]  # fmt: skip


@rows("why, tell, expected", HELD)
def test_what_each_run_supposes(why: str, tell: Any, expected: Any) -> None:
    """A run that is left out is trust that nobody is told of; two that contradict, a false alarm."""
    choices, found = supposed(tell)
    assert found == expected, why
    assert (choices.running, choices.trying) == (False, False)


def test_outside_of_runs_the_defaults_are_all_there_is() -> None:
    """And that something hangs on a choice is noticed."""
    choices = Choices()
    assert choices.holds("var.on", True, False) is None
    assert choices.other("x", True, frozenset()) is None
    assert choices.among("var.e", ["a"], "a", more=False) == unresolved("var.e")
    assert (choices.asked, choices.value("var.e")) == (3, NOTHING)


def test_a_variable_has_what_was_chosen_of_it() -> None:
    """All over the run: what is only known to be another is unknown, and not its default."""
    _, found = supposed(lambda c: (c.holds("var.e", "dev", True), c.value("var.e"), c.departed("var.e", "dev"), c.departed("var.e", "x")))  # fmt: skip
    assert found == [((True, "dev", False, False), None), ((False, NOTHING, True, False), "var.e is not dev")]  # fmt: skip
    _, found = supposed(lambda c: (c.other("x", False, frozenset({"var.v"})), c.value("var.v"), c.value("var.w")))  # fmt: skip
    assert found == [((False, NOTHING, NOTHING), None), ((True, unresolved("var.v"), NOTHING), "x")]


NOW: list[tuple[str, Any, Any, Any, Any]] = [
    ("a default that may be another", UNKNOWN, "dev", "dev", UNKNOWN),
    ("within a list", [UNKNOWN], ["dev"], ["dev"], [UNKNOWN]),
    ("within a map", {"k": UNKNOWN}, {"k": "dev"}, {"k": "dev"}, {"k": UNKNOWN}),
    ("lists of two lengths", [UNKNOWN, "x"], ["dev"], ["dev"], ["dev"]),
    ("a value of another", unresolved("var.z"), "dev", "dev", "dev"),
    ("what the code makes", made("var.a"), "dev", "dev", "dev"),
    ("what is given", "dev", "dev", "dev", "dev"),
]


@rows("why, sure, value, first, second", NOW)
def test_what_was_told_before_a_choice(
    why: str, sure: Any, value: Any, first: Any, second: Any
) -> None:
    """A value that was worked out by a default, and is another one in this run."""
    _, found = supposed(lambda c: (c.holds("var.a", "dev", True), c.now(sure, value)), plain=frozenset({"var.a"}))  # fmt: skip
    assert [one[1] for one, _ in found] == [first, second], why


def test_what_a_value_hangs_on_is_kept_with_it() -> None:
    """What hangs on nothing holds in every run; what hangs on a default or a choice, in its own."""
    choices = Choices()
    plain_ = choices.kept(lambda: 1)
    assert (plain_.asked, plain_.used, choices.again(plain_)) == (False, frozenset(), True)
    asked = choices.kept(lambda: choices.holds("var.on", True, False))
    used = choices.kept(lambda: choices.used.add("var.x"))
    assert (asked.asked, used.used, choices.used) == (True, {"var.x"}, {"var.x"})
    assert choices.aside(lambda: choices.used.add("var.y")) is None
    assert choices.used == {"var.x"}

    def run() -> tuple[bool, ...]:
        return tuple(choices.again(one) for one in (plain_, asked, used, Kept(1, True, frozenset(), choices.epoch)))  # fmt: skip

    assert [outcome for outcome, _ in choices.runs(run)] == [(True, False, False, True)]
    before = choices.asked
    assert choices.again(asked) and choices.asked == before + 1

    def stopped() -> tuple[bool, Any, bool]:
        with choices.paused():
            return choices.running, choices.holds("var.on", True, False), choices.trying

    assert [outcome for outcome, _ in choices.runs(stopped)] == [(False, None, True)]


MAY: list[tuple[Any, Any, bool]] = [
    ("a", "a", True), ("a", "b", False), (UNKNOWN, "b", True), (f"a-{UNKNOWN}", "b", True), (1, 1, True), (1, True, True),
    ({"a": UNKNOWN}, {"a": 1}, True), ({"a": 1}, {"a": 2}, False), ({"a": 1}, {"b": 1}, False), ({"a": UNKNOWN}, {"a": 1, "b": 2}, False),
    ([UNKNOWN], ["x"], True), ([UNKNOWN], ["x", "y"], False), (["x"], ["y"], False), ([UNKNOWN], "x", False), ("x", ["x"], False),
    ({"a": UNKNOWN}, "x", False), (None, None, True), (3, "3", False),
]  # fmt: skip


@rows("sure, value, expected", MAY)
def test_what_may_be_which_value(sure: Any, value: Any, expected: bool) -> None:
    """An item that is taken for none of what is known would be taken for given."""
    assert may_be(sure, value) is expected


def sure_of(sure: Any, value: Any, key: Any, item: Any) -> Any:
    return Items(value, lambda: sure, "local.l").item(key, item).sure()


ONES: list[tuple[str, Any, Any, Any, Any, Any]] = [
    ("of a map by its key", {"a": 1}, {"a": 1}, "a", 1, 1),
    ("of a map without it", {"b": 1}, {"a": 1}, "a", 1, None),
    ("the only one alike", ["x", "y"], ["x", "y"], 0, "x", "x"),
    ("several that are equal", [UNKNOWN, UNKNOWN], ["x", "x"], 1, "x", UNKNOWN),
    ("by its place", [UNKNOWN, unresolved("var.b")], ["x", "y"], 1, "y", unresolved("var.b")),
    ("no place where more are known", [UNKNOWN, unresolved("var.b")], ["x"], 0, "x", unresolved("var.a or var.b")),
    ("one that nothing is like", ["x"], ["y"], 0, "y", "x"),
    ("one of a list that is not known", UNKNOWN, ["x"], 0, "x", None),
]  # fmt: skip


@rows("why, sure, value, key, item, expected", ONES)
def test_what_is_given_of_an_item(
    why: str, sure: Any, value: Any, key: Any, item: Any, expected: Any
) -> None:
    """A default within an item decides no more than one that stands alone."""
    found = sure_of(sure, value, key, item)
    if expected is None:
        assert is_unresolved(found) and (wholly(found) or "").startswith(ITEM), why
    else:
        assert found == expected, why


def test_items_that_nothing_tells_of() -> None:
    """By themselves, or as the value of `each`; and what a name stands for."""
    unsure, known = Items(["x"], lambda: UNKNOWN, "l"), Items(["x"], lambda: ["x"], "l")
    assert [one.item(0, "x").is_unsure() for one in (unsure, known)] == [True, False]
    assert [one.each(0, "x").is_unsure() for one in (unsure, known)] == [True, False]
    assert known.each("k", "x").sure() == {"key": "k", "value": "x"}
    assert [plain(Item(3, lambda: 4)), plain("x")] == [3, "x"]
    told: list[int] = []
    item = Item(1, lambda: told.append(1))
    assert (item.sure(), item.sure(), told) == (None, None, [1])
