"""JSON text as a value of code, as its provider reads it: with white space before it, and with
parts that only the deployment tells, within strings or in place of a value.

The text itself may hold secrets: what cannot be read is told as that, and never shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.unknown import A_MARK, OPEN, is_unresolved, shown, unresolved, wholly

UNREAD = unresolved("text that is no JSON")
"""Something that stands there, and that nobody here understands."""
_TOKEN = re.compile(
    rf'(?P<text>"(?:{A_MARK}|\\[^{OPEN}]|[^"\\{OPEN}])*")'
    rf'|(?P<plain>(?:{A_MARK}|[^][{{}}:,"{OPEN}\s])+)|(?P<sign>[][{{}}:,])|(?P<rest>[\s\S])'
)
_MARKS = re.compile(A_MARK)
_SIGNS = ("[", "{", '"', "\ufeff")
_ENDS, _OPENS = ("]", "}", ",", ":", ""), ("[", "{", ",", ":", "")


def embedded(text: str) -> Any:
    """What the text stands for: an object or a list, `UNREAD` for what was meant as one; of what is
    a name or a path alone what is not known of it, or None."""
    unsure = is_unresolved(text)
    if not _is_document(text):
        return _called(text) if unsure else None
    try:
        found = json.loads("".join(_filled(text)) if unsure else text)
    except (ValueError, RecursionError):
        return UNREAD
    return found if isinstance(found, dict | list) else UNREAD


def unknown_text(text: str) -> str | None:
    """What would tell a text that is written as JSON, by `jsonencode` mostly; None of any other."""
    try:
        found = json.loads("".join(_filled(text)))
    except (ValueError, RecursionError):
        return None
    return wholly(found)


def _called(text: str) -> str:
    """What is not known of it, alone."""
    return unresolved(", ".join(str(shown(one))[2:-1] for one in _MARKS.findall(text)))


def _is_document(text: str) -> bool:
    plain = _MARKS.sub("", text).strip()
    begins = plain.startswith(_SIGNS)
    return begins or "\n" in plain or (plain != text and any(sign in plain for sign in _SIGNS))


def _filled(text: str) -> Iterator[str]:
    """With each unknown part as a string: a value, an item, or a member of that name."""
    tokens = [one for one in _TOKEN.finditer(text) if not one[0].isspace()]
    around, before = [""], ""
    for at, token in enumerate(tokens):
        sign = token[0]
        if token["plain"] and OPEN in sign:
            after = tokens[at + 1][0] if at + 1 < len(tokens) else ""
            marks = "".join(_MARKS.findall(sign))  # what stands beside them is no JSON
            yield _part(marks, before, after, around[-1])
        else:
            yield _in_quotes(sign) if token["text"] else sign
        if token["sign"] and sign in "[{":
            around.append(sign)
        elif token["sign"] and sign in "]}" and len(around) > 1:
            around.pop()
        before = sign


def _part(sign: str, before: str, after: str, around: str) -> str:
    """What stands in no string, between the commas that it may bring itself."""
    value = f'"{_in_quotes(sign)}"'
    if around == "{" and before != ":" and after != ":":
        value = f"{value}:{value}"
    begin = "" if before in _OPENS else ","
    return f"{begin}{value}{'' if after in _ENDS else ','}"


def _in_quotes(text: str) -> str:
    """With each mark as JSON has it within a string; `jsonencode` has made some so already."""
    return _MARKS.sub(lambda found: _escaped(found[0]), text)


def _escaped(mark: str) -> str:
    try:
        json.loads(f'"{mark}"')
    except ValueError:
        return json.dumps(mark, ensure_ascii=False)[1:-1]
    return mark
