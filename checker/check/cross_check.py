"""AWS's analyzer against ours: the same resources, the same outsiders?

Compared are the ARN of the resource and whom it lets in, by account, organization or issuer: not
the actions, which both sides write in their own ways; both are told.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from checker.access.model import Ours
from checker.aws_accounts import aws_accounts
from checker.check.cross_names import (
    ANYONE,
    resource_key,
    words_of_finding,
    words_of_principal,
)
from checker.check.gaps import FOUND_BY_ANALYZER
from checker.report.cross_check import CrossCheck, KindRow, Told
from checker.resource_trust.own import own_things
from checker.snapshot.analyzer import AnalyzerFinding, AnalyzerFindings
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Gap
from checker.subjects.item import Item
from checker.trust.model import Principal
from checker.vetting.register import Register

_ROLE = "AWS::IAM::Role"
COVERED = frozenset(
    {
        "AWS::S3::Bucket", "AWS::S3Express::DirectoryBucket", _ROLE, "AWS::KMS::Key",
        "AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret", "AWS::SNS::Topic", "AWS::EFS::FileSystem",
        "AWS::EC2::Snapshot", "AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot",
        "AWS::ECR::Repository", "AWS::DynamoDB::Table", "AWS::DynamoDB::Stream",
    }
)  # fmt: skip
"""Kinds of which AWS finds external access.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html"""


class _Ours(msgspec.Struct, frozen=True):
    """A way in that the gate saw. `words`: whom, in all ways in which AWS may name them."""

    told: Told
    words: frozenset[str]
    counted: bool
    effective: bool | None
    guardrail: str | None


class _Theirs(msgspec.Struct, frozen=True):
    told: Told
    words: frozenset[str]
    keys: frozenset[str]


class CrossChecker:
    """Watches the gate; then `gaps` and `result` tell what came of it."""

    def __init__(self, found: AnalyzerFindings, snapshot: Snapshot, register: Register) -> None:
        self._found, self._snapshot, self._register = found, snapshot, register
        self._ours: dict[str, list[_Ours]] = {}
        self._looked = {one.id for one in snapshot.manifest.accounts if one.collected}
        self._issuers = {one.arn: one.issuer for one in snapshot.providers() if one.issuer}
        self._canonical, self._oais = _own_ids(snapshot)
        self._made: CrossCheck | None = None

    def __call__(self, item: Item) -> None:
        if item.subject not in ("role_trust", "resource_access"):
            return
        grant, kind = item.facts["grant"], item.facts.get("target", {}).get("kind", _ROLE)
        words = words_of_principal(item.facts["principal"])
        told = Told(
            account=item.where.account or "", region=item.where.region,
            resource=item.where.resource, kind=kind, principal=item.where.principal or ANYONE,
            actions=tuple(grant["actions"]),
        )  # fmt: skip
        named = item.facts["principal"]["kind"] not in ("service", "unresolved")
        counted = item.sights is not None and named and grant["effective"] is not False
        one = _Ours(told, words, counted, grant["effective"], grant.get("guardrail"))
        self._ours.setdefault(resource_key(told.resource), []).append(one)

    def gaps(self) -> Iterator[Gap]:
        """When the gate is through: what AWS found and we did not, and what of AWS's findings could
        not be read. Nobody accepts these by accepting the snapshot's own gaps."""
        yield from self._found.header.gaps
        by_place: dict[tuple[str, str | None, str], list[Told]] = {}
        for one in self.result().missed:
            by_place.setdefault((one.account, one.region, one.resource), []).append(one)
        for (account, region, resource), members in sorted(
            by_place.items(), key=lambda entry: str(entry[0])
        ):
            who = ", ".join(sorted({one.principal for one in members}))
            actions = sorted({action for one in members for action in one.actions})
            message = (
                f"Access Analyzer found that {who} gets in ({', '.join(actions) or 'no action'}) "
                f"and we did not; {members[0].why}"
            )
            yield Gap(
                account=account,
                region=region,
                call=resource,
                code=FOUND_BY_ANALYZER,
                message=message,
            )

    def result(self) -> CrossCheck:
        if self._made is None:
            self._made = self._compared()
        return self._made

    def _compared(self) -> CrossCheck:
        findings = self._found.findings
        here = [one for one in findings if one.account in self._looked]
        active = list(_ways(here, "ACTIVE"))
        missed, stopped, agreed, own = [], [], [], 0
        for one in active:
            met = self._met(one)
            if met is None and self._is_own(one):
                own += 1
            elif met is None:
                missed.append(one)
            else:
                agreed.append(one)
                if met.effective is False:
                    stopped.append(_with(one.told, f"stopped by {met.guardrail or 'a guardrail'}"))
        alone, uncovered = self._only_ours(findings)
        header = self._found.header
        return CrossCheck(
            path=self._found.path, sha256=self._found.sha256, collected_at=header.collected_at,
            analyzers=tuple(sorted(one.arn for one in header.analyzers)),
            agreed=len(agreed), own=own,
            archived=sum(one.status == "ARCHIVED" for one in here),
            resolved=sum(one.status == "RESOLVED" for one in here),
            elsewhere=sum(one.account not in self._looked and _status(one) == "ACTIVE"
                          for one in findings),
            missed=tuple(sorted(self._explained(missed), key=_order)),
            stopped=tuple(sorted(stopped, key=_order)),
            only_ours=tuple(sorted(alone, key=_order)),
            unreadable=tuple(sorted(_unreadable(here))),
            uncovered=dict(sorted(uncovered.items())),
            kinds=tuple(self._rows(active, agreed)),
        )  # fmt: skip

    def _met(self, theirs: _Theirs) -> _Ours | None:
        """Ours of the same somebody, one that gets in first; or that lets in everybody."""
        at = [one for key in sorted(theirs.keys) for one in self._ours.get(key, ())]
        words = self._wide(theirs.words)
        same = [
            one for one in at
            if one.words & words or (ANYONE in one.words and one.effective is not False)
        ]  # fmt: skip
        return min(same, key=lambda one: one.effective is False, default=None)

    def _wide(self, words: frozenset[str]) -> frozenset[str]:
        """With who is behind an identity provider's ARN."""
        return words | {self._issuers[word] for word in words if word in self._issuers}

    def _is_own(self, theirs: _Theirs) -> bool:
        """Whether it is our own for us: the analyzer's zone may be an account alone, and of who is
        behind an issuer it knows nothing."""
        return all(map(self._own_word, theirs.words))

    def _own_word(self, word: str) -> bool:
        register = self._register
        if word in register.own_accounts or word in register.organizations:
            return True
        if word in aws_accounts() or word in self._oais:
            return True
        if (owner := self._canonical.get(word)) is not None:
            return owner in register.own_accounts
        provider = self._issuers.get(word, word)
        one = Principal(kind="federated", partition=register.partition, provider=provider)
        return register.principal(one).status == "own"

    def _explained(self, missed: list[_Theirs]) -> list[Told]:
        if not missed:
            return []
        kinds = self._kinds()
        known = {resource_key(role.arn) for block in self._snapshot.roles() for role in block}
        known |= {resource_key(one.arn) for one in self._snapshot.resources()}
        return [_with(one.told, _why(one, kinds, known)) for one in missed]

    def _kinds(self) -> frozenset[str]:
        return frozenset((_ROLE, *(self._snapshot.manifest.resource_kinds or ())))

    def _only_ours(self, findings: Iterable[AnalyzerFinding]) -> tuple[list[Told], Counter[str]]:
        """What AWS archived or could not tell of is not said to be ours alone."""
        theirs: dict[str, set[str]] = {}
        for way in (*_ways(findings, "ACTIVE"), *_ways(findings, "ARCHIVED")):
            for key in way.keys:
                theirs.setdefault(key, set()).update(self._wide(way.words))
        untold = {
            resource_key(found.resource or "")
            for found in findings
            if found.status != "RESOLVED" and found.accesses is None
        }
        alone: list[Told] = []
        uncovered: Counter[str] = Counter()
        for key, members in self._ours.items():
            for one in members:
                if not one.counted or key in untold or one.words & theirs.get(key, set()):
                    continue
                if reason := self._uncovered(one.told):
                    uncovered[reason] += 1
                else:
                    alone.append(_with(one.told, "no finding of AWS's names them there"))
        return alone, uncovered

    def _uncovered(self, told: Told) -> str | None:
        """Why AWS's analyzer says nothing of it; None where it should have."""
        if told.kind not in COVERED:
            return f"{told.kind}, a kind that it does not analyse"
        header = self._found.header
        broken = {gap.region for gap in header.gaps}
        for one in header.analyzers:
            mine = one.zone == "organization" or one.account == told.account
            there = told.kind == _ROLE or told.region in (None, one.region)
            if mine and there and one.status == "ACTIVE" and not broken & {None, one.region}:
                return None
        return "no analyzer that was read whole covers its account and region"

    def _rows(self, active: list[_Theirs], agreed: list[_Theirs]) -> Iterator[KindRow]:
        theirs = Counter(one.told.kind for one in active)
        both = Counter(one.told.kind for one in agreed)
        ours = Counter(one.told.kind for at in self._ours.values() for one in at if one.counted)
        looked = self._kinds()
        for kind in sorted(COVERED | theirs.keys() | ours.keys()):
            if theirs[kind] or ours[kind] or kind not in looked:
                yield KindRow(
                    kind=kind, analyzer=kind in COVERED, looked=kind in looked,
                    theirs=theirs[kind], ours=ours[kind], both=both[kind],
                )  # fmt: skip


