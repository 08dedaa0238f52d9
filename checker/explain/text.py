"""An explanation in words, for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from checker.facts.plain import Facts
from checker.report.escape import prose, short, shorten, terminal
from checker.subjects import registry

ROLE_TRUST, RESOURCES = "role_trust", "resource_access"
SHOWN = 200
_LONG = 600


def render(given: Facts) -> str:
    shown = {"finding": _finding, "role": _roles, "resource": _resource}
    lines = shown.get(given["kind"], _party)(given)
    return "\n".join(lines) + "\n"


def _say(text: str, indent: int = 0) -> str:
    # The bullet keeps a runner from reading a name at the line's start as a command.
    return " " * indent + ("• " if indent else "") + terminal(shorten(text, _LONG))


def _party(given: Facts) -> Iterator[str]:
    yield _say(f"Third party {given['id']}")
    if given["own"]:
        yield _say("It is the organization's own.", 2)
    yield from _names(given["known"])
    if not given["own"]:
        yield from _entry(given["entry"])
    if given["snapshot"] is None:
        yield "There is no snapshot here: nothing is known of what it was given."
        return
    for name, subject in registry.explained().items():
        if subject.KEY in given:
            title = subject.TITLE.format(snapshot=given["snapshot"])
            yield from _section(title, map(subject.line, given[subject.KEY]))
        if name == ROLE_TRUST and given["roles"]:
            told = map(_role, given["roles"])
            yield from _section("Other roles whose trust policies mean it", told)
    yield from _section("Findings", map(_short, given["findings"]))
    if given["proposal"] and given["entry"] is None:
        yield "\nTo vet it, review it, then add this to the allowlist under vendors:\n"
        yield from map(terminal, given["proposal"].splitlines())


def _roles(given: Facts) -> Iterator[str]:
    for role in given["roles"]:
        yield _say(f"Role {role['arn']}")
        if role["location"]:
            yield _say(f"at {role['location']['file']}:{role['location']['line']}", 2)
        trusts = map(registry.explained()[ROLE_TRUST].line, role["trusts"])
        yield from _section("Lets in from outside", trusts)
        told = map(_statement, role["statements"])
        yield from _section("Statements of the trust policy, counted from 0", told)
        yield from _section("Findings", map(_short, role["findings"]))


def _resource(given: Facts) -> Iterator[str]:
    yield _say(f"Resource {given['id']} ({given['type']})")
    if given["location"]:
        yield _say(f"at {given['location']['file']}:{given['location']['line']}", 2)
    access = map(registry.explained()[RESOURCES].line, given["access"])
    yield from _section("Lets in by itself", access)
    yield from _section("Findings", map(_short, given["findings"]))


def _names(known: list[Facts]) -> Iterator[str]:
    for one in known:
        off = "" if one["enabled"] else ", disabled there"
        page = one["source"] or "no page named"
        yield _say(f"published by {one['name']} ({page}; {one['list']}{off}): a hint", 2)
    if not known:
        yield _say("nobody that the catalogue knows", 2)


def _entry(entry: Facts | None) -> Iterator[str]:
    if entry is None:
        yield _say("on no entry of the allowlist", 2)
        return
    review = entry["vetting"]
    state = f"{'expired on' if entry['expired'] else 'until'} {review['expires']}"
    state = "a draft, which vets nobody" if entry["draft"] else state
    yield _say(
        f"{entry['file']}:{entry['line']}: {entry['name']}, {state}, "
        f"owner {review['owner']}, {review['reference']}", 2,
    )  # fmt: skip


def _section(title: str, lines: Any) -> Iterator[str]:
    said = list(lines)
    yield _say(f"{title}: {len(said)}")
    yield from (_say(line, 2) for line in said[:SHOWN])
    if len(said) > SHOWN:
        yield f"  and {len(said) - SHOWN:,} more: see -f json"


def _role(role: Facts) -> str:
    said = {True: "lets it in", False: "does not let it in", None: "may let it in"}
    where = "" if role["statement"] is None else f" (statement {role['statement']})"
    member = f" as a member of {role['organization']}" if role["organization"] else ""
    return f"{role['resource']} {said[role['allowed']]}{member}: {role['reason']}{where}"


def _short(finding: Facts) -> str:
    head = f"{short(finding['fingerprint'])} {finding['severity']} {finding['policy']}"
    return f"{head} ({_state(finding)}): {finding['message']}"


def _state(finding: Facts) -> str:
    return "known" if finding["baseline"] else str(finding["status"])


def _finding(given: Facts) -> Iterator[str]:
    found, policy = given["finding"], given["policy"]
    yield _say(f"{found['severity'].upper()} {found['policy']} ({_state(found)})")
    if waiver := found["waiver"]:
        yield _say(f"waived by {waiver['owner']} until {waiver['expires']}: {waiver['reason']}", 2)
    yield _say(found["message"], 2)
    yield _say(f"fingerprint {found['fingerprint']}", 2)
    yield _say(f"resource {found['resource']}", 2)
    if found["location"]:
        yield _say(f"at {found['location']['file']}:{found['location']['line']}", 2)
    if policy:
        yield "Why"
        yield _say(prose(policy["rationale"]), 2)
    yield from _section("Facts", _flat(found["facts"]))
    if given["witness"]:
        yield "A request that gets in"
        yield from (_say(line, 2) for line in _flat(given["witness"]))
    if given["statements"]:
        told = map(_statement, given["statements"])
        yield from _section("Statements of the trust policy, counted from 0", told)
    yield from _mend(given)


def _statement(one: Facts) -> str:
    effect = one["effect"] or "neither Allow nor Deny"
    return f"{one['index']} ({effect}, {one['outcome']}): {one['reason']}"


def _mend(given: Facts) -> Iterator[str]:
    found, listed = given["finding"], given["allowlist"]
    yield "To mend it"
    yield _say(prose(found["remediation"]), 2)
    of_resource = given.get("resource_policy") or ()
    whose = "resource's policy" if of_resource else "trust policy"
    for one in (*given["trust_policy"], *of_resource):
        yield _say(f"statement {one['index']} of the {whose} is", 2)
        yield _say(json.dumps(one["now"], ensure_ascii=False), 4)
        change = "change it to" if one["mended"] else "narrow it as said above, or remove it"
        yield _say(change, 2)
        if one["mended"]:
            yield _say(json.dumps(one["mended"], ensure_ascii=False), 4)
    if listed["line"]:
        yield _say(f"its entry stands at {listed['file']}:{listed['line']}", 2)
    if listed["entry"]:
        yield _say(f"or review the third party, then add to {listed['file']} under vendors:", 2)
        yield from map(terminal, listed["entry"].splitlines())


def _flat(value: Any, path: str = "") -> Iterator[str]:
    """`role.tags.owner = "x"`, a line each; what is not known is left out."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{path}.{key}" if path else str(key))
    elif value not in (None, []):
        yield f"{path} = {json.dumps(value, ensure_ascii=False, default=str)}"
