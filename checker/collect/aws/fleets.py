"""Spot requests, Spot Fleets and EC2 Fleets that may still launch something."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.references import Reference, TemplateConfig, arn, launches

SPOT_FLEETS = Call("ec2", "DescribeSpotFleetRequests", "SpotFleetRequestConfigs")
FLEETS = Call("ec2", "DescribeFleets", "Fleets")
SPOT_REQUESTS = Call(
    "ec2", "DescribeSpotInstanceRequests", "SpotInstanceRequests", {"MaxResults": 1000}
)
_OVER = frozenset(
    ("cancelled", "cancelled_terminating", "closed", "failed", "deleted", "deleted_terminating")
)


class LaunchSpecification(Shape, frozen=True):
    image_id: str | None = None


class SpotRequest(Shape, frozen=True):
    spot_instance_request_id: str
    state: str | None = None
    type: str | None = None
    launch_specification: LaunchSpecification = LaunchSpecification()


class SpotFleetConfig(Shape, frozen=True):
    launch_specifications: tuple[LaunchSpecification, ...] = ()
    launch_template_configs: tuple[TemplateConfig, ...] = ()


class SpotFleet(Shape, frozen=True):
    spot_fleet_request_id: str
    spot_fleet_request_state: str | None = None
    spot_fleet_request_config: SpotFleetConfig = SpotFleetConfig()


class Fleet(Shape, frozen=True):
    fleet_id: str
    fleet_state: str | None = None
    launch_template_configs: tuple[TemplateConfig, ...] = ()


def spot_requests(account_region: AccountRegion) -> Iterator[Reference]:
    """Those that wait for their instance, and persistent ones, which launch another when it is
    interrupted. What a one-time request has launched is among the instances.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html
    """
    for request in account_region.items(SPOT_REQUESTS, SpotRequest):
        done = request.type == "one-time" and request.state == "active"
        if request.state not in _OVER and not done:
            name = f"spot-instances-request/{request.spot_instance_request_id}"
            yield Reference(
                resource=arn(account_region, "ec2", name),
                kind="spot-request",
                state=request.state,
                image=request.launch_specification.image_id or "",
            )


def spot_fleets(account_region: AccountRegion) -> Iterator[Reference]:
    """Images by launch specifications, or by launch templates."""
    for fleet in account_region.items(SPOT_FLEETS, SpotFleet):
        base = Reference(
            resource=arn(
                account_region, "ec2", f"spot-fleet-request/{fleet.spot_fleet_request_id}"
            ),
            kind="spot-fleet",
            state=fleet.spot_fleet_request_state,
        )
        if base.state not in _OVER:
            yield from of_spot_fleet(base, fleet.spot_fleet_request_config)


def of_spot_fleet(base: Reference, config: SpotFleetConfig) -> Iterator[Reference]:
    """Each image and template of its configuration."""
    images = [specification.image_id for specification in config.launch_specifications]
    yield from (replace(base, image=image) for image in dict.fromkeys(images) if image)
    for template in config.launch_template_configs:
        yield from launches(base, template)


def ec2_fleets(account_region: AccountRegion) -> Iterator[Reference]:
    """Images by launch templates and overrides."""
    for fleet in account_region.items(FLEETS, Fleet):
        base = Reference(
            resource=arn(account_region, "ec2", f"fleet/{fleet.fleet_id}"),
            kind="ec2-fleet",
            state=fleet.fleet_state,
        )
        if base.state not in _OVER:
            for template in fleet.launch_template_configs:
                yield from launches(base, template)
