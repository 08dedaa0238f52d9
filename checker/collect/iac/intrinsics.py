"""CloudFormation's intrinsic functions, resolved as far as the template alone tells.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any, Protocol

from checker.aws_accounts import aws_accounts
from checker.collect.iac.budget import Budget
from checker.collect.iac.conditions import Conditions
from checker.collect.iac.includes import Includes
from checker.collect.iac.mapkeys import parameter_of
from checker.collect.iac.unknown import (
    is_made,
    is_unresolved,
    made,
    parts_of,
    shown,
    unresolved,
    wholly,
)
from checker.collect.iac.worlds import ImpossibleWorldError

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_DYNAMIC = re.compile(r"\{\{(resolve:[^{}]*)\}\}")
_REGION = unresolved("AWS::Region")
_OF_ACCOUNT = re.compile(r"(?:arn:[\w-]+:iam::)?([0-9]{12})(?::.*)?", re.ASCII)
REMOVED = object()
"""What `AWS::NoValue` leaves behind."""
TRANSFORM = "Fn::Transform"


class Names(Protocol):
    """What the names of a template stand for."""

    def ref(self, name: str) -> Any: ...
    def attribute(self, dotted: str) -> Any: ...
    def arn(self, dotted: str) -> str | None: ...
    def imported(self, raw: Any) -> Any: ...


class Resolver:
    """Values of one template."""

    def __init__(self, path: str, mappings: dict[str, Any], names: Names) -> None:
        self._mappings, self._names = mappings, names
        self.budget, self.included = Budget(path), Includes(path)
        self.conditions: Conditions | None = None

    def value(self, raw: Any) -> Any:
        """The value, with marked text for what cannot be told. Raises InputError when it unfolds
        to too much."""
        return self.budget.deeper(self._value, raw)

    def text(self, raw: Any) -> str:
        """A value that must be text; unknown where it is none."""
        found = self.value(raw)
        return found if isinstance(found, str) else unresolved("a value that is no text")

    def _value(self, raw: Any) -> Any:
        if isinstance(raw, str):
            return _DYNAMIC.sub(lambda found: unresolved(found[1]), raw) if "{{" in raw else raw
        if isinstance(raw, list):
            items = [self.value(one) for one in raw]
            return [one for one in items if one is not REMOVED]
        if not isinstance(raw, dict):
            return raw
        if len(raw) == 1:
            ((name, argument),) = raw.items()
            if name == "Ref" and isinstance(argument, str):
                return self._names.ref(argument)
            if name.startswith("Fn::"):
                return self._call(name, argument)
        values = {_key(key): self.value(item) for key, item in raw.items()}
        return {key: item for key, item in values.items() if item is not REMOVED}

    def _call(self, name: str, argument: Any) -> Any:
        function = _FUNCTIONS.get(name)
        if function is None:
            return unresolved(name.removeprefix("Fn::"))
        try:
            return function(self, argument)
        except (ValueError, TypeError, LookupError, AttributeError):
            return unresolved(f"{name.removeprefix('Fn::')}, malformed")

    def _if(self, argument: Any) -> Any:
        name, then, otherwise = argument
        held = self.conditions.named(name) if self.conditions else None
        if held is not None:
            return self.value(then if held else otherwise)
        one, other = self.value(then), self.value(otherwise)
        return one if one == other else unresolved(f"If {name}")

    def _sub(self, argument: Any) -> Any:
        text, given = (argument, {}) if isinstance(argument, str) else argument
        values = {name: self.text(raw) for name, raw in given.items()}

        def fill(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            look_up = self._names.attribute if "." in name else self._names.ref
            value = values[name] if name in values else look_up(name)
            self.budget.spend(value)
            return value if isinstance(value, str) else unresolved(name)

        return self._value(_VARIABLE.sub(fill, text))

    def _join(self, argument: Any) -> Any:
        delimiter, raw = argument
        parts = self.value(raw)
        if not isinstance(parts, list):
            return parts if is_unresolved(parts) else unresolved("Join, malformed")
        self.budget.spend(str(delimiter) * len(parts))
        return str(delimiter).join(parts)

    def _split(self, argument: Any) -> Any:
        delimiter, raw = argument
        text = self.text(raw)
        made_here = wholly(text) if is_made(text) else None
        if made_here and delimiter == ":" and (arn := self._names.arn(made_here)):
            return parts_of(arn, delimiter)
        if is_unresolved(text):
            return text if is_made(text) else unresolved(f"Split {text}")
        return text.split(delimiter)

    def _select(self, argument: Any) -> Any:
        index, raw = self.text(argument[0]), self.value(argument[1])
        if is_made(raw):  # a part of what the same code makes
            return made(f"a part of {raw}")
        if isinstance(raw, str) and is_unresolved(raw):
            return raw
        if is_unresolved(index) or not isinstance(raw, list):
            return unresolved(f"Select {index}")
        return raw[int(index)]

    def _find_in_map(self, argument: Any) -> Any:
        names = [parameter_of(one) for one in argument[:3]]
        departs = [self.conditions.departs(one) for one in names if one and self.conditions]
        tried = [bool(one and self.conditions and self.conditions.chosen(one)) for one in names]
        keys = [self.text(one) for one in argument[:3]]
        if None in departs:
            return unresolved(f"FindInMap {keys[0]}")
        found: Any = self._mappings
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        if found is None and (own := self._of_aws(keys, argument[3:])) is not None:
            return own
        told = not is_unresolved([key for key, one in zip(keys, tried, strict=True) if not one])
        if found is None and len(argument) == 4 and (True in departs or told):
            return self.value(argument[3]["DefaultValue"])
        fails = True in tried and told and _is_whole(self._mappings.get(keys[0]))
        if found is None and (True in departs or fails):
            raise ImpossibleWorldError
        return unresolved(f"FindInMap {keys[0]}") if found is None else self.value(found)

    def _of_aws(self, keys: list[str], more: list[Any]) -> Any:
        """An account of AWS's own, where a map has one for the same in every region: which of them
        it will be makes no difference."""
        table = self._mappings.get(keys[0])
        if _REGION not in keys[1:] or not isinstance(table, dict):
            return None
        if keys[1] == _REGION:
            rows = [one for one in table.values() if isinstance(one, dict)]
            told = [one[keys[2]] for one in rows if keys[2] in one]
        else:
            inner = table.get(keys[1])
            told = [*inner.values()] if isinstance(inner, dict) else []
        told += [self.value(one["DefaultValue"]) for one in more]
        uses = {_use_of(one) for one in told}
        return told[0] if len(uses) == 1 and None not in uses else None

    def _get_att(self, argument: Any) -> Any:
        name = argument if isinstance(argument, str) else ".".join(map(self.text, argument))
        return self._names.attribute(name)

    def _base64(self, argument: Any) -> Any:
        text = self.text(argument)
        return text if is_unresolved(text) else base64.b64encode(text.encode()).decode()

    def _import(self, argument: Any) -> Any:
        found = self._names.imported(argument)
        return unresolved(f"ImportValue {shown(self.text(argument))}") if found is None else found

    def _json(self, argument: Any) -> Any:
        return json.dumps(self.value(argument), ensure_ascii=False)

    def _length(self, argument: Any) -> Any:
        found = self.value(argument)
        return str(len(found)) if isinstance(found, list) else unresolved("Length")

    def includes(self, argument: Any) -> bool:
        """Whether a transform brings a file that is here."""
        return self.included.content(self.value(argument)) is not None

    def _include(self, argument: Any) -> Any:
        found = self.included.content(self.value(argument))
        return unresolved("Transform") if found is None else self.value(found)


def _is_whole(table: Any) -> bool:
    """Whether all keys of a map are told: none that a transform would bring."""
    rows = [table, *table.values()] if isinstance(table, dict) else [None]
    return all(isinstance(one, dict) and not any(map(_is_function, one)) for one in rows)


def _is_function(key: Any) -> bool:
    return is_unresolved(key) or str(key).startswith("Fn::")


def _use_of(value: Any) -> str | None:
    """For what AWS has the account that a value is, or is an ARN of."""
    found = _OF_ACCOUNT.fullmatch(value) if isinstance(value, str) else None
    return aws_accounts().get(found[1]) if found else None


def _key(name: str) -> str:
    """A transform beside other keys adds more of them, and nothing tells which."""
    return unresolved("Transform") if name == TRANSFORM else name


_FUNCTIONS: dict[str, Callable[[Resolver, Any], Any]] = {
    "Fn::If": Resolver._if,
    "Fn::Sub": Resolver._sub,
    "Fn::Join": Resolver._join,
    "Fn::Split": Resolver._split,
    "Fn::Select": Resolver._select,
    "Fn::FindInMap": Resolver._find_in_map,
    "Fn::GetAtt": Resolver._get_att,
    "Fn::Base64": Resolver._base64,
    "Fn::ImportValue": Resolver._import,
    "Fn::ToJsonString": Resolver._json,
    "Fn::Length": Resolver._length,
    TRANSFORM: Resolver._include,
}
