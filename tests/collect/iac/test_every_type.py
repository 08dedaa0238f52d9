"""Each type of code that tells whom a resource lets in, or what it runs, as somebody would write it.

`every_type.jsonl` has one of each with all that is read of it. What they come to stands in
`golden.jsonl` (`conftest.py`): a property that the tables call by another name is no longer there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.images import IMAGES
from checker.collect.iac.terraform.image_uses import USES
from tests.collect.iac import granted
from tests.collect.iac.plans import Json, plan, planned

EVERY: dict[str, Json] = dict(
    map(json.loads, Path(__file__).with_name("every_type.jsonl").read_text().splitlines())
)
OF_TEMPLATES = {kind: one for kind, one in EVERY.items() if kind.startswith("AWS::")}
OF_TERRAFORM = {kind: one for kind, one in EVERY.items() if kind not in OF_TEMPLATES}


def test_each_type_is_there() -> None:
    """Catches a row of the tables of which nobody has written an example."""
    assert EVERY.keys() == {*ROWS, *RUNS, *IMAGES, *USES}


def _template(properties: Any) -> str:
    resources = {f"R{n}": {"Type": kind, "Properties": properties(one)}
                 for n, (kind, one) in enumerate(OF_TEMPLATES.items())}  # fmt: skip
    declared = {"U": {"Type": "String"}}
    return json.dumps({"Parameters": declared, "Resources": resources}, indent=0)


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_templates(tmp_path: Path, known: bool) -> None:
    """Catches a property that is not read under its name, known or not."""
    unknown = {"Ref": "U"}
    found = granted.template(
        tmp_path, _template(lambda one: one if known else dict.fromkeys(one, unknown))
    )
    assert found.tally.total() == len(OF_TEMPLATES)


def test_one_part_of_templates_unknown(tmp_path: Path) -> None:
    """Catches the same of what stands deeper within a property."""
    found = granted.template(tmp_path, _template(_with_unknown))
    assert found.tally.total() == len(OF_TEMPLATES)


def _with_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_unknown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_unknown(one) for one in value]
    return {"Fn::Sub": f"{value}${{U}}"}


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_plans(tmp_path: Path, known: bool) -> None:
    """Catches the same of a plan."""
    every = [
        planned(
            kind,
            one if known else {},
            name=f"r{n}",
            unknown=None if known else dict.fromkeys(one, True),
        )
        for n, (kind, one) in enumerate(OF_TERRAFORM.items())
    ]
    found = granted.plan(tmp_path, plan(*every))
    assert found.tally.total() == len(OF_TERRAFORM)
