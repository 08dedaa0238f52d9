"""The body of a workflow, a document, a component or a build → what it says, part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.budget import unfolds
from checker.collect.iac.embedded import UNREAD, embedded
from checker.collect.iac.template import parse_template
from checker.collect.iac.unknown import unresolved
from checker.errors import InputError

REFUSED = unresolved("text that is not read")
_NO_YAML = (
    "not valid",
    "not a template",
    "the file is empty",
    "holds a control character",
    "a tab",
)
_NO_CODE = (
    "tags", "tagspecifications", "labels", "annotations", "nodeselector", "tolerations",
    "matchexpressions",
)  # fmt: skip
"""How keys end of what somebody has called a thing, or where it runs."""
_VALUES = ("value", "values", "staticvalue", "staticvalues")
SUBSTITUTED = re.compile(r"\$\{([^{}\s]*)\}")
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html"""


def pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Each key and its value, however deep; of `[{"Name": …, "Values": …}]`, each pair, too."""
    if isinstance(value, list):
        for one in value:
            yield from pairs(one)
    if not isinstance(value, dict):
        return
    named = {key.lower().replace("_", ""): each for key, each in value.items()}
    called = named.get("name", named.get("key"))
    if isinstance(called, str):
        yield from ((called, named[key]) for key in _VALUES if key in named)
    for key, one in value.items():
        yield key, static_value(one)
        yield from pairs(None if key.lower().endswith(_NO_CODE) else one)


def static_value(value: Any) -> Any:
    """What a parameter of a remediation is:
    https://docs.aws.amazon.com/config/latest/APIReference/API_RemediationParameterValue.html"""
    told = value if isinstance(value, dict) else {}
    plain = {key.lower().replace("_", ""): one for key, one in told.items()}
    held = plain.get("staticvalue", told)
    values = {key.lower(): one for key, one in held.items()} if isinstance(held, dict) else {}
    return values["values"] if [*values] == ["values"] else value


def texts(value: Any) -> Iterator[str]:
    """Every text in it, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from texts(one)


def stands_for(body: Any) -> Any:
    """What it says, as text or not."""
    return read_body(body) if isinstance(body, str) else body


def read_body(text: str) -> Any:
    """Text that is JSON only after CloudFormation has filled it in is read, too; else as YAML."""
    found = embedded(text)
    if found is None and ":" in text:  # a line of YAML, or a name
        told = in_yaml(text)
        return None if told == UNREAD else told
    if found != UNREAD:
        return found
    found = embedded(SUBSTITUTED.sub(lambda one: unresolved(one[1]), text))
    return in_yaml(text) if found == UNREAD else found


def in_yaml(text: str) -> Any:
    """What it stands for; `UNREAD` where it is no mapping, `REFUSED` where it may be one that
    nobody here reads, or whose aliases stand for more than anybody can."""
    try:
        found = parse_template(text.encode("utf-8", "replace"), "a body").value
    except InputError as error:
        return UNREAD if error.message.startswith(_NO_YAML) else REFUSED
    return REFUSED if unfolds(found) else found
