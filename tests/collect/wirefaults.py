"""What can happen to an answer on its way: cut, garbled, hidden, refused, another one altogether.

Each is a function of the wire and the reply that should have gone out. `LASTING` happen to every
attempt, and must be told; `PASSING` to the first alone, and must leave no trace.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tests.support.modelled import MORE, TOKENS, Reply, model, paged, written
from tests.support.wire import Send, Wire

HTML = b"<!DOCTYPE html><html><body>sign in to the guest network</body></html>"


def _part(data: bytes, share: float) -> bytes:
    """At least a byte is missing."""
    return data[: min(len(data) - 1, round(len(data) * share))]


def cut(share: float, wire: Wire, reply: Reply) -> None:
    """The connection ends before the announced length is reached."""
    data = reply.body()
    wire.send(reply, _part(data, share), Content_Length=str(len(data)))
    wire.close()


def shortened(share: float, wire: Wire, reply: Reply) -> None:
    """Somebody on the way kept a part, and announces its length."""
    wire.send(reply, _part(reply.body(), share))


def unending(share: float, wire: Wire, reply: Reply) -> None:
    """No length is announced, and the connection ends early."""
    wire.send(reply, _part(reply.body(), share), Content_Length="", Connection="close")
    wire.close()


def chunked(share: float, wire: Wire, reply: Reply) -> None:
    """The last chunk never comes."""
    part = _part(reply.body(), share)
    body = f"{len(part):x}\r\n".encode() + part + b"\r\n"
    wire.send(reply, body, Content_Length="", Transfer_Encoding="chunked")
    wire.close()


def body(data: bytes, status: int, wire: Wire, reply: Reply) -> None:
    """Something else in the answer's place."""
    wire.send(replace(reply, status=status), data)


def kind(data: bytes, content_type: str, wire: Wire, reply: Reply) -> None:
    wire.send(reply, data, Content_Type=content_type)


def foreign(wire: Wire, reply: Reply) -> None:
    """Well-formed, and no answer of this service."""
    wire.send(reply, b"[]" if reply.is_json else b"<answer><requestId>r-1</requestId></answer>")


def hollow(wire: Wire, reply: Reply) -> None:
    """The frame of an answer without anything in it."""
    wire.send(reply, written(reply.asked, {}).encode())


def hidden(wire: Wire, reply: Reply) -> None:
    """What was asked for has been taken out; all else is there."""
    shape = reply.model.output_shape
    rest = {
        k: v
        for k, v in reply.value.items()
        if shape.members[k].type_name in ("boolean", "string") and k in (*TOKENS, "IsTruncated")
    }
    wire.send(reply, written(reply.asked, rest).encode())


def another(wire: Wire, reply: Reply) -> None:
    """The answer to another call."""
    text = reply.body()
    name = reply.asked.operation.encode()
    wire.send(
        reply,
        b'{"Other": {}}' if reply.is_json else text.replace(name + b"Response", b"OtherResponse"),
    )


def error_as_success(wire: Wire, reply: Reply) -> None:
    """A refusal under the status of a success."""
    wire.send(reply, _refusal(reply, "AccessDenied"))


def refused(code: str, status: int, wire: Wire, reply: Reply) -> None:
    wire.send(replace(reply, status=status), _refusal(reply, code))


def _refusal(reply: Reply, code: str) -> bytes:
    if reply.is_json:
        return json.dumps({"__type": code, "message": "no"}).encode()
    error = f"<Error><Code>{code}</Code><Message>no</Message></Error>"
    if model(reply.asked.service).resolved_protocol == "ec2":
        return f"<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>".encode()
    return f"<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>".encode()


def garbled(noise: bytes, wire: Wire, reply: Reply) -> None:
    """Bytes in the middle are others."""
    data = reply.body()
    at = len(data) // 2
    wire.send(reply, data[:at] + noise + data[at + len(noise) :])


def twice(wire: Wire, reply: Reply) -> None:
    """Two answers in one."""
    wire.send(reply, reply.body() * 2)


