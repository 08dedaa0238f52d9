"""Text with `${…}` in it, as quoted strings and heredocs hold it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

_ESCAPE = re.compile(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))')
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_OPENING = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]')


def unescaped(text: str) -> str:
    """The characters that a part of a quoted string stands for."""
    if text.startswith(("$${", "%%{")):
        return text[1:]

    def one(found: re.Match[str]) -> str:
        if found[1]:
            return _PLAIN[found[1]]
        code = int(found[2] or found[3], 16)
        return chr(code) if code < 0x110000 else found[0]

    return _ESCAPE.sub(one, text)


def heredoc(token: str) -> str:
    """The text of `<<EOT … EOT`, without its indentation where it is `<<-EOT`."""
    first, _, rest = token.replace("\r\n", "\n").partition("\n")
    body = rest.rstrip("\n").rpartition("\n")[0]
    body = body + "\n" if body else ""
    return textwrap.dedent(body) if first.startswith("<<-") else body


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """`text`, `expression` and `directive` parts, in order; `~` takes away the blanks beside it."""
    at, cut = 0, False
    while found := _OPENING.search(text, at):
        before = text[at : found.start()].lstrip() if cut else text[at : found.start()]
        cut = False
        if found[0] in ("$${", "%%{"):
            yield "text", before + found[0][1:]
            at = found.end()
            continue
        end = _closing(text, found.end())
        inner = text[found.end() : end]
        yield "text", before.rstrip() if inner.startswith("~") else before
        yield "expression" if found[0] == "${" else "directive", inner.strip("~")
        at, cut = end + 1, inner.endswith("~")
    yield "text", text[at:].lstrip() if cut else text[at:]


def _closing(text: str, at: int) -> int:
    """Where the brace closes that opened before `at`."""
    depth = 1
    for sign in _SIGN.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(sign[0], 0)
        if depth == 0:
            return sign.start()
    return len(text)
