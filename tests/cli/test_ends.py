"""How a command ends: by which exit code, saying what, and where what it wrote goes."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from checker.cli import collect_progress, evidence, main, output, stored, streams, targets
from checker.collect.aws.collect import Collected, Status
from checker.collect.aws.retry import Traffic
from checker.collect.cloudtrail.trail import Reading
from checker.errors import BadInputsError, InputError
from checker.evidence import archive, digests, stage, statement, verify
from checker.report.formats import render
from checker.snapshot.records import FileEntry, Gap, Manifest, Tool
from tests.report import factory


def caused(error: Exception, by: BaseException, *, named: bool) -> Exception:
    """As after `raise error from by`, or while `by` was handled."""
    error.__cause__, error.__context__ = (by, None) if named else (None, by)
    return error


MEMORY: list[tuple[bool, Exception]] = [
    (True, MemoryError()),
    (True, SystemError("error return without exception set")),
    (True, caused(ValueError("x"), MemoryError(), named=True)),
    (True, caused(ValueError("x"), SystemError(), named=False)),
    (True, OSError(errno.ENOMEM, "x")),
    (True, RuntimeError("Can't start new thread")),
    (True, RuntimeError("CUDA: out of memory")),
    (True, OSError("fork: Cannot allocate memory")),
    (True, ImportError("failed to map segment from shared object")),
    (True, ImportError("no memory for it")),
    (False, ImportError("no module named x")),
    (False, ValueError("failed to map segment")),
    (False, ValueError("no memory of it")),
    (False, OSError(errno.ENOENT, "x")),
    (False, caused(ValueError("x"), KeyError(), named=True)),
]


def test_what_is_for_want_of_memory() -> None:
    """A defect that is told as a lack of memory is never reported; and the reverse frightens."""
    for expected, error in MEMORY:
        assert main._is_memory(error) is expected, repr(error)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What goes to stderr, and which streams are given up."""
    told: list[str] = []
    monkeypatch.setattr(main, "tell", told.append)
    monkeypatch.setattr(main, "drop", lambda stream: told.append(
        "drops " + ("stdout" if stream is sys.stdout else "stderr")))  # fmt: skip
    monkeypatch.setattr(os, "write", lambda number, text: told.append(f"{number}: {text.decode()}"))
    monkeypatch.delenv("VENDORGATE_TRACEBACK", raising=False)
    yield told


def several(*messages: str) -> InputError:
    first, *others = map(InputError, messages)
    first.others = tuple(others)
    return first


NO_MEMORY = "2: error: out of memory; free some, or give more of it, and run it again\n"
ENDS: list[tuple[BaseException, int, list[str]]] = [
    (BadInputsError([InputError("a"), InputError("b")]), 2, ["error: a", "error: b"]),
    (InputError("a\x1b", path="p", line=3), 2, ["error: p:3: a\\x1b"]),
    (several("a", "b", "c"), 2, ["error: a (and 2 more: vendorgate validate)"]),
    (MemoryError(), 2, [NO_MEMORY, "drops stderr"]),
    (BrokenPipeError(), 141, ["drops stdout"]),
    (streams.ReaderGoneError(), 141, ["drops stdout"]),
    (OSError(errno.ENOSPC, "No space left", "x.json"), 2, ["drops stdout", "error: x.json: No space left"]),
    (OSError(errno.ENOSPC, "No space left"), 2, ["drops stdout", "error: No space left"]),
    (OSError("odd"), 2, ["drops stdout", "error: odd"]),
    (KeyboardInterrupt(), 130, ["stopped"]),
    (click.Abort(), 130, ["stopped"]),
    (click.exceptions.Exit(3), 3, []),
    (click.UsageError("No such option."), 2, ["error: No such option; see vendorgate --help"]),
    (click.UsageError("x", click.Context(click.Command("check"), info_name="check")), 2,
     ["error: x; see check --help"]),
    (click.ClickException("x."), 2, ["error: x."]),
]  # fmt: skip


