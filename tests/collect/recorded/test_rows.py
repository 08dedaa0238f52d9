"""Rows of Steampipe's tables → what AWS would have answered, and what of it nobody was told."""

from __future__ import annotations

from typing import Any

import pytest

from checker.collect.recorded.answers import Answers, Place
from checker.collect.recorded.client import SHARED
from checker.collect.steampipe.rows import IGNORED, Rows, _empty, _regions, take
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
    ("by whoever gave it", {"account_id": None}, {"account": OTHER}, Place(OTHER, "us-east-1")), ("no account", {"account_id": None}, {}, "a row tells no account_id"),
    ("by a group's ARN", {"account_id": None, "region": None, "autoscaling_group_arn": f"arn:aws:autoscaling:eu-west-1:{OTHER}:g"}, {}, Place(OTHER, "eu-west-1")),
    ("by a configuration's", {"account_id": None, "region": None, "launch_configuration_arn": f"arn:aws:autoscaling:eu-west-1:{OTHER}:c"}, {}, Place(OTHER, "eu-west-1")),
    ("an ARN before the option", {"account_id": None, "arn": f"arn:aws:ec2:eu-west-1:{OTHER}:instance/i"}, {"account": "333333333333"}, Place(OTHER, "us-east-1")),
    ("thirteen digits", {"account_id": OWN + "1"}, {}, f"account_id {OWN + '1'!r} is none"), ("an empty id", {"account_id": ""}, {}, "account_id '' is none"),
    ("no region", {"region": None}, {}, "a row tells no region"), ("a number", {"account_id": 111111111111}, {}, "account_id 111111111111 is none"), ("eleven digits", {"account_id": OWN[1:]}, {}, f"account_id {OWN[1:]!r} is none"),
]  # fmt: skip


@rows("why, row, more, expected", PLACES)
def test_whose_a_row_is(why: str, row: dict[str, Any], more: dict[str, Any], expected: Any) -> None:
    """A row of nobody's account would be nobody's: it is refused."""
    given = table("aws_ec2_instance", INSTANCE | row, **more)
    if isinstance(expected, str):
        with pytest.raises(InputError) as caught:
            taken(given)
        assert caught.value.message == expected
    else:
        assert items(taken(given), expected, "ec2:DescribeInstances"), why


def test_an_account_that_only_a_file_s_name_tells() -> None:
    """It is guessed, until something else says so."""
    bare = {**INSTANCE, "account_id": None}
    found = taken(table("aws_ec2_instance", bare, account=OTHER, guessed=True))
    assert (found.guessed, found.sure) == ({OTHER: "aws_ec2_instance.json"}, set())
    found = taken(table("aws_ec2_instance", INSTANCE, account=OTHER, guessed=True))
    assert (found.guessed, found.sure) == ({}, {OWN})


def test_what_makes_an_account_sure() -> None:
    """A number in a file's name: neither what a row says itself is a guess, nor the other way round."""
    bare = {**INSTANCE, "account_id": None}
    arn = f"arn:aws:ec2:us-east-1:{OTHER}:instance/i"
    told = [taken(table("aws_ec2_instance", bare | more, account=OTHER, guessed=guessed))
            for more, guessed in (({"arn": arn}, True), ({}, False), ({}, True))]  # fmt: skip
    assert [(one.sure, one.guessed) for one in told] == [
        ({OTHER}, {}), ({OTHER}, {}), (set(), {OTHER: "aws_ec2_instance.json"})]  # fmt: skip


NO_ANSWER: list[tuple[str, str, dict[str, Any]]] = [
    ("a column that is not there", "aws_ec2_fleet", {"fleet_id": "f"}), ("a number that is none", "aws_iam_account_summary", {"roles": "many"}),
    ("a number that is a list", "aws_iam_account_summary", {"roles": []}), ("tags that are a text", "aws_ec2_instance", {**INSTANCE, "tags": "a=b"}),
    ("a template that is a text", "aws_eks_node_group", {"cluster_name": "c", "nodegroup_name": "n", "arn": "a", "status": "s", "launch_template": "lt-1"}),
]  # fmt: skip


