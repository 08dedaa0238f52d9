"""Every type that threads convert to is made ready before they begin."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args
from unittest import mock

import msgspec
import pytest

from checker.collect import aws
from checker.collect.aws import permissions, shapes
from checker.collect.aws.calls import Call, Shape
from tests.collect.test_wire import AGGREGATOR, ORGANIZATION, collected, running
from tests.support.modelled import model


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


ELSEWHERE = {("described", "ImageMetadata")}  # whose call is in another module
SOURCES = [info.name for info in pkgutil.iter_modules(aws.__path__)]


def members(shape: Any, seen: set[str]) -> set[str]:
    """The names of all members below a shape of botocore's."""
    if shape is None or shape.name in seen:
        return set()
    seen.add(shape.name)
    inner = getattr(shape, "members", {}) if shape.type_name == "structure" else {}
    below = [*inner.values(), *(getattr(shape, key, None) for key in ("member", "value"))]
    return set(inner).union(*(members(one, seen) for one in below))


@pytest.mark.parametrize("name", SOURCES)
def test_botocore_knows_every_member_that_is_read(name: str) -> None:
    """A misspelt one is absent for ever, and so is one that the least botocore does not know: an
    answer without it looks like nothing."""
    module = importlib.import_module(f"{aws.__name__}.{name}")
    calls = [one for one in vars(module).values() if isinstance(one, Call)]
    seen: set[str] = set()
    models = [model(call.service).operation_model(call.operation) for call in calls]
    known = set().union(*(members(one.output_shape, set()) for one in models))
    for kind in vars(module).values():
        own = isinstance(kind, type) and kind.__module__ == module.__name__
        if calls and own and issubclass(kind, Shape) and (name, kind.__name__) not in ELSEWHERE:
            seen |= set(kind.__struct_encode_fields__)
    assert seen <= known, seen - known


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
