"""States of Terraform and OpenTofu: `terraform show -json` without a plan, or terraform.tfstate.

https://developer.hashicorp.com/terraform/internals/json-format#state-representation
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from checker.collect.iac.terraform.plan import known, resources_in
from checker.collect.iac.terraform.planned import Json, Plan, Planned, as_object, as_objects
from checker.errors import InputError

_VERSION = 4
_SHOW = "make one: terraform show -json > state.json"


def is_state(raw: Json) -> bool:
    shown = isinstance(raw.get("values"), dict) and "format_version" in raw
    stored = "terraform_version" in raw and isinstance(raw.get("version"), int)
    return shown or stored or "encrypted_data" in raw


def state_of(path: Path, text: str, raw: Json) -> Plan:
    """Raises InputError for one that cannot be read as it is."""
    if "encrypted_data" in raw:
        raise InputError("an encrypted state", path=path, line=1, hint=_SHOW)
    if "values" not in raw and raw.get("version") != _VERSION:
        raise InputError(
            f"a state of version {raw.get('version')!r}", path=path, line=1, hint=_SHOW
        )
    state = Plan(path, text, raw)
    for one in _shown(raw) if "values" in raw else _stored(raw):
        (state.data if one.mode == "data" else state.resources).append(one)
    return state


def _shown(raw: Json) -> Iterator[Planned]:
    root = as_object(as_object(raw.get("values")).get("root_module"))
    for module, one in resources_in(root):
        yield known(module, one)


def _stored(raw: Json) -> Iterator[Planned]:
    """The file as it is stored, which names an address nowhere."""
    for one in as_objects(raw.get("resources")):
        module = one["module"] if isinstance(one.get("module"), str) else ""
        data = "data." if one.get("mode") == "data" else ""
        base = f"{module}{'.' if module else ''}{data}{one.get('type')}.{one.get('name')}"
        for instance in as_objects(one.get("instances")):
            index = instance.get("index_key")
            suffix = "" if index is None else f"[{json.dumps(index)}]"
            whole = {**one, "address": base + suffix, "index": index,
                     "values": instance.get("attributes")}  # fmt: skip
            yield known(module, whole)
