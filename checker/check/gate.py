"""What all that is judged comes through: policies, third parties and watchers see it once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checker.check.ledger import Ledger
from checker.check.parties import Looked, Parties
from checker.snapshot.files import CODE_USES, RESOURCES
from checker.subjects.item import Item, Seen
from checker.subjects.registry import first, last
from checker.subjects.role_usage.trail import was_asked
from checker.subjects.world import World

Watch = Callable[[Item], None]


class Gate:
    """Only this feeds the ledger and the parties. `watch` sees each item that is judged; `untold`:
    what nobody could tell, by name."""

    def __init__(self, world: World, ledger: Ledger, watch: Watch | None = None) -> None:
        self.world, self.ledger, self._watch = world, ledger, watch
        files = world.snapshot.manifest.files
        self.parties = Parties(
            Looked(was_asked(world.snapshot), RESOURCES in files, CODE_USES in files)
        )
        self.untold: set[str] = set()

    def evaluate_snapshot(self) -> None:
        """Judges what the snapshot alone tells: each subject of the first loop."""
        for subject in first(self.world.snapshot.manifest.files):
            for item in subject.items(self.world):
                self._judge(item)
        self.world.forget()

    def evaluate_what_was_seen(self, accepted: Mapping[int, int]) -> None:
        """Judges what depends on what was seen, each subject of the last loop. `accepted`: the
        gaps that each entry for gaps accepts."""
        ledger = self.ledger
        judging = ledger.policies("exception")
        seen = Seen(self.parties.vendors, ledger.waivers.used, accepted, judging)
        for subject in last():
            for item in subject.items(self.world, seen):
                self._judge(item)

    @property
    def empty(self) -> bool:
        """Whether there was nothing to judge."""
        counts, manifest = self.world.counts, self.world.snapshot.manifest
        judged = ("roles", "image_uses", "resources", "code_uses")
        return not any(counts[what] for what in judged) and manifest.resources is None

    def _judge(self, item: Item) -> None:
        if self._watch is not None:
            self._watch(item)
        if item.sights is not None:
            self.parties.sight(item.sights)
        if item.untold is not None:
            self.untold.add(item.untold)
        self.ledger.evaluate(item)
