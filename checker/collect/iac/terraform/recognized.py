"""What a plan or a state knows already of what it manages: an id, an issuer. It is as much ours as
before it was known, and is marked alike. What was only looked up is not made here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.target import Target
from checker.collect.iac.terraform.elsewhere import foreign, place_of
from checker.collect.iac.terraform.made import CLUSTERS, POOLS, issuer_in, own_value, text_of
from checker.collect.iac.terraform.planned import Plan, Planned

_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(POOLS, ("id", "identity_pool_id")),
    "aws_cognito_user_pool": ("endpoint",),
    "aws_organizations_account": ("id",),
    "aws_iam_role": ("unique_id",),
    "aws_iam_user": ("unique_id",),
}
"""What a trust policy names of them."""
_BEFORE, _BEHIND = r"(?:(?<=-provider/)|(?<=https://)|(?<![\w./-]))", r"(?![\w./-])"
"""Where a name begins and ends: what stands around it would make it somebody else's."""


class Recognized:
    def __init__(self, plan: Plan, target: Target) -> None:
        self._target = target
        self._marks: dict[str, str] = {}
        for one in plan.resources:
            if not one.written:
                self._marks |= dict(self._known(one))
        several = "|".join(map(re.escape, sorted(self._marks, key=len, reverse=True)))
        self._pattern = re.compile(f"{_BEFORE}(?:{several}){_BEHIND}") if several else None

    def marked(self, value: Any) -> Any:
        """A value, JSON text too, in which what is made here is marked as that."""
        if self._pattern is None:
            return value
        if isinstance(value, dict):
            return {self.marked(key): self.marked(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.marked(one) for one in value]
        if not isinstance(value, str):
            return value
        written = _in_json if value.lstrip()[:1] in ("{", "[") else str
        return self._pattern.sub(lambda found: written(self._marks[found[0]]), value)

    def _known(self, one: Planned) -> Iterator[tuple[str, str]]:
        issuer = issuer_in(one.values) if one.type in CLUSTERS else None
        if issuer:
            yield issuer, str(self._own(one, "open_id_connect_issuer_url")).removeprefix("https://")
        keys = _ATTRIBUTES.get(one.type, ())
        organization = one.type == "aws_organizations_organization"
        for key in ("id",) if organization and not self._target.organization else keys:
            known = text_of(one.values.get(key))
            mark = self._own(one, key)
            if known and isinstance(mark, str):
                yield known, mark

    def _own(self, one: Planned, key: str) -> Any:
        place = place_of(self._target, one.account)
        return foreign(own_value(one.type, one.address, key, one.values, place), one.account)


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
