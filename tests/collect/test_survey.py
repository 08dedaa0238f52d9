"""Whose accounts are looked at: an organization as AWS lists it, whole, cut or odd, and what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from checker.collect.aws import organization
from checker.collect.aws.account_region import AccountRegion, Options
from checker.collect.aws.asked import asked
from checker.collect.aws.listing import Listing
from checker.collect.aws.survey import (
    Request,
    Survey,
    _in_shard,
    _told,
    _unlisted,
    listing_of,
    marked,
    survey,
)
from checker.collect.aws.wanted import check_excluded, check_regions, check_units, under
from checker.errors import InputError
from checker.snapshot.records import Account, Gap, Organization
from checker.snapshot.shards import Shard, shard_of
from tests.support.rows import rows

A, B, C = "111111111111", "222222222222", "333333333333"
OURS = Organization(id="o-own1234567", management_account=A)
ROOT, UNIT = {"Id": "r-1", "Name": "Root"}, {"Id": "ou-1-a", "Name": "Prod"}


class Listed:
    """An organization: method and parent → items, or an error's code."""

    offered, unreachable = True, False

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __call__(self, _service: str) -> Any:
        return self

    def pages(self, method: str, request: Mapping[str, Any]) -> Iterator[Any]:
        key = {"list_accounts": "Accounts", "list_roots": "Roots", "describe_regions": "Regions",
               "list_organizational_units_for_parent": "OrganizationalUnits", "list_accounts_for_parent": "Accounts", "list_policies": "Policies"}[method]  # fmt: skip
        found = self.answers.get(method, [])
        found = found.get(request["ParentId"], []) if isinstance(found, dict) else found
        if isinstance(found, str):
            raise ClientError({"Error": {"Code": found, "Message": "no"}}, method)
        yield {key: found}

    def call(self, method: str, _request: Mapping[str, Any]) -> Any:
        found = self.answers[method]
        if isinstance(found, str):
            raise ClientError({"Error": {"Code": found, "Message": "no"}}, method)
        return found


def account_region(**answers: Any) -> AccountRegion:
    return AccountRegion(A, "aws", None, Listed(**answers))


def member(id_: str, state: str = "ACTIVE", **more: Any) -> dict[str, Any]:
    return {"Id": id_, "Name": id_[0], "State": state} | more


def at(*ids: str) -> list[str]:
    return [f"o-own1234567/{'/'.join(ids)}/"]


TREE: dict[str, Any] = {
    "list_accounts": [member(A), member(B)], "list_roots": [ROOT],
    "list_organizational_units_for_parent": {"r-1": [UNIT]},
    "list_accounts_for_parent": {"r-1": [{"Id": A}], "ou-1-a": [{"Id": B}]},
}  # fmt: skip
TELLING = TREE | {
    "list_accounts": [member(A, Paths=at("r-1", A)), member(B, Paths=at("r-1", "ou-1-a", B))],
    "list_accounts_for_parent": "AccessDenied",
}
ACCOUNTS, CHILDREN, ROOTS, UNITS = (
    call.name
    for call in (
        organization.ACCOUNTS,
        organization.CHILDREN,
        organization.ROOTS,
        organization.UNITS,
    )
)
LISTINGS: list[tuple[str, dict[str, Any], list[tuple[str, str | None]], list[tuple[str, str]]]] = [
    ("whole", TREE, [(A, "Root"), (B, "Root/Prod")], []),
    ("whole, by what accounts tell", TELLING, [(A, "Root"), (B, "Root/Prod")], []),
    ("an account twice", TREE | {"list_accounts": [member(A), member(B), member(A)]}, [(A, "Root"), (B, "Root/Prod")], []),
    ("without the caller", TREE | {"list_accounts": [member(B)]}, [(A, "Root"), (B, "Root/Prod")], [(ACCOUNTS, "IncompleteListing")]),
    ("without one of the tree", TREE | {"list_accounts": [member(A)]}, [(A, "Root"), (B, "Root/Prod")], [(ACCOUNTS, "IncompleteListing")]),
    ("refused", TREE | {"list_accounts": "AccessDenied"}, [(A, "Root")], [(ACCOUNTS, "AccessDenied")]),
    ("no root", TREE | {"list_roots": []}, [(A, None), (B, None)], [(ROOTS, "IncompleteListing")]),
    ("roots are refused", TREE | {"list_roots": "AccessDenied"}, [(A, None), (B, None)], [(ROOTS, "AccessDenied")]),
    ("units are refused", TREE | {"list_organizational_units_for_parent": "AccessDenied"}, [(A, "Root"), (B, None)], [(UNITS, "AccessDenied")]),
    ("an account that stands nowhere", TREE | {"list_accounts_for_parent": {"r-1": [{"Id": A}]}}, [(A, "Root"), (B, None)], [(CHILDREN, "IncompleteListing")]),
    ("one whose unit there is not", TELLING | {"list_accounts": [member(A, Paths=at("r-1", A)), member(B, Paths=at("r-1", "ou-1-z", B))]},
     [(A, "Root"), (B, None)], [(UNITS, "IncompleteListing")]),
    ("children are refused", TREE | {"list_accounts_for_parent": "AccessDenied"}, [(A, None), (B, None)], [(CHILDREN, "AccessDenied")]),
]  # fmt: skip


