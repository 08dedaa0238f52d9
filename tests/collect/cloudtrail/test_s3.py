"""CloudTrail's files in S3, against an emulator over HTTP with unchanged boto3 clients."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from urllib3.exceptions import HTTPError

from checker.collect.aws import retry
from checker.collect.aws.session import connect
from checker.collect.cloudtrail import bucket as s3
from checker.collect.cloudtrail.bucket import S3Object, S3Source, TooLarge, fetch, parse_s3
from checker.collect.cloudtrail.s3 import objects
from checker.demo.server import Answer, ApiCall, failure
from checker.errors import InputError
from checker.snapshot.records import Gap
from tests.support import front
from tests.support.rows import rows

A, B = "111111111111", "222222222222"
ORG = "o-a1b2c3d4e5"
BEGIN, END = date(2026, 11, 5), date(2026, 11, 7)


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_BASE", 0.001)


class Asked:
    """Notes what is asked of S3."""

    def __init__(self) -> None:
        self.lists: list[dict[str, str]] = []
        self.others: list[str] = []

    def __call__(self, call: ApiCall) -> None:
        path, _, query = call.path.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if call.service == "s3" and "list-type" in asked:
            self.lists.append(asked)
        elif call.service == "s3":
            self.others.append(path)

    @property
    def prefixes(self) -> list[str]:
        return [asked.get("prefix", "") for asked in self.lists]


def day(root: str, region: str, when: str, name: str = "x.json.gz") -> str:
    return f"{root}/CloudTrail/{region}/{when}/{name}"


@contextmanager
def bucket(*interceptors: Any, keys: dict[str, bytes] | list[str]) -> Iterator[tuple[Any, Asked]]:
    asked = Asked()
    armed = [False]
    behind = [_when(armed, one) for one in (*interceptors, asked)]
    with front.aws(*behind):
        front.fill("trail", keys if isinstance(keys, dict) else dict.fromkeys(keys, b"x"))
        armed[0] = True
        yield connect(None).client("s3"), asked


def _when(armed: list[bool], interceptor: Any) -> Any:
    return lambda call: interceptor(call) if armed[0] else None


def listed(client: Any, prefix: str = "", **asked: Any) -> list[str]:
    found = objects(client, S3Source("trail", prefix), BEGIN, END, **asked)
    return [one.key if isinstance(one, S3Object) else f"gap {one.code} {one.call}" for one in found]


def deny(prefix: str, code: str = "AccessDenied", status: int = 403, times: int = 99) -> Any:
    """Refuse what is asked with this prefix or of this key."""
    left = [times]

    def intercept(call: ApiCall) -> Answer | None:
        path, _, query = call.path.partition("?")
        asked = parse_qs(query).get("prefix", [path.removeprefix("/trail/")])[0]
        if call.service != "s3" or unquote(asked) != prefix or not left[0]:
            return None
        left[0] -= 1
        return failure(call, code, "not you", status)

    return intercept


@pytest.mark.parametrize(
    ("text", "source", "why"),
    [
        ("s3://trail", S3Source("trail", ""), "a whole bucket"),
        ("s3://trail/", S3Source("trail", ""), "the same with a slash"),
        ("s3://trail/a/b", S3Source("trail", "a/b"), "a folder"),
        ("s3://My_Old.Bucket/a/", S3Source("My_Old.Bucket", "a/"), "names of old"),
        ("s3://trail/a b/ü", S3Source("trail", "a b/ü"), "keys are arbitrary"),
    ],
)
def test_a_source(text: str, source: S3Source, why: str) -> None:
    """Another folder than the one that was meant."""
    assert parse_s3(text) == source, why


@pytest.mark.parametrize(
    "text",
    ["trail/a", "s3://", "s3:///a", "s3://a/b\nc", "s3://user:pw@host/a", f"s3://b/{'é' * 600}", "s3://a?b/c"],
)  # fmt: skip
def test_a_source_that_is_none_is_refused(text: str) -> None:
    """A bucket's name that is not checked becomes a host name, and a request to somebody else."""
    with pytest.raises(InputError, match="s3://BUCKET/PREFIX"):
        parse_s3(text)


