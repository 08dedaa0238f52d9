"""A finding in full, and what would mend it: in the allowlist, in the trust policy, or in a
resource's."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from checker.explain import proposal
from checker.explain.sightings import keys_of, sightings
from checker.explain.statements import outcomes, resource_of_arn, role_of
from checker.facts.plain import Facts
from checker.policy.model import Mend
from checker.report.model import Finding, Report
from checker.resource_trust.records import document_of
from checker.role_trust.scopes import Scopes
from checker.snapshot.read import Snapshot
from checker.trust.document.decode import as_list


def explain_finding(
    given: Finding, report: Report, snapshot: Snapshot, scopes: Scopes, mend: Mend | None
) -> Facts:
    """A finding in full, and what would mend it: in the allowlist, in the trust policy or in the
    resource's, as its policy has it (`mend`)."""
    role = role_of(given.resource, snapshot) if "role" in given.facts else None
    grant = given.facts.get("grant") or {}
    policies = (p for p in report.policies if p.id == given.policy)
    return {
        "kind": "finding",
        "finding": msgspec.to_builtins(given),
        "policy": next(map(msgspec.to_builtins, policies), None),
        "witness": grant.get("witness"),
        "allowlist": _in_allowlist(given, report),
        "statements": outcomes(role, scopes) if role else [],
        "trust_policy": _statements(given, bytes(role.trust_policy), mend) if role else [],
        **_of_resource(given, snapshot, mend),
    }  # fmt: skip


def _of_resource(given: Finding, snapshot: Snapshot, mend: Mend | None) -> Facts:
    """The statements of a resource's policy that let it in; nothing of other findings."""
    target = given.facts.get("target")
    if target is None:
        return {}
    record = resource_of_arn(given.resource, snapshot, target["kind"])
    document = document_of(record) if record else None
    by_policy = (given.facts.get("grant") or {}).get("via") == "policy"
    try:
        told = _statements(given, document, mend) if document and by_policy else []
    except (ValueError, RecursionError):  # what cannot be read is a finding of its own
        told = []
    return {"resource_policy": told}


def _in_allowlist(given: Finding, report: Report) -> Facts:
    """The line to change where there is an entry, else the entry to add."""
    keys = set(keys_of(given))
    status = (given.facts.get("vetting") or {}).get("status")
    found = [s for s in sightings(report) if s.key in keys and s.key[0] != "image_aliases"]
    entry = "".join(map(proposal.entry, found)) if status == "unlisted" else ""
    return {
        "file": given.entry_file or report.inputs.allowlist.path,
        "line": given.entry_line,
        "entry": entry or None,
    }


def _statements(given: Finding, text: bytes | str, mend: Mend | None) -> list[Facts]:
    """The statements behind a finding as they are, and as they would be without it (null: none, or
    nobody said how)."""
    document = json.loads(text)
    listed = document.get("Statement") if isinstance(document, dict) else None
    statements = as_list(listed)
    wanted = (given.facts.get("grant") or {}).get("statements") or []
    return [
        {"index": n, "now": statements[n], "mended": _mended(statements[n], given, mend)}
        for n in wanted
        if n < len(statements)
    ]


def _mended(statement: Any, given: Finding, mend: Mend | None) -> Any:
    if mend is None or not isinstance(statement, dict):
        return None
    if mend == "require-external-id":
        return _with_external_id(statement)
    return _without(given.principal or "", statement)


def _with_external_id(statement: Facts) -> Facts:
    condition = dict(statement.get("Condition") or {})
    asked = condition.get("StringEquals") or {}
    condition["StringEquals"] = asked | {"sts:ExternalId": "THE ID THAT THE VENDOR GAVE YOU"}
    return statement | {"Condition": condition}


def _without(identity: str, statement: Facts) -> Facts | None:
    """Null where nobody would be left."""
    principal = statement.get("Principal")
    listed = principal.get("AWS") if isinstance(principal, dict) else None
    if not isinstance(principal, dict) or not isinstance(listed, list):
        return None
    others = [one for one in listed if identity not in str(one)]
    return statement | {"Principal": principal | {"AWS": others}} if others else None
