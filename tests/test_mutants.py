"""The bugs that `make mutants` plants: each is one, and each is another program."""

from __future__ import annotations

import ast
import builtins
from functools import cache
from pathlib import Path

import pytest

from checker.publishers import shared
from tests.mutants import trees
from tests.mutants.__main__ import planted_in
from tests.mutants.folders import TESTS, folder_of, runs, within
from tests.mutants.forked import keep_devices
from tests.mutants.left import left
from tests.mutants.live import PROBE, held, plant, probed
from tests.mutants.plant import bugs, policy_bugs
from tests.mutants.touched import Touched, chosen
from tests.mutants.trees import ROOT, Planted

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
    for bug in bugs(source)[::5]:
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


@cache
def _planted(path: str) -> list[Planted]:
    return list(planted_in([path]))


def test_what_changes_no_answer_is_still_there() -> None:
    """A row of `left.toml` whose bug can be planted no more says nothing, and hides the next."""
    for row in left(ROOT):
        assert any(map(row.is_it, _planted(row.file))), row


FUNCTION = "checker/publishers/shared.py"


def test_a_function_gets_other_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a bug that is never there when its tests run, which would be called a survivor."""
    source = (ROOT / FUNCTION).read_bytes()
    bug = next(one for one in bugs(source) if one.text == "(name in _ONE)")
    where = held(source, bug.begin, bug.line)
    assert where is not None
    kept, hit = shared.anybody_publishes.__code__, set[int]()
    monkeypatch.setattr(builtins, PROBE, hit.add, raising=False)
    try:
        assert plant(FUNCTION, ast.parse(bug.planted(source)), where.first)
        assert not shared.anybody_publishes("ghcr.io")
        assert plant(FUNCTION, probed(source, {7: (bug.begin, bug.line)}), where.first)
        assert shared.anybody_publishes("ghcr.io")
    finally:
        shared.anybody_publishes.__code__ = kept
    assert hit == {7}


def test_what_no_function_holds_is_planted_in_the_file() -> None:
    """Catches a table that is taken for a function's, and so stays as it was."""
    source = (ROOT / FUNCTION).read_bytes()
    table = next(one for one in bugs(source) if one.text == "'k8s.gcr.io~'")
    assert held(source, table.begin, table.line) is None


def test_a_test_that_fails_anyway_finds_no_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a bug that is called found because a test of its folder fails without it, too."""
    tree, file = tmp_path / "0", tmp_path / "0.cache/v/cache/lastfailed"
    assert trees.red(tree) == []  # a bug that broke an import: no test failed
    file.parent.mkdir(parents=True)
    file.write_text('{"tests/t.py::one": true}')
    for code, expected in ((0, []), (1, ["tests/t.py::one"]), (2, ["tests/t.py::one"]), (4, []),
                           (124, ["tests/t.py::one"])):  # fmt: skip
        monkeypatch.setattr(trees, "_tests", lambda *_, code=code: code)
        assert trees.red(tree) == expected, code


def test_which_tests_are_chosen() -> None:
    """Catches a test that comes by and is left out, and one of another folder that is not."""
    run = Touched({"a/t.py::one": 2.0, "a/t.py::two": 1.0, "a/u.py::far": 0.5, "b/t.py::x": 0.1},
                  [], ["a/u.py::far"], {"p": ["a/t.py::one", "b/t.py::x"], "f": ["a/t.py"]}, ["m"])  # fmt: skip
    found = {place: chosen([run], place, ("a",)) for place in ("p", "f", "m", "none")}
    assert {place: list(one.tests) for place, one in found.items()} == {
        "p": ["a/t.py::one", "a/u.py::far"], "f": ["a/t.py::two", "a/t.py::one", "a/u.py::far"],
        "m": ["a/u.py::far", "a/t.py::two", "a/t.py::one"], "none": ["a/u.py::far"],
    }  # fmt: skip
    assert [one.forked for one in found.values()] == [True, True, False, True]
    assert list(found["p"].together) == ["a/t.py::one"]


def test_no_bug_takes_a_device_away() -> None:
    """Catches a bug in how reports are written that makes a plain file of /dev/null, for everybody."""
    for event, told in (
        ("os.rename", ("x", Path("/dev/null"), -1, -1)),
        ("os.remove", (b"/dev/full", -1)),
    ):
        with pytest.raises(PermissionError, match="left alone"):
            keep_devices(event, told)
    for event, told in (
        ("os.rename", ("x", "y", -1, -1)),
        ("os.remove", (3, -1)),
        ("open", ("/dev/null", "w", 0)),
    ):
        keep_devices(event, told)


def test_each_test_is_looked_at_once() -> None:
    """Catches a folder that runs twice, as half of the time went into that."""
    named = [one for run in runs(TESTS) for one in run]
    assert all(sum(within(one, (other,)) for other in named) == 1 for one in named)
    assert all(within(one, named) for tests in TESTS.values() for one in tests)
