"""The settings file: `vendorgate.toml`, or `[tool.vendorgate]` in pyproject.toml."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, get_args

from checker.check.rules import Bent
from checker.cli.tree import Here, Tree
from checker.errors import InputError, did_you_mean
from checker.report.model import Severity
from checker.yamlfile import refuse_hidden

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


@dataclass(frozen=True)
class SettingsFile:
    """`options` are defaults for those of the command line, with `-` in their names."""

    path: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    bent: Bent = field(default_factory=Bent)


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
    table = _parsed(path, data)
    if path.endswith("pyproject.toml"):
        table = table.get("tool", {}).get("vendorgate")
    return None if table is None else _settings(path, table)


def _parsed(path: str, data: bytes) -> dict[str, Any]:
    import tomllib

    try:
        text = data.decode("utf-8")
        refuse_hidden(text, path)
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not valid TOML: {error}", path=path) from None


def _settings(path: str, table: Any) -> SettingsFile:
    if not isinstance(table, dict):
        raise InputError("the settings must be a table", path=path)
    for key in table:
        if key not in _KEYS:
            raise InputError(f"unknown key {key!r}", path=path, hint=_nearest(key, _KEYS))
    options = {k: _option(path, k, v) for k, v in table.items() if k in _OPTIONS}
    severity = {p: _severity(path, p, v) for p, v in _table(path, table, "severity").items()}
    disabled = {p: _reason(path, p, v) for p, v in _table(path, table, "disabled").items()}
    return SettingsFile(path, options, Bent(severity, disabled, path))


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


def _table(path: str, table: dict[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise InputError(f"{key!r} must be a table of policies", path=path)
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
