"""The forms of a review: text, markdown, json, github annotations."""

from __future__ import annotations

from msgspec import UNSET

from checker.report.access import gravest
from checker.report.escape import command_data, command_property, terminal
from checker.report.json_report import pretty
from checker.report.model import ThirdParty
from checker.report.view import plural
from checker.review import markdown
from checker.review.model import Review
from checker.review.words import sentence

FORMATS = ("text", "markdown", "json", "github")
ANNOTATIONS = 10


def render(review: Review, name: str) -> str:
    makers = {"markdown": markdown.render, "json": _json, "github": _github}
    return makers.get(name, _text)(review)


def _json(review: Review) -> str:
    return pretty(review)


def _text(review: Review) -> str:
    lines = [f"{'!' if c.widens else ' '} {sentence(c)}" for c in review.changes]
    for title, parties in (("lets in", review.lets_in), ("puts out", review.puts_out)):
        for p in parties:
            where = ", ".join(a.account for a in p.access)
            counts = (
                f"{plural(p.roles, 'role')}, {plural(p.images, 'image')}{_resources(p)}{_code(p)}"
            )
            what = f"{counts} in {where}"
            lines.append(f"  {title} {p.id} ({p.name or 'unknown'}): {what}")
    lines += [
        f"{breach.severity.upper()} {breach.policy}: {breach.message}" for breach in review.broken
    ]
    counts = (
        f"{plural(len(review.changes), 'change')}, {plural(len(review.opens), 'finding')} open, "
    )
    counts += f"{len(review.closes)} close" if review.compared else "no snapshot to compare with"
    lines += review.notes
    lines.append(f"{review.verdict.upper()}: {counts}")
    return "".join(f"{terminal(line)}\n" for line in lines)


def _resources(party: ThirdParty) -> str:
    """With the gravest that they let it do; nothing where nobody looked."""
    if party.resources is UNSET:
        return ""
    access = f" ({gravest(party.access)})" if party.resources else ""
    return f", {plural(party.resources, 'resource')}{access}"


def _code(party: ThirdParty) -> str:
    return "" if party.code is UNSET else f", {plural(party.code, 'code use')}"


def _github(review: Review) -> str:
    """Annotations on the changed lines; GitHub shows ten of a step."""
    path = review.head.rpartition(":")[2]
    lines = [
        f"::error file={command_property(breach.file or path)},line={breach.line or 1},"
        f"title={command_property(breach.policy)}::{command_data(breach.message)}\n"
        for breach in review.broken[:ANNOTATIONS]
    ]
    if rest := review.broken[ANNOTATIONS:]:
        lines.append(f"::notice::{len(rest)} more: see the review\n")
    return "".join(lines)
