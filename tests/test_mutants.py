"""The bugs that `make mutants` plants: each is one, and each is another program."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants.__main__ import ROOT
from tests.mutants.folders import TESTS, folder_of
from tests.mutants.plant import bugs, policy_bugs

SOURCE = '''\
"""A docstring, which says nothing to the machine."""
LIMIT: Final = 3

def judged(role, found):
    if role is None:
        raise ValueError(f"no {role}")
    if role.open and not role.waived or role.age > LIMIT:
        found.append("open-trust")
        return sorted(one for one in found if one.high)
    return found if found else ["a sentence"]
'''
EXPECTED = {
    "(role is not None)", "((role.open and (not role.waived)) and role.age > LIMIT)", "(role.age >= LIMIT)",
    "(role.waived)", "(role.open and (not role.waived))", "'open-trust~'", "return None", "4", "pass",
    "(one for one in found)", "(found)", "list((one for one in found if one.high))",
}  # fmt: skip


def test_what_is_planted() -> None:
    """Catches an edit that is never made; and one of what is said to people."""
    made = {bug.text for bug in bugs(SOURCE.encode())}
    assert made >= EXPECTED
    assert not any("docstring" in text or "sentence~" in text or "Final" in text for text in made)


@pytest.mark.parametrize(
    "path", ["checker/trust/search/grants.py", "checker/cli/check.py", "checker/yamlfile.py"]
)
def test_each_bug_is_another_program(path: str) -> None:
    """Catches an edit that breaks the syntax, which every test finds, or that changes nothing."""
    source = (ROOT / path).read_bytes()
    whole = ast.dump(ast.parse(source))
    for bug in bugs(source):
        assert ast.dump(ast.parse(bug.planted(source))) != whole, bug


def test_policies_are_turned() -> None:
    """Catches a policy whose conditions nothing is planted in."""
    none = {
        path.name
        for path in sorted(Path(ROOT, "policies").glob("*.yaml"))
        if not policy_bugs(path.read_bytes())
    }
    assert len(none) < 20, none


def test_every_module_has_tests_that_answer_for_it() -> None:
    """Catches a folder of which nobody says where its tests are, and tests that are gone."""
    for path in sorted(Path(ROOT, "checker").rglob("*.py")):
        assert folder_of(path.relative_to(ROOT).as_posix())
    for named in TESTS.values():
        assert all((ROOT / one).exists() for one in named), named