@rows("why, name, row", NO_ANSWER)
def test_rows_that_are_no_answer(why: str, name: str, row: dict[str, Any]) -> None:
    """However it fails: counted, with the others, and its account was looked at."""
    place = {"account_id": OWN, "region": "us-east-1"}
    found = taken(table(name, place | row, place | row, columns=BY_NAME[name].columns))
    here = EAST if BY_NAME[name].regional else HERE
    empty = {call: [] for call in BY_NAME[name].calls}
    assert {at: {call: one.items for call, one in calls.items()} for at, calls in found.given.items()} == {here: empty}  # fmt: skip
    ((call, code, text),) = [(gap.call, gap.code, gap.message) for gap in found.gaps]
    assert (call, code) == ((*BY_NAME[name].calls, name)[0], "CutOutput")
    assert text == f"{name}.json: 2 rows whose columns are empty, or no such ones"


def test_whose_answers_are_whose() -> None:
    """An organization once; shared images apart from an account's own; partitions as rows say."""
    organization = {"account_id": OWN, "organization_id": "o-1", "organization_master_account_id": OWN, "partition": "aws-us-gov"}  # fmt: skip
    image = {"image_id": "ami-1", "owner_id": OTHER, "account_id": OWN, "region": "us-east-1"}
    found = taken(table("aws_account", organization, organization | {"account_id": OTHER, "partition": None}),
                  table("aws_ec2_ami_shared", image), table("aws_ec2_ami", image | {"image_id": "ami-2"}))  # fmt: skip
    assert found.organizations == [{"Id": "o-1", "MasterAccountId": OWN}]
    assert found.partitions == {"aws-us-gov"}
    assert [one["ImageId"] for one in items(found, EAST, SHARED)] == ["ami-1"]
    assert [one["ImageId"] for one in items(found, EAST, "ec2:DescribeImages")] == ["ami-2"]
    assert found.given[Place(OTHER)] == {} and found.members == found.listings == []
    assert found.means == {call: one.name for one in TABLES for call in one.calls}
    assert found.notes == [IGNORED] and found.accounts() == {OWN, OTHER}


def test_the_first_table_that_lacks_a_column_is_told() -> None:
    """Of two files the first; of a table that answers no call, a gap of its name."""
    columns = {"account_id"}
    found = taken(*(Rows(BY_NAME[name], file, frozenset(columns), []) for name, file in
                    (("aws_iam_role", "a"), ("aws_iam_role", "b"), ("aws_iam_policy", "c"))))  # fmt: skip
    assert found.failures == {(None, "iam:GetAccountAuthorizationDetails"): (
        "CutOutput", "a: no column arn, name, assume_role_policy: select *")}  # fmt: skip
    assert [(gap.call, gap.code, gap.message) for gap in found.gaps] == [
        ("aws_iam_policy", "CutOutput", "c: no column arn, policy: select *")]  # fmt: skip


def test_a_file_of_rows_without_any_column() -> None:
    """It tells no column, and so it lacks them; one without rows, too, may hold anything."""
    assert Rows(BY_NAME["aws_iam_policy"], "x", frozenset(), [{}]).lacking == ["arn", "policy"]
    assert Rows(BY_NAME["aws_iam_policy"], "x", frozenset({"arn"}), []).lacking == ["policy"]
    assert Rows(BY_NAME["aws_iam_policy"], "x", frozenset(), []).lacking == []


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


def test_regions_that_were_asked() -> None:
    """As Steampipe says itself, and those of which there is a row: of any table that has regions."""

    def region(name: str, told: Any, account: str | None = OWN) -> dict[str, Any]:
        return {"name": name, "opt_in_status": "opted-in", "steampipe_available": told, "account_id": account, "region": "global"}  # fmt: skip

    given = [table("aws_region", region("us-east-1", True), region("eu-west-1", "true"), region("eu-west-2", False), region("eu-west-3", None)),
             table("aws_region", region("ap-east-1", True, None), account=OTHER),
             table("aws_ec2_fleet", {"region": "sa-east-1", "account_id": OWN, "name": "x", "steampipe_available": True}, {"region": None, "account_id": OWN}, {"region": "sa-east-1"}, account=OTHER),
             table("aws_iam_role", ROLE | {"region": "global"})]  # fmt: skip
    assert _regions(given) == {OWN: {"us-east-1", "sa-east-1"}, OTHER: {"ap-east-1", "sa-east-1"}}


