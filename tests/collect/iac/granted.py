"""Templates and .tf files → records of resources, and whom these let in; in this process."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from checker.access import Ours, Resource, analyze_resource
from checker.access.limits import with_keys
from checker.access.model import AccessPoint
from checker.collect.iac.cloudformation import ENDINGS, collect_templates
from checker.collect.iac.files import input_files
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.collect import ENDINGS as PLANNED
from checker.collect.iac.terraform.collect import Reading, collect_terraform
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_record
from tests.support.snapshots import OWN2

OWN, ORGANIZATION = OWN2, "o-own1234567"
TODAY = date(2026, 11, 20)
Let = tuple[str, str, str]
"""The ARN's last part, whom, and how far."""


def target(root: Path) -> Target:
    return Target(account=OWN, region="us-east-1", organization=ORGANIZATION, root=root)


def template(folder: Path, text: str, *, strict: bool = False, **given: str) -> Found:
    """What a template comes to. `text` is YAML."""
    (folder / "t.yaml").write_text(text)
    files = input_files([str(folder / "t.yaml")], ENDINGS)
    return collect_templates(files, target(folder), given, strict=strict)


def templates(folder: Path, *paths: str) -> Found:
    """What templates of a folder come to, each file by its name or whatever the folder has."""
    return collect_templates(input_files([*paths], ENDINGS), target(folder), {})


def source(folder: Path, text: str, **how: Any) -> Found:
    """What a .tf file comes to; `how`: fields of Reading."""
    (folder / "main.tf").write_text(text)
    return collect_terraform(input_files([str(folder)], PLANNED), target(folder), Reading(**how))


def plan(folder: Path, content: Any, **how: Any) -> Found:
    """What a plan comes to; `how`: fields of Reading."""
    (folder / "plan.json").write_text(json.dumps(content))
    files = input_files([str(folder / "plan.json")], PLANNED)
    return collect_terraform(files, target(folder), Reading(**how))


def let_in(found: Found) -> set[Let]:
    """Everybody outside; services that act for anybody as `deputy`."""
    every = [msgspec.json.decode(encode_record(one), type=_Line) for one in found.resources]
    buckets = frozenset(o.arn.rpartition(":")[2] for o in every if o.kind == "AWS::S3::Bucket")
    ours = Ours(accounts=frozenset({OWN}), organizations=frozenset({ORGANIZATION}), buckets=buckets)
    ours = with_keys(every, ours, TODAY)
    return {let for one in every for let in _let(_with_points(one, every), ours)}


class _Line(Resource, frozen=True, kw_only=True, forbid_unknown_fields=True):
    unresolved: tuple[str, ...] = ()


def _with_points(one: Resource, every: list[_Line]) -> Resource:
    points = [AccessPoint(p.arn, p.document, p.settings.origin, p.settings.bpa) for p in every
              if p.kind == "AWS::S3::AccessPoint" and p.settings.bucket == one.arn[13:]]  # fmt: skip
    if one.kind != "AWS::S3::Bucket" or not points:
        return one
    settings = msgspec.structs.replace(one.settings, access_points=points)
    return msgspec.structs.replace(one, settings=settings)


def _let(one: Resource, ours: Ours) -> set[Let]:
    access = analyze_resource(one, ours, TODAY)
    unread = {p.code for p in access.problems} & {"unknown-share", "invalid-document", "not-json"}
    assert not unread, (one, access.problems)
    called = one.arn.split(":", 5)[5]
    let = {(called, _who(g.principal), _grade(g)) for g in access.grants}
    return let | {(called, "deputy", str(d.service)) for d in access.deputies}


def _grade(grant: Any) -> str:
    return str(grant.access) if grant.effective is not False else f"shut: {grant.guardrail}"


def _who(one: Any) -> str:
    named = one.arn or one.account or one.organization or one.source or one.id
    return str(named or one.kind)


def alike(record: ResourceRecord) -> dict[str, Any]:
    """A record without what differs from one language to the other."""
    raw: dict[str, Any] = msgspec.json.decode(encode_record(record))
    document = raw.get("document")
    if isinstance(document, dict):
        for one in document["Statement"]:
            for key in ("Action", "Resource"):
                one[key] = one[key] if isinstance(one.get(key), list) else [one.get(key)]
    return {key: one for key, one in raw.items() if key != "location"}
