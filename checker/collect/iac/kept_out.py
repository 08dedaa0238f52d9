"""Where code names an account, but for those places from which a document has it that was read, and
lets it in nowhere: one that a Deny shuts out, say.

A place is a section of a text. What stands in a resource, its document must name as often; what
stands under a name, be it of a local, a parameter or a file, such resources alone must use. Nobody
is kept out by what is written elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from checker.collect.iac.code_text import CodeText
from checker.collect.iac.mentions import mentions
from checker.collect.iac.sections import Section
from checker.snapshot.records import Location

Part = tuple[CodeText, Section]


class KeptOut:
    """Of one account. `documents`: where each that was understood is written, and how often it
    names the account."""

    def __init__(
        self, account: str, texts: Iterable[CodeText], documents: Iterable[tuple[Location, int]]
    ) -> None:
        self._texts, self._documents = [*texts], [*documents]
        self._written = [*_written(account, self._texts)]
        self._named = Counter(part for part, _ in self._written)
        self._uses: dict[Part, Counter[Part]] = {}
        self._known: dict[Part, bool] = {}
        for part in self._named:
            self._follow(part)

    def elsewhere(self) -> list[Location]:
        """Each line that names it and is not accounted for, and each part that does so by another
        name."""
        lines = [one for one in self._written if not self._accounted(one[0])]
        others = [part for part in self._uses if part not in self._named]
        lines += [(one, one[1].first) for one in others if not self._accounted(one)]
        return [Location(file=text.file, line=line) for (text, _), line in lines]

    def _follow(self, part: Part) -> None:
        """From a name to what uses it, which may have a name itself."""
        if part not in self._uses:
            self._uses[part] = _users(part, self._texts)
            for one in self._uses[part]:
                self._follow(one)

    def _accounted(self, part: Part) -> bool:
        if part not in self._known:
            self._known[part] = False  # where a name is its own
            self._known[part] = self._is_accounted(part)
        return self._known[part]

    def _is_accounted(self, part: Part) -> bool:
        told = [count for place, count in self._documents if _is_in(place, part)]
        if part[1].mixed or (told and part[1].anywhere):
            return False
        if told:
            return max(told) >= self._named[part] + self._used_in(part)
        users = self._uses[part]
        return bool(users) and all(map(self._accounted, users))

    def _used_in(self, part: Part) -> int:
        return sum(users[part] for users in self._uses.values())


def _written(account: str, texts: Iterable[CodeText]) -> Iterator[tuple[Part, int]]:
    for text in texts:
        for number, line in enumerate(text.lines, 1):
            several = sum(one == account for one in mentions(line))
            section = text.section(number) if several else None
            if section and not section.prose:
                yield from [((text, section), number)] * several


def _users(part: Part, texts: Iterable[CodeText]) -> Counter[Part]:
    """Which parts of the code refer to it, and how often."""
    text, section = part
    found = Counter[Part]()
    for other in texts if section.name else ():
        if section.anywhere or None in (text.scope, other.scope) or text.scope == other.scope:
            several = other.counted(re.compile(section.name))
            found.update({(other, one): count for one, count in several.items()})
    found.pop(part, None)
    return found


def _is_in(place: Location, part: Part) -> bool:
    text, section = part
    return place.file == text.file and section.first <= place.line <= section.last
