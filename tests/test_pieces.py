"""The small modules that everything stands on: errors, bounds, names, marks, the user's cache."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import botocore.loaders
import pytest

from checker import __main__ as entry
from checker import __version__, bounded, usercache, yamlfile
from checker.arns import account_of
from checker.aws_accounts import aws_accounts
from checker.document import Document, Mark
from checker.errors import BadInputsError, InputError, did_you_mean, first_of
from checker.frameworks import asks, frameworks, in_order, meant, title
from checker.once import key_told_twice, refuse_twice
from checker.partitions import HOME_REGION
from checker.plurals import plural
from checker.policy.written import PolicyFile
from checker.room import room
from checker.validation import build
from checker.vetting.written import entries_of
from checker.yamlfile import parse_yaml, read_yaml, refuse_hidden

SAID: list[tuple[dict[str, Any], str]] = [
    ({}, "m"), ({"path": "f"}, "f: m"), ({"path": Path("f"), "line": 3}, "f:3: m"), ({"path": "f", "line": 3, "column": 0}, "f:3:0: m"),
    ({"path": "f", "line": 3, "column": 4, "hint": "h"}, "f:3:4: m; h"), ({"hint": "h"}, "m; h"), ({"line": 3}, "3: m"), ({"path": ""}, ": m"),
]  # fmt: skip


def test_how_an_error_is_said() -> None:
    """An error without its place, or without its mend; of several, each a line."""
    errors = [InputError("m", **given) for given, _ in SAID]
    expected = [said.removeprefix(": ") for _, said in SAID]
    assert [str(one) for one in errors] == expected
    whole = BadInputsError(errors[:3])
    assert (str(whole), whole.errors) == ("\n".join(expected[:3]), tuple(errors[:3]))
    assert first_of(errors) is errors[0] and errors[0].others == tuple(errors[1:])
    assert first_of(errors[-1:]).others == ()


def test_the_nearest_name() -> None:
    """A hint that sends somebody to another name, or to none."""
    known = ["resources", "roles", "rolls"]
    told = [did_you_mean(name, known, "look") for name in ("rols", "resource", "xyz")]
    assert told == ["did you mean 'rolls'?", "did you mean 'resources'?", "look"]
    assert (did_you_mean("xyz", known), did_you_mean("roles", [])) == (None, None)


def test_a_file_is_read_up_to_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to what never ends; and a byte too many or too few of what people write."""
    monkeypatch.setattr(bounded, "_BLOCK", 4)
    path = tmp_path / "f"
    path.write_bytes(b"0123456789")
    assert bounded.read_bytes(path, 10) == bounded.read_input(path) == b"0123456789"
    for read in (bounded.read_bytes, bounded.read_input):
        with pytest.raises(InputError, match="f: is larger than 0 MiB"):
            read(path, 9)
    with pytest.raises(InputError, match="endless: is larger than 2 MiB"):
        bounded.read_open(Endless(), "endless", 2 << 20)
    with pytest.raises(FileNotFoundError):
        bounded.read_bytes(tmp_path / "none")
    with pytest.raises(InputError) as caught:
        bounded.read_input(tmp_path / "none", hint="h")
    assert str(caught.value) == f"{tmp_path}/none: cannot be read: No such file or directory; h"
    assert str(bounded.unreadable(OSError("odd"), "f")) == "f: cannot be read: odd"


class Deaf(io.StringIO):
    def flush(self) -> None:
        raise OSError("full")


class Endless(io.BytesIO):
    def read(self, _: int | None = -1) -> bytes:
        return bytes(1 << 20)


TWICE: list[tuple[str, str | None]] = [
    ("{}", None), ('{"a": 1, "b": {"a": 1}}', None), ('{"a": 1, "a": 1}', "a"), ('[{"a": {"b": 1, "c": 2, "b": 3}}]', "b"),
    ('{"b": {"c": 1, "c": 2}, "d": 1, "d": 2}', "c"), ("1e999", None), ("[1, 2]", None), ('{"c": 1, "a": 1, "b": 1, "b": 2}', "b"),
]  # fmt: skip


def test_a_key_that_is_told_twice() -> None:
    """Of two values a reader takes one, and we the other."""
    for text, key in TWICE:
        assert key_told_twice(text) == key_told_twice(text.encode()) == key, text
        if key is None:
            refuse_twice(text)
        else:
            with pytest.raises(ValueError, match=f"^tells '{key}' twice$"):
                refuse_twice(text)
    with pytest.raises(ValueError, match="Expecting"):
        key_told_twice("{")


