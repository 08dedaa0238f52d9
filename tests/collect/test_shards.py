"""`collect aws --shard` and `merge`, end to end: what is missing is said, what is whole is whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from checker.demo.server import replaced_environment
from checker.snapshot.shards import shard_of
from tests.support.cli import Ran, vendorgate
from tests.support.collected import launch, make_role
from tests.support.front import OWN, Calls, aws, client, deny
from tests.support.snapshots import ALLOWLIST

pytestmark = pytest.mark.usefixtures("few_sources")

REGION = "us-east-1"
ALLOW = ALLOWLIST.replace("o-own1234567", "o-another1234")


def collect(folder: Path, name: str, *options: str) -> Ran:
    with replaced_environment({"AWS_MAX_ATTEMPTS": "2"}):
        return vendorgate(
            "collect",
            "aws",
            "--organization",
            "--regions",
            REGION,
            "--no-resources",
            "--no-code",
            *options,
            "-o",
            folder / name,
        )


def merge(folder: Path, *names: str, to: str = "merged", more: tuple[object, ...] = ()) -> Ran:
    return vendorgate("merge", *(folder / name for name in names), "-o", folder / to, *more)


def check(folder: Path, name: str, *options: str) -> tuple[int, dict[str, Any]]:
    (folder / "allowlist.yaml").write_text(ALLOW)
    options = ("-a", "allowlist.yaml", "-f", "json", *options)
    ran = vendorgate("check", folder / name, *options, cwd=folder)
    return ran.code, json.loads(ran.out) if ran.out else {}


def gaps(report: dict[str, Any]) -> list[tuple[str | None, str, str]]:
    return [(gap["account"], gap["call"], gap["code"]) for gap in report["gaps"]]


def grow(count: int, *, begin: int = 0) -> list[str]:
    """Members of the organization, with a vendor's role and an instance each."""
    api = client("organizations")
    made = []
    for number in range(begin, begin + count):
        status = api.create_account(AccountName=f"a{number}", Email=f"a{number}@example.com")
        made.append(status["CreateAccountStatus"]["AccountId"])
        make_role(f"vendor-{number}", made[-1])
        launch(f"web-{number}", f"ami-{number:08x}", made[-1])
    return made


@contextmanager
def grown(count: int, *interceptors: Any) -> Iterator[list[str]]:
    with aws(*interceptors):
        client("organizations").create_organization(FeatureSet="ALL")
        yield [OWN, *grow(count)]


def shards(folder: Path, count: int, *options: str, of: Any = None) -> list[str]:
    names = [f"{index}-{count}" for index in of or range(1, count + 1)]
    for name in names:
        collect(folder, name, "--shard", name.replace("-", "/"), *options)
    return names


@pytest.mark.parametrize("count", [1, 2, 7])
def test_all_shards_together_are_the_organization(tmp_path: Path, count: int) -> None:
    """A law: the same findings to the byte, gaps and empty shards included, in any order."""
    refused = deny("DescribeFleets")
    with grown(3, refused):
        whole = collect(tmp_path, "whole")
        names = shards(tmp_path, count)
    done = merge(tmp_path, *reversed(names))
    assert (whole.code, done.code) == (3, 3)  # the refused calls
    (code, one), (again, other) = check(tmp_path, "whole"), check(tmp_path, "merged")
    assert code == again == 1
    for part in ("findings", "gaps", "third_parties", "evaluated", "summary", "errors"):
        assert json.dumps(one[part]) == json.dumps(other[part])
    assert len(one["findings"]) > 4


def test_an_empty_shard_is_a_snapshot_of_its_own(tmp_path: Path) -> None:
    """More shards than accounts: a job that ends with an error for want of work stops the rest."""
    with grown(0):
        index = shard_of(OWN, 7).index % 7 + 1
        ran = collect(tmp_path, "empty", "--shard", f"{index}/7")
    assert ran.code == 0
    assert "accounts: 0" in ran.err
    code, report = check(tmp_path, "empty")
    assert code == 3  # and no pass
    assert len(gaps(report)) == 6


