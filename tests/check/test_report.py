"""The report as a whole, through the real command: who is in it, and that it stays the same."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.cli import vendorgate
from tests.support.gate import AMI, TODAY, WAIVER, at_home, check
from tests.support.snapshots import (
    ALLOWLIST,
    OWN,
    OWN2,
    STRANGER,
    VENDOR,
    allow,
    image,
    role,
    use,
    vendor_role,
)


def test_third_parties_are_listed_once_with_where(tmp_path: Path) -> None:
    """The inventory is the list that nobody keeps: a double or missing row makes it useless."""
    roles = [vendor_role(), vendor_role("B"), at_home(vendor_role("C")),
             vendor_role("D", "464622532012"), role("Open", allow("*"))]  # fmt: skip
    ran = check(tmp_path, roles=roles, image_uses=[use("i-1", AMI), use("i-2", AMI)],
                images=[image(AMI, owner=VENDOR)])  # fmt: skip
    parties = {p["id"]: p for p in json.loads(ran.out)["third_parties"]}
    assert set(parties) == {VENDOR, "464622532012", "*"}
    vendor = parties[VENDOR]
    assert (vendor["name"], vendor["named_by"], vendor["status"]) == (
        "Example Monitoring", "allowlist", "vetted",
    )  # fmt: skip
    assert [(a["account"], a["roles"], a["images"]) for a in vendor["access"]] == [(OWN, 1, 0), (OWN2, 2, 1)]  # fmt: skip
    datadog = parties["464622532012"]
    assert (datadog["name"], datadog["named_by"], datadog["status"]) == ("Datadog", "catalogue", "unlisted")  # fmt: skip


def test_the_summary_counts_each_thing(tmp_path: Path) -> None:
    """A number that is another's: seven waived of one, or resources that nobody counted."""
    roles = [vendor_role(), vendor_role("S", STRANGER), vendor_role("T", STRANGER), role("Open", allow("*"))]  # fmt: skip
    tally = {"read": 2, "without_trust": 3, "not_read": 4, "unknown": {"A::B::C": 5}}
    for more, resources in (({}, None), ({"manifest": {"resources": tally}}, 14)):
        ran = check(tmp_path, allowlist=ALLOWLIST + WAIVER, roles=roles, image_uses=[use("i-1", AMI)], images=[image(AMI, owner=VENDOR)], **more)  # fmt: skip
        summary = json.loads(ran.out)["summary"]
        assert summary.get("resources") == resources
        told = {key: summary[key] for key in ("roles", "image_uses", "third_parties", "waived", "known", "errors")}  # fmt: skip
        assert told == {"roles": 4, "image_uses": 1, "third_parties": 3, "waived": 1, "known": 0, "errors": 0}  # fmt: skip
        assert "resource_policies" not in summary and "code_uses" not in summary


def test_where_a_party_is_stands_in_order(tmp_path: Path) -> None:
    """Another order on each run, of which a diff of two reports makes a change."""
    accounts = [f"{n}" * 12 for n in (5, 3, 6, 1, 7, 2, 8)]
    roles = [vendor_role() | {"account": one, "arn": f"arn:aws:iam::{one}:role/M"} for one in accounts]  # fmt: skip
    (party,) = json.loads(check(tmp_path, roles=roles).out)["third_parties"]
    assert [one["account"] for one in party["access"]] == sorted(accounts)


def test_fingerprints_stay_when_unrelated_things_change(tmp_path: Path) -> None:
    """A baseline or a code-scanning alert that moves with every change is noise."""
    one = json.loads(check(tmp_path, roles=[vendor_role("S", STRANGER)]).out)
    more = [vendor_role("A", "777777777777"), vendor_role("S", STRANGER, tags={"a": "b"}), role("O", allow("*"))]  # fmt: skip
    many = json.loads(check(tmp_path, roles=more, today="2026-11-21").out)
    ours = one["findings"][0]["fingerprint"]
    prints = [f["fingerprint"] for f in many["findings"]]
    assert ours in prints and len(set(prints)) == len(prints) == 4


def test_output_is_identical_under_two_hash_seeds(tmp_path: Path) -> None:
    """A report that differs from run to run cannot be evidence."""
    roles = [vendor_role(f"R{n}", f"{n:012d}") for n in range(40)] + [role("O", allow("*"))]
    options = ("-f", "json=j", "-f", "sarif=s", "-f", "junit=x", "-f", "text=t")
    check(tmp_path, *options, roles=roles)
    seen = []
    for seed in ("1", "2"):
        vendorgate("check", "--today", TODAY, *options, cwd=tmp_path, PYTHONHASHSEED=seed)
        seen.append([(tmp_path / name).read_bytes() for name in "jsxt"])
    assert seen[0] == seen[1]


def test_order_of_records_changes_nothing_but_the_digest(tmp_path: Path) -> None:
    """The same organization, listed in another order, is the same report."""
    roles = [vendor_role(f"R{n}", f"{n:012d}") for n in range(5)]
    one = json.loads(check(tmp_path, roles=roles).out)
    other = json.loads(check(tmp_path, roles=roles[::-1]).out)
    one.pop("inputs"), other.pop("inputs")
    assert one == other
