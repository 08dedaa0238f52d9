"""What else is our own, as records of resources tell: canonical ids, origin access identities,
buckets, the access points of each bucket, and whom keys let in."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from checker.access.model import AccessPoint, Ours, Resource

BUCKET, POINT = "AWS::S3::Bucket", "AWS::S3::AccessPoint"
OAI = "AWS::CloudFront::CloudFrontOriginAccessIdentity"


class OwnThings:
    """Fills as records are looked at; all of them must be, before the first is analysed.
    `points_told`: access points were looked for, so that a bucket has none but those here."""

    def __init__(self, *, points_told: bool = False) -> None:
        self._points_told = points_told
        self._canonical: dict[str, str] = {}
        self._oais: set[str] = set()
        self._buckets: set[str] = set()
        self._points: dict[str, list[AccessPoint]] = {}
        self._of_bucket: dict[str, str] = {}

    def bucket(self, arn: str) -> None:
        """One whose settings tell of nothing else."""
        self._buckets.add(arn.rpartition(":")[2])

    def look(self, one: Resource) -> None:
        told = one.settings
        self._canonical |= told.canonical
        self._oais |= set(told.own_oais)
        if one.kind == BUCKET:
            self.bucket(one.arn)
        elif one.kind == OAI:
            self._oais.add(one.arn.rpartition("/")[2])
        elif one.kind == POINT and told.bucket is not None:
            point = AccessPoint(one.arn, one.document, told.origin, told.bpa or told.account_bpa)
            self._points.setdefault(told.bucket, []).append(point)
            self._of_bucket[one.arn] = told.bucket

    def added_to(self, ours: Ours) -> Ours:
        """With what was found beside what is known."""
        return msgspec.structs.replace(
            ours,
            canonical={**ours.canonical, **self._canonical},
            oais=ours.oais | self._oais,
            buckets=ours.buckets | self._buckets,
            points=self._known_points(ours),
        )

    @property
    def pointed(self) -> frozenset[str]:
        """The names of buckets that have access points."""
        return frozenset(self._points)

    def has_points(self, kind: str, arn: str) -> bool:
        """Whether a bucket has access points, which are a part of what it says."""
        return kind == BUCKET and arn.rpartition(":")[2] in self._points

    def seen_through_bucket(self, kind: str, arn: str) -> bool:
        """Whether an access point is one of an own bucket: who comes in by it needs the bucket's
        policy too, so it is the bucket that lets in."""
        return kind == POINT and self._of_bucket.get(arn) in self._buckets

    def _known_points(self, ours: Ours) -> Mapping[str, tuple[AccessPoint, ...]] | None:
        """None where none was seen, and nobody may have looked for any."""
        if not self._points and not self._points_told:
            return ours.points
        found = {name: tuple(several) for name, several in self._points.items()}
        return {**(ours.points or {}), **found}

    def with_points(self, one: Resource) -> Resource:
        """A bucket with its access points, where its own record does not tell them."""
        found = self._points.get(_name(one)) if one.kind == BUCKET else None
        if not found or one.settings.access_points is not None:
            return one
        settings = msgspec.structs.replace(one.settings, access_points=found)
        return msgspec.structs.replace(one, settings=settings)


def _name(bucket: Resource) -> str:
    return bucket.arn.rpartition(":")[2]
