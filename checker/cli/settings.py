"""The settings file: `vendorgate.toml`, or `[tool.vendorgate]` in pyproject.toml."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar, get_args

import msgspec

from checker.check.rules import PolicyOverrides
from checker.cli.tomllines import lines_of
from checker.cli.tree import Here, Tree
from checker.errors import InputError, did_you_mean, first_of
from checker.patterns import pattern
from checker.report.model import Severity

T = TypeVar("T")
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
_OPTIONS: dict[str, type] = {
    "allowlist": str,
    "policies": str,
    "builtin": bool,
    "format": list,
    "fail-on": str,
    "allow-gaps": bool,
    "snapshot": str,
    "catalogue": str,
    "baseline": str,
    "max-age": int,
}
NAMES = ("vendorgate.toml", "pyproject.toml")
"""The first that there is counts."""
_KEYS = (*_OPTIONS, "severity", "disabled")


class SettingsFile(msgspec.Struct, frozen=True):
    """`options` are defaults for those of the command line, with `-` in their names."""

    path: str | None = None
    options: dict[str, Any] = {}
    overrides: PolicyOverrides = msgspec.field(default_factory=PolicyOverrides)


def read_settings(tree: Tree) -> SettingsFile:
    """The settings of a folder, here or at a revision; none where there is no file.

    Raises InputError, with the file, for a key or value that is not known, and for a severity
    or a disabled policy without a reason.
    """
    for name in NAMES:
        data = tree.read(name)
        if data is None and isinstance(tree, Here) and os.path.lexists(name):
            raise InputError("is no file", path=name, hint="--no-settings goes without")
        found = parse_settings(data, tree.shown(name)) if data is not None else None
        if found is not None:
            return found
    return SettingsFile()


def parse_settings(data: bytes, path: str) -> SettingsFile | None:
    """One file; None for a pyproject.toml without a table of ours."""
    above = ("tool", "vendorgate") if path.endswith("pyproject.toml") else ()
    if above and not _may_name_us(data):
        return None
    table, text = _parsed(path, data)
    for name in above:
        table = table.get(name) if isinstance(table, dict) else None
    return None if table is None else _Reading(path, text, above).settings(table)


def _may_name_us(data: bytes) -> bool:
    """Whether a table could be called `vendorgate`, by an escape or look-alike letters too. Most
    projects' files have none, and need not be parsed: what else is in them is for other tools."""
    return b"vendorgate" in data or b"\\" in data or b"\0" in data or not data.isascii()


def _parsed(path: str, data: bytes) -> tuple[Any, str]:
    import tomllib

    from checker.hidden import refuse_hidden

    try:
        text = data.decode("utf-8")
        refuse_hidden(text, path)
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), path, text) from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not valid TOML: {error}", path=path) from None


_AT = pattern(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def _not_toml(said: str, path: str, text: str) -> InputError:
    """As the parser tells the place within its message (Python 3.14 has it apart)."""
    found = _AT.search(said)
    line, column = (found[1], found[2]) if found else (None, None)
    last = text.rstrip("\n").count("\n") + 1 if found else None
    return InputError(
        f"not valid TOML: {_first_lower(_AT.sub('', said))}", path=path,
        line=int(line) if line else last, column=int(column) if column else None,
    )  # fmt: skip


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]


class _Reading:
    """Of one file: what is wrong is told with its line, and all at once."""

    def __init__(self, path: str, text: str, above: tuple[str, ...]) -> None:
        self._path, self._above, self._lines = path, above, lines_of(text)
        self._errors: list[InputError] = []

    def settings(self, table: Any) -> SettingsFile:
        """Raises InputError."""
        path = self._path
        if not isinstance(table, dict):
            raise InputError("the settings must be a table", path=path)
        for key in table:
            if key not in _KEYS:
                told = InputError(f"unknown key {key!r}", path=path, hint=_nearest(key, _KEYS))
                self._keep(told, key)
        options = self._each({k: v for k, v in table.items() if k in _OPTIONS}, _option)
        severity = self._each(self._table(table, "severity"), _severity, "severity")
        disabled = self._each(self._table(table, "disabled"), _reason, "disabled")
        if self._errors:
            raise first_of(sorted(self._errors, key=lambda e: e.line or 0))
        return SettingsFile(
            path, options, PolicyOverrides(severity, disabled, path, self._policies())
        )

    def _each(self, values: dict[str, Any], read: Callable[..., T], *at: str) -> dict[str, T]:
        found = {}
        for key, value in values.items():
            try:
                found[key] = read(self._path, key, value)
            except InputError as error:
                self._keep(error, *at, key)
        return found

    def _table(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self._keep(InputError(f"{key!r} must be a table of policies", path=self._path), key)
        return {}

    def _keep(self, error: InputError, *at: str) -> None:
        whole = (*self._above, *at)
        error.line = self._lines.get(whole) or self._lines.get(whole[:-1])
        self._errors.append(error)

    def _policies(self) -> dict[str, int]:
        """Where each policy that is bent stands."""
        depth = len(self._above)
        tables = ("severity", "disabled")
        named = {k[depth:]: n for k, n in self._lines.items() if k[:depth] == self._above}
        return {k[1]: n for k, n in named.items() if len(k) == 2 and k[0] in tables}


def _option(path: str, key: str, value: Any) -> Any:
    if key == "format" and isinstance(value, str):
        value = [value]
    if type(value) is not _OPTIONS[key]:  # true is no number of days
        raise InputError(f"{key!r} must be of type {_OPTIONS[key].__name__}", path=path)
    if key == "fail-on" and value not in (*_SEVERITIES[:4], "none"):
        hint = "critical, high, medium, low or none"
        raise InputError(f"fail-on cannot be {value!r}", path=path, hint=hint)
    if isinstance(value, int) and value < 0:
        raise InputError(f"max-age cannot be {value!r}", path=path, hint="a number of days")
    return value


def _severity(path: str, policy: str, value: Any) -> tuple[Severity, str]:
    level = value.get("level") if isinstance(value, dict) else None
    if level not in _SEVERITIES:
        raise InputError(
            f"severity.{policy} needs a level and a reason",
            path=path,
            hint=f'write {policy} = {{level = "medium", reason = "…"}}',
        )
    return level, _reason(path, policy, value.get("reason"))


def _reason(path: str, policy: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(
            f"{policy} needs a reason", path=path, hint=f'write {policy} = "the reason"'
        )
    return value


def _nearest(key: str, known: tuple[str, ...]) -> str:
    return did_you_mean(key, known) or f"known: {', '.join(known)}"
