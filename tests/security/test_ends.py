"""However a run ends: one line, and exit code 2 where nothing was concluded; never a traceback,
whose exit code 1 would say that there are findings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.cli import Ran
from tests.support.snapshots import ALLOWLIST, vendor_role, write

CHECK = "check snapshot --today 2026-11-20"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "snapshot", roles=[vendor_role()])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    (tmp_path / "trust.json").write_text('{"Statement": []}')
    return tmp_path


def shell(folder: Path, script: str) -> Ran:
    function = f'vendorgate() {{ "{sys.executable}" -m checker "$@"; }}\n'
    plain = {k: v for k, v in os.environ.items() if k != "VENDORGATE_TRACEBACK"}
    done = subprocess.run(
        ["bash", "-c", function + script], cwd=folder, capture_output=True, text=True, env=plain
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


ENDLESS = [
    (f"{CHECK} -a zero.yaml", "zero.yaml"),
    (f"{CHECK} --baseline zero.json", "zero.json"),
    (f"{CHECK} --catalogue zero.json", "zero.json"),
    (f"{CHECK} -p rules", "rules/zero.yaml"),
    ("validate zero.yaml", "zero.yaml"),
    ("render zero.json", "zero.json"),
    ("analyze zero.json --account 222222222222", "zero.json"),
    ("review --base allowlist.yaml --head zero.yaml", "zero.yaml"),
]


def test_a_file_without_an_end_is_bad_input(folder: Path) -> None:
    """A link to /dev/zero takes all the memory of a runner, and the gate is killed. One process
    runs all of the commands, as that has a limit and the tests' own has none; there what may be
    read is a megabyte, as a gigabyte of zeros takes a second."""
    (folder / "rules").mkdir()
    for name in {name for _, name in ENDLESS}:
        (folder / name).symlink_to("/dev/zero")
    code = (
        "import json, sys; from checker import bounded; from tests.support.cli import vendorgate\n"
        "read = bounded.read_open\n"
        "bounded.read_open = lambda file, path, limit: read(file, path, min(limit, 1 << 20))\n"
        "for one in json.loads(sys.argv[1]):\n"
        "    ran = vendorgate(*one.split()); print(json.dumps([ran.code, ran.out, ran.err]))"
    )
    given = json.dumps([command for command, _ in ENDLESS])
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        ["bash", "-c", 'ulimit -v 6000000; exec "$@"', "bash", sys.executable, "-c", code, given],
        cwd=folder, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": root},
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(ENDLESS), done.stderr
    for (command, name), (exit_code, _, err) in zip(ENDLESS, answers, strict=True):
        said = (exit_code, err.count("\n"), "larger than" in err and name in err)
        assert said == (2, 1, True), (command, err)


@pytest.mark.parametrize("make", ["mkdir", "ln -s /dev/null", "ln -s gone"])
def test_settings_that_are_no_file_are_bad_input(folder: Path, make: str) -> None:
    """Thresholds and policies that are silently not there."""
    ran = shell(folder, f"{make} vendorgate.toml && vendorgate {CHECK}")
    assert (ran.code, ran.err.count("\n")) == (2, 1) and "vendorgate.toml: is no file" in ran.err


WRITERS = [
    CHECK, f"{CHECK} -f json", f"{CHECK} -f json=/dev/stdout", "inventory snapshot", "--help", "--version",
    "validate allowlist.yaml", "analyze trust.json --account 222222222222", "explain anyone-trust",
    "schema policy", "policy test",
]  # fmt: skip


CLOSED, FULL = (">&-", "stdout is closed"), ("> /dev/full", "No space left")


@pytest.mark.parametrize(
    ("command", "where", "said"),
    # both for what gates; of the others each has one, as a process starts slowly
    [(WRITERS[0], *FULL), *((w, *(FULL if n % 2 else CLOSED)) for n, w in enumerate(WRITERS))],
)
def test_a_report_that_cannot_be_written_is_said(
    folder: Path, command: str, where: str, said: str
) -> None:
    """A gate whose report went nowhere, and that exits as if somebody had read it."""
    ran = shell(folder, f"vendorgate {command} {where}")
    notes = [line for line in ran.err.splitlines() if line.startswith("note: ")]
    (error,) = (line for line in ran.err.splitlines() if line not in notes)
    assert ran.code == 2 and error.startswith("error: ") and said in error, ran.err


def test_closed_streams_that_nobody_needs_are_no_matter(folder: Path) -> None:
    """A job without stdout that asks for files alone; nothing of it lands in the file that would
    have got the number of stdout."""
    for closed in (">&-", "2>&-", "<&-", "<&- >&- 2>&-"):
        ran = shell(folder, f"vendorgate {CHECK} -q -f json=report.json {closed}")
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        assert (folder / "report.json").read_text().startswith('{\n  "schema"')
    assert shell(folder, "vendorgate check nowhere 2>&-").code == 2


GONE = [
    (f"{CHECK}", 1, 141), ("--version", 1, 141), ("--help", 1, 141), ("explain anyone-trust", 1, 141),
    ("check nowhere", 2, 2), ("chekc", 2, 2),
]  # fmt: skip


@pytest.mark.parametrize(("command", "stream", "code"), GONE)
def test_a_pipe_that_is_closed_is_no_finding(
    folder: Path, command: str, stream: int, code: int
) -> None:
    """Exit code 1, as click has it where the reader has gone, would say that there are findings;
    and so would an error that nobody can hear."""
    reader, writer = os.pipe()
    os.close(reader)
    streams = {1: subprocess.DEVNULL, 2: subprocess.DEVNULL} | {stream: writer}
    program = [sys.executable, "-m", "checker", *command.split()]
    try:
        done = subprocess.run(program, cwd=folder, stdout=streams[1], stderr=streams[2])
    finally:
        os.close(writer)
    assert done.returncode == code


def test_help_and_errors_that_cannot_be_written_are_no_finding(folder: Path) -> None:
    """The disk that is full is the one that holds the job's log."""
    assert shell(folder, "vendorgate > /dev/full").code == 2
    assert shell(folder, "vendorgate check nowhere 2> /dev/full").code == 2


