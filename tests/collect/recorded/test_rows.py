"""Rows of Steampipe's tables → what AWS would have answered, and what of it nobody was told."""

from __future__ import annotations

from typing import Any

import pytest

from checker.collect.recorded.answers import Answers, Place
from checker.collect.steampipe.rows import Rows, take
from checker.collect.steampipe.tables import TABLES
from checker.errors import InputError
from tests.support.rows import rows

OWN, OTHER = "111111111111", "222222222222"
BY_NAME = {one.name: one for one in TABLES}
ROLE = {"arn": f"arn:aws:iam::{OWN}:role/r", "name": "r", "assume_role_policy": "{}", "account_id": OWN,
        "inline_policies": None, "attached_policy_arns": None}  # fmt: skip
INSTANCE = {"instance_id": "i-1", "image_id": "ami-1", "instance_state": "running", "account_id": OWN, "region": "us-east-1"}  # fmt: skip
HERE, EAST = Place(OWN), Place(OWN, "us-east-1")


def table(name: str, *given: dict[str, Any], columns: Any = None, **more: Any) -> Rows:
    told = frozenset(columns if columns is not None else {key for row in given for key in row} or BY_NAME[name].columns)  # fmt: skip
    return Rows(BY_NAME[name], f"{name}.json", told, list(given), **more)


def taken(*several: Rows) -> Answers:
    answers = Answers()
    take(several, answers)
    return answers


def items(answers: Answers, place: Place, call: str) -> Any:
    return answers.items(place, call)


def test_a_row_is_an_answer() -> None:
    """At the account and region that it tells."""
    found = taken(table("aws_ec2_instance", INSTANCE), table("aws_iam_role", ROLE))
    (instance,) = items(found, EAST, "ec2:DescribeInstances")
    assert instance == {"OwnerId": OWN, "Instances": [{"InstanceId": "i-1", "ImageId": "ami-1", "State": {"Name": "running"}, "Tags": [], "ProductCodes": []}]}  # fmt: skip
    (role,) = items(found, HERE, "iam:GetAccountAuthorizationDetails")
    assert (role["Arn"], role["Path"], role["AttachedManagedPolicies"]) == (ROLE["arn"], "/", [])
    assert (found.gaps, found.accounts(), found.sure) == ([], {OWN}, {OWN})


PLACES: list[tuple[str, dict[str, Any], dict[str, Any], Place | str]] = [
    ("as it says", {}, {}, EAST), ("by the ARN", {"account_id": None, "arn": f"arn:aws:ec2:eu-west-1:{OTHER}:instance/i"}, {}, Place(OTHER, "us-east-1")),
    ("both by the ARN", {"account_id": None, "region": None, "arn": f"arn:aws:ec2:eu-west-1:{OTHER}:instance/i"}, {}, Place(OTHER, "eu-west-1")),
    ("what it says counts more", {"arn": f"arn:aws:ec2:eu-west-1:{OTHER}:instance/i"}, {}, EAST),
    ("by whoever gave it", {"account_id": None}, {"account": OTHER}, Place(OTHER, "us-east-1")), ("no account", {"account_id": None}, {}, "tells no account_id"),
    ("no region", {"region": None}, {}, "tells no region"), ("a number", {"account_id": 111111111111}, {}, "account_id 111111111111 is none"), ("eleven digits", {"account_id": OWN[1:]}, {}, "is none"),
]  # fmt: skip


@rows("why, row, more, expected", PLACES)
def test_whose_a_row_is(why: str, row: dict[str, Any], more: dict[str, Any], expected: Any) -> None:
    """A row of nobody's account would be nobody's: it is refused."""
    given = table("aws_ec2_instance", INSTANCE | row, **more)
    if isinstance(expected, str):
        with pytest.raises(InputError, match=expected):
            taken(given)
    else:
        assert items(taken(given), expected, "ec2:DescribeInstances"), why


def test_an_account_that_only_a_file_s_name_tells() -> None:
    """It is guessed, until something else says so."""
    bare = {**INSTANCE, "account_id": None}
    found = taken(table("aws_ec2_instance", bare, account=OTHER, guessed=True))
    assert (found.guessed, found.sure) == ({OTHER: "aws_ec2_instance.json"}, set())
    found = taken(table("aws_ec2_instance", INSTANCE, account=OTHER, guessed=True))
    assert (found.guessed, found.sure) == ({}, {OWN})


def test_columns_that_nobody_selected() -> None:
    """A gap, and no row that says less than it seems; a table of nothing lacks nothing."""
    found = taken(table("aws_ec2_instance", INSTANCE, columns={"instance_id", "account_id", "region"}))  # fmt: skip
    ((account, call), (code, text)), *_ = found.failures.items()
    assert (account, call, code) == (None, "ec2:DescribeInstances", "CutOutput")
    assert "no column" in text and "image_id" in text and not found.given
    assert taken(Rows(BY_NAME["aws_ec2_instance"], "x", frozenset(), [])).failures == {}


