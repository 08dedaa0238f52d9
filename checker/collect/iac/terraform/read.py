"""A file that Terraform or OpenTofu wrote in JSON: a plan or a state."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from checker.collect.iac.terraform.plan import HINT, plan_of
from checker.collect.iac.terraform.planned import Plan
from checker.collect.iac.terraform.state import is_state, state_of
from checker.errors import InputError
from checker.once import DoubledError, decoded_once

MAX_BYTES = 256 << 20
_ADDRESS = re.compile(r'"address":\s*("(?:[^"\\]|\\.)*")')
_OF_STATES = (b'"format_version"', b'"lineage"', b'"serial"')
_WRAPPER = "[command]"


def looks_like_one(data: bytes) -> bool:
    """Whether a file that nobody named may be a plan or a state."""
    written = b'"terraform_version"' in data
    return b'"planned_values"' in data or (written and any(one in data for one in _OF_STATES))


def read_file(path: Path, data: bytes) -> Plan:
    """Raises InputError, with the mend, for what is neither."""
    text = _text(path, data)
    raw = _decoded(path, text)
    if isinstance(raw, dict) and isinstance(raw.get("planned_values"), dict):
        found = plan_of(path, text, raw)
    elif isinstance(raw, dict) and is_state(raw):
        found = state_of(path, text, raw)
    else:
        raise InputError("not a Terraform plan in JSON, nor a state", path=path, line=1, hint=HINT)
    found.find_line = _lines
    return found


def _lines(text: str) -> dict[str, int]:
    """Where each address stands first, in one walk: a plan may have ten thousand of them."""
    found: dict[str, int] = {}
    line, counted = 1, 0
    for named in _ADDRESS.finditer(text):
        line += text.count("\n", counted, named.start())
        counted = named.start()
        found.setdefault(json.loads(named[1]), line)
    return found


def _text(path: Path, data: bytes) -> str:
    if data.startswith(b"PK"):
        raise InputError("a binary plan", path=path, line=1, hint=HINT)
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8 text", path=path, line=line, hint=HINT) from None


def _decoded(path: Path, text: str) -> Any:
    try:
        return decoded_once(text)
    except json.JSONDecodeError as error:
        message, line, hint = _named(path, text) or (f"not JSON: {error.msg}", error.lineno, HINT)
        raise InputError(message, path=path, line=line, hint=hint) from None
    except DoubledError as error:
        raise InputError(str(error), path=path, line=1, hint=HINT) from None
    except (RecursionError, ValueError):
        raise InputError("nested too deep, or numbers too long", path=path, line=1) from None


def _named(path: Path, text: str) -> tuple[str, int, str] | None:
    """What people hand in by mistake, with the mend."""
    if text.startswith(_WRAPPER):
        hint = "set `terraform_wrapper: false` for hashicorp/setup-terraform, then show it again"
        return f"not JSON: setup-terraform's wrapper put a line {_WRAPPER!r} before it", 1, hint
    if re.fullmatch(r"serverless\.(ya?ml|json|js|ts)", path.name):
        hint = ("run `serverless package`, then collect cloudformation "
                ".serverless/cloudformation-template-update-stack.json")  # fmt: skip
        return "a service of the Serverless Framework, no plan", 1, hint
    return None
