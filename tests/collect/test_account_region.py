"""What becomes of a call that fails, is cut, or is answered with something else: a gap, always."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, SSLError

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.answers import BrokenAnswerError, CheckedSession
from checker.collect.aws.breaker import Breaker, UnreachableError
from checker.collect.aws.calls import Call, Shape, clean, describe
from checker.collect.aws.gaps import of_account_region
from checker.collect.aws.resources.reading import Reading
from checker.collect.aws.retry import Pace, Turn, throttled, verdict
from checker.snapshot.gaps import UNREACHABLE, of_all
from checker.snapshot.records import Gap
from tests.support.rows import rows

ACCOUNT, REGION = "222222222222", "eu-west-1"
LISTS = Call(
    "ec2", "DescribeThings", "Things", nothing=frozenset({"NotThere"}), gone=frozenset({"Gone"})
)
ONE = Call("ec2", "GetThing", has="Id")
PLAIN = Call("ec2", "GetPlain")
META = {"RequestId": "r"}


class Thing(Shape, frozen=True):
    id: str


class Asked:
    """A client that gives these answers, and counts who asked."""

    def __init__(self, *answers: Any, offered: bool = True, unreachable: bool = False) -> None:
        self.answers, self.offered, self.unreachable = answers, offered, unreachable
        self.asked: list[str | None] = []

    def __call__(self, _service: str, region: str | None = None) -> Any:
        self.region = region
        return self

    def pages(self, _method: str, _request: Mapping[str, Any]) -> Iterator[Any]:
        self.asked.append(self.region)
        for answer in self.answers:
            if isinstance(answer, BaseException):
                raise answer
            yield answer

    def call(self, method: str, request: Mapping[str, Any]) -> Any:
        return next(self.pages(method, request))


def account_region(client: Any, region: str | None = REGION) -> AccountRegion:
    return AccountRegion(ACCOUNT, "aws", region, client)


def refusal(code: str, status: int = 403, message: str = "no") -> ClientError:
    told = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(told, "DescribeThings")


def page(*ids: str, **more: Any) -> dict[str, Any]:
    return {"Things": [{"Id": one} for one in ids], "ResponseMetadata": META, **more}


LISTINGS: list[tuple[str, list[Any], list[str], list[str]]] = [
    ("whole", [page("a"), page("b")], ["a", "b"], []),
    ("empty", [page()], [], []),
    ("two empty pages", [page(NextToken="1"), page()], [], []),
    ("refused", [refusal("AccessDenied")], [], ["AccessDenied"]),
    ("refused in the middle", [page("a"), refusal("AccessDenied")], ["a"], ["AccessDenied"]),
    ("there is nothing", [refusal("NotThere")], [], []),
    ("gone, where nobody lists it again", [refusal("Gone")], [], ["Gone"]),
    ("no code but a status", [refusal("", 418)], [], ["418"]),
    ("an operation that nobody has", [refusal("x", 501)], [], ["NotImplemented"]),
    ("no list in it", [{"ResponseMetadata": META}], [], ["UnexpectedResponse"]),
    ("no list in the second page", [page("a"), {}], ["a"], ["UnexpectedResponse"]),
    ("items of another kind", [{"Things": [{"Name": "a"}]}], [], ["UnexpectedResponse"]),
    ("truncated without a marker", [page("a", IsTruncated=True)], ["a"], ["UnexpectedResponse"]),
    *((f"truncated without a marker, as {name}", [page("a", **{name: True})], ["a"], ["UnexpectedResponse"]) for name in ("isTruncated", "Truncated")),
    ("the same of other services", [page("a", isTruncated=True)], ["a"], ["UnexpectedResponse"]),
    ("the same of KMS", [page("a", Truncated=True)], ["a"], ["UnexpectedResponse"]),
    ("truncated with one", [page("a", IsTruncated=True, Marker="m"), page("b")], ["a", "b"], []),
    ("a token twice", [page("a", NextToken="t"), page("b", NextToken="t")], ["a", "b"], ["UnexpectedResponse"]),
    ("a page twice", [page("a", NextToken="1"), page("a", NextToken="2")], ["a"], ["UnexpectedResponse"]),
    ("a page twice, cut", [page("a", "b", NextToken="1"), page("a", NextToken="2")], ["a", "b"], ["UnexpectedResponse"]),
    ("cut", [BrokenAnswerError("1 of 2 bytes came")], [], ["UnexpectedResponse"]),
    ("nested too deep", [RecursionError()], [], ["UnexpectedResponse"]),
    ("what botocore trips over", [KeyError("x")], [], ["UnexpectedResponse"]),
    ("no connection", [EndpointConnectionError(endpoint_url="u")], [], ["EndpointConnectionError"]),
]  # fmt: skip


@rows("why, answers, expected, codes", LISTINGS)
def test_a_listing_that_is_not_whole_is_a_gap(
    why: str, answers: list[Any], expected: list[str], codes: list[str]
) -> None:
    """An account whose listing failed, and that passes as one without roles."""
    here = account_region(Asked(*answers))
    assert [one.id for one in here.items(LISTS, Thing)] == expected
    assert [(g.account, g.region, g.call, g.code) for g in here.gaps] == [
        (ACCOUNT, REGION, "ec2:DescribeThings", code) for code in codes
    ]
    answered = isinstance(answers[0], dict) and "Things" in answers[0]
    assert here.heard == ({LISTS.name} if answered else set())


SINGLE: list[tuple[str, Call, Any, str | None, list[str]]] = [
    ("an answer", ONE, {"Id": "a"}, "a", []),
    ("without what it always has", ONE, {"ResponseMetadata": META}, None, ["UnexpectedResponse"]),
    ("refused", ONE, refusal("AccessDenied"), None, ["AccessDenied"]),
    ("one that promises nothing", PLAIN, {"Id": "a", "ResponseMetadata": META}, "a", []),
    ("and came from nobody", PLAIN, {"Id": "a"}, None, ["UnexpectedResponse"]),
    ("nor from this", PLAIN, {"Id": "a", "ResponseMetadata": {"RequestId": ""}}, None, ["UnexpectedResponse"]),
]  # fmt: skip


@rows("why, call, answer, expected, codes", SINGLE)
def test_an_answer_that_tells_nothing_is_a_gap(
    why: str, call: Call, answer: Any, expected: str | None, codes: list[str]
) -> None:
    """Nothing that came, taken for nothing that is there."""
    here = account_region(Asked(answer))
    found = here.get(call, Thing)
    assert (found and found.id) == expected
    assert [(gap.call, gap.code) for gap in here.gaps] == [(call.name, code) for code in codes]
    assert here.heard == ({call.name} if expected else set())


def test_a_region_that_is_shut_is_told_once_and_asked_no_more() -> None:
    """Twenty calls to a region that is not enabled, or a region left out though it is open."""
    for code in (
        "AuthFailure",
        "InvalidClientTokenId",
        "OptInRequired",
        "UnrecognizedClientException",
    ):
        client = Asked(refusal(code))
        here = account_region(client)
        for _ in range(2):
            assert ([*here.items(LISTS, Thing)], here.get(ONE, Thing)) == ([], None)
        assert (len(client.asked), [gap.code for gap in here.gaps]) == (1, [code])
        world = account_region(Asked(refusal(code), offered=True), None)
        assert [*world.items(LISTS, Thing)] == [] and not world.closed, "IAM is in no region"
    other = Asked(page("a"))
    here = account_region(other)
    here.gap("ec2:GetThing", "AccessDenied", "no")
    here.gaps.append(
        Gap(account=ACCOUNT, region="us-east-1", call="x", code="AuthFailure", message="")
    )
    assert [one.id for one in here.items(LISTS, Thing)] == ["a"], "another region is shut"


def test_another_region_leaves_its_gaps_here() -> None:
    """An ancestor's region that refuses, and a gap that nobody hears of."""
    client = Asked(refusal("AccessDenied"))
    here = account_region(client)
    there = here.at("us-east-1")
    assert here.at(REGION) is here
    assert [*there.items(LISTS, Thing)] == [] and client.asked == ["us-east-1"]
    assert [(gap.region, gap.code) for gap in here.gaps] == [("us-east-1", "AccessDenied")]
    assert not [*there.items(LISTS, Thing)] and len(here.gaps) == 1, "told once"


