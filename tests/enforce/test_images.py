"""`enforce ec2-policy` and `allowed-amis`: what they say, their limits, and what they would stop."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from checker.check.engine import register_of
from checker.cli.enforce_images import _uses
from checker.enforce.criteria import Criterion
from checker.enforce.image_proof import allows
from checker.enforce.images import allowed_amis, ec2_policy, prove_images
from checker.enforce.limits import CRITERIA, EC2_CHARACTERS, compact
from checker.enforce.listed import listed
from checker.errors import InputError
from checker.snapshot.records import Image, ImageUse
from checker.subjects.image_use.images import Images
from tests.enforce.support import (
    ACCOUNTS,
    MANIFEST,
    MORE,
    ROOT,
    TODAY,
    UNIT,
    allowlist,
    snapshot,
    vendor,
)
from tests.support.cli import Ran, vendorgate
from tests.support.rows import rows
from tests.support.snapshots import image, use, write
from tests.trust.support import OWN, M, N, V, W

MINE = {"organization": {"ids": [OWN], "accounts": ["555555555555"]}}


def run(
    tmp_path: Path, command: str, *vendors: Any, against: dict[str, Any] | None = None,
    options: Any = (), manifest: Any = None, **more: Any,
) -> Ran:  # fmt: skip
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "allowlist.yaml").write_text(json.dumps({"version": 1, "vendors": vendors, **more}))
    fixed = ["-a", "allowlist.yaml", "--today", "2026-11-20", "--no-settings", *options]
    if against is not None:
        write(tmp_path / "snap", manifest=MANIFEST | (manifest or {}), **against)
        fixed += ["--against", "snap"]
    return vendorgate("enforce", command, *fixed, cwd=tmp_path)


GOLDEN = {
    "ec2_attributes": {
        "allowed_images_settings": {
            "state": {"@@assign": "audit_mode"},
            "image_criteria": {
                "criteria_1": {
                    "allowed_image_providers": {
                        "@@assign": ["555555555555", V, "amazon", "aws_marketplace"]
                    }
                },
                "criteria_2": {"marketplace_product_codes": {"@@assign": ["code1"]}},
                "criteria_3": {
                    "allowed_image_providers": {"@@assign": [W]},
                    "image_names": {"@@assign": ["agent-*"]},
                },
            },
        }
    }
}
VENDORS = [
    vendor("A", accounts=[V]),
    vendor("B", accounts=[W], scope={"images": ["agent-*"]}),
    vendor("C", marketplace_products=["code1"]),
    vendor("D", accounts=["666666666666"], expires="2026-01-01") | {"vetting": {
        "owner": "x", "reference": "x", "reviewed": "2025-01-01", "expires": "2026-01-01",
        "evidence": []}},
    vendor("E", organizations=["o-ext1234567"]),
]  # fmt: skip


def test_the_policy(tmp_path: Path) -> None:
    """Aliases are spelled with `_` here and with `-` in the API, and audit mode comes first."""
    more = {"image_aliases": ["amazon", "aws-marketplace", "self"], **MINE}
    ran = run(tmp_path, "ec2-policy", *VENDORS, **more)
    assert (ran.code, json.loads(ran.out)) == (0, GOLDEN)
    for said in ("D is left out: its vetting expired", "E is left out: images have no organization",
                 "'self' is left out", "verified partners", "--against alone"):  # fmt: skip
        assert said in ran.err
    enforced = run(tmp_path, "ec2-policy", *VENDORS, options=["--enforced"], **more)
    settings = json.loads(enforced.out)["ec2_attributes"]["allowed_images_settings"]
    assert settings["state"] == {"@@assign": "enabled"}
    api = json.loads(run(tmp_path, "allowed-amis", *VENDORS, **more).out)
    assert api == {"ImageCriteria": [
        {"ImageProviders": ["555555555555", V, "amazon", "aws-marketplace"]},
        {"MarketplaceProductCodes": ["code1"]},
        {"ImageProviders": [W], "ImageNames": ["agent-*"]},
    ]}  # fmt: skip


REFUSED = [
    ("nobody", [], {}, "vets no publisher of images"),
    ("an organization alone", [VENDORS[4]], {}, "vets no publisher of images"),
    ("a name that AWS does not take", [vendor("N", accounts=[V], scope={"images": ["a$b"]})], {},
     "do not take the image name 'a$b'"),
    ("a name of one letter", [vendor("N", accounts=[V], scope={"images": ["a?"]})], {}, "image name"),
    ("a product code that is none", [vendor("N", marketplace_products=["prod-x"])], {},
     "do not take the product code"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "vendors", "more", "said"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_cannot_be_said_is_refused(
    tmp_path: Path, why: str, vendors: Any, more: Any, said: str
) -> None:
    """A pattern that is dropped in silence stops the images that it vets."""
    ran = run(tmp_path, "ec2-policy", *vendors, **MINE, **more)
    assert ran.code == 2 and said in ran.err and not ran.out, (why, ran)


def test_limits_hold_at_the_edge(tmp_path: Path) -> None:
    """200 providers, 50 names and 50 products a criterion are no limit, as one more criterion says
    the rest; ten criteria and 10,000 characters are, and then the units are told apart."""
    many = vendor("x", accounts=[str(600_000_000_000 + n) for n in range(201)])
    found = listed(allowlist(many, **MINE), TODAY)
    (part,) = ec2_policy(found, None, [], enforced=False).plan.parts
    sizes = [len(one["allowed_image_providers"]["@@assign"]) for one in criteria(part.document)]
    assert sizes == [200, 2]
    codes = vendor("p", marketplace_products=[f"c{n}" for n in range(101)])
    (part,) = ec2_policy(
        listed(allowlist(codes, **MINE), TODAY), None, [], enforced=False
    ).plan.parts
    assert [len(x.get("marketplace_product_codes", {}).get("@@assign", [])) for x in
            criteria(part.document)] == [0, 50, 50, 1]  # fmt: skip
    each = [vendor(f"v{n}", accounts=[str(700_000_000_000 + n)], scope={"images": [f"i{n}-*"]})
            for n in range(CRITERIA)]  # fmt: skip
    fits = listed(allowlist(*each[:-1], **MINE), TODAY)
    assert (
        len(criteria(ec2_policy(fits, None, [], enforced=False).plan.parts[0].document)) == CRITERIA
    )
    with pytest.raises(InputError, match="takes 11 criteria, and AWS takes 10"):
        ec2_policy(listed(allowlist(*each, **MINE), TODAY), None, [], enforced=False)
    each[0]["scope"]["in_accounts"], each[1]["scope"]["in_accounts"] = [M], [MORE]
    there = snapshot(tmp_path, [])
    plan = ec2_policy(listed(allowlist(*each, **MINE), TODAY), there, [], enforced=False).plan
    assert {t for part in plan.parts for t in part.targets} >= {
        UNIT,
        MANIFEST["organization"]["management_account"],
    }
    assert ROOT in plan.split
    for part in plan.parts:
        assert (
            len(criteria(part.document)) <= CRITERIA
            and len(compact(part.document)) <= EC2_CHARACTERS
        )
    long = [vendor("l", accounts=[str(600_000_000_000 + n) for n in range(700)])]
    with pytest.raises(InputError, match="characters, and AWS takes 10,000"):
        ec2_policy(listed(allowlist(*long, **MINE), TODAY), None, [], enforced=False)


def criteria(document: Any) -> list[Any]:
    return list(document["ec2_attributes"]["allowed_images_settings"]["image_criteria"].values())


def test_each_unit_has_the_criteria_of_its_own(tmp_path: Path) -> None:
    """Where the list was split, a launch is judged by what goes to its account."""
    each = [vendor(f"v{n}", accounts=[str(700_000_000_000 + n)], scope={"images": [f"i{n}-*"]})
            for n in range(CRITERIA - 1)]  # fmt: skip
    here, there = ({"in_accounts": [M, N]}, {"in_accounts": [MORE]})
    split = [vendor("h", accounts=[V], scope=here | {"images": ["h-*"]}),
             vendor("t", accounts=[W], scope=there | {"images": ["t-*"]})]  # fmt: skip
    images = [
        image("ami-1", account=MORE, owner=W, name="t-1"),
        image("ami-2", account=M, owner=W, name="t-1"),
    ]
    uses = [use("i-1", "ami-1", account=MORE), use("i-2", "ami-2", account=M)]
    options = ["--report", "r.json"]
    ran = run(tmp_path, "ec2-policy", *each[:-1], *split, options=options,
              against={"images": images, "image_uses": uses})  # fmt: skip
    report = json.loads((tmp_path / "r.json").read_text())
    assert ran.code == 0 and report["kept"] == 1 and not report["left"], ran.err
    assert [one["resource"][-3:] for one in report["closes"]] == ["i-2"]


def test_own_accounts_that_publish_are_named(tmp_path: Path) -> None:
    """The account's own images are always allowed, those of a sibling are not."""
    images = [image("ami-1", account=N, owner=M, name="base"), image("ami-2", account=N, owner=N)]
    uses = [use("i-1", "ami-1", account=N), use("i-2", "ami-2", account=N)]
    there = {"images": images, "image_uses": uses}
    unseen = {"id": "555555555555", "collected": False}
    ran = run(tmp_path, "ec2-policy", vendor("A", accounts=[V]), against=there, manifest={"accounts": [*ACCOUNTS, unseen]})  # fmt: skip
    providers = criteria(json.loads(ran.out))[0]["allowed_image_providers"]["@@assign"]
    assert providers == sorted([V, *(one["id"] for one in (*ACCOUNTS, unseen))])
    assert "cuts" not in ran.err.lower(), ran.err
    more = [{"id": str(800_000_000_000 + n), "units": [ROOT, UNIT]} for n in range(1_900)]
    listing = {"accounts": [*ACCOUNTS, *more]}
    ran = run(
        tmp_path / "b", "ec2-policy", vendor("A", accounts=[V]), against=there, manifest=listing
    )
    providers = criteria(json.loads(ran.out))[0]["allowed_image_providers"]["@@assign"]
    assert providers == [M, V] and "of 1,904 own accounts the 1 are named" in ran.err