BAD: list[tuple[str, str, dict[str, Any], int]] = [
    ("no image", "aws_ec2_instance", INSTANCE | {"image_id": None}, 1), ("no trust policy", "aws_iam_role", ROLE | {"assume_role_policy": None}, 1),
    ("a good one", "aws_ec2_instance", INSTANCE, 0), ("no name of a policy", "aws_iam_role", ROLE | {"name": None}, 1),
    ("a template may name no image", "aws_ec2_launch_template_version", {"launch_template_id": "lt-1", "version_number": 1, "default_version": True, "image_id": None, "account_id": OWN, "region": "us-east-1"}, 0),
    ("but it has an id", "aws_ec2_launch_template_version", {"launch_template_id": None, "version_number": 1, "default_version": True, "image_id": None, "account_id": OWN, "region": "us-east-1"}, 1),
    ("a number that is none", "aws_ec2_launch_template_version", {"launch_template_id": "lt-1", "version_number": "x", "default_version": True, "image_id": None, "account_id": OWN, "region": "us-east-1"}, 1),
]  # fmt: skip


@rows("why, name, row, bad", BAD)
def test_rows_that_say_nothing(why: str, name: str, row: dict[str, Any], bad: int) -> None:
    """They are counted in a gap: a role whose policy is null would trust nobody."""
    found = taken(table(name, row))
    assert [(gap.code, gap.message.split(": ")[1].split(" ")[0]) for gap in found.gaps] == [("CutOutput", str(bad))] * bad, why  # fmt: skip
    assert found.has(Place(OWN, row.get("region"))) is True or bad == 1, why


def test_tables_without_a_row() -> None:
    """Where they were asked for an account, it has none of it; else nobody looked."""
    regions = [{"name": name, "opt_in_status": "opt-in-not-required", "steampipe_available": told, "account_id": OWN, "region": name}
               for name, told in (("us-east-1", True), ("eu-west-1", False), ("ap-south-1", None))]  # fmt: skip
    known = table("aws_region", *regions)
    empty = table("aws_ec2_instance", covers=frozenset({OWN}))
    found = taken(known, empty)
    assert items(found, EAST, "ec2:DescribeInstances") == []
    assert items(found, Place(OWN, "eu-west-1"), "ec2:DescribeInstances") is None
    assert items(found, Place(OWN, "ap-south-1"), "ec2:DescribeInstances") is None
    assert (
        items(taken(known, table("aws_ec2_instance")), EAST, "ec2:DescribeInstances") == []
    )  # the only account
    two = table("aws_iam_role", ROLE, ROLE | {"account_id": OTHER, "arn": f"arn:aws:iam::{OTHER}:role/r"})  # fmt: skip
    found = taken(known, two, table("aws_ec2_instance"))
    assert items(found, EAST, "ec2:DescribeInstances") is None
    guessed = table("aws_ec2_instance", covers=frozenset({OTHER}), guessed=True)
    assert not taken(known, guessed).has(Place(OTHER))
    said = taken(table("aws_ec2_instance", INSTANCE), table("aws_ec2_launch_configuration"))
    assert items(said, EAST, "autoscaling:DescribeLaunchConfigurations") == []


POLICIES: list[tuple[str, list[dict[str, Any]], int]] = [
    ("one that has a policy", [{"attached_policy_arns": ["arn:p"]}], 0), ("one without, beside one with", [{"attached_policy_arns": ["arn:p"]}, {"arn": "arn:s", "attached_policy_arns": None}], 0),
    ("none in the whole account", [{"attached_policy_arns": None}], 1), ("one of another account", [{"attached_policy_arns": ["arn:p"]}, {"account_id": OTHER, "arn": "arn:s"}], 1),
]  # fmt: skip


@rows("why, given, unjudged", POLICIES)
def test_roles_whose_policies_nobody_told(
    why: str, given: list[dict[str, Any]], unjudged: int
) -> None:
    """They have no grade, and not the grade of a role that may do nothing."""
    found = taken(table("aws_iam_role", *(ROLE | one for one in given)))
    assert len(found.unjudged) == unjudged, why


def test_columns_of_policies_that_nobody_selected() -> None:
    """Then of none it is known."""
    columns = {key for key in ROLE if key != "inline_policies"}
    found = taken(table("aws_iam_role", ROLE | {"attached_policy_arns": ["arn:p"]}, columns=columns))  # fmt: skip
    assert found.unjudged == {ROLE["arn"]}


def test_what_the_organization_tells() -> None:
    """Its accounts and their states, itself once; partitions by what rows say."""
    members = [{"id": OWN, "name": "a", "state": "ACTIVE", "account_id": OWN, "partition": "aws"}, {"id": OTHER, "name": "b", "status": "SUSPENDED", "account_id": OWN}]  # fmt: skip
    name = next(one for one in BY_NAME if one == "aws_organizations_account")
    found = taken(table(name, *members, columns=BY_NAME[name].columns))
    assert found.listings == [{OWN: "ACTIVE", OTHER: "SUSPENDED"}]
    assert [one["Id"] for one in found.members] == [OWN, OTHER]
    assert found.partitions == {"aws"}
    assert any("ignore_error_codes" in note for note in found.notes)


def test_a_file_s_digest_is_of_what_it_holds() -> None:
    """In whatever order a database gives its rows."""
    one, other = table("aws_iam_role", ROLE, INSTANCE), table("aws_iam_role", INSTANCE, ROLE)
    assert one.input() == other.input() and one.input().sha256 != table("aws_iam_role", ROLE).input().sha256  # fmt: skip
    assert table("aws_iam_role", sha256="ab").input().sha256 == "ab"
