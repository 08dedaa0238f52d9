"""Values that are known only at deployment, as marked text inside of what is known.

`arn:aws:iam::⟦VendorAccount⟧:root` keeps the known parts; ⟦ and ⟧ stand for two characters of
Unicode's private planes. Text of a template that holds them counts as unknown, which is sound.
A third one begins the mark of what the same code makes: it is not known either, but it is ours. A
fourth one behind it says that to name it names nobody, as anybody may be in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

OPEN, CLOSE, MADE, PUBLIC = "\U000f0000", "\U000f0001", "\U000f0002", "\U000f0003"
A_MARK = f"{OPEN}[^{CLOSE}]*{CLOSE}"
"""The pattern of a part that is not known."""
_MARK = re.compile(A_MARK)
_MADE = re.compile(f"{OPEN}{MADE}{PUBLIC}?(?!/)")
_OTHERS = re.compile(f"{OPEN}([^{MADE}{CLOSE}])")
_OURS = re.compile(f"{OPEN}{MADE}[^{PUBLIC}{CLOSE}][^{CLOSE}]*{CLOSE}")
_PARTS = re.compile(f"({A_MARK})")
_BARE_QUOTE = re.compile(r'(?<!\\)"')
_PLAIN = {bool, int, float, type(None)}
_CLEAN = str.maketrans("", "", OPEN + CLOSE + MADE + PUBLIC)


def unresolved(name: str) -> str:
    """A value that cannot be told, called by what would tell it."""
    return f"{OPEN}{name.translate(_CLEAN)}{CLOSE}"


def made(name: str) -> str:
    """A value that cannot be told, of something that the same code makes: an id, an ARN, a key."""
    sign = PUBLIC if PUBLIC in name else ""  # what is made of it is no narrower
    return f"{OPEN}{MADE}{sign}{name.translate(_CLEAN)}{CLOSE}"


def public(name: str) -> str:
    """The same of something that anybody may be in."""
    return made(PUBLIC + name)


def handed(value: Any, where: str) -> Any:
    """A value as another template sees it: what is made in the stack at a path (`/Network`, empty
    for the outermost) is called by that path, as the other may call something of its own alike."""
    if isinstance(value, list):
        return [handed(one, where) for one in value]
    if isinstance(value, dict):
        return {handed(key, where): handed(one, where) for key, one in value.items()}
    return _MADE.sub(rf"\g<0>{where}/", value) if isinstance(value, str) else value


def told_by(value: Any, who: str) -> Any:
    """A value as another template sees it: None where nothing of it is known, nor made; what else
    is not known is called by who tells it, as the other may call something of its own alike."""
    if not isinstance(value, str) or (wholly(value) is not None and not is_made(value)):
        return None
    return _OTHERS.sub(lambda found: f"{OPEN}{who}: {found[1]}", value)


def unmade(value: Any) -> Any:
    """A value without what is made here, and known to be ours."""
    if isinstance(value, list):
        return [unmade(one) for one in value]
    if isinstance(value, dict):
        return {unmade(key): unmade(one) for key, one in value.items()}
    return _OURS.sub("", value) if isinstance(value, str) else value


def is_public(value: Any) -> bool:
    """Whether a part of it stands for something that anybody may be in."""
    return isinstance(value, str) and PUBLIC in value


def is_made(value: Any) -> bool:
    """Whether it is text in which something is not known, and all that is not known is of what
    the same code makes."""
    marks = _MARK.findall(value) if isinstance(value, str) else []
    return bool(marks) and all(mark.startswith(OPEN + MADE) for mark in marks)


def is_ours(value: Any, account: str) -> bool:
    """Whether it names what the same code makes: no ARN of another account, in which only a name
    is ours."""
    parts = value.split(":", 5) if is_made(value) else []
    told = parts[4] if len(parts) == 6 and parts[0] == "arn" else ""
    return bool(parts) and (told == account or not told.isdigit())


def is_unresolved(value: Any) -> bool:
    """Whether any part of it, keys included, cannot be told."""
    if isinstance(value, str):
        return OPEN in value
    if isinstance(value, dict):
        return is_unresolved([*value]) or is_unresolved([*value.values()])
    return isinstance(value, list) and _any_unresolved(value)


def _any_unresolved(several: list[Any]) -> bool:
    """Texts at once, as there may be thousands."""
    kinds = {*map(type, several)}
    if kinds == {str}:
        return OPEN in "".join(several)
    return not kinds <= _PLAIN and any(map(is_unresolved, several))


def wholly(value: Any) -> str | None:
    """The name of a value of which nothing is known; None of any other."""
    if isinstance(value, str) and value.startswith(OPEN) and value.find(CLOSE) == len(value) - 1:
        return value[1:-1].removeprefix(MADE).removeprefix(PUBLIC)
    return None


def is_blank(text: str) -> bool:
    """Whether nothing stands beside the parts that are not known."""
    return OPEN in text and not _MARK.sub("", text).strip()


def unknown_parts(text: str) -> str:
    """These alone: what stands beside them may be a secret."""
    return "".join(_MARK.findall(text))


def blanked(text: str, by: str) -> str:
    """The text with each part that is not known replaced."""
    return _MARK.sub(lambda _: by, text)


def changed(text: str, change: Callable[[str], str]) -> str:
    """The text with each part that is known changed."""
    return "".join(part if part.startswith(OPEN) else change(part) for part in _PARTS.split(text))


def parts_of(text: str, delimiter: str) -> list[str]:
    """The text split where the delimiter is known to stand."""
    return re.split(f"{re.escape(delimiter)}(?![^{OPEN}{CLOSE}]*{CLOSE})", text)


def in_json(text: str) -> str:
    """JSON text, in which a mark that was put in as it is breaks no string: `a["key"].arn`."""
    return _MARK.sub(lambda found: _BARE_QUOTE.sub(r'\\"', found[0]), text)


def shown(value: Any) -> Any:
    """The same for a reader: `${VendorAccount}`, which no deployed policy can hold."""
    if isinstance(value, str):
        return value.replace(OPEN, "${").replace(CLOSE, "}").translate(_CLEAN)
    if isinstance(value, dict):
        return {shown(key): shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value
