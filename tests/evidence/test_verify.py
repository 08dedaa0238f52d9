"""Whatever is done to a bundle is found and named; whoever made the zip, nothing gets out of it."""

from __future__ import annotations

import io
import json
import stat
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from checker import __version__
from checker.errors import InputError
from checker.evidence import unpack
from checker.evidence.digests import manifest
from checker.evidence.evaluate import _check_since, check_files, included_in
from checker.evidence.layout import RefusedError
from checker.evidence.model import INCLUDES, read_evaluation
from checker.evidence.verify import verify as outcome
from checker.snapshot.read import Snapshot
from tests.evidence.support import (
    VETTED,
    alone,
    build,
    contents,
    each_kind,
    organization,
    rezip,
    told,
    verify,
)
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import ALLOWLIST, write

Files = dict[str, bytes]
MANIFEST = "manifest-sha256.txt"


def judged(path: Path) -> Ran:
    """What the command would print, without its start-up."""
    done = outcome(path)
    said = "".join(f"{name}: {problem}\n" for name, problem in done.problems)
    return Ran(int(bool(done.problems)), said, "".join(done.notes))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with a bundle before it, so that it has every kind of file."""
    folder = organization(tmp_path_factory.mktemp("organization"))
    build(folder, name="old.zip")
    return build(folder, "--since", "old.zip")


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The same with a tenth of the policies, as each costs an evaluation hundreds of times."""
    folder = organization(tmp_path_factory.mktemp("few"))
    options = alone(folder)
    build(folder, *options, name="old.zip")
    return contents(build(folder, *options, "--since", "old.zip"))


@pytest.fixture
def files(kinds: Files) -> Files:
    return dict(kinds)


def test_a_bundle_holds(bundle: Path) -> None:
    """The plain case, on the very file."""
    ran = verify(bundle)
    assert (ran.code, ran.err) == (0, "")
    assert "The bundle holds" in ran.out and "FAIL: 2 findings" in ran.out


def test_a_limit_of_age_is_kept(tmp_path: Path) -> None:
    """Catches a bundle of an old snapshot that passes, though the settings have a limit."""
    folder = organization(tmp_path)
    (folder / "vendorgate.toml").write_text("max-age = 3\n")
    made = build(folder, today="2026-11-26")
    assert judged(made).code == 0 and b"TooOld" in contents(made)["report.json"]


def test_metadata_of_the_zip_does_not_count(tmp_path: Path, files: Files) -> None:
    """Unpacked and packed anew, compressed, in another order, with folders, it is the same."""
    path = rezip(tmp_path / "e.zip", dict(reversed(files.items())))
    with zipfile.ZipFile(path, "a") as archive:
        archive.mkdir("snapshot")
    assert verify(path).code == 0


def test_a_change_of_any_file_is_found_and_named(tmp_path: Path, files: Files) -> None:
    """One byte more in each file: of all at once, as each is named, and of each in turn with digests
    mended, which leave only what cannot be made again."""
    changed = {name: data + b" " for name, data in files.items() if name != MANIFEST}
    ran = judged(rezip(tmp_path / "e.zip", files | changed))
    assert ran.code == 1
    assert {line.split(": its ")[0] for line in ran.out.splitlines()} == {
        f"{name}: was changed" for name in changed
    }
    for name in each_kind(files):
        if name not in (MANIFEST, f"since/{MANIFEST}"):
            path = rezip(tmp_path / "e.zip", files | {name: files[name] + b" "}, mend=True)
            names(judged(path), name, mended=True)


def names(ran: Ran, name: str, *, mended: bool) -> None:
    assert ran.code == 1, f"{name}: {ran.out}"
    named = {line.partition(": ")[0] for line in ran.out.splitlines()}
    assert told(name, named, mended=mended), (name, ran.out)


def test_a_changed_list_of_files_is_refused(tmp_path: Path, files: Files) -> None:
    """A line of it in which a blank hides what follows."""
    ran = judged(rezip(tmp_path / "e.zip", files | {MANIFEST: files[MANIFEST] + b" "}))
    assert ran.code == 1 and MANIFEST in ran.out, ran.out


