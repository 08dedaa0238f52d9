"""Hygiene of the allowlist, through the real command: what is about to lapse, has, or never fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.gate import TODAY, check
from tests.support.snapshots import ALLOWLIST, STRANGER, VENDOR, vendor_role

NAME = "allowlist.yaml#Example Monitoring"


def listed(expires: str = "2027-05-01", evidence: str = "[]", name: str = "Example Monitoring", account: str = VENDOR) -> str:  # fmt: skip
    text = ALLOWLIST.replace("expires: 2027-05-01", f"expires: {expires}")
    text = text.replace("evidence: []", f"evidence: {evidence}")
    return text.replace("Example Monitoring", name).replace(VENDOR, account)


VENDORS = [
    ("a year left", listed(), set()),
    ("thirty-one days left", listed("2026-12-21"), set()),
    ("thirty days left", listed("2026-12-20"), {"expiring-vetting"}),
    ("its last day", listed(TODAY), {"expiring-vetting"}),
    ("evidence of last year", listed(evidence="[{kind: SOC 2, expires: 2025-12-31}]"), {"expired-evidence"}),
    ("evidence on its last day", listed(evidence=f"[{{kind: SOC 2, expires: {TODAY}}}]"), set()),
    ("evidence without a date", listed(evidence="[{kind: ISO 27001}]"), set()),
    ("Datadog under its name", listed(name="DataDog, Inc.", account="464622532012"), set()),
    ("Datadog under another", listed(account="464622532012"), {"mismatched-vendor-name"}),
    ("another under Datadog's", listed(name="Datadog"), {"mismatched-vendor-name"}),
]  # fmt: skip


def policies(ran: Any) -> set[str]:
    found = {f["policy"] for f in json.loads(ran.out)["findings"]}
    return found - {"unobserved-vendor", "unvetted-account-trust"}


@pytest.mark.parametrize(("why", "allowlist", "expected"), VENDORS, ids=[v[0] for v in VENDORS])
def test_vendors(tmp_path: Path, why: str, allowlist: str, expected: set[str]) -> None:
    """An entry that is about to lapse, or that names the wrong account, is said a month ahead."""
    assert policies(check(tmp_path, roles=[vendor_role()], allowlist=allowlist)) == expected


def exception(resource: str = "*", expires: str = "2027-01-31", policy: str = "unvetted-account-trust") -> str:  # fmt: skip
    return (
        f'  - {{policy: {policy}, principal: "{STRANGER}", resource: "{resource}", '
        f"reason: leaving, owner: sec@example.com, expires: {expires}}}\n"
    )


EXCEPTIONS = [
    ("one that waives a finding", exception(), set()),
    ("thirty days left", exception(expires="2026-12-20"), {"expiring-exception"}),
    ("expired", exception(expires="2026-11-19"), {"expired-exception"}),
    ("one that fits nothing", exception("arn:aws:iam::1:role/x"), {"unused-exception"}),
    ("one that another one hides", exception() + exception("arn:*"), {"unused-exception"}),
    ("one that waives the finding about another",
     exception(policy="unused-exception") + exception("x"), {"unused-exception"}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), EXCEPTIONS, ids=[e[0] for e in EXCEPTIONS])
def test_exceptions(tmp_path: Path, why: str, text: str, expected: set[str]) -> None:
    """An exception that no longer says what its readers believe is found."""
    ran = check(
        tmp_path, roles=[vendor_role("S", STRANGER)], allowlist=ALLOWLIST + "exceptions:\n" + text
    )
    assert policies(ran) == expected
    found = [f for f in json.loads(ran.out)["findings"] if f["policy"] in expected]
    assert len(found) == len(expected)
    assert all(f["resource"].startswith("allowlist.yaml#") and f["entry_line"] for f in found)


def test_a_draft_vets_nobody(tmp_path: Path) -> None:
    """An entry whose review nobody has filled in reads like a vetting: it must not be one."""
    draft = ALLOWLIST.replace("reviewed: 2026-05-01", "reviewed: null")
    ran = check(tmp_path, roles=[vendor_role()], allowlist=draft)
    report = json.loads(ran.out)
    assert (ran.code, report["third_parties"][0]["status"]) == (1, "unlisted")
    note = "Entries of the allowlist that vet nobody, as reviewed or expires is empty: 1."
    assert note in report["notes"]
