"""What shuts a resource, or leaves it open, as all parts of the code say it together.

What shuts counts only where it is there whatever comes: whoever believes in a switch that a
deployment may leave out misses who gets in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from checker.collect.iac.grants.buckets import SWITCHES
from checker.collect.iac.grants.keys import key_of
from checker.collect.iac.grants.model import Given, Hangs, Json, Part
from checker.collect.iac.grants.rows import ACCOUNT_SWITCHES, BUCKET, ROWS
from checker.collect.iac.unknown import is_unresolved, wholly

_SHUTS = ("bpa", "kms_key", "ownership", "vpc")
"""Settings that shut; the others open, or tell what is ours."""
_UNTOLD = object()
_ONE_OR_NONE = re.compile(r"(.*?)\?\s*1\s*:\s*0\s*", re.DOTALL)
_ACCOUNT = re.compile(r"[0-9]{12}")
_INDEX = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]$')
_Place = tuple[object, str]
"""Code that is applied together, and an account."""


def unnumbered(name: str) -> str:
    """What a resource is called of which this is an instance."""
    return _INDEX.sub("", name)


def telling(parts: list[Part]) -> list[Part]:
    """Those of a resource's parts that say, or might, what shuts it or leaves it open."""
    saying = {(one.code.scope, one.name) for one in parts if one.said.settings}
    return [
        one for one in parts
        if saying and (one.row.itself or (one.code.scope, one.name) in saying)
    ]  # fmt: skip


def settings_of(opening: Part, parts: list[Part]) -> Json:
    """What the telling parts of a resource say of it, for who comes in by one of them."""
    result: Json = {}
    several = [part for part in parts if _reaches(part, opening)]
    for key in sorted({key for part in several for key in part.said.settings}):
        shuts = key in _SHUTS
        values = [*_sure(key, opening, several)] if shuts else [*_said(key, several)]
        if key == "bpa":
            result[key] = _all_on(values)
        elif key == "urls":
            result[key] = [*{json.dumps(one): one for value in values for one in value}.values()]
        elif all(value == values[0] and value is not _UNTOLD for value in values):
            result[key] = values[0]
    return result


def _reaches(part: Part, opening: Part) -> bool:
    """Whether what one says is surely of what the other opens, and holds when that does: a name by
    a default may come to another one, and a state tells what is there today."""
    if part is opening or _refers(opening, part):
        return True
    (mine, sure), (other, also) = _whose(part), _whose(opening)
    if part.code.scope == opening.code.scope:
        return (sure and also) or mine == other
    return sure and also and part.code.form == opening.code.form


def _refers(opening: Part, part: Part) -> bool:
    """Whether one names the very resource that the other is."""
    mark = wholly(opening.named) if part.row.itself and opening.surely is None else None
    made = opening.code.maker(mark) if mark is not None else None
    if made is None or opening.code.scope_of(made[0]) != part.code.scope:
        return False
    return made[0] in (part.name, unnumbered(part.name)) or made[0].endswith(f"/{part.name}")


def _whose(part: Part) -> tuple[Any, bool]:
    """What a part is of, by what is given alone, and whether no default tells that."""
    code, value = part.code, part.named if part.surely is None else part.surely
    mark = wholly(value)
    made = code.maker(mark) if mark is not None else None
    row = ROWS.get(code.type_of(made[0])) if made else None
    if made is None or row is None or not row.itself:
        return value, part.surely is None
    surely = Given(code.surely(made[0]), row.keys, code.target).one("named")
    told = Given(code.properties(made[0]), row.keys, code.target).one("named")
    return surely or made[0], part.surely is None and surely == told


def _said(key: str, parts: list[Part]) -> Iterator[Any]:
    return (part.said.settings[key] for part in parts if key in part.said.settings)


def _sure(key: str, opening: Part, parts: list[Part]) -> Iterator[Any]:
    """The values of all parts that say it, or would if it were so; not told where one does not, or
    may not be there."""
    saying = {(part.code.scope, part.name) for part in parts if key in part.said.settings}
    for part in parts:
        is_told = key in part.said.settings
        if is_told and _surely(part, opening):
            value = part.said.settings[key]
            known = key == "kms_key" or not is_unresolved(value)
            value = key_of(value, part.code, _UNTOLD) if key == "kms_key" else value
            yield value if known else _UNTOLD
        elif (
            is_told
            or (part.row.itself and key in part.row.keys)
            or (part.code.scope, part.name) in saying
        ):
            yield _UNTOLD


def _all_on(values: Iterable[Any]) -> Json:
    """Each switch, on where all have it on."""
    several = list(values)
    return {one: all(value is not _UNTOLD and value[one] for value in several) for one in SWITCHES}


def _surely(part: Part, opening: Part) -> bool:
    """Whether it is there wherever the other is: on the same condition, or named by it."""
    if part.hangs is None or part is opening or _refers(opening, part):
        return True
    return _follows(part.hangs, opening.hangs)


def _follows(one: tuple[object, str], other: Hangs) -> bool:
    if other is None or one[0] != other[0]:
        return False
    return not one[1] or one[1] == other[1] or _terms(one[1]) <= _terms(other[1])


def _terms(text: str) -> frozenset[str]:
    """All that must hold for there to be one of `a && b ? 1 : 0`."""
    found = _ONE_OR_NONE.fullmatch(text)
    inner = found[1].strip() if found else ""
    if not found or "||" in inner or "?" in inner or "(" in inner:
        return frozenset({text})
    return frozenset(one.strip() for one in inner.split("&&"))


class Accounts:
    """Block Public Access of whole accounts: it shuts the buckets that the same code makes there.

    Of other code nobody knows that it is applied in the same account, and at all.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """

    def __init__(self, parts: list[Part]) -> None:
        self._found: dict[_Place, list[Part]] = {}
        self._turned: set[_Place] = set()
        for one in parts:
            if one.row.kind == ACCOUNT_SWITCHES and (place := account_of(one)):
                self._turned |= {place} if one.turns else set()
                if not one.gone:
                    self._found.setdefault(place, []).append(one)

    def places(self, kind: str, parts: list[Part]) -> list[_Place]:
        """Where such settings hold over a bucket: whoever makes it, or writes its policy, acts in
        its account."""
        told = self._found if kind == BUCKET else ()
        return [place for place in self._all(parts) if place in told]

    def turned(self, kind: str, parts: list[Part]) -> bool:
        """Whether a plan takes such settings back, or away, that held over a bucket."""
        return kind == BUCKET and not self._turned.isdisjoint(self._all(parts))

    def _all(self, parts: list[Part]) -> Iterable[_Place]:
        return dict.fromkeys((one.code.together, one.code.account) for one in parts)

    def settings(self, places: list[_Place], opening: Part) -> Json:
        """What they come to for who comes in by a part of it."""
        told = [self._on(self._found[place], opening) for place in places]
        on = {one: any(each[one] for each in told) for one in SWITCHES}
        return {"account_bpa": on} if told else {}

    def _on(self, several: list[Part], opening: Part) -> Json:
        return _all_on(
            one.said.settings["bpa"] if _surely(one, opening) else _UNTOLD for one in several
        )


def account_of(part: Part) -> _Place | None:
    """Where it holds: in the account that it names, else in its provider's. None where that is not
    known."""
    named = part.code.account if part.named is None else part.surely or part.named
    known = part.named is None or (isinstance(named, str) and _ACCOUNT.fullmatch(named))
    return (part.code.together, str(named)) if known else None
