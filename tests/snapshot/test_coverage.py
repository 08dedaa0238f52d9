"""What a manifest's pieces leave out, what of several snapshots counts, and what is odd: in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.errors import InputError
from checker.snapshot.coverage import uncovered
from checker.snapshot.manifest import is_time, moment, read_manifest
from checker.snapshot.memory import MemorySnapshot
from checker.snapshot.merge import Source, Winners, winners
from checker.snapshot.merged import merged_manifest
from checker.snapshot.odd import Seen, Told, odd
from checker.snapshot.once import Ordered, check_arns, check_keys
from checker.snapshot.records import Image, ImageUse, Manifest, ProviderRecord, Role, Tally, Tool
from checker.snapshot.runs import merged, run_line, write_run
from checker.snapshot.shards import parse_shard
from checker.snapshot.usage import UsageCaller
from tests.support.rows import rows

A, B, C = "111111111111", "222222222222", "333333333333"
OURS = "o-own1234567"


def content(**more: Any) -> bytes:
    told = {"schema": "vendorgate/snapshot/v1", "tool": {"name": "vendorgate", "version": "t"},
            "collected_at": "2026-11-20T06:00:00Z", "organization": {"id": OURS}, "sources": ["aws"]}  # fmt: skip
    return json.dumps(told | more).encode()


def manifest(**more: Any) -> Manifest:
    return read_manifest("m", content(**more))


def shard(name: str | None, **more: Any) -> dict[str, Any]:
    return {"organization": OURS, "listed": True, "shard": name} | more


def account(id_: str, shard: str | None = None, **more: Any) -> dict[str, Any]:
    """One that was looked at, or waits for a shard."""
    waits = {"shard": shard, "collected": False} if shard else {}
    return {"id": id_, "state": "ACTIVE"} | waits | more


WHOLE = {"accounts": [account(A)], "pieces": [shard("1/2"), shard("2/2")]}
PIECES: list[tuple[str, dict[str, Any], list[tuple[str, str | None]]]] = [
    ("no pieces", {"accounts": [account(A)]}, []),
    ("all shards", WHOLE, []),
    ("one is missing", {"accounts": [account(A), account(B, "2/2")], "pieces": [shard("1/2")]}, [(f"shard:2/2:{OURS}", None)]),
    ("two are", {"accounts": [account(A)], "pieces": [shard("2/3")]}, [(f"shard:1/3:{OURS}", None), (f"shard:3/3:{OURS}", None)]),
    ("of nobody's", {"accounts": [account(A)], "pieces": [shard("1/2", organization=None)]}, [("shard:2/2", None)]),
    ("an account that came since", WHOLE | {"accounts": [account(A), account(B, "2/2")]}, [("shard:2/2", B)]),
    ("one is missing, and an account came since", {"accounts": [account(A), account(B, "1/2"), account(C, "2/2")], "pieces": [shard("1/2")]}, [(f"shard:2/2:{OURS}", None), ("shard:1/2", B)]),
    ("one of no shard", WHOLE | {"accounts": [account(B, "none")]}, [("shard:none", B)]),
    ("other options", WHOLE | {"pieces": [shard("1/2"), shard("2/2", asked="--regions x")]}, [(f"shard:options:{OURS}", None)]),
    ("two numbers, of which one is whole", WHOLE | {"pieces": [shard("1/1"), shard("1/2")]}, []),
    ("two numbers, and none is", WHOLE | {"pieces": [shard("1/3"), shard("1/2")]},
     [(f"shard:2/2:{OURS}", None), (f"shard:2/3:{OURS}", None), (f"shard:3/3:{OURS}", None)]),
    ("beside a collection of all", WHOLE | {"pieces": [shard("1/2"), shard(None)]}, []),
    ("of all, but asked otherwise", WHOLE | {"pieces": [shard("1/2"), shard(None, asked="--x")]}, [(f"shard:2/2:{OURS}", None)]),
    ("of all, asked as one of two", WHOLE | {"pieces": [shard("1/3"), shard("2/3", asked="--x"), shard(None)]},
     [(f"shard:3/3:{OURS}", None), (f"shard:options:{OURS}", None)]),
    ("of all, but not by a list", WHOLE | {"pieces": [shard("1/2"), shard(None, listed=False)]}, [(f"shard:2/2:{OURS}", None)]),
    ("of another organization", WHOLE | {"pieces": [shard("1/2"), shard(None, organization="o-other")]}, [(f"shard:2/2:{OURS}", None)]),
    ("of all, who left one out", {"accounts": [account(A), account(B, collected=False)], "pieces": [shard("1/2"), shard(None)]},
     [(f"shard:2/2:{OURS}", None)]),
    ("of all, but who cannot be entered", {"accounts": [account(A), account(B, collected=False, state="SUSPENDED")],
     "pieces": [shard("1/2"), shard(None)]}, []),
]  # fmt: skip


@rows("why, told, expected", PIECES)
def test_what_no_piece_covers(
    why: str, told: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    """A shard or an account that nobody looked at, and that nothing speaks of."""
    assert [(gap.call, gap.account) for gap in manifest(**told).gaps] == expected, why


def test_the_gap_of_a_shard_counts_who_waits_for_it() -> None:
    """Whoever reads that no account is missing does not look for the shard."""
    waiting = [account(A), account(B, "2/2"), account(C, "2/2")]
    (gap,) = manifest(accounts=waiting, pieces=[shard("1/2")]).gaps
    assert (gap.code, "2 accounts were not looked at" in gap.message) == ("MissingShard", True)
    many = manifest(accounts=[account(A), account(B, "7/102")], pieces=[shard("1/102")]).gaps
    assert [(gap.call, gap.code) for gap in many] == [(f"shard:*/102:{OURS}", "MissingShard")]
    assert many[0].message.startswith("101 of 102 shards of") and "1 account was" in many[0].message
    assert len(manifest(accounts=[account(A)], pieces=[shard("1/101")]).gaps) == 100


def test_what_was_told_of_shards_before_is_told_anew() -> None:
    """A gap that a part had, and that the other part closed; and one that it hides."""
    old = {"call": "shard:9/9", "code": "MissingShard", "message": "m"}
    assert manifest(**WHOLE, gaps=[old]).gaps == ()
    assert not uncovered(manifest(**WHOLE))


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("an account twice", {"accounts": [{"id": A}, {"id": A}]}, "tells of the account"),
    ("a shard that is none", {"pieces": [shard("3/2")]}, "is no shard"),
    ("one of no number", {"pieces": [shard("a/b")]}, "is no shard"),
    ("a time that is none", {"pieces": [shard("1/2", listed_at="soon")]}, "is no time"),
    ("a collection's", {"pieces": [shard("1/2", collected_at="2026-11-20")]}, "is no time"),
    ("an account's", {"accounts": [account(A, collected_at="x")]}, "is no time"),
    ("collected and not", {"accounts": [account(A, "1/2") | {"collected": True}]}, "was collected, and was not"),
    ("a shard of an account", {"accounts": [account(A, "x")]}, "is no shard"),
    ("no time at all", {"collected_at": "2026-11-20"}, "which is no time"),
    ("a file beside", {"files": {"Roles.jsonl": {"records": 0, "sha256": ""}}}, "is no file of a snapshot"),
    ("a digit more", {"accounts": [{"id": A + "1"}]}, "is not a 12-digit"),
]  # fmt: skip


@rows("why, told, said", BAD)
def test_a_manifest_that_contradicts_itself_is_refused(
    why: str, told: dict[str, Any], said: str
) -> None:
    """Two states of one account, of which a reader believes the better one."""
    with pytest.raises(InputError, match=said):
        manifest(**told)


def test_a_key_of_a_manifest_twice_is_refused() -> None:
    """Two lists of gaps, and the last, which is empty, counts."""
    with pytest.raises(InputError, match="tells 'gaps' twice"):
        read_manifest("m", content(gaps=[])[:-1] + b', "gaps": []}')


def test_times_and_shards() -> None:
    """A day, which is no time; an offset that is left out of the comparison."""
    assert (
        is_time("2026-11-20T06:00:00Z")
        and not is_time("2026-11-20")
        and not is_time("0001-01-01T00:00:00+14:00")
    )
    assert (
        moment("2026-11-20T06:00:00+02:00")
        == moment("2026-11-20T04:00:00")
        == moment("2026-11-20T04:00:00Z")
    )
    assert [str(parse_shard(text)) for text in ("1/2", "2/2", "3/2", "0/2", "1/10000", "1/10001", "01/2")] == [
        "1/2", "2/2", "None", "None", "1/10000", "None", "None"]  # fmt: skip


class Named(Source):
    """A source without a folder."""

    @property
    def name(self) -> str:
        return self.manifest.collected_at


TOOL = Tool(name="vendorgate", version="t")


def merge(*told: dict[str, Any]) -> Manifest:
    sources = [Named(manifest(**one)) for one in told]
    return merged_manifest(sources, winners(sources), TOOL)


def day(number: int, *accounts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"accounts": list(accounts), "collected_at": f"2026-11-{number}T06:00:00Z",
            "pieces": [shard(None)]} | more  # fmt: skip


def test_a_region_that_the_newest_leaves_out_is_a_gap() -> None:
    """Collected with fewer regions today, what was seen elsewhere is gone without a word."""
    old = day(20, account(A), account(B), regions=["eu-west-1", "us-east-1"])
    new = day(
        21,
        account(A),
        account(B),
        regions=["us-east-1"],
        pieces=[shard(None, asked="--regions us-east-1", regions=["us-east-1"])],
    )
    (gap,) = merge(old, new).gaps
    assert (gap.region, gap.code, "2 accounts were looked at in eu-west-1" in gap.message) == (
        "eu-west-1",
        "NotInNewest",
        True,
    )
    assert merge(old, new | {"regions": ["eu-west-1", "us-east-1"]}).gaps == ()
    assert merge(old, new | {"pieces": [shard(None)]}).gaps == (), "the account has fewer by now"
    assert merge(old | {"accounts": [account(A, collected=False)]}, new).gaps == ()


def test_what_a_merge_keeps_of_each_part() -> None:
    """That external ids stand in for others, a note, a region, an input: of one part and so of all."""
    one = day(20, account(A), account(B, collected=False), regions=["b"], redacted=["external-ids"], notes=["n1"], sources=["files"],
              inputs=[{"name": "f", "kind": "k", "sha256": "1"}])  # fmt: skip
    two = day(
        21,
        account(A, collected=False),
        account(B),
        regions=["a"],
        notes=["n2"],
        inputs=[{"name": "f", "kind": "k", "sha256": "2"}] * 2,
    )
    made = merge(one, two)
    assert (made.regions, made.redacted, made.notes, made.sources) == (
        ("a", "b"),
        ("external-ids",),
        ("n1", "n2"),
        ("aws", "files"),
    )
    assert [entry.sha256 for entry in made.inputs or ()] == ["1", "2"]
    assert made.collected_at == "2026-11-20T06:00:00Z"
    assert [made.collected_of(one)[8:10] for one in made.accounts] == ["20", "21"]
    assert merge(day(20, account(A)), day(21, account(A))).collected_at == "2026-11-21T06:00:00Z"


def test_of_which_source_an_account_is() -> None:
    """Records of two days mixed, or of an account that left."""
    one, two = (Named(manifest(**day(number, account(A)))) for number in (20, 21))
    chosen = Winners({A: two}, frozenset({B}))
    assert [chosen.keeps(source, A) for source in (one, two)] == [False, True]
    assert [chosen.keeps(source, None) for source in (one, two)] == [False, True]
    assert [chosen.keeps(one, B), chosen.keeps(one, C)] == [False, True]
    assert not Winners({A: two}, frozenset(), others=False).keeps(one, C)


def test_who_left_the_organization_is_named() -> None:
    """Own accounts that vanish from a merge, and nobody knows why."""
    made = merge(day(20, account(A), account(B)), day(21, account(A)))
    assert [one.id for one in made.accounts] == [A]
    assert made.notes == (
        f"Accounts that an older list of the organization has and the newest has not, and so are left out: 1 ({B}).",
    )
    alone = day(20, account(B), pieces=[shard(None, listed=False)])
    assert [one.id for one in merge(alone, day(21, account(A))).accounts] == [A, B], "named by hand"
    nobodys = day(20, account(B), organization=None, pieces=[shard(None, organization=None)])
    assert [one.id for one in merge(nobodys, day(21, account(A))).accounts] == [A, B]


def seen(**more: Any) -> Seen:
    return Seen("aws", **more)


LISTED = {
    "accounts": [account(A), account(B)],
    "files": {f"{name}.jsonl": {"records": 0, "sha256": ""} for name in ("roles", "image_uses")},
}
BOTH = {"roles.jsonl": {A, B}}
ODD: list[tuple[str, dict[str, Any], Seen, list[str]]] = [
    ("nothing", LISTED, seen(accounts=BOTH), []),
    ("no roles", LISTED | {"files": {}}, seen(), ["names no roles.jsonl", "names no image_uses.jsonl"]),
    ("another partition", LISTED, seen(accounts=BOTH, foreign={"a": 2, "b": 1}), ["partition aws: 3."]),
    ("an account that is not listed", LISTED, seen(accounts=BOTH | {"images.jsonl": {C}}), [f"does not list: {C}."]),
    ("an account without a role", LISTED, seen(accounts={"roles.jsonl": {A}, "images.jsonl": {B}}), [f"not one role: {B}."]),
    ("that a gap tells of", LISTED | {"gaps": [{"account": B, "call": "c", "code": "d", "message": ""}]}, seen(accounts={"roles.jsonl": {A}}), []),
    ("that was left out", LISTED | {"accounts": [account(A), account(B, collected=False)]}, seen(accounts={"roles.jsonl": {A}}), []),
    ("of code", LISTED | {"sources": ["terraform"]}, seen(), []),
    ("doubt", LISTED, seen(accounts=BOTH, doubted=list("abcdefg")), ["believed: a, b, c, d, e and 2 more."]),
    ("a little doubt", LISTED, seen(accounts=BOTH, doubted=list("abcde")), ["believed: a, b, c, d, e."]),
]  # fmt: skip


@rows("why, told, there, expected", ODD)
def test_what_is_odd_is_said(
    why: str, told: dict[str, Any], there: Seen, expected: list[str]
) -> None:
    """A snapshot of nothing, or of somebody else's, that reads as a pass."""
    said = [*odd(manifest(**told), there)]
    assert len(said) == len(expected) and all(
        part in one for part, one in zip(expected, said, strict=True)
    ), said


