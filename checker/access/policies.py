"""One policy of a resource → grants: at each square the trust analysis says who gets in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import msgspec

import checker.trust.texts.keys as trust_keys
from checker.access.actions import Action, actions, unknown
from checker.access.contexts import acting, acts, told_once
from checker.access.idle import NOTHING, idle, providers
from checker.access.keys import Spelling, settled
from checker.access.kinds import Kind, kind_of
from checker.access.merge import merged
from checker.access.model import AccessGrant, AccessWitness, Ours, Resource, Via, worst
from checker.access.owners import named, quiet
from checker.access.resources import behind
from checker.access.serving import serving
from checker.access.squares import Square, squares
from checker.access.statements import Document, named_actions, read
from checker.access.unusual import ANONYMOUS, Caller, for_caller, root_user, tells_root
from checker.trust.analysis import analyze_policy, days
from checker.trust.document.parse import Policy, parse
from checker.trust.document.principals import ROLES_ANYWHERE, tells_nobody
from checker.trust.model import Analysis, Grant, Outcome, Principal, Problem, Scope, Witness
from checker.trust.proof.completion import BY_ABSENCE

_ANYWHERE = re.compile(r"rolesanywhere\.|arn:[a-z-]+:rolesanywhere:")
_ACCOUNTS = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
FRESH = "426185297043"
"""An account that stands for all those that nobody names."""
_OF_SQUARES = ("too-complex", "ambiguous")
"""Problems that show only where a policy is asked: services may pass a `*` as they lack a key."""
_WORDS = {"aws:sourceowner": "aws:SourceOwner"}
_ASIDE = frozenset(("confused-deputy", "not-principal", "canonical-user"))
"""Problems of trust policies that are none here, or are told otherwise."""


class PolicyAccess(msgspec.Struct):
    """What one policy lets in, before whatever else shuts the door."""

    grants: list[AccessGrant] = []
    problems: list[Problem] = []
    statements: list[Outcome] = []


class Only(msgspec.Struct, frozen=True):
    """Requests of which more is known: `fixed` values of keys (None: none), and actions (all but,
    where not). `signed`: False where nobody is asked who they are."""

    fixed: dict[str, str | None] = {}
    actions: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    signed: bool = True

    def takes(self, action: Action) -> bool:
        name = action.name.lower()
        return (not self.actions or name in self.actions) and name not in self.excepted


def policy_access(
    raw: object,
    resource: Resource,
    ours: Ours,
    today: date,
    via: Via = "policy",
    only: Only = Only(),  # noqa: B008  # it is frozen
) -> PolicyAccess:
    """Whom a resource's policy lets in from outside."""
    kind = kind_of(resource.kind, resource.arn)
    document = read(raw, kind)
    if not document.plain:
        return PolicyAccess(problems=list(document.problems))
    return _Reading(document, kind, resource, ours, today, via, only).access()


