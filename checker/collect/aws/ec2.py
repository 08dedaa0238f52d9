"""EC2: the regions of an account, and its instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.aws.calls import Call, Shape, Tag
from checker.collect.aws.corner import Corner
from checker.collect.aws.described import ProductCode, codes
from checker.collect.aws.references import Reference, arn

_STATES = ["pending", "running", "shutting-down", "stopping", "stopped"]  # terminated: not there
ALIVE: dict[str, Any] = {
    "Filters": [{"Name": "instance-state-name", "Values": _STATES}],
    "MaxResults": 1000,
}

REGIONS = Call("ec2", "DescribeRegions", "Regions")
# What services of AWS manage in the account may be hidden otherwise:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
MANAGED = {"IncludeManagedResources": True}
INSTANCES = Call("ec2", "DescribeInstances", "Reservations", ALIVE | MANAGED)


class Region(Shape, frozen=True):
    region_name: str
    opt_in_status: str | None = None


class State(Shape, frozen=True):
    name: str


class Instance(Shape, frozen=True):
    instance_id: str
    state: State
    image_id: str | None = None
    tags: tuple[Tag, ...] = ()
    product_codes: tuple[ProductCode, ...] = ()


class Reservation(Shape, frozen=True):
    instances: tuple[Instance, ...] = ()


def regions(corner: Corner) -> list[str]:
    """The regions that the account can use."""
    return [
        region.region_name
        for region in corner.items(REGIONS, Region)
        if region.opt_in_status != "not-opted-in"
    ]


def instances(corner: Corner) -> Iterator[Reference]:
    """What runs or may run again."""
    for reservation in corner.items(INSTANCES, Reservation):
        for instance in reservation.instances:
            if instance.state.name in _STATES:
                yield Reference(
                    resource=arn(corner, "ec2", f"instance/{instance.instance_id}"),
                    kind="instance",
                    name=next((tag.value for tag in instance.tags if tag.key == "Name"), None),
                    state=instance.state.name,
                    image=instance.image_id or "",
                    product_codes=codes(instance.product_codes),
                )
