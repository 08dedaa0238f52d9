"""Both sides of a review: the rules of the base, which judge, and those of the head."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.cli.gates import compare_pipelines, elsewhere
from checker.cli.gitfile import refuse_link, tracked
from checker.cli.inputs import Inputs, baseline_of, inputs_of, rules_of
from checker.cli.tree import Here, Tree, tree_of

if TYPE_CHECKING:
    from datetime import date

    from checker.review.model import Change
    from checker.review.rules import Side

NOT_COMPARED = (
    "Settings, policies, baseline and workflows were not compared, as the base is no revision: "
    "give --base REV:PATH or --rules-from REV."
)
NO_SETTINGS = "Settings files were not compared (--no-settings)."


@dataclass(frozen=True)
class Sides:
    """`compared`: there are two sides; else `head` is `base`, and a note says so."""

    base: Side
    head: Side
    today: date
    changes: tuple[Change, ...] = ()
    compared: bool = False
    notes: tuple[str, ...] = ()


def compare(
    revisions: tuple[str | None, str | None], allowlists: tuple[str, ...],
    snapshot: Path | None, given: dict[str, Any],
) -> Sides:  # fmt: skip
    """`revisions` of base and head; None for the working tree. `allowlists`: their paths, and
    those of what the base's includes."""
    from checker.review.rules import rule_changes

    old, new = revisions
    judging = new if old is None else old
    followed = old is None  # two files of one's own; else the head is somebody's pull request
    trees = tree_of(judging), Here(links=followed) if new is None else tree_of(new)
    before, after = _inputs(judging, trees[0], given), _inputs(new, trees[1], given)
    if new is None and not followed:
        _refuse_links(after, trees[1])
    base, head = _side(before), _side(after)
    notes = (NO_SETTINGS,) if before.no_settings else ()
    if old is None:
        return Sides(base, head, before.today, notes=(NOT_COMPARED, *notes))
    pipelines, said = compare_pipelines(*trees, elsewhere(before, snapshot, allowlists))
    changes = (*rule_changes(base, head), *pipelines, *_snapshot(snapshot, *trees))
    return Sides(base, head, before.today, changes, compared=True, notes=(*notes, *said))


def _inputs(revision: str | None, tree: Tree, given: dict[str, Any]) -> Inputs:
    return inputs_of(snapshot=None, allowlist=None, rules_from=revision, tree=tree, **given)


def _refuse_links(inputs: Inputs, tree: Tree) -> None:
    """Of policies and baseline, before anything of them is read."""
    names = (tree.names(str(inputs.policies)) or []) if inputs.policies else []
    for name in [*(f"{inputs.policies}/{name}" for name in names), inputs.baseline]:
        if name is not None:
            refuse_link(str(name))


def _side(inputs: Inputs) -> Side:
    from checker.review.rules import Side

    baseline = baseline_of(inputs)
    known = baseline.entries if baseline else ()
    return Side(rules_of(inputs), inputs.settings.options, known)


def _snapshot(snapshot: Path | None, old: Tree, new: Tree) -> tuple[Change, ...]:
    """A snapshot that the change itself brings shows what its author wants to be seen."""
    from checker.review.model import setting_changed

    if snapshot is None or not tracked(snapshot):
        return ()
    manifest = f"{snapshot}/manifest.json"
    if old.read(manifest) == new.read(manifest):
        return ()
    detail = f"the snapshot {snapshot} is part of this change: whom it shows, its author chose"
    return (setting_changed(detail, widens=True),)
