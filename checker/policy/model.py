"""A policy: one YAML file, its tests inside. It is data; it can run no code."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import core_schema

from checker.policy.expression import Expression, ExpressionError
from checker.policy.named_controls import Controls, FrameworkKey, check_frameworks
from checker.policy.shapes import ANY, Shape, shape_of
from checker.policy.template import Template
from checker.subjects import registry
from checker.validation import POLICY_ID_PATTERN, OneOrMany, Strict
from checker.yamlfile import Document

T = TypeVar("T", Expression, Template)
PolicyId = Annotated[str, StringConstraints(pattern=POLICY_ID_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Severity = Literal["critical", "high", "medium", "low", "info"]
Mend = Literal["require-external-id", "remove-principal"]


class _Registered:
    """Metadata of a text: it is the name of a subject."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.literal_schema(list(registry.SUBJECTS))


Subject = Annotated[str, _Registered()]
Subjects = Annotated[tuple[Subject, ...], Field(min_length=1), OneOrMany()]


class InlineTest(Strict):
    """Facts (those left out have their defaults) and what the policy must say of them;
    `skip`: its `when` does not hold."""

    name: Text
    expect: Literal["pass", "fail", "skip"]
    facts: dict[str, Any]


class PolicyFile(Strict):
    """The file as written; see `vendorgate schema policy`. `remediation_in_code`: what to write in
    a template or plan that is not deployed yet, where that differs. `controls` maps a framework to
    controls that the policy supports, each with the reason; it satisfies none of them alone.
    `frameworks` gives titles, with versions, to frameworks that are not built in."""

    id: PolicyId
    title: Text
    severity: Severity
    applies_to: Subjects
    when: Text | None = None
    assertion: Text = Field(alias="assert")
    message: Text
    rationale: Text
    remediation: Text
    remediation_in_code: Text | None = None
    mend: Mend | None = Field(
        None,
        description="how `vendorgate explain` rewrites the statements of a trust policy behind a "
        "finding: with a condition on sts:ExternalId, or without the principal; none: it shows "
        "them as they are",
    )
    controls: Controls = Field(default_factory=dict)
    frameworks: dict[FrameworkKey, Text] = Field(default_factory=dict)
    references: tuple[Text, ...] = ()
    tests: tuple[InlineTest, ...]


class Policy:
    """A policy whose expressions were checked against the facts of each of its subjects.

    With `checked` False they were checked before, when the package was tested, and are not again:
    that spares a start-up the facts' models.
    """

    def __init__(self, file: PolicyFile, document: Document, *, checked: bool = True) -> None:
        self.file, self.document = file, document
        check_frameworks(file.controls, file.frameworks, document)
        self._shapes = _shapes(file.applies_to) if checked else [ANY]
        self.id, self.severity, self.applies_to = file.id, file.severity, file.applies_to
        self.when = self._checked("when", Expression) if file.when else None
        self.assertion = self._checked("assert", Expression)
        self.message = self._checked("message", Template)

    def _checked(self, key: str, kind: type[T]) -> T:
        text = self.document.value[key].strip()
        try:
            made = [kind(text, shape) for shape in self._shapes]
        except ExpressionError as error:
            raise self.document.error((key,), f"{key}: {error}", error.hint) from None
        return made[0]

    @property
    def reads(self) -> tuple[tuple[str, ...], ...]:
        """The facts that decide the result."""
        when = self.when.reads if self.when else frozenset()
        return tuple(sorted(when | self.assertion.reads))


def _shapes(subjects: tuple[str, ...]) -> list[Shape]:
    return [shape_of(registry.model(subject)) for subject in subjects]
