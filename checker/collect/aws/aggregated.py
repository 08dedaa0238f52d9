"""A collection from an aggregator: which accounts, then their records, into the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

import msgspec

from checker.collect.aws.aggregator import Aggregator, Source
from checker.collect.aws.images import seen_images
from checker.collect.aws.journal import Journal, sorted_lines
from checker.collect.aws.seal import Part
from checker.collect.aws.session import AccountSession
from checker.collect.aws.survey import Request, Survey, account_region_of, marked, survey
from checker.collect.aws.wanted import check_excluded
from checker.errors import InputError
from checker.snapshot.records import Account
from checker.snapshot.redact import redacted

_AT_ONCE = 20_000  # records in memory


def read_aggregator(
    central: AccountSession, request: Request, journal: Journal
) -> tuple[Survey, list[Part], int]:
    """The accounts, the parts that were journaled, and how many items are stale."""
    account_region = account_region_of(central, None)
    aggregator = Aggregator(
        account_region, request.aggregator or "", journal.at, request.stale_after
    )
    sources = aggregator.sources()
    if account_region.gaps and not sources:
        gap = account_region.gaps[0]
        raise InputError(
            f"the aggregator {request.aggregator!r} cannot be read: {gap.code}: {gap.message}",
            hint="AWS_REGION is its region, --permissions aggregator what it takes",
        )
    found = _accounts(central, request, sources)
    wanted = {account.id for account in found.wanted}
    delivering = {s.aws_region for s in sources if s.source_id in wanted and s.aws_region}
    regions = delivering & set(request.regions) if request.regions else delivering
    records = chain(
        aggregator.records(wanted, request.regions),
        seen_images(account_region, aggregator.images, wanted, regions),
    )
    parts = _journaled(journal, map(redacted, records) if request.redact else records)
    aggregator.missing(wanted, sources, request.regions)
    last = Part("aggregator", (*aggregator.gaps, *account_region.gaps), tuple(sorted(regions)))
    journal.finish(last, ())
    return found, [*parts, last], aggregator.stale


def _accounts(central: AccountSession, request: Request, sources: list[Source]) -> Survey:
    """The organization's where that was asked for, else all that deliver."""
    if request.organization:
        return survey(central, request)
    own = survey(central, replace(request, accounts=(), excluded=()))
    ids = sorted({source.source_id for source in sources})
    check_excluded(request.excluded, [Account(id=account) for account in ids], [])
    accounts = tuple(marked(Account(id=account), request) for account in ids)
    return replace(own, accounts=accounts)


def _journaled(journal: Journal, records: Iterator[msgspec.Struct]) -> list[Part]:
    """In chunks, so that a million roles need no more memory than a few."""
    parts: list[Part] = []
    while chunk := sorted_lines(islice(records, _AT_ONCE)):
        parts.append(Part(f"aggregator-{len(parts):06}"))
        journal.finish(parts[-1], chunk)
    return parts
