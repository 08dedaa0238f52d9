"""What AWS once answered, by account, region and call.

A call that nobody recorded is not the same as one that found nothing: of the first there is no
entry here, of the second one without items.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from checker.snapshot.records import Gap

Item = Mapping[str, Any]
"""An item of a listing, or an answer that is none, in AWS's own spelling."""


class Place(NamedTuple):
    """An account in a region; None: what it has once."""

    account: str
    region: str | None = None


@dataclass
class Answer:
    """All items of a call, from however many pages and files."""

    items: list[Any] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def add(self, items: Iterable[Any]) -> None:
        """Each once: people save a page twice."""
        for item in items:
            text = json.dumps(item, sort_keys=True, default=str)
            if text not in self.seen:
                self.seen.add(text)
                self.items.append(item)


@dataclass
class Answers:
    """Of all places. `gaps`: what is known to be missing of what was recorded; `unjudged`: roles of
    which no policies were recorded; `notes`: sentences that are no gaps; `members` and
    `organizations` as AWS Organizations tells of them; `listings`: states of the accounts of each
    list of them; `guessed`: accounts that the name of a file tells, and which, `sure`: what else
    does; `failures`: code and message of a call that could not be read, by account, None: of any;
    `means`: what tells of each call, where that is not the AWS command line; `partitions`: those
    that ARNs name."""

    given: dict[Place, dict[str, Answer]] = field(default_factory=lambda: defaultdict(dict))
    gaps: list[Gap] = field(default_factory=list)
    unjudged: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    members: list[Item] = field(default_factory=list)
    organizations: list[Item] = field(default_factory=list)
    guessed: dict[str, str] = field(default_factory=dict)
    sure: set[str] = field(default_factory=set)
    listings: list[Mapping[str, Any]] = field(default_factory=list)
    failures: dict[tuple[str | None, str], tuple[str, str]] = field(default_factory=dict)
    means: Mapping[str, str] | None = None
    partitions: set[str] = field(default_factory=set)

    def add(self, place: Place, call: str, items: Iterable[Any]) -> None:
        self.given[place].setdefault(call, Answer()).add(items)

    def items(self, place: Place, call: str) -> list[Any] | None:
        """None: nobody recorded it."""
        answer = self.given.get(place, {}).get(call)
        return None if answer is None else answer.items

    def has(self, place: Place) -> bool:
        return bool(self.given.get(place))

    def accounts(self) -> set[str]:
        return {place.account for place in self.given}

    def regions(self, account: str) -> Iterator[str]:
        for place in self.given:
            if place.account == account and place.region:
                yield place.region
