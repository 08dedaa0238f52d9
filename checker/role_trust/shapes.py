"""The shape of a trust policy: what is left without the names that mean nothing by themselves.

Fifty thousand roles have fifty thousand external ids, a thousand accounts one policy in a thousand
words: the analysis says the same of them all, with other names. Law: `analyze(rename(policy)) ==
rename(analyze(policy))` for these names and no others:

- external ids, exact ones, of the policy's one condition on sts:ExternalId;
- own accounts, as principals, in the ARN of an own provider, and one as aws:SourceAccount or in
  aws:SourceArn; what the snapshot knows of the provider is part of the shape;
- roles of own accounts, as principals, where nobody else is one;
- the one outside account among the principals, if there is one;
- the exact value of the one `sub` that is asked for.

The analysis compares each of them with itself alone, tells an account by whether it is own, and
never looks into it. A name is left as it stands wherever more could come of it: beside a Deny or
anything negated, an escape (of JSON, of a URL), a variable or a pattern that could fit it; accounts
beside keys that tell of the caller or of the role; and all names but external ids where the policy
is not `plain`, to the last character. What is left alone costs an analysis of its own, no more.
Whoever uses a shape holds its first policy against the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from checker.patterns import pattern
from checker.role_trust.plain import ID, plain, several
from checker.role_trust.scopes import Scopes
from checker.trust.model import Provider, Scope
from checker.trust.texts.digits import is_spare

LONGEST = 2_048
"""A longer policy could come near the analysis' budget, which counts lengths."""
STAND_IN = "an-external-id-of-a-role-of-ours"
_OUTSIDE, _ROLE = b"707070707070", b"role-of-an-account-of-ours"
_SUBJECT = b"subject-of-a-pipeline-of-ours"
_MARKS = (STAND_IN.encode(), _OUTSIDE, _SUBJECT, _ROLE)
_HIDING = (b"\\", b"%", b"${")
_NEGATING = (b'"Deny"', b'"NotPrincipal"', b'"NotAction"', b'"NotResource"')
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyz")
MOST = 8
"""Names of one kind in one policy."""

_BEFORE = rb'"(?:ForAnyValue:)?String(?:Equals|Like)":\{(?:"[^"]*":(?:"[^"]*"|\[[^]]*\]),)*'
_IDS = pattern(rb'%b"sts:ExternalId":(%b)' % (_BEFORE, several(ID)))
_NAMES = pattern(rb'([0-9]{12})(?:(:role/)([^"]+))?')
_SOURCES = pattern(
    rb'aws:Source(?:Account":"|Arn":"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9*-]*:)([0-9]{12})'
)
_PROVIDERS = pattern(rb'"Federated":"([^"]+)"')


class Shape(msgspec.Struct, frozen=True):
    """`text`: the policy with stand-ins, `names`: each of these → what it stands for.

    `home`: the stand-in of the role's own account, where the policy names a provider of it;
    `provider`: what the snapshot knows of that one.
    """

    text: bytes
    names: dict[str, str] = {}
    home: str | None = None
    provider: Provider | None = None

    @property
    def key(self) -> object:
        known = self.provider and (self.provider.kind, self.provider.issuer)
        return self.text, self.home, known

    @property
    def renames(self) -> bool:
        return bool(self.names or self.home)

    def scope(self, scope: Scope) -> Scope:
        """Who "we" are to the shape, from what we are to a policy of it."""
        if self.home is None:
            return scope
        providers = {self.provider.arn: self.provider} if self.provider else {}
        return replace(scope, account=self.home, providers=providers, all_providers=False)


def without_ids(text: bytes) -> tuple[bytes, dict[str, str]]:
    """The policy with stand-ins for its external ids, and what each stands for."""
    if b"sts:ExternalId" not in text or _is_hiding(text):
        return text, {}
    return _without_ids(text)


def _is_hiding(text: bytes) -> bool:
    return any(one in text for one in (*_HIDING, *_NEGATING)) or _is_long_or_marked(text)


def _is_long_or_marked(text: bytes) -> bool:
    return len(text) > LONGEST or any(one in text for one in _MARKS)


def _without_ids(text: bytes) -> tuple[bytes, dict[str, str]]:
    found = _IDS.search(text)
    if found is None or text.lower().count(b"sts:externalid") != 1:
        return text, {}
    start, end = found.span(1)
    told = found[1].decode()
    ids = told.strip('[]"').split('","')
    if len(ids) > MOST or len(set(ids)) < len(ids) or any(text.count(i.encode()) > 1 for i in ids):
        return text, {}
    names = ids_of(ids)
    shown = '"{}"'.format('","'.join(names))
    shown = f"[{shown}]" if told[0] == "[" else shown
    return text[:start] + shown.encode() + text[end:], names


