"""A proof in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from checker.enforce.doubt import Doubt
from checker.enforce.found import Found, Proof
from checker.enforce.image_proof import ImageProof, Use
from checker.enforce.public_proof import Public, PublicProof
from checker.plurals import plural

MOST = 20
"""Lines of a kind; the JSON report has all."""


def of_roles(proof: Proof) -> Iterator[str]:
    """Not escaped, as the others."""
    yield (
        f"looked at {plural(proof.roles, 'role')}, of which {proof.trusting:,} trust somebody "
        f"outside; {plural(proof.kept, 'vetted trust stays', 'vetted trusts stay')} whole"
    )
    if proof.resources:
        count = plural(proof.resources, "resource that lets", "resources that let")
        yield f"looked at {count} somebody in by a policy, an ACL, grants or shares"
    yield from _several("CUTS what is vetted", proof.cuts, _cut)
    yield from _several("closes", proof.closes, _trust)
    yield from _several("does not reach", proof.left, _trust)
    yield from _several("could not be judged", proof.doubts, _doubt)


def of_images(proof: ImageProof) -> Iterator[str]:
    uses = plural(proof.uses, "use of an image", "uses of images")
    yield f"looked at {uses}, of which {proof.kept:,} are vetted and stay allowed"
    yield from _several("STOPS launches of what is vetted", proof.cuts, _use)
    yield from _several("stops launches of", proof.closes, _use)
    yield from _several("does not stop", proof.left, _use)
    yield from _several("could not be judged", proof.doubts, _doubt)


def of_public(proof: PublicProof) -> Iterator[str]:
    count = plural(proof.resources, "bucket or snapshot lets", "buckets and snapshots let")
    yield f"looked at what may be public; {count} somebody in"
    yield from _several("CUTS what is vetted", proof.cuts, _public)
    yield from _several("closes", proof.closes, _public)
    yield from _several("does not reach", proof.left, _public)
    yield from _several("could not be judged", proof.doubts, _doubt)


def _several(title: str, found: Sequence[Any], line: Callable[[Any], str]) -> Iterator[str]:
    yield f"{title}: {len(found):,}"
    for one in found[:MOST]:
        yield f"  {line(one)}"
    if len(found) > MOST:
        yield f"  and {len(found) - MOST:,} more; --report FILE has all"


def _cut(one: Found) -> str:
    witness = one.witness
    request = f", as {witness.principal} by {witness.action}" if witness else ""
    entry = f" by {one.entry}" if one.entry else ""
    return f"{_named(one.id, one.name)} in {one.resource}: {one.status}{entry}, refused{request}"


def _trust(one: Found) -> str:
    waived = f"; accepted by {one.waived}" if one.waived else ""
    return f"{_named(one.id, one.name)} in {one.resource}: {one.status}{_because(one)}{waived}"


def _use(one: Use) -> str:
    who = _named(one.id or "nobody", one.name)
    return f"{one.resource} uses {one.image} of {who}: {one.status}{_because(one)}"


def _public(one: Public) -> str:
    who = "everybody" if one.id == "*" else _named(one.id, one.name)
    return f"{who} in {one.resource} of {one.account}: {one.status}{_because(one)}"


def _doubt(one: Doubt) -> str:
    return f"{one.where}: {one.reason}"


def _named(who: str, name: str | None) -> str:
    return f"{who} ({name})" if name else who


def _because(one: Found | Use | Public) -> str:
    return f"; {one.reason}" if one.reason else ""