def test_names_and_numbers() -> None:
    """Whose an ARN is, how many there are, and where a partition is at home."""
    arns = {"arn:aws:iam::1:role/x": "1", "arn:aws:s3:::b": "", "arn:aws:s3::1": None, "x": None, "arn:aws:sns:r:2:a:b": "2"}  # fmt: skip
    assert {arn: account_of(arn) for arn in arns} == arns
    counts = [plural(n, "role") for n in (0, 1, 2, 1234)]
    assert counts == ["0 roles", "1 role", "2 roles", "1,234 roles"]
    assert [plural(n, "account was", "accounts were") for n in (1, 2)] == ["1 account was", "2 accounts were"]  # fmt: skip
    accounts = aws_accounts()
    assert accounts["127311923021"] == "access logs of load balancers" and accounts is aws_accounts()  # fmt: skip
    loader = botocore.loaders.Loader()
    homes = {one["id"]: one["outputs"]["implicitGlobalRegion"] for one in loader.load_data("partitions")["partitions"]}  # fmt: skip
    for one in loader.load_data("endpoints")["partitions"]:
        iam = one["services"].get("iam", {})
        if "partitionEndpoint" in iam:
            scope = iam["endpoints"][iam["partitionEndpoint"]]["credentialScope"]
            homes[one["partition"]] = scope["region"]
    assert homes == HOME_REGION


def test_a_memory_is_emptied_once_it_is_full() -> None:
    """One that grows for ever, or forgets what there is room for."""
    known = {1: "a", 2: "b"}
    assert room(known, 3) is known == {1: "a", 2: "b"}
    assert room(known, 2) is known == {}


MEANT = {
    "nist80053": "nist_800_53", "nist_800_35": "nist_800_53", "nist_800_5": "nist_800_53", "nist_800_533": "nist_800_53", "nist_800_63": "nist_800_53",
    "NIST-800-53": "nist_800_53", "soc": "soc2", "soc3": "soc2", "so2c": "soc2", "oc2": "soc2", "nist_800_171": None, "mine": None, "": None, "s": None,
}  # fmt: skip


def test_frameworks_by_their_names() -> None:
    """A misspelt framework that counts as one's own; another one that is taken for a misspelling."""
    assert {key: meant(key) for key in MEANT} == MEANT
    assert in_order(["z", "soc2", "a", "nist_800_53"]) == ["nist_800_53", "soc2", "a", "z"]
    assert [title("x"), title("x", {"x": "Mine"}), title("soc2", {"soc2": "Mine"})] == ["x", "Mine", frameworks()["soc2"].title]  # fmt: skip
    assert (asks("x", "CC9.2"), asks("soc2", "none")) == ("", "")
    assert asks("soc2", "CC9.2") == frameworks()["soc2"].asks["CC9.2"] != ""


MARKS = {(): Mark(1, 1), ("a",): Mark(2, 3), ("a", 0): Mark(3, 5, "x"), ("b",): Mark(1, 2, None, "g"), ("c",): Mark(7, 1, None, "g")}  # fmt: skip


def test_where_a_value_stands() -> None:
    """A place in another file than the one that somebody opens."""
    document = Document("f", {}, MARKS, "0")
    asked: list[tuple[Any, Mark]] = [((), Mark(1, 1)), (("a", 0), Mark(3, 5, "x")), (("a", 1, "z"), Mark(2, 3)), (("z",), Mark(1, 1))]  # fmt: skip
    assert [document.mark(at) for at, _ in asked] == [mark for _, mark in asked]
    assert Document("f", {}, {}, "0").mark(("a",)) == Mark(1, 1)
    assert str(document.error(("a", 0), "m", "h")) == "f:3:5: m; h"
    assert str(document.error(("b",), "m")) == "g:1:2: m"
    lines = [document.line_for(*pair) for pair in ((("a",), ("a", 0)), (("b",), ("a",)), (("a",), ("b",)), (("b",), ("c",)))]  # type: ignore[arg-type]  # fmt: skip
    assert lines == ["line 2", "line 1 of g", "line 2 of f", "line 1"]


