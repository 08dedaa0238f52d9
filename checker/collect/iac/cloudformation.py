"""CloudFormation templates → what they would create."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from checker.collect.iac.files import STDIN, InputFile
from checker.collect.iac.given import check_names
from checker.collect.iac.reader import Reader
from checker.collect.iac.records import Found, Target
from checker.collect.iac.template import MAX_BYTES, NoTemplateError, Template, parse_template
from checker.errors import BadInputsError, InputError
from checker.snapshot.records import Location

ENDINGS = (".yaml", ".yml", ".json", ".template", ".cfn")
_MARKS = {"AWSTemplateFormatVersion", "Transform"}
_SERVERLESS = ("serverless.yml", "serverless.yaml")


def collect_templates(
    files: Iterable[InputFile], target: Target, given: Mapping[str, str], *, strict: bool = False
) -> Found:
    """Raises BadInputsError where no file could be read; else each bad one is a gap."""
    found = Found()
    templates = _Templates(found, target)
    for file in files:
        templates.add(file)
    if not templates.read and templates.bad:
        raise BadInputsError(templates.bad)
    check_names(dict(given), templates.read.values())
    templates.collect(given, strict)
    return found


class _Templates:
    """All files of one command: those that are templates, and those that should be."""

    def __init__(self, found: Found, target: Target) -> None:
        self._found, self._target = found, target
        self.read: dict[Path, Template] = {}
        self.bad: list[InputError] = []
        self._others = 0

    def add(self, file: InputFile) -> None:
        try:
            data = file.read(MAX_BYTES)
        except InputError as error:
            self._refused(error, file)
            return
        if not file.named and not _looks_like_one(file.path, data):
            self._others += 1
            return
        try:
            template = _parsed(data, str(file.path))
        except InputError as error:
            if file.named or not isinstance(error, NoTemplateError):
                self._refused(error, file)
            else:
                self._others += 1
        else:
            self._kept(file, template)

    def _kept(self, file: InputFile, template: Template) -> None:
        """A file is a template by its Resources; one that nobody named may be anything."""
        if isinstance(template.value.get("Resources"), dict | list):
            self.read[file.path] = template
        elif file.named or template.value.keys() & _MARKS or file.path.name in _SERVERLESS:
            hint = _hint(template)
            error = InputError("not a CloudFormation template", path=file.path, line=1, hint=hint)
            self._refused(error, file)
        else:
            self._others += 1

    def collect(self, given: Mapping[str, str], strict: bool) -> None:
        parts: dict[Path, Found] = {}
        brought: dict[Path, Path] = {}
        for path, template in self.read.items():
            parts[path] = part = Found()
            reader = Reader(part, self._target, strict=strict)
            try:
                reader.read(path, template, _declared(given, template))
            except (InputError, RecursionError) as error:
                deep = InputError("nested too deep", path=path, line=1)
                self._refused(error if isinstance(error, InputError) else deep, InputFile(path))
                del parts[path]
            for inner in reader.brought:
                brought.setdefault(inner, path)
        if self.read and not parts:
            raise BadInputsError(self.bad)
        self._merge(parts, brought)
        if self._others:
            self._found.notes.append(f"Files that are no templates, passed over: {self._others}.")

    def _merge(self, parts: dict[Path, Found], brought: dict[Path, Path]) -> None:
        """A template that another one brings along is read there, with its parameters."""
        for path, part in parts.items():
            parent = brought.get(path.resolve())
            if parent is None or parent == path:
                self._found.add(part)

    def _refused(self, error: InputError, file: InputFile) -> None:
        self.bad.append(error)
        place = self._target.location(file.path, error.line or 1)
        text = f"{error.message}; {error.hint}" if error.hint else error.message
        self._found.gap(self._target, place, "unreadable", text)


def _looks_like_one(path: Path, data: bytes) -> bool:
    """Whether a file that nobody named is worth reading."""
    if path.name in _SERVERLESS or b"AWSTemplateFormatVersion" in data:
        return True
    return b"Resources" in data and b"AWS::" in data


def collect_body(
    body: str, given: dict[str, Any], path: Path, place: Location, target: Target, found: Found
) -> None:
    """A template as text, written at `place`."""
    template = parse_template(body.encode("utf-8", "replace"), f"{path}:{place.line}")
    Reader(found, target).read(path, template, given, depth=1, place=place)


def _parsed(data: bytes, called: str) -> Template:
    return parse_template(data, "standard input" if called == STDIN else called)


def _hint(template: Template) -> str:
    if {"service", "provider"} <= template.value.keys():
        return "it is the Serverless Framework's: read what `serverless package` makes of it"
    if {"format_version", "planned_values"} <= template.value.keys():
        return "a Terraform plan: collect terraform, or check --terraform"
    return "a template has Resources"


def _declared(given: Mapping[str, str], template: Template) -> dict[str, str]:
    """Of all that is given, what this template asks for."""
    known = template.section("Parameters")
    return {name: value for name, value in given.items() if name in known}
