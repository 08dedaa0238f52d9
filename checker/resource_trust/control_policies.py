"""The resource control policies of a snapshot that hold over each account.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

import msgspec

from checker.resource_trust.alike import ids_in, texts_of
from checker.snapshot.attached import Attached
from checker.snapshot.records import Guardrail, Manifest


class Holding(msgspec.Struct, frozen=True):
    """Those over one account. `number` tells them from others'; `fixed`: none of them says anything
    of a resource by its name."""

    documents: tuple[str, ...] | None
    number: int
    fixed: bool


class ControlPolicies:
    """Equal sets of them are one. `named`: accounts that some of them mean by their ids."""

    def __init__(self, manifest: Manifest) -> None:
        self._attached = Attached(manifest)
        every = [_text(one) for one in manifest.guardrails or () if one.targets]
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
        held = self._attached.over(account)
        return None if held is None else tuple(map(_text, held))


def _text(guardrail: Guardrail) -> str:
    return str(guardrail.document, "utf-8", "backslashreplace")


def _fixed(document: str) -> bool:
    """Whether all that it says of resources is `*`."""
    try:
        texts = list(texts_of(msgspec.json.decode(document)))
    except (msgspec.DecodeError, RecursionError):
        return False
    return not any(text.startswith(("arn:", "*:", "?")) or "${" in text for text in texts)
