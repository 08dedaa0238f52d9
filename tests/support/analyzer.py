"""Access Analyzer before moto, which lacks it; and its findings as a file, written without the code
under test."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from checker.demo.server import Answer, ApiCall
from tests.support.front import OWN

TIME = "2026-11-20T00:00:00Z"


def analyzer_arn(region: str = "us-east-1", account: str = OWN, name: str = "all") -> str:
    return f"arn:aws:access-analyzer:{region}:{account}:analyzer/{name}"


def details(principal: dict[str, str], *actions: str, **more: Any) -> dict[str, Any]:
    shown = {"principal": principal, "action": list(actions), "condition": {}} | more
    return {"externalAccessDetails": shown}


class AccessAnalyzer:
    """Analyzers by region, and findings with their details, all in pages of one."""

    def __init__(self) -> None:
        self.analyzers: dict[str, list[dict[str, Any]]] = {}
        self.findings: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
        self.refused: set[str] = set()
        self.seen: Counter[str] = Counter()

    def has(self, region: str = "us-east-1", type_: str = "ORGANIZATION", **more: Any) -> str:
        arn = analyzer_arn(region, name=type_.lower())
        found = {"arn": arn, "name": "all", "type": type_, "status": "ACTIVE", "createdAt": TIME}
        self.analyzers.setdefault(region, []).append(found | more)
        return arn

    def found(self, id_: str, resource: str, kind: str, *ways: dict[str, Any], **more: Any) -> None:
        one = {
            "id": id_, "resource": resource, "resourceType": kind, "resourceOwnerAccount": OWN,
            "status": "ACTIVE", "findingType": "ExternalAccess", "analyzedAt": TIME,
            "createdAt": TIME, "updatedAt": TIME,
        } | more  # fmt: skip
        self.findings.append((one, list(ways)))

    def __call__(self, call: ApiCall) -> Answer | None:
        if call.service != "access-analyzer":
            return None
        parts = urlsplit(call.path)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        asked |= call.parameters
        name = {"/analyzer": "ListAnalyzers", "/findingv2": "ListFindingsV2"}.get(
            parts.path.rstrip("/"), "GetFindingV2"
        )
        self.seen[name] += 1
        id_ = unquote(parts.path.rpartition("/")[2])
        if self.refused & {name, id_, f"{id_} page {asked.get('nextToken', 0)}"}:
            body = {"__type": "AccessDeniedException", "message": "no"}
            return Answer(403, json.dumps(body), "application/json")
        return self._answer(name, call.region, id_, int(asked.get("nextToken", 0)))

    def _answer(self, name: str, region: str, id_: str, at: int) -> Answer:
        if name == "ListAnalyzers":
            key, rows, more = "analyzers", self.analyzers.get(region, []), {}
        elif name == "ListFindingsV2":
            key, rows, more = "findings", [one for one, _ in self.findings], {}
        else:
            more, rows = next((one, ways) for one, ways in self.findings if one["id"] == id_)
            key = "findingDetails"
        token = {"nextToken": str(at + 1)} if at + 1 < len(rows) else {}
        return Answer(200, json.dumps({**more, key: rows[at : at + 1], **token}),
                      "application/json")  # fmt: skip


def write_findings(
    path: Path, *findings: dict[str, Any], analyzers: list[dict[str, Any]] | None = None,
    gaps: list[dict[str, Any]] | None = None,
) -> Path:  # fmt: skip
    """A file of these, of an organization's analyzer in us-east-1 unless told otherwise."""
    lines = sorted(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in findings)
    one = {"arn": analyzer_arn(), "region": "us-east-1", "zone": "organization", "status": "ACTIVE"}
    entry = {"records": len(lines), "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    header = {
        "schema": "vendorgate/analyzer-findings/v1", "tool": {"name": "t", "version": "1"},
        "collected_at": TIME, "partition": "aws", "account": OWN, "regions": ["us-east-1"],
        "analyzers": [one] if analyzers is None else analyzers, "gaps": gaps or [],
        "findings": entry,
    }  # fmt: skip
    path.write_bytes(json.dumps(header).encode() + b"\n" + b"".join(lines))
    return path


def finding(
    id_: str, resource: str, kind: str, principal: dict[str, str] | None, *actions: str,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    way = {"principal": principal, "actions": list(actions), "condition": more.pop("condition", {}),
           "points": more.pop("points", [])}  # fmt: skip
    return {
        "id": id_, "analyzer": analyzer_arn(), "region": "us-east-1",
        "account": "222222222222", "resource": resource, "kind": kind, "status": "ACTIVE",
        "accesses": None if principal is None else [way],
    } | more  # fmt: skip
