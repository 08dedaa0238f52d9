"""Templates that a template brings along: stacks, stack sets, serverless applications."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.collect.iac.applications import unread
from checker.collect.iac.nearby import is_file
from checker.collect.iac.records import read_bytes
from checker.collect.iac.stack import Resource, Stack
from checker.collect.iac.target import Target
from checker.collect.iac.template import MAX_BYTES, Template, parse_template
from checker.collect.iac.unknown import handed, is_unresolved, shown, unresolved
from checker.collect.iac.variant import Variant
from checker.errors import InputError

STACK, SET = "AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet"
APPLICATION = "AWS::Serverless::Application"
NESTED = (STACK, SET, APPLICATION)
DEPTH = 8  # levels of templates in templates
_ASSET = "aws:asset:path"
Given = tuple[dict[str, Any], dict[str, Any]]
"""Parameters that are sure, and those that are a default of the stack around."""


@dataclass(frozen=True)
class Inner:
    """`beside`: a file; else text within its parent, whose path it has. `when`: what must be so,
    in words, for it to be there."""

    name: str
    path: Path
    template: Callable[[], Template]
    beside: bool
    body: Any
    given: Mapping[str, Any]
    proposed: Mapping[str, Any]
    when: str | None = None

    def repeats(self, other: Inner) -> bool:
        """Whether both bring the same, whatever the conditions."""
        mine, theirs = ((one.path, one.body, one.given, one.proposed) for one in (self, other))
        return mine == theirs


class Nested:
    """Those of one template. `stack` is told once it is there."""

    def __init__(
        self, path: Path, target: Target, files: dict[Path, Template], where: str = ""
    ) -> None:
        """`files`: those that were read already; `where`: the stacks around it and itself, as
        `/Network/Buckets`."""
        self._path, self._target, self._files, self._where = path, target, files, where
        self.stack: Stack | None = None
        self._inside: set[tuple[Path, str]] = set()

    def templates(
        self, name: str, kind: str, raw: Resource, variant: Variant
    ) -> tuple[list[Inner], str | None]:
        """Those that are here; else why it is not, in words."""
        given = variant.properties
        body = given.get("TemplateBody")
        url = given.get("TemplateURL") or given.get("Location")
        beside = self._beside(raw, url)
        if isinstance(body, str) and not is_unresolved(body):
            path, read = self._path, lambda: _text(body, f"{self._path}:{name}")
        elif isinstance(body, dict):
            path, read = self._path, lambda: _mapping(body, f"{self._path}:{name}")
        elif beside:
            path, read = beside, lambda: self._file(beside)
        else:
            return [], self._missing(kind, url)
        found = [
            Inner(name, path, read, path != self._path, body, sure, proposed, variant.when)
            for sure, proposed in _handed_on(_sets(kind, variant), self._where)
        ]
        return found, None

    def output(self, name: str, raw: Resource, key: str) -> Any:
        """An output of a nested stack, where its template is here."""
        unknown, here = unresolved(f"{name}.Outputs.{key}"), (self._path, name)
        if self.stack is None or here in self._inside or len(self._inside) > DEPTH:
            return unknown
        self._inside.add(here)
        try:
            return self._output(self.stack, name, raw, key, unknown)
        except InputError:
            return unknown
        finally:
            self._inside.discard(here)

    def _output(self, stack: Stack, name: str, raw: Resource, key: str, unknown: str) -> Any:
        properties = stack.resolver.value(raw.get("Properties"))
        variant = Variant(properties if isinstance(properties, dict) else {})
        kind = raw.get("Type")
        found, _ = self.templates(name, kind if isinstance(kind, str) else "", raw, variant)
        for inner in found[:1]:
            where = f"{self._where}/{name}"
            below = Nested(inner.path, self._target, self._files, where)
            below._inside = self._inside
            below.stack = Stack(inner.template(), self._target, inner.given, {}, below.output,
                                exports=stack.exports)  # fmt: skip
            output = below.stack.outputs.get(key)
            if output is not None:
                return handed(below.stack.resolver.value(output.get("Value")), where)
        return unknown

    def _file(self, path: Path) -> Template:
        if path not in self._files:
            template = parse_template(read_bytes(path, MAX_BYTES), str(path))
            if not template.section("Resources"):
                raise InputError("not a CloudFormation template", path=path, line=1)
            self._files[path] = template
        return self._files[path]

    def _beside(self, raw: Resource, url: Any) -> Path | None:
        """A template that stands beside its parent, as `aws cloudformation package` takes it; or
        the asset that CDK writes for it."""
        metadata = raw.get("Metadata")
        asset = metadata.get(_ASSET) if isinstance(metadata, dict) else None
        for text in (asset, url):
            if isinstance(text, str) and text and not is_unresolved(text):
                plain = text.removeprefix("file://")
                if "://" not in plain and "\0" not in plain:
                    path = self._path.parent / plain
                    if is_file(path):
                        return path
        return None

    def _missing(self, kind: str, url: Any) -> str:
        if kind == APPLICATION and isinstance(url, dict):
            return unread(str(shown(url.get("ApplicationId", ""))), self._target.account)
        where = shown(url) if isinstance(url, str) else "a place that is not known"
        return f"the template at {where} is not beside this one"


def _text(body: str, called: str) -> Template:
    return parse_template(body.encode("utf-8", "replace"), called)


def _mapping(body: dict[str, Any], called: str) -> Template:
    return Template(called, body, dict)


def _sets(kind: str, variant: Variant) -> Iterator[Given]:
    """The parameters; of a stack set also with each set of overrides."""
    base = _pairs(variant.properties.get("Parameters"))
    whole = variant.by_default.get("Parameters", frozenset())
    proposed = {k: v for k, v in base.items() if variant.by_default.get(f"Parameters.{k}", whole)}
    yield {k: v for k, v in base.items() if k not in proposed}, proposed
    groups = variant.properties.get("StackInstancesGroup") if kind == SET else None
    for group in groups if isinstance(groups, list) else []:
        overrides = _pairs(group.get("ParameterOverrides")) if isinstance(group, dict) else {}
        if overrides:
            yield {**base, **overrides}, {}


def _handed_on(sets: Iterator[Given], where: str) -> Iterator[Given]:
    """As the template within sees them."""
    for sure, proposed in sets:
        yield handed(sure, where), handed(proposed, where)


def _pairs(raw: Any) -> dict[str, Any]:
    """What a stack hands to its template: an object, or a StackSet's list."""
    if isinstance(raw, dict):
        return {key: ",".join(v) if _texts(v) else v for key, v in raw.items()}
    pairs = [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
    return {str(one.get("ParameterKey")): one.get("ParameterValue") for one in pairs}


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
