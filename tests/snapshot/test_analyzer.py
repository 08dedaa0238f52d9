"""A file of Access Analyzer's findings: what was written is read, and nothing else is."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from checker.errors import InputError
from checker.snapshot.analyzer import (
    FILE,
    Analyzer,
    AnalyzerAccess,
    AnalyzerFinding,
    AnalyzerHeader,
    encode_findings,
    read_findings,
)
from checker.snapshot.records import FileEntry, Gap

OWN = "111111111111"
ANALYZER = Analyzer(arn=f"arn:aws:access-analyzer:us-east-1:{OWN}:analyzer/a", region="us-east-1", zone="account", status="ACTIVE")  # fmt: skip
HEADER = AnalyzerHeader(collected_at="2026-11-20T06:00:00Z", partition="aws", account=OWN, regions=("us-east-1",), analyzers=(ANALYZER,),
                        gaps=(Gap(call="c", code="x", message="m"),))  # fmt: skip


def finding(number: int, **more: Any) -> AnalyzerFinding:
    access = AnalyzerAccess(principal={"AWS": "999999999999"}, actions=("s3:GetObject",), public=False)  # fmt: skip
    return AnalyzerFinding(id=f"f{number}", analyzer=ANALYZER.arn, region="us-east-1", account=OWN, resource=f"arn:aws:s3:::{number}",
                           kind="AWS::S3::Bucket", status="ACTIVE", accesses=(access,), **more)  # fmt: skip


FOUND = (finding(1, error="e"), finding(2))
WHOLE = encode_findings(HEADER, reversed(FOUND))
HEAD, FIRST, SECOND = WHOLE.splitlines(keepends=True)


def headed(body: bytes = FIRST + SECOND, records: int = 2, **more: Any) -> bytes:
    """With a header that holds for these lines."""
    sha256 = hashlib.sha256(body).hexdigest()
    header = replace(HEADER, **more)
    return encode_findings(replace(header, findings=FileEntry(records=0, sha256="")), ()).replace(
        f'"records":0,"sha256":"{hashlib.sha256(b"").hexdigest()}"'.encode(), f'"records":{records},"sha256":"{sha256}"'.encode(),
    ) + body  # fmt: skip


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Of the file, or of the folder that it is in: each finding, in a fixed order."""
    path = tmp_path / FILE
    path.write_bytes(WHOLE)
    sha256 = hashlib.sha256(WHOLE).hexdigest()
    for asked in (path, tmp_path):
        read = read_findings(asked)
        assert (read.findings, read.path, read.sha256) == (FOUND, str(path), sha256)
        assert replace(read.header, findings=HEADER.findings) == HEADER
    assert read.header.analyzers[0].account == OWN and headed() == WHOLE
    path.write_bytes(headed(FIRST + b"\n" + SECOND))
    assert read_findings(path).findings == FOUND


MEND = "make it anew: vendorgate collect access-analyzer -o DIR"
REFUSED: list[tuple[str, bytes, str]] = [
    ("cut", WHOLE[: -len(SECOND)], " is not whole: its digest differs"), ("changed", WHOLE.replace(b"f1", b"f3"), " is not whole: its digest differs"),
    ("a line more", WHOLE + FIRST, " is not whole: its digest differs"), ("fewer than it says", headed(records=3), " has another number of findings than it says"),
    ("more than it says", headed(records=1), " has another number of findings than it says"),
    ("another schema", headed(schema="vendorgate/analyzer-findings/v2"), "1: its schema is 'vendorgate/analyzer-findings/v2', not 'vendorgate/analyzer-findings/v1'"),
    ("no time", headed(collected_at="today"), "1: its header tells no time or no account"), ("no account", headed(account="x"), "1: its header tells no time or no account"),
    ("no analyzer's ARN", headed(analyzers=(ANALYZER, replace(ANALYZER, arn="arn:aws:x:y"))), "1: 'arn:aws:x:y' is the ARN of no analyzer"),
    ("empty", b"", "1: no findings of Access Analyzer ("), ("no JSON", b"{", "1: no findings of Access Analyzer ("), ("no text", b"\xff\n", "1: no findings of Access Analyzer ("),
    ("a finding that is none", headed(FIRST + b"{}\n"), "3: is no finding: Object missing required field"), ("a line of no JSON", headed(b"x\n" + FIRST), "2: is no finding: "),
]  # fmt: skip


def test_what_we_did_not_write_is_refused(tmp_path: Path) -> None:
    """A file that was cut says that AWS found less than it did."""
    path = tmp_path / FILE
    for why, data, said in REFUSED:
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            read_findings(path)
        assert str(caught.value).startswith(f"{path}:{said}"), (why, str(caught.value))
        assert str(caught.value).endswith(f"; {MEND}"), why
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        read_findings(path)
