"""Names for account ids that vendors have published. A hint for people: it vets nobody.

Built in are a small catalogue of the project's own, of publishers of images above all, and the
community's list of known accounts (https://github.com/fwdcloudsec/known_aws_accounts, Apache-2.0,
see NOTICE; `make names` brings it up to date). `vendorgate vendors sync` adds further lists, in a
file of this shape that a project may keep beside its allowlist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path

import msgspec

from checker.bounded import read_input
from checker.errors import InputError
from checker.once import refuse_twice
from checker.vetting.names import same_name, squeezed

_FILE = Path(__file__).with_name("catalogue.json")
COMMUNITY = Path(__file__).with_name("known_accounts.json")
SCHEMA = "vendorgate/vendors/v1"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vendor: `source` is a public page that names these account ids as its own. Pages that say
    no more mean the commercial partition."""

    name: str
    source: str | None
    accounts: tuple[str, ...]
    enabled: bool = True
    partition: str = "aws"


class VendorList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Entries with their provenance: where they were read, when, and the digest of the text."""

    source: str
    synced_on: str
    sha256: str
    entries: tuple[Entry, ...]


class VendorFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `vendors sync` writes: every list that was synced."""

    schema: str
    lists: tuple[VendorList, ...]


class Known(msgspec.Struct, frozen=True):
    """One place that names an account; `synced_on` is None for the project's own catalogue."""

    entry: Entry
    source: str
    synced_on: str | None


class Catalogue:
    """Built-in entries first, then those of the lists. An entry that its list has disabled is
    shown to who asks for the account, and names nothing. `path`: the lists' file, if any."""

    def __init__(
        self, lists: Iterable[VendorList] = (), *, path: str | None = None, sha256: str = ""
    ) -> None:
        self.path, self.sha256 = path, sha256
        self._within: dict[str, Catalogue] = {}
        self._known: dict[str, list[Known]] = {}
        for known in _all(lists):
            for account in known.entry.accounts:
                self._known.setdefault(account, []).append(known)

    def within(self, partition: str) -> Catalogue:
        """What it knows of one partition: an account id of another is another account."""
        if partition not in self._within:
            self._within[partition] = self._part(partition)
        return self._within[partition]

    def _part(self, partition: str) -> Catalogue:
        own = Catalogue.__new__(Catalogue)
        own.path, own.sha256, own._within = self.path, self.sha256, {}
        own._known = {
            account: kept
            for account, listed in self._known.items()
            if (kept := [one for one in listed if one.entry.partition == partition])
        }
        return own

    def known(self, account: str) -> tuple[Known, ...]:
        """Every entry with this account, enabled or not."""
        return tuple(self._known.get(account, ()))

    def names(self, account: str) -> tuple[str, ...]:
        """Each name once; most accounts have none or one."""
        found = (k.entry.name for k in self._known.get(account, ()) if k.entry.enabled)
        return tuple(dict.fromkeys(found))

    def name_of(self, account: str) -> str | None:
        """The vendor that published this account id, if the catalogue knows one. Where lists call
        it by names that don't mean the same, each of them: which one is right, they don't say."""
        found: list[str] = []
        for name in self.names(account):
            if not any(same_name(name, other) for other in found):
                found.append(name)
        return " / ".join(found) or None

    def find(self, name: str) -> tuple[Known, ...]:
        """Every entry whose name holds these letters and digits; if none does, those that have a
        telling word in common with it."""
        wanted = squeezed(name)
        entries = {id(known): known for listed in self._known.values() for known in listed}.values()
        found = [k for k in entries if wanted and wanted in squeezed(k.entry.name)]
        found = found or [k for k in entries if same_name(name, k.entry.name)]
        return tuple(sorted(found, key=lambda known: known.entry.name.casefold()))

    def mismatches(self, name: str, accounts: tuple[str, ...]) -> Iterator[str]:
        """In words: accounts known under other names than this, a name known of others alone."""
        for account in accounts:
            names = self.names(account)
            if names and not any(same_name(name, other) for other in names):
                yield f"{account} is known as {' and as '.join(names)}"
        known = self.accounts(name) if accounts else frozenset()
        if known and not known.intersection(accounts):
            yield f"the name {name} is known of {', '.join(sorted(known))} alone"

    def accounts(self, name: str) -> frozenset[str]:
        """The accounts that stand under this very name, however it is spelt."""
        return frozenset(self._accounts_by_name.get(squeezed(name), ()))

    @cached_property
    def _accounts_by_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for account in self._known:
            for name in self.names(account):
                found.setdefault(squeezed(name), set()).add(account)
        return found


def read_vendor_file(path: Path) -> tuple[VendorFile, bytes]:
    """The file and its bytes. Raises InputError for one that `vendors sync` did not write."""
    data = read_input(path)
    try:
        file = msgspec.json.decode(data, type=VendorFile)
        refuse_twice(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InputError(f"is no list of vendors: {error}", path=path, hint=_HINT) from None
    if file.schema != SCHEMA:
        raise InputError(f"has schema {file.schema!r}, not {SCHEMA!r}", path=path, hint=_HINT)
    return file, data


_HINT = "make one: vendorgate vendors sync SOURCE -o FILE"


def read_catalogue(path: Path | None) -> Catalogue:
    """The built-in catalogue and the lists of a file, if one is given."""
    if path is None:
        return built_in()
    file, data = read_vendor_file(path)
    return Catalogue(file.lists, path=str(path), sha256=hashlib.sha256(data).hexdigest())


@cache
def built_in() -> Catalogue:
    """The project's own catalogue alone."""
    return Catalogue()


def name_of(account: str) -> str | None:
    """What the built-in catalogue alone calls an account."""
    return built_in().name_of(account)


@cache
def community() -> VendorList:
    """The community's list, as it was when this version was made."""
    return msgspec.json.decode(COMMUNITY.read_bytes(), type=VendorList)


def _all(lists: Iterable[VendorList]) -> Iterator[Known]:
    for entry in msgspec.json.decode(_FILE.read_bytes(), type=list[Entry]):
        yield Known(entry, "built-in", None)
    for one in (community(), *lists):
        for entry in one.entries:
            yield Known(entry, one.source, one.synced_on)
