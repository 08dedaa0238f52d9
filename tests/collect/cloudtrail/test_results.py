"""The object that Athena leaves in S3, against an emulator over HTTP with unchanged boto3 clients."""

from __future__ import annotations

import io
import json
import ssl
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

from checker.collect.aws import retry
from checker.collect.aws.session import connect
from checker.collect.cloudtrail import results
from checker.collect.cloudtrail.answers import records
from checker.collect.cloudtrail.athena import Athena, AthenaSource
from checker.demo.server import Answer, ApiCall, Interceptor
from checker.errors import InputError
from tests.support import front

SOURCE = AthenaSource("primary", "logs", "cloudtrail")
CUT = [BotoCoreError(), HTTPError("cut"), ConnectionResetError("reset"), ssl.SSLError("eof")]
HEAD = b'"role","calls"\n'


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_BASE", 0.001)


def ended(location: str | None, option: str = "SSE_S3") -> Interceptor:
    """A query that has ended, whose answer lies there."""
    execution: dict[str, Any] = {"Status": {"State": "SUCCEEDED"}, "StatementType": "DML"}
    if location:
        encryption = {"EncryptionConfiguration": {"EncryptionOption": option}}
        execution["ResultConfiguration"] = {"OutputLocation": location, **encryption}
    body = json.dumps({"QueryExecution": execution})

    def intercept(call: ApiCall) -> Answer | None:
        found = call.action == "GetQueryExecution"
        return Answer(200, body, "application/x-amz-json-1.1") if found else None

    return intercept


def ask(content: bytes | None, *interceptors: Interceptor, location: str | None = "s3://results/a/q.csv",
        option: str = "SSE_S3") -> tuple[list[dict[str, str | None]], front.Calls]:  # fmt: skip
    calls = front.Calls()
    armed = [False]

    def late(call: ApiCall) -> Answer | None:
        return next((a for i in interceptors if armed[0] and (a := i(call))), None)

    with front.aws(calls, late, ended(location, option)):
        front.fill("results", {} if content is None else {"a/q.csv": content})
        armed[0] = True
        return list(Athena(connect(None), SOURCE, None).rows("SELECT 1")), calls


@pytest.mark.parametrize(
    ("text", "values", "why"),
    [
        (HEAD, [], "no rows"),
        (HEAD + b'"a","1"\n"b","2"\n', [("a", "1"), ("b", "2")], "two rows"),
        (HEAD + b'"a",\n', [("a", None)], "NULL is not quoted"),
        (HEAD + b',"1"\n', [(None, "1")], "NULL comes first"),
        (HEAD + b',\n', [(None, None)], "nothing but NULL"),
        (HEAD + b'"",""\n', [("", "")], "an empty text is no NULL"),
        (HEAD + b'"a""b","c,d"\n', [('a"b', "c,d")], "quotation marks, a comma"),
        (HEAD + b'"a\nb","\n"\n"c","\r\n"\n', [("a\nb", "\n"), ("c", "\r\n")], "line ends in values"),
        (HEAD + b'"""","\n"""\n', [('"', '\n"')], "a quotation mark by a line end"),
        (HEAD + '"é\u2028ü","\U0001f600"\n'.encode(), [("é\u2028ü", "\U0001f600")], "other scripts"),
        (HEAD + b'"role","calls"\n', [("role", "calls")], "a row like the header"),
        (HEAD + b'a,1\n', [("a", "1")], "nothing quoted"),
    ],
)  # fmt: skip
def test_the_object_is_read(text: bytes, values: list[tuple[str | None, ...]], why: str) -> None:
    """A NULL that becomes a text, or a row that is torn apart, and is somebody else's use."""
    for size in (1, 2, 7, 4096):
        blocks = (text[at : at + size] for at in range(0, len(text), size))
        assert [tuple(row.values()) for row in results.rows(blocks)] == values, why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "nothing at all"),
        (b"\n", "no name"),
        (b'"",""\n', "empty names"),
        (b'"a",\n"1","2"\n', "a column without a name"),
        (HEAD + b"\xc3", "half a letter behind the last row"),
        (b"<html>Sign in</html>\n", "a page in its place, which has no rows"),
        (HEAD + b'"a","1"', "no line end behind the last row"),
        (HEAD + b'"a","1"\n"b","', "cut within a value"),
        (HEAD + b'"a","1"\n"b', "cut within the first value"),
        (HEAD + b'"a","1"\n"b\n', "cut behind a line end within a value"),
        (HEAD + '"a","é'.encode()[:-1], "cut within a letter"),
        (HEAD + b'"a"\n', "too few values"),
        (HEAD + b'"a","1","2"\n', "too many"),
        (HEAD + b'"a"b,"1"\n', "no CSV"),
        (b"\x1f\x8b\x08\x00\xff\n", "compressed"),
    ],
)
def test_what_is_cut_or_odd_is_refused(text: bytes, why: str) -> None:
    """Half an answer that passes for a whole one."""
    with pytest.raises(InputError, match="s3:GetObject fails: UnexpectedResponse"):
        ask(text)


