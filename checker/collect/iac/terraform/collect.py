"""Terraform and OpenTofu: plans, states and folders of .tf files → what would be there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from checker.collect.iac.code.doubtful import doubt
from checker.collect.iac.code.rows import DOCUMENTS
from checker.collect.iac.files import InputFile, InputFiles
from checker.collect.iac.grants.build import records
from checker.collect.iac.grants.caches import add_caches
from checker.collect.iac.mentioned import Mentioned, tell
from checker.collect.iac.nearby import nearby, real
from checker.collect.iac.prose import Form, deployed
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.block_locator import BlockLocator
from checker.collect.iac.terraform.folder import Folders
from checker.collect.iac.terraform.included import (
    called,
    included,
    is_filled_in,
    line_of,
    names_more,
)
from checker.collect.iac.terraform.plan_accounts import told_accounts
from checker.collect.iac.terraform.planned import (
    Plan,
    Planned,
    beside_changes,
    beside_resources,
    untold_actions,
)
from checker.collect.iac.terraform.read import MAX_BYTES, looks_like_one, read_file
from checker.collect.iac.terraform.reader import Reader
from checker.collect.iac.terraform.settle import settle
from checker.collect.iac.terraform.syntax import MAX_BYTES as MAX_SOURCE
from checker.collect.iac.terraform.turning import Turned, turned
from checker.collect.iac.terraform.wanted import wanted
from checker.collect.iac.unknown import is_unresolved
from checker.collect.iac.unread import Unread, text_in
from checker.errors import BadInputsError, InputError

_CODE = (".tf", ".tofu", ".tf.json", ".tofu.json")
_SOURCE = (
    *_CODE, "terragrunt.hcl", "terragrunt.stack.hcl", ".tfcomponent.hcl", ".tfstack.hcl",
)  # fmt: skip
_FORMS: dict[Form, tuple[str, ...]] = {
    "hcl": (".tf", ".tofu", ".tfvars"),
    "json": (".tf.json", ".tofu.json"),
}
ENDINGS = (*_SOURCE, ".json", ".tfstate")


@dataclass(frozen=True)
class Reading:
    """`sources`: the folder of the root module, for plans; `var_files`: values of variables, for
    folders; `strict`: a resource of an unknown type is a gap."""

    sources: Path | None = None
    var_files: tuple[Path, ...] = ()
    changes_only: bool = False
    strict: bool = False


def collect_terraform(
    files: Iterable[InputFile], target: Target, reading: Reading | None = None
) -> Found:
    """A .tf file stands for its folder. Raises BadInputsError where no file could be read; else
    each bad one is a gap."""
    found = _Files(target, reading or Reading()).collect(list(files))
    if isinstance(files, InputFiles):
        found.notes += files.told(target.root)
    return found


class _Files:
    """All files of one command."""

    def __init__(self, target: Target, reading: Reading) -> None:
        self._target, self._reading, self._found = target, reading, Found()
        self._folders = Folders(target, reading.var_files)
        self._plans: list[Plan] = []
        self._bad: list[InputError] = []
        self._others: list[Path] = []
        self._mentioned = Mentioned(target)
        self._unread = Unread(target)

    def collect(self, files: list[InputFile]) -> Found:
        sources = [one for one in files if one.path.name.endswith(_SOURCE)]
        for file in files:
            if file not in sources:
                self._file(file)
        folders = self._folders.roots(dict.fromkeys(one.path.parent.resolve() for one in sources))
        self._plans += [self._folders.plan(folder, wanted) for folder in folders]
        if self._bad and not self._plans:
            raise BadInputsError(self._bad) if len(self._bad) > 1 else self._bad[0]
        changed = turned(self._plans) if self._reading.changes_only else Turned()
        for plan in self._plans:
            self._read(plan, changed)
        self._texts(folders)
        self._unread.tell(self._found, strict=self._reading.strict)
        notes = self._found.notes
        self._found.resources += records(self._found.parts, notes.append)
        add_caches(self._found)
        made = {str(one.values.get("name")) for plan in self._plans for one in plan.resources
                if one.type in DOCUMENTS}  # fmt: skip
        doubt(self._found, made)
        tell(self._mentioned, self._found, strict=self._reading.strict)
        if others := len({*self._others} - self._folders.included()):
            self._found.notes.append(f"Files that are no plans, passed over: {others}.")
        if passed := len(self._folders.passed_over):
            self._found.notes.append(f"Files of Terraform's tests, passed over: {passed}.")
        return self._found

    def _file(self, file: InputFile) -> None:
        try:
            data = file.read(MAX_BYTES)
            if file.named or file.path.suffix == ".tfstate" or looks_like_one(data):
                self._plans.append(read_file(file.path, data))
            else:
                self._others.append(file.path.resolve())
        except InputError as error:
            self._bad.append(error)
            place = self._target.location(file.path, error.line or 1)
            text = f"{error.message}; {error.hint}" if error.hint else error.message
            self._found.gap(self._target, place, "unreadable", text)

    def _read(self, plan: Plan, changed: Turned) -> None:
        told_accounts(plan, self._target)
        settle(plan, self._target)
        locator = BlockLocator(plan, self._target, self._reading.sources, self._folders)
        reader = Reader(plan, self._target, self._found, locator, strict=self._reading.strict,
                        turned=changed)  # fmt: skip
        for planned in reader.read(self._reading.changes_only):
            if not planned.written:
                self._name(planned, locator)
        for address, keys in untold_actions(plan):
            place, strict = self._target.location(plan.path, 1), self._reading.strict
            self._found.untold_code(self._target, place, address, keys, strict=strict)
        if plan.text:  # on request, without what may be of resources that are left out
            told = beside_changes if self._reading.changes_only else beside_resources
            self._mentioned.value(self._target.location(plan.path, 1), [*told(plan)])

    def _texts(self, folders: list[Path]) -> None:
        """All that was read of these folders, and what that names."""
        read = dict(self._folders.written()) if folders else {}
        code = [(path, data) for path, data in read.items() if path.name.endswith(_CODE)]
        for folder in folders if any(names_more(data) for _, data in code) else ():
            for (path, line), name in self._folders.read_named(folder):
                self._unread.add(path, line, _as_written(name, folder, path, folders))
        read |= dict(self._folders.brought()) if folders else {}
        waiting = dict(code) | {one: data for one, data in read.items() if is_filled_in(data)}
        while waiting:
            path = next(iter(waiting))
            data, before = waiting.pop(path), len(read)
            self._named_in(path, data, read, folders)
            more = islice(read, before, None)
            waiting |= {one: read[one] for one in more if is_filled_in(read[one])}
        for path, data in read.items():
            self._mentioned.file(path, data, _form(path), self._folders.parsed(path))

    def _named_in(
        self, path: Path, data: bytes, read: dict[Path, bytes], folders: Collection[Path]
    ) -> None:
        """The files that code names are read, too."""
        missing: list[str] = []
        module = path.parent.resolve()
        for name, several in included(data, module, folders, self._target.root.resolve()):
            for inner in (one for one in several if one not in read):
                held = text_in(inner, MAX_SOURCE)
                read |= {} if held is None else {inner: held}
            missing += [name] if read.keys().isdisjoint(several) else []
        parsed, text = self._folders.parsed(path), data.decode(errors="replace")
        text = deployed(text, _form(path), path, parsed) if missing else ""
        for name in missing:
            if line := line_of(text, name, module in folders):
                self._unread.add(path, line, name)

    def _name(self, planned: Planned, locator: BlockLocator) -> None:
        """What a plan does not show of a value, its source tells."""
        place = locator.place(planned)
        for key, value in planned.values.items():
            told = locator.written(planned, key) if is_unresolved(value) else None
            self._mentioned.value(place, {key: value}, told)


def _as_written(name: str, folder: Path, path: Path, folders: Collection[Path]) -> str:
    """Of a file below the module, as that would name it: `m/x` is `${path.module}/x`."""
    named, module = nearby(folder, name), real(path.parent)
    if named is None or ".." in name.split("/") or not named.is_relative_to(module):
        return name
    return called("module", named.relative_to(module).as_posix(), module in folders)


def _form(path: Path) -> Form | None:
    return next((one for one, ends in _FORMS.items() if path.name.endswith(ends)), None)
