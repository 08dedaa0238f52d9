"""What calls in a text name: of documents, workflows, and what somebody hands them."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
_SOURCE = "sourceInfo"
"""Which document `AWS-RunDocument` runs: {"name": "…"}."""
_SOURCE_NAME = re.compile(r'"name"\s*:\s*"([^"\\]+)"')
_IN_VERSION = re.compile(r"""\b(?:[dD]ocumentVersion|Qualifier)["']?\s*:\s*["']?([^\s"'\\,{}]+)""")


def in_text(text: str, handed: bool) -> Iterator[str]:
    """Those that calls in it name, with the versions that it names."""
    versions = sorted(set(_IN_VERSION.findall(text)))
    found = [named(_IN_TEXT[called[1]], called[2]) for called in _CALLED.finditer(text)]
    if _SOURCE in text or handed:
        found += (named(DOCUMENT, name) for name in _SOURCE_NAME.findall(text))
    yield from found
    yield from (f"{one}{VERSION}{version}" for one in found for version in versions)


def named(kind: str, name: str) -> str:
    """A function may have its account before it, and an alias behind:
    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    if kind != FUNCTION or name.startswith("arn:"):
        return f"{kind} {name}"
    short, _, alias = name.rpartition("function:")[2].partition(":")
    return f"{kind} {short}{VERSION}{alias}" if alias else f"{kind} {short}"
