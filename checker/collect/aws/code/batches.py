"""What is asked about many at once: an answer leaves out what is gone, and says so or does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import GoneError, Reading

S = TypeVar("S", bound=Shape)
_UNTOLD = "NotTold"


def described(
    here: AccountRegion,
    listed: Callable[[AccountRegion], list[str]],
    call: Call,
    shape: type[S],
    named: str,
    name: Callable[[S], str],
    size: int = 100,
    **more: Any,
) -> Iterator[S]:
    """All that was listed, asked about by `named`, `size` at a time. A gap for each that was not
    told of and is still listed; those of an answer that failed are that answer's gap."""
    names = listed(here)
    found: dict[str, S] = {}
    failed: set[str] = set()
    for at in range(0, len(names), size):
        asked = names[at : at + size]
        told = Reading(here).items(call, shape, **{named: asked}, **more)
        found |= {name(one): one for one in told or ()}
        failed |= set() if told is not None else set(asked)

    def read(_: AccountRegion, one: str) -> S:
        if one not in found:
            raise GoneError(call, _UNTOLD, f"{one} is listed, and the answer tells nothing of it")
        return found[one]

    yield from surviving(here, listed, read, [one for one in names if one not in failed])
