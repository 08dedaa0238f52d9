"""Small snapshots for tests, written without the code under test."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

OWN, OWN2 = "111111111111", "222222222222"
VENDOR, STRANGER = "999999999999", "888888888888"
ORGANIZATION = "o-own1234567"


def role(name: str, statement: Any, *, account: str = OWN2, **more: Any) -> dict[str, Any]:
    """A role whose trust policy has this statement (or these; or is this, if it is no dict)."""
    listed = statement if isinstance(statement, list) else [statement]
    policy = {"Version": "2012-10-17", "Statement": listed}
    arn = f"arn:aws:iam::{account}:role/{name}"
    return {
        "account": account,
        "arn": arn,
        "name": name,
        "path": "/",
        "trust_policy": policy,
    } | more


def allow(principal: Any, action: Any = "sts:AssumeRole", **condition: Any) -> dict[str, Any]:
    made = {"Effect": "Allow", "Action": action, "Principal": principal}
    return made | ({"Condition": condition} if condition else {})


def vendor_role(name: str = "Monitoring", account: str = VENDOR, external_id: str | None = "abc",
                **more: Any) -> dict[str, Any]:  # fmt: skip
    condition = {"StringEquals": {"sts:ExternalId": external_id}} if external_id else {}
    return role(name, allow({"AWS": f"arn:aws:iam::{account}:root"}, **condition), **more)


def use(resource: str, image_id: str | None, *, account: str = OWN2, region: str = "us-east-1",
        **more: Any) -> dict[str, Any]:  # fmt: skip
    arn = f"arn:aws:ec2:{region}:{account}:instance/{resource}"
    return {"resource": arn, "kind": "instance", "account": account, "region": region,
            "state": "running", "image_id": image_id} | more  # fmt: skip


def image(image_id: str, *, account: str = OWN2, region: str = "us-east-1",
          **more: Any) -> dict[str, Any]:  # fmt: skip
    return {"image_id": image_id, "account": account, "region": region} | more


def write(folder: Path, *, gaps: list[dict[str, Any]] | None = None, manifest: Any = None,
          **kinds: list[Any]) -> Path:  # fmt: skip
    """Writes a snapshot of records by kind (`roles=[…]`); `manifest` overrides its keys."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for kind, records in kinds.items():
        # without spaces, as the product writes it
        lines = [
            r if isinstance(r, bytes) else json.dumps(r, separators=(",", ":")).encode()
            for r in records
        ]
        data = b"".join(line + b"\n" for line in lines)
        (folder / f"{kind}.jsonl").write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        files[f"{kind}.jsonl"] = {"records": len(records), "sha256": digest}
    content = {
        "schema": "vendorgate/snapshot/v1", "tool": {"name": "vendorgate", "version": "test"},
        "collected_at": "2026-11-20T06:00:00Z", "partition": "aws",
        "organization": {"id": ORGANIZATION, "management_account": OWN},
        "accounts": [{"id": OWN, "name": "management", "path": "Root", "state": "ACTIVE"},
                     {"id": OWN2, "name": "prod", "path": "Root/Workloads", "state": "ACTIVE"}],
        "regions": ["us-east-1"], "sources": ["aws"], "gaps": gaps or [], "files": files,
    } | (manifest or {})  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(content))
    return folder


ALLOWLIST = """\
version: 1
organization:
  ids: [o-own1234567]
  federation: [{issuer: idp.example.com}]
vendors:
  - name: Example Monitoring
    accounts: ["999999999999"]
    organizations: [o-vendor12345]
    federation: [{issuer: token.actions.githubusercontent.com, claims: {sub: ["repo:acme/*"]}}]
    marketplace_products: [productcode1]
    scope: {external_id: required}
    vetting: {owner: sec@example.com, reference: TPRM-1, reviewed: 2026-05-01,
              expires: 2027-05-01, evidence: []}
image_aliases: [amazon]
"""
