"""Small parts of the collector, each alone: threads, sessions, clients, and lists that were made before."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError, UnknownRegionError

from checker.collect.aws import session
from checker.collect.aws.answers import BrokenAnswerError, CheckedSession
from checker.collect.aws.breaker import Breaker
from checker.collect.aws.clients import (
    _TURN,
    Client,
    ClientPool,
    _before_parse,
    _has_name,
    _not_again,
)
from checker.collect.aws.fanout import apart, run
from checker.collect.aws.listing import Listing, as_manifest, encode_listing, read_listing
from checker.collect.aws.retry import Pace, Traffic, Turn
from checker.collect.aws.session import (
    AccountSession,
    CallerSession,
    _mend,
    _reason,
    _say_expired,
    assume,
)
from checker.collect.aws.unshown import NOT_SHOWN, gaps_and_notes
from checker.errors import InputError
from checker.snapshot.records import Account, Gap, Organization
from checker.snapshot.shards import NOBODYS
from tests.support.rows import rows

A, B = "111111111111", "222222222222"


def refusal(code: str, message: str = "m") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "x")


def test_tasks_are_run_with_what_they_ask_for() -> None:
    """An account that is never finished, entered before another one is, or a failure that nobody hears of."""
    for workers in (1, 3):
        seen: list[str] = []
        ticks: list[int] = []

        def task(name: str, *more: str, seen: list[str] = seen) -> Any:
            def work() -> list[Any]:
                seen.append(name)
                return [task(one) for one in more]

            return work

        run([task("a", "a1", "a2"), task("b", "b1"), task("c")], workers, lambda seen=seen, ticks=ticks: ticks.append(len(seen)))  # type: ignore[misc]  # fmt: skip
        assert sorted(seen) == ["a", "a1", "a2", "b", "b1", "c"] and len(ticks) == 6
        assert workers > 1 or seen == ["a", "a1", "a2", "b", "b1", "c"]
    run([], 2, lambda: pytest.fail("nothing ended"))

    def fails() -> list[Any]:
        raise LookupError("it")

    with pytest.raises(LookupError, match="it"):
        run([fails], 1, lambda: None)
    with pytest.raises(LookupError, match="it"):
        apart(fails)
    assert apart(lambda: threading.current_thread().name) == "vendorgate"


def test_no_more_at_once_than_were_asked_for() -> None:
    """A hundred accounts at once, whatever somebody allowed."""
    now, most, lock = [0], [0], threading.Lock()
    both = threading.Barrier(2, timeout=5)

    def work() -> list[Any]:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        both.wait()
        with lock:
            now[0] -= 1
        return []

    run([work] * 6, 2, lambda: None)
    assert most == [2]


class Frozen:
    """Credentials with an access key."""

    def __init__(self, key: str) -> None:
        self.access_key = key

    def get_frozen_credentials(self) -> Frozen:
        return self


class Shared:
    """A client of botocore's, in whose place these answers are given."""

    def __init__(self, *answers: Any, paginated: bool = False, token: str | None = None) -> None:
        self.answers, self.asked, self.paginated = list(answers), list[Any](), paginated
        members = {} if token is None else {token: 1}
        model = SimpleNamespace(operation_model=lambda _: SimpleNamespace(input_shape=SimpleNamespace(members=members)))  # fmt: skip
        self.meta = SimpleNamespace(service_model=model, method_to_api_mapping={"list_things": "ListThings", "list_streams": "ListStreams"})  # fmt: skip

    def can_paginate(self, _method: str) -> bool:
        return self.paginated

    def get_paginator(self, _method: str) -> Any:
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, **request: Any) -> Any:
        for answer in self.answers:
            yield self._one(request, answer)

    def _one(self, request: Any, answer: Any) -> Any:
        self.asked.append((request, _TURN.get(None)))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def list_things(self, **request: Any) -> Any:
        return self._one(request, self.answers.pop(0))

    list_streams = list_things


