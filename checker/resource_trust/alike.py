"""Answers by what a resource says, but for names: equal ones are analysed once.

Most policies differ in the ARN that they stand at, in which of our own accounts they name, and in
the one account of somebody else. Where an answer can depend on these by the names alone, and not by
a pattern that one name fits and another does not, the answer for one resource is that for all, with
its own names put in.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Any

import msgspec

from checker.access import Access
from checker.access.idle import NOTHING
from checker.access.kinds import KINDS
from checker.resource_trust.met import meets_more
from checker.snapshot.resources import ResourceRecord
from checker.trust.callers.identities import TELLING
from checker.trust.texts.digits import is_spare

MEMORY = 1 << 16
_PARTS = ("document", "acl", "grants", "share", "settings")
_OWN, _OWN_ARN, _FOREIGN, _SELF = "\1", "\2", "\3", "\4"
_ID_OF, _PART, _LAST = "[0-9]{12}", "[A-Za-z0-9_+=,.@-]{1,64}", r'(?!w+\\?")'
_VALID = (
    rf"iam::{_ID_OF}:(?:root|(?:role|user)/(?:{_PART}/){{0,8}}{_LAST}{_PART})"
    rf"|sts::{_ID_OF}:assumed-role/{_PART}/{_LAST}{_PART}"
    rf"|(?!iam:|sts:)[a-z0-9-]+:[a-z0-9-]*:{_ID_OF}:(?!/)[ !#%-)+->@-\[\]-~]+"
)
_ARN = re.compile(
    rf'(?<=")arn:(?=aws[a-z-]*:(?:{_VALID})\\?")'
    rf'(aws[a-z-]*:[a-z0-9-]+):[a-z0-9-]*:({_ID_OF}):([^"\\/]+)[^"\\]*'
)
"""Of principals, what surely is one, and by no name that the analysis gives to one that nobody
names (`w`, `ww`, …): what is another ARN, or none, stands in a key as it is."""
_DIGITS = re.compile(r"[0-9]{12}")
_ID = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")
_ACTION = re.compile(r"(?!arn:)[A-Za-z0-9-]+:[A-Za-z0-9*?]*\Z")
_ESCAPED = re.compile(r"\\[u/]")
_SOME_ACCOUNTS = re.compile(r"(?=.*[0-9])(?=.*[*?])[0-9*?]+\Z")


def ids_in(text: str) -> list[str]:
    """What may be the ids of accounts."""
    return _ID.findall(text)


def text_of(record: ResourceRecord) -> str:
    """What a resource says, its own name replaced. Its region stays, as some kinds have others
    behind them in the same."""
    return f"{record.kind}\0{record.region}\0{_said(record)}".replace(record.arn, _SELF)


def key_of(
    kind: str, text: str, own: Container[str], kept: Container[str]
) -> tuple[str, str | None]:
    """That text with all other names replaced, and the account that is replaced as somebody's,
    unless it is to be `kept`."""
    foreign: set[str] = set()

    def arn(found: re.Match[str]) -> str:
        """Of an own ARN that counts which is of a principal: a role, a user, the account."""
        service = found[1]
        if found[2] not in own:
            return found[0]
        named = f":{found[3]}" if service.endswith((":iam", ":sts")) else ""
        return f"{_OWN_ARN}{service}{named}"

    def id_(found: re.Match[str]) -> str:
        if found[0] in own:
            return _OWN
        foreign.add(found[0])
        return found[0]

    if kind not in _BEHIND:
        text = _ARN.sub(arn, text)
        if _DIGITS.search(text):
            text = _ID.sub(id_, text)
    if len(foreign) != 1:
        return text, None
    (only,) = foreign
    if only in kept or is_spare(only):  # it may be the very account of another one's witness
        return text, None
    return text.replace(only, _FOREIGN), only


def _said(record: ResourceRecord) -> str:
    raws = (record.document, record.acl, record.grants, record.share, record.settings)
    return "\0".join(["" if raw is msgspec.UNSET else _text(raw) for raw in raws])


def _text(raw: msgspec.Raw) -> str:
    return str(raw, "utf-8", "surrogateescape")  # what is no text is told by the analysis


_BEHIND = frozenset(name for name, kind in KINDS.items() if "arn:" in str(kind.behind))
"""Kinds with others than themselves behind their policy: of these, every name counts."""


def shareable(
    record: ResourceRecord, access: Access, foreign: str | None, own: Container[str]
) -> bool:
    """Whether the answer is that of every resource with this key."""
    named = any(one.message != NOTHING for one in access.problems)  # mostly by what it names
    if named or record.kind in _BEHIND or _names_own(record, access, own):
        return False
    if access.grants and _spells_by_names(_said(record), own):
        return False
    raws = [raw for name in _PARTS if (raw := getattr(record, name)) is not msgspec.UNSET]
    if any(_ESCAPED.search(_text(raw)) for raw in raws):
        return False
    service = record.arn.split(":", 3)[2:3]
    try:
        given = [msgspec.json.decode(raw) for raw in raws]
        if any(map(meets_more, given)):
            return False
        texts = [text for one in given for text in texts_of(one)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return all(_moves(text, record.arn, service, foreign) for text in texts)


def _names_own(record: ResourceRecord, access: Access, own: Container[str]) -> bool:
    """Whether an answer has other names of ours in it than the resource's, which stand for none; or
    its account's as its policy names it, where another's may name another account of ours."""
    text = msgspec.json.encode(access.grants).decode().replace(record.arn, "")
    if record.account not in _said(record).replace(record.arn, ""):
        text = text.replace(record.account, "")
    return any(one in own for one in _ID.findall(text))


def _spells_by_names(text: str, own: Container[str]) -> bool:
    """Whether callers within an account are told apart beside names of our own: whoever shows for
    the others bears a name of letters of which those make no use."""
    lower = text.lower()
    return any(one in lower for one in TELLING) and any(
        found[2] in own and found[3] != "root" for found in _ARN.finditer(text)
    )


def texts_of(value: Any) -> Iterator[str]:
    """All texts, those within policies that are given as text too."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, str):
        if value.lstrip()[:1] == "{":
            yield from texts_of(msgspec.json.decode(value))
        else:
            yield value


def _moves(text: str, arn: str, service: list[str], foreign: str | None) -> bool:
    """Whether a text means what it names by the name, or everything, or something else for sure: a
    pattern may fit one name and not another."""
    if text == "*" or text.startswith(arn) or _ACTION.match(text):
        return True
    parts = text.split(":", 5)
    if foreign is not None and any(map(_SOME_ACCOUNTS.match, parts)):
        return False
    if text.startswith(("arn:", "*", "?", "execute-api:")):
        fixed = len(parts) == 6 and not any(wild in part for part in parts[:3] for wild in "*?")
        return fixed and parts[2:3] != service
    return True
