"""What a rule or a schedule calls, and what it hands over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checker.collect.iac.read_bodies import stands_for
from checker.collect.iac.unknown import A_MARK, OPEN, unresolved, wholly
from checker.trust.document.decode import as_list

_SDK = ":aws-sdk:"
_PART = rf"(?:{A_MARK}|[^:{OPEN}])*"
_DOCUMENT = re.compile(rf":ssm:{_PART}:{_PART}:(?:document|automation-definition)/([\w.-]+)")
_PROJECT = re.compile(rf":codebuild:{_PART}:{_PART}:project/")
_BUILDS = f"{_SDK}codebuild:startBuild"
_OF_BUILDS = ("imageoverride",)
_TEMPLATE = ("InputTemplate", "input_template")
_PLACE = re.compile(r"<([\w.-]+)>")
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html"""


def handed_to_api(target: Any) -> tuple[str, Any]:
    """The call of AWS's API that a target makes, and what it hands over; none of another target.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
    """
    told = _folded(target)
    arn, handed = str(told.get("arn")), _handed(told)
    if _SDK in arn:
        return arn, handed
    document = _DOCUMENT.search(arn)
    if document is not None:
        given = unresolved("the event") if handed is None else stands_for(handed)
        told_it = {"DocumentName": document[1], "Parameters": given}
        return f"{_SDK}ssm:sendCommand", told_it
    if _PROJECT.search(arn):
        return _BUILDS, handed
    return (_BUILDS, _override(handed)) if wholly(arn) is not None else ("", None)


def handed_to_sdk(target: Any) -> Any:
    """What a call is handed that the target is, or a document; None of a build."""
    told = _folded(target)
    arn, handed = str(told.get("arn")), _handed(told)
    if _DOCUMENT.search(arn) is not None:
        return {"Parameters": stands_for(handed)}
    return handed if _SDK in arn else None


def arn_of(target: Any) -> str:
    """What a target is; empty where it has no ARN."""
    return str(_folded(target).get("arn") or "")


def _folded(target: Any) -> dict[str, Any]:
    return {key.lower(): one for key, one in target.items()} if isinstance(target, dict) else {}


def _override(handed: Any) -> Any:
    """Of a target that the same code makes, or of which nobody knows what it is, what none but a
    build is told."""
    given = stands_for(handed)
    several = given.items() if isinstance(given, dict) else ()
    return {key: one for key, one in several if key.lower() in _OF_BUILDS}


def _handed(told: Mapping[str, Any]) -> Any:
    """A constant, or what is made of an event."""
    for one in as_list(told.get("inputtransformer") or told.get("input_transformer") or []):
        keys = [key for key in _TEMPLATE if isinstance(one, dict) and key in one]
        template = one[keys[0]] if keys else one
        return _PLACE.sub(lambda found: unresolved(found[1]), str(template))
    path = told.get("inputpath", told.get("input_path"))
    return unresolved(f"the event's {path}") if path else told.get("input")
