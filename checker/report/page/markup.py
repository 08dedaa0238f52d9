"""Elements out of strings: whatever is not `Html` already is escaped, so nothing else need be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checker.report.escape import code_spans, html, shorten

MESSAGE = 500  # characters of a text that an outsider may have chosen
WORD = 16  # characters of a cell that is not broken
_TAG = re.compile("<[^>]*>")
_VOID = frozenset({"input", "br"})
Attribute = str | int | float | bool | None


class Html(str):
    """Markup, made by `tag` alone."""

    __slots__ = ()


def text(message: str) -> Html:
    """A string as it may stand in an element or a quoted attribute: visible and inert."""
    return message if isinstance(message, Html) else Html(html(shorten(message, MESSAGE)))


def long(message: str) -> Html:
    """The policies' own prose and facts: escaped, but not shortened."""
    return Html(html(message))


def spoken(message: str) -> Html:
    """The policies' own prose, its code spans as such: what people paste."""
    parts = code_spans(message)
    return Html("".join(tag("code", long(p)) if is_code else long(p) for is_code, p in parts))


def tag(name: str, /, *children: str, **attributes: Attribute) -> Html:
    """`tag("td", "a<b", class_="num", data_v=3)`; None and False leave an attribute out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{''.join(map(text, children))}</{name}>")


def _attribute(key: str, value: Attribute) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    shown = text(value if isinstance(value, str) else str(value))
    return f" {name}" if value is True else f' {name}="{shown}"'


def join(parts: Iterable[str], between: str = "") -> Html:
    return Html(text(between).join(map(text, parts)))


def block(parts: Iterable[str]) -> Html:
    """Parts on lines of their own, so that a difference of two pages can be read."""
    return Html("\n".join(map(text, parts)))


def code(message: str) -> Html:
    return tag("code", message)


def severity(name: str) -> Html:
    """A badge: its word, and a shape of its own besides the colour."""
    return tag("span", name, class_=f"sev {name}")


def section(name: str, title: str, *parts: str, count: int | None = None) -> Html:
    number = tag("span", f"{count:,}", class_="count") if count is not None else ""
    heading = tag("h2", title, " " if number else "", number, id=f"{name}-title")
    return tag("section", block((heading, *parts)), id=name, aria_labelledby=f"{name}-title")


def table(headers: Iterable[str], rows: Iterable[Iterable[str]], caption: str, **more: str) -> Html:
    """Cells that are no `Html` are escaped; on a narrow screen each shows its column's name."""
    names = list(headers)
    head = tag("tr", *(tag("th", name, scope="col") for name in names))
    body = (
        tag("tr", *(_cell(name, cell) for name, cell in zip(names, row, strict=True)))
        for row in rows
    )
    return tag(
        "table",
        tag("caption", caption, class_="sr"),
        tag("thead", head),
        tag("tbody", block(body)),
        **more,
    )


def _cell(name: str, cell: str) -> Html:
    """An account's id, a date and the like stay on one line."""
    plain = _TAG.sub("", cell) if isinstance(cell, Html) else cell
    return tag("td", cell, data_l=name, class_="id" if len(plain) <= WORD else "say")


def fold(summary: str, *parts: str, **attributes: Attribute) -> Html:
    return tag("details", tag("summary", summary), *parts, **attributes)


def px(number: float) -> str:
    """A coordinate: to a tenth of a pixel, so that pages do not differ by a float's last bit."""
    return f"{number:.1f}".removesuffix(".0")
