"""What is collected: every source is one line here.

A source of an account is asked once for each account, one of a region or of references to images
once for each account and region. References of all sources are followed together: through launch
templates and parameters to images, and from these to who made them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from checker.collect.aws import (
    aliases,
    autoscaling,
    batch,
    clusters,
    codebuild,
    cognito,
    ec2,
    eks,
    fleets,
    iam,
    imagebuilder,
    images,
    rolesanywhere,
    templates,
)
from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.references import Reference, to_uses
from checker.snapshot.records import ImageUse

Source: TypeAlias = Callable[[AccountRegion], Iterator[msgspec.Struct]]
ReferenceSource: TypeAlias = Callable[[AccountRegion], Iterator[Reference]]

ACCOUNT_SOURCES: tuple[Source, ...] = (
    iam.roles,
    iam.oidc_providers,
    iam.saml_providers,
)
REGION_SOURCES: tuple[Source, ...] = (
    images.settings,
    rolesanywhere.trust_anchors,
    cognito.identity_pools,
)
REFERENCE_SOURCES: tuple[ReferenceSource, ...] = (
    ec2.instances,
    templates.launch_templates,
    autoscaling.launch_configurations,
    autoscaling.auto_scaling_groups,
    fleets.spot_requests,
    fleets.spot_fleets,
    fleets.ec2_fleets,
    eks.node_groups,
    batch.compute_environments,
    imagebuilder.image_recipes,
    codebuild.build_fleets,
    clusters.hyperpods,
    clusters.compute_node_groups,
)


def account_records(account_region: AccountRegion) -> list[msgspec.Struct]:
    """Everything that an account has once."""
    return [record for source in ACCOUNT_SOURCES for record in source(account_region)]


def region_records(account_region: AccountRegion) -> list[msgspec.Struct]:
    """Everything that an account has in one region."""
    uses = image_uses(account_region)
    others = [record for source in REGION_SOURCES for record in source(account_region)]
    return [*uses, *others, *images.images(account_region, uses)]


def image_uses(account_region: AccountRegion) -> list[ImageUse]:
    """What names an image, followed to the image."""
    references = [reference for source in REFERENCE_SOURCES for reference in source(account_region)]
    return aliases.resolve(
        account_region, to_uses(account_region, templates.follow(account_region, references))
    )
