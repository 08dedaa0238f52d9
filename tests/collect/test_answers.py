"""What is held against the length that was announced, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from checker.collect.aws.answers import BrokenAnswerError, CheckedSession


class Inner:
    """A session whose answer has no body, and tells of one."""

    def __init__(self, data: bytes = b"", status: int = 301, length: str | None = "243") -> None:
        self.data, self.status = data, status
        self.headers = {"Content-Length": length} if length else {}

    def stream(self) -> list[bytes]:
        return [self.data]

    def send(self, request: Any) -> AWSResponse:
        return AWSResponse(request.url, self.status, self.headers, self)


def ask(method: str) -> AWSResponse:
    request = AWSPreparedRequest(method, "http://127.0.0.1/b", {}, b"", stream_output=False)
    return CheckedSession(Inner(), json=False).send(request)


def test_head_tells_the_length_of_another_answer() -> None:
    """botocore asks so for the region of a bucket that S3 redirects from (RFC 9110, 9.3.2)."""
    assert ask("HEAD").status_code == 301
    with pytest.raises(BrokenAnswerError, match="0 of 243 bytes"):
        ask("GET")


ERRORS = [
    ("of JSON's protocols", b'{"__type": "AccessDenied", "message": "no"}', True, True),
    ("whose message is spelt as some services do", b'{"__type": "AccessDenied", "Message": "no"}', True, True),
    ("without a message", b'{"__type": "AccessDenied"}', True, True),
    ("an answer that tells its type, too", b'{"__type": "Listed", "QueueUrls": []}', True, False),
    ("nothing at all", b"{}", True, False),
    ("of S3", b"<Error><Code>AccessDenied</Code></Error>", False, True),
    ("of the others that speak XML", b"<ErrorResponse><Error/></ErrorResponse>", False, True),
    ("a listing of errors", b"<Answer><Error/></Answer>", False, False),
]  # fmt: skip


POLICIES = [
    ("a policy", b'{"Version": "2012-10-17", "Statement": []}', False),
    ("an answer to another call", b'{"Other": {}}', True),
    ("nothing in it", b"{}", True),
    ("a listing", b"<ListAllMyBucketsResult/>", True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "broken"), POLICIES, ids=[row[0] for row in POLICIES])
def test_a_bucket_s_policy_is_one(why: str, data: bytes, broken: bool) -> None:
    """S3 answers with the policy itself: any other object would be taken for it."""
    request = AWSPreparedRequest("GET", "http://127.0.0.1/b?policy", {}, b"", stream_output=False)
    session = CheckedSession(Inner(data, 200, None), json=False)
    if broken:
        with pytest.raises(BrokenAnswerError):
            session.send(request)
    else:
        assert session.send(request).content == data


@pytest.mark.parametrize(("why", "data", "json", "broken"), ERRORS, ids=[r[0] for r in ERRORS])
def test_an_error_is_no_success(why: str, data: bytes, json: bool, broken: bool) -> None:
    """What some proxies make of a refusal: it would be a page without anything on it."""
    request = AWSPreparedRequest("GET", "http://127.0.0.1/b", {}, b"", stream_output=False)
    session = CheckedSession(Inner(data, 200, None), json=json)
    if broken:
        with pytest.raises(BrokenAnswerError, match="under the status of a success"):
            session.send(request)
    else:
        assert session.send(request).content == data
