"""The least privilege that collecting needs, derived from the calls that the sources declare."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from typing import Any

from checker.collect import aws
from checker.collect.aws.aliases import PARAMETERS
from checker.collect.aws.calls import Call
from checker.collect.aws.described import IMAGES
from checker.collect.aws.resources.registry import ALL, calls_of

ASSUME = Call("sts", "AssumeRole", when="account")
_CENTRAL, _AGGREGATOR = ("organizations", "sts"), ("config",)


@cache
def declared() -> tuple[Call, ...]:
    """Every call that a module of the collector declares."""
    names = [info.name for info in pkgutil.iter_modules(aws.__path__)]
    modules = [importlib.import_module(f"{aws.__name__}.{name}") for name in names]
    found = {v.name: v for module in modules for v in vars(module).values() if isinstance(v, Call)}
    return tuple(found[name] for name in sorted(found))


def central_calls() -> list[Call]:
    """Those of the account that collects."""
    return [call for call in declared() if call.service in _CENTRAL]


def aggregator_calls() -> list[Call]:
    """Those of an account that reads a Config aggregator."""
    return [call for call in declared() if call.service in _AGGREGATOR]


def member_calls() -> list[Call]:
    """Those in each account that is looked at, but for its resources."""
    return [call for call in declared() if call.service not in _CENTRAL + _AGGREGATOR]


def documents(
    role_name: str, parameters: Sequence[str] = (), kinds: Sequence[str] = ALL
) -> dict[str, Any]:
    """`central`, `member` and `aggregator` policies, and the `stackset` template. `parameters`:
    names of those that say which image is launched, patterns too. `kinds`: of resources."""
    organization = [call for call in central_calls() if call.service == "organizations"]
    enter = {
        "Effect": "Allow",
        "Action": [ASSUME.name],
        "Resource": f"arn:*:iam::*:role/{role_name}",
    }
    own = _looking(parameters, kinds)  # its own account is looked at as the others are
    return {
        "central": _policy(_statement(organization), enter, *own),
        "member": _policy(*_looking(parameters, kinds)),
        "aggregator": _policy(_statement([*aggregator_calls(), IMAGES, *organization])),
        "stackset": stack_set(role_name, parameters, kinds),
    }


def _looking(parameters: Sequence[str], kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Plain parameters may hold secrets: only AWS's public ones are read, which name its images,
    and those that are given.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
    """
    names = [f"arn:*:ssm:*:*:parameter/{name.removeprefix('/')}" for name in parameters]
    reading = {
        "Effect": "Allow",
        "Action": [PARAMETERS.name],
        "Resource": ["arn:*:ssm:*::parameter/aws/service/*", *names],
    }
    calls = [call for call in member_calls() if call.name != PARAMETERS.name]
    return [_statement([*calls, *calls_of(kinds)]), reading]


def stack_set(
    role_name: str, parameters: Sequence[str] = (), kinds: Sequence[str] = ALL
) -> dict[str, Any]:
    """A template for every member account: the role, which only the central account can assume."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The read-only role that vendorgate assumes in this account.",
        "Parameters": {
            "CentralAccount": {
                "Type": "String",
                "AllowedPattern": "[0-9]{12}",
                "Description": "The account that collects.",
            },
            "ExternalId": {
                "Type": "String",
                "NoEcho": True,
                "MinLength": 2,
                "AllowedPattern": "[A-Za-z0-9_+=,.@:/-]+",
                "Description": "As given to vendorgate collect aws --external-id.",
            },
            "RoleName": {"Type": "String", "Default": role_name},
        },
        "Resources": {
            "CollectorRole": {"Type": "AWS::IAM::Role", "Properties": _role(parameters, kinds)}
        },
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["CollectorRole", "Arn"]}}},
    }


def _role(parameters: Sequence[str], kinds: Sequence[str]) -> dict[str, Any]:
    central = {"Fn::Sub": "arn:${AWS::Partition}:iam::${CentralAccount}:root"}
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": central},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
    }
    policy = {
        "PolicyName": "vendorgate",
        "PolicyDocument": _policy(*_looking(parameters, kinds)),
    }
    return {
        "RoleName": {"Ref": "RoleName"},
        "Description": "Read-only: what vendorgate collects.",
        "AssumeRolePolicyDocument": _policy(trust),
        "Policies": [policy],
    }


def _statement(calls: list[Call]) -> dict[str, Any]:
    """On every resource: listing and describing know no narrower one."""
    actions = sorted({call.permission for call in calls})
    return {"Effect": "Allow", "Action": actions, "Resource": "*"}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
