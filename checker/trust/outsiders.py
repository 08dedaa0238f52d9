"""Who could call, as a whole: each kind of outsider, with all its callers at once.

`callers` tries a few concrete callers that stand for all. Here nobody is left out, so that an
answer of “nobody” can be proved: `fixed` is what all callers of the kind have in common, `units`
are texts that may be anything of a form, `opened` are keys that vary freely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product

import msgspec

import checker.trust.forms as forms
import checker.trust.keys as keys
from checker.trust.callers import Caller
from checker.trust.conditions import Value
from checker.trust.federation import federated_callers
from checker.trust.forms import Shape
from checker.trust.identities import TELLING, TYPES
from checker.trust.memberships import Membership, named_organizations
from checker.trust.model import Principal
from checker.trust.parse import ASSUME, Statement
from checker.trust.principals import ROLES_ANYWHERE, Element, principal_arn, session_name
from checker.trust.services import meant
from checker.trust.vocabulary import Vocabulary

_ORG, _PATHS = "aws:principalorgid", "aws:principalorgpaths"
_ACCOUNT = "aws:principalaccount"
_NAMES = "aws:principalservicenameslist"
_FORMS = ("role", "user", "federated-user")
KNOWN = "known"
Units = tuple[tuple[Shape, ...], ...]


class Member(msgspec.Struct, frozen=True):
    """In which organization: `name`, or (`other`) in one that the policy doesn't name, or none."""

    name: str | None = None
    other: bool = False


