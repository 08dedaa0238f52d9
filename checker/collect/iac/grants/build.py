"""What the resources of all templates, or all plans, of one command say, together → records.

A policy may stand apart from what it is of, and so may the switches that shut it, in another file
even: all parts of one ARN are looked at together, and each that lets in somebody is a record of its
own, where it is written. Of several that contradict each other nobody knows which one would be
there last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any

import msgspec

from checker.collect.iac.grants.arns import Named, filled, itself, named
from checker.collect.iac.grants.model import Code, Given, Hangs, Json, Part, Row, Said
from checker.collect.iac.grants.policy import resource_document
from checker.collect.iac.grants.rows import KEY, SETTINGS
from checker.collect.iac.grants.switches import Accounts, settings_of, telling
from checker.collect.iac.unknown import is_unresolved, shown, unresolved
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Location
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_document

LAID_OPEN = "not changed, and judged all the same, as what shuts it changes"
_BY_DEFAULT = "what it shuts, or whether, a default alone or nothing tells, so it was taken not to"
_FUNCTION, _BUCKET = "AWS::Lambda::Function", "AWS::S3::Bucket"


def parts(
    row: Row, name: str, variants: Iterable[Variant], place: Location, code: Code,
    notes: tuple[str, ...] = (), hangs: Hangs = None, *, aside: bool = False,
) -> Iterator[Part]:  # fmt: skip
    """What one resource of the code says, under each outcome that makes a difference."""
    seen: list[Any] = []
    for variant in sorted(variants, key=lambda one: one.when or ""):
        given = Given(variant.properties, row.keys, code.target)
        sure = Given({**variant.properties, **variant.surely}, row.keys, code.target)
        shutting = {key: one for key, one in variant.surely.items() if key in [*row.shutting()]}
        shut = Given({**variant.properties, **shutting}, row.keys, code.target)
        for said, rests in _settled(row, given, shut):
            for value, surely in _whose(row, given, sure):
                if (value, said) not in seen:
                    seen.append((value, said))
                    of_another = bool(surely and said.settings) and _shuts_another(row)
                    yield Part(row, name, value, said, place, code, variant.when, notes, hangs,
                               aside, surely, rests or of_another)  # fmt: skip


def _shuts_another(row: Row) -> bool:
    return not row.itself and any(row.shutting())


def _settled(row: Row, given: Given, sure: Given) -> Iterator[tuple[Said, bool]]:
    """What is said, with settings as far as no default tells them; and whether one does."""
    for said, surely in zip_longest(row.read(given), row.read(sure)):
        if said is not None:
            told = surely.settings if surely else {}
            settings = {key: told.get(key, unresolved(key)) for key in said.settings}
            yield replace(said, settings=settings), settings != said.settings


def _whose(row: Row, given: Given, sure: Given) -> Iterator[tuple[Any, Any]]:
    """What names the resource, and the same as what is given tells it, where that is another."""
    several = given.every("named") or given.every("other") or [row.default]
    surely = sure.every("named") or sure.every("other") or [row.default]
    for at, value in enumerate(several):
        told = surely[at] if len(surely) == len(several) else str(surely)
        yield value, None if told == value else told


def rests(found: Iterable[Part], place: Location) -> Iterator[str]:
    """What a reader must know of parts that count for less, as a default tells what they shut."""
    vain = [one for one in found
            if one.rests and (one.said.opens or {*one.said.settings} != {"kms_key"})]  # fmt: skip
    if vain:
        yield f"{place.file}:{place.line}: {vain[0].name}: {_BY_DEFAULT}"


def records(
    found: Iterable[Part], say: Callable[[str], None] = lambda _: None
) -> Iterator[ResourceRecord]:
    """One for each part that may let somebody in, and one for each resource that has none. `say`:
    takes what a reader must know."""
    every = list(found)
    accounts = Accounts(every)
    groups = _groups([one for one in every if one.row.kind not in SETTINGS])
    keys = {arn for (kind, _, arn, _), several in groups.items()
            if kind == KEY and any(part.turns for part, _ in several)}  # fmt: skip
    for (kind, *_), several in groups.items():
        of_it = _Group(kind, several, accounts, keys)
        yield from of_it.opening(say) or of_it.bare()


class _Group:
    """All parts of one resource. `keys`: of which a plan changes whom they let in."""

    def __init__(
        self, kind: str, several: list[tuple[Part, Named]], accounts: Accounts, keys: set[str]
    ) -> None:
        self._kind, self._accounts, self._keys = kind, accounts, keys
        self._there = [one for one in several if not one[0].gone]
        parts = [part for part, _ in self._there]
        self._places, self._telling = accounts.places(kind, parts), telling(parts)
        turned = any(part.turns for part, _ in several)
        self._turned = turned or accounts.turned(kind, parts)

    def opening(self, say: Callable[[str], None]) -> list[ResourceRecord]:
        """Of what lets somebody in, with what a plan leaves as it is and lays open."""
        found = []
        for part, name in self._there:
            settings = self._settings(part) if part.said.opens else {}
            judged = self._turned or settings.get("kms_key") in self._keys
            if part.said.opens and (judged or not part.aside):
                found.append(_record(self._kind, part, name, settings))
            if part.said.opens and judged and part.aside:
                say(f"{part.place.file}:{part.place.line}: {part.name}: {LAID_OPEN}")
        return found

    def bare(self) -> list[ResourceRecord]:
        there = [one for one in self._there if not one[0].aside]
        first = sorted(there, key=lambda one: not one[0].row.itself)[:1]
        return [_record(self._kind, part, name, self._settings(part)) for part, name in first]

    def _settings(self, part: Part) -> Json:
        mine = settings_of(part, self._telling)
        return {**self._accounts.settings(self._places, part), **mine}


def _groups(every: list[Part]) -> dict[tuple[Any, ...], list[tuple[Part, Named]]]:
    """Parts of the same resource together, each with what it is called."""
    groups: dict[tuple[Any, ...], list[tuple[Part, Named]]] = {}
    known = {_key(part): _named(part) for part in every if part.row.itself}
    for part in every:
        name = _named(part)
        if not part.row.itself and is_unresolved(part.named) and not part.said.qualifier:
            name = known.get(_key(part), name)  # by the same value that nobody knows
        kind = part.said.kind or part.row.kind
        groups.setdefault((kind, part.code.target, name.arn, name.scope), []).append((part, name))
    return groups


def _key(part: Part) -> tuple[str, str, object]:
    return part.said.kind or part.row.kind, str(part.named), part.code.scope


def _named(part: Part) -> Named:
    kind, code = part.said.kind or part.row.kind, part.code
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
    unsure = found.marked is not None or is_unresolved(text)
    return Named(arn, name, marked, found.scope or code.scope) if unsure else Named(arn, name)


def _record(kind: str, part: Part, name: Named, settings: Json) -> ResourceRecord:
    said, code = part.said, part.code
    target = code.target
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
