"""Files that run the gate: workflows, hooks, scripts, and who must approve. Compared as text.

What a pull request does to them cannot be told for sure from the text: a step may be skipped by a
condition elsewhere in the file. So every change of a file that runs the gate is one that widens,
but for a pin of the same action to another commit, and comments; of manifests see there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from checker.review.manifest_names import NAME, OF_MODULE
from checker.review.manifest_sources import are_requirements, is_beside
from checker.review.manifests import may_install_another
from checker.review.model import Change, setting_changed
from checker.review.owners import PLACES, other_approvers
from checker.review.places import is_manifest, is_pipeline, is_prose, is_script
from checker.review.source_lines import is_one_line, source_lines

Texts = Mapping[str, bytes]
NAMED, SHOWN = 4, 160
_GATE = re.compile(rf"{NAME.pattern}|allowlist\.ya?ml", re.IGNORECASE)
_RUN = re.compile(
    r"""vendorgate["'`,\s\\]+(-|(check|review|validate|collect|evidence|policy|demo|render)\b)"""
    r"""|uses:\s*["']?[\w./-]*vendorgate|id:\s*["']?vendorgate-"""
    rf"|{OF_MODULE}"
)
_PIN = re.compile(r"(uses:[ \t]*[\"']?[\w.-]+/[\w./-]+)@[0-9a-f]{40}\b")
_BEFORE_COMMENT = re.compile(
    r"(?:[^\"'# \t]|\"[^\"]*\"|'[^']*'|(?<![ \t])#|[ \t]+(?!#))*+(?=[ \t]+#)"
)


def pipeline_changes(
    before: Texts, after: Texts, callers: Collection[str] = (), included: Collection[str] = ()
) -> Iterator[Change]:
    """Files that run the gate, or ran it, and are other ones now. `callers`: files of the base
    that call one that runs it; `included`: those that pip reads along with one that names it."""
    old = {path: source_lines(path, text) for path, text in before.items()}
    new = {path: source_lines(path, text) for path, text in after.items()}
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) == after.get(path):
            continue
        was, now = old.get(path, []), new.get(path, [])
        read = path in included or (path.endswith((".txt", ".in")) and are_requirements(was))
        if is_prose(path) and not may_install_another(path, was, now, included=read):
            continue
        widens = _weakened(path, was, now, called=path in callers, included=read)
        if (read or is_beside(path)) and not widens and not any(map(NAME.search, [*was, *now])):
            continue
        if path in PLACES:
            widens = other_approvers(path, old, new)
        detail = f"{path}: {_difference(was, now, path in before, path in after)}"
        yield setting_changed(detail, widens=widens)


def _weakened(path: str, was: list[str], now: list[str], *, called: bool, included: bool) -> bool:
    """Whether it runs the gate before the change, and not surely so after it."""
    text = "\n".join(was)
    if (is_prose(path) and not included) or _pinless(was) == _pinless(now):
        return False
    if included or is_manifest(path):
        return may_install_another(path, was, now, included=included)
    if is_pipeline(path):
        return called or _GATE.search(text) is not None
    runs = NAME if is_script(path) else _RUN
    return called or runs.search(text) is not None


def _pinless(lines: list[str]) -> list[str]:
    return [_without_pin(line) if _PIN.search(line) else line for line in lines]


def _without_pin(line: str) -> str:
    """Without the comment behind it, too: what else stands there is told to the action. Within
    quotes nothing is a comment."""
    text = _PIN.sub(r"\1", line)
    told = _BEFORE_COMMENT.match(text) if is_one_line(text) else None
    return told[0] if told else text


def _difference(old: list[str], new: list[str], there: bool, here: bool) -> str:
    """Lines that only one of them has: linear in their number, as the author chose that too."""
    if not (there and here):
        link = f" {_short(new[0])}" if new and new[0].startswith("(a link to)") else ""
        return f"the file is new{link}" if here else "the file is gone"
    lines = [f"− {_short(line)}" for line in (Counter(old) - Counter(new)).elements()]
    lines += [f"+ {_short(line)}" for line in (Counter(new) - Counter(old)).elements()]
    more = f" … and {len(lines) - NAMED} lines more" if len(lines) > NAMED else ""
    if not lines:
        return "comments alone" if old == new else "the order of its lines"
    return "; ".join(lines[:NAMED]) + more


def _short(line: str) -> str:
    text = line.strip()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
