"""What the marketplace lists in accounts of its own, which are those of all its sellers: each is
told by its product, as far as its name tells one, or by itself."""

from __future__ import annotations

import re

from checker.publishers.model import UNKNOWN, Publisher

MARKETPLACE = "709825985650"
"""https://docs.aws.amazon.com/marketplace/latest/userguide/container-product-policies.html"""
_OF_MODELS = frozenset(
    {
        "057799348421", "077584701553", "136758871317", "192199979996", "270155090741",
        "382657785993", "446921602837", "470592106596", "594846645681", "666831318237",
        "745090734665", "822005858737", "843114510376", "856760150666", "865070037744",
        "977537786026", "985815980388",
    }
)  # fmt: skip
"""https://github.com/aws/amazon-sagemaker-examples/tree/main/aws_marketplace/using_model_packages"""
_PRODUCT = re.compile(r".+-(prod-[a-z0-9]+)")


def container(repository: str) -> Publisher:
    """By the seller, who stands first."""
    return Publisher("marketplace", f"{MARKETPLACE}/{repository}", MARKETPLACE)


def component(name: str) -> Publisher:
    """Of Image Builder: behind the name that a seller chose stands the product's id.

    https://docs.aws.amazon.com/cdk/api/v2/docs/@aws-cdk_aws-imagebuilder-alpha.AwsMarketplaceComponentAttributes.html
    """
    told = _PRODUCT.fullmatch(name)
    return Publisher("marketplace", told[1] if told else f"aws-marketplace/{name}")


def model(publisher: Publisher, name: str) -> Publisher:
    """A model package has one name in all regions, with a hash of the marketplace's at its end.
    What stands before that a seller chose, so that the whole alone names a product."""
    if publisher.account not in _OF_MODELS or publisher.partition:
        return publisher
    return Publisher("marketplace", f"sagemaker/{name}", publisher.account)


def snapshot(owner: str, name: object) -> Publisher:
    """Nothing but its id tells it from those of other sellers."""
    return Publisher("marketplace", f"{owner}/{name}", owner) if name else UNKNOWN
