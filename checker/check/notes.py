"""Sentences for the reader of a report that are no findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import UnsetType

from checker.aws_accounts import aws_accounts
from checker.check.age import of_code
from checker.plurals import few
from checker.snapshot.attached import unread_guardrails
from checker.snapshot.files import CODE_USES, IMAGE_SETTINGS, RESOURCES
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Account, Manifest
from checker.subjects.world import World
from checker.vetting.register import Register

NOTHING = "The snapshot holds no role and no use of an image or code: there is nothing to judge."
NO_GUARDRAILS = (
    "Resource control policies were not looked at: whether one refuses a trust is not told."
)
UNREAD_GUARDRAILS = "Resource control policies that were not understood, and refuse nobody here"
REDACTED = "External ids in this snapshot are stand-ins (--redact-external-ids)."
CLOCK_HOURS = (
    "Limits of calls an hour are held against clock hours: what begins at half past counts in two."
)
UNSEEN = (
    "Calls that cost and are data events, such as cloudwatch:GetMetricData and lambda:Invoke, are "
    "judged only where the trail records data events (docs/usage-costs.md)."
)
BY_CONFIG = (
    "AWS Config told what there is, as each account last recorded it: a change shows minutes "
    "later, or a day later where a recorder records daily. Who made an image is known where the "
    "aggregator's own account can see it. Not looked at, as AWS Config has no such thing, or not "
    "this of it: with whom images are shared that are not public, versions of launch templates but "
    "one, EKS node groups (their instances are), Spot requests, HyperPod and Parallel Computing "
    "clusters, image recipes, build fleets, trust anchors, identity pools, and what roles may do."
)
NO_RESOURCES = (
    "No resource was looked at (buckets, keys, queues, functions, snapshots, shares, …): whom "
    "their own policies let in is not told."
)
NO_CODE = (
    "No use of code of others was looked at (layers, container images, documents, extensions, …): "
    "whose code runs is not told, but for machine images."
)


def notes_of(world: World, untold: Collection[str], *, empty: bool) -> tuple[str, ...]:
    """All has been judged. `untold`: own images of which it cannot be told what they were made
    from; `empty`: there was nothing to judge."""
    register, snapshot = world.register, world.snapshot
    notes = [NOTHING] if empty else []
    notes += snapshot.odd()
    notes += _of_resources(snapshot.manifest, world.aws)
    notes += _of_unknown(snapshot.kinds_seen)
    notes += _of_code(world)
    notes += [BY_CONFIG] if "aws-config" in snapshot.manifest.sources else []
    notes += [REDACTED] if snapshot.manifest.redacted else []
    notes += () if of_code(snapshot.manifest) else _of_accounts(snapshot.manifest.accounts)
    notes += _of_pieces(snapshot.manifest)
    notes += _of_drafts(register)
    if (
        "aws" in snapshot.manifest.sources
        and snapshot.manifest.own_organizations
        and (snapshot.manifest.guardrails is None)
    ):
        notes.append(NO_GUARDRAILS)
    if unread := unread_guardrails(snapshot.manifest):
        notes.append(f"{UNREAD_GUARDRAILS}: {_listed(unread)}.")
    notes += _of_allowed_images(snapshot)
    if unresolved := sorted(untold):
        notes.append(
            "Own images that were made from images of which nobody can tell the owner: "
            f"{len(unresolved)} ({few(unresolved)})."
        )
    notes += [*snapshot.manifest.notes, *_of_usage(register, snapshot)]
    return tuple(notes)


def _of_allowed_images(snapshot: Snapshot) -> Iterator[str]:
    if IMAGE_SETTINGS not in snapshot.manifest.files:
        return
    from checker.enforce.live_images import unknown

    if uncompared := unknown(snapshot.image_settings()):
        yield (
            "What Allowed AMIs allow was not collected, and is not held against the list: "
            f"{len(uncompared)} ({few([*uncompared])})."
        )


def _of_resources(manifest: Manifest, aws: Mapping[str, int]) -> Iterator[str]:
    """Kinds that nobody looked at, and AWS's own accounts, which need no vetting."""
    if RESOURCES not in manifest.files:
        yield NO_RESOURCES
        return
    from checker.access import KIND_NAMES  # a table that a check of roles alone need not load

    # of code each resource is accounted for, whatever its kind
    kinds = KIND_NAMES if of_code(manifest) else manifest.resource_kinds
    left_out = set() if isinstance(kinds, UnsetType) else KIND_NAMES - set(kinds)
    if left_out:
        yield f"Kinds of resources that were not looked at: {_listed(sorted(left_out))}."
    if aws:
        uses = aws_accounts()
        said = [f"{id_} ({uses[id_]})" if id_ in uses else id_ for id_ in sorted(aws)]
        yield f"Of AWS's own, which resources let in and nobody needs to vet: {', '.join(said)}."


