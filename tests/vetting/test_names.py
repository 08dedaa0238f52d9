"""Names of vendors: which mean the same, and what the catalogue says against an entry."""

from __future__ import annotations

import pytest

from checker.vetting.catalogue import Catalogue, Entry, VendorList
from checker.vetting.names import same_name

NAMES = [
    ("Datadog", "DataDog, Inc.", True, "spelling and legal form"),
    ("VMware CloudHealth", "Cloudhealth", True, "an owner before the name"),
    ("Orca", "Orca Security", True, "short form"),
    ("Palo Alto Networks Prisma", "Prisma Cloud", True, "a telling word in both"),
    ("Example Monitoring", "Datadog Monitoring", False, "a word that tells nobody"),
    ("Acme Cloud Security", "Orca Cloud Security", False, "two such words"),
    ("", "Datadog", False, "no name is no match"),
    ("日本", "Datadog", False, "no letter in common"),
]


@pytest.mark.parametrize(("one", "other", "expected", "why"), NAMES, ids=[n[3] for n in NAMES])
def test_same_name(one: str, other: str, expected: bool, why: str) -> None:
    """A false alarm for each legal form, or silence about another vendor's account."""
    assert (same_name(one, other), same_name(other, one)) == (expected, expected)


def test_a_synced_list_adds_names_and_disabled_entries_name_nobody() -> None:
    """An entry that its own list has switched off must not stand in a report."""
    entries = (
        Entry("Acme", "https://acme.example", ("999999999999",)),
        Entry("Acme Old", None, ("999999999999", "888888888888"), enabled=False),
        Entry("Apex", None, ("999999999999",)),
    )
    catalogue = Catalogue([VendorList("list.yaml", "2026-11-20", "0" * 64, entries)])
    assert catalogue.names("999999999999") == ("Acme", "Apex")
    assert catalogue.name_of("888888888888") is None
    assert [k.entry.name for k in catalogue.known("888888888888")] == ["Acme Old"]
    assert list(catalogue.mismatches("Apex", ("999999999999",))) == []
    assert list(catalogue.mismatches("Zoo", ("999999999999",))) == [
        "999999999999 is known as Acme and as Apex"
    ]
