"""Where reports are written: a device, a pipe or a link that a name stands for stays what it is."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import ALLOWLIST, vendor_role, write

CHECK = ("check", "--today", "2026-11-20")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "snapshot", roles=[vendor_role()])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    return tmp_path


def shell(folder: Path, script: str) -> Ran:
    """A line of shell in which `vendorgate` is the command."""
    function = f'vendorgate() {{ "{sys.executable}" -m checker "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-c", function + script], cwd=folder, capture_output=True, text=True
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("rest", ["| cat", "> out; cat out", ">> out; cat out"])
def test_stdout_by_name_is_stdout(folder: Path, name: str, rest: str) -> None:
    """`-f json=/dev/stdout`: into a pipe, a file, and a file that is added to."""
    ran = shell(folder, f"echo before > out; vendorgate {' '.join(CHECK)} -f json={name} {rest}")
    assert '"schema": "vendorgate/report/v1"' in ran.out and ran.err == "", ran
    assert ran.out.startswith("before\n") is rest.startswith(">>")


def test_another_descriptor_is_written_to(folder: Path) -> None:
    """`-f json=/dev/fd/3 3>>log`, and /dev/stderr beside stdout."""
    script = f"echo kept > log; vendorgate {' '.join(CHECK)} -f json=/dev/fd/3 -f text=/dev/stderr 3>> log"
    ran = shell(folder, script)
    assert (folder / "log").read_text().startswith("kept\n{") and "PASS" in ran.err


def test_stdout_twice_is_refused_by_whatever_name(folder: Path) -> None:
    """Two reports in one stream can be read by nobody."""
    ran = vendorgate(*CHECK, "-f", "json=/dev/stdout", "-f", "text", cwd=folder)
    assert ran.code == 2 and "cannot both go to stdout" in ran.err


def test_a_pipe_is_written_through(folder: Path) -> None:
    """A FIFO that was replaced by a file leaves its reader waiting for ever."""
    os.mkfifo(folder / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((folder / "pipe").read_text()))
    reader.start()
    ran = vendorgate(*CHECK, "-f", "json=pipe", cwd=folder)
    reader.join(20)
    assert ran.code == 0 and read and read[0].startswith("{")
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)


def test_a_device_stays_a_device(folder: Path) -> None:
    """As root, renaming over /dev/null ends it for the whole machine."""
    node = folder / "null"
    made = shutil.which("mknod") and subprocess.run(
        ["mknod", str(node), "c", "1", "3"], capture_output=True
    )
    if not made or made.returncode:
        node = Path("/dev/null")
    for options in (["-f", f"json={node}"], ["-q", "--write-baseline", node]):
        assert vendorgate(*CHECK, *options, cwd=folder).code == 0
        assert stat.S_ISCHR(node.stat().st_mode)


def test_a_link_is_written_through(folder: Path) -> None:
    """`latest.json -> reports/1.json`: the link stays, the file at its end is new; so with one
    that leads to nothing yet, and a chain of them."""
    (folder / "reports").mkdir()
    (folder / "reports/1.json").write_text("old")
    for link, target in (
        ("latest.json", "reports/1.json"),
        ("next.json", "reports/2.json"),
        ("chain", "next.json"),
    ):
        (folder / link).symlink_to(target)
    for link in ("latest.json", "next.json", "chain"):
        assert vendorgate(*CHECK, "-f", f"json={link}", cwd=folder).code == 0
        assert (folder / link).is_symlink() and (folder / link).read_text().startswith("{")
    assert sorted(p.name for p in (folder / "reports").iterdir()) == ["1.json", "2.json"]


RINGS = [("loop.json", "loop.json"), ("one", "two")]


@pytest.mark.parametrize(("link", "target"), RINGS)
def test_links_in_a_ring_are_bad_usage(folder: Path, link: str, target: str) -> None:
    """A traceback, or a report in the place of a link that leads nowhere."""
    (folder / link).symlink_to(target)
    if link != target:
        (folder / target).symlink_to(link)
    for form in ("json", "text"):
        ran = vendorgate(*CHECK, "-f", f"{form}={link}", cwd=folder)
        assert (ran.code, ran.err.count("\n")) == (2, 1) and "cannot be written" in ran.err, ran.err
        assert (folder / link).is_symlink()
    ran = vendorgate("evidence", "build", "-o", link, "--today", "2026-11-20", cwd=folder)
    assert (ran.code, ran.err.count("\n")) == (2, 1) and "internal error" not in ran.err, ran.err


@pytest.mark.parametrize(
    "given",
    [
        ("-f", "json=allowlist.yaml"),
        ("-f", "text=link"),
        ("-f", "json=snapshot/roles.jsonl"),
        ("-f", "json=snapshot/manifest.json"),
        ("-f", "csv=policies/own.yaml"),
        ("-f", "json=vendorgate.toml"),
        ("--baseline", "known.json", "-f", "json=known.json"),
        ("--write-baseline", "allowlist.yaml"),
    ],
)
def test_no_report_replaces_what_is_read(folder: Path, given: tuple[str, ...]) -> None:
    """A slip of the pen that costs the allowlist, or the snapshot."""
    (folder / "policies").mkdir()
    (folder / "policies/own.yaml").write_text("id: x\n")
    (folder / "vendorgate.toml").write_text("")
    (folder / "known.json").write_text('{"schema": "vendorgate/baseline/v1", "findings": []}')
    (folder / "link").symlink_to("allowlist.yaml")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    ran = vendorgate(*CHECK, *given, cwd=folder)
    assert (ran.code, ran.err.count("\n")) == (2, 1) and "is read here" in ran.err, ran.err
    assert before == {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_baseline_may_be_written_anew(folder: Path) -> None:
    """`--baseline known.json --write-baseline known.json` is how it is kept in step."""
    (folder / "known.json").write_text('{"schema": "vendorgate/baseline/v1", "findings": []}')
    given = ("--baseline", "known.json", "--write-baseline", "known.json")
    assert vendorgate(*CHECK, *given, cwd=folder).code == 0


@pytest.mark.parametrize("second", ["text=r", "text=./r", "text=link"])
def test_two_reports_of_one_name_are_refused(folder: Path, second: str) -> None:
    """The second would replace the first, and nobody would know."""
    (folder / "link").symlink_to("r")
    ran = vendorgate(*CHECK, "-f", "json=r", "-f", second, cwd=folder)
    assert (ran.code, ran.err.count("\n")) == (2, 1) and "cannot both" in ran.err
    assert not (folder / "r").exists()


def test_a_device_takes_any_number_of_reports(folder: Path) -> None:
    """/dev/null twice hurts nobody."""
    assert vendorgate(*CHECK, "-f", "json=/dev/null", "-f", "text=/dev/null", cwd=folder).code == 0


def test_other_commands_keep_what_they_read(folder: Path) -> None:
    """The same slip in `render`, `inventory` and `review`."""
    assert vendorgate(*CHECK, "-f", "json=r.json", cwd=folder).code == 0
    for command in (
        ("render", "r.json", "-f", "json=r.json"),
        ("inventory", "--today", "2026-11-20", "-f", "csv=allowlist.yaml"),
        (
            "review",
            "--base",
            "allowlist.yaml",
            "--head",
            "allowlist.yaml",
            "-f",
            "json=allowlist.yaml",
        ),
    ):
        ran = vendorgate(*command, cwd=folder)
        assert ran.code == 2 and "is read here" in ran.err, ran.err


def test_a_plain_file_is_replaced_in_one_step(folder: Path) -> None:
    """A reader that has the old report open must not see half of the new one; no draft is left,
    and one that somebody put where ours would be is not written through."""
    (folder / "report.json").write_text("old")
    with (folder / "report.json").open() as reader:
        assert vendorgate(*CHECK, "-f", "json=report.json", cwd=folder).code == 0
        assert reader.read() == "old"
    assert not [p for p in folder.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("target", ["/dev/null", "pipe", "/dev/stdout"])
def test_evidence_is_a_plain_file(folder: Path, target: str) -> None:
    """A zip and its statement stand beside each other: there is no beside for a device."""
    os.mkfifo(folder / "pipe")
    ran = vendorgate("evidence", "build", "-o", target, cwd=folder)
    assert (ran.code, ran.err.count("\n")) == (2, 1) and "no plain file" in ran.err
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)


def test_evidence_goes_to_the_end_of_a_link(folder: Path) -> None:
    """As with reports; the statement stands beside the name that was given."""
    (folder / "real.zip").write_text("old")
    (folder / "latest.zip").symlink_to("real.zip")
    assert vendorgate("evidence", "build", "-o", "latest.zip", cwd=folder).code == 0
    assert (folder / "latest.zip").is_symlink() and (folder / "real.zip").read_bytes()[:2] == b"PK"
    assert (folder / "latest.intoto.json").exists()