ENOUGH = 32_000
"""Of which Python alone takes most; above, a machine may do with it."""


@pytest.mark.parametrize("kilobytes", [*range(20_000, 60_000, 4_000)])
def test_little_memory_ends_in_one_line(folder: Path, kilobytes: int) -> None:
    """A small runner: what could not be evaluated is no finding. Where memory ends differs from
    machine to machine: while a module is imported, while the error is told, or inside of a library
    in Rust, which then ends the process itself (SIGABRT) and says so. With hardly enough for Python
    itself, that may end with SIGSEGV before anything is said."""
    ran = shell(folder, f"ulimit -v {kilobytes}; vendorgate {CHECK} -f json")
    if kilobytes > ENOUGH and ran.code == 0:  # modules that are compiled already take less
        assert json.loads(ran.out)["verdict"] == "pass" and ran.err == ""
        return
    assert ran.out == ""
    if kilobytes <= ENOUGH and ran.code == 128 + signal.SIGSEGV:
        return
    assert "memory" in ran.err
    if ran.code != 128 + signal.SIGABRT:
        assert (ran.code, ran.err.count("\n")) == (2, 1), (ran.code, ran.err)


def children(process: int) -> list[int]:
    """The worker processes of a run, as Linux tells them."""
    found = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(process)], capture_output=True, text=True
    )
    lines = [line.split(None, 1) for line in found.stdout.splitlines()]
    return [int(pid) for pid, what in lines if "resource_tracker" not in what]


SMALL_RANGES = """
from checker.snapshot import ranges
ranges.RANGE = 1 << 17  # so that workers are worth it
from checker.__main__ import run
run()
"""


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot that is large enough for workers, where ranges are small."""
    folder = tmp_path_factory.mktemp("crowded")
    roles = [vendor_role(f"R{n}", external_id=f"id:{n}!") for n in range(30_000)]
    write(folder / "snapshot", roles=roles)
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    return folder


@contextmanager
def at_work(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A check, and its workers, which have begun."""
    command = [sys.executable, "-c", SMALL_RANGES, *CHECK.split(), "-q"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        end = time.monotonic() + 60
        while not (workers := children(run.pid)) and run.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        assert workers, "the work was large enough for workers"
        yield run, workers


SEVERAL = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core: no worker processes")


@SEVERAL
def test_a_killed_worker_ends_in_one_line(crowded: Path) -> None:
    """As the kernel kills for want of memory, in the midst of the work."""
    with at_work(crowded) as (run, workers):
        os.kill(workers[0], signal.SIGKILL)
        out, err = run.communicate(timeout=120)
    assert (run.returncode, out, err.count("\n")) == (2, "", 1), err
    assert "a worker process was killed" in err


@SEVERAL
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_check_leaves_nobody_behind(crowded: Path, by: signal.Signals) -> None:
    """As `timeout` and a cancelled job end it: workers that stay hold the pipe that a job's log is
    read from, for ever."""
    with at_work(crowded) as (run, _):
        run.send_signal(by)
        out, err = run.communicate(timeout=60)  # which ends when nobody holds the pipes any more
    assert (run.returncode, out, err) == (-by, "", "")


def test_a_defect_is_said_as_one(folder: Path) -> None:
    """An error that nobody foresaw: one line to report, the rest when asked for."""
    code = (
        "import sys; from checker.snapshot import read\n"
        "def broken(*_): raise KeyError('\\x1b[31m')\n"
        "read.Snapshot.roles = broken\n"
        f"sys.argv = ['vendorgate', *{CHECK.split()!r}]\n"
        "from checker.__main__ import run; run()"
    )
    environment = {k: v for k, v in os.environ.items() if k != "VENDORGATE_TRACEBACK"}
    for more, traceback in (({}, False), ({"VENDORGATE_TRACEBACK": "1"}, True)):
        done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True,
                              env=environment | more)  # fmt: skip
        assert done.returncode == 2 and "internal error: KeyError" in done.stderr
        assert ("Traceback" in done.stderr) is traceback and "\x1b" not in done.stderr.splitlines()[
            -1
        ]


def test_ctrl_c_while_modules_are_imported(folder: Path) -> None:
    """That takes half a second, in which nobody else would catch it."""
    code = (
        "import sys, importlib.abc\n"
        "class Finder(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from checker.__main__ import run; run()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "stopped\n")
