"""Whose the snapshots are that volumes and images would be made from, as far as a plan, a state or
a look-up tells.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/ebs_snapshot; those
of an image are its owner's: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/ami
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.code.rows import DISK
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.elsewhere import recorded
from checker.collect.iac.terraform.ends import Ends
from checker.collect.iac.terraform.lookups import owners_of
from checker.collect.iac.terraform.made import text_of
from checker.collect.iac.terraform.planned import Plan, Planned, module_names
from checker.collect.iac.terraform.references import End, References, parts
from checker.collect.iac.unknown import is_unresolved, shown, wholly

LOOKUPS = ("aws_ebs_snapshot", "aws_ebs_snapshot_ids")
SOURCES = {
    "aws_ebs_snapshot": "volume_id",
    "aws_ebs_snapshot_copy": "source_snapshot_id",
    "aws_ebs_volume": "snapshot_id",
}
"""What something is made of."""
_OF_VOLUME = SOURCES["aws_ebs_snapshot"]
_MADE = (*SOURCES, "aws_ebs_snapshot_import")
_ITSELF = ("id", "ids", "snapshot_id", "arn")
_OF_IMAGES = ("root_snapshot_id", "block_device_mappings")
_NAMED = re.compile(
    r"(?P<module>(?:module\.[\w-]+(?:\[[^]]*\])?\.)*)"
    r"(?P<name>(?:data\.)?aws_(?:ami|ebs_\w+)\.[\w-]+)(?P<index>\[(?:\d+|\"[^\"]*\")\])?"
    r"(?:\[[^]]*\]|\.\*)?\.(?P<read>\w+)"
)


class Snapshots:
    def __init__(self, plan: Plan, target: Target) -> None:
        self._plan, self._target = plan, target
        made = (one for one in plan.resources if one.type in _MADE)
        self._by_id = dict[str, list[End]]()
        for one in (*plan.data, *made):
            for known, end in _known(one):
                self._by_id.setdefault(known, []).append(end)

    @functools.cached_property
    def _references(self) -> References:
        return References(self._plan, self._target)

    @functools.cached_property
    def _ends(self) -> Ends:
        return Ends(self._plan, self._references)

    def owners(self, planned: Planned, use: str, path: str, value: Any) -> list[str]:
        """What is told of the snapshot that a value names, of each who may have made it. An image
        of a copy is made of what was copied."""
        seen = {planned.address} if use == DISK else None
        found = self._owners(planned, path.partition(".")[0], value, seen)
        told = [json.dumps({"SnapshotId": called, **who}) for called, who in found]
        return list(dict.fromkeys(told))

    def _owners(
        self, planned: Planned, key: str, value: Any, seen: set[str] | None
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """`seen`: what was followed so far; None where nothing is."""
        found = self._of(planned, key, value)
        if not found and seen and len(seen) > 1 and key != _OF_VOLUME:
            yield str(shown(value)), {}  # of which nobody tells whose it is
        for one, rest in found:
            source = SOURCES.get(one.type, "")
            made = one.values.get(source)
            if one.mode == "data":
                for outcome in one.outcomes() if _is_snapshot(one, rest) else ():
                    yield from ((_called(one, value), who) for who in self._told(outcome))
            elif made and seen is not None:
                yield from self._made_of(one, source, made, seen)
            elif isinstance(value, str) and value in self._by_id:
                yield from ((value, who) for who in self._own(one))

    def _made_of(
        self, one: Planned, source: str, made: Any, seen: set[str]
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Each is followed once: they may name each other in any number of ways."""
        if one.address not in seen:
            seen.add(one.address)
            yield from self._owners(one, source, made, seen)

    def _of(self, planned: Planned, key: str, value: Any) -> list[End]:
        """The resources and look-ups that it may be of."""
        if not isinstance(value, str) or not is_unresolved(value):
            return self._by_id.get(value, []) if isinstance(value, str) else []
        if references := self._plan.references(planned, key):
            branches = self._ends.branches(references, planned)
            return [end for one in branches for end in one.ends or ()]
        return [*self._written(planned, wholly(value) or "")]

    def _written(self, planned: Planned, text: str) -> Iterator[End]:
        """Those that it names, by their addresses; an expression has the names of its module."""
        for found in _NAMED.finditer(text):
            told = found["module"].rstrip(".")
            here = () if told or found[0] == text else (planned.module,)
            steps = parts(f"{found['name']}{found['index'] or ''}.{found['read']}")
            for module in dict.fromkeys((told, *here)):
                yield from self._references.named(steps, module_names(module), module)

    def _told(self, one: Planned) -> Iterator[dict[str, str]]:
        if known := text_of(one.values.get("owner_id")):
            alias = text_of(one.values.get("owner_alias") or one.values.get("image_owner_alias"))
            yield {"OwnerId": known} | ({"OwnerAlias": alias} if alias else {})
            return
        for owner in owners_of(one.values):
            word = "OwnerId" if owner.isdigit() else "OwnerAlias"
            yield from self._own(one) if owner == "self" else ({word: owner},)

    def _own(self, one: Planned) -> Iterator[dict[str, str]]:
        if not is_unresolved(one.account):
            yield {"OwnerId": recorded(self._target, one.account).account}


def _known(one: Planned) -> Iterator[tuple[str, End]]:
    """The snapshots of which it tells, by their ids."""
    if one.written:
        return
    if one.type in _MADE and (known := text_of(one.values.get("id"))):
        yield known, (one, ["id"])
    if one.type in LOOKUPS and isinstance(several := one.values.get("ids"), list):
        yield from ((known, (one, ["ids"])) for known in map(text_of, several) if known)
    if one.type == "aws_ami":
        text = json.dumps([one.values.get(key) for key in _OF_IMAGES], default=str)
        yield from ((known, (one, ["root_snapshot_id"])) for known in re.findall(r"snap-\w+", text))


def _is_snapshot(one: Planned, rest: list[Any]) -> bool:
    read = str(rest[0]) if rest else ""
    return read in _ITSELF if one.type in LOOKUPS else one.type == "aws_ami" and read in _OF_IMAGES


def _called(one: Planned, value: Any) -> str:
    return one.address if is_unresolved(value) else str(value)
