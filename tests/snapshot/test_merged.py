"""The manifest of several snapshots, part by part: what it tells of each, and what of none."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import msgspec
from msgspec import UNSET

from checker.errors import BadInputsError
from checker.snapshot.attached import Attached
from checker.snapshot.files import FILES
from checker.snapshot.gaps import UNREACHABLE
from checker.snapshot.merge import Source, Winners, check_sources, merged_lines, winners
from checker.snapshot.merged import merged_manifest
from checker.snapshot.merged_kinds import kinds_of_all, not_looked_for
from checker.snapshot.records import (
    SCHEMA,
    Account,
    FileEntry,
    Gap,
    Guardrail,
    Input,
    Manifest,
    Organization,
    Piece,
    Tool,
)

TOOL = Tool(name="vendorgate", version="1")
IDS = [f"{n:012}" for n in range(1, 9)]
OURS = Organization(id="o-one1234567", management_account=IDS[0])
THEIRS = Organization(id="o-two1234567", management_account=IDS[4])


class Named(Source):
    """A source without a folder, in a fixed order beside others."""

    @property
    def name(self) -> str:
        return self.manifest.collected_at


def source(day: int, *accounts: str, **more: Any) -> Source:
    given: dict[str, Any] = {
        "schema": SCHEMA, "tool": TOOL, "collected_at": f"2026-11-{day:02}T06:00:00Z", "partition": "aws",
        "accounts": tuple(Account(id=one, state="ACTIVE") for one in accounts), "sources": ("aws",), "regions": ("us-east-1",),
    }  # fmt: skip
    return Named(Manifest(**(given | more)))


def merged(*sources: Source, gone: frozenset[str] = frozenset(), more: tuple[Gap, ...] = ()) -> Manifest:  # fmt: skip
    """Where each account is the last one's that has it."""
    of = {a.id: one for one in sources for a in one.manifest.accounts if a.collected and a.id not in gone}  # fmt: skip
    return merged_manifest(sources, Winners(of, gone), TOOL, more)


def listed(organization: Organization, **more: Any) -> dict[str, Any]:
    piece = Piece(organization=organization.id, listed=True)
    return {"organization": organization, "pieces": (piece,)} | more


def gap(call: str, account: str | None = None) -> Gap:
    return Gap(account=account, call=call, code="x", message="m")


def test_what_the_parts_tell_together() -> None:
    """Regions, sources, notes and inputs of all parts, each once; times of each account."""
    one = source(20, IDS[0], sources=("aws", "files"), notes=("N", "M"), redacted=("a",), inputs=(Input(name="b", kind="k", sha256="2"), Input(name="a", kind="k", sha256="1")))  # fmt: skip
    two = source(21, IDS[1], regions=("eu-west-1", "us-east-1"), notes=("M",), redacted=("b",), inputs=(Input(name="a", kind="other", sha256="1"),))  # fmt: skip
    made = merged(one, two, more=(gap("merge"),))
    assert (made.schema, made.tool, made.collected_at, made.partition) == (SCHEMA, TOOL, "2026-11-20T06:00:00Z", "aws")  # fmt: skip
    assert (made.regions, made.sources, made.notes, made.redacted) == (("eu-west-1", "us-east-1"), ("aws", "files"), ("M", "N"), ("a", "b"))  # fmt: skip
    assert made.inputs == (Input(name="a", kind="other", sha256="1"), Input(name="b", kind="k", sha256="2"))  # fmt: skip
    assert [(a.id, a.collected, a.collected_at) for a in made.accounts] == [(IDS[0], True, UNSET), (IDS[1], True, "2026-11-21T06:00:00Z")]  # fmt: skip
    assert (made.gaps, made.organization, made.organizations, made.guardrails) == ((gap("merge"),), None, UNSET, None)  # fmt: skip
    bare = merged(source(20, IDS[0], sources=(), regions=()))
    assert (bare.sources, bare.regions, bare.inputs, bare.notes) == (("aws",), (), UNSET, ())


def test_the_oldest_is_told_by_the_clock() -> None:
    """A time with an offset is an earlier text and a later moment, and passes for the oldest."""
    late, early = "2026-11-20T23:30:00-05:00", "2026-11-21T01:00:00Z"
    made = merged(source(20, IDS[0], collected_at=late), source(21, IDS[1], collected_at=early))
    assert (made.collected_at, [a.collected_at for a in made.accounts]) == (early, [late, UNSET])


