"""Calls to the emulator without a socket: the client's own thread runs its application.

A third of a collection was else HTTP between two threads of one process: headers written and read,
connections opened, each waiting for the other. What the wire itself may do to an answer is asked by
the tests of `support/wire.py`, for each call, and by those that run the command as a process.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from unittest import mock
from urllib.parse import unquote, urlsplit
from wsgiref.types import WSGIEnvironment

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session
from urllib3 import HTTPHeaderDict
from werkzeug.exceptions import InternalServerError

from checker.demo import server

_OVER_THE_WIRE = (b"/s3/aws4_request", b"/s3express/aws4_request")
"""S3, whose bodies are streams."""


@contextmanager
def directly() -> Iterator[None]:
    """What is served meanwhile is called so by whoever asks from this process."""
    fronts: dict[str, server.Front] = {}
    sent, here = URLLib3Session.send, os.getpid()

    def send(session: URLLib3Session, request: Any) -> AWSResponse:
        front = fronts.get(urlsplit(request.url).netloc)
        signed = _bytes(request.headers.get("Authorization", b""))
        elsewhere = front is None or os.getpid() != here  # a fork's calls are seen here
        if elsewhere or any(service in signed for service in _OVER_THE_WIRE):
            return sent(session, request)
        return _answered(front, request)

    with mock.patch.object(URLLib3Session, "send", send), _known(fronts):
        yield


@contextmanager
def _known(fronts: dict[str, server.Front]) -> Iterator[None]:
    """Which application is behind which address."""
    from werkzeug import serving

    make = serving.make_server

    def made(host: str, port: int, front: server.Front, **options: Any) -> Any:
        serves = make(host, port, front, **options)
        fronts[f"{host}:{serves.server_port}"] = front
        return serves

    with mock.patch.object(serving, "make_server", made):
        yield


def _answered(front: server.Front, request: Any) -> AWSResponse:
    begun: list[tuple[str, Any]] = []
    environ = _environ(request)

    def start(status: str, headers: Any, _failed: Any = None) -> Callable[[bytes], object]:
        begun[:] = [(status, headers)]
        return lambda _: None

    try:
        data = _all(front(environ, start))
    except ConnectionResetError as error:
        raise ConnectionClosedError(
            error=error, request=request, endpoint_url=request.url
        ) from error
    except Exception:  # noqa: BLE001  as werkzeug answers for what it serves
        data = _all(InternalServerError()(environ, start))
    ((status, headers),) = begun
    code = int(status.split()[0])
    if request.method == "HEAD" or code in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        data = b""
    return AWSResponse(request.url, code, HTTPHeaderDict(headers), _Raw(data))


def _all(answer: Iterable[bytes]) -> bytes:
    try:
        return b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()


def _environ(request: Any) -> WSGIEnvironment:
    """Of a request, as werkzeug makes it."""
    url = urlsplit(request.url)
    target = url._replace(scheme="", netloc="").geturl()
    body = _bytes(request.body or b"")
    told: WSGIEnvironment = {
        "wsgi.version": (1, 0), "wsgi.url_scheme": url.scheme, "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False, "werkzeug.socket": _Socket, "SERVER_SOFTWARE": "tests",
        "REQUEST_METHOD": request.method, "SCRIPT_NAME": "", "PATH_INFO": _dance(unquote(url.path)),
        "QUERY_STRING": _dance(url.query), "REQUEST_URI": _dance(target), "RAW_URI": _dance(target),
        "REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": 0, "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port), "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": url.netloc,
    }  # fmt: skip
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        plain = key in ("CONTENT_TYPE", "CONTENT_LENGTH")
        told[key if plain else f"HTTP_{key}"] = _bytes(value).decode("latin-1")
    return told | {"CONTENT_LENGTH": str(len(body))}


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _dance(text: str) -> str:
    """WSGI's texts are bytes in disguise: https://peps.python.org/pep-3333/#unicode-issues"""
    return text.encode().decode("latin-1")


class _Socket:
    """Where an interceptor resets the connection, it then raises what `_answered` tells."""

    @staticmethod
    def shutdown(_how: int) -> None:
        pass


class _Raw:
    """What AWSResponse reads a body from."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)
        self.read = self._data.read

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._data.read()
