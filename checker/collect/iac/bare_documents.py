"""Documents of Systems Manager that a body or a call runs, and names without an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from checker.collect.iac.read_bodies import stands_for, static_value
from checker.publishers import has_name_alone
from checker.trust.document.decode import as_list

_CALL = re.compile(r":(?:states|scheduler):::(?:aws-sdk:)?(\w+):(\w+)")
"""https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html"""
_FILES = (".json", ".yaml", ".yml")
_RUNS = ("automation", "run_command")
_DOCUMENT = "ssm_document"


class Call(NamedTuple):
    """A service of AWS, and what it is asked for, in lower case."""

    service: str
    action: str


def call_of(arn: str) -> Call | None:
    """What a step or a schedule calls by an ARN."""
    found = _CALL.search(arn)
    return found and Call(found[1].lower(), found[2].lower())


def bare_documents(body: Any, call: Call | None = None) -> Iterator[str]:
    """`call`: what it is handed to, if that is known."""
    waiting = [(stands_for(body), call)]
    while waiting:
        value, by = waiting.pop()
        if isinstance(value, dict):
            several = {key.lower(): one for key, one in value.items()}
            by = _called(several) or by
            told = (name for one in _named(several, by) for name in as_list(one))
            yield from (one for one in told if isinstance(one, str) and _is_bare(one))
        if isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            waiting += [(one, by) for one in inner]


def _is_bare(name: str) -> bool:
    """One on the machine itself is a file."""
    return not name.endswith(_FILES) and has_name_alone(name)


def _called(told: dict[str, Any]) -> Call | None:
    """By a step of a workflow, or one of an automation."""
    service, action, arn = told.get("service"), told.get("api"), told.get("resource")
    if isinstance(service, str) and isinstance(action, str):
        return Call(service.lower(), action.lower())
    return call_of(arn) if isinstance(arn, str) else None


def _named(told: dict[str, Any], call: Call | None) -> Iterator[Any]:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html,
    https://docs.aws.amazon.com/config/latest/APIReference/API_RemediationConfiguration.html"""
    if call is None or call.service == "ssm":
        yield told.get("documentname")
    if str(told.get("documenttype", "")).lower() != "localpath":
        yield told.get("documentpath")
    for source in as_list(static_value(told.get("sourceinfo"))):
        read = stands_for(source)
        yield read.get("name") if isinstance(read, dict) else read
    if call is not None and call.action.startswith(("createassociation", "updateassociation")):
        yield told.get("name")
    if str(told.get("tasktype", "")).lower() in _RUNS:
        yield told.get("taskarn")
    if str(told.get("targettype", "")).lower() == _DOCUMENT:
        yield told.get("targetid")
