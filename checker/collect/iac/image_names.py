"""How code names an image: by its id, a parameter, or something that only deployment tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from checker.collect.iac.records import Found
from checker.collect.iac.ssm import Published, parameter_of, published
from checker.collect.iac.target import Target
from checker.collect.iac.unknown import A_MARK, is_made, is_unresolved, shown
from checker.snapshot.records import Image

_BUILDERS = re.compile(
    rf"arn:[\w-]+:imagebuilder:(?:[\w-]|{A_MARK})*:"
    r"([0-9]{12}|aws|aws-marketplace):image/.+"
)
"""In whichever region it is, it is its owner's."""
_ALIASES = ("amazonlinux-", "ubuntu-")
"""Cloud9's own names for images that AWS keeps for it."""


@dataclass(frozen=True)
class Named:
    """`image_id`: as reports call it; of one that a public parameter names, that parameter.
    `via`: how it is named, where that is no plain id; `via_account`: whose parameter that is.
    `publisher`: where the name alone tells it."""

    image_id: str | None
    via: str | None = None
    via_account: str | None = None
    publisher: Published | None = None


def named(value: Any, own: str) -> Named:
    """`own`: the account that the image would run in."""
    if not isinstance(value, str):
        return Named(None, None if value is None else "a value that is not known")
    if found := _BUILDERS.fullmatch(value):
        return Named(str(shown(value)), publisher=_builder(found[1]))
    if is_made(value):
        called = str(shown(value))
        return Named(called, called, publisher=Published(owner=own))
    parameter = parameter_of(value)
    if parameter is not None:
        return _by_parameter(parameter, own)
    if value.startswith(_ALIASES):
        return Named(value, publisher=Published(alias="amazon"))
    return Named(None, str(shown(value))) if is_unresolved(value) else Named(value or None)


def _by_parameter(parameter: str, own: str) -> Named:
    called = f"resolve:ssm:{parameter}"
    parts = parameter.split(":", 5)
    account = parts[4] if len(parts) == 6 and parts[4].isdigit() and parts[4] != own else None
    publisher = published(parameter)
    return Named(called if publisher else None, called, account, publisher)


def _builder(owner: str) -> Published:
    """An image of Image Builder, whose ARN has its owner's account."""
    if owner.isdigit():
        return Published(owner=owner)
    return Published(alias="amazon" if owner == "aws" else owner)


def image_named(value: Any) -> tuple[str | None, str | None]:
    """Which image, and by what it is named where that is no plain id: the id of one that comes
    from Amazon's own parameter is that parameter."""
    found = named(value, "")
    amazons = found.publisher is None or found.publisher.alias == "amazon"
    return (found.image_id if amazons else None), found.via


def publish(found: Found, target: Target, name: Named) -> None:
    """Records who stands behind an image, where its name tells."""
    publisher = name.publisher
    if publisher is not None and name.image_id is not None:
        found.images.append(
            Image(
                image_id=name.image_id,
                account=target.account,
                region=target.region or "",
                owner=publisher.owner,
                alias=publisher.alias,
                product_codes=(publisher.product,) if publisher.product else (),
            )
        )
