"""What statements and configurations of a provider tell: whose account, which source, of whom."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.grants.conditions import (
    for_anonymous,
    is_synthetic,
    naming,
    tells_apart,
    without_source,
)
from checker.collect.iac.image_names import named
from checker.collect.iac.records import Found
from checker.collect.iac.ssm import Published, parameter_of, published, published_by_amazon
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.providers import account_of
from checker.collect.iac.unknown import unresolved
from checker.snapshot.records import Tally
from tests.support.rows import rows

OWN, OTHER, U = "111111111111", "222222222222", unresolved("var.v")


def role(account: str = OTHER) -> dict[str, str]:
    return {"role_arn": f"arn:aws:iam::{account}:role/deploy"}


ACCOUNTS: list[tuple[str, dict[str, Any], dict[str, Any] | None, list[dict[str, Any]], tuple[str | None, bool]]] = [
    ("the default one", {}, {}, [], (None, True)),
    ("a role elsewhere", {"assume_role": [role()]}, {}, [], (OTHER, True)),
    ("a role here", {"assume_role": [role(OWN)]}, {}, [], (None, True)),
    ("the last of a chain", {"assume_role": [role(OWN), role()]}, {}, [], (OTHER, True)),
    ("by a token", {"assume_role_with_web_identity": [role()]}, {}, [], (OTHER, True)),
    ("the one allowed", {"allowed_account_ids": [OTHER]}, {}, [], (OTHER, True)),
    ("ours alone allowed", {"allowed_account_ids": [OWN]}, {}, [], (None, True)),
    ("two allowed", {"allowed_account_ids": [OWN, OTHER], "profile": "x"}, {}, [], (None, False)),
    ("one that is not known", {"allowed_account_ids": [U], "profile": "x"}, {}, [], (None, False)),
    ("another region", {"region": "eu-west-1"}, {"region": "us-east-1"}, [], (None, True)),
    ("other credentials", {"profile": "x"}, {}, [], (None, False)),
    ("the same credentials", {"profile": "x"}, {"profile": "x"}, [], (None, True)),
    ("an empty one", {"profile": ""}, {}, [], (None, True)),
    ("a role that is not known", {"assume_role": [{"role_arn": U}]}, {}, [], (None, False)),
    ("the same one", {"assume_role": [{"role_arn": U}]}, {"assume_role": [{"role_arn": U}]}, [], (None, True)),
    ("an empty role", {"assume_role": [{"role_arn": ""}]}, {}, [], (None, True)),
    ("a null role", {"assume_role": [{"role_arn": None}, 5]}, {}, [], (None, True)),
    ("a role that is no text", {"assume_role": [{"role_arn": 5}, role()]}, {}, [], (OTHER, True)),
    ("a block that is not known", {"assume_role": U}, {}, [], (None, False)),
    ("beside a default elsewhere", {}, {"assume_role": [role()]}, [], (None, True)),
    ("beside it, with credentials", {"profile": "x"}, {"assume_role": [role()]}, [], (None, False)),
    ("beside a default here", {"profile": "x"}, {"assume_role": [role(OWN)]}, [], (None, False)),
    ("no default: alone", {"profile": "x"}, None, [{"profile": "x"}], (None, True)),
    ("no default: one of several", {"profile": "x"}, None, [{"profile": "x"}, {"profile": "y"}], (None, False)),
    ("no default: of one kind", {"profile": "x"}, None, [{"profile": "x"}, {"profile": "x"}], (None, True)),
]  # fmt: skip


@rows("why, values, default, others, expected", ACCOUNTS)
def test_in_which_account_a_provider_acts(
    why: str, values: Any, default: Any, others: Any, expected: Any
) -> None:
    """A stranger's account that is taken for ours makes its trust our own."""
    assert account_of(values, default, others, OWN) == expected, why
    assert account_of(values, values, others, OWN)[1] or expected[0] is not None, why


