"""The manifest of several snapshots as one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from checker.plurals import plural
from checker.snapshot.coverage import CALL
from checker.snapshot.gaps import of_all
from checker.snapshot.manifest import moment
from checker.snapshot.merge import Source, Winners, newest_listings
from checker.snapshot.merged_kinds import kinds_of_all, not_looked_for
from checker.snapshot.pods import LEFT_OUT, pods_of, told_of
from checker.snapshot.records import (
    SCHEMA,
    Account,
    Gap,
    Guardrail,
    Input,
    Manifest,
    Organization,
    Piece,
    Tool,
)

_LISTING = "organizations:"
_FEW = 5


def merged_manifest(
    sources: Sequence[Source], chosen: Winners, tool: Tool, gaps: Iterable[Gap] = ()
) -> Manifest:
    """Without the files, and without what its pieces do not cover: readers tell that anew.
    `gaps`: what could not be merged."""
    ours = _organizations(sources)
    several = len(ours) > 1
    accounts = [*_accounts(sources, chosen, several=several)]
    oldest = min(_times(sources, chosen), key=moment)
    winning = [source.manifest for source in sources if source in chosen.winning]
    kinds = kinds_of_all(winning)
    regions = tuple(sorted({region for one in winning for region in one.regions}))
    return Manifest(
        schema=SCHEMA,
        tool=tool,
        collected_at=oldest,
        partition=sources[0].manifest.partition,
        organization=ours[0] if len(ours) == 1 else None,
        organizations=ours if several else UNSET,
        accounts=tuple(_apart(account, oldest, regions) for account in accounts),
        regions=regions,
        sources=tuple(sorted({name for one in winning for name in one.sources}) or ("aws",)),
        gaps=of_all([*_gaps(sources, chosen), *not_looked_for(chosen), *gaps], len(chosen.of)),
        guardrails=_guardrails(sources, several=several),
        redacted=tuple(sorted({what for one in winning for what in one.redacted})),
        notes=tuple(sorted({*_said(sources, chosen)} | _notes(chosen))),
        pieces=_pieces(sources, chosen),
        inputs=_inputs(winning),
        resource_kinds=kinds["resource_kinds"],
        code_kinds=kinds["code_kinds"],
    )


def _said(sources: Sequence[Source], chosen: Winners) -> Iterator[str]:
    """The notes of the parts: about the pods of a cluster, those of who tells of its account; what
    others knew of these is left out, and that is said."""
    for source in sources:
        for note in source.manifest.notes:
            cluster, _ = told_of(note) or ("", "")
            about = pods_of(cluster)
            winner = chosen.of.get(cluster.split(":")[4]) if cluster else None
            if not cluster or winner is source:
                yield from (note,) if source in chosen.winning else ()
            elif winner and not any(one.startswith(about) for one in winner.manifest.notes):
                yield f"{about}{LEFT_OUT}"


def _inputs(winning: Sequence[Manifest]) -> tuple[Input, ...] | UnsetType:
    """Of all parts, each once."""
    found = {(one.name, one.sha256): one for part in winning for one in part.inputs or ()}
    return tuple(found[key] for key in sorted(found)) or UNSET


def _organizations(sources: Sequence[Source]) -> tuple[Organization, ...]:
    found: dict[str, Organization] = {}
    for source in sorted(sources, key=lambda one: (one.listed_at, one.name)):
        for one in source.manifest.own_organizations:
            if one.id not in found or one.management_account:
                found[one.id] = one
    return tuple(found[id_] for id_ in sorted(found))


def _times(sources: Sequence[Source], chosen: Winners) -> list[str]:
    found = [
        source.manifest.collected_of(account)
        for source in sources
        for account in source.manifest.accounts
        if account.collected and chosen.of.get(account.id) is source
    ]
    return found or [source.manifest.collected_at for source in sources]


def _apart(account: Account, oldest: str, regions: tuple[str, ...]) -> Account:
    """With what of it is not the manifest's alone."""
    told = account.regions or ()
    return replace(
        account,
        collected_at=UNSET if account.collected_at == oldest else account.collected_at,
        regions=UNSET if sorted(told) == [*regions] else account.regions,
    )


def _accounts(sources: Sequence[Source], chosen: Winners, *, several: bool) -> Iterator[Account]:
    told: dict[str, list[tuple[Source, Account]]] = defaultdict(list)
    for source in sources:
        for account in source.manifest.accounts:
            if account.id not in chosen.gone:
                told[account.id].append((source, account))
    for id_, known in sorted(told.items()):
        source, account = max(known, key=_listed_last)
        winner = chosen.of.get(id_)
        if winner is not None:
            mine = next(a for s, a in known if s is winner)
            when = winner.manifest.collected_of(mine)
            where = winner.manifest.regions_of(mine)
            account = replace(
                account, collected=True, collected_at=when, shard=UNSET, regions=where
            )
        elif not account.shard and not account.active:
            account = _active_again(account, source, known)
        whose = source.organization_of(account) if several else None
        yield replace(account, organization=whose or UNSET)


