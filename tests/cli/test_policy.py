"""`vendorgate policy test` and `try`, through the real command."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from checker.explain.one_policy import report_for_policy
from checker.policy.evaluate import evaluate
from checker.report.model import EvaluationError
from tests.policy.test_policies import GOOD, policy_of
from tests.report import factory
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, OWN2, STRANGER, role, vendor_role, write

WRONG = GOOD.replace("expect: fail", "expect: pass").replace("name: b", "name: a stranger")
TESTS = [
    ("all hold", GOOD, 0, "house.yaml: 2 tests hold"),
    ("one does not", WRONG, 1,
     'house.yaml:12: house-rule: a stranger: expected pass, got fail\n'
     '    when: principal.kind == \'account\'  → true\n'
     '    assert: vetting.status == \'vetted\'  → false\n'
     '      principal.kind = "account"\n      vetting.status = "unlisted"\n'),
    ("no failing one", WRONG, 1, "house.yaml:11: house-rule: (a test that expects fail): there is none"),
    ("none at all", GOOD[: GOOD.index("  - {")].replace("tests:", "tests: []"), 1, "house.yaml:10: "),
    ("a wrong key", GOOD.replace("role.arn", "role.anr"), 2, "house.yaml:7:10: message: role has no key 'anr'; did you mean 'arn'?"),
    ("a wrong fact", GOOD.replace("facts: {}", "facts: {rule: 1}"), 2, "house.yaml:12:"),
    ("a wrong type", GOOD.replace("== 'vetted'", "== `1`"), 2, "house.yaml:6:9: assert: "),
    ("a name of control characters", GOOD.replace("expect: fail", "expect: pass").replace("name: b", 'name: "\\e[2J\\n::error::x"'), 1, "\\x1b[2J\\n::error::x: expected"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "code", "said"), TESTS, ids=[t[0] for t in TESTS])
def test_policy_test(tmp_path: Path, why: str, text: str, code: int, said: str) -> None:
    """A policy whose tests do not hold is told with file, line, and what it saw."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/house.yaml").write_text(text)
    ran = vendorgate("policy", "test", cwd=tmp_path)
    assert ran.code == code
    assert said in ran.out + ran.err
    assert not any(line.startswith("::") or "\x1b" in line for line in ran.out.splitlines())


