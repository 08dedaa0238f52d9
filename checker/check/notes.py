"""Sentences for the reader of a report that are no findings."""

from __future__ import annotations

from checker.check.context import Context
from checker.snapshot.read import Snapshot

NOTHING = "The snapshot holds no role and no use of an image: there is nothing to judge."
NO_GUARDRAILS = (
    "Resource control policies were not looked at: whether one refuses a trust is not told."
)
FEW = 3


def notes_of(context: Context, snapshot: Snapshot, empty: bool) -> tuple[str, ...]:
    """`empty`: there was nothing to judge."""
    notes = [NOTHING] if empty else []
    if left_out := sum(not account.collected for account in snapshot.manifest.accounts):
        notes.append(f"Accounts left out of the collection, as asked: {left_out}.")
    if drafts := len(context.register.allowlist.drafts()):
        notes.append(
            f"Entries of the allowlist that vet nobody, as reviewed or expires is empty: {drafts}."
        )
    if (
        "aws" in snapshot.manifest.sources
        and snapshot.manifest.organization
        and (snapshot.manifest.guardrails is None)
    ):
        notes.append(NO_GUARDRAILS)
    if unresolved := sorted(context.unresolved):
        notes.append(
            "Own images that were made from images of which nobody can tell the owner: "
            f"{len(unresolved)} ({_few(unresolved)})."
        )
    notes += [*snapshot.manifest.notes, *_of_usage(context, snapshot)]
    return tuple(notes)


def _of_usage(context: Context, snapshot: Snapshot) -> list[str]:
    """What the trail does not record, and whom it does not tell."""
    window = snapshot.manifest.usage
    notes = list(window.notes) if window else []
    if calls := context.unattributed:
        notes.append(
            "Calls through roles that several are trusted with, of which the trail does not tell "
            f"who made them: {sum(calls.values())} ({_few(sorted(calls))})."
        )
    return notes


def _few(names: list[str]) -> str:
    return ", ".join(names[:FEW]) + (", …" if len(names) > FEW else "")
