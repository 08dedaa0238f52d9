"""A list of vendors out of a file or the network: what comes, and what is said where nothing does."""

from __future__ import annotations

import http.client
import io
import ssl
from email.message import Message
from pathlib import Path
from typing import Any
from urllib import error, request

import pytest

from checker.collect import download
from checker.errors import InputError
from tests.support.rows import rows

URL = "https://lists.example/a"


def tls(reason: str) -> ssl.SSLError:
    found = ssl.SSLError()
    found.reason = reason
    return found


FAILS: list[tuple[Exception, str]] = [
    (error.HTTPError(URL, 404, "x", Message(), None), f"{URL}: the server answered 404"),
    (error.URLError(tls("CERT_EXPIRED")), f"{URL}: cannot be fetched: TLS: CERT_EXPIRED"),
    (error.URLError(tls("")), f"{URL}: cannot be fetched: TLS: failed"),
    (error.URLError(OSError("no\n route")), f"{URL}: cannot be fetched: no route"),
    (error.URLError("no such host"), f"{URL}: cannot be fetched: no such host"), (TimeoutError(), f"{URL}: cannot be fetched: TimeoutError"),
    (http.client.BadStatusLine("x"), f"{URL}: cannot be fetched: x"), (ValueError("odd"), f"{URL}: cannot be fetched: odd"),
]  # fmt: skip


class Opener:
    """In the place of the network."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def open(self, url: str, timeout: int) -> Any:
        assert (url, timeout) == (URL, download.TIMEOUT)
        if isinstance(self.answer, Exception):
            raise self.answer
        return io.BytesIO(self.answer)


@rows("problem, said", FAILS)
def test_why_nothing_came(monkeypatch: pytest.MonkeyPatch, problem: Exception, said: str) -> None:
    """An empty list in place of a proxy's refusal, or a refusal without its reason."""
    monkeypatch.setattr(request, "build_opener", lambda *_: Opener(problem))
    with pytest.raises(InputError) as caught:
        download.read_source(URL)
    assert caught.value.message == said


def test_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it, up to the most that is taken, and not a byte more."""
    monkeypatch.setattr(download, "MAX_BYTES", 4)
    monkeypatch.setattr(request, "build_opener", lambda *_: Opener(b"1234"))
    assert download.read_source(URL) == b"1234"
    monkeypatch.setattr(request, "build_opener", lambda *_: Opener(b"12345"))
    with pytest.raises(InputError, match="larger than"):
        download.read_source(URL)


def test_files_by_their_names(tmp_path: Path) -> None:
    """A percent sign in a path is one; in a URL it is not."""
    for name in ("a%20b", "a b"):
        (tmp_path / name).write_text(name)
    assert download.read_source(str(tmp_path / "a%20b")) == b"a%20b"
    assert download.read_source((tmp_path / "a b").as_uri()) == b"a b"
    with pytest.raises(InputError, match="cannot be read"):
        download.read_source(str(tmp_path / "none"))
    for other, said in (("http://x.example/a", "only https is fetched"), ("ftp://x.example/a", "only https is fetched"), ("https://me:secret@x.example/a", "with credentials in it")):  # fmt: skip
        with pytest.raises(InputError, match=said):
            download.read_source(other)


def test_a_redirect_is_followed() -> None:
    """A list that moved, within https alone."""
    asked = request.Request(URL)
    follow = download._HttpsOnly().redirect_request
    found = follow(asked, io.BytesIO(), 302, "m", Message(), "https://other.example/b")
    assert found is not None and found.full_url == "https://other.example/b"
    with pytest.raises(InputError, match="which is not https"):
        follow(asked, io.BytesIO(), 302, "m", Message(), "http://other.example/b")
