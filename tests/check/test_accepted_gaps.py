"""Gaps that the allowlist accepts: these and no others, until a day, in sight of everybody."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checker.check.accepted import AcceptedGaps
from checker.snapshot.records import Gap
from checker.vetting.allowlist import Allowlist
from checker.yamlfile import parse_yaml
from tests.support.cli import Ran, vendorgate
from tests.support.rows import rows
from tests.support.snapshots import ALLOWLIST, OWN2, STRANGER, vendor_role, write

GAP = {
    "account": OWN2,
    "region": "us-east-1",
    "call": "ec2:DescribeInstances",
    "code": "AccessDenied",
    "message": "no",
}
GLOBAL = GAP | {"region": None, "call": "iam:ListSAMLProviders"}
NOBODY = GAP | {"account": None, "region": None, "call": "organizations:ListRoots"}
FITTING = {
    "account": f'"{OWN2}"',
    "region": "us-east-1",
    "call": "ec2:DescribeInstances",
    "reason": "an SCP",
    "owner": "me@example.com",
    "expires": "2027-01-31",
}


def entry(**more: str | None) -> str:
    keys = FITTING | more
    return "  - {" + ", ".join(f"{key}: {value}" for key, value in keys.items() if value) + "}\n"


def check(
    folder: Path,
    *entries: str,
    gaps: list[Any],
    today: str = "2026-11-20",
    roles: Any = None,
    options: tuple[str, ...] = ("-f", "json"),
) -> Ran:
    write(folder / "snapshot", roles=roles or [vendor_role()], gaps=gaps)
    (folder / "allowlist.yaml").write_text(
        ALLOWLIST + ("gaps:\n" + "".join(entries) if entries else "")
    )
    return vendorgate("check", "snapshot", "--today", today, *options, cwd=folder)


CASES = [
    ("by its very names", entry(), [GAP], 0),
    ("by patterns", entry(account='"*"', region='"us-*"', call='"ec2:*"'), [GAP], 0),
    ("another account", entry(account='"111111111111"'), [GAP], 3),
    ("another region", entry(region="eu-west-1"), [GAP], 3),
    ("another call", entry(call="ec2:DescribeImages"), [GAP], 3),
    ("a call that only begins so", entry(call="ec2:Describe"), [GAP], 3),
    ("of no region, said", entry(region='"-"', call='"iam:*"'), [GLOBAL], 0),
    ("of no region, by a star", entry(region='"*"', call='"iam:*"'), [GLOBAL], 0),
    ("of no region, but of one", entry(call='"iam:*"'), [GLOBAL], 3),
    ("of no account", entry(account='"-"', region='"-"', call='"organizations:*"'), [NOBODY], 0),
    ("of no account, but of one", entry(region='"-"', call='"organizations:*"'), [NOBODY], 3),
    ("one of two", entry(), [GAP, GLOBAL], 3),
    ("two of two", entry() + entry(region='"-"', call='"iam:*"'), [GAP, GLOBAL], 0),
    ("on its last day", entry(expires="2026-11-20"), [GAP], 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "entries", "gaps", "code"), CASES, ids=[row[0] for row in CASES]
)
def test_what_an_entry_accepts(
    tmp_path: Path, reason: str, entries: str, gaps: list[Any], code: int
) -> None:
    ran = check(tmp_path, entries, gaps=gaps)
    report = json.loads(ran.out)
    assert ran.code == code, (reason, ran.err)
    assert len(report["gaps"]) == len(gaps), "all are told, accepted or not"
    found = [f for f in report["findings"] if f["policy"] == "collection-gap"]
    assert len(found) == len(gaps)
    for one in found:
        if one["status"] == "waived":
            assert (
                one["waiver"]["owner"] == "me@example.com" and one["waiver"]["reason"] == "an SCP"
            )
    assert ("open" not in {one["status"] for one in found}) is (code == 0)


def test_an_expired_entry_accepts_nothing(tmp_path: Path) -> None:
    """And is said, as expired exceptions are; one of every call, too."""
    for call in (FITTING["call"], '"*"'):
        ran = check(
            tmp_path,
            entry(call=call),
            gaps=[GAP],
            today="2027-02-01",
            options=("-f", "json", "--max-age", "999"),
        )
        found = {f["policy"]: f["status"] for f in json.loads(ran.out)["findings"]}
        assert found["collection-gap"] == "open" and found["expired-exception"] == "open", call
        assert ran.code != 0


def test_what_accepts_nothing_is_said(tmp_path: Path) -> None:
    """A gap that was closed needs no entry any more; one that ends soon warns."""
    unused = json.loads(check(tmp_path, entry(), gaps=[]).out)["findings"]
    assert {f["policy"] for f in unused} == {"unused-exception"}
    soon = json.loads(check(tmp_path, entry(expires="2026-12-01"), gaps=[GAP]).out)["findings"]
    assert {f["policy"] for f in soon} == {"collection-gap", "expiring-exception"}


def test_an_accepted_gap_hides_no_finding(tmp_path: Path) -> None:
    ran = check(tmp_path, entry(), gaps=[GAP], roles=[vendor_role("S", STRANGER)])
    assert ran.code == 1


def test_too_old_a_snapshot_cannot_be_accepted(tmp_path: Path) -> None:
    """What age says of a snapshot is no gap of coverage, and no entry reaches it."""
    ran = check(
        tmp_path, entry(account='"-"', region='"-"', call="snapshot"), gaps=[], today="2026-12-24"
    )
    assert ran.code == 3
    gaps = [GAP]
    ran = check(tmp_path, gaps=gaps, today="2026-12-24", options=("--allow-gaps", "-f", "json"))
    told = {gap["code"]: gap.get("acceptable") for gap in json.loads(ran.out)["gaps"]}
    assert (ran.code, told) == (3, {"AccessDenied": None, "TooOld": False})
    ran = check(tmp_path, gaps=gaps, today="2026-12-24", options=("--allow-gaps",))
    assert "2 gaps (1 accepted)" in ran.out


@pytest.mark.parametrize(
    "form",
    [
        "text",
        "json",
        "junit",
        "sarif",
        "markdown",
        "html",
        "csv",
        "gitlab",
        "ocsf",
        "asff",
        "oscal",
    ],
)
def test_every_format_shows_who_accepted_it(tmp_path: Path, form: str) -> None:
    """Owner and reason, beside what was not looked at."""
    out = check(tmp_path, entry(), gaps=[GAP], options=("-f", form)).out
    if form != "gitlab":  # whose findings are open ones alone
        assert "an SCP" in out or form in ("asff", "ocsf", "csv"), form
    if form == "text":
        assert "1 gap (accepted)" in out and "PASS" in out


OWN1 = {"account": "111111111111", "region": None, "code": "AccessDenied", "message": "no"}
CUT = OWN1 | {"call": "organizations:ListAccounts", "code": "IncompleteListing"}
WHOLE = [
    ("the list, by its account", entry(account='"111111111111"', region='"*"', call='"*"'), CUT, 3),
    ("the list, by its service", entry(account='"*"', region='"*"', call='"organizations:*"'), CUT, 3),
    ("the list, by its beginning", entry(account='"1*"', region='"*"', call='"o*"'), CUT, 3),
    ("the list, by its name", entry(account='"*"', region='"-"', call="organizations:ListAccounts"), CUT, 0),
    ("the tree, by its service", entry(account='"*"', region='"*"', call='"organizations:*"'),
     OWN1 | {"call": "organizations:ListRoots"}, 0),
    ("an aggregator, by its account", entry(account='"111111111111"', region='"*"', call='"*"'),
     OWN1 | {"call": "config:SelectAggregateResourceConfig"}, 3),
    ("an aggregator, by its service", entry(account='"111111111111"', region='"*"', call='"config:*"'),
     OWN1 | {"call": "config:SelectAggregateResourceConfig"}, 0),
    ("lost regions, by another name", entry(account='"*"', region="eu-west-1", call='"m*"'),
     GAP | {"account": None, "region": "eu-west-1", "call": "merge"}, 3),
    ("lost regions, by its name", entry(account='"*"', region="eu-west-1", call="merge"),
     GAP | {"account": None, "region": "eu-west-1", "call": "merge"}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "entries", "gap", "code"), WHOLE, ids=[row[0] for row in WHOLE])
def test_what_leaves_out_other_accounts_must_be_named(
    tmp_path: Path, reason: str, entries: str, gap: Any, code: int
) -> None:
    """An entry for one account would otherwise hide that all the others are not known."""
    assert check(tmp_path, entries, gaps=[gap]).code == code, reason


@rows("call", ["organizations:ListAccounts", "config:X", "shard:2/3", "merge:resources"])
def test_what_leaves_out_others_is_accepted_by_its_name(call: str) -> None:
    """One whose accounts are of a shard that is missing, which no snapshot tells by itself."""
    gap = Gap(account="1" * 12, call=call, code="x", message="m")
    for pattern, accepted in (("'*'", False), (f"'{call[:3]}*'", False), (f"'{call}'", True)):
        text = "version: 1\ngaps:\n" + entry(account=f"'{'1' * 12}'", region="'*'", call=pattern)
        listed = Allowlist(parse_yaml(text.encode(), "a.yaml"))
        found = AcceptedGaps(listed, date(2026, 11, 20)).waiver(gap)
        assert (found is not None) is accepted, pattern


REFUSED = [
    ("nearly every gap", entry(account='"*"', region='"*"', call='"e*"'), "more than one service"),
    ("nearly every gap of no account", entry(account='"-"', region='"*-*"', call='"*e*"'), "more than one service"),
    ("every gap there is", entry(account='"*"', region='"*"', call='"*"'), "accepts every gap"),
    ("the same by longer patterns", entry(account='"?*"', region='"**"', call='"*:*"'), "accepts every gap"),
    ("none", "", "must be a list; write []"),
    ("an unquoted account", entry(account="222222222222"), "quote"),
    ("no account id", entry(account='"prod"'), "no pattern of account ids"),
    ("no reason", entry(reason=None), "reason"),
    ("no owner", entry(owner=None), "owner"),
    ("no end", entry(expires=None), "expires"),
    ("no day", entry(expires="soon"), "YYYY-MM-DD"),
    ("an unknown key", entry(code="AccessDenied"), "code"),
    ("the same twice", entry() + entry(reason="other"), "accepted on line"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "entries", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_refused(tmp_path: Path, reason: str, entries: str, said: str) -> None:
    """In one line, with the place."""
    ran = check(tmp_path, entries, gaps=[GAP])
    assert (ran.code, ran.out) == (2, ""), reason
    assert said in ran.err and "allowlist.yaml:" in ran.err, ran.err


@pytest.mark.parametrize("accepted", [False, True])
def test_gaps_that_a_message_alone_tells_apart_are_a_finding_each(
    tmp_path: Path, accepted: bool
) -> None:
    """The second of two clusters whose config maps no API tells: missing in each format that is a
    list of findings, and never accepted with the first."""
    gaps = [GAP | {"message": f"cluster {name}"} for name in "abc"]
    report = json.loads(check(tmp_path, *([entry()] if accepted else []), gaps=gaps).out)
    found = [f for f in report["findings"] if f["policy"] == "collection-gap"]
    assert sorted(f["message"].split()[-1] for f in found) == [*"abc"] and len(report["gaps"]) == 3  # fmt: skip
    assert len({f["fingerprint"] for f in found}) == 3
    text = check(tmp_path, *([entry()] if accepted else []), gaps=gaps, options=()).out
    assert ("3 gaps (accepted)" if accepted else "3 gaps\n") in text
