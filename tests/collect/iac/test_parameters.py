"""Parameters of a template: what each is, and what it may be where nobody has given it."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.parameters import Parameters
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.elsewhere import foreign, home, place_of, recorded, untold
from checker.collect.iac.unknown import made, unresolved
from checker.collect.iac.worlds import Choice, Worlds
from tests.support.rows import rows

U = unresolved("P")
OWN, OTHER = "111111111111", "222222222222"


def parameters(given: Any = None, proposed: Any = None, worlds: Worlds | None = None, **declared: Any) -> Parameters:  # fmt: skip
    one = {"P": {"Type": "String"} | declared}
    return Parameters(one, {} if given is None else {"P": given}, {} if proposed is None else {"P": proposed}, worlds or Worlds())  # fmt: skip


VALUES: list[tuple[str, Parameters, Any, set[str]]] = [
    ("given", parameters("x", Default="y"), "x", set()), ("by default", parameters(Default="y"), "y", {"P"}), ("proposed by the stack around", parameters(None, "z", Default="y"), "z", {"P"}),
    ("nothing", parameters(), U, set()), ("no text", parameters(Default=["a", "b"]), "a,b", {"P"}), ("a number", parameters(Default=3), U, {"P"}), ("no type", parameters("x", Type=None), U, set()),
    ("a list", parameters("a, b", Type="CommaDelimitedList"), ["a", "b"], set()), ("a list of numbers", parameters("1,2", Type="List<Number>"), ["1", "2"], set()),
    ("a list that is not known", parameters(U, Type="CommaDelimitedList"), U, set()), ("a part of one", parameters(f"a,{unresolved('x,y')}", Type="CommaDelimitedList"), ["a", unresolved("x,y")], set()),
    ("of Parameter Store", parameters("/a/b", Type="AWS::SSM::Parameter::Value<String>"), unresolved("resolve:ssm:/a/b"), set()),
    ("handed on", parameters(U, Type="AWS::SSM::Parameter::Value<String>"), U, set()),
]  # fmt: skip


@rows("why, known, expected, used", VALUES)
def test_what_a_parameter_is(why: str, known: Parameters, expected: Any, used: set[str]) -> None:
    """A default is used, and that is told: whoever deploys may give another."""
    assert (known.value("P"), known.used) == (expected, used), why


DOMAINS: list[tuple[str, Parameters, list[str], tuple[Any, ...]]] = [
    ("a default, and what it is compared with", parameters(Default="dev"), ["prod"], ("dev", "prod")), ("compared with its default", parameters(Default="dev"), ["dev", "prod"], ("dev", "prod", U)),
    ("no default", parameters(), ["prod"], (U, "prod")), ("a default that is no text", parameters(Default=3), ["prod"], (U, "prod")), ("nothing at all", parameters(), [], (U,)),
    ("some are allowed", parameters(Default="dev", AllowedValues=["dev", "prod"]), ["dev"], ("dev", "prod")), ("more are allowed", parameters(Default="dev", AllowedValues=["dev", "prod", "test"]), ["dev"], ("dev", U)),
    ("what is not allowed is none", parameters(Default="dev", AllowedValues=["dev", "prod"]), ["dev", "x"], ("dev", "prod")), ("all that is allowed is compared", parameters(Default="dev", AllowedValues=["dev", "prod"]), ["dev", "prod"], ("dev", "prod")),
    ("allowed, without a default", parameters(AllowedValues=["dev", "prod"]), ["prod"], ("dev", "prod")), ("a default that is not known", parameters(Default=U), ["prod"], (U, "prod")),
]  # fmt: skip


@rows("why, known, constants, expected", DOMAINS)
def test_what_it_may_be(
    why: str, known: Parameters, constants: list[str], expected: tuple[Any, ...]
) -> None:
    """The default first; as many as conditions tell apart, and anything else as one."""
    assert known.domain("P", constants) == expected, why


UNDECIDED = [
    (parameters(), True), (parameters(Default="x"), True), (parameters("x"), False), (parameters(Type="Number"), True), (parameters(Type="List<String>"), False),
    (parameters(Type="CommaDelimitedList"), False), (parameters(Type="AWS::SSM::Parameter::Value<String>"), False), (parameters(Type=None), False),
]  # fmt: skip


@rows("known, undecided", UNDECIDED)
def test_what_nobody_has_given(known: Parameters, undecided: bool) -> None:
    """Plain texts alone are tried; a name that is no parameter is none."""
    assert known.undecided("P") is undecided
    assert not known.undecided("Q") and "Q" not in known and "P" in known


def test_what_a_choice_supposes() -> None:
    """In words, of a parameter and of a condition."""
    known = parameters(Default="dev")
    told = [known.words(Choice(*one)) for one in (("P", ("prod",), True), ("P", (U,), True), ("P", ("",), True))]  # fmt: skip
    assert told == ["P = prod", "P is not dev", "P = empty"]
    assert parameters().words(Choice("P", (U,), False)) == "P is not empty"
    doubts = [known.words(Choice("c", (True,), True, frozenset(one))) for one in ({"A"}, {"B", "A"}, set())]  # fmt: skip
    assert doubts == ["A differs from the default", "A and B differ from the default", "a condition differs from the default"]  # fmt: skip
    assert known.said("P") == "P (default dev)"


def test_what_was_chosen_in_a_run_holds() -> None:
    """And what another choice doubts is not known there."""
    worlds = Worlds()
    known = parameters(worlds=worlds, Default="dev")

    def run() -> Any:
        worlds.choose(Choice("P", ("dev", "prod"), True))
        return known.value("P")

    assert [outcome for outcome, _ in worlds.runs(run)] == ["dev", "prod"]

    def doubt() -> Any:
        worlds.choose(Choice("c", (False, True), True, frozenset({"P"})))
        return known.value("P")

    assert [outcome for outcome, _ in worlds.runs(doubt)] == ["dev", U]


TARGET = Target(account=OWN, organization="o-own1234567")


def test_what_is_made_elsewhere() -> None:
    """It is that account's, whose organization nobody knows; as that account sees it, its own."""
    assert place_of(TARGET, None) is TARGET and recorded(TARGET, None) is TARGET
    assert (place_of(TARGET, OTHER).account, place_of(TARGET, OTHER).organization) == (OTHER, None)
    nobody = untold("aws.x")
    assert recorded(TARGET, nobody) is TARGET and recorded(TARGET, OTHER).account == OTHER
    arn = {"a": [made("aws_iam_role.r.arn"), "x", 3]}
    assert foreign(arn, None) is arn and home(arn, None, TARGET) is arn
    there = foreign(arn, OTHER)
    assert there == {"a": [unresolved(f"{OTHER}: aws_iam_role.r.arn"), "x", 3]}
    assert home(there, OTHER, TARGET) == arn
    assert home({OTHER: f"arn:aws:iam::{OTHER}:root"}, OTHER, TARGET) == {OTHER: f"arn:aws:iam::{OTHER}:root"}  # fmt: skip
    assert foreign(made("r"), nobody) == unresolved("the account of provider aws.x: r")
