"""EC2: the regions of an account, and its instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape, Tag
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

REPLACED_ROOTS = Call(
    "ec2",
    "DescribeReplaceRootVolumeTasks",
    "ReplaceRootVolumeTasks",
    {"MaxResults": 50},
    when="region with an instance",
)
# of a task that failed nothing is left on the instance
_FAILED = frozenset(("failing", "failed", "failing-detached", "failed-detached"))


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


class ReplacedRoot(Shape, frozen=True):
    instance_id: str
    image_id: str | None = None
    task_state: str | None = None
    start_time: str = ""


class Reservation(Shape, frozen=True):
    instances: tuple[Instance, ...] = ()


def regions(account_region: AccountRegion) -> list[str]:
    """The regions that the account can use."""
    found = account_region.items(REGIONS, Region)
    names = (one.region_name for one in found if one.opt_in_status != "not-opted-in")
    return list(dict.fromkeys(names))


def instances(account_region: AccountRegion) -> Iterator[Reference]:
    """What runs or may run again: the image that it was launched from, and that of its root volume
    where this was replaced since."""
    found = {one.resource: one for one in _alive(account_region)}
    yield from found.values()
    if found:
        yield from _replaced(account_region, found)


def _alive(account_region: AccountRegion) -> Iterator[Reference]:
    for reservation in account_region.items(INSTANCES, Reservation):
        for instance in reservation.instances:
            if instance.state.name in _STATES:
                yield Reference(
                    resource=_arn(account_region, instance.instance_id),
                    kind="instance",
                    name=next((tag.value for tag in instance.tags if tag.key == "Name"), None),
                    state=instance.state.name,
                    image=instance.image_id or "",
                    product_codes=codes(instance.product_codes),
                )


def _replaced(account_region: AccountRegion, alive: Mapping[str, Reference]) -> Iterator[Reference]:
    """The last replacement of each. Without an image it is of the first root volume's own state or
    snapshots: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/replace-root.html"""
    tasks = account_region.items(REPLACED_ROOTS, ReplacedRoot)
    known = [task for task in tasks if task.task_state not in _FAILED and task.image_id]
    last = {task.instance_id: task for task in sorted(known, key=lambda task: task.start_time)}
    for task in last.values():
        instance = alive.get(_arn(account_region, task.instance_id))
        if instance is not None and task.image_id != instance.image:
            yield replace(
                instance, image=task.image_id, via="replaced root volume", product_codes=()
            )


def _arn(account_region: AccountRegion, instance: str) -> str:
    return arn(account_region, "ec2", f"instance/{instance}")