@rows("why, answers, expected, gaps", LISTINGS)
def test_an_organization_is_listed_whole_or_it_is_a_gap(
    why: str,
    answers: dict[str, Any],
    expected: list[tuple[str, str | None]],
    gaps: list[tuple[str, str]],
) -> None:
    """An account of ours that is in no list, and so is neither own nor looked at."""
    here = account_region(**answers)
    found = organization.accounts(here, OURS)
    assert sorted((one.id, one.path) for one in found) == expected, why
    assert [(gap.call, gap.code) for gap in here.gaps] == gaps, why


def test_who_is_active_by_one_page_is_looked_at() -> None:
    """An account on two pages, suspended by the one that is read last."""
    for states in (("ACTIVE", "SUSPENDED"), ("SUSPENDED", "ACTIVE")):
        listed = [member(A), *(member(B, state) for state in states)]
        found = {
            one.id: one.state
            for one in organization.accounts(
                account_region(**(TREE | {"list_accounts": listed})), OURS
            )
        }
        assert found == {A: "ACTIVE", B: "ACTIVE"}
    old = [{"Id": A, "Status": "ACTIVE"}, {"Id": B, "Status": "SUSPENDED"}]
    assert [
        one.state
        for one in organization.accounts(account_region(**(TREE | {"list_accounts": old})), OURS)
    ] == ["ACTIVE", "SUSPENDED"]
    units = {one.id: one.units for one in organization.accounts(account_region(**TREE), OURS)}
    assert units == {A: ("r-1",), B: ("r-1", "ou-1-a")}


MADE: list[tuple[str, Organization | None, list[str], bool]] = [
    ("whole", OURS, [A, B], False), ("without the caller", OURS, [B], True), ("of nobody knows whom", None, [A], True),
    ("without the manager", Organization(id="o-x", management_account=C), [A, B], True), ("who is not told", Organization(id="o-x"), [A], False),
]  # fmt: skip


@rows("why, ours, listed, gap", MADE)
def test_a_list_that_was_made_before(
    why: str, ours: Organization | None, listed: list[str], gap: bool
) -> None:
    """A list that was cut, or another organization's."""
    here = account_region()
    organization.check_members(here, ours, listed)
    assert [one.code for one in here.gaps] == ["IncompleteListing"] * gap, why


PROD = Account(id=B, path="Root/Prod", units=("r-1", "ou-1-a"), state="ACTIVE")
CHOSEN: list[tuple[str, dict[str, Any], Account, bool]] = [
    ("all", {}, PROD, True), ("by name", {"accounts": (B,)}, PROD, True), ("another", {"accounts": (A,)}, PROD, False),
    ("left out", {"excluded": (B,)}, PROD, False), ("another left out", {"excluded": (A,)}, PROD, True),
    ("its unit", {"units": ("Root/Prod",)}, PROD, True), ("above it", {"units": ("Root/",)}, PROD, True), ("by its id", {"units": ("ou-1-a",)}, PROD, True),
    ("one that begins alike", {"units": ("Root/Pro",)}, PROD, False), ("one of two", {"units": ("x", "r-1")}, PROD, True),
    ("of no path", {"units": ("Root",)}, Account(id=B), False), ("suspended", {}, Account(id=B, state="SUSPENDED"), False),
    ("suspended, and asked for", {"include_inactive": True}, Account(id=B, state="SUSPENDED"), True), ("of no state", {}, Account(id=B), True),
]  # fmt: skip


@rows("why, more, account, chosen", CHOSEN)
def test_which_accounts_are_meant(
    why: str, more: dict[str, Any], account: Account, chosen: bool
) -> None:
    """An account that was to be looked at and is not, and counts as left out on request."""
    assert marked(account, Request(**more)).collected is chosen, why


