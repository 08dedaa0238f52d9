"""The organization's listing as a file: made once, read by every shard."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from checker import __version__
from checker.errors import InputError
from checker.snapshot.base import Record
from checker.snapshot.manifest import ACCOUNT, is_time
from checker.snapshot.records import SCHEMA as SNAPSHOT
from checker.snapshot.records import (
    Account,
    Gap,
    Guardrail,
    Manifest,
    Organization,
    Piece,
    Tool,
)
from checker.snapshot.shards import NOBODYS
from checker.snapshot.write import encode_record

SCHEMA = "vendorgate/listing/v1"
_HINT = "make it anew: vendorgate collect aws --organization --write-listing FILE"


class Listing(Record, frozen=True, kw_only=True):
    """Who we are at a time: accounts with their places, resource control policies; `gaps`: what of
    that could not be told."""

    schema: str = SCHEMA
    tool: Tool = Tool(name="vendorgate", version=__version__)
    listed_at: str
    partition: str
    organization: Organization | None
    accounts: tuple[Account, ...]
    gaps: tuple[Gap, ...] = ()
    guardrails: tuple[Guardrail, ...] | None = None

    def check(self, partition: str) -> None:
        """Raises InputError where the caller stands in another partition."""
        if self.partition != partition:
            raise InputError(
                f"the listing is of the partition {self.partition}, and the caller's is {partition}"
            )


def encode_listing(listing: Listing) -> bytes:
    return msgspec.json.format(encode_record(listing), indent=1) + b"\n"


def read_listing(text: bytes, path: object) -> Listing:
    """Raises InputError for what we would not have written."""
    try:
        listing = msgspec.json.decode(text, type=Listing)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"no listing ({error})", path=path, hint=_HINT) from None
    if listing.schema != SCHEMA:
        raise InputError(f"its schema is {listing.schema!r}, not {SCHEMA!r}", path=path, hint=_HINT)
    if not is_time(listing.listed_at):
        raise InputError(f"{listing.listed_at!r} is no time", path=path, hint=_HINT)
    ids = [account.id for account in listing.accounts]
    strange = next((one for one in ids if not ACCOUNT.match(one)), None)
    if strange is not None or len(set(ids)) != len(ids) or not ids:
        said = (
            "tells an account twice, or none" if strange is None else f"{strange!r} is no account"
        )
        raise InputError(said, path=path, hint=_HINT)
    marked = any(account.shard or not account.collected for account in listing.accounts)
    if marked:
        raise InputError("tells what was collected, which is no listing's", path=path, hint=_HINT)
    return listing


def as_manifest(listing: Listing) -> Manifest:
    """As that of a snapshot in which nobody has looked at anything."""
    told = [
        msgspec.structs.replace(one, collected=False, shard=NOBODYS if one.active else UNSET)
        for one in listing.accounts
    ]
    whose = listing.organization.id if listing.organization else None
    at = listing.listed_at
    return Manifest(
        schema=SNAPSHOT,
        tool=listing.tool,
        collected_at=at,
        partition=listing.partition,
        organization=listing.organization,
        accounts=tuple(told),
        gaps=listing.gaps,
        guardrails=listing.guardrails,
        pieces=(Piece(organization=whose, listed=True, listed_at=at, collected_at=at),),
    )
