"""Resources of the awscc provider: CloudFormation's types under other names, so they are read as
a template that holds them.

https://registry.terraform.io/providers/hashicorp/awscc/latest/docs
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from checker.collect.iac.grants.build import records
from checker.collect.iac.kinds import kinds
from checker.collect.iac.reader import Reader
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.collect.iac.template import Template
from checker.collect.iac.terraform.elsewhere import home
from checker.collect.iac.terraform.planned import Planned
from checker.errors import InputError
from checker.snapshot.records import Location, Tally

_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SPELLED = {"template_url": "TemplateURL"}
_AS_GIVEN = ("parameters",)
"""Maps whose keys somebody chose."""


def read_cloud_control(
    planned: Planned, target: Target, found: Found, place: Location, *, strict: bool
) -> None:
    """Each outcome of what nobody has decided; the resource is counted once."""
    seen: list[object] = []
    for one in planned.outcomes():
        inner = _read(one, target, place, strict=strict)
        told = (
            [(r.trust_policy, r.arn) for r in inner.roles],
            [u.image_id for u in inner.image_uses],
            [*records(inner.parts)],
            inner.code_uses,
        )
        if told in seen:
            continue
        inner.tally = inner.tally if not seen else Tally()
        inner.roles = [replace(r, arn=one.if_(r.arn)) for r in inner.roles]
        inner.image_uses = [replace(u, resource=one.if_(u.resource)) for u in inner.image_uses]
        inner.parts = [part.within(one.when) for part in inner.parts]
        found.add(inner)
        seen.append(told)


def _read(planned: Planned, target: Target, place: Location, *, strict: bool) -> Found:
    found = Found()
    kind = _kinds().get(planned.type.removeprefix("awscc_").replace("_", ""), planned.type)
    values = home(planned.values, planned.account, target)
    resource = {"Type": kind, "Properties": _properties(values)}
    template = Template(planned.address, {"Resources": {planned.address: resource}}, dict)
    try:
        Reader(found, target, strict=strict).read(Path(place.file), template, {}, place=place)
    except InputError as error:
        found.gap(target, place, "unreadable", f"{planned.address}: {error.message}")
    return found


@functools.cache
def _kinds() -> dict[str, str]:
    """`ec2launchtemplate` → `AWS::EC2::LaunchTemplate`."""
    return {
        kind.removeprefix("AWS::").replace("::", "").lower(): kind
        for kind in kinds("cloudformation").known
    }


def _properties(value: Any) -> Any:
    """`image_id` is `ImageId` there; what is null is not there."""
    if isinstance(value, list):
        return [_properties(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        _spelled(key): one if key in _AS_GIVEN and isinstance(one, dict) else _properties(one)
        for key, one in value.items()
        if one is not None
    }


def _spelled(key: str) -> str:
    if key in _SPELLED:
        return _SPELLED[key]
    if not _WORD.fullmatch(key):
        return key
    return "".join(part[:1].upper() + part[1:] for part in key.split("_"))