class _Reading:
    """One policy, parsed for callers and, where SourceOwner tells them apart, for services."""

    def __init__(
        self, document: Document, kind: Kind, resource: Resource, ours: Ours, today: date, via: Via,
        only: Only,
    ) -> None:  # fmt: skip
        self.document, self.kind, self.resource = document, kind, resource
        self.ours, self.via, self.only = ours, via, only
        account = resource.account or ""
        self.scope = Scope(account=account, today=today, organizations=ours.organizations,
                           own=ours.accounts | {account}, partition=ours.partition)  # fmt: skip
        parsed = parse(document.plain, ours.partition, True, days(self.scope))
        self.parsed = settled(quiet(named(parsed, ours), ours), only.fixed)
        variables = (one.variables for each in (*self.parsed.allows, *self.parsed.denies)
                     for one in each.conditions)  # fmt: skip
        self.read = frozenset(self.parsed.spelling).union(*variables)
        self.callers = Spelling(kind.service, calls=True)
        self.keys = frozenset(map(self.callers.renamed, self.read))
        self.services = Spelling(kind.service, calls=False)
        self.acting = acting(kind.service, self.read)

    def access(self) -> PolicyAccess:
        named, name = named_actions(self.document), self.resource.kind
        possible = [*actions(self.kind, name), *unknown(self.kind, named, name)]
        every = list(filter(self.only.takes, possible))
        targets = behind(self.kind, self.resource)
        tried = squares(self.document, every, targets)
        found = tried.found
        granted: list[AccessGrant] = []
        problems = [
            *self.document.problems,
            *idle(
                self.document,
                self.callers.policy(self.parsed),
                self.scope,
                self._met(possible, found, targets),
                targets.values(),
            ),
            *map(_reworded, filter(self._counts, self.parsed.problems)),
        ]
        for square in found:
            for analysis, spelling in self._asked(square):
                granted += self._grants(analysis, square, spelling)
                granted += self._left_to_services(analysis, square)
                problems += [one for one in analysis.problems if one.code in _OF_SQUARES]
        if not tried.complete:
            message = "too many resources beside Denies with NotResource, which get no credit"
            problems.append(Problem("too-complex", None, message))
        granted += (one for square in found for one in self._federated(square))
        grants = merged(granted)
        problems += self._doubts(found, grants)
        return PolicyAccess(grants, list(dict.fromkeys(problems)), self._outcomes(found, grants))

    def _met(self, every: list[Action], found: list[Square], targets: dict[str, str]) -> set[int]:
        """The Allows that are about something here, whatever `only` leaves out."""
        met = {index for one in found for index in one.allows}
        if self.only != Only() and any(one.index not in met for one in self.parsed.allows):
            met |= {at for one in squares(self.document, every, targets).found for at in one.allows}
        return met

    def _asked(self, square: Square) -> Iterator[tuple[Analysis, Spelling]]:
        policy = _cut(self.parsed, square)
        called = analyze_policy(self.callers.policy(policy), self.scope, reasons=False)
        if self.only.signed:
            yield from self._signed(policy, called)
        open_ = self.only.signed and any(map(_everybody, called.grants))
        if not open_ and (self.kind.anonymous or not self.only.signed):
            yield self._unusual(policy, ANONYMOUS), self.callers
        if not open_ and self.only.signed and tells_root(self.keys):
            for account in self._foreign():
                yield self._unusual(policy, root_user(account, self.ours.partition)), self.callers

    def _signed(self, policy: Policy, called: Analysis) -> Iterator[tuple[Analysis, Spelling]]:
        """Services apart where a key means another thing of them."""
        if "aws:sourceowner" in self.read and self.kind.service == "sns":
            served = analyze_policy(self.services.policy(policy), self.scope, reasons=False)
            yield _only(called, lambda one: one.kind != "service"), self.callers
            yield _only(served, lambda one: one.kind == "service"), self.services
            return
        yield _only(called, lambda one: not acts(one, self.acting)), self.callers
        for name, spelling in self.acting.items():
            told = spelling.policy(told_once(policy, name))
            served = analyze_policy(told, self.scope, reasons=False)
            yield _only(served, partial(acts, names=(name,))), spelling

    def _unusual(self, policy: Policy, caller: Caller) -> Analysis:
        """Whether a caller gets in whom the trust analysis knows nothing of."""
        left = for_caller(self.callers.policy(policy), caller)
        found = analyze_policy(left, self.scope, reasons=False)
        grants = tuple(_as(one, self._meant(one, caller), caller) for one in found.grants)
        return msgspec.structs.replace(found, grants=grants, problems=())

    def _meant(self, grant: Grant, caller: Caller) -> Principal:
        """Who is let in: of the account that stands for all, everybody, or all of an
        organization that the policy names."""
        partition = self.ours.partition
        if caller.account not in (None, FRESH):
            return Principal(kind="account", partition=partition, account=caller.account)
        sent = grant.witness.context if grant.witness else {}
        organization = sent.get("aws:PrincipalOrgID")
        if isinstance(organization, str) and organization in str(self.document.plain):
            return Principal(kind="organization", partition=partition, organization=organization)
        return Principal(kind="anyone")

    def _foreign(self) -> list[str]:
        """The outside accounts that the policy names, and one that it does not."""
        named = set(_ACCOUNTS.findall(str(self.document.plain)))
        return [*sorted(named - self.scope.own - {FRESH}), FRESH]

    def _grants(
        self, analysis: Analysis, square: Square, spelling: Spelling
    ) -> Iterator[AccessGrant]:
        for one in analysis.grants:
            witness = None if one.witness is None else self._sent(one, square, spelling)
            who = _as_service(one.principal)
            grant = self._grant(who, square, one.statements, one.network_limited, witness)
            yield serving(grant, self.parsed)

    def _left_to_services(self, analysis: Analysis, square: Square) -> Iterator[AccessGrant]:
        """A `*` that only services fulfil, as they lack what it asks of callers: any of them."""
        for one in analysis.problems:
            if one.message == BY_ABSENCE and one.statement is not None:
                anybodys = Principal(kind="service", service="*", source="*")
                yield self._grant(anybodys, square, (one.statement,))

    def _federated(self, square: Square) -> Iterator[AccessGrant]:
        """Identity providers by name: whose sessions pass, AWS does not tell, nor what holds them.

        Block Public Access takes them for the public:
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        """
        for allow in self.parsed.allows:
            for provider in providers(allow) if allow.index in square.allows else ():
                principal = Principal(kind="federated", provider=provider)
                yield self._grant(principal, square, (allow.index,))

    def _grant(
        self, principal: Principal, square: Square, statements: tuple[int, ...],
        network_limited: bool = False, witness: AccessWitness | None = None,
    ) -> AccessGrant:  # fmt: skip
        """With the gravest that the square lets do; `witness` is the request that proves it."""
        told = square.told()
        return AccessGrant(
            principal=principal,
            actions=tuple(sorted(told)),
            access=worst({one.grade for one in told.values()}),
            via=self.via,
            network_limited=network_limited,
            statements=statements,
            witness=witness,
        )

    def _doubts(self, found: list[Square], grants: list[AccessGrant]) -> Iterator[Problem]:
        granting = {index for one in grants for index in one.statements}
        for square in found:
            if not any(one.listed for one in square.actions.values()):
                for index in sorted(square.allows & granting):
                    message = "AWS does not list these actions among what works from outside"
                    yield Problem("ambiguous", index, message)
        for allow in self.parsed.allows:
            for provider in providers(allow):
                message = f"AWS leaves open whose sessions pass as {provider}"
                yield Problem("ambiguous", allow.index, message)

    def _sent(self, grant: Grant, square: Square, spelling: Spelling) -> AccessWitness | None:
        """The request, in the words of the policy; None where nobody can say whose it is."""
        if grant.witness is None or not _named(grant.principal):
            return None
        shown = square.gravest()
        context = {key: value for key, value in grant.witness.context.items()
                   if not key.startswith(("own:", "sts:"))}  # fmt: skip
        sent = {key.lower(): value for key, value in grant.witness.context.items()}
        for key in sorted(self.read):
            if (other := spelling.renamed(key)) != key and other in sent:
                context[_WORDS.get(key) or self.parsed.spelling.get(key, key)] = sent[other]
        context |= {_WORDS.get(key, key): value for key, value in self.only.fixed.items()
                    if value is not None and key in self.read}  # fmt: skip
        return AccessWitness(
            grant.witness.principal, shown.name, square.resources[shown.name], context
        )

    def _counts(self, problem: Problem) -> bool:
        """Whether a problem of the trust analysis is one here."""
        if problem.code == "unknown-key":
            known = ("aws:sourceowner'", *(f"{one}:" for one in self.callers.own))
            return not any(f"'{one}" in problem.message.lower() for one in known)
        if problem.code == "inert" and "sts:" in problem.message:
            return False
        if problem.code == "inert" and "identity providers need" in problem.message:
            return False
        denied = any(one.index == problem.statement for one in self.parsed.denies)
        return problem.code not in _ASIDE or (problem.code == "not-principal" and not denied)

    def _outcomes(self, found: list[Square], grants: list[AccessGrant]) -> list[Outcome]:
        """What each statement does; without the condition that decides, which only trust names."""
        granting = {index for one in grants for index in one.statements}
        met = {index for square in found for index in square.allows}
        refusing = {index for square in found for index in square.denies}
        return [_outcome(one.index, one.allow, one.index in granting, one.index in met | refusing)
                for one in self.document.statements]  # fmt: skip


