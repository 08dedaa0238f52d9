"""Each type of code with something in it that nobody would write: a value of another kind, one that
is not known, one that hangs on a choice, none.

What they come to stands in `golden.jsonl` (`conftest.py`). The damage is drawn by chance, for each by
itself: it is the same each time, and whatever stands beside it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.collect.iac import granted
from tests.collect.iac.plans import Json, plan, planned
from tests.collect.iac.test_every_type import OF_TEMPLATES, OF_TERRAFORM
from tests.collect.iac.test_whole_plans import OTHERS as PLANNED
from tests.collect.iac.test_whole_templates import ODD, SAM, statements
from tests.support.snapshots import STRANGER

PLAIN = [None, "", "x", "*", 5, True, [], {}, ["x", None], {"a": "b"}, [[]], STRANGER, "arn:aws:iam::888888888888:root"]  # fmt: skip
Change = Callable[[Any, Random], Any]


def numbered(several: list[tuple[str, Json]], times: int) -> Iterator[tuple[str, str, Json]]:
    """Each with a name that does not hang on the others of other types."""
    met: Counter[str] = Counter()
    for kind, one in several * times:
        met[kind] += 1
        yield f"{re.sub('[^A-Za-z0-9]', '', kind)}{met[kind]}", kind, one


def damaged(value: Any, by: Change, chance: Random) -> Any:
    """The same with about every eighth value changed."""
    if chance.random() < 0.12:
        return by(value, chance)
    if isinstance(value, dict):
        return {key: damaged(one, by, chance) for key, one in value.items()}
    return [damaged(one, by, chance) for one in value] if isinstance(value, list) else value


def in_template(value: Any, chance: Random) -> Any:
    unknown = {"Ref": "U"}
    return chance.choice([
        *PLAIN, unknown, [value], {"Fn::If": ["C", value, unknown]}, {"Fn::If": ["C", unknown, value]}, {"Fn::If": ["C", value, {"Ref": "AWS::NoValue"}]}, {"Ref": "D"},
        {"Fn::Sub": "${U}-x"}, {"Fn::GetAtt": ["Made", "Arn"]}, {"Ref": "Made"}, {"Fn::Transform": {"Name": "M"}}, {"Fn::Join": ["", ["a", unknown]]}, {"Fn::Select": ["0", [value]]},
    ])  # fmt: skip


TEMPLATES: dict[str, list[tuple[str, Json]]] = {
    "every type": [(kind, one) for kind, one in OF_TEMPLATES.items()],
    "statements": [("AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": [one]}}) for _, one in [*statements()][::3]]
    + [("AWS::S3::BucketPolicy", {"Bucket": f"b{n}", "PolicyDocument": {"Statement": [one]}}) for n, (_, one) in enumerate([*statements()][1::3])],
    "others": [(one["Type"], one["Properties"]) for one in (*ODD.values(), *SAM["Resources"].values()) if isinstance(one, dict) and isinstance(one.get("Type"), str) and isinstance(one.get("Properties"), dict)],
}  # fmt: skip
DECLARED = {
    "Parameters": {"U": {"Type": "String"}, "D": {"Type": "String", "Default": STRANGER}, "E": {"Type": "String", "Default": ""}},
    "Conditions": {"C": {"Fn::Equals": [{"Ref": "E"}, "a"]}},
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates(tmp_path: Path, name: str) -> None:
    """Catches a value of another kind that is passed over, or that ends the reading."""
    resources = {called: {"Type": kind, "Properties": damaged(one, in_template, Random(called))}
                 for called, kind, one in numbered(TEMPLATES[name], 1 if name == "statements" else 3)}  # fmt: skip
    made = {"Made": {"Type": "AWS::SNS::Topic"}}
    found = granted.template(tmp_path, json.dumps({**DECLARED, "Resources": {**made, **resources}}))
    assert found.tally.total() > 0


def in_plan(value: Any, chance: Random) -> Any:
    return chance.choice([*PLAIN, "UNKNOWN", "UNKNOWN", "UNKNOWN", [value], json.dumps(value)])


def unknown(value: Any) -> Any:
    """What a plan says of it beside: where it is known only after apply."""
    if isinstance(value, dict):
        return {key: told for key, one in value.items() if (told := unknown(one))}
    if isinstance(value, list):
        return [unknown(one) or False for one in value]
    return value == "UNKNOWN"


def known(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: known(one) for key, one in value.items()}
    if isinstance(value, list):
        return [known(one) for one in value]
    return None if value == "UNKNOWN" else value


PLANS: dict[str, list[tuple[str, Json]]] = {
    "every type": [*OF_TERRAFORM.items()],
    "others": [(one["type"], one["values"]) for one in PLANNED] * 2,
}


@pytest.mark.parametrize("name", PLANS)
def test_plans(tmp_path: Path, name: str) -> None:
    """Catches the same in a plan."""
    every = []
    for called, kind, one in numbered(PLANS[name], 2):
        values = damaged(one, in_plan, Random(called))
        values = values if isinstance(values, dict) else {}
        every.append(planned(kind, known(values), name=called, unknown=unknown(values)))
    assert granted.plan(tmp_path, plan(*every)).tally.total() >= len(every)


def in_folder(value: Any, chance: Random) -> Any:
    return chance.choice([
        *PLAIN, "${var.u}", "${var.d}", f'${{var.on ? "{STRANGER}" : var.u}}', "${var.off ? var.u : null}", "a-${var.u}", "${aws_sns_topic.made.arn}", "${local.none}", [value], "${jsonencode({ a = var.u })}", "${try(local.none, null)}",
    ])  # fmt: skip


def test_folders(tmp_path: Path) -> None:
    """Catches the same in Terraform's JSON, where each text is an expression."""
    resources: dict[str, Json] = {"aws_sns_topic": {"made": {"name": "made"}}}
    for called, kind, one in numbered([*OF_TERRAFORM.items(), *PLANS["others"][::3]], 2):
        body = damaged(one, in_folder, Random(called))
        resources.setdefault(kind, {})[called] = body if isinstance(body, dict) else {}
    variables = {"u": {}, "d": {"default": STRANGER}, "on": {"default": True}, "off": {"default": False}}  # fmt: skip
    (tmp_path / "more.tf.json").write_text(
        json.dumps({"resource": resources, "variable": variables})
    )
    assert granted.source(tmp_path, "").tally.total() > len(OF_TERRAFORM)
