"""Batch: the images of compute environments on EC2; those on Fargate have none."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.references import Reference, TemplateRef, template_ref

ENVIRONMENTS = Call("batch", "DescribeComputeEnvironments", "computeEnvironments")


class Ec2Configuration(CamelShape, frozen=True):
    image_id_override: str | None = None


class TemplateName(CamelShape, frozen=True):
    launch_template_id: str | None = None
    launch_template_name: str | None = None
    version: str | None = None

    def ref(self) -> TemplateRef | None:
        """An empty version is the default one, as Batch has it."""
        return template_ref(self.launch_template_id, self.launch_template_name, self.version)


class Template(TemplateName, frozen=True):
    overrides: tuple[TemplateName, ...] = ()


class Resources(CamelShape, frozen=True):
    image_id: str | None = None
    ec2_configuration: tuple[Ec2Configuration, ...] = ()
    launch_template: Template = Template()


class Environment(CamelShape, frozen=True):
    compute_environment_name: str
    compute_environment_arn: str
    status: str | None = None
    compute_resources: Resources = Resources()


def compute_environments(account_region: AccountRegion) -> Iterator[Reference]:
    """By the environment's image, the images of its configurations, and its templates."""
    for one in account_region.items(ENVIRONMENTS, Environment):
        yield from of_environment(one)


def of_environment(one: Environment) -> Iterator[Reference]:
    """Each image once; what is deleted has none."""
    base = Reference(
        resource=one.compute_environment_arn,
        kind="batch-compute-environment",
        name=one.compute_environment_name,
        state=one.status,
    )
    if one.status != "DELETED":
        yield from dict.fromkeys(_references(base, one.compute_resources))


def _references(base: Reference, resources: Resources) -> Iterator[Reference]:
    overrides = [one.image_id_override for one in resources.ec2_configuration]
    for image in (resources.image_id, *overrides):
        if image:
            yield replace(base, image=image)
    for template in (resources.launch_template, *resources.launch_template.overrides):
        if ref := template.ref():
            yield replace(base, template=ref)
