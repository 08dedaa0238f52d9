"""What a step of a workflow or a document calls, and by which keys that names code."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from checker.collect.iac.unknown import A_MARK, OPEN

CODE = frozenset((
    "functionname", "documentname", "documentpath", "statemachinearn", "taskdefinition",
    "jobdefinition",
))  # fmt: skip
"""Keys whose values name code that runs, in small letters."""
HANDED = ("parameters", "arguments", "inputs")
"""What a call is handed."""
_PASSED = frozenset((
    "payload", "clientcontext", "input", "inputpayload", "message", "messagebody",
    "messageattributes", "item", "expressionattributevalues", "detail", "body", "requestbody",
    "resultselector", "itemselector",
    "itembatcher", "assign", "output", "result", "queryparameters", "headers", "templatedata",
    "sessionattributes", "executionparameters",
))  # fmt: skip
"""What somebody, or a later step, is told, whatever is made of it."""
_NO_TASKS = ("Pass", "Map", "Parallel", "Choice", "Wait", "Succeed", "Fail")
_OF_STATES = re.compile(r":states:::(?:aws-sdk:)?([\w-]+:\w+)")
"""https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html, and
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html"""
_NOBODY_KNOWS = re.compile(rf":states:::(?:aws-sdk:)?(?:[\w-]+:)?{A_MARK}")
_OF_SCHEDULER = re.compile(r":aws-sdk:([\w-]+:\w+)")
_RUNNING = re.compile(r":(?:invoke|run|send|start|submit|execute)")
_READING = re.compile(
    r":(?:get|list|describe|batchget|head|tag|untag|delete|deregister|stop|terminate|cancel|wait"
    r"|search|query|scan|put|set|sendtask|sendautomationsignal)"
)
_SET = frozenset(("taskdefinition", "layers"))
"""Code that another call than one that runs it may bring in; else it is what the call changes."""
_MACHINES = (
    "ec2:runinstances", "ec2:requestspotinstances", "ec2:createlaunchtemplate",
    "ec2:createlaunchtemplateversion", "autoscaling:createlaunchconfiguration", "ec2:createfleet",
    "ec2:requestspotfleet", "ec2:createreplacerootvolumetask", "ec2:modifyfleet",
    "ec2:modifyspotfleetrequest",
)  # fmt: skip
_ASSOCIATIONS = ("ssm:createassociation", "ssm:createassociationbatch", "ssm:updateassociation")
_STACKS = (
    "cloudformation:createstack", "cloudformation:updatestack", "cloudformation:createchangeset",
    "cloudformation:createstackset", "cloudformation:updatestackset",
)  # fmt: skip
_WORKFLOWS = (
    "sfn:createstatemachine", "sfn:updatestatemachine",
    "states:createstatemachine", "states:updatestatemachine",
)  # fmt: skip
_DOCUMENTS = ("ssm:createdocument", "ssm:updatedocument")
_TASKS = ("ssm:registertaskwithmaintenancewindow", "ssm:updatemaintenancewindowtask")
_OTHERS = (
    dict.fromkeys(_ASSOCIATIONS, frozenset(("name",)))
    | dict.fromkeys(_MACHINES, frozenset(("imageid",)))
    | dict.fromkeys(_TASKS, frozenset(("taskarn",)))
    | dict.fromkeys(_STACKS, frozenset(("templateurl", "templatebody")))
    | dict.fromkeys(_WORKFLOWS, frozenset(("definition",)))
    | dict.fromkeys(_DOCUMENTS, frozenset(("content",)))
    | {
        "apprunner:createservice": frozenset(("imageidentifier",)),
        "ec2:copyimage": frozenset(("sourceimageid",)),
        "imagebuilder:createimagerecipe": frozenset(("parentimage",)),
        "imagebuilder:createcontainerrecipe": frozenset(("parentimage",)),
        "lambda:createeventsourcemapping": frozenset(("functionname",)),
        "s3:putbucketnotificationconfiguration": frozenset(("lambdafunctionarn",)),
    }
    | dict.fromkeys(
        ("emr:runjobflow", "elasticmapreduce:createcluster"), frozenset(("customamiid",))
    )
)
_ACTIONS = {
    "aws:runinstances": "ec2:runinstances", "aws:copyimage": "ec2:copyimage",
    "aws:createstack": "cloudformation:createstack",
}  # fmt: skip
_LOOPS = ("aws:loop",)
"""Which are handed steps of the same document."""
_ANY = CODE | {"imageid"}
"""Of a call that nobody knows."""
_RUN_WHOLLY = (
    "batch", "codebuild", "ecs", "emr", "emrcontainers", "emrserverless", "lambda", "sagemaker",
    "sfn", "ssm", "states",
)  # fmt: skip
"""Services whose calls run code that what they are handed names."""
_IMAGE_KEYS = {"imageid", "sourceimageid", "parentimage", "customamiid"}
_IMAGE = re.compile(r"ami-[0-9a-z]+")
OF_STEP = re.compile(r"\{\{\s*([\w-]+)\.ImageId\s*\}\}")
"""The image that an earlier step of a document made."""


def is_passed(key: str) -> bool:
    return key.removesuffix(".$").lower() in _PASSED


def named_by(step: Mapping[str, Any]) -> frozenset[str] | None:
    """The keys by which what a step hands over names code; None of what is no step.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
    """
    told = {key.lower(): one for key, one in step.items()}
    action = told.get("action")
    if isinstance(told.get("resource"), str):
        call = _of_task(told)
        if _NOBODY_KNOWS.search(told["resource"]):
            return _ANY
        return _keys(call) if call else frozenset()
    if isinstance(action, str) and action.startswith("aws:") and action.lower() not in _LOOPS:
        return _keys(_of_automation(action.lower(), told.get("inputs")))
    return frozenset() if told.get("type") in _NO_TASKS else None


def _of_automation(action: str, inputs: Any) -> str:
    given = {key.lower(): one for key, one in inputs.items()} if isinstance(inputs, dict) else {}
    if "api" in given:
        return f"{given.get('service')}:{given['api']}".replace("_", "").lower()
    return _ACTIONS.get(action, "")


def _keys(call: str) -> frozenset[str]:
    if call in _OTHERS:
        return _OTHERS[call]
    if "{{" in call or OPEN in call:
        return _ANY
    if not call or _RUNNING.search(call):
        return CODE
    return frozenset() if _READING.search(call) else _SET


def hands_on_its_input(step: Mapping[str, Any]) -> bool:
    """Whether a step runs code that whoever starts the workflow names, as it is handed all that
    these say, or what an expression makes of it."""
    told = {key.lower(): one for key, one in step.items()}
    call = _of_task(told)
    handed = [told[key] for key in HANDED if key in told]
    later = not handed or (isinstance(handed[0], str) and handed[0].startswith(("{%", OPEN)))
    return bool(call) and later and _runs(call)


def _of_task(told: Mapping[str, Any]) -> str:
    """The call of a step of a workflow; empty where its resource is no call."""
    resource = told.get("resource")
    found = _OF_STATES.search(resource) if isinstance(resource, str) else None
    return _called(found) if found else ""


def of_schedule(call: str, handed: Any) -> dict[str, Any]:
    """A call that a schedule makes, as a step."""
    return {
        "Resource": f"arn:aws:states:::{''.join(_OF_SCHEDULER.findall(call))}",
        "Parameters": handed,
    }


def runs_what_it_is_handed(call: str) -> bool:
    """Whether a call that a schedule makes runs code that its input names."""
    found = _OF_SCHEDULER.search(call)
    return found is not None and _runs(_called(found))


def _called(found: re.Match[str]) -> str:
    """`emr-containers` is `emrcontainers` to the SDK."""
    return found[1].replace("-", "").lower()


def _runs(call: str) -> bool:
    runs = call.partition(":")[0] in _RUN_WHOLLY and not _READING.search(call)
    return runs or call in _OTHERS


def made_images(document: Any) -> frozenset[str]:
    """The names of steps that make an image of an own machine, or copy one that is made so.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-create.html
    """
    steps = document.get("mainSteps") if isinstance(document, dict) else None
    found = set[str]()
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, dict) and _makes_an_image(step, found):
            found.add(str(step.get("name")))
    return frozenset(found)


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