def test_every_file_is_missed_by_name(tmp_path: Path, files: Files) -> None:
    """Files left out: every second one, and each in turn with digests that fit."""
    for half in (0, 1):
        gone = set(sorted(files.keys() - {MANIFEST})[half::2])
        rest = {name: data for name, data in files.items() if name not in gone}
        ran = judged(rezip(tmp_path / "e.zip", rest))
        assert ran.code == 1
        assert {line.split(", ")[0] for line in ran.out.splitlines()} == {
            f"{name}: is missing" for name in gone
        }
    rest = {name: data for name, data in files.items() if name != MANIFEST}
    names(judged(rezip(tmp_path / "e.zip", rest)), MANIFEST, mended=False)
    for name in set(each_kind(files)) - {MANIFEST}:
        rest = {other: data for other, data in files.items() if other != name}
        names(judged(rezip(tmp_path / "e.zip", rest, mend=True)), name, mended=True)


def test_each_file_of_a_bundle_is_listed(tmp_path: Path, files: Files) -> None:
    """A file of its own that the list of digests leaves out, so that it may be changed unseen."""
    for name in ("git.json", "gaps.json"):
        kept = [one for one in files[MANIFEST].splitlines(True) if not one.endswith(b"  %b\n" % name.encode())]  # fmt: skip
        ran = judged(rezip(tmp_path / "e.zip", files | {MANIFEST: b"".join(kept)}))
        assert (ran.code, ran.out.startswith(f"{name}: was added")) == (1, True), ran.out


@pytest.mark.parametrize(
    "name", ["extra.txt", "snapshot/extra.jsonl", "policies/z.yaml.bak", "since/x"]
)
@pytest.mark.parametrize("mend", [False, True])
def test_an_added_file_is_named(tmp_path: Path, files: Files, name: str, mend: bool) -> None:
    """A second allowlist beside the first, listed or not."""
    ran = judged(rezip(tmp_path / "e.zip", files | {name: b"x"}, mend=mend))
    assert ran.code == 1 and ran.out.startswith(f"{name}: "), ran.out


def test_a_file_of_the_bundle_before_is_what_it_is_called(tmp_path: Path) -> None:
    """Catches one of its lists in the place of another, both of which it has."""
    names = ("allowlist.yaml", "evaluation.json", "git.json", "report.json")
    for name in names:
        (tmp_path / name).write_text(name)
    (tmp_path / MANIFEST).write_bytes(manifest(tmp_path))
    _check_since(tmp_path)
    (tmp_path / names[0]).write_text(names[1])
    with pytest.raises(InputError, match="is not what since/"):
        _check_since(tmp_path)


def test_what_a_list_of_before_includes_is_what_it_is_called(tmp_path: Path) -> None:
    """Catches another vendor among those who were vetted by then, and a folder in the place of its
    files."""
    for name in ("allowlist.yaml", "evaluation.json", "git.json", "report.json"):
        (tmp_path / name).write_text(name)
    inner = tmp_path / INCLUDES / "sub" / "a.yaml"
    inner.parent.mkdir(parents=True)
    inner.write_text("a")
    (tmp_path / MANIFEST).write_bytes(manifest(tmp_path))
    assert included_in(tmp_path) == [f"{INCLUDES}/sub/a.yaml"]
    _check_since(tmp_path)
    inner.write_text("b")
    with pytest.raises(InputError, match="is not what since/"):
        _check_since(tmp_path)


def test_of_a_bundle_of_our_own_no_other_words_are_taken(tmp_path: Path, files: Files) -> None:
    """Catches kinder words that whoever asks for leniency takes for another version's."""
    forged = files | {"README.md": files["README.md"].replace(b" the ", b" teh ", 1)}
    path = rezip(tmp_path / "e.zip", forged, mend=True)
    done = outcome(path, accept_other_version=True)
    assert [name for name, _ in done.problems] == ["README.md"]


def test_a_link_is_no_file_of_a_snapshot(tmp_path: Path) -> None:
    """Catches a bundle of what lies elsewhere, though it is what the manifest says; and a file of
    the snapshot that no policy reads, and somebody changed."""
    path = write(tmp_path / "s", roles=[], image_uses=[])
    check_files(Snapshot(path))
    (path / "image_uses.jsonl").write_text("{}")
    with pytest.raises(InputError, match=r"its SHA-256 is not the one in manifest\.json"):
        check_files(Snapshot(path))
    write(path, roles=[], image_uses=[])
    (path / "roles.jsonl").rename(tmp_path / "elsewhere")
    (path / "roles.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is not a file here"):
        check_files(Snapshot(path))


