"""What was made of files before: kept for whoever made it, and believed where nobody else writes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker import __version__
from checker import remembered as module
from checker.errors import InputError
from checker.remembered import remembered
from tests.support.gate import TODAY
from tests.support.snapshots import ALLOWLIST, vendor_role, write

TEXTS = [b"one", b"two"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in module.IN_CI:
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache/vendorgate/remembered"


class Made:
    """Counts how often it is asked."""

    def __init__(self, value: Any = ("a", "b")) -> None:
        self.value, self.times = value, 0

    def __call__(self) -> Any:
        self.times += 1
        return self.value


def ask(
    made: Made, what: str = "x", texts: list[bytes] = TEXTS, kind: Any = tuple[str, ...]
) -> Any:
    return remembered(what, texts, kind, made)


def test_the_same_is_made_once(cache: Path) -> None:
    """A cache that never answers would be slow, and nobody would know."""
    made = Made()
    assert ask(made) == ask(made) == ("a", "b")
    assert made.times == 1
    assert [oct(p.stat().st_mode & 0o777) for p in cache.iterdir()] == ["0o600"]


OTHERS = {
    "of another name": {"what": "y"},
    "of another text": {"texts": [b"one", b"twp"]},
    "of texts that are cut elsewhere": {"texts": [b"onet", b"wo"]},
    "of texts in another order": {"texts": [b"two", b"one"]},
    "of a text more": {"texts": [b"one", b"two", b""]},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_of_anything_else_it_is_made_anew(cache: Path, other: dict[str, Any]) -> None:
    """The answer of one file given for another: somebody vetted whom nobody vetted."""
    made = Made()
    ask(Made(("old",)))
    assert ask(made, **other) == ("a", "b")


def test_other_code_makes_it_anew(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A rule that was mended must not be answered by what it said before."""
    ask(Made(("old",)))
    monkeypatch.setattr(module, "_code", lambda: "other code")
    assert ask(Made()) == ("a", "b")
    (tmp_path / "code/vetting").mkdir(parents=True)
    for name in ("a.py", "vetting/b.py", "vetting/b.json"):
        before = module._files(str(tmp_path / "code"))
        (tmp_path / "code" / name).write_text("x")
        assert module._files(str(tmp_path / "code")) != before, name


def test_other_code_of_the_same_size_and_time_makes_it_anew(tmp_path: Path) -> None:
    """Packages whose files are all as old as 1980, so that they can be built again to the byte."""
    path = tmp_path / "a.py"
    told = []
    for text in ("x = 1", "x = 2"):
        path.write_text(text)
        os.utime(path, (1, 1))
        told.append(module._files(str(tmp_path)))
    assert told[0] != told[1]


def test_another_library_makes_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that was mended must not be answered by what it said before."""
    assert {"yaml", "pydantic", "pydantic_core", "jmespath"} < {*module._LIBRARIES}
    code = module._code.__wrapped__
    assert code() == code()
    for name in module._LIBRARIES:
        before = code()
        real = module._library
        monkeypatch.setattr(module, "_library", lambda n, r=real, x=name: (*r(n), n == x))
        assert code() != before, name
        monkeypatch.setattr(module, "_library", real)


def test_what_lies_beside_the_code_is_no_matter(tmp_path: Path) -> None:
    """A list of an editor's, without an ending, is no folder."""
    (tmp_path / "vetting").mkdir()
    (tmp_path / "vetting/TAGS").write_text("x")
    assert module._files(str(tmp_path / "vetting")) == []


