"""One template, and those that it brings along: each resource is accounted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from checker.aws_accounts import aws_accounts
from checker.collect.iac.accounting import Accounting
from checker.collect.iac.becoming import is_read
from checker.collect.iac.exports import Exports
from checker.collect.iac.grants.template import (
    Stacks,
    TemplateCode,
    TemplateGrants,
    TemplateUses,
)
from checker.collect.iac.images import ImageReader
from checker.collect.iac.intrinsics import TRANSFORM
from checker.collect.iac.kinds import kinds
from checker.collect.iac.nested import APPLICATION, DEPTH, NESTED, Inner, Nested
from checker.collect.iac.records import Found
from checker.collect.iac.resources import KEYS, RoleReader
from checker.collect.iac.sam import TRUST
from checker.collect.iac.stack import Resource, Stack
from checker.collect.iac.target import Target
from checker.collect.iac.template import Template
from checker.collect.iac.variant import Variant
from checker.collect.iac.walking import mappings
from checker.errors import InputError
from checker.snapshot.records import Location
from checker.trust.document.decode import as_list

_TRANSFORMS = (
    "AWS::CodeDeployBlueGreen", "AWS::CodeStar", "AWS::LanguageExtensions",
    "AWS::SecretsManager-", "AWS::Serverless-", "AWS::ServiceCatalog",
)  # fmt: skip
"""AWS's own, which add nobody from outside."""
TEMPLATES = 500  # that one template may bring along


class Reader:
    """`brought`: files that templates brought along, resolved; `beside`: all that were read."""

    def __init__(
        self, found: Found, target: Target, *, strict: bool = False,
        exports: Exports | None = None, stacks: Stacks | None = None,
    ) -> None:  # fmt: skip
        """`stacks`: where those that are read find each other, and others."""
        self._found, self._target, self._strict = found, target, strict
        self._count = 0
        self._files: dict[Path, Template] = {}
        self._exports, self.stacks = exports, Stacks() if stacks is None else stacks
        self.brought: set[Path] = set()
        self._included: list[Path] = []
        self._readings: list[_Reading] = []

    def read(
        self, path: Path, template: Template, given: Mapping[str, Any],
        proposed: Mapping[str, Any] | None = None, *, depth: int = 0,
        place: Location | None = None, when: str | None = None, where: str = "",
    ) -> None:  # fmt: skip
        """`proposed`: defaults of the stack around it; `place`: where a template within a template
        is written; `when`: what must be so for it to be there; `where`: which stack it is, by the
        names of those around it and its own."""
        nested = Nested(path, self._target, self._files, where)
        stack = Stack(template, self._target, given, proposed or {}, nested.output, when,
                      self._exports)  # fmt: skip
        nested.stack = stack
        code = TemplateCode(stack, where, self.stacks)
        one = _Reading(self._found, code, path, place, self._strict)
        self._readings.append(one)
        one.sections()
        one.loops()
        for name, raw in stack.resources.items():
            for inner in one.resource(name, raw, nested):
                self._inner(one, inner, depth, where)
        self._found.tally = self._found.tally + one.accounting.tally
        self._found.notes += one.accounting.told
        self._included += stack.resolver.included.files

    @property
    def beside(self) -> set[Path]:
        return {path.resolve() for path in (*self._files, *self._included)}

    def _inner(self, one: _Reading, inner: Inner, depth: int, where: str) -> None:
        self._count += 1
        if depth >= DEPTH or self._count > TEMPLATES:
            message = f"{inner.name}: too many templates within templates"
            one.gap(one.placed("Resources", inner.name), "nested", message)
            return
        try:
            path, template = inner.path, inner.template()
            if inner.beside:
                self.brought.add(path.resolve())
            here = None if inner.beside else one.placed("Resources", inner.name)
            self.read(path, template, inner.given, inner.proposed, depth=depth + 1, place=here,
                      when=inner.when, where=f"{where}/{inner.name}")  # fmt: skip
        except InputError as error:
            place = self._target.location(inner.path, error.line or 1)
            place = place if inner.beside else one.placed("Resources", inner.name)
            one.gap(place, "unreadable", f"{inner.name}: {error.message}")