ORG_ROOT, OWN_ROOT = f"x/AWSLogs/{ORG}/{B}", f"x/AWSLogs/{A}"
TREE = [
    *(day(root, region, f"2026/11/0{n}") for root in (OWN_ROOT, ORG_ROOT) for region in ("eu-west-1", "us-east-1") for n in range(1, 10)),
    f"{OWN_ROOT}/CloudTrail-Digest/us-east-1/2026/11/05/d.json.gz",
    f"{OWN_ROOT}/CloudTrail-Insight/us-east-1/2026/11/05/i.json.gz",
    f"{OWN_ROOT}/CloudTrail-NetworkActivity/us-east-1/2026/11/05/n.json.gz",
    f"{OWN_ROOT}/Config/us-east-1/2026/11/05/c.json.gz",
    f"{OWN_ROOT}/elasticloadbalancing/us-east-1/2026/11/05/e.json.gz",
]  # fmt: skip


def days(root: str, region: str) -> list[str]:
    return [day(root, region, f"2026/11/0{n}") for n in (5, 6, 7)]


EVERYTHING = [
    key for root in (OWN_ROOT, ORG_ROOT) for r in ("eu-west-1", "us-east-1") for key in days(root, r)
]  # fmt: skip


@pytest.fixture
def tree() -> Iterator[Any]:
    """A client of a bucket with that in it."""
    with bucket(keys=TREE) as (client, _):
        yield client


@rows(
    "prefix, asked, keys, why",
    [
        ("", {}, EVERYTHING, "a bucket"),
        ("x", {}, EVERYTHING, "a folder"),
        ("x/", {}, EVERYTHING, "with a slash"),
        ("x/AWSLogs", {}, EVERYTHING, "below the prefix"),
        (f"x/AWSLogs/{ORG}", {}, EVERYTHING[6:], "an organization"),
        (OWN_ROOT, {}, EVERYTHING[:6], "an account"),
        (f"{OWN_ROOT}/CloudTrail", {}, EVERYTHING[:6], "its CloudTrail"),
        (f"{OWN_ROOT}/CloudTrail/us-east-1", {}, EVERYTHING[3:6], "a region"),
        (f"{OWN_ROOT}/CloudTrail/us-east-1/2026", {}, EVERYTHING[3:6], "a year"),
        (f"{OWN_ROOT}/CloudTrail/us-east-1/2026/11/06", {}, EVERYTHING[4:5], "a day"),
        (f"{OWN_ROOT}/CloudTrail/us-east-1/2026/11/02", {}, [], "a day out of the window"),
        (EVERYTHING[4], {}, EVERYTHING[4:5], "a file"),
        (f"{OWN_ROOT}/CloudTrail-Digest", {}, [], "digests are no events"),
        ("y", {}, [], "nothing there"),
        ("", {"accounts": [B]}, EVERYTHING[6:], "one account"),
        ("", {"regions": ["us-east-1"]}, [*EVERYTHING[3:6], *EVERYTHING[9:]], "one region"),
        ("", {"accounts": [A], "regions": ["eu-west-1"]}, EVERYTHING[:3], "both"),
        (OWN_ROOT, {"accounts": [B]}, [], "an account that is not asked for"),
        (f"{OWN_ROOT}/CloudTrail/us-east-1/2026", {"regions": ["eu-west-1"]}, [], "a region that is not"),
    ],
)  # fmt: skip
def test_the_layout_of_cloudtrail(
    tree: Any, prefix: str, asked: dict, keys: list[str], why: str
) -> None:
    """A file left out is use that nobody sees; one too many is an hour of downloads."""
    assert listed(tree, prefix, **asked) == keys, why


