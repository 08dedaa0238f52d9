"""The community's list that is shipped: whole, with its sources, day and licence; conflicts shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from checker.vetting.catalogue import (
    COMMUNITY,
    Catalogue,
    Entry,
    VendorList,
    built_in,
    community,
)
from checker.vetting.community import parse_list
from tests.support.cli import vendorgate
from tests.vetting.community_list import REPOSITORY, made, text

ROOT = Path(__file__).parent.parent.parent
OWN = json.loads(COMMUNITY.with_name("catalogue.json").read_text())
PUBLISHERS = [
    ("099720109477", "aws", "Canonical"),
    ("513442679011", "aws-us-gov", "Canonical (GovCloud)"),
    ("837727238323", "aws-cn", "Canonical (China)"),
    ("309956199498", "aws", "Red Hat"),
    ("219670896067", "aws-us-gov", "Red Hat (GovCloud)"),
    ("125523088429", "aws", "Fedora and CentOS"),
    ("013907871322", "aws", "SUSE"),
    ("136693071363", "aws", "Debian"),
    ("137112412989", "aws", "Amazon (Linux AMIs)"),
    ("075585003325", "aws", "Flatcar"),
    ("782442783595", "aws", "FreeBSD"),
    ("538276064493", "aws", "Alpine Linux"),
    ("427812963091", "aws", "NixOS"),
]


def test_the_list_is_whole() -> None:
    """A vendor that everybody knows, shown without a name."""
    shipped = community()
    accounts = {account for entry in shipped.entries for account in entry.accounts}
    assert (len(shipped.entries), len(accounts)) == (238, 498)
    assert all(re.fullmatch("[0-9]{12}", account) for account in accounts)
    assert shipped.source.startswith(f"{REPOSITORY}/blob/") and len(shipped.sha256) == 64
    assert [e.name for e in shipped.entries if not e.enabled] == [
        "AWS Log Delivery Service",
        "DoIt",
    ]


def test_each_entry_has_the_address_of_its_source() -> None:
    """A name that nobody can check; an address with a part to fill in."""
    for entry in (*community().entries, *(Entry(**one) for one in OWN)):
        assert re.fullmatch(r"https?://[^\s<>]+", entry.source or ""), entry


@pytest.mark.parametrize(("account", "partition", "name"), PUBLISHERS)
def test_publishers_of_images_have_names(account: str, partition: str, name: str) -> None:
    """An image of a distribution, shown as a stranger's; or its account in another partition."""
    assert built_in().within(partition).name_of(account) == name


@pytest.mark.parametrize(
    ("account", "name"),
    [("232136659152", "Prowler Cloud"), ("381492033652", "Infisical"), ("770785070253", "Estuary")],
)
def test_vendors_that_publish_their_accounts_have_names(account: str, name: str) -> None:
    """Each from its vendor's own page; as a hint, and for nobody else's account."""
    (known,) = built_in().known(account)
    assert (known.entry.name, known.source) == (name, "built-in")


def test_what_both_lists_have_is_called_the_same() -> None:
    """The project's own list saying something else than the community's, unseen."""
    known = built_in()
    conflicts = [a for one in OWN for a in one["accounts"] if " / " in (known.name_of(a) or "")]
    assert conflicts == []


def lists(*names: str) -> Catalogue:
    entries = [Entry(name, "https://x.example", ("999999999999",)) for name in names]
    return Catalogue(VendorList(f"list {n}", "2026-01-01", "", (e,)) for n, e in enumerate(entries))


NAMES = [
    (("Acme", "Globex"), "Acme / Globex", "two vendors: neither is chosen"),
    (("Acme", "ACME Inc."), "Acme", "one vendor, spelt otherwise"),
    (("Acme", "Globex", "Acme Cloud", "Initech"), "Acme / Globex / Initech", "three"),
    (("Acme",), "Acme", "one"),
]


@pytest.mark.parametrize(("names", "shown", "why"), NAMES)
def test_conflicts_are_shown_and_never_merged(names: tuple[str, ...], shown: str, why: str) -> None:
    """The first list's name, as if no other said otherwise."""
    catalogue = lists(*names)
    assert catalogue.name_of("999999999999") == shown, why
    assert len(catalogue.known("999999999999")) == len(names)


def test_vendors_says_so(tmp_path: Path) -> None:
    """Whoever asks for the account, and sees two lines that look like two accounts."""
    for name in ("Acme", "Globex"):
        (tmp_path / f"{name}.yaml").write_text(f"- name: {name}\n  accounts: ['999999999999']\n")
        vendorgate("vendors", "sync", f"{name}.yaml", "-o", "v.json", cwd=tmp_path)
    ran = vendorgate("vendors", "999999999999", "--catalogue", "v.json", cwd=tmp_path)
    assert (
        "999999999999  lists call this account otherwise: which is right, they don't say" in ran.out
    )


SOURCES = [
    ("['customer IAM policy']", None, "words"),
    ("['https://x.example/<USER>/y', 'https://x.example/z']", "https://x.example/z", "a part to fill in"),
    ("[' https://x.example/a']", "https://x.example/a", "a space before"),
    ("'https://x.example/b'", "https://x.example/b", "a text, as CloudMapper has it"),
    ("[3]", None, "no text"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "kept", "why"), SOURCES)
def test_the_first_page_that_is_an_address(source: str, kept: str | None, why: str) -> None:
    """A link in a report that leads nowhere."""
    data = f"- name: A\n  accounts: ['999999999999']\n  source: {source}\n".encode()
    (entry,) = parse_list(data, "x", "2026-01-01")[0].entries
    assert entry.source == kept, why
    (entry,) = made(data, "0" * 40, "2026-01-01")[0].entries
    assert entry.source == (kept or f"{REPOSITORY}/blob/{'0' * 40}/accounts.yaml")


def test_the_file_is_as_the_script_writes_it() -> None:
    """A list edited by hand, that the next refresh would undo."""
    assert text(community()) == COMMUNITY.read_text()


def test_the_licence_is_named() -> None:
    """What the licence of the list asks of whoever passes it on."""
    notice = (ROOT / "NOTICE").read_text()
    assert REPOSITORY in notice and "Apache License, Version 2.0" in notice
    assert '"NOTICE"' in (ROOT / "pyproject.toml").read_text()
    assert f"as of {community().synced_on}" in (ROOT / "README.md").read_text()
