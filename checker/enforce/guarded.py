"""`enforce rcp --services`: what the document would do to a snapshot's resources."""

from __future__ import annotations

from collections import Counter
from functools import cache

import msgspec

from checker.enforce.found import Proof
from checker.enforce.limits import Document
from checker.enforce.listed import Listed
from checker.enforce.perimeter import Perimeter, perimeter
from checker.enforce.rcp import statements
from checker.enforce.reach import Reach
from checker.enforce.resource_bench import ResourceBench
from checker.enforce.resource_proof import Kept, ResourceProver
from checker.enforce.roles import Made
from checker.enforce.unseen import of_resources
from checker.resource_trust.reader import ResourceReader
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceRecord
from checker.vetting.register import Register

RESTRICTED = "RestrictPublicBuckets"


def resources_of(snapshot: Snapshot, register: Register) -> tuple[ResourceBench, list[Kept]]:
    """Those that let somebody in, or of which not all was understood."""
    bench = ResourceBench(register, snapshot)
    reader = ResourceReader(register, snapshot, Counter())
    records = (record for record, _ in reader.readings(snapshot.resources()))
    return bench, [_kept(bench, record) for record in records]


def _kept(bench: ResourceBench, record: ResourceRecord) -> Kept:
    """Whether its policy is public is told as it is: beside a Deny of ours nobody could tell."""
    resource, _ = bench.resource(record)
    access = bench.before(resource)
    settings = resource.settings
    if settings.policy_status is None:
        public = any(one.guardrail == RESTRICTED for one in access.grants)
        settings = msgspec.structs.replace(settings, policy_status=public)
    return Kept(record, msgspec.structs.replace(resource, settings=settings), access)


def prove_resources(
    found: Listed,
    done: Made,
    snapshot: Snapshot,
    register: Register,
    bench: ResourceBench,
    kept: list[Kept],
    proof: Proof,
) -> tuple[str, ...]:
    """Adds to a proof of roles. What comes back are the services of which the document says
    nothing, in words."""

    @cache
    def right(account: str) -> Perimeter:
        return perimeter(found, done.us, account, done.asked)

    prover = ResourceProver(
        register,
        bench,
        Reach(snapshot.manifest, done.plan),
        right,
        _of_services,
        proof,
        done.asked.services,
    )
    for one in kept:
        prover.look(one)
    prover.tell_unguarded()
    proof.doubts += of_resources(snapshot.manifest, done.asked.services)
    return tuple(prover.unguarded_said)


def _of_services(some: Perimeter) -> list[Document]:
    return [one for one in statements(some) if isinstance(one["Action"], list)]