def statement(condition: Any, principal: Any = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Condition": condition}


SOURCES: list[tuple[str, Any, Any, Any, int]] = [
    ("an ARN alone, of anybody", {"ArnLike": {"aws:SourceArn": U}}, "*", {"ArnLike": {"aws:SourceArn": U}}, 0),
    ("an ARN alone, of a service", {"ArnLike": {"aws:SourceArn": U}}, {"Service": "s"}, {}, 1),
    ("of anybody by kind", {"ArnLike": {"aws:SourceArn": U}}, {"AWS": ["*"]}, {"ArnLike": {"aws:SourceArn": U}}, 0),
    ("beside an account", {"ArnLike": {"aws:SourceArn": U}, "StringEquals": {"aws:SourceAccount": OWN}}, "*", {"StringEquals": {"aws:SourceAccount": OWN}}, 1),
    ("beside an owner", {"ArnLike": {"aws:SourceArn": U}, "StringLike": {"aws:SourceOwner": OWN}}, "*", {"StringLike": {"aws:SourceOwner": OWN}}, 1),
    ("beside an organization", {"ArnLike": {"aws:SourceArn": [U]}, "StringEquals": {"aws:SourceOrgID": "o"}}, "*", {"StringEquals": {"aws:SourceOrgID": "o"}}, 1),
    ("beside one that is not known", {"ArnLike": {"aws:SourceArn": U}, "StringEquals": {"aws:SourceAccount": U}}, "*", None, 0),
    ("beside an empty one", {"ArnLike": {"aws:SourceArn": U}, "StringEquals": {"aws:SourceAccount": ""}}, "*", None, 0),
    ("beside any but one", {"ArnLike": {"aws:SourceArn": U}, "StringNotEquals": {"aws:SourceAccount": OWN}}, "*", None, 0),
    ("beside another key", {"ArnLike": {"aws:SourceArn": U, "aws:PrincipalArn": "x"}}, {"Service": "s"}, {"ArnLike": {"aws:PrincipalArn": "x"}}, 1),
    ("a part of it is known", {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:{U}"}}, {"Service": "s"}, None, 0),
    ("one of two is known", {"ArnLike": {"aws:SourceArn": [U, "arn:aws:sns:*:9:x"]}}, {"Service": "s"}, None, 0),
    ("another key that is not known", {"ArnLike": {"aws:PrincipalArn": U}}, {"Service": "s"}, None, 0),
    ("an empty block", {"StringEquals": {}}, {"Service": "s"}, {"StringEquals": {}}, 0),
    ("a block that is none", {"StringEquals": "x"}, {"Service": "s"}, {"StringEquals": "x"}, 0),
    ("no condition", "x", {"Service": "s"}, "x", 0),
]  # fmt: skip


@rows("why, condition, principal, expected, said", SOURCES)
def test_a_source_that_is_not_known(
    why: str, condition: Any, principal: Any, expected: Any, said: int
) -> None:
    """What is dropped is said; where it alone tells who calls, it is kept."""
    notes: list[str] = []
    found = without_source(statement(condition, principal), notes)
    assert found["Condition"] == (condition if expected is None else expected), why
    assert len(notes) == said, why


ANONYMOUS: list[tuple[str, Any, list[str]]] = [
    ("who is known", {"AWS": OWN}, ["StringEquals", "StringEqualsIfExists", "Null", "ForAllValues:StringLike"]),
    ("who is not", {"AWS": U}, ["StringEquals"]), ("one of two", {"AWS": [OWN, U]}, ["StringEquals"]),
    ("in part", {"AWS": f"arn:aws:iam::{U}:root"}, ["StringEquals", "StringEqualsIfExists", "Null", "ForAllValues:StringLike"]),
    ("a service", {"Service": U}, ["StringEquals", "StringEqualsIfExists", "Null", "ForAllValues:StringLike"]),
    ("anybody", "*", ["StringEquals", "StringEqualsIfExists", "Null", "ForAllValues:StringLike"]),
]  # fmt: skip


@rows("why, principal, kept", ANONYMOUS)
def test_who_may_turn_out_to_be_anybody(why: str, principal: Any, kept: list[str]) -> None:
    """Whoever does not sign meets what asks only those who do."""
    every = {name: {"aws:PrincipalOrgID": "o"} for name in ANONYMOUS[0][2]}
    assert list(for_anonymous(statement(every, principal))["Condition"]) == kept, why
    assert for_anonymous(statement("x", principal))["Condition"] == "x"


APART: list[tuple[str, Any, Any, bool]] = [
    ("of all", "*", None, False), ("of all by kind", {"AWS": "*"}, None, False), ("in a list", {"AWS": ["*"]}, None, False),
    ("of one", {"AWS": OWN}, None, True), ("of all and one", {"AWS": ["*", OWN]}, None, True),
    ("by who calls", "*", {"StringNotEquals": {"aws:PrincipalOrgID": "o"}}, True), ("by the source", "*", {"StringNotEquals": {"AWS:SourceAccount": OWN}}, True),
    ("by KMS's caller", "*", {"StringNotEquals": {"kms:CallerAccount": OWN}}, True), ("by transport", "*", {"Bool": {"aws:SecureTransport": "false"}}, False),
    ("by nothing that can be read", "*", {"Bool": "x"}, False), ("by no object", "*", "x", False),
]  # fmt: skip


@rows("why, principal, condition, expected", APART)
def test_a_deny_of_some_people(why: str, principal: Any, condition: Any, expected: bool) -> None:
    """It may spare who is not known yet: one that is taken for a Deny of all would hide them."""
    given = statement(condition, principal) if condition is not None else {"Principal": principal}
    assert tells_apart(given) is expected, why


def test_keys_that_name_who_calls() -> None:
    """Of a service the source tells for whom; where anybody may call, who does."""
    kinds = {who: {key: kind for key, (kind, _) in naming(principal).items()} for who, principal in (("all", "*"), ("service", {"Service": "s"}))}  # fmt: skip
    sources = {"aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourcearn"}
    callers = {"kms:calleraccount", "s3:dataaccesspointaccount", "s3:dataaccesspointarn"}
    assert kinds["all"] == dict.fromkeys(sources | callers, "AWS")
    assert kinds["service"] == dict.fromkeys(sources, "Service") | dict.fromkeys(callers, "AWS")
    enough = naming("*")["aws:sourcearn"][1]
    assert [enough(one) for one in (f"arn:aws:sns:*:{OWN}:*", "arn:aws:s3:::b*", "arn:aws:sns:*:*:t", "arn:aws:sns", "*")] == [True, True, False, False, False]  # fmt: skip
    assert not any(naming("*")[key][1](OWN) for key in sources - {"aws:sourcearn"})


def test_statements_that_were_made_of_references() -> None:
    """They are about anything; one that somebody wrote says what of."""
    assert is_synthetic({"Effect": "Allow", "Principal": "*", "Action": "*"})
    assert not is_synthetic({"Effect": "Allow", "Principal": "*", "Action": "s3:*"})
    assert not is_synthetic({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "r"})


COUNTED: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("nothing", {}, ()),
    ("a note twice", {"notes": ["a", "b", "a"]}, ("a", "b")),
    ("one resource", {"tally": Tally(read=1)}, ("1 resource: 1 read, 0 without trust, 0 not read, 0 unknown.",)),
    ("unknown types, by name", {"tally": Tally(unknown={"B": 2, "A": 1})},
     ("3 resources: 0 read, 0 without trust, 0 not read, 3 unknown.", "Types that no list has: A (1), B (2).")),
    ("many of them", {"tally": Tally(unknown=dict.fromkeys("DCBA", 1))},
     ("4 resources: 0 read, 0 without trust, 0 not read, 4 unknown.", "Types that no list has: A (1), B (1), C (1), D (1).")),
    ("defaults, before notes", {"defaults": ["x", "y", "z"], "notes": ["n"]},
     ("Trust that rests on a parameter's default, which a deployment may replace: 3 (x; y; z).", "n")),
    ("more of them", {"defaults": ["x", "y", "z", "w"]},
     ("Trust that rests on a parameter's default, which a deployment may replace: 4 (x; y; z; …).",)),
]  # fmt: skip


@rows("why, found, expected", COUNTED)
def test_what_a_collection_says(why: str, found: Any, expected: Any) -> None:
    """Catches a count, or types that nobody knows, that go unsaid."""
    assert Found(**found).told() == expected, why


def test_who_publishes_an_image_of_image_builder() -> None:
    """Catches an image of the marketplace, or of a stranger, that is taken for Amazon's."""
    arn = "arn:aws:imagebuilder:us-east-1:{}:image/x/1.0.0"
    told = {one: named(arn.format(one), OWN).publisher for one in ("aws", "aws-marketplace", OTHER)}
    assert told == {"aws": Published(alias="amazon"), "aws-marketplace": Published(alias="aws-marketplace"),
                    OTHER: Published(owner=OTHER)}  # fmt: skip


AMAZONS = ("ami-amazon-linux-latest/x", "ami-windows-latest/x", "ami-macos-latest/x", "bottlerocket/x", "cloud9/amis/x", "deeplearning/ami/x", "ecs/optimized-ami/x", "eks/optimized-ami/x", "neuron/dlami/x")  # fmt: skip
PUBLISHED: list[tuple[str, Published | None]] = [
    *((f"/aws/service/{one}", Published(alias="amazon")) for one in AMAZONS), ("/aws/service/canonical/x", Published(owner="099720109477")), ("/aws/service/debian/x", Published(owner="136693071363")),
    ("/aws/service/marketplace/prod-x/y", Published(alias="aws-marketplace", product="prod-x")), ("/aws/service/ami-amazon-linux", None), ("/aws/service/ecs/x", None), ("/aws/service/../own", None), ("/aws/service/ecs/optimized-ami/../../x", None), ("/aws/services/canonical/x", None), ("canonical/x", None), ("", None),
]  # fmt: skip


@rows("parameter, expected", PUBLISHED)
def test_who_publishes_a_parameter(parameter: str, expected: Published | None) -> None:
    """Catches an image of a stranger's that is taken for Amazon's, as it comes by a parameter."""
    assert published(parameter) == expected
    assert published_by_amazon(parameter) is (expected == Published(alias="amazon"))


CALLED: list[tuple[str, str | None]] = [
    ("resolve:ssm:/a/b", "/a/b"), ("resolve:ssm:/a/b:3", "/a/b"), ("ssm:/a", "/a"), (unresolved("resolve:ssm:/a"), "/a"), ("resolve:ssm:arn:aws:ssm:us-east-1:1:parameter/x", "arn:aws:ssm:us-east-1:1:parameter/x"),
    ("resolve:ssm-secure:/a", None), ("ami-1", None), (unresolved("U"), None), (f"resolve:ssm:{U}", f"{U}"),
]  # fmt: skip


@rows("image, expected", CALLED)
def test_which_parameter_an_image_comes_from(image: str, expected: str | None) -> None:
    """Its version is no part of its name; an ARN is its name."""
    assert parameter_of(image) == expected


def test_names_that_tell_a_publisher() -> None:
    """Cloud9's own names are of AWS; names that only begin otherwise are nobody's."""
    told = {one: named(one, OWN).publisher for one in ("amazonlinux-2-x86_64", "ubuntu-22.04-x86_64", "ubuntu", "x-ubuntu-1", "ami-1", "")}  # fmt: skip
    amazon = Published(alias="amazon")
    assert list(told.values()) == [amazon, amazon, None, None, None, None]
    assert [named(one, OWN).image_id for one in ("ami-1", "", U, None, 5)] == ["ami-1", None, None, None, None]  # fmt: skip


def test_a_manifest_of_code() -> None:
    """Catches a snapshot that is not told as ours, or as of another place."""
    target = Target(account=OWN, region="eu-west-1", organization="o-own1234567")
    told = Found().manifest("terraform", target, "2026-11-20T00:00:00Z", ["b", "a"], ["c"])
    assert (told.tool.name, told.partition, told.sources, told.regions) == ("vendorgate", "aws", ("terraform",), ("eu-west-1",))  # fmt: skip
    assert ([one.id for one in told.accounts], told.organization and told.organization.id) == ([OWN], "o-own1234567")  # fmt: skip
    bare = Found().manifest("cloudformation", Target(account=OWN), "2026-11-20T00:00:00Z")
    assert (bare.organization, bare.regions) == (None, ())