def test_a_shard_alone_is_no_organization(tmp_path: Path) -> None:
    """Its own work is whole (exit 0), but a check of it is not."""
    with grown(4) as accounts:
        (name,) = shards(tmp_path, 2, of=[1])
    code, report = check(tmp_path, name)
    organization = json.loads((tmp_path / name / "manifest.json").read_text())["organization"]
    assert gaps(report) == [(None, f"shard:2/2:{organization['id']}", "MissingShard")]
    left = sum(shard_of(account, 2).index == 2 for account in accounts)
    assert f"{left} accounts were not looked at" in report["gaps"][0]["message"]
    assert code == 1  # what it has seen counts
    assert "left out of the collection" not in str(report["notes"])


def test_a_missing_shard_is_a_gap_until_it_comes(tmp_path: Path) -> None:
    """Merging what was merged goes on from there."""
    with grown(4):
        names = shards(tmp_path, 3)
    assert merge(tmp_path, names[0], names[2], to="part").code == 3
    _, report = check(tmp_path, "part")
    assert [code for *_, code in gaps(report)] == ["MissingShard"]
    assert merge(tmp_path, "part", names[1]).code == 0
    assert check(tmp_path, "merged")[1]["gaps"] == []


def test_shards_of_several_numbers_are_no_set(tmp_path: Path) -> None:
    """One of two and one of four: which accounts are in neither nobody would notice."""
    with grown(4):
        shards(tmp_path, 2, of=[1])
        shards(tmp_path, 4, of=[2, 4])
        shards(tmp_path, 2, of=[2])
    assert merge(tmp_path, "1-2", "2-4", "4-4").code == 3
    _, report = check(tmp_path, "merged")
    assert len([one for one in gaps(report) if one[2] == "MissingShard"]) == 3
    assert merge(tmp_path, "1-2", "2-4", "2-2").code == 0  # a whole set is there


def test_an_account_that_is_in_no_shard_is_a_gap(tmp_path: Path) -> None:
    """It came after its own shard had listed the organization, and before another one did."""
    with grown(3):
        before = shards(tmp_path, 2)
        new = grow(2, begin=10)
        while len({shard_of(one, 2).index for one in new}) < 2:
            new += grow(1, begin=10 + len(new))
        after = {index: shards(tmp_path / "after", 2, of=[index])[0] for index in (1, 2)}
    for index, name in after.items():
        done = merge(tmp_path, before[2 - index], f"after/{name}")
        missed = {a for a in new if shard_of(a, 2).index != index}
        assert missed
        assert done.code == 3
        _, report = check(tmp_path, "merged")
        assert {(account, code) for account, _, code in gaps(report)} == {
            (account, "InNoShard") for account in missed
        }


def test_a_listing_is_made_once_and_read_by_all(tmp_path: Path) -> None:
    """Shards that are given one ask Organizations nothing."""
    calls = Calls()
    with grown(4, calls):
        ran = collect(tmp_path, "none", "--write-listing", str(tmp_path / "listing.json"))
        calls.seen.clear()
        names = shards(tmp_path, 3, "--listing", str(tmp_path / "listing.json"))
    assert ran.code == 0
    assert not (tmp_path / "none").exists()
    assert not [name for name in calls.seen if name.startswith("organizations:")]
    assert merge(tmp_path, *names).code == 0


def test_a_listing_that_is_not_whole_is_no_success(tmp_path: Path) -> None:
    """Catches shards that are given a listing which nobody was told is cut."""
    with grown(1, deny("ListRoots")):
        ran = collect(tmp_path, "none", "--write-listing", str(tmp_path / "listing.json"))
    assert (ran.code, "gaps: 1" in ran.err) == (3, True)


def test_a_listing_made_afterwards_tells_who_came_meanwhile(tmp_path: Path) -> None:
    """All shards were given one file: none of them can know an account that came later."""
    with grown(3):
        collect(tmp_path, "none", "--write-listing", str(tmp_path / "old.json"))
        (late,) = grow(1, begin=10)
        names = shards(tmp_path, 2, "--listing", str(tmp_path / "old.json"))
        collect(tmp_path, "none", "--write-listing", str(tmp_path / "new.json"))
    assert merge(tmp_path, *names).code == 0
    assert merge(tmp_path, *names, more=("--listing", tmp_path / "new.json")).code == 3
    _, report = check(tmp_path, "merged")
    assert gaps(report) == [(late, "shard:none", "InNoShard")]


