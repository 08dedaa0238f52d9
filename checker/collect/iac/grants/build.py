"""What the resources of one template or plan say, together → records.

A policy may stand apart from what it is of, and so may the switches that shut it: all parts of one
ARN are looked at together, and each that lets in somebody is a record of its own, where it is
written. Of several that contradict each other nobody knows which one would be there last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from checker.collect.iac.grants.arns import Named, filled, itself, named
from checker.collect.iac.grants.model import Code, Given, Json, Part, Row
from checker.collect.iac.grants.policy import resource_document
from checker.collect.iac.unknown import is_unresolved, shown
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Location
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_document

_FUNCTION, _BUCKET = "AWS::Lambda::Function", "AWS::S3::Bucket"


def parts(
    row: Row, name: str, variants: Iterable[Variant], place: Location, code: Code,
    notes: tuple[str, ...] = (),
) -> Iterator[Part]:  # fmt: skip
    """What one resource of the code says, under each outcome that makes a difference."""
    seen: list[Any] = []
    for variant in sorted(variants, key=lambda one: one.when or ""):
        given = Given(variant.properties, row.keys, code.target)
        for said in row.read(given):
            for value in given.every("named") or given.every("other") or [row.default]:
                if (value, said) not in seen:
                    seen.append((value, said))
                    yield Part(row, name, value, said, place, variant.when, notes)


def records(found: Iterable[Part], code: Code) -> Iterator[ResourceRecord]:
    """One for each part that may let somebody in, and one for each resource that has none."""
    groups: dict[tuple[str, str], list[tuple[Part, Named]]] = {}
    every = list(found)
    known = {_key(part): _named(part, code) for part in every if part.row.itself}
    for part in every:
        name = _named(part, code)
        if not part.row.itself and is_unresolved(part.named) and not part.said.qualifier:
            name = known.get(_key(part), name)  # by the same value that nobody knows
        groups.setdefault((part.said.kind or part.row.kind, name.arn), []).append((part, name))
    for (kind, _), several in groups.items():
        settings = _settings(part for part, _ in several)
        opening = [one for one in several if one[0].said.opens]
        bare = sorted(several, key=lambda one: not one[0].row.itself)[:1]
        for part, name in opening or bare:
            yield _record(kind, part, name, settings, code)


def _key(part: Part) -> tuple[str, str]:
    return part.said.kind or part.row.kind, str(part.named)


def _named(part: Part, code: Code) -> Named:
    kind = part.said.kind or part.row.kind
    if part.row.itself and kind == part.row.kind:
        found = itself(part.name, code) or named(kind, part.named, part.name, code)
    else:
        found = named(kind, part.named, part.name, code)
    qualifier = part.said.qualifier
    if not qualifier:
        return found
    text = filled(str(qualifier), code)
    marked = f"{found.marked or found.arn}:{text}"
    arn = f"{found.arn}:{shown(text)}"
    name = f"{found.name}:{shown(text)}"
    return Named(arn, name, marked if found.marked or is_unresolved(text) else None)


def _record(kind: str, part: Part, name: Named, settings: Json, code: Code) -> ResourceRecord:
    said, target = part.said, code.target
    told = {**settings}
    if said.bucket is not None:
        told["bucket"] = named(_BUCKET, said.bucket, "a bucket that is not known", code).name
    document = None
    if said.document is not None:
        document = resource_document(_complete(said.document, kind, name), name, code)
    notes = (*part.notes, *(document.unresolved if document else ()))
    return ResourceRecord(
        account=target.account,
        region=target.region,
        arn=name.arn,
        kind=kind,
        name=f"{name.name} (if {part.when})" if part.when else name.name,
        location=part.place,
        document=document.policy if document else msgspec.UNSET,
        acl=_raw(said.acl),
        grants=_raw(said.grants),
        share=_raw(said.share),
        settings=_raw(told or None),
        unresolved=notes or msgspec.UNSET,
    )


def _complete(document: Any, kind: str, name: Named) -> Any:
    """The statements of a function's policy, of which code does not write the resource."""
    if kind != _FUNCTION or not isinstance(document, dict):
        return document
    statements = document.get("Statement")
    if not isinstance(statements, list):
        return document
    whole = [{"Resource": name.arn, **one} if isinstance(one, dict) and "NotResource" not in one
             else one for one in statements]  # fmt: skip
    return {**document, "Statement": whole}


def _raw(value: Any) -> msgspec.Raw | msgspec.UnsetType:
    return msgspec.UNSET if value is None else encode_document(shown(value))


def _settings(found: Iterable[Part]) -> Json:
    """What all parts say; a switch is on where it is on whatever comes."""
    several = list(found)
    result: Json = {}
    for key in sorted({key for part in several for key in part.said.settings}):
        values = [part.said.settings[key] for part in several if key in part.said.settings]
        if key == "bpa":
            saying = {part.name for part in several if key in part.said.settings}
            unsure = any(part.name in saying and key not in part.said.settings for part in several)
            result[key] = {one: not unsure and all(value[one] for value in values)
                           for one in values[0]}  # fmt: skip
        elif key == "urls":
            result[key] = [*{json.dumps(one): one for value in values for one in value}.values()]
        elif all(value == values[0] for value in values):
            result[key] = values[0]
    return result
