"""docs/coverage.md: each kind of resource, where it is read, what shuts it. Held against the code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from checker.access.guardrails import GUARDED
from checker.access.kinds import KINDS, NO_DOORS
from checker.access.shares import SHARED_KINDS
from checker.collect.aws.resources.registry import ALL, SOURCES
from checker.collect.iac.grants.rows import (
    ACCOUNT_SWITCHES,
    BUCKET,
    CACHE,
    REGISTRY,
    ROWS,
    SETTINGS,
)
from tests.test_docs import DOCS, hold

SHUT = {
    "AWS::S3::Bucket": "Block Public Access (bucket, account, organization), object ownership",
    "AWS::S3::AccessPoint": "Block Public Access, the bucket's policy, its VPC",
    "AWS::S3::MultiRegionAccessPoint": "Block Public Access, the bucket's policy",
    "AWS::Lambda::Function": "no URL of the kind that is asked for",
    "AWS::EC2::Snapshot": "block public access for snapshots",
    "AWS::RAM::ResourceShare": "an invitation that is open",
    "AWS::OpenSearchService::Domain": "fine-grained access control, addresses",
    "AWS::ApiGateway::RestApi": "authorizers",
}
"""Beside resource control policies, and keys that do not let in."""
OF = {ACCOUNT_SWITCHES: BUCKET, CACHE: REGISTRY}
"""Settings that code has apart from what they are of."""
HEAD = """\
# What is looked at

Each kind of resource that may let others in by a policy, an ACL, a grant or a share of its own.

- **analysed**: what tells whom it lets in. Kinds that are not analysed are not looked at, and pass
  nobody: `check` says which kinds a snapshot was collected for.
- **in AWS**: the calls by which `collect aws` reads it; each is the permission that it takes, too.
  `–`: it is judged where a snapshot or `analyze --resources` tells of it.
- **in code**: the types of CloudFormation, SAM and Terraform that are read. What else would let
  somebody in is a gap that names whom.
- **shut by**: what may stop a grant and is told as `guardrail`; RCP: resource control policies.

| Kind | analysed | in AWS | in code | shut by |
| --- | --- | --- | --- | --- |
"""


def kinds() -> list[str]:
    coded = {OF.get(row.kind, row.kind) for row in ROWS.values()}
    return sorted({*KINDS, *SHARED_KINDS, *ALL, *coded} - NO_DOORS)


def line(kind: str) -> str:
    calls = sorted({c.permission for s in SOURCES if kind in s.kinds for c in s.calls})
    types = sorted(name for name, row in ROWS.items() if OF.get(row.kind, row.kind) == kind)
    cells = [f"`{kind}`", analysed(kind), listed(calls), listed(types), ", ".join(shut(kind))]
    return f"| {' | '.join(cell or '–' for cell in cells)} |"


def analysed(kind: str) -> str:
    ways = {"policy": kind in KINDS, "share": kind in SHARED_KINDS}
    ways |= {"ACL": kind == "AWS::S3::Bucket", "grants": kind == "AWS::KMS::Key"}
    return ", ".join(way for way, holds in ways.items() if holds)


def listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def shut(kind: str) -> Iterator[str]:
    if kind in KINDS and KINDS[kind].service in GUARDED:
        yield "RCP"
    if kind in SHUT:
        yield SHUT[kind]


def test_the_page_tells_of_each_kind() -> None:
    """A kind that somebody thinks is looked at, and is not."""
    assert set(SHUT) <= set(kinds())
    hold(DOCS / "coverage.md", HEAD + "\n".join(map(line, kinds())) + "\n")


def test_what_is_collected_is_analysed() -> None:
    """A kind that is collected and that nobody can tell anything of."""
    told = {*KINDS, *SHARED_KINDS, "AWS::CloudFront::CloudFrontOriginAccessIdentity"}
    assert set(ALL) <= told
    assert {row.kind for row in ROWS.values()} - {*SETTINGS} <= told
    assert OF.keys() == {*SETTINGS}


def test_the_page_is_linked() -> None:
    """A page that nobody finds."""
    assert "docs/coverage.md" in (Path(DOCS).parent / "README.md").read_text()
