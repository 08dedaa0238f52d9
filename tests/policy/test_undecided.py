"""What the tests inside a policy leave open: each operand that could be a constant."""

from __future__ import annotations

import jmespath

from checker.policy.undecided import Undecided, shown, undecided
from tests.policy.test_policies import GOOD, policy_of

KIND, STATUS = "principal.kind == 'account'", "vetting.status == 'vetted'"
HEAD = GOOD[: GOOD.index("  - {")]
VETTED = ("pass", "{principal: {kind: account}, vetting: {status: vetted}}")
STRANGER = ("fail", "{principal: {kind: account}}")
SERVICE = ("skip", "{principal: {kind: service}}")
NAMED = ("pass", "{principal: {kind: account}, role: {name: x}}")


def does(outcome: str, actions: str) -> tuple[str, str]:
    return outcome, f"{{principal: {{kind: account}}, grant: {{actions: [{actions}]}}}}"


BEGINS = "!(grant.actions[?starts_with(@, 'a')])"
LONG = "length([role.name, !(role.arn)]) > `1`"
OPEN = [
    ("all is decided", KIND, STATUS, (VETTED, STRANGER, SERVICE), []),
    ("no test is skipped", KIND, STATUS, (VETTED, STRANGER), [("when", 5, KIND, True)]),
    ("none fails", KIND, STATUS, (VETTED, SERVICE), [("assert", 6, STATUS, True)]),
    ("none passes", KIND, STATUS, (STRANGER, SERVICE), [("assert", 6, STATUS, False)]),
    ("no when", "", STATUS, (VETTED, STRANGER), []),
    ("no when, none fails", "", STATUS, (VETTED,), [("assert", 5, STATUS, True)]),
    ("one of two is always true", KIND, f"{STATUS} && role.name", (VETTED, STRANGER, SERVICE),
     [("assert", 6, "role.name", True)]),
    ("one of two would do", KIND, f"{STATUS} || grant.network_limited", (VETTED, STRANGER, SERVICE),
     [("assert", 6, "grant.network_limited", False)]),
    ("a part of the when", f"{KIND} && role.name", STATUS, (VETTED, STRANGER, SERVICE),
     [("when", 5, "role.name", True)]),
    ("what a filter asks", "", BEGINS, (does("pass", "b"), does("fail", "a, b")), []),
    ("a filter that never misses", "", BEGINS, (does("pass", ""), does("fail", "a")),
     [("assert", 5, "starts_with(@, 'a')", True)]),
    ("a slice", "", "!(grant.actions[:1])", (does("pass", ""), does("fail", "a")), []),
    ("a slice that is always empty", "", "!(grant.actions[:1])", (does("pass", ""),),
     [("assert", 5, "grant.projection of index_expression of actions", False)]),
    ("within what is no condition", "", LONG, (VETTED,),
     [("assert", 5, "length(multi_select_list of role.name, not_expression of role.arn) > `1`", True),
      ("assert", 5, "role.arn", True), ("assert", 5, "role.arn", False)]),
]  # fmt: skip


def test_what_no_test_decides() -> None:
    """`policy test --strict` that finds nothing, whatever is left open, or finds what is decided."""
    for why, when, assertion, tests, told in OPEN:
        text = HEAD.replace(STATUS, f'"{assertion}"')
        text = text.replace(KIND, when) if when else text.replace(f"when: {KIND}\n", "")
        text += "".join(f"  - {{name: x, expect: {e}, facts: {facts}}}\n" for e, facts in tests)
        found = list(undecided(policy_of(text)))
        assert found == [Undecided("house-rule", *each) for each in told], why


SHOWN = {
    "a.b == 'x'": "a.b == 'x'", "a < `1`": "a < `1`", "a <= `1`": "a <= `1`", "a > `1`": "a > `1`",
    "a >= `1`": "a >= `1`", "a != `null`": "a != `null`", "a == `[1, \"x\"]`": 'a == `[1, "x"]`',
    "a && b || c": "((a && b) || c)", "!(a)": "not_expression of a", "@": "@",
    "contains(a, 'b')": "contains(a, 'b')", "sort_by(a, &b)": "sort_by(a, expref of b)",
    "a[?b == `true`]": "filter_projection of a, b == `true`", "a[*].b": "projection of a, b",
    "a[0]": "index_expression of a", "a[1:2].b": "projection of index_expression of a, b",
    "a.*": "value_projection of a", "a[]": "projection of flatten of a", "a | b": "pipe of a, b",
    "[a, b]": "multi_select_list of a, b", "{x: a}": "multi_select_dict of key_val_pair of a",
}  # fmt: skip


def test_how_an_operand_is_shown() -> None:
    """Somebody who is sent to an operand that does not stand in the policy."""
    assert {text: shown(jmespath.compile(text).parsed) for text in SHOWN} == SHOWN
