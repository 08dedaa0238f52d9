"""The picture of who reaches what, as SVG: third parties on the left, own accounts on the right.

Widths are attributes and colours are classes: the page's policy forbids inline styles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

from checker.report import view
from checker.report.page.flows import Flows, Link, Source, grade_of
from checker.report.page.markup import Html, block, px, tag

BAR = 5
COUNTED = "roles, images, resources and code uses"
"""What a line's width stands for."""


@dataclass(frozen=True)
class Frame:
    """How wide, where the bars stand, how high a row is and how many characters fit: in a
    third party's name, an account's, and the line under the former."""

    name: str
    width: int
    left: int
    right: int
    row: int
    left_chars: int
    right_chars: int
    under_chars: int


WIDE = Frame("wide", 1080, 310, 840, 44, 38, 28, 48)
NARROW = Frame("narrow", 390, 146, 258, 34, 20, 18, 26)


def picture(flows: Flows, frame: Frame) -> Html:
    """One `svg` with title and description; a table beside it tells the same."""
    left = [_extent(source.links, frame) for source in flows.sources]
    right = [_extent(_arriving(flows, account), frame) for account in flows.accounts]
    height = max(sum(left), sum(right))
    tops = _tops(left, height), _tops(right, height)
    ids = f"{frame.name}-title {frame.name}-desc"
    return tag(
        "svg",
        tag("title", "Who reaches what", id=f"{frame.name}-title"),
        tag("desc", describe(flows), id=f"{frame.name}-desc"),
        tag("g", block(_lines(flows, frame, *tops)), class_="links"),
        tag("g", block(_sources(flows, frame, tops[0]))),
        tag("g", block(_accounts(flows, frame, tops[1]))),
        viewBox=f"0 0 {frame.width} {px(height)}",
        class_=f"graph {frame.name}",
        role="img",
        aria_labelledby=ids,
    )


def describe(flows: Flows) -> str:
    lines = sum(len(source.links) for source in flows.sources)
    return (
        f"{view.plural(lines, 'line')} from third parties on the left to own accounts on the "
        f"right. Colour: vetted or not. Width: number of {COUNTED}. The table below the picture "
        "lists the same."
    )


def thickness(link: Link) -> float:
    return min(7.0, 0.7 + 1.1 * log2(1 + link.amount))


def _extent(links: Iterable[Link], frame: Frame) -> float:
    return max(float(frame.row), _sum(links) + 14)


def _sum(links: Iterable[Link]) -> float:
    return sum(thickness(link) + 1.5 for link in links)


def _arriving(flows: Flows, account: str) -> list[Link]:
    return [link for source in flows.sources for link in source.links if link.account == account]


def _tops(extents: Sequence[float], height: float) -> list[float]:
    """The middle of each row; the shorter column is spread over the height."""
    slack = (height - sum(extents)) / max(1, len(extents))
    middles, top = [], 0.0
    for extent in extents:
        middles.append(top + (extent + slack) / 2)
        top += extent + slack
    return middles


def _lines(
    flows: Flows, frame: Frame, left: Sequence[float], right: Sequence[float]
) -> Iterable[Html]:
    accounts = list(flows.accounts)
    ends = [
        at - _sum(_arriving(flows, account)) / 2
        for account, at in zip(accounts, right, strict=True)
    ]
    for source, at in zip(flows.sources, left, strict=True):
        start = at - _sum(source.links) / 2
        for link in sorted(source.links, key=lambda link: accounts.index(link.account)):
            width, to = thickness(link), accounts.index(link.account)
            half = (width + 1.5) / 2
            yield _line(frame, start + half, ends[to] + half, source, link)
            start += 2 * half
            ends[to] += 2 * half


def _line(frame: Frame, start: float, end: float, source: Source, link: Link) -> Html:
    a, b = frame.left + BAR, frame.right
    middle = (a + b) / 2
    return tag(
        "path",
        tag("title", f"{source.name} → {link.account or 'other accounts'}: {amount([link])}"),
        d=f"M{a} {px(start)}C{px(middle)} {px(start)} {px(middle)} {px(end)} {b} {px(end)}",
        stroke_width=px(thickness(link)),
        class_=f"line {tone(source.status)} {_strength(source, link)}",
    )


def _strength(source: Source, link: Link) -> str:
    """Those that are added up stay in the background: their highest privilege is one's alone."""
    return f"p-{link.privilege or 'none'}" if source.id is not None else "p-sum"


def tone(status: str) -> str:
    return f"s-{status}"


def amount(links: Sequence[Link]) -> str:
    """`2 roles, 1 image, 3 resources, 1 code use, admin`."""
    counts = {
        "role": sum(k.roles for k in links),
        "image": sum(k.images for k in links),
        "resource": sum(k.resources for k in links),
        "code use": sum(k.code for k in links),
    }
    parts = [view.plural(count, what) for what, count in counts.items() if count] or ["0 roles"]
    grade = grade_of(link.privilege for link in links)
    return ", ".join([*parts, *([grade] if grade else [])])


def _sources(flows: Flows, frame: Frame, middles: Sequence[float]) -> Iterable[Html]:
    for source, at in zip(flows.sources, middles, strict=True):
        yield _bar(frame.left, at, _sum(source.links), tone(source.status))
        # On paper colours may be lost, so the status is said; the narrow picture is for screens.
        prefix = f"{source.status} · " if frame is WIDE else ""
        under = _cut(prefix + amount(source.links), frame.under_chars)
        name = _cut(source.name, frame.left_chars)
        yield _label(name, under, at, frame.left - 9, "end")


def _accounts(flows: Flows, frame: Frame, middles: Sequence[float]) -> Iterable[Html]:
    for (account, name), at in zip(flows.accounts.items(), middles, strict=True):
        yield _bar(frame.right, at, _sum(_arriving(flows, account)), "own")
        first, second = (name, account) if name else (account, "")
        yield _label(_cut(first, frame.right_chars), second, at, frame.right + BAR + 9, "start")


def _bar(x: int, middle: float, links: float, name: str) -> Html:
    high = max(10.0, links)
    where = {"x": px(x), "y": px(middle - high / 2), "width": px(BAR), "height": px(high)}
    return tag("rect", **where, rx=1, class_=f"bar {name}")


def _label(first: str, second: str, middle: float, x: int, anchor: str) -> Html:
    where = {"x": px(x), "text_anchor": anchor}
    under = tag("text", second, **where, y=px(middle + 14), class_="under") if second else ""
    shift = -2 if second else 5
    return tag("g", tag("text", first, **where, y=px(middle + shift)), under)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
