"""The report formats: a module for each, of its name, with `render(report, *, options) -> str`, and
`parts(report) -> Iterator[bytes]` where it can grow too large to be held.

A format takes those `Options` that its `render` names, and has a default for each.
It computes nothing that is not in the model, reads no file, and escapes whatever it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, TypedDict, Unpack

from checker.errors import InputError
from checker.report.model import Report

# Imported when asked for: a command pays only for the format that it writes.
FORMATS = (
    "text", "json", "junit", "sarif", "markdown", "csv", "github", "gitlab", "html", "ocsf", "asff",
    "oscal", "slack",
)  # fmt: skip


class Options(TypedDict, total=False):
    """What a command may know of where a report goes; most formats need nothing of it."""

    color: bool
    width: int
    """Columns of the terminal; 0 for none."""
    include_suppressed: bool
    """Waived findings too."""


def render(report: Report, name: str, **options: Unpack[Options]) -> str:
    """The report in one format, by those of the options that it takes. Raises InputError for a
    format that there is not."""
    made_by = _module(name).render
    taken = made_by.__kwdefaults__ or {}
    text: str = made_by(report, **{key: value for key, value in options.items() if key in taken})
    return text


def parts(report: Report, name: str, **options: Unpack[Options]) -> Iterator[str | bytes]:
    """The same, by and by (and in UTF-8) where the format is made so."""
    by_and_by = getattr(_module(name), "parts", None)
    return by_and_by(report) if by_and_by else iter([render(report, name, **options)])


def _module(name: str) -> Any:
    if name not in FORMATS:
        raise InputError(f"unknown format {name!r}", hint=f"use one of {', '.join(FORMATS)}")
    return import_module(f"{__name__}.{name}")
