"""What answers say of themselves, and which files a question needs."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from checker.collect.cloudtrail.decoding import fields_of
from checker.collect.cloudtrail.inflate import UnreadableError
from checker.collect.cloudtrail.layout import (  # fmt: skip
    Wanted,
    day_of,
    only_cloudtrail,
    other_kind,
    region_root,
)
from checker.collect.cloudtrail.pages import missing, told
from checker.collect.cloudtrail.scan import Found
from tests.support.rows import rows

OWN, OTHER = "111111111111", "222222222222"


def fields(value: Any) -> Any:
    return fields_of(json.dumps(value).encode())  # type: ignore[arg-type]


def elastic(held: int, total: Any, **more: Any) -> dict[str, Any]:
    return {"hits": {"hits": [{}] * held, "total": total}} | more


def lake(held: int, total: int | None = None, **more: Any) -> dict[str, Any]:
    said = {} if total is None else {"QueryStatistics": {"TotalResultsCount": total}}
    return {"QueryResultRows": [[]] * held} | said | more


LAST = "its last page tells of another (NextToken), which is not here"
WHOLE: list[tuple[str, list[Any], list[tuple[str, str]]]] = [
    ("one page", [{"Events": []}], []),
    ("one page of two", [{"Events": [], "NextToken": "t"}], [("lookup-events", LAST)]),
    ("both pages", [{"Events": [], "NextToken": "t"}, {"Events": []}], []),
    ("the first two of three", [{"Events": [], "NextToken": "t"}] * 2, [("lookup-events", LAST)]),
    ("in small letters", [{"events": [], "nextToken": "t"}], [("filter-log-events", LAST)]),
    ("an empty token", [{"events": [], "nextToken": ""}], []), ("a token that is none", [{"events": [], "nextToken": 3}], []),
    ("two kinds, one of them open", [{"Events": []}, {"events": [], "nextToken": "t"}], [("filter-log-events", LAST)]),
    ("all of Elastic", [elastic(2, 2)], []), ("by an object", [elastic(2, {"value": 2, "relation": "eq"})], []),
    ("a part of Elastic", [elastic(2, 1000)], [("Elastic", "2 results of 1,000 or more are here: the others are left out")]),
    ("a part, by an object", [elastic(2, {"value": 3})], [("Elastic", "2 results of 3 or more are here: the others are left out")]),
    ("two parts that are all", [elastic(2, 3), elastic(1, 3)], []),
    ("two parts that are not", [elastic(2, 4), elastic(1, 4)], [("Elastic", "3 results of 4 or more are here: the others are left out")]),
    ("two answers of two questions", [elastic(2, 2), elastic(3, 3)], []),
    ("no total", [{"hits": {"hits": [{}]}}], []), ("no hits", [{"hits": {"total": 1}}], [("Elastic", "0 results of 1 or more are here: the others are left out")]),
    ("a total that is none", [elastic(1, "x")], []),
    ("all shards", [elastic(1, 1, _shards={"failed": 0}, timed_out=False)], []),
    ("all of Lake", [lake(2, 2)], []), ("a part of Lake", [lake(2, 3)], [("CloudTrail Lake", "2 results of 3 or more are here: the others are left out")]),
    ("Lake without a total", [lake(2)], []), ("and with another page", [lake(2, NextToken="t")], [("CloudTrail Lake's pages", LAST)]),
    ("a total, and another page", [lake(2, 2, NextToken="t")], []), ("Lake's query was well", [lake(1, QueryStatus="FINISHED")], []),
    ("all of Insights", [{"results": [[]], "status": "Complete", "statistics": {"recordsMatched": 1.0}}], []),
    ("Insights without numbers", [{"results": [[]], "status": "complete"}], []), ("results of something else", [{"results": []}], []),
    ("nothing of the kind", [{"Records": []}], []),
]  # fmt: skip


@rows("why, answers, expected", WHOLE)
def test_what_is_certainly_missing(why: str, answers: list[Any], expected: Any) -> None:
    """Pages may lie in files of their own: only what cannot be elsewhere is told, and all of that."""
    pages: Counter[tuple[str, str]] = Counter()
    for answer in answers:
        pages.update(told(fields(answer)))
    assert list(missing(pages)) == expected, why


PARTS: list[tuple[str, Any, str]] = [
    ("a search that timed out", elastic(1, 1, timed_out=True), "timed out"),
    ("shards that did not answer", elastic(1, 1, _shards={"failed": 1}), "did not answer"),
    ("a query that runs", lake(1, QueryStatus="RUNNING"), "'RUNNING'"), ("one that failed", {"results": [], "status": "Failed"}, "'Failed'"),
    ("more than its limit", {"results": [[]] * 2, "status": "Complete", "statistics": {"recordsMatched": 3.0}}, "2 of the 3 records"),
]  # fmt: skip


@rows("why, answer, said", PARTS)
def test_an_answer_that_says_it_is_a_part(why: str, answer: Any, said: str) -> None:
    """It is refused, whatever else is there."""
    with pytest.raises(UnreadableError, match=said):
        told(fields(answer))


TRAIL = f"AWSLogs/{OWN}/CloudTrail/us-east-1/"
LAKE = f"aws/CLOUD_TRAIL_MGMT/2.0/region=us-east-1/accountId={OWN}/eventDay="
WANTED = Wanted.of(date(2026, 11, 10), date(2026, 11, 12), [], [])
NARROW = Wanted.of(date(2026, 11, 10), date(2026, 11, 12), [OWN], ["us-east-1"])
KEYS: list[tuple[str, str, bool, bool]] = [
    # the window, and with an account and a region
    ("the day before", f"{TRAIL}2026/11/09/a.json.gz", False, False), ("the first day", f"{TRAIL}2026/11/10/a.json.gz", True, True),
    ("the last day", f"{TRAIL}2026/11/12/a.json.gz", True, True), ("the day after", f"{TRAIL}2026/11/13/a.json.gz", False, False),
    ("a folder of a day", f"{TRAIL}2026/11/10/", False, False), ("another account", f"AWSLogs/{OTHER}/CloudTrail/us-east-1/2026/11/10/a", True, False),
    ("another region", f"AWSLogs/{OWN}/CloudTrail/eu-west-1/2026/11/10/a", True, False), ("an organization's", f"p/AWSLogs/o-own1234567/{OTHER}/x/a", True, False),
    ("ours of an organization's", f"p/AWSLogs/o-own1234567/{OWN}/x/a", True, True), ("a name that tells nothing", "export/a.json", True, True),
    ("an export of the day after", "export/2026/11/13/a.json", True, True), ("an export of the day before", "export/2026/11/09/a.json", False, False),
    ("Security Lake, before", f"{LAKE}20261109/a", False, False), ("Security Lake, within", f"{LAKE}20261110/a", True, True),
    ("Security Lake, after", f"{LAKE}20261113/a", False, False), ("the nearest day counts", f"2026/11/10/{TRAIL}2026/11/09/a", False, False),
    ("another account without AWSLogs", f"{OTHER}/CloudTrail/us-east-1/2026/11/10/a", True, False),
    ("digits that are no day", f"x2026/11/09/{TRAIL}a", True, True),
]  # fmt: skip


@rows("why, key, plain, narrow", KEYS)
def test_which_files_a_question_needs(why: str, key: str, plain: bool, narrow: bool) -> None:
    """One that is left out is calls unseen; events that were exported or sent again are older than
    the day they lie under."""
    assert (WANTED.file(key), NARROW.file(key)) == (plain, narrow), why


FOLDERS: list[tuple[str, bool]] = [
    (TRAIL, True), (f"{TRAIL}2026/11/10/", True), (f"{TRAIL}2026/11/13/", False), (f"AWSLogs/{OWN}/CloudTrail-Digest/", False),
    (f"AWSLogs/{OWN}/CloudTrail-Insight/us-east-1/", False), (f"AWSLogs/{OWN}/CloudTrail-NetworkActivity/", False), (f"AWSLogs/{OTHER}/", False), ("export/", True),
]  # fmt: skip


@rows("path, wanted", FOLDERS)
def test_which_folders_are_gone_into(path: str, wanted: bool) -> None:
    """As far as the path tells."""
    assert NARROW.folder(path) is wanted


def test_folders_in_the_listing_of_a_region() -> None:
    """Where it ends, what of an account's folder is CloudTrail's, and which day that is."""
    assert (region_root(f"{TRAIL}2026/11/10/a"), region_root("export/a")) == (TRAIL, None)
    assert [WANTED.past(f"{TRAIL}{day}", TRAIL) for day in ("2026/11/12/z", "2026/11/13/a", "2027/01/01/a", "2026/11/120")] == [False, True, True, True]  # fmt: skip
    assert [WANTED.earlier(one) for one in ("export/2026/11/09/", "export/2026/11/13/", f"{TRAIL}2026/11/09/", "export/")] == [True, False, False, False]  # fmt: skip
    account = f"AWSLogs/{OWN}/"
    below = [f"{account}{name}/" for name in ("CloudTrail", "CloudTrail-Lake", "Config")]
    assert only_cloudtrail(account, below) == below[:2]
    assert only_cloudtrail(f"AWSLogs/o-own1234567/{OWN}/", below[2:]) == []
    assert only_cloudtrail(f"x/{OWN}/", [f"x/{OWN}/a/"]) == [f"x/{OWN}/a/"]
    assert only_cloudtrail(f"{OWN}/", [f"{OWN}/CloudTrail/", f"{OWN}/a/"]) == [f"{OWN}/CloudTrail/"]
    assert only_cloudtrail("x/", ["x/Config/"]) == ["x/Config/"]
    assert (day_of("a/2026/11/10/b"), day_of(f"{LAKE}20261110/b"), day_of("a/b")) == ("2026/11/10", "2026/11/10", None)  # fmt: skip
    assert (other_kind(f"AWSLogs/{OWN}/CloudTrail-Digest/x"), other_kind(TRAIL)) == ("CloudTrail-Digest", None)  # fmt: skip


def test_what_was_seen_of_a_file() -> None:
    """The first and the last time of all batches, and each day between that had an event."""
    found = Found("f")
    found.saw(0, set())
    assert (found.events, found.first, found.last, found.days) == (0, None, None, set())
    found.saw(2, {"2026-11-11T05:00:00Z", "2026-11-11T04:00:00Z"})
    found.saw(3, {"2026-11-13T00:00:00Z", "2026-11-10T23:00:00Z"})
    found.saw(1, {"2026-11-12T00:00:00Z"})
    assert (found.events, found.first, found.last) == (6, "2026-11-10T23:00:00Z", "2026-11-13T00:00:00Z")  # fmt: skip
    assert found.days == {"2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13"}
