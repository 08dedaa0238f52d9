"""`include:`: several files read as one list, as strictly as one file."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from checker.errors import InputError
from checker.vetting import includes
from checker.vetting.allowlist import Allowlist
from checker.vetting.includes import Disk, whole
from checker.vetting.read import included, read_allowlist
from checker.yamlfile import parse_yaml
from tests.vetting.test_allowlist import exception, listed, vendor

A, B = vendor('accounts: ["999999999999"]', name="A"), vendor('accounts: ["888888888888"]', name="B")  # fmt: skip
TEAM = "version: 1\ninclude: [allowlist.d/*.yaml]\n"
GAP = "gaps:\n  - {account: '222222222222', region: us-east-1, call: 'ec2:*', reason: r, owner: o, expires: 2027-01-31}\n"


def laid(folder: Path, files: dict[str, str]) -> Path:
    """`allowlist.yaml` and what it includes."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "allowlist.yaml"


def read(folder: Path, files: dict[str, str]) -> Allowlist:
    return read_allowlist(laid(folder, files))


def errors(folder: Path, files: dict[str, str]) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(folder, files)
    return [str(e).replace(f"{folder}/", "") for e in (caught.value, *caught.value.others)]


def test_all_of_it_is_the_list(tmp_path: Path) -> None:
    """Vendors, own accounts, aliases, waivers and gaps of each file, in order, each with its place."""
    found = read(tmp_path, {
        "allowlist.yaml": listed(A, extra='include: [more.yaml, "allowlist.d/*.yaml"]\n' + exception()),
        "more.yaml": 'version: 1\norganization: {accounts: ["111111111111"], federation: [{issuer: idp.example.com}], evidence: [{kind: deed}]}\nimage_aliases: [amazon]\n',
        "allowlist.d/b.yaml": listed(B, extra='include: [deep/c.yaml]\norganization: {accounts: ["222222222222"], ids: [o-abcdefghij]}\n' + GAP),
        "allowlist.d/deep/c.yaml": "version: 1\n" + exception(resource="x"),
        "allowlist.d/.hidden.yaml": "no list",
        "allowlist.d/README.md": "no list",
    })  # fmt: skip
    file, name = found.file, f"{tmp_path}/allowlist.d/b.yaml"
    assert [v.name for v in file.vendors] == ["A", "B"]
    assert file.organization.accounts == ("111111111111", "222222222222")
    assert [one.issuer for one in file.organization.federation] == ["idp.example.com"]
    assert [one.kind for one in file.organization.evidence] == ["deed"]
    assert (file.organization.ids, file.image_aliases) == (("o-abcdefghij",), ("amazon",))
    assert [e.resource for e in file.exceptions] == ["*", "x"] and len(file.gaps) == 1
    marks = found.vendor_mark(0), found.vendor_mark(1), found.exception_mark(1), found.gap_mark(0)
    places = [(mark.path, mark.line) for mark in marks]
    assert places == [(None, 3), (name, 3), (f"{tmp_path}/allowlist.d/deep/c.yaml", 3), (name, 9)]


def test_a_long_list_of_another_file_is_whole(tmp_path: Path) -> None:
    """Catches vendors, waivers or gaps that nobody has for want of a bound on what is merged."""
    many = "image_aliases: [" + ", ".join(f"a{number}" for number in range(5_000)) + "]\n"
    found = read(tmp_path, {"allowlist.yaml": TEAM, "allowlist.d/a.yaml": "version: 1\n" + many})
    assert len(found.file.image_aliases) == 5_000


def test_a_draft_in_an_included_file_vets_nobody(tmp_path: Path) -> None:
    """And its place is told."""
    draft = listed(A.replace("2026-05-01", ""))
    found = read(tmp_path, {"allowlist.yaml": TEAM, "allowlist.d/a.yaml": draft})
    assert found.file.vendors == () and "allowlist.d/a.yaml:5:49: the vendor 'A' is a draft" in str(
        found.drafts()[0]
    )


def test_the_digest_is_over_all_files(tmp_path: Path) -> None:
    """One that is of the first alone stays the same when somebody else's file changes."""
    files = {"allowlist.yaml": TEAM, "allowlist.d/a.yaml": listed(A), "allowlist.d/b.yaml": listed(B)}  # fmt: skip
    before = read(tmp_path, files).document.sha256
    first, *rest = (hashlib.sha256(text.encode()).hexdigest() for text in files.values())
    lines = f"{first}\n" + "".join(f"{d}  {n}\n" for d, n in zip(rest, list(files)[1:], strict=True))  # fmt: skip
    assert before == hashlib.sha256(lines.encode()).hexdigest()
    changed = files | {"allowlist.d/b.yaml": listed(B, extra="# a remark\n")}
    assert read(tmp_path, changed).document.sha256 != before
    one = read(tmp_path, {"allowlist.yaml": listed(A)}).document
    assert one.sha256 == hashlib.sha256(listed(A).encode()).hexdigest()


