"""Third parties as a table. Without scripts it is whole; with them it filters and sorts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import UNSET

from checker.report import view
from checker.report.access import GRADES, gravest, reads
from checker.report.model import Access, Report, ThirdParty
from checker.report.page import anchors, filters
from checker.report.page.flows import STATUSES, grade_of
from checker.report.page.markup import Html, block, code, fold, section, tag

ACCOUNTS = 3  # beyond, they are folded; beyond MOST their number
MOST = 60
_COLUMNS = (
    "Third party", "Kind", "Status", "Privilege", "Reads", "Roles", "Images", "Findings",
    "Accounts",
)  # fmt: skip
_OF_RESOURCES = ("Resources", "Access")
"""Behind the images, where somebody looked for any."""
_OF_CODE = ("Code",)
"""Behind these, where somebody looked for code."""
_AT = _COLUMNS.index("Images") + 1
_NUMBERS = frozenset({"Roles", "Images", "Resources", "Code", "Findings"})


def third_parties(report: Report) -> Html:
    parties = report.third_parties
    if not parties:
        quiet = tag("p", "No third party is trusted.", class_="quiet")
        return section("third-parties", "Third parties", quiet)
    rows = anchors.rows(report)
    count = Counter(anchors.party_of(finding, rows) for finding in view.open_findings(report))
    first = anchors.firsts(anchors.listed(report), rows)
    hint = "(?) A name from the public catalogue, which vets nobody."
    catalogue = any(party.named_by == "catalogue" for party in parties)
    return section(
        "third-parties",
        "Third parties",
        filters.parties(parties),
        tag("div", _table(parties, count, first), class_="wide-table"),
        tag("p", hint, class_="quiet") if catalogue else "",
        count=len(parties),
    )


def _table(
    parties: Iterable[ThirdParty], count: Counter[str | None], first: dict[str | None, str]
) -> Html:
    parties = tuple(parties)
    looked = any(party.resources is not UNSET for party in parties)
    coded = any(party.code is not UNSET for party in parties)
    more = (*(_OF_RESOURCES if looked else ()), *(_OF_CODE if coded else ()))
    columns = (*_COLUMNS[:_AT], *more, *_COLUMNS[_AT:])
    heads = (
        tag("th", name, scope="col", class_="num" if name in _NUMBERS else None) for name in columns
    )
    body = (
        _row(row, party, _linked(count[party.id], first.get(party.id)))
        for row, party in enumerate(parties)
    )
    return tag(
        "table",
        tag("caption", "Third parties", class_="sr"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", block(body)),
        id="parties",
    )


def _linked(count: int, first: str | None) -> Html:
    """Their number, as a link to the first of them; the script shows them alone."""
    if not count:
        return tag("span", "0", class_="zero")
    label = f"{view.plural(count, 'finding')}: show"
    return tag("a", f"{count:,}", href=f"#{first or 'findings'}", aria_label=label)


def _row(row: int, party: ThirdParty, findings: Html) -> Html:
    grade = grade_of(access.privilege for access in party.access)
    return tag(
        "tr",
        tag("td", who(party), class_="who"),
        tag("td", party.kind, data_l="Kind"),
        tag("td", status(party.status), data_l="Status", data_v=_rank(party.status)),
        tag("td", grade or "–", data_l="Privilege", data_v=_grade(grade)),
        tag("td", reads(party.access).replace("-", "–"), data_l="Reads"),
        *(
            tag("td", f"{number:,}", class_="num" if number else "num zero", data_l=name)
            for name, number in (("Roles", party.roles), ("Images", party.images))
        ),
        *_resources(party),
        *_code(party),
        tag("td", findings, class_="num", data_l="Findings"),
        tag("td", accounts(party.access), data_l="Accounts", data_v=len(party.access)),
        id=anchors.of_party(row),
        data_status=party.status,
        data_kind=party.kind,
    )


def _resources(party: ThirdParty) -> Iterator[Html]:
    """Those that let it in by themselves, and the gravest that they let it do."""
    if party.resources is UNSET:
        return
    number, access = party.resources, gravest(party.access)
    yield tag("td", f"{number:,}", class_="num" if number else "num zero", data_l="Resources")
    yield tag("td", access.replace("-", "–"), data_l="Access", data_v=_grade(access))


def _code(party: ThirdParty) -> Iterator[Html]:
    """References to code of it."""
    if party.code is not UNSET:
        number = party.code
        yield tag("td", f"{number:,}", class_="num" if number else "num zero", data_l="Code")


def who(party: ThirdParty) -> Html:
    if not party.name:
        return tag("b", "Anyone") if party.id == "*" else tag("b", party.id)
    hint = tag("abbr", "(?)", title="named by the public catalogue, which vets nobody")
    name = tag("b", party.name)
    return tag(
        "span", name, " ", hint if party.named_by == "catalogue" else "", " ", code(party.id)
    )


def status(name: str) -> Html:
    return tag("span", name, class_=f"status s-{name}")


def _rank(name: str) -> int:
    return STATUSES.index(name) if name in STATUSES else -1


def _grade(name: str | None) -> int:
    return GRADES.index(name) if name in GRADES else -1


def accounts(reached: Sequence[Access]) -> Html:
    """Their ids, folded where they are many."""
    ids = [access.account for access in reached]
    if len(ids) <= ACCOUNTS:
        return code(" ".join(ids)) if ids else tag("span", "–")
    more = f" and {len(ids) - MOST:,} more: see the JSON report" if len(ids) > MOST else ""
    return fold(view.plural(len(ids), "account"), code(" ".join(ids[:MOST])), more)
