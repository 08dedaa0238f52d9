"""IAM Access Analyzer → its findings of external access, as a cross-check of our own.

Analyzers are a region's; one of an organization is in the management account or in a delegated
administrator's. Those of unused and internal access say nothing of outsiders, and are not read.
https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from checker.collect.aws import ec2
from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.resources.reading import Reading
from checker.collect.aws.session import AccountSession
from checker.collect.aws.survey import account_region_of
from checker.collect.aws.wanted import check_regions
from checker.errors import InputError
from checker.snapshot.analyzer import (
    Analyzer,
    AnalyzerAccess,
    AnalyzerFinding,
    AnalyzerHeader,
)

# IAM's prefix of the service has a hyphen that botocore's name lacks.
ANALYZERS = Call(
    "accessanalyzer", "ListAnalyzers", "analyzers", sparse=True,
    action="access-analyzer:ListAnalyzers",
)  # fmt: skip
FINDINGS = Call(
    "accessanalyzer", "ListFindingsV2", "findings", when="analyzer",
    action="access-analyzer:ListFindings",
)  # fmt: skip
DETAILS = Call(
    "accessanalyzer", "GetFindingV2", "findingDetails", when="finding that is not resolved",
    action="access-analyzer:GetFinding",
)  # fmt: skip
_EXTERNAL = "ExternalAccess"
_WORKERS = 8


class _Analyzer(CamelShape, frozen=True):
    arn: str
    type: str
    status: str
    last_resource_analyzed_at: datetime | None = None


class _Finding(CamelShape, frozen=True):
    id: str
    resource_type: str
    resource_owner_account: str
    status: str
    resource: str | None = None
    error: str | None = None
    analyzed_at: datetime | None = None
    finding_type: str = _EXTERNAL


class _Point(CamelShape, frozen=True):
    access_point_arn: str | None = None


class _Source(CamelShape, frozen=True):
    detail: _Point = _Point()


class _External(CamelShape, frozen=True):
    principal: dict[str, str] = msgspec.field(default_factory=dict)
    action: tuple[str, ...] = ()
    condition: dict[str, str] = msgspec.field(default_factory=dict)
    is_public: bool | None = None
    sources: tuple[_Source, ...] = ()
    resource_control_policy_restriction: str | None = None


class _Detail(CamelShape, frozen=True):
    external_access_details: _External | None = None


@dataclass(frozen=True)
class Read:
    """What was read; `gaps` of all regions."""

    header: AnalyzerHeader
    findings: tuple[AnalyzerFinding, ...]


@dataclass
class _Region:
    here: AccountRegion
    analyzers: list[Analyzer] = field(default_factory=list)
    findings: list[AnalyzerFinding] = field(default_factory=list)


def collect(
    session: AccountSession, regions: tuple[str, ...], analyzer: str | None, now: str
) -> Read:
    """All findings of the analyzers of external access in these regions (none: all that are
    enabled), or of the one named. Raises InputError where there is none to read."""
    whole = account_region_of(session, None)
    check_regions(whole, regions, session.pool.regions(session.partition))
    names = (analyzer.split(":")[3],) if analyzer else regions or tuple(ec2.regions(whole))
    if session.partition == "aws" and not names and not whole.gaps:
        raise InputError("no region is enabled")
    with ThreadPoolExecutor(_WORKERS) as pool:
        read = list(pool.map(lambda name: _region(session, name, analyzer), names))
    gaps = [*whole.gaps, *(gap for one in read for gap in one.here.gaps)]
    analyzers = tuple(found for one in read for found in one.analyzers)
    if not analyzers and not gaps:
        said = f"{analyzer} is none" if analyzer else "there is no analyzer of external access"
        hint = "make one, or ask in the account that has the organization's: the management " \
               "account, or the delegated administrator of Access Analyzer"  # fmt: skip
        raise InputError(f"{said} here (account {session.account})", hint=hint)
    header = AnalyzerHeader(
        collected_at=now, partition=session.partition, account=session.account,
        regions=tuple(names), analyzers=analyzers, gaps=tuple(dict.fromkeys(gaps)),
    )  # fmt: skip
    return Read(header, tuple(found for one in read for found in one.findings))


def _region(session: AccountSession, name: str, wanted: str | None) -> _Region:
    here = account_region_of(session, name)
    found = _Region(here)
    for one in list(here.items(ANALYZERS, _Analyzer)):
        zone = {"ACCOUNT": "account", "ORGANIZATION": "organization"}.get(one.type)
        if zone is None or wanted not in (None, one.arn):
            continue
        found.analyzers.append(
            Analyzer(arn=one.arn, region=name, zone=zone, status=one.status,  # type: ignore[arg-type]
                     analyzed_at=_time(one.last_resource_analyzed_at))
        )  # fmt: skip
        if one.status != "ACTIVE":
            said = f"{one.arn} is {one.status}: what it found may be old, or not all"
            here.gap(FINDINGS.name, "AnalyzerNotActive", said)
        found.findings += _findings(here, one.arn)
    return found


def _findings(here: AccountRegion, analyzer: str) -> Iterable[AnalyzerFinding]:
    for one in list(here.items(FINDINGS, _Finding, analyzerArn=analyzer)):
        if one.finding_type != _EXTERNAL:
            continue
        asked = one.status != "RESOLVED" and one.error is None
        yield AnalyzerFinding(
            id=one.id, analyzer=analyzer, region=here.region_name,
            account=one.resource_owner_account, resource=one.resource, kind=one.resource_type,
            status=one.status, analyzed_at=_time(one.analyzed_at), error=one.error,
            accesses=_accesses(here, analyzer, one) if asked else None,
        )  # fmt: skip


def _accesses(
    here: AccountRegion, analyzer: str, one: _Finding
) -> tuple[AnalyzerAccess, ...] | None:
    """All of a finding's, or None: a part would look like the whole."""
    found = Reading(here).items(DETAILS, _Detail, analyzerArn=analyzer, id=one.id)
    if found is None:
        return None
    every = (each.external_access_details for each in found)
    told = [way for way in every if way is not None]
    if not told or len(told) < len(found):
        said = f"finding {one.id} of {one.resource} tells no external access"
        here.gap(DETAILS.name, "UnexpectedResponse", said)
        return None
    return tuple(map(_access, told))


def _access(one: _External) -> AnalyzerAccess:
    points = (source.detail.access_point_arn for source in one.sources)
    return AnalyzerAccess(
        principal=one.principal, actions=one.action,
        condition={key: _shown(key, value) for key, value in one.condition.items()},
        public=one.is_public, points=tuple(point for point in points if point),
        rcp=one.resource_control_policy_restriction,
    )  # fmt: skip


def _shown(key: str, value: str) -> str:
    """An external id is for two parties to know, and tells nobody who is let in."""
    return "(redacted)" if key.lower() == "sts:externalid" else value


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
