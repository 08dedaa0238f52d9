"""The parts of which guardrails are made, each asked directly: whom they name, where they go."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.access.model import Access, Resource, Settings
from checker.enforce.criteria import (  # fmt: skip
    Criterion,
    as_api,
    as_policy,
    check,
    criteria,
    excess,
    of_policy,
)
from checker.enforce.drift import Drift
from checker.enforce.limits import CRITERIA, NAMES, PRODUCTS, PROVIDERS, size
from checker.enforce.listed import Entry, Listed, for_account, listed, nobody, vetted_on
from checker.enforce.live import _wanted
from checker.enforce.nameless import nameless
from checker.enforce.negation import refused_alone
from checker.enforce.ours import Ours, ours, seen
from checker.enforce.perimeter import MOST_WAYS, Asked, Perimeter, oidc, perimeter, ways
from checker.enforce.public_proof import PublicProver
from checker.enforce.rcp import PROVIDER, tells_tenants
from checker.enforce.reach import MANAGEMENT, NOWHERE, SERVICE_LINKED, UNBOUND, Reach
from checker.enforce.resource_proof import ResourceProver, aws_of
from checker.enforce.services import COVERED, services
from checker.enforce.targets import Placed, Plan, characters, placed
from checker.enforce.tree import Node, apart, roots
from checker.errors import InputError
from checker.snapshot.records import (
    GUESTS,
    Account,
    Guardrail,
    Organization,
    ProviderRecord,
    Role,
)
from checker.trust.model import Principal
from checker.vetting.entries import VettedScope
from tests.enforce.support import (  # fmt: skip
    CHIEF,
    MORE,
    OTHER,
    ROOT,
    TODAY,
    UNIT,
    M,
    N,
    allowlist,
    snapshot,
    vendor,
)
from tests.support.rows import rows

V, W, ORG = "999999999999", "888888888888", "o-vendor12345"


def fed(issuer: str, **claims: list[str]) -> dict[str, Any]:
    return {"federation": [{"issuer": issuer} | ({"claims": claims} if claims else {})]}


def around(*vendors: Any, us: Ours | None = None, account: str | None = None, **more: Any) -> Perimeter:  # fmt: skip
    return perimeter(listed(allowlist(*vendors, **more), TODAY), us or Ours(("o-own1234567",), ()), account)  # fmt: skip


AROUND: list[tuple[str, Perimeter, Any]] = [
    ("ourselves", around(), (("o-own1234567",), (), {})),
    ("accounts", around(vendor("a", accounts=[V, W])), (("o-own1234567",), (W, V), {})),
    ("organizations", around(vendor("a", organizations=[ORG])), (("o-own1234567", ORG), (), {})),
    ("own accounts of no organization", around(us=Ours((), (M,))), ((), (M,), {})),
    ("a member that is a vendor's, too", around(vendor("a", accounts=[V]), us=Ours(("o-own1234567",), (), (V,))), (("o-own1234567",), (), {})),
    ("an issuer", around(vendor("a", **fed("https://idp.example.com", sub=["x"]))), (("o-own1234567",), (), {"idp.example.com": ({"sub": ("x",)},)})),
    ("one without claims", around(vendor("a", **fed("idp.example.com"))), (("o-own1234567",), (), {"idp.example.com": ()})),
    ("one with and one without", around(vendor("a", **fed("idp.example.com", sub=["x"])), vendor("b", **fed("idp.example.com"))), (("o-own1234567",), (), {"idp.example.com": ()})),
    ("two with claims", around(vendor("a", **fed("idp.example.com", sub=["x"])), vendor("b", **fed("idp.example.com", sub=["y"]))),
     (("o-own1234567",), (), {"idp.example.com": ({"sub": ("x",)}, {"sub": ("y",)})})),
    ("the same twice", around(vendor("a", **fed("idp.example.com", sub=["x"])), vendor("b", **fed("idp.example.com", sub=["x"]))), (("o-own1234567",), (), {"idp.example.com": ({"sub": ("x",)},)})),
    ("a claim without a pattern", around(vendor("a", **fed("idp.example.com", sub=[]))), (("o-own1234567",), (), {})),
    ("one of two without a pattern", around(vendor("a", **fed("idp.example.com", sub=[], aud=["x"]))), (("o-own1234567",), (), {})),
    ("a SAML provider", around(vendor("a", **fed(f"arn:aws:iam::{V}:saml-provider/x"))), (("o-own1234567",), (), {})),
    ("own issuers", around(organization={"federation": [{"issuer": "idp.own.example"}]}), (("o-own1234567",), (), {"idp.own.example": ()})),
    ("own pools", around(us=Ours((), (), pools=("us-east-1:1",))), ((), (), {"cognito-identity.amazonaws.com": ({"aud": ("us-east-1:1",)},)})),
    ("own pools with guests", around(us=Ours((), (), guests=("us-east-1:1",))), ((), (), {"cognito-identity.amazonaws.com": ({"amr": ("authenticated",), "aud": ("us-east-1:1",)},)})),
    ("vetted elsewhere", around(vendor("a", accounts=[V], scope={"in_accounts": [N]}), account=M), (("o-own1234567",), (), {})),
    ("vetted there", around(vendor("a", accounts=[V], scope={"in_accounts": [M]}), account=M), (("o-own1234567",), (V,), {})),
    ("vetted somewhere", around(vendor("a", accounts=[V], scope={"in_accounts": [M]})), (("o-own1234567",), (V,), {})),
    ("vetted nowhere", around(vendor("a", accounts=[V], scope={"in_accounts": []})), (("o-own1234567",), (), {})),
    ("expired", around(vendor("a", accounts=[V], expires="2026-11-19")), (("o-own1234567",), (), {})),
    ("on its last day", around(vendor("a", accounts=[V], expires="2026-11-20")), (("o-own1234567",), (V,), {})),
]  # fmt: skip


@rows("why, found, expected", AROUND)
def test_who_is_let_in(why: str, found: Perimeter, expected: Any) -> None:
    """Whoever is missing is locked out; whoever is too many gets in by our own guardrail."""
    assert (found.organizations, found.accounts, found.issuers) == expected, why


def test_whoever_either_lets_in() -> None:
    """Two own accounts under one document: a token of any kind beside one of some is of any."""
    some, more = ({f"{n}{one}" for n in range(8)} for one in "ab")  # their order is by chance
    wide = Perimeter(tuple(some), tuple(some), {}) + Perimeter(tuple(more), tuple(more), {})
    assert wide.organizations == wide.accounts == tuple(sorted(some | more))
    one = Perimeter(("o-1",), (V,), {"a": ({"sub": ("x",)},), "b": (), "d": ({"sub": ("w",)},)}, "aws-cn", True, ("s3",), (W,))  # fmt: skip
    other = Perimeter(("o-2",), (W, V), {"a": ({"sub": ("y",)},), "b": ({"sub": ("z",)},), "c": ()})
    both = one + other
    assert (both.organizations, both.accounts) == (("o-1", "o-2"), (W, V))
    assert both.issuers == {
        "a": ({"sub": ("x",)}, {"sub": ("y",)}),
        "b": (),
        "c": (),
        "d": ({"sub": ("w",)},),
    }
    assert (both.partition, both.every, both.services, both.aws) == ("aws-cn", True, ("s3",), (W,))
    asked = perimeter(listed(allowlist(), TODAY), Ours((), ()), None, Asked(True, ("s3",), (W,)))
    assert (asked.every, asked.services, asked.aws) == (True, ("s3",), (W,))


ISSUERS = [("https://idp.example.com/", "idp.example.com"), ("idp.example.com/a:b", "idp.example.com/a:b"), ("idp.example.com:8443/x", "idp.example.com:8443/x"),
           (f"arn:aws:iam::{V}:oidc-provider/idp.example.com", "idp.example.com"), (f"arn:aws:iam::{V}:saml-provider/idp.example.com", None),
           (f"arn:aws:acm-pca:us-east-1:{V}:certificate-authority/x", None), ("urn:idp", None), ("localhost", None), ("idp.example.com/*", None)]  # fmt: skip


@rows("text, expected", ISSUERS)
def test_issuers_that_a_condition_can_name(text: str, expected: str | None) -> None:
    """A SAML entity has no key of its own."""
    assert oidc(text) == expected


WAYS: list[tuple[tuple[dict[str, tuple[str, ...]], ...], list[dict[str, tuple[str, ...]]]]] = [
    ((), [{}]), (({"sub": ("x",)},), [{"sub": ("x",)}]), (({"sub": ("x",), "aud": ("y",)},), [{"aud": ("y",)}, {"sub": ("x",)}]),
    (({"sub": ("x",)}, {"sub": ("y", "x")}), [{"sub": ("x", "y")}]), (({"Sub": ("x",)}, {"aud": ("y",)}), [{"sub": ("x",), "aud": ("y",)}]),
]  # fmt: skip


@rows("sets, expected", WAYS)
def test_what_a_token_lacks_that_fits_none(sets: Any, expected: Any) -> None:
    """Of each set one claim: each way is a statement that refuses."""
    assert list(ways("idp", sets)) == expected


def test_ways_that_are_too_many() -> None:
    """As many as anybody reads, and one more."""
    two = {"a": ("x",), "b": ("y",)}
    assert len(list(ways("idp", (two,) * 5))) == MOST_WAYS == 32
    with pytest.raises(InputError, match="64 statements"):
        list(ways("idp", (two,) * 6))


SERVICES: list[tuple[str | None, Any]] = [
    (None, ()), ("s3", ("s3",)), ("sqs, S3 ,s3", ("s3", "sqs")), ("all", COVERED), ("", "names none"), (" , ", "names none"), ("all,s3", "no RCP guards"), ("ec2", "no RCP guards"),
]  # fmt: skip


@rows("text, expected", SERVICES)
def test_which_services_are_guarded(text: str | None, expected: Any) -> None:
    """One that is misspelt would be guarded by nothing."""
    if isinstance(expected, tuple):
        assert services(text) == expected
    else:
        with pytest.raises(InputError, match=expected):
            services(text)


TREE = Node("r", {"ou-b": Node("ou-b", {"3": Node("3", {}, ["3"])}, ["3"]),
                  "ou-a": Node("ou-a", {"1": Node("1", {}, ["1"]), "2": Node("2", {}, ["2"])}, ["1", "2"])}, ["1", "2", "3"])  # fmt: skip


def make(accounts: Any) -> dict[str, Any]:
    """As long as there are accounts; 2 and 3 have the same needs."""
    return {"for": ["23" if one in "23" else one for one in accounts or ["all", "of", "us"]]}


PLACES: list[tuple[int, list[tuple[tuple[str, ...], int]] | str, tuple[str, ...]]] = [
    (1000, [(("r",), 3)], ()), (20, [(("ou-a",), 2), (("ou-b",), 1)], ("r",)), (15, [(("1",), 1), (("2", "ou-b"), 1)], ("ou-a", "r")), (5, "what was vetted for 1", ()),
]  # fmt: skip


@rows("most, expected, split", PLACES)
def test_where_documents_go(most: int, expected: Any, split: tuple[str, ...]) -> None:
    """As high as they fit; equal ones are one, and what was split is told."""
    if isinstance(expected, str):
        with pytest.raises(InputError, match=expected):
            placed(make, [TREE], characters(most), "mend")
        return
    plan = placed(make, [TREE], characters(most), "mend")
    assert [(one.targets, len(one.document["for"])) for one in plan.parts] == expected
    assert plan.split == split
    assert plan.targets == tuple(target for targets, _ in expected for target in targets)


def test_documents_are_in_order_of_their_targets() -> None:
    """Whatever unit they stand in: whoever compares two runs sees no change."""
    units = {unit: Node(unit, {one: Node(one, {}, [one]) for one in ids}, list(ids)) for unit, ids in (("ou-a", "67"), ("ou-b", "14"))}  # fmt: skip
    plan = placed(make, [Node("r", units, ["1", "4", "6", "7"])], characters(14), "mend")
    assert [one.targets for one in plan.parts] == [("1",), ("4",), ("6",), ("7",)]


def test_targets_of_one_document_are_in_order() -> None:
    """Units and accounts that have the same, however deep they stand."""
    tree = Node("r", {"ou-a": Node("ou-a", {}, ["1"]), "ou-b": Node("ou-b", {"2": Node("2", {}, ["2"])}, ["2", "3"])}, ["1", "2", "3"])  # fmt: skip

    def make(accounts: Any) -> dict[str, Any]:
        return {"more": "x" * (accounts is None or len(accounts) > 1)}

    plan = placed(make, [tree], characters(size(make(["1"]))), "mend")
    assert plan == Plan((Placed(("2", "ou-a"), {"more": ""}),), ("ou-b", "r"))


def test_where_nobody_knows_the_tree() -> None:
    """One document without a target, or none at all; the last character counts."""
    whole = size(make(None))
    assert placed(make, None, characters(whole), "m") == Plan((Placed((), make(None)),))
    with pytest.raises(InputError, match="the whole list takes"):
        placed(make, None, characters(whole - 1), "m")
    assert Placed(("r",), {}).plain() == {"targets": ["r"], "document": {}}
    assert characters(1)({}) == "takes 3 characters, and AWS takes 1"


REACHED: list[tuple[str, str, tuple[str | None, str | None, bool]]] = [
    ("by its root", M, ("whole", None, True)), ("the management account", CHIEF, (None, MANAGEMENT, True)), ("one of which nobody knows", "555555555555", ("whole", NOWHERE, False)),
]  # fmt: skip


def test_whom_a_plan_reaches(tmp_path: Path) -> None:
    """An account that nothing binds, told as bound, would be let in for good."""
    manifest = snapshot(tmp_path, []).manifest
    whole = Reach(manifest, Plan((Placed((ROOT,), {"d": "whole"}),)))
    for why, account, (document, reason, sure) in REACHED:
        found = whole.of_account(account)
        assert (found.document and found.document["d"], found.reason, found.sure) == (document, reason, sure), why  # fmt: skip
    ours = (*manifest.own_organizations, Organization(id="o-2", management_account=MORE))
    several: Any = SimpleNamespace(own_organizations=ours, accounts=manifest.accounts)
    both = Reach(several, Plan((Placed((ROOT,), {"d": "whole"}),)))
    assert [both.of_account(one).reason for one in (CHIEF, MORE, M)] == [MANAGEMENT, MANAGEMENT, None]  # fmt: skip
    parts = Reach(manifest, Plan((Placed((UNIT,), {"d": "unit"}), Placed((M,), {"d": "m"}))))
    assert parts.of_account(N).document == {"d": "unit"} and parts.of_account(M).document == {"d": "unit"}  # fmt: skip
    assert parts.of_account(MORE).reason == UNBOUND
    assert parts.of_account("555555555555").document is None
    for path, reason in (("/aws-service-role/x/", SERVICE_LINKED), ("/x/", None), (None, None)):
        role = Role(account=M, arn="a", name="r", path=path, trust_policy=b"{}")  # type: ignore[arg-type]
        assert whole.of(role).reason == reason


def test_the_tree_of_an_organization(tmp_path: Path) -> None:
    """Without the management account, and whoever stands nowhere; with those that nobody looked at,
    which a document of their unit binds as well."""
    there = snapshot(tmp_path / "a", [])
    (root,) = roots(there.manifest, exempt=True)
    assert (root.id, root.accounts, sorted(root.children)) == (ROOT, [M, N, MORE], [UNIT, OTHER])
    (root,) = roots(there.manifest, exempt=False)
    assert root.accounts == sorted([M, N, CHIEF, MORE])
    assert list(apart(there.manifest, [ROOT])) == []
    two = [{"id": M, "units": ["r-1"], "state": "ACTIVE"}, {"id": N, "units": ["r-2", "ou-2"], "state": "ACTIVE"}, {"id": MORE, "state": "ACTIVE"}]  # fmt: skip
    manifest = snapshot(tmp_path / "b", [], {"accounts": two}).manifest
    assert [one.id for one in roots(manifest, exempt=True)] == ["r-1", "r-2"]
    unseen = snapshot(tmp_path / "u", [], {"accounts": [two[0], two[1] | {"collected": False}]})
    assert [one.accounts for one in roots(unseen.manifest, exempt=True)] == [[M], [N]]
    (note,) = apart(manifest, ["r-1", "ou-2", MORE])
    assert note == "its targets are of 2 organizations, r-1 and ou-2: attach it to each with that one's management account"  # fmt: skip
    turned = snapshot(
        tmp_path / "c", [], {"accounts": [two[1] | {"id": M}, two[0] | {"id": N}]}
    ).manifest
    assert [one.partition(":")[0] for one in apart(turned, ["r-1", N, "r-2", "ou-2", "ou-3"])] == ["its targets are of 2 organizations, 222222222222, r-1 and ou-2, r-2"]  # fmt: skip
    assert list(apart(manifest, ["ou-2"])) == []


IDENTITY = "E2EXAMPLE"
BUCKETS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("a plain one", {}, []), ("one whose policy names it", {"document": {"Principal": {"CanonicalUser": IDENTITY}}}, [IDENTITY]),
    ("one whose ACL does", {"acl": [("id", IDENTITY, "READ")]}, [IDENTITY]), ("one without ACLs", {"acl": [("id", IDENTITY, "READ")], "settings": Settings(ownership="BucketOwnerEnforced")}, []),
    ("log delivery", {"acl": [("group", "http://acs.amazonaws.com/groups/s3/LogDelivery", "WRITE")]}, ["log delivery"]), ("log delivery by its id", {"acl": [("id", "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0", "WRITE")]}, ["log delivery"]), ("another group", {"acl": [("group", "http://acs.amazonaws.com/groups/global/AllUsers", "READ")]}, []),
]  # fmt: skip


@rows("why, what, said", BUCKETS)
def test_callers_in_no_account(why: str, what: dict[str, Any], said: list[str]) -> None:
    """Our own, whom the document may refuse: that is said before it is attached."""
    found = list(nameless(Resource(arn="arn:aws:s3:::b", kind="AWS::S3::Bucket", **what), [IDENTITY, "E0OTHER"]))  # fmt: skip
    assert len(found) == len(said) and all(one in text for one, text in zip(said, found, strict=True)), why  # fmt: skip


def test_what_a_statement_refuses_and_nothing_else() -> None:
    """Each condition turned round; an operator that ours do not have is none."""
    block = {"StringNotEqualsIfExists": {"a": ["x"]}, "StringNotLike": {"b": "y"}, "StringLike": {"c": "z"}, "ForAllValues:StringNotLike": {"d": "w"},
             "Bool": {"e": "true"}, "BoolIfExists": {"f": "false"}, "Null": {"g": "true"}}  # fmt: skip
    first, *others = refused_alone({"Action": ["s3:*"], "Condition": block})
    assert first == {"Effect": "Deny", "Principal": "*", "NotAction": ["s3:*"]}
    assert [one["Condition"] for one in others] == [
        {"StringEquals": {"a": ["x"]}}, {"StringLike": {"b": "y"}}, {"StringNotLike": {"c": "z"}}, {"ForAnyValue:StringLike": {"d": "w"}},
        {"BoolIfExists": {"e": "false"}}, {"Bool": {"f": "true"}}, {"Null": {"g": "false"}},
    ]  # fmt: skip
    assert all(one["Action"] == "*" and one["Effect"] == "Deny" for one in others)
    with pytest.raises(KeyError):
        refused_alone({"Action": "*", "Condition": {"StringEquals": {"a": "x"}}})


def entry(**what: Any) -> Entry:
    given: dict[str, Any] = {"name": "Acme", "accounts": (), "organizations": (), "federation": (), "products": (), "scope": VettedScope(), "expires": date(2027, 5, 1),
                             "path": "a.yaml", "line": 3}  # fmt: skip
    return Entry(**given | what)


def of_list(*entries: Entry, **more: Any) -> Listed:
    given: dict[str, Any] = {"entries": entries, "expired": (), "aliases": (), "own_organizations": (), "own_accounts": (), "own_federation": (), "path": "a.yaml", "sha256": ""}  # fmt: skip
    return Listed(**given | more)


def said(*entries: Entry, publishers: tuple[str, ...] = (), **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = as_api(criteria(of_list(*entries, **more), entries, publishers))["ImageCriteria"]  # fmt: skip
    return found


NAMED = VettedScope(images=("b-*", "a-*"))
CRITERIA_OF: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]] = [
    ("nobody", said(), []), ("accounts", said(entry(accounts=(V, W))), [{"ImageProviders": [W, V]}]), ("publishers of ours", said(publishers=(M,)), [{"ImageProviders": [M]}]),
    ("aliases", said(aliases=("amazon", "self")), [{"ImageProviders": ["amazon"]}]), ("products", said(entry(products=("p2", "p1"))), [{"MarketplaceProductCodes": ["p1", "p2"]}]),
    ("images of some names", said(entry(accounts=(V,), products=("p",), scope=NAMED)),
     [{"ImageProviders": [V], "ImageNames": ["a-*", "b-*"]}, {"ImageNames": ["a-*", "b-*"], "MarketplaceProductCodes": ["p"]}]),
    ("two of the same names", said(entry(accounts=(V,), scope=NAMED), entry(accounts=(W,), scope=NAMED)), [{"ImageProviders": [W, V], "ImageNames": ["a-*", "b-*"]}]),
    ("of no image", said(entry(accounts=(V,), scope=VettedScope(images=()))), []),
    ("more than one takes", said(entry(accounts=tuple(f"{n:012}" for n in range(PROVIDERS + 1)))), [{"ImageProviders": [f"{n:012}" for n in range(PROVIDERS)]}, {"ImageProviders": [f"{PROVIDERS:012}"]}]),
    ("as many as one takes", said(entry(products=tuple(f"p{n:02}" for n in range(PRODUCTS)))), [{"MarketplaceProductCodes": [f"p{n:02}" for n in range(PRODUCTS)]}]),
    ("names in pieces", said(entry(accounts=(V,), scope=VettedScope(images=tuple(f"n{n:02}-*" for n in range(NAMES + 1))))),
     [{"ImageProviders": [V], "ImageNames": [f"n{n:02}-*" for n in range(NAMES)]}, {"ImageProviders": [V], "ImageNames": [f"n{NAMES}-*"]}]),
]  # fmt: skip


@rows("why, found, expected", CRITERIA_OF)
def test_whose_images_may_be_launched(why: str, found: Any, expected: Any) -> None:
    """A name without its provider would allow anybody's image of that name."""
    assert found == expected, why


