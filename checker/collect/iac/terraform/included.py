"""Files that a text of Terraform names, even where nothing looks, or whose use nobody can tell."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from checker.collect.iac.terraform.module import Module
from checker.collect.iac.terraform.outcomes import Outcomes
from checker.collect.iac.terraform.planned import Written
from checker.collect.iac.worlds import TooManyWorldsError

_FILE = r"\b(?:file|filebase64|templatefile)\s*\(\s*"
_PLAIN = r"\\?\"(?:\$\{path\.\w+\}/)?([^\"$\\]+)\\?\""
_NAMED = re.compile(rf"{_FILE}{_PLAIN}")
_SET = re.compile(
    r"\bfileset\s*\(\s*(?:path\.\w+|\"(?:\$\{path\.\w+\}/?)?([^\"$]*)\")\s*,\s*\"([^\"$]+)\"\s*\)"
)
_COMPUTED = re.compile(rf"{_FILE}(?!{_PLAIN})|\bfileset\s*\(")
"""What names files by more than what is written there."""
_MOST = 1_000
"""Files of one set."""


def names_more(data: bytes) -> bool:
    """Whether it names files by more than what is written there."""
    return _COMPUTED.search(data.decode(errors="replace")) is not None


def readings(module: Module) -> Iterator[tuple[Written, Callable[[], object]]]:
    """Each tells what of a module names files by more than what is written there, which reads them,
    under each outcome of what nobody has decided; and where it is written."""
    files = module.files
    for (mode, *_), block in files.resources.items():
        if block.says(_COMPUTED):
            told = Outcomes(module, mode, block, lambda _: True, lambda _: None).planned
            yield (block.path, block.line), told
    for name, one in files.locals.items():
        if _COMPUTED.search(one.written()):
            local = partial(module.reference, "local", [name])
            yield files.places[name], partial(_each_run, module, local)
    for block in (*files.outputs.values(), *files.calls.values(), *files.providers):
        for one in block.attributes.values():
            if _COMPUTED.search(one.written()):
                value = partial(module.evaluate, one, {})
                yield (block.path, block.line), partial(_each_run, module, value)


def _each_run(module: Module, tell: Callable[[], object]) -> None:
    with contextlib.suppress(TooManyWorldsError):
        for _ in module.choices.runs(tell):
            pass


def included(data: bytes, folders: Iterable[Path], root: Path) -> Iterator[tuple[str, list[Path]]]:
    """Those of which the names are written there, by name, in one of these folders, below it or the
    root."""
    text = data.decode(errors="replace")
    for name in dict.fromkeys(_NAMED.findall(text)):
        yield name, _below([(one / name, one) for one in folders], root)
    for inner, pattern in dict.fromkeys(_SET.findall(text)):
        several = [(one / inner, one) for one in folders]
        for folder in _below(several, root):
            yield (
                "",
                [one for path in _set(folder, pattern) for one in _below([(path, folder)], root)],
            )


def line_of(text: str, name: str) -> int | None:
    """Where the text names a file."""
    found = (one for one in _NAMED.finditer(text) if one[1] == name)
    return next((text.count("\n", 0, one.start()) + 1 for one in found), None)


def _below(several: Iterable[tuple[Path, Path]], root: Path) -> list[Path]:
    return [one.resolve() for one, folder in several if _is_below(one, folder, root)]


def _is_below(path: Path, folder: Path, root: Path) -> bool:
    here = path.resolve()
    return here.is_relative_to(folder) or here.is_relative_to(root)


def _set(folder: Path, several: str) -> list[Path]:
    with contextlib.suppress(ValueError, NotImplementedError):  # no pattern
        return [*islice(folder.glob(several), _MOST)]
    return []
