"""Groups, fleets and environments as AWS Config records them → references to images.

Config spells the older types `imageId` and the newer `ImageId`; what they hold is what the
services themselves answer, so their shapes serve here, too. Of a launch template Config has the
content of one version: who names another one launches an image that cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from checker.collect.aws import autoscaling, batch, fleets
from checker.collect.aws.calls import Shape
from checker.collect.aws.references import (
    DEFAULT,
    LATEST,
    Reference,
    TemplateConfig,
    TemplateRef,
    launches,
)


class Place(NamedTuple):
    """Where names of templates hold."""

    account: str
    region: str


class SpotFleet(Shape, frozen=True):
    spot_fleet_request_config_data: fleets.SpotFleetConfig = fleets.SpotFleetConfig()


class Fleet(Shape, frozen=True):
    launch_template_configs: tuple[TemplateConfig, ...] = ()


def auto_scaling_group(arn: str, configuration: Any) -> Iterator[Reference]:
    spelt = spelt_so(configuration, str.upper) | {"AutoScalingGroupARN": arn}
    yield from autoscaling.of_group(msgspec.convert(spelt, autoscaling.Group))


def launch_configuration(arn: str, configuration: Any) -> Iterator[Reference]:
    spelt = spelt_so(configuration, str.upper) | {"LaunchConfigurationARN": arn}
    yield autoscaling.of_configuration(msgspec.convert(spelt, autoscaling.Configuration))


def ec2_fleet(arn: str, configuration: Any) -> Iterator[Reference]:
    fleet = msgspec.convert(configuration, Fleet)
    for template in fleet.launch_template_configs:
        yield from launches(Reference(resource=arn, kind="ec2-fleet"), template)


def spot_fleet(arn: str, configuration: Any) -> Iterator[Reference]:
    found = msgspec.convert(configuration, SpotFleet)
    base = Reference(resource=arn, kind="spot-fleet")
    yield from fleets.of_spot_fleet(base, found.spot_fleet_request_config_data)


def compute_environment(arn: str, configuration: Any) -> Iterator[Reference]:
    named = {"computeEnvironmentName": "", **spelt_so(configuration, str.lower)}
    spelt = named | {"computeEnvironmentArn": arn}
    yield from batch.of_environment(msgspec.convert(spelt, batch.Environment))


class Templates:
    """What templates and launch configurations are known to launch."""

    def __init__(self) -> None:
        self._images: dict[tuple[Place, TemplateRef], str | None] = {}
        self.uncertain = 0

    def template(
        self, place: Place, keys: list[str | None], image: str | None, versions: tuple[str, str]
    ) -> None:
        """`versions`: its default and its latest one; the content is of one of them."""
        if versions[0] != versions[1]:
            self.uncertain += 1
            return
        for key in filter(None, keys):
            for version in (DEFAULT, LATEST, versions[0]):
                self._images[place, TemplateRef(key, version)] = image

    def followed(self, place: Place, one: Reference) -> Reference:
        """With the image of its template, if that is known; what it is itself is kept."""
        self._images |= {(place, name): one.image for name in one.defines}
        if one.template is None:
            return one
        image, via = self._images.get((place, one.template)), str(one.template)
        told = (place, one.template) in self._images
        return msgspec.structs.replace(one, image=image if told else "", via=via)


def spelt_so(configuration: Any, letter: Callable[[str], str]) -> dict[str, Any]:
    """With keys whose first letter is such a one, all the way down. Raises
    msgspec.ValidationError where it has no keys."""
    found = msgspec.convert(configuration, dict[str, Any])
    return {letter(key[:1]) + key[1:]: _inner(one, letter) for key, one in found.items()}


def _inner(value: Any, letter: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return spelt_so(value, letter)
    return [_inner(one, letter) for one in value] if isinstance(value, list) else value
