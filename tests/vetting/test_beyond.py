"""What goes beyond a scope, each key alone: access to resources, code, images, and how far."""

from __future__ import annotations

from typing import Any

from checker.trust.model import Principal
from checker.vetting.entries import VettedScope
from checker.vetting.scope import (
    access_beyond_scope,
    code_beyond_scope,
    image_beyond_scope,
    is_code_within,
    over_accessed,
    over_privileged,
    trust_beyond_scope,
    vets_resources,
)
from tests.support.rows import rows

OWN, OTHER, V = "111111111111", "222222222222", "999999999999"
ARN, KIND = "arn:aws:s3:::logs", "AWS::S3::Bucket"


def scope(**what: Any) -> VettedScope:
    return VettedScope(**what)


WHOLE = Principal(kind="account", account=V)
ONE = Principal(kind="principal", account=V, arn=f"arn:aws:iam::{V}:role/collector")
MEMBERS = Principal(kind="organization", organization="o-vendor12345")
PIPELINE = Principal(kind="federated", provider="idp.example.com")

ACCESS: list[tuple[str, VettedScope, Principal, list[str]]] = [
    ("nothing was said of resources", scope(), WHOLE, ["it was vetted for no resource"]),
    ("this one", scope(resources=("arn:aws:s3:::logs",)), WHOLE, []), ("by a pattern", scope(resources=("arn:aws:s3:::l*",)), WHOLE, []),
    ("another one", scope(resources=("arn:aws:s3:::data",)), WHOLE, [f"{ARN} is none of arn:aws:s3:::data"]),
    ("this kind", scope(kinds=(KIND,)), WHOLE, []), ("another kind", scope(kinds=("AWS::SQS::Queue",)), WHOLE, [f"{KIND} is none of AWS::SQS::Queue"]),
    ("by access alone", scope(max_access="read"), WHOLE, []),
    ("this account", scope(max_access="read", in_accounts=(OWN,)), WHOLE, []), ("another account", scope(max_access="read", in_accounts=(OTHER,)), WHOLE, [f"account {OWN} is none of {OTHER}"]),
    ("no account", scope(max_access="read", in_accounts=()), WHOLE, [f"account {OWN} is none of none, as"]),
    ("no resource", scope(resources=()), WHOLE, [f"{ARN} is none of none, as the list is empty"]), ("no kind", scope(kinds=()), WHOLE, [f"{KIND} is none of none, as"]),
    ("nobody", scope(max_access="read", principals=()), ONE, [f"{ONE.arn} is more than none, as"]),
    ("this principal", scope(max_access="read", principals=(f"arn:aws:iam::{V}:role/collector",)), ONE, []),
    ("by a pattern of it", scope(max_access="read", principals=(f"arn:aws:iam::{V}:role/c*",)), ONE, []),
    ("another principal", scope(max_access="read", principals=(f"arn:aws:iam::{V}:role/x",)), ONE, [f"{ONE.arn} is more than arn:aws:iam::{V}:role/x"]),
    ("the whole account of one principal", scope(max_access="read", principals=(f"arn:aws:iam::{V}:role/c*",)), WHOLE, [f"the whole account {V} is more than arn:aws:iam::{V}:role/c*"]),
    ("the whole account", scope(max_access="read", principals=(f"arn:aws:iam::{V}:*",)), WHOLE, []),
    ("a whole organization", scope(max_access="read", principals=(f"arn:aws:iam::{V}:*",)), MEMBERS, [f"the whole organization o-vendor12345 is more than arn:aws:iam::{V}:*"]),
    ("any account", scope(max_access="read", principals=("arn:aws:iam::*:*",)), MEMBERS, []), ("a pipeline has no ARN", scope(max_access="read", principals=("arn:aws:iam::*:role/x",)), PIPELINE, []),
    ("all at once", scope(resources=("x",), kinds=("AWS::SQS::Queue",), in_accounts=(OTHER,), principals=("x",)), ONE, [f"{ARN} is none of", f"{KIND} is none of", f"account {OWN}", f"{ONE.arn} is more"]),
]  # fmt: skip


@rows("why, limits, who, said", ACCESS)
def test_access_to_a_resource(
    why: str, limits: VettedScope, who: Principal, said: list[str]
) -> None:
    """Each key alone holds: a hit and a miss."""
    found = list(access_beyond_scope(limits, who, arn=ARN, kind=KIND, account=OWN))
    assert len(found) == len(said) and all(one.startswith(begin) for one, begin in zip(found, said, strict=True)), (why, found)  # fmt: skip


