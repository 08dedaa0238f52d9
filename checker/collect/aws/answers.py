"""Whether an answer came whole, before anything believes it.

botocore asks its HTTP library not to compare Content-Length with what came, and takes JSON that is
none for an error's message, under the status of a success: what was cut on the way would then be an
empty listing. What is not whole is raised as a failed request, which is asked again (`retry.py`).
https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html (a response is one JSON object)
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html (DescribeXResponse)
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from xml.parsers import expat

import msgspec
from botocore.awsrequest import AWSResponse
from botocore.exceptions import HTTPClientError

_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
# S3 answers with the policy itself: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
_POLICY = re.compile(r"\?policy$")
_OF_ERRORS = {"__type", "message", "Message"}
_ERRORS = ("Error", "ErrorResponse")
"""The roots of errors, of S3 and of others."""
_LARGEST = 1 << 28  # of what is unpacked


class BrokenAnswerError(HTTPClientError):  # type: ignore[misc]  # botocore has no types
    """What came is not the whole of an answer, or none at all; `said`: why."""

    fmt = "the answer is not whole: {said}"

    def __init__(self, said: str) -> None:
        super().__init__(said=said)
        self.said = said


class CheckedSession:
    """A client's HTTP session that hands on whole answers alone."""

    def __init__(self, inner: Any, *, json: bool) -> None:
        self._inner, self._json = inner, json

    def send(self, request: Any) -> Any:
        """The answer; raises what the session raises, and BrokenAnswerError."""
        answer = self._inner.send(request)
        # of an object of S3 whoever reads the stream compares the length; to HEAD, which botocore
        # asks for a bucket's region, the length told is another answer's
        if request.stream_output or request.method == "HEAD":
            return answer
        _check_length(answer)
        answer = _unpacked(answer)
        if answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
            if self._json:
                _check_json(answer.content)
            elif _POLICY.search(request.url):
                _check_policy(answer.content)
            else:
                _check_xml(answer.content, request.body)
        return answer

    def close(self) -> None:
        self._inner.close()


class _Bytes:
    """What AWSResponse reads a body from."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self) -> Iterator[bytes]:
        yield self._data


def _check_length(answer: Any) -> None:
    told, came = str(answer.headers.get("Content-Length", "")), len(answer.content)
    if told.isdecimal() and int(told) != came:
        raise BrokenAnswerError(f"{came} of {told} bytes came")


def _unpacked(answer: Any) -> Any:
    """We ask for no compression, but somebody on the way may compress all the same."""
    encoding = str(answer.headers.get("Content-Encoding", "identity")).lower()
    if encoding in ("", "identity", "aws-chunked"):
        return answer
    if encoding not in ("gzip", "x-gzip"):
        raise BrokenAnswerError(f"it is encoded as {encoding[:20]!r}, which nobody asked for")
    data = _inflated(answer.content)
    return AWSResponse(answer.url, answer.status_code, answer.headers, _Bytes(data))


def _inflated(packed: bytes) -> bytes:
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = inflater.decompress(packed, _LARGEST)
    except zlib.error:
        raise BrokenAnswerError("it is called gzip, and is none") from None
    if not inflater.eof or inflater.unused_data:
        raise BrokenAnswerError("what gzip packed is cut, or too large")
    return data


def _check_policy(body: bytes) -> None:
    """S3 takes none without statements."""
    if "Statement" not in _check_json(body):
        raise BrokenAnswerError("it is no policy")


def _check_json(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BrokenAnswerError("it is no JSON" if body else "it is empty") from None
    if not isinstance(found, dict):
        raise BrokenAnswerError("it is no JSON object")
    if _OF_ERRORS >= found.keys() >= {"__type"}:
        raise BrokenAnswerError("it is an error under the status of a success")
    return found


def _check_xml(body: bytes, request: Any) -> None:
    """Well-formed to the end, and the answer to what was asked."""
    root: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _: Any) -> None:
        root.append(name.rpartition(" ")[2])
        parser.StartElementHandler = None

    parser.StartElementHandler = start
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise BrokenAnswerError("it is no XML" if body else "it is empty") from None
    if root[0] in _ERRORS:
        raise BrokenAnswerError("it is an error under the status of a success")
    asked = _ACTION.search(request if isinstance(request, bytes) else str(request).encode())
    if asked and root != [f"{asked[1].decode()}Response"]:  # S3 has no actions
        raise BrokenAnswerError(f"it is {root[0][:40]!r}, and no answer to what was asked")
