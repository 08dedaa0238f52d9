"""Can `make sql` fail, which holds all questions against Trino's grammar? Where its parser is there."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.usage.print_sql import texts

TESTS = Path(__file__).parents[1]
PARSER = TESTS.parent / "build" / "trino"

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (PARSER / "node_modules" / "dt-sql-parser").exists(),
    reason="`make sql` installs the parser, with npm",
)


def refused(asked: list[dict[str, Any]]) -> tuple[int, str]:
    done = subprocess.run(
        ["node", str(TESTS / "trino.mjs"), str(PARSER)],
        input=json.dumps(asked), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def few() -> list[dict[str, Any]]:
    """The shortest right text and the shortest broken one: the grammar takes its time."""
    every = sorted(texts(), key=lambda one: len(one["sql"]))
    return [next(one for one in every if one["valid"] is valid) for valid in (True, False)]


def relabelled(valid: bool) -> list[dict[str, Any]]:
    """One text of the wrong label, beside a right one."""
    asked = [*few(), *few()]
    at = next(n for n, t in enumerate(asked) if t["valid"] is not valid)
    asked[at] = asked[at] | {"valid": valid, "name": "the wrong one"}
    return asked


@pytest.mark.parametrize("valid", [True, False])
def test_the_check_can_fail(valid: bool) -> None:
    """A parser that says yes to everything, or to nothing, and a check that is always green."""
    status, said = refused(relabelled(valid))
    if valid:
        assert (status, said.startswith("the wrong one:1:")) == (1, True), said
    else:
        assert (status, said) == (1, "the wrong one: broken on purpose, and not refused\n")


def test_a_list_without_a_broken_text_is_refused() -> None:
    """A list that went empty, or lost its broken texts, on the way to the parser."""
    assert refused([])[0] == refused(few()[:1])[0] == 1