TOLD: list[tuple[str, Any, str, str]] = [
    ("a vendor's", {"owner": V, "name": "x"}, "kept", ""),
    ("a stranger's", {"owner": "888888888881", "name": "x"}, "closes", ""),
    ("a vendor's other image", {"owner": W, "name": "other"}, "closes", ""),
    ("a vendor's own image", {"owner": W, "name": "agent-1"}, "kept", ""),
    ("amazon's", {"owner": "137112412989", "alias": "amazon"}, "kept", ""),
    ("a sibling's", {"owner": M}, "kept", ""),
    ("the account's own", {"owner": N}, "kept", ""),
    ("a product", {"owner": "679593333241", "alias": "aws-marketplace", "product_codes": ["code1"]},
     "kept", ""),
    ("another product", {"owner": "679593333241", "alias": "aws-marketplace",
                         "product_codes": ["code2"]}, "closes", ""),
    ("two products of which one is vetted", {"owner": "679593333241", "alias": "aws-marketplace",
                                             "product_codes": ["code1", "code2"]}, "left",
     "one of its product codes"),
    ("nobody's", {}, "doubts", "nobody knows who published"),
    ("a name that is not known", {"owner": W}, "doubts", "which a criterion asks for"),
]  # fmt: skip


@pytest.mark.parametrize("command", ["ec2-policy", "allowed-amis"])
@pytest.mark.parametrize(("why", "facts", "kind", "said"), TOLD, ids=[r[0] for r in TOLD])
def test_what_it_does_to_each_use_is_told(
    tmp_path: Path, why: str, facts: Any, kind: str, said: str, command: str
) -> None:
    """A launch that fails at night is where people hear of a guardrail for the first time."""
    there = {"images": [image("ami-1", account=N, **facts)],
             "image_uses": [use("i-1", "ami-1", account=N)]}  # fmt: skip
    ran = run(tmp_path, command, *VENDORS, against=there, options=["--report", "r.json"],
              image_aliases=["amazon"])  # fmt: skip
    report = json.loads((tmp_path / "r.json").read_text())
    found = [name for name in ("cuts", "closes", "left", "doubts") if report[name]]
    assert found == ([] if kind == "kept" else [kind]) and report["kept"] == (kind == "kept"), why
    for one in report[kind] if kind != "kept" else ():
        assert said in (one.get("reason") or ""), one
    assert ran.code == (3 if kind == "doubts" else 0)