def test_columns_of_one_name_are_refused() -> None:
    """A column of the answer that is gone without a word, from the object and from Athena."""
    columns = {"ColumnInfo": [{"Name": "a"}, {"Name": "a"}]}
    page = {"ResultSet": {"Rows": [], "ResultSetMetadata": columns}}
    for rows in (results.rows([b'"a","a"\n"1","2"\n']), records(iter([page]))):
        with pytest.raises(InputError, match="two columns of the answer are called a"):
            list(rows)


def test_the_answer_comes_from_its_object() -> None:
    """Ten million rows, a thousand a call."""
    rows, calls = ask(HEAD + b'"a","1"\n')
    assert rows == [{"role": "a", "calls": "1"}]
    assert not calls.seen["athena:GetQueryResults"]


@pytest.mark.parametrize(
    ("location", "option", "why"),
    [
        (None, "", "Athena keeps the results itself"),
        ("s3://results/a/q.csv", "CSE_KMS", "nobody but Athena can open it"),
        ("s3://results/a/q.txt", "SSE_S3", "what is no SELECT's"),
        ("/elsewhere", "SSE_S3", "no address"),
    ],
)
def test_what_cannot_be_read_is_asked_for(location: str | None, option: str, why: str) -> None:
    """Ciphertext that is taken for rows, or an answer that cannot be had."""
    _, calls = ask(b"\x00ciphertext", location=location, option=option)
    assert calls.seen["athena:GetQueryResults"] == 1, why


def test_an_object_that_is_denied_is_no_empty_answer() -> None:
    """A caller who may ask, and not read what is answered."""

    def refuse(call: ApiCall) -> Answer | None:
        body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
        return Answer(403, body, "text/xml") if "q.csv" in call.path else None

    with pytest.raises(InputError, match="s3:GetObject fails: AccessDenied") as caught:
        ask(HEAD, refuse)
    assert "s3:GetObject and s3:PutObject at the query result location" in str(caught.value.hint)


def test_an_object_that_is_gone_is_no_empty_answer() -> None:
    """A lifecycle rule, or somebody, that removes results at once."""
    with pytest.raises(InputError, match="s3:GetObject fails: NoSuchKey"):
        ask(None)


class Body(io.BytesIO):
    """An object's body that breaks off in the middle, or not."""

    def __init__(self, content: bytes, error: Exception | None) -> None:
        super().__init__(content[: len(content) // 2] if error else content)
        self.error = error

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        if not found and self.error:
            raise self.error
        return found


@pytest.mark.parametrize(("cuts", "whole"), [(0, True), (1, True), (2, True), (3, False)])
@pytest.mark.parametrize("error", CUT, ids=lambda e: type(e).__name__)
def test_a_download_that_is_cut_is_gone_on_with(
    error: Exception, cuts: int, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first half of an answer for all of it, or a part of it twice."""
    text = HEAD + b"".join(b'"role %d","%d"\n' % (n, n) for n in range(200))
    asked: list[dict[str, Any]] = []

    def invoke(_client: Any, _call: Any, request: dict[str, Any]) -> dict[str, Any]:
        asked.append(dict(request))
        begin = int(request.get("Range", "bytes=0-")[6:-1])
        body = Body(text[begin:], error if len(asked) <= cuts else None)
        return {"Body": body, "ETag": "e"}

    monkeypatch.setattr(results.calls, "invoke", invoke)
    found = results.rows(results.content(None, "results", "q.csv"))  # type: ignore[arg-type]
    if whole:
        assert [row["calls"] for row in found] == [str(n) for n in range(200)]
        assert len(asked) == cuts + 1 and all(one["IfMatch"] == "e" for one in asked[1:])
    else:
        with pytest.raises(ValueError, match="is cut after"):
            list(found)
