"""A synthetic snapshot of a big organization: a million roles, as `make bench` checks them.

60 % services, 32 % internal, 5 % vetted vendors, 2.8 % pipelines, 0.2 % strangers; some 51,000
distinct trust policies, most of them of vendors' roles, each with an external id of its own.
`bench/varied.py` has the same shares in other words.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ACCOUNTS = [f"1{n:011d}" for n in range(1, 1001)]
VENDORS = [f"9{n:011d}" for n in range(1, 41)]
SERVICES = ["ec2", "lambda", "ecs-tasks", "states", "events", "glue", "codebuild", "firehose"]
GITHUB = "token.actions.githubusercontent.com"
COLLECTED = "2026-11-20T06:00:00Z"
Trusts = Callable[[str, int, str, random.Random], dict[str, Any]]


def statement(principal: Any, action: str = "sts:AssumeRole", **condition: Any) -> dict[str, Any]:
    made = {"Action": action, "Effect": "Allow", "Principal": principal}
    return made | ({"Condition": condition} if condition else {})


def trust(kind: str, number: int, account: str, pick: random.Random) -> dict[str, Any]:
    if kind == "service":
        return statement({"Service": f"{SERVICES[number % len(SERVICES)]}.amazonaws.com"})
    if kind == "internal":
        return statement({"AWS": f"arn:aws:iam::{pick.choice(ACCOUNTS)}:root"})
    if kind == "vendor":
        vendor = VENDORS[number % len(VENDORS)]
        return statement({"AWS": f"arn:aws:iam::{vendor}:root"},
                         StringEquals={"sts:ExternalId": f"external-{number}"})  # fmt: skip
    if kind == "pipeline":
        provider = f"arn:aws:iam::{account}:oidc-provider/{GITHUB}"
        return statement(
            {"Federated": provider}, "sts:AssumeRoleWithWebIdentity",
            StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"},
            StringLike={f"{GITHUB}:sub": "repo:own-company/*"},
        )  # fmt: skip
    return statement({"AWS": f"arn:aws:iam::8{number:011d}:root"})


def roles(count: int, trust: Trusts = trust) -> Iterator[dict[str, Any]]:
    """`trust`: the statement of a role's policy, by its kind, number and account."""
    pick = random.Random(7)
    shares = [
        ("service", 600),
        ("internal", 320),
        ("vendor", 50),
        ("pipeline", 28),
        ("stranger", 2),
    ]
    kinds = [kind for kind, share in shares for _ in range(share)]
    for number in range(count):
        account = ACCOUNTS[number * len(ACCOUNTS) // count]
        kind = kinds[number * 7 % len(kinds)]
        trusts = trust(kind, number, account, pick)
        yield role(account, f"{kind}-{number:07d}", trusts, team=f"team-{number % 50}")


def role(account: str, name: str, trusts: dict[str, Any], **tags: str) -> dict[str, Any]:
    return {
        "account": account, "arn": f"arn:aws:iam::{account}:role/{name}",
        "last_used": "2026-11-19T10:00:00Z", "location": None, "name": name, "path": "/",
        "privilege": "read", "tags": tags,
        "trust_policy": {"Statement": [trusts], "Version": "2012-10-17"},
        "unresolved": None,
    }  # fmt: skip


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def write_snapshot(folder: Path, found: Iterable[dict[str, Any]]) -> None:
    write_files(folder, {"roles.jsonl": found})


def write_files(folder: Path, kinds: dict[str, Iterable[dict[str, Any]]], **more: Any) -> None:
    """A snapshot of records by file; `more`: further keys of its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: _write(folder / name, found) for name, found in kinds.items()}
    manifest = {
        "schema": "vendorgate/snapshot/v1", "tool": {"name": "vendorgate", "version": "bench"},
        "collected_at": COLLECTED, "partition": "aws",
        "organization": {"id": "o-benchmark12", "management_account": ACCOUNTS[0]},
        "accounts": [{"id": a, "name": f"account-{a[-4:]}", "path": "Root", "state": "ACTIVE"}
                     for a in ACCOUNTS],
        "regions": [], "sources": ["aws"], "gaps": [], "files": files, **more,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")


def _write(path: Path, found: Iterable[dict[str, Any]]) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as file:
        for line in sorted(_line(record) for record in found):  # as our own snapshots are
            count += 1
            digest.update(line)
            file.write(line)
    return {"records": count, "sha256": digest.hexdigest()}


def write_allowlist(path: Path, *, pipelines_own: bool = True) -> None:
    """`pipelines_own`: the pipelines are the organization's own, else a vendor's like any other."""
    entries = "".join(
        f"""  - name: Vendor {number}
    accounts: ["{account}"]
    scope: {{external_id: required, max_privilege: read, max_access: write}}
    vetting: {{owner: security@example.com, reference: R-{number}, reviewed: 2026-01-01,
              expires: 2027-06-01, evidence: []}}
"""
        for number, account in enumerate(VENDORS)
    )
    pipelines = f'federation: [{{issuer: {GITHUB}, claims: {{sub: ["repo:own-company/*"]}}}}]'
    if not pipelines_own:
        entries += f"  - {{name: Pipelines, {pipelines}, vetting: {{owner: security@example.com,\n"
        entries += (
            "       reference: R-p, reviewed: 2026-01-01, expires: 2027-06-01, evidence: []}}\n"
        )
    own = pipelines if pipelines_own else ""
    path.write_text(f"version: 1\norganization: {{{own}}}\nvendors:\n{entries}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--roles", type=int, default=1_000_000)
    given = arguments.parse_args()
    write_snapshot(given.folder / "snapshot", roles(given.roles))
    write_allowlist(given.folder / "allowlist.yaml")


if __name__ == "__main__":
    main()
