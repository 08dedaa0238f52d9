"""Values of parameters that somebody gives: files and `Key=Value`, in the forms that the AWS
command line, CodePipeline and SAM take.

https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/#options
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
"""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from checker.collect.iac.jsontext import is_json, parse_json
from checker.collect.iac.likeness import as_utf8
from checker.collect.iac.records import read_bytes
from checker.collect.iac.template import MAX_BYTES, Template, TemplateBuilder
from checker.errors import InputError, did_you_mean
from checker.trust.document.decode import as_list
from checker.yamlfile import parse_yaml

Given = dict[str, str]
_SAM = ("samconfig.yaml", "samconfig.yml")
"""What SAM reads beside samconfig.toml; any other YAML is a file of parameters."""


def read_given(texts: Iterable[str], environment: str = "default") -> Given:
    """All that is given, the last one counting: each a file, or `Key=Value`. `environment` is the
    one of SAM's configuration. Raises InputError."""
    given: Given = {}
    for text in texts:
        path = Path(text)
        if "=" in text and not path.is_file():
            given |= _pair(text)
        elif path.suffix == ".toml" or path.name in _SAM:
            given |= _samconfig(path, environment)
        else:
            given |= _file(path)
    return given


def check_names(given: Given, templates: Iterable[Template]) -> None:
    """A name that no template declares is a slip, and its default would go unnoticed."""
    declared = [template.value.get("Parameters") for template in templates]
    known = {name for one in declared if isinstance(one, dict) for name in one}
    for name in sorted(given.keys() - known):
        hint = did_you_mean(name, known)
        raise InputError(f"--parameters: no template has a parameter {name!r}", hint=hint)


def _file(path: Path) -> Given:
    data = as_utf8(read_bytes(path, MAX_BYTES, named=True), str(path))
    if is_json(data):
        found = parse_json(data, str(path)).value
    else:
        found = parse_yaml(data, str(path), TemplateBuilder).value
    if isinstance(found, dict):
        inner = found.get("Parameters")
        if isinstance(inner, list):  # as `aws cloudformation … --generate-cli-skeleton` has it
            return _listed(path, inner)
        pairs = (inner if isinstance(inner, dict) else found).items()
        return {name: _text(path, name, value) for name, value in pairs}
    if not isinstance(found, list):
        raise InputError("no parameters: neither a mapping nor a list", path=path, line=1)
    return _listed(path, found)


def _listed(path: Path, found: list[Any]) -> Given:
    given: Given = {}
    for number, entry in enumerate(found, start=1):
        given |= _entry(path, number, entry)
    return given


def _entry(path: Path, number: int, entry: Any) -> Given:
    if isinstance(entry, str) and "=" in entry:
        return _pair(entry)
    if isinstance(entry, dict) and isinstance(name := entry.get("ParameterKey"), str):
        if entry.get("UsePreviousValue") == "true":
            return {}
        return {name: _text(path, name, entry.get("ParameterValue"))}
    hint = 'write {"ParameterKey": "…", "ParameterValue": "…"} or "Key=Value"'
    raise InputError(f"entry {number} is no parameter", path=path, hint=hint)


def _pair(text: str) -> Given:
    """`Key=Value`, or `ParameterKey=Key,ParameterValue=Value`."""
    if text.startswith("ParameterKey=") and ",ParameterValue=" in text:
        key, _, value = text.removeprefix("ParameterKey=").partition(",ParameterValue=")
        return {key: value}
    key, _, value = text.partition("=")
    return {key: value}


def _samconfig(path: Path, environment: str) -> Given:
    """`parameter_overrides` of the deploy command, else of all commands: text or a list."""
    found = _configuration(path)
    section = found.get(environment)
    if not isinstance(section, dict):
        known = ", ".join(key for key, one in found.items() if isinstance(one, dict))
        raise InputError(f"it has no environment {environment!r}", path=path, hint=f"has: {known}")
    given: Given = {}
    for command in ("global", "deploy"):
        inner = section.get(command)
        table = inner.get("parameters") if isinstance(inner, dict) else None
        if isinstance(table, dict):
            given |= _overrides(path, table.get("parameter_overrides", ""))
    return given


def _configuration(path: Path) -> dict[str, Any]:
    data = read_bytes(path, MAX_BYTES, named=True)
    if path.suffix != ".toml":
        found = parse_yaml(data, str(path), TemplateBuilder).value
        return found if isinstance(found, dict) else {}
    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not valid TOML: {error}", path=path) from None


def _overrides(path: Path, raw: Any) -> Given:
    """`A=1 B="2 3"`, `ParameterKey=A,ParameterValue=1 …`, a list of such, or a table."""
    if isinstance(raw, dict):
        return {name: _text(path, name, value) for name, value in raw.items()}
    given: Given = {}
    for text in as_list(raw):
        if isinstance(text, dict):
            given |= _overrides(path, text)
            continue
        try:
            words = shlex.split(str(text))
        except ValueError as error:
            raise InputError(f"parameter_overrides: {error}", path=path) from None
        for word in words:
            given |= _override(path, word)
    return given


def _override(path: Path, word: str) -> Given:
    if "=" not in word:
        hint = 'write each as "Key=Value"'
        raise InputError(f"parameter_overrides: {word!r} is no Key=Value", path=path, hint=hint)
    return _pair(word)


def _text(path: Path, name: str, value: Any) -> str:
    if isinstance(value, bool | int | float):
        value = str(value).lower()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    if not isinstance(value, str):
        raise InputError(f"the value of {name} is no text", path=path, line=1)
    return value
