"""The AWS CLI's commands, by the models that it makes them from (botocore's, which we have).

What a command may be called, its options, which are required, their enumerations and the keys of
their shorthand: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters.html
`make commands` has the CLI itself parse the same commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore import xform_name

_SESSION = botocore.session.get_session()
_SERVICES = {"s3api": "s3", "configservice": "config"}  # the CLI's name → botocore's
_GLOBAL = {"--region", "--query", "--output", "--profile", "--endpoint-url", "--cli-input-json"}
_KEY = re.compile(r"(?:^|[\[{,])([A-Za-z]\w*)=")


_OWN = {
    ("cloudformation", "deploy"): (
        {"--stack-name", "--template-file"},
        {
            "--capabilities",
            "--parameter-overrides",
            "--tags",
            "--role-arn",
            "--no-execute-changeset",
        },
    )
}
"""Commands that the CLI has beside the services' operations: options that they need, and others.

https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/
"""


def problem(words: list[str]) -> str | None:
    """What the CLI would refuse, if anything."""
    service, operation, *rest = [*words, "", ""][: max(2, len(words))]
    if (service, operation) in _OWN:
        needed, others = _OWN[service, operation]
        options = {option for option, _ in _given(rest)}
        unknown, missing = options - needed - others - _GLOBAL, needed - options
        told = f"unknown: {sorted(unknown)}; missing: {sorted(missing)}"
        return told if unknown or missing else None
    model = _operation(service, operation)
    if model is None:
        return f"there is no {service} {operation}"
    shapes = dict(model.input_shape.members) if model.input_shape else {}
    options = {f"--{xform_name(name, '-')}": name for name in shapes}
    given = dict(_given(rest))
    unknown = [one for one in given if one not in options and one not in _GLOBAL]
    unknown = [one for one in unknown if one.replace("--no-", "--", 1) not in options]
    missing = set() if "--cli-input-json" in given else set(_required(model)) - set(given)
    if unknown or missing:
        return f"unknown: {unknown}; missing: {sorted(missing)}"
    wrong = (_wrong(shapes[options[one]], value) for one, value in given.items() if one in options)
    return next((text for text in wrong if text), None)


def _operation(service: str, operation: str) -> Any:
    name = _SERVICES.get(service, service)
    if name not in _SESSION.get_available_services():
        return None
    model = _SESSION.get_service_model(name)
    known = {xform_name(one, "-"): one for one in model.operation_names}
    return model.operation_model(known[operation]) if operation in known else None


def _required(model: Any) -> Iterator[str]:
    for name in model.input_shape.required_members if model.input_shape else ():
        yield f"--{xform_name(name, '-')}"


def _given(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each option with its values; a word that belongs to none is an option that there is not."""
    option, values = "", list[str]()
    for word in [*words, "--"]:
        if not word.startswith("--"):
            values.append(word)
            continue
        if option or values:
            yield option or values[0], values
        option, values = word, []


def _wrong(shape: Any, values: list[str]) -> str | None:
    if shape.type_name != "list" and len(values) > 1:
        return f"one value too many: {values[1:]}"
    if shape.type_name in ("list", "structure") and not values[0].startswith(("[", "{", "file:")):
        keys = {key for value in values for key in _KEY.findall(value)}
        unknown = keys - set(_members(shape, 4))
        return f"no such key: {sorted(unknown)}" if unknown else None
    allowed = getattr(shape, "enum", None) or []
    return f"{values[0]!r} is none of {allowed}" if allowed and values[0] not in allowed else None


def _members(shape: Any, deep: int) -> Iterator[str]:
    if deep and shape.type_name == "list":
        yield from _members(shape.member, deep - 1)
    elif deep and shape.type_name == "structure":
        for name, inner in shape.members.items():
            yield name
            yield from _members(inner, deep - 1)