def test_records_are_looked_at_as_they_are_read() -> None:
    """A record that says it is of one account and bears another one's ARN."""

    def role(id_: str, arn: str) -> Role:
        return Role(account=id_, arn=arn, name="n")

    there = seen()
    fine = [role(A, f"arn:aws:iam::{A}:role/x"), role(B, f"arn:aws:iam::{B}:role/x")]
    assert there.look("roles.jsonl", Role, fine) is None
    assert there.look("roles.jsonl", Role, [*fine, role(C, f"arn:aws-cn:iam::{A}:role/x")]) == 2
    assert (there.accounts, there.foreign) == ({"roles.jsonl": {A, B, C}}, {"roles.jsonl": 1})
    use = ImageUse(
        resource=f"arn:aws:ec2:r:{B}:instance/i",
        kind="instance",
        account=A,
        region="r",
        image_id=None,
    )
    provider = ProviderRecord(account=A, arn=f"arn:aws:iam::{B}:oidc-provider/x", kind="oidc")
    assert (there.look("u", ImageUse, [use]), there.look("p", ProviderRecord, [provider])) == (0, 0)
    assert there.look("i", Image, [Image(image_id="ami-1", account=A, region="r")]) is None


def test_what_is_told_otherwise() -> None:
    """Two owners of one image: the one that is vetted counts, or the other."""
    told = Told[Image](lambda r: (r.region, r.image_id), lambda r: r.owner)

    def images(*owners: str | None, region: str = "r") -> list[Image]:
        return [Image(image_id="ami-1", account=A, region=region, owner=owner) for owner in owners]

    told.look(images("1", None, "1"))
    told.look(images("2", region="s"))
    assert told.twice is None
    told.look(images("3"))
    told.look(images("4", region="s"))
    assert told.twice == "r/ami-1"