def test_who_left_is_told_by_name() -> None:
    """Accounts that are own no more, five of them by name."""
    for count, few in ((5, ", ".join(IDS[:5])), (6, ", ".join(IDS[:5]) + ", …")):
        made = merged(source(20, *IDS[:7]), gone=frozenset(IDS[:count]))
        said = f"Accounts that an older list of the organization has and the newest has not, and so are left out: {count} ({few})."  # fmt: skip
        assert (made.notes, [a.id for a in made.accounts]) == ((said,), IDS[count:7])


def test_whose_accounts_and_organizations() -> None:
    """Of several, each account says whose it is; of one organization none has to."""
    both = merged(source(20, IDS[0], **listed(OURS)), source(21, IDS[4], **listed(THEIRS)))
    assert (both.organization, both.organizations) == (None, (OURS, THEIRS))
    assert [(a.id, a.organization) for a in both.accounts] == [(IDS[0], OURS.id), (IDS[4], THEIRS.id)]  # fmt: skip
    bare = Organization(id=OURS.id)
    alone = merged(source(20, IDS[0], **listed(OURS)), source(21, IDS[1], **listed(bare)))
    assert (alone.organization, alone.organizations) == (OURS, UNSET)
    assert [a.organization for a in alone.accounts] == [UNSET, UNSET]


def test_which_gaps_stay() -> None:
    """Those of a listing that is the newest, and of accounts that are taken; shards' are told anew."""
    old = source(20, IDS[0], IDS[1], **listed(OURS, gaps=(gap("organizations:ListRoots"), gap("ec2:x", IDS[0]), gap("ec2:y", IDS[1]), gap("shard:1/2"), gap("z"))))  # fmt: skip
    new = source(21, IDS[1], **listed(OURS, gaps=(gap("organizations:ListAccounts"),)))
    assert {one.call for one in merged(old, new).gaps} == {"ec2:x", "organizations:ListAccounts", "z"}  # fmt: skip
    named = source(22, IDS[2], pieces=(Piece(),), gaps=(gap("organizations:DescribeOrganization"), gap("w", IDS[2])))  # fmt: skip
    assert {one.call for one in merged(named).gaps} == {"organizations:DescribeOrganization", "w"}
    assert {one.call for one in merged(named, new).gaps} == {"organizations:DescribeOrganization", "w", "organizations:ListAccounts"}  # fmt: skip
    lost = source(20, IDS[0], accounts=(Account(id=IDS[0]), Account(id=IDS[1], collected=False)), gaps=(gap("u", IDS[0]), gap("v", IDS[1])))  # fmt: skip
    assert [one.call for one in merged(lost, source(21, IDS[0])).gaps] == ["v"]
    nameless = source(22, IDS[2], pieces=(Piece(listed=True),), gaps=(gap("organizations:DescribeOrganization"),))  # fmt: skip
    assert [one.call for one in merged(nameless).gaps] == ["organizations:DescribeOrganization"]


def test_who_left_is_not_told_by_a_listing_that_failed() -> None:
    """Catches own accounts that are left out, as one of two listings made at once was cut."""
    at = Piece(organization=OURS.id, listed=True, listed_at="2026-11-21T05:00:00Z")
    old = source(20, *IDS[:3], **listed(OURS))
    for gaps, gone in ((("organizations:ListAccounts",), set()), ((), {IDS[2]})):
        cut = source(21, IDS[0], **listed(OURS, pieces=(at,), gaps=tuple(map(gap, gaps))))
        whole = source(22, IDS[1], **listed(OURS, pieces=(at,)))
        for new in ((cut, whole), (whole, cut)):
            assert winners((old, *new)).gone == gone


def test_of_two_organizations_each_has_its_own_newest_list() -> None:
    """Catches own accounts that are left out, as the list of another organization beside an older
    one is newer than theirs."""
    pieces = tuple(
        Piece(organization=one.id, listed=True, listed_at=f"2026-11-{day}T00:00:00Z")
        for one, day in ((OURS, 19), (THEIRS, 25))
    )
    of_both = ((IDS[0], OURS), (IDS[1], OURS), (IDS[4], THEIRS))
    accounts = tuple(Account(id=one, organization=whose.id) for one, whose in of_both)
    both = source(25, organizations=(OURS, THEIRS), pieces=pieces, accounts=accounts)
    listing = Piece(organization=OURS.id, listed=True, listed_at="2026-11-21T00:00:00Z")
    ours = source(21, IDS[0], IDS[2], **listed(OURS, pieces=(listing,)))
    for several in ((both, ours), (ours, both)):
        assert winners(several).gone == {IDS[1]}