def ids_of(ids: Iterable[str]) -> dict[str, str]:
    """The stand-in for each external id of a policy, in their order → the id."""
    return {STAND_IN if at == 0 else f"{STAND_IN}-{at}": one for at, one in enumerate(ids)}


class Shapes:
    """Those of one organization's policies."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes, self._plain = scopes, plain(scopes.partition)
        self._own = {account.encode() for account in scopes.own}
        self._stand_ins = [account.encode() for account in sorted(scopes.own)[:MOST]]

    def of(self, account: str, text: bytes) -> Shape:
        """That of a policy of a role in an account; one of its own where nothing can be renamed."""
        if self._plain.fullmatch(text) is None:
            return Shape(*without_ids(text))
        if _is_long_or_marked(text):
            return Shape(text)
        general, ids = _without_ids(text) if b"sts:ExternalId" in text else (text, {})
        # an external id that is left as it stands may be that of an account, too
        if account in self._scopes.own and (ids or b"sts:ExternalId" not in text):
            found = self._renamed(account, general)
            return replace(found, names=found.names | ids) if ids else found
        return Shape(general, ids)

    def _renamed(self, account: str, text: bytes) -> Shape:
        """Of a plain policy; its own where something tells its accounts apart."""
        parts = _NAMES.split(text)
        if b'"Federated"' in text:
            return self._of_provider(account, text, parts)
        names = self._names(text, dict.fromkeys(parts[1::4]))
        return Shape(*self._with_stand_ins(parts, names)) if names else Shape(text)

    def _of_provider(self, account: str, text: bytes, parts: list[bytes]) -> Shape:
        """Of one for the users of an identity provider, which has to be the role's account's."""
        home = account.encode()
        providers = set(_PROVIDERS.findall(text))
        names = self._names(text, dict.fromkeys((home, *parts[1::4])))
        if names is None or len(providers) > 1 or b"::%b:" % home not in (arn := providers.pop()):
            return Shape(text)
        known = self._scopes.providers.get(account, {}).get(arn.decode())
        if known and re.search("[0-9]{12}", known.issuer or ""):
            return Shape(text)
        record = known and replace(known, arn=arn.replace(home, names[home]).decode())
        text, back = self._with_stand_ins(parts, names)
        text, subject = _without_subject(text)
        return Shape(text, back | subject, names[home].decode(), record)

    def _names(self, text: bytes, accounts: dict[bytes, None]) -> dict[bytes, bytes] | None:
        """The stand-in of each account; an outside one that is not alone stands for itself."""
        own = [one for one in accounts if one in self._own]
        if len(own) > MOST:
            return None
        if b'"aws:Source' in text:
            sources = set(_SOURCES.findall(text))
            # what stands for any ARN is spelt with a letter of which the policy makes no use, if
            # there is one, else with a digit
            if len(sources) > 1 or not sources <= self._own or set(text.lower()) >= _LETTERS:
                return None
        names = dict(zip(own, self._stand_ins, strict=False))
        if len(own) < len(accounts):
            outside = [one for one in accounts if one not in names]
            alone = len(outside) == 1 and _OUTSIDE not in self._own
            plain = alone and not is_spare(outside[0].decode())
            names |= {one: _OUTSIDE if plain else one for one in outside}
        return names

    def _with_stand_ins(
        self, parts: list[bytes], names: dict[bytes, bytes]
    ) -> tuple[bytes, dict[str, str]]:
        """For accounts and, where all are own, for roles; and what each stands for."""
        parts[1::4] = [names[one] for one in parts[1::4]]
        back = {new.decode(): old.decode() for old, new in names.items() if new != old}
        roles = [one for one in dict.fromkeys(parts[3::4]) if one]
        if roles and self._own.issuperset(names) and _may_be_renamed(roles):
            stand_ins = {one: b"%b-%d" % (_ROLE, at) for at, one in enumerate(roles)}
            parts[3::4] = [one and stand_ins[one] for one in parts[3::4]]
            back |= {new.decode(): old.decode() for old, new in stand_ins.items()}
        return b"".join(filter(None, parts)), back


def _may_be_renamed(roles: list[bytes]) -> bool:
    """The analysis calls a role that nobody names `w`, `ww`, …; a pattern is of a source."""
    few = len(roles) <= MOST
    return few and all(one.rpartition(b"/")[2].strip(b"w") and b"*" not in one for one in roles)


def _without_subject(text: bytes) -> tuple[bytes, dict[str, str]]:
    head, at, tail = text.partition(b':sub":"')
    subject, end, rest = tail.partition(b'"')
    patterned = b"*" in subject or b"?" in subject
    more = patterned or b':sub":' in rest or head.endswith(b"saml")
    if more or not 0 < len(subject) <= 256 or not subject.isascii():
        return text, {}
    if not subject.decode().isprintable():
        return text, {}
    return head + at + _SUBJECT + end + rest, {_SUBJECT.decode(): subject.decode()}
