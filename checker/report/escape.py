"""Names that an outsider chose, made harmless where they are shown.

Everything starts from `visible`: what comes out of it is printable, so it holds no control or
escape sequence, line break, bidirectional override, zero-width character, lone surrogate or
character that XML forbids. Each output then adds the escapes of its own syntax.
"""

from __future__ import annotations

import re

# Letters and marks that count as printable and yet show as nothing: combining joiner, Hangul
# fillers, Khmer inherent vowels, Mongolian and standard variation selectors, blank Braille.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u2800\u3164\uffa0\ufe00-\ufe0f]")
# Runners read `##[…]` (GitHub) and `##vso[…]` (Azure) as commands anywhere in a line.
_RUNNER = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")  # full-width forms too, which Excel folds
_TICKS = re.compile("`+")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_MARKDOWN = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",
        # GitHub and GitLab look for mentions and references in what was rendered, where a
        # backslash is gone; a zero-width space after the sign stays.
        "@": "@&#8203;",
        "#": "#&#8203;",
        **{sign: "\\" + sign for sign in "\\`*_{}[]()!~$^"},
    }
)
_AUTOLINK = re.compile(r"(://|\bwww\.)", re.IGNORECASE)
_SARIF_BRACES = str.maketrans({"{": "{{", "}": "}}"})
_SARIF_LINK = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]"})


def visible(text: str) -> str:
    """One printable line: whatever a reader could not see becomes `\\x1b`, `\\u202e`…"""
    if text.isprintable() and (text.isascii() or not _BLANK.search(text)):
        return text
    return "".join(
        char if char.isprintable() and not _BLANK.match(char) else _code(char) for char in text
    )


def _code(char: str) -> str:
    # The codec leaves printable Latin-1 alone, and nothing that shows as blank is in there.
    return char.encode("unicode_escape").decode("ascii")


def lines(text: str) -> str:
    """Text whose line breaks are meant: policies' own prose."""
    return "\n".join(visible(line) for line in text.strip().split("\n"))


def prose(text: str) -> str:
    """Text on one line: policies' own prose, however it was wrapped."""
    return visible(" ".join(text.split()))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, and how many are missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def terminal(text: str) -> str:
    """For a terminal or a build log, in which a runner looks for commands."""
    return _RUNNER.sub(r"#\\x23", visible(text))


def html(text: str) -> str:
    """For element content and quoted attributes."""
    return visible(text).translate(_HTML)


def markdown(text: str) -> str:
    """For prose in Markdown, table cells included: no markup, link, mention or reference."""
    return _AUTOLINK.sub(_break_link, visible(text).translate(_MARKDOWN))


def _break_link(match: re.Match[str]) -> str:
    return match[0][:-1] + "&#8203;" + match[0][-1]


def markdown_code(text: str) -> str:
    """For an identifier in Markdown, as a code span: inert, and still to be copied.

    A pipe would end a table cell even in there, and no escape of it is read alike everywhere.
    """
    shown = terminal(text).replace("|", "\\x7c") or " "
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(shown)), default=0))
    pad = " " if len(fence) > 1 else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def csv_cell(text: str) -> str:
    """For a spreadsheet: what it would take for a formula gets a leading apostrophe."""
    return "'" + visible(text) if text[:1] in _FORMULA and text else visible(text)


def command_data(text: str) -> str:
    """For what follows `::` in a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """For a value before `::` in a workflow command."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(text: str) -> str:
    """For `message.text` (SARIF 2.1.0 §3.11.5, §3.11.6): braces are doubled; brackets are literal
    unless they could be read as an embedded link, `[text](1)`, so that most text stays as it is.
    """
    shown = visible(text)
    if "](" in shown:
        shown = shown.translate(_SARIF_LINK)
    return shown.translate(_SARIF_BRACES)