def test_only_what_is_needed_is_listed() -> None:
    """Listing a trail of years costs hundreds of thousands of requests for a week of events."""
    with bucket(keys=TREE) as (client, asked):
        listed(client, "x", accounts=[A], regions=["us-east-1"])
    region = f"{OWN_ROOT}/CloudTrail/us-east-1/"
    assert asked.prefixes == [
        "x/", "x/AWSLogs/", f"{OWN_ROOT}/", f"{OWN_ROOT}/CloudTrail/", region, f"x/AWSLogs/{ORG}/",
    ]  # fmt: skip
    last = next(one for one in asked.lists if one["prefix"] == region)
    assert last["start-after"] == f"{region}2026/11/05" and "delimiter" not in last
    assert all(one["delimiter"] == "/" for one in asked.lists if one is not last)


def test_a_region_is_listed_no_further_than_the_last_day() -> None:
    """A year behind the window, page by page, for nothing."""
    region = f"{OWN_ROOT}/CloudTrail/us-east-1/"
    late = [f"2026/11/{n:02}" for n in range(8, 30)]
    keys = [
        day(OWN_ROOT, "us-east-1", when, f"{n}.json.gz")
        for when in ("2026/11/06", *late)
        for n in range(100)
    ]
    with bucket(keys=keys) as (client, asked):
        assert len(listed(client, region)) == 100
    assert len(asked.lists) == 1


def test_many_pages() -> None:
    """Everything behind the first thousand keys, unseen."""
    keys = [day(OWN_ROOT, "us-east-1", "2026/11/06", f"{n:04}.json.gz") for n in range(1101)]
    with bucket(keys=keys) as (client, asked):
        assert listed(client, "x") == keys
    assert len([one for one in asked.lists if "continuation-token" in one]) == 1


PLAIN = {
    "plain/a.json": "at the top",
    "plain/b/c.json.gz": "in a folder",
    "plain/b/2026/11/05/d.ndjson": "under a day in the window",
    "plain/b/2026/11/04/e.json": None,
    "plain/2026/11/08/12/f.json": "put there later, and may hold what was before",
    "plain/2026/g.json": "a year alone is no day",
    "plain/202611050000/h.json": "twelve digits that are no account",
    "plain/readme.md": "a name tells nothing: what it is, its content tells",
    "plain/i.JSON.bak": "of any ending",
    "plain/firehose-1-2026-11-05-10-00-00-uuid": "as Firehose calls its objects",
    "plain/j.json/": None,
    f"plain/{A}/Config/2026/11/05/k.json": None,
    f"plain/{A}/CloudTrail/us-east-1/2026/11/05/l.json.gz": "an account's folder without AWSLogs",
    f"plain/{B}/m.json": "an account's folder without CloudTrail",
    "plainer/n.json": None,
}


def test_a_plain_folder() -> None:
    """Files that somebody copied elsewhere are left out, or those of other days are taken."""
    with bucket(keys=list(PLAIN)) as (client, _):
        assert sorted(listed(client, "plain")) == sorted(key for key, why in PLAIN.items() if why)


def test_a_file_of_any_ending_in_the_layout() -> None:
    """A log that was put there under another name, passed over without a word."""
    odd = [day(OWN_ROOT, "us-east-1", "2026/11/05", name) for name in ("b.json.gz.tmp", "c")]
    with bucket(keys=odd) as (client, _):
        assert listed(client, "x") == odd
        assert listed(client, odd[1]) == odd[1:], "a file that is named itself"


def test_what_is_passed_over_is_counted() -> None:
    """Folders of digests that nobody hears of may as well have held the events."""
    passed: Counter[str] = Counter()
    with bucket(keys=TREE) as (client, _):
        assert listed(client, "x", passed=passed) == EVERYTHING
    assert passed == {
        "folders CloudTrail-Digest": 1, "folders CloudTrail-Insight": 1,
        "folders CloudTrail-NetworkActivity": 1, "folders of other services": 2,
    }  # fmt: skip


