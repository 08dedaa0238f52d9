"""Holds a bundle against itself: digests, form, and the report made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checker import __version__
from checker.errors import InputError
from checker.evidence.derive import derived, inputs
from checker.evidence.digests import compare, names
from checker.evidence.evaluate import Bundle, evaluate
from checker.evidence.model import REPORT
from checker.evidence.unpack import RefusedError, unpacked

Problem = tuple[str, str]
"""A file of the bundle, and what is wrong with it."""


@dataclass(frozen=True)
class Outcome:
    """`notes` are for the reader and fail nothing."""

    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    bundle: Bundle | None = None


def verify(path: Path) -> Outcome:
    """Raises InputError only where the file is no zip."""
    try:
        with unpacked(path) as folder:
            return _verify(folder)
    except RefusedError as refused:
        return Outcome(((refused.name, f"refused: {refused.reason}"),))


def _verify(folder: Path) -> Outcome:
    broken = tuple(compare(folder))
    if broken:
        return Outcome(broken, ("The digests do not hold, so the report was not made again.",))
    try:
        bundle = evaluate(folder)
        problems = tuple(_differences(folder, bundle))
    except InputError as error:
        return Outcome(((_path_of(error), error.message),))
    return Outcome(problems, tuple(_notes(bundle, bool(problems))), bundle)


def _path_of(error: InputError) -> str:
    """An input that names no file is one of those that settings give."""
    return error.path or "evaluation.json"


def _differences(folder: Path, bundle: Bundle) -> Iterator[Problem]:
    again = derived(bundle)
    here = set(names(folder))
    for name in sorted(inputs(bundle) - here | again.keys() - here):
        yield name, "is missing"
    for name in sorted(here - inputs(bundle) - again.keys()):
        yield name, "is no part of a bundle"
    for name in sorted(here & again.keys()):
        if not _same(folder / name, again[name]) and (name == REPORT or _own(bundle)):
            yield name, "does not follow from the inputs: made again, it differs"


def _same(path: Path, content: bytes) -> bool:
    return path.stat().st_size == len(content) and path.read_bytes() == content


def _own(bundle: Bundle) -> bool:
    return bundle.evaluation.tool.version == __version__


def _notes(bundle: Bundle, differs: bool) -> Iterator[str]:
    if _own(bundle):
        return
    made = bundle.evaluation.tool.version
    yield f"The bundle was made by vendorgate {made}; this is {__version__}."
    if differs:
        yield f"Another version may judge otherwise: only vendorgate {made} can tell tampering."
    else:
        yield "Only the report was made again; how other files are worded varies by version."
