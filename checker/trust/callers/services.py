"""AWS services that call, and for whom they act: aws:SourceAccount and its kin.

Their own aws:PrincipalAccount is an account of AWS, never a customer's, so no policy names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import msgspec

import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
import checker.trust.texts.sources as arns
from checker.arns import account_of
from checker.patterns import pattern
from checker.trust.callers.callers import Caller
from checker.trust.callers.memberships import Membership, memberships
from checker.trust.callers.vocabulary import LOWER, Vocabulary, combine, values
from checker.trust.document.conditions import Condition, Value
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
_UNNAMED = ("ec2.amazonaws.com", "lambda.amazonaws.com", "ecs.amazonaws.com", "sns.amazonaws.com")
_ACCOUNT, _ARN, _ORG, _PATHS = (
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
)


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


_SOME_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")


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
    patterns = _account_patterns(words.on(_ACCOUNT, _ARN), words)
    named = sorted(one for one in patterns if keys.ACCOUNT.fullmatch(one))
    wild = sorted(one for one in patterns if not globs.is_literal(one) and one != "*")
    fresh = fresh_accounts(
        wild, lambda one: one in named or words.own(one, words.scope.partition), words.budget.charge
    )
    first = [one for one in named if one in told.accounts | told.arns]
    for account in dict.fromkeys((*first, *fresh, *named)):  # who is not named shows an outsider
        for member in _members(words, account):
            found += _with_arns(words, service, account, told, member)
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


class Named(msgspec.Struct, frozen=True):
    """Whom a statement, or what Denies except, names as those for whom a service may act: by
    accounts, by ARNs, by organizations."""

    accounts: set[str]
    arns: set[str]
    organizations: set[str]

    @classmethod
    def of(cls, allow: Statement, words: Vocabulary) -> Named:
        every = {key: [*chain(*words.required(allow, key))] for key in sorted(keys.SOURCE)}
        members = [*every[_ORG], *every[_PATHS]]
        named = {text.partition("/")[0] for one in members for text in one.loose()}
        if any("aws:resourceorgid" in one.variables for one in members):
            named |= words.scope.organizations
        accounts, arns = (_account_patterns(every[key], words) for key in (_ACCOUNT, _ARN))
        return cls(accounts, arns, named)

    def told(self, request: Mapping[str, Value]) -> str | None:
        """For whom a service acts in a request, if that is named."""
        of_arn = account_of(str(request.get(_ARN, "")))
        account, organization = request.get(_ACCOUNT), request.get(_ORG)
        if of_arn and of_arn in self.arns:
            return of_arn
        for one, named in ((account, self.accounts), (organization, self.organizations)):
            if isinstance(one, str) and one in named:
                return one
        return None


def _account_patterns(conditions: list[Condition], words: Vocabulary) -> set[str]:
    """What conditions on sources ask of their accounts; where wildcards cross colons, any account
    in an ARN may be the source's."""
    found: set[str] = set()
    for one in conditions:
        texts = one.loose()
        found |= {account for text in texts if (account := _account(one.key, text)) is not None}
        if one.operator.family != "arn":
            found |= {account for text in texts for account in _SOME_ACCOUNT.findall(text)}
        if "aws:resourceaccount" in one.variables:
            found.add(words.scope.account)
    return found


def _account(key: str, text: str) -> str | None:
    return text if key == _ACCOUNT else account_of(text)


def _members(words: Vocabulary, account: str) -> list[Membership]:
    """An own account is in an own organization; any fresh account may be, too."""
    own = []
    for name in sorted(words.scope.organizations):
        context: dict[str, Value] = {_ORG: name, _PATHS: (f"{name}/r-wzqx/",)}
        own.append(Membership(name, context))
    if words.reads.isdisjoint((_ORG, _PATHS)):
        return [Membership()]
    if words.own(account, words.scope.partition):
        return own or [Membership()]
    return memberships(words, "source") + own


def _with_arns(
    words: Vocabulary, service: str, account: str, named: Named, member: Membership
) -> Iterator[Source]:
    """The source with and without its account id, its ARN, and both."""
    base = {_ACCOUNT: account, **member.context}
    if _ARN in words.reads:
        for arn, glob in _arns(words, service, account).items():
            context: dict[str, Value] = {**base, _ARN: arn}
            yield Source(named.told(context), context, glob)
            del (alone := dict(context))[_ACCOUNT]
            yield Source(named.told(alone), alone, glob)
    yield Source(named.told(base), base)


def _asked(words: Vocabulary, arn: str) -> Iterator[str]:
    """The patterns of sources that an ARN fits."""
    for one in words.on(_ARN):
        fits = one.operator.compare if one.operator.family == "arn" else globs.matches
        words.budget.charge(len(one.operands))
        yield from (text for text in one.loose() if fits(text, arn))


def _arns(words: Vocabulary, service: str, account: str) -> dict[str, str | None]:
    """ARNs of the account, and without one as S3 has them, and the pattern that each stands for."""
    part = words.scope.partition
    anchored = service == ROLES_ANYWHERE
    vendors = ("rolesanywhere",) if anchored else (*arns.sources(service, ()),) or ("*",)
    resource = "trust-anchor/wzqxjkvy" if anchored else "wzqx"
    first = f"arn:{part}:{vendors[0].replace('*', 'sns')}:us-east-1:{account}:{resource}"
    found: dict[str, str | None] = {first: next(_asked(words, first), None) if anchored else None}
    domain = _ANCHOR if anchored else keys.domain(_ARN)
    for shape in (f"arn:{part}:{one}:*:{of}:*" for one in vendors for of in (account, "")):
        for glob in _narrowed(words, shape):
            for arn in values(glob, words.texts(_ARN), LOWER, 1, words.budget):
                of = arn.split(":")[4] in (account, "") and arns.possible(service, arn)
                if of and domain.fullmatch(arn):
                    found.setdefault(arn, None if glob == shape else glob)
    return found


def _narrowed(words: Vocabulary, shape: str) -> Iterable[str]:
    """The pattern, and what of it fits patterns of the policy."""
    patterns = {shape: None}
    for one in words.on(_ARN):
        meet = globs.arn_meets if one.operator.family == "arn" else globs.meets
        for base in list(patterns):
            operands = one.loose()
            words.budget.charge(2 * len(operands))
            for operand in operands:
                patterns.update(dict.fromkeys(meet(base, operand, words.budget.charge)))
    return patterns
