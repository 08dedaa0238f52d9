"""What Block Public Access would do: to buckets and snapshots, by analysing them with it; to
images, of which it stops new sharing alone.

Of a bucket whose policy is public it refuses all other accounts, those that are named there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from checker.access import Access, AccessGrant, Resource
from checker.access.statements import decoded
from checker.enforce.doubt import Doubt
from checker.enforce.resource_bench import ResourceBench
from checker.enforce.resource_judged import ResourceJudge
from checker.enforce.resource_proof import Kept, not_understood
from checker.enforce.unseen import of_public
from checker.facts.build import principal_id
from checker.images.sharing import outsiders
from checker.role_trust.trustees import exact
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Image
from checker.trust.document.decode import as_list
from checker.vetting.register import Register

BUCKET, VOLUME = "AWS::S3::Bucket", "AWS::EC2::Snapshot"
_STAYS = "it is public already, and the block stops new sharing alone: end it there"
_BY_AWS = "AWS alone tells whether its policy is public, and then refuses {} there"


class Public(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that is for everybody, or for somebody beside everybody. `id`: whom."""

    resource: str
    account: str
    id: str = "*"
    status: str = "unlisted"
    name: str | None = None
    region: str | None = None
    reason: str | None = None


class PublicProof(msgspec.Struct):
    """As the other proofs; `resources` and `images` were looked at."""

    cuts: list[Public] = []
    closes: list[Public] = []
    left: list[Public] = []
    doubts: list[Doubt] = []
    resources: int = 0


class PublicProver:
    """Of own resources that let somebody in."""

    def __init__(self, register: Register, bench: ResourceBench) -> None:
        self._register, self._bench = register, bench
        self._judge = ResourceJudge(register)
        self.proof = PublicProof()

    def look(self, one: Kept, resource: Resource) -> None:
        """`resource`: without what was told of its policy, which the block may change."""
        if resource.kind not in (BUCKET, VOLUME):
            return
        self.proof.resources += 1
        self.proof.doubts += not_understood(one)
        changed = {"organization_s3_policy": "all", "snapshot_block": "block-all-sharing"}
        settings = msgspec.structs.replace(resource.settings, **changed)
        after = self._bench.before(msgspec.structs.replace(resource, settings=settings))
        still = {_key(x) for x in after.grants if x.effective is not False}
        lost = [x for x in _effective(one.access) if _key(x) not in still]
        if any(x.principal.kind == "anyone" and x.via == "policy" for x in lost):
            self._beside_everybody(one, resource)
        for grant in _effective(one.access):
            if _key(grant) not in still:
                self._lost(one, grant)
            elif (
                self._judge.status(one.record, grant.principal)[0]
                and grant.via == "policy"
                and _perhaps(resource)
            ):
                said = _BY_AWS.format(principal_id(grant.principal))
                self.proof.doubts.append(Doubt(one.record.arn, said))

    def _beside_everybody(self, one: Kept, resource: Resource) -> None:
        """Who is vetted and named beside everybody, in whom the analysis has them."""
        alone = msgspec.structs.replace(resource, document=_without_everybody(resource.document))
        for grant in _effective(self._bench.before(alone)):
            if grant.via == "policy" and self._judge.status(one.record, grant.principal)[0]:
                self._lost(one, grant)

    def image(self, image: Image) -> None:
        if any(one.kind == "anyone" for one in outsiders(image, self._register)):
            found = Public(image.image_id, image.account, region=image.region, reason=_STAYS)
            self.proof.left.append(found)

    def _lost(self, one: Kept, grant: AccessGrant) -> None:
        told = self._judge.found(one.record, grant)
        found = Public(
            resource=told.resource,
            account=told.account,
            id=told.id,
            status=told.status,
            name=told.name,
            region=one.record.region,
        )
        vetted = told.status in ("own", "vetted")
        told_of = self.proof.cuts if vetted else self.proof.closes
        if found not in told_of[-8:]:  # once, whatever of it they could do
            told_of.append(found)


def _effective(access: Access) -> Iterator[AccessGrant]:
    return (one for one in access.grants if one.effective is not False)


def _key(grant: AccessGrant) -> tuple[str, str]:
    return grant.via, exact(grant.principal)


def _perhaps(resource: Resource) -> bool:
    """Whether a policy with an Allow for everybody may be public, though nobody told."""
    told = resource.settings.policy_status is not None
    return not told and any(map(_for_everybody, _statements(resource.document)))


def _without_everybody(text: object) -> object:
    policy = decoded(text)
    if not isinstance(policy, dict):
        return text
    narrowed = [_others_of(x) if _for_everybody(x) else x for x in _statements(text)]
    return policy | {"Statement": [x for x in narrowed if x is not None]}


def _others_of(one: Any) -> object | None:
    """The statement for those alone whom it names beside everybody."""
    principal = one.get("Principal")
    if not isinstance(principal, dict):
        return None
    others = [x for x in as_list(principal["AWS"]) if x != "*"]
    named = {k: v for k, v in principal.items() if k != "AWS"} | ({"AWS": others} if others else {})
    return one | {"Principal": named} if named else None


def _statements(text: object) -> list[object]:
    policy = decoded(text)
    return as_list(policy.get("Statement") if isinstance(policy, dict) else None)


def _for_everybody(one: object) -> bool:
    if not isinstance(one, dict) or one.get("Effect") != "Allow":
        return False
    principal = one.get("Principal")
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    return "NotPrincipal" in one or "*" in as_list(named)


def prove_public(
    snapshot: Snapshot,
    register: Register,
    bench: ResourceBench,
    kept: Iterable[Kept],
    images: Iterable[Image],
) -> PublicProof:
    """Of buckets, snapshots and images."""
    prover = PublicProver(register, bench)
    for one in kept:
        prover.look(one, bench.resource(one.record)[0])
    for image in images:
        prover.image(image)
    prover.proof.doubts += of_public(snapshot.manifest)
    return prover.proof
