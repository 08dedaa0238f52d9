"""allowlist.yaml: who was vetted, for what, until when. Read strictly, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import date
from functools import cached_property

import msgspec

from checker.document import Document, Location, Mark
from checker.errors import InputError, did_you_mean, first_of
from checker.vetting.drafts import drafts_in, filled_in, left_empty
from checker.vetting.entries import Entries, Vendor


class Checked(msgspec.Struct, frozen=True):
    """All that a valid list says. `marks`: where each entry of a list of its own stands."""

    entries: Entries
    drafts: frozenset[int]
    sha256: str
    marks: dict[str, tuple[Mark, ...]]


def checked(document: Document) -> Checked:
    """Raises the first InputError, in order of the file; the others are in its `others`."""
    from checker.vetting.consistency import inconsistencies
    from checker.vetting.written import entries_of

    entries = entries_of(msgspec.structs.replace(document, value=filled_in(document.value)))
    if entries.include and not document.parts:  # a part for the whole would vet, or waive, less
        raise document.error(("include",), "includes other files, which were not read")
    if found := sorted(inconsistencies(entries, document), key=_order):
        raise first_of(found)
    lists = {"vendors": entries.vendors, "exceptions": entries.exceptions, "gaps": entries.gaps}
    marks = {k: tuple(document.mark((k, n)) for n in range(len(v))) for k, v in lists.items()}
    return Checked(entries, drafts_in(document.value), document.sha256, marks)


class Allowlist:
    """A valid allowlist and where each of its entries stands.

    A vendor whose `reviewed` or `expires` is there and empty, as `init` proposes it, is a draft:
    checked like the others, and then set aside, so that nothing takes it for a vetting.
    """

    def __init__(self, document: Document) -> None:
        self._begin(checked(document), document.path, lambda: document)

    @classmethod
    def known(cls, said: Checked, path: str, read: Callable[[], Document]) -> Allowlist:
        """One that was checked before; `read` gives its document to whoever asks for it."""
        made = cls.__new__(cls)
        made._begin(said, path, read)
        return made

    def _begin(self, said: Checked, path: str, read: Callable[[], Document]) -> None:
        self._said, self.path, self._read = said, path, read
        self._set_aside(said.drafts)

    @cached_property
    def document(self) -> Document:
        return self._read()

    @property
    def sha256(self) -> str:
        """That of the bytes that were read; over all files, where it is made of several."""
        return self._said.sha256

    def _set_aside(self, drafts: frozenset[int]) -> None:
        whole = self._said.entries
        self._places = [i for i in range(len(whole.vendors)) if i not in drafts]
        self.drafted = tuple((i, whole.vendors[i]) for i in sorted(drafts))
        kept = tuple(whole.vendors[i] for i in self._places)
        self.file = msgspec.structs.replace(whole, vendors=kept)

    def as_of(self, today: date) -> Allowlist:
        """The list of a day: what is to be reviewed on a later one vets nobody, like a draft."""
        early = frozenset(
            place
            for place, vendor in zip(self._places, self.file.vendors, strict=True)
            if vendor.vetting.reviewed > today
        )
        if not early:
            return self
        found = copy(self)
        found._set_aside(early | {index for index, _ in self.drafted})
        return found

    def vendor_mark(self, index: int) -> Mark:
        return self._said.marks["vendors"][self._places[index]]

    def exception_mark(self, index: int) -> Mark:
        return self._said.marks["exceptions"][index]

    def gap_mark(self, index: int) -> Mark:
        return self._said.marks["gaps"][index]

    def drafts(self) -> list[InputError]:
        """The vendors whose review is not filled in or not done, each with its line and mend."""
        return [self._draft(index, vendor) for index, vendor in self.drafted]

    def _draft(self, index: int, vendor: Vendor) -> InputError:
        at: Location = ("vendors", index, "vetting")
        if empty := left_empty(self.document.value, index):
            return self.document.error(
                (*at, empty),
                f"the vendor {vendor.name!r} is a draft, which vets nobody",
                "review the vendor, then fill in reviewed and expires as YYYY-MM-DD",
            )
        return self.document.error(
            (*at, "reviewed"),
            f"the vendor {vendor.name!r} was reviewed on {vendor.vetting.reviewed}, which is yet "
            "to come: until then it vets nobody",
            "write the day of the review (in UTC)",
        )

    def check_policies(self, known: set[str]) -> None:
        """Raises InputError for an exception that names no known policy."""
        found = [
            self.document.error(
                ("exceptions", index, "policy"),
                f"no policy is called {entry.policy!r}",
                did_you_mean(entry.policy, known),
            )
            for index, entry in enumerate(self.file.exceptions)
            if entry.policy not in known
        ]
        if found:
            raise first_of(found)


def empty_allowlist() -> Allowlist:
    """One that vets nobody, for who has none yet."""
    from checker.yamlfile import parse_yaml

    return Allowlist(parse_yaml(b"version: 1\n", "allowlist.yaml"))


def _order(error: InputError) -> tuple[str, int]:
    return error.path or "", error.line or 0