def test_images_that_are_vetted_by_their_ids_are_cut(tmp_path: Path) -> None:
    """Allowed AMIs know names alone: nothing is written, and the entry is named."""
    who = vendor("I", accounts=[V], scope={"images": ["other", "ami-0123456789abcdef0"]})
    facts = image("ami-0123456789abcdef0", account=N, owner=V, name="agent")
    there = {"images": [facts], "image_uses": [use("i-1", facts["image_id"], account=N)]}
    ran = run(tmp_path, "ec2-policy", who, against=there)
    assert ran.code == 1 and not ran.out and f"{V} (I)" in ran.err
    assert "fits names alone, as Allowed AMIs know no ids" in ran.err


AMAZON = "137112412989"


@rows(
    "provider, facts, allowed",
    [
        ("amazon", {"owner": AMAZON, "alias": "amazon"}, True),
        (AMAZON, {"owner": AMAZON, "alias": "amazon"}, True),
        (AMAZON, {"owner": AMAZON}, True),
        (AMAZON, {"owner": V, "alias": "amazon"}, False),
    ],
)
def test_a_provider_is_an_account_or_an_alias(provider: str, facts: Any, allowed: bool) -> None:
    """Catches an image that is said to be stopped, as AWS tells an alias of it, too."""
    one = Image(image_id="ami-1", account=M, region="us-east-1", **facts)
    assert allows([Criterion((provider,), (), ())], one, M) is allowed


