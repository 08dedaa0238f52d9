"""References of one resource of code → records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from checker.collect.iac.body_images import batch_images, images_in
from checker.collect.iac.chart_images import chart_images
from checker.collect.iac.code.references import Reference, reference
from checker.collect.iac.code.rows import BUILD, DISK, IMAGE, RUNS, SNAPSHOT, Runs
from checker.collect.iac.grants.model import Code
from checker.collect.iac.paths import values_at_path
from checker.collect.iac.read_bodies import pairs, stands_for
from checker.collect.iac.unknown import is_unresolved, wholly
from checker.collect.iac.variant import Variant
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.records import Location
from checker.trust.document.decode import as_list

_INSTALLS = {"AWS-ConfigureAWSPackage": "name", "AWS-RunDocument": "sourceinfo"}
"""Documents that run another one, and the parameter that names it:
https://docs.aws.amazon.com/systems-manager/latest/userguide/distributor-working-with-packages-deploy.html,
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-running-remote-github-s3.html"""
_DISKS = (SNAPSHOT, DISK)
Owners = Callable[[str, str, Any], list[str]]
"""Kind, path and value that names a snapshot → what the code tells of it and its owner, as JSON;
several, where it may be any of theirs."""


def uses(
    kind: str, name: str, variants: Iterable[Variant], place: Location, code: Code,
    owners: Owners = lambda *_: [],
) -> Iterator[CodeUse]:  # fmt: skip
    """Each reference once, unmarked where some default names it."""
    row = RUNS[kind]
    seen: list[Any] = []
    for variant in sorted(variants, key=lambda one: one.when or ""):
        for use, path, value in list(_named(row, variant.properties)):
            if (use, value) not in seen:
                seen.append((use, value))
                told = owners(use, path, value) if use in _DISKS else []
                for one in map(Reference, told) if told else [reference(use, value, code)]:
                    yield _use(row, name, variant, use, path, one, place, code)


def rests(kind: str, told: dict[str, Any], surely: Mapping[str, Any], code: Code) -> bool:
    """Whether a default alone tells whose code is run. `surely`: what is given tells of it."""
    untold = [_untold(kind, one, code) for one in (told, {**told, **surely})]
    return any(one not in untold[0] for one in untold[1])


def _untold(kind: str, properties: Mapping[str, Any], code: Code) -> list[Any]:
    """References that name nobody yet, and settings of which nothing is known."""
    row = RUNS[kind]
    settings = (one for path in row.settings
                for one in values_at_path(properties, path.split("."), folded=True))  # fmt: skip
    named = [value for use, _, value in _named(row, properties)
             if use not in _DISKS and reference(use, value, code).text is None]  # fmt: skip
    return [*named, *(one for one in settings if wholly(one) is not None)]


def _named(row: Runs, properties: Any) -> Iterator[tuple[str, str, Any]]:
    for use, paths in row.paths.items():
        for path in paths:
            for value in values_at_path(properties, path.split("."), folded=True):
                if value not in (None, ""):
                    yield use, path, value
                if key := _INSTALLS.get(str(value).rpartition("/")[2]):
                    yield from ((use, path, one) for one in _handed(row, properties, key))
    within = ((IMAGE, row.inside, images_in), (IMAGE, row.settings, chart_images),
              (BUILD, row.specs, batch_images))  # fmt: skip
    for use, paths, told in within:
        for path in paths:
            for value in values_at_path(properties, path.split("."), folded=True):
                yield from ((use, path, one) for one in told(value))


def _handed(row: Runs, properties: Any, parameter: str) -> Iterator[Any]:
    """The documents that it names, packages of Distributor among them."""
    for path in row.handed:
        for key, one in pairs([*values_at_path(properties, path.split("."), folded=True)]):
            for each in as_list(one if key.lower() == parameter else []):
                inner = stands_for(each)
                yield from filter(None, [inner.get("name") if isinstance(inner, dict) else each])


def _use(
    row: Runs, name: str, variant: Variant, use: str, path: str, told: Reference, place: Location,
    code: Code,
) -> CodeUse:  # fmt: skip
    target = code.target
    called = variant.properties.get(row.named) if row.named else None
    known = called if isinstance(called, str) and called and not is_unresolved(called) else name
    service, _, rest = row.form.partition(":")
    arn = target.arn(service, rest.format(known))
    return CodeUse(
        account=target.account,
        region=target.region or "",
        resource=f"{arn} (if {variant.when})" if variant.when else arn,
        kind=use,
        reference=told.text,
        via=path,
        location=place,
        unresolved=told.notes or msgspec.UNSET,
    )
