"""Notes of a report: each is there where it is true, in order, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any

import msgspec

from checker.access import KIND_NAMES
from checker.check import notes
from checker.publishers import KINDS
from checker.snapshot.files import CODE_USES, IMAGE_SETTINGS, RESOURCES
from checker.snapshot.records import (
    SCHEMA,
    Account,
    FileEntry,
    Guardrail,
    ImageSettings,
    Manifest,
    Organization,
    Piece,
    Tool,
)
from checker.snapshot.usage import UsageWindow
from checker.vetting.allowlist import Allowlist
from checker.vetting.register import Register
from checker.yamlfile import parse_yaml
from tests.vetting.test_register import entry

FILE = FileEntry(records=0, sha256="")
ALL_KINDS, ALL_CODE = tuple(sorted(KIND_NAMES)), tuple(KINDS)
TODAY = date(2026, 11, 20)


def manifest(**more: Any) -> Manifest:
    """Of a snapshot of AWS in which all was looked at."""
    given: dict[str, Any] = {
        "schema": SCHEMA, "tool": Tool(name="vendorgate", version="1"), "collected_at": "2026-11-20T06:00:00Z",
        "partition": "aws", "sources": ("aws",), "files": {RESOURCES: FILE, CODE_USES: FILE},
        "resource_kinds": ALL_KINDS, "code_kinds": ALL_CODE,
    }  # fmt: skip
    return Manifest(**given | more)


def said(told: Manifest, *, aws: Any = (), kinds: Any = (), odd: Any = (), untold: Any = (), empty: bool = False,
         vendors: str = "", settings: Any = ()) -> list[str]:  # fmt: skip
    text = "version: 1\n" + (f"vendors:\n{vendors}" if vendors else "")
    listed = Allowlist(parse_yaml(text.encode(), "f")).as_of(TODAY)
    snapshot = SimpleNamespace(manifest=told, kinds_seen=set(kinds), hosts_seen=frozenset(), odd=lambda: iter(odd), image_settings=lambda: settings)  # fmt: skip
    world: Any = SimpleNamespace(register=Register(listed, TODAY), snapshot=snapshot, aws=dict.fromkeys(aws, 1))  # fmt: skip
    return list(notes.notes_of(world, untold, empty=empty))


def without(names: tuple[str, ...], *left: str) -> tuple[str, ...]:
    return tuple(name for name in names if name not in left)


def account(number: int, **more: Any) -> Account:
    return Account(id=f"{number:012}", **more)


def window(**more: Any) -> UsageWindow:
    return UsageWindow(source="trail", **more)


def allowed(region: str) -> ImageSettings:
    return ImageSettings(account="1", region=region, allowed_images="enabled")


def rcp(name: str, document: bytes) -> Guardrail:
    return Guardrail(id=name, document=msgspec.Raw(document))


OURS = Organization(id="o-one1234567", management_account="111111111111")
OTHERS = Organization(id="o-two1234567", management_account="222222222222")
DRAFT = entry("D", "accounts: ['888888888888']").replace("2026-05-01", "")
EARLY = entry("E", "accounts: ['777777777777']").replace("2026-05-01", "2026-11-21")
LIMITED = entry("L", "accounts: ['666666666666'], scope: {usage: {calls_per_hour: 5}}")
UNLIMITED = entry("U", "accounts: ['555555555555'], scope: {usage: {actions: 'ec2:*'}}")
NOTES: list[tuple[str, Callable[[], list[str]], list[str]]] = [
    ("all was looked at", partial(said, manifest()), []),
    ("nothing to judge", partial(said, manifest(), empty=True), [notes.NOTHING]),
    ("what is odd", partial(said, manifest(), odd=["Odd."]), ["Odd."]),
    ("no resources", partial(said, manifest(files={CODE_USES: FILE}), aws=["x"]), [notes.NO_RESOURCES]),
    ("not of these kinds", partial(said, manifest(resource_kinds=without(ALL_KINDS, "AWS::KMS::Key", "AWS::S3::Bucket"))),
     ["Kinds of resources that were not looked at: 2 (AWS::KMS::Key, AWS::S3::Bucket)."]),
    ("of many", partial(said, manifest(resource_kinds=without(ALL_KINDS, *ALL_KINDS[:4]))), [f"Kinds of resources that were not looked at: 4 ({', '.join(ALL_KINDS[:3])}, …)."]),
    ("nobody says of which", partial(said, manifest(resource_kinds=msgspec.UNSET)), []),
    ("code accounts for each", partial(said, manifest(sources=("terraform",), resource_kinds=())), []),
    ("code beside AWS does not", partial(said, manifest(sources=("terraform", "aws"), resource_kinds=without(ALL_KINDS, "AWS::KMS::Key"))),
     ["Kinds of resources that were not looked at: 1 (AWS::KMS::Key)."]),
    ("AWS's own accounts", partial(said, manifest(), aws=["999999999999", "127311923021"]), ["Of AWS's own, which resources let in and nobody needs to vet: 127311923021 (access logs of load balancers), 999999999999."]),
    ("kinds that nobody knows", partial(said, manifest(), kinds={"AWS::S3::Bucket", "X::D", "X::C", "X::B", "X::A"}),
     ["Resources are of kinds that are not known, of which no more than a policy was understood: X::A, X::B, X::C, …."]),
    ("kinds that are known", partial(said, manifest(), kinds={"AWS::S3::Bucket"}), []),
    ("no code", partial(said, manifest(files={RESOURCES: FILE})), [notes.NO_CODE]),
    ("not of this kind", partial(said, manifest(code_kinds=without(ALL_CODE, "layer"))), ["Kinds of code that were not looked at: 1 (layer)."]),
    ("of code nobody says of which", partial(said, manifest(code_kinds=msgspec.UNSET)), []),
    ("by AWS Config", partial(said, manifest(sources=("aws-config",))), [notes.BY_CONFIG]),
    ("redacted", partial(said, manifest(redacted=True)), [notes.REDACTED]),
    ("accounts", partial(said, manifest(accounts=(account(1), account(2, collected=False), account(3, collected=False), account(4, state="SUSPENDED", collected=False), account(5, collected=False, shard="1/2")))),
     ["Accounts left out of the collection, as asked: 2.", "Accounts that are not active, and were not looked at: 1 (000000000004 SUSPENDED)."]),
    ("accounts, all of them", partial(said, manifest(accounts=(account(1), account(4, state="SUSPENDED")))), []),
    ("no guardrails", partial(said, manifest(organization=OURS)), [notes.NO_GUARDRAILS]),
    ("no guardrails, beside pods", partial(said, manifest(organization=OURS, sources=("aws", "kubernetes"))), [notes.NO_GUARDRAILS]),
    ("guardrails", partial(said, manifest(organization=OURS, guardrails={})), []),
    ("guardrails that are none", partial(said, manifest(organization=OURS, guardrails=tuple(rcp(*one) for one in (("p-3", b"null"), ("p-2", b'{"Statement": []}'), ("p-1", b"[]"), ("p-0", b"{}"))))),
     ["Resource control policies that were not understood, and refuse nobody here: 3 (p-0, p-1, p-3)."]),
    ("none, of code", partial(said, manifest(organization=OURS, sources=("terraform",))), []),
    ("two organizations", partial(said, manifest(organizations=(OURS, OTHERS), guardrails={})), ["Merged of 2 organizations: o-one1234567, o-two1234567."]),
    ("collections of the same", partial(said, manifest(pieces=(Piece(asked="--a"), Piece(asked="--a")))), []),
    ("collections of another", partial(said, manifest(pieces=(Piece(asked="--b"), Piece(asked="--a"), Piece()))), ["Merged of collections that were not asked for the same: --a, --b."]),
    ("one that does not say", partial(said, manifest(pieces=(Piece(asked="--a"), Piece()))), ["Merged of collections that were not asked for the same: --a."]),
    ("a draft, and a review to come", partial(said, manifest(), vendors=DRAFT + EARLY), [
        "Entries of the allowlist that vet nobody, as reviewed or expires is empty: 1.",
        "Entries of the allowlist that vet nobody, as they are to be reviewed on a day that is yet to come: 1 (E)."]),
    ("a draft alone", partial(said, manifest(), vendors=DRAFT + UNLIMITED), ["Entries of the allowlist that vet nobody, as reviewed or expires is empty: 1."]),
    ("a review to come alone", partial(said, manifest(), vendors=EARLY), ["Entries of the allowlist that vet nobody, as they are to be reviewed on a day that is yet to come: 1 (E)."]),
    ("images of which nobody can tell", partial(said, manifest(), untold={"d", "c", "b", "a"}), ["Own images that were made from images of which nobody can tell the owner: 4 (a, b, c, …)."]),
    ("as many as are named", partial(said, manifest(), untold={"c", "b", "a"}), ["Own images that were made from images of which nobody can tell the owner: 3 (a, b, c)."]),
    ("notes of the snapshot's own", partial(said, manifest(notes=("N.",))), ["N."]),
    ("use", partial(said, manifest(usage=window(notes=("T.",))), vendors=UNLIMITED), ["T.", notes.UNSEEN]),
    ("use that is limited by the hour", partial(said, manifest(usage=window()), vendors=UNLIMITED + LIMITED), [notes.UNSEEN, notes.CLOCK_HOURS]),
    ("a limit, and no use", partial(said, manifest(), vendors=LIMITED), []),
    ("days without an event", partial(said, manifest(usage=window(holes=(("2026-11-01", "2026-11-01"), ("2026-11-03", "2026-11-04"))))),
     [notes.UNSEEN, "Days of which the trail has not one event, so that nothing is known of them: 2026-11-01, 2026-11-03 to 2026-11-04."]),
    ("settings of images that nobody collected", partial(said, manifest(files={RESOURCES: FILE, CODE_USES: FILE, IMAGE_SETTINGS: FILE}),
     settings=[allowed(one) for one in ("a", "b", "c", "d")]), ["What Allowed AMIs allow was not collected, and is not held against the list: 4 (1/a, 1/b, 1/c, …)."]),
    ("and that are not there", partial(said, manifest(), settings=[allowed("a")]), []),
    ("no settings of images", partial(said, manifest(files={RESOURCES: FILE, CODE_USES: FILE, IMAGE_SETTINGS: FILE})), []),
]  # fmt: skip


def test_each_note_is_there_where_it_is_true() -> None:
    """What nobody looked at, unsaid; or said of what somebody did look at."""
    expected = {why: told for why, _, told in NOTES}
    assert {why: asked() for why, asked, _ in NOTES} == expected
