"""What every part of an evaluation shares."""

from __future__ import annotations

from dataclasses import dataclass, field

from checker.check.ledger import Ledger
from checker.check.parties import Parties
from checker.facts.build import Facts, account_facts
from checker.report.model import Place
from checker.snapshot.records import Account, Location
from checker.vetting.register import Register, Standing


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
    _lines: dict[int, int] = field(default_factory=dict)

    def account(self, account: str) -> Facts:
        """The facts of an own account, one object however often it is asked for."""
        facts = self._shown.get(account)
        if facts is None:
            record = self.accounts.get(account) or Account(id=account)
            facts = self._shown[account] = account_facts(record)
        return facts

    def line(self, standing: Standing) -> int | None:
        """The line of the allowlist's entry behind a standing."""
        if standing.vendor is None:
            return None
        line = self._lines.get(standing.vendor)
        if line is None:
            line = self.register.allowlist.vendor_line(standing.vendor)
            self._lines[standing.vendor] = line
        return line


def place(location: Location | None) -> Place | None:
    return Place(file=location.file, line=location.line) if location else None
