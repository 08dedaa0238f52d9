"""Third parties as they are listed: where each was seen, what it may do, and the worst of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from msgspec import UNSET

from checker.check.parties import Looked, Parties
from checker.report.model import Access, ThirdParty, Use
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.records import ImageUse, Role
from checker.subjects.item import (
    By,
    Call,
    Reached,
    ReachedTogether,
    Referred,
    Sighting,
    Trusting,
)
from checker.vetting.register import Standing

A, B = "111111111111", "222222222222"
ALL = Looked(usage=True, resources=True, code=True)
VETTED, EXPIRED, UNLISTED = Standing("vetted", 3), Standing("expired", 4), Standing("unlisted")


def role(name: str, account: str = A, privilege: Any = "read", data: Any = None, secrets: Any = None) -> Role:  # fmt: skip
    arn = f"arn:aws:iam::{account}:role/{name}"
    return Role(account=account, arn=arn, name=name, trust_policy=msgspec.Raw(b"{}"), privilege=privilege,
                reads_data=data, reads_secrets=secrets)  # fmt: skip


def image(image_id: str | None, account: str = A) -> ImageUse:
    return ImageUse(resource="r", kind="instance", account=account, region="us-east-1", image_id=image_id)  # fmt: skip


def code(reference: str | None, account: str = A) -> CodeUse:
    return CodeUse(account=account, region="us-east-1", resource="r", kind="layer", reference=reference)  # fmt: skip


def together(account: str = A, number: int = 1, privilege: Any = None, reads: Any = (None, None)) -> Trusting:  # fmt: skip
    return Trusting(Counter({account: number}), privilege, reads)


def sighting(by: By | None, standing: Standing = VETTED, **more: Any) -> Sighting:
    given: dict[str, Any] = {"kind": "account", "identity": "9", "name": ("N", "allowlist")} | more
    return Sighting(standing=standing, by=by, **given)


def seen(*by: By | Sighting, looked: Looked = ALL) -> ThirdParty:
    parties = Parties(looked)
    for one in by:
        parties.sight(one if isinstance(one, Sighting) else sighting(one))
    (found,) = parties.listed()
    return found


def access(account: str = A, **more: Any) -> Access:
    return Access(account=account, **({"roles": 0, "images": 0, "code": 0, "resources": 0, "access": None} | more))  # fmt: skip


def reached(resource: str, grade: str | None, account: str = A) -> Reached:
    return Reached(resource, "AWS::S3::Bucket", account, None, grade)


WHERE: list[tuple[str, list[By], dict[str, Any], list[Access]]] = [
    ("a role", [role("R")], {"roles": 1}, [access(roles=1, privilege="read")]),
    ("two grants of one role", [role("R"), role("R")], {"roles": 1}, [access(roles=1, privilege="read")]),
    ("two roles, the graver grade", [role("R", privilege="write"), role("S", privilege="read")], {"roles": 2}, [access(roles=2, privilege="write")]),
    ("in the other order", [role("S", privilege="read"), role("R", privilege="admin")], {"roles": 2}, [access(roles=2, privilege="admin")]),
    ("of two accounts, in their order", [role("R", B, "admin"), role("R", A)], {"roles": 2}, [access(A, roles=1, privilege="read"), access(B, roles=1, privilege="admin")]),
    ("one that nobody graded", [role("R", privilege=None, data=True)], {"roles": 1}, [access(roles=1)]),
    ("beside one that somebody did", [role("R", privilege=None), role("S", privilege="none", data=False)], {"roles": 2}, [access(roles=2, privilege="none", reads_data=False)]),
    ("it reads data", [role("R", data=True, secrets=False)], {"roles": 1}, [access(roles=1, privilege="read", reads_data=True, reads_secrets=False)]),
    ("one of two does", [role("R", data=False, secrets=False), role("S", data=True, secrets=False)], {"roles": 2}, [access(roles=2, privilege="read", reads_data=True, reads_secrets=False)]),
    ("and of one nobody knows", [role("R", data=True, secrets=False), role("S", data=None, secrets=None)], {"roles": 2}, [access(roles=2, privilege="read", reads_data=True, reads_secrets=None)]),
    ("of one nobody knows, the other does not", [role("R", data=None, secrets=True), role("S", data=False, secrets=None)], {"roles": 2}, [access(roles=2, privilege="read", reads_data=None, reads_secrets=True)]),
    ("many that are alike", [together(number=5, privilege="write", reads=(True, None)), together(B, 2)], {"roles": 7},
     [access(A, roles=5, privilege="write", reads_data=True), access(B, roles=2)]),
    ("and one more", [together(number=5, privilege="write"), role("R", privilege="admin")], {"roles": 6}, [access(roles=6, privilege="admin")]),
    ("images, each once", [image("ami-1"), image("ami-1"), image("ami-2", B), image("ami-1", B)], {"images": 2}, [access(A, images=1), access(B, images=2)]),
    ("one that is not told", [image(None)], {"images": 1}, [access(images=1)]),
    ("code, each reference once", [code("x"), code("x"), code("x", B), code(None)], {"code": 2}, [access(A, code=2), access(B, code=1)]),
    ("code together", [code("x"), Referred({A: {"x", "y"}, B: {"z"}})], {"code": 3}, [access(A, code=2), access(B, code=1)]),
    ("resources", [reached("q", "write"), reached("q", "read"), reached("s", "read"), reached("s", None, B)], {"resources": 3}, [access(A, resources=2, access="write"), access(B, resources=1)]),
    ("resources together", [reached("q", "read"), ReachedTogether({A: {"q", "r"}, B: {"s"}}, "admin")], {"resources": 3}, [access(A, resources=2, access="admin"), access(B, resources=1, access="admin")]),
    ("calls, which show no account", [Call("r", 2, "2026-11-01")], {"use": Use(calls=2, last_seen="2026-11-01", roles_used=1)}, []),
]  # fmt: skip
NONE: dict[str, Any] = {"roles": 0, "images": 0, "code": 0, "resources": 0, "use": Use(calls=0)}


def test_where_a_third_party_is_seen() -> None:
    """A grade, a count or an account that is missing: an outsider who may do less than he may."""
    for why, by, counts, where in WHERE:
        expected = ThirdParty(id="9", kind="account", name="N", named_by="allowlist", status="vetted",
                              access=tuple(where), **(NONE | counts))  # fmt: skip
        assert seen(*by) == expected, why


CALLS: list[tuple[str, list[Call], Use]] = [
    ("through a role, and without one", [Call("r", 2, "2026-11-01"), Call(None, 3, "2026-11-03")], Use(calls=5, last_seen="2026-11-03", roles_used=1)),
    ("the last of them, in whatever order", [Call("r", 2, "2026-11-03"), Call("r", 3, "2026-11-01")], Use(calls=5, last_seen="2026-11-03", roles_used=1)),
    ("of no time", [Call("r", 2, None)], Use(calls=2, roles_used=1)),
    ("a role that was not used", [Call("r", 0, None), Call("s", 1, None)], Use(calls=1, roles_used=1, roles_unused=1)),
    ("one that was, elsewhere", [Call("r", 0, None), Call("r", 1, None)], Use(calls=1, roles_used=1)),
]  # fmt: skip


def test_how_it_used_what_it_was_given() -> None:
    """A role that counts as unused though it was used, or the other way."""
    for why, calls, use in CALLS:
        assert seen(*calls).use == use, why


STATUSES: list[tuple[str, list[tuple[Standing, bool]], str]] = [
    ("vetted", [(VETTED, True)], "vetted"), ("beyond its scope", [(VETTED, False)], "out-of-scope"),
    ("beyond it once", [(VETTED, False), (VETTED, True)], "out-of-scope"), ("expired", [(EXPIRED, True)], "expired"),
    ("expired, and beyond its scope", [(EXPIRED, False)], "expired"), ("unlisted", [(UNLISTED, True)], "unlisted"),
    ("the worst of it", [(VETTED, True), (UNLISTED, True), (EXPIRED, True)], "unlisted"),
    ("worse than beyond its scope", [(EXPIRED, True), (VETTED, False)], "expired"),
]  # fmt: skip


def test_the_worst_that_was_seen_counts() -> None:
    """A stranger who is listed as vetted."""
    for why, standings, status in STATUSES:
        found = seen(*(sighting(role(str(n)), one, in_scope=ok) for n, (one, ok) in enumerate(standings)))  # fmt: skip
        assert found.status == status, why


def test_what_nobody_looked_at_is_left_out() -> None:
    """None where nobody looked reads as none."""
    for looked, told in ((Looked(), set[str]()), (Looked(usage=True), {"use"}), (Looked(code=True), {"code"}), (Looked(resources=True), {"resources"})):  # fmt: skip
        found = seen(role("R"), code("x"), reached("q", "read"), Call("r", 1, None), looked=looked)
        assert {key for key in ("use", "code", "resources") if getattr(found, key) is not UNSET} == told  # fmt: skip
        (where,) = found.access
        assert {key for key in ("code", "resources") if getattr(where, key) is not UNSET} == told - {"use"}  # fmt: skip
        assert (where.access is UNSET) is ("resources" not in told)


def test_in_which_order_and_by_which_name() -> None:
    """The worst first; one tenant's name is not that of an issuer which many share; who is not listed
    for what was seen needs an entry all the same."""
    parties = Parties(ALL)
    for kind, identity, standing in (("b", "2", UNLISTED), ("a", "3", UNLISTED), ("b", "1", UNLISTED), ("a", "1", VETTED), ("a", "2", EXPIRED)):  # fmt: skip
        parties.sight(sighting(role("R"), standing, kind=kind, identity=identity))
    parties.sight(sighting(None, Standing("vetted", 7), identity="unlisted for this"))
    listed = parties.listed()
    assert [(one.status, one.kind, one.id) for one in listed] == [
        ("unlisted", "a", "3"), ("unlisted", "b", "1"), ("unlisted", "b", "2"), ("expired", "a", "2"), ("vetted", "a", "1"),
    ]  # fmt: skip
    assert parties.vendors == {3, 4, 7}
    assert [(one.name, one.named_by) for one in listed[:1]] == [("N", "allowlist")]
    shared = seen(sighting(role("R")), sighting(role("S"), name=("M", "allowlist")), sighting(role("T")))  # fmt: skip
    assert (shared.name, shared.named_by, shared.roles) == (None, None, 3)
