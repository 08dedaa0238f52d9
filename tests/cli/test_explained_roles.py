"""What trust policies say of one account: which roles are asked, and which of several records is meant."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import msgspec

from checker.explain.party import RESOURCES, Watcher, own_ids, party, resource, roles
from checker.explain.sightings import sightings
from checker.explain.statements import asked, outcomes, resource_of_arn, role_of
from checker.snapshot.records import Organization, Role
from checker.snapshot.resources import ResourceRecord
from checker.subjects import registry
from checker.vetting.allowlist import Allowlist
from checker.vetting.catalogue import Entry, Known
from checker.yamlfile import parse_yaml
from tests.report.factory import finding, report
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


def test_what_cannot_be_told_of_the_account_is_told() -> None:
    """A role that may let it in, as nobody can say; equal policies of two accounts are two, as what
    is our own is not the same."""
    twice = NAMED.replace(V, "*")[:-1] + ',"Version":"2012-10-17"}'
    (one,) = asked(V, snapshot(role("a", twice)), HERE, set())
    assert one["allowed"] is None and "given twice" in one["reason"]
    of: list[str] = []
    there = snapshot(role("a", NAMED), msgspec.structs.replace(role("b", NAMED), account="2" * 12))
    scopes: Any = SimpleNamespace(of=lambda account: of.append(account) or SCOPE)
    assert len(list(asked(V, there, scopes, set()))) == 2 and of == ["1" * 12, "2" * 12]


@rows("status, baseline", [("open", False), ("waived", False), ("open", True)])
def test_every_finding_of_a_role_or_a_resource_is_told(status: Any, baseline: bool) -> None:
    """One that is waived or known, left out: as if nobody had found anything."""
    found = finding(resource="arn:r/a", status=status, baseline=baseline)
    given, seen = report(found, finding(resource="arn:r/b")), Watcher(())
    told = roles("a", snapshot(role("a", NAMED)), HERE, seen, given)
    assert told and [one["status"] for one in told["roles"][0]["findings"]] == [status]
    record = ResourceRecord(account=V, arn="arn:r/a", kind="k")
    shown = resource("arn:r/a", snapshot(resources=[record]), seen, given)
    assert shown and [one["status"] for one in shown["findings"]] == [status]


def test_what_was_looked_at_and_showed_nobody_is_told() -> None:
    """Nothing found, as if nobody had looked; and what nobody looked at, as nothing found."""
    seen = Watcher({V})
    always = {one.KEY for one in registry.explained().values() if one.ALWAYS}
    assert seen.sections() == {key: [] for key in always}
    nobody: Any = SimpleNamespace(subject=RESOURCES, facts={"principal": {}}, where=SimpleNamespace(resource="b"))  # fmt: skip
    with patch.object(registry.explained()[RESOURCES], "concerns", lambda *_: False):
        seen(nobody)
    assert seen.sections() == {key: [] for key in (*always, registry.explained()[RESOURCES].KEY)}


def test_whom_a_catalogue_has_disabled() -> None:
    """A name that its list has taken back, as one that it stands by."""
    names: Any = SimpleNamespace(known=lambda _: [
        Known(Entry(name="Acme", source=None, accounts=(V,), enabled=enabled), "list", None) for enabled in (True, False)])  # fmt: skip
    shown = party(V, Allowlist(parse_yaml(b"version: 1\n", "a.yaml")), names, frozenset(), Watcher({V}), None, today=date(2026, 11, 1))  # fmt: skip
    assert [one["enabled"] for one in shown["known"]] == [True, False]


def test_ids_that_are_our_own() -> None:
    """An own organization, told as an outsider's: the list's, and each that was collected."""
    text = b"version: 1\norganization: {ids: [o-listed12345], accounts: ['333333333333']}\n"
    ours = [Organization(id=one) for one in ("o-first12345", "o-second1234")]
    there: Any = SimpleNamespace(manifest=SimpleNamespace(own_organizations=ours, accounts=[SimpleNamespace(id="1" * 12)]))  # fmt: skip
    listed = Allowlist(parse_yaml(text, "a.yaml"))
    assert own_ids(listed, None) == {"o-listed12345", "3" * 12}
    assert own_ids(listed, there) == {"o-listed12345", "3" * 12, "1" * 12, "o-first12345", "o-second1234"}  # fmt: skip


def test_all_that_a_finding_names_is_a_sight() -> None:
    """Of an image with two products, the first alone; or the catalogue's name of AWS's account,
    which publishes them, as theirs."""
    publisher = {"kind": "marketplace", "account": V, "name": "AWS"}
    facts = {"origin": {}, "publisher": publisher, "image": {"id": "ami-1", "product_codes": ["p1", "p2"]}}  # fmt: skip
    found = sightings(report(finding(facts=facts)))
    assert [(one.key, one.name) for one in found] == [(("marketplace_products", one), None) for one in ("p1", "p2")]  # fmt: skip
