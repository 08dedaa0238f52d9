"""Every exception of the allowlist, once it is known what each waives."""

from __future__ import annotations

from collections.abc import Iterator

from checker.document import Mark
from checker.report.model import GAP_POLICY
from checker.subjects.exception.facts import exception_facts
from checker.subjects.item import Item, Seen, Where
from checker.subjects.world import World
from checker.vetting.entries import ExceptionEntry


def items(world: World, seen: Seen) -> Iterator[Item]:
    """Accepted gaps first, as exceptions of the engine's own policy for whoever may be there.
    Exceptions about exceptions last, as the others decide what they match."""
    allowlist = world.register.allowlist
    for index, gap in enumerate(allowlist.file.gaps):
        told = {key: getattr(gap, key) for key in ("reason", "owner", "expires")}
        entry = ExceptionEntry(policy=GAP_POLICY, principal="*", resource=gap.where, **told)
        matched = seen.accepted.get(index, 0)
        yield from _item(world, entry, matched, allowlist.gap_mark(index))
    exceptions = enumerate(allowlist.file.exceptions)
    for index, entry in sorted(exceptions, key=lambda each: each[1].policy in seen.judging):
        matched = seen.waived.get(index, 0)
        yield from _item(world, entry, matched, allowlist.exception_mark(index))


def _item(world: World, entry: ExceptionEntry, matched: int, mark: Mark) -> Iterator[Item]:
    """Code need not hold what an exception in force is for."""
    facts = exception_facts(entry, world.register.today, matched)
    if world.live or matched or facts["status"] != "in-force":
        where = Where(facts["resource"], principal=entry.principal, entry=mark)
        yield Item("exception", facts, where)
