"""Auto Scaling groups, with the overrides of mixed instances, and launch configurations."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import field
from msgspec.structs import replace

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.references import (
    Reference,
    TemplateConfig,
    TemplateRef,
    TemplateSpecification,
    launches,
)

GROUPS = Call("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups", {"MaxRecords": 100})
CONFIGURATIONS = Call(
    "autoscaling", "DescribeLaunchConfigurations", "LaunchConfigurations", {"MaxRecords": 100}
)


class MixedInstances(Shape, frozen=True):
    launch_template: TemplateConfig = TemplateConfig()


class Group(Shape, frozen=True):
    auto_scaling_group_name: str
    arn: str = field(name="AutoScalingGroupARN")
    launch_configuration_name: str | None = None
    launch_template: TemplateSpecification = TemplateSpecification()
    mixed_instances_policy: MixedInstances = MixedInstances()


class Configuration(Shape, frozen=True):
    launch_configuration_name: str
    arn: str = field(name="LaunchConfigurationARN")
    image_id: str | None = None


def auto_scaling_groups(account_region: AccountRegion) -> Iterator[Reference]:
    """What a group would launch next, which need not be what runs in it."""
    for group in account_region.items(GROUPS, Group):
        yield from of_group(group)


def of_group(group: Group) -> Iterator[Reference]:
    """By its template, what is overridden in it, or its launch configuration."""
    base = Reference(
        resource=group.arn, kind="auto-scaling-group", name=group.auto_scaling_group_name
    )
    yield from launches(base, TemplateConfig(launch_template_specification=group.launch_template))
    yield from launches(base, group.mixed_instances_policy.launch_template)
    if group.launch_configuration_name:
        yield replace(base, template=_configuration(group.launch_configuration_name))


def launch_configurations(account_region: AccountRegion) -> Iterator[Reference]:
    """All there are."""
    yield from map(of_configuration, account_region.items(CONFIGURATIONS, Configuration))


def of_configuration(one: Configuration) -> Reference:
    """To the groups that use it, a launch configuration is a template of one version."""
    return Reference(
        resource=one.arn,
        kind="launch-configuration",
        name=one.launch_configuration_name,
        image=one.image_id,
        defines=(_configuration(one.launch_configuration_name),),
    )


def _configuration(name: str) -> TemplateRef:
    return ConfigurationRef(name, "")


class ConfigurationRef(TemplateRef):
    def __str__(self) -> str:
        return f"launch configuration {self.key}"