def test_what_was_seen_of_a_closed_account_is_kept() -> None:
    """Catches records that are dropped in silence, as nobody can enter their account any more."""
    closed = source(20, accounts=(Account(id=IDS[0], state="SUSPENDED"),))
    assert winners((closed, source(21, IDS[1]))).of[IDS[0]] is closed


def test_what_only_a_loser_looked_for_is_in_no_file() -> None:
    """Catches resources that look as if there were none, as an older collection looked for some."""
    files = {name: FileEntry(records=0, sha256="") for name in (*FILES, "resources.jsonl")}
    old = source(20, IDS[0], files=files)
    new = source(21, IDS[0], files={name: files[name] for name in FILES})
    several = (old, new)
    assert {name for name, _ in merged_lines(several, winners(several))} == set(FILES)
    assert "resources.jsonl" in dict(merged_lines((old,), winners((old,))))


def test_what_nobody_could_reach_is_one_gap_where_it_is_so_for_all() -> None:
    """Catches a gap of two accounts that is told of all, as they are of two snapshots."""
    cut = [Gap(account=one, call="ecs:ListClusters", code=UNREACHABLE, message="m") for one in IDS[:3]]  # fmt: skip
    for of, told in ((cut[:2], [*IDS[:2]]), (cut, [None])):
        one = source(20, *IDS[:2], gaps=tuple(of[:2]))
        two = source(21, IDS[2], gaps=tuple(of[2:]))
        assert [gap.account for gap in merged(one, two).gaps] == told


def test_of_pods_in_an_account_that_left_nothing_is_told() -> None:
    """Catches a cluster that a reader takes for one of ours."""
    said = f"Pods of arn:aws:eks:us-east-1:{IDS[1]}:cluster/x: 1 and their makers, as kubectl listed them."  # fmt: skip
    made = merged(source(20, *IDS[:2], notes=(said,)), gone=frozenset({IDS[1]}))
    assert said not in made.notes and said in merged(source(20, *IDS[:2], notes=(said,))).notes


def test_of_copies_each_account_is_of_whom_knows_its_pods() -> None:
    """Catches pods that nobody judges, as another account has more clusters in another copy."""
    one, other, more = (
        f"Pods of arn:aws:eks:us-east-1:{account}:cluster/{name}: 1 and their makers, as kubectl listed them."
        for account, name in ((IDS[0], "a"), (IDS[1], "b"), (IDS[1], "c"))
    )
    mine, theirs = (source(20, *IDS[:2], notes=notes) for notes in ((one,), (other, more)))
    for several in ((mine, theirs), (theirs, mine)):
        assert winners(several).of == {IDS[0]: mine, IDS[1]: theirs}


def test_regions_that_are_looked_at_no_more() -> None:
    """Where the newest collection was told to leave them out, and there alone."""
    wide = source(20, *IDS[:3], regions=("eu-west-1", "us-east-1"))
    for pieces, told in (((Piece(regions=("us-east-1",)),), 2), ((Piece(),), 0)):
        narrow = source(21, *IDS[:2], pieces=pieces)
        gaps = [one for one in merged(wide, narrow).gaps if one.code == "NotInNewest"]
        assert [(one.region, one.call) for one in gaps] == [("eu-west-1", "merge")] * bool(told)
        for one in gaps:
            assert one.message == "2 accounts were looked at in eu-west-1 before, and the newest collection was told to leave it out: collect them with the same --regions"  # fmt: skip
    both = source(21, *IDS[:2], pieces=(Piece(regions=("us-east-1",)), Piece()))
    assert {one.code for one in merged(wide, both).gaps} == {"NotInNewest"}
    old, new = (msgspec.structs.replace(wide.manifest, pieces=()), source(21, *IDS[:2]).manifest)
    assert merged(Named(old), Named(new)).gaps == ()
    apart = tuple(Account(id=one, regions=("us-east-1",)) for one in IDS[:2])
    wide = source(20, *IDS[:3], regions=("eu-west-1", "us-east-1"), accounts=apart)
    narrow = source(21, *IDS[:2], pieces=(Piece(regions=("us-east-1",)),), regions=("us-east-1",))
    assert [one for one in merged(wide, narrow).gaps if one.code == "NotInNewest"] == []


