"""All that the guardrails' proofs say of many roles, resources and images, in a file.

The tables ask for one thing each; this holds the rest still: every field of what is cut, closed,
left and doubted, every note, every document in every form. Whoever changes a line on purpose writes
it anew (UPDATE_GOLDEN=1) and reads the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest

import checker.trust.search.decide as decide
from checker.check.engine import register_of
from checker.enforce.compare import compared
from checker.enforce.document import as_report
from checker.enforce.forms import as_cloudformation, as_json, as_terraform, named, rendered
from checker.enforce.found import Proof
from checker.enforce.guarded import prove_resources, resources_of
from checker.enforce.header import comment, header
from checker.enforce.images import allowed_amis, ec2_policy, prove_images
from checker.enforce.listed import listed
from checker.enforce.perimeter import Asked
from checker.enforce.public import notes, policies
from checker.enforce.public_proof import prove_public
from checker.enforce.resource_proof import aws_of
from checker.enforce.roles import Made, made, prove
from checker.enforce.services import COVERED
from checker.enforce.targets import Placed, Plan
from checker.enforce.terraform_images import as_terraform as amis_as_terraform
from checker.enforce.text import of_images, of_public, of_roles
from checker.enforce.unseen import of_images as images_unseen
from checker.enforce.unseen import of_public as public_unseen
from checker.enforce.unseen import of_resources as resources_unseen
from checker.enforce.unseen import of_roles as roles_unseen
from checker.errors import InputError
from checker.role_trust.scopes import scopes_of
from checker.snapshot.read import Snapshot
from checker.subjects.image_use.images import Images
from checker.trust.budget import Budget
from tests.enforce import worlds
from tests.enforce.support import (
    ACCOUNTS,
    MANIFEST,
    MORE,
    OTHER,
    ROOT,
    TODAY,
    UNIT,
    allowlist,
    snapshot,
    vendor,
)
from tests.support.snapshots import image, use, write
from tests.trust.support import EXT, GITHUB, OWN, M, N, V, W

GOLDEN = Path(__file__).with_name("golden.jsonl")
Told = Iterator[tuple[str, Any]]


def shown(proof: Any) -> Told:
    """Each entry of a proof by itself, and its numbers."""
    told = msgspec.to_builtins(proof)
    yield "numbers", {key: value for key, value in told.items() if isinstance(value, int)}
    for kind in ("cuts", "closes", "left", "doubts"):
        yield from ((kind, one) for one in told[kind])


def of_whole_roles(folder: Path) -> Told:
    """By the list's own document, by one that refuses other issuers, and by others' lists."""
    there = Snapshot(write(folder / "s", manifest=worlds.MANIFEST_OF, roles=sorted(worlds.roles(), key=lambda one: one["arn"]), providers=[*providers(), *worlds.POOLS]))  # fmt: skip
    others = made(listed(allowlist(*worlds.OTHERS), TODAY), there, Asked(True))
    split = Plan((Placed((UNIT,), others.plan.parts[0].document), Placed((OTHER,), others.plan.parts[0].document | {"Statement": others.plan.parts[0].document["Statement"][:1]})))  # fmt: skip
    runs: list[tuple[str, list[Any], bool, Any]] = [
        ("plain", worlds.VENDORS, False, None), ("every issuer", worlds.ORG, True, None),
        ("another list's", worlds.ORG, True, others.plan), ("of units", worlds.VENDORS, False, split),
    ]  # fmt: skip
    for name, vendors, every, plan in runs:
        whole = allowlist(*vendors)
        found = listed(whole, TODAY)
        done = made(found, there, Asked(every))
        if plan is None:
            yield f"{name}: document", msgspec.to_builtins(done)
        done = done if plan is None else Made(plan, done.us, done.asked)
        register = register_of(there, whole, TODAY)
        proof = prove(found, done, there, register, scopes_of(register, there), lambda one, role: f"a.yaml:{one.id}" if role.name.startswith("a-") else None)  # fmt: skip
        yield from ((f"{name}: {kind}", told) for kind, told in shown(proof))
        yield f"{name}: text", list(of_roles(proof))
    some = Snapshot(write(folder / "few", manifest=worlds.MANIFEST_OF, roles=sorted(worlds.roles(), key=lambda one: one["arn"])[:12], providers=[]))  # fmt: skip
    with mock.patch.object(decide, "Budget", lambda: Budget(0)):
        whole = allowlist(*worlds.VENDORS)
        found, register = listed(whole, TODAY), register_of(some, whole, TODAY)
        proof = prove(found, made(found, some), some, register, scopes_of(register, some), lambda _, __: None)  # fmt: skip
    yield from ((f"tangled: {kind}", told) for kind, told in shown(proof))


def providers() -> list[dict[str, Any]]:
    from tests.trust.support import SCOPE

    return [{"account": p.arn.split(":")[4], "arn": p.arn, "kind": p.kind, "issuer": p.issuer} for p in SCOPE.providers.values()]  # fmt: skip


def of_whole_resources(folder: Path) -> Told:
    there = Snapshot(write(folder / "s", manifest=worlds.MANIFEST_OF, roles=[], resources=worlds.RESOURCES))  # fmt: skip
    others = Asked(False, COVERED, (worlds.SCOPED,))
    runs: list[tuple[str, list[Any], Any, Any]] = [
        ("organizations", worlds.RESOURCE_ORG, COVERED, None), ("of one service", worlds.RESOURCE_VENDORS, ("sqs",), None),
        ("another list's", worlds.RESOURCE_ORG, COVERED, worlds.OTHERS),
    ]  # fmt: skip
    for name, vendors, services, other in runs:
        whole = allowlist(*vendors)
        register, found = register_of(there, whole, TODAY), listed(whole, TODAY)
        bench, kept = resources_of(there, register)
        asked = Asked(False, services, aws_of(kept))
        done = made(found, there, asked)
        if other is None:
            yield f"{name}: document", msgspec.to_builtins(done)
        else:
            done = Made(made(listed(allowlist(*other), TODAY), there, others).plan, done.us, asked)
        proof = Proof()
        unguarded = prove_resources(found, done, there, register, bench, kept, proof)
        yield from ((f"{name}: {kind}", told) for kind, told in shown(proof))
        yield f"{name}: unguarded", unguarded
        yield f"{name}: text", list(of_roles(proof))


def of_what_is_public(folder: Path) -> Told:
    facts = [image(f"ami-{owner[0]}{n}", account=M, owner=owner, **more) for owner in (M, W) for n, more in enumerate((
        {"public": True}, {"public": False}, {"public": None}, {"launch_permissions": ["all"]}, {"launch_permissions": [V], "public": False}))]  # fmt: skip
    there = Snapshot(write(folder / "s", manifest=worlds.MANIFEST_OF, roles=[], image_uses=[], images=facts, resources=worlds.RESOURCES))  # fmt: skip
    whole = allowlist(*worlds.RESOURCE_VENDORS)
    register = register_of(there, whole, TODAY)
    bench, kept = resources_of(there, register)
    proof = prove_public(there, register, bench, kept, there.images())
    yield from shown(proof)
    yield "text", list(of_public(proof))
    yield "documents", [msgspec.to_builtins(policies(one)) for one in (None, there)]
    yield "notes", [notes(one) for one in (None, there)]


def of_whole_images(folder: Path) -> Told:
    told, uses = worlds.images()
    there = Snapshot(write(folder / "s", manifest=worlds.MANIFEST_OF, roles=[], images=told, image_uses=uses, gaps=worlds.GAPS))  # fmt: skip
    known = Images(there.images())
    seen = [(one, known.of(one)) for one in there.image_uses()]
    aliases = ["amazon", "aws-marketplace", "self"]
    runs: list[tuple[str, Any, Any]] = [("plain", {}, there), ("aliases", {"image_aliases": aliases}, there), ("aliases alone", {"image_aliases": ["amazon"], "vendors": []}, there), ("without a snapshot", {"organization": {"ids": [OWN], "accounts": [worlds.LOST, N]}}, None)]  # fmt: skip
    for name, more, where in runs:
        whole = allowlist(*more.get("vendors", worlds.IMAGE_VENDORS), **{k: v for k, v in more.items() if k != "vendors"})  # fmt: skip
        found = listed(whole, TODAY)
        for exact in (True, False):
            pairs = seen if where else []
            done = allowed_amis(found, where, pairs) if exact else ec2_policy(found, where, pairs, enforced=name == "plain")  # fmt: skip
            yield f"{name} {exact}: document", msgspec.to_builtins(done)
            yield f"{name} {exact}: Terraform", amis_as_terraform(done.plan.parts, "enabled") if exact else None  # fmt: skip
            proof = prove_images(done, there, register_of(there, whole, TODAY), seen, exact=exact)
            yield from ((f"{name} {exact}: {kind}", one) for kind, one in shown(proof))
            yield f"{name} {exact}: text", list(of_images(proof))


def refused(make: Callable[..., Any], *given: Any, **more: Any) -> str:
    with pytest.raises(InputError) as caught:
        make(*given, **more)
    error = caught.value
    return " | ".join(map(str, (error.message, error.path, error.line, error.hint)))


def of_lists_that_are_too_large(folder: Path) -> Told:
    """Split by units and accounts, or refused; and own accounts that are too many to name."""
    there = snapshot(folder / "s", [])
    here, other = {"in_accounts": [M]}, {"in_accounts": [MORE]}
    many = vendor("e", accounts=[str(600_000_000_000 + n) for n in range(20)])
    some = [many, vendor("m", accounts=[V], scope=here), vendor("o", accounts=[W], scope=other)]
    found = listed(allowlist(*some), TODAY)
    for most in (1_210, 1_225, 1_240, 1_300):
        yield f"an RCP of {most}", msgspec.to_builtins(made(found, there, most=most))
    yield "an RCP that fits nowhere", refused(made, found, there, most=900)
    lone = listed(allowlist(*some, organization={"ids": [OWN]}), TODAY)
    yield "an RCP without a snapshot", refused(made, lone, None, most=900)
    each = [vendor(f"v{n}", accounts=[str(700_000_000_000 + n)], scope={"images": [f"i{n}-*"], **([here, other, {}][n % 3])}) for n in range(14)]  # fmt: skip
    names = listed(allowlist(*each), TODAY)
    yield "criteria of units", msgspec.to_builtins(ec2_policy(names, there, [], enforced=True))
    yield "criteria of accounts", msgspec.to_builtins(allowed_amis(names, there, []))
    every = [vendor(f"v{n}", accounts=[str(700_000_000_000 + n)], scope={"images": [f"i{n}-*"]}) for n in range(11)]  # fmt: skip
    plain = listed(allowlist(*every, organization={"ids": [OWN]}), TODAY)
    yield "criteria that are too many", [
        refused(ec2_policy, plain, there, [], enforced=True), refused(ec2_policy, plain, None, [], enforced=True),
        refused(allowed_amis, plain, there, []), refused(allowed_amis, plain, None, []),
    ]  # fmt: skip
    siblings = [*ACCOUNTS, *({"id": str(800_000_000_000 + n), "units": [ROOT, UNIT]} for n in range(2_010))]  # fmt: skip
    facts = [image("ami-1", account=N, owner=M), image("ami-2", account=M, owner=M), image("ami-3", account=N, owner=V), image("ami-4", account=N)]  # fmt: skip
    uses = [use(f"i-{n}", one["image_id"], account=one["account"]) for n, one in enumerate(facts)]  # fmt: skip
    crowd = snapshot(folder / "crowd", [], {"accounts": siblings}, images=facts, image_uses=uses)
    known = Images(crowd.images())
    seen = [(one, known.of(one)) for one in crowd.image_uses()]
    few = listed(allowlist(vendor("A", accounts=[V]), organization={"accounts": [worlds.LOST]}), TODAY)  # fmt: skip
    for name, done in (("policy", ec2_policy(few, crowd, seen, enforced=True)), ("criteria", allowed_amis(few, crowd, seen))):  # fmt: skip
        yield f"own accounts that are too many: {name}", [done.publishers[:9], len(done.publishers), done.notes[-1:]]  # fmt: skip


DOCUMENTS: list[tuple[str, list[Any], dict[str, Any], Asked]] = [
    ("an account", [vendor("A", accounts=[V])], {}, Asked()), ("all at once", worlds.ORG, {"accounts": [worlds.LOST]}, Asked(True, ("sqs", "s3"))),
    ("what has no name", [vendor("A", accounts=[V]), vendor("S", federation=[{"issuer": "http://www.okta.com/x"}]), vendor("P", marketplace_products=["x"]), vendor("Q", marketplace_products=["y"], organizations=[EXT]),
                          vendor("R", marketplace_products=["z"], federation=[{"issuer": "http://www.okta.com/y"}, {"issuer": GITHUB}])], {}, Asked(True)),
    ("services alone", [vendor("A", accounts=[V])], {"accounts": [N]}, Asked(False, ("kms",))),
]  # fmt: skip


def of_documents(folder: Path) -> Told:
    """Without a snapshot, with one of several organizations, with policies of others."""
    for name, vendors, own, asked in DOCUMENTS:
        whole = allowlist(*vendors, organization={"ids": ["o-zz12345678", OWN], **own})
        found = listed(whole, TODAY)
        done = made(found, None, asked)
        yield f"{name}", msgspec.to_builtins(done)
        head = header(found, "What it is", TODAY, done.notes)
        yield f"{name}: header", comment(head).replace(found.sha256, "SHA")
    other = {"id": "p-1", "document": {"Version": "2012-10-17", "Statement": []}}
    ours_ = {"id": "p-9", "document": {"Statement": [{"Sid": "VettedAccounts"}]}, "targets": [ROOT]}
    for number in (2, 3, 4):
        there = [
            other | {"id": f"p-{n}", "targets": [ROOT] if n else [UNIT]} for n in range(number)
        ]
        full = snapshot(folder / f"s{number}", [], {"guardrails": [*there, ours_], "partition": "aws-cn" if number == 2 else "aws"})  # fmt: skip
        yield f"{number} of others", made(listed(allowlist(*worlds.VENDORS), TODAY), full).notes
    lists: list[tuple[str, list[Any]]] = [("nobody", []), ("products", [vendor("P", marketplace_products=["x"])]), ("expired", [vendor("P", accounts=[V], expires="2026-11-18"), vendor("Q", accounts=[W], expires="2026-11-19")])]  # fmt: skip
    for name, vendors in lists:
        found = listed(allowlist(*vendors, organization={"ids": [OWN]}), TODAY)
        yield f"refused: {name}", refused(made, found, None)
        none = listed(allowlist(*vendors[:1] if name == "expired" else [], image_aliases=["self"], organization={"ids": [OWN]}), TODAY)  # fmt: skip
        yield f"refused images: {name}", refused(allowed_amis, none, None, [])
    plain = listed(allowlist(*worlds.VENDORS), TODAY)
    own = listed(allowlist(*worlds.VENDORS, organization={"ids": ["o-aa12345678"]}), TODAY)
    for name, manifest in (("untold", {"guardrails": None}), ("no organization", {"organization": None}), ("another one", {})):  # fmt: skip
        there = snapshot(folder / name.replace(" ", "-"), [], manifest)
        one = own if name == "another one" else plain
        yield f"refused: {name}", refused(made, one, there).replace(str(folder), "")
    yield "refused: unknown", refused(made, plain, None)
    whole = allowlist(vendor("A", accounts=[V]))
    proof = Proof(roles=1)
    there = snapshot(folder / "r", [])
    for redact in (True, False):
        text = as_report("rcp", listed(whole, TODAY), there, TODAY, proof, redact=redact)
        told = json.loads(text)
        told["inputs"]["snapshot"]["path"] = told["inputs"]["snapshot"]["path"][-1:]
        told["inputs"]["snapshot"]["sha256"] = len(told["inputs"]["snapshot"]["sha256"])
        yield f"report {redact}", [told, text.endswith("}\n"), text.count("\n")]


def of_forms(_: Path) -> Told:
    document = {"Version": "x", "Statement": [{"a": ["b", "${c}", "\\b\x08", "\x7f\u2028𝒳~"]}, {}]}
    one, other = Placed(("r-1", "ou-2"), document), Placed((), {"b": "<&>"})
    for name, parts in (("one", [one]), ("two", [one, other]), ("untargeted", [other])):
        made_ = named("vendorgate-rcp-x", "RESOURCE_CONTROL_POLICY", "What it is", parts)
        yield f"{name}: policies", msgspec.to_builtins(made_)
        yield f"{name}: JSON", as_json(parts)
        yield f"{name}: Terraform", as_terraform(made_)
        yield f"{name}: CloudFormation", as_cloudformation(made_)
        for form in ("json", "terraform", "cloudformation"):
            yield f"{name}: {form}", rendered(form, made_, "# head\n")  # type: ignore[arg-type]
        listed_ = [msgspec.structs.replace(x, document={"ImageCriteria": [{"ImageProviders": ["a"], "ImageNames": ["b"]}, {"MarketplaceProductCodes": ["c"]}]}) for x in parts]  # fmt: skip
        yield f"{name}: Allowed AMIs", amis_as_terraform(listed_, "audit-mode")


def of_drift(folder: Path) -> Told:
    """Policies that are attached, as they were made and otherwise."""
    there = snapshot(folder / "made", [])
    scoped = vendor("S", accounts=["123412341234"], scope={"in_accounts": [MORE]})
    lists = {"first": [*worlds.VENDORS], "second": [*worlds.ORG[:-2], scoped], "third": [vendor("A", accounts=[W])]}  # fmt: skip
    asked = {"roles": Asked(), "issuers": Asked(True), "services": Asked(False, ("s3", "sqs"), ("127311923021",))}  # fmt: skip
    documents = {f"{a} {b}": made(listed(allowlist(*vendors), TODAY), there, one).plan.parts[0].document
                 for a, vendors in lists.items() for b, one in asked.items()}  # fmt: skip
    base = documents["first roles"]
    first, *rest = base["Statement"]
    documents |= {
        "one statement": base | {"Statement": first}, "odd statements": base | {"Statement": [*base["Statement"], 3, {"Sid": "X"}, {"Condition": "x"}, {"Sid": "VettedAccounts2", "Condition": {"Bool": "x"}}]},
        "a switch": base | {"Statement": [first | {"Condition": first["Condition"] | {"BoolIfExists": {"aws:PrincipalIsAWSService": False}}}, *rest]}, "a switch turned": base | {"Statement": [first | {"Condition": first["Condition"] | {"BoolIfExists": {"aws:PrincipalIsAWSService": True}}}, *rest]},
        "statements by hand": base | {"Statement": [*base["Statement"], *({"Sid": one, "Condition": {"Bool": {"a": "true"}}} for one in "gbfaced")]},
        "an action": base | {"Statement": [first | {"Action": ["sts:AssumeRole"]}, *rest]}, "another action": base | {"Statement": [first | {"Action": "sts:*"}, *rest]},
        "values alone": json.loads(json.dumps(base).replace(f'["{V}"', f'["{V}", "{V}"')), "others": {"Statement": [{"Sid": "Mine"}]}, "none": 3, "callers": base | {"Statement": [*base["Statement"], {"Sid": "VettedCallers", "Action": "x"}]},
        "issuers by hand": base | {"Statement": [*base["Statement"], {"Sid": "VettedIssuers", "Condition": {"StringNotLike": {"aws:FederatedProvider": "none"}}}]},
    }  # fmt: skip
    places = ([ROOT], [UNIT], [OTHER], [M], [UNIT, MORE], ["ou-unknown"], [])
    for at, (name, document) in enumerate(documents.items()):
        for targets in places if at == 0 else (places[at % 7],):
            guardrails = [{"id": "p-1", "name": "n", "targets": targets, "document": document}, {"id": "p-2", "targets": [N], "document": {"Statement": []}}]  # fmt: skip
            live = Snapshot(write(folder / "live", manifest=MANIFEST | {"guardrails": guardrails}, roles=[], image_uses=[]))  # fmt: skip
            for who in ("first", "second"):
                found = listed(allowlist(*lists[who]), TODAY)
                own = frozenset(one["id"] for one in ACCOUNTS)
                yield f"{name} on {targets} by the {who}", compared(live, found, own).plain()
    large = [vendor(f"G{n}", federation=[{"issuer": GITHUB, "claims": {"sub": [f"a{n}"], "aud": ["x"]}}]) for n in range(6)]  # fmt: skip
    yield "a list that cannot be said", compared(live, listed(allowlist(vendor("A", accounts=[V]), *large), TODAY), own).plain()  # fmt: skip
    for name, guards in (("untold", None), ("none", [])):
        live = Snapshot(write(folder / "live", manifest=MANIFEST | {"guardrails": guards}, roles=[], image_uses=[]))  # fmt: skip
        one = compared(live, found, own)
        yield name, [one.plain(), one.whole, one.differs]


CRITERIA: list[Any] = [
    [], [{"providers": [V]}], [{"providers": [V, W]}, {"products": ["code1"]}], [{"providers": ["aws_marketplace", "amazon", "a_b"]}], [{"names": ["x-*"]}], [{"providers": [V], "names": ["x-*", "y"], "more": True}], [{"more": True}],
    [{"providers": [W], "names": ["agent-*"]}, {"providers": [V, M, N, worlds.SCOPED, "121212121212"]}, {"products": ["code1"]}],
]  # fmt: skip


def of_allowed_amis(folder: Path) -> Told:
    """Criteria as they are set, by whom, in which state."""
    facts = [image("ami-1", account=N, owner=M), image("ami-2", account=M, owner=M), image("ami-3", account=N, owner=V), image("ami-4", account=N), image("ami-5", account=M, owner=MORE)]  # fmt: skip
    rows = [{"account": (M, N)[at % 2], "region": f"r-{state}-{at}", "allowed_images": state, "managed_by": by, **({} if one is None else {"criteria": one})}
            for at, one in enumerate([*CRITERIA, None]) for state, by in (("enabled", "account"), ("audit-mode", "declarative-policy"), ("disabled", None), ("odd", None))]  # fmt: skip
    live = Snapshot(write(folder / "s", manifest=MANIFEST, roles=[], image_uses=[], images=facts, image_settings=rows))  # fmt: skip
    own = frozenset(one["id"] for one in ACCOUNTS)
    bad = vendor("Bad", accounts=[V], scope={"images": ["a$b"]})
    for name, vendors in (("many", worlds.IMAGE_VENDORS), ("one", [vendor("A", accounts=[V])]), ("unsaid", [bad])):  # fmt: skip
        found = compared(live, listed(allowlist(*vendors, image_aliases=["amazon", "aws-marketplace"]), TODAY), own)  # fmt: skip
        yield name, [found.whole, found.differs, found.off, found.unknown]
        yield from ((f"{name}: {one.id}", msgspec.to_builtins(one)) for one in found.guardrails)


def of_what_nobody_looked_at(folder: Path) -> Told:
    whole = write(folder / "s", manifest=MANIFEST | worlds.LEFT_OUT, roles=[], image_uses=[], resources=[], gaps=worlds.GAPS)  # fmt: skip
    bare = write(folder / "b", manifest=MANIFEST | {"resource_kinds": ["AWS::S3::Bucket"]}, gaps=[])
    for name, where in (("holes", whole), ("nothing", bare)):
        manifest = Snapshot(where).manifest
        for what, told in (("roles", roles_unseen(manifest)), ("public", public_unseen(manifest)), ("images", images_unseen(manifest)),
                           ("s3", resources_unseen(manifest, ("s3",))), ("sqs and kms", resources_unseen(manifest, ("sqs", "kms"))), ("none", resources_unseen(manifest, ()))):  # fmt: skip
            yield f"{name}: {what}", msgspec.to_builtins(list(told))


PARTS = (of_whole_roles, of_whole_resources, of_what_is_public, of_whole_images, of_lists_that_are_too_large, of_documents, of_forms, of_drift, of_allowed_amis, of_what_nobody_looked_at)  # fmt: skip


def lines_of(part: Callable[[Path], Told], folder: Path) -> list[str]:
    return [json.dumps([part.__name__, *one]) for one in part(folder)]


@cache
def golden() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in GOLDEN.read_text().splitlines():
        found.setdefault(json.loads(line)[0], []).append(line)
    return found


@pytest.mark.parametrize("part", PARTS, ids=[one.__name__ for one in PARTS])
def test_all_that_is_said_is_as_it_was(part: Callable[[Path], Told], tmp_path: Path) -> None:
    """Catches a doubt, a reason or a note that is lost while the document is the same."""
    now = lines_of(part, tmp_path)
    if os.environ.get("UPDATE_GOLDEN"):
        kept = [line for name, lines in golden().items() if name != part.__name__ for line in lines]
        GOLDEN.write_text("\n".join([*kept, *now]) + "\n")
        golden.cache_clear()
    assert now == golden()[part.__name__]