def test_days_of_others_are_counted() -> None:
    """Of whatever lies under a day before the window nobody hears; an export of today, passed over
    for its folder, holds what happened then."""
    keys = ["y/2026/10/01/a.json", "y/2026/10/02/b.json", "y/2026/11/06/c.json", "y/2027/01/01/d"]
    passed: Counter[str] = Counter()
    with bucket(keys=keys) as (client, _):
        assert listed(client, "y", passed=passed) == keys[2:]
        assert passed == {"folders of earlier days": 2}
        assert listed(client, keys[0]) == keys[:1], "a file that is named itself"
        assert listed(client, keys[3]) == keys[3:], "without an ending"


def test_results_of_cloudtrail_lake() -> None:
    """Taken for another service's, beside the trail."""
    lake = f"{OWN_ROOT}/CloudTrail-Lake/Query/2026/11/20/q/result_1.csv.gz"
    with bucket(keys=[*TREE, lake]) as (client, _):
        assert sorted(listed(client, "x")) == sorted([*EVERYTHING, lake])


def test_odd_keys() -> None:
    """A key is what somebody typed: no path here, and no line of a report's."""
    keys = ["o/../../etc/x.json", "o/a b+c%2F&é.json", "o/\u202e.json", "o//x.json"]
    with bucket(keys=dict.fromkeys(keys, b"{}")) as (client, _):
        assert sorted(listed(client, "o")) == sorted(keys)
        assert [fetch(client, S3Source("trail", "o"), key, 10) for key in keys] == [b"{}"] * 4
    assert S3Source("trail", "").address("a\n\x1b[0m b") == "s3://trail/a%0A%1B[0m b"


def test_a_folder_that_is_denied_does_not_end_the_others() -> None:
    """One denied region, and silence about all that come behind it."""
    region = f"{OWN_ROOT}/CloudTrail/eu-west-1/"
    with bucket(deny(region), keys=TREE) as (client, _):
        found = listed(client)
    assert found == [f"gap AccessDenied cloudtrail:s3://trail/{region}", *EVERYTHING[3:]]


def test_a_bucket_that_is_denied_or_none() -> None:
    """An empty answer in place of a gap would say that nobody used anything."""
    with bucket(deny("x/"), keys=TREE) as (client, _):
        (gap,) = objects(client, S3Source("trail", "x"), BEGIN, END)
        assert gap == Gap(call="cloudtrail:s3://trail/x/", code="AccessDenied", message="not you")
        (gap,) = objects(client, S3Source("nowhere", ""), BEGIN, END)
        assert isinstance(gap, Gap) and gap.code == "NoSuchBucket"
        assert [
            type(one) for one in objects(client, S3Source("nowhere", "x.json"), BEGIN, END)
        ] == [Gap, Gap]


@pytest.mark.parametrize(("times", "gaps"), [(3, 0), (99, 1)])
def test_throttling(times: int, gaps: int) -> None:
    """S3's SlowDown is waited for, and where it never ends it is a gap."""
    with bucket(deny("x/", "SlowDown", 503, times), keys=TREE) as (client, _):
        found = listed(client, "x")
    assert [one.startswith("gap SlowDown") for one in found] == ([True] if gaps else [False] * 12)


def page(token: str, *, truncated: bool = True) -> Answer:
    mark = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    return Answer(
        200,
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>trail</Name>'
        f"<IsTruncated>{str(truncated).lower()}</IsTruncated>{mark}"
        "<Contents><Key>x/a.json</Key><Size>3</Size></Contents>"
        "<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes></ListBucketResult>",
        "application/xml",
    )


@pytest.mark.parametrize(
    ("tokens", "why"),
    [(["a"], "the same token"), (["a", "b"], "two in turn"), ([""], "more, but not where")],
)
def test_a_listing_that_never_ends_is_a_gap(tokens: list[str], why: str) -> None:
    """A circle keeps us for ever; a listing cut short looks whole."""
    turn = [0]

    def circle(call: ApiCall) -> Answer | None:
        if call.service != "s3":
            return None
        turn[0] += 1
        assert turn[0] < 20, "nobody noticed"
        return page(tokens[turn[0] % len(tokens)])

    with bucket(circle, keys=[]) as (client, _):
        found = listed(client, "x")
    assert found[0] == "x/a.json" and found[-1].startswith("gap "), why


