"""Where resources of the aws provider name the images that they use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.iac.terraform.planned import Json, as_objects
from checker.collect.iac.unknown import wholly

USES: dict[str, tuple[str, tuple[str, ...]]] = {
    "aws_instance": ("instance", ("ami",)),
    "aws_spot_instance_request": ("spot-instance-request", ("ami",)),
    "aws_launch_template": ("launch-template", ("image_id",)),
    "aws_launch_configuration": ("launch-configuration", ("image_id",)),
    "aws_autoscaling_group": ("auto-scaling-group", ("image_id",)),
    "aws_spot_fleet_request": ("spot-fleet", ("ami", "image_id")),
    "aws_ec2_fleet": ("fleet", ("image_id",)),
    "aws_batch_compute_environment": ("batch", ("image_id", "image_id_override")),
    "aws_emr_cluster": ("emr-cluster", ("custom_ami_id",)),
    "aws_emr_instance_fleet": ("emr-fleet", ("custom_ami_id",)),
    "aws_emr_instance_group": ("emr-group", ("custom_ami_id",)),
    "aws_imagebuilder_image_recipe": ("image-recipe", ("parent_image",)),
    "aws_imagebuilder_container_recipe": ("container-recipe", ("image",)),
    "aws_cloud9_environment_ec2": ("cloud9", ("image_id",)),
    "aws_codebuild_fleet": ("codebuild-fleet", ("image_id",)),
    "aws_opsworks_instance": ("opsworks", ("ami_id",)),
    "aws_rds_custom_db_engine_version": ("custom-engine", ("source_image_id",)),
    "aws_ami_copy": ("image-copy", ("source_ami_id",)),
}
"""Type → kind of use, and the attributes that name an image, however deep they stand."""
SHARED_WITH = ("account_id", "group", "organization_arn", "organizational_unit_arn")
"""Whom a launch permission names."""
BEANSTALK = ("aws_elastic_beanstalk_environment", "aws_elastic_beanstalk_configuration_template")
MAKERS = ("aws_ami", "aws_ami_copy", "aws_ami_from_instance", "aws_imagebuilder_image")
"""Types that make an own image."""
BLOCKS = (
    "launch_specification", "compute_resources", "ec2_configuration", "launch_template_config",
    "mixed_instances_policy", "override", "overrides", "setting",
    "instance_type_configs", "core_instance_fleet", "master_instance_fleet",
)  # fmt: skip
"""Blocks that may name an image; one that is not known may name any."""


def named_in(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Each attribute of these names, and its value."""
    if isinstance(value, list):
        for one in value:
            yield from named_in(one, keys)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in keys or (key in BLOCKS and wholly(one) is not None):
                yield key, one
            else:
                yield from named_in(one, keys)


def beanstalk_images(values: Json) -> Iterator[tuple[str, Any]]:
    """https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html"""
    settings = values.get("setting")
    if wholly(settings) is not None:
        yield "setting", settings
    for one in as_objects(settings):
        if one.get("name") == "ImageId":
            yield "setting", one.get("value")
