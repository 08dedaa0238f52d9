"""Laws of merging: nothing listed is lost without a gap, and the order makes no difference."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from checker.cli import merge as merging
from checker.collect.store.read import NoSnapshotError
from checker.snapshot.manifest import covered, read_manifest
from checker.snapshot.merge import Source, winners
from checker.snapshot.merged import merged_manifest
from checker.snapshot.pods import NOT_LISTED
from checker.snapshot.records import Manifest, Tool
from checker.snapshot.shards import Shard, parse_shard, shard_of
from tests import examples
from tests.support.cli import vendorgate
from tests.support.snapshots import ORGANIZATION, allow, image, role, vendor_role, write

TOOL = Tool(name="vendorgate", version="test")
IDS = [f"{number:012}" for number in range(111111111111, 111111111119)]
KINDS = ("roles", "providers", "image_uses", "images", "image_settings")


def manifest(shard: Shard | None, listed: list[str], day: int, **more: Any) -> Manifest:
    """A shard's, of a listing of that day."""
    accounts = []
    for one in sorted(listed):
        mine = shard is None or shard.holds(one)
        told = {"id": one, "state": "ACTIVE", "collected": mine}
        accounts.append(
            told | ({} if mine or not shard else {"shard": str(shard_of(one, shard.count))})
        )
    piece = {"organization": ORGANIZATION, "listed": True} | (
        {"shard": str(shard)} if shard else {}
    )
    content = {
        "schema": "vendorgate/snapshot/v1", "tool": {"name": "vendorgate", "version": "t"},
        "collected_at": f"2026-11-{day:02}T06:00:00Z", "organization": {"id": ORGANIZATION},
        "accounts": accounts, "sources": ["aws"], "pieces": [piece],
    } | more  # fmt: skip
    return read_manifest(Path("manifest.json"), json.dumps(content).encode())


class Named(Source):
    """A source without a folder, in a fixed order beside others."""

    @property
    def name(self) -> str:
        return json.dumps([str(self.manifest.parts), self.manifest.collected_at])


def merge(manifests: list[Manifest]) -> Manifest:
    sources = [Named(one) for one in manifests]
    return covered(merged_manifest(sources, winners(sources), TOOL))


SHARDS = st.integers(1, 4).flatmap(
    lambda count: st.builds(Shard, st.integers(1, count), st.just(count))
)
PARTS = st.lists(
    st.builds(manifest, SHARDS, st.lists(st.sampled_from(IDS), unique=True), st.integers(1, 28)),
    min_size=1,
    max_size=6,
)

fewer = settings(max_examples=examples(50))


@fewer
@given(PARTS)
def test_what_is_listed_is_looked_at_or_a_gap(parts: list[Manifest]) -> None:
    """Whichever shards are there, of whichever numbers, each with a list of its own day."""
    made = merge(parts)
    newest = max(parts, key=lambda one: one.collected_at).accounts
    seen = {account.id for account in made.accounts if account.collected}
    for account in newest:
        if account.id not in seen:
            assert any(gap.account == account.id for gap in made.gaps) or any(
                gap.code == "MissingShard" for gap in made.gaps
            )
    counts = {parse_shard(str(p.shard)).count for one in parts for p in one.parts}  # type: ignore[union-attr]
    there = {p.shard for one in parts for p in one.parts}
    whole = any(all(f"{n}/{c}" in there for n in range(1, c + 1)) for c in counts)
    assert whole or any(gap.code == "MissingShard" for gap in made.gaps)


@fewer
@given(st.integers(1, 4), st.lists(st.sampled_from(IDS), unique=True))
def test_what_all_shards_looked_at_is_no_gap(count: int, listed: list[str]) -> None:
    """Catches an account that is told to wait for a shard which has looked at it."""
    made = merge([manifest(Shard(n, count), listed, 20) for n in range(1, count + 1)])
    assert made.gaps == () and all(one.collected for one in made.accounts)


@fewer
@given(PARTS, st.randoms())
def test_the_order_makes_no_difference(parts: list[Manifest], chance: Any) -> None:
    """Files come in the order of a glob, of a bucket's keys, of jobs that end."""
    other = parts.copy()
    chance.shuffle(other)
    assert merge(parts) == merge(other)


