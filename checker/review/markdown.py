"""The review as a pull request's comment: short, the dangerous first, details folded."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from checker.plurals import plural
from checker.report.access import gravest, reads
from checker.report.escape import markdown, markdown_prose
from checker.report.model import Finding, ThirdParty
from checker.review.danger import is_rule
from checker.review.model import Change, Review
from checker.review.words import sentence

SHOWN = 20
_HEADS = ("who", "name", "roles", "images", "where", "privilege", "reads")
_OF_RESOURCES = ("resources", "access")
COMMENT = 65_000  # characters; GitHub takes 65,536 in a comment
MARKER = "<!-- vendorgate-review -->"
"""By which ci/comment.sh finds the comment that it wrote before."""


def render(review: Review, *, limit: int = COMMENT) -> str:
    """GitHub-flavoured Markdown; names that an outsider chose are escaped. At most `limit`
    characters: what is left out stands at the end, and is said."""
    parts = [*_head(review), *_broken(review), *_lets_in(review), *_changes(review)]
    parts += [*_findings("Opens", review.opens), *_findings("Closes", review.closes)]
    return _cut(parts, limit)


def _cut(parts: list[str], limit: int) -> str:
    """Whole lines, as many as there is room for; a list that was folded open is closed again."""
    text, end = "\n".join(parts) + "\n", f"\n{MARKER}\n"
    if len(text) + len(end) <= limit:
        return text + end
    kept = text[: limit - len(_CLOSED + _LEFT_OUT + end)].rpartition("\n")[0]
    folded = kept.count("<details>") > kept.count("</details>")
    return kept + (_CLOSED if folded else "") + _LEFT_OUT + end


_CLOSED = "\n\n</details>"
_LEFT_OUT = "\n\n*The rest is left out, as a comment holds no more: see the JSON review.*\n"


def _head(review: Review) -> Iterator[str]:
    if not review.changes:
        yield "### vendorgate: the allowlist accepts what it accepted before"
    else:
        mark = "✅" if review.verdict == "pass" else "❌"
        wider = sum(change.widens for change in review.changes)
        of = "the gate" if any(is_rule(change) for change in review.changes) else "the allowlist"
        told = plural(len(review.changes), "change")
        yield f"### {mark} vendorgate: {told} of {of}, {wider} wider"
        if not review.compared:
            yield "\nNo snapshot was given: whom this lets in cannot be told."
    yield from (f"\n{markdown(note)}" for note in review.notes)


def _broken(review: Review) -> Iterator[str]:
    for breach in review.broken:
        yield f"\n**{breach.severity.upper()} {breach.policy}**: {markdown(breach.message)}  "
        yield markdown_prose(breach.remediation)


def _lets_in(review: Review) -> Iterator[str]:
    for title, parties in (("Lets in", review.lets_in), ("Puts out", review.puts_out)):
        if parties:
            looked = () if parties[0].resources is UNSET else _OF_RESOURCES  # as of all of them
            heads = [*_HEADS, *looked, *(() if parties[0].code is UNSET else ("code",))]
            yield f"\n#### {title}\n"
            yield f"| {' | '.join(heads)} |"
            yield "|---" * len(heads) + "|"
            yield from (_party(party) for party in parties[:SHOWN])
            yield from _more(len(parties))


def _party(party: ThirdParty) -> str:
    accounts = [access.account for access in party.access]
    where = ", ".join(accounts[:5]) + (f" and {len(accounts) - 5} more" if accounts[5:] else "")
    privileges = sorted({a.privilege for a in party.access if a.privilege}) or ["unknown"]
    counted = (party.roles, party.images, where, ", ".join(privileges), reads(party.access))
    looked = party.resources is not UNSET
    resources = (party.resources, gravest(party.access)) if looked else ()
    code = () if party.code is UNSET else (party.code,)
    cells = (party.id, party.name or "?", *counted, *resources, *code)
    return f"| {' | '.join(markdown(str(cell)) for cell in cells)} |"


def _changes(review: Review) -> Iterator[str]:
    if review.changes:
        yield "\n#### What changes\n"
        yield from (_change(change) for change in review.changes[:SHOWN])
        if rest := review.changes[SHOWN:]:
            yield f"\n<details><summary>{len(rest)} more</summary>\n"
            yield from (_change(change) for change in rest)
            yield "\n</details>"


def _change(change: Change) -> str:
    place = f"line {change.line}" if change.file is None else f"{change.file}:{change.line}"
    line = f" ({markdown(place)})" if change.line else ""
    return f"- {'⚠️ ' if change.widens else ''}{markdown(sentence(change))}{line}"


def _findings(title: str, findings: tuple[Finding, ...]) -> Iterator[str]:
    if findings:
        yield f"\n<details><summary>{title} {plural(len(findings), 'finding')}</summary>\n"
        yield from (f"- {f.severity} {f.policy}: {markdown(f.message)}" for f in findings[:200])
        yield from _more(len(findings), 200)
        yield "\n</details>"


def _more(count: int, shown: int = SHOWN) -> Iterator[str]:
    if count > shown:
        yield f"\n… and {count - shown} more"
