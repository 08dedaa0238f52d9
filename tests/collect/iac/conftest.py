"""All that the tests of this folder have collected, held against a file.

Each test asks for one thing; this holds still every record, gap, note and count of what it read.
Whoever changes a line on purpose writes it anew (`UPDATE_GOLDEN=1 .venv/bin/pytest
tests/collect/iac`, whole files and without `-n`) and reads the difference.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.collect.iac import cloudformation
from checker.collect.iac.records import Found
from checker.collect.iac.terraform import collect
from checker.errors import InputError
from checker.snapshot.write import encode_record
from tests.collect.iac import granted

GOLDEN = Path(__file__).with_name("golden.jsonl")
_UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))
_AT_RANDOM = ("test_fuzz", "test_soundness", "test_grants_soundness")
_PLACES = [(cloudformation, "collect_templates"), (collect, "collect_terraform"),
           (granted, "collect_templates"), (granted, "collect_terraform")]  # fmt: skip
_LISTS = ("gaps", "notes", "defaults")
_USUAL = {"account": granted.OWN, "region": "us-east-1", "path": "/"}
Line = list[Any]
"""Which collection of its test, which part of what it came to, and one of that."""


@pytest.fixture(autouse=True)
def nothing_else_changed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Catches a record, a gap, a place or a note that changes where no test asks for it."""
    seen: list[list[Line]] = []
    with pytest.MonkeyPatch.context() as patch:
        for module, name in _PLACES:
            patch.setattr(module, name, _watched(getattr(module, name), seen))
        yield
    module, name = request.node.path.stem, request.node.name
    if module in _AT_RANDOM:
        return
    lines = [[at, *line] for at, several in enumerate(seen) for line in several]
    text = json.dumps(lines, default=str).replace(str(tmp_path), "…").replace(tmp_path.name, "…")
    if _UPDATE:
        _golden()[f"{module}::{name}"] = json.loads(text)
    assert json.loads(text) == _golden().get(f"{module}::{name}", [])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Of a module that ran nothing stays but what was seen now."""
    if _UPDATE:
        ran = {item.path.stem for item in session.items}
        kept = {name: of for name, of in _read().items() if name.partition("::")[0] not in ran}
        every = [(name, of) for name, of in sorted((kept | _golden()).items()) if of]
        lines = [json.dumps(one, sort_keys=True) for name, of in every for one in (name, *of)]
        GOLDEN.write_text("\n".join(lines) + "\n")


@functools.cache
def _golden() -> dict[str, list[Line]]:
    return {} if _UPDATE else _read()


def _read() -> dict[str, list[Line]]:
    """By test, whose name stands before its lines."""
    found: dict[str, list[Line]] = {}
    for line in map(json.loads, GOLDEN.read_text().splitlines()):
        if isinstance(line, str):
            of = found.setdefault(line, [])
        else:
            of.append(line)
    return found


def _watched(read: Callable[..., Found], seen: list[list[Line]]) -> Callable[..., Found]:
    def reads(*arguments: Any, **named: Any) -> Found:
        try:
            found = read(*arguments, **named)
        except InputError as error:
            seen.append([["refused", str(error), error.hint]])
            raise
        seen.append(list(_told(found)))
        return found

    return reads


def _told(found: Found) -> Iterator[Line]:
    """Records have no order, and what is null in them is left out."""
    for name, records in found.records().items():
        lines = [json.dumps(_known(one), sort_keys=True) for one in records]
        yield from ([name.removesuffix(".jsonl"), json.loads(one)] for one in sorted(lines))
    for name in _LISTS:
        yield from ([name, _known(one)] for one in getattr(found, name))
    tally = msgspec.to_builtins(found.tally)
    yield from ([name, number] for name, number in tally.items() if number)


def _known(one: Any) -> Any:
    """Without what is as it mostly is."""
    told = msgspec.json.decode(encode_record(one))
    if not isinstance(told, dict):
        return told
    if place := told.get("location"):
        told["location"] = f"{place['file']}:{place['line']}"
    return {k: v for k, v in told.items() if v is not None and _USUAL.get(k) != v}
