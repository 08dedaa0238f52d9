"""Runs the tests that stand inside a policy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from checker.policy.evaluate import evaluate
from checker.policy.expression import FAULTS, Expression
from checker.policy.model import InlineTest, Policy
from checker.subjects.registry import model


@dataclass(frozen=True)
class TestResult:
    """`problem` is None for a test that holds, else what happened instead, in words; `shown` are
    lines that tell why: the expressions with their values, and the facts that they read."""

    policy: str
    name: str
    line: int
    problem: str | None
    shown: tuple[str, ...] = ()


def run_tests(policy: Policy) -> Iterator[TestResult]:
    """The result of each test, and one for each kind, `pass` and `fail`, that has no test.

    Raises InputError, with file and line, for facts that the subject does not have.
    """
    for index, test in enumerate(policy.tests):
        yield _result(policy, test, index)
    for kind in ("pass", "fail"):
        if not any(test.expect == kind for test in policy.tests):
            line = policy.document.mark(("tests",)).line
            yield TestResult(policy.id, f"(a test that expects {kind})", line, "there is none")


def _result(policy: Policy, test: InlineTest, index: int) -> TestResult:
    line = policy.document.mark(("tests", index)).line
    facts = facts_of(policy, test, index)
    problem = _problem(policy, test, facts)
    shown = tuple(_shown(policy, facts)) if problem else ()
    return TestResult(policy.id, test.name, line, problem, shown)


def _problem(policy: Policy, test: InlineTest, facts: dict[str, Any]) -> str | None:
    outcome, error = evaluate(policy, facts)
    if outcome != test.expect:
        return f"expected {test.expect}, got {outcome}" + (f": {error}" if error else "")
    try:
        policy.message.render(facts)
    except FAULTS as fault:
        return f"the message cannot be written: {fault}"
    return None


def _shown(policy: Policy, facts: dict[str, Any]) -> Iterator[str]:
    for key, expression in (("when", policy.when), ("assert", policy.assertion)):
        if expression is not None:
            yield f"{key}: {' '.join(expression.text.split())}  → {_value(expression, facts)}"
    for path in policy.reads:
        value: Any = facts
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        yield f"  {'.'.join(path) or 'the facts'} = {_text(value)}"


def _value(expression: Expression, facts: dict[str, Any]) -> str:
    try:
        return _text(expression.value(facts))
    except FAULTS as fault:
        return f"error: {fault}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def facts_of(policy: Policy, test: InlineTest, index: int) -> dict[str, Any]:
    """The test's facts, of the policy's first subject, with the model's defaults for those left
    out."""
    try:
        facts = model(policy.applies_to[0]).model_validate(test.facts)
    except ValidationError as error:
        first = error.errors()[0]
        at = ("tests", index, "facts", *first["loc"])
        raise policy.document.error(at, f"facts.{_dotted(first['loc'])}: {first['msg']}") from None
    return facts.model_dump(by_alias=True)


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))
