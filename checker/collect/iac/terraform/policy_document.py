"""`aws_iam_policy_document`: from its blocks to the policy that the aws provider writes."""

from __future__ import annotations

import json
from typing import Any

from checker.collect.iac.terraform.planned import Json
from checker.collect.iac.unknown import in_json, is_unresolved, unresolved, wholly
from checker.trust.document.decode import as_list

_SOURCES = ("source_policy_documents", "source_json")
_OVERRIDES = ("override_policy_documents", "override_json")
_ELEMENTS = {"actions": "Action", "not_actions": "NotAction",
             "resources": "Resource", "not_resources": "NotResource"}  # fmt: skip


def policy_of(values: Json, address: str) -> Any:
    """The policy as text or object, with marks for what is not known: unknown as a whole where
    nothing tells."""
    if isinstance(values.get("json"), str) and wholly(values["json"]) is None:
        return values["json"]
    statements = values.get("statement")
    if statements is not None and not isinstance(statements, list):
        return unresolved(address)
    written = [_statement(one, address) for one in statements or []]
    before = [one for name in _SOURCES for one in _merged(values.get(name))]
    after = [one for name in _OVERRIDES for one in _merged(values.get(name))]
    found = _overridden([*before, *written], after)
    return {"Version": values.get("version") or "2012-10-17", "Statement": found}


def _merged(raw: Any) -> list[Any]:
    """The statements of documents that are merged in. One that cannot be told may let in anybody,
    and keeps its place."""
    if not raw:
        return []
    found: list[Any] = []
    for one in as_list(raw):
        try:
            document = json.loads(in_json(one)) if isinstance(one, str) else one
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict):
            statements = document.get("Statement") or []
            found += as_list(statements)
        elif one:
            text = one if is_unresolved(one) else unresolved("a document that is no JSON")
            found.append({"Effect": "Allow", "Principal": text, "Action": "*"})
    return found


def _overridden(statements: list[Any], after: list[Any]) -> list[Any]:
    """A statement of the same `sid` is replaced, any other added."""
    names = {one["Sid"] for one in after if isinstance(one, dict) and one.get("Sid")}
    kept = [one for one in statements if not (isinstance(one, dict) and one.get("Sid") in names)]
    return [*kept, *after]


def _statement(raw: Any, address: str) -> Any:
    if not isinstance(raw, dict):
        return {"Effect": "Allow", "Principal": unresolved(address), "Action": "*"}
    effect = raw.get("effect")  # one that is not known may allow
    statement: Json = {"Effect": "Allow" if is_unresolved(effect) else effect or "Allow"}
    if raw.get("sid"):
        statement["Sid"] = raw["sid"]
    for name, element in _ELEMENTS.items():
        if raw.get(name):
            statement[element] = _text(raw[name])
    for name, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if raw.get(name):
            statement[element] = _principals(raw[name])
    if raw.get("condition"):
        statement["Condition"] = _conditions(raw["condition"])
    return statement


def _principals(raw: Any) -> Any:
    if not isinstance(raw, list):
        return raw
    found: dict[str, list[Any]] = {}
    for one in raw:
        if not isinstance(one, dict) or not isinstance(one.get("type"), str):
            return one if isinstance(one, str) else {}
        ids = as_list(one.get("identifiers"))
        if is_unresolved(one["type"]):
            return unresolved(str(wholly(one["type"]) or "the type of a principal"))
        if one["type"] == "*":
            return "*" if "*" in ids else {"AWS": ids}
        found.setdefault(one["type"], []).extend(_text(ids))
    return found


def _conditions(raw: Any) -> Any:
    if not isinstance(raw, list):
        return raw
    found: dict[str, dict[str, list[Any]]] = {}
    for one in raw:
        if not isinstance(one, dict):
            return one
        block = found.setdefault(str(one.get("test")), {})
        values = _text(as_list(one.get("values")))
        block.setdefault(str(one.get("variable")), []).extend(values)
    return found


def _text(values: Any) -> Any:
    """`&{aws:username}` is how the provider writes a policy variable."""
    if isinstance(values, list):
        return [_text(one) for one in values]
    return values.replace("&{", "${") if isinstance(values, str) else values
