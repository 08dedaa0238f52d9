"""One policy of a resource → grants: at each square the trust analysis says who gets in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

import checker.trust.texts.keys as trust_keys
from checker.access.actions import Action, actions, unknown
from checker.access.keys import ANONYMOUS, Spelling, settled, tells, without_signature
from checker.access.kinds import Kind, kind_of
from checker.access.model import AccessGrant, AccessWitness, Ours, Resource, Via, worst
from checker.access.owners import named, quiet
from checker.access.resources import behind
from checker.access.squares import Square, squares
from checker.access.statements import Document, named_actions, read
from checker.trust.analysis import analyze_policy, days
from checker.trust.document.parse import Policy, Statement, parse
from checker.trust.model import Analysis, Grant, Outcome, Principal, Problem, Scope, Witness
from checker.trust.search.grants import covers

_ASIDE = frozenset(("confused-deputy", "not-principal", "canonical-user"))
"""Problems of trust policies that are none here, or are told otherwise."""


class PolicyAccess(msgspec.Struct):
    """What one policy lets in, before whatever else shuts the door."""

    grants: list[AccessGrant] = []
    problems: list[Problem] = []
    statements: list[Outcome] = []


class Only(msgspec.Struct, frozen=True):
    """Requests of which more is known: `fixed` values of keys, and actions (all but, where not)."""

    fixed: dict[str, str] = {}
    actions: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()

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
        self.services = Spelling(kind.service, calls=False)

    def access(self) -> PolicyAccess:
        every = [*actions(self.kind, self.resource.kind),
                 *unknown(self.kind, named_actions(self.document), self.resource.kind)]  # fmt: skip
        every = list(filter(self.only.takes, every))
        tried = squares(self.document, every, behind(self.kind, self.resource))
        found = tried.found
        granted: list[AccessGrant] = []
        problems = [
            *self.document.problems,
            *map(_reworded, filter(self._counts, self.parsed.problems)),
        ]
        for square in found:
            for analysis in self._asked(square):
                granted += self._grants(analysis, square)
                problems += [one for one in analysis.problems if one.code == "too-complex"]
        if not tried.complete:
            message = "too many resources beside Denies with NotResource, which get no credit"
            problems.append(Problem("too-complex", None, message))
        granted += (one for square in found for one in self._federated(square))
        problems += self._doubts()
        grants = merged(granted)
        return PolicyAccess(grants, list(dict.fromkeys(problems)), self._outcomes(found, grants))

    def _asked(self, square: Square) -> Iterator[Analysis]:
        policy = _cut(self.parsed, square)
        called = analyze_policy(self.callers.policy(policy), self.scope, reasons=False)
        if "aws:sourceowner" not in policy.spelling or self.kind.service != "sns":
            yield called
        else:
            served = analyze_policy(self.services.policy(policy), self.scope, reasons=False)
            yield _only(called, service=False)
            yield _only(served, service=True)
        if self.kind.anonymous and not any(map(_everybody, called.grants)):
            unsigned = without_signature(self.callers.policy(policy))
            found = analyze_policy(unsigned, self.scope, reasons=False)
            kept = tuple(map(_anonymous, filter(_everybody, found.grants)))
            yield msgspec.structs.replace(found, grants=kept, problems=())

    def _grants(self, analysis: Analysis, square: Square) -> Iterator[AccessGrant]:
        for one in analysis.grants:
            yield self._grant(one.principal, square, one.statements, one.network_limited, one)

    def _federated(self, square: Square) -> Iterator[AccessGrant]:
        """Identity providers by name: whose sessions pass, AWS does not tell, nor what holds them.

        Block Public Access takes them for the public:
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        """
        for allow in self.parsed.allows:
            for provider in _providers(allow) if allow.index in square.allows else ():
                principal = Principal(kind="federated", provider=provider)
                yield self._grant(principal, square, (allow.index,))

    def _grant(
        self, principal: Principal, square: Square, statements: tuple[int, ...],
        network_limited: bool = False, found: Grant | None = None,
    ) -> AccessGrant:  # fmt: skip
        """With the gravest that the square lets do; `found` has the request that proves it."""
        grade = worst({one.grade for one in square.actions.values()})
        shown = next(one for one in square.actions.values() if one.grade == grade)
        return AccessGrant(
            principal=principal,
            actions=tuple(sorted(square.actions)),
            access=grade,
            via=self.via,
            network_limited=network_limited,
            statements=statements,
            witness=None if found is None else self._witness(found, square, shown),
        )

    def _doubts(self) -> Iterator[Problem]:
        for allow in self.parsed.allows:
            for provider in _providers(allow):
                message = f"AWS leaves open whose sessions pass as {provider}"
                yield Problem("ambiguous", allow.index, message)

    def _witness(self, grant: Grant, square: Square, shown: Action) -> AccessWitness | None:
        if grant.witness is None:
            return None
        sent = {key.lower(): value for key, value in grant.witness.context.items()}
        context = {key: value for key, value in grant.witness.context.items()
                   if not key.startswith(("own:", "sts:"))}  # fmt: skip
        for key in sorted(self.read):
            if (other := self.callers.renamed(key)) != key and other in sent:
                context[self.parsed.spelling.get(key, key)] = sent[other]
        return AccessWitness(grant.witness.principal, shown.name, square.resource, context)

    def _counts(self, problem: Problem) -> bool:
        """Whether a problem of the trust analysis is one here."""
        if problem.code == "unknown-key":
            return not any(f"'{one}:" in problem.message.lower() for one in self.callers.own)
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


def _providers(allow: Statement) -> list[str]:
    return [one.text for one in allow.who.elements if one.form == "provider"]


def _outcome(index: int, allow: bool, granting: bool, met: bool) -> Outcome:
    if not met:
        reason = "its actions and resources meet nothing here that an outsider could ask for"
        return Outcome(index, "Allow" if allow else "Deny", "inert", reason)
    if not allow:
        return Outcome(index, "Deny", "denied", "it refuses requests that a statement allows")
    if granting:
        return Outcome(index, "Allow", "grants", "it lets somebody outside in")
    return Outcome(index, "Allow", "inert", "it lets nobody outside in, with the Denies beside it")


def _cut(policy: Policy, square: Square) -> Policy:
    return msgspec.structs.replace(
        policy,
        allows=tuple(one for one in policy.allows if one.index in square.allows),
        denies=tuple(one for one in policy.denies if one.index in square.denies),
        problems=(),
    )


def _only(analysis: Analysis, *, service: bool) -> Analysis:
    kept = tuple(one for one in analysis.grants if (one.principal.kind == "service") == service)
    return msgspec.structs.replace(analysis, grants=kept)


def _anonymous(grant: Grant) -> Grant:
    """The grant, with a request that nobody signed as its witness."""
    witness = grant.witness
    if witness is None:
        return grant
    rest = {key: value for key, value in witness.context.items() if not tells(key.lower())}
    sent = {trust_keys.spelled(key): value for key, value in ANONYMOUS.items()}
    return msgspec.structs.replace(
        grant, witness=Witness("anonymous", witness.action, {**rest, **sent})
    )


def _everybody(grant: Grant) -> bool:
    return grant.principal == Principal(kind="anyone")


def merged(found: Iterable[AccessGrant]) -> list[AccessGrant]:
    """One grant for each principal, of the gravest witness; without those that another covers."""
    by_principal: dict[bytes, AccessGrant] = {}
    for one in found:
        key = msgspec.json.encode(one.principal)
        known = by_principal.get(key)
        by_principal[key] = one if known is None else _joined(known, one)
    every = list(by_principal.values())
    return [one for one in every if not any(_covered(one, other) for other in every)]


def _joined(one: AccessGrant, other: AccessGrant) -> AccessGrant:
    grave = worst({one.access, other.access})
    first = one if one.access == grave else other
    return msgspec.structs.replace(
        first,
        actions=tuple(sorted({*one.actions, *other.actions})),
        network_limited=one.network_limited and other.network_limited,
        statements=tuple(sorted({*one.statements, *other.statements})),
    )


def _covered(one: AccessGrant, other: AccessGrant) -> bool:
    wider = other is not one and set(one.actions) <= set(other.actions)
    limited = other.network_limited and not one.network_limited
    return wider and not limited and covers(other.principal, one.principal)
