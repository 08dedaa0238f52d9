"""Parameters of a template: given ones, defaults, and those that nothing tells.

The files are those that the AWS command line and CodePipeline take:
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/#options
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checker.collect.iac.records import read_bytes
from checker.collect.iac.template import MAX_BYTES, Template, TemplateBuilder
from checker.collect.iac.unknown import is_unresolved, unresolved
from checker.errors import InputError
from checker.yamlfile import parse_yaml

_SSM = "AWS::SSM::Parameter::Value<"
Given = dict[str, str]


def parameter(name: str, declared: Any, given: dict[str, Any]) -> Any:
    """The value of a declared parameter: text, a list of text, or unknown."""
    kind = declared.get("Type") if isinstance(declared, dict) else None
    value = given.get(name)
    if value is None and isinstance(declared, dict):
        value = declared.get("Default")
    if not isinstance(value, str) or not isinstance(kind, str):
        return unresolved(name)
    if is_unresolved(value):  # handed on by the stack around this one
        return value
    if kind.startswith(_SSM):
        return unresolved(f"resolve:ssm:{value}")
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return [part.strip() for part in value.split(",")]
    return value


def read_parameters(path: Path) -> Given:
    """Name and value of each parameter in a file. Raises InputError."""
    document = parse_yaml(read_bytes(path, MAX_BYTES), str(path), TemplateBuilder)
    found = document.value
    if isinstance(found, dict):
        inner = found.get("Parameters")
        pairs = (inner if isinstance(inner, dict) else found).items()
        return {name: _text(path, name, value) for name, value in pairs}
    if not isinstance(found, list):
        raise InputError("no parameters: neither a mapping nor a list", path=path, line=1)
    given: Given = {}
    for at, entry in enumerate(found):
        line = document.mark((at,)).line
        given |= _entry(path, line, entry)
    return given


def _entry(path: Path, line: int, entry: Any) -> Given:
    if isinstance(entry, str) and "=" in entry:
        key, _, value = entry.partition("=")
        return {key: value}
    if isinstance(entry, dict) and isinstance(name := entry.get("ParameterKey"), str):
        if entry.get("UsePreviousValue") == "true":
            return {}
        return {name: _text(path, name, entry.get("ParameterValue"))}
    hint = 'write {"ParameterKey": "…", "ParameterValue": "…"} or "Key=Value"'
    raise InputError("no parameter", path=path, line=line, hint=hint)


def _text(path: Path, name: str, value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    if not isinstance(value, str):
        raise InputError(f"the value of {name} is no text", path=path, line=1)
    return value


def check_names(path: Path, given: Given, templates: list[Template]) -> None:
    """A name that no template declares is a slip, and its default would go unnoticed."""
    known = {name for template in templates for name in template.section("Parameters")}
    for name in sorted(given.keys() - known):
        raise InputError(f"no template has a parameter {name!r}", path=path, line=1)
