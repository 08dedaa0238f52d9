"""Which files of the base run the gate: how far scripts that call scripts are followed, and what of
that was not looked at."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from checker.cli import gates
from checker.cli.gates import ROUNDS, _naming
from checker.cli.wholetree import WholeHere, WholeRevision
from tests.support.rows import rows

GATE = "vendorgate check\n"


class Base(WholeRevision):
    """A revision of these files, without git."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files

    def naming(self, texts: Iterable[str], *, pattern: str = "") -> frozenset[str]:
        words = list(texts)
        fits = re.compile(
            pattern.replace("[[:space:]]", r"\s").replace("[:space:]", r"\s") or "(?!)"
        )
        return frozenset(
            path
            for path, text in self.files.items()
            if any(word in text for word in words) or fits.search(text)
        )

    def paths(self) -> frozenset[str]:
        return frozenset(self.files)

    def mark(self, path: str) -> str | None:
        return f"100644 {path}" if path in self.files else None

    def content(self, path: str) -> bytes:
        return self.files[path].encode()


def chain(length: int, end: str = "tools/9.sh") -> dict[str, str]:
    """`tools/0.sh` runs the gate, each of the others the one before it."""
    made = {"tools/0.sh": GATE} | {
        f"tools/{n}.sh": f"tools/{n - 1}.sh\n" for n in range(1, length + 1)
    }
    return made | {end: made.pop(f"tools/{length}.sh")} if length else made


CHAINS: list[tuple[dict[str, str], set[str], set[str], str]] = [
    ({}, set(), set(), ""), (chain(0), {"tools/0.sh"}, set(), ""), ({"run.py": "python -m checker check"}, {"run.py"}, set(), ""),
    (chain(1), {"tools/0.sh"}, {"tools/9.sh"}, ""),
    (chain(ROUNDS, ".github/workflows/a.yml"), {"tools/0.sh"}, {*chain(ROUNDS, ".github/workflows/a.yml")} - {"tools/0.sh"}, "deep"),
    (chain(ROUNDS - 1), {"tools/0.sh"}, {*chain(ROUNDS - 1)} - {"tools/0.sh"}, ""),
    (chain(ROUNDS), {"tools/0.sh"}, {*chain(ROUNDS)} - {"tools/0.sh"}, "deep"),
    (chain(ROUNDS + 1), {"tools/0.sh"}, {f"tools/{n}.sh" for n in range(1, ROUNDS + 1)}, "deep"),
    ({"tools/0.sh": GATE, "a.sh": "tools/0.sh b.sh", "b.sh": "a.sh"}, {"tools/0.sh"}, {"a.sh"}, ""),
    ({"tools/0.sh": f"{GATE}tools/1.sh", "tools/1.sh": "tools/0.sh"}, {"tools/0.sh"}, {"tools/1.sh"}, ""),
    ({"package.json": GATE, "a.sh": "package.json"}, {"package.json"}, set(), ""),
    ({"tools/0.sh": GATE, ".buildkite/pipeline.json": "tools/0.sh"}, {"tools/0.sh"}, {".buildkite/pipeline.json"}, ""),
    ({"tools/0.sh": GATE, "a.md": "tools/0.sh"}, {"tools/0.sh"}, set(), ""),
    ({"mine/0.sh": GATE, "a.sh": "mine/0.sh"}, set(), set(), ""), ({"tools/0.sh": GATE, "mine/a.sh": "tools/0.sh"}, {"tools/0.sh"}, set(), ""),
]  # fmt: skip


@rows("files, named, callers, said", CHAINS)
def test_who_runs_the_gate(
    files: dict[str, str], named: set[str], callers: set[str], said: str
) -> None:
    """A workflow that calls a script that calls a script, four deep: changed, and nobody hears."""
    found = _naming(Base(files), lambda path: path.startswith("mine/"))
    assert found[:2] == (named, callers)
    assert (said in " ".join(found[2])) if said else found[2] == []


def test_what_was_not_looked_at_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of scripts, or a repository in which git takes too long."""
    many = {f"tools/{n}.sh": GATE for n in range(gates.CALLED + 1)}
    named, callers, notes = _naming(Base(many), lambda _: False)
    assert (len(named), callers, "301 of them do" in notes[0]) == (301, set(), True)
    del many["tools/0.sh"]
    assert _naming(Base(many), lambda _: False)[2] == []

    def slow(_self: Base, texts: Iterable[str], *, pattern: str = "") -> frozenset[str]:
        raise subprocess.TimeoutExpired("git", 60)

    monkeypatch.setattr(Base, "naming", slow)
    assert "longer than a minute" in _naming(Base({}), lambda _: False)[2][0]
    assert _naming(WholeHere.__new__(WholeHere), lambda _: False) == (set(), set(), []), (
        "of a revision alone"
    )


def test_a_module_in_the_gates_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git is asked only where one comes; and where it takes too long, that is no pass."""
    asked: list[object] = []

    def slow(_self: Base, texts: Iterable[str], *, pattern: str = "") -> frozenset[str]:
        asked.append(texts)
        raise subprocess.TimeoutExpired("git", 60)

    monkeypatch.setattr(Base, "naming", slow)
    there = {"checker.py": "x"}
    assert [*gates._in_place(Base(there), Base(there), set())] == [] == asked
    (found,) = gates._in_place(Base({}), Base(there), set())
    assert (found.widens, len(asked)) == (True, 1)


def test_what_takes_in_others_is_followed_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a file that is ten deep, or one of thousands, and is cut off in silence."""
    deep = {"requirements.txt": "-r 0.list\n"} | {
        f"{n}.list": f"-r {n + 1}.list\n" for n in range(9)
    }
    notes: list[str] = []
    found = gates._included(Base(deep | {"9.list": "x\n"}), ["requirements.txt"], notes)
    assert (found, notes) == ({f"{n}.list" for n in range(10)}, [])
    scripts = {f"{n}.sh": f". ./{n}.inc\n" for n in range(350)} | {
        f"{n}.inc": "" for n in range(350)
    }
    assert len(gates._sourced(Base(scripts), {*scripts}, notes)) == 350
    monkeypatch.setattr(gates, "FOLLOWED", 5)
    gates._included(Base(deep), ["requirements.txt"], notes)
    gates._sourced(Base(scripts), {*scripts}, notes)
    assert [("more than 5 others" in one) for one in notes] == [True]


def test_what_is_compared_by_its_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is compared neither by its meaning nor by its words changes in silence."""
    monkeypatch.setattr(gates, "repository", lambda: "root")
    monkeypatch.setattr(gates, "inside", lambda path, root: f"{root}/{path}")
    some: Any = SimpleNamespace(policies="p", snapshot="s", allowlist="a.yaml", baseline="b.json")
    few: Any = SimpleNamespace(policies=None, snapshot="s", allowlist="a.yaml", baseline=None)
    names = ("a.yaml", "b.json", "in.yaml", "vendorgate.toml", "p/x", "s/x", "o/x")
    for inputs, snapshot, compared in (
        (some, None, {"a.yaml", "b.json", "in.yaml", "vendorgate.toml", "p/x", "s/x"}),
        (some, "o", {"a.yaml", "b.json", "in.yaml", "vendorgate.toml", "p/x", "o/x"}),
        (few, None, {"a.yaml", "in.yaml", "vendorgate.toml", "s/x"}),
    ):
        found = gates.elsewhere(inputs, snapshot, ["in.yaml"])
        assert {name for name in names if found(f"root/{name}")} == compared
        for path in ("root/a.yaml/x", "root/p", "root/pyproject.toml", "root/px/x", "a.yaml"):
            assert not found(path), path