def test_who_is_vetted_no_more_is_not_told_as_beyond_its_scope(tmp_path: Path) -> None:
    """Catches a reader who widens a scope, where the review is over."""
    over = vendor("O", accounts=[V], scope={"in_accounts": [M]})
    over["vetting"] |= {"reviewed": "2025-01-01", "expires": "2026-01-01"}
    there = {"images": [image("ami-1", account=N, owner=V, name="x")],
             "image_uses": [use("i-1", "ami-1", account=N)]}  # fmt: skip
    run(tmp_path, "ec2-policy", over, VENDORS[0] | {"accounts": [W]}, against=there, options=["--report", "r.json"])  # fmt: skip
    (closed,) = json.loads((tmp_path / "r.json").read_text())["closes"]
    assert (closed["id"], closed["status"]) == (V, "expired")


def test_why_a_publisher_is_allowed_all_the_same(tmp_path: Path) -> None:
    """A partner of AWS's own comes with the alias; a vendor of another account with its entry."""
    there = {"images": [image("ami-1", account=N, owner=V, name="x")],
             "image_uses": [use("i-1", "ami-1", account=N)]}  # fmt: skip
    elsewhere = vendor("A", accounts=[V], scope={"in_accounts": [M]})
    ran = run(tmp_path, "ec2-policy", elsewhere, against=there)
    assert f"the list vets it for less: account {N} is none of {M}" in ran.err and ran.code == 0


NAMES = ("agent-1", "agent-2", "base", None)
CODES = ("c1", "c2")
ALIASES = (None, "amazon", "aws-marketplace")


def random_vendors(rng: Random) -> list[Any]:
    found = []
    for number in range(rng.choice((1, 2, 3))):
        ids: dict[str, Any] = {"accounts": [f"90000000000{number}"]} if rng.random() < 0.7 else {}
        if not ids or rng.random() < 0.3:
            ids["marketplace_products"] = [rng.choice(CODES) if number == 0 else f"d{number}"]
        scope: dict[str, Any] = {}
        if rng.random() < 0.4:
            scope["images"] = rng.choice((["agent-*"], ["base"], ["agent-1", "b*"]))
        if rng.random() < 0.2:
            scope["in_accounts"] = [rng.choice((M, N))]
        expires = "2026-11-01" if rng.random() < 0.2 else "2027-05-01"
        found.append(vendor(f"v{number}", expires=expires, scope=scope, **ids))
    return found


def random_image(rng: Random, number: int) -> dict[str, Any]:
    owner = rng.choice(("900000000000", "900000000001", "900000000002", "909090909090", M, N))
    facts = {
        "owner": owner,
        "name": rng.choice(NAMES),
        "alias": rng.choice(ALIASES) if owner == "909090909090" else None,
        "product_codes": [rng.choice(CODES)] if rng.random() < 0.2 else [],
    }
    return image(f"ami-{number}", account=rng.choice((M, N)), **facts)


