"""Terraform's functions of texts; None where the answer cannot be told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from checker.collect.iac.terraform import looseness, several
from checker.collect.iac.terraform.arithmetic import to_text, whole_number
from checker.collect.iac.terraform.matching import LONGEST, substituted
from checker.collect.iac.terraform.spelling import doubted
from checker.collect.iac.unknown import (
    blanked,
    changed,
    is_made,
    is_unresolved,
    wholly,
)

SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_VERB = re.compile(r"%(?:%|\[?\d*\]?[-+ 0]*\d*[svdq])")
_WORD = re.compile(r"(?<!\w)[^\W\d_]")


def join(separator: str, *lists: Any) -> str | None:
    items = [to_text(one) for one in several.concat(*lists)]
    if None in several.concat(*lists):
        return None  # an error
    long = len(separator) * len(items) + sum(map(len, items)) > LONGEST
    text = None if long else items[0] if len(items) == 1 else separator.join(items)
    return looseness.perhaps(text) if looseness.is_loose(*lists) else text


def format_(pattern: str, *given: Any) -> str | None:
    if is_unresolved(pattern):  # what is not known may hold verbs
        return None if given else pattern
    verbs = [one for one in _VERB.findall(pattern) if one != "%%"]
    if len(verbs) != len(given) or None in given or any(len(one) > 2 for one in verbs):
        return None  # one of another width, or out of order; of null an error
    left = iter(given)

    def fill(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        given_now = next(left)
        text = str(whole_number(given_now)) if found[0].endswith("d") else to_text(given_now)
        return json.dumps(text, ensure_ascii=False) if found[0].endswith("q") else text

    return _VERB.sub(fill, pattern)


def formatlist(pattern: str, *given: Any) -> list[Any] | None:
    if any(isinstance(one, str) and is_unresolved(one) for one in given):
        found = [format_(pattern, *given)]
    else:
        longest = max((len(one) for one in given if isinstance(one, list)), default=1)
        columns = [one if isinstance(one, list) else [one] * longest for one in given]
        rows = zip(*columns, strict=True) if columns else [()]
        found = [format_(pattern, *row) for row in rows]
    return None if None in found else several.in_place(found, lists=given)


def replace(text: str, old: str, new: str) -> str | None:
    if is_unresolved(old) or not old or (wholly(text) is not None and not is_made(text)):
        return None
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        unsure = is_unresolved(text) and (not is_made(text) or wholly(text) is not None)
        return None if unsure or is_unresolved(new) else substituted(old[1:-1], text, new)
    inside = doubted(text, old)
    if text.count(old) * len(new) > LONGEST:
        return None
    return None if inside is None else changed(inside, lambda known: known.replace(old, new))


def split(separator: str, text: str) -> list[str] | None:
    if is_unresolved(separator) or (is_unresolved(text) and not (separator and is_made(text))):
        return None  # what is not known may hold the separator
    if doubted(text, separator) != text:
        return None
    return text.split(separator) if separator else list(text)


def without(text: str, end: str, cut: Callable[[str, str], str]) -> str | None:
    """Without a beginning or an end, where what is known tells whether it has that."""
    if is_unresolved(end):
        return None
    pieces = (blanked(text, "\0") + "\0").split("\0")
    known = pieces[0] if cut is str.removeprefix else pieces[-2]
    if not is_unresolved(text) or len(known) >= len(end):
        return cut(text, end)
    fits = end.startswith(known) if cut is str.removeprefix else end.endswith(known)
    return None if fits else text


def title(text: str) -> str:
    """Letters behind the first one of a word stay as they are."""
    return _WORD.sub(lambda found: letter(found[0], found[0].upper()), text)


def substr(text: str, at: int, size: int) -> str:
    """From the end, where the place is negative."""
    begin = int(at) if at >= 0 else max(len(text) + int(at), 0)
    to_the_end = size < 0 or (at < 0 and size == 0)  # of nothing, from the end, Terraform gives all
    return text[begin:] if to_the_end else text[begin : begin + int(size)]


def indent(spaces: int, text: str) -> str | None:
    """Each line but the first; what is not known may be of several."""
    if text.count("\n") * spaces > LONGEST:
        return None
    return changed(text, lambda known: known.replace("\n", "\n" + " " * int(spaces)))


def reversed_(text: str) -> str | None:
    """By what a reader takes for one character."""
    return text[::-1] if text.isascii() else None


def letters(change: Callable[[str], str]) -> Callable[[str], str]:
    """One by one, as Go does: of those that become two, none changes."""
    return lambda text: "".join(letter(one, change(one)) for one in text)


def letter(old: str, new: str) -> str:
    return new[0] if old == "\u0130" else new if len(new) == 1 else old
