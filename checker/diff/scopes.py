"""What a snapshot looked at: what it doesn't show may be gone, or not looked at any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from checker.snapshot import files
from checker.snapshot.pods import listed
from checker.snapshot.records import Gap, Manifest

ROLES, IMAGES, RESOURCES, CODE = "roles", "image uses", "resources", "code uses"
GAPS = "gaps"
_FILES = {
    ROLES: files.ROLES, IMAGES: files.IMAGE_USES, RESOURCES: files.RESOURCES, CODE: files.CODE_USES,
}  # fmt: skip
_READERS = ("aws", "cloudformation", "terraform")
"""The sources that roles and image uses come from; a trail adds use alone, and of pods their
clusters tell."""
_SOURCES = (*_READERS, "kubernetes")
_REGISTRY = "AWS::ECR::RegistryPolicy"
_PROVIDERS = ("iam:ListOpenIDConnectProviders", "iam:ListSAMLProviders", "iam:GetSAMLProvider")
"""Calls without which the roles of an account are seen all the same."""


class Place(NamedTuple):
    """Where a thing was seen: what kind of thing (ROLES, …), in which account and region; of a
    resource and of code, of which type. `cluster`: whose pods it is of; `registry`: the account and
    region of the own registry whose rules tell who publishes it."""

    kind: str
    account: str | None
    region: str | None = None
    type: str | None = None
    cluster: str | None = None
    registry: tuple[str, str] | None = None


class Scope:
    """What was looked at. `before`: the gaps of the other snapshot, which saw nonetheless what it
    saw of images, as more than one call finds these."""

    def __init__(self, manifest: Manifest, before: Iterable[Gap] = ()) -> None:
        self._manifest = manifest
        self._accounts = {a.id for a in manifest.accounts if a.collected and a.active}
        self._known = {one.id: one for one in manifest.accounts}
        self._sources = {name for name in manifest.sources if name in _SOURCES}
        self._clusters = listed(manifest)
        known = {_place(gap) for gap in before}
        self._new_gaps = [gap for gap in manifest.gaps if _place(gap) not in known]

    def parts(self) -> dict[tuple[str, ...], str]:
        """Each account, region, source and kind of record that was looked at, by name."""
        kinds = [name for name, file in _FILES.items() if file in self._manifest.files]
        named = {
            "account": self._accounts,
            "region": set(self._manifest.regions),
            "source": self._sources,
            "pods": self._clusters,
            "records": kinds,
            "resources": self._manifest.resource_kinds or (),
            "code": self._manifest.code_kinds or (),
        }
        return {
            (what, each): "looked at" for what, found in named.items() for each in sorted(found)
        }

    def lacks(self, place: Place, sources: Iterable[str] = ()) -> str | None:
        """Why nobody looked there, in words; None where somebody did. `sources`: of the snapshot
        that shows something there."""
        return next(self._lacks(place, sources), None)

    def _lacks(self, place: Place, sources: Iterable[str]) -> Iterator[str]:
        kind, account, region, type_, cluster, registry = place
        for source in sources:
            if source in _READERS and source not in self._sources:
                yield f"nothing was collected from {source}"
        if cluster is not None and cluster not in self._clusters:
            yield f"the pods of {cluster} were not listed"
        if account is not None and account not in self._accounts:
            yield f"the account {account} was not looked at"
        regions = self._manifest.regions_of(self._known.get(account or ""))
        if region is not None and region not in regions and "aws" in self._sources:
            yield f"the region {region} was not looked at"
        if kind in _FILES and _FILES[kind] not in self._manifest.files:
            yield f"no {kind} were looked at"
        elif type_ is not None and type_ not in (self._types(kind) or (type_,)):
            yield f"no {type_} was looked at"
        for gap in self._hiding(place):
            yield f"{gap.call} could not be looked at: {gap.code}"
        if registry is not None:
            yield from self._lacks(Place(RESOURCES, *registry, _REGISTRY), ())

    def _types(self, kind: str) -> tuple[str, ...]:
        """Of which types things of a kind were looked for, where the manifest tells."""
        manifest = self._manifest
        return (manifest.code_kinds if kind == CODE else manifest.resource_kinds) or ()

    def _hiding(self, place: Place) -> Iterator[Gap]:
        """Gaps where a thing of this place may be."""
        kind, account, region = place[:3]
        if kind == GAPS:
            return
        for gap in self._manifest.gaps if kind == ROLES else self._new_gaps:
            service = gap.call.partition(":")[0]
            if gap.account not in (None, account) or service == "organizations":
                continue
            if gap.code == "MissingShard":  # of which accounts nobody looked at, these tell
                continue
            if kind == ROLES and gap.region is None and gap.call not in _PROVIDERS:
                yield gap
            here = gap.region in (None, region)
            if kind in (IMAGES, RESOURCES, CODE) and here and service != "iam":
                yield gap


def _place(gap: Gap) -> tuple[str | None, str | None, str]:
    return gap.account, gap.region, gap.call
