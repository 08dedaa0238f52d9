"""Holds a bundle against itself: digests, form, and the report made again."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from checker import __version__
from checker.errors import InputError
from checker.evidence.derive import derived, inputs
from checker.evidence.digests import compare, names
from checker.evidence.evaluate import Bundle, evaluate
from checker.evidence.layout import RefusedError
from checker.evidence.unpack import unpacked
from checker.evidence.wording import reworded

Problem = tuple[str, str]
"""A file of the bundle, and what is wrong with it."""


@dataclass(frozen=True)
class Outcome:
    """`notes` are for the reader and fail nothing."""

    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    bundle: Bundle | None = None


def verify(path: Path, *, accept_other_version: bool = False) -> Outcome:
    """Raises InputError only where the file is no zip.

    `accept_other_version`: files of a bundle that another version made may be worded otherwise,
    with the same facts in them; they are named in the notes. Report, lists and settings may not.
    """
    try:
        with unpacked(path) as folder:
            return _verify(folder, accept_other_version)
    except RefusedError as refused:
        return Outcome(((refused.name, f"refused: {refused.reason}"),))


def _verify(folder: Path, accept: bool) -> Outcome:
    broken = tuple(compare(folder))
    if broken:
        return Outcome(broken, ("The digests do not hold, so the report was not made again.",))
    try:
        bundle = evaluate(folder)
        again = derived(bundle)
    except InputError as error:
        return Outcome(((_path_of(error), error.message),))
    problems = list(_layout(folder, inputs(bundle), again.keys()))
    differs = [n for n in again if n not in dict(problems) and not _same(folder / n, again[n])]
    lenient = accept and not _own(bundle)
    accepted = [n for n in differs if lenient and reworded(n, (folder / n).read_bytes(), again[n])]
    problems += [(name, _DIFFERS) for name in sorted(differs) if name not in accepted]
    return Outcome(tuple(problems), tuple(_notes(bundle, accepted, bool(problems))), bundle)


_DIFFERS = "does not follow from the inputs: made again, it differs"


def _path_of(error: InputError) -> str:
    """An input that names no file is one of those that settings give."""
    return error.path or "evaluation.json"


def _layout(folder: Path, given: Set[str], made: Set[str]) -> Iterator[Problem]:
    here = set(names(folder))
    for name in sorted((given | made) - here):
        yield name, "is missing"
    for name in sorted(here - given - made):
        yield name, "is no part of a bundle"


def _same(path: Path, content: bytes) -> bool:
    return path.stat().st_size == len(content) and path.read_bytes() == content


def _own(bundle: Bundle) -> bool:
    return bundle.evaluation.tool.version == __version__


def _notes(bundle: Bundle, accepted: list[str], failed: bool) -> Iterator[str]:
    if _own(bundle):
        return
    made = bundle.evaluation.tool.version
    yield f"The bundle was made by vendorgate {made}; this is {__version__}."
    if accepted:
        yield f"Accepted, though made again they differ: {', '.join(accepted)}."
    if failed:
        yield (
            f"Another version may judge or word otherwise: only vendorgate {made} can tell "
            "tampering. --accept-other-version accepts other words, but no other facts."
        )
