"""A bundle of the demo's organization, as an auditor gets it: followed, then tampered with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checker.evidence.verify import verify as outcome
from tests.evidence.support import Reader, alone, build, contents, each_kind, git, rezip, told
from tests.support.demo import demo

Files = dict[str, bytes]
MANIFEST, REPORT = "manifest-sha256.txt", "report.json"
NEWER = """\
  - name: Partner
    accounts: ["888888888888"]
    vetting: {owner: o, reference: r, reviewed: 2026-01-02, expires: 2099-01-02, evidence: []}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo(tmp_path_factory)


@pytest.fixture(scope="module")
def bundle(folder: Path) -> Path:
    """With git's history and a bundle before it, so that every kind of file is in it."""
    allowlist = folder / "allowlist.yaml"
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "allowlist.yaml")
    git(folder, "commit", "-q", "-m", "the list")
    build(folder, name="old.zip", today="2026-11-20")
    build(folder, *alone(folder), name="old-few.zip", today="2026-11-20")
    allowlist.write_text(allowlist.read_text().replace("vendors:\n", f"vendors:\n{NEWER}", 1))
    git(folder, "commit", "-qam", "vet the partner\n\nApproved-by: Eve <e@x>")
    return build(folder, "--since", "old.zip", name="new.zip", today="2026-11-30")


@pytest.fixture(scope="module")
def files(folder: Path, bundle: Path) -> Files:
    """The same with a tenth of the policies, as each costs an evaluation hundreds of times."""
    assert bundle.is_file()
    return contents(
        build(folder, *alone(folder), "--since", "old-few.zip", name="few.zip", today="2026-11-30")
    )


def test_whoever_follows_its_readme_verifies_it(bundle: Path, tmp_path: Path) -> None:
    """Steps that hold for a bundle of the tests' making, and not for a collected organization."""
    reader = Reader(bundle, tmp_path)
    digests, again, whole = map(reader.run, reader.steps)
    assert (digests.code, digests.out) == (0, ""), digests.err
    assert (again.code, again.out) == (0, ""), again.err
    assert whole.code == 0 and "The bundle holds" in whole.out, whole.err
    assert "FAIL: " in whole.out and "**FAIL: " in (reader.folder / "README.md").read_text()


def test_its_steps_tell_tampering_to_whoever_follows_them(bundle: Path, tmp_path: Path) -> None:
    """Steps that always print nothing."""
    reader = Reader(bundle, tmp_path)
    roles = reader.folder / "snapshot/roles.jsonl"
    roles.write_bytes(roles.read_bytes().replace(b"888888888888", b"777777777777"))
    digests, again, _ = map(reader.run, reader.steps)
    assert digests.code == 1 and "snapshot/roles.jsonl: FAILED" in digests.out
    assert again.code != 0 and "roles.jsonl: its SHA-256" in again.err


def flip(at: float) -> Callable[[bytes], bytes]:
    """One bit of one byte, so far into the file."""

    def flipped(data: bytes) -> bytes:
        index = min(int(len(data) * at), len(data) - 1)
        return data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]

    return flipped


CHANGES = [
    ("a byte at the beginning", flip(0.0)),
    ("a byte before the middle", flip(0.4)),
    ("a byte after the middle", flip(0.7)),
    ("the last byte", flip(1.0)),
    ("a byte more", lambda data: data + b" "),
    ("a byte less", lambda data: data[:-1]),
    ("emptied", lambda _: b""),
]  # fmt: skip


def judged(tmp_path: Path, given: Files, *, mend: bool) -> str:
    """What verify names, which must be something."""
    done = outcome(rezip(tmp_path / "e.zip", given, mend=mend))
    assert done.problems, "it verifies"
    return " ".join(name for name, _ in done.problems)


LISTS = (MANIFEST, "snapshot/manifest.json")


@pytest.mark.parametrize("change", [pytest.param(one, id=name) for name, one in CHANGES])
def test_a_change_of_any_file_breaks_its_digest(
    tmp_path: Path, files: Files, change: Callable[[bytes], bytes]
) -> None:
    """A file of a real bundle that its digest does not guard. As all that do not hold are named,
    all are changed at once; but for the list of them, which names files of its own."""
    changed = {name: change(data) for name, data in files.items() if name != MANIFEST}
    differ = {name for name in changed if changed[name] != files[name]}  # and no empty file
    assert set(judged(tmp_path, files | changed, mend=False).split()) == differ
    assert judged(tmp_path, files | {MANIFEST: change(files[MANIFEST])}, mend=False)


def test_a_change_of_one_file_names_it_alone(tmp_path: Path, files: Files) -> None:
    """A bundle in which one file of all is another."""
    for name in set(each_kind(files)) - set(LISTS):
        given = files | {name: files[name] + b" "}
        assert judged(tmp_path, given, mend=False) == name


@pytest.mark.parametrize("change", [pytest.param(one, id=name) for name, one in CHANGES[::2]])
def test_a_change_with_digests_mended_is_found(
    tmp_path: Path, files: Files, change: Callable[[bytes], bytes]
) -> None:
    """A file of a real bundle that the evaluation does not guard."""
    for name in each_kind(files):
        data = files[name]
        changed = change(data)
        if changed == data or name == MANIFEST:  # empty files; written anew
            continue
        named = set(judged(tmp_path, files | {name: changed}, mend=True).split())
        # a change of a list of files is one of the files that it names
        lists = name == LISTS[1] and all(one.startswith("snapshot/") for one in named)
        assert lists or told(name, named, mended=True), (name, named)


def test_a_file_left_out_is_found(tmp_path: Path, files: Files) -> None:
    """The policy, the account or the waiver that nobody is to see: all of them at once, then each
    where its digest is left out with it."""
    named = set(judged(tmp_path, {MANIFEST: files[MANIFEST]}, mend=False).split())
    assert named == files.keys() - {MANIFEST}
    rest = {name: data for name, data in files.items() if name != MANIFEST}
    assert judged(tmp_path, rest, mend=False) == MANIFEST
    for name in set(each_kind(files)) - {MANIFEST}:
        rest = {other: data for other, data in files.items() if other != name}
        named = set(judged(tmp_path, rest, mend=True).split())
        assert told(name, named, mended=True), (name, named)


@pytest.mark.parametrize("mend", [False, True], ids=["plainly", "with digests mended"])
def test_a_file_added_is_named(tmp_path: Path, files: Files, mend: bool) -> None:
    """A second copy beside each file, with the content of the first."""
    copies = {f"{name}.copy": files[name] for name in files}
    assert set(judged(tmp_path, files | copies, mend=mend).split()) == copies.keys()
    name = f"{REPORT}.copy"
    assert judged(tmp_path, files | {name: files[REPORT]}, mend=mend) == name


def test_two_files_exchanged_are_named(tmp_path: Path, bundle: Path) -> None:
    """Two policies under each other's name: all the digests are there, at the wrong places."""
    files = contents(bundle)
    one, two = "policies/anyone-trust.yaml", "policies/unvetted-account-trust.yaml"
    exchanged = files | {one: files[two], two: files[one]}
    assert judged(tmp_path, exchanged, mend=False).split() == [one, two]
    assert judged(tmp_path, exchanged, mend=True) in (one, two)
