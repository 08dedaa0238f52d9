"""The memory of what was evaluated, and outcomes that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jmespath
import pytest

import checker.policy.evaluate as evaluate
from checker.policy.braces import template
from checker.policy.expression import Expression
from checker.policy.load import load_policies
from checker.policy.messages import Message, _plain, part_of, plain_path
from checker.policy.values import getter, hashable, walker
from checker.subjects.registry import model
from tests.policy.test_expression import SHAPE
from tests.policy.test_policies import GOOD, policy_of
from tests.support.gate import check
from tests.support.snapshots import STRANGER, vendor_role

TRUST = [one for one in load_policies(None).policies if "role_trust" in one.applies_to]


def facts(account: str) -> dict[str, Any]:
    made = model("role_trust")().model_dump(by_alias=True)
    made["principal"] |= {"kind": "account", "account": account}
    made["vetting"]["status"] = "vetted" if account.startswith("9") else "unlisted"
    return made


def test_a_memory_that_is_full_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches an answer of what stood there before, and a memory that grows with the snapshot."""
    monkeypatch.setattr(evaluate, "MEMORY", 2)
    evaluator = evaluate.Evaluator(TRUST)
    for status in ("vetted", "unlisted", "expired", "own", "vetted", "unlisted"):
        made = facts(STRANGER)
        made["vetting"]["status"] = status
        told = {p.id: outcome for p, outcome, _ in evaluator.outcomes(made)}
        right = {p.id: o for p in TRUST if (o := evaluate.evaluate(p, made)[0]) != "skip"}
        assert told == right
        assert all(len(group._known) <= 2 for group in evaluator._groups)


