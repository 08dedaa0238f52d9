"""Roles that are told together are judged as they are one by one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.check.engine import check
from checker.check.rules import PolicyOverrides, Rules
from checker.policy.load import load_policies
from checker.snapshot.read import Snapshot
from checker.subjects.item import Item
from checker.vetting.read import read_allowlist
from tests import examples
from tests.support.snapshots import OWN, OWN2, STRANGER, VENDOR, allow, role, write

BUILT_IN = Rules(load_policies(None), PolicyOverrides())
SCOPES = ["", "external_id: required", "max_privilege: read", f"in_accounts: ['{OWN2}']", "roles: ['R1*']",
          "reads_data: false", f"principals: ['arn:aws:iam::{VENDOR}:role/x']"]  # fmt: skip
LISTED = """version: 1
vendors:
  - name: A
    accounts: ['{account}']
    scope: {{{scope}}}
    vetting: {{owner: o@example.com, reference: T, reviewed: 2026-05-01, expires: {expires}, evidence: []}}
"""
ROLES = st.lists(
    st.fixed_dictionaries({
        "account": st.sampled_from([OWN, OWN2]),
        "trusted": st.sampled_from([(VENDOR,), (VENDOR,), (STRANGER,), (VENDOR, STRANGER)]),
        "id": st.sampled_from(["abc", "abd", None]),
        "privilege": st.sampled_from(["read", "admin", None]),
        "reads_data": st.sampled_from([True, False, None]),
        "tags": st.sampled_from([{}, {"team": "a"}]),
    }), max_size=8,
)  # fmt: skip
OF_ITS_OWN = """id: by-name
title: t
severity: low
applies_to: role_trust
assert: "{read}"
message: "m {{resource}}"
rationale: r
remediation: r
tests:
  - {{name: a, expect: pass, facts: {{role: {{name: a, tags: {{team: a}}}}}}}}
  - {{name: b, expect: fail, facts: {{role: {{name: R1}}}}}}
"""


def made(at: int, one: dict[str, Any]) -> dict[str, Any]:
    asked = {"StringEquals": {"sts:ExternalId": one["id"]}} if one["id"] else {}
    who = [f"arn:aws:iam::{account}:root" for account in one["trusted"]]
    more = {key: one[key] for key in ("privilege", "reads_data", "tags")}
    return role(f"R{at}", allow({"AWS": who}, **asked), account=one["account"]) | more


def both(folder: Path, roles: list[Any], listed: str, rules: Rules) -> tuple[bytes, bytes, int]:
    """The report, told together and one by one, and how many items that were."""
    (folder / "allowlist.yaml").write_text(listed)
    snapshot = write(folder / "s", roles=[made(at, one) for at, one in enumerate(roles)])
    vetted, seen = read_allowlist(folder / "allowlist.yaml"), list[Item]()
    day = date(2026, 11, 20)
    together = check(Snapshot(snapshot), vetted, rules, day)
    apart = check(Snapshot(snapshot), vetted, rules, day, watch=seen.append)
    assert all(item.crowd is None for item in seen)
    return msgspec.json.encode(together), msgspec.json.encode(apart), len(seen)


@settings(max_examples=examples(25), deadline=None)
@given(ROLES, st.sampled_from(SCOPES), st.sampled_from(["2027-01-01", "2026-06-01"]))
def test_told_together_the_report_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, roles: list[Any], scope: str, expires: str
) -> None:
    """Catches a role that is judged by another's privilege, scope or account, or counted twice."""
    listed = LISTED.format(account=VENDOR, scope=scope, expires=expires)
    together, apart, _ = both(tmp_path_factory.mktemp("s"), roles, listed, BUILT_IN)
    assert together == apart


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("account", [VENDOR, STRANGER])
def test_roles_that_are_alike_are_each_held_against_the_scope(
    tmp_path: Path, scope: str, account: str
) -> None:
    """Catches a role outside of the scope that is counted with one within, and passes."""
    alike = {"trusted": (VENDOR,), "id": "abc", "privilege": "read", "reads_data": False, "tags": {}}  # fmt: skip
    roles = [{"account": one} | alike for one in (OWN2, OWN2, OWN)]
    listed = LISTED.format(account=account, scope=scope, expires="2027-01-01")
    together, apart, _ = both(tmp_path, roles, listed, BUILT_IN)
    assert together == apart
    beyond = account == VENDOR and scope.startswith(("in_accounts", "roles", "principals"))
    assert (b'"policy":"vendor-out-of-scope","severity"' in together) is beyond


@pytest.mark.parametrize(
    "read", ["role.name == 'a'", "role.tags.team == 'a'", "account.id == '1'", "resource == 'x'"]
)
def test_a_policy_that_reads_what_is_a_roles_own_sees_each(tmp_path: Path, read: str) -> None:
    """Catches a policy that is asked of one role, and answers for all that are like it."""
    (tmp_path / "policies").mkdir()
    text = OF_ITS_OWN.format(read=read)
    (tmp_path / "policies" / "by-name.yaml").write_text(text)
    rules = Rules(load_policies(tmp_path / "policies"), PolicyOverrides())
    roles = [
        {
            "account": OWN2,
            "trusted": (VENDOR,),
            "id": "abc",
            "privilege": "read",
            "reads_data": None,
            "tags": {},
        }
    ] * 3
    listed = LISTED.format(account=VENDOR, scope="", expires="2027-01-01")
    together, apart, _ = both(tmp_path, roles, listed, rules)
    assert together == apart
    assert together.count(b'"policy":"by-name","severity"') == 3