def shuffled(wire: Wire, reply: Reply) -> None:
    """The second half comes first."""
    data = reply.body()
    wire.send(reply, data[len(data) // 2 :] + data[: len(data) // 2])


def packed(told: str, wire: Wire, reply: Reply) -> None:
    """Compressed by somebody on the way, who says so or doesn't."""
    wire.send(reply, gzip.compress(reply.body()), Content_Encoding=told)


def mislabelled(wire: Wire, reply: Reply) -> None:
    """Called compressed, and not so."""
    wire.send(reply, Content_Encoding="gzip")


def packed_and_cut(wire: Wire, reply: Reply) -> None:
    wire.send(reply, gzip.compress(reply.body())[:-12], Content_Encoding="gzip")


def wide(wire: Wire, reply: Reply) -> None:
    """In another encoding."""
    wire.send(reply, reply.body().decode().encode("utf-16"))


def hung_up(wire: Wire, _: Reply) -> None:
    wire.reset()


def silent(wire: Wire, _: Reply) -> None:
    """The connection ends in peace, without an answer."""
    wire.close()


def no_http(wire: Wire, _: Reply) -> None:
    wire.raw(b"220 mail.example ESMTP\r\n", end=True)


def half_a_header(wire: Wire, _: Reply) -> None:
    wire.raw(b"HTTP/1.1 200 OK\r\nContent-Ty", end=True)


def for_ever(wire: Wire, reply: Reply) -> None:
    """The first page again and again, with the same token."""
    asked = paged(reply.asked.service, reply.asked.operation)
    value = dict(reply.value)
    if asked:
        value[asked[1]] = MORE
        if "IsTruncated" in reply.model.output_shape.members:
            value["IsTruncated"] = True
    wire.send(reply, written(reply.asked, value).encode())


def first_page_again(wire: Wire, reply: Reply) -> None:
    """The last page is the first one, without its token."""
    first = wire.server.world.reply(
        replace(reply.asked, token="", parameters=_untokened(reply))
    ).value
    rest = {key: value for key, value in first.items() if key not in (*TOKENS, "IsTruncated")}
    wire.send(reply, written(reply.asked, rest).encode())


def _untokened(reply: Reply) -> dict[str, Any]:
    return {key: value for key, value in reply.asked.parameters.items() if key not in TOKENS}


def lost_marker(wire: Wire, reply: Reply) -> None:
    """Said to be truncated, and no token."""
    value = {key: value for key, value in reply.value.items() if key not in TOKENS}
    if "IsTruncated" in reply.model.output_shape.members:
        value["IsTruncated"] = True
    wire.send(reply, written(reply.asked, value).encode())


def redirected(status: int, whole: bool, wire: Wire, reply: Reply) -> None:
    """To somewhere else, with nothing or with all of the answer beside; nobody follows it."""
    data = None if whole else b""
    wire.send(replace(reply, status=status), data, Location="http://127.0.0.1:1/login")


def moved(wire: Wire, reply: Reply) -> None:
    """As S3 tells that a bucket is in another region."""
    error = "<Error><Code>PermanentRedirect</Code><Endpoint>127.0.0.1:1</Endpoint></Error>"
    region = {"x_amz_bucket_region": "eu-west-1"}
    wire.send(replace(reply, status=301), error.encode(), Content_Type="application/xml", **region)


SHARES = (0.0, 0.1, 0.5, 0.9, 1.0)
LASTING: dict[str, Send] = {
    **{f"cut at {share:.0%}": partial(cut, share) for share in SHARES},
    **{f"shortened to {share:.0%}": partial(shortened, share) for share in SHARES},
    **{f"no length, cut at {share:.0%}": partial(unending, share) for share in (0.5, 1.0)},
    **{f"chunks cut at {share:.0%}": partial(chunked, share) for share in (0.0, 0.5)},
    "status 204": partial(body, b"", 204), "moved to another region": moved,
    **{f"redirected by {status}": partial(redirected, status, False) for status in (302, 307)},
    **{f"status {status}, all the same": partial(redirected, status, True) for status in (300, 301, 308)},
    "a page": partial(kind, HTML, "text/html"), "a page, refused": partial(body, HTML, 403),
    "a page, bad gateway": partial(body, HTML, 502), "a page, no service": partial(body, HTML, 503),
    "a page, too late": partial(body, HTML, 504), "a page, by the answer's type": partial(body, HTML, 200),
    "null": partial(body, b"null", 200), "a number": partial(body, b"7", 200), "a text": partial(body, b'"ok"', 200),
    "foreign": foreign, "hollow": hollow, "hidden": hidden, "another call's": another,
    "an error as success": error_as_success, "twice": twice, "shuffled": shuffled,
    "denied": partial(refused, "AccessDenied", 403), "invalid": partial(refused, "ValidationError", 400),
    "failure": partial(refused, "InternalFailure", 500), "slow down": partial(refused, "ThrottlingException", 400),
    "garbled, no text": partial(garbled, b"\xff" * 12), "garbled, zeros": partial(garbled, b"\0" * 8),
    "garbled, open": partial(garbled, b'<"{['), "wide": wide,
    "packed, not told": partial(packed, ""), "packed, as brotli": partial(packed, "br"), "mislabelled": mislabelled,
    "packed and cut": packed_and_cut, "hung up": hung_up, "silent": silent, "no HTTP": no_http, "half a header": half_a_header,
}  # fmt: skip
PAGES: dict[str, tuple[int, Send]] = {  # of listings: on which page
    "for ever": (2, for_ever), "the first page again": (2, first_page_again), "a lost marker": (2, lost_marker),
}  # fmt: skip
PASSING = ("cut at 50%", "shortened to 50%", "a page", "hung up", "failure")
HARMLESS: dict[str, Send] = {"packed": partial(packed, "gzip")}
Fault = Callable[..., None]