def test_each_end_has_its_code_and_its_line(
    monkeypatch: pytest.MonkeyPatch, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An error that ends with 1 says that there are findings, one with 0 that there are none."""
    for error, code, told in ENDS:
        monkeypatch.setattr(main, "main", _raises(error))
        said.clear()
        assert (main._run(), said) == (code, told), repr(error)
    monkeypatch.setattr(main, "main", _raises(ValueError("a defect")))
    said.clear()
    assert main._run() == 2
    (line,) = said
    start, place, end = line.partition(" (test_ends.py:")
    assert start == "error: internal error: ValueError: a defect"
    assert place and end.endswith("); please report it, VENDORGATE_TRACEBACK=1 shows where")
    monkeypatch.setenv("VENDORGATE_TRACEBACK", "1")
    assert main._run() == 2 and "ValueError: a defect" in capsys.readouterr().err
    for answer, code in ((None, 0), ("text", 0), (3, 3), (0, 0)):
        monkeypatch.setattr(main, "main", lambda answer=answer, **_: answer)
        assert main._run() == code, answer


def _raises(error: BaseException) -> Callable[..., Any]:
    def called(**given: Any) -> None:
        assert given == {"prog_name": "vendorgate", "standalone_mode": False}
        raise error

    return called


def test_the_entry_point(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    """Help that cannot be written ends with 2, not with a traceback and 1."""
    monkeypatch.setattr(main, "open_closed", lambda: said.append("opened"))
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(gc, "set_threshold", lambda young: said.append(f"{young}"))
    for run, code, told in (
        (lambda: 3, 3, []),
        (_raised(OSError(errno.ENOSPC, "full")), 2, ["drops stdout", "error: full"]),
    ):
        monkeypatch.setattr(main, "_run", run)
        said.clear()
        with pytest.raises(SystemExit) as ended:
            main.run()
        assert (ended.value.code, said) == (code, ["opened", "50000", *told])


def _raised(error: OSError) -> Callable[[], int]:
    def called() -> int:
        raise error

    return called


def test_streams_that_are_closed_or_whose_reader_went(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that goes into the void is no report: who closed stdout hears of it."""
    monkeypatch.setattr(streams, "_fill", lambda: None)
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    streams.open_closed()
    opened = sys.stdin, sys.stdout, sys.stderr
    monkeypatch.undo()
    assert (opened[0].read(), opened[2].write("x"), opened[1].errors) == ("", 1, "backslashreplace")
    opened[1].flush()
    with pytest.raises(OSError, match="stdout is closed") as error:
        opened[1].write("x")
    assert error.value.errno == errno.EBADF
    kept = io.StringIO()
    monkeypatch.setattr(sys, "stdout", kept)
    streams.open_closed()
    assert sys.stdout is kept
    with pytest.raises(streams.ReaderGoneError), streams.told_if_gone():
        raise BrokenPipeError
    with pytest.raises(OSError, match="full"), streams.told_if_gone():
        raise OSError(errno.ENOSPC, "full")


def test_nobody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """stderr that cannot be written is given up, once; and where it is no file, nothing happens."""
    gone: list[object] = []
    monkeypatch.setattr(streams, "drop", gone.append)
    monkeypatch.setattr(click, "echo", lambda *_, **__: _raised(OSError())())
    streams.tell("x")
    assert gone == [sys.stderr]
    monkeypatch.undo()
    streams.drop(io.StringIO())


def test_what_is_said_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """An error in the midst of a report would be part of it."""
    streams.tell("x")
    assert capsys.readouterr() == ("", "x\n")


def test_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/stdout opened anew cuts what was printed; another file of the name is a file."""
    monkeypatch.chdir(tmp_path)
    for path, number in {
        "/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2, "/dev/fd/3": 3, "/proc/self/fd/12": 12,
        "/proc/thread-self/fd/1": 1, "/dev/fd/": None, "/proc/1/fd/1": None, "stdout": None,
        "/dev/stdouts": None, "/dev/fd/1x": None,
    }.items():  # fmt: skip
        assert output.descriptor(Path(path)) == number, path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_are_replaced_and_what_is_none_is_written_through(tmp_path: Path) -> None:
    """A report that is half written, or that ends the pipe that it was to go through."""
    file, link = tmp_path / "report.txt", tmp_path / "link.txt"
    file.write_text("old")
    link.symlink_to(file)
    output.write_bytes([b"a", b"b"], link)
    assert (file.read_text(), link.is_symlink(), names(tmp_path)) == (
        "ab", True, ["link.txt", "report.txt"],
    )  # fmt: skip
    with pytest.raises(ValueError, match="midst"):
        output.write_bytes(_failing(), file)
    assert (file.read_text(), names(tmp_path)) == ("ab", ["link.txt", "report.txt"])
    with pytest.raises(ValueError, match="midst"):
        output.write_bytes(_failing(), tmp_path / "new.txt")
    assert names(tmp_path) == ["link.txt", "report.txt"]
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    output.write_bytes([b"through"], tmp_path / "pipe")
    assert os.read(reader, 99) == b"through"
    os.close(reader)
    got, given = os.pipe()
    output.write_bytes([b"open"], Path(f"/dev/fd/{given}"))
    os.write(given, b" still")
    assert os.read(got, 99) == b"open still"
    for one in (got, given):
        os.close(one)
    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        output.write_text("x", tmp_path / "nowhere/report.txt")


def _failing() -> Iterator[bytes]:
    yield b"half"
    raise ValueError("in the midst")


def test_the_summary_of_a_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only of the format of a job's log, after what other steps wrote, and never in silence."""
    report, place = factory.small(), tmp_path / "summary.md"
    place.write_bytes(b"before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))
    output.write_reports(report, [("csv", None)])
    assert place.read_bytes() == b"before\n"
    output.write_reports(report, [("csv", tmp_path / "a.csv"), ("github", tmp_path / "a.txt")])
    written = place.read_text()
    assert (written[:7], len(written) > 100) == ("before\n", True)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "")
    output.write_reports(report, [("github", tmp_path / "a.txt")])
    assert place.read_text() == written
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    with pytest.raises(InputError, match="cannot be written: Is a directory"):
        output.write_reports(report, [("github", tmp_path / "a.txt")])
    assert capsys.readouterr().out.startswith("policy,severity,")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_and_widths_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape sequences in a file, or a table that is cut to the width of nothing."""
    monkeypatch.setenv("COLUMNS", "77")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for stream, no_color, variable, wanted in (
        (Terminal(), False, "", True), (Terminal(), True, "", False),
        (Terminal(), False, "1", False), (io.StringIO(), False, "", False),
    ):  # fmt: skip
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setenv("NO_COLOR", variable)
        assert output.color_wanted(no_color) is wanted, (stream, no_color, variable)
        wide = 77 if isinstance(stream, Terminal) else 0
        assert (output.columns(None), output.columns(Path("x"))) == (wide, 0)
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, write_through=True))
    small = factory.small()
    output.write_reports(small, [("text", None)], color=True)
    assert printed.getvalue().decode() == render(small, "text", color=True)


def test_lines_that_rewrite_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each call floods a log; one that stays hides what is said after it."""
    line = "\r\x1b[K{}"
    now = iter([0.0, 0.05, 1.0, 1.05, 9.0, 10.0, 10.5, 11.0])
    clock = SimpleNamespace(monotonic=lambda: next(now))
    monkeypatch.setattr("checker.cli.collect_progress.time", clock)
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    status = Status(1, 2, 0, Traffic(requests=3))
    with collect_progress.watching(quiet=False) as watch:
        for _ in range(3):
            watch(status)
    told = "collecting: 1 of 2 accounts, 3 calls (3/s), 0 throttled, 1 s left"
    assert shown.getvalue() == line.format(told) + line.format("")
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    look = collect_progress.reading(quiet=False)
    look(Reading(1, 4, 8))
    look(Reading(1, 5, 8))
    look(None)
    look(None)
    assert shown.getvalue() == (
        line.format("reading: 4 of 8 files (4/s), 1 s left")
        + line.format("reading: 5 of 8 files (2/s), 1 s left") + line.format("")
    )  # fmt: skip
    for quiet, stream in ((True, Terminal()), (False, io.StringIO())):
        monkeypatch.setattr(sys, "stderr", stream)
        with collect_progress.watching(quiet) as watch:
            watch(status)
        collect_progress.reading(quiet)(Reading(1, 4, 8))
        assert stream.getvalue() == ""


def test_what_a_collection_says_of_itself() -> None:
    """What is missing, and how often, for whoever does not open the manifest."""
    gaps = tuple(Gap(call=call, code=code, message="m") for call, code in
                 (("ec2:B", "Denied"), ("ec2:A", "Slow"), ("ec2:B", "Denied")))  # fmt: skip
    files = {name: FileEntry(records=count, sha256="")
             for name, count in (("roles.jsonl", 2), ("image_uses.jsonl", 3))}  # fmt: skip
    manifest = Manifest(
        schema="x", tool=Tool(name="v", version="1"), collected_at="2026-11-20T06:00:00Z",
        regions=("a", "b"), gaps=gaps, files=files,
    )  # fmt: skip
    traffic = Traffic(requests=7, throttles=1, retries=2)
    found = Collected(manifest, Status(3, 4, 1, traffic), "a \x1bnote", carried=5)
    assert collect_progress.summary("out", found, 1.26).splitlines() == [
        "a \\x1bnote",
        "out: accounts: 4 (and 5 carried over), regions: 2, roles: 2, image uses: 3, gaps: 3",
        "  calls: 7, throttled: 1, repeated: 2, seconds: 1.3",
        "  gap: ec2:A: Slow (1×)",
        "  gap: ec2:B: Denied (2×)",
    ]


def test_no_statement_stands_beside_another_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle that could not be replaced, with the statement of the one that should have been."""
    assert stage and verify  # who is imported while a digest is none would keep it
    monkeypatch.setattr(archive, "pack", lambda _, draft: draft.write_bytes(b"new"))
    monkeypatch.setattr(digests, "digest", lambda path: path.suffix)
    monkeypatch.setattr(statement, "statement", lambda *told: f"{told}".encode())
    (tmp_path / "a.zip").write_text("old")
    (tmp_path / "a.intoto.json").write_text("of the old one")
    with monkeypatch.context() as failing:
        failing.setattr(Path, "replace", lambda *_: _raised(OSError(errno.EACCES, "no"))())
        with pytest.raises(InputError, match=r"a\.zip: cannot be written: no"):
            evidence._write(tmp_path, tmp_path / "a.zip", "bundle")
    assert (names(tmp_path), (tmp_path / "a.zip").read_text()) == (["a.zip"], "old")
    evidence._write(tmp_path, tmp_path / "a.zip", "bundle")
    assert {name: (tmp_path / name).read_text() for name in names(tmp_path)} == {
        "a.zip": "new", "a.intoto.json": "('a.zip', '.tmp', '.txt', 'bundle')",
    }  # fmt: skip


def test_where_a_report_ends_up(tmp_path: Path) -> None:
    """A report in the place of a link, or a link that leads round in a ring, taken for a file."""
    (tmp_path / "to").symlink_to("there/x.json")
    (tmp_path / "there").mkdir()
    assert targets.at_end(tmp_path / "to") == tmp_path / "there" / "x.json"
    (tmp_path / "ring").symlink_to("ring")
    with pytest.raises(OSError, match=r"ring|Too many levels"):
        targets.at_end(tmp_path / "ring")


def test_a_star_is_of_s3_alone() -> None:
    """A folder called `*` here, which would be looked for in a bucket."""
    assert stored.each(Path("shards/*")) == [Path("shards/*")]
    assert stored.each(Path("s3:/bucket/a")) == [Path("s3:/bucket/a")]
