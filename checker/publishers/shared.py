"""Registries at which anybody may publish: the host alone names nobody."""

from __future__ import annotations

from checker.publishers.reference import DOCKER

_HOSTS = frozenset(
    {
        DOCKER, "ccr.ccs.tencentyun.com", "codeberg.org", "docker.pkg.github.com", "gcr.io",
        "ghcr.io", "icr.io", "public.ecr.aws", "quay.io", "registry.digitalocean.com",
        "registry.fly.io", "registry.gitlab.com", "registry.heroku.com", "ttl.sh",
    }
)  # fmt: skip
_ENDS = (
    ".aliyuncs.com", ".gcr.io", ".icr.io", ".myhuaweicloud.com", ".ocir.io", ".pkg.dev",
    ".scw.cloud",
)  # fmt: skip
_ONE = frozenset({"k8s.gcr.io"})
"""Of one publisher, as its name tells."""


def anybody_publishes(host: str) -> bool:
    """Of a host in small letters, whatever its port."""
    name = host.partition(":")[0]
    return name not in _ONE and (name in _HOSTS or name.endswith(_ENDS))
