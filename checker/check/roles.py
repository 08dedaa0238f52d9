"""Every role's trust policy: whom it lets in, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from checker.check.context import Context, place
from checker.check.ledger import Where
from checker.check.trusts import Reading, Trust, TrustReader, made_by_identity_center
from checker.facts.build import Facts, role_facts, trust_policy_facts, trust_vetting
from checker.snapshot.records import Manifest, ProviderRecord, Role
from checker.trust.model import Provider, Scope
from checker.vetting.register import Register


def check_roles(context: Context, roles: Iterable[list[Role]], reader: TrustReader) -> int:
    """Evaluates the roles, block by block; answers how many there were."""
    count = 0
    for block in roles:
        count += len(block)
        for role in block:
            reading = reader.read(role)
            if reading.noteworthy:
                _role(context, role, reading)
    return count


def scopes(
    register: Register, manifest: Manifest, providers: Iterable[ProviderRecord]
) -> Callable[[str], Scope]:
    """For each own account, who "we" are when one of its trust policies is analysed."""
    by_account: dict[str, dict[str, Provider]] = {}
    for p in providers:
        by_account.setdefault(p.account, {})[p.arn] = Provider(p.arn, p.kind, p.issuer)
    known: dict[str, Scope] = {}

    def scope(account: str) -> Scope:
        if account not in known:
            known[account] = Scope(
                account=account,
                today=register.today,
                organizations=frozenset(register.organizations),
                own=register.own_accounts,
                partition=register.partition,
                providers=by_account.get(account, {}),
                live="aws" in manifest.sources,
            )
        return known[account]

    return scope


def _role(context: Context, role: Role, reading: Reading) -> None:
    if reading.analysis.problems:
        account = context.account(role.account)
        facts = trust_policy_facts(account, role, reading.analysis, reading.readable)
        context.ledger.evaluate("trust_policy", facts, _where(context, role))
    reserved = made_by_identity_center(role)
    trusts = [t for t in reading.trusts if not (reserved and t.identity_center)]
    shown = role_facts(role) if trusts else {}
    for trust in trusts:
        _trust(context, role, shown, trust)


def _trust(context: Context, role: Role, shown: Facts, trust: Trust) -> None:
    register = context.register
    vetting = trust_vetting(trust.vetting, trust.standing, trust.principal, role, register)
    facts = {
        "resource": role.arn,
        "account": context.account(role.account),
        "role": shown,
        "principal": trust.principal_facts,
        "grant": trust.grant_facts,
        "vetting": vetting,
    }
    context.parties.trusted(trust, role, in_scope=not vetting["out_of_scope"])
    context.ledger.evaluate("role_trust", facts, _where(context, role, trust))


def _where(context: Context, role: Role, trust: Trust | None = None) -> Where:
    return Where(
        resource=role.arn,
        account=role.account,
        account_name=context.account(role.account)["name"],
        principal=trust.identity if trust else None,
        exact=trust.exact if trust else "",
        location=place(role.location),
        entry_line=context.line(trust.standing) if trust else None,
    )
