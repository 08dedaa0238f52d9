"""How values of templates are written: tags, words that YAML knows, long forms; whose a planned thing is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from checker.collect.iac.template import TemplateBuilder
from checker.yamlfile import parse_yaml
from tests.collect.iac.plans import plan, planned
from tests.support.cli import vendorgate
from tests.support.rows import rows
from tests.support.snapshots import OWN2, STRANGER

WRITTEN: list[tuple[str, Any]] = [
    ("x", "x"), ("'x'", "x"), ("012345678901", "012345678901"), ("2012-10-17", "2012-10-17"), ("1.50", "1.50"), ("yes", "true"), ("Off", "false"), ("'yes'", "yes"), ("null", None), ("~", None), ("", None), ("'~'", "~"),
    ("! x", "x"), ("!!str yes", "yes"), ("!!str null", "null"), ("!!null x", "x"), ("!Ref X", {"Ref": "X"}), ("!Condition X", {"Condition": "X"}), ("!Sub '${X}'", {"Fn::Sub": "${X}"}), ("!GetAtt X.Arn", {"Fn::GetAtt": ["X", "Arn"]}),
    ("!GetAtt [X, Arn]", {"Fn::GetAtt": ["X", "Arn"]}), ("!GetAtt X.Outputs.Y", {"Fn::GetAtt": ["X", "Outputs.Y"]}), ("!If [a, b, c]", {"Fn::If": ["a", "b", "c"]}), ("!!seq [a]", ["a"]), ("!!map {a: b}", {"a": "b"}),
    ("{a: {b: c}}", {"a": {"b": "c"}}), ("[a, [b]]", ["a", ["b"]]),
]  # fmt: skip


@rows("text, expected", WRITTEN)
def test_a_value(text: str, expected: Any) -> None:
    """A text is as it is written; a function's tag is its long form."""
    assert parse_yaml(f"v: {text}\n".encode(), "t.yaml", TemplateBuilder).value == {"v": expected}


def records(folder: Path, name: str, *resources: Any, read: Any = None) -> list[dict[str, Any]]:
    (folder / "p.json").write_text(json.dumps(plan(*resources, read=read)))
    ran = vendorgate("collect", "terraform", "p.json", "--account", OWN2, "--region", "us-east-1", "-o", "snapshot", cwd=folder)  # fmt: skip
    assert ran.code in (0, 3), ran.err
    return [json.loads(line) for line in (folder / "snapshot" / name).read_text().splitlines()]


def looked_up(alias: Any, public: Any = True) -> Any:
    known = {"id": "ami-1", "owner_id": STRANGER, "image_owner_alias": alias, "name": "n", "public": public, "product_codes": []}  # fmt: skip
    return planned("aws_ami", known, mode="data")


def test_an_alias_that_is_the_owner_s_number_is_none(tmp_path: Path) -> None:
    """As Terraform writes it where AWS has no word; and what is no switch is not told."""
    machine = planned("aws_instance", {"ami": "ami-1"}, name="m")
    for alias, public, expected in ((STRANGER, True, (STRANGER, None, True)), ("amazon", False, (STRANGER, "amazon", False)), (None, "x", (STRANGER, None, None))):  # fmt: skip
        (image,) = records(tmp_path, "images.jsonl", machine, read=[looked_up(alias, public)])
        assert (image["owner"], image.get("alias"), image.get("public")) == expected


THEIRS = f"arn:aws:sqs:us-east-1:{STRANGER}:q"


def test_what_stands_in_another_account_by_its_arn(tmp_path: Path) -> None:
    """A thing's own ARN tells where it stands; one that is about another's does not."""
    document = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": OWN2}, "Action": "sqs:*", "Resource": "*"}]})  # fmt: skip
    queue = planned("aws_sqs_queue", {"name": "q", "policy": document, "arn": THEIRS})
    topic = planned("aws_sns_topic_policy", {"arn": f"arn:aws:sns:us-east-1:{STRANGER}:t", "policy": document})  # fmt: skip
    found = {one["kind"]: one["account"] for one in records(tmp_path, "resources.jsonl", queue, topic)}  # fmt: skip
    assert found["AWS::SQS::Queue"] == STRANGER
    assert found.get("AWS::SNS::Topic", OWN2) == OWN2
