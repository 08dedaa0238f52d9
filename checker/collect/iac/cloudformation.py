"""CloudFormation templates → a snapshot of what they would create."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from checker.collect.iac.loops import unrolled
from checker.collect.iac.parameters import Given, check_names
from checker.collect.iac.records import Found, Target, read_bytes
from checker.collect.iac.resources import Resources
from checker.collect.iac.stack import Resource, Stack
from checker.collect.iac.template import MAX_BYTES, Template, parse_template
from checker.collect.iac.unknown import is_unresolved, shown
from checker.errors import InputError
from checker.snapshot.records import Gap, Location

NESTED = 8  # levels of templates in templates
TEMPLATES = 500  # that one template may bring along
_STACKS = (
    "AWS::CloudFormation::Stack",
    "AWS::CloudFormation::StackSet",
    "AWS::Serverless::Application",
)
_MACROS = ("AWS::Serverless-", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen")  # fmt: skip


def collect_templates(
    paths: Iterable[Path], target: Target, given: Given, given_in: Path | None = None
) -> Found:
    """Raises InputError for a file that is no template."""
    found = Found()
    templates = [(path, _read(path)) for path in paths]
    if given_in is not None:
        check_names(given_in, given, [template for _, template in templates])
    for path, template in templates:
        _Reader(found, target).read(path, template, given, 0)
    return found


def collect_body(
    body: str, given: dict[str, Any], path: Path, place: Location, target: Target, found: Found
) -> None:
    """A template as text, written at `place`."""
    template = parse_template(body.encode("utf-8", "replace"), f"{path}:{place.line}")
    _Reader(found, target).read(path, template, given, 1, place)


def _read(path: Path) -> Template:
    template = parse_template(read_bytes(path, MAX_BYTES), str(path))
    if not template.section("Resources"):
        hint = "a template has Resources"
        raise InputError("not a CloudFormation template", path=path, line=1, hint=hint)
    return template


class _Reader:
    """One template and those that it brings along."""

    def __init__(self, found: Found, target: Target) -> None:
        self._found, self._target, self._count = found, target, 0

    def read(
        self, path: Path, template: Template, given: dict[str, Any], depth: int,
        place: Location | None = None,
    ) -> None:  # fmt: skip
        """`place`: where a template within a template is written."""

        def placed(*at: str) -> Location:
            return place or self._target.location(path, template.line(*at))

        unrolled(template)
        stack = Stack(template, self._target, given)
        self._macros(stack, placed("Transform"))
        resources = Resources(stack, self._found, lambda name: placed("Resources", name))
        for name, kind, raw in stack.created():
            here = placed("Resources", name)
            resources.add(name, kind, raw)
            if kind in _STACKS:
                self._nested(path, stack, name, raw, depth, here)
            elif kind.endswith("::MODULE"):
                self._gap(here, kind, f"{name}: what the module holds stands in the registry")
            elif name.startswith("Fn::"):
                self._gap(here, name, "what it would add cannot be told from the template")

    def _macros(self, stack: Stack, place: Location) -> None:
        raw = stack.template.value.get("Transform")
        for macro in raw if isinstance(raw, list) else [raw]:
            name = macro.get("Name") if isinstance(macro, dict) else macro
            if name is not None and not (isinstance(name, str) and name.startswith(_MACROS)):
                called = name if isinstance(name, str) else "without a name"
                self._gap(place, "Transform", f"the macro {called} may add resources")

    def _nested(
        self, path: Path, stack: Stack, name: str, raw: Resource, depth: int, here: Location
    ) -> None:
        given = stack.properties(raw)
        body = given.get("TemplateBody")
        url = given.get("TemplateURL") or given.get("Location")
        beside = _beside(path, url)
        self._count += 1
        if depth >= NESTED or self._count > TEMPLATES:
            self._gap(here, "nested", f"{name}: too many templates within templates")
        elif isinstance(body, str) and not is_unresolved(body):
            inner = parse_template(body.encode("utf-8", "replace"), f"{path}:{here.line}")
            self.read(path, inner, _parameters(given), depth + 1, here)
        elif beside:
            self.read(beside, _read(beside), _parameters(given), depth + 1)
        else:
            where = shown(url) if isinstance(url, str) else "a place that is not known"
            self._gap(here, "nested", f"{name}: the template at {where} is not beside this one")

    def _gap(self, place: Location, code: str, message: str) -> None:
        self._found.gaps.append(
            Gap(
                account=self._target.account,
                region=self._target.region,
                call=f"{place.file}:{place.line}",
                code=code,
                message=message,
            )
        )


def _beside(parent: Path, url: Any) -> Path | None:
    """A template that stands beside its parent, as `aws cloudformation package` takes it."""
    if not isinstance(url, str) or not url or is_unresolved(url) or "://" in url or "\0" in url:
        return None
    path = parent.parent / url
    return path if path.is_file() else None


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    """What a stack hands to its template: an object, or a StackSet's list."""
    raw = given.get("Parameters")
    if isinstance(raw, dict):
        return {key: ",".join(v) if _texts(v) else v for key, v in raw.items()}
    pairs = [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
    return {str(one.get("ParameterKey")): one.get("ParameterValue") for one in pairs}


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