def test_where_a_service_is_not_offered_nobody_has_anything() -> None:
    """A gap in thirty regions that have no such service; or one left out that has it."""
    sparse = Call("ec2", "DescribeThings", "Things", sparse=True)
    for call, offered, asked in ((sparse, False, 0), (sparse, True, 1), (LISTS, False, 1)):
        client = Asked(page("a"), offered=offered)
        here = account_region(client)
        assert (len([*here.items(call, Thing)]), len(client.asked), here.gaps) == (asked, asked, [])


@pytest.mark.parametrize(
    "gaps", [[], [Gap(account=ACCOUNT, region=REGION, call="x", code="AuthFailure", message="")]]
)
def test_what_was_asked_in_vain_is_unread(gaps: list[Gap]) -> None:
    """A record that seems to have been read, of a region that is shut, or without the service."""
    reading = Reading(AccountRegion(ACCOUNT, "aws", REGION, Asked(offered=bool(gaps)), gaps))
    sparse = Call("ec2", "GetThing", has="Id", sparse=True)
    assert (reading.get(sparse, Thing), reading.items(sparse, Thing)) == (None, None)
    assert (
        bytes(reading.record("AWS::X::Y", "arn", None).settings) == b'{"unread":["ec2:GetThing"]}'
    )


def test_what_does_not_answer_is_one_gap() -> None:
    """Of each call of a service that is down; or of none, as it was given up."""
    for error in (UnreachableError(), ConnectTimeoutError(endpoint_url="u")):
        here = account_region(Asked(error, unreachable=True))
        assert [*here.items(LISTS, Thing)] == [] and here.get(ONE, Thing) is None
        assert [(gap.call, gap.code) for gap in here.gaps] == [("ec2:*", UNREACHABLE)]
    here = account_region(Asked(refusal("AccessDenied"), unreachable=True))
    assert not [*here.items(LISTS, Thing)] and here.gaps[0].call == LISTS.name, "it was refused"


