"""AWS principals outside, as a whole: accounts by form of identity and by organization."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

import checker.trust.texts.forms as forms
import checker.trust.texts.keys as keys
from checker.trust.callers.callers import Caller
from checker.trust.callers.identities import TELLING, TYPES
from checker.trust.callers.memberships import Membership, named_organizations
from checker.trust.callers.outsider import Outsider, Units
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Value
from checker.trust.document.parse import ASSUME, Statement
from checker.trust.document.principals import Element, principal_arn, session_name
from checker.trust.model import Principal

_ORG, _PATHS = "aws:principalorgid", "aws:principalorgpaths"
_ACCOUNT = keys.ACCOUNT_KEY
_FORMS = ("role", "user", "federated-user")


class Member(msgspec.Struct, frozen=True):
    """In which organization: `name`, or (`other`) in one that the policy doesn't name, or none."""

    name: str | None = None
    other: bool = False


def aws_outsiders(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
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
        yield one.but(name=element.text, caller=caller, fixed={**one.fixed, **fixed})


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
        known = [text for text in words.account_globs if keys.ACCOUNT.fullmatch(text)]
        excluded["aws:userid"] = tuple(
            f"{one}:*" for one in dict.fromkeys((*words.accounts, *known))
        )
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
    return one.but(name=element.text, caller=caller, fixed=fixed, units=units, excluded=excluded)
