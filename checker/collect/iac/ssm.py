"""Images that a template names by a parameter of Systems Manager."""

from __future__ import annotations

from checker.collect.iac.unknown import wholly

_AMAZONS = (
    "ami-amazon-linux-latest/",
    "ami-windows-latest/",
    "ami-macos-latest/",
    "bottlerocket/",
    "ecs/optimized-ami/",
    "eks/optimized-ami/",
)


def parameter_of(image: str) -> str | None:
    """The parameter that an unknown image id will come from."""
    name = wholly(image) or image
    if not name.startswith("resolve:ssm:"):
        return None
    parameter = name.removeprefix("resolve:ssm:")
    return parameter if parameter.startswith("arn:") else parameter.partition(":")[0]


def published_by_amazon(parameter: str) -> bool:
    """Only AWS can write below /aws/service/; others publish through it too (Canonical, SUSE, the
    Marketplace), so just what AWS documents as its own counts:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
    """
    path = parameter.removeprefix("/aws/service/")
    return path != parameter and path.startswith(_AMAZONS) and ".." not in path
