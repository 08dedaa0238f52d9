"""The .tf files beside a plan: where a planned resource is written, and what the plan does not
show of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from checker.collect.iac.target import Target
from checker.collect.iac.terraform.folder import Folders, beside
from checker.collect.iac.terraform.instance import Instance, joined
from checker.collect.iac.terraform.module import Module
from checker.collect.iac.terraform.planned import Plan, Planned, as_object
from checker.collect.iac.terraform.repeats import UNTOLD
from checker.collect.iac.terraform.variables import literal
from checker.collect.iac.unknown import unresolved
from checker.errors import InputError
from checker.snapshot.records import Location

_STEP = re.compile(r'module\.[\w-]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?')


class BlockLocator:
    """Without its parser, or without files, only the plan's own lines are told."""

    def __init__(self, plan: Plan, target: Target, folder: Path | None, folders: Folders) -> None:
        self._plan, self._target, self._folders = plan, target, folders
        here = folder or (plan.path if plan.path.is_dir() else plan.path.parent)
        self._root = here.resolve() if any(here.glob("*.t*f*")) else None
        self._module: Module | None = None
        self._known = {one.address: one.values for one in [*plan.resources, *plan.data]}

    def place(self, planned: Planned) -> Location:
        """The block, else the call of its module, else the plan itself."""
        found = planned.written
        files = self._folders.files(self._root) if self._root and not found else None
        for name in planned.modules():
            call = files.calls.get(name) if files else None
            if files is None or call is None:
                files = None
                break
            found = call.path, call.line
            inner = beside(files.folder, literal(call))
            files = self._folders.files(inner) if inner else None
        block = files.resources.get((planned.mode, planned.type, planned.name)) if files else None
        if block is not None:
            found = block.path, block.line
        if found is None:
            return self._target.location(self._plan.path, self._plan.line(planned.address))
        return self._target.location(*found)

    def written(self, planned: Planned, attribute: str) -> Any:
        """An attribute as its source says it; None where that is not here."""
        try:
            instance = self._instance(planned)
            return instance.written(attribute) if instance else None
        except (InputError, RecursionError):
            return None

    def _instance(self, planned: Planned) -> Instance | None:
        module = self._of(planned.module)
        key = (planned.mode, planned.type, planned.name)
        block = module.files.resources.get(key) if module else None
        if module is None or block is None:
            return None
        for index, names in module.instances(block):
            if index == planned.index:
                return Instance(module, planned.mode, block, index, names)
        each = {"key": planned.index, "value": unresolved("each.value")}
        names = {"each": each, "count": {"index": planned.index}}
        return Instance(module, planned.mode, block, planned.index, names)

    def _of(self, address: str) -> Module | None:
        """The module; one that stands for others where it has no such instance, as one of a map
        does not."""
        module = self._top()
        for step in _STEP.findall(address):
            if module is None:
                return None
            children = module.children(step.split(".")[1].partition("[")[0]) or []
            same = [one for one in children if one.address == joined(module.address, step)]
            others = [one for one in children if not isinstance(one.index, str)]
            others.sort(key=lambda one: one.index is not UNTOLD)
            module = next(iter(same or others), None)
        return module

    def _top(self) -> Module | None:
        if self._module is None and self._root is not None:
            world = self._folders.world(self._root, [], [], self._tell, self._given())
            self._module = Module(world, self._folders.files(self._root))
        return self._module

    def _tell(self, address: str, attribute: str) -> Any:
        return self._known.get(address, {}).get(attribute)

    def _given(self) -> dict[str, Any]:
        raw = as_object(self._plan.raw.get("variables"))
        return {name: one["value"] for name, one in raw.items()
                if isinstance(one, dict) and "value" in one}  # fmt: skip
