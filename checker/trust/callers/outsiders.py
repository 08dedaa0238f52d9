"""Who could call, as a whole: each kind of outsider, with all its callers at once.

`callers` tries a few concrete callers that stand for all. Here nobody is left out, so that an
answer of “nobody” can be proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

import checker.trust.texts.forms as forms
import checker.trust.texts.keys as keys
import checker.trust.texts.sources as sources_of
from checker.trust.callers.aws_outsiders import aws_outsiders
from checker.trust.callers.callers import Caller
from checker.trust.callers.federation import FRESH, federated_callers, own_issuer
from checker.trust.callers.networks import in_networks
from checker.trust.callers.outsider import Outsider, Units
from checker.trust.callers.services import meant
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Value
from checker.trust.document.parse import ASSUME, Statement
from checker.trust.document.principals import ROLES_ANYWHERE
from checker.trust.model import Principal
from checker.trust.texts.sources import Look

_ACCOUNT = keys.ACCOUNT_KEY
_ISSUER = "aws:federatedprovider"


def concrete(caller: Caller, action: int, words: Vocabulary) -> Iterator[Outsider]:
    """One caller, of whom all is known that the caller decides, by each way and to each role."""
    one = Outsider(name=caller.text, caller=caller, action=action, fixed=caller.context)
    return by_each_way([one], words)


def outsiders(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
    """All callers outside that the statement's Principal and actions name."""
    return by_each_way(_callers(allow, words), words)


def by_each_way(found: Iterable[Outsider], words: Vocabulary) -> Iterator[Outsider]:
    """Each with what the request tells of the network that it takes, and of the role itself."""
    resources = _resources(words)
    for one in in_networks(found, words.reads):
        for fixed, units in resources:
            yield one.but(fixed={**one.fixed, **fixed}, units=one.units + units)


def _callers(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
    if allow.actions & ASSUME:
        yield from aws_outsiders(allow, words)
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


def _services(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
    """The services, for whomever they act. A `*` means them where the policy tells them apart."""
    listed = {one.text for one in allow.who.elements if one.form == "service"}
    star = "*" in listed or (allow.who.star() and meant(allow))
    if star:
        elements = [one for part in words.statements for one in part.who.elements]
        listed |= {one.text for one in elements if one.form == "service"} | _apart(words)
    for name in ["*"] * star + sorted(listed - {"*"}):
        yield from services(name, words)


def _apart(words: Vocabulary) -> set[str]:
    """Services that conditions name and whose sources are their own: any other has any source."""
    return set(filter(sources_of.told, words.texts("aws:principalservicename")))


def services(name: str, words: Vocabulary) -> Iterator[Outsider]:
    """One service, whatever it tells of whom it acts for."""
    for opened, units in sources(words, name):
        yield service(name, opened, units, words)


def service(name: str, opened: frozenset[str], units: Units, words: Vocabulary) -> Outsider:
    any_service = name == "*"
    shown = forms.service_name() if any_service else ()
    fixed: dict[str, Value] = {"aws:principalisawsservice": "true"}
    excluded = {_ACCOUNT: tuple(words.accounts), forms.VENDOR: tuple(_looks(words, name))}
    if any_service:
        excluded["aws:principalservicename"] = tuple(sorted(_apart(words)))
    else:
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
        opened=opened | {keys.SERVICE_NAMES},
        excluded=excluded,
        not_own=lambda found: not words.own(found, words.scope.partition),
        forced={} if any_service else {keys.SERVICE_NAMES: name},
    )


def sources(words: Vocabulary, name: str) -> Iterator[tuple[frozenset[str], Units]]:
    """What a call may tell of whom the service acts for: account, ARN, organization, or nothing."""
    organizations: list[Units] = [()]
    if not words.reads.isdisjoint(("aws:sourceorgid", "aws:sourceorgpaths")):
        organizations.append((forms.organization("aws:sourceorgid", "aws:sourceorgpaths", None),))
    told: list[Units] = [()]
    if "aws:sourceaccount" in words.reads:
        told.append((forms.whole("aws:sourceaccount", (forms.DIGITS,)),))
    if "aws:sourcearn" in words.reads:
        told += _source_arns(words, name)
    for source, organization in product(told, organizations):
        yield frozenset(), (*source, *organization)


def _source_arns(words: Vocabulary, name: str) -> list[Units]:
    """With and without an account; of a service that is known by its own ARNs alone."""
    partition, looks = words.scope.partition, _looks(words, name)
    return forms.source_arns(
        partition, looks, anchors=name == ROLES_ANYWHERE, others=not sources_of.told(name)
    )


def _looks(words: Vocabulary, name: str) -> dict[str, Look]:
    return sources_of.sources(name, words.texts("aws:sourcearn"))


def federated(allow: Statement, words: Vocabulary) -> Iterator[Outsider]:
    """The identity providers: what aws:PrincipalAccount is in such calls, AWS doesn't tell."""
    callers = {caller.text: (caller, action) for caller, action in federated_callers(allow, words)}
    unrecorded = own_issuer(words.scope)
    for caller, action in callers.values():
        fixed = {key: value for key, value in caller.context.items() if key != _ACCOUNT}
        one = Outsider(
            name=f"the provider {caller.grant.provider}",
            caller=caller,
            action=action,
            fixed=fixed,
            opened=frozenset([_ACCOUNT]),
        )
        if caller.text == unrecorded + FRESH:
            one = _any_issuer(one, unrecorded, tuple(callers))
        yield one


def _any_issuer(one: Outsider, head: str, others: tuple[str, ...]) -> Outsider:
    """Providers that no record tells of may have any name but those of the others."""
    fixed = {key: value for key, value in one.fixed.items() if key != _ISSUER}
    excluded = {_ISSUER: tuple(text for text in others if text != head + FRESH)}
    return one.but(fixed=fixed, units=(forms.issuer(head),), excluded=excluded)