NAMES_OF = [("a b()[]./-'@_*", True), ("a?b", True), ("a?", False), ("?", False), ("x" * 128, True), ("x" * 129, False), ("a,b", False), ("", False)]  # fmt: skip


@rows("name, taken", NAMES_OF)
def test_names_that_aws_takes(name: str, taken: bool) -> None:
    """One that it does not would be refused with the whole document."""
    one = entry(accounts=(V,), scope=VettedScope(images=(name,)))
    if taken:
        check([one])
    else:
        with pytest.raises(InputError, match="do not take the image name"):
            check([one])


def test_products_and_criteria_that_aws_takes() -> None:
    """At their edges."""
    check([entry(products=("p" * 25,))])
    for code in ("p" * 26, "p-1", ""):
        with pytest.raises(InputError, match="do not take the product code"):
            check([entry(products=(code,))])
    assert excess({"ImageCriteria": [{}] * CRITERIA}) is None
    assert excess({"ImageCriteria": [{}] * (CRITERIA + 1)}) == f"takes {CRITERIA + 1} criteria, and AWS takes {CRITERIA}"  # fmt: skip
    policy = as_policy([Criterion(("aws-marketplace", V), ("a-*",)), Criterion(products=("p",))], "audit_mode")  # fmt: skip
    assert policy["ec2_attributes"]["allowed_images_settings"]["state"] == {"@@assign": "audit_mode"}  # fmt: skip
    assert of_policy(policy) == [
        {"allowed_image_providers": {"@@assign": ["aws_marketplace", V]}, "image_names": {"@@assign": ["a-*"]}},
        {"marketplace_product_codes": {"@@assign": ["p"]}},
    ]  # fmt: skip


