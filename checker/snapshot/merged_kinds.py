"""Of what is merged: of which kinds resources and uses of code were looked for, and where not.

Kinds for which all looked are those of the whole. Where some looked and others for nothing at all,
the others' accounts are a gap: what is shown of the rest would pass for all that there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import UNSET, UnsetType

from checker.plurals import plural
from checker.snapshot.merge import Winners
from checker.snapshot.records import Gap, Manifest

_WHAT = {"resource_kinds": "resources", "code_kinds": "uses of code"}
_FEW = 3


def kinds_of_all(winning: Sequence[Manifest]) -> dict[str, tuple[str, ...] | UnsetType]:
    """By the manifest's keys, of those that looked for some; unset where nobody did."""
    found: dict[str, tuple[str, ...] | UnsetType] = {}
    for key in _WHAT:
        told = [set(kinds) for one in winning if (kinds := getattr(one, key)) is not UNSET]
        found[key] = tuple(sorted(set.intersection(*told))) if told else UNSET
    return found


def not_looked_for(chosen: Winners) -> Iterator[Gap]:
    """A gap for what some looked for, and others not."""
    for key, what in _WHAT.items():
        by_account = {id_: getattr(one.manifest, key) for id_, one in chosen.of.items()}
        looked = [set(kinds) for kinds in by_account.values() if kinds is not UNSET]
        if not looked:
            continue
        blind = sorted(id_ for id_, kinds in by_account.items() if kinds is UNSET)
        if blind:
            yield _gap(what, f"{what} were looked for in others, and not in {_accounts(blind)}")
        if partly := sorted(set.union(*looked) - set.intersection(*looked)):
            few = ", ".join(partly[:_FEW]) + (", …" if len(partly) > _FEW else "")
            yield _gap(f"{what}:kinds", f"{what} of {few} were looked for in some accounts alone")


def _accounts(blind: list[str]) -> str:
    few = ", ".join(blind[:_FEW]) + (", …" if len(blind) > _FEW else "")
    return f"{plural(len(blind), 'account')} ({few})"


def _gap(what: str, message: str) -> Gap:
    call = f"merge:{what.replace(' ', '-')}"
    return Gap(
        call=call, code="NotLookedFor", message=f"{message}: collect them with the same options"
    )
