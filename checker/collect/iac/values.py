"""Values as policies and code write them: one thing or a list, an object or its JSON text."""

from __future__ import annotations

import json
from typing import Any

from checker.collect.iac.unknown import in_json


def decoded(value: Any) -> Any:
    """What JSON text stands for; any other value itself."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(in_json(value))
    except (ValueError, RecursionError):
        return value
