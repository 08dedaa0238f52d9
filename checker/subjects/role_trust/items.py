"""Every role's trust policy: whom it lets in, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.check.ledger import Where
from checker.facts.build import Facts, role_facts, trust_policy_facts, trust_vetting
from checker.role_trust.batches import Analyses, Scopes, providers_by_account
from checker.role_trust.guardrails import Guardrails
from checker.role_trust.index import Trusted
from checker.role_trust.reader import Reading, Trust, Trustee, TrustReader, made_by_identity_center
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Role
from checker.subjects.world import Context, place
from checker.vetting.register import Register

_TOLD = ("Principal is not known", "the trust policy is not known")
"""What a finding says of itself already."""


def check_roles(context: Context, snapshot: Snapshot, trusted: Trusted | None = None) -> int:
    """Evaluates every role; answers how many there were. `trusted` keeps whom they trust."""
    register = context.register
    scopes = scopes_of(register, snapshot)
    counted = _Counted(snapshot.roles())
    guardrails = Guardrails(snapshot.manifest, scopes)
    with Analyses(scopes) as analyses:
        reader = TrustReader(register, analyses, every=trusted is not None)
        for role, reading in reader.readings(counted):
            trusts = _role(context, role, reading, guardrails)
            if trusted is not None:
                trusted.keep(role, reading, trusts)
    return counted.count


def scopes_of(register: Register, snapshot: Snapshot) -> Scopes:
    """Who "we" are, as the analysis of trust policies is told it."""
    return Scopes(
        today=register.today,
        organizations=frozenset(register.organizations),
        own=frozenset(register.own_accounts),
        partition=register.partition,
        live="aws" in snapshot.manifest.sources,
        providers=providers_by_account(snapshot.providers()),
        listed=_listed(snapshot),
    )


def _listed(snapshot: Snapshot) -> frozenset[str]:
    """Accounts whose identity providers are all in the snapshot: AWS was asked, and answered. What
    AWS Config knows may be late."""
    manifest = snapshot.manifest
    known = "aws" in manifest.sources and "aws-config" not in manifest.sources
    if not known or "providers.jsonl" not in manifest.files:
        return frozenset()
    unsure = {gap.account for gap in manifest.gaps if "Provider" in gap.call}
    return frozenset(account.id for account in manifest.accounts) - unsure


class _Counted:
    """Blocks of roles, and how many roles they held."""

    def __init__(self, blocks: Iterable[list[Role]]) -> None:
        self._blocks = blocks
        self.count = 0

    def __iter__(self) -> Iterator[list[Role]]:
        for block in self._blocks:
            self.count += len(block)
            yield block


def _role(context: Context, role: Role, reading: Reading, guardrails: Guardrails) -> list[Trust]:
    """Evaluates a role; answers the trusts that count."""
    if reading.analysis.problems:
        account = context.account(role.account)
        facts = trust_policy_facts(account, role, reading.analysis, reading.readable)
        context.ledger.evaluate("trust_policy", facts, _where(context, role))
    reserved = made_by_identity_center(role)
    trusts = [t for t in reading.trusts if not (reserved and t.identity_center)]
    shown = role_facts(role) if trusts or reading.own_open else {}
    for trust in (*trusts, *reading.own_open):
        _trust(context, role, shown, trust, guardrails.lets(role, trust.who.principal))
    return trusts


def _trust(
    context: Context, role: Role, shown: Facts, trust: Trust, effective: bool | None
) -> None:
    """`effective`: whether the organization's guardrails let it be; the policies judge it anyway,
    as a guardrail may be gone tomorrow."""
    register = context.register
    who = trust.who
    vetting = trust_vetting(who.vetting, who.standing, who.principal, role, register)
    facts = {
        "resource": role.arn,
        "account": context.account(role.account),
        "role": shown,
        "principal": who.facts,
        "grant": trust.facts | {"effective": effective},
        "vetting": vetting,
    }
    if who.standing.status != "own":
        context.parties.trusted(trust, role, in_scope=not vetting["out_of_scope"])
    context.ledger.evaluate("role_trust", facts, _where(context, role, who))


def _where(context: Context, role: Role, who: Trustee | None = None) -> Where:
    return Where(
        resource=role.arn,
        account=role.account,
        account_name=context.account(role.account)["name"],
        principal=who.identity if who else None,
        exact=who.exact if who else "",
        location=place(role.location),
        entry_line=context.line(who.standing) if who else None,
        told=tuple(note for note in role.unresolved or () if not note.startswith(_TOLD)),
    )
