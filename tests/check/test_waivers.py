"""Vettings that end and exceptions, through the real command."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from checker.check.waivers import Waivers, covers
from checker.vetting.allowlist import Allowlist
from checker.vetting.entries import ExceptionEntry
from checker.yamlfile import parse_yaml
from tests.support.gate import GITHUB, TODAY, WAIVER, at_home, check, findings, pipeline
from tests.support.rows import rows
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


COVERS: list[tuple[str, str, str | None, str, bool]] = [
    ("1", "r", "1", "r", True), ("*", "r", "1", "r", True), ("*", "r", None, "r", True), ("1", "r*", "1", "role", True), ("1", "*", "1", "r", True),
    ("1", "r", None, "r", False), ("1", "*", None, "r", False), ("1", "r", "2", "r", False), ("1", "r", "1", "role", False),
    ("1", "r", "1", "r*", False), ("1", "role", "1", "r*", False), ("1", "role", "1", "*", False), ("1", "r?", "1", "r*", False),
    *((spelled, "r", "docker.io/datadog", "r", True) for spelled in ("docker.io/datadog", "DOCKER.io/datadog", "index.docker.io/datadog", "registry-1.docker.io:443/datadog")),
    *((spelled, "r", "docker.io/datadog", "r", False) for spelled in ("datadog", "docker.io", "docker.io/Datadog", "docker.io/data*", "docker.io/datadog/agent", "ghcr.io/datadog")),
    ("ECR-public.aws.com/x1y2z3a4", "r", "public.ecr.aws/x1y2z3a4", "r", True), ("Registry.example.com", "r", "registry.example.com", "r", True), ("index.docker.io/datadog", "r", None, "r", False),
]  # fmt: skip


@rows("named, resources, principal, resource, expected", COVERS)
def test_what_an_exception_covers(
    named: str, resources: str, principal: str | None, resource: str, expected: bool
) -> None:
    """Catches an exception for one that waives what is nobody's, or what its own name would fit."""
    entry = ExceptionEntry(policy="p", principal=named, resource=resources, reason="r", owner="o", expires=date(2027, 1, 31))  # fmt: skip
    assert covers(entry, principal, resource) is expected


def test_what_each_exception_waived_is_counted() -> None:
    """Catches the use of one that counts as another's, which then is not told as unused."""
    text = "version: 1\nexceptions:\n" + "".join(
        f"  - {{policy: p, principal: '*', resource: {name}, reason: r, owner: o, expires: {day}}}\n"
        for name, day in (("a", "2027-01-31"), ("b", "2026-11-19"), ("c", "2026-11-20"))
    )
    listed = Allowlist(parse_yaml(text.encode(), "a.yaml"))
    waivers = Waivers(listed, frozenset({"p"}), date(2026, 11, 20))
    assert [waivers.waiver("p", "1", name) is not None for name in "abcc"] == [True, False, True, True]  # fmt: skip
    assert waivers.used == {0: 1, 2: 2}


def test_a_gap_cannot_be_waived(tmp_path: Path) -> None:
    """A waiver is a judgement about something seen."""
    bad = ALLOWLIST + WAIVER.replace("unvetted-account-trust", "collection-gap")
    ran = check(tmp_path, "-q", roles=[], allowlist=bad)
    assert (ran.code, "collection-gap cannot be waived" in ran.err) == (2, True)
