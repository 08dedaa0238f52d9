"""The trust policy of a planned role, also where a data source makes it only while applying."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.plan import Plan, Planned
from checker.collect.iac.unknown import is_unresolved, unresolved, wholly

_DOCUMENT = "data.aws_iam_policy_document."
_MERGED = (
    "source_policy_documents",
    "override_policy_documents",
    "source_json",
    "override_json",
)
Json = dict[str, Any]


def trust_value(plan: Plan, role: Planned, attribute: str) -> Any:
    """The policy as text or object, with marks for what is not known; unknown as a whole where
    nothing tells."""
    value = role.values.get(attribute)
    if value is not None and not is_unresolved(value):
        return value
    document = _document(plan, role, plan.references(role, attribute))
    return value if document is None else _policy(document)


def _document(plan: Plan, role: Planned, references: list[str]) -> Planned | None:
    """The one data source that is the policy; none where the expression reads anything else."""
    names = {one.removeprefix(_DOCUMENT).partition(".")[0].partition("[")[0] for one in references}
    if len(names) != 1 or not all(one.startswith(_DOCUMENT) for one in references):
        return None
    (name,) = names
    wanted = ("aws_iam_policy_document", name, role.module)
    found = [one for one in plan.data if (one.type, one.name, one.module) == wanted]
    if len(found) > 1:
        found = [one for one in found if one.index == role.index]
    return found[0] if len(found) == 1 else None


def _policy(document: Planned) -> Any:
    values = document.values
    if isinstance(values.get("json"), str) and wholly(values["json"]) is None:
        return values["json"]
    if any(values.get(name) for name in _MERGED):
        return unresolved(document.address)
    statements = values.get("statement")
    if not isinstance(statements, list):
        return unresolved(document.address)
    written = [_statement(one) for one in statements]
    return {"Version": values.get("version") or "2012-10-17", "Statement": written}


def _statement(raw: Any) -> Any:
    """As the aws provider writes it."""
    if not isinstance(raw, dict):
        return raw
    statement: Json = {"Effect": raw.get("effect") or "Allow"}
    names = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource"}
    for name, element in names.items():
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
        several = one.get("identifiers")
        ids = several if isinstance(several, list) else [several]
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
        values = one.get("values")
        several = values if isinstance(values, list) else [values]
        block = found.setdefault(str(one.get("test")), {})
        block.setdefault(str(one.get("variable")), []).extend(_text(several))
    return found


def _text(values: Any) -> Any:
    """`&{aws:username}` is how the provider writes a policy variable."""
    if isinstance(values, list):
        return [_text(one) for one in values]
    return values.replace("&{", "${") if isinstance(values, str) else values
