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

from checker.collect.iac.code.uses import uses
from checker.collect.iac.grants.build import parts, records, rests
from checker.collect.iac.grants.model import Code
from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.kinds import kinds
from checker.collect.iac.reader import Reader
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.collect.iac.template import Template
from checker.collect.iac.terraform.elsewhere import home
from checker.collect.iac.terraform.planned import Planned
from checker.collect.iac.variant import Variant
from checker.errors import InputError
from checker.snapshot.records import Location, Tally

PREFIX = "awscc_"
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SPELLED = {"template_url": "TemplateURL"}
_AS_GIVEN = ("parameters",)
"""Maps whose keys somebody chose."""


def read_cloud_control(
    planned: Planned, target: Target, found: Found, place: Location, code: Code, *, strict: bool
) -> None:
    """Each outcome of what nobody has decided; the resource is counted once. `code`: all that
    stands around it, which may name it."""
    seen: list[object] = []
    for one in planned.outcomes():
        inner = _read(one, target, place, code, strict=strict)
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


def _read(
    planned: Planned, target: Target, place: Location, code: Code, *, strict: bool
) -> Found:  # fmt: skip
    found = Found()
    kind = kind_of(planned.type)
    properties = properties_of(home(planned.values, planned.account, target))
    surely = properties_of(home(planned.surely, planned.account, target))
    resource = {"Type": kind, "Properties": properties}
    template = Template(planned.address, {"Resources": {planned.address: resource}}, dict)
    try:
        Reader(found, target, strict=strict).read(Path(place.file), template, {}, place=place)
    except InputError as error:
        found.gap(target, place, "unreadable", f"{planned.address}: {error.message}")
    here = [Variant(properties, surely=surely)]
    if found.parts:
        told = parts(ROWS[kind], planned.address, here, place, code, hangs=planned.hangs)
        found.parts = [*told]
        found.notes += rests(found.parts, place)
    if found.code_uses:
        found.code_uses = [*uses(kind, planned.address, here, place, code)]
    return found


def kind_of(type_: str) -> str:
    """CloudFormation's type of one of the awscc provider's; another provider's as it is."""
    if not type_.startswith(PREFIX):
        return type_
    return _kinds().get(type_.removeprefix(PREFIX).replace("_", ""), type_)


@functools.cache
def _kinds() -> dict[str, str]:
    """`ec2launchtemplate` → `AWS::EC2::LaunchTemplate`."""
    return {
        kind.removeprefix("AWS::").replace("::", "").lower(): kind
        for kind in kinds("cloudformation").known
    }


def properties_of(value: Any) -> Any:
    """`image_id` is `ImageId` there; what is null is not there."""
    if isinstance(value, list):
        return [properties_of(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        spelled(key): one if key in _AS_GIVEN and isinstance(one, dict) else properties_of(one)
        for key, one in value.items()
        if one is not None
    }


def spelled(key: str) -> str:
    if key in _SPELLED:
        return _SPELLED[key]
    if not _WORD.fullmatch(key):
        return key
    return "".join(part[:1].upper() + part[1:] for part in key.split("_"))
