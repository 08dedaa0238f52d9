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

from checker.access import Access, AccessGrant
from checker.access.idle import NOTHING
from checker.access.kinds import KINDS
from checker.access.model import AccessWitness
from checker.resource_trust.met import meets_more
from checker.snapshot.resources import ResourceRecord
from checker.trust.texts.names import renamed

MEMORY = 1 << 16
_PARTS = ("document", "acl", "grants", "share", "settings")
_OWN, _OWN_ARN, _FOREIGN, _SELF = "\1", "\2", "\3", "\4"
_ARN = re.compile(
    r"arn:(aws[a-z-]*:[a-z0-9-]*):[a-z0-9-]*:([0-9]{12}):([^\"\\*?$/]+)(?:/[^\"\\*?$]*)?(?=[\"\\])"
)
_DIGITS = re.compile(r"[0-9]{12}")
_ID = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")
_ACTION = re.compile(r"(?!arn:)[A-Za-z0-9-]+:[A-Za-z0-9*?]*\Z")
_ESCAPED = re.compile(r"\\[u/]")
_SOME_ACCOUNTS = re.compile(r"(?=.*[0-9])(?=.*[*?])[0-9*?]+\Z")


class Named(msgspec.Struct, frozen=True):
    """What stands for a name in a key: the resource's ARN and account, and the one account that is
    neither ours nor AWS's; None for none or for several."""

    arn: str
    account: str
    foreign: str | None


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
    return (text, None) if only in kept else (text.replace(only, _FOREIGN), only)


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
    """Whether an answer has other names of ours in it than the resource's, which stand for none."""
    text = msgspec.json.encode(access.grants).decode()
    text = text.replace(record.arn, "").replace(record.account, "")
    return any(one in own for one in _ID.findall(text))


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


def moved(access: Access, was: Named, now: Named) -> Access:
    """The answer with another resource's names put in."""
    if was == now:
        return access
    names = _names(was, now)
    grants = tuple([_moved(one, was, now, names) for one in access.grants])
    return msgspec.structs.replace(access, grants=grants)


def _names(was: Named, now: Named) -> dict[str, str]:
    """What each name becomes."""
    names = {was.arn: now.arn, was.account: now.account}
    if was.foreign and now.foreign:
        names[was.foreign] = now.foreign
    return names


def _moved(grant: AccessGrant, was: Named, now: Named, names: dict[str, str]) -> AccessGrant:
    principal, witness = grant.principal, grant.witness
    if was.foreign != now.foreign and was.foreign and now.foreign:
        old, new = was.foreign, now.foreign
        principal = msgspec.structs.replace(
            principal,
            account=new if principal.account == old else principal.account,
            source=new if principal.source == old else principal.source,
            arn=principal.arn and principal.arn.replace(old, new),
            excepted=tuple(one.replace(old, new) for one in principal.excepted),
        )
    if witness is not None:
        witness = AccessWitness(
            renamed(witness.principal, names),
            witness.action,
            renamed(witness.resource, names),
            {key: _value(one, names) for key, one in witness.context.items()},
        )
    return msgspec.structs.replace(grant, principal=principal, witness=witness)


def _value(value: str | list[str], names: dict[str, str]) -> str | list[str]:
    if isinstance(value, list):
        return [renamed(one, names) for one in value]
    return renamed(value, names)