def allowed(document: Any, facts: dict[str, Any]) -> bool:
    """As AWS decides, by the document alone."""
    if facts["owner"] == facts["account"]:
        return True
    return any(
        ("ImageProviders" not in one or {facts["owner"], facts["alias"]} & set(one["ImageProviders"]))
        and ("MarketplaceProductCodes" not in one
             or set(facts["product_codes"]) & set(one["MarketplaceProductCodes"]))
        and ("ImageNames" not in one
             or any(fnmatchcase(facts["name"] or "", n) for n in one["ImageNames"]))
        for one in document["ImageCriteria"]
    )  # fmt: skip


def right(entries: list[Any], aliases: list[str], facts: dict[str, Any]) -> bool:
    """Whether the list vets a launch, told anew."""
    if facts["owner"] in (M, N):
        return True
    by = {"accounts": {facts["owner"]}, "marketplace_products": set(facts["product_codes"])}
    for one in entries:
        scope = one.get("scope", {})
        if one["vetting"]["expires"] >= "2026-11-20" and any(
            set(one.get(key, ())) & ids for key, ids in by.items()
        ):
            names = scope.get("images")
            here = facts["account"] in scope.get("in_accounts", [facts["account"]])
            if here and (names is None or any(fnmatchcase(facts["name"] or "", n) for n in names)):
                return True
    return facts["alias"] in aliases


@pytest.mark.parametrize("chunk", range(2))
def test_each_account_may_launch_what_is_vetted_and_nothing_else(
    tmp_path: Path, chunk: int
) -> None:
    """Where each account has criteria of its own, they say no more and no less than the list."""
    both = [0, 0]
    for seed in range(chunk, 60, 2):
        rng = Random(f"images {seed}")
        entries, aliases = random_vendors(rng), rng.choice(([], ["amazon"]))
        whole = allowlist(*entries, image_aliases=aliases)
        facts = [random_image(rng, n) for n in range(8)]
        uses = [
            use(f"i-{n}", one["image_id"], account=one["account"]) for n, one in enumerate(facts)
        ]
        there = snapshot(tmp_path / str(seed), [], images=facts, image_uses=uses)
        images = Images(there.images())
        seen = [(one, images.of(one)) for one in there.image_uses()]
        found = listed(whole, TODAY)
        try:
            done = allowed_amis(found, there, seen)
        except InputError:
            continue  # nobody is vetted
        parts = {t: part.document for part in done.plan.parts for t in part.targets}
        for one in facts:
            lets = allowed(parts[one["account"]], one)
            assert lets is right(entries, aliases, one), (seed, one, parts, entries)
            both[lets] += 1
        proof = prove_images(done, there, register_of(there, whole, TODAY), seen, exact=True)
        cut = {one.image for one in proof.cuts}
        assert not cut, (seed, proof.cuts)
        closed = {one["image_id"] for one in facts if not allowed(parts[one["account"]], one)}
        told = {one.image for one in proof.closes} | {one.where for one in proof.doubts}
        assert {one.image for one in proof.closes} <= closed, (seed, told)
    assert all(both)


def test_what_was_terminated_is_stopped_by_nobody() -> None:
    """A guardrail that is not written for an instance that is gone; one of no state may run."""
    states = ("running", "stopped", "terminated", None)
    uses = [
        ImageUse(
            account=M, region="r", resource=f"i-{one}", kind="instance", image_id="ami-1", state=one
        )
        for one in states
    ]
    known = Image(account=M, region="r", image_id="ami-1", owner=V)
    there: Any = SimpleNamespace(
        images=lambda: [known], image_settings=list, image_uses=lambda: iter(uses)
    )
    found = _uses(SimpleNamespace(snapshot=there))  # type: ignore[arg-type]
    assert [use.state for use, _ in found] == ["running", "stopped", None]
    assert {image.owner if image else None for _, image in found} == {V}
    assert _uses(SimpleNamespace(snapshot=None)) == []  # type: ignore[arg-type]
