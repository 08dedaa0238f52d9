"""Each problem that an analysis can have: which policy of `check` tells it, or why none needs to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import checker
from checker.access import UNREAD
from checker.facts.build import problem_facts
from checker.policy.evaluate import evaluate
from checker.policy.load import load_policies
from checker.subjects.registry import model
from checker.trust import BLOCKING
from checker.trust.model import Problem

CODE = Path(checker.__file__).parent
OF_ROLES = ("trust",)
OF_RESOURCES = ("trust", "access", "resource_trust", "subjects/resource_policy")
TOLD_BY = {
    "trust_policy": {
        "dangling-principal": "dangling-principal",
        **dict.fromkeys(BLOCKING, "unreadable-trust-policy"),
    },
    "resource_policy": {
        "dangling-principal": "dangling-resource-principal",
        "inert": "inert-resource-statement",
        "object-acls": "unread-object-acls",
        **dict.fromkeys(UNREAD, "unreadable-resource-policy"),
    },
}
"""The policy that reads a problem."""
_WIDER = {
    "ambiguous": "whom AWS may let in is let in here, and judged as such",
    "duplicate-condition-key": "each reading counts: whom one of them lets in is let in",
    "empty-condition": "it asks for nothing, and so does the analysis",
    "expired": "no day comes again: it lets in nobody, as from then on",
    "unknown-key": "it may have any value: whom one of them lets in is let in",
}
UNTOLD = {
    "trust_policy": {
        **_WIDER,
        "confused-deputy": "a fact of its own, grant.external_id: missing-external-id",
        "foreign-provider": "the provider is let in, and judged as any other",
        "inert": "it lets in nobody; AWS's own examples allow sts:TagSession in such a statement",
    },
    "resource_policy": {
        **_WIDER,
        "confused-deputy": "of roles alone",
        "foreign-issuer": "the issuer is let in by the grant, or by what names it otherwise: judged",
        "foreign-provider": "of roles alone",
        "unread-guardrail": "it shuts nothing; a note tells it once, not at each resource",
        "unread-setting": "it shuts nothing: whom it might shut out is let in, and judged",
    },
}
"""Why no policy reads a problem: what is let in is told all the same."""
DYNAMIC = {
    # a code that is no text where it is given: which it can be, beside what is found elsewhere
    "f'invalid-{name.lower()}'": {"invalid-action", "invalid-resource"},
    "found.problem": set[str](),  # an Element's
    "problem": set[str](),  # which is assigned
    "problem.code": set[str](),  # another problem's
    "code": set[str](),  # of `Notes` itself
}


def _trees(folders: tuple[str, ...]) -> Iterator[ast.AST]:
    for folder in folders:
        for path in sorted((CODE / folder).rglob("*.py")):
            yield from ast.walk(ast.parse(path.read_text("utf-8")))


def _given(node: ast.AST) -> list[ast.expr]:
    """What may be a code: of a problem, of a note, of a principal that something is wrong with."""
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "problem":
        return [one for one in ast.walk(node.value) if isinstance(one, ast.Constant) and one.value]
    if not isinstance(node, ast.Call):
        return []
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    of_notes = isinstance(node.func, ast.Attribute) and "notes" in ast.unparse(node.func.value)
    noted = name == "here" or (name == "add" and (of_notes or len(node.args) == 3))
    if name == "Problem" or noted:
        return node.args[:1]
    marked = [one.value for one in node.keywords if one.arg == "problem"]
    return marked + node.args[4:] if name == "Element" else []


def codes(folders: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for given in (one for node in _trees(folders) for one in _given(node)):
        if isinstance(given, ast.Constant):
            found.add(given.value)
        else:
            found |= DYNAMIC[ast.unparse(given)]
    return found


def test_each_problem_is_told_or_has_a_reason() -> None:
    """Catches a new problem that `analyze` says and `check` does not, and a reason for one that is
    gone."""
    for subject, folders in (("trust_policy", OF_ROLES), ("resource_policy", OF_RESOURCES)):
        told, untold = TOLD_BY[subject], UNTOLD[subject]
        assert not told.keys() & untold.keys()
        assert codes(folders) <= told.keys() | untold.keys(), subject
        assert untold.keys() <= codes(folders), subject
    assert codes(OF_ROLES) >= BLOCKING
    assert codes(OF_RESOURCES) >= UNREAD


def test_the_policies_read_what_they_are_said_to() -> None:
    """Catches a policy that no longer fails for the problem which it is there for, and a problem
    that two of them tell."""
    policies = load_policies(None).policies
    for subject, blocking in (("trust_policy", BLOCKING), ("resource_policy", UNREAD)):
        for code in TOLD_BY[subject] | UNTOLD[subject]:
            facts = _facts(subject, Problem(code, 0, "x"), blocking)
            failing = [one.id for one in policies if subject in one.applies_to
                       and evaluate(one, facts)[0] not in ("pass", "skip")]  # fmt: skip
            told = TOLD_BY[subject].get(code)
            assert failing == ([told] if told else []), (subject, code)


def _facts(subject: str, problem: Problem, blocking: frozenset[str]) -> dict[str, Any]:
    problems = [problem_facts(problem, blocking=problem.code in blocking)]
    readable = problem.code not in blocking
    return model(subject)(resource="r", readable=readable, problems=problems).model_dump()