def test_whom_the_list_vets_on_a_day() -> None:
    """Until the end of its last day; for which accounts; and the one that ends first."""
    old, new = entry(name="b", expires=date(2026, 12, 1)), entry(name="a")
    assert of_list(new, old).soonest() is old and of_list().soonest() is None
    some = entry(scope=VettedScope(in_accounts=(M,)))
    none = entry(scope=VettedScope(in_accounts=()))
    assert [for_account([new, some, none], one) for one in (M, N, None)] == [(new, some), (new,), (new, some)]  # fmt: skip
    found = vetted_on(allowlist(vendor("x", accounts=[V], expires="2026-11-19"), vendor("y", accounts=[W], expires="2026-11-20")), TODAY)  # fmt: skip
    assert ([one.name for one in found.entries], [one.name for one in found.expired]) == (["y"], ["x"])  # fmt: skip
    assert {one.path for one in found.entries} == {"allowlist.yaml"}
    assert "'x' expired on 2026-11-19" in nobody(found, "account").message


DRIFTS = [({}, False), ({"lacks": ("x",)}, True), ({"holds": ("x",)}, True), ({"changed": ("x",)}, True)]  # fmt: skip


@rows("what, drifted", DRIFTS)
def test_what_counts_as_drift(what: dict[str, Any], drifted: bool) -> None:
    """Whoever is in it and vetted no more, as much as who is missing."""
    assert Drift(kind="rcp", id="p", **what).drifted is drifted


