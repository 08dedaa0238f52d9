"""The keys by which calls of AWS's API name code, against the SDK's models."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from checker.collect.iac.call_keys import _OTHERS, ANY, CODE, keys_of, tells_no_code
from checker.collect.iac.targets import handed_to_api
from checker.collect.iac.unknown import is_unresolved, unresolved

SERVICES = {
    "cloudwatchlogs": "logs", "cognitoidentityprovider": "cognito-idp", "eventbridge": "events",
    "serverlessapplicationrepository": "serverlessrepo", "sfn": "stepfunctions",
}  # fmt: skip
"""Those that Step Functions calls by another name than boto3."""
OWN_NAMES = {"elasticmapreduce:createcluster"}
"""An integration of Step Functions', which the SDK has not."""


def members(shape: Any, seen: set[str]) -> set[str]:
    """All that it has, however deep, in small letters."""
    if shape.name in seen:
        return set()
    seen.add(shape.name)
    if shape.type_name == "list":
        return members(shape.member, seen)
    if shape.type_name == "map":
        return members(shape.value, seen)
    inner = shape.members.items() if shape.type_name == "structure" else ()
    return {one for key, part in inner for one in (key.lower(), *members(part, seen))}


def test_the_keys_are_the_models() -> None:
    """A misspelt call or key would pass whatever it names."""
    session = botocore.session.get_session()
    names = {name.replace("-", ""): name for name in session.get_available_services()}
    models, unknown = dict[str, Any](), set[str]()
    known = set[str]()
    for call, keys in _OTHERS.items():
        service, _, operation = call.partition(":")
        name = SERVICES.get(service, names.get(service, ""))
        model = models.get(name) or (session.get_service_model(name) if name else None)
        models[name] = model
        called = {one.lower(): one for one in model.operation_names} if model else {}
        if operation not in called:
            unknown.add(call)
            continue
        there = members(model.operation_model(called[operation]).input_shape, set())
        known |= keys & there
        assert keys & there, call
    assert unknown == OWN_NAMES
    assert {key for keys in _OTHERS.values() for key in keys} - known == set()


def test_a_service_by_any_of_its_names() -> None:
    for theirs, ours in SERVICES.items():
        calls = [one for one in _OTHERS if one.startswith(f"{theirs}:")]
        assert calls
        for call in calls:
            assert keys_of(call) == keys_of(call.replace(theirs, ours)) == _OTHERS[call]


def test_a_call_of_which_a_part_is_not_known_may_be_any() -> None:
    """One whose service or operation an execution is told, taken for one that runs no code."""
    for call in (
        "{{ service }}:describe",
        "ec2:{{ api }}",
        f"{unresolved('x')}:describe",
        f"ec2:{unresolved('x')}",
    ):
        assert keys_of(call) == ANY, call
    assert (keys_of(""), keys_of("ec2:describeimages")) == (CODE, frozenset())


PROJECT = f"arn:aws:codebuild:us-east-1:{'2' * 12}:project/p"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ({"Arn": PROJECT, "InputPath": "$.detail"}, True),
        ({"arn": PROJECT, "input_path": "$.detail"}, True),
        ({"Arn": PROJECT, "InputTransformer": {"InputTemplate": '{"imageOverride": <i>}'}}, True),
        (
            {"arn": PROJECT, "input_transformer": [{"input_template": '{"imageOverride": <i>}'}]},
            True,
        ),
        ({"Arn": PROJECT, "Input": '{"imageOverride": "x"}'}, False),
        ({"Arn": PROJECT}, False),
    ],
)
def test_what_an_event_tells_a_build(target: dict[str, Any], told: bool) -> None:
    """An image that only the event names, in the spelling of either language, goes unsaid."""
    call, handed = handed_to_api(target)
    assert (call, is_unresolved(handed)) == (":aws-sdk:codebuild:startBuild", told)


@pytest.mark.parametrize(
    ("key", "beside", "none"),
    [
        ("arn", {"Arn": "a", "RoleArn": "r", "Input": "{}"}, False),
        ("arn", {"Arn": "a", "SqsParameters": {}}, True),
        ("uri", {"Type": "AWS_PROXY"}, False),
        ("uri", {"IntegrationType": "HTTP"}, True),
        ("uri", {}, False),
        ("endpoint", {"Protocol": "lambda"}, False),
        ("endpoint", {"Protocol": "https"}, True),
        ("sourceidentifier", {"Owner": "CUSTOM_LAMBDA"}, False),
        ("sourceidentifier", {"Owner": "AWS"}, True),
        ("functionname", {"Type": "HTTP", "Protocol": "https", "Owner": "AWS"}, False),
    ],
)
def test_what_tells_that_nothing_runs(key: str, beside: dict[str, str], none: bool) -> None:
    """A function behind a schedule, an API or a topic, passed over for what stands beside it."""
    assert tells_no_code(key, beside) is none
