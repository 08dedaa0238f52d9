"""Runs the tests that stand inside a policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from checker.facts.model import SUBJECTS
from checker.policy.evaluate import evaluate
from checker.policy.expression import FAULTS
from checker.policy.model import InlineTest, Policy


@dataclass(frozen=True)
class TestResult:
    """`problem` is None for a test that holds, else what happened instead, in words."""

    policy: str
    name: str
    line: int
    problem: str | None


def run_tests(policy: Policy) -> Iterator[TestResult]:
    """The result of each test, and one for each kind, `pass` and `fail`, that has no test.

    Raises InputError, with file and line, for facts that the subject does not have.
    """
    for index, test in enumerate(policy.file.tests):
        line = policy.document.mark(("tests", index)).line
        yield TestResult(policy.id, test.name, line, _problem(policy, test, index))
    for kind in ("pass", "fail"):
        if not any(test.expect == kind for test in policy.file.tests):
            line = policy.document.mark(("tests",)).line
            yield TestResult(policy.id, f"(a test that expects {kind})", line, "there is none")


def _problem(policy: Policy, test: InlineTest, index: int) -> str | None:
    facts = _facts(policy, test, index)
    outcome, error = evaluate(policy, facts)
    if outcome != test.expect:
        return f"expected {test.expect}, got {outcome}" + (f": {error}" if error else "")
    try:
        policy.message.render(facts)
    except FAULTS as fault:
        return f"the message cannot be written: {fault}"
    return None


def _facts(policy: Policy, test: InlineTest, index: int) -> dict[str, object]:
    """The test's facts, of the policy's first subject, with the model's defaults for those left
    out."""
    try:
        model = SUBJECTS[policy.applies_to[0]].model_validate(test.facts)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = ("tests", index, "facts", *first["loc"])
        raise policy.document.error(at, f"facts.{_dotted(first['loc'])}: {first['msg']}") from None
    return model.model_dump(by_alias=True)


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))