def test_a_folder_that_holds_itself_is_listed_once() -> None:
    """An endpoint that names the folder as its own subfolder would keep us for ever."""
    itself = page("", truncated=False)
    with bucket(lambda call: itself if call.service == "s3" else None, keys=[]) as (client, _):
        assert listed(client, "x") == ["x/a.json"]


def test_a_page_that_is_no_listing_is_a_gap() -> None:
    """A proxy's XML is an empty folder for botocore."""
    other = Answer(200, "<page><title>Sign in</title></page>", "application/xml")

    def proxy(call: ApiCall) -> Answer | None:
        return other if call.service == "s3" else None

    with bucket(proxy, keys=[]) as (client, _):
        assert listed(client, "x") == ["gap UnexpectedResponse cloudtrail:s3://trail/x/"]


def test_fetching() -> None:
    """Another object's bytes, or a gap that does not name it."""
    source = S3Source("trail", "x")
    with bucket(
        deny("x/no.json"), keys={"x/a.json": b"a" * 10, "x/0.json": b"", "x/no.json": b"?"}
    ) as (client, asked):
        assert fetch(client, source, "x/a.json", 10) == b"a" * 10
        assert fetch(client, source, "x/0.json", 10) == b""
        assert fetch(client, source, "x/no.json", 10) == Gap(
            call="cloudtrail:s3://trail/x/no.json", code="AccessDenied", message="not you"
        )
        gone = fetch(client, source, "x/gone.json", 10)
        assert isinstance(gone, Gap) and gone.code == "NoSuchKey"
        with pytest.raises(TooLarge):
            fetch(client, source, "x/a.json", 9)
    assert len(asked.others) == 4  # the denied one was answered before


def test_a_throttled_fetch_is_asked_again() -> None:
    """S3 slows down whoever fetches fast, as this does."""
    with bucket(deny("a.json", "SlowDown", 503, 2), keys={"a.json": b"a"}) as (client, _):
        assert fetch(client, S3Source("trail", ""), "a.json", 10) == b"a"


class Cut:
    """A body whose connection ends in the middle, some times."""

    def __init__(self, body: Any, times: list[int], error: Exception) -> None:
        self.body, self.times, self.error = body, times, error

    def read(self, amount: int) -> bytes:
        if self.times[0]:
            self.times[0] -= 1
            raise self.error
        return self.body.read(amount)

    def close(self) -> None:
        self.body.close()


CUT = [s3.BotoCoreError(), HTTPError("cut"), ConnectionResetError("reset"), ssl.SSLError("eof")]


@pytest.mark.parametrize("error", CUT, ids=[type(e).__name__ for e in CUT])
@pytest.mark.parametrize(("times", "found"), [(1, b"abc"), (2, b"abc"), (99, None)])
def test_a_body_that_is_cut_is_fetched_again(
    times: int, found: bytes | None, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """botocore does not repeat what breaks after the headers; half a file must not be counted."""
    left, invoke = [times], s3.calls.invoke

    def cut(client: Any, call: Any, request: Any) -> Any:
        answer = invoke(client, call, request)
        return {**answer, "Body": Cut(answer["Body"], left, error)}

    with bucket(keys={"a.json": b"abc"}) as (client, _):
        monkeypatch.setattr(s3.calls, "invoke", cut)
        got = fetch(client, S3Source("trail", ""), "a.json", 10)
    assert got == found if found else isinstance(got, Gap)


def test_nothing_else_is_asked() -> None:
    """A call that the collector's role does not allow, or that writes."""
    with bucket(keys=TREE) as (client, asked):
        for one in objects(client, S3Source("trail", ""), BEGIN, END):
            assert isinstance(one, S3Object) and one.size == 1
            assert fetch(client, S3Source("trail", ""), one.key, 10) == b"x"
    assert asked.others == [f"/trail/{key}" for key in EVERYTHING]