def test_who_left_the_organization_is_own_no_more(tmp_path: Path) -> None:
    """A shard of yesterday beside one of today: what the newest list has not is left out."""
    with grown(5) as accounts:
        old = shards(tmp_path, 2, of=[1])
        gone = next(one for one in accounts[1:] if shard_of(one, 2).index == 1)
        client("organizations").remove_account_from_organization(AccountId=gone)
        new = shards(tmp_path, 2, of=[2])
    later(tmp_path / new[0], "2099-01-01T00:00:00Z")
    merge(tmp_path, *old, *new)
    manifest = json.loads((tmp_path / "merged/manifest.json").read_text())
    assert gone not in {account["id"] for account in manifest["accounts"]}
    assert gone in str(manifest["notes"])
    assert gone not in (tmp_path / "merged/roles.jsonl").read_text()


def later(snapshot: Path, time: str) -> None:
    """As if it had been collected then."""
    manifest = json.loads((snapshot / "manifest.json").read_text())
    manifest["collected_at"] = time
    (snapshot / "manifest.json").write_text(json.dumps(manifest))


def test_an_old_shard_beside_new_ones_is_too_old(tmp_path: Path) -> None:
    """A merge of today does not make young what was seen last month."""
    with grown(4):
        names = shards(tmp_path, 2)
    later(tmp_path / names[0], "2026-01-01T00:00:00Z")
    later(tmp_path / names[1], "2026-01-30T00:00:00Z")
    assert merge(tmp_path, *names).code == 0
    _, report = check(tmp_path, "merged", "--today", "2026-01-31", "--max-age", "7")
    assert {one[2] for one in gaps(report)} == {"TooOld"}
    assert report["verdict"] == "fail"
    _, report = check(tmp_path, "merged", "--today", "2026-01-31", "--max-age", "30")
    assert gaps(report) == []
    _, report = check(
        tmp_path, "merged", "--today", "2026-01-31", "--max-age", "30", "--allow-gaps"
    )
    assert report["inputs"]["snapshot"]["collected_at"] == "2026-01-01T00:00:00Z"


def test_overlaps_are_the_newest(tmp_path: Path) -> None:
    """An account that two collections looked at is that of the newest, whole: no mixture."""
    with grown(2) as accounts:
        collect(tmp_path, "old")
        for number, account in enumerate(accounts[1:]):
            client("iam", account).delete_role(RoleName=f"vendor-{number}")
        make_role("new", accounts[1])
        collect(tmp_path, "new", "--accounts", accounts[1])
    later(tmp_path / "old", "2026-01-01T00:00:00Z")
    for order in (("old", "new"), ("new", "old")):
        merge(tmp_path, *order, to="-".join(order))
    text = (tmp_path / "old-new/roles.jsonl").read_text()
    assert ("new" in text, "vendor-0" in text, "vendor-1" in text) == (True, False, True)
    one, other = ((tmp_path / n / "manifest.json").read_text() for n in ("old-new", "new-old"))
    assert one == other


def test_a_newest_collection_that_was_narrower_says_what_is_lost(tmp_path: Path) -> None:
    """Otherwise an instance of yesterday in another region would be gone without a word."""
    with grown(1) as accounts:
        collect(tmp_path, "old")
        narrow = ("--accounts", accounts[1], "--regions", "eu-west-1")
        vendorgate(
            "collect",
            "aws",
            "--organization",
            "--no-resources",
            "--no-code",
            *narrow,
            "-o",
            tmp_path / "new",
        )
    later(tmp_path / "old", "2026-01-01T00:00:00Z")
    assert merge(tmp_path, "old", "new").code == 3
    _, report = check(tmp_path, "merged", "--max-age", "9999")
    assert gaps(report) == [(None, "merge", "NotInNewest")]
    assert "not asked for the same" in str(report["notes"])