TENANTS = [
    ("idp.example.com", True), ("other.example.com", True), ("nobody.example.com", False),
    ("example.com", False), (None, False),
]  # fmt: skip


@rows("issuer, told", TENANTS)
def test_whose_tenants_a_document_tells(issuer: str | None, told: bool) -> None:
    """One of several issuers, by its whole name: else its tenants are refused, and nobody is told."""
    arn = "arn:aws:iam::????????????:oidc-provider/other.example.com"
    statement = {"Condition": {"StringLike": {PROVIDER: ["idp.example.com", arn]}}}
    document = {"Statement": [{"Condition": {"Bool": {}}}, statement]}
    assert tells_tenants(document, issuer) is told


@pytest.mark.parametrize("theirs", [("o-1",), ("o-1", "o-2")])
def test_a_snapshot_of_others_gets_no_guardrail_of_ours(theirs: tuple[str, ...]) -> None:
    """Catches one that is merged of several organizations, none of which is ours."""
    manifest = SimpleNamespace(own_organizations=[Organization(id=one) for one in theirs])
    there: Any = SimpleNamespace(manifest=manifest, name="s")
    found: Any = SimpleNamespace(own_organizations=("o-3",), own_accounts=(), path="a.yaml")
    with pytest.raises(InputError, match=f"the snapshot is of {', '.join(theirs)}, and a.yaml"):
        ours(found, there)