def _listed_last(told: tuple[Source, Account]) -> tuple[object, ...]:
    """Of several listings the newest, of a listing alone what nobody else knows; of two at once
    the one by which somebody was to look at the account."""
    source, account = told
    listed = any(piece.listed for piece in source.parts)
    when = (source.listed_at, bool(account.shard), source.name)
    return (source.snapshot is not None, listed, *when)


def _active_again(
    account: Account, source: Source, known: Sequence[tuple[Source, Account]]
) -> Account:
    """Left out as nobody could enter it, and active by a listing that was made since."""
    for other, told in known:
        if other.snapshot is None and told.shard and other.listed_at >= source.listed_at:
            return replace(account, state=told.state, shard=told.shard)
    return account


def _gaps(sources: Sequence[Source], chosen: Winners) -> Iterator[Gap]:
    """Those of listings go with the newest listing, those of accounts with the account."""
    newest = newest_listings(sources)
    current = {source for listed in newest.values() for source in listed}
    for source in sources:
        listing = any(piece.listed for piece in source.parts)
        for gap in source.manifest.gaps:
            if gap.call.startswith(CALL):
                continue
            if gap.call.startswith(_LISTING) and listing:
                if source in current or not newest:
                    yield gap
            elif chosen.keeps(source, gap.account):
                yield gap
    yield from _narrowed(sources, chosen)


def _narrowed(sources: Sequence[Source], chosen: Winners) -> Iterator[Gap]:
    """Regions that were looked at, and that the newest collection of an account was told to leave
    out: what was seen there is dropped with the rest of the older one."""
    lost: Counter[str] = Counter()
    known = {source: {one.id: one for one in source.manifest.accounts} for source in sources}
    for source in sources:
        for account in source.manifest.accounts:
            winner = chosen.of.get(account.id)
            if winner and winner is not source and account.collected and _narrow(winner):
                mine = winner.manifest.regions_of(known[winner].get(account.id))
                lost.update({*source.manifest.regions_of(account)} - {*mine})
    for region, count in sorted(lost.items()):
        text = (
            f"{plural(count, 'account was', 'accounts were')} looked at in {region} before, and "
            "the newest collection was told to leave it out: collect them with the same --regions"
        )
        yield Gap(region=region, call="merge", code="NotInNewest", message=text)


def _narrow(source: Source) -> bool:
    return any(piece.regions for piece in source.parts)


def _guardrails(sources: Sequence[Source], *, several: bool) -> tuple[Guardrail, ...] | None:
    """Those of each organization's newest listing; None where one of them could not tell."""
    newest = newest_listings(sources)
    if not newest:
        return None
    found: list[Guardrail] = []
    for organization, listed in newest.items():
        told = [one for one in listed if one.manifest.guardrails is not None]
        if not told:
            return None
        source = max(told, key=lambda one: one.name)
        mine = (g for g in source.manifest.guardrails or () if _of(g, source) == organization)
        found += [replace(g, organization=organization if several else UNSET) for g in mine]
    return tuple(sorted(found, key=lambda g: (str(g.organization or ""), g.id)))


def _of(guardrail: Guardrail, source: Source) -> str | None:
    ours = source.manifest.organization
    return guardrail.organization or (ours.id if ours else None)


def _pieces(sources: Sequence[Source], chosen: Winners) -> tuple[Piece, ...]:
    """The newest of each shard, and of each kind of collection else, of which something is left."""
    current = {source for listed in newest_listings(sources).values() for source in listed}
    found: dict[tuple[object, ...], Piece] = {}
    for source in sources:
        left = source in chosen.winning or source in current
        for piece in source.parts or _untold(source):
            asked = () if piece.shard else (piece.listed, piece.asked)
            key = (piece.organization, piece.shard, *asked)
            if (left or piece.shard) and (key not in found or _age(piece) > _age(found[key])):
                found[key] = piece
    return tuple(sorted(found.values(), key=_age))


def _untold(source: Source) -> Iterable[Piece]:
    """Of a snapshot of before there were pieces: that its organization was listed is not told."""
    ours, at = source.manifest.organization, source.manifest.collected_at
    yield Piece(organization=ours.id if ours else None, listed_at=at, collected_at=at)


def _age(piece: Piece) -> tuple[object, ...]:
    times = moment(str(piece.collected_at)), moment(str(piece.listed_at))
    return (*times, piece.organization or "", piece.shard or "", piece.asked)


def _notes(chosen: Winners) -> set[str]:
    if not chosen.gone:
        return set()
    few = ", ".join(sorted(chosen.gone)[:_FEW]) + (", …" if len(chosen.gone) > _FEW else "")
    return {
        f"Accounts that an older list of the organization has and the newest has not, and so are "
        f"left out: {len(chosen.gone)} ({few})."
    }
