"""A server with its hands on the wire: whatever can happen to an answer on its way happens here."""

from __future__ import annotations

import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.modelled import Reply, World, understood

Send = Callable[["Wire", Reply], None]


class Wire(BaseHTTPRequestHandler):
    """One connection. `send` writes an answer as it should be; faults call `raw`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, ValueError):
            self.close_connection = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = understood(self.headers, self.command, self.path, body)
        self.server.seen[asked.name] += 1
        reply = self.server.world.reply(asked)
        (self.server.fault or Wire.send)(self, reply)

    do_GET = do_POST  # noqa: N815  http.server's name

    def send(self, reply: Reply, body: bytes | None = None, **headers: str) -> None:
        """As AWS would; `body` and `headers` (with _ for -) in the place of its own."""
        data = reply.body() if body is None else body
        kind = "application/x-amz-json-1.1" if reply.is_json else "text/xml;charset=UTF-8"
        told = {"Content-Type": kind, "x-amzn-requestid": "r-1", "Content-Length": str(len(data))}
        told |= reply.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
        self.raw(f"HTTP/1.1 {reply.status} Status\r\n{lines}\r\n".encode() + data)

    def raw(self, data: bytes, *, end: bool = False) -> None:
        self.wfile.write(data)
        self.wfile.flush()
        if end:
            self.close()

    def close(self) -> None:
        self.close_connection = True

    def reset(self) -> None:
        """No answer at all: the connection is gone."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, world: World) -> None:
        super().__init__(("127.0.0.1", 0), Wire)
        self.world, self.fault, self.seen = world, None, Counter[str]()  # type: tuple[World, Send | None, Counter[str]]

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is no matter."""


@contextmanager
def serving(world: World) -> Iterator[Server]:
    server = Server(world)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
