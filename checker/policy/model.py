"""A policy: one YAML file, its tests inside. It is data; it can run no code."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from checker.policy.expression import Expression
from checker.policy.template import Template
from checker.report.model import Severity

if TYPE_CHECKING:
    from checker.document import Document

Mend = Literal["require-external-id", "remove-principal"]


class InlineTest(msgspec.Struct, frozen=True):
    """Facts (those left out have their defaults) and what the policy must say of them;
    `skip`: its `when` does not hold."""

    name: str
    expect: Literal["pass", "fail", "skip"]
    facts: dict[str, Any]


class PolicyText(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says, once it was found to be valid (written.py tells of each key), but for its
    tests."""

    id: str
    title: str
    severity: Severity
    applies_to: tuple[str, ...]
    when: str | None = None
    assertion: str = msgspec.field(name="assert")
    message: str
    rationale: str
    remediation: str
    remediation_in_code: str | None = None
    mend: Mend | None = None
    controls: dict[str, dict[str, str]] = {}
    frameworks: dict[str, str] = {}
    references: tuple[str, ...] = ()


class Parsed(msgspec.Struct, frozen=True):
    """A file with its expressions, which were checked against the facts of its subjects."""

    file: PolicyText
    when: Expression | None
    assertion: Expression
    message: Template


class Policy:
    """A policy and where it stands; `read` gives its document to whoever asks for it."""

    def __init__(self, said: Parsed, path: str, read: Callable[[], Document]) -> None:
        self.file, self.when, self.assertion = said.file, said.when, said.assertion
        self.message, self.path, self._read = said.message, path, read
        self.id, self.severity = said.file.id, said.file.severity
        self.applies_to = said.file.applies_to

    @cached_property
    def document(self) -> Document:
        return self._read()

    @cached_property
    def tests(self) -> tuple[InlineTest, ...]:
        """Those inside the file, which a check does not ask for."""
        found = msgspec.convert(self.document.value["tests"], tuple[InlineTest, ...])
        return tuple(msgspec.structs.replace(test, name=test.name.strip()) for test in found)

    @cached_property
    def reads(self) -> tuple[tuple[str, ...], ...]:
        """The facts that decide the result."""
        when = self.when.reads if self.when else ()
        return tuple(sorted({*when, *self.assertion.reads}))
