"""Whether answers are whole that come in pages or up to a limit: what each says of itself.

Pages may lie in files of their own, so they are added up over the source: only what is certain to
be missing is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from checker.collect.cloudtrail.decoding import Fields, fields_of, items_of, string_of
from checker.collect.cloudtrail.inflate import UnreadableError

Pages = Counter[tuple[str, str]]
"""By kind of answer: `pages`, those of them `open` that another follows, the results `held`, and
the `total` that each page names, added up."""
_number = msgspec.json.Decoder(float)
_flag = msgspec.json.Decoder(bool)


def told(fields: Fields) -> Pages:
    """What an object says of others that belong to it. Raises UnreadableError for an answer that
    says of itself that it is none yet, or of a part."""
    if "hits" in fields:
        return _of_elastic(fields)
    if "QueryResultRows" in fields:
        return _of_lake(fields)
    if "results" in fields and "status" in fields:
        return _of_insights(fields)
    kind = next((kind for name, kind in _LISTINGS.items() if name in fields), None)
    return _page(kind, fields) if kind else Counter()


_LISTINGS = {"Events": "lookup-events", "events": "filter-log-events"}


def _page(kind: str, fields: Fields) -> Pages:
    """A listing: each page but the last has a token for the next."""
    token = string_of(fields.get("NextToken")) or string_of(fields.get("nextToken"))
    return Counter({(kind, "pages"): 1, (kind, "open"): 1 if token else 0})


def _of_elastic(fields: Fields) -> Pages:
    """https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search"""
    if _true(fields, "timed_out"):
        raise _partial("the search timed out")
    shards = fields_of(fields["_shards"]) if "_shards" in fields else {}
    if _count(shards, "failed"):
        raise _partial("some shards did not answer the search")
    hits = fields_of(fields["hits"])
    total = hits.get("total")
    whole = fields_of(total) if total is not None and bytes(total)[:1] == b"{" else hits
    return _held("Elastic", len(items_of(hits["hits"])) if "hits" in hits else 0,
                 _count(whole, "value" if whole is not hits else "total"))  # fmt: skip


def _of_lake(fields: Fields) -> Pages:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html"""
    _ended(fields, "QueryStatus", "FINISHED")
    said = fields_of(fields["QueryStatistics"]) if "QueryStatistics" in fields else {}
    total = _count(said, "TotalResultsCount")
    found = _held("CloudTrail Lake", len(items_of(fields["QueryResultRows"])), total)
    return found if total else found + _page("CloudTrail Lake's pages", fields)


def _of_insights(fields: Fields) -> Pages:
    """Of one query all rows come at once, up to its limit.
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html"""
    _ended(fields, "status", "Complete")
    said = fields_of(fields["statistics"]) if "statistics" in fields else {}
    held, matched = len(items_of(fields["results"])), _count(said, "recordsMatched")
    if matched > held:
        raise _partial(f"{held:,} of the {matched:,} records that matched: raise the query's limit")
    return Counter()


def _held(kind: str, held: int, total: int) -> Pages:
    return Counter({(kind, "pages"): 1, (kind, "held"): held, (kind, "total"): total})


def _ended(fields: Fields, name: str, well: str) -> None:
    status = string_of(fields.get(name))
    if status is not None and status.casefold() != well.casefold():
        raise _partial(f"the query had not ended well: its status is {status[:40]!r}")


def _partial(reason: str) -> UnreadableError:
    return UnreadableError("Partial", f"not the whole answer: {reason}")


def _count(fields: Fields, name: str) -> int:
    try:
        return int(_number.decode(fields[name])) if name in fields else 0
    except (msgspec.DecodeError, OverflowError):
        return 0


def _true(fields: Fields, name: str) -> bool:
    try:
        return name in fields and _flag.decode(fields[name])
    except msgspec.DecodeError:
        return False


def missing(pages: Pages) -> Iterator[tuple[str, str]]:
    """What kind of answer is certainly not whole, and why."""
    for kind in sorted({kind for kind, _ in pages}):
        count, held = pages[kind, "pages"], pages[kind, "held"]
        if pages[kind, "open"] == count:
            yield kind, "its last page tells of another (NextToken), which is not here"
        elif pages[kind, "total"] > held * count:
            total = -(-pages[kind, "total"] // count)
            yield kind, f"{held:,} results of {total:,} or more are here: the others are left out"
