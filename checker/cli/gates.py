"""The files that run the gate, or may, on both sides of a review."""

from __future__ import annotations

import fnmatch
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Set
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from checker.cli.gitfile import inside, repository
from checker.cli.settings import NAMES as SETTINGS
from checker.cli.wholetree import Whole, WholeRevision, is_no_file, texts_of

if TYPE_CHECKING:
    from checker.cli.inputs import Inputs
    from checker.cli.tree import Tree
    from checker.review.model import Change

ROUNDS, CALLED, FOLLOWED = 3, 300, 3_000
"""How far scripts that call scripts are followed, and how many of them at once."""
_WORDS = ("vendorgate",)
_NOT_LOOKED = (
    "Which files of the base name vendorgate was not told to the end ({why}): of others than "
    "workflows and hooks, changes may go unsaid."
)
_DEEP = f"scripts call scripts that call it, more than {ROUNDS} deep"
Elsewhere = Callable[[str], bool]
Taking = Callable[[str, str, bool], Iterable[str]]
"""Of a file, by its path and its text, which others it takes in; whether another takes it in."""


def compare_pipelines(old: Tree, new: Tree, compared: Elsewhere) -> tuple[list[Change], list[str]]:
    """The changes, and notes for the reader. `compared`: of files that are judged by what they
    mean."""
    from checker.review.manifest_sources import is_beside
    from checker.review.owners import PLACES
    from checker.review.pipelines import pipeline_changes
    from checker.review.places import is_pipeline, is_prose

    before, after = old.whole(), new.whole()
    named, callers, notes = _naming(before, compared)
    running = {path for path in named if not is_prose(path)}
    paths = {path for side in (before, after) for path in side.paths()
             if is_pipeline(path) or is_beside(path, running)}  # fmt: skip
    included = _included(before, running, notes)
    callers |= _sourced(before, running | callers, notes) - named
    paths |= named | callers | included
    differ = {path for path in paths if before.mark(path) != after.mark(path)}
    read = sorted({*differ, *PLACES})
    changes = pipeline_changes(texts_of(before, read), texts_of(after, read), callers, included)
    return [*changes, *_in_place(before, after, named)], notes


def _included(side: Whole, named: Iterable[str], notes: list[str]) -> set[str]:
    """Files that pip reads along with those that name the gate, however they are called."""
    from checker.review.manifest_sources import taken

    found = _followed(side, named, lambda path, text, by: taken(path, text, itself=by), notes)
    return {path for path in found if path in side.paths()}


def _sourced(side: Whole, runs: Iterable[str], notes: list[str]) -> set[str]:
    """What scripts that run the gate take in as if it stood there, or would if it were there."""
    from checker.review.sourced import sourced

    return _followed(side, runs, lambda path, text, _: sourced(path, text), notes)


def _followed(side: Whole, start: Iterable[str], tell: Taking, notes: list[str]) -> set[str]:
    found, ahead, looked = set[str](), {*start}, 0
    while ahead := ahead & side.paths():
        looked += len(ahead)
        if looked > FOLLOWED:
            why = f"they take in more than {FOLLOWED:,} others"
            notes += [note] if (note := _NOT_LOOKED.format(why=why)) not in notes else []
            break
        texts = texts_of(side, sorted(ahead))
        told = (tell(path, text.decode(errors="replace"), path in found)
                for path, text in texts.items())  # fmt: skip
        ahead = {*_spread(chain.from_iterable(told), side.paths())} - found
        found |= ahead
    return found


def _spread(names: Iterable[str], paths: Iterable[str]) -> Iterator[str]:
    """With what a pattern fits."""
    from checker.review.sourced import ANYWHERE

    for name in names:
        if name.startswith(ANYWHERE):
            fits = re.compile(fnmatch.translate(f"*/{name.removeprefix(ANYWHERE)}")).match
            yield from (path for path in paths if fits(f"/{path}"))
        else:
            yield name


def _in_place(before: Whole, after: Whole, named: Set[str]) -> Iterator[Change]:
    """What comes and takes the place of the gate, or of what runs it."""
    from checker.review.model import setting_changed
    from checker.review.taking_over import modules_in_place, preferred

    came = after.paths() - before.paths()
    links = {path for path in came if "/" not in path and is_no_file(after.mark(path))}
    modules = [*modules_in_place(came, links)]
    for path in modules if modules and _runs_the_module(before) else ():
        how = "`python -m checker` would import it in the gate's place"
        yield setting_changed(f"{path}: {how}", widens=True)
    for path in preferred(came, before.paths(), named):
        how = "it is preferred to the file that runs the gate"
        yield setting_changed(f"{path}: {how}", widens=True)


def _runs_the_module(side: Whole) -> bool:
    """Whether a file says so, as far as git tells in time."""
    from checker.review.manifest_names import IN_GREP
    from checker.review.places import is_prose

    try:
        found = side.naming((), pattern=IN_GREP) if isinstance(side, WholeRevision) else ()
        return not all(map(is_prose, found))
    except subprocess.TimeoutExpired:
        return True


def elsewhere(inputs: Inputs, snapshot: Path | None, allowlists: Iterable[str]) -> Elsewhere:
    """Which files a review compares by their meaning: allowlists, settings, policies, baseline and
    snapshot."""
    root = repository()
    folders = [inputs.policies, snapshot or inputs.snapshot]
    files = [
        *allowlists,
        str(inputs.allowlist),
        *([str(inputs.baseline)] if inputs.baseline else []),
    ]
    whole = {inside(path, root) for path in files} | {inside(SETTINGS[0], root)}
    starts = tuple(f"{inside(str(folder), root)}/" for folder in folders if folder)
    return lambda path: path in whole or path.startswith(starts)


def _naming(side: Whole, compared: Elsewhere) -> tuple[set[str], set[str], list[str]]:
    """The files of the base that name the gate, and those that call one of these."""
    from checker.review.manifest_names import IN_GREP
    from checker.review.places import called_by, is_pipeline

    named, callers = set[str](), set[str]()
    if not isinstance(side, WholeRevision):
        return named, callers, []
    try:
        several = side.naming(_WORDS, pattern=IN_GREP)
        found = named = {path for path in several if not compared(path)}
        for _ in range(ROUNDS):
            called = list(filter(None, map(called_by, found)))
            if not called:
                break
            if len(called) > CALLED:
                return named, callers, [_NOT_LOOKED.format(why=f"{len(called):,} of them do")]
            found = {
                path
                for path in side.naming(called)
                if (called_by(path) or is_pipeline(path)) and not compared(path)
            }
            found -= named | callers
            callers |= found
        else:
            if any(map(called_by, found)):
                return named, callers, [_NOT_LOOKED.format(why=_DEEP)]
    except subprocess.TimeoutExpired:
        return named, callers, [_NOT_LOOKED.format(why="git takes longer than a minute")]
    return named, callers, []
