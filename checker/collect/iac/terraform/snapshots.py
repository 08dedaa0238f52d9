"""Whose the snapshots are that volumes would be made from, as far as a plan, a state or a look-up
tells.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/ebs_snapshot
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.target import Target
from checker.collect.iac.terraform.elsewhere import recorded
from checker.collect.iac.terraform.lookups import owners_of
from checker.collect.iac.terraform.made import text_of
from checker.collect.iac.terraform.planned import Plan, Planned
from checker.collect.iac.unknown import is_unresolved, wholly

LOOKUPS = ("aws_ebs_snapshot", "aws_ebs_snapshot_ids")
_MADE = ("aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ebs_snapshot_import")


class Snapshots:
    def __init__(self, plan: Plan, target: Target) -> None:
        self._target = target
        self._by_id: dict[str, Planned] = {}
        self._by_address = {one.address: one for one in plan.data if one.type in LOOKUPS}
        made = [one for one in plan.resources if one.type in _MADE]
        for one in (*self._by_address.values(), *made):
            if not one.written and (known := text_of(one.values.get("id"))):
                self._by_id[known] = one

    def owners(self, value: Any) -> list[str]:
        """What is told of the snapshot that a value names, of each who may have made it."""
        address = (wholly(value) or "").rpartition(".")[0]
        found = self._by_id.get(value) if isinstance(value, str) else None
        found = found or self._by_address.get(address)
        called = value if address == "" else address
        outcomes = found.outcomes() if found else ()
        told = [json.dumps({"SnapshotId": called, **who})
                for one in outcomes for who in self._told(one)]  # fmt: skip
        return list(dict.fromkeys(told))

    def _told(self, one: Planned) -> Iterator[dict[str, str]]:
        if is_unresolved(one.account):
            return
        ours = {"OwnerId": recorded(self._target, one.account).account}
        if one.mode != "data":
            yield ours
        elif known := text_of(one.values.get("owner_id")):
            alias = text_of(one.values.get("owner_alias"))
            yield {"OwnerId": known} | ({"OwnerAlias": alias} if alias else {})
        else:
            for owner in owners_of(one.values):
                word = "OwnerId" if owner.isdigit() else "OwnerAlias"
                yield ours if owner == "self" else {word: owner}