def test_the_message_of_a_gap_is_one_line_without_secrets() -> None:
    """A proxy's password, an encoded policy or a key id in everybody's snapshot."""
    said = clean(
        "a\n b https://me:secret@proxy.example/x ASIAABCDEFGHIJKLMNOP Encoded authorization failure message: zzz\nzzz"
    )
    assert "secret" not in said and "zzz" not in said and "ASIAABCDEFGHIJKLMNOP" not in said
    assert said.startswith("a b https://proxy.example/x ") and len(clean("x" * 501)) == 500
    assert describe(RecursionError())[1] == "the answer is nested too deep"
    assert describe(refusal("A", message="b")) == ("A", "b")


def a_gap(
    region: str | None = REGION, code: str = "AccessDenied", message: str = "", call: str = "a:b"
) -> Gap:
    return Gap(account=ACCOUNT, region=region, call=call, code=code, message=message)


SCP = "with an explicit deny in a service control policy"
CORNERS: list[tuple[str, str | None, list[Gap], bool, list[tuple[str, str]]]] = [
    ("all refused by the organization", REGION, [a_gap(message=SCP), a_gap(call="c:d")], False, [("*", "RegionDenied")]),
    ("something was answered", REGION, [a_gap(message=SCP), a_gap(call="c:d")], True, [("a:b", "AccessDenied"), ("c:d", "AccessDenied")]),
    ("one call alone", REGION, [a_gap(message=SCP)], False, [("a:b", "AccessDenied")]),
    ("of no region", None, [a_gap(None, message=SCP), a_gap(None, call="c:d")], False, [("a:b", "AccessDenied"), ("c:d", "AccessDenied")]),
    ("by whom is not said", REGION, [a_gap(), a_gap(call="c:d")], False, [("a:b", "AccessDenied"), ("c:d", "AccessDenied")]),
    ("one failed otherwise", REGION, [a_gap(message=SCP), a_gap(code="Internal", call="c:d")], False, [("a:b", "AccessDenied"), ("c:d", "Internal")]),
    ("one is of another region", REGION, [a_gap(message=SCP), a_gap("us-east-1", call="c:d")], False, [("a:b", "AccessDenied"), ("c:d", "AccessDenied")]),
]  # fmt: skip


@rows("why, region, gaps, heard, expected", CORNERS)
def test_a_region_that_the_organization_shuts_is_one_gap(
    why: str, region: str | None, gaps: list[Gap], heard: bool, expected: list[tuple[str, str]]
) -> None:
    """A region called shut though something of it was seen: what failed otherwise goes unsaid."""
    here = account_region(Asked(), region)
    here.gaps.extend(gaps)
    here.heard.update({"x:y"} if heard else set())
    assert [(gap.call, gap.code) for gap in of_account_region(here)] == expected


