"""A text of code as it is deployed: without its comments, and what is said for readers alone."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from checker.collect.iac.comments import Form, is_comment, without_comments
from checker.collect.iac.sections import Section, of_hcl, of_json, of_template, whole
from checker.errors import InputError

_ODD_ENDS = ("\r", "\x85", "\u2028", "\u2029")
"""Of lines, to YAML: where a comment ends, readers differ."""
_OF: dict[Form, Callable[[str, Path], Iterable[Section]]] = {
    "hcl": of_hcl, "json": of_json, "yaml": of_template,
}  # fmt: skip


class CodeText:
    """`file`: as reports call it; `form`: None where it is not known, as of a script that others
    include; `scope`: within which texts its names mean the same, None for all; `given`: by line,
    what somebody gave for what is declared there."""

    def __init__(
        self, path: Path, file: str, data: bytes, form: Form | None = None,
        scope: object = None, given: Mapping[int, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self.file, self.scope = file, scope
        self._path, self._form, self._given = path, form, given
        self.raw = data.decode(errors="replace").replace("\r\n", "\n")
        self._odd = any(end in self.raw for end in _ODD_ENDS)

    @cached_property
    def lines(self) -> list[str]:
        """What is deployed of each."""
        lines = self._bare()
        for number, value in self._given.items():
            lines[number - 1] += f" {value}"
        return lines

    def _bare(self) -> list[str]:
        """Without comments: of a text whose form is not known, those that are a line."""
        if self._odd:
            return self.raw.split("\n")
        if self._form:
            return without_comments(self.raw, self._form, self._path).split("\n")
        return ["" if is_comment(line) else line for line in self.raw.split("\n")]

    @cached_property
    def sections(self) -> list[Section]:
        """The smallest first that a line is of; a text that has none is one, by its name."""
        if self._odd:
            return []  # what is a line is not known
        with contextlib.suppress(InputError):
            if self._form:
                return [*_OF[self._form](self.raw, self._path)]
        return [whole(self._path)]

    def whole(self) -> str:
        """With its comments."""
        return " ".join((self.raw, *self._given.values()))

    def section(self, line: int) -> Section:
        """The one that a line is of, by itself where none is."""
        around = (one for one in self.sections if one.first <= line <= one.last)
        return next(around, Section(line, line, mixed=True))

    def counted(self, pattern: re.Pattern[str]) -> Counter[Section]:
        """How often something stands in each of its sections."""
        found = Counter[Section]()
        for number, line in enumerate(self.lines, 1):
            if several := sum(1 for _ in pattern.finditer(line)):
                found[self.section(number)] += several
        return found
