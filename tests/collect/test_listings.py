"""What is always so of an organization's listings: where it isn't, something was lost on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws.organization import accounts
from checker.collect.aws.session import connect
from checker.collect.aws.survey import account_region_of
from checker.snapshot.records import Organization as Ours
from tests.support.collected import Snapshot, run
from tests.support.front import OWN, Answer, aws, deny

pytestmark = pytest.mark.usefixtures("few_sources")
MEMBER, MANAGER = "222222222222", "333333333333"
ROOT = {"Id": "r-1", "Name": "Root"}
UNIT = {"Id": "ou-1-x", "Name": "Prod"}
ALL = (OWN, MEMBER, MANAGER)


def listing(ids: tuple[str, ...], **more: Any) -> list[dict[str, Any]]:
    return [{"Id": id_, "Name": "a", "State": "ACTIVE", **more} for id_ in ids]


class Organization:
    """Answers of Organizations; `tree` is who stands in the root and in its one unit."""

    def __init__(
        self,
        listed: Any,
        tree: dict[str, tuple[str, ...]],
        *,
        roots: Any = (ROOT,),
        paths: bool = False,
    ) -> None:
        self.listed, self.tree, self.roots, self.paths = listed, tree, roots, paths

    def __call__(self, call: Any) -> Answer | None:
        found = getattr(self, call.action, None) if call.service == "organizations" else None
        if found is None:
            return None
        return Answer(200, json.dumps(found(call.parameters)), "application/x-amz-json-1.1")

    def DescribeOrganization(self, _: Any) -> Any:  # noqa: N802
        return {"Organization": {"Id": "o-aaaaaaaaaa", "MasterAccountId": MANAGER}}

    def ListAccounts(self, _: Any) -> Any:  # noqa: N802
        accounts = listing(self.listed)
        for account in accounts if self.paths else ():
            account["Paths"] = [f"o-a/r-1/ou-1-x/{account['Id']}/"]
        return {"Accounts": accounts}

    def ListRoots(self, _: Any) -> Any:  # noqa: N802
        return {"Roots": list(self.roots)}

    def ListOrganizationalUnitsForParent(self, asked: Any) -> Any:  # noqa: N802
        return {
            "OrganizationalUnits": [UNIT]
            if asked["ParentId"] == "r-1" and "ou-1-x" in self.tree
            else []
        }

    def ListAccountsForParent(self, asked: Any) -> Any:  # noqa: N802
        return {"Accounts": listing(self.tree.get(asked["ParentId"], ()))}


def collected(folder: Path, *interceptors: Any) -> Snapshot:
    with aws(*interceptors):
        return run(folder, "--organization", "--regions", "us-east-1")


def said(snapshot: Snapshot) -> list[str]:
    return [
        f"{gap['call'].partition(':')[2]}: {gap['message']}" for gap in snapshot.manifest["gaps"]
    ]


WHOLE = {"r-1": (OWN,), "ou-1-x": (MEMBER, MANAGER)}
LISTINGS = [
    ("all there", Organization(ALL, WHOLE), []),
    ("all there, by paths", Organization(ALL, WHOLE, paths=True), []),
    ("the caller is missing", Organization((MEMBER, MANAGER), WHOLE), [f"ListAccounts: {OWN}: not among the 2"]),
    ("the management account is missing", Organization((OWN, MEMBER), WHOLE), [f"ListAccounts: {MANAGER}: not"]),
    ("missing with paths", Organization((OWN, MEMBER), WHOLE, paths=True), [f"ListAccounts: {MANAGER}: not"]),
    ("a member is missing, which stands in the tree", Organization((OWN, MANAGER), WHOLE), [f"ListAccounts: {MEMBER}: not"]),
    ("nobody is listed", Organization((), WHOLE), [f"ListAccounts: {OWN}, {MEMBER}, {MANAGER}: not among the 0"]),
    ("no root", Organization(ALL, WHOLE, roots=()), ["ListRoots: no root"]),
    ("no root, by paths", Organization(ALL, WHOLE, roots=(), paths=True), ["ListRoots: no root"]),
    ("an account stands nowhere", Organization(ALL, {"r-1": (OWN,), "ou-1-x": (MEMBER,)}), ["ListAccountsForParent: 1 account stands"]),
    ("a unit is missing", Organization(ALL, {"r-1": (OWN,)}), ["ListAccountsForParent: 2 accounts"]),
    ("a unit is missing, by paths", Organization(ALL, {"r-1": ()}, paths=True), ["ListOrganizationalUnitsForParent: 3 accounts"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "answers", "expected"), LISTINGS, ids=[row[0] for row in LISTINGS]
)
def test_a_listing_that_cannot_be_whole_is_one_gap(
    tmp_path: Path, reason: str, answers: Organization, expected: list[str]
) -> None:
    """Four accounts that are one account in silence pass the gate. Whoever is ours for sure is
    among the accounts, and is looked at."""
    snapshot = collected(tmp_path, answers)
    assert len(said(snapshot)) == len(expected), (reason, said(snapshot))
    for text, begins in zip(said(snapshot), expected, strict=True):
        assert text.startswith(begins), reason
    assert [account["id"] for account in snapshot.manifest["accounts"]] == sorted(ALL), reason
    assert snapshot.code == (3 if expected else 0)


@pytest.mark.parametrize(
    "call",
    ["ListAccounts", "ListRoots", "ListAccountsForParent", "ListOrganizationalUnitsForParent"],
)
def test_a_refusal_is_told_once(tmp_path: Path, call: str) -> None:
    """Why something is missing is known then: no second gap about the consequence."""
    snapshot = collected(
        tmp_path, deny(call, "AccessDeniedException", status=400), Organization(ALL, WHOLE)
    )
    assert {gap[2:] for gap in snapshot.gaps} == {
        (f"organizations:{call}", "AccessDeniedException")
    }


@pytest.mark.parametrize("states", [("ACTIVE", "SUSPENDED"), ("SUSPENDED", "ACTIVE")])
def test_an_account_that_is_listed_twice_is_one(tmp_path: Path, states: tuple[str, str]) -> None:
    """Pages may overlap; whoever is active by one of them is looked at. A list that was written
    is one that can be read."""
    answers = Organization(ALL, WHOLE)
    twice = [{"Id": MEMBER, "Name": "a", "State": state} for state in states]
    answers.ListAccounts = lambda _: {"Accounts": [*listing((OWN, MANAGER)), *twice]}  # type: ignore[method-assign]
    with aws(answers):
        account_region = account_region_of(connect(None), None)
        found = accounts(account_region, Ours(id="o-aaaaaaaaaa", management_account=MANAGER))
    assert [(one.id, one.state) for one in found if one.id == MEMBER] == [(MEMBER, "ACTIVE")]
    assert (len(found), account_region.gaps) == (3, [])
