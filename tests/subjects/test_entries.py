"""Exceptions, accepted gaps and vendors as they are judged: which, in which order, with what."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from checker.subjects.exception.items import items as exceptions
from checker.subjects.item import Seen
from checker.subjects.vendor.items import items as vendors
from checker.vetting.allowlist import Allowlist
from checker.vetting.register import Register
from checker.yamlfile import parse_yaml
from tests.vetting.test_register import entry

TODAY = date(2026, 11, 20)
ONE = "  - {{policy: {}, principal: '*', resource: {}, reason: r, owner: o, expires: {}}}\n".format
GAP = "  - {{account: '1', region: {}, call: c, reason: r, owner: o, expires: {}}}\n".format
TEXT = (
    "version: 1\nexceptions:\n" + ONE("about", "a", "2026-11-20") + ONE("p", "b", "2026-11-20") + ONE("p", "c", "2026-11-19") + ONE("q", "d", "2027-01-01")
    + "gaps:\n" + GAP("r", "2026-11-20") + GAP("s", "2026-11-19")
    + "vendors:\n" + entry("A", "accounts: ['999999999999'], organizations: [o-vendor12345]")
    + entry("B", "organizations: [o-vendor22345], federation: [{issuer: i}]", "2026-11-19")
    + entry("C", "federation: [{issuer: i.example}]").replace("evidence: []", "evidence: [{kind: a, expires: 2026-11-20}, {kind: b, expires: 2026-11-19}, {kind: c, url: https://x.example/}]")
    + entry("D", "registries: [reg.example]")
)  # fmt: skip


def world(*, live: bool) -> Any:
    register = Register(Allowlist(parse_yaml(TEXT.encode(), "f")), TODAY)
    return SimpleNamespace(register=register, live=live, entry=lambda standing: standing.vendor)


SEEN = Seen(frozenset({1}), {1: 2}, {0: 3}, frozenset({"about"}))


def test_which_exceptions_are_judged_and_in_which_order() -> None:
    """One that waives nothing and is told as one that does; one about others judged before them."""
    told = [(one.facts["resource"], one.facts["status"], one.facts["days_left"], one.facts["matched"], one.where.entry and one.where.entry.line)
            for one in exceptions(world(live=True), SEEN)]  # fmt: skip
    whole = [
        ("allowlist.yaml#collection-gap:*:1/r/c", "in-force", 0, 3, 8), ("allowlist.yaml#collection-gap:*:1/s/c", "expired", -1, 0, 9),
        ("allowlist.yaml#p:*:b", "in-force", 0, 2, 4), ("allowlist.yaml#p:*:c", "expired", -1, 0, 5), ("allowlist.yaml#q:*:d", "in-force", 42, 0, 6),
        ("allowlist.yaml#about:*:a", "in-force", 0, 0, 3),
    ]  # fmt: skip
    assert told == whole
    of_code = [one.facts["resource"] for one in exceptions(world(live=False), SEEN)]
    assert of_code == [one[0] for one in whole[:4]], "code need not hold what one in force is for"


def test_vendors_with_who_was_seen() -> None:
    """A vendor that nobody saw, told as seen; or one of code, where nobody has to be."""
    found = list(vendors(world(live=True), SEEN))
    assert [(one.facts["name"], one.facts["observed"], one.facts["vetting"]["status"], one.where.principal, one.where.entry) for one in found] == [
        ("A", False, "vetted", "999999999999", 0), ("B", True, "expired", "o-vendor22345", 1), ("C", False, "vetted", "i.example", 2), ("D", False, "vetted", None, 3),
    ]  # fmt: skip
    assert all(one.facts["observed"] for one in vendors(world(live=False), SEEN))
    assert found[2].facts["evidence"] == [
        {"kind": "a", "url": None, "expires": "2026-11-20", "days_left": 0, "expired": False},
        {"kind": "b", "url": None, "expires": "2026-11-19", "days_left": -1, "expired": True},
        {"kind": "c", "url": "https://x.example/", "expires": None, "days_left": None, "expired": False},
    ]  # fmt: skip
