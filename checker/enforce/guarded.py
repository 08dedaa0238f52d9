"""`enforce rcp --services`: what the document would do to a snapshot's resources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import msgspec

from checker.enforce.doubt import Doubt
from checker.enforce.found import Proof
from checker.enforce.limits import Document
from checker.enforce.listed import Listed
from checker.enforce.nameless import nameless
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

BUCKET, RESTRICTED = "AWS::S3::Bucket", "RestrictPublicBuckets"


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

    reach = Reach(snapshot.manifest, done.plan)
    prover = ResourceProver(
        register,
        bench,
        reach,
        right,
        _of_services,
        proof,
        done.asked.services,
    )
    for one in kept:
        prover.look(one)
    prover.tell_unguarded()
    if "s3" in done.asked.services:
        proof.doubts += _nameless(snapshot, bench, reach)
    proof.doubts += of_resources(snapshot.manifest, done.asked.services)
    return tuple(prover.unguarded_said)


def _nameless(snapshot: Snapshot, bench: ResourceBench, reach: Reach) -> Iterator[Doubt]:
    """Of every bucket: who is our own is no way in, and so no bucket lets somebody in by it."""
    for record in snapshot.resources():
        if record.kind == BUCKET and reach.of_account(record.account).document is not None:
            for said in nameless(bench.resource(record)[0], bench.oais):
                yield Doubt(record.arn, said)


def _of_services(some: Perimeter) -> list[Document]:
    return [one for one in statements(some) if isinstance(one["Action"], list)]
