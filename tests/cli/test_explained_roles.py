"""What trust policies say of one account: which roles are asked, and which of several records is meant."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import msgspec

from checker.explain.statements import asked, outcomes, resource_of_arn, role_of
from checker.snapshot.records import Role
from tests.support.rows import rows
from tests.trust.support import SCOPE

V, OTHER = "999999999999", "888888888888"
HERE: Any = SimpleNamespace(of=lambda _account: SCOPE)


def allows(principal: Any, effect: str = "Allow", **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole", **more}]})  # fmt: skip


def role(name: str, text: str) -> Role:
    return Role(account="111111111111", arn=f"arn:r/{name}", name=name, trust_policy=msgspec.Raw(text.encode()))  # fmt: skip


def snapshot(*roles: Role, **more: Any) -> Any:
    return SimpleNamespace(roles=lambda: [list(roles)], resources=lambda: more.get("resources", ()))


NAMED = allows({"AWS": f"arn:aws:iam::{V}:root"})
ASKED: list[tuple[str, str, bool | None]] = [
    ("it is let in", NAMED, True), ("somebody else is", allows({"AWS": OTHER}), None), ("it is denied", allows({"AWS": V}, "Deny"), False), ("anybody is let in", allows({"AWS": "*"}), True), ("anybody is denied", allows("*", "Deny"), None),
    ("written with an escape", NAMED.replace("9", "\\u0039"), True), ("written with all that may hide it", allows({"AWS": f"arn:aws:iam::{V}:root"}, Sid="\u00e9*%"), True), ("no policy", "3", None), ("nothing", "{}", None),
]  # fmt: skip


@rows("why, text, expected", ASKED)
def test_what_each_policy_says_of_the_account(why: str, text: str, expected: bool | None) -> None:
    """A role that means it under another spelling is told of; one that means nobody is not."""
    found = list(asked(V, snapshot(role("a", text)), HERE, set()))
    assert [one["allowed"] for one in found] == ([] if expected is None else [expected]), why


def test_roles_that_are_known_are_left_out() -> None:
    """Equal policies are asked once, and each role is told."""
    found = snapshot(role("a", NAMED), role("b", NAMED), role("c", NAMED))
    assert [one["resource"] for one in asked(V, found, HERE, {"arn:r/b"})] == ["arn:r/a", "arn:r/c"]
    (one,) = asked(V, snapshot(role("a", allows({"AWS": V}, "Deny"))), HERE, set())
    assert (one["statement"], one["organization"], one["account"]) == (None, None, "111111111111")


def test_which_record_is_meant() -> None:
    """By its ARN, and of several by its kind; of none there is none."""
    found = [SimpleNamespace(arn=arn, kind=kind) for arn, kind in (("a", "k"), ("b", "k"), ("b", "l"))]  # fmt: skip
    there = snapshot(role("x", NAMED), resources=found)
    assert resource_of_arn("b", there) is found[1] and resource_of_arn("b", there, "l") is found[2]  # type: ignore[comparison-overlap]
    assert resource_of_arn("c", there) is None and resource_of_arn("a", there, "l") is None
    assert role_of("arn:r/x", there) is not None and role_of("arn:r/y", there) is None


def test_what_each_statement_does() -> None:
    """Of a policy that can be read; one that cannot is a finding of its own."""
    (one,) = outcomes(role("a", NAMED), HERE)
    assert (one["index"], one["outcome"]) == (0, "grants")
    assert outcomes(role("a", "{no"), HERE) == []
