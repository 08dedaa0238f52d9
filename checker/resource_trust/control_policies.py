"""The resource control policies of a snapshot that hold over each account.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

import msgspec

from checker.resource_trust.alike import ids_in, texts_of
from checker.snapshot.records import Manifest


class Holding(msgspec.Struct, frozen=True):
    """Those over one account. `number` tells them from others'; `fixed`: none of them says anything
    of a resource by its name."""

    documents: tuple[str, ...] | None
    number: int
    fixed: bool


class ControlPolicies:
    """Equal sets of them are one. `named`: accounts that some of them mean by their ids."""

    def __init__(self, manifest: Manifest) -> None:
        self._units = {account.id: account.units for account in manifest.accounts}
        self._exempt = {one.management_account for one in manifest.own_organizations}
        self._seen = manifest.guardrails is not None
        self._by_target: dict[str, list[str]] = {}
        for one in manifest.guardrails or ():
            for target in one.targets:
                self._by_target.setdefault(target, []).append(
                    str(one.document, "utf-8", "backslashreplace")
                )
        every = [text for several in self._by_target.values() for text in several]
        self.named = frozenset(name for text in every for name in ids_in(text))
        self._known: dict[str, Holding] = {}
        self._sets: dict[tuple[str, ...] | None, Holding] = {}

    def over(self, account: str) -> Holding:
        """None of them known where nobody could look."""
        found = self._known.get(account)
        if found is None:
            found = self._known[account] = self._holding(self._documents(account))
        return found

    def _holding(self, documents: tuple[str, ...] | None) -> Holding:
        if documents not in self._sets:
            fixed = all(map(_fixed, documents or ()))
            self._sets[documents] = Holding(documents, len(self._sets), fixed)
        return self._sets[documents]

    def _documents(self, account: str) -> tuple[str, ...] | None:
        units = self._units.get(account)
        if account in self._exempt:
            return ()
        if not self._seen or units is None:
            return None
        targets = (*units, account)
        return tuple(text for target in targets for text in self._by_target.get(target, ()))


def _fixed(document: str) -> bool:
    """Whether all that it says of resources is `*`."""
    try:
        texts = list(texts_of(msgspec.json.decode(document)))
    except (msgspec.DecodeError, RecursionError):
        return False
    return not any(text.startswith(("arn:", "*:", "?")) or "${" in text for text in texts)
