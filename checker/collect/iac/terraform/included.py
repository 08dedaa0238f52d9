"""Files that a text of Terraform names, even where nothing looks, or whose use nobody can tell."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path

from checker.collect.iac.nearby import nearby
from checker.collect.iac.terraform.arithmetic import to_text
from checker.collect.iac.terraform.files import Files
from checker.collect.iac.terraform.module import Module
from checker.collect.iac.terraform.outcomes import Outcomes
from checker.collect.iac.terraform.planned import Written
from checker.collect.iac.terraform.syntax import Block, Expression
from checker.collect.iac.worlds import TooManyWorldsError

_FILE = r"\b(?:file|filebase64|templatefile)\s*\(\s*"
_PLAIN = r"\\?\"(?:\$\{path\.(\w+)\}/)?([^\"$\\]+)\\?\""
_NAMED = re.compile(rf"{_FILE}{_PLAIN}")
_COMPUTED = re.compile(rf"{_FILE}(?!{_PLAIN})|\b(?:fileset|templatefile)\s*\(")
"""What names files by more than what is written there, or reads one that may name more."""
_FILLED_IN = re.compile(rb"[$%]\{[^}]*\bfile")
_LOCAL = re.compile(r"\blocal_(?:sensitive_)?file\b")
_BESIDE = ("provisioner", "connection", "lifecycle")
"""Blocks of a resource that are none of its arguments."""


def names_more(data: bytes) -> bool:
    """Whether it names files by more than what is written there."""
    text = data.decode(errors="replace")
    return _COMPUTED.search(text) is not None or _LOCAL.search(text) is not None


def readings(module: Module) -> Iterator[tuple[Written, Callable[[], object]]]:
    """Each tells what of a module names files by more than what is written there, which reads them,
    under each outcome of what nobody has decided; and where it is written."""
    files = module.files
    for (mode, kind, _), block in files.resources.items():
        named = block.attributes.get("filename")
        if mode == "data" and _LOCAL.fullmatch(kind) and named:
            local = partial(_file, module, named)
            yield (block.path, block.line), partial(_each_run, module, local)
        elif block.says(_COMPUTED):
            told = Outcomes(module, mode, block, lambda _: True, lambda _: None).planned
            yield (block.path, block.line), told
    for name, one in files.locals.items():
        if _COMPUTED.search(one.written()):
            local = partial(module.reference, "local", [name])
            yield files.places[name], partial(_each_run, module, local)
    for block in _other_blocks(files):
        for one in _expressions(block):
            if _COMPUTED.search(one.written()):
                value = partial(module.evaluate, one, {})
                yield (block.path, block.line), partial(_each_run, module, value)


def _other_blocks(files: Files) -> Iterator[Block]:
    """All that no resource's arguments are: whatever Terraform may have some day, too."""
    for whole in files.wholes.values():
        for block in whole.blocks:
            if block.type in ("resource", "data"):
                yield from (one for one in block.blocks if one.type in _BESIDE)
            elif block.type != "locals":
                yield block


def _expressions(block: Block) -> Iterator[Expression]:
    yield from block.attributes.values()
    for one in block.blocks:
        yield from _expressions(one)


def _file(module: Module, name: Expression) -> object:
    return module.file(to_text(module.evaluate(name, {})))


def _each_run(module: Module, tell: Callable[[], object]) -> None:
    with contextlib.suppress(TooManyWorldsError):
        for _ in module.choices.runs(tell):
            pass


def included(
    data: bytes, module: Path, folders: Collection[Path], root: Path
) -> Iterator[tuple[str, list[Path]]]:
    """Those of which the names are written there, as `called` has them: below the module or, as
    Terraform runs there, one of these folders, in it or the root."""
    text = data.decode(errors="replace")
    for kind, name in dict.fromkeys(_NAMED.findall(text)):
        where = [module] if kind == "module" else folders
        yield called(kind, name, module in folders), _below([(one, name) for one in where], root)


def called(kind: str, name: str, is_run: bool) -> str:
    """By what is told of a file, from where Terraform runs. `is_run`: that is its module."""
    return f"${{path.module}}/{name}" if kind == "module" and not is_run else name


def is_filled_in(data: bytes) -> bool:
    """Whether a template of a text names files, which Terraform puts in."""
    return _FILLED_IN.search(data) is not None


def line_of(text: str, name: str, is_run: bool) -> int | None:
    """Where the text names a file, as `called` has it."""
    found = (one for one in _NAMED.finditer(text) if called(one[1] or "", one[2], is_run) == name)
    return next((text.count("\n", 0, one.start()) + 1 for one in found), None)


def _below(several: Iterable[tuple[Path, str]], root: Path) -> list[Path]:
    found = [(nearby(folder, name), folder) for folder, name in several]
    return [one for one, folder in found
            if one and (one.is_relative_to(folder) or one.is_relative_to(root))]  # fmt: skip