def test_what_nobody_could_reach_is_no_accounts_fault() -> None:
    """A thousand gaps of one proxy; or one account's way that is broken, told as everybody's."""

    def gone(account: str | None, call: str = "sso:*", code: str = UNREACHABLE) -> Gap:
        return Gap(account=account, region=REGION, call=call, code=code, message="m")

    two = [gone("1"), gone("2")]
    assert of_all(two, 2) == (gone(None),)
    assert of_all(two, 3) == tuple(two), "the third could"
    assert of_all([gone("1")], 1) == (gone("1"),), "one account says nothing of others"
    denied = [gone("1", code="AccessDenied"), gone("2", code="AccessDenied")]
    assert of_all([*denied, *two], 2) == (gone(None), *denied), "refused by each"
    assert of_all([gone("2", "b:*"), gone("2", "a:*"), gone("1", "b:*")], 2) == (
        gone(None, "b:*"),
        gone("2", "a:*"),
    )


class Actor:
    """Renews once, unless it cannot."""

    attempts = 3
    credentials = None

    def __init__(self, *, renews: bool = True) -> None:
        self.renews = renews

    def renew(self, _key: str | None) -> bool:
        return self.renews


def answer(code: str = "", status: int = 200) -> Any:
    return SimpleNamespace(status_code=status), {"Error": {"Code": code}} if code else {}


VERDICTS: list[tuple[str, Any, BaseException | None, int, bool]] = [
    ("an answer", answer(), None, 1, False),
    ("throttled", answer("Throttling", 400), None, 1, True),
    ("throttled in a word that few use", answer("RateExceeded", 400), None, 1, True),
    ("throttled for the last time", answer("Throttling", 400), None, 3, False),
    ("throttled by the status alone", answer("", 429), None, 1, True),
    ("a fault of AWS's", answer("Odd", 500), None, 2, True),
    ("for the last time", answer("Odd", 503), None, 3, False),
    ("which it never has", answer("Odd", 501), None, 1, False),
    ("a fault by its code", answer("InternalFailure", 400), None, 1, True),
    ("refused", answer("AccessDenied", 403), None, 1, False),
    ("expired", answer("ExpiredToken", 403), None, 1, True),
    ("expired for the last time", answer("ExpiredToken", 403), None, 3, False),
    ("lost on the way", None, EndpointConnectionError(endpoint_url="u"), 1, True),
    ("cut", None, BrokenAnswerError("x"), 1, True),
    ("cut for the last time", None, BrokenAnswerError("x"), 3, False),
    ("a certificate that is not believed", None, SSLError(endpoint_url="u", error="e"), 1, False),
    ("given up", None, UnreachableError(), 1, False),
    ("a fault of ours", None, ValueError(), 1, False),
]  # fmt: skip


@rows("why, response, caught, attempts, again", VERDICTS)
def test_what_is_asked_again(
    why: str, response: Any, caught: BaseException | None, attempts: int, again: bool
) -> None:
    """A gap that a second request would have closed; or one that is asked for without end."""
    turn = Turn(Actor(), Pace(), Breaker())
    found = verdict(response, caught, attempts, turn)
    assert (found is not None) is again, why
    assert bool(turn.pace._gap) == why.startswith("throttled")
    assert (
        verdict(answer("ExpiredToken"), None, 1, Turn(Actor(renews=False), Pace(), Breaker()))
        is None
    )


SAME = {"a fault of AWS's", "for the last time", "a fault by its code", "lost on the way", "cut",
        "cut for the last time", "given up"}  # fmt: skip