EMPTY: list[tuple[str, dict[str, Any], set[str], frozenset[str], dict[Place, list[str]]]] = [
    ("as the query says", {"covers": frozenset({OWN})}, set(), frozenset(), {EAST: ["ec2:DescribeInstances"]}),
    ("of none", {"covers": frozenset()}, set(), frozenset({OWN}), {}),
    ("nobody can tell", {}, set(), frozenset(), {}),
    ("the only account", {}, set(), frozenset({OWN}), {EAST: ["ec2:DescribeInstances"]}),
    ("by a part of its name", {"covers": frozenset({OWN}), "guessed": True}, set(), frozenset(), {}),
    ("which something else tells", {"covers": frozenset({OWN}), "guessed": True}, {OWN}, frozenset(), {EAST: ["ec2:DescribeInstances"]}),
    ("no region was asked", {"covers": frozenset({OTHER})}, set(), frozenset(), {}),
]  # fmt: skip


@rows("why, more, sure, alone, expected", EMPTY)
def test_whose_a_table_without_rows_is(
    why: str, more: dict[str, Any], sure: set[str], alone: frozenset[str], expected: Any
) -> None:
    """Nobody looked there, and it is told as nothing there."""
    answers = Answers(sure=sure)
    _empty(table("aws_ec2_instance", **more), answers, {OWN: {"us-east-1"}}, alone)
    assert {at: list(calls) for at, calls in answers.given.items()} == expected


def test_a_table_covers_whom_its_rows_tell() -> None:
    """By the row, else by whoever gave it; in each region that was asked, or once."""
    answers = Answers()
    given = table("aws_ec2_instance", INSTANCE, INSTANCE | {"account_id": None}, account=OTHER)
    _empty(given, answers, {OWN: {*"hgfedcba"}, OTHER: {"c"}}, frozenset())
    assert list(answers.given) == [*(Place(OWN, one) for one in "abcdefgh"), Place(OTHER, "c")]
    every = [f"{n}" * 12 for n in range(9)]
    _empty(table("aws_iam_role", covers=frozenset(every)), answers := Answers(), {}, frozenset())
    assert list(answers.given) == [*map(Place, every)]
    _empty(table("aws_iam_role", ROLE), answers := Answers(), {}, frozenset())
    assert list(answers.given) == [HERE]
    _empty(
        table("aws_iam_role", ROLE | {"account_id": None}), answers := Answers(), {}, frozenset()
    )
    assert not answers.given


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
    ("whose account its ARN alone tells", [{"account_id": None, "attached_policy_arns": ["arn:p"]}, {"account_id": None, "arn": f"arn:aws:iam::{OWN}:role/s"}], 0),
    ("of two, by their ARNs", [{"account_id": None, "attached_policy_arns": ["arn:p"]}, {"account_id": None, "arn": f"arn:aws:iam::{OTHER}:role/s"}], 1),
    ("none in the whole account", [{"attached_policy_arns": None}], 1), ("one of another account", [{"attached_policy_arns": ["arn:p"]}, {"account_id": OTHER, "arn": "arn:s"}], 1),
]  # fmt: skip


@rows("why, given, unjudged", POLICIES)
def test_roles_whose_policies_nobody_told(
    why: str, given: list[dict[str, Any]], unjudged: int
) -> None:
    """They have no grade, and not the grade of a role that may do nothing."""
    found = taken(
        table("aws_ec2_instance", INSTANCE), table("aws_iam_role", *(ROLE | one for one in given))
    )
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
    assert table("aws_iam_role", dict(reversed(ROLE.items())), INSTANCE).input() == one.input()
    assert table("aws_iam_role", sha256="ab").input().sha256 == "ab"
