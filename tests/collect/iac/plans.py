"""Small plans in the form of `terraform show -json`."""

from __future__ import annotations

import json
from typing import Any

from tests.support.snapshots import STRANGER

Json = dict[str, Any]


def policy(principal: Any, **condition: Any) -> str:
    made = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    more = {"Condition": condition} if condition else {}
    return json.dumps({"Version": "2012-10-17", "Statement": [made | more]})


def planned(type_: str, values: Json, *, name: str = "r", module: str = "", index: Any = None,
            unknown: Json | None = None, actions: list[str] | None = None,
            mode: str = "managed") -> Json:  # fmt: skip
    """One resource: `unknown` is its after_unknown."""
    suffix = "" if index is None else f"[{json.dumps(index)}]"
    data = "data." if mode == "data" else ""
    address = f"{module}{'.' if module else ''}{data}{type_}.{name}{suffix}"
    return {"address": address, "mode": mode, "type": type_, "name": name, "module": module,
            "values": values, "unknown": unknown or {}, "actions": actions or ["create"],
            "provider_name": "provider.example/hashicorp/aws",
            **({} if index is None else {"index": index})}  # fmt: skip


def plan(*resources: Json, read: list[Json] | None = None, configuration: Json | None = None,
         deleted: list[Json] | None = None, **more: Any) -> Json:  # fmt: skip
    """`read`: data sources that were read while planning."""
    changes = [change(one) for one in [*resources, *(deleted or [])]]
    return {
        "format_version": "1.2", "terraform_version": "1.11.4",
        "planned_values": {"root_module": module_tree(list(resources))},
        "resource_changes": changes,
        "prior_state": {"format_version": "1.0", "values": {"root_module": module_tree(read or [])}},
        "configuration": {"root_module": configuration or {}},
    } | more  # fmt: skip


def change(one: Json) -> Json:
    deleted = one["actions"] == ["delete"]
    after, before = (None, one["values"]) if deleted else (one["values"], one.get("before"))
    inner = {"actions": one["actions"], "after": after, "after_unknown": one["unknown"],
             **({} if before is None else {"before": before})}  # fmt: skip
    return {"address": one["address"], "mode": one["mode"], "type": one["type"], "change": inner}


def module_tree(resources: list[Json]) -> Json:
    tree: Json = {"resources": [r for r in resources if not r["module"]]}
    for name in dict.fromkeys(r["module"] for r in resources if r["module"]):
        inner = {"address": name, "resources": [r for r in resources if r["module"] == name]}
        tree.setdefault("child_modules", []).append(inner)
    return tree


def role(value: Any = None, **more: Any) -> Json:
    unknown = {"assume_role_policy": True} if value is None else {}
    values = {"name": "Vendor", "path": "/"} | (
        {} if value is None else {"assume_role_policy": value}
    )
    return planned("aws_iam_role", values, unknown=unknown | more.pop("unknown", {}), **more)


def document(*statements: Any, unknown: Json | None = None, **more: Any) -> Json:
    """A data source that is read only while applying."""
    values = {"version": None, "statement": list(statements), **more.pop("values", {})}
    known = {"json": True, "id": True} | (unknown or {})
    return planned("aws_iam_policy_document", values, name="trust", mode="data", unknown=known,
                   actions=["read"], **more)  # fmt: skip


def refers(*references: str, attribute: str = "assume_role_policy", type_: str = "aws_iam_role", **more: Any) -> Json:  # fmt: skip
    """A configuration in which the role's policy refers to these."""
    one = {"mode": "managed", "type": type_, "name": "r",
           "expressions": {attribute: {"references": list(references)}}}  # fmt: skip
    return {"resources": [one], **more}


DOCUMENT = ("data.aws_iam_policy_document.trust.json", "data.aws_iam_policy_document.trust")


def block(identifiers: Any, conditions: Any = None, type_: str = "AWS") -> Json:
    return {"actions": ["sts:AssumeRole"], "effect": None, "condition": conditions or [],
            "principals": [{"type": type_, "identifiers": identifiers}]}  # fmt: skip


STRANGERS = policy({"AWS": f"arn:aws:iam::{STRANGER}:root"})
