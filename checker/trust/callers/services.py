"""AWS services that call, and for whom they act: aws:SourceAccount and its kin.

Their own aws:PrincipalAccount is an account of AWS, never a customer's, so no policy names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
import checker.trust.texts.sources as arns
from checker.patterns import pattern
from checker.trust.callers.callers import Caller
from checker.trust.callers.memberships import Membership, memberships
from checker.trust.callers.named_sources import ACCOUNT, ARN, ORG, PATHS, Named, account_patterns
from checker.trust.callers.vocabulary import LOWER, Vocabulary, combine, values
from checker.trust.document.conditions import Value
from checker.trust.document.parse import Statement
from checker.trust.document.principals import ROLES_ANYWHERE
from checker.trust.model import Principal
from checker.trust.texts.digits import fresh_accounts

_TELLING = keys.SOURCE | {
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:principalservicenameslist",
}
_ANY_SERVICE = "*.amazonaws.com"
_UNNAMED = ("ec2.amazonaws.com", "ecs.amazonaws.com", "glue.amazonaws.com")  # have any source

_ANCHOR = pattern(r"arn:[a-z-]+:rolesanywhere:[a-z0-9-]+:[0-9]{12}:trust-anchor/[A-Za-z0-9-]+")
"""https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html"""


def meant(allow: Statement) -> bool:
    """Whether services are worth asking for where a statement's Principal is a `*`.

    Not where its conditions tell AWS principals apart, and services not: what a service passes
    there only as it lacks such keys (IfExists on aws:PrincipalArn) is no more than any trust in a
    service, and AWS's services check themselves whose role they are asked to take.
    """
    reads = {key for one in allow.conditions for key in (one.key, *one.variables)}
    return not reads.isdisjoint(_TELLING) or reads.isdisjoint(keys.PRINCIPAL)


class Source(msgspec.Struct, frozen=True):
    """For whom a service acts: `shown` is an account or organization, None for anybody."""

    shown: str | None = None
    context: dict[str, Value] = {}
    glob: str | None = None


def service_callers(allow: Statement, words: Vocabulary) -> Iterator[Caller]:
    """The services that the statement's Principal names, for each source."""
    account, named = _aws_account(words), Named.of(allow, words)
    sources: dict[str, list[Source]] = {}
    for name, shown in _services(allow, words):
        known = name if name == ROLES_ANYWHERE else arns.told(shown)
        if known not in sources:
            sources[known] = _sources(words, known, named)
        for source in sources[known]:
            words.budget.charge(1)
            yield _caller(name, shown, source, account)


def _aws_account(words: Vocabulary) -> str:
    """An account id that fits as few of the policy's patterns as can be."""
    wild = words.account_globs
    if not wild:
        return words.fresh[0]
    return min(words.fresh, key=lambda one: sum(globs.matches(glob, one) for glob in wild))


def _caller(name: str, shown: str, source: Source, account: str) -> Caller:
    context: dict[str, Value] = {
        "aws:principalaccount": account,
        "aws:principalisawsservice": "true",
        "aws:principalservicename": name,
        "aws:principalservicenameslist": (name,),
        **source.context,
    }
    if name == ROLES_ANYWHERE:
        grant = Principal(kind="federated", provider=source.glob or ROLES_ANYWHERE)
    else:
        grant = Principal(kind="service", service=shown, source=source.shown)
    return Caller("service", name, grant, context, element=name)


def _services(allow: Statement, words: Vocabulary) -> Iterator[tuple[str, str]]:
    """Names of services, and what to report: `*` for one that the policy doesn't name."""
    named = {one.text for one in allow.who.elements if one.form == "service"}
    if "*" not in named and not allow.who.star():
        yield from ((name, name) for name in sorted(named))
        return
    texts = words.texts("aws:principalservicename", "aws:principalservicenameslist")
    elements = [one for part in words.statements for one in part.who.elements]
    known = {one.text for one in elements if one.form == "service"} - {"*"}
    yield next(name for name in (*_UNNAMED, "w.amazonaws.com") if name not in known), "*"
    for glob in combine(
        [_ANY_SERVICE], [], [[text] for text in dict.fromkeys(texts)], words.budget
    ):
        fitting = values(glob, texts, LOWER, 1, words.budget)
        for name in filter(keys.SERVICE.fullmatch, fitting):
            yield name, "*" if glob == _ANY_SERVICE else glob
    yield from ((name, name) for name in sorted(known))


