"""`Fn::ForEach` of the LanguageExtensions transform, unrolled: over lists that are written out,
given, by default, or mapped, one within another.

What a loop goes over and nobody can tell is gone through once, with a mark for the item.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from checker.collect.iac.template import Template
from checker.collect.iac.unknown import is_unresolved, shown, unresolved
from checker.collect.iac.walking import mappings
from checker.errors import InputError
from checker.trust.document.decode import as_list

LOOP = "Fn::ForEach::"
STEPS = 1_000_000
MOST = 10_000  # entries that the loops of one section may make
Every = Callable[[Any], list[Any]]
"""Resolves a value under each outcome of the conditions."""


class Loops:
    def __init__(self, template: Template, every: Every) -> None:
        self._template, self._every = template, every
        self._left = STEPS

    def unrolled(self, section: str) -> dict[str, Any]:
        """The mappings of a section, with what its loops make in their place."""
        result: dict[str, Any] = {}
        for name, raw in self._template.section(section).items():
            if not name.startswith(LOOP):
                result[name] = self._inside(raw)
                continue
            made = self._made(raw, {})
            if made is None or len(made) + len(result) > MOST:
                result[name] = {"Type": LOOP}
                continue
            for inner, body in made.items():
                result[inner] = body
                self._template.alias((section, inner), (section, name))
        if section == "Resources":  # what is none is accounted for too
            return {name: raw if isinstance(raw, dict) else {} for name, raw in result.items()}
        return {name: raw for name, raw in result.items() if isinstance(raw, dict)}

    def _made(self, raw: Any, names: dict[str, str]) -> dict[str, Any] | None:
        """What one loop makes; `names` are those of the loops around it."""
        if not isinstance(raw, list) or len(raw) != 3 or not isinstance(raw[2], dict):
            return None
        variable = raw[0]
        if not isinstance(variable, str):
            return None
        result: dict[str, Any] = {}
        for item in self._items(self._filled(raw[1], names), variable):
            result |= self._turn(raw[2], names | {variable: item})
            if len(result) > MOST:
                return None
        return result

    def _turn(self, body: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, inner in body.items():
            if key.startswith(LOOP):
                result |= self._made(inner, names) or {key: {"Type": LOOP}}
            else:
                result[shown(self._text(key, names))] = self._filled(inner, names)
        return result

    def _items(self, raw: Any, variable: str) -> list[str]:
        """Each once, in order; a mark where they are not known."""
        found: list[str] = []
        for value in self._every(raw):
            several = as_list(value)
            found += [one if isinstance(one, str) else unresolved(variable) for one in several]
        return list(dict.fromkeys(found))

    def _inside(self, raw: Any) -> Any:
        """Loops within a resource's properties, where there are any."""
        return self._filled(raw, {}) if _holds_loop(raw) else raw

    def _filled(self, value: Any, names: dict[str, str]) -> Any:
        self._left -= 1
        if self._left < 0:
            raise InputError("its loops unfold to too much", path=self._template.path, line=1)
        if isinstance(value, str):
            return self._text(value, names)
        if isinstance(value, list):
            return [self._filled(one, names) for one in value]
        if not isinstance(value, dict):
            return value
        name = value.get("Ref") if len(value) == 1 else None
        if isinstance(name, str) and name in names:
            return names[name]
        result: dict[str, Any] = {}
        for key, one in value.items():
            made = self._made(one, names) if key.startswith(LOOP) else None
            result |= {self._text(key, names): self._filled(one, names)} if made is None else made
        return result

    def _text(self, text: str, names: dict[str, str]) -> str:
        """`&{X}` is what of the item may stand in a name."""
        for name, item in names.items():
            plain = item if is_unresolved(item) else re.sub(r"[^0-9A-Za-z]", "", item)
            text = text.replace(f"${{{name}}}", item).replace(f"&{{{name}}}", plain)
        return text


def _holds_loop(raw: Any) -> bool:
    return any(key.startswith(LOOP) for one in mappings(raw) for key in one)