def test_shards_that_were_asked_for_other_things_are_no_set(tmp_path: Path) -> None:
    """One of two left a region out: the merged snapshot would claim to have looked there."""
    with grown(3):
        shards(tmp_path, 2, of=[1])
        shards(tmp_path, 2, "--all-template-versions", of=[2])
    assert merge(tmp_path, "1-2", "2-2").code == 3
    assert [one[2] for one in gaps(check(tmp_path, "merged")[1])] == ["AskedOtherwise"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--shard", "0/4"), "--shard: '0/4' is none"),
        (("--shard", "5/4"), "--shard: '5/4' is none"),
        (("--shard", "1/10001"), "--shard: '1/10001' is none"),
        (("--shard", "one"), "--shard: 'one' is none"),
        (("--listing", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_is_no_shard_is_refused(tmp_path: Path, options: tuple[str, str], said: str) -> None:
    """A typo that collects another part than was meant."""
    with grown(0):
        ran = collect(tmp_path, "snapshot", *options)
    assert (ran.code, said in ran.err) == (2, True)


def test_the_plan_of_a_shard_is_its_own() -> None:
    """Whoever asks for a quota by it would ask for that of all shards."""
    ids = [f"{number:012}" for number in range(10)]
    options = ("--accounts", ",".join(ids), "--regions", REGION, "--plan")
    counts = []
    for index in (1, 2, 3):
        ran = vendorgate(
            "collect", "aws", "--no-resources", "--no-code", *options, "--shard", f"{index}/3"
        )
        (count,) = re.findall(r"each of (\d+) accounts", ran.out)
        counts.append(int(count))
    assert counts == [sum(shard_of(one, 3).index == n for one in ids) for n in (1, 2, 3)]
    assert sum(counts) == 10


def test_a_shard_needs_something_to_be_a_part_of(tmp_path: Path) -> None:
    """One account alone, all but one time in four."""
    ran = vendorgate("collect", "aws", "--shard", "1/4", "-o", tmp_path / "snapshot")
    assert (ran.code, "--shard goes with" in ran.err) == (2, True)


def test_a_shard_beside_a_whole_collection_lacks_no_other(tmp_path: Path) -> None:
    """One part was looked at again: nothing is missing, but whoever came in between."""
    with grown(3):
        collect(tmp_path, "whole")
        names = shards(tmp_path, 3, of=[1])
        assert merge(tmp_path, "whole", *names).code == 0
        own = vendorgate(
            "collect",
            "aws",
            "--regions",
            REGION,
            "--no-resources",
            "--no-code",
            "-o",
            tmp_path / "own",
        )
        assert own.code == 0, own.err
        assert merge(tmp_path, "own", *names, to="narrow").code == 3, "of one account alone"
        newer = grow(6, begin=3)
        names = shards(tmp_path, 3, of=[1])
    merge(tmp_path, "whole", *names, to="later")
    _, report = check(tmp_path, "later")
    others = sorted(one for one in newer if str(shard_of(one, 3)) != "1/3")
    assert others and gaps(report) == [
        (one, f"shard:{shard_of(one, 3)}", "InNoShard") for one in others
    ]


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("the caller's account is cut", lambda told: told["accounts"].pop(0)),
        (
            "another organization's",
            lambda told: told["organization"].update(management_account="999999999999"),
        ),
        ("nobody's", lambda told: told.update(organization=None)),
    ],
)
def test_a_list_that_cannot_be_the_callers_whole_one_is_a_gap(
    tmp_path: Path, reason: str, change: Any
) -> None:
    """What holds of a listing that was made now holds of one in a file."""
    path = tmp_path / "listing.json"
    with grown(1):
        collect(tmp_path, "none", "--write-listing", str(path))
        assert collect(tmp_path, "right", "--listing", str(path)).code == 0
        told = json.loads(path.read_text())
        change(told)
        path.write_text(json.dumps(told))
        assert collect(tmp_path, "wrong", "--listing", str(path)).code == 3, reason
    _, report = check(tmp_path, "wrong")
    assert gaps(report) == [(OWN, "organizations:ListAccounts", "IncompleteListing")]
