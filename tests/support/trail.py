"""A snapshot of three roles, and the logs of some traps, for whatever reads logs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.usage.trails import TRAPS, write
from tests.usage.traps import ACME, BOLT, HERE, OWN, STEPS, VENDOR

NAMES = ("two_vendors", "chain_2", "denied_burst", "bucket_policy", "failed_assumptions")


def write_trail(folder: Path) -> Path:
    """A snapshot of three roles, and the logs of some traps."""
    events = [event for name in NAMES for event in TRAPS[name]().events]
    write(folder / "logs", events, "layout")
    roles = [role(VENDOR, ACME, BOLT), role(STEPS[0], HERE), role(STEPS[1], HERE)]
    text = b"".join(sorted(json.dumps(r, sort_keys=True).encode() + b"\n" for r in roles))
    entry = {"records": len(roles), "sha256": hashlib.sha256(text).hexdigest()}
    manifest = {
        "schema": "vendorgate/snapshot/v1", "tool": {"name": "t", "version": "0"},
        "collected_at": "2026-05-02T00:00:00Z", "sources": ["aws"],
        "accounts": [{"id": account} for account in sorted(OWN)], "files": {"roles.jsonl": entry},
    }  # fmt: skip
    (folder / "snapshot").mkdir()
    (folder / "snapshot/roles.jsonl").write_bytes(text)
    (folder / "snapshot/manifest.json").write_text(json.dumps(manifest))
    return folder


def role(arn: str, *trusted: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": [f"arn:aws:iam::{account}:root" for account in trusted]},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    name = arn.rsplit("/", 1)[1]
    return {"account": HERE, "arn": arn, "name": name, "path": "/", "trust_policy": policy}
