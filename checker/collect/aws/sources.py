"""What is collected: every source is one line here.

A source of an account is asked once for each account, a source of image uses once for each
account and region. Image uses of all sources are then resolved together to images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from checker.collect.aws import ec2, iam
from checker.collect.aws.calls import Corner
from checker.snapshot.records import ImageUse

AccountSource: TypeAlias = Callable[[Corner], Iterator[msgspec.Struct]]
ImageUseSource: TypeAlias = Callable[[Corner], Iterator[ImageUse]]

ACCOUNT_SOURCES: tuple[AccountSource, ...] = (
    iam.roles,
    iam.oidc_providers,
    iam.saml_providers,
)
IMAGE_USE_SOURCES: tuple[ImageUseSource, ...] = (ec2.instances,)


def account_records(corner: Corner) -> list[msgspec.Struct]:
    """Everything that an account has once."""
    return [record for source in ACCOUNT_SOURCES for record in source(corner)]


def region_records(corner: Corner) -> list[msgspec.Struct]:
    """Everything that an account has in one region."""
    uses = [use for source in IMAGE_USE_SOURCES for use in source(corner)]
    return [*uses, *ec2.images(corner, uses)]
