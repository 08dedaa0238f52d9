"""What IAM Access Analyzer found, as a file beside a snapshot: `analyzer_findings.jsonl`.

Its first line is a header with the digest of the others, so that a file which was cut or changed is
refused; each of the others is a finding.
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingV2.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from checker import __version__
from checker.bounded import MADE, read_input
from checker.errors import InputError
from checker.snapshot.base import Record
from checker.snapshot.manifest import ACCOUNT, is_time
from checker.snapshot.records import FileEntry, Gap, Tool
from checker.snapshot.write import encode_record

SCHEMA = "vendorgate/analyzer-findings/v1"
FILE = "analyzer_findings.jsonl"
_HINT = "make it anew: vendorgate collect access-analyzer -o DIR"


class Analyzer(Record, frozen=True, kw_only=True):
    """An analyzer of external access. `zone`: what it takes for ours, which it says nothing of."""

    arn: str
    region: str
    zone: Literal["account", "organization"]
    status: str
    analyzed_at: str | None = None

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]


class AnalyzerAccess(Record, frozen=True, kw_only=True):
    """A way in. `principal`: as AWS writes it, `{"AWS": "999999999999"}`; `points`: ARNs of the
    access points that it goes through; `rcp`: AWS's word on resource control policies."""

    principal: dict[str, str] = msgspec.field(default_factory=dict)
    actions: tuple[str, ...] = ()
    condition: dict[str, str] = msgspec.field(default_factory=dict)
    public: bool | None = None
    points: tuple[str, ...] = ()
    rcp: str | None = None


class AnalyzerFinding(Record, frozen=True, kw_only=True):
    """A finding. `error`: AWS could not analyse the resource. `accesses`: None where they were not
    asked for, as of what is resolved, or could not be told, which is a gap."""

    id: str
    analyzer: str
    region: str
    account: str
    resource: str | None
    kind: str
    status: str
    analyzed_at: str | None = None
    error: str | None = None
    accesses: tuple[AnalyzerAccess, ...] | None = None


class AnalyzerHeader(Record, frozen=True, kw_only=True):
    """`account`: who asked; `regions`: where; `analyzers`: those that were read; `gaps`: what could
    not be."""

    schema: str = SCHEMA
    tool: Tool = Tool(name="vendorgate", version=__version__)
    collected_at: str
    partition: str
    account: str
    regions: tuple[str, ...]
    analyzers: tuple[Analyzer, ...]
    gaps: tuple[Gap, ...] = ()
    findings: FileEntry = FileEntry(records=0, sha256="")


class AnalyzerFindings(msgspec.Struct, frozen=True):
    """The whole file, with its name and digest in hex."""

    header: AnalyzerHeader
    findings: tuple[AnalyzerFinding, ...]
    path: str
    sha256: str


def encode_findings(header: AnalyzerHeader, findings: Iterable[AnalyzerFinding]) -> bytes:
    """The bytes of the file; the header's `findings` is filled in."""
    lines = sorted(encode_record(one) for one in findings)
    body = b"".join(line + b"\n" for line in lines)
    entry = FileEntry(records=len(lines), sha256=hashlib.sha256(body).hexdigest())
    return encode_record(msgspec.structs.replace(header, findings=entry)) + b"\n" + body


def read_findings(path: Path) -> AnalyzerFindings:
    """Of a file, or of the folder that it is in. Raises InputError for what we did not write."""
    path = path / FILE if path.is_dir() else path
    data = read_input(path, MADE, hint=_HINT)
    head, _, body = data.partition(b"\n")
    header = _header(head, path)
    if hashlib.sha256(body).hexdigest() != header.findings.sha256:
        raise InputError("is not whole: its digest differs", path=path, hint=_HINT)
    found = tuple(
        _line(line, path, at) for at, line in enumerate(body.splitlines(), 2) if line.strip()
    )
    if len(found) != header.findings.records:
        raise InputError("has another number of findings than it says", path=path, hint=_HINT)
    return AnalyzerFindings(header, found, str(path), hashlib.sha256(data).hexdigest())


def _header(line: bytes, path: Path) -> AnalyzerHeader:
    try:
        header = msgspec.json.decode(line, type=AnalyzerHeader)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = f"no findings of Access Analyzer ({error})"
        raise InputError(said, path=path, line=1, hint=_HINT) from None
    if header.schema != SCHEMA:
        said = f"its schema is {header.schema!r}, not {SCHEMA!r}"
        raise InputError(said, path=path, line=1, hint=_HINT)
    if not is_time(header.collected_at) or not ACCOUNT.match(header.account):
        raise InputError("its header tells no time or no account", path=path, line=1, hint=_HINT)
    if wrong := next((one for one in header.analyzers if one.arn.count(":") < 5), None):
        said = f"{wrong.arn!r} is the ARN of no analyzer"
        raise InputError(said, path=path, line=1, hint=_HINT)
    return header


def _line(line: bytes, path: Path, at: int) -> AnalyzerFinding:
    try:
        return msgspec.json.decode(line, type=AnalyzerFinding)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"is no finding: {error}", path=path, line=at, hint=_HINT) from None
