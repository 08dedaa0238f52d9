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
    monkeypatch.delenv("CI", raising=False)
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


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_where_others_may_write_nothing_is_believed(cache: Path, mode: int) -> None:
    """What another user of the machine put there would be who is vetted."""
    ask(Made(("theirs",)))
    cache.parent.chmod(mode)
    assert ask(Made()) == ("a", "b")


def test_in_ci_nothing_is_believed_or_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pull request's own job may have filled the cache that the gate's job is handed."""
    ask(Made(("theirs",)))
    monkeypatch.setenv("CI", "true")
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


def test_where_nothing_can_be_kept_all_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that is read-only, or a file where the folder should be, is no reason to fail."""
    monkeypatch.delenv("CI", raising=False)
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
    assert len([m for m in loaded[1] if m.startswith("checker.")]) <= 190


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
