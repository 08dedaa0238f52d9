"""Code that is named by a value which comes with the deployment, or later: whose it is, nobody can
tell before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checker.collect.iac.call_keys import CODE, HANDED, PLUGINS, is_passed, tells_no_code
from checker.collect.iac.calls import (
    OF_STEP,
    fetched_by,
    hands_on_its_input,
    made_images,
    named_by,
    of_schedule,
    runs_what_it_is_handed,
)
from checker.collect.iac.read_bodies import SUBSTITUTED, stands_for, texts
from checker.collect.iac.targets import handed_to_api
from checker.collect.iac.unknown import A_MARK, OPEN, is_made, is_unresolved, wholly
from checker.trust.document.decode import as_list

_Named = Iterator[tuple[str, Any]]
_STATES = ("States", "Branches")
_STEP = "resource"
_IN_PLACE = (_STEP, "uri", "sourcetype")
"""The same, of a step, an API, and a script that Systems Manager fetches: never told later by
Step Functions."""
_OF_TASK = "taskinvocationparameters"
_BODIES = ("content", "definition")
_LATER = ("{%", "{{")
"""With `.$` at the end of a key, what is told when it runs, by Step Functions or Systems Manager:
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"""
_ITSELF = ("$$.StateMachine.Id", "{% $states.context.StateMachine.Id %}")
"""https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html"""
_OF_AWS_LATER = re.compile(r"\{\{\s*ssm:/aws/")
_SOME = rf"(?:{A_MARK}|[^:\s{OPEN}])*"
_OWNER = re.compile(
    rf"arn:{_SOME}:(?:lambda|states|ecs|imagebuilder|serverlessrepo|(?=ssm:{_SOME}:{_SOME}:[ad][^/]+/)ssm|{A_MARK})"
    rf":{_SOME}:({_SOME}):|/functions/({A_MARK})|(?<![\w:/])({A_MARK}):function:"
)
"""Of what runs: the account, or all of it."""
_LOOKED_UP = (
    "data.aws_lambda_function.", "data.aws_lambda_alias.", "data.aws_sfn_state_machine.",
    "data.aws_ecs_task_definition.", "data.aws_batch_job_definition.",
)  # fmt: skip
"""What Terraform looks up by a name in the own account."""
CONTEXT = {
    "AWS::ApiGatewayV2::Integration": ("IntegrationType",),
    "aws_cloudwatch_event_target": ("input", "input_path", "input_transformer"),
}
"""Beside what names code, what tells whether it does, or what it is told."""
_TYPES = ("Type", "IntegrationType", "type", "integration_type")
_HTTP = ("HTTP", "HTTP_PROXY", "MOCK")
_OF_AWS = "AWS"


def is_untold(sort: str, value: Any, properties: Any, *, mixed: bool = False) -> bool:
    """Whether code is named there of an owner that is not known before deployment. `properties`:
    all of the resource; `mixed`: code is named among much else, as where data goes."""
    given = properties if isinstance(properties, dict) else {}
    if sort == "code" and not mixed:
        return not _is_plain(given) and any(
            is_unknown(one) or is_of_unknown(one) for one in texts(value)
        )
    if sort == "body":
        filled = given.get("DefinitionSubstitutions")
        return untold(value, filled if isinstance(filled, dict) else {})
    if sort == "settings":
        return any(map(_is_partly_known, as_list(value)))
    if sort == "call":
        return any(map(_is_called, as_list(value)))
    return sort in ("abroad", "code", "openapi") and any(map(is_of_unknown, texts(value)))


def _is_called(target: Any) -> bool:
    call, handed = handed_to_api(target)
    if is_unknown(handed):
        return runs_what_it_is_handed(call)
    return bool(call) and untold(of_schedule(call, stands_for(handed)), {})


def _is_partly_known(settings: Any) -> bool:
    """Of which nobody can tell all that they name; empty text and nothing are settings, too."""
    read = stands_for(settings)
    if not isinstance(read, dict):
        return bool(settings)
    return any(map(is_unresolved, read))


def untold(body: Any, filled: Mapping[str, Any]) -> bool:
    """Of a workflow, a document or the like: by an ARN, or wholly where a key says that it is code.
    `filled`: what CloudFormation puts for names in it."""
    read = _substituted(stands_for(body), filled)
    own = made_images(read)
    named = any(
        is_unknown(one) or _is_told_later(key, str(one), own)
        for key, value in _code_in(read) for one in as_list(value)
    )  # fmt: skip
    return named or any(map(is_of_unknown, texts(read)))


def _is_told_later(key: str, value: str, own: frozenset[str]) -> bool:
    """`own`: steps of a document that make images."""
    later = key.endswith(".$") or value.startswith(_LATER)
    step = OF_STEP.match(value)
    mine = step is not None and step[1] in own
    return later and not mine and value not in _ITSELF and not _OF_AWS_LATER.match(value)


def _code_in(value: Any, keys: frozenset[str] = CODE, *, handed_on: bool = False) -> _Named:
    """What names code, and its key. `keys`: those that do there; `handed_on`: it is what a call is
    handed, in which more of that is the callee's."""
    for one in value if isinstance(value, list) else ():
        yield from _code_in(one, keys, handed_on=handed_on)
    given = value if isinstance(value, dict) else {}
    handed = named_by(given)
    if hands_on_its_input(given):
        yield "Parameters.$", "$"
    yield from _fetched(given)
    for key, one in given.items():
        plain = key.removesuffix(".$").lower()
        named = plain in keys and not tells_no_code(plain, given)
        if named or (keys is CODE and key.lower() in _IN_PLACE):
            yield key, one
            yield from _within(plain, one)
        if key in _STATES:
            yield from _states(key, one)
        elif handed_on and (plain in HANDED or (plain == _OF_TASK and fetched_by(given))):
            yield from _parameters(fetched_by(given), key, one)
        elif not is_passed(key):
            hands = handed is not None and plain in HANDED
            below = handed if handed is not None and hands else PLUGINS.get(plain, keys)
            yield from _code_in(one, below, handed_on=handed_on or hands)


