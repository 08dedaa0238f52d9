"""What is told of use, of a resource and of a trust beside what decides: roles that nobody knows,
the organization that somebody came in through, what could not be told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from checker.publishers.model import UNKNOWN, Owners, Published, Publisher
from checker.publishers.publisher import KINDS
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.records import Account, Location, Role
from checker.snapshot.resources import ResourceRecord
from checker.subjects.code_use.facts import code_publisher, within
from checker.subjects.code_use.items import _Told
from checker.subjects.item import Sighted, Where, untold
from checker.subjects.resource_policy.items import of_resource
from checker.subjects.role_trust.explain import note
from checker.subjects.role_usage import explain
from checker.subjects.role_usage.attribution import User
from checker.subjects.role_usage.items import _facts, _known, _via
from checker.subjects.role_usage.uses import Use
from checker.trust.model import Principal
from checker.vetting.entries import VettedScope
from checker.vetting.register import OWN as OWN_
from checker.vetting.register import UNLISTED, Standing
from tests.facts.test_facts import VETTED
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


def test_use_in_a_line() -> None:
    """Five of nine actions, as if there were no other; or a role that is used, as one that is not."""
    used: dict[str, Any] = {
        "resource": "r", "calls": 2_000, "errors": 3, "last_seen": "2026-11-19", "idle_days": 4,
        "actions": [{"action": f"a:{n}", "calls": 9_000 - n} for n in range(explain.TOP + 2)],
    }  # fmt: skip
    shown = ", ".join(f"a:{n} {9_000 - n:,}" for n in range(explain.TOP))
    assert explain.line(used) == f"r: 2,000 calls, 3 failed, last 2026-11-19 ({shown} and 2 more)"
    few = used | {
        "actions": used["actions"][: explain.TOP],
        "errors": 0,
        "last_seen": None,
        "calls": 1,
    }
    assert explain.line(few) == f"r: 1 call ({shown})"
    assert explain.line(used | {"calls": 0}) == "r: not used for at least 4 days"
    assert explain.line(used | {"calls": 0, "idle_days": None}) == "r: not used as far as is known"


def test_what_a_finding_says_of_itself_is_not_told_twice() -> None:
    """And all else that could not be told is."""
    notes = ("Principal is not known: x", "a default decides", "the trust policy is not known: y")
    assert untold(Role(account="1", arn="a", name="n", unresolved=notes)) == ("a default decides",)
    assert untold(Role(account="1", arn="a", name="n")) == ()


SHOWN: list[tuple[str, Publisher, Standing, tuple[str | None, str | None]]] = [
    ("as the list has it", Publisher("publisher", "p", None, "Theirs"), VETTED, ("A", "allowlist")),
    ("as AWS is called", Publisher("aws", "codebuild", None, "CodeBuild"), OWN_, ("CodeBuild", "aws")),
    ("as a registry says", Publisher("publisher", "p", None, "X"), UNLISTED, ("X", "registry")),
    ("by its id alone", Publisher("publisher", "p"), UNLISTED, (None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "publisher", "standing", "named"), SHOWN)
def test_how_a_publisher_is_called(
    why: str, publisher: Publisher, standing: Standing, named: tuple[str | None, str | None]
) -> None:
    """A vetted one under the name that it gave itself."""
    found = code_publisher(publisher, standing, register())
    assert (found["name"], found["named_by"]) == named, why


def test_code_that_could_not_be_told_may_change() -> None:
    """Whatever its kind: nobody knows which it is."""
    for kind in KINDS:
        use = CodeUse(account=OWN, region="r", resource="f", kind=kind, reference=None)
        told = _Told(WORLD, use, Owners())
        assert told.facts["code"]["mutable"] and told.facts["publisher"]["kind"] == "unknown", kind


CODE_SCOPES = [
    (("*",), "ghcr.io/acme/x:1", True), (("*",), '{"Name": "x"}', False), (("*",), None, False),
    (("*",), "x{", True), (("ghcr.io/other/*",), "ghcr.io/acme/x:1", False),
]  # fmt: skip


@pytest.mark.parametrize(("patterns", "reference", "expected"), CODE_SCOPES)
def test_what_is_within_a_scope_as_it_is_written(
    patterns: tuple[str, ...], reference: str | None, expected: bool
) -> None:
    """Code that AWS describes, passed over by its description: who publishes it is told elsewhere."""
    scope, published = VettedScope(code=patterns), Published(UNKNOWN, True)
    assert within(scope, "222222222222", reference, published) is expected