REFUSED: list[tuple[str, dict[str, str], list[str]]] = [
    ("an account under two vendors", {"a": listed(A), "b": listed(B.replace("888888888888", "999999999999"))},
     ["allowlist.d/b.yaml:4:16: the account '999999999999' stands on line 4 of DIR/allowlist.d/a.yaml too; keep it in one place"]),
    ("one name twice", {"a": listed(A), "b": listed(B.replace("name: B", "name: A"))},
     ["allowlist.d/b.yaml:3:11: the vendor name 'A' stands on line 3 of DIR/allowlist.d/a.yaml too; keep it in one place"]),
    ("an exception twice", {"a": "version: 1\n" + exception(), "b": "version: 1\n" + exception()},
     ["allowlist.d/b.yaml:3:5: an exception of the same policy, principal and resource stands on line 3 of DIR/allowlist.d/a.yaml; keep one of them"]),
    ("gaps twice", {"a": "version: 1\n" + GAP, "b": "version: 1\n" + GAP},
     ["allowlist.d/b.yaml:3:5: the same gaps are accepted on line 3 of DIR/allowlist.d/a.yaml; keep one of them"]),
    ("somebody's account is ours in another file", {"a": listed(A), "b": 'version: 1\norganization: {accounts: ["999999999999"]}\n'},
     ["allowlist.d/a.yaml:4:16: the account '999999999999' stands on line 2 of DIR/allowlist.d/b.yaml too; keep it in one place"]),
    ("what is wrong with each is told at once", {"a": listed(A).replace("accounts", "acounts"), "b": "vendors: []\n", "c": "\tx"},
     ["allowlist.d/a.yaml:4:14: unknown key 'acounts'; did you mean 'accounts'?", "allowlist.d/b.yaml:1:1: the key 'version' is missing; add 'version'",
      "allowlist.d/c.yaml:1:1: a tab indents this line; indent by spaces, as YAML knows no other way"]),
    ("a list in a list's place", {"a": "- version: 1\n"}, ["allowlist.d/a.yaml:1:1: the file must be keys with values"]),
    ("a cycle", {"a": "version: 1\ninclude: [b.yaml]\n", "b": "version: 1\ninclude: [a.yaml]\n"},
     ["allowlist.d/b.yaml:2:11: a file includes itself: allowlist.d/a.yaml → allowlist.d/b.yaml → allowlist.d/a.yaml; leave one of them out",
      "allowlist.yaml:2:11: allowlist.d/b.yaml is included twice, first by DIR/allowlist.d/a.yaml:2; include it once"]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "files", "told"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_no_file_may_hold_no_two_may(
    tmp_path: Path, why: str, files: dict[str, str], told: list[str]
) -> None:
    """Of two entries in two files, the owner of neither sees the other."""
    laid_out = {f"allowlist.d/{name}.yaml": text for name, text in files.items()}
    said = errors(tmp_path, {"allowlist.yaml": TEAM} | laid_out)
    assert [line.replace(str(tmp_path), "DIR") for line in said] == [
        one.replace("DIR/", "") for one in told
    ]


_ELSEWHERE = "is no path below this folder; name a file in the allowlist's own folder"
PATHS = [
    ("allowlist.d/none.yaml", "there is no file allowlist.d/none.yaml; check the path", "not there"),
    ("none/*.yaml", "none/*.yaml fits no file; leave it out, or check the path", "no such folder"),
    ("allowlist.d/*.yml", "allowlist.d/*.yml fits no file", "nothing fits"),
    ("../outside.yaml", f"'../outside.yaml' {_ELSEWHERE}", "a folder up"),
    ("allowlist.d/../outside.yaml", _ELSEWHERE, "up again"),
    ("/etc/passwd", _ELSEWHERE, "from the root"),
    ("./allowlist.d/a.yaml", _ELSEWHERE, "another way to write it"),
    ("allowlist.d//a.yaml", _ELSEWHERE, "the same"),
    ("allowlist.d\\\\a.yaml", _ELSEWHERE, "a backslash"),
    ("C:/a.yaml", _ELSEWHERE, "a drive"),
    ("HEAD:allowlist.d/a.yaml", _ELSEWHERE, "a revision"),
    ("~/a.yaml", _ELSEWHERE, "a home"),
    ("*/a.yaml", "has a wildcard in the name of a folder; write a line for each folder", "any folder"),
    ("a?/a.yaml", "has a wildcard in the name of a folder; write a line for each folder", "any letter of a folder"),
    ("**", "allowlist.d is no regular file", "two stars are one"),
    ("allowlist.yaml", "a file includes itself: allowlist.yaml → allowlist.yaml", "itself"),
    ("*.yaml", "a file includes itself", "itself by a pattern"),
    ("allowlist.d", "allowlist.d is no regular file", "a folder"),
    ("link.yaml", "link.yaml is a link, or behind one; put the file itself there", "a link"),
    ("linked/a.yaml", "linked/a.yaml is a link, or behind one", "behind a link"),
    ("linked/*.yaml", "linked is a link, or behind one", "a folder that is a link"),
    ("fifo", "fifo is no regular file", "what never ends"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "told", "why"), PATHS, ids=[row[2] for row in PATHS])
def test_a_path_is_one_below_and_no_link(tmp_path: Path, path: str, told: str, why: str) -> None:
    """Whoever may write elsewhere would decide whom we trust."""
    folder = tmp_path / "repo"
    (tmp_path / "outside.yaml").write_text(listed(B))
    first = laid(folder, {"allowlist.d/a.yaml": listed(A), "allowlist.yaml": f'version: 1\ninclude: ["{path}"]\n'})  # fmt: skip
    (folder / "link.yaml").symlink_to("allowlist.d/a.yaml")
    (folder / "linked").symlink_to("allowlist.d")
    os.mkfifo(folder / "fifo")
    with pytest.raises(InputError) as caught:
        read_allowlist(first)
    assert str(caught.value).startswith(f"{first}:2:11: ") and told in str(caught.value)


def test_a_file_is_included_once(tmp_path: Path) -> None:
    """By name and by a pattern: the second would give each entry twice."""
    text = 'version: 1\ninclude: [allowlist.d/a.yaml, "allowlist.d/*"]\n'
    said = errors(tmp_path, {"allowlist.yaml": text, "allowlist.d/a.yaml": listed(A)})
    assert said == ["allowlist.yaml:2:31: allowlist.d/a.yaml is included twice, first by allowlist.yaml:2; include it once"]  # fmt: skip


def test_the_depth_is_bounded(tmp_path: Path) -> None:
    """A chain of files that somebody generates."""
    files = {f"{n}.yaml": f"version: 1\ninclude: [{n + 1}.yaml]\n" for n in range(20)}
    said = errors(tmp_path, files | {"allowlist.yaml": "version: 1\ninclude: [0.yaml]\n"})
    assert len(said) == 1 and "10 within each other" in said[0]


def test_the_number_of_files_and_their_size_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as are told to be too many, and not one less."""
    files = {"allowlist.yaml": TEAM, "allowlist.d/a.yaml": listed(A), "allowlist.d/b.yaml": listed(B)}  # fmt: skip
    size = len(listed(A)) + len(listed(B))
    for name, most, said in (("MAX_FILES", 3, "more than 2 files"), ("MAX_BYTES", size, "all files together are larger than 0 MiB")):  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(includes, name, most)
            assert [v.name for v in read(tmp_path, files).file.vendors] == ["A", "B"]
            patch.setattr(includes, name, most - 1)
            (told,) = errors(tmp_path, files)
            assert told.startswith("allowlist.yaml:2:11: ") and said in told
    deep = {f"{n}.yaml": f"version: 1\ninclude: [{n + 1}.yaml]\n" for n in range(9)}
    deep |= {"allowlist.yaml": "version: 1\ninclude: [0.yaml]\n", "9.yaml": listed(A)}
    assert len(read(tmp_path, deep).file.vendors) == 1
    deep |= {"9.yaml": "version: 1\ninclude: [10.yaml]\n", "10.yaml": listed(A)}
    (told,) = errors(tmp_path, deep)
    assert told.startswith("9.yaml:2:11: more than")


def test_what_is_wrong_is_told_in_order_of_files_and_lines(tmp_path: Path) -> None:
    """The first of several is what somebody reads."""
    twice, whole = "version: 1\n" + exception(), exception().replace("exceptions:\n", "")
    said = errors(tmp_path, {
        "allowlist.yaml": 'version: 1\ninclude: ["d/*.yaml"]\n' + exception(),
        "d/a.yaml": "version: 1\n# a\n# b\n# c\n" + exception() + whole,
        "d/b.yaml": twice,
    })  # fmt: skip
    assert [one.split(": ")[0] for one in said] == ["d/a.yaml:6:5", "d/a.yaml:7:5", "d/b.yaml:3:5"]


SHIFTED: list[tuple[tuple[int | str, ...], tuple[int | str, ...] | None, str]] = [
    ((), None, "the whole"), (("version",), None, "the version"), (("include", 0), None, "what it includes"),
    (("vendors",), ("vendors",), "a list"), (("vendors", 1), ("vendors", 3), "an entry"),
    (("vendors", 1, "accounts", 1), ("vendors", 3, "accounts", 1), "what is in it"),
    (("gaps", 0, "call"), ("gaps", 0, "call"), "of a list that there was not"),
    (("organization",), ("organization",), "ourselves"), (("organization", "ids"), ("organization", "ids"), "a list of ours"),
    (("organization", "accounts", 0), ("organization", "accounts", 1), "one of ours"),
    (("organization", "ids", 0), ("organization", "ids", 0), "of a list of ours that there was not"),
    (("organization", "name"), None, "what ours has not"),
]  # fmt: skip


def test_where_an_entry_of_a_further_file_stands() -> None:
    """A mistake that is told at an entry of somebody else."""
    value = {"vendors": [{}, {}], "gaps": None, "organization": {"accounts": ["1"], "ids": None}}
    for at, there, why in SHIFTED:
        assert includes._shifted(at, value) == there, why
    assert includes._shifted(("organization", "ids", 0), {}) == ("organization", "ids", 0)


def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is not one that there is not."""

    def refused(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(includes, "read_bytes", refused)
    said = errors(tmp_path, {"allowlist.yaml": TEAM, "allowlist.d/a.yaml": listed(A)})
    assert said == ["allowlist.yaml:2:11: allowlist.d/a.yaml cannot be read: Permission denied"]


def test_a_key_that_is_spelt_with_an_escape_includes_too(tmp_path: Path) -> None:
    """A list that is remembered by its first file alone, when another one was changed."""
    files = {"allowlist.yaml": 'version: 1\n"incl\\u0075de": [a.yaml]\n', "a.yaml": listed(A)}
    assert [v.name for v in read(tmp_path, files).file.vendors] == ["A"]
    assert included(tmp_path / "allowlist.yaml") == (tmp_path / "a.yaml",)
    assert [v.name for v in read(tmp_path, files | {"a.yaml": listed(B)}).file.vendors] == ["B"]


def test_a_part_is_never_the_whole() -> None:
    """Read without its files, a list would judge by half of what is vetted and waived."""
    with pytest.raises(InputError, match="includes other files, which were not read"):
        Allowlist(parse_yaml(TEAM.encode(), "allowlist.yaml"))


def test_what_is_included_is_told_of_a_broken_list_too(tmp_path: Path) -> None:
    """So that no report is written over a file of it."""
    first = laid(tmp_path, {"allowlist.yaml": TEAM, "allowlist.d/a.yaml": "nonsense: 1\n"})
    assert included(first) == (tmp_path / "allowlist.d/a.yaml",)
    assert included(tmp_path / "none.yaml") == ()


@pytest.mark.parametrize("name", ["x:team.yaml", "a\nb.yaml", "\u202elmay.yaml", "x\\y.yaml", " a.yaml"])  # fmt: skip
def test_a_pattern_takes_no_name_that_reads_as_another(name: str) -> None:
    """`x:team.yaml` would be shown as team.yaml, a line more in a name as a file more."""

    class Files:
        def read(self, name: str) -> bytes:
            raise AssertionError(name)

        def names(self, folder: str) -> list[str]:  # noqa: ARG002  the protocol's
            return ["a.yaml", name]

    with pytest.raises(InputError, match="may take for another name"):
        whole(TEAM.encode(), "allowlist.yaml", Files())


def test_an_empty_list_of_files_is_one_file(tmp_path: Path) -> None:
    """As `init` could write it."""
    document = whole(b"version: 1\ninclude: []\n", "a.yaml", Disk(tmp_path))
    assert Allowlist(document).document.parts == ()


def test_the_schema_knows_the_key() -> None:
    """An editor that reddens it is believed."""
    schema = json.loads(Path("docs/schema/allowlist.json").read_text())
    assert "include" in schema["properties"]
