"""What calls in a text name: of documents, workflows, and what somebody hands them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.read_bodies import read_body

FUNCTION, PROJECT, DOCUMENT = "aws_lambda_function", "aws_codebuild_project", "aws_ssm_document"
VERSION = "@"
_IN_TEXT = {
    "DocumentName": DOCUMENT,
    "EndpointConfigName": "aws_sagemaker_endpoint_configuration",
    "FunctionName": FUNCTION,
    "JobDefinition": "aws_batch_job_definition",
    "LaunchTemplateName": "aws_launch_template",
    "ModelName": "aws_sagemaker_model",
    "ProjectName": PROJECT,
    "TaskDefinition": "aws_ecs_task_definition",
    "documentPath": DOCUMENT,
}
"""Key → what it is the name of."""
_CALLED = re.compile(rf"""\b({"|".join(_IN_TEXT)})["']?\s*:\s*["']?([^\s"'\\,{{}}]+)""")
_IN_SCRIPT = re.compile(rf"""\b({"|".join(_IN_TEXT)})["']?\s*[=:]\s*["']([^"'\n]+)["']""")
"""The same of a call of the SDK, within quotes."""
_SOURCE = "sourceInfo"
"""Which document `AWS-RunDocument` runs: {"name": "…"}."""
_SOURCE_NAME = re.compile(r'"name"\s*:\s*"([^"\\]+)"')
_VERSION_KEYS = ("DocumentVersion", "documentVersion", "Qualifier")
_DEFAULT = "the default"
_DEFAULTS = {"$DEFAULT": _DEFAULT}
_OF_JSONATA = re.compile(r"\{%\s*'([^']+)'\s*%\}")
_COMMENT = re.compile(r"(?m)^\s*#.*$")
_IN_VERSION = re.compile(r"""\b(?:[dD]ocumentVersion|Qualifier)["']?\s*:\s*["']?([^\s"'\\,{}]+)""")


def in_text(text: str, *, handed: bool) -> Iterator[str]:
    """Those that calls in it name, with the versions that stand beside them. `handed`: it is what a
    document is handed."""
    told = _read(text)
    told = read_body(text) if told is None and ":" in text else told
    if not isinstance(told, dict | list):
        yield from _in_plain_text(_COMMENT.sub("", text).replace('\\"', '"'), handed)
    for one in _objects(told):
        found = [named(_IN_TEXT[key], _plain(name)) for key, name in one.items()
                 if key in _IN_TEXT and isinstance(name, str)]  # fmt: skip
        versions = [
            _DEFAULTS.get(str(one[key]), str(one[key])) for key in _VERSION_KEYS if key in one
        ]
        yield from _with(found, versions)
        documents = [] if versions else [name for name in found if name.startswith(DOCUMENT)]
        yield from _with(documents, [_DEFAULT])
        yield from _handed(one.get(_SOURCE))
        if handed and isinstance(one.get("name"), str):
            yield from _handed(one)
        scripts = (text for text in one.values() if isinstance(text, str) and "\n" in text)
        yield from (
            named(_IN_TEXT[key], name) for text in scripts for key, name in _IN_SCRIPT.findall(text)
        )


def _in_plain_text(text: str, handed: bool) -> Iterator[str]:
    versions = sorted(set(_IN_VERSION.findall(text)))
    found = [named(_IN_TEXT[called[1]], called[2]) for called in _CALLED.finditer(text)]
    if _SOURCE in text or handed:
        found += (named(DOCUMENT, name) for name in _SOURCE_NAME.findall(text))
    yield from _with(found, versions)


def _plain(name: str) -> str:
    """Of an expression of JSONata that is a text alone, that."""
    found = _OF_JSONATA.fullmatch(name.strip())
    return found[1] if found else name.strip()


def _with(found: list[str], versions: list[str]) -> Iterator[str]:
    yield from found
    yield from (f"{one}{VERSION}{version}" for one in found for version in versions)


def _handed(info: Any) -> Iterator[str]:
    """A document that `AWS-RunDocument` is told: its name, with a version behind."""
    for one in info if isinstance(info, list) else [info]:
        told = _read(one) if isinstance(one, str) else one
        name = told.get("name") if isinstance(told, dict) else None
        if isinstance(name, str):
            short, _, version = (
                name.partition(":") if not name.startswith("arn:") else (name, "", "")
            )
            yield from _with([named(DOCUMENT, short)], [version] if version else [])


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text.lstrip().startswith(("{", "[")) else None
    except (ValueError, RecursionError):
        return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Each in it, however deep, in texts too."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
        if isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
        elif isinstance(one, str):
            waiting.append(_read(one))


def named(kind: str, name: str) -> str:
    """A function may have its account before it, and an alias behind:
    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    if kind != FUNCTION or name.startswith("arn:"):
        return f"{kind} {name}"
    short, _, alias = name.rpartition("function:")[2].partition(":")
    return f"{kind} {short}{VERSION}{alias}" if alias else f"{kind} {short}"