def test_a_bundle_says_what_was_left_out(files: Files) -> None:
    """Catches few policies that pass for all."""
    told = json.loads(files["report.json"])
    assert told["settings"]["builtin_policies"] is told["inputs"]["policies"]["builtin"] is False
    assert b"- Bent: the built-in policies are left out" in files["README.md"]


def test_a_key_that_is_told_twice_is_no_form(tmp_path: Path, files: Files) -> None:
    """Catches two verdicts on one file, of which each reader believes another; in another version's
    bundle it may stand in another form."""
    text = files["evaluation.json"].replace(b'"allow_gaps"', b'"allow_gaps": true, "allow_gaps"')
    (tmp_path / "evaluation.json").write_bytes(text)
    with pytest.raises(InputError, match="twice"):
        read_evaluation(tmp_path / "evaluation.json")


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        (b"vendorgate/evidence/v1", b"vendorgate/evidence/v11", "its schema is"),
        (b'"allow_gaps"', b'"allows_more": true, "allow_gaps"', "allows_more"),
    ],
)
def test_an_evaluation_of_another_form(
    tmp_path: Path, files: Files, old: bytes, new: bytes, match: str
) -> None:
    """Catches what a later version says, and this one passes over."""
    text = files["evaluation.json"]
    assert old in text
    (tmp_path / "evaluation.json").write_bytes(text.replace(old, new))
    with pytest.raises(InputError, match=match):
        read_evaluation(tmp_path / "evaluation.json")


def test_what_the_list_of_before_includes_is_a_part(tmp_path: Path) -> None:
    """Catches an honest bundle that is refused, as its lists are of several files."""
    folder = organization(
        tmp_path, ALLOWLIST.replace("version: 1\n", "version: 1\ninclude: [teams/*.yaml]\n")
    )
    (folder / "teams").mkdir()
    (folder / "teams/a.yaml").write_text("version: 1\nvendors:\n" + VETTED)
    options = alone(folder)
    build(folder, *options, name="old.zip")
    (folder / "teams/a.yaml").rename(folder / "teams/b.yaml")
    path = build(folder, *options, "--since", "old.zip")
    held = {one for one in contents(path) if INCLUDES in one}
    assert held == {f"{INCLUDES}/teams/b.yaml", f"since/{INCLUDES}/teams/a.yaml"}
    assert judged(path).code == 0, judged(path).out


FORGED = [
    ("a finding dropped", "report.json", lambda d: d.replace(b'"fail"', b'"pass"'), "report.json"),
    ("a gap hidden", "gaps.json", lambda _: b"[]\n", "gaps.json"),
    ("a day moved", "evaluation.json", lambda d: d.replace(b"2026-11-20", b"2027-11-20"), "report.json"),
    ("another tool", "evaluation.json", lambda d: d.replace(__version__.encode(), b"9.9.9"), "report.json"),
    ("another schema", "evaluation.json", lambda d: d.replace(b"evidence/v1", b"evidence/v2"), "evaluation.json"),
    ("no day", "evaluation.json", lambda d: d.replace(b"2026-11-20", b"soon"), "evaluation.json"),
    ("a vendor added", "allowlist.yaml", lambda d: d.replace(b'["999999999999"]', b'["999999999999", "888888888888"]'), "report.json"),
    ("a role dropped", "snapshot/roles.jsonl", lambda d: d.split(b"\n")[0] + b"\n", "snapshot/roles.jsonl"),
    ("usage that is none", "snapshot/usage.jsonl", lambda _: b"{}\n", "snapshot/usage.jsonl"),
    ("a stranger's use", "snapshot/usage.jsonl", lambda d: d.replace(b"999999999999", b"888888888888"), "snapshot/usage.jsonl"),
    ("a policy made lax", "policies/anyone-trust.yaml", lambda d: d.replace(b"critical", b"low"), "report.json"),
    ("a policy broken", "policies/anyone-trust.yaml", lambda _: b"id: [", "policies/anyone-trust.yaml"),
    ("a waiver hidden", "waivers.json", lambda _: b"[]\n", "waivers.json"),
    ("kinder words", "README.md", lambda d: d.replace(b"FAIL", b"PASS"), "README.md"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "forge", "named"), [f[1:] for f in FORGED], ids=[f[0] for f in FORGED]
)
def test_a_careful_forgery_is_found(
    tmp_path: Path, files: Files, name: str, forge: Callable[[bytes], bytes], named: str
) -> None:
    """The digests were mended; evaluation tells the forgery nevertheless."""
    forged = forge(files[name])
    assert forged != files[name]
    ran = judged(rezip(tmp_path / "e.zip", files | {name: forged}, mend=True))
    assert ran.code == 1 and f"{named}: " in ran.out, ran.out


