"""What became of the rules: policies that are gone, other ones, disabled or counted for less."""

from __future__ import annotations

from typing import Any

from checker.check.rules import PolicyOverrides, Rules
from checker.policy.load import PolicySet
from checker.review.rules import Side, rule_changes
from tests.policy.test_policies import GOOD, policy_of

TEXT = {name: GOOD.replace("house-rule", name).replace("severity: low", "severity: high") for name in "ab"}  # fmt: skip
OF_CHANGES = (TEXT["a"].replace("role_trust", "change").replace("high", "low").replace("principal.kind == 'account'", "widens")
              .replace("vetting.status == 'vetted'", "blanket").replace("{role.arn}", "{said}").replace("facts: {vetting: {status: vetted}}", "facts: {}"))  # fmt: skip
OTHER = TEXT["a"].replace("== 'vetted'", "!= 'unlisted'")
Told = tuple[str, str, str, bool, bool, str]


def side(*texts: str, fail_on: str = "high", severity: Any = None, disabled: Any = None, **more: Any) -> Side:  # fmt: skip
    policies = sorted(map(policy_of, texts), key=lambda one: one.id)
    made = PolicySet(tuple(policies), "p", "0", **({"builtin": True} | more))
    overrides = PolicyOverrides(severity or {}, disabled or {})
    return Side(Rules(made, overrides), {"fail-on": fail_on})


A, B, AB = TEXT["a"], TEXT["b"], tuple(TEXT.values())
MANY = [TEXT["a"].replace("id: a\n", f"id: {name}\n") for name in "jihgfedc"]
LOW = A.replace("severity: high", "severity: low")
RULES: list[tuple[str, Side, Side, list[Told]]] = [
    ("the same", side(*AB), side(*AB), []),
    ("one is gone", side(*AB), side(B), [("policy-removed", "a", "its file is gone", True, True, "high")]),
    ("many are, told by their names", side(*MANY, B), side(B), [("policy-removed", name, "its file is gone", True, True, "high") for name in "cdefghij"]),
    ("one that fails nothing", side(LOW, B), side(B), [("policy-removed", "a", "its file is gone", True, False, "low")]),
    ("one that would, where less fails", side(*AB, fail_on="critical"), side(B, fail_on="critical"), [("policy-removed", "a", "its file is gone", True, False, "high")]),
    ("one of changes, which fails however severe", side(OF_CHANGES, B), side(B), [("policy-removed", "a", "its file is gone", True, True, "low")]),
    ("one that was disabled", side(*AB, disabled={"a": "why"}), side(B), [("policy-removed", "a", "its file is gone", False, True, "high")]),
    ("the whole built-in set, which is a setting", side(*AB), side(B, builtin=False), []),
    ("with one in a built-in one's place", side(*AB, replaced=("a",)), side(B, builtin=False), [("policy-removed", "a", "its file is gone", True, True, "high")]),
    ("where there was no such set", side(*AB, builtin=False), side(B, builtin=False), [("policy-removed", "a", "its file is gone", True, True, "high")]),
    ("a new one", side(B), side(*AB), [("policy-added", "a", "t", False, False, "high")]),
    ("a new one that is disabled", side(B), side(*AB, disabled={"a": "noise"}),
     [("policy-added", "a", "t", False, False, "high"), ("policy-disabled", "a", "noise", False, False, "high")]),
    ("disabled", side(*AB), side(*AB, disabled={"a": "noise"}), [("policy-disabled", "a", "noise", True, True, "high")]),
    ("in force again", side(*AB, disabled={"a": "noise"}), side(*AB), [("policy-enabled", "a", "", False, True, "high")]),
    ("disabled for another reason", side(*AB, disabled={"a": "x"}), side(*AB, disabled={"a": "y"}), [("setting-changed", "a", "disabled.a: y", False, True, "high")]),
    ("for the same", side(*AB, disabled={"a": "x"}), side(*AB, disabled={"a": "x"}), []),
    ("it counts for less", side(*AB), side(*AB, severity={"a": ("low", "noise")}), [("severity-lowered", "a", "high → low: noise", True, True, "high")]),
    ("a step less", side(*AB), side(*AB, severity={"a": ("medium", "noise")}), [("severity-lowered", "a", "high → medium: noise", True, True, "high")]),
    ("by its file", side(A), side(LOW), [("severity-lowered", "a", "high → low", True, True, "high")]),
    ("for more", side(LOW), side(LOW, severity={"a": ("high", "risk")}), [("severity-raised", "a", "low → high: risk", False, False, "low")]),
    ("the engine's own counts for less", side(B), side(B, severity={"collection-gap": ("low", "noise")}),
     [("severity-lowered", "collection-gap", "high → low: noise", True, True, "high")]),
    ("as much, for another reason", side(A, severity={"a": ("low", "x")}), side(A, severity={"a": ("low", "y")}),
     [("setting-changed", "a", "severity.a: x → y", False, False, "low")]),
    ("as much, and said so", side(A), side(A, severity={"a": ("high", "x")}), [("setting-changed", "a", "severity.a: not set → x", False, True, "high")]),
    ("and said no more", side(A, severity={"a": ("high", "x")}), side(A), [("setting-changed", "a", "severity.a: x → not set", False, True, "high")]),
    ("another rule", side(A), side(OTHER), [("policy-replaced", "a", "assert changed", True, True, "high")]),
    ("another condition and title", side(A), side(A.replace("'account'", "'anyone'").replace("title: t", "title: u")),
     [("policy-replaced", "a", "when, title changed", True, True, "high")]),
    ("no condition any more", side(A), side(A.replace("when: principal.kind == 'account'\n", "")), [("policy-replaced", "a", "when changed", True, True, "high")]),
    ("of other subjects", side(A), side(A.replace("applies_to: role_trust", "applies_to: [role_trust, resource_access]").replace("{role.arn}", "x")),
     [("policy-replaced", "a", "applies_to, message changed", True, True, "high")]),
    ("words alone", side(A), side(A.replace("title: t", "title: u")), [("policy-replaced", "a", "title changed", False, True, "high")]),
    ("of the built-in one's place", side(OTHER, replaced=("a",)), side(A), [("policy-replaced", "a", "assert changed (the built-in one again)", True, True, "high")]),
    ("in its place", side(A), side(OTHER, replaced=("a",)), [("policy-replaced", "a", "assert changed", True, True, "high")]),
    ("in its place before and after", side(A, replaced=("a",)), side(OTHER, replaced=("a",)), [("policy-replaced", "a", "assert changed", True, True, "high")]),
]  # fmt: skip


def test_what_became_of_the_policies() -> None:
    """A rule that is weaker now, told as harmless or as one that gated nothing."""
    for why, before, after, expected in RULES:
        found = [(c.kind, c.policy, c.detail, c.widens, c.gates, c.policy_severity)
                 for c in rule_changes(before, after)]  # fmt: skip
        assert found == expected, why