def test_pages_are_followed_in_the_name_of_one_account() -> None:
    """The second page of a listing for which botocore has no paginator; or a turn that lasts on."""
    turn: Any = SimpleNamespace(breaker=SimpleNamespace(open=True))
    for token, method, pages, requests in (
        ("NextToken", "list_things", [{"NextToken": "t"}, {"NextToken": ""}], [{"a": 1}, {"a": 1, "NextToken": "t"}]),
        ("nextToken", "list_things", [{"nextToken": "t"}, {"nextToken": "u"}, {}], [{"a": 1}, {"a": 1, "nextToken": "t"}, {"a": 1, "nextToken": "u"}]),
        (None, "list_things", [{"NextToken": "t"}], [{"a": 1}]),
        (None, "list_streams", [{"LastEvaluatedStreamArn": "s"}, {}], [{"a": 1}, {"a": 1, "ExclusiveStartStreamArn": "s"}]),
    ):  # fmt: skip
        shared = Shared(*pages, token=token)
        assert list(Client(shared, turn).pages(method, {"a": 1})) == pages
        assert shared.asked == [(one, turn) for one in requests]
    shared = Shared({"x": 1}, {"x": 2}, refusal("AccessDenied"), paginated=True)
    seen = []
    with pytest.raises(ClientError):
        for page in Client(shared, turn).pages("list_things", {"a": 1}):
            seen.append((page, _TURN.get(None)))  # noqa: PERF401  what was seen before it failed stays
    assert seen == [({"x": 1}, None), ({"x": 2}, None)]
    assert all(one is turn for _, one in shared.asked)
    one = Client(Shared({"x": 1}), turn, lambda: False)
    assert (one.call("list_things", {}), one.offered, one.unreachable) == ({"x": 1}, False, True)
    assert Client(Shared(), turn).offered