@fewer
@given(PARTS)
def test_merging_what_was_merged_hides_nothing(parts: list[Manifest]) -> None:
    """In two steps there are no fewer gaps of accounts that nobody looked at."""
    step = merge([merge(parts[: len(parts) // 2 + 1]), *parts[len(parts) // 2 + 1 :]])
    assert bool(step.gaps) >= bool(merge(parts).gaps)
    assert merge([merge(parts)]).gaps == merge(parts).gaps


@given(st.integers(1, 50), st.sampled_from(IDS))
def test_each_account_is_in_one_shard(count: int, account: str) -> None:
    """Neither in none nor in two."""
    shards = [Shard(index, count) for index in range(1, count + 1)]
    assert [shard for shard in shards if shard.holds(account)] == [shard_of(account, count)]


def test_the_hash_never_changes() -> None:
    """Shards of two versions, or of somebody's own script, must fit together."""
    assert [shard_of(one, 16).index for one in IDS[:4]] == [12, 10, 12, 4]


def listing(folder: Path, time: str, **states: str) -> Path:
    """As `--write-listing` writes one."""
    accounts = [{"id": IDS[int(n[1:])], "state": state} for n, state in states.items()]
    told = {"schema": "vendorgate/listing/v1", "listed_at": time, "partition": "aws",
            "organization": {"id": ORGANIZATION}, "accounts": accounts}  # fmt: skip
    (folder / "listing.json").write_text(json.dumps(told))
    return folder / "listing.json"


@pytest.mark.parametrize(
    ("state", "then", "now", "asked", "expected"),
    [
        ("SUSPENDED", "21", "ACTIVE", "", 3),  # it is active again, and nobody looked at it
        ("SUSPENDED", "19", "ACTIVE", "", 0),  # it was, and is no more
        ("SUSPENDED", "21", "SUSPENDED", "", 0),
        ("ACTIVE", "21", "ACTIVE", "--exclude-account", 0),  # left out, as was asked
    ],
)
def test_a_listing_made_afterwards_tells_who_is_active_again(
    tmp_path: Path, state: str, then: str, now: str, asked: str, expected: int
) -> None:
    """Left out of the collection as nobody could enter it; by now somebody can."""
    accounts = [{"id": IDS[0], "state": "ACTIVE"},
                {"id": IDS[1], "state": state, "collected": False}]  # fmt: skip
    pieces = [{"organization": ORGANIZATION, "listed": True, "asked": asked}]
    local(tmp_path, "part", manifest={"accounts": accounts, "pieces": pieces})
    made = listing(tmp_path, f"2026-11-{then}T06:00:00Z", a0="ACTIVE", a1=now)
    ran = vendorgate("merge", "part", "--listing", made, "-o", "out", cwd=tmp_path)
    assert ran.code == expected, ran.err


def test_who_waits_for_a_shard_does_so_after_a_listing(tmp_path: Path) -> None:
    """Catches an account that is told as one of no shard, as it is active again."""
    waits = {"id": IDS[1], "state": "SUSPENDED", "collected": False, "shard": "2/2"}
    piece = {"organization": ORGANIZATION, "listed": True, "shard": "1/2"}
    told = {"accounts": [{"id": IDS[0], "state": "ACTIVE"}, waits], "pieces": [piece]}
    local(tmp_path, "part", manifest=told)
    made = listing(tmp_path, "2026-11-21T06:00:00Z", a0="ACTIVE", a1="ACTIVE")
    assert vendorgate("merge", "part", "--listing", made, "-o", "out", cwd=tmp_path).code == 3
    merged = read_manifest(Path("x"), (tmp_path / "out/manifest.json").read_bytes())
    assert [one.shard for one in merged.accounts if not one.collected] == ["2/2"]


def test_each_account_keeps_its_own_time(tmp_path: Path) -> None:
    """One time for all, and an old account would pass as a new one."""
    for number, day in ((0, 20), (1, 25)):
        told = {"accounts": [{"id": IDS[number]}], "collected_at": f"2026-11-{day}T06:00:00Z"}
        local(tmp_path, str(number), manifest=told)
    vendorgate("merge", "0", "1", "-o", "out", cwd=tmp_path)
    made = read_manifest(Path("x"), (tmp_path / "out/manifest.json").read_bytes())
    assert [made.collected_of(one)[8:10] for one in made.accounts] == ["20", "25"]


def test_each_account_keeps_its_own_regions(tmp_path: Path) -> None:
    """One list for all, and a registry counts as looked at in a region that only another account
    was asked for; so does what is gone there, and what an older part alone knows of it."""
    for number, region in ((0, "us-east-1"), (1, "eu-west-1")):
        use = {"account": IDS[number], "region": "eu-west-1", "kind": "container-image",
               "resource": f"arn:aws:ecs:eu-west-1:{IDS[number]}:task-definition/a",
               "reference": f"{IDS[0]}.dkr.ecr.eu-west-1.amazonaws.com/x:1"}  # fmt: skip
        told = {"accounts": [{"id": IDS[number]}], "regions": [region], "code_kinds": ["container-image"],
                "resource_kinds": ["AWS::ECR::RegistryPolicy"]}  # fmt: skip
        local(tmp_path, str(number), manifest=told, code_uses=[use] * number, resources=[])
    vendorgate("merge", "0", "1", "-o", "out", cwd=tmp_path)
    made = read_manifest(Path("x"), (tmp_path / "out/manifest.json").read_bytes())
    assert made.regions == ("eu-west-1", "us-east-1")
    assert [made.regions_of(one) for one in made.accounts] == [("us-east-1",), ("eu-west-1",)]
    (tmp_path / "allowlist.yaml").write_text("version: 1\nvendors: []\n")
    ran = vendorgate("check", "out", "-f", "json", cwd=tmp_path)
    said = [one for one in json.loads(ran.out)["notes"] if "Images of own registries" in one]
    assert [f"({IDS[0]} eu-west-1)" in one for one in said] == [True]
    vendorgate("merge", "0", "out", "-o", "again", cwd=tmp_path)
    again = read_manifest(Path("x"), (tmp_path / "again/manifest.json").read_bytes())
    assert [again.regions_of(one) for one in again.accounts] == [("us-east-1",), ("eu-west-1",)]


def test_regions_of_all_are_told_once(tmp_path: Path) -> None:
    for number in (0, 1):
        local(tmp_path, str(number), manifest={"accounts": [{"id": IDS[number]}], "regions": ["us-east-1"]})  # fmt: skip
    vendorgate("merge", "0", "1", "-o", "out", cwd=tmp_path)
    assert json.loads((tmp_path / "out/manifest.json").read_text())["accounts"][0].get("regions") is None  # fmt: skip


def test_an_account_keeps_its_name_beside_a_collection_of_it_alone(tmp_path: Path) -> None:
    """Who collects one account knows neither its name nor its unit."""
    whole = [{"id": IDS[0], "name": "prod", "path": "Root/Prod", "units": ["r-1", "ou-1"]}]
    pieces = [{"organization": ORGANIZATION, "listed": True}]
    local(tmp_path, "whole", manifest={"accounts": whole, "pieces": pieces})
    alone = {"accounts": [{"id": IDS[0]}], "pieces": [{"organization": ORGANIZATION}]}
    local(tmp_path, "alone", manifest=alone | {"collected_at": "2026-11-21T06:00:00Z"})
    vendorgate("merge", "whole", "alone", "-o", "out", cwd=tmp_path)
    (account,) = json.loads((tmp_path / "out/manifest.json").read_text())["accounts"]
    assert (account["name"], account["path"]) == ("prod", "Root/Prod")


def local(folder: Path, name: str, **more: Any) -> Path:
    records: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    return write(folder / name, **(records | more))


def organization(number: int, **more: Any) -> dict[str, Any]:
    """The manifest of an organization of one account."""
    return {
        "organization": {"id": f"o-own{number:07}", "management_account": IDS[number]},
        "accounts": [{"id": IDS[number], "name": f"m{number}", "state": "ACTIVE"}],
        "pieces": [{"organization": f"o-own{number:07}", "listed": True}],
    } | more


def test_several_organizations_are_all_own(tmp_path: Path) -> None:
    """A trust between two of them is no third party's, by an account or by the organization."""
    for one, other in ((0, 1), (1, 0)):
        whole = {"StringEquals": {"aws:PrincipalOrgID": f"o-own{other:07}"}}
        roles = [vendor_role("Peer", account=IDS[other]), role("Whole", allow("*", **whole))]
        for each in roles:
            each |= {"account": IDS[one], "arn": f"arn:aws:iam::{IDS[one]}:role/{each['name']}"}
        local(tmp_path, str(one), roles=roles, manifest=organization(one))
    (tmp_path / "allowlist.yaml").write_text("version: 1\n")
    options = ("--today", "2026-11-21", "-f", "json")
    alone = json.loads(vendorgate("check", "0", *options, cwd=tmp_path).out)
    assert len(alone["third_parties"]) == 2
    assert vendorgate("merge", "0", "1", "-o", "both", cwd=tmp_path).code == 0
    both = json.loads(vendorgate("check", "both", *options, cwd=tmp_path).out)
    assert (both["third_parties"], both["gaps"]) == ([], [])
    assert "2 organizations: o-own0000000, o-own0000001" in str(both["notes"])


def a_gap(account: str | None, call: str, code: str = "AccessDenied") -> dict[str, Any]:
    return {"account": account, "region": None, "call": call, "code": code, "message": "no"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([a_gap(IDS[0], "iam:ListRoles")], [], []),  # looked at anew, and answered
        ([], [a_gap(IDS[0], "iam:ListRoles")], ["iam:ListRoles"]),  # the newest counts, gaps too
        ([a_gap(IDS[1], "iam:ListRoles")], [], ["iam:ListRoles"]),  # that nobody looked at anew
        ([a_gap(None, "ec2:*")], [], ["ec2:*"]),  # whose account is of the older one still
        ([a_gap(IDS[0], "organizations:ListRoots")], [], []),  # listed anew, and whole
        ([], [a_gap(IDS[0], "organizations:ListRoots")], ["organizations:ListRoots"]),
        ([a_gap(IDS[1], "organizations:ListRoots")], [], []),  # whoever listed then
        ([], [a_gap(IDS[1], "organizations:ListRoots")], ["organizations:ListRoots"]),
        ([a_gap(None, "merge:s3://b/x", "NoSnapshot")], [], ["merge:s3://b/x"]),
        ([a_gap(None, "shard:1/2:o-x", "MissingShard")], [], []),  # told anew, by what there is
    ],
)
def test_gaps_go_with_what_they_are_of(
    tmp_path: Path, old: list[Any], new: list[Any], expected: list[str]
) -> None:
    """A gap that is lost is a pass; one that stays for ever is a false alarm."""
    pieces = [{"organization": ORGANIZATION, "listed": True}]
    for name, day, seen, gaps in (("old", 20, True, old), ("new", 21, False, new)):
        accounts = [{"id": IDS[0], "state": "ACTIVE"},
                    {"id": IDS[1], "state": "ACTIVE", "collected": seen}]  # fmt: skip
        told = {"accounts": accounts, "pieces": pieces,
                "collected_at": f"2026-11-{day}T06:00:00Z"}  # fmt: skip
        local(tmp_path, name, manifest=told, gaps=gaps)
    ran = vendorgate("merge", "old", "new", "-o", "out", cwd=tmp_path)
    made = json.loads((tmp_path / "out/manifest.json").read_text())
    assert [gap["call"] for gap in made["gaps"]] == expected
    assert ran.code == (3 if expected else 0)


@pytest.mark.parametrize("failed", ["ListAccounts", "ListOrganizationalUnitsForParent", ""])
def test_a_list_that_failed_takes_nobody_away(tmp_path: Path, failed: str) -> None:
    """A newest list that could not be read whole is no proof that somebody has left."""
    pieces = [{"organization": ORGANIZATION, "listed": True}]
    for name, day, ids in (("old", 20, IDS[:2]), ("new", 21, IDS[:1])):
        gap = {"account": IDS[0], "region": None, "call": f"organizations:{failed}",
               "code": "IncompleteListing", "message": "cut"}  # fmt: skip
        told = {
            "accounts": [{"id": one, "state": "ACTIVE"} for one in ids], "pieces": pieces,
            "collected_at": f"2026-11-{day}T06:00:00Z",
            "gaps": [gap] if failed and name == "new" else [],
        }  # fmt: skip
        local(tmp_path, name, manifest=told)
    ran = vendorgate("merge", "old", "new", "-o", "out", cwd=tmp_path)
    made = json.loads((tmp_path / "out/manifest.json").read_text())
    assert ran.code == (3 if failed else 0)
    assert [one["id"] for one in made["accounts"]] == IDS[: 2 if failed else 1]


@pytest.mark.parametrize("failed", [True, False])
def test_of_two_lists_made_at_once_each_must_be_whole(failed: bool) -> None:
    """One that was cut beside a whole one leaves open which accounts there are."""
    gap = {
        "account": IDS[0],
        "region": None,
        "call": "organizations:ListAccounts",
        "code": "x",
        "message": "cut",
    }
    shards = [parse_shard(f"{number}/2") for number in (1, 2)]
    newest = [
        manifest(one, IDS[:3], 21, gaps=[gap] if failed and one is shards[0] else [])
        for one in shards
    ]
    made = merge([manifest(None, IDS[:4], 20), *newest])
    assert (IDS[3] in {one.id for one in made.accounts}) is failed


def test_of_who_has_left_nothing_is_told() -> None:
    """The older collection's regions, notes and kinds would stand for what nobody looked at."""
    told = {"regions": ["eu-west-1"], "notes": ["N"], "code_kinds": ["layer"]}
    made = merge([manifest(None, IDS[:1], 20, **told), manifest(None, IDS[1:2], 21)])
    assert ([one.id for one in made.accounts], made.regions, made.code_kinds) == (
        IDS[1:2],
        (),
        UNSET,
    )
    assert "N" not in made.notes


def test_guardrails_stay_with_their_organization(tmp_path: Path) -> None:
    """One organization's could not be read: whether one refuses a trust is then unknown for all."""
    guardrail = {"id": "p-1", "document": {}, "targets": ["r-aaaa"]}
    for number, seen in ((0, [guardrail]), (1, [{**guardrail, "id": "p-2"}]), (2, None)):
        local(tmp_path, str(number), manifest=organization(number, guardrails=seen))
    vendorgate("merge", "0", "1", "-o", "known", cwd=tmp_path)
    vendorgate("merge", "known", "2", "-o", "unknown", cwd=tmp_path)
    known, unknown = (
        json.loads((tmp_path / name / "manifest.json").read_text())["guardrails"]
        for name in ("known", "unknown")
    )
    assert [(one["id"], one["organization"]) for one in known] == [
        ("p-1", "o-own0000000"),
        ("p-2", "o-own0000001"),
    ]
    assert unknown is None


def test_each_partition_has_a_snapshot_of_its_own(tmp_path: Path) -> None:
    """An account id of China is another account, and the allowlist's ids are of one partition."""
    local(tmp_path, "world", manifest=organization(0))
    local(tmp_path, "china", manifest=organization(0, partition="aws-cn"))
    ran = vendorgate("merge", "world", "china", "-o", "out", cwd=tmp_path)
    assert ran.code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["aws", "aws-cn"]
    ran = vendorgate("merge", "world", "china", "-o", "world", cwd=tmp_path)
    assert (ran.code, "each partition gets its own" in ran.err) == (2, True)
    gap = {"call": "iam:ListRoles", "code": "AccessDenied", "message": "no"}
    local(tmp_path, "holes", manifest=organization(0, gaps=[gap]))
    assert vendorgate("merge", "holes", "china", "-o", "lacking", cwd=tmp_path).code == 3


def test_what_cannot_be_merged_is_named_at_once(tmp_path: Path) -> None:
    """All of it in one run, and nothing is written."""
    local(tmp_path, "good")
    local(tmp_path, "code", manifest={"sources": ["terraform"]})
    local(tmp_path, "used", usage=[], assumptions=[])
    local(tmp_path, "newer", phones=[])
    write(tmp_path / "older", roles=[], image_uses=[])
    names = ("good", "code", "used", "newer", "older")
    ran = vendorgate("merge", *names, "-o", "out", cwd=tmp_path)
    said = [line.removeprefix("error: ").partition(":")[0] for line in ran.err.splitlines()]
    assert (ran.code, said) == (2, ["code", "used", "newer", "older"])
    ran = vendorgate("merge", "good", "nowhere", "nothing", "-o", "out", cwd=tmp_path)
    assert (ran.code, len(ran.err.splitlines())) == (2, 2)
    assert not (tmp_path / "out").exists()


def test_pods_that_the_newest_does_not_know_are_told(tmp_path: Path) -> None:
    """Catches a note about pods that are left out, as if somebody had looked at them."""
    about = f"Pods of arn:aws:eks:us-east-1:{IDS[0]}:cluster/"
    for name, day, notes in (
        ("old", 20, [f"{about}a: 3.", f"{about}b: 1.", "odd"]),
        ("new", 21, [f"{about}b: 2."]),
    ):
        told = {
            "accounts": [{"id": IDS[0], "state": "ACTIVE"}],
            "notes": notes,
            "collected_at": f"2026-11-{day}T06:00:00Z",
        }
        local(tmp_path, name, manifest=told)
    vendorgate("merge", "old", "new", "-o", "out", cwd=tmp_path)
    made = json.loads((tmp_path / "out/manifest.json").read_text())["notes"]
    assert [one for one in made if one.startswith("Pods")] == [
        f"{about}a: known to another snapshot of the account alone, and left out; give them to `collect kubernetes` again.",
        f"{about}b: 2.",
    ]


def test_of_copies_that_is_taken_whose_pods_were_listed(tmp_path: Path) -> None:
    """Catches pods that were added to a copy, and are dropped as it is no newer: whatever the
    order, and whichever name its content gives it."""
    about = f"Pods of arn:aws:eks:us-east-1:{IDS[0]}:cluster/a: "
    told = {
        "accounts": [{"id": IDS[0], "state": "ACTIVE"}],
        "collected_at": "2026-11-20T06:00:00Z",
    }
    for name, notes in (
        ("plain", [about + NOT_LISTED]),
        ("added", [about + "3."]),
        ("odd", ["x", about + NOT_LISTED]),
    ):
        local(tmp_path, name, manifest=told | {"notes": notes})
    for several in (("plain", "added", "odd"), ("odd", "added", "plain")):
        vendorgate("merge", *several, "-o", "out", cwd=tmp_path)
        made = json.loads((tmp_path / "out/manifest.json").read_text())["notes"]
        assert [one for one in made if one.startswith("Pods")] == [about + "3."]
        shutil.rmtree(tmp_path / "out")


def test_of_nothing_no_snapshot_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches an empty snapshot, which a check passes: no shard below a prefix was ever whole."""

    def refusing(path: Path) -> None:
        raise NoSnapshotError("is no snapshot", path=path)

    monkeypatch.setattr(merging, "each", lambda path: [path.parent / "1", path.parent / "2"])
    monkeypatch.setattr(merging, "opened", refusing)
    ran = vendorgate("merge", "s3://bucket/x/*", "-o", tmp_path / "out")
    assert (ran.code, "there is no snapshot to merge" in ran.err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_one_below_a_prefix_that_never_was_whole_is_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a merge that passes beside a shard whose writer was cut, or does not say which."""
    local(tmp_path, "1")
    whole = merging.opened

    def opened(path: Path) -> Any:
        if path.name == "1":
            return whole(path)
        raise NoSnapshotError("is no snapshot", path=path)

    monkeypatch.setattr(merging, "each", lambda _: [tmp_path / "1", tmp_path / "2"])
    monkeypatch.setattr(merging, "opened", opened)
    ran = vendorgate("merge", "s3://bucket/x/*", "-o", tmp_path / "out")
    assert (ran.code, "gap: " in ran.err, "2 holds no whole snapshot" in ran.err) == (3, True, True)
    (gap,) = json.loads((tmp_path / "out/manifest.json").read_text())["gaps"]
    assert (gap["call"], gap["code"]) == (f"merge:{tmp_path / '2'}", "NoSnapshot")


def test_one_below_a_prefix_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whose manifest never came is a gap; one that somebody damaged is no such thing."""
    local(tmp_path, "1")
    local(tmp_path, "2")
    (tmp_path / "2/manifest.json").write_text("{}")
    monkeypatch.setattr(merging, "each", lambda _: [tmp_path / "1", tmp_path / "2"])
    ran = vendorgate("merge", "s3://bucket/x/*", "-o", tmp_path / "out")
    assert (ran.code, "2/manifest.json" in ran.err) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text[:-9], "SHA-256"),
        (lambda text: text.replace(b"Monitoring", b"monitoring"), "SHA-256"),
    ],
)
def test_a_damaged_part_is_refused(tmp_path: Path, damage: Any, said: str) -> None:
    """A shard that was cut on its way is not merged as a smaller one."""
    local(tmp_path, "part", roles=[vendor_role("Monitoring")])
    path = tmp_path / "part/roles.jsonl"
    path.write_bytes(damage(path.read_bytes()))
    ran = vendorgate("merge", "part", "-o", "out", cwd=tmp_path)
    assert (ran.code, said in ran.err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_lines_that_are_not_sorted_are_refused(tmp_path: Path) -> None:
    """A merge of sorted runs would write them anyhow, and equal ones twice."""
    local(tmp_path, "part", images=[image("ami-2"), image("ami-1")])
    ran = vendorgate("merge", "part", "-o", "out", cwd=tmp_path)
    assert (ran.code, "images.jsonl:2: its lines are not sorted" in ran.err) == (2, True)


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_overlaps_of_one_time_are_told_apart_by_their_content(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    """Equal times and different contents: some rule must decide, and not the command line."""
    for name in "abc":
        local(tmp_path, name, roles=[vendor_role(name)])
    vendorgate("merge", *order, "-o", "out", cwd=tmp_path)
    made = (tmp_path / "out/roles.jsonl").read_text()
    assert len(made.splitlines()) == 1
    vendorgate("merge", "a", "b", "c", "-o", "again", cwd=tmp_path)
    assert made == (tmp_path / "again/roles.jsonl").read_text()


QUEUE = {"arn": "arn:aws:sqs:us-east-1:{}:jobs", "kind": "AWS::SQS::Queue", "region": "us-east-1"}
BOTH = ["AWS::S3::Bucket", "AWS::SQS::Queue"]
LOOKED: list[tuple[str, list[str] | None, list[str] | None, list[str] | None, list[str]]] = [
    ("all looked for the same", BOTH, BOTH, BOTH, []),
    ("nobody looked", None, None, None, []),
    ("one did not look", BOTH, None, BOTH, ["merge:resources"]),
    ("the first did not look", None, BOTH, BOTH, ["merge:resources"]),
    ("one left a kind out", BOTH, BOTH[1:], BOTH[1:], ["merge:resources:kinds"]),
]


@pytest.mark.parametrize(("why", "one", "other", "kinds", "gaps"), LOOKED)
def test_resources_of_parts(
    tmp_path: Path, why: str, one: Any, other: Any, kinds: Any, gaps: list[str]
) -> None:
    """Catches a merged snapshot that claims to have looked for what one of its parts did not."""
    for number, told in ((0, one), (1, other)):
        account = IDS[number]
        record = QUEUE | {"account": account, "arn": QUEUE["arn"].format(account)}
        more = {} if told is None else {"resources": [record]}
        looked = {} if told is None else {"resource_kinds": told}
        manifest = {"accounts": [{"id": account, "state": "ACTIVE"}], **looked}
        local(tmp_path, str(number), manifest=manifest, **more)
    ran = vendorgate("merge", "0", "1", "-o", "out", cwd=tmp_path)
    assert ran.code == (3 if gaps else 0), ran.err
    made = read_manifest(Path("x"), (tmp_path / "out/manifest.json").read_bytes())
    assert (list(made.resource_kinds or []) or None, [gap.call for gap in made.gaps]) == (
        kinds,
        gaps,
    ), why
    count = made.files["resources.jsonl"].records if kinds else 0
    assert count == sum(told is not None for told in (one, other))
