"""`Fn::ForEach` of the LanguageExtensions transform, unrolled where its list is written out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

from typing import Any

from checker.collect.iac.template import Template
from checker.errors import InputError

LOOP = "Fn::ForEach::"
STEPS = 1_000_000
MOST = 10_000  # resources that the loops of one template may make


def unrolled(template: Template) -> None:
    """Puts what the loops make into Resources; a loop over what is not known stays, as a gap."""
    section = template.section("Resources")
    if not any(name.startswith(LOOP) for name in section):
        return
    result: dict[str, Any] = {}
    for name, raw in section.items():
        made = _made(raw, template) if name.startswith(LOOP) else None
        if made is None or len(made) + len(result) > MOST:
            result[name] = raw if isinstance(raw, dict) else {"Type": LOOP}
            continue
        for inner, body in made.items():
            result[inner] = body
            template.alias(("Resources", inner), ("Resources", name))
    template.value["Resources"] = result


def _made(raw: Any, template: Template) -> dict[str, Any] | None:
    if not isinstance(raw, list) or len(raw) != 3 or not isinstance(raw[2], dict):
        return None
    variable, values, body = raw
    values = _listed(values, template)
    if not isinstance(variable, str) or values is None or any(map(_is_loop, body)):
        return None
    steps = _Steps(template.path)
    return {
        steps.filled(name, variable, value): steps.filled(inner, variable, value)
        for value in values
        for name, inner in body.items()
    }


def _is_loop(name: str) -> bool:
    return name.startswith(LOOP)


def _listed(values: Any, template: Template) -> list[str] | None:
    """The items of a loop: a list as it is, or the default of a parameter that is a list."""
    if isinstance(values, dict) and isinstance(name := values.get("Ref"), str):
        declared = template.section("Parameters").get(name)
        default = declared.get("Default") if isinstance(declared, dict) else None
        return [part.strip() for part in default.split(",")] if isinstance(default, str) else None
    good = isinstance(values, list) and all(isinstance(one, str) for one in values)
    return values if good else None


class _Steps:
    """Counts, as aliases may hide far more than the file shows."""

    def __init__(self, path: str) -> None:
        self._path, self._left = path, STEPS

    def filled(self, value: Any, variable: str, text: str) -> Any:
        self._left -= 1
        if self._left < 0:
            raise InputError("its loops unfold to too much", path=self._path, line=1)
        if isinstance(value, str):
            return value.replace(f"${{{variable}}}", text).replace(f"&{{{variable}}}", text)
        if isinstance(value, list):
            return [self.filled(one, variable, text) for one in value]
        if isinstance(value, dict):
            if value.get("Ref") == variable and len(value) == 1:
                return text
            names = {key: self.filled(key, variable, text) for key in value}
            return {names[key]: self.filled(one, variable, text) for key, one in value.items()}
        return value
