"""Whose code runs, as far as what people save of AWS's output tells it.

Those kinds are looked for of which anything was given: what of them is missing elsewhere is then a
gap, as of all else. Images of containers stand in too many calls, and publishers of extensions and
owners of snapshots in answers that nobody saves whole: of these no report says that they were
looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call
from checker.collect.aws.code.builds import Builds
from checker.collect.aws.code.documents import ASSOCIATIONS
from checker.collect.aws.code.extensions import APPLICATIONS
from checker.collect.aws.code.functions import Layers
from checker.collect.aws.resources.kind import Source
from checker.collect.recorded.answers import Answers

SOURCES: tuple[Source, ...] = (Layers(), ASSOCIATIONS, APPLICATIONS, Builds())


def calls() -> tuple[Call, ...]:
    """All that they ask."""
    return tuple(call for source in SOURCES for call in source.calls)


def looked_for(answers: Answers) -> tuple[str, ...]:
    """The kinds of which something was given, even if it could not be read."""
    given = {name for told in answers.given.values() for name in told}
    given |= {name for _, name in answers.failures}
    found = (one for one in SOURCES if given & {call.name for call in one.calls})
    return tuple(sorted({kind for one in found for kind in one.kinds}))


def records(here: AccountRegion, kinds: Iterable[str]) -> Iterator[msgspec.Struct]:
    """Those of a place."""
    wanted = frozenset(kinds)
    for source in SOURCES:
        yield from source.records(here, wanted)