@pytest.mark.parametrize(
    ("blocks", "holds"),
    [([["a", "b"], ["c"]], True), ([["a", "a"]], False), ([["a"], ["a"]], False), ([["b", "a"]], False),
     ([["b"], [], ["a"]], False), ([["b", "a"], ["c"]], False), ([[]], True)],
)  # fmt: skip
def test_arns_in_order_come_but_once(blocks: list[list[str]], holds: bool) -> None:
    """A second record of a role that the quick look lets by."""
    ordered = Ordered()
    for block in blocks:
        ordered.follow(block)
    assert ordered.holds is holds


ROLE = b'{"account":"222222222222","arn":"a","name":"n"}'
KEYS: list[tuple[bytes, str | None]] = [
    (ROLE, None), (ROLE + b"\n", None), (b'{"name": "n", "account": "222222222222", "arn": "a"}\n', None),
    (b'{"account":"222222222222","arn":"a","name":"n","name":"m"}\n', "2: tells 'name' twice"),
    (b'{"account":"222222222222","arn":"a","name":"n","tags":{"k":"1","k":"2"}}\n', "2: tells 'k' twice"),
    (b'{"account":"222222222222","arn":"a","name":"n","x":[{"k":"1","k":"2"}]}\n', "2: tells 'k' twice"),
    (b'{"account":"222222222222","arn":"a","name":"n","trust_policy":{"k":"1","k":"2"}}\n', None),
]  # fmt: skip