def test_code_that_cannot_be_told_is_no_error(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An editor's lock, a link to nowhere, has the name of a module while somebody writes."""
    (tmp_path / ".#a.py").symlink_to("me@host.1")
    monkeypatch.setattr(module, "_code", lambda: module._files(str(tmp_path)))
    assert ask(Made()) == ("a", "b") and not cache.exists()


HARM = {
    "cut": lambda data: data[:-1],
    "empty": lambda data: b"",  # noqa: ARG005
    "a letter changed": lambda data: data.replace(b"a", b"z"),
    "of another kind": lambda data: module.hashlib.sha256(b"\x07").digest() + b"\x07",  # noqa: ARG005
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_what_is_damaged_is_made_anew(cache: Path, harm: Any) -> None:
    """Half a list of vendors, or an error that nobody can mend, from a disk that was full."""
    ask(Made())
    (path,) = cache.iterdir()
    path.write_bytes(harm(path.read_bytes()))
    assert ask(made := Made()) == ("a", "b") and made.times == 1
    assert ask(again := Made()) == ("a", "b") and again.times == 0


def test_no_link_is_followed(cache: Path) -> None:
    """Somebody's link in the place of what is remembered."""
    ask(Made(("theirs",)))
    (path,) = cache.iterdir()
    path.rename(cache / "elsewhere")
    path.symlink_to(cache / "elsewhere")
    assert ask(Made()) == ("a", "b")


def _endless(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("make", [_endless, _folder])
def test_what_is_no_file_of_ours_is_passed_by(cache: Path, make: Any) -> None:
    """Each check from then on would wait for ever; and what cannot be put in its place would pile
    up."""
    ask(Made(("old",)))
    (path,) = cache.iterdir()
    make(path)
    assert ask(Made()) == ("a", "b")
    assert [*cache.iterdir()] == [path]


def test_what_is_too_large_is_neither_kept_nor_read(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each check from then on would end for want of memory."""
    many = ("old",) * 20
    ask(Made(many))
    monkeypatch.setattr(module, "LARGEST", 60)
    assert ask(Made()) == ("a", "b") and ask(Made(many), what="y") == many
    assert [p.stat().st_size for p in cache.iterdir()] == [37]


@pytest.mark.parametrize("mode", [0o770, 0o707])
@pytest.mark.parametrize("where", ["the cache", "the folder", "the file"])
def test_where_others_may_write_nothing_is_believed(cache: Path, where: str, mode: int) -> None:
    """What another user of the machine put there would be who is vetted."""
    ask(Made(("theirs",)))
    {"the cache": cache.parent, "the folder": cache, "the file": next(cache.iterdir())}[
        where
    ].chmod(mode)
    assert ask(Made()) == ("a", "b")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_what_somebody_else_owns_is_not_believed(cache: Path) -> None:
    """Put there before the folder was closed to others."""
    for give in (lambda: next(cache.iterdir()), lambda: cache):
        ask(Made(("theirs",)))
        os.chown(give(), 12345, 12345)
        assert ask(made := Made()) == ("a", "b") and made.times == 1


def test_nothing_is_kept_behind_a_link_to_a_folder_of_all(cache: Path, tmp_path: Path) -> None:
    """A folder like /tmp, in which anybody may put what is vetted."""
    (tmp_path / "all").mkdir()
    (tmp_path / "all").chmod(0o1777)
    cache.parent.mkdir(parents=True, mode=0o700)
    cache.symlink_to(tmp_path / "all")
    assert ask(Made()) == ("a", "b") and not [*cache.iterdir()]


def test_within_a_checkout_nothing_is_believed_or_kept(cache: Path, tmp_path: Path) -> None:
    """A job whose home is the working tree finds there what the pull request put there."""
    ask(Made(("theirs",)))
    (tmp_path / ".git").mkdir()
    assert ask(Made()) == ask(Made(), what="y") == ("a", "b")
    assert len([*cache.iterdir()]) == 1


def test_nor_behind_a_link_into_a_checkout(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that is called otherwise, and is in the working tree all the same."""
    (tmp_path / "tree/.git").mkdir(parents=True)
    (tmp_path / "tree/home").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "tree/home")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert ask(Made()) == ("a", "b") and not cache.exists()
    assert not (tmp_path / "tree/home/vendorgate/remembered").exists()


def test_a_home_that_is_relative_is_none(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be the working tree, whoever wrote that."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "home")
    assert ask(Made()) == ("a", "b") and not [*tmp_path.iterdir()]


@pytest.mark.parametrize("variable", module.IN_CI)
def test_in_ci_nothing_is_believed_or_kept(
    cache: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """A pull request's own job may have filled the cache that the gate's job is handed."""
    ask(Made(("theirs",)))
    monkeypatch.setenv(variable, "false")
    before = sorted(cache.iterdir())
    assert ask(Made()) == ask(Made(), what="y") == ("a", "b")
    assert sorted(cache.iterdir()) == before


def test_an_error_is_told_each_time(cache: Path) -> None:
    """A file that is wrong must be wrong the second time too."""

    def wrong() -> Any:
        raise InputError("wrong")

    for _ in range(2):
        with pytest.raises(InputError):
            remembered("x", TEXTS, tuple[str, ...], wrong)
    assert not cache.exists()


def test_only_what_comes_back_as_it_was_is_kept(cache: Path) -> None:
    """A set that comes back as a list would be judged otherwise the second time."""
    made = Made({"facts": (1, 2)})
    assert ask(made, kind=dict[str, Any]) == ask(made, kind=dict[str, Any]) == {"facts": (1, 2)}
    assert made.times == 2 and not [*cache.glob("*")]


@pytest.mark.usefixtures("cache")
def test_where_nothing_can_be_kept_all_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that is read-only, or a file where the folder should be, is no reason to fail."""
    (tmp_path / "vendorgate").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert ask(Made()) == ("a", "b")


def test_it_does_not_grow_for_ever(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that checks after each letter leaves a file for each."""
    monkeypatch.setattr(module, "MOST", 3)
    for number in range(6):
        ask(Made((str(number),)), what=str(number))
        for at, path in enumerate(sorted(cache.iterdir(), key=lambda p: p.stat().st_mtime_ns)):
            os.utime(path, (at, at))
    assert len([*cache.iterdir()]) == 3
    assert ask(made := Made(("5",)), what="5") == ("5",) and made.times == 0


LOADED = """
import sys
from checker.__main__ import run
try:
    run()
except SystemExit as end:
    print(end.code, *sorted(m for m in sys.modules if "." not in m or m.startswith("checker.")))
"""


def test_a_second_check_says_the_same_and_loads_less(cache: Path, tmp_path: Path) -> None:
    """What is remembered says what the files say; and modules that a check of nothing new need not
    load come back one by one, each a millisecond for everybody's editor."""
    write(tmp_path / "snapshot", roles=[vendor_role()])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    said, loaded = [], []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", LOADED, "check", "--today", TODAY, "-f", "json=out.json"],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        code, *modules = done.stdout.split()
        said.append((code, (tmp_path / "out.json").read_bytes()))
        loaded.append(set(modules))
    assert said[0] == said[1]
    heavy = {"pydantic", "yaml", "boto3", "logging", "subprocess", "tempfile", "secrets"}
    assert "pydantic" in loaded[0] and not heavy & loaded[1]
    assert len([m for m in loaded[1] if m.startswith("checker.")]) <= 187


MAKES = """
import sys
from checker.policy.load import BUILTIN, load_policies, parse
from checker.vetting.allowlist import checked
from checker.yamlfile import parse_yaml
parse({str(p): p.read_bytes() for p in BUILTIN.glob("*.yaml")}, True)
load_policies(BUILTIN, builtin=False)
checked(parse_yaml(sys.stdin.buffer.read(), "f"))
print(*(m for m in sys.modules if m.startswith("checker.")))
"""


def test_all_code_that_has_a_say_is_looked_at() -> None:
    """A module whose change would not be seen, and whose old answer would be believed."""
    done = subprocess.run([sys.executable, "-c", MAKES], input=ALLOWLIST.encode(),
                          capture_output=True, check=True)  # fmt: skip
    folders = {m.split(".")[1] for m in done.stdout.decode().split() if m.count(".") > 1}
    assert folders <= set(module._BEHIND)
    assert all((Path(module.__file__).parent / name).is_dir() for name in module._BEHIND)


def test_of_no_text_nothing_is_remembered(cache: Path) -> None:
    """Who has no policies of their own has nothing to read of them."""
    from checker.policy.load import load_policies

    load_policies(None)
    assert not cache.exists()


def test_an_allowlist_is_remembered_with_its_places(cache: Path, tmp_path: Path) -> None:
    """A finding names the line of an entry, whether the list was parsed or remembered."""
    from checker.vetting.read import read_allowlist

    path = tmp_path / "allowlist.yaml"
    path.write_text(ALLOWLIST)
    first, second = read_allowlist(path), read_allowlist(path)
    assert "document" not in vars(second), "it was parsed again"
    assert first.vendor_mark(0) == second.vendor_mark(0) == first.document.mark(("vendors", 0))
    assert (first.file, first.sha256, first.path) == (second.file, second.sha256, second.path)
    assert msgspec.structs.asdict(first.document) == msgspec.structs.asdict(second.document)


def test_version_needs_no_command_line() -> None:
    """Scripts ask for it each time that they start."""
    code = "import sys; from checker.__main__ import run; run(); print('click' in sys.modules)"
    for option in ("--version", "-V"):
        done = subprocess.run([sys.executable, "-c", code, option], capture_output=True, text=True)
        assert done.stdout == f"vendorgate, version {__version__}\nFalse\n"