def _sources(words: Vocabulary, service: str, told: Named) -> list[Source]:
    """Nobody; and accounts, own ones too, with the ARNs that the policy asks for. Those are told
    by name that the statement names: of others it lets in, it lets in anybody.

    `service`: one whose sources are known; any other is empty.
    """
    if words.reads.isdisjoint(keys.SOURCE):
        return [Source()]
    found = [Source()]
    patterns = account_patterns(words.on(ACCOUNT, ARN), words)
    named = sorted(one for one in patterns if keys.ACCOUNT.fullmatch(one))
    wild = sorted(one for one in patterns if not globs.is_literal(one) and one != "*")
    fresh = fresh_accounts(
        wild, lambda one: one in named or words.own(one, words.scope.partition), words.budget.charge
    )
    first = [one for one in named if one in told.accounts | told.arns]
    for account in dict.fromkeys((*first, *fresh, *named)):  # who is not named shows an outsider
        asked = _arns(words, service, account) if ARN in words.reads else {}
        for member in _members(words, account):
            found += _with_arns(asked, account, told, member)
    return _distinct(found, words, service)


def _distinct(found: list[Source], words: Vocabulary, service: str) -> list[Source]:
    """One source for each way to satisfy the conditions and each name to report."""
    judges = words.on(*keys.SOURCE)
    if any(one.variables for one in judges) or not words.variables.isdisjoint(keys.SOURCE):
        return found
    kept: dict[object, Source] = {}
    for one in found:
        words.budget.charge(sum(judge.weight for judge in judges))
        label = one.glob if service == ROLES_ANYWHERE else None
        vector = tuple(judge.holds(one.context) for judge in judges)
        kept.setdefault((one.shown, label, vector), one)
    return list(kept.values())


def _members(words: Vocabulary, account: str) -> list[Membership]:
    """An own account is in an own organization; any fresh account may be, too."""
    own = []
    for name in sorted(words.scope.organizations):
        context: dict[str, Value] = {ORG: name, PATHS: (f"{name}/r-wzqx/",)}
        own.append(Membership(name, context))
    if words.reads.isdisjoint((ORG, PATHS)):
        return [Membership()]
    if words.own(account, words.scope.partition):
        return own or [Membership()]
    return memberships(words, "source") + own


def _with_arns(
    asked: dict[str, str | None], account: str, named: Named, member: Membership
) -> Iterator[Source]:
    """The source with and without its account id, its ARN, and both."""
    base = {ACCOUNT: account, **member.context}
    for arn, glob in asked.items():
        context: dict[str, Value] = {**base, ARN: arn}
        yield Source(named.told(context), context, glob)
        del (alone := dict(context))[ACCOUNT]
        yield Source(named.told(alone), alone, glob)
    yield Source(named.told(base), base)


def _asked(words: Vocabulary, arn: str) -> Iterator[str]:
    """The patterns of sources that an ARN fits."""
    for one in words.on(ARN):
        fits = one.operator.compare if one.operator.family == "arn" else globs.matches
        words.budget.charge(len(one.operands))
        yield from (text for text in one.loose() if fits(text, arn))


def _arns(words: Vocabulary, service: str, account: str) -> dict[str, str | None]:
    """ARNs of the account, and without one as S3 has them, and the pattern that each stands for."""
    part = words.scope.partition
    anchored = service == ROLES_ANYWHERE
    vendors = ("rolesanywhere",) if anchored else (*arns.sources(service, ()),) or ("*",)
    resource = "trust-anchor/wzqxjkvy" if anchored else arns.some(vendors[0])
    first = f"arn:{part}:{vendors[0].replace('*', 'sns')}:us-east-1:{account}:{resource}"
    found: dict[str, str | None] = {first: next(_asked(words, first), None) if anchored else None}
    domain = _ANCHOR if anchored else keys.domain(ARN)
    for shape in (f"arn:{part}:{one}:*:{of}:*" for one in vendors for of in (account, "")):
        for glob in _narrowed(words, shape, service):
            for arn in values(glob, words.texts(ARN), LOWER, 1, words.budget):
                of = arn.split(":")[4] in (account, "") and arns.possible(service, arn)
                if of and domain.fullmatch(arn):
                    found.setdefault(arn, None if glob == shape else glob)
    return found


def _narrowed(words: Vocabulary, shape: str, service: str) -> Iterable[str]:
    """The pattern, and what of it fits patterns of the policy."""
    patterns = {shape: None}
    for one in words.on(ARN):
        parts = one.operator.family == "arn"
        for base in list(patterns):
            operands = one.loose()
            words.budget.charge(2 * len(operands))
            for text in operands:
                plain = parts or arns.by_part(service, text)
                meet = globs.arn_meets if plain else globs.meets
                patterns.update(dict.fromkeys(meet(base, text, words.budget.charge)))
    return patterns