def test_of_which_shard() -> None:
    """An account that each shard leaves to another one."""
    mine = shard_of(B, 2)
    theirs = Shard(3 - mine.index, 2)
    assert _in_shard(PROD, None) == PROD == _in_shard(PROD, mine)
    other = _in_shard(PROD, theirs)
    assert (other.collected, other.shard) == (False, str(mine))
    left = marked(PROD, Request(excluded=(B,)))
    assert _in_shard(left, theirs) == left, "which is left out by all"


def test_those_to_look_at() -> None:
    """An account that is ours and was left out, looked at all the same."""
    left = [Account(id=A, collected=False), PROD]
    assert Survey(OURS, tuple(left), []).wanted == [PROD]


def test_what_there_is_not_is_refused() -> None:
    """A misspelt name, by which less is looked at than was meant."""
    gap = Gap(call="c", code="d", message="")
    check_excluded([B], [PROD], [])
    check_excluded([A], [PROD], [gap])
    check_units(["Root", "ou-1-a"], [PROD], [])
    check_units(["Root/Prod"], [Account(id=A, path="Root"), PROD], [])
    check_units([], [PROD], [gap])
    here = account_region(describe_regions=[{"RegionName": "eu-new-1"}])
    check_regions(here, ["eu-west-1", "eu-new-1"], ["eu-west-1"])
    assert _unlisted(Request(accounts=(A, B)), [PROD], [gap]) == [Account(id=A)] and not _unlisted(
        Request(accounts=(B,)), [PROD], []
    )
    for refusal in (
        lambda: check_excluded([A], [PROD], []), lambda: check_units(["Root/Pro"], [PROD], []), lambda: check_units(["Root"], [PROD], [gap]),
        lambda: check_regions(here, ["eu-old-1"], ["eu-west-1"]), lambda: _unlisted(Request(accounts=(A, B)), [PROD], []),
    ):  # fmt: skip
        with pytest.raises(InputError):
            refusal()
    with pytest.raises(InputError) as caught:
        check_units(["ou-1-b"], [PROD], [])
    assert "ou-1-a" in str(caught.value.hint)
    with pytest.raises(InputError) as caught:
        check_units(["Root/Pro"], [Account(id=A), PROD, Account(id=C, path="A")], [])
    assert caught.value.hint == "did you mean 'Root/Prod'?; there are: A, Root/Prod"
    assert under(PROD, "Root") and not under(PROD, "Roo") and not under(PROD, "Prod")


def test_what_was_asked_is_told_in_full() -> None:
    """Two collections that were asked for other things, and add up to one answer."""
    assert asked(Request()) == ""
    request = Request(accounts=(B, A), units=("b", "a"), excluded=(C,), regions=("s", "r"), include_inactive=True, redact=True, aggregator="g",
                      options=Options(all_template_versions=True, all_image_permissions=True))  # fmt: skip
    assert asked(request) == (
        f"--accounts {B},{A} --ou a,b --exclude-account {C} --regions r,s --include-inactive --all-template-versions "
        "--all-image-permissions --redact-external-ids --from-aggregator g")  # fmt: skip
    assert asked(Request(profile="p", external_id="x", role_name="r", workers=3)) == "", (
        "how, not what"
    )


def asked_of(request: Request, **answers: Any) -> Survey:
    central: Any = SimpleNamespace(partition="aws", account=A, client=lambda service, region=None: Listed(**answers),  # noqa: ARG005
                                   pool=SimpleNamespace(regions=lambda partition: {"eu-west-1"} if partition == "aws" else set()))  # fmt: skip
    return survey(central, request)


