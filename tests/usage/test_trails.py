"""The trails are what they claim: files that hold the events, faults that are faulty."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.usage import reference, trails
from tests.usage.traps import VENDOR


def texts(folder: Path) -> list[str]:
    passed_over = ("CloudTrail-Digest", "CloudTrail-Insight")
    files = [p for p in folder.rglob("*") if p.is_file() and not set(p.parts) & set(passed_over)]
    contents = [
        gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in files
    ]
    return [content.decode() for content in contents]


def read(text: str) -> list[dict[str, Any]]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        # not splitlines(): a text in a record may hold U+2028, which JSON leaves as it is
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    found = document if isinstance(document, list) else document.get("Records", document)
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("how", trails.FORMS)
def test_a_form_holds_all_events(how: str, tmp_path: Path) -> None:
    """A form that loses events would hold the engines to less than the reference."""
    events, _, _ = trails.random_trail(3, 120)
    trails.write(tmp_path, events, how)
    found = [event for text in texts(tmp_path) for event in read(text)]
    key = lambda e: json.dumps(e, sort_keys=True)  # noqa: E731
    assert sorted(found, key=key) == sorted(events, key=key)


def test_random_trails_are_seeded_and_mixed() -> None:
    """A mixture that differs from run to run, or lacks a kind, proves nothing."""
    events, watched, own = trails.random_trail(7, 2000)
    assert (events, watched, own) == trails.random_trail(7, 2000)
    assert len({e["eventID"] for e in events}) < len(events) == 2000
    found = reference.rollup(events, watched, own)
    assert {r["via"] for r in found} == {"session", "direct", "delegated"}
    assert any(r["role"] not in watched for r in found if r["role"]), "roles reached by chaining"
    assert any(r["throttles_at_peak"] for r in found)
    assert any(r["denied_peak_per_hour"] > 1 for r in found)


def test_no_answer_of_the_reference_holds_a_token() -> None:
    """Parameters may name what they like; a session's token stands in answers alone."""
    events = trails.TRAPS["two_vendors"]().events
    rows = reference.calls(events, VENDOR) + reference.assumptions(events)
    assert trails.TOKEN not in json.dumps(rows) and trails.TOKEN in json.dumps(events)


@pytest.mark.parametrize(
    "name", [n for n in trails.FAULTS if n.endswith(".gz") and "bomb" not in n]
)
def test_gzip_faults(name: str, tmp_path: Path) -> None:
    """A fault that can be read after all would ask for a gap where there is none."""
    content = trails.fault(tmp_path, name).read_bytes()
    try:
        text = gzip.decompress(content).decode()
        events = json.loads(text)["Records"]
    except (OSError, EOFError, json.JSONDecodeError):
        return
    assert not all("eventName" in event for event in events)


def test_the_bomb_is_small(tmp_path: Path) -> None:
    """A bomb that is as large as what comes out of it would test no bound."""
    assert trails.fault(tmp_path, "bomb.json.gz").stat().st_size < 2 * 1024 * 1024
