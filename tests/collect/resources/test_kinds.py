"""The entries themselves: what they name is what AWS's own models know."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checker.collect.aws import resources
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.resources.registry import ALL, SOURCES, calls_of, with_needed
from checker.collect.aws.survey import Request
from checker.collect.cloudtrail.changed import event_sources
from tests.collect.test_shapes import members
from tests.support.cli import vendorgate
from tests.support.modelled import model
from tests.support.rows import rows

MODULES = [
    importlib.import_module(f"{resources.__name__}.{info.name}")
    for info in pkgutil.iter_modules(resources.__path__)
]


def calls_in(module: ModuleType) -> set[str]:
    """Of the module's own, and of its entries."""
    found: list[Call] = []
    for value in vars(module).values():
        several = value if isinstance(value, tuple) else (value,)
        for one in several:
            calls = () if isinstance(one, type) else getattr(one, "calls", ())
            found += [one] if isinstance(one, Call) else calls
    return {call.name for call in found if isinstance(call, Call)}


ATTRIBUTES = {"Queue", "TopicAttributes"}
"""Whose members are keys of a map, which no model lists."""


@rows("module", MODULES, ids=lambda module: module.__name__)
def test_botocore_knows_every_member_that_is_read(module: ModuleType) -> None:
    """A misspelt one is absent for ever: a policy that is never seen."""
    models = [model(s).operation_model(o) for s, o in (n.split(":") for n in calls_in(module))]
    known = set().union(*(members(one.output_shape, set()) for one in models))
    for kind in vars(module).values():
        own = isinstance(kind, type) and kind.__module__ == module.__name__
        if models and own and issubclass(kind, Shape) and kind.__name__ not in ATTRIBUTES:
            assert set(kind.__struct_encode_fields__) <= known, kind


@rows("call", calls_of(ALL), ids=lambda call: call.name)
def test_botocore_knows_the_operation(call: Call) -> None:
    """Its parameters, the list in its answer, and each code of an error that it declares."""
    one = model(call.service).operation_model(call.operation)
    assert set(call.request) <= set(one.input_shape.members if one.input_shape else ())
    out = set(one.output_shape.members)
    assert {call.key, call.has} - {""} <= out
    assert not call.next_page or call.next_page in out
    declared = {
        code for shape in one.error_shapes
        for code in (shape.name, shape.metadata.get("error", {}).get("code"))
    }  # fmt: skip
    told = {code for code in call.nothing | call.gone if code not in UNDECLARED}
    assert not declared or told <= declared, told - declared


UNDECLARED = {
    "AWS.SimpleQueueService.NonExistentQueue",  # of the older protocol
    "DBSnapshotNotFound",
    "NotFound",
    "NoSuchBucket",
}
"""Codes that AWS sends, and that its models spell otherwise or not at all."""


def test_a_kind_is_found_by_one_source() -> None:
    """Two would write each resource twice."""
    kinds = [kind for source in SOURCES for kind in source.kinds]
    assert len(kinds) == len(set(kinds)) and set(kinds) == set(ALL)


def test_a_bucket_needs_its_access_points() -> None:
    """Without them nobody could say whom a bucket lets in that leaves it to these."""
    assert "AWS::S3::AccessPoint" in with_needed(["AWS::S3::Bucket"])


WRONG = [
    (("--kinds", "AWS::S3::Buckets,AWS::Kms::Key"), "'AWS::S3::Buckets', 'AWS::Kms::Key'"),
    (("--kinds", ","), "names nothing"),
    (("--no-resources", "--kinds", "AWS::S3::Bucket"), "--kinds goes with --resources"),
    (("--from-aggregator", "all", "--kinds", "AWS::S3::Bucket"), "--kinds goes with"),
]


@pytest.mark.parametrize(("options", "said"), WRONG, ids=[row[1] for row in WRONG])
def test_kinds_that_make_no_sense(options: tuple[str, ...], said: str) -> None:
    """All wrong names at once, with those that are meant; nothing is collected for a typing error."""
    ran = vendorgate("collect", "aws", *options)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    if "Buckets" in said:
        assert "AWS::S3::Bucket, AWS::KMS::Key" in ran.err


def test_the_plan_and_the_permissions_of_some_kinds() -> None:
    """What nobody asks is neither planned nor permitted."""
    some = ("--kinds", "AWS::SQS::Queue", "--accounts", "111111111111", "--regions", "eu-west-1")
    plan, permissions = (
        vendorgate("collect", "aws", *some, o).out for o in ("--plan", "--permissions")
    )
    assert "sqs:GetQueueAttributes" in plan and "1 for each queue" in plan
    assert "kms:" not in plan + permissions and '"sqs:GetQueueAttributes"' in permissions
    every: Any = vendorgate("collect", "aws", "--permissions").out
    for action in (
        "s3:ListAllMyBuckets",
        "elasticfilesystem:DescribeFileSystems",
        "apigateway:GET",
    ):
        assert f'"{action}"' in every
    assert "s3control:" not in every


def test_a_hint_heeds_what_is_looked_for() -> None:
    """A bucket's new policy is a change where buckets are looked for: else the account was carried
    over, and whom it lets in since was said by nobody."""
    some = Request(kinds=("AWS::S3::Bucket", "AWS::KMS::Key"))
    assert {"s3.amazonaws.com", "kms.amazonaws.com"} <= set(event_sources(some))
    assert not {"s3.amazonaws.com", "kms.amazonaws.com"} & set(event_sources(Request()))
    assert "lambda.amazonaws.com" in event_sources(Request(kinds=("layer",)))


def test_config_is_no_hint_for_resources(tmp_path: Path) -> None:
    """It records no policy of a resource."""
    options = ("--since", tmp_path / "old", "--hint", "aggregator:all")
    ran = vendorgate("collect", "aws", *options, "-o", tmp_path / "new")
    assert (ran.code, "--no-resources" in ran.err) == (2, True), ran.err