BELONGS = {"describe_organization": {"Organization": {"Id": OURS.id, "MasterAccountId": A}}}
ALONE = {"describe_organization": "AWSOrganizationsNotInUseException"}
WHOLE = TREE | BELONGS | {"list_policies": "AccessDeniedException"}
SURVEYED: list[tuple[str, dict[str, Any], dict[str, Any], Any]] = [
    ("nobody in particular", {}, ALONE, [(A, True)]), ("some by their ids", {"accounts": (C, B)}, BELONGS, [(B, True), (C, True)]), ("one twice", {"accounts": (B, B)}, ALONE, [(B, True)]),
    ("but one of them", {"accounts": (B, C), "excluded": (C,)}, ALONE, [(B, True), (C, False)]), ("all of the organization", {"organization": True}, WHOLE, [(A, True), (B, True)]),
    ("some of it", {"organization": True, "accounts": (B,)}, WHOLE, [(A, False), (B, True)]), ("a unit of it", {"organization": True, "units": ("Root/Prod",)}, WHOLE, [(A, False), (B, True)]),
    ("one that it does not have", {"organization": True, "accounts": (C,)}, WHOLE, "is not among the organization's accounts"),
    ("one, where it could not be listed", {"organization": True, "accounts": (C,)}, WHOLE | {"list_accounts": "AccessDenied"}, [(A, False), (C, True)]),
    ("a unit that there is not", {"organization": True, "units": ("Root/Pro",)}, WHOLE, "no account under the organizational unit"), ("whoever is in none", {"organization": True}, ALONE, "is in no organization"),
    ("whoever may not tell", {"organization": True}, TREE | {"describe_organization": "AccessDenied", "list_policies": []}, [(A, True), (B, True)]), ("everybody left out", {"excluded": (A,)}, ALONE, "no account is left to collect"),
    ("one left out that there is not", {"excluded": (C,)}, ALONE, "is not among the accounts to collect"), ("a region that there is not", {"regions": ("eu-wst-1",)}, ALONE | {"describe_regions": []}, "there is no region"),
    ("a region that there is", {"regions": ("eu-west-1",)}, ALONE, [(A, True)]), ("half of them", {"organization": True, "shard": shard_of(B, 2)}, WHOLE, [(A, shard_of(A, 2) == shard_of(B, 2)), (B, True)]),
]  # fmt: skip


@rows("why, request_, answers, expected", SURVEYED)
def test_whom_a_request_means(why: str, request_: dict[str, Any], answers: dict[str, Any], expected: Any) -> None:  # fmt: skip
    """An account that was asked for and is not looked at; or a misspelt name, by which less is."""
    if isinstance(expected, str):
        with pytest.raises(InputError, match=expected):
            asked_of(Request(**request_), **answers)
    else:
        found = asked_of(Request(**request_), **answers)
        assert [(one.id, one.collected) for one in found.accounts] == expected
        assert found.organization == (OURS if "Organization" in str(answers["describe_organization"]) and isinstance(answers["describe_organization"], dict) else None)  # fmt: skip
        assert bool(found.gaps) is ("AccessDenied" in (answers["describe_organization"], answers.get("list_accounts")))  # fmt: skip


def test_a_list_is_made_for_later() -> None:
    """A list without its gaps, which passes for all accounts of the organization."""
    central: Any = SimpleNamespace(partition="aws", account=A, client=lambda service, region=None: Listed(**WHOLE | {"list_accounts": [member(B), member(A)], "list_roots": "AccessDenied"}))  # noqa: ARG005  # fmt: skip
    found = listing_of(central, "2026-11-20T06:00:00Z")
    assert [one.id for one in found.accounts] == [A, B] and found.organization == OURS
    assert (found.listed_at, found.partition, found.guardrails) == ("2026-11-20T06:00:00Z", "aws", None)  # fmt: skip
    assert [gap.call for gap in found.gaps] == [ROOTS]


def test_a_listing_that_is_given_is_held_against_the_caller() -> None:
    """Another partition's list, or a cut one: accounts of ours that nobody looks at."""

    def told(*ids: str, partition: str = "aws", **more: Any) -> Any:
        one = Listing(
            listed_at="2026-11-20T06:00:00Z",
            partition=partition,
            organization=OURS,
            accounts=tuple(Account(id=id_) for id_ in ids),
            **more,
        )
        central: Any = SimpleNamespace(partition="aws", account=A)
        return _told(central, account_region(), Request(organization=True, listing=one))

    whole = told(A, B)
    assert ([one.id for one in whole.accounts], whole.gaps, whole.listed_at) == (
        [A, B],
        [],
        "2026-11-20T06:00:00Z",
    )
    assert [gap.code for gap in told(B).gaps] == ["IncompleteListing"]
    known = Gap(call="organizations:ListAccounts", code="AccessDenied", message="m")
    assert told(B, gaps=(known,)).gaps == [known], "why is told already"
    with pytest.raises(InputError, match="of the partition aws-cn"):
        told(A, partition="aws-cn")


def test_whether_there_is_an_organization() -> None:
    """A denial, taken for an account that stands alone."""
    for code, gaps in (
        ("AWSOrganizationsNotInUseException", 0),
        ("AccessDenied", 1),
        ("NotImplemented", 0),
    ):
        here = account_region(describe_organization=code)
        assert organization.organization(here) is None and len(here.gaps) == gaps, code
    told = account_region(
        describe_organization={"Organization": {"Id": OURS.id, "MasterAccountId": A}}
    )
    assert organization.organization(told) == OURS