def test_what_is_ours_stands_in_order() -> None:
    """Another document on each run, which every plan wants to change."""
    ids, pools = [f"{n}" * 12 for n in (5, 3, 9, 1, 7)], [f"us-east-1:{c}" for c in "hdbgeacf"]
    accounts = tuple(Account(id=one, units=("r",) if n % 2 else None) for n, one in enumerate(ids))
    records = [ProviderRecord(account=M, arn=f"{one}{guests}", kind="identity-pool", issuer=one + guests, logins=logins)
               for one in pools for guests, logins in (("", ()), ("g", (GUESTS,)), ("x", ("other",)))]  # fmt: skip
    manifest = SimpleNamespace(accounts=accounts, own_organizations=[Organization(id=o) for o in ("o-2", "o-1")], partition="aws-cn")  # fmt: skip
    there: Any = SimpleNamespace(manifest=manifest, providers=lambda: records)
    listed: Any = SimpleNamespace(own_organizations=("o-3",), own_accounts=(W, V))
    assert seen(listed, there) == Ours(
        ("o-1", "o-2", "o-3"), tuple(sorted({ids[0], ids[2], ids[4], V, W} - {ids[1], ids[3]})),
        tuple(sorted((ids[1], ids[3]))), tuple(sorted(pools)), tuple(sorted(f"{one}g" for one in pools)), "aws-cn",
    )  # fmt: skip
    kept: Any = [SimpleNamespace(access=SimpleNamespace(aws=[SimpleNamespace(account=one)])) for one in (*ids, None)]  # fmt: skip
    assert aws_of(kept) == tuple(sorted(ids))