def test_the_command_says_so_too(tmp_path: Path, files: Files) -> None:
    """A report that does not follow, whose digests hold: named, and then called a bundle that does."""
    forged = files["report.json"].replace(b'"fail"', b'"pass"')
    ran = verify(rezip(tmp_path / "e.zip", files | {"report.json": forged}, mend=True))
    assert (ran.code, "report.json: " in ran.out, "The bundle holds" in ran.out) == (1, True, False)


def zipped(
    *entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def link(kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("allowlist.yaml")
    entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
    return entry


def flagged(data: bytes, flags: int) -> bytes:
    """The flags of the first entry, in both of its headers."""
    at = data.index(b"PK\x01\x02") + 8
    return (
        data[:6] + struct.pack("<H", flags) + data[8:at] + struct.pack("<H", flags) + data[at + 2 :]
    )


def lying(data: bytes, size: int) -> bytes:
    at = data.index(b"PK\x01\x02") + 24
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


def lying_twice(data: bytes, size: int) -> bytes:
    """Before the content as in the list of contents."""
    at = data.index(b"PK\x03\x04") + 22
    data = lying(data, size)
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


def padded(data: bytes, more: bytes) -> bytes:
    """With bytes behind the content, which both headers count to it."""
    at = data.index(b"PK\x01\x02")
    made = bytearray(data[:at] + more + data[at:])
    (size,) = struct.unpack_from("<I", data, 18)
    for where, number in (
        (18, size),
        (at + len(more) + 20, size),
        (made.rindex(b"PK\5\6") + 16, at),
    ):
        struct.pack_into("<I", made, where, number + len(more))
    return bytes(made)


PLAIN = zipped(("a.json", b"x" * 100))
HOSTILE = [
    ("climbs out", zipped(("../evil", b"x")), "../evil"),
    ("climbs out from within", zipped(("a/../../evil", b"x")), "a/../../evil"),
    ("absolute", zipped(("/etc/evil", b"x")), "/etc/evil"),
    ("backslash", zipped(("..\\evil", b"x")), "evil"),
    ("drive", zipped(("C:evil", b"x")), "C:evil"),
    ("a NUL hides the rest", zipped(("ab", b"x")).replace(b"ab", b"a\0"), "a"),
    ("escape sequence", zipped(("\x1b[31m", b"x")), "31m"),
    ("right-to-left", zipped(("a\u202etxt", b"x")), "txt"),
    ("no name", zipped((".", b"x")), "."),
    ("hidden", zipped((".git/config", b"x")), ".git/config"),
    ("deep", zipped(("a/" * 40 + "b", b"x")), "a/a"),
    ("link", zipped((link(stat.S_IFLNK), b"/etc/passwd")), "allowlist.yaml"),
    ("device", zipped((link(stat.S_IFCHR), b"")), "allowlist.yaml"),
    ("a file that says it is a folder", zipped((link(stat.S_IFDIR), b"x")), "allowlist.yaml"),
    ("more behind what was deflated", padded(PLAIN, b"more"), "a.json: refused: has bytes behind its content"),
    ("twice", zipped(("a.json", b"1"), ("a.json", b"2")), "a.json"),
    ("twice but for case", zipped(("a.json", b"1"), ("A.json", b"2")), "A.json"),
    ("file and folder", zipped(("a", b"1"), ("a/b", b"2")), "a"),
    ("empty folder", zipped(("zzz/", b"")), "zzz/"),
    ("a folder with content", zipped(("a/", b"x"), ("a/b", b"y"), method=zipfile.ZIP_STORED), "a/"),
    *((f"encrypted ({flag:#x})", flagged(PLAIN, flag), "is encrypted") for flag in (0x1, 0x40, 0x2000)),
    ("another method", zipped(("a.json", b"x" * 99), method=zipfile.ZIP_LZMA), "a.json"),
    ("bomb", lambda: zipped(("a.json", b"\0" * (20 << 20))), "a.json"),
    ("lies about its size", lying(PLAIN, 50), "a.json"),
    ("claims too much", lying(PLAIN, 200), "a.json"),
    ("claims too much, twice", lying_twice(PLAIN, 200), "a.json"),
    ("claims too little, twice", lying_twice(PLAIN, 50), "a.json"),
    ("damaged", zipped(("a.json", b"abcd"), method=0).replace(b"abcd", b"abcx"), "a.json"),
    ("other name within", PLAIN.replace(b"a.json", b"b.json", 1), "a.json"),
    ("too many files", lambda: zipped(*((f"f{n}", b"") for n in range(unpack.MAX_FILES + 1))), "e.zip"),
    ("no files at all", zipped(), "manifest-sha256.txt"),
    ("a zip in a zip", zipped(("nested.zip", PLAIN)), "manifest-sha256.txt"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "named"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_a_hostile_zip_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes | Callable[[], bytes], named: str
) -> None:
    """An auditor opens what somebody sent: nothing may be written beside the private folder."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "e.zip").write_bytes(data() if callable(data) else data)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    ran = judged(tmp_path / "e.zip")
    assert ran.code == 1 and named in ran.out, (ran.out, ran.err)
    assert ran.out.count("\n") == 1
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["e.zip", "tmp"]


@pytest.mark.parametrize(
    ("size", "packed", "refused"),
    [(unpack.MAX_RATIO * 100_000, 100_000, False), (unpack.MAX_RATIO * 100_000 + 1, 100_000, True),
     (unpack.RATIO_FROM, 1, False), (unpack.RATIO_FROM + 1, 1, True)],
)  # fmt: skip
def test_how_much_may_come_of_how_little(size: int, packed: int, refused: bool) -> None:
    """Catches a bound that is off by one: equal roles deflate far, too."""
    entry = zipfile.ZipInfo("a.json")
    entry.file_size, entry.compress_size = size, packed
    with pytest.raises(RefusedError) if refused else nullcontext():
        unpack._check_size([entry], "e.zip")


def test_a_hostile_name_is_shown_harmless(tmp_path: Path) -> None:
    """A name that commands the auditor's terminal."""
    (tmp_path / "e.zip").write_bytes(zipped(("\x1b[31m", b"x")))
    ran = verify(tmp_path / "e.zip")
    assert ran.code == 1 and "\x1b" not in ran.out and "31m: refused" in ran.out


def test_a_total_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many files, each of a modest ratio."""
    monkeypatch.setattr(unpack, "MAX_TOTAL", 150)
    (tmp_path / "e.zip").write_bytes(zipped(("a", b"x" * 100), ("b", b"x" * 100)))
    with (
        pytest.raises(RefusedError, match="unpacks to more than"),
        unpack.unpacked(tmp_path / "e.zip"),
    ):
        pass


@pytest.mark.parametrize(
    "data", [b"", b"not a zip", PLAIN[:40], None], ids=["empty", "text", "cut", "none"]
)
def test_what_is_no_zip_is_bad_input(tmp_path: Path, data: bytes | None) -> None:
    """Exit code 1 would say that somebody tampered with a bundle."""
    if data is not None:
        (tmp_path / "e.zip").write_bytes(data)
    for command in ("verify", "trend"):
        ran = vendorgate("evidence", command, "e.zip", cwd=tmp_path)
        assert (ran.code, ran.err.count("\n")) == (2, 1), ran.err


def test_a_manifest_that_lists_a_file_outside_reads_none(tmp_path: Path, files: Files) -> None:
    """A name in the list of digests is no path to open."""
    line = b"0" * 64 + b"  ../../etc/passwd\n"
    ran = verify(
        rezip(
            tmp_path / "e.zip", files | {"manifest-sha256.txt": line + files["manifest-sha256.txt"]}
        )
    )
    assert ran.code == 1 and "passwd" in ran.out and json.dumps(ran.out)
