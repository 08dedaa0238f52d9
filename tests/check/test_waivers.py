"""Vettings that end and exceptions, through the real command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.gate import GITHUB, TODAY, WAIVER, at_home, check, findings, pipeline
from tests.support.snapshots import (
    ALLOWLIST,
    OWN2,
    STRANGER,
    VENDOR,
    vendor_role,
)


def test_expired_vetting_no_longer_vets(tmp_path: Path) -> None:
    """The day after expiry the entry fails, and so does what it vetted; on the day it holds."""
    assert check(tmp_path, roles=[vendor_role()], today="2027-05-01").code == 0
    ran = check(tmp_path, roles=[vendor_role()], today="2027-05-02")
    assert findings(ran) == {
        ("expired-vetting", "allowlist.yaml#Example Monitoring", VENDOR),
        ("unvetted-account-trust", "Monitoring", VENDOR),
    }
    assert ran.code == 1


def test_waivers(tmp_path: Path) -> None:
    """An exception covers its policy, principal and resources, until its day, and stays visible."""
    listed = ALLOWLIST + WAIVER
    ran = check(tmp_path, roles=[vendor_role("S", STRANGER)], allowlist=listed)
    report = json.loads(ran.out)
    assert ran.code == 0
    assert (report["summary"]["waived"], report["findings"][0]["status"]) == (1, "waived")
    assert report["findings"][0]["waiver"]["expires"] == "2026-12-31"
    for roles, today in [
        ([vendor_role("T", STRANGER)], TODAY),
        ([vendor_role("S", "777777777777")], TODAY),
        (
            [at_home(vendor_role("S", STRANGER))],
            TODAY,
        ),
        ([vendor_role("S", STRANGER)], "2027-01-01"),
    ]:
        assert check(tmp_path, "-q", roles=roles, allowlist=listed, today=today).code == 1


@pytest.mark.parametrize(
    ("principal", "waived"),
    [
        (GITHUB, True),
        (f"https://{GITHUB}/", True),
        ("gitlab.com", False),
        ("*.githubusercontent.com", False),
        ("?*", False),
        (f"arn:aws:iam::{OWN2}:oidc-provider/{GITHUB}", False),
    ],
)
def test_an_exception_for_an_issuer_may_spell_it_as_a_url(
    tmp_path: Path, principal: str, waived: bool
) -> None:
    """Catches an exception for an issuer that ends in a slash, which waives nothing."""
    exception = (
        f"exceptions:\n  - {{policy: unvetted-federation, principal: '{principal}', "
        "resource: '*', reason: r, owner: o, expires: 2027-01-31}\n"
    )
    ran = check(tmp_path, allowlist=ALLOWLIST + exception, roles=[pipeline("repo:evil/*")])
    status = [f["status"] for f in json.loads(ran.out)["findings"] if f["principal"] == GITHUB]
    assert status == ["waived" if waived else "open"]


def test_a_gap_cannot_be_waived(tmp_path: Path) -> None:
    """A waiver is a judgement about something seen."""
    bad = ALLOWLIST + WAIVER.replace("unvetted-account-trust", "collection-gap")
    ran = check(tmp_path, "-q", roles=[], allowlist=bad)
    assert (ran.code, "collection-gap cannot be waived" in ran.err) == (2, True)