VENDOR = "version: 1\nvendors:\n  - name: A\n    accounts: [%s]\n    scope: {%s}\n    vetting: {owner: o, reference: r, reviewed: 2026-05-01, expires: 2027-05-01, evidence: []}\n"
WRONG: list[tuple[str, list[str]]] = [
    ("[]", ["f:1:1: the file must be keys with values"]),
    ("version: 1\nvendors: 5\n", ["f:2:10: vendors must be a list; write [] for none"]),
    ("version: 1\nvendors: [5]\n", ["f:2:11: vendors.0 must be keys with values"]),
    ("version: 2\n", ["f:1:10: version: input should be 1"]),
    ("vendor: []\n", ["f:1:9: unknown key 'vendor'; did you mean 'vendors'?", "f:1:1: the key 'version' is missing; add 'version'"]),
    ("version: 1\nxyz: []\n", ["f:2:6: unknown key 'xyz'; known here: exceptions, gaps, image_aliases, include, organization, vendors, version"]),
    (VENDOR % ("123456789012", ""), ['f:4:16: account ids and other numbers here must be quoted, as YAML reads 123456789012 as a number; write "123456789012"']),
    (VENDOR % ("true", ""), ["f:4:16: 'true' must be text; write \"true\""]),
    (VENDOR % ("[]", ""), ["f:4:16: vendors.0.accounts.0: input should be a valid string"]),
    (VENDOR % ("'1'", ""), ["f:4:16: '1' is not an account id of 12 digits"]),
    (VENDOR % ("", "rolls: x, usage: {action: x}"), ["f:5:20: unknown key 'rolls'; did you mean 'roles'?", "f:5:39: unknown key 'action'; did you mean 'actions'?"]),
    (VENDOR % ("", "in_accounts: 5"), ["f:5:26: vendors.0.scope.in_accounts must be a list; write [] for none"]),
    (VENDOR % ("x, '2'", "zyx: 1"), ["f:5:18: unknown key 'zyx'; known here: code, external_id, images, in_accounts, kinds, max_access, max_privilege, pinned, principals, reads_data, reads_secrets, resources, roles, usage",
                                    "f:4:16: 'x' is not an account id of 12 digits", "f:4:19: '2' is not an account id of 12 digits"]),
]  # fmt: skip


