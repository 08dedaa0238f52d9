"""Registries at which anybody may publish: the host alone names nobody."""

from __future__ import annotations

from collections.abc import Sequence

from checker.publishers.reference import DOCKER

_HOSTS = frozenset(
    {
        DOCKER, "codeberg.org", "cr.selcloud.ru", "cr.yandex", "daocloud.io",
        "docker.cloudsmith.io", "docker.pkg.github.com", "gcr.io", "ghcr.io", "gitea.com",
        "icr.io", "nvcr.io", "packages.buildkite.com", "proxy.replicated.com", "public.ecr.aws",
        "quay.io", "r8.im", "registry.baidubce.com", "registry.cloudflare.com",
        "registry.connect.redhat.com", "registry.digitalocean.com", "registry.fly.io",
        "registry.gitlab.com", "registry.heroku.com", "registry.hf.space",
        "registry.opensuse.org", "registry.replicated.com", "ttl.sh", "xpkg.upbound.io",
    }
)  # fmt: skip
_ENDS = (
    ".aliyuncs.com", ".daocloud.io", ".gcr.io", ".icr.io", ".myhuaweicloud.com",
    ".oci.oraclecloud.com", ".ocir.io", ".pkg.dev", ".scw.cloud", ".vultrcr.com",
    "ccr.ccs.tencentyun.com",
)  # fmt: skip
EVERYBODY = (*sorted(_HOSTS), *(f"a{end}" for end in _ENDS))
"""One host of each."""
_ONE = frozenset({"k8s.gcr.io"})
"""Of one publisher, as its name tells."""
_WHOLE_NAMES = frozenset({"registry.fly.io", "registry.hf.space"})
"""Where an image is named by one part, which is its publisher's alone: an app, a space."""
GROUPS = {
    "m.daocloud.io": {"*": 1},
    "proxy.replicated.com": {"anonymous": 2, "proxy": 1},
    "registry.opensuse.org": {"home": 1, "isv": 1},
}
"""Where the first part of a path is of everybody, a word or the registry that is mirrored, and how
many more tell whose it is."""


def anybody_publishes(host: str) -> bool:
    """Of a host in small letters, whatever its port."""
    name = host.partition(":")[0]
    return name not in _ONE and (name in _HOSTS or name.endswith(_ENDS))


def naming(host: str, parts: Sequence[str]) -> str | None:
    """Who publishes an image there, as its path begins; None where that names nobody."""
    count = 1 + group(host, parts[0])
    enough = len(parts) > count or host.partition(":")[0] in _WHOLE_NAMES
    return "/".join([host, *parts[:count]]) if enough else None


def group(host: str, name: str) -> int:
    """How many names more tell the publisher, of a path that begins so."""
    groups = GROUPS.get(host.partition(":")[0], {})
    return groups.get(name, groups.get("*", 0))
