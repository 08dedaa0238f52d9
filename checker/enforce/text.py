"""A proof in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.enforce.proof import Doubt, Found, Proof
from checker.plurals import plural

MOST = 20
"""Lines of a kind; the JSON report has all."""


def lines(proof: Proof) -> Iterator[str]:
    """Not escaped."""
    yield (
        f"looked at {plural(proof.roles, 'role')}, of which {proof.trusting:,} trust somebody "
        f"outside; {plural(proof.kept, 'vetted trust')} stay whole"
    )
    yield from _several("CUTS what was vetted", proof.cuts, _cut)
    yield from _several("closes", proof.closes, _closed)
    yield from _several("does not reach", proof.left, _left)
    yield from _several("could not be judged", proof.doubts, _doubted)


def _several(title: str, found: Sequence[Found | Doubt], line: object) -> Iterator[str]:
    yield f"{title}: {len(found):,}"
    for one in found[:MOST]:
        yield f"  {line(one)}"  # type: ignore[operator]
    if len(found) > MOST:
        yield f"  and {len(found) - MOST:,} more; --report FILE has all"


def _who(one: Found) -> str:
    return f"{one.id} ({one.name})" if one.name else one.id


def _cut(one: Found) -> str:
    return f"{_who(one)} in {one.role}: {one.status}, and refused{_request(one)}"


def _closed(one: Found) -> str:
    waived = f"; waived: {one.waived}" if one.waived else ""
    but = f"; {one.reason}" if one.reason else ""
    return f"{_who(one)} in {one.role}: {one.status}{but}{waived}"


def _left(one: Found) -> str:
    return f"{_who(one)} in {one.role}: {one.status}; {one.reason}"


def _doubted(one: Doubt) -> str:
    return f"{one.where}: {one.reason}"


def _request(one: Found) -> str:
    witness = one.witness
    return f", as {witness.principal} with {witness.action}" if witness else ""
