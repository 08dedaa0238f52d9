"""Every type that threads convert to is made ready before they begin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, get_args
from unittest import mock

import msgspec
import pytest

from checker.collect.aws import permissions, shapes
from tests.collect.test_wire import AGGREGATOR, ORGANIZATION, collected, running


def structs(kind: Any) -> set[type]:
    """The structs in a type, as `list[Account]` has one."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return {kind}
    return {found for part in get_args(kind) for found in structs(part)}


@pytest.mark.parametrize("options", [ORGANIZATION, AGGREGATOR], ids=["organization", "aggregator"])
def test_what_a_collection_converts_to_was_warmed(tmp_path: Path, options: tuple[str, ...]) -> None:
    """A shape that is missing among them crashes the interpreter now and then, under load."""
    used: set[type] = set()
    convert, decode = msgspec.convert, msgspec.json.decode

    def converting(value: Any, type: Any, **more: Any) -> Any:  # noqa: A002
        used.update(structs(type))
        return convert(value, type, **more)

    def decoding(value: Any, *, type: Any = Any, **more: Any) -> Any:  # noqa: A002
        used.update(structs(type))
        return decode(value, type=type, **more)

    with (
        running(),
        mock.patch("msgspec.convert", converting),
        mock.patch("msgspec.json.decode", decoding),
    ):
        assert collected(tmp_path, *options).code in (0, 3)
    assert used <= set(shapes.shapes()), used - set(shapes.shapes())
    assert len(used) >= 5


def test_every_shape_of_every_source_is_among_them() -> None:
    """Whatever module it is in: a new source needs no line here."""
    permissions.declared()
    names = {shape.__name__ for shape in shapes.shapes()}
    assert {
        "RoleDetail",
        "Reservation",
        "Environment",
        "Item",
        "Sealed",
        "TemplateOverride",
    } <= names


def test_they_are_ready_before_the_first_thread() -> None:
    """Also when nothing else was converted before, as in a fresh process."""
    code = (
        "import threading, checker.collect.aws.collect as collect, checker.collect.aws.shapes as shapes\n"
        "calls = []\n"
        "collect.warm = lambda: calls.append(('warm', threading.active_count()))\n"
        "collect.run = lambda *_: calls.append(('run', 0))\n"
        "class Any:\n"
        "    def __getattr__(self, _): return Any()\n"
        "    def __iter__(self): return iter(())\n"
        "    def __len__(self): return 0\n"
        "    def __call__(self, *_): return {}\n"
        "    wanted = ()\n"
        "collect._visit(Any(), Any(), Any(), Any(), None)\n"
        "assert calls == [('warm', 1), ('run', 0)], calls\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
