"""CloudFormation templates → what they would create."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.collect.iac.code.doubtful import doubt
from checker.collect.iac.exports import Exports
from checker.collect.iac.files import STDIN, InputFile, InputFiles
from checker.collect.iac.given import check_names
from checker.collect.iac.grants.build import records
from checker.collect.iac.grants.caches import add_caches
from checker.collect.iac.grants.template import Stacks
from checker.collect.iac.includes import named_beside
from checker.collect.iac.likeness import (
    HEAD,
    as_utf8,
    has_placeholders,
    is_plainly_one,
    is_usual,
    looks_like_one,
    may_begin_one,
    unrendered,
)
from checker.collect.iac.mentioned import Mentioned, tell
from checker.collect.iac.reader import Reader
from checker.collect.iac.records import Found, read_bytes
from checker.collect.iac.stack import Stack
from checker.collect.iac.target import Target
from checker.collect.iac.template import MAX_BYTES, NoTemplateError, Template, parse_template
from checker.collect.iac.unread import Unread, text_in
from checker.errors import BadInputsError, InputError
from checker.snapshot.records import Location

ENDINGS = ("",)
"""Files of any name: `likeness.py` tells which are templates."""
_MARKS = {"AWSTemplateFormatVersion", "Transform"}
_RENDER = "if another program fills it in, read what it makes of it"
_SERVERLESS = ("serverless.yml", "serverless.yaml")


def collect_templates(
    files: Iterable[InputFile], target: Target, given: Mapping[str, str], *, strict: bool = False
) -> Found:
    """Raises BadInputsError where no file could be read; else each bad one is a gap."""
    found = Found()
    templates = _Templates(found, target)
    for file in files:
        templates.add(file)
    if not templates.read and templates.bad:
        raise BadInputsError(templates.bad)
    check_names(dict(given), templates.read.values())
    templates.collect(given, strict)
    if isinstance(files, InputFiles):
        found.notes += files.told(target.root)
    return found


class _Templates:
    """All files of one command: those that are templates, and those that should be."""

    def __init__(self, found: Found, target: Target) -> None:
        self._found, self._target = found, target
        self.read: dict[Path, Template] = {}
        self.bad: list[InputError] = []
        self._others = self._closed = 0
        self._texts: dict[Path, bytes] = {}
        self._unread = Unread(target)

    def add(self, file: InputFile) -> None:
        try:
            data = file.read(MAX_BYTES) if file.named else self._likely(file)
            if data is not None:
                self._kept(file, _parsed(file.path, data))
                if file.path in self.read:
                    self._texts[file.path] = data
        except NoTemplateError as error:
            if file.named:
                self._refused(error, file)
            else:
                self._others += 1
        except InputError as error:
            self._refused(error, file)

    def _likely(self, file: InputFile) -> bytes | None:
        """What a file holds that nobody named, if it looks like a template."""
        usual = is_usual(file.path)
        if not usual and not self._begins_one(file):
            return None
        data = file.head(MAX_BYTES + 1)
        if len(data) > MAX_BYTES and is_plainly_one(data.decode("utf-8", "replace")):
            return file.read(MAX_BYTES)  # says that it is too large
        likely = len(data) <= MAX_BYTES and looks_like_one(file.path, data)
        if likely or file.path.name in _SERVERLESS:
            return data
        self._others += usual
        return None

    def _begins_one(self, file: InputFile) -> bool:
        try:
            return may_begin_one(file.path, file.head(HEAD))
        except InputError:
            self._closed += file.path.exists()
            return False

    def _kept(self, file: InputFile, template: Template) -> None:
        """A file is a template by its Resources; one that nobody named may be anything."""
        if isinstance(template.value.get("Resources"), dict | list):
            self.read[file.path] = template
        elif file.named or template.value.keys() & _MARKS or file.path.name in _SERVERLESS:
            hint = _hint(template)
            error = InputError("not a CloudFormation template", path=file.path, line=1, hint=hint)
            self._refused(error, file)
        else:
            self._others += 1

    def collect(self, given: Mapping[str, str], strict: bool) -> None:
        exports = Exports()
        once = self._once(given, strict, exports)
        if exports.asked and exports.learn(once.stacks()):  # what they import is known by now
            once = self._once(given, strict, exports)
        for path, error in once.bad:
            self._refused(error, InputFile(path))
        if self.read and not once.parts:
            raise BadInputsError(self.bad)
        for part in once.kept().values():
            self._found.add(part)
        self._found.resources += records(self._found.parts)
        add_caches(self._found)
        doubt(self._found, once.documents())
        mentioned = self._mentioned(once, given)
        self._unread.tell(self._found, strict=strict)
        tell(mentioned, self._found, strict=strict)
        if self._others:
            self._found.notes.append(f"Files that are no templates, passed over: {self._others}.")
        if self._closed:
            self._found.notes.append(f"Files that could not be opened: {self._closed}.")

    def _mentioned(self, once: _Once, given: Mapping[str, str]) -> Mentioned:
        """Of all that was read, and what that names."""
        found = Mentioned(self._target)
        for path, template in self.read.items():
            found.file(path, as_utf8(self._texts[path], str(path)), "yaml")
            told = _declared(given, template) if path in once.parts else {}
            for name, value in told.items():
                line = template.line("Parameters", name)
                found.value(self._target.location(path, line), value)
        for path in sorted(once.beside - {one.resolve() for one in self.read}):
            found.file(path, as_utf8(read_bytes(path, MAX_BYTES), str(path)), "yaml")
        for path in sorted(self._named() - once.beside - {one.resolve() for one in self.read}):
            self._beside(path, found)
        return found

    def _beside(self, path: Path, found: Mentioned) -> None:
        data = text_in(path, MAX_BYTES)
        if data is None:
            self._unread.add(path, 1, path.name)
        with contextlib.suppress(InputError):  # no text that anybody could read
            found.file(path, as_utf8(data or b"", str(path)))

    def _named(self) -> set[Path]:
        root = self._target.root.resolve()
        return {one for path, template in self.read.items()
                for one in named_beside(path, template.value, root)}  # fmt: skip

    def _once(self, given: Mapping[str, str], strict: bool, exports: Exports) -> _Once:
        once = _Once()
        every: dict[str, Stacks] = {}
        for at, (path, template) in enumerate(self.read.items()):
            once.places[path] = label = f"/#{at}"
            once.parts[path], once.codes[path] = part, stacks = Found(), Stacks(label, every)
            reader = Reader(part, self._target, strict=strict, exports=exports, stacks=stacks)
            try:
                reader.read(path, template, _declared(given, template))
            except (InputError, RecursionError) as error:
                deep = InputError("nested too deep", path=path, line=1)
                once.bad.append((path, error if isinstance(error, InputError) else deep))
                del once.parts[path]
            for inner in reader.brought:
                once.brought.setdefault(inner, path)
            once.beside |= reader.beside
        return once

    def _refused(self, error: InputError, file: InputFile) -> None:
        self.bad.append(error)
        place = self._target.location(file.path, error.line or 1)
        text = f"{error.message}; {error.hint}" if error.hint else error.message
        self._found.gap(self._target, place, "unreadable", text)


@dataclass
class _Once:
    """What all templates come to, read once. `places`: how others call each; `brought`: by whom
    one is brought along, which is read there, with its parameters; `beside`: all files that they
    bring along or include."""

    parts: dict[Path, Found] = field(default_factory=dict)
    codes: dict[Path, Stacks] = field(default_factory=dict)
    places: dict[Path, str] = field(default_factory=dict)
    brought: dict[Path, Path] = field(default_factory=dict)
    beside: set[Path] = field(default_factory=set)
    bad: list[tuple[Path, InputError]] = field(default_factory=list)

    def kept(self) -> dict[Path, Found]:
        """Those that nobody brings along."""
        return {path: part for path, part in self.parts.items()
                if self.brought.get(path.resolve()) in (None, path)}  # fmt: skip

    def documents(self) -> set[str]:
        """Names of those that are made here."""
        several = [code for stacks in self.codes.values() for code in stacks.values()]
        return {name for code in several for name in code.documents()}

    def stacks(self) -> Iterator[tuple[str, Stack]]:
        """Each stack, and where it stands."""
        for path in self.kept():
            for where, code in self.codes[path].items():
                yield f"{self.places[path]}{where}", code.stack


def collect_body(
    body: str, given: dict[str, Any], path: Path, place: Location, target: Target, found: Found
) -> None:
    """A template as text, written at `place`."""
    template = parse_template(body.encode("utf-8", "replace"), f"{path}:{place.line}")
    Reader(found, target).read(path, template, given, depth=1, place=place)


def _parsed(path: Path, data: bytes) -> Template:
    called = "standard input" if str(path) == STDIN else str(path)
    if unrendered(path, data):
        raise InputError("its placeholders are not filled in", path=path, line=1, hint=_RENDER)
    try:
        return parse_template(data, called)
    except InputError as error:
        if not error.hint and has_placeholders(data):
            error.hint = _RENDER
        raise


def _hint(template: Template) -> str:
    if {"service", "provider"} <= template.value.keys():
        return "it is the Serverless Framework's: read what `serverless package` makes of it"
    if {"format_version", "planned_values"} <= template.value.keys():
        return "a Terraform plan: collect terraform, or check --terraform"
    return "a template has Resources"


def _declared(given: Mapping[str, str], template: Template) -> dict[str, str]:
    """Of all that is given, what this template asks for."""
    known = template.section("Parameters")
    return {name: value for name, value in given.items() if name in known}