@pytest.mark.parametrize(
    ("wrong", "code"), [(WRONG, 1), ("id: house-rule\n", 2)], ids=["a test", "a file"]
)
@pytest.mark.parametrize("name", ["a.yaml", "z.yaml"])
def test_one_of_several_policies_is_enough(
    tmp_path: Path, wrong: str, code: int, name: str
) -> None:
    """A policy that is not as its tests say, told as well by those that are read behind it."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/m.yaml").write_text(GOOD)
    (tmp_path / "policies" / name).write_text(wrong.replace("house-rule", "other-rule"))
    ran = vendorgate("policy", "test", cwd=tmp_path)
    assert (ran.code, "2 policies, 1 not as the tests inside say" in ran.out) == (code, True)


def test_what_no_test_decides(tmp_path: Path) -> None:
    """All tests hold, and would if the policy were never asked; told where somebody wants it so."""
    (tmp_path / "house.yaml").write_text(GOOD)
    assert vendorgate("policy", "test", "house.yaml", cwd=tmp_path).code == 0
    ran = vendorgate("policy", "test", "house.yaml", "--strict", cwd=tmp_path)
    said = "house.yaml:5: house-rule: when: principal.kind == 'account': no test would see if it were always true\n"
    assert (ran.code, said in ran.out) == (1, True), ran.out
    skip = "  - {name: c, expect: skip, facts: {principal: {kind: anyone}}}\n"
    (tmp_path / "house.yaml").write_text(GOOD + skip)
    assert vendorgate("policy", "test", "house.yaml", "--strict", cwd=tmp_path).code == 0


def test_the_built_in_set_and_bad_directories(tmp_path: Path) -> None:
    """No policies here means the built-in ones; a directory without any is no success."""
    assert vendorgate("policy", "test", "-q", cwd=tmp_path).code == 0
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "nowhere"):
        ran = vendorgate("policy", "test", folder, cwd=tmp_path)
        assert (ran.code, ran.err.count("\n")) == (2, 1)


def test_policy_try(tmp_path: Path) -> None:
    """What a policy would find is shown before it gates anything, with exceptions applied."""
    write(tmp_path / "snapshot", roles=[vendor_role("S", STRANGER), vendor_role(), role("N", [])])
    (tmp_path / "house.yaml").write_text(GOOD)
    ran = vendorgate("policy", "try", "house.yaml", "snapshot", cwd=tmp_path)
    assert ran.code == 0
    assert "LOW house-rule: t (2)" in ran.out and "unvetted-account-trust" not in ran.out
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("policy", "try", "house.yaml", "snapshot", "-f", "csv", cwd=tmp_path)
    assert ran.out.count("house-rule") == 1
    assert vendorgate("policy", "try", "house.yaml", "-f", "csv", cwd=tmp_path).out == ran.out
    (tmp_path / "snapshot").rename(tmp_path / "night")
    (tmp_path / "allowlist.yaml").rename(tmp_path / "list.yaml")
    (tmp_path / "vendorgate.toml").write_text('snapshot = "night"\nallowlist = "list.yaml"\n')
    assert vendorgate("policy", "try", "house.yaml", "-f", "csv", cwd=tmp_path).out == ran.out
    (tmp_path / "vendorgate.toml").unlink()
    (tmp_path / "night").rename(tmp_path / "snapshot")
    ran = vendorgate("policy", "try", "anyone-trsut", "snapshot", cwd=tmp_path)
    assert (ran.code, "did you mean 'anyone-trust'?" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [("vetting.status == 'vetted'", "length(principal.arn) > `0`"), ("role.arn", "length(principal.arn)")],
    ids=["assert", "message"],
)  # fmt: skip
def test_policy_try_with_an_error_is_incomplete(tmp_path: Path, old: str, new: str) -> None:
    """A policy that cannot be evaluated on what is really there, or whose finding cannot be put
    into words, finds nothing, and must not read as clean."""
    write(tmp_path / "snapshot", roles=[vendor_role("S", STRANGER)])
    text = GOOD.replace(old, new)
    (tmp_path / "house.yaml").write_text(text)
    ran = vendorgate("policy", "try", "house.yaml", "snapshot", cwd=tmp_path)
    assert (ran.code, "Could not be evaluated (1)" in ran.out) == (3, True)


def test_policy_try_with_a_gap_is_incomplete(tmp_path: Path) -> None:
    """A policy that finds something where somebody looked, and is taken to have found all."""
    gap = {"account": OWN2, "region": None, "call": "iam:ListSAMLProviders", "code": "AccessDenied", "message": "no"}  # fmt: skip
    write(tmp_path / "snapshot", roles=[vendor_role("S", STRANGER)], gaps=[gap])
    (tmp_path / "house.yaml").write_text(GOOD.replace("severity: low", "severity: high"))
    ran = vendorgate("policy", "try", "house.yaml", "snapshot", cwd=tmp_path)
    assert (ran.code, "HIGH house-rule" in ran.out) == (3, True), ran.out


def test_a_report_of_one_policy_keeps_what_it_may_have_missed() -> None:
    """Gaps, its errors and notes, left out with the findings of others; what is waived, as open."""
    mine = {"policy": "house", "resource": "a"}
    found = (
        factory.finding(**mine),
        factory.finding(policy="house", resource="b", status="waived"),
        factory.finding(policy="house", resource="c", baseline=True),
        factory.finding(policy="collection-gap", resource="g"),
        factory.finding(policy="another"),
    )
    errors = tuple(
        EvaluationError(policy=name, account=None, resource="r", principal=None, message="m")
        for name in ("house", "another", "another")
    )
    given = factory.report(*found, errors=errors, notes=("n",))
    made = report_for_policy(given, "house")
    assert [(f.policy, f.resource) for f in made.findings] == [("house", "a"), ("house", "b"), ("house", "c"), ("collection-gap", "g")]  # fmt: skip
    assert (made.summary.waived, made.summary.known, made.summary.errors) == (1, 1, 1)
    assert made.summary.open["high"] == 3 and [e.policy for e in made.errors] == ["house"]
    assert made.notes == ("Only the policy house was tried.", "n") and made.verdict == "fail"
    for rest, verdict in ((found[3:], "incomplete"), (found[1:3], "pass")):
        assert report_for_policy(factory.report(*rest), "house").verdict == verdict


def test_a_recursion_error_of_jmespath_is_an_error() -> None:
    """jmespath lets a plain RecursionError through: no pass may come of it."""
    policy = policy_of(GOOD.replace("vetting.status == 'vetted'", f'"{"!" * 60}resource"'))
    facts = {"principal": {"kind": "account"}, "vetting": {}, "resource": "x"}
    limit, depth = sys.getrecursionlimit(), len(__import__("inspect").stack())
    sys.setrecursionlimit(depth + 60)
    try:
        outcome = evaluate(policy, facts)[0]
    finally:
        sys.setrecursionlimit(limit)
    assert outcome == "error"


@pytest.mark.parametrize("depth", [2_000, 20_000])
def test_an_expression_nested_too_deep_is_refused(tmp_path: Path, depth: int) -> None:
    """A traceback, or a crash of the parser, out of a policy file."""
    (tmp_path / "p.yaml").write_text(GOOD.replace("vetting.status == 'vetted'", f'"{"!" * depth}resource"'))  # fmt: skip
    ran = vendorgate("policy", "test", "p.yaml", cwd=tmp_path)
    assert (ran.code, ran.err.count("\n")) == (2, 1), ran.err


def test_the_settings_name_the_directory(tmp_path: Path) -> None:
    """Policies that stand elsewhere, and tests of another set that hold."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/house.yaml").write_text(WRONG)
    (tmp_path / "vendorgate.toml").write_text('policies = "rules"\n')
    ran = vendorgate("policy", "test", cwd=tmp_path)
    assert (ran.code, "rules/house.yaml:12" in ran.out) == (1, True)


def test_policies_are_tested_by_name(tmp_path: Path) -> None:
    """Another order on each machine; or one whose ending nobody looked at."""
    (tmp_path / "policies").mkdir()
    names = [f"{letter}.{ending}" for letter in "hgfedcba" for ending in ("yml", "yaml", "md")]
    for name in names:
        (tmp_path / "policies" / name).write_text("nothing: 1\n")
    ran = vendorgate("policy", "test", cwd=tmp_path)
    told = dict.fromkeys(line.split(":")[1].strip() for line in ran.err.splitlines())
    wanted = sorted(name for name in names if not name.endswith(".md"))
    assert (ran.code, list(told)) == (2, [f"policies/{name}" for name in wanted])