ROLES: list[tuple[str, VettedScope, Principal, int]] = [
    ("no limit", scope(), WHOLE, 0), ("by its name", scope(roles=("Monitor*",)), WHOLE, 0), ("by its ARN", scope(roles=(f"arn:aws:iam::{OWN}:role/x/Monitoring",)), WHOLE, 0),
    ("another name", scope(roles=("Audit*",)), WHOLE, 1), ("another ARN", scope(roles=(f"arn:aws:iam::{OTHER}:role/x/Monitoring",)), WHOLE, 1), ("no role", scope(roles=()), WHOLE, 1),
    ("one of two", scope(roles=("Audit*", "Monitoring")), WHOLE, 0), ("another account", scope(in_accounts=(OTHER,)), WHOLE, 1), ("another principal", scope(principals=("x",)), ONE, 1),
]  # fmt: skip


@rows("why, limits, who, count", ROLES)
def test_trust_of_a_role(why: str, limits: VettedScope, who: Principal, count: int) -> None:
    """A pattern that begins as an ARN is of ARNs, any other of names."""
    arn = f"arn:aws:iam::{OWN}:role/x/Monitoring"
    found = list(trust_beyond_scope(limits, who, role_name="Monitoring", role_arn=arn, account=OWN))
    assert len(found) == count, (why, found)


CODE: list[tuple[str, VettedScope, tuple[str, ...], bool, list[str]]] = [
    ("no limit", scope(), ("a",), True, []), ("as it is written", scope(code=("a",)), ("a", "b"), False, []), ("in full", scope(code=("b",)), ("a", "b"), False, []),
    ("neither", scope(code=("c",)), ("a", "b"), False, ["the code a is none of c"]), ("nothing is told", scope(code=("c",)), (), False, ["the code untold is none of c"]),
    ("no code", scope(code=()), ("a",), False, ["the code a is none of none, as"]),
    ("pinned", scope(pinned="required"), ("a",), False, []), ("not pinned", scope(pinned="required"), ("a",), True, ["it can be changed behind its name"]),
    ("where it need not be", scope(pinned="optional"), ("a",), True, []), ("another account", scope(in_accounts=(OTHER,)), ("a",), False, [f"account {OWN}"]),
]  # fmt: skip


@rows("why, limits, names, mutable, said", CODE)
def test_code(
    why: str, limits: VettedScope, names: tuple[str, ...], mutable: bool, said: list[str]
) -> None:
    """By any of its names; of one alone, whether is told without how."""
    found = list(code_beyond_scope(limits, names=names, account=OWN, mutable=mutable))
    for one in names:
        how = list(code_beyond_scope(limits, names=(one,), account=OWN, mutable=mutable))
        assert is_code_within(limits, one, OWN, mutable=mutable) == (not how), (why, how)
    assert len(found) == len(said) and all(one.startswith(begin) for one, begin in zip(found, said, strict=True)), (why, found)  # fmt: skip


IMAGES: list[tuple[str, VettedScope, str | None, str | None, int]] = [
    ("no limit", scope(), "a", "ami-1", 0), ("by name", scope(images=("a*",)), "ab", "ami-1", 0), ("by id", scope(images=("ami-1",)), "ab", "ami-1", 0), ("neither", scope(images=("x",)), "ab", "ami-1", 1),
    ("nothing is known", scope(images=("*",)), None, None, 1), ("another account", scope(in_accounts=(OTHER,)), "a", "ami-1", 1),
]  # fmt: skip


@rows("why, limits, name, id_, count", IMAGES)
def test_images(
    why: str, limits: VettedScope, name: str | None, id_: str | None, count: int
) -> None:
    """By name or id; one of which nothing is known is none that was vetted."""
    assert len(list(image_beyond_scope(limits, image_name=name, image_id=id_, account=OWN))) == count, why  # fmt: skip


GRADED: list[tuple[str | None, str | None, bool | None]] = [
    (None, "admin", None), ("read", "read", False), ("read", "write", True), ("write", "read", False), ("admin", "admin", False), ("read", None, True), ("read", "none", False), ("write", "admin", True),
]  # fmt: skip


@rows("limit, grade, over", GRADED)
def test_more_than_was_vetted(limit: Any, grade: str | None, over: bool | None) -> None:
    """What nobody could grade is more; without a limit nobody can tell."""
    assert over_privileged(scope(max_privilege=limit), grade) is over
    assert over_accessed(scope(max_access=limit), grade) is over
    assert over_privileged(scope(max_privilege="admin"), "unknown") is True


def test_an_entry_of_before_resources_were_judged() -> None:
    """Vets none, until one of three keys says otherwise."""
    assert not vets_resources(scope(roles=("a",), in_accounts=(OWN,)))
    assert all(map(vets_resources, (scope(resources=()), scope(kinds=()), scope(max_access="read"))))  # fmt: skip
