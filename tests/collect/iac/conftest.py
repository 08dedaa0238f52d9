"""All that the tests of this folder have collected, held against a file.

Each test asks for one thing; this holds still every record, gap, note and count of what it read.
Whoever changes a line on purpose writes it anew (`UPDATE_GOLDEN=1 .venv/bin/pytest
tests/collect/iac`, without `-n`) and reads the difference.
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
from tests.collect.iac import granted

GOLDEN = Path(__file__).with_name("golden.jsonl")
_UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))
_AT_RANDOM = ("test_fuzz", "test_soundness", "test_grants_soundness")
_PLACES = [(cloudformation, "collect_templates"), (collect, "collect_terraform"),
           (granted, "collect_templates"), (granted, "collect_terraform")]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_else_changed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Catches a record, a gap, a place or a note that changes where no test asks for it."""
    seen: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        for module, name in _PLACES:
            patch.setattr(module, name, _watched(getattr(module, name), seen))
        yield
    module, name = request.node.path.stem, request.node.name
    if module in _AT_RANDOM:
        return
    text = json.dumps(seen, default=str).replace(str(tmp_path), "…").replace(tmp_path.name, "…")
    if _UPDATE:
        _golden()[f"{module}::{name}"] = json.loads(text)
    assert json.loads(text) == _golden().get(f"{module}::{name}", [])


def pytest_sessionfinish() -> None:
    if _UPDATE:
        lines = [
            json.dumps([one, *told], sort_keys=True) for one, told in _golden().items() if told
        ]
        GOLDEN.write_text("\n".join(sorted(lines)) + "\n")


@functools.cache
def _golden() -> dict[str, list[Any]]:
    """By test. To be written anew, it begins empty, as what a lost test has read would stay."""
    lines = [] if _UPDATE else GOLDEN.read_text().splitlines()
    return {name: told for name, *told in map(json.loads, lines)}


def _watched(read: Callable[..., Found], seen: list[Any]) -> Callable[..., Found]:
    def reads(*arguments: Any, **named: Any) -> Found:
        try:
            found = read(*arguments, **named)
        except InputError as error:
            seen.append({"refused": [str(error), error.hint]})
            raise
        seen.append(_told(found))
        return found

    return reads


def _told(found: Found) -> dict[str, Any]:
    """Records have no order, and what is null in them is left out."""
    lists: dict[str, list[Any]] = {
        "gaps": found.gaps,
        "notes": found.notes,
        "defaults": found.defaults,
    }
    parts: dict[str, list[Any]] = {
        name.removesuffix(".jsonl"): of for name, of in found.records().items()
    }
    tally = {name: n for name, n in msgspec.to_builtins(found.tally).items() if n}
    told = {name: [_known(one) for one in of] for name, of in (parts | lists).items() if of}
    for name in told.keys() & parts.keys():
        told[name].sort(key=lambda one: json.dumps(one, sort_keys=True))
    return told | {"tally": tally}


def _known(one: Any) -> Any:
    told = msgspec.json.decode(msgspec.json.encode(one))
    return {k: v for k, v in told.items() if v is not None} if isinstance(told, dict) else told
