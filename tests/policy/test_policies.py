"""Policies: the built-in ones keep their promises, bad ones are refused with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.errors import InputError
from checker.policy import written
from checker.policy.evaluate import Evaluator, evaluate
from checker.policy.load import load_policies, read_policy
from checker.policy.model import Policy
from checker.policy.testing import run_tests
from checker.policy.undecided import undecided
from checker.subjects.registry import SUBJECTS, model
from checker.yamlfile import parse_yaml

BUILTIN = load_policies(None).policies
GOOD = """\
id: house-rule
title: t
severity: low
applies_to: role_trust
when: principal.kind == 'account'
assert: vetting.status == 'vetted'
message: "{role.arn}"
rationale: r
remediation: r
tests:
  - {name: a, expect: pass, facts: {vetting: {status: vetted}}}
  - {name: b, expect: fail, facts: {}}
"""


def policy_of(text: str) -> Policy:
    document = parse_yaml(text.encode(), "p.yaml")
    return written.policy_of(document)


@pytest.mark.parametrize("policy", BUILTIN, ids=lambda p: p.id)
def test_inline_tests_of_the_built_in_policies_hold(policy: Policy) -> None:
    """A built-in rule that does not do what its own tests say."""
    assert [r for r in run_tests(policy) if r.problem] == []


@pytest.mark.parametrize("policy", BUILTIN, ids=lambda p: p.id)
def test_each_part_of_a_built_in_expression_is_decided_by_a_test(policy: Policy) -> None:
    """A slip in one operand of a policy that all its own tests would pass."""
    assert [f"{one.key}: {one.text}: {one.constant}" for one in undecided(policy)] == []


CONTROLS = {
    *(
        "SA-9",
        "SR-3",
        "SR-6",
        "AC-20",
        "CA-3",
        "CM-7(5)",
        "AC-3",
        "AC-4",
        "AC-6",
        "RA-3(1)",
        "CA-7",
    ),
    *("A.5.19", "A.5.21", "A.5.22", "A.5.23"),
    *("CC9.2", "CC6.1", "CC6.2", "CC6.3", "CC6.6", "CC6.8"),
    *("12.8.1", "12.8.3", "12.8.4"),
    # about images that are given away, or copied: theirs alone
    *("SR-4", "AC-22", "A.5.15", "A.8.12", "CC6.7"),
    # about use, which is monitored: theirs alone
    *("AC-2(3)", "AU-6", "SC-5", "SI-4", "A.5.18", "A.8.6", "A.8.16", "CC7.2", "A1.1"),
    *("7.2.4", "8.2.6", "8.2.7", "10.4.1"),
    # about changes of what the gate accepts, and deviations from it
    *("CM-3", "CM-5", "CA-5", "A.8.32", "A.5.36", "CC8.1", "ID.RA-07"),
    # about access: its model, its bounds, its holders, and tokens of others
    *("7.2.1", "7.2.5", "7.2.5.1", "A.8.2", "A.8.3", "IA-8", "AC-2(12)", "PR.AA-04", "PR.AA-05"),
    # about images: what is in them, and to whom they go
    *("A.8.19", "AC-21", "PR.PS-05", "PR.DS-01"),
    *("GV.SC-04", "GV.SC-06", "GV.SC-07", "GV.SC-10", "ID.AM-04", "DE.CM-06"),
    *("15.1", "15.5", "15.6", "15.7", "Art. 21(2)(d)"),
    *("Art. 28(3)", "Art. 28(4)", "Art. 28(6)", "Art. 28(8)", "Art. 30(2)", "Art. 30(3)"),
    *("T1195.002", "T1199", "T1204.003", "T1537"),
}


@pytest.mark.parametrize("policy", BUILTIN, ids=lambda p: p.id)
def test_built_in_policies_are_complete(policy: Policy) -> None:
    """A rule whose expressions no longer fit the facts, or without controls or remediation."""
    file = read_policy(Path(policy.document.path)).file
    assert Path(policy.document.path).stem == policy.id
    assert all(file.controls.get(key) for key in ("nist_800_53", "iso_27001", "soc2"))
    named = {c for ids in file.controls.values() for c in ids}
    assert named <= CONTROLS, "a control that nobody has read against the rules"
    assert len(file.remediation) > 40 and len(file.rationale) > 40
    assert not any(c.startswith("12.9") for c in file.controls.get("pci_dss", ())), (
        "12.9 is for providers"
    )


REFUSED = [
    ("a key that facts don't have", GOOD.replace("vetting.status", "vetting.state"),
     "p.yaml:6:9: assert: vetting has no key 'state'; did you mean 'status'?"),
    ("the same in the message", GOOD.replace("{role.arn}", "{role.arm}"), "p.yaml:7:10: message: "),
    ("an unknown subject", GOOD.replace("role_trust", "roles"), "p.yaml:4:13: applies_to"),
    ("an unknown severity", GOOD.replace("low", "urgent"), "p.yaml:3:11: severity"),
    ("no tests", GOOD[: GOOD.index("tests:")], "'tests' is missing"),
    ("no assert", GOOD.replace("assert:", "asserts:"), "unknown key 'asserts'; did you mean 'assert'"),
    ("an id with a path in it", GOOD.replace("house-rule", "../x"), "is not a policy id"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "message"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(why: str, text: str, message: str) -> None:
    """A policy that cannot mean what its author meant must not run."""
    with pytest.raises(InputError) as caught:
        policy_of(text)
    assert message in str(caught.value), str(caught.value)


def test_a_test_whose_facts_are_misspelt_is_refused() -> None:
    """A test over facts that do not exist proves nothing."""
    policy = policy_of(GOOD.replace("{vetting: {status", "{veting: {status"))
    with pytest.raises(InputError, match=r"p.yaml:11:\d+: facts.veting"):
        list(run_tests(policy))


def test_missing_kinds_of_tests_are_said() -> None:
    """A policy that was never seen to fail may be one that cannot."""
    policy = policy_of(GOOD.replace("expect: fail", "expect: pass"))
    problems = [r.problem for r in run_tests(policy) if r.problem]
    assert problems == ["expected pass, got fail", "there is none"]


ERRS = [
    ("a type error", "contains(principal.name, 'x')"),
    ("a plain TypeError of jmespath", "sort_by(grant.statements, &to_string(@)) && max_by(grant.actions, &length(@)) && avg(grant.actions)"),
    ("a division of nothing", "length(principal.arn)"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "expression"), ERRS, ids=[e[0] for e in ERRS])
def test_what_cannot_be_evaluated_is_an_error(why: str, expression: str) -> None:
    """An evaluation that errs must never count as a pass."""
    policy = policy_of(GOOD.replace("vetting.status == 'vetted'", expression))
    facts = model("role_trust")().model_dump(by_alias=True)
    outcome, message = evaluate(policy, facts)
    assert (outcome, bool(message)) == ("error", True)


def test_a_directory_replaces_the_same_id_and_adds_others(tmp_path: Path) -> None:
    """Users bend a built-in rule by writing their own of the same id."""
    (tmp_path / "a.yaml").write_text(GOOD)
    own = (BUILTIN[0].document.path, BUILTIN[0].id)
    text = Path(own[0]).read_text().replace("severity: critical", "severity: low")
    (tmp_path / "b.yaml").write_text(text)
    loaded = load_policies(tmp_path)
    assert len(loaded.policies) == len(BUILTIN) + 1
    assert {p.id: p.severity for p in loaded.policies}[own[1]] == "low"
    assert [p.id for p in load_policies(tmp_path, builtin=False).policies] == sorted(
        [own[1], "house-rule"]
    )


def test_one_id_twice_in_a_directory_is_refused(tmp_path: Path) -> None:
    """Of two policies with one id, one would vanish unseen."""
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD)
    with pytest.raises(
        InputError, match=r"b.yaml:1:5: the id 'house-rule' is that of .*a.yaml too"
    ):
        load_policies(tmp_path)


@pytest.mark.parametrize("text", ["", "\x00", "[" * 9999, "- 1", "id: x"])
def test_bad_policy_files_are_one_clear_error(tmp_path: Path, text: str) -> None:
    """A damaged file in policies/ must be named, not skipped."""
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(InputError, match=r"a\.yaml"):
        read_policy(tmp_path / "a.yaml")


KINDS = ["anyone", "organization", "account", "principal", "federated", "service", "unresolved"]
FACTS = st.builds(
    lambda kind, status, external, required, scope, source, opened: {
        **model("role_trust")().model_dump(by_alias=True),
        "principal": {"kind": kind, "source": source, "name": None, "id": "x"},
        "vetting": {"status": status, "external_id": required, "out_of_scope": scope,
                    "max_privilege": None, "over_privileged": None,
                    "reads_data": None, "reads_secrets": None},
        "grant": {"external_id": external, "open_federation": opened},
    },
    st.sampled_from(KINDS),
    st.sampled_from(["own", "vetted", "expired", "unlisted"]),
    st.sampled_from(["required", "pattern", "none"]),
    st.sampled_from([None, "required", "optional"]),
    st.sampled_from([[], ["x"]]),
    st.sampled_from([None, "999999999999"]),
    st.booleans(),
)  # fmt: skip


@given(st.lists(FACTS, max_size=12))
def test_remembering_changes_no_outcome(many: list[dict[str, Any]]) -> None:
    """The gate evaluates once for equal values of what is read: that must be all that decides."""
    policies = [p for p in BUILTIN if "role_trust" in p.applies_to]
    evaluator = Evaluator(policies)
    for facts in many:
        quick = {p.id: outcome for p, outcome, _ in evaluator.outcomes(facts)}
        slow = {p.id: o for p in policies if (o := evaluate(p, facts)[0]) != "skip"}
        assert quick == slow


ODD = [None, [], {}, "", 0, False, 1, True, "[]", "None", "False"]
"""Values that Python, or a careless key, takes for one another, and JMESPath does not."""


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
@pytest.mark.parametrize("backwards", [False, True])
def test_a_fact_is_not_mistaken_for_one_like_it(subject: str, backwards: bool) -> None:
    """An empty list was remembered as null: a finding of one record hung on the others'."""
    policies = [p for p in BUILTIN if subject in p.applies_to]
    evaluator = Evaluator(policies)
    for path in sorted({path for policy in policies for path in policy.reads}):
        for value in reversed(ODD) if backwards else ODD:
            facts = model(subject)().model_dump(by_alias=True)
            inner = facts
            for step in path[:-1]:
                inner = inner[step] if isinstance(inner.get(step), dict) else {}
            inner[path[-1]] = value
            quick = {p.id: outcome for p, outcome, _ in evaluator.outcomes(facts)}
            slow = {p.id: o for p in policies if (o := evaluate(p, facts)[0]) != "skip"}
            assert quick == slow, (path, value)


@given(FACTS)
def test_an_unvetted_principal_always_fails_some_policy(facts: dict[str, Any]) -> None:
    """The product's promise: no third party that nobody vetted passes all policies."""
    if facts["principal"]["kind"] == "service" and facts["principal"]["source"] is None:
        return  # AWS itself, acting for nobody outside
    if facts["vetting"]["status"] in ("own", "vetted") and facts["principal"]["kind"] not in (
        "anyone", "unresolved",
    ):  # fmt: skip
        return
    if facts["vetting"]["status"] == "own":
        return
    outcomes = [evaluate(p, facts)[0] for p in BUILTIN if "role_trust" in p.applies_to]
    assert "fail" in outcomes


def test_expressions_are_plain_jmespath() -> None:
    """No operators of our own: what jmespath.search says of an expression is what it means."""
    for policy in BUILTIN:
        assert jmespath.compile(policy.file.assertion)
