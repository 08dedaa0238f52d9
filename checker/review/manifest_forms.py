"""A manifest as what it says, each in a line of its own, however it is written:
`dependency-groups.ci[] = vendorgate==1.2`. What names the gate, and a task that runs it, is whole.

https://packaging.python.org/en/latest/specifications/pyproject-toml/
"""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from checker.review.manifest_names import OURS, OWN_TABLE
from checker.review.manifest_python import from_python

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_LONG, _ALIASES = 1_000, 100
_FIRST = ("version", "tag")
_RUNS = ("cmd", "command", "commands", "exec", "run", "script", "sequence", "shell")
"""How tasks call what they run."""
_KINDS = (
    (re.compile(r"(.*/)?(package\.json|Pipfile\.lock|[^/]*-lock\.json)"), "json"),
    (re.compile(r"(.*/)?(pixi\.lock|yarn\.lock|[^/]*\.ya?ml)"), "yaml"),
    (re.compile(r"(.*/)?([^/]*\.toml|Pipfile)"), "toml"),
    (re.compile(r".*\.lock"), "lock"),
    (re.compile(r"(.*/)?setup\.cfg"), "ini"),
    (re.compile(r"(.*/)?setup\.py"), "python"),
)


class UnreadManifestError(Exception):
    """It is of a form that is known, and nobody here can read it."""


def has_form(path: str) -> bool:
    """Whether it is one of those that are read as a whole."""
    return any(form.fullmatch(path) for form, _ in _KINDS)


def as_told(path: str, text: str) -> list[str] | None:
    """None of a file of lines. Raises UnreadManifestError."""
    kind = next((kind for form, kind in _KINDS if form.fullmatch(path)), None)
    if kind is None:
        return None
    try:
        found = _READ[kind](text)
        return None if found is None else [*_flat(found, "")]
    except (TypeError, ValueError, RecursionError, yaml.YAMLError, configparser.Error) as error:
        raise UnreadManifestError from error


def _flat(value: Any, at: str) -> Iterator[str]:
    """Raises ValueError where names are longer than anybody reads."""
    if len(at) > _LONG:
        raise ValueError(at[:_LONG])
    if isinstance(value, dict) and at and _runs_it(value):
        yield f"{at} = {compact(value)}"
    elif isinstance(value, dict):
        for key, one in value.items():
            name = f"{at}.{key}" if at else str(key)
            if OURS.search(str(key)) and name != OWN_TABLE:
                yield f"{name} = {compact(one)}"
            elif name != OWN_TABLE:
                yield from _flat(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _item(one, at)
        yield from () if value else [f"{at} = []"]
    else:
        yield f"{at} = {compact(value)}"


def _item(value: Any, at: str) -> Iterator[str]:
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(value, dict | list) or _names_it(value):
        yield f"{at}[] = {compact(value)}"
    else:
        yield from _flat(value, f"{at}[{name or ''}]")


def _names_it(value: Any) -> bool:
    several = value.values() if isinstance(value, dict) else value
    return any(isinstance(one, str) and OURS.search(one) for one in several)


def _runs_it(table: dict[str, Any]) -> bool:
    told = [table.get(key) for key in _RUNS]
    words = [" ".join(map(str, one)) if isinstance(one, list) else one for one in told]
    return any(isinstance(one, str) and OURS.search(one) for one in words)


def compact(value: Any) -> str:
    """A text as it is; else as JSON, the version first."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        first = {key: value[key] for key in _FIRST if key in value}
        value = first | {str(key): value[key] for key in sorted(value, key=str) if key not in first}
    return json.dumps(value, default=str, ensure_ascii=False)


def told_by(text: str) -> Any:
    """What `compact` was given; None of a text."""
    try:
        return json.loads(text) if text.startswith("{") else None
    except ValueError:
        return None


def _from_yaml(text: str) -> Any:
    """All of it text."""
    if _unfolds(text):
        raise ValueError("aliases")
    return yaml.load(text, _LOADER)  # noqa: S506  (the base loader makes texts alone)


def _unfolds(text: str) -> bool:
    """Whether aliases stand within what others stand for, or are many."""
    anchors, count = list[bool](), 0
    for one in yaml.parse(text, _LOADER):
        if isinstance(one, yaml.CollectionStartEvent):
            anchors.append(one.anchor is not None)
        elif isinstance(one, yaml.CollectionEndEvent):
            anchors.pop()
        elif isinstance(one, yaml.AliasEvent):
            count += 1
            if count > _ALIASES or any(anchors):
                return True
    return False


def _from_lock(text: str) -> Any:
    """A lock may be of any form; None of one of lines."""
    try:
        return tomllib.loads(text)
    except ValueError:
        found = _from_yaml(text)
        return None if isinstance(found, str) else found


def _from_ini(text: str) -> Any:
    parser = configparser.RawConfigParser(allow_no_value=True, default_section="")
    try:
        parser.read_string(text)
    except AttributeError as error:  # a line that goes on behind a key without a value
        raise ValueError(text) from error
    return {name: {key: (value or "").split("\n") for key, value in table.items()}
            for name, table in parser.items()}  # fmt: skip


_READ: dict[str, Callable[[str], Any]] = {
    "ini": _from_ini, "json": json.loads, "lock": _from_lock, "python": from_python,
    "toml": tomllib.loads, "yaml": _from_yaml,
}  # fmt: skip
