"""Images that a template names by a parameter of Systems Manager.

Only AWS can write below /aws/service/; it lets others publish there, each in a folder of its own:
https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.collect.iac.unknown import wholly

_AMAZONS = (
    "ami-amazon-linux-latest/",
    "ami-windows-latest/",
    "ami-macos-latest/",
    "bottlerocket/",
    "cloud9/amis/",
    "deeplearning/ami/",
    "ecs/optimized-ami/",
    "eks/optimized-ami/",
    "neuron/dlami/",
)
_OTHERS = {
    # https://ubuntu.com/server/docs/cloud-images/amazon-ec2, https://wiki.debian.org/Cloud/AmazonEC2Image
    "canonical/": "099720109477",
    "debian/": "136693071363",
}
_MARKETPLACE = "marketplace/"


@dataclass(frozen=True)
class Published:
    """`product`: of the marketplace (`prod-…`), as the path names it."""

    owner: str | None = None
    alias: str | None = None
    product: str | None = None


def parameter_of(image: str) -> str | None:
    """The parameter that an unknown image id will come from."""
    name = wholly(image) or image
    for start in ("resolve:ssm:", "ssm:"):
        if name.startswith(start):
            parameter = name.removeprefix(start)
            return parameter if parameter.startswith("arn:") else parameter.partition(":")[0]
    return None


def published(parameter: str) -> Published | None:
    """Who publishes the image that a public parameter names; None where nobody says."""
    path = parameter.removeprefix("/aws/service/")
    if path == parameter or ".." in path:
        return None
    if path.startswith(_AMAZONS):
        return Published(alias="amazon")
    if path.startswith(_MARKETPLACE):
        return Published(alias="aws-marketplace", product=path.split("/")[1])
    owner = next((owner for start, owner in _OTHERS.items() if path.startswith(start)), None)
    return Published(owner=owner) if owner else None


def published_by_amazon(parameter: str) -> bool:
    return published(parameter) == Published(alias="amazon")
