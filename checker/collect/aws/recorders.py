"""What each account's recorder of AWS Config records: what it leaves out is a gap, not nothing.

Recorders record themselves, whatever else they leave out.
https://docs.aws.amazon.com/config/latest/developerguide/select-resources.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import msgspec

from checker.collect.aws.calls import Shape
from checker.collect.aws.configured_launches import Place, spelt_so

KIND = "AWS::Config::ConfigurationRecorder"
_ROLE = "AWS::IAM::Role"
_ONLY, _BUT = "INCLUSION_BY_RESOURCE_TYPES", "EXCLUSION_BY_RESOURCE_TYPES"


class Exclusion(Shape, frozen=True):
    resource_types: tuple[str, ...] = ()


class Strategy(Shape, frozen=True):
    use_only: str | None = None


class Group(Shape, frozen=True):
    all_supported: bool = False
    include_global_resource_types: bool = False
    resource_types: tuple[str, ...] = ()
    exclusion_by_resource_types: Exclusion = Exclusion()
    recording_strategy: Strategy = Strategy()


class Recorder(Shape, frozen=True):
    recording: bool = True
    recording_group: Group = Group()

    def records(self, kind: str) -> bool:
        group = self.recording_group
        if not self.recording:
            return False
        if group.recording_strategy.use_only == _BUT:
            return kind not in group.exclusion_by_resource_types.resource_types
        if group.all_supported and group.recording_strategy.use_only != _ONLY:
            return kind != _ROLE or group.include_global_resource_types
        return kind in group.resource_types


class Recorders:
    """Of all accounts and regions."""

    def __init__(self) -> None:
        self._known: dict[Place, Recorder] = {}

    def add(self, account: str, region: str, configuration: Any) -> None:
        """Raises msgspec.ValidationError where it is none."""
        self._known[Place(account, region)] = msgspec.convert(
            spelt_so(configuration, str.upper), Recorder
        )

    def missing(
        self, sources: Iterable[Place], kinds: Collection[str], regions: Collection[str]
    ) -> Iterator[tuple[Place, str, str]]:
        """Where something is not recorded, a code, and words. What IAM has is enough to be recorded
        in one region of an account; other kinds matter in `regions`, if there are any."""
        listed = sorted(set(sources))
        here = [kind for kind in kinds if not kind.startswith("AWS::IAM::")]
        for place in listed:
            recorder = self._known.get(place)
            if recorder is None:
                yield place, "RecorderUnknown", "AWS Config does not tell what is recorded there"
                continue
            left = [kind for kind in here if not recorder.records(kind)]
            if left and (not regions or place.region in regions):
                yield place, "NotRecorded", f"not recorded there: {', '.join(left)}"
        for account in sorted({place.account for place in listed}):
            of_account = [self._known.get(place) for place in listed if place.account == account]
            known = [recorder for recorder in of_account if recorder]
            left = [
                kind
                for kind in kinds
                if kind.startswith("AWS::IAM::") and not any(r.records(kind) for r in known)
            ]
            if known and left:
                text = f"recorded in no region: {', '.join(left)}"
                yield Place(account, ""), "NotRecorded", text
