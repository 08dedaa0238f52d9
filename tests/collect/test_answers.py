"""What is held against the length that was announced, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from checker.collect.aws.answers import BrokenAnswerError, CheckedSession


class Inner:
    """A session whose answer has no body, and tells of one."""

    class Body:
        def stream(self) -> list[bytes]:
            return [b""]

    def send(self, request: Any) -> AWSResponse:
        return AWSResponse(request.url, 301, {"Content-Length": "243"}, self.Body())


def ask(method: str) -> AWSResponse:
    request = AWSPreparedRequest(method, "http://127.0.0.1/b", {}, b"", stream_output=False)
    return CheckedSession(Inner(), json=False).send(request)


def test_head_tells_the_length_of_another_answer() -> None:
    """botocore asks so for the region of a bucket that S3 redirects from (RFC 9110, 9.3.2)."""
    assert ask("HEAD").status_code == 301
    with pytest.raises(BrokenAnswerError, match="0 of 243 bytes"):
        ask("GET")