def wrong(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        entries_of(parse_yaml(text.encode(), "f"))
    return [str(one) for one in (caught.value, *caught.value.others)]


def test_what_is_wrong_with_a_file() -> None:
    """Unknown keys first, as one that is misspelt makes another missing; each with place and mend."""
    assert {text: wrong(text) for text, _ in WRONG} == dict(WRONG)
    assert [type(one) for one in entries_of(parse_yaml(b"version: 1\n", "f")).vendors] == []
    many = parse_yaml((VENDOR % ("'123456789012'", "roles: one")).encode(), "f")
    assert entries_of(many).vendors[0].scope.roles == ("one",)
    with pytest.raises(InputError) as caught:
        build(PolicyFile, parse_yaml(b"id: X\nasert: y\n", "f"))
    first, second, *_ = (str(one) for one in (caught.value, *caught.value.others))
    assert first == "f:2:8: unknown key 'asert'; did you mean 'assert'?"
    assert second == "f:1:1: the key 'title' is missing; add 'title'"


YAML: list[tuple[bytes, str]] = [
    (b"a:\n\tb: 1\n", "f:2:1: a tab indents this line; indent by spaces, as YAML knows no other way"),
    (b"a:\n  \tb: 1\n c: 1", "f:2:3: a tab indents this line; indent by spaces, as YAML knows no other way"),
    (b"a: 1\n\xff", "f:2: not UTF-8 text"), (b"a: [}\n", "f:1:5: not valid YAML: did not find expected node content"),
    (b"a: 1\n\n? [x]\n: 1\n", "f:3:3: a key must be text"), (b"a: 0x1f", "f:1:4: '0x1f' is a number that reads like another; quote it"),
    ("a: 1\r\nb: \u200bx\n".encode(), "f:2:4: the character U+200B cannot be seen in a review; delete it, or write it as an escape within double quotes"),
    (b"[" * 50 + b"]" * 50, "f:1:50: nested deeper than 48"), (b"a: 1\n--- \nb: 1\n", "f:2:1: a second document begins here; keep one in a file"),
    (b"a: {b: 1, b: 2}", "f:1:11: the key 'b' stands here twice; keep one"),
]  # fmt: skip


def test_what_a_yaml_file_may_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its very place; and numbers as people read them."""
    for text, said in YAML:
        with pytest.raises(InputError) as caught:
            parse_yaml(text, "f")
        assert str(caught.value) == said
    deep = parse_yaml(b"[" * 49 + b"]" * 49, "f").value
    for _ in range(48):
        (deep,) = deep
    assert deep == []
    text = b"- 0\n- -5\n- 12\n- 012345670123\n- 1.5\n- null\n- ~\n- 'x'\n- yes\n- 2026-01-02\n"
    value = parse_yaml(text, "f").value
    assert value[:3] == [0, -5, 12] and value[4:9] == [1.5, None, None, "x", True]
    assert str(value[9]) == "2026-01-02"
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1")
    monkeypatch.setattr(yamlfile, "MAX_BYTES", 4)
    assert read_yaml(path).value == {"a": 1} and read_yaml(path).path == str(path)
    path.write_bytes(b"a: 12")
    with pytest.raises(InputError, match=r"a\.yaml: larger than 0 MiB"):
        read_yaml(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_yaml(tmp_path)
    refuse_hidden("a\u200bb", "f", [(1, 2)])
    for spans in ([(0, 1)], [(2, 3)], []):
        with pytest.raises(InputError, match="f:1:2: the character U"):
            refuse_hidden("a\u200bb", "f", spans)


def test_a_file_of_the_cache_is_ours_alone(tmp_path: Path) -> None:
    """What somebody else wrote, or may write; a link, a pipe, and what is longer than it was."""
    path = tmp_path / "x"
    assert usercache.read(path, 9) is None
    usercache.write(path, b"012345678")
    assert path.stat().st_mode & 0o777 == 0o600 and [one.name for one in tmp_path.iterdir()] == ["x"]  # fmt: skip
    assert (usercache.read(path, 9), usercache.read(path, 8)) == (b"012345678", None)
    for mode in (0o640, 0o604, 0o620, 0o601):
        path.chmod(mode)
        assert usercache.read(path, 9) is None
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(mode=0o700)
    assert usercache.read(tmp_path / "pipe", 9) is usercache.read(tmp_path / "folder", 9) is None
    path.chmod(0o600)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(OSError, match="link"):
        usercache.read(tmp_path / "link", 9)
    with pytest.raises(IsADirectoryError):
        usercache.write(tmp_path / "folder", b"x")
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]


def test_a_secret_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is another each time, is cut, or is somebody else's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = usercache.key("k")
    assert first is not None and len(first) == 32 and usercache.key("k") == first
    assert usercache.key("other") != first
    path = tmp_path / "vendorgate/k"
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    for damaged in (first[:-1], first + b"x"):
        path.write_bytes(damaged)
        again = usercache.key("k")
        assert again not in (None, first, damaged) and usercache.key("k") == again
    assert sorted(one.name for one in path.parent.iterdir()) == ["k", "other"]
    monkeypatch.setenv("XDG_CACHE_HOME", str(path))
    assert usercache.key("k") is None
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert usercache.folder() == tmp_path / ".cache/vendorgate"
    monkeypatch.setenv("HOME", "here")
    with pytest.raises(RuntimeError):
        usercache.folder()
    assert usercache.key("k") is None


def test_a_folder_that_others_may_write_in(tmp_path: Path) -> None:
    """Whoever may rename what is in it has a say in what is read."""
    for mode, shared in ((0o700, False), (0o755, False), (0o770, True), (0o702, True)):
        tmp_path.chmod(mode)
        if shared:
            with pytest.raises(PermissionError):
                usercache.refuse_shared(tmp_path)
        else:
            usercache.refuse_shared(tmp_path)
    tmp_path.chmod(0o700)


def test_the_version_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where that is all that was asked for, and somebody can hear it."""
    for arguments, told in ((["--version"], True), (["-V"], True), ([], False), (["check"], False), (["--version", "-q"], False)):  # fmt: skip
        monkeypatch.setattr(sys, "argv", ["vendorgate", *arguments])
        assert entry._told_version() is told
        assert capsys.readouterr().out == (f"vendorgate, version {__version__}\n" if told else "")
    monkeypatch.setattr(sys, "argv", ["vendorgate", "-V"])
    monkeypatch.setattr(sys, "stdout", None)
    assert not entry._told_version()
    monkeypatch.setattr(sys, "stdout", Deaf())
    assert not entry._told_version()
