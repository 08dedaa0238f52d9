"""Third parties as a table. Without scripts it is whole; with them it filters and sorts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from checker.report import view
from checker.report.inventory import GRADES, reads
from checker.report.model import Report, ThirdParty
from checker.report.page.flows import STATUSES, grade_of
from checker.report.page.markup import Html, block, code, fold, section, tag

ACCOUNTS = 3  # beyond, they are folded; beyond MOST their number
MOST = 60
_COLUMNS = (
    "Third party", "Kind", "Status", "Privilege", "Reads", "Roles", "Images", "Findings",
    "Accounts",
)  # fmt: skip
_NUMBERS = frozenset({"Roles", "Images", "Findings"})


def third_parties(report: Report) -> Html:
    parties = report.third_parties
    if not parties:
        quiet = tag("p", "No third party is trusted.", class_="quiet")
        return section("third-parties", "Third parties", quiet)
    count = Counter(finding.principal for finding in view.open_findings(report))
    hint = "(?) A name from the public catalogue, which vets nobody."
    catalogue = any(party.named_by == "catalogue" for party in parties)
    return section(
        "third-parties",
        "Third parties",
        _filters(parties),
        tag("div", _table(parties, count), class_="wide-table"),
        tag("p", hint, class_="quiet") if catalogue else "",
        count=len(parties),
    )


def _filters(parties: Iterable[ThirdParty]) -> Html:
    """Hidden until the script is there to serve it."""
    kinds = sorted({party.kind for party in parties})
    statuses = {party.status for party in parties}
    known = [status for status in STATUSES if status in statuses]
    choices = [("", "any"), ("!vetted", "not vetted"), *zip(known, known, strict=True)]
    search = tag("input", type="search", id="f-text", autocomplete="off")
    return tag(
        "form",
        tag("label", tag("span", "Search"), search),
        _select("status", choices),
        _select("kind", [("", "any"), *zip(kinds, kinds, strict=True)]),
        tag("output", id="f-count", aria_live="polite"),
        tag("button", "Show all", type="button", id="f-all", hidden=True),
        id="filters",
        hidden=True,
    )


def _select(name: str, options: Iterable[tuple[str, str]]) -> Html:
    choices = (tag("option", said, value=value) for value, said in options)
    return tag(
        "label", tag("span", name.capitalize()), tag("select", block(choices), id=f"f-{name}")
    )


def _table(parties: Iterable[ThirdParty], count: Counter[str | None]) -> Html:
    heads = (
        tag("th", name, scope="col", class_="num" if name in _NUMBERS else None)
        for name in _COLUMNS
    )
    body = (_row(party, count[party.id]) for party in parties)
    return tag(
        "table",
        tag("caption", "Third parties", class_="sr"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", block(body)),
        id="parties",
    )


def _row(party: ThirdParty, findings: int) -> Html:
    grade = grade_of(access.privilege for access in party.access)
    return tag(
        "tr",
        tag("td", who(party), class_="who"),
        tag("td", party.kind, data_l="Kind"),
        tag("td", status(party.status), data_l="Status", data_v=_rank(party.status)),
        tag("td", grade or "–", data_l="Privilege", data_v=_grade(grade)),
        tag("td", reads(party.access), data_l="Reads"),
        *(
            tag("td", f"{number:,}", class_="num" if number else "num zero", data_l=name)
            for name, number in zip(
                ("Roles", "Images", "Findings"), (party.roles, party.images, findings), strict=True
            )
        ),
        tag("td", _accounts(party), data_l="Accounts", data_v=len(party.access)),
        data_status=party.status,
        data_kind=party.kind,
    )


def who(party: ThirdParty) -> Html:
    if not party.name:
        return tag("b", "Anyone") if party.id == "*" else tag("b", party.id)
    hint = tag("abbr", "(?)", title="named by the public catalogue, which vets nobody")
    name = tag("b", party.name)
    return tag(
        "span", name, " ", hint if party.named_by == "catalogue" else "", " ", code(party.id)
    )


def status(given: str) -> Html:
    return tag("span", given, class_=f"status s-{given}")


def _rank(given: str) -> int:
    return STATUSES.index(given) if given in STATUSES else -1


def _grade(given: str | None) -> int:
    return GRADES.index(given) if given in GRADES else -1


def _accounts(party: ThirdParty) -> Html:
    ids = [access.account for access in party.access]
    if len(ids) <= ACCOUNTS:
        return code(" ".join(ids)) if ids else tag("span", "–")
    more = f" and {len(ids) - MOST:,} more: see the JSON report" if len(ids) > MOST else ""
    return fold(view.plural(len(ids), "account"), code(" ".join(ids[:MOST])), more)
