"""What the pieces of a snapshot do not cover of what they list: a shard that is missing, an account
that is in none. Each is a gap, told by the manifest alone, however it came about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from checker.plurals import plural
from checker.snapshot.records import Account, Gap, Manifest, Piece
from checker.snapshot.shards import Shard, parse_shard

CALL = "shard:"
"""How the calls of these gaps begin: they are told anew whenever a manifest is read."""
_EACH = 100
Label = tuple[str | None, str]
"""An organization, and a shard of it."""
Sets = dict[int, set[int]]
"""Of each number of shards, those that are there."""


def uncovered(manifest: Manifest) -> tuple[Gap, ...]:
    """In a fixed order."""
    waiting = [(_label(manifest, one), one) for one in manifest.accounts if one.shard]
    labels = Counter(label for label, _ in waiting)
    found: list[Gap] = []
    told: set[Label] = set()
    for organization, pieces in _by_organization(manifest.parts).items():
        sets = _sets(pieces)
        complete = any(len(there) == count for count, there in sets.items())
        if not complete and not _at_once(manifest, organization, pieces):
            for count, there in sets.items():
                missing = [Shard(n, count) for n in range(1, count + 1) if n not in there]
                told |= {(organization, str(shard)) for shard in missing}
                found += _missing(organization, missing, labels)
        found += _asked_otherwise(organization, pieces)
    found += [_in_none(account) for label, account in waiting if label not in told]
    return tuple(sorted(set(found), key=lambda g: (g.account or "", g.call, g.code, g.message)))


def _at_once(manifest: Manifest, organization: str | None, shards: Iterable[Piece]) -> bool:
    """Whether a collection without shards that was asked for the same looked at the accounts of
    all: then a shard beside it is of another day, and lacks no other. Whoever came since is in
    none, and told of as such."""
    asked = {piece.asked for piece in shards}
    whole = any(
        piece.listed and piece.shard is None and {piece.asked} == asked
        for piece in manifest.parts
        if piece.organization == organization
    )
    mine = (one for one in manifest.accounts if _whose(manifest, one) == organization)
    return whole and all(one.collected or one.shard or not one.active for one in mine)


def _label(manifest: Manifest, account: Account) -> Label:
    return _whose(manifest, account), str(account.shard)


def _whose(manifest: Manifest, account: Account) -> str | None:
    ours = manifest.organization
    return account.organization or (ours.id if ours else None)


def _by_organization(pieces: Iterable[Piece]) -> dict[str | None, list[Piece]]:
    """Those that are shards."""
    found: dict[str | None, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.shard is not None:
            found[piece.organization].append(piece)
    return found


def _sets(pieces: Iterable[Piece]) -> Sets:
    sets: Sets = defaultdict(set)
    for piece in pieces:
        if shard := parse_shard(piece.shard or ""):
            sets[shard.count].add(shard.index)
    return sets


def _missing(
    organization: str | None, missing: list[Shard], labels: Mapping[Label, int]
) -> Iterator[Gap]:
    """One each, unless they are very many."""
    whose = f"of {organization}" if organization else "of no organization"
    if len(missing) > _EACH:
        count, accounts = missing[0].count, sum(labels[organization, str(s)] for s in missing)
        text = f"{len(missing):,} of {count:,} shards {whose} are missing: {_not_seen(accounts)}"
        yield Gap(call=f"{CALL}*/{count}{_suffix(organization)}", code="MissingShard", message=text)
        return
    for shard in missing:
        text = (
            f"the shard {shard} {whose} is missing: {_not_seen(labels[organization, str(shard)])}"
        )
        call = f"{CALL}{shard}{_suffix(organization)}"
        yield Gap(call=call, code="MissingShard", message=f"{text}; merge its snapshot, too")


def _not_seen(accounts: int) -> str:
    seen = plural(accounts, "account was", "accounts were")
    return f"{seen} not looked at, as far as the others list them"


def _asked_otherwise(organization: str | None, pieces: list[Piece]) -> Iterator[Gap]:
    """Shards that were asked for other things don't add up to one answer."""
    asked = sorted({piece.asked for piece in pieces})
    if len(asked) > 1:
        texts = " and ".join(repr(one or "no option") for one in asked[:3])
        text = f"shards were collected with other options ({texts}): collect them with the same"
        call = f"{CALL}options{_suffix(organization)}"
        yield Gap(call=call, code="AskedOtherwise", message=text)


def _in_none(account: Account) -> Gap:
    text = (
        f"the account {account.id} was not looked at by any collection here: it came after the "
        "list that its shard was given, or a shard was left out; collect its shard anew"
    )
    return Gap(account=account.id, call=f"{CALL}{account.shard}", code="InNoShard", message=text)


def _suffix(organization: str | None) -> str:
    return f":{organization}" if organization else ""
