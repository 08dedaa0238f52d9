"""The keys by which calls of AWS's API name code, against the SDK's models."""

from __future__ import annotations

from typing import Any

import botocore.session

from checker.collect.iac.call_keys import _OTHERS, keys_of

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
