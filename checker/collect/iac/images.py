"""Images that the resources of a template use or share. What uses images is a line of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.image_names import named, publish
from checker.collect.iac.paths import values_at_path
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.collect.iac.unknown import is_unresolved, shown
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Image, ImageUse, Location

_EMR = tuple(
    f"Instances.{role}{group}CustomAmiId"
    for role in ("Core", "Master", "Task")
    for group in (
        "InstanceGroup.", "InstanceGroups.*.",
        "InstanceFleet.InstanceTypeConfigs.*.", "InstanceFleets.*.InstanceTypeConfigs.*.",
    )
)  # fmt: skip
_OVERRIDES = "LaunchTemplate.Overrides.*.ImageId"
_FLEET = "LaunchTemplateConfigs.*.Overrides.*.ImageId"
_OPTIONS = "OptionSettings.*"
IMAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "AWS::EC2::Instance": ("instance", ("ImageId",)),
    "AWS::EC2::LaunchTemplate": ("launch-template", ("LaunchTemplateData.ImageId",)),
    "AWS::EC2::SpotFleet": (
        "spot-fleet",
        (
            "SpotFleetRequestConfigData.LaunchSpecifications.*.ImageId",
            f"SpotFleetRequestConfigData.{_FLEET}",
        ),
    ),
    "AWS::EC2::EC2Fleet": ("fleet", (_FLEET,)),
    "AWS::AutoScaling::LaunchConfiguration": ("launch-configuration", ("ImageId",)),
    "AWS::AutoScaling::AutoScalingGroup": (
        "auto-scaling-group",
        (f"MixedInstancesPolicy.{_OVERRIDES}",),
    ),
    "AWS::Batch::ComputeEnvironment": (
        "batch",
        ("ComputeResources.ImageId", "ComputeResources.Ec2Configuration.*.ImageIdOverride"),
    ),
    "AWS::Cloud9::EnvironmentEC2": ("cloud9", ("ImageId",)),
    "AWS::CodeBuild::Fleet": ("codebuild-fleet", ("ImageId",)),
    "AWS::EMR::Cluster": ("emr-cluster", ("CustomAmiId", *_EMR)),
    "AWS::EMR::InstanceFleetConfig": ("emr-fleet", ("InstanceTypeConfigs.*.CustomAmiId",)),
    "AWS::EMR::InstanceGroupConfig": ("emr-group", ("CustomAmiId",)),
    "AWS::ElasticBeanstalk::Environment": ("beanstalk", (_OPTIONS,)),
    "AWS::ElasticBeanstalk::ConfigurationTemplate": ("beanstalk", (_OPTIONS,)),
    "AWS::ImageBuilder::ImageRecipe": ("image-recipe", ("ParentImage",)),
    "AWS::ImageBuilder::ContainerRecipe": ("container-recipe", ("InstanceConfiguration.Image",)),
    "AWS::OpsWorks::Instance": ("opsworks", ("AmiId",)),
    "AWS::PCS::ComputeNodeGroup": ("pcs", ("AmiId",)),
    "AWS::SageMaker::Cluster": ("hyperpod", ("InstanceGroups.*.ImageId",)),
    "AWS::RDS::CustomDBEngineVersion": ("custom-engine", ("ImageId",)),
    "AWS::WorkspacesInstances::WorkspaceInstance": ("workspace", ("ManagedInstance.ImageId",)),
}
"""Type → kind of use, and where the images' ids stand."""
_SHARING = "AWS::ImageBuilder::DistributionConfiguration"
_SHARED = tuple(
    tuple(f"Distributions.*.AmiDistributionConfiguration.{end}.*".split("."))
    for end in (
        "LaunchPermissionConfiguration.UserIds", "LaunchPermissionConfiguration.UserGroups",
        "LaunchPermissionConfiguration.OrganizationArns",
        "LaunchPermissionConfiguration.OrganizationalUnitArns", "TargetAccountIds",
    )
)  # fmt: skip
Place = Callable[[str], Location]


class ImageReader:
    def __init__(self, target: Target, found: Found, place: Place) -> None:
        self._target, self._found, self._place = target, found, place

    def reads(self, kind: str) -> bool:
        return kind in IMAGES or kind == _SHARING

    def paths(self, kind: str) -> Iterator[tuple[str, ...]]:
        """Where the properties stand that tell of images."""
        if kind == _SHARING:
            yield from _SHARED
        elif kind in IMAGES:
            yield from (tuple(path.split(".")) for path in IMAGES[kind][1])
            yield ("LaunchTemplate",)

    def read(self, name: str, kind: str, variants: list[Variant]) -> None:
        """Each image once, unmarked where some default names it."""
        ordered = sorted(variants, key=lambda one: one.when or "")
        if kind == _SHARING:
            for variant in ordered:
                self._shared(name, variant)
            return
        word, paths = IMAGES[kind]
        seen: list[Any] = []
        for variant in ordered:
            found = self._values(kind, paths, variant.properties)
            for value in [one for one in found if one not in seen]:
                self._use(name, word, value, variant.when)
            seen += found

    def _values(self, kind: str, paths: tuple[str, ...], given: dict[str, Any]) -> list[Any]:
        values = [value for path in paths for value in values_at_path(given, path.split("."))]
        if kind.startswith("AWS::ElasticBeanstalk::"):
            values = [image for value in values for image in _option(value)]
        if not values and kind == "AWS::EC2::Instance" and "LaunchTemplate" not in given:
            return [None]
        return values

    def _use(self, name: str, word: str, value: Any, when: str | None) -> None:
        target, image = self._target, named(value, self._target.account)
        self._found.image_uses.append(
            ImageUse(
                resource=target.arn("ec2", f"{word}/{name}") + (f" (if {when})" if when else ""),
                kind=word,
                name=name,
                account=target.account,
                region=target.region or "",
                image_id=image.image_id,
                via=image.via,
                via_account=image.via_account,
                location=self._place(name),
            )
        )
        publish(self._found, target, image)

    def _shared(self, name: str, variant: Variant) -> None:
        """Own images, which a pipeline makes, and whom it lets launch them."""
        values = [
            str(shown(v)) for path in _SHARED for v in values_at_path(variant.properties, path)
        ]
        self._found.images.append(
            Image(
                image_id=name + (f" (if {variant.when})" if variant.when else ""),
                account=self._target.account,
                region=self._target.region or "",
                owner=self._target.account,
                launch_permissions=tuple(dict.fromkeys(values)),
                location=self._place(name),
            )
        )


def _option(value: Any) -> Iterator[Any]:
    """https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html"""
    if not isinstance(value, dict):
        yield value
    elif is_unresolved([value.get("Namespace"), value.get("OptionName")]):
        yield value.get("OptionName")
    elif value.get("OptionName") == "ImageId":
        yield value.get("Value")
