"""An allowlist proposed out of a report: an entry for each third party that nobody vetted.

Nothing in it vets anybody: `reviewed` and `expires` are left empty, and such an entry is a draft.
Names come from outsiders: each is written as quoted text or in a comment of one printable line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from checker.access import KIND_NAMES
from checker.explain.sightings import sightings
from checker.report.escape import shorten, terminal, visible
from checker.report.model import Report
from checker.subjects.item import Sighted

LISTED = 12
"""Roles that are proposed as the scope, and sights in one comment."""
_WIDTH = 300
_GRADES = ("read", "write", "admin")
_HEAD = """\
# yaml-language-server: $schema=.vendorgate/allowlist.schema.json
# Proposed from the snapshot {snapshot} of {day}.
# It vets NOBODY as it stands: an entry vets from when somebody has filled in reviewed and
# expires. Delete whom you don't want.
version: 1
organization: {{}}  # ids, accounts and federation that are ours beyond the snapshot's organization
"""


def render(report: Report) -> str:
    found = sightings(report)
    entries = _grouped([s for s in found if s.key[0] != "image_aliases"])
    aliases = [s for s in found if s.key[0] == "image_aliases"]
    lines = ["vendors:"] if entries else ["vendors: []"]
    for name, members in entries.items():
        lines += _entry(name, members)
    snapshot = report.inputs.snapshot
    head = _HEAD.format(snapshot=terminal(snapshot.path), day=terminal(snapshot.collected_at))
    tail = [*_aliases(aliases), "exceptions: []"]
    return head + "\n".join([*lines, *tail]) + "\n"


def entry(sighting: Sighted) -> str:
    """The entry of one third party, as it would stand under `vendors`."""
    name = sighting.name or f"Unknown {sighting.key[1]}"
    return "\n".join(_entry(name, [sighting])) + "\n"


def _grouped(found: list[Sighted]) -> dict[str, list[Sighted]]:
    """By the name that the catalogue knows: a vendor may have several accounts."""
    groups: dict[str, list[Sighted]] = {}
    for sighting in found:
        groups.setdefault(sighting.name or f"Unknown {sighting.key[1]}", []).append(sighting)
    return groups


def _entry(name: str, members: list[Sighted]) -> Iterator[str]:
    for member in members:
        for account, seen in sorted(member.where.items()):
            yield f"  # {_comment(member.key[1])} seen in {_comment(account)}: {_seen(seen)}"
    named = any(member.name for member in members)
    hint = "as the public catalogue knows it: compare" if named else "TODO: find out who this is"
    yield f"  - name: {_quoted(name)}  # {hint}"
    yield from _identities(members)
    yield from _scope(members)
    yield "    vetting:"
    yield '      owner: "TODO"'
    yield '      reference: "TODO"'
    yield "      reviewed:  # TODO: the day of the review, YYYY-MM-DD; empty: vets nobody"
    yield "      expires:   # TODO: the last day on which it holds, YYYY-MM-DD"
    yield "      evidence: []"


def _identities(members: list[Sighted]) -> Iterator[str]:
    for key in ("accounts", "organizations", "marketplace_products", "registries"):
        values = [member.key[1] for member in members if member.key[0] == key]
        if values:
            yield f"    {key}: {_list(values)}"
    providers = [member for member in members if member.key[0] == "federation"]
    if providers:
        yield "    federation:"
    for provider in providers:
        for claims in provider.claims or [{}]:
            open_ = not claims or claims in provider.no_tenant
            yield from _federation(provider.key[1], claims, open_)


def _federation(issuer: str, claims: dict[str, list[str]], open_: bool) -> Iterator[str]:
    remark = "  # any tenant of it: mend the role, or name the vendor's claims" if open_ else ""
    yield f"      - issuer: {_quoted(issuer)}{remark}"
    if claims:
        yield "        claims:"
    for claim, patterns in sorted(claims.items()):
        key = _quoted(claim)  # YAML takes a key of up to 1,024 characters, but for `? `
        lead = f"{key}:" if len(key) < _WIDTH else f"? {key}\n          :"
        yield f"          {lead} {_list(patterns)}"


def _scope(members: list[Sighted]) -> Iterator[str]:
    """What was seen and no more; too many roles to read are for a person to put as a pattern."""
    roles = sorted({role for member in members for role in member.roles})
    yield "    scope:"
    if 0 < len(roles) <= LISTED:
        yield f"      roles: {_list(roles)}"
    elif roles:
        yield f"      # {len(roles)} roles: narrow with roles: [...]"
    accounts = sorted({account for member in members for account in member.where} - {"-"})
    yield f"      in_accounts: {_list(accounts)}"
    yield from _resources([pair for member in members for pair in member.resources.items()])
    if {grade for member in members for grade in member.external_ids} == {"required"}:
        yield "      external_id: required"


def _resources(seen: list[tuple[str, tuple[str, str]]]) -> Iterator[str]:
    """Resources that let it in by themselves, and the gravest that they let it do."""
    if not seen:
        return
    arns = sorted({arn for arn, _ in seen})
    if len(arns) <= LISTED:
        yield f"      resources: {_list(arns)}"
    else:
        yield f"      # {len(arns)} resources: narrow with resources: [...] or kinds: [...]"
    kinds = {kind for _, (kind, _) in seen}
    if kinds <= KIND_NAMES:  # the list takes no other
        yield f"      kinds: {_list(sorted(kinds))}"
    yield f"      max_access: {max((grade for _, (_, grade) in seen), key=_GRADES.index)}"


def _aliases(aliases: list[Sighted]) -> Iterator[str]:
    for alias in aliases:
        for account, seen in sorted(alias.where.items()):
            yield f"# the alias {_comment(alias.key[1])} in {_comment(account)}: {_seen(seen)}"
    hint = "  # add an alias to accept its images as a kind" if aliases else ""
    yield f"image_aliases: []{hint}"


def _seen(seen: list[str]) -> str:
    more = f" and {len(seen) - LISTED} more" if len(seen) > LISTED else ""
    return _comment(", ".join(sorted(seen)[:LISTED])) + more


def _comment(text: str) -> str:
    return terminal(shorten(text, _WIDTH))


def _quoted(text: str) -> str:
    """JSON text is YAML text, but for surrogate pairs, which stay themselves here. What `terminal`
    adds is an escape of YAML too."""
    return terminal(json.dumps(visible(text), ensure_ascii=False))


def _list(values: list[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"
