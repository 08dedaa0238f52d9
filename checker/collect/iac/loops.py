"""`Fn::ForEach` of the LanguageExtensions transform, unrolled where its list is written out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

from typing import Any

from checker.collect.iac.template import Template

LOOP = "Fn::ForEach::"
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
    if values is None or any(name.startswith(LOOP) for name in body):
        return None
    return {
        _filled(name, variable, value): _filled(inner, variable, value)
        for value in values
        for name, inner in body.items()
    }


def _listed(values: Any, template: Template) -> list[str] | None:
    """The items of a loop: a list as it is, or the default of a parameter that is a list."""
    if isinstance(values, dict) and len(values) == 1 and "Ref" in values:
        declared = template.section("Parameters").get(str(values["Ref"]))
        default = declared.get("Default") if isinstance(declared, dict) else None
        return [part.strip() for part in default.split(",")] if isinstance(default, str) else None
    good = isinstance(values, list) and all(isinstance(one, str) for one in values)
    return values if good else None


def _filled(value: Any, variable: str, text: str) -> Any:
    if isinstance(value, str):
        return value.replace(f"${{{variable}}}", text).replace(f"&{{{variable}}}", text)
    if isinstance(value, list):
        return [_filled(one, variable, text) for one in value]
    if isinstance(value, dict):
        if value == {"Ref": variable}:
            return text
        return {_filled(k, variable, text): _filled(v, variable, text) for k, v in value.items()}
    return value