BENCHES = [
    ("all is read", (True, True, True), 0), ("not what is left", (None, True, True), 1),
    ("not what is refused", (True, None, True), 1), ("not what would wrongly be", (True, True, None), 1),
]  # fmt: skip


@rows("why, read, doubts", BENCHES)
def test_what_could_not_be_read_is_a_doubt(why: str, read: tuple[Any, ...], doubts: int) -> None:
    """A document that is said to stop nobody who is vetted, of whom nobody could tell."""
    some = Access()
    after, refused, wrongly = (some if one else None for one in read)
    bench = SimpleNamespace(
        behind=lambda *_: after, refused=lambda _one, _s, right=None: wrongly if right else refused
    )
    prover: Any = ResourceProver.__new__(ResourceProver)
    prover._bench, prover.proof = bench, SimpleNamespace(doubts=[], cuts=[])
    prover._right, prover._statements = lambda _: None, lambda _: ["other"]
    prover._cut = lambda *_: None
    aws: Any = SimpleNamespace(record=SimpleNamespace(arn="arn:x", account=M), resource=None,
                               access=SimpleNamespace(grants=[], aws=[]))  # fmt: skip
    aws.access.aws.append(Principal(kind="account", account=V))
    prover._by_policy(aws, ["one"], None)
    assert [one.where for one in prover.proof.doubts] == ["arn:x"] * doubts, why


