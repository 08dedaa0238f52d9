"""What is told of use, of a resource and of a trust beside what decides: roles that nobody knows,
the organization that somebody came in through, what could not be told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec

from checker.snapshot.records import Account, Location
from checker.snapshot.resources import ResourceRecord
from checker.subjects.item import Sighted, Where
from checker.subjects.resource_policy.items import of_resource
from checker.subjects.role_trust.explain import note
from checker.subjects.role_usage.attribution import User
from checker.subjects.role_usage.items import _facts, _known, _via
from checker.subjects.role_usage.uses import Use
from checker.trust.model import Principal
from checker.vetting.register import UNLISTED
from tests.subjects.test_usage_facts import WINDOW, line
from tests.vetting.test_register import OWN, STRANGER, TWO, register

ORGANIZATION = "o-theirs12345"


def where(resource: str, account: str, location: Location | None, **more: Any) -> Where:
    return Where(resource, account=account, location=None, **more)


WORLD: Any = SimpleNamespace(
    register=register(), account=lambda account: {"id": account}, where=where,
    accounts={OWN: Account(id=OWN), TWO: Account(id=TWO, collected=False)},
)  # fmt: skip


def test_whether_a_role_is_known() -> None:
    """A role that is gone, told as one that nobody looked for; or the other way."""
    role: Any = SimpleNamespace()
    asked = [(OWN, role), (OWN, None), (TWO, None), (TWO, role), (STRANGER, None)]
    assert [_known(WORLD, *one) for one in asked] == [True, False, None, True, None]
    ours: Any = SimpleNamespace(register=register(), accounts={})
    assert _known(ours, OWN, None) is False, "ours by the list, of which the snapshot says nothing"


def test_how_it_came_in() -> None:
    """The plainest of all ways; and through which organization."""
    ways: list[tuple[tuple[str, ...], str]] = [
        ((), "session"), (("direct",), "direct"), (("delegated", "direct"), "delegated"), (("direct", "session"), "session"),
    ]  # fmt: skip
    assert [_via(line(via=via) for via in some) for some, _ in ways] == [told for _, told in ways]
    for organization in (None, ORGANIZATION):
        who = User(Principal(kind="account", account=STRANGER), UNLISTED, ("account", STRANGER), organization=organization)  # fmt: skip
        facts = _facts(WORLD, Use(who, None, OWN, [line()]), None, WINDOW)
        told = facts["principal"]["organization"], facts["resource"], facts["attributed_by"]
        assert told == (organization, f"arn:aws:iam::{OWN}:root", "session")


def test_what_of_a_resource_could_not_be_told() -> None:
    """Goes along with what was wrong with it."""
    for unresolved in (msgspec.UNSET, ("The policy is not known",)):
        record = ResourceRecord(account=OWN, region="r", arn="arn:aws:s3:::b", kind="AWS::S3::Bucket", name="b", unresolved=unresolved)  # fmt: skip
        (one,) = of_resource(WORLD, record, (), ("AROAX",))
        assert (one.where.told, one.where.region) == (tuple(unresolved or ()), "r")
        assert [told["message"] for told in one.facts["problems"]] == ["AROAX has been deleted"]
        assert not list(of_resource(WORLD, record, (), ()))


def test_what_a_proposal_keeps_of_a_trust() -> None:
    """Claims once, and none where none is known; those without a tenant apart."""
    seen = Sighted(("federation", "i"))
    facts: dict[str, Any] = {"role": {"name": "R"}, "grant": {"external_id": "none", "open_federation": False}}  # fmt: skip
    opened = {"role": {"name": "S"}, "grant": {"external_id": "required", "open_federation": True}}
    for some, named in ((facts, {}), (facts, {"claims": {"a": ["1"]}}), (facts, {"claims": {"a": ["1"]}}), (opened, {"claims": {"b": ["2"]}})):  # fmt: skip
        note(seen, OWN, some, named)
    assert (seen.claims, seen.no_tenant) == ([{"a": ["1"]}, {"b": ["2"]}], [{"b": ["2"]}])
    assert (seen.roles, seen.external_ids) == (["R", "S"], {"none", "required"})
    assert seen.where == {OWN: ["role R", "role S"]}
