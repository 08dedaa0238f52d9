"""Own registries that images come from, and of which nobody looked at what they fetch: a cache of
somebody else's images would count as ours."""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import replace

from checker.publishers import published, registry
from checker.snapshot.files import RESOURCES
from checker.snapshot.records import Manifest
from checker.subjects.code_use.rules import REGISTRY
from checker.subjects.world import World

Registry = tuple[str, str]
"""An account and a region."""


def unseen(world: World) -> list[Registry]:
    """In order. All uses of code have been read."""
    named = _named(world)
    return sorted(one for one in named if not _looked_at(world, *one)) if named else []


def _named(world: World) -> set[Registry]:
    """Those that are own, and the own ones that these fetch from in turn."""
    found: set[Registry] = set()
    hosts = set(world.snapshot.hosts_seen)
    while hosts:
        new = _own(world, hosts, found)
        found |= new
        hosts = {_host(rule.upstream) for one in new for rule in world.pull_through.get(one, ())}
    return found


def _own(world: World, hosts: set[str], known: set[Registry]) -> set[Registry]:
    """Those that are not `known` yet: a registry has several hosts."""
    owners, found = replace(world.owners(""), by_registry={}), set[Registry]()
    for host in hosts:
        whose = registry(host)
        if whose is None or whose in known or whose in found:
            continue
        if published("container-image", f"{host}/x", owners).publisher.kind == "own":
            found.add(whose)
    return found


def _host(upstream: str) -> str:
    return upstream.removeprefix("https://").partition("/")[0].lower()


def _looked_at(world: World, account: str, region: str) -> bool:
    """A registry that nobody ever set up has no record. No code tells what one there fetches."""
    manifest, here = world.snapshot.manifest, world.accounts.get(account)
    there = here is not None and here.collected and region in manifest.regions_of(here)
    return there and world.live and _for_registries(manifest)


def _for_registries(manifest: Manifest) -> bool:
    """Whether any was looked for; a manifest that does not say for what is told apart."""
    kinds = manifest.resource_kinds
    return RESOURCES in manifest.files and (kinds is UNSET or REGISTRY in kinds)
