"""A proof as JSON (schema `vendorgate/enforce/v1`)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec

from checker.enforce.listed import Listed
from checker.report.redact import redacted
from checker.snapshot.read import Snapshot

SCHEMA = "vendorgate/enforce/v1"


def as_report(
    guardrail: str, found: Listed, snapshot: Snapshot, today: date, proof: Any, *, redact: bool
) -> str:
    """`proof`: a struct of lists; `redact`: without external ids."""
    manifest, told = snapshot.manifest, msgspec.to_builtins(proof)
    whole = {
        "schema": SCHEMA,
        "guardrail": guardrail,
        "evaluated_on": today.isoformat(),
        "inputs": {
            "allowlist": {"path": found.path, "sha256": found.sha256},
            "snapshot": {
                "path": snapshot.name,
                "sha256": snapshot.sha256,
                "collected_at": manifest.collected_at,
            },
        },
        **(redacted(told) if redact else told),
    }
    return json.dumps(whole, indent=2) + "\n"