@rows("lines, said", KEYS)
def test_a_key_that_is_told_twice(tmp_path: Path, lines: bytes, said: str | None) -> None:
    """The line of it, counted through all blocks; a policy's own keys are the analysis's."""
    path = tmp_path / "f"
    path.write_bytes(ROLE + b"\n" + lines)
    records = msgspec.json.Decoder(Role).decode_lines(lines)
    if said is None:
        check_keys(path, lines, records, 0)
        return
    with pytest.raises(InputError) as caught:
        check_keys(path, lines, records, 1)
    assert f"f:{said}" in str(caught.value)


def test_an_arn_that_two_records_bear(tmp_path: Path) -> None:
    """One of them is judged, the other one is what is deployed."""
    path = tmp_path / "roles.jsonl"
    path.write_bytes(b'{"arn":"b"}\n{"arn":"a"}\n{"arn":"c"}\n')
    check_arns(path)
    path.write_bytes(b'{"arn":"b"}\n{"arn":"a"}\n{"arn":"b"}\n')
    with pytest.raises(InputError, match="tells of b a second time, after line 1") as caught:
        check_arns(path)
    assert caught.value.line == 3
    path.write_bytes(b'\n{"arn":"b"}\n \n{"arn":"a"}\n\n{"arn":"b"}\n')
    with pytest.raises(InputError, match="tells of b a second time, after line 2") as caught:
        check_arns(path)
    assert caught.value.line == 6


