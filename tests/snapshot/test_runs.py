"""Runs are merged into the same files that sorting everything in memory would give."""

from __future__ import annotations

import random
import resource
from pathlib import Path

import pytest

from checker.snapshot.records import Image, Role
from checker.snapshot.runs import header, merged, run_line, write_run
from checker.snapshot.write import FILES, encode_record, write_snapshot, write_sorted
from tests.snapshot.test_write import EMPTY, content, role


def image(number: int) -> Image:
    return Image(image_id=f"ami-{number}\t\n", account="111111111111", region="us-east-1")


@pytest.mark.parametrize("runs", [0, 1, 7, 128, 129, 300])
def test_merging_is_sorting(tmp_path: Path, runs: int) -> None:
    """However many runs there are, of whatever they hold; what is in two of them counts once."""
    chance = random.Random(runs)
    everything: list[Role | Image] = []
    for number in range(runs):
        records = [chance.choice((role, image))(chance.randrange(500)) for _ in range(5)]
        everything += records
        lines = sorted(set(map(run_line, records)))
        write_run(tmp_path / f"{number}.run", b"{}", lines)
    by_file = {name: [r for r in everything if type(r) is kind] for name, kind in FILES.items()}
    write_snapshot(tmp_path / "expected", EMPTY, by_file)
    write_sorted(tmp_path / "merged", EMPTY, merged(sorted(tmp_path.glob("*.run"))))
    assert content(tmp_path / "merged") == content(tmp_path / "expected")


def test_merging_opens_few_files(tmp_path: Path) -> None:
    """A process may not open a thousand at once."""
    for number in range(300):
        write_run(tmp_path / f"{number}.run", b"{}", [run_line(role(f"r{number}"))])
    old = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_now = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 150, old[1]))
    try:
        found = {name: len(list(lines)) for name, lines in merged(sorted(tmp_path.glob("*.run")))}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, old)
    assert found == dict.fromkeys(FILES, 0) | {"roles.jsonl": 300}


def test_a_run_keeps_its_header(tmp_path: Path) -> None:
    """Hostile names cannot end a line, so the first line stays the header and each record one."""
    record = role("a\nb\tc\ud800")
    write_run(tmp_path / "x.run", b'{"account":"1"}', [run_line(record)])
    assert header(tmp_path / "x.run") == b'{"account":"1"}\n'
    files = {name: list(lines) for name, lines in merged([tmp_path / "x.run"])}
    assert files["roles.jsonl"] == [encode_record(record)]