def test_a_message_that_cannot_be_written_is_no_pass(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Catches a finding that is lost with its words: the check is incomplete, and says why."""

    def fails(*_: Any) -> str:
        raise TypeError("no text")

    monkeypatch.setattr(Message, "render", fails)
    ran = check(tmp_path, "-f", "text", roles=[vendor_role("S", STRANGER)])
    assert ran.code == 3 and "message: no text" in ran.out


FACTS: dict[str, Any] = {
    "role": {"arn": "A", "name": None, "tags": {"team": "x"}}, "principal": {"name": "N", "kind": "account"},
    "grant": {"actions": ["a", "b"], "network_limited": False}, "vetting": {"days_left": 0}, "account": {},
}  # fmt: skip
SAID: list[tuple[str, str, str]] = [
    ("a text alone", "no braces", "no braces"), ("a path", "{role.arn}", "A"), ("nothing there", "{role.name}", "none"),
    ("text around", "a {role.arn} b {principal.name}.", "a A b N."), ("a path of three", "{role.tags.team}", "x"),
    ("what is not there", "{role.tags.none}", "none"), ("a list of texts", "{grant.actions}", "a, b"), ("a whole", "{role.tags}", '{"team": "x"}'),
    ("a fact alone", "{account}", "{}"), ("a flag", "{grant.network_limited}", "false"), ("a number", "{vetting.days_left}", "0"),
    ("a choice", "{role.name || 'nobody'}", "nobody"), ("a path in a list", "{grant.actions[0]}", "a"), ("a list of more than texts", "{[role.arn, role.name]}", '["A", null]'),
    ("a call", "{length(grant.actions)} of {join('+', grant.actions)}", "2 of a+b"), ("the whole", "{@.role.arn}", "A"), ("braces", "{{{role.arn}}}", "{A}"),
    ("a path behind a choice", "{(role || account).arn}", "A"), ("what is the text", "{principal.kind == 'account' && 'one' || 'more'}", "one"), ("what is not", "{principal.kind == 'organization' && 'one' || 'more'}", "more"),
    ("what is another", "{principal.kind != 'account' && 'one' || 'more'}", "more"), ("what is no text", "{vetting.days_left == `0` && 'today' || 'later'}", "today"), ("two facts", "{principal.name == role.name && 'one' || 'more'}", "more"),
    ("a text of what is worked out", "{grant.actions[0] == 'a' && 'one' || 'more'}", "one"), ("a call that is a text", "{join('', grant.actions) == 'ab' && 'one' || 'more'}", "one"),
]  # fmt: skip


def test_a_message_says_what_its_template_does() -> None:
    """Catches a finding that is told with the values of another one; each value once, and anew where
    it is another."""
    for why, text, expected in SAID:
        made = template(text, SHAPE)
        message = Message(made)
        assert made.render(FACTS) == message.render(FACTS) == message.render(FACTS) == expected, why
    message = Message(template("{principal.name || role.arn} {grant.actions[0]}", SHAPE))
    for name, arn in (("N", "A"), (None, "A"), (None, "B"), ("", "B"), ("N", "B")):
        made = FACTS | {"principal": {"name": name}, "role": {"arn": arn}}
        assert message.render(made) == f"{name or arn} a"


def test_a_message_walks_what_is_plain_and_remembers_the_rest() -> None:
    """Catches one that is interpreted each time, and a memory without a bound."""
    paths = {"a": ("a",), "a.b.c": ("a", "b", "c"), "a[0]": None, "a.b[0]": None, "a.b || c": None, "@": None, "@.a": None, "a.[b]": None}  # fmt: skip
    assert {text: plain_path(jmespath.compile(text).parsed) for text in paths} == paths
    walked = {"a": True, "a.b": True, "a == 'x'": True, "a == 'x' && b || 'c'": True, "`1`": True, "a == b": False, "a != 'x'": False, "a == `1`": False, "a[0] == 'x'": False, "a[0]": False, "a[0] || b": False, "!a": False}  # fmt: skip
    assert {text: _plain(jmespath.compile(text).parsed) is not None for text in walked} == walked
    asked: list[Any] = []

    class Counted(Expression, frozen=True):
        def value(self, facts: dict[str, Any]) -> Any:
            asked.append(facts["a"])
            return facts["a"]

    parsed = jmespath.compile("a[0]").parsed
    said = part_of(Counted("a[0]", parsed, (("a",), ("b",))))
    told = [said({"a": a, "b": b}) for a, b in ((1, 1), (1, 1), (1, 2), (2, 1), (True, 1), (1, 1))]
    assert (told, asked) == (["1", "1", "1", "2", "true", "1"], [1, 1, 2, True])
    assert part_of(Counted("a", jmespath.compile("a").parsed, ()))({"a": "x"}) == "x"
    assert len(asked) == 4


def test_which_policies_read_what() -> None:
    """Catches facts that are judged together, though a policy tells them apart."""
    policy = policy_of(GOOD)
    evaluator = evaluate.Evaluator([policy])
    table: list[tuple[list[tuple[str, ...]], bool, str]] = [
        ([], False, "nothing"), ([("principal", "kind")], True, "a fact"), ([("vetting",)], True, "what holds one"),
        ([("vetting", "status", "more")], True, "a part of one"), ([("role", "arn")], False, "what is only said"),
        ([("role", "arn"), ("vetting", "status")], True, "one of two"), ([("principal", "name")], False, "what stands beside"),
        ([()], True, "the whole"),
    ]  # fmt: skip
    for paths, read, why in table:
        assert evaluator.reads_any(paths) is read, why
    assert not evaluate.Evaluator([]).reads_any([("principal", "kind")])


def test_policies_that_read_alike_are_asked_together() -> None:
    """Catches policies of few values that each ask for themselves, or a rare value in all keys."""
    texts = {"a": "vetting.status == 'vetted'", "b": "grant.external_id == 'none'", "c": "role.name == 'x'", "d": "role.name == 'y'", "e": "vetting.status == 'vetted' && role.arn == 'x'"}  # fmt: skip
    policies = [policy_of(GOOD.replace("house-rule", name).replace("vetting.status == 'vetted'", f'"{text}"')) for name, text in texts.items()]  # fmt: skip
    groups = evaluate.Evaluator(policies)._groups
    kind = ("principal", "kind")
    assert [(group.reads, [one.id for one in group._policies]) for group in groups] == [
        ((kind, ("role", "name")), ["c", "d"]), ((kind, ("role", "arn"), ("vetting", "status")), ["e"]),
        ((("grant", "external_id"), kind, ("vetting", "status")), ["a", "b"]),
    ]  # fmt: skip


class Failing:
    when = None

    def __init__(self, error: Exception) -> None:
        self.error = error

    @property
    def assertion(self) -> Any:
        return self

    def value(self, _: Any) -> Any:
        raise self.error


def test_what_went_wrong_is_said_in_a_line() -> None:
    """Catches an error without a word, and one that brings its whole story."""
    for error, said in ((TypeError("one\ntwo"), "one"), (RecursionError(), "RecursionError"), (ValueError(""), "ValueError")):  # fmt: skip
        assert evaluate.evaluate(Failing(error), {}) == ("error", said)
    with pytest.raises(KeyError):
        evaluate.evaluate(Failing(KeyError("ours")), {})


def test_values_that_python_takes_for_equal() -> None:
    """Catches an answer that is given for another value: false and 0, 1 and 1.0, a list and its text."""
    values: list[Any] = [None, "", "None", 0, False, 1, True, 1.0, "1", [], "[]", {}, [1], [True], {"a": 1}, {"a": True}]  # fmt: skip
    keys = [hashable(value) for value in values]
    assert len(set(keys)) == len(values)
    assert hashable([1, {"a": None}]) == hashable([1, {"a": None}])
    assert hashable(["a" * 9999, "b"]) != hashable(["a" * 9999, "c"])
    facts = {"a": {"b": 1, "c": "x"}}
    assert (getter(("a", "b"))(facts), getter(("a",))(facts), getter(())(facts)) == (1, facts["a"], facts)  # fmt: skip
    assert [walker(path)(facts) for path in (("a", "b"), ("a", "d"), ("x", "b"), ("a", "c", "d"))] == [1, None, None, None]  # fmt: skip