def test_guardrails_of_each_organization() -> None:
    """Those of the newest listing of each; of none where one could not tell."""
    first, second = Guardrail(id="p-1"), Guardrail(id="p-2")
    one, two = source(20, IDS[0], **listed(OURS, guardrails=(first,))), source(21, IDS[4], **listed(THEIRS, guardrails=(second,)))  # fmt: skip
    blind = source(22, IDS[4], **listed(THEIRS))
    both = merged(one, two).guardrails or ()
    assert [(g.id, g.organization) for g in both] == [("p-1", OURS.id), ("p-2", THEIRS.id)]
    assert merged(one, blind).guardrails is None and merged(one, two, blind).guardrails is None
    again = merged(one, source(21, IDS[0], **listed(OURS, guardrails=(second,))))
    assert again.guardrails == (second,)
    assert merged(source(20, IDS[0], guardrails=(first,))).guardrails is None
    at = {"pieces": (Piece(organization=OURS.id, listed=True, listed_at="2026-11-19T00:00:00Z"),)}
    once = [source(day, IDS[0], **(listed(OURS, guardrails=(one,)) | at)) for day, one in ((20, first), (21, second))]  # fmt: skip
    assert merged(*once).guardrails == merged(*reversed(once)).guardrails == (second,)


def test_kinds_that_were_looked_for() -> None:
    """Those for which all looked; where some did and others not, a gap says so."""
    parts = [source(20, IDS[0], resource_kinds=("B", "A"), code_kinds=("x",)), source(21, IDS[1], resource_kinds=("A", "C"))]  # fmt: skip
    found = kinds_of_all([one.manifest for one in parts])
    assert found == {"resource_kinds": ("A",), "code_kinds": ("x",)}
    assert kinds_of_all([source(20).manifest]) == {"resource_kinds": UNSET, "code_kinds": UNSET}
    told = list(not_looked_for(Winners({IDS[0]: parts[0], IDS[1]: parts[1]}, frozenset())))
    mend = ": collect them with the same options"
    assert [(one.call, one.code, one.message) for one in told] == [
        ("merge:resources:kinds", "NotLookedFor", f"resources of B, C were looked for in some accounts alone{mend}"),
        ("merge:uses-of-code", "NotLookedFor", f"uses of code were looked for in others, and not in 1 account ({IDS[1]}){mend}"),
    ]  # fmt: skip
    many = source(22, *IDS[2:6])
    of = {IDS[0]: source(20, resource_kinds=tuple("ABCD")), IDS[1]: source(20, resource_kinds=())}
    told = list(not_looked_for(Winners(of | dict.fromkeys(reversed(IDS[2:6]), many), frozenset())))
    assert [one.message for one in told] == [
        f"resources were looked for in others, and not in 4 accounts ({', '.join(IDS[2:5])}, …){mend}",
        f"resources of A, B, C, … were looked for in some accounts alone{mend}",
    ]  # fmt: skip
    assert not list(not_looked_for(Winners({IDS[0]: many}, frozenset())))
    assert not list(not_looked_for(Winners({IDS[0]: parts[0]}, frozenset())))


def test_which_pieces_are_left() -> None:
    """The newest of each kind of collection of which something is left, and of each shard."""
    at = {"collected_at": "2026-11-20T06:00:00Z", "listed_at": "2026-11-20T06:00:00Z"}
    old, new = source(20, IDS[0], **listed(OURS)), source(21, IDS[0], **listed(OURS))
    (left,) = merged(old, new).pieces or ()
    assert (left.collected_at, left.listed) == ("2026-11-21T06:00:00Z", True)
    shards = [source(day, IDS[0], organization=OURS, pieces=(Piece(organization=OURS.id, shard=name),)) for day, name in ((20, "1/2"), (22, "1/2"), (21, "2/2"))]  # fmt: skip
    kept = [(one.shard, one.collected_at) for one in merged(*shards).pieces or ()]
    assert kept == [("2/2", "2026-11-21T06:00:00Z"), ("1/2", "2026-11-22T06:00:00Z")]
    asked = [source(day, name, pieces=(Piece(asked=text),)) for day, name, text in ((20, IDS[0], "--a"), (21, IDS[1], "--b"))]  # fmt: skip
    assert [one.asked for one in merged(*asked).pieces or ()] == ["--a", "--b"]
    together = [source(20, name, organization=OURS, pieces=(Piece(organization=whose, shard=shard),))
                for name, whose, shard in zip(IDS, (OURS.id, OURS.id, None), ("1/2", None, None), strict=False)]  # fmt: skip
    assert [(one.organization, one.shard) for one in merged(*together).pieces or ()] == [
        (None, None), (OURS.id, None), (OURS.id, "1/2"),
    ]  # fmt: skip
    assert merged(source(20, IDS[0], organization=OURS)).pieces == (Piece(organization=OURS.id, **at),)  # type: ignore[arg-type]  # fmt: skip


