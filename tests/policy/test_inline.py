"""What the tests inside a policy are told as: which hold, and why another one does not."""

from __future__ import annotations

import pytest

from checker.errors import InputError
from checker.policy import testing
from tests.policy.test_policies import GOOD, policy_of

HEAD = GOOD[: GOOD.index("  - {")]
KIND, STATUS = "principal.kind == 'account'", "vetting.status == 'vetted'"
VETTED = "{principal: {kind: account}, vetting: {status: vetted}}"
READS = (f"when: {KIND}  → %s", f"assert: {STATUS}  → %s", '  principal.kind = "%s"', '  vetting.status = "%s"')  # fmt: skip


def told(*tests: str, **swap: str) -> list[testing.TestResult]:
    text = HEAD
    for old, new in {"when": KIND, "asserts": STATUS, "message": "{role.arn}"}.items():
        text = text.replace(new, swap.get(old, new))
    return list(
        testing.run_tests(policy_of(text + "".join(f"  - {{name: n, {one}}}\n" for one in tests)))
    )


def result(line: int, problem: str | None, *shown: str, name: str = "n") -> testing.TestResult:
    return testing.TestResult("house-rule", name, line, problem, shown)


PASS, FAIL = f"expect: pass, facts: {VETTED}", "expect: fail, facts: {principal: {kind: account}}"
NO_PASS = result(11, "there is none", name="(a test that expects pass)")
NO_FAIL = result(11, "there is none", name="(a test that expects fail)")


def test_what_is_told_of_tests() -> None:
    """A test that does not hold and is told as one that does, or without what it saw."""
    assert told(PASS, FAIL, "expect: skip, facts: {principal: {kind: service}}") == [result(11, None), result(12, None), result(13, None)]  # fmt: skip
    assert told(PASS) == [result(11, None), NO_FAIL]
    assert told(FAIL) == [result(11, None), NO_PASS]
    wrong = told(PASS.replace("pass", "fail"), FAIL.replace("fail", "pass"), "expect: pass, facts: {principal: {kind: service}}")  # fmt: skip
    assert wrong == [
        result(11, "expected fail, got pass", *(line % value for line, value in zip(READS, ("true", "true", "account", "vetted"), strict=True))),
        result(12, "expected pass, got fail", *(line % value for line, value in zip(READS, ("true", "false", "account", "unlisted"), strict=True))),
        result(13, "expected pass, got skip", *(line % value for line, value in zip(READS, ("false", "false", "service", "unlisted"), strict=True))),
    ]  # fmt: skip
    odd = "length(principal.account) > `0` || role.tags.team"
    (erred, *_) = told(PASS, asserts=f'"{odd}"')
    said = erred.problem or ""
    assert said.startswith("expected pass, got error: ") and "length" in said and "\n" not in said
    assert erred.shown[1].startswith(f"assert: {odd}  → error: In function length()")
    assert erred.shown[2:] == ("  principal.account = null", '  principal.kind = "account"', "  role.tags.team = null")  # fmt: skip
    (words, *_) = told(PASS, FAIL, message="{length(principal.account)}")
    assert (words.problem or "").startswith("the message cannot be written: In function length()")


def test_facts_are_of_the_first_subject() -> None:
    """Catches facts of a test that are read as those of a policy's last subject."""
    text = GOOD.replace("role_trust", "[role_trust, code_use]").replace("{role.arn}", "m")
    text = text.replace(f"when: {KIND}\n", "").replace("facts: {", "facts: {role: {name: x}, ")
    policy = policy_of(text.replace("x}, }", "x}}"))
    assert [one.problem for one in testing.run_tests(policy)] == [None, None]


def test_facts_that_there_are_not() -> None:
    """A test of facts that no subject has, which would hold for ever: with its place."""
    for facts, said in (("{rule: 1}", "p.yaml:11:43: facts.rule: Extra inputs are not permitted"),
                        ("{role: {nme: x}}", "p.yaml:11:49: facts.role.nme: Extra inputs are not permitted"),
                        ("{principal: {kind: nobody}}", "p.yaml:11:55: facts.principal.kind: Input should be")):  # fmt: skip
        with pytest.raises(InputError) as caught:
            told(f"expect: pass, facts: {facts}")
        assert str(caught.value).startswith(said), str(caught.value)