def test_what_a_guardrail_should_say_goes_by_where_it_is() -> None:
    """Of a root the whole list, also who is vetted in no account that the snapshot knows; of a unit
    those who are vetted there; of what nobody knows the whole list."""
    units = {UNIT: Node(UNIT, {}, [M, N]), OTHER: Node(OTHER, {}, [MORE])}
    tree = [Node(ROOT, units, [M, N, MORE])]
    found = listed(allowlist(
        vendor("A", accounts=[V], scope={"in_accounts": [M]}), vendor("B", accounts=[W], scope={"in_accounts": ["909090909090"]}),
    ), TODAY)  # fmt: skip
    us, asked = Ours(("o-own1234567",), ()), Asked()
    whole, here, elsewhere = (perimeter(found, us, one, asked) for one in (None, M, MORE))
    assert len({repr(one) for one in (whole, here, elsewhere)}) == 3
    for targets, expected in (((ROOT,), whole), ((UNIT, ROOT), whole), (("ou-none",), whole), ((), whole),
                              ((UNIT,), here), ((OTHER,), elsewhere), ((OTHER, UNIT), here)):  # fmt: skip
        assert _wanted(Guardrail(id="p", targets=targets), found, us, tree, asked) == expected, (
            targets
        )


def test_who_is_lost_beside_everybody() -> None:
    """A vendor by an ACL, which the block does not touch here, told as cut; or one that is none."""
    grants = [
        SimpleNamespace(via=via, effective=effective, principal=SimpleNamespace(account=account))
        for via in ("policy", "acl") for effective in (True, None, False) for account in (V, W)
    ]  # fmt: skip
    prover, lost = PublicProver.__new__(PublicProver), list[tuple[Any, ...]]()
    there: Any = prover
    there._bench = SimpleNamespace(before=lambda _: SimpleNamespace(grants=grants))
    there._judge = SimpleNamespace(status=lambda _, principal: (principal.account == V, "x"))
    there._lost = lambda _, grant: lost.append(
        (grant.via, grant.effective, grant.principal.account)
    )
    kept: Any = SimpleNamespace(record=None)
    prover._beside_everybody(
        kept, Resource(arn="arn:aws:s3:::x", kind="AWS::S3::Bucket", account=M)
    )
    assert lost == [("policy", True, V), ("policy", None, V)]