def test_whether_a_host_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that there is, passed over as the network was away."""
    for error, told in ((socket.EAI_NONAME, False), (socket.EAI_AGAIN, None), (None, True)):

        def look(host: str, port: int, error: int | None = error) -> None:
            assert (host, port) == ("h", 443)
            if error is not None:
                raise socket.gaierror(error, "x")

        monkeypatch.setattr(socket, "getaddrinfo", look)
        assert _has_name("h") is told


PAGES: list[tuple[int, bytes, bytes]] = [
    (502, b" \n<!DOCTYPE html>x", b""), (503, b"<HTML>", b""), (504, b"<html>", b""), (500, b"<html>", b"<html>"), (502, b"<Error/>", b"<Error/>"), (200, b"<html>", b"<html>"),
]  # fmt: skip


@rows("status, body, left", PAGES)
def test_a_page_of_a_load_balancer_is_no_answer(status: int, body: bytes, left: bytes) -> None:
    """An answer that cannot be read, and is not asked for again."""
    told = {"status_code": status, "body": body}
    _before_parse(told)
    assert told == {"status_code": status, "body": left}
    streamed = {"status_code": 502, "body": 7}
    _before_parse(streamed)
    assert streamed["body"] == 7
    context: dict[str, Any] = {}
    _not_again(context)
    assert context == {"s3_redirect": {"redirected": True}}


def pool(*made: Any) -> Any:
    """Of clients, of which each is made once."""
    return SimpleNamespace(client=lambda *_: made[0], offered=lambda service, region: (service, region), breaker=lambda service, region: f"{service} {region}", traffic=Traffic())  # fmt: skip


def caller(*answers: Any, account: str = A) -> CallerSession:
    return CallerSession(account, "aws-cn", "home", pool(Shared(*answers)), lambda: Frozen("new"), 5, Frozen("old"))  # fmt: skip


def test_credentials_are_renewed_once() -> None:
    """Each thread that was told so asks anew; or none does, and the account is a gap."""
    one, asked = caller(), list[str]()
    one.load = lambda: asked.append("once more") or Frozen("new")
    assert one.renew("old") and one.credentials.access_key == "new"
    assert one.renew("old") and one.credentials.access_key == "new", "another thread did"
    assert asked == ["once more"]
    assert not one.renew("new"), "there are no newer ones"
    one.load = lambda: None
    assert one.renew("new") is False
    client = caller().client("ec2")
    assert client.offered == ("ec2", "home") and caller().client("ec2", "r").offered == ("ec2", "r")  # type: ignore[comparison-overlap]  # fmt: skip
    assert AccountSession.client(one, "s3", "r")._turn.breaker == "s3 r"  # type: ignore[comparison-overlap]
    assert (
        one._turn(("a", "b")).pace is one._turn(("a", "b")).pace is not one._turn(("a", "c")).pace
    )


def test_the_caller_s_expired_credentials_end_everything() -> None:
    """Thousands of gaps, in the place of one sentence; and what is refused otherwise stays a gap."""
    for code in ("ExpiredToken", "ExpiredTokenException", "RequestExpired"):
        with pytest.raises(InputError, match="credentials have expired: m"):
            caller(refusal(code)).client("ec2").call("list_things", {})
        with pytest.raises(InputError, match="credentials have expired: m"):
            list(caller(refusal(code)).client("ec2").pages("list_things", {}))
    with pytest.raises(ClientError):
        caller(refusal("AccessDenied")).client("ec2").call("list_things", {})
    with pytest.raises(ClientError):
        list(caller(refusal("AccessDenied")).client("ec2").pages("list_things", {}))
    assert caller({"a": 1}).client("ec2").call("list_things", {}) == {"a": 1}
    assert list(caller({"a": 1}).client("ec2").pages("list_things", {})) == [{"a": 1}]
    _say_expired(refusal("AccessDenied"))


def test_how_a_role_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the external id that its trust policy asks for, or in another partition."""
    seen: list[Any] = []
    expiry = SimpleNamespace(isoformat=lambda: "2099-01-01T00:00:00+00:00")
    answer = {"Credentials": {"AccessKeyId": "k", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": expiry}}  # fmt: skip
    central = caller()
    monkeypatch.setattr(CallerSession, "client", lambda _, service: SimpleNamespace(
        call=lambda method, request: seen.append((service, method, dict(request))) or answer))  # fmt: skip
    for external, more in (("e", {"ExternalId": "e"}), (None, {}), ("", {})):
        made = assume(central, B, "look", external)
        frozen = made.credentials.get_frozen_credentials()
        assert (made.account, made.partition, made.home_region, made.attempts) == (B, "aws-cn", "home", 5)  # fmt: skip
        assert (frozen.access_key, frozen.secret_key, frozen.token) == ("k", "s", "t")
        request = {"RoleArn": f"arn:aws-cn:iam::{B}:role/look", "RoleSessionName": "vendorgate"}
        assert seen.pop() == ("sts", "assume_role", request | more)
    assert not made.renew("k"), "the same came again"


class Core:
    """A session of botocore's."""

    def __init__(self, region: str | None, attempts: int | None, credentials: Any = "c") -> None:
        self.told = {"region": region, "max_attempts": attempts}
        self.credentials = credentials

    def get_config_variable(self, name: str) -> Any:
        return self.told[name]

    def get_credentials(self) -> Any:
        return self.credentials


def answered(core: Core, profile: str | None) -> Core:
    """In the place of botocore's own."""
    assert profile in (None, "p")
    return core


def test_who_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked in a region that nobody chose, of another partition; or nobody, and no reason."""
    monkeypatch.setattr(session, "ClientPool", lambda *_: pool(None))
    answer: list[Any] = [{"Account": B, "Arn": f"arn:aws-cn:iam::{B}:user/u"}]

    def call(method: str, request: Any) -> Any:
        assert (method, request) == ("get_caller_identity", {})
        if isinstance(answer[0], Exception):
            raise answer[0]
        return answer[0]

    asked: list[Any] = []
    monkeypatch.setattr(CallerSession, "client", lambda self, service: asked.append((service, self.home_region, self.attempts)) or SimpleNamespace(call=call))  # fmt: skip
    for region, attempts, first, home, later in (
        (None, None, ("sts", "us-east-1", 3), "cn-north-1", 8), ("r", 5, ("sts", "r", 5), "r", 5),
    ):  # fmt: skip
        monkeypatch.setattr("botocore.session.Session", partial(answered, Core(region, attempts)))  # fmt: skip
        found = session.connect("p", 2)
        assert asked.pop() == first
        assert (found.account, found.partition, found.home_region, found.attempts) == (B, "aws-cn", home, later)  # fmt: skip
        assert found.load() == "c"
    answer[0] = refusal("InvalidClientTokenId", "no such\n key")
    with pytest.raises(
        InputError, match="who is calling: InvalidClientTokenId: no such key"
    ) as caught:
        session.connect(None)
    assert "set AWS credentials" in str(caught.value.hint)
    monkeypatch.setattr("botocore.session.Session", partial(answered, Core("r", None, None)))
    with pytest.raises(InputError, match="NoCredentialsError"):
        session.connect(None)
    assert (_reason(LookupError("x")), _reason(refusal("C"))) == ("x", "C: m")
    assert _mend(refusal("ConnectTimeout")).startswith("check the network") and _mend(refusal("Timeout")).startswith("check")  # fmt: skip


def test_whoever_throttles_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A distance between requests that nobody keeps."""
    now, slept = [100.0], list[float]()
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", slept.append)
    pace = Pace()
    pace.wait()
    pace.throttled()
    for _ in range(3):
        pace.wait()
    assert [round(one, 6) for one in slept] == [0, 0.05, 0.1]
    now[0] += 10
    pace.wait()
    assert slept[-1] == 0
    traffic = Traffic()
    for more in ({"requests": 2}, {"throttles": 1}, {"retries": 3}, {"requests": 1}):
        traffic.count(**more)
    assert (traffic.requests, traffic.throttles, traffic.retries) == (3, 1, 3)


class Body:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def stream(self) -> list[bytes]:
        return [self.data]


PACKED = gzip.compress(b"{}")
UNPACKED: list[tuple[str, str, bytes, str, str | None]] = [
    ("packed", "http://h/", PACKED, "gzip", None), ("packed by the older name", "http://h/", PACKED, "X-Gzip", None), ("packed, and cut", "http://h/", PACKED[:-1], "gzip", "cut, or too large"),
    ("packed, with more behind", "http://h/", PACKED + b"x", "gzip", "cut, or too large"), ("packed, and no JSON", "http://h/", gzip.compress(b"["), "gzip", "no JSON"),
    ("in chunks", "http://h/", b"{}", "aws-chunked", None), ("of no encoding", "http://h/", b"{}", "", None),
]  # fmt: skip


@rows("why, url, body, encoding, said", UNPACKED)
def test_what_is_packed_is_unpacked(why: str, url: str, body: bytes, encoding: str, said: str | None) -> None:  # fmt: skip
    """Half of an answer, which a proxy packed; or one that is larger than memory."""
    request = AWSPreparedRequest("POST", url, {}, b"", False)
    inner = SimpleNamespace(send=lambda one: AWSResponse(one.url, 200, {"Content-Encoding": encoding}, Body(body)), close=lambda: closed.append(1))  # fmt: skip
    closed: list[int] = []
    checked = CheckedSession(inner, json=True)
    if said is None:
        found = checked.send(request)
        assert (found.content, found.status_code, found.url) == (b"{}", 200, url)
    else:
        with pytest.raises(BrokenAnswerError, match=said):
            checked.send(request)
    checked.close()
    assert closed == [1]


def test_a_policy_of_s3_is_json_and_errors_are_left_to_botocore() -> None:
    """A policy that is taken for no XML, or a refusal whose page is no answer."""

    def send(url: str, body: bytes, status: int = 200, asked: Any = b"", **more: Any) -> bytes:
        inner = SimpleNamespace(send=lambda one: AWSResponse(one.url, status, {"Content-Length": "9"} if more.get("stream") else {}, Body(body)))  # fmt: skip
        request = AWSPreparedRequest("GET", url, {}, asked, bool(more.get("stream")))
        return CheckedSession(inner, json=False).send(request).content  # type: ignore[no-any-return]

    assert (
        send("http://h/b?policy", b'{"Statement": []}') == b'{"Statement": []}'
        and send("http://h/b", b"<a/>") == b"<a/>"
    )
    assert send("http://h/b", b"no", 300) == send("http://h/b", b"no", stream=True) == b"no"
    assert send("http://h/", b"<DoItResponse/>", asked="x=1&Action=DoIt") == b"<DoItResponse/>"
    for url, body, asked in (("http://h/b?policy", b"<a/>", b""), ("http://h/b?policy=1", b'{"Statement": []}', b""), ("http://h/b?policy", b"{}", b""), ("http://h/", b"<DoResponse/>", "Action=DoIt"), ("http://h/b", b"no", b"")):  # fmt: skip
        with pytest.raises(BrokenAnswerError):
            send(url, body, asked=asked)


WHOLE = Listing(listed_at="2026-11-20T06:00:00Z", partition="aws", organization=Organization(id="o-1"), accounts=(Account(id=A, state="ACTIVE"), Account(id=B, state="SUSPENDED")),
                gaps=(Gap(call="c", code="d", message="m"),))  # fmt: skip
LISTINGS: list[tuple[str, Any, str]] = [
    ("no JSON", "{", "no listing"), ("nested too deep", "[" * 100_000, "no listing"), ("no text", "\ud800", "no listing"), ("of no accounts", {"accounts": []}, "tells an account twice, or none"),
    ("an account twice", {"accounts": [{"id": A}, {"id": A}]}, "tells an account twice, or none"), ("no account", {"accounts": [{"id": "1"}, {"id": A}]}, "'1' is no account"),
    ("of another schema", {"schema": "x"}, "its schema is 'x'"), ("of no time", {"listed_at": "yesterday"}, "'yesterday' is no time"),
    ("of what was collected", {"accounts": [{"id": A, "collected": False}]}, "tells what was collected"), ("of a shard, one of them", {"accounts": [{"id": A}, {"id": B, "shard": "1/2"}]}, "tells what was collected"),
]  # fmt: skip


@rows("why, change, said", LISTINGS)
def test_a_list_that_we_would_not_have_written(why: str, change: Any, said: str) -> None:
    """Accounts of ours that nobody looks at, by a list that was cut or written by hand."""
    text = json.dumps(json.loads(encode_listing(WHOLE)) | change).encode() if isinstance(change, dict) else change.encode("utf-8", "surrogatepass")  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_listing(text, "p")
    assert caught.value.message.startswith(said) and "--write-listing" in str(caught.value.hint)


def test_a_list_is_read_as_it_was_written() -> None:
    """A gap, or an account, that is lost on the way."""
    assert read_listing(encode_listing(WHOLE), "p") == WHOLE
    assert encode_listing(WHOLE).startswith(b'{\n "accounts": [\n  {\n   "')
    told = as_manifest(WHOLE)
    assert [(one.id, one.collected, one.shard or None) for one in told.accounts] == [(A, False, NOBODYS), (B, False, None)]  # fmt: skip
    assert (told.collected_at, told.partition, told.organization, told.gaps, told.guardrails) == (WHOLE.listed_at, "aws", WHOLE.organization, WHOLE.gaps, None)  # fmt: skip
    assert [(one.organization, one.listed, one.listed_at, one.collected_at) for one in told.pieces or ()] == [("o-1", True, WHOLE.listed_at, WHOLE.listed_at)]  # fmt: skip


def test_what_is_no_gap_is_a_note() -> None:
    """A cluster whose pods nobody looked at, told as a fault; or not at all."""
    gaps = [Gap(call="c", code=code, message=message) for code, message in ((NOT_SHOWN, "b"), ("AccessDenied", "m"), (NOT_SHOWN, "a"), (NOT_SHOWN, "b"))]  # fmt: skip
    assert gaps_and_notes(iter(gaps)) == ([gaps[1]], ("a", "b"))


def test_requests_are_counted_and_asked_again() -> None:
    """A throttled request that is not waited for, or that nobody counts."""
    one = ClientPool.__new__(ClientPool)
    one.traffic = Traffic()
    actor: Any = SimpleNamespace(attempts=3, credentials=None, renew=lambda _: True)
    turn = Turn(actor, Pace(), Breaker())
    token = _TURN.set(turn)
    try:
        one._before_send()
        answers = [({"Error": {"Code": code}}, status) for code, status in (("Throttling", 400), ("Odd", 500), ("AccessDenied", 403))]  # fmt: skip
        waits = [one._needs_retry((SimpleNamespace(status_code=status), parsed), None, 1) for parsed, status in answers]  # fmt: skip
        waits.append(one._needs_retry(None, ValueError(), 1))
    finally:
        _TURN.reset(token)
    assert [wait is not None for wait in waits] == [True, True, False, False] and turn.sent > 0
    assert (one.traffic.requests, one.traffic.throttles, one.traffic.retries) == (1, 1, 2)


def test_where_a_service_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A region that has the service, passed over; or asked whether it does at each call."""
    one = ClientPool.__new__(ClientPool)
    one._offered, one._lock, asked = {}, threading.Lock(), list[str]()
    listed = {"ec2": ["a", "new"], "sqs": ["a"]}

    def partition(region: str) -> str:
        if region == "new":
            raise UnknownRegionError(region_name=region, error_msg="x")
        return "aws"

    one._core = SimpleNamespace(get_partition_for_region=partition, get_available_regions=lambda service, _="aws": listed.get(service, []))  # fmt: skip
    monkeypatch.setattr(one, "client", lambda service, region: SimpleNamespace(meta=SimpleNamespace(endpoint_url=f"https://{service}.{region}.example/x")))  # fmt: skip
    named: dict[str, bool | None] = {"sqs.new.example": True, "ec2.new.example": True, "x.a.example": False, "ec2.a.example": True, "y.b.example": False, "ec2.b.example": None, "z.a.example": None}  # fmt: skip
    monkeypatch.setattr("checker.collect.aws.clients._has_name", lambda host: asked.append(host) or named[host])  # fmt: skip
    for service, region, told in (("sqs", "a", True), ("sqs", "new", True), ("x", "a", False), ("y", "b", True), ("z", "a", True), ("x", "a", False)):  # fmt: skip
        assert one.offered(service, region) is told, (service, region)
    assert asked == ["sqs.new.example", "ec2.new.example", "x.a.example", "ec2.a.example", "y.b.example", "ec2.b.example", "z.a.example", "ec2.a.example"]  # fmt: skip
    assert one.regions("aws") == {"a", "new"}
