"""What every part of an evaluation shares."""

from __future__ import annotations

from dataclasses import dataclass, field

from checker.check.ledger import Ledger
from checker.check.parties import Parties
from checker.facts.build import Facts, account_facts
from checker.report.model import Place
from checker.snapshot.records import Account, Location
from checker.vetting.register import Register, Standing
from checker.yamlfile import Mark


@dataclass
class Context:
    """`accounts`: the manifest's, by id. The ledger and the parties fill as evaluation goes on, and
    so do `unresolved`: own images of which it cannot be told what they were made from, and
    `unattributed`: calls through a role of which it cannot be told who made them."""

    register: Register
    ledger: Ledger
    accounts: dict[str, Account]
    parties: Parties = field(default_factory=Parties)
    unresolved: set[str] = field(default_factory=set)
    unattributed: dict[str, int] = field(default_factory=dict)
    _shown: dict[str, Facts] = field(default_factory=dict)
    _entries: dict[int, Mark] = field(default_factory=dict)

    def account(self, account: str) -> Facts:
        """The facts of an own account, one object however often it is asked for."""
        facts = self._shown.get(account)
        if facts is None:
            record = self.accounts.get(account) or Account(id=account)
            facts = self._shown[account] = account_facts(record)
        return facts

    def entry(self, standing: Standing) -> Mark | None:
        """Where the allowlist's entry behind a standing is."""
        if standing.vendor is None:
            return None
        entry = self._entries.get(standing.vendor)
        if entry is None:
            entry = self.register.allowlist.vendor_mark(standing.vendor)
            self._entries[standing.vendor] = entry
        return entry


def place(location: Location | None) -> Place | None:
    return Place(file=location.file, line=location.line) if location else None