def _ways(findings: Iterable[AnalyzerFinding], status: str) -> Iterator[_Theirs]:
    """Each way in once: of a role every region's analyzer tells. What it is known by belongs to
    it: two access points of one bucket are two."""
    seen: set[tuple[str, frozenset[str], frozenset[str]]] = set()
    for one in findings:
        for access in one.accesses or () if _status(one) == status else ():
            region = None if one.kind == _ROLE else one.region
            told = Told(
                account=one.account, region=region, resource=one.resource or one.id, kind=one.kind,
                principal=", ".join(access.principal.values()) or ANYONE,
                actions=access.actions, condition=access.condition,
            )  # fmt: skip
            keys = frozenset(map(resource_key, (told.resource, *access.points)))
            words = words_of_finding(access)
            if (name := (repr(told), words, keys)) not in seen:
                seen.add(name)
                yield _Theirs(told, words, keys)


def _status(one: AnalyzerFinding) -> str:
    """One that nobody knows counts as active."""
    return one.status if one.status in ("ARCHIVED", "RESOLVED") else "ACTIVE"


def _unreadable(findings: Iterable[AnalyzerFinding]) -> Iterator[str]:
    for one in findings:
        if _status(one) != one.status:
            said = f"its status {one.status!a:.40} is not known, and counts as ACTIVE"
            yield f"{one.resource or one.id}: {said}"
        if one.status != "RESOLVED" and one.accesses is None:
            yield f"{one.resource or one.id}: {one.error or 'its finding could not be read'}"


def _own_ids(snapshot: Snapshot) -> tuple[Mapping[str, str], frozenset[str]]:
    """Canonical user ids with their accounts, and our own origin access identities."""
    known = own_things(snapshot).added_to(Ours())
    return known.canonical, known.oais


def _why(one: _Theirs, kinds: frozenset[str], known: set[str]) -> str:
    if one.told.kind not in kinds:
        return "the snapshot did not look for this kind: AWS's word alone"
    if not one.keys & known:
        return "the resource is not in the snapshot"
    return "the snapshot has the resource, and shows no such grant"


def _with(told: Told, why: str) -> Told:
    return msgspec.structs.replace(told, why=why)


def _order(told: Told) -> tuple[str, str, str]:
    return told.resource, told.principal, repr(told.condition)