class _Reading:
    """What one template says, resource by resource."""

    def __init__(
        self, found: Found, code: TemplateCode, path: Path, place: Location | None, strict: bool
    ) -> None:
        stack = code.stack
        self._found, self._stack, self._path, self._place = found, stack, path, place
        self._strict = strict
        target = stack.target
        own = {target.account, target.organization or target.account, *target.own}
        self.accounting = Accounting(kinds("cloudformation"), frozenset(own), strict=strict,
                                     aws=aws_accounts(), is_read=is_read)  # fmt: skip
        self.grants = TemplateGrants(code, found, self._of)
        self._uses = TemplateUses(code, found, self._of)
        self._roles = RoleReader(stack, found, self._of)
        self._images = ImageReader(target, found, self._of)

    def placed(self, *at: str) -> Location:
        return self._place or self._stack.target.location(
            self._path, self._stack.template.line(*at)
        )

    def _of(self, name: str) -> Location:
        return self.placed("Resources", name)

    def gap(self, place: Location, code: str, message: str) -> None:
        self._found.gap(self._stack.target, place, code, message)

    def sections(self) -> None:
        """What stands beside the resources: macros, and keys that stand twice."""
        template = self._stack.template
        raw = template.value.get("Transform")
        for macro in as_list(raw):
            name = macro.get("Name") if isinstance(macro, dict) else macro
            if name is not None and not (isinstance(name, str) and name.startswith(_TRANSFORMS)):
                called = name if isinstance(name, str) else "without a name"
                self.gap(self.placed("Transform"), "Transform",
                         f"the macro {called} may add resources")  # fmt: skip
        if TRANSFORM in template.value:
            self.gap(self.placed(TRANSFORM), "Transform", "what it would add cannot be told")
        for line, key in template.twice:
            place = self._place or self._stack.target.location(self._path, line)
            self._found.notes.append(
                f"{place.file}:{place.line}: the key {key!r} stands twice: the last one counts, "
                "as CloudFormation takes it."
            )

    def loops(self) -> None:
        """Loops that a deployment may have run over something else."""
        for name in sorted(self._stack.looped):
            place = self.placed("Parameters", name)
            self._found.notes.append(
                f"{place.file}:{place.line}: a loop runs over {self._stack.parameters.said(name)}, "
                "which a deployment may replace."
            )

    def resource(self, name: str, raw: Resource, nested: Nested) -> list[Inner]:
        """Reads one; answers the templates that it brings along."""
        kind, here = self._stack.kind(name), self._of(name)
        if name.startswith("Fn::"):
            return self._not_read(here, name, "what it would add cannot be told from the template")
        if not kind:
            message = f"{name}: no resource with a Type: what it would be cannot be told"
            return self._not_read(here, "without a Type", message)
        if kind.endswith("::MODULE"):
            message = f"{name}: what the module holds stands in the registry"
            return self._not_read(here, kind, message)
        variants = self._stack.variants(raw, self._wanted(kind), apart=self._counted_alone(kind))
        if not variants:  # given values leave it out
            self.accounting.left_out()
            return []
        self._turned(name, kind, raw, variants)
        return self._brought(name, kind, raw, variants, nested) if kind in NESTED else []

    def _not_read(self, place: Location, code: str, message: str) -> list[Inner]:
        self.accounting.not_read()
        self.gap(place, code, message)
        return []

    def _counted_alone(self, kind: str) -> bool:
        """Whether each of its properties is looked at by itself."""
        read = self._roles.reads(kind) or self._images.reads(kind) or kind in NESTED
        return not read and not self.accounting.is_narrowed(kind)

    def _wanted(self, kind: str) -> set[str] | None:
        """The properties that are looked at; None for all."""
        if kind in NESTED or not self.accounting.is_known(kind):
            return None
        found = {path[0] for path in (*self.accounting.paths(kind), *self._images.paths(kind))}
        return found | set(KEYS if self._roles.reads(kind) else ())

    def _turned(self, name: str, kind: str, raw: Resource, variants: list[Variant]) -> None:
        """Turns what is read of it into records; counts it, but for what brings templates."""
        roles, images = self._roles.reads(kind), self._images.reads(kind)
        if roles:
            self._roles.read(name, kind, variants)
        if images:
            self._images.read(name, kind, variants)
        grants = self.grants.reads(kind)
        if grants:
            wanted, settling = self.grants.wanted(kind), self.grants.settling(kind)
            variants_of_it = self._stack.variants(raw, wanted, settling=settling)
            self.grants.read(name, kind, raw, variants_of_it)
        uses = self._uses.reads(kind)
        if uses:
            wanted = self._uses.wanted(kind)
            self._uses.read(name, kind, self._stack.mapped(raw, wanted))
        read = roles or images or grants or uses
        if kind not in NESTED:
            said = self.accounting.add(kind, *(one.properties for one in variants), read=read)
            if said:
                self.gap(self._of(name), kind, f"{name}: {'; '.join(said)}")
            untold = self.accounting.untold(kind, *(one.properties for one in variants))
            place, target = self._of(name), self._stack.target
            self._found.untold_code(target, place, name, untold, strict=self._strict)
            bare = self.accounting.documents(kind, *(one.properties for one in variants))
            self._found.bare_documents(place, bare)
        keys = {TRUST, *self.grants.wanted(kind), *(self._uses.wanted(kind) if uses else ())}
        includes = self._stack.resolver.includes
        if (read or kind in NESTED) and _transformed(raw, includes, keys):
            self.gap(self._of(name), "Transform", f"{name}: a transform adds what cannot be told")

    def _brought(
        self, name: str, kind: str, raw: Resource, variants: list[Variant], nested: Nested
    ) -> list[Inner]:
        """The templates that a stack brings along; a gap where they are not here."""
        answers = [nested.templates(name, kind, raw, variant) for variant in variants]
        missing = next((why for _, why in answers if why), None)
        if missing:
            code = "application" if kind == APPLICATION else "nested"
            self._not_read(self._of(name), code, f"{name}: {missing}")
        else:
            self.accounting.add(kind, read=True)
        several = [inner for found, _ in answers for inner in found]
        several.sort(key=lambda one: one.when or "")  # what needs no condition first
        return [one for n, one in enumerate(several) if not any(map(one.repeats, several[:n]))]


def _transformed(raw: Resource, includes: Callable[[Any], bool], keys: set[str]) -> bool:
    """Whether a transform may change what of it tells of trust (`keys`); one that stands alone and
    brings a file that is here was read."""
    properties = raw.get("Properties")
    if TRANSFORM in raw or not isinstance(properties, dict):
        return TRANSFORM in raw
    return any(
        TRANSFORM in one and not (len(one) == 1 and includes(one[TRANSFORM]))
        for one in [properties, *(each for key in keys for each in mappings(properties.get(key)))]
    )