def test_runs_are_merged_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More runs than can be open at once: the records of the last group, or of the first, are lost."""
    monkeypatch.setattr("checker.snapshot.runs._OPEN_AT_ONCE", 2)
    runs = []
    for number in range(5):
        runs.append(tmp_path / f"{number}.run")
        write_run(runs[-1], b"header", [run_line(Role(account=A, arn=f"r{number}", name="n"))])
    found = {name: [*lines] for name, lines in merged(runs)}
    assert [msgspec.json.decode(line)["arn"] for line in found.pop("roles.jsonl")] == [
        f"r{n}" for n in range(5)
    ]
    assert found == {
        f"{name}.jsonl": [] for name in ("image_settings", "image_uses", "images", "providers")
    }


def test_a_snapshot_in_memory_reads_as_one_on_disk() -> None:
    """What `check` on code judges: a kind that is lost, counted otherwise, or not looked at."""
    roles = [Role(account=A, arn=f"arn:aws:iam::{B}:role/{n}", name=n) for n in "bab"]
    made = MemorySnapshot(
        Path("x"), manifest(accounts=[account(A)]), {"roles.jsonl": roles, "images.jsonl": []}
    )
    assert [one.name for block in made.roles() for one in block] == ["a", "b"]
    assert {name: entry.records for name, entry in made.manifest.files.items()} == {
        "roles.jsonl": 2,
        "images.jsonl": 0,
    }
    assert len([*made.lines("roles.jsonl")]) == 2 and [*made.images()] == [] and made.usage() == []
    assert made.name == "x" and made.unnamed is None and made._seen.accounts == {"roles.jsonl": {A}}


CALLERS = [
    ({"arn": "a", "service": "s", "issuer": "i", "account": "1"}, "a"), ({"service": "s", "issuer": "i", "account": "1"}, "s"),
    ({"issuer": "i", "account": "1"}, "i"), ({"account": "1"}, "1"), ({}, "-"),
]  # fmt: skip


@rows("told, text", CALLERS)
def test_how_a_caller_is_called(told: dict[str, str], text: str) -> None:
    """Two callers under one name, or one under a name that is wider than he is."""
    caller = UsageCaller(**told)
    assert caller.text == text
    assert caller.order == tuple(
        told.get(key, "") for key in ("account", "arn", "service", "issuer")
    )


def test_guardrails_of_a_merged_part_stay_with_their_organization() -> None:
    """A policy of one organization, by which a trust in the other one seems refused."""
    both = [{"id": OURS}, {"id": "o-theirs12345"}]
    limits = [{"id": f"p-{one['id']}", "organization": one["id"]} for one in both]
    pieces = [shard(None, organization=one["id"]) for one in both]
    told = day(20, account(A, organization=OURS), account(B, organization="o-theirs12345"))
    made = merge(
        told | {"organization": None, "organizations": both, "guardrails": limits, "pieces": pieces}
    )
    assert [(one.id, one.organization) for one in made.guardrails or ()] == [
        (f"p-{one['id']}", one["id"]) for one in both
    ]


def test_the_newest_list_is_told_by_lists_alone() -> None:
    """Accounts named one by one since, by which an old list counts as the newest."""
    late = shard(None, listed=False, listed_at="2026-11-25T06:00:00Z", asked="--accounts x")
    old = day(20, account(A), account(B), pieces=[shard(None), late])
    assert [one.id for one in merge(old, day(21, account(A))).accounts] == [A, B], (
        "its list is part of it"
    )
    failed = {
        "account": A,
        "region": None,
        "call": "organizations:ListRoots",
        "code": "AccessDenied",
        "message": "no",
    }
    made = merge(old | {"accounts": [account(A)]}, day(21, account(A), gaps=[failed]))
    assert [gap.call for gap in made.gaps] == ["organizations:ListRoots"]


def test_other_options_are_told_in_a_fixed_order() -> None:
    """A gap that is another one at each reading, and so new in each diff."""
    pieces = [
        shard(f"{n}/9", asked=f"--{name}" if name else "") for n, name in enumerate("hbgfdce", 1)
    ]
    told = [
        gap
        for gap in manifest(accounts=[account(A)], pieces=[shard("9/9"), *pieces]).gaps
        if gap.code == "AskedOtherwise"
    ]
    assert [gap.message.split("(")[1].split(")")[0] for gap in told] == [
        "'no option' and '--b' and '--c'"
    ]


def test_resources_are_added_up() -> None:
    """A resource that was read twice, or one that nothing counts."""
    assert Tally().total() == 0 and Tally() + Tally() == Tally()
    one = Tally(read=1, without_trust=2, not_read=3, unknown={"a": 4})
    both = one + Tally(read=10, unknown={"a": 1, "b": 1})
    assert both == Tally(read=11, without_trust=2, not_read=3, unknown={"a": 5, "b": 1})
    assert both.sentence() == "22 resources: 11 read, 2 without trust, 3 not read, 6 unknown"
    assert Tally(read=1).sentence().startswith("1 resource: 1 read")


def test_who_no_list_tells_of_stays() -> None:
    """An own account that is told as gone, by a part of before there were pieces."""
    for pieces in ([], [shard(None, organization="o-theirs12345")]):
        made = merge(day(20, account(B), pieces=pieces), day(21, account(A)))
        assert [one.id for one in made.accounts] == [A, B]


def test_the_management_account_is_kept() -> None:
    """An account that nobody is told of as the one that manages: its trusts read as others'."""

    def managed(*of: str | None) -> list[str | None]:
        told = [
            day(20 + n, account(A), organization={"id": OURS, "management_account": one})
            for n, one in enumerate(of)
        ]
        return [
            one.organization and one.organization.management_account
            for one in (merge(*told), merge(*reversed(told)))
        ]

    assert managed(A, None) == [A, A] and managed(None, B) == [B, B] and managed(A, B) == [B, B]