def _of_unknown(kinds: Collection[str]) -> Iterator[str]:
    """Such a kind may have doors that nobody here knows of."""
    if not kinds:
        return
    from checker.access import NAMED_KINDS

    if unknown := sorted({*kinds} - NAMED_KINDS):
        yield (
            "Resources are of kinds that are not known, of which no more than a policy was "
            f"understood: {few(unknown)}."
        )


_IN_CODE_ALONE = {"image-snapshot"}
"""Kinds that no collection of an account has."""


def _of_code(world: World) -> Iterator[str]:
    """Kinds that nobody looked at, and registries."""
    manifest = world.snapshot.manifest
    if CODE_USES not in manifest.files:
        yield NO_CODE
        return
    from checker.publishers import KINDS

    if left_out := sorted({*KINDS} - _IN_CODE_ALONE - set(manifest.code_kinds or KINDS)):
        yield f"Kinds of code that were not looked at: {_listed(left_out)}."
    if not world.snapshot.hosts_seen:
        return
    from checker.check.registries import unseen  # what most need not load

    if registries := [" ".join(one) for one in unseen(world)]:
        yield (
            "Images of own registries count as own: nobody looked at whether these fetch them from "
            f"somebody else (AWS::ECR::RegistryPolicy): {_listed(registries)}."
        )


def _of_accounts(accounts: Sequence[Account]) -> Iterator[str]:
    """Those that nobody looked at."""
    out = [a for a in accounts if not a.collected and not a.shard]  # a shard that lacks is a gap
    if left_out := sum(account.active for account in out):
        yield f"Accounts left out of the collection, as asked: {left_out}."
    if inactive := [f"{account.id} {account.state}" for account in out if not account.active]:
        yield f"Accounts that are not active, and were not looked at: {_listed(inactive)}."


def _of_pieces(manifest: Manifest) -> Iterator[str]:
    """What a merged snapshot is made of, where that is not told by what it shows."""
    if len(ours := manifest.own_organizations) > 1:
        names = ", ".join(organization.id for organization in ours)
        yield f"Merged of {len(ours)} organizations: {names}."
    asked = {piece.asked for piece in manifest.parts}
    if len(asked) > 1:
        told = sorted(filter(None, asked))
        yield f"Merged of collections that were not asked for the same: {few(told)}."


def _listed(names: list[str]) -> str:
    return f"{len(names)} ({few(names)})"


def _of_drafts(register: Register) -> Iterator[str]:
    """Entries that are set aside. A draft has no day of review of its own."""
    vendors = [vendor for _, vendor in register.allowlist.drafted]
    early = sorted(v.name for v in vendors if v.vetting.reviewed > register.today)
    if drafts := len(vendors) - len(early):
        yield (
            f"Entries of the allowlist that vet nobody, as reviewed or expires is empty: {drafts}."
        )
    if early:
        yield (
            "Entries of the allowlist that vet nobody, as they are to be reviewed on a day that is "
            f"yet to come: {len(early)} ({few(early)})."
        )


def _of_usage(register: Register, snapshot: Snapshot) -> list[str]:
    """What the trail does not record, and how its calls are counted where that decides."""
    window = snapshot.manifest.usage
    notes = [*window.notes, UNSEEN] if window else []
    if holes := window.holes if window else ():
        days = [begin if begin == end else f"{begin} to {end}" for begin, end in holes]
        notes.append(
            "Days of which the trail has not one event, so that nothing is known of them: "
            f"{few(days)}."
        )
    limits = (vendor.scope.usage for vendor in register.vendors)
    if window and any(limit and limit.calls_per_hour for limit in limits):
        notes.append(CLOCK_HOURS)
    return notes