class Outsider(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of caller. `caller` is one of it, as far as all are alike.

    `excluded`: values of a key that these callers never have; `forced`: one that is among a key's.
    """

    name: str
    caller: Caller
    action: int
    fixed: dict[str, Value]
    units: Units = ()
    opened: frozenset[str] = frozenset()
    excluded: dict[str, tuple[str, ...]] = {}
    not_own: Callable[[str], bool] | None = None
    forced: dict[str, str] = {}
    places: dict[str, object] = {}

    def place(self, key: str) -> object:
        """Where the key's value is found: KNOWN, the number of a text, or keys that go together."""
        found = self.places.get(key)
        if found is None:
            found = self.places[key] = self._place(key)
        return found

    def _place(self, key: str) -> object:
        if self.known(key):
            return KNOWN
        if key in keys.NOW:
            return keys.NOW
        if key in (keys.MFA, keys.MFA_AGE):
            return keys.MFA
        unit = self.unit(key)
        return key if unit is None else unit

    def unit(self, key: str) -> int | None:
        """Which of the texts holds the key's value."""
        return next(
            (at for at, unit in enumerate(self.units) if any(key in one.spans for one in unit)),
            None,
        )

    def known(self, key: str) -> bool:
        """Whether the key's value, or its absence, is the same for all of the kind."""
        if key in self.fixed:
            return True
        return self.caller.decides(key) and key not in self.opened and self.unit(key) is None


def concrete(caller: Caller, action: int, words: Vocabulary) -> Outsider:
    """One caller, of whom all is known that the caller decides."""
    resource, units = _resources(words)[0]
    fixed = {**caller.context, **resource}
    return Outsider(name=caller.text, caller=caller, action=action, fixed=fixed, units=units)


def outsiders(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
    """All callers outside that the statement's Principal and actions name."""
    return in_resources(_callers(allow, words), words)


def in_resources(found: Iterable[Outsider], words: Vocabulary) -> Iterator[Outsider]:
    """Each with what the request tells of the role itself."""
    resources = _resources(words)
    for one in found:
        for fixed, units in resources:
            yield msgspec.structs.replace(
                one, fixed={**one.fixed, **fixed}, units=one.units + units
            )


def _callers(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
    if allow.actions & ASSUME:
        yield from _aws(allow, words)
        yield from _services(allow, words)
    if allow.actions & ~ASSUME:
        yield from federated(allow, words)


def _resources(words: Vocabulary) -> list[tuple[dict[str, Value], Units]]:
    """The role's own account and organization, each that it can be."""
    if words.reads.isdisjoint(keys.RESOURCE):
        return [({}, ())]
    account: dict[str, Value] = {"aws:resourceaccount": words.scope.account}
    id_key, path_key = "aws:resourceorgid", "aws:resourceorgpaths"
    return [
        ({**account, id_key: name}, (forms.organization(id_key, path_key, name),))
        for name in sorted(words.scope.organizations)
    ] or [(account, ())]


def _aws(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
    """The AWS principals."""
    partition = words.scope.partition
    if allow.who.star():
        for account in (None, *words.accounts):
            yield from accounts(account, partition, words)
        return
    for element in allow.who.elements:
        if element.form == "unresolved":
            for one in accounts(None, partition, words):
                yield _unresolved(one, element)
        elif not element.account or words.own(element.account, element.partition):
            continue
        elif element.form == "account":
            yield from accounts(element.account, element.partition, words)
        elif element.form == "arn":
            yield from named(element, words)


def accounts(account: str | None, partition: str, words: Vocabulary) -> Iterator[Outsider]:
    told = not words.reads.isdisjoint(TELLING)
    for form in _FORMS if told else _FORMS[:1]:
        units = [forms.identity(form, partition, account)]
        if "aws:userid" in words.reads:
            units.append(forms.userid(form, account))
        yield from _members(account, partition, form, tuple(units), words)


def named(element: Element, words: Vocabulary) -> Iterator[Outsider]:
    """The one identity that an ARN in a Principal names."""
    arn = principal_arn(element)
    head, _, resource = arn.partition(f"::{element.account}:")
    form, _, name = resource.partition("/")
    if arn == element.text:
        units = [forms.whole("aws:principalarn", (forms.text(arn),))]
    else:
        units = [forms.session_role(f"{head}::{element.account}", name)]
    if "aws:userid" in words.reads:
        units.append(forms.userid(form, element.account, session_name(element)))
    fixed: dict[str, Value] = {_ACCOUNT: element.account}
    if form == "user":
        fixed["aws:username"] = name.rpartition("/")[2]
    grant = Principal(
        kind="principal", partition=element.partition, account=element.account, arn=element.text
    )
    for one in _members(element.account, element.partition, form, tuple(units), words):
        caller = msgspec.structs.replace(
            one.caller, text=element.text, grant=grant, element=element.text, whole=False
        )
        yield msgspec.structs.replace(
            one, name=element.text, caller=caller, fixed={**one.fixed, **fixed}
        )


def _members(
    account: str | None, partition: str, form: str, units: Units, words: Vocabulary
) -> Iterator[Outsider]:
    ours = sorted(words.scope.organizations)
    named = (
        [] if words.reads.isdisjoint((_ORG, _PATHS)) else named_organizations(words, "principal")
    )
    every = [Member(), *map(Member, named)]
    if account and words.own(account, partition):
        every = list(map(Member, ours)) or [Member()]
    elif not words.reads.isdisjoint((_ORG, _PATHS)):
        every.append(Member(other=True))
    excluded = {} if account else {_ACCOUNT: tuple(words.accounts)}
    if not account and form == "federated-user":
        excluded["aws:userid"] = tuple(f"{one}:*" for one in words.accounts)
    for member in every:
        words.budget.charge(5)
        inside = forms.organization(_ORG, _PATHS, member.name)
        fixed: dict[str, Value] = {
            "aws:principaltype": TYPES[form],
            "aws:principalisawsservice": "false",
        }
        if account:
            fixed[_ACCOUNT] = account
        if member.name:
            fixed[_ORG] = member.name
        yield Outsider(
            name=_name(account, form, member),
            caller=_caller(account, partition, member),
            action=ASSUME,
            fixed=fixed,
            units=(*units, inside) if member != Member() else units,
            excluded={**excluded, _ORG: (*ours, *named)} if member.other else excluded,
            not_own=None if account else lambda found: not words.own(found, partition),
        )


def _name(account: str | None, form: str, member: Member) -> str:
    found = f"a {form} of " + (f"account {account}" if account else "any other account")
    if member.name:
        return f"{found} in {member.name}"
    return found + " in an organization that the policy doesn't name" * member.other


def _caller(account: str | None, partition: str, member: Member) -> Caller:
    if account:
        grant = Principal(kind="account", partition=partition, account=account)
    elif member.name:
        grant = Principal(kind="organization", partition=partition, organization=member.name)
    else:
        grant = Principal(kind="anyone")
    return Caller(
        "aws",
        "",
        grant,
        {},
        partition,
        account or "",
        membership=Membership(member.name),
        fresh=account is None,
    )


def _unresolved(one: Outsider, element: Element) -> Outsider:
    """An entry that names no account: it may be in any."""
    grant = Principal(kind="unresolved", id=element.text)
    caller = msgspec.structs.replace(one.caller, grant=grant, element=element.text, whole=False)
    fixed: dict[str, Value] = {**one.fixed, "aws:userid": element.text + ":wz"}
    units = tuple(unit for unit in one.units if "aws:userid" not in unit[0].spans)
    excluded = {key: values for key, values in one.excluded.items() if key != _ACCOUNT}
    return msgspec.structs.replace(
        one, name=element.text, caller=caller, fixed=fixed, units=units, excluded=excluded
    )


def _services(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
    """The services, for whomever they act. A `*` means them where the policy tells them apart."""
    listed = {one.text for one in allow.who.elements if one.form == "service"}
    star = "*" in listed or (allow.who.star() and meant(allow))
    if star:
        elements = [one for part in words.statements for one in part.who.elements]
        listed |= {one.text for one in elements if one.form == "service"}
    for name in ["*"] * star + sorted(listed - {"*"}):
        yield from services(name, words)


def services(name: str, words: Vocabulary) -> Iterator[Outsider]:
    """One service, whatever it tells of whom it acts for."""
    for opened, units in sources(words):
        yield service(name, opened, units, words)


def any_service(words: Vocabulary) -> Outsider:
    """A service, of which nothing is told but that it is one."""
    return service("*", frozenset(), (), words)


def service(name: str, opened: frozenset[str], units: Units, words: Vocabulary) -> Outsider:
    any_service = name == "*"
    shown = forms.service_name() if any_service else ()
    fixed: dict[str, Value] = {"aws:principalisawsservice": "true"}
    if not any_service:
        fixed["aws:principalservicename"] = name
    grant = Principal(kind="service", service=name)
    if name == ROLES_ANYWHERE:
        grant = Principal(kind="federated", provider=ROLES_ANYWHERE)
    return Outsider(
        name="an AWS service" if any_service else f"the service {name}",
        caller=Caller("service", "" if any_service else name, grant, {}, element=name),
        action=ASSUME,
        fixed=fixed,
        units=(forms.whole(_ACCOUNT, (forms.DIGITS,)), *units, *([shown] if shown else [])),
        opened=opened | {_NAMES},
        excluded={_ACCOUNT: tuple(words.accounts)},
        not_own=lambda found: not words.own(found, words.scope.partition),
        forced={} if any_service else {_NAMES: name},
    )


def sources(words: Vocabulary) -> Iterator[tuple[frozenset[str], Units]]:
    """What a call may tell of whom the service acts for: account, ARN, organization, or nothing."""
    organizations: list[Units] = [()]
    if not words.reads.isdisjoint(("aws:sourceorgid", "aws:sourceorgpaths")):
        organizations.append((forms.organization("aws:sourceorgid", "aws:sourceorgpaths", None),))
    told: list[Units] = [()]
    if "aws:sourceaccount" in words.reads:
        told.append((forms.whole("aws:sourceaccount", (forms.DIGITS,)),))
    if "aws:sourcearn" in words.reads:
        told += forms.source_arns(words.scope.partition)
    for source, organization in product(told, organizations):
        yield frozenset(), (*source, *organization)


def federated(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
    """The identity providers: what aws:PrincipalAccount is in such calls, AWS doesn't tell."""
    seen = set()
    for caller, action in federated_callers(allow, words):
        if caller.text in seen:
            continue
        seen.add(caller.text)
        fixed = {key: value for key, value in caller.context.items() if key != _ACCOUNT}
        found = Outsider(
            name=f"the provider {caller.grant.provider}", caller=caller, action=action, fixed=fixed
        )
        yield msgspec.structs.replace(found, opened=frozenset([_ACCOUNT]))
        if _ACCOUNT in words.reads:
            yield msgspec.structs.replace(found, fixed={**fixed, _ACCOUNT: "anonymous"})
