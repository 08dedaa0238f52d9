"""A policy as people write it: what each key may hold, and the schema that editors read.

What comes of it is plain (model.py), so that only who reads a file that is new pays for this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from pydantic import Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import core_schema

from checker.document import Document
from checker.policy.braces import template
from checker.policy.expression import Expression
from checker.policy.model import Mend, Parsed, Policy, PolicyText
from checker.policy.named_controls import Controls, FrameworkKey, check_frameworks
from checker.policy.shapes import ANY, Shape, shape_of
from checker.policy.template import Template
from checker.policy.typed import ExpressionError, typed
from checker.report.model import Severity
from checker.subjects import registry
from checker.validation import POLICY_ID_PATTERN, OneOrMany, Strict, build

T = TypeVar("T", Expression, Template)
PolicyId = Annotated[str, StringConstraints(pattern=POLICY_ID_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


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


def policy_of(document: Document, *, checked: bool = True) -> Policy:
    """The policy of a file. Raises InputError, with line and column.

    With `checked` False its expressions were held against the facts of each of its subjects before,
    when the package was tested, and are not again: that spares the facts' models.
    """
    return Policy(parsed(document, checked=checked), document.path, lambda: document)


def parsed(document: Document, *, checked: bool) -> Parsed:
    """All that a file says."""
    file = build(PolicyFile, document)
    check_frameworks(file.controls, file.frameworks, document)
    said = msgspec.convert(file.model_dump(by_alias=True), PolicyText)
    shapes = [shape_of(registry.model(s)) for s in said.applies_to] if checked else [ANY]
    return Parsed(
        said,
        _checked("when", typed, shapes, document) if said.when else None,
        _checked("assert", typed, shapes, document),
        _checked("message", template, shapes, document),
    )


def _checked(
    key: str, kind: Callable[[str, Shape], T], shapes: list[Shape], document: Document
) -> T:
    text = document.value[key].strip()
    try:
        made, *_ = [kind(text, shape) for shape in shapes]
        return made
    except ExpressionError as error:
        raise document.error((key,), f"{key}: {error}", error.hint) from None
