"""One text from a file or the network, bounded in size and time."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path
from typing import IO, Any
from urllib import error, parse, request

from checker.bounded import unreadable
from checker.errors import InputError

MAX_BYTES = 16 << 20
TIMEOUT = 20
"""Seconds without an answer."""


def read_source(source: str) -> bytes:
    """What a path or an https URL holds. Raises InputError, in one line, where it cannot be read.

    Only https: a list that somebody on the way could change would name accounts as it likes.
    """
    scheme = parse.urlsplit(source).scheme if "://" in source else ""
    if scheme not in ("", "https", "file"):
        raise InputError(f"{source}: only https is fetched", hint="give an https URL or a file")
    if "@" in parse.urlsplit(source).netloc:
        raise InputError("a URL with credentials in it would be kept in the list's provenance")
    if scheme == "https":
        return _fetched(source)
    path = Path(parse.unquote(parse.urlsplit(source).path) if scheme else source)
    try:
        with path.open("rb") as file:
            return _bounded(file, str(path))
    except OSError as problem:
        raise unreadable(problem, path) from None


class _HttpsOnly(request.HTTPRedirectHandler):
    def redirect_request(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> request.Request | None:
        if not newurl.startswith("https://"):
            raise InputError(f"{req.full_url}: leads to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetched(url: str) -> bytes:
    opener = request.build_opener(_HttpsOnly())
    try:
        with opener.open(url, timeout=TIMEOUT) as answer:
            return _bounded(answer, url)
    except error.HTTPError as problem:
        raise InputError(f"{url}: the server answered {problem.code}") from None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise InputError(f"{url}: cannot be fetched: {_reason(problem)}", hint=_OFFLINE) from None


_OFFLINE = "offline? give a file that you have fetched elsewhere"


def _reason(problem: Exception) -> str:
    reason = getattr(problem, "reason", None) or problem
    if isinstance(reason, ssl.SSLError):
        return f"TLS: {reason.reason or 'failed'}"
    return " ".join(str(reason).split()) or type(problem).__name__


def _bounded(file: IO[bytes], source: str) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"{source}: larger than {MAX_BYTES >> 20} MiB")
    return data
