"""Where a planned resource is written: the block in its module's .tf files, else the call of the
module, else the plan itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checker.collect.iac.records import Target
from checker.collect.iac.terraform.hcl import Block, blocks
from checker.collect.iac.terraform.planned import Plan, Planned, as_object
from checker.snapshot.records import Location

MAX_BYTES = 4 << 20
MAX_FILES = 2_000
_LOCAL = ("./", "../")
Places = dict[Block, tuple[Path, int]]


class Sources:
    def __init__(self, plan: Plan, target: Target, folder: Path | None) -> None:
        self._plan, self._target = plan, target
        self._root = folder or plan.path.parent
        self._known: dict[Path, Places] = {}

    def place(self, planned: Planned) -> Location:
        block = ("data" if planned.mode == "data" else "resource", planned.type, planned.name)
        folder: Path | None = self._root
        found: tuple[Path, int] | None = None
        config = as_object(as_object(self._plan.raw.get("configuration")).get("root_module"))
        for name in planned.modules():
            if folder is None:
                break
            found = self._blocks(folder).get(("module", name), found)
            call = as_object(as_object(config.get("module_calls")).get(name))
            folder, config = _local(folder, call.get("source")), as_object(call.get("module"))
        if folder is not None:
            found = self._blocks(folder).get(block, found)
        if found is None:
            return self._target.location(self._plan.path, self._plan.line(planned.address))
        return self._target.location(*found)

    def _blocks(self, folder: Path) -> Places:
        if folder not in self._known:
            self._known[folder] = {}
            for path in _files(folder):
                for block, line in blocks(_text(path)).items():
                    self._known[folder].setdefault(block, (path, line))
        return self._known[folder]


def _local(folder: Path, source: Any) -> Path | None:
    """The folder of a module that stands in the same repository."""
    if not isinstance(source, str) or not source.startswith(_LOCAL) or "\0" in source:
        return None
    found = folder / source
    return found if found.is_dir() else None


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [*folder.glob("*.tf"), *folder.glob("*.tofu")]
    return sorted(path for path in found if path.is_file())[:MAX_FILES]


def _text(path: Path) -> str:
    """Empty where it cannot be read: it only tells lines."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
