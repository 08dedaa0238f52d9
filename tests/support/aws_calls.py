"""Every call to AWS that the collector can make: those that it declares, and those of a session."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from botocore import xform_name

from checker.collect import analyzer, aws, cloudtrail, store
from checker.collect.aws.calls import Call
from checker.collect.aws.resources.registry import EVERY, calls_of

_DIRECT = re.compile(r"""\.client\("([a-z0-9]+)"\)\.call\("([a-z_]+)\"""")
_NAMES = {"get_caller_identity": "GetCallerIdentity", "assume_role": "AssumeRole"}


def made() -> set[str]:
    """`service:Operation`."""
    return {f"{call.service}:{call.operation}" for call in _declared()} | set(_direct())


def _declared() -> Iterator[Call]:
    yield from calls_of(EVERY)
    for package in (analyzer, aws, cloudtrail, store):
        for module in _modules(package):
            yield from (v for v in vars(module).values() if isinstance(v, Call))


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for info in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{info.name}")


def _direct() -> Iterator[str]:
    for package in (analyzer, aws, cloudtrail, store):
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            for service, method in _DIRECT.findall(path.read_text()):
                assert xform_name(_NAMES[method]) == method
                yield f"{service}:{_NAMES[method]}"