def test_which_guardrails_hold_where() -> None:
    """Over nobody in the management account, over whoever is below what they are attached to."""
    root, unit, own = (Guardrail(id=f"p-{n}", targets=targets) for n, targets in enumerate((("r-1",), ("ou-1", "ou-2"), (IDS[1],))))  # fmt: skip
    accounts = (Account(id=IDS[0], units=("r-1",)), Account(id=IDS[1], units=("r-1", "ou-1")), Account(id=IDS[2], units=("r-1",)), Account(id=IDS[3]))  # fmt: skip
    given = msgspec.structs.replace(source(20).manifest, accounts=accounts, organization=OURS)
    held = Attached(msgspec.structs.replace(given, guardrails=(root, unit, own)))
    assert [held.over(one) for one in IDS[:5]] == [(), (root, unit, own), (root,), None, None]
    blind = Attached(given)
    assert (held.seen, blind.seen) == (True, False)
    assert [blind.over(one) for one in IDS[:2]] == [(), None]
    none = Attached(msgspec.structs.replace(given, guardrails=()))
    assert none.seen and none.over(IDS[1]) == ()
    several = msgspec.structs.replace(given, organization=None, organizations=(OURS, THEIRS), guardrails=(root,),
                                      accounts=(*accounts, Account(id=IDS[4], units=("r-1",))))  # fmt: skip
    assert [Attached(several).over(one) for one in (IDS[0], IDS[2], IDS[4])] == [(), (root,), ()]


WHOLE = dict.fromkeys(FILES, FileEntry(records=0, sha256=""))
UNFIT: list[tuple[str, dict[str, Any], list[str]]] = [
    ("a whole one", {"files": WHOLE}, []), ("of several sources", {"files": WHOLE, "sources": ("aws", "kubernetes")}, []), ("a listing alone", {"snapshot": None}, []),
    ("code", {"files": WHOLE, "sources": ("aws", "terraform")}, ["is not all of AWS, so there is nothing to merge it with"]),
    ("of no source", {"files": WHOLE, "sources": ()}, ["is not all of AWS, so there is nothing to merge it with"]),
    ("pods alone", {"files": WHOLE, "sources": ("kubernetes",)}, ["knows nothing of its account but what pods run; add pods to the snapshot of AWS: collect kubernetes … -o SNAPSHOT"]),
    ("with use", {"files": WHOLE | {"usage.jsonl": None, "assumptions.jsonl": None}}, ["holds assumptions.jsonl, which is of all roles of a snapshot; merge first, then collect cloudtrail into what was merged"]),
    ("with what is not known", {"files": WHOLE | {"y.jsonl": None, "x.jsonl": None}}, ["holds x.jsonl, which this version does not know; merge with the version that collected it"]),
    ("without what all have", {"files": {}}, [f"names no {min(FILES)}; collect it anew"]),
    *((f"without {name}", {"files": {key: one for key, one in WHOLE.items() if key != name}}, [f"names no {name}; collect it anew"]) for name in FILES),
    ("all of it", {"files": {"x.jsonl": None, "usage.jsonl": None}}, ["holds usage.jsonl, which", "holds x.jsonl, which", f"names no {min(FILES)}"]),
]  # fmt: skip


def test_what_cannot_be_merged() -> None:
    """What would be lost in a merge without a word."""
    for why, more, expected in UNFIT:
        given = {key: value for key, value in more.items() if key != "snapshot"}
        snapshot: Any = None if "snapshot" in more else SimpleNamespace(name="S", sha256="0")
        one = Source(msgspec.structs.replace(source(20).manifest, **given), snapshot)
        told = []
        try:
            check_sources([one])
        except BadInputsError as error:
            told = [str(each) for each in error.errors]
        assert len(told) == len(expected), (why, told)
        assert all(said.startswith(f"S: {part}") for said, part in zip(told, expected, strict=True)), told  # fmt: skip
    used = msgspec.structs.replace(source(20).manifest, files=WHOLE | {"usage.jsonl": None})  # type: ignore[dict-item]  # fmt: skip
    check_sources([Source(used, SimpleNamespace(name="S", sha256="0"))], usage=True)  # type: ignore[arg-type]  # fmt: skip


def test_when_a_source_was_listed() -> None:
    """The last of its pieces' times, or when it was collected."""
    pieces = (Piece(listed_at="2026-11-19T00:00:00Z"), Piece(listed_at="2026-11-22T00:00:00Z"))
    assert source(20, pieces=pieces).listed_at == datetime(2026, 11, 22, tzinfo=UTC)
    assert source(20).listed_at == datetime(2026, 11, 20, 6, tzinfo=UTC)
