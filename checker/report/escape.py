"""Names that an outsider chose, made harmless where they are shown.

Everything starts from `visible`: what comes out of it is printable, so it holds no control or
escape sequence, line break, bidirectional override, zero-width character, lone surrogate or
character that XML forbids. Each output then adds the escapes of its own syntax.
"""

from __future__ import annotations

import json
import re

from checker.patterns import pattern

# Letters and marks that count as printable and yet show as nothing: combining joiner, Hangul
# fillers, Khmer inherent vowels, Mongolian and standard variation selectors, blank Braille.
_BLANK = pattern("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u2800\u3164\uffa0\ufe00-\ufe0f]")
# Runners read `##[…]` (GitHub), `##vso[…]` (Azure) and `##teamcity[…]` as commands anywhere in a
# line, and GitHub's `::…::` where a line begins, blanks aside.
_RUNNER = pattern(r"##(?=\w*\[)")
_COMMAND = pattern(r"^( *):(?=:)")
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")  # full-width forms too, which Excel folds
_TICKS = pattern("`+")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_MARKDOWN = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",
        **{sign: "\\" + sign for sign in "\\`*_{}[]()!~$^"},
    }
)
# What GitHub and GitLab turn into a link, a mention, a reference or a picture, also where a
# backslash stands before it: they look into what was rendered, where it is gone.
# https://docs.gitlab.com/user/markdown/#gitlab-specific-references
_LIVE = pattern(
    r"""[@#] | [!~$%&^*](?=[\w"'(]) | ://  | \bwww\. | (?-i::[a-z0-9_+-]+:) | \b(?:GH|GL)-[0-9]
        | \[\w+:""",
    re.IGNORECASE | re.VERBOSE,
)
_SLACK = pattern(r"[*_~`@#<>]|:[^:]+:")
_SLACK_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_DELETE = {0x7F: "\\u007f"}  # which JSON takes for printable
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"
_WORD = pattern(r"[^ ]+")
_EDGES = pattern(r"""([("'\[]*)(.*?)([)\]"',.;:!?]*)""")
_BLOCK = pattern(r"^([-+=]|[0-9]+(?=[.)]))")
_SPAN = pattern(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_SARIF_BRACES = str.maketrans({"{": "{{", "}": "}}"})
_SARIF_LINK = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]"})


def visible(text: str) -> str:
    """One printable line: whatever a reader could not see becomes `\\x1b`, `\\u202e`…"""
    if text.isprintable() and (text.isascii() or not _BLANK.search(text)):
        return text
    return "".join(
        char if char.isprintable() and not _BLANK.match(char) else _code(char) for char in text
    )


def json_text(text: str) -> str:
    """JSON with what a reader could not see written as `\\u202e`: the same values to a parser."""
    if text.isascii() and "\x7f" not in text:  # no control stands as it is in JSON
        return text
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    odd = {c for c in set(beyond.decode("utf-8", "surrogatepass")) if visible(c) != c}
    if not odd:  # a letter of ours that is not ASCII would make a big report take twice as long
        return text
    return text.translate({ord(char): json.dumps(char)[1:-1] for char in odd} | _DELETE)


def _code(char: str) -> str:
    # The codec leaves printable Latin-1 alone, and nothing that shows as blank is in there.
    return char.encode("unicode_escape").decode("ascii")


def lines(text: str) -> str:
    """Text whose line breaks are meant: policies' own prose."""
    return "\n".join(terminal(line) for line in text.strip().split("\n"))


def prose(text: str) -> str:
    """Text on one line: policies' own prose, however it was wrapped."""
    return visible(" ".join(text.split()))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, and how many are missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def short(fingerprint: str) -> str:
    """As people copy it: `explain` and `waive` take how a fingerprint begins."""
    return fingerprint[:12]


def terminal(text: str) -> str:
    """For a terminal or a build log, in which a runner looks for commands; wherever in a line."""
    return uncommanded(visible(text))


def uncommanded(line: str) -> str:
    """A line, paint included, that is none of a runner's commands."""
    return _COMMAND.sub(r"\1\\x3a", _RUNNER.sub(r"#\\x23", line))


def html(text: str) -> str:
    """For element content and quoted attributes."""
    return visible(text).translate(_HTML)


def markdown(text: str) -> str:
    """For prose in Markdown, table cells included: no markup. A word that a receiver would turn
    into a link, a mention or a reference is a code span: inert, and the same when it is copied."""
    words = _WORD.sub(lambda word: _word(word[0]), visible(text))
    return _BLOCK.sub(r"\\\1" if not words[:1].isdigit() else r"\1\\", words)


def _word(word: str) -> str:
    if not _LIVE.search(word):
        return word.translate(_MARKDOWN)
    edges = _EDGES.fullmatch(word)
    if edges is None or not _LIVE.search(edges[2]):
        return markdown_code(word)
    before, after = (edges[part].translate(_MARKDOWN) for part in (1, 3))
    return f"{before}{markdown_code(edges[2])}{after}"


def markdown_prose(text: str) -> str:
    """For policies' own prose in Markdown: its code spans are meant, as commands are pasted."""
    return "".join(
        markdown_code(part) if is_code else markdown(part) for is_code, part in code_spans(text)
    )


def code_spans(text: str) -> list[tuple[bool, str]]:
    """Policies' own prose in parts, and whether each is code."""
    parts, at = [], 0
    for span in _SPAN.finditer(text):
        parts += [(False, text[at : span.start()]), (True, span[2].strip())]
        at = span.end()
    return [*parts, (False, text[at:])]


def markdown_code(text: str) -> str:
    """For an identifier in Markdown, as a code span: inert, and still to be copied.

    A pipe would end a table cell even in there, and no escape of it is read alike everywhere.
    """
    shown = terminal(text).replace("|", "\\x7c") or " "
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(shown)), default=0))
    pad = " " if len(fence) > 1 else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def slack(text: str) -> str:
    """For mrkdwn that is `verbatim`: no link, mention or channel (`<…>`), no emphasis, code, emoji.
    A word with a sign that Slack would read is code: inert, and the same when it is copied, but for
    a backtick, of which Slack knows no escape.

    https://docs.slack.dev/messaging/formatting-message-text
    """
    return " ".join(_slack_word(word) for word in terminal(text).split(" "))


def _slack_word(word: str) -> str:
    shown = word.replace("`", "\\x60").translate(_SLACK_HTML)
    return f"`{shown}`" if _SLACK.search(word) else shown


def csv_cell(text: str) -> str:
    """For a spreadsheet: what it would take for a formula gets a leading apostrophe, and so does
    what a runner would take for a command, should the file be shown in a build log. A sign alone
    is none."""
    shown = visible(text)
    live = (
        (text not in ("", "-") and text[0] in _FORMULA)
        or _COMMAND.match(shown)
        or _RUNNER.search(shown)
    )
    return "'" + _RUNNER.sub(r"#\\x23", shown) if live else shown


def command_data(text: str) -> str:
    """For what follows `::` in a workflow command: one printable line."""
    return terminal(text).replace("%", "%25")


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