def _within(key: str, value: Any) -> _Named:
    """Of a document or workflow that a call makes, what it says."""
    if key in _BODIES and isinstance(value, str) and wholly(value) is None:
        yield from _code_in(stands_for(value))


def _parameters(keys: frozenset[str] | None, key: str, value: Any) -> _Named:
    """What is the callee's. `keys`: those by which it names code."""
    if keys is not None:
        yield key, value
        yield from _code_in(value, keys)
    elif isinstance(value, dict):
        yield from ((k, one) for k, one in value.items() if _script(k))


def _script(key: str) -> bool:
    """Whether it tells of what kind a script is that some document of ours may fetch."""
    return key.removesuffix(".$").lower() == "sourcetype"


def _fetched(given: Mapping[str, Any]) -> _Named:
    """A document that a step downloads, by its name:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html#aws-downloadContent
    """
    told = {key.lower(): one for key, one in given.items()}
    if "SSMDocument" in as_list(told.get("sourcetype")):
        if "sourceinfo.$" in told:
            yield "documentName.$", told["sourceinfo.$"]
        for one in as_list(told.get("sourceinfo")):
            read = one if str(one).startswith(_LATER) else stands_for(one)
            yield "documentName", read.get("name") if isinstance(read, dict) else one


def _states(key: str, value: Any) -> _Named:
    """Steps, whatever their names are; one that is not known may run anything."""
    several = value.items() if isinstance(value, dict) else [(key, value)]
    for name, one in several:
        if is_unknown(name) or is_unknown(one):
            yield f"{key}.$", name
        yield from _code_in(one)


def _substituted(value: Any, filled: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return SUBSTITUTED.sub(lambda one: str(filled.get(one[1], one[0])), value)
    if isinstance(value, list):
        return [_substituted(one, filled) for one in value]
    given = value.items() if isinstance(value, dict) else ()
    return {key: _substituted(one, filled) for key, one in given} or value


def is_unknown(value: Any) -> bool:
    """Whether nothing of it is known, and it is nothing that the same code makes or looks up."""
    name = wholly(value)
    return name is not None and not is_made(value) and not name.startswith(_LOOKED_UP)


def is_of_unknown(text: str) -> bool:
    """Whether it names a function, document or the like whose account is not known."""
    owners = (found[found.lastindex or 0] for found in _OWNER.finditer(text))
    return any(
        OPEN in one and not is_made(one) and not (wholly(one) or "").startswith(_LOOKED_UP)
        for one in owners
    )


def _is_plain(properties: Mapping[str, Any]) -> bool:
    """An integration of an API that calls a server by its address; a rule of AWS's own."""
    told = {**properties, **_one(properties.get("Integration")), **_one(properties.get("Source"))}
    told |= _one(properties.get("source"))
    return any(told.get(key) in _HTTP for key in _TYPES) or _OF_AWS in (
        told.get("Owner"),
        told.get("owner"),
    )


def _one(value: Any) -> Mapping[str, Any]:
    """A block, or the first of several."""
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, dict) else {}
