"""Folders of .tf files without a plan: what they say themselves, all else unresolved.

A folder that another one calls as a module is read as that caller calls it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from checker.collect.iac.budget import Budget
from checker.collect.iac.nearby import nearby
from checker.collect.iac.records import read_bytes
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.files import Files
from checker.collect.iac.terraform.included import readings
from checker.collect.iac.terraform.json_syntax import ENDINGS as JSON_ENDINGS
from checker.collect.iac.terraform.json_syntax import parse_json_file
from checker.collect.iac.terraform.module import Module
from checker.collect.iac.terraform.numbered import add_referred, spare
from checker.collect.iac.terraform.outcomes import Outcomes
from checker.collect.iac.terraform.planned import Json, Plan, Planned, Unread, Written, module_names
from checker.collect.iac.terraform.syntax import MAX_BYTES, Block, parse_file
from checker.collect.iac.terraform.variables import LEVELS, literal, values_in
from checker.collect.iac.terraform.world import World
from checker.collect.iac.unknown import is_unresolved
from checker.errors import InputError

_DEPTH = 12  # modules within modules
_LOCAL = ("./", "../")
ENDINGS = (".tf", ".tofu")
_OVERRIDES = "overrides of blocks are not read: judge a plan"
_TERRAGRUNT = "what Terragrunt adds is not read: judge a plan"
_STACKS = "stacks of Terraform are not read: judge a plan"
_UNREAD = {
    "override.tf": _OVERRIDES, "override.tofu": _OVERRIDES, "override.tf.json": _OVERRIDES,
    "override.tofu.json": _OVERRIDES, "terragrunt.hcl": _TERRAGRUNT, "root.hcl": _TERRAGRUNT,
    "terragrunt.stack.hcl": _TERRAGRUNT, ".tfcomponent.hcl": _STACKS, ".tfstack.hcl": _STACKS,
}  # fmt: skip
_TWICE = "{}: another block of that name counts here: Terraform refuses two of them"
_TESTS = (".tftest.hcl", ".tofutest.hcl", ".tfmock.hcl")
VALUES = (".tfvars", ".tfvars.json")
_FEW = 5
_TOO_MUCH = "its values unfold to too much"
_PATIENCE = 10
Gaps = list[Unread]


class Folders:
    """All folders below some paths, each parsed once. `passed_over`: files of tests in them."""

    def __init__(self, target: Target, var_files: Iterable[Path] = ()) -> None:
        self._target, self._var_files = target, tuple(var_files)
        self.passed_over: list[Path] = []
        self._values: dict[Path, Json | InputError] = {}
        self._files: dict[Path, Files] = {}
        self._failed: dict[Path, Gaps] = {}

    def roots(self, folders: Iterable[Path]) -> list[Path]:
        """Those of them that none of the others calls."""
        found = list(folders)
        called = {
            inner
            for folder in found
            for call in self.files(folder).calls.values()
            if (inner := beside(folder, literal(call))) is not None and inner != folder
        }
        return [folder for folder in found if folder not in called] or found

    def files(self, folder: Path) -> Files:
        if folder not in self._files:
            self._files[folder] = files = Files(folder)
            gaps: Gaps = []
            self._failed[folder] = gaps
            for path in _listed(folder, gaps):
                _add(files, path, gaps)
                self.passed_over += [path] if path.name.endswith(_TESTS) else []
        return self._files[folder]

    def written(self) -> Iterator[tuple[Path, bytes]]:
        """The files of code and of values that were read until now, but for what others wrote;
        which of them cannot be read is told already."""
        for path in self._written():
            with contextlib.suppress(InputError):
                yield path, read_bytes(path, MAX_BYTES)

    def parsed(self, path: Path) -> Block | None:
        """What a file that was read was parsed to; None where it could not be."""
        files = self._files.get(path.parent)
        return files.wholes.get(path) if files else None

    def brought(self) -> Iterator[tuple[Path, bytes]]:
        """What code includes, as far as it was told until now, but for what others wrote."""
        for folder, files in self._files.items():
            if ".terraform" not in folder.parts:
                yield from files.reads.found.items()

    def included(self) -> set[Path]:
        """What code includes, whoever wrote it."""
        return {path for files in self._files.values() for path in files.reads.found}

    def _written(self) -> Iterator[Path]:
        for folder in self._files:
            own = [] if ".terraform" in folder.parts else _listed(folder, [])
            names = (*ENDINGS, *JSON_ENDINGS, *VALUES)
            yield from (one for one in own if one.name.endswith(names) and one.is_file())
        yield from (one for one in self._var_files if one.is_file())  # a pipe is read once

    def plan(self, folder: Path, wanted: Any) -> Plan:
        """A root module as a plan would show it."""
        plan = Plan(folder, "", {})
        world = self.world(folder, plan.gaps, plan.notes)
        plan.notes += self._left(folder)
        modules = self._modules(plan, world)
        for module in modules:
            _resources(plan, module, wanted)
        add_referred(plan, world, modules, partial(_referred, plan, wanted))
        spare(plan, wanted)
        return plan

    def read_named(self, folder: Path) -> Iterator[tuple[Written, str]]:
        """What the code of a root module names by values is read: answers what could not be, and
        where it stands."""
        plan = Plan(folder, "", {})
        for module in self._modules(plan, self.world(folder, plan.gaps, plan.notes)):
            reads, own = module.files.reads, ".terraform" not in module.files.folder.parts
            for place, reading in readings(module):
                reads.unread.clear()
                _guarded(plan, module, reading, place, module.address)
                yield from ((place, name) for name in reads.each_unread() if own)

    def _modules(self, plan: Plan, world: World) -> list[Module]:
        """The root module and all that it calls, each before those that it calls itself."""
        found: list[Module] = []
        waiting = [Module(world, self.files(plan.path))]
        seen: set[Path] = set()
        while waiting:
            module = waiting.pop()
            found.append(module)
            if module.files.folder not in seen:
                plan.gaps += self._failed[module.files.folder]
                seen.add(module.files.folder)
            for name, call in module.files.calls.items():
                here = (call.path, call.line)
                inner = partial(module.children, name)
                waiting += _guarded(plan, module, inner, here, f"module.{name}") or []
        return found

    def world(
        self,
        folder: Path,
        gaps: Gaps,
        notes: list[str],
        known: Any = None,
        given: Json | None = None,
    ) -> World:
        installed = _installed(folder)
        missing: set[tuple[Path, int]] = set()

        def source(files: Files, address: str, call: Block, text: str) -> Files | None:
            inner = beside(files.folder, text)
            if inner is None and (inner := installed.get(_key(address))) is not None:
                note = f"{_key(address)}: read as .terraform has it, which terraform init brought."
                notes.append(note)
            if inner is not None and address.count("module.") <= _DEPTH:
                return self.files(inner)
            if (call.path, call.line) not in missing:
                missing.add((call.path, call.line))
                gaps.append(_unread(call, address, text))
            return None

        budget = Budget(str(folder), levels=LEVELS)
        values = self._given(folder, gaps) if given is None else given
        return World(self._target, budget, source, known or (lambda *_: None), values)

    def _left(self, folder: Path) -> list[str]:
        """Values of variables beside a module that Terraform does not load by itself."""
        read = {one.resolve() for one in (*self._loaded(folder), *self._var_files)}
        inner = [one for one in folder.glob("*/*.tfvars*") if not any(one.parent.glob("*.tf"))]
        several = [one for one in sorted([*folder.glob("*.tfvars*"), *inner])
                   if one.name.endswith(VALUES) and one.resolve() not in read]  # fmt: skip
        if not several:
            return []
        names = [self._target.location(one, 1).file for one in several]
        few = ", ".join(names[:_FEW]) + (", …" if len(names) > _FEW else "")
        return [f"Values of variables that were not read: {few}: give one with --var-file."]

    def _loaded(self, folder: Path) -> list[Path]:
        names = ["terraform.tfvars", "terraform.tfvars.json"]
        names += sorted(one.name for one in folder.glob("*.auto.tfvars*"))
        return [folder / name for name in names]

    def _given(self, folder: Path, gaps: Gaps) -> Json:
        """Values of variables, as Terraform loads them, and those that are named."""
        found: Json = {}
        for path in [*filter(_is_there, self._loaded(folder)), *self._var_files]:
            values = self._values_of(path)
            if isinstance(values, InputError):
                gaps.append(_said(path, values))
            else:
                found |= values
        return found

    def _values_of(self, path: Path) -> Json | InputError:
        """Read once: a second time, a pipe holds nothing."""
        if path not in self._values:
            try:
                self._values[path] = values_in(path, named=path in self._var_files)
            except InputError as error:
                self._values[path] = error
        return self._values[path]


def _add(files: Files, path: Path, gaps: Gaps) -> None:
    ending = next((one for one in _UNREAD if path.name.endswith(one)), None)
    if ending is not None:
        gaps.append(((path, 1), "not-read", _UNREAD[ending]))
    elif path.name.endswith((*ENDINGS, *JSON_ENDINGS)) and _is_there(path):
        try:
            parse = parse_json_file if path.name.endswith(JSON_ENDINGS) else parse_file
            files.wholes[path] = whole = parse(path)
            for block in whole.blocks:
                if told := files.add(block):
                    gaps.append(((path, block.line), "not-read", _TWICE.format(told)))
        except InputError as error:
            gaps.append(_said(path, error))


def _resources(plan: Plan, module: Module, wanted: Any) -> None:
    for (mode, kind, name), block in module.files.resources.items():
        here = (block.path, block.line)
        address = ".".join((module.address, kind, name)).lstrip(".")

        outcomes = Outcomes(module, mode, block, wanted(mode, kind), plan.notes.append)
        made = outcomes.planned
        found = _guarded(plan, module, made, here, address)
        if found is None:  # nothing of it can be told
            found = [Planned(address, module.address, mode, kind, name, None, {}, True, "", here)]
        (plan.data if mode == "data" else plan.resources).extend(found)


def _referred(
    plan: Plan, wanted: Any, module: Module, block: Block, index: Any, surely: bool
) -> Planned | None:
    kind, name = block.labels[0], block.labels[-1]
    outcomes = Outcomes(module, "managed", block, wanted("managed", kind), plan.notes.append)
    made = partial(outcomes.referred, index, surely=surely)
    address = ".".join((module.address, kind, name)).lstrip(".")
    found: Planned | None = _guarded(plan, module, made, (block.path, block.line), address)
    return found


def _guarded(plan: Plan, module: Module, function: Any, here: Written, name: str) -> Any:
    """The answer; None, with a gap, where it takes too much. Each resource may take its share,
    until several have taken too much."""
    spent = sum(code == "unreadable" and text.endswith(_TOO_MUCH) for _, code, text in plan.gaps)
    if spent < _PATIENCE:
        module.world.budget = Budget(str(here[0]), levels=LEVELS)
    try:
        return function()
    except (InputError, RecursionError, MemoryError):
        plan.gaps.append((here, "unreadable", f"{name}: {_TOO_MUCH}"))
    return None


def _is_there(path: Path) -> bool:
    """Even if it cannot be opened, as a pipe or a link to nowhere; editors leave hidden ones."""
    return path.is_file() or (
        os.path.lexists(path) and not path.is_dir() and not path.name.startswith(".")
    )


def beside(folder: Path, source: str) -> Path | None:
    """A module that stands in the same repository."""
    if not source.startswith(_LOCAL) or is_unresolved(source):
        return None
    found = nearby(folder, source)
    return found if found and _is_folder(found) else None


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # what is around it is shut, or no folder has such a name
        return False


def _listed(folder: Path, gaps: Gaps) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        message = f"the folder cannot be listed: {error.strerror or error}"
        gaps.append(((folder, 1), "unreadable", message))
        return []


def _installed(folder: Path) -> dict[str, Path]:
    """What `terraform init` brought: https://developer.hashicorp.com/terraform/internals/modules"""
    path = folder / ".terraform" / "modules" / "modules.json"
    try:
        raw = json.loads(path.read_bytes()[: 8 << 20]) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return {}
    listed = raw.get("Modules") if isinstance(raw, dict) else None
    found: dict[str, Path] = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and isinstance(one.get("Dir"), str):
            inner = nearby(folder, one["Dir"])
            if inner and one.get("Key") and _is_folder(inner):
                found[str(one["Key"])] = inner
    return found


def _key(address: str) -> str:
    """`module.a["x"].module.b` is `a.b` there."""
    return ".".join(module_names(address))


def _unread(call: Block, address: str, source: str) -> Unread:
    where = f"at {source} " if source and not is_unresolved(source) else ""
    message = f"{address}: the module {where}is not here: run terraform init, or judge a plan"
    return (call.path, call.line), "module", message


def _said(path: Path, error: InputError) -> Unread:
    hint = f"; {error.hint}" if error.hint else ""
    return (path, error.line or 1), "unreadable", f"{error.message}{hint}"
