"""Allowed AMIs of accounts as Terraform has them: a resource for each account and region."""

from __future__ import annotations

from collections.abc import Iterable

from checker.enforce.forms import hcl
from checker.enforce.limits import Document
from checker.enforce.targets import Placed

_KEYS = {
    "ImageProviders": "image_providers",
    "ImageNames": "image_names",
    "MarketplaceProductCodes": "marketplace_product_codes",
}


def as_terraform(parts: Iterable[Placed], state: str) -> str:
    """Each is to be applied with a provider of an account that it names, in each of its regions.
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ec2_allowed_images_settings
    """
    listed = list(parts)
    names = (
        ["vendorgate"] if len(listed) == 1 else [f"vendorgate_{n}" for n, _ in enumerate(listed, 1)]
    )
    return "\n".join(_one(*pair, state) for pair in zip(names, listed, strict=True))


def _one(name: str, part: Placed, state: str) -> str:
    where = f"# in {', '.join(part.targets)}\n" if part.targets else ""
    body = "".join(_criterion(one) for one in part.document["ImageCriteria"])
    head = f'resource "aws_ec2_allowed_images_settings" "{name}" {{\n  state = {hcl(state)}\n'
    return f"{where}{head}{body}}}\n"


def _criterion(one: Document) -> str:
    lines = "".join(f"    {_KEYS[key]} = {hcl(values, 4)}\n" for key, values in one.items())
    return f"  image_criterion {{\n{lines}  }}\n"
