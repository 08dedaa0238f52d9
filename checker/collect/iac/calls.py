"""What a step of a workflow or a document calls, and by which keys that names code."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from checker.collect.iac.call_keys import ANY, FETCHED_BY, HANDED, PACKAGE, keys_of, runs
from checker.collect.iac.unknown import A_MARK, OPEN

_NO_TASKS = ("Pass", "Map", "Parallel", "Choice", "Wait", "Succeed", "Fail")
_OF_STATES = re.compile(r":states:::(?:aws-sdk:)?([\w-]+:\w+)")
"""https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html, and
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html"""
_NOBODY_KNOWS = re.compile(rf"(?!.*:activity:)arn:(?:{A_MARK}|[\w-])*:(?:states:[\w:.-]*)?{A_MARK}")
"""Which call of AWS's it is."""
_SDK = ":aws-sdk:"
_OF_SCHEDULER = re.compile(r":aws-sdk:([\w-]+:\w+)")
_ACTIONS = {
    "aws:runinstances": "ec2:runinstances", "aws:copyimage": "ec2:copyimage",
    "aws:createstack": "cloudformation:createstack",
}  # fmt: skip
_LOOPS = ("aws:loop",)
"""Which are handed steps of the same document."""
_IMAGE_KEYS = {"imageid", "sourceimageid", "parentimage", "customamiid"}
_IMAGE = re.compile(r"ami-[0-9a-z]+")
OF_STEP = re.compile(r"\{\{\s*([\w-]+)\.[\w-]+\s*\}\}")
"""What an earlier step of a document answers."""


def named_by(step: Mapping[str, Any]) -> frozenset[str] | None:
    """The keys by which what a step hands over names code; None of what is no step.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
    """
    told = {key.lower(): one for key, one in step.items()}
    action = told.get("action")
    if isinstance(told.get("resource"), str):
        if _NOBODY_KNOWS.search(told["resource"]):
            return ANY
        call = _of_task(told)
        return keys_of(call) if call else frozenset()
    if isinstance(action, str) and action.lower() == "aws:configurepackage":
        return PACKAGE
    if isinstance(action, str) and action.startswith("aws:") and action.lower() not in _LOOPS:
        return keys_of(_of_automation(action.lower(), told.get("inputs")))
    return frozenset() if told.get("type") in _NO_TASKS else None


def _of_automation(action: str, inputs: Any) -> str:
    given = {key.lower(): one for key, one in inputs.items()} if isinstance(inputs, dict) else {}
    if "api" in given:
        return f"{given.get('service')}:{given['api']}".replace("_", "").lower()
    return _ACTIONS.get(action, "")


def hands_on_its_input(step: Mapping[str, Any]) -> bool:
    """Whether a step runs code that whoever starts the workflow names, as it is handed all that
    these say, or what an expression makes of it."""
    told = {key.lower(): one for key, one in step.items()}
    nobody = _NOBODY_KNOWS.search(str(told.get("resource"))) is not None
    handed = [told[key] for key in HANDED if key in told]
    later = not handed or (isinstance(handed[0], str) and handed[0].startswith(("{%", OPEN)))
    return later and (nobody or runs(_of_task(told)))


def _of_task(told: Mapping[str, Any]) -> str:
    """The call of a step of a workflow; empty where its resource is no call."""
    resource = told.get("resource")
    found = _OF_STATES.search(resource) if isinstance(resource, str) else None
    return _called(found) if found else ""


def of_schedule(call: str, handed: Any) -> dict[str, Any]:
    """A call that a schedule makes, as a step."""
    return {
        "Resource": f"arn:aws:states:::{call.partition(_SDK)[2]}",
        "Parameters": handed,
    }


def runs_what_it_is_handed(call: str) -> bool:
    """Whether a call that a schedule makes runs code that its input names."""
    found = _OF_SCHEDULER.search(call)
    return OPEN in call or (found is not None and runs(_called(found)))


def _called(found: re.Match[str]) -> str:
    """`emr-containers` is `emrcontainers` to the SDK."""
    return found[1].replace("-", "").lower()


def fetched_by(handed: Mapping[str, Any]) -> frozenset[str] | None:
    """The keys by which the parameters of a document that is run name code, if it is one of those
    that run what these name."""
    told = {key.lower(): str(one).rpartition("/")[2] for key, one in handed.items()}
    named = (told.get(key, "") for key in ("documentname", "name", "taskarn"))
    return next((FETCHED_BY[one] for one in named if one in FETCHED_BY), None)


def made_images(document: Any) -> frozenset[str]:
    """The names of steps that make an image of an own machine, or copy one that is made so.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-create.html
    """
    found = set[str]()
    for step in _steps(document.get("mainSteps") if isinstance(document, dict) else None):
        if _makes_an_image(step, found):
            found.add(str(step.get("name")))
    return frozenset(found)


def _steps(several: Any) -> Iterator[Mapping[str, Any]]:
    """With those of loops."""
    for step in several if isinstance(several, list) else ():
        if isinstance(step, dict):
            yield step
            inputs = step.get("inputs")
            yield from _steps(inputs.get("Steps") if isinstance(inputs, dict) else None)


def _makes_an_image(step: Mapping[str, Any], made: Container[str]) -> bool:
    action, inputs = str(step.get("action")).lower(), step.get("inputs")
    call = _of_automation(action, inputs)
    source = str(inputs.get("SourceImageId")) if isinstance(inputs, dict) else ""
    copied = OF_STEP.match(source)
    copies = call == "ec2:copyimage" and copied is not None and copied[1] in made
    return action == "aws:createimage" or call == "ec2:createimage" or copies


def machine_images(value: Any, keys: frozenset[str] = frozenset()) -> Iterator[str]:
    """Images of machines that steps start, by their ids."""
    for one in value if isinstance(value, list) else ():
        yield from machine_images(one, keys)
    given = value if isinstance(value, dict) else {}
    told = named_by(given)
    for key, one in given.items():
        if key.lower() in keys & _IMAGE_KEYS and isinstance(one, str) and _IMAGE.fullmatch(one):
            yield one
        handed = told is not None and key.lower() in HANDED
        yield from machine_images(one, (told or frozenset()) if handed else keys)
