"""`enforce rcp`: the document, and what it would do to a snapshot's roles."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import msgspec

from checker.enforce.bench import Bench
from checker.enforce.found import Proof
from checker.enforce.limits import RCP_CHARACTERS, RCPS_A_TARGET, Document
from checker.enforce.listed import Entry, Listed, nobody
from checker.enforce.live import is_ours
from checker.enforce.ours import Ours, ours
from checker.enforce.perimeter import Asked, Perimeter, oidc, perimeter
from checker.enforce.proof import Prover, Waived
from checker.enforce.rcp import document
from checker.enforce.reach import Reach
from checker.enforce.targets import Plan, characters, placed
from checker.enforce.tree import apart, roots
from checker.enforce.unseen import of_roles
from checker.errors import InputError
from checker.role_trust.scopes import Scopes
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Manifest
from checker.vetting.register import Register

_ROLES = Asked()
_MEND = (
    "vet vendors for the accounts that need them (scope: in_accounts), so that the list can be "
    "split by units and accounts, or a vendor by its organization instead of each account"
)
_UNSPLIT = f"give --against SNAPSHOT, whose accounts tell where to split; and {_MEND}"


class Made(msgspec.Struct, frozen=True):
    """The documents and of what they were made. `notes`: what a reader must know of them."""

    plan: Plan
    us: Ours
    asked: Asked = _ROLES
    notes: tuple[str, ...] = ()


def made(
    found: Listed,
    snapshot: Snapshot | None,
    asked: Asked = _ROLES,
    *,
    most: int = RCP_CHARACTERS,
) -> Made:
    """Raises InputError for a list that vets nobody, for a snapshot that cannot tell, and for what
    does not fit into `most` characters."""
    if not any(map(_named, found.entries)):
        raise nobody(found, "account, organization or issuer of OIDC")
    if snapshot is not None and snapshot.manifest.guardrails is None:
        raise InputError(
            "the snapshot tells of no guardrails: nobody could look whether there are any",
            path=snapshot.name,
            hint="collect --organization with the management account, or whom it delegates to",
        )
    us = ours(found, snapshot)
    tree = roots(snapshot.manifest, exempt=True) if snapshot else None

    def make(accounts: Iterable[str] | None) -> Document:
        return document(_of(found, us, accounts, asked))

    plan = placed(make, tree, characters(most), _MEND if snapshot else _UNSPLIT)
    return Made(plan, us, asked, tuple(_notes(found, us, plan, snapshot, asked)))


def _named(one: Entry) -> bool:
    """Whether an RCP can name somebody of it: SAML tells it no issuer."""
    issuers = any(oidc(entry.issuer) for entry in one.federation)
    return bool(one.accounts or one.organizations or issuers)


def _of(found: Listed, us: Ours, accounts: Iterable[str] | None, asked: Asked) -> Perimeter:
    if accounts is None:
        return perimeter(found, us, None, asked)
    first, *others = (perimeter(found, us, one, asked) for one in accounts)
    return sum(others, first)


def _notes(
    found: Listed, us: Ours, plan: Plan, snapshot: Snapshot | None, asked: Asked
) -> Iterable[str]:
    for one in found.expired:
        yield f"{one.name} is left out: its vetting expired on {one.expires}"
    for one in found.entries:
        yield from _unnamed(one)
    if snapshot is None:
        yield from _unknown(asked)
    for unit in plan.split:
        yield f"{unit} has no document of its own: an account that comes right under it has none"
    if snapshot is not None:
        yield from _attachments(snapshot.manifest, plan)
        yield from apart(snapshot.manifest, plan.targets)
    if us.partition != "aws":
        yield f"the documents are of the partition {us.partition}"


def _unnamed(one: Entry) -> Iterable[str]:
    """What of an entry an RCP cannot name."""
    for entry in one.federation:
        if oidc(entry.issuer) is None:
            yield f"{entry.issuer} of {one.name} is left out: RCPs know issuers of OIDC alone"
    if one.products and not (one.accounts or one.organizations or one.federation):
        yield f"{one.name} is left out: it has marketplace products alone, which are of images"


def _unknown(asked: Asked) -> Iterable[str]:
    if asked.every:
        yield "own identity pools of Cognito are not known without --against, and may be refused"
    if asked.services:
        yield (
            "accounts of AWS's own that resources name (log delivery, …) are not known without "
            "--against, and are refused"
        )


def _attachments(manifest: Manifest, plan: Plan) -> Iterable[str]:
    """Where the document would be one too many."""
    for part in plan.parts:
        for target in part.targets:
            there = [g for g in manifest.guardrails or () if target in g.targets and not is_ours(g)]
            if len(there) + 2 > RCPS_A_TARGET:
                yield (
                    f"{target} has {len(there)} policies beside RCPFullAWSAccess, and AWS takes "
                    f"{RCPS_A_TARGET} in all: detach one first"
                )


def prove(
    found: Listed,
    done: Made,
    snapshot: Snapshot,
    register: Register,
    scopes: Scopes,
    waived: Waived,
) -> Proof:
    """Of every role of the snapshot."""

    @cache
    def right(account: str) -> Document:
        return document(perimeter(found, done.us, account, done.asked))

    vetted = {one for part in done.plan.parts for one in _organizations(part.document)}
    prover = Prover(
        register,
        Bench(scopes),
        Reach(snapshot.manifest, done.plan),
        frozenset(vetted),
        frozenset(done.us.members),
        right,
        waived=waived,
    )
    for block in snapshot.roles():
        for role in block:
            prover.look(role)
    prover.proof.doubts += of_roles(snapshot.manifest)
    return prover.proof


def _organizations(policy: Document) -> list[str]:
    named: list[str] = policy["Statement"][0]["Condition"]["StringNotEqualsIfExists"][
        "aws:PrincipalOrgID"
    ]
    return named