@rows("why, response, caught, attempts, again", VERDICTS)
def test_when_the_pace_relaxes(
    why: str, response: Any, caught: BaseException | None, attempts: int, again: bool
) -> None:
    """A collection that goes on at a crawl once it was throttled, or that is throttled for ever."""
    turn = Turn(Actor(), Pace(), Breaker())
    for _ in range(2):
        turn.pace.throttled()
    verdict(response, caught, attempts, turn)
    expected = 0.2 if why.startswith("throttled") else 0.1 if why in SAME else 0.07
    assert turn.pace._gap == pytest.approx(expected), why


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A time that passes when somebody sleeps."""
    told = SimpleNamespace(now=1000.0)
    monkeypatch.setattr("time.monotonic", lambda: told.now)
    monkeypatch.setattr("time.sleep", lambda seconds: setattr(told, "now", told.now + seconds))
    return told


GIVEN_UP = [
    (3, 14.9, False), (3, 15.0, True), (2, 59.9, False), (2, 60.0, True), (1, 600.0, False),
]  # fmt: skip


@rows("times, seconds, expected", GIVEN_UP)
def test_when_an_endpoint_is_given_up(
    clock: SimpleNamespace, times: int, seconds: float, expected: bool
) -> None:
    """A moment's loss that takes a region away from all accounts; or hours of waiting for none."""
    one, begun = Breaker(), clock.now
    clock.now += seconds
    for _ in range(times):
        one.lost(begun, "a")
    assert one.open is expected
    for who in ("a", "b"):
        if expected and who == "a":
            with pytest.raises(UnreachableError):
                one.check(who)
        else:
            one.check(who)  # another account's way may be whole
    clock.now += 30
    one.check("a")  # who tries whether it answers again
    one.answered()
    assert not one.open
    one.check("a")


def test_whose_turn_it_is_when_it_answers_meanwhile(clock: SimpleNamespace) -> None:
    """An endpoint that answers again, given up anew by whoever waited for it."""
    one = Breaker()
    for _ in range(3):
        one.lost(clock.now - 20, "a")
    assert one.open
    one.answered()
    assert one._my_turn("a") and not one.open
    for _ in range(3):
        one.lost(clock.now - 20, "b")
    assert one._my_turn("c"), "all that is lost since it answered is of one account"
    assert throttled(None) is False, "what was lost is no refusal"
    assert throttled(answer("Throttling", 400)) and not throttled(answer("AccessDenied", 403))


def test_what_answered_before_is_waited_for(clock: SimpleNamespace) -> None:
    """A network that was away for a minute, and every account after it a gap."""
    one, begun = Breaker(), clock.now
    one.answered()
    clock.now += 60
    for who in "ab":
        one.lost(begun, who)
    before = clock.now
    one.check("a")
    assert 29 <= clock.now - before <= 31, "until its turn to try"
    clock.now = begun + 300
    one._trial = clock.now + 5
    assert one._my_turn("a") is False, "five minutes in all"
    clock.now = begun + 301
    one._trial = clock.now + 5
    with pytest.raises(UnreachableError):
        one.check("a")


class Body:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def stream(self) -> list[bytes]:
        return [self.data]


ANSWERS: list[tuple[str, bool, bytes, dict[str, str], str | None]] = [
    ("JSON", True, b"{}", {}, None), ("cut JSON", True, b'{"a"', {}, "no JSON"), ("nothing", True, b"", {}, "is empty"),
    ("a list", True, b"[]", {}, "no JSON object"), ("a page", True, b"<html>", {}, "no JSON"),
    ("XML", False, b"<DoItResponse/>", {}, None), ("in a namespace", False, b'<DoItResponse xmlns="u"/>', {}, None),
    ("cut XML", False, b"<DoItResponse>", {}, "no XML"), ("no XML", False, b"", {}, "is empty"),
    ("another answer", False, b"<OtherResponse/>", {}, "no answer to what was asked"), ("a proxy's page", False, b"<html></html>", {}, "no answer"),
    ("shorter than told", True, b"{}", {"Content-Length": "3"}, "2 of 3 bytes"), ("as long as told", True, b"{}", {"Content-Length": "2"}, None),
    ("gzip that is none", True, b"{}", {"Content-Encoding": "gzip"}, "is none"), ("another encoding", True, b"{}", {"Content-Encoding": "br"}, "'br'"),
    ("none", True, b"{}", {"Content-Encoding": "Identity"}, None),
]  # fmt: skip


@rows("why, json, body, headers, said", ANSWERS)
def test_what_is_not_whole_is_no_answer(
    why: str, json: bool, body: bytes, headers: dict[str, str], said: str | None
) -> None:
    """A page that was cut on its way, and read as an empty listing."""
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

    request = AWSPreparedRequest("POST", "http://127.0.0.1/", {}, b"Action=DoIt&x=y", False)
    inner = SimpleNamespace(send=lambda asked: AWSResponse(asked.url, 200, headers, Body(body)))
    session = CheckedSession(inner, json=json)
    if said is None:
        assert session.send(request).content == body
    else:
        with pytest.raises(BrokenAnswerError, match=said):
            session.send(request)