def _reworded(problem: Problem) -> Problem:
    """What trust policies say of themselves, said of a resource's."""
    if problem.code != "not-principal":
        return problem
    message = "Allow with NotPrincipal lets in everybody but those"
    return Problem(problem.code, problem.statement, message)


def _as_service(principal: Principal) -> Principal:
    """IAM Roles Anywhere is a service as any other here: only roles are taken by certificates."""
    provider = principal.provider or ""
    if not _ANYWHERE.match(provider):
        return principal
    source = provider.split(":")[4] if provider.count(":") >= 5 else "*"
    return Principal(kind="service", service=ROLES_ANYWHERE, source=source)


def _outcome(index: int, allow: bool, granting: bool, met: bool) -> Outcome:
    if not met:
        return Outcome(index, "Allow" if allow else "Deny", "inert", NOTHING)
    if not allow:
        return Outcome(index, "Deny", "denied", "it refuses requests that a statement allows")
    if granting:
        return Outcome(index, "Allow", "grants", "it lets somebody outside in")
    return Outcome(index, "Allow", "inert", "it lets nobody outside in, with the Denies beside it")


def _named(principal: Principal) -> bool:
    """Whether a request can show who it is: of text that names nobody, only a unique id does."""
    name = principal.id or ""
    return principal.kind != "unresolved" or not ("${" in name or tells_nobody(name))


def _cut(policy: Policy, square: Square) -> Policy:
    return msgspec.structs.replace(
        policy,
        allows=tuple(one for one in policy.allows if one.index in square.allows),
        denies=tuple(one for one in policy.denies if one.index in square.denies),
        problems=(),
    )


def _only(analysis: Analysis, wanted: Callable[[Principal], bool]) -> Analysis:
    kept = tuple(one for one in analysis.grants if wanted(one.principal))
    return msgspec.structs.replace(analysis, grants=kept)


def _as(grant: Grant, who: Principal, caller: Caller) -> Grant:
    """The grant, with a request of that caller as its witness."""
    witness = grant.witness
    if witness is None:
        return msgspec.structs.replace(grant, principal=who)
    rest = {key: value for key, value in witness.context.items() if not caller.told(key.lower())}
    sent = {trust_keys.spelled(key): value for key, value in caller.sent.items()}
    name = caller.sent.get("aws:principalarn", "anonymous")
    made = Witness(name, witness.action, {**rest, **sent})
    return msgspec.structs.replace(grant, principal=who, witness=made)


def _everybody(grant: Grant) -> bool:
    return grant.principal == Principal(kind="anyone")
