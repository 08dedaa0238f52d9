"""Who a property names, by its sort: what is surely nobody outside, and everything else."""

from __future__ import annotations

import json
from typing import Any

from checker.collect.iac.doors import Doors
from checker.collect.iac.unknown import (
    blanked,
    is_made,
    is_public,
    is_unresolved,
    made,
    public,
    shown,
    unresolved,
    wholly,
)
from tests.support.rows import rows

OWN, OURS, VENDOR, AWS, THIRD = "111111111111", "o-own1234567", "999999999999", "127311923021", "888888888888"  # fmt: skip
MINE, THEIRS = f"arn:aws:iam::{OWN}:root", f"arn:aws:iam::{VENDOR}:root"
UNKNOWN, KEY = unresolved("Vendor"), made("Key")


def named(sort: str, value: Any) -> str | None:
    return Doors(frozenset({OWN, OURS}), {AWS: "ELB logs"}).named(sort, value)


def allows(principal: Any, condition: Any = None, **more: Any) -> dict[str, Any]:
    given = {"Effect": "Allow", "Principal": principal, "Action": "*"} | more
    return {"Statement": given if condition is None else given | {"Condition": condition}}


def without(statement: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in statement.items() if name != key}


POLICIES: list[tuple[str, Any, str | None]] = [
    ("a stranger", allows({"AWS": THEIRS}), THEIRS),
    ("ourselves", allows({"AWS": MINE}), None),
    ("ourselves by the number alone", allows({"AWS": OWN}), None),
    ("both", allows({"AWS": [MINE, THEIRS]}), THEIRS),
    ("anybody", allows("*"), "*"), ("anybody, by kind", allows({"AWS": "*"}), "*"),
    ("a login of ours", allows({"Federated": f"arn:aws:iam::{OWN}:saml-provider/x"}), None),
    ("a login elsewhere", allows({"Federated": "accounts.google.com"}), "accounts.google.com"),
    ("a service", allows({"Service": "s3.amazonaws.com"}), None),
    ("a service under the wrong kind", allows({"AWS": "s3.amazonaws.com"}), None),
    ("a service of China's", allows({"AWS": "s3.amazonaws.com.cn"}), None),
    ("a name that only begins so", allows({"AWS": "s3.amazonaws.com.evil"}), "s3.amazonaws.com.evil"),
    ("an account of AWS's", allows({"AWS": f"arn:aws:iam::{AWS}:root"}), None),
    ("what the code makes", allows({"AWS": KEY}), None),
    ("what nobody knows", allows({"AWS": UNKNOWN}), "${Vendor}"),
    ("a part that nobody knows", allows({"AWS": f"arn:aws:iam::{UNKNOWN}:root"}), "arn:aws:iam::${Vendor}:root"),
    ("a role of ours that is not known", allows({"AWS": f"arn:aws:iam::{OWN}:role/{UNKNOWN}"}), None),
    ("a role of a stranger that the code makes", allows({"AWS": f"arn:aws:iam::{VENDOR}:role/{KEY}"}), f"arn:aws:iam::{VENDOR}:role/${{Key}}"),
    ("a number", allows({"AWS": int(VENDOR)}), VENDOR),
    ("all but some", without(allows("*"), "Principal") | {"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": MINE}}}, "NotPrincipal"),
    ("what is denied", {"Statement": {"Effect": "Deny", "Principal": "*"}}, None),
    ("neither allowed nor denied", {"Statement": {"Principal": {"AWS": THEIRS}}}, THEIRS),
    ("nobody at all", {"Statement": {"Effect": "Allow", "Action": "*"}}, None),
    ("the second statement", {"Statement": [allows({"AWS": MINE})["Statement"], allows({"AWS": THEIRS})["Statement"]]}, THEIRS),
    ("a document of one statement", allows({"AWS": THEIRS})["Statement"], THEIRS),
    ("a list of statements", [allows({"AWS": THEIRS})["Statement"]], THEIRS),
    ("JSON text", json.dumps(allows({"AWS": THEIRS})), THEIRS),
    ("no JSON", "{no", "{no"), ("what is not known", UNKNOWN, "${Vendor}"), ("null", {"Statement": [None]}, None), ("nothing", None, None),
]  # fmt: skip


@rows("why, policy, expected", POLICIES)
def test_whom_a_policy_names(why: str, policy: Any, expected: str | None) -> None:
    """A door that is told as shut is no gap, and nobody looks at it again."""
    assert named("policy", policy) == expected, why


CONDITIONS: list[tuple[str, Any, bool]] = [
    ("our account", {"StringEquals": {"aws:PrincipalAccount": OWN}}, True),
    ("our organization", {"StringEquals": {"aws:PrincipalOrgID": OURS}}, True),
    ("in any letters", {"StringEquals": {"AWS:principalorgid": OURS}}, True),
    ("our ARN", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}, True),
    ("exactly", {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{OWN}:t"}}, True),
    ("by likeness", {"StringLike": {"aws:SourceAccount": OWN}}, True),
    ("by its owner", {"StringEquals": {"aws:SourceOwner": OWN}}, True),
    ("for our organization", {"StringEquals": {"aws:SourceOrgID": OURS}}, True),
    ("by KMS's caller", {"StringEquals": {"kms:CallerAccount": OWN}}, True),
    ("by a path of ours", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{OURS}/r-1/*"}}, True),
    ("by a path from ours", {"ForAnyValue:StringEquals": {"aws:SourceOrgPaths": f"{OURS}/r-1/"}}, True),
    ("a path of theirs", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-other12345/*"}}, False),
    ("a path, by all of none", {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{OURS}/*"}}, False),
    ("a path as one value", {"StringLike": {"aws:PrincipalOrgPaths": f"{OURS}/*"}}, False),
    ("an account by any value", {"ForAnyValue:StringEquals": {"aws:PrincipalAccount": OWN}}, False),
    ("another account", {"StringEquals": {"aws:PrincipalAccount": VENDOR}}, False),
    ("ours or another", {"StringEquals": {"aws:PrincipalAccount": [OWN, VENDOR]}}, False),
    ("no value", {"StringEquals": {"aws:PrincipalAccount": []}}, False),
    ("all but ours", {"StringNotEquals": {"aws:PrincipalAccount": OWN}}, False),
    ("if it is there", {"StringEqualsIfExists": {"aws:PrincipalAccount": OWN}}, False),
    ("another key", {"StringEquals": {"aws:UserAgent": OWN}}, False),
    ("what is not known", {"StringEquals": {"aws:PrincipalAccount": UNKNOWN}}, False),
    ("what the code makes", {"StringEquals": {"aws:SourceArn": KEY}}, True),
    ("two keys, one of which tells", {"StringEquals": {"aws:UserAgent": "x", "aws:PrincipalOrgID": OURS}}, True),
    ("two operators, one of which tells", {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:PrincipalOrgID": OURS}}, True),
    ("no condition", {}, False), ("no block", {"StringEquals": OWN}, False), ("no object", "x", False),
]  # fmt: skip


@rows("why, condition, shut", CONDITIONS)
def test_a_condition_on_the_caller(why: str, condition: Any, shut: bool) -> None:
    """One that keeps to own callers, whoever is named; any other narrows nothing here."""
    assert named("policy", allows("*", condition)) == (None if shut else "*"), why


DEPUTIES: list[tuple[str, Any, str | None]] = [
    ("for anybody", None, None),
    ("for a stranger", {"StringEquals": {"aws:SourceAccount": VENDOR}}, VENDOR),
    ("for a stranger's bucket's owner", {"StringEquals": {"aws:SourceOwner": VENDOR}}, VENDOR),
    ("for another organization", {"StringEquals": {"aws:SourceOrgID": "o-other12345"}}, "o-other12345"),
    ("for a stranger's topic", {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{VENDOR}:t"}}, f"arn:aws:sns:us-east-1:{VENDOR}:t"),
    ("for us or a stranger", {"StringEquals": {"aws:SourceAccount": [OWN, VENDOR]}}, VENDOR),
    ("for a bucket, whose ARN tells nobody", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}}, None),
    ("for any account's", {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:t"}}, None),
    ("for an ARN that is not known", {"ArnLike": {"aws:SourceArn": UNKNOWN}}, None),
    ("for an account that is not known", {"StringEquals": {"aws:SourceAccount": UNKNOWN}}, "${Vendor}"),
    ("for all but a stranger", {"StringNotEquals": {"aws:SourceAccount": VENDOR}}, None),
    ("for a caller's account", {"StringEquals": {"aws:PrincipalAccount": VENDOR}}, None),
]  # fmt: skip


@rows("why, condition, expected", DEPUTIES)
def test_for_whom_a_service_acts(why: str, condition: Any, expected: str | None) -> None:
    """AWS itself is nobody's third party; a stranger behind it is."""
    found = named("policy", allows({"Service": "sns.amazonaws.com"}, condition))
    assert found == (expected and f"a service that acts for {expected}"), why


SORTS: list[tuple[str, Any, str | None]] = [
    ("setting", "PublicRead", "PublicRead"), ("setting", "PublicReadWrite", "PublicReadWrite"),
    ("setting", "AuthenticatedRead", "AuthenticatedRead"), ("setting", "NONE", "NONE"), ("setting", "PUBLIC_READ", "PUBLIC_READ"),
    ("setting", "ApplicationManaged", "ApplicationManaged"), ("setting", "Private", None), ("setting", UNKNOWN, None),
    ("setting", ["Private", "NONE"], "NONE"),
    ("choice", "NONE", "NONE"), ("choice", "AWS_IAM", None), ("choice", UNKNOWN, "${Vendor}"),
    ("template", {"a": 1}, "a template that is not read"), ("template", None, None), ("template", "", None),
    ("issuer", f"arn:aws:iam::{OWN}:oidc-provider/idp.example.com", "idp.example.com"),
    ("issuer", f"arn:aws:iam::{OWN}:saml-provider/Okta", "Okta"), ("issuer", "Okta", "Okta"),
    ("issuer", {"idp.example.com": "x", "other.example.com": "y"}, "idp.example.com, other.example.com"),
    ("issuer", UNKNOWN, "${Vendor}"),
    ("code", f"{VENDOR}.dkr.ecr.us-east-1.amazonaws.com/app", f"{VENDOR}.dkr.ecr.us-east-1.amazonaws.com/app"),
    ("code", f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/app", None), ("code", "nginx", None), ("code", f"x{VENDOR}", None),
    ("code", f"arn:aws:lambda:us-east-1:{VENDOR}:layer:x:1", f"arn:aws:lambda:us-east-1:{VENDOR}:layer:x:1"),
    ("code", f"arn:aws:lambda:us-east-1:{AWS}:layer:x:1", None), ("code", UNKNOWN, None), ("code", 3, None),
    ("code", f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/{VENDOR}", None),
    ("abroad", [f"arn:aws:firehose:us-east-1:{OWN}:x", f"arn:aws:firehose:us-east-1:{VENDOR}:x"], f"arn:aws:firehose:us-east-1:{VENDOR}:x"),
    ("principal", [OWN, VENDOR], VENDOR), ("principal", OURS, None), ("principal", "s3.amazonaws.com", None), ("reach", VENDOR, VENDOR),
    ("principal", KEY, None), ("principal", UNKNOWN, "${Vendor}"), ("principal", AWS, None),
    ("openapi", {"x-amazon-apigateway-policy": allows("*")}, "*"), ("openapi", {"x-amazon-apigateway-policy": allows({"AWS": MINE})}, None),
    ("openapi", json.dumps({"x-amazon-apigateway-policy": allows("*")}), "*"), ("openapi", {"paths": {}}, None),
    ("openapi", UNKNOWN, "whoever a part of it names that is not known"), ("openapi", {UNKNOWN: {}}, "whoever a part of it names that is not known"),
    ("openapi", {"paths": {UNKNOWN: {}}}, None), ("openapi", "{no", "whoever a part of it names that is not known"),
]  # fmt: skip


@rows("sort, value, expected", SORTS)
def test_whom_each_sort_of_property_names(sort: str, value: Any, expected: str | None) -> None:
    """The word that opens to all, the account in an image's name, the login that is let in."""
    assert named(sort, value) == expected


def test_many_are_cut_and_counted() -> None:
    """Four names are three and one more; a certificate is told by what it is."""
    many = [VENDOR, THIRD, "777777777777", "666666666666", VENDOR]
    assert named("principal", many) == f"{VENDOR}, {THIRD}, 777777777777 and 1 more"
    assert named("principal", many[:3]) == f"{VENDOR}, {THIRD}, 777777777777"
    assert named("principal", "-----BEGIN CERTIFICATE-----x") == "whoever has a certificate of it"
    assert named("principal", "x" * 400) == "x" * 300


def test_what_aws_has_an_account_for_is_remembered() -> None:
    """It is told, as AWS's list may be wrong; of those alone that were named."""
    doors = Doors(frozenset({OWN}), {AWS: "ELB logs", THIRD: "Redshift logs"})
    assert doors.named("policy", allows({"AWS": [f"arn:aws:iam::{AWS}:root", VENDOR]})) == VENDOR
    assert doors.named("code", f"{THIRD}.dkr.ecr.us-east-1.amazonaws.com/x") is None
    assert doors.seen == {"ELB logs", "Redshift logs"}


def test_what_is_not_known_stays_so() -> None:
    """Whole, in part, of our own making, or of something that anybody may be in."""
    part, guests = f"arn:{UNKNOWN}:x", public("Pool")
    assert [is_unresolved(one) for one in (UNKNOWN, part, KEY, {"a": [UNKNOWN]}, {UNKNOWN: 1}, "x", 3, {}, [])] == [True] * 5 + [False] * 4  # fmt: skip
    assert [is_made(one) for one in (KEY, f"{KEY}/x", guests, UNKNOWN, f"{KEY}{UNKNOWN}", "x", None)] == [True] * 3 + [False] * 4  # fmt: skip
    assert [is_public(one) for one in (guests, made(f"{guests}.x"), KEY, "x", None)] == [True, True, False, False, False]  # fmt: skip
    assert [wholly(one) for one in (UNKNOWN, KEY, guests, part, f"{KEY}{UNKNOWN}", "x", None)] == ["Vendor", "Key", "Pool", None, None, None, None]  # fmt: skip
    assert [blanked(part, "*"), blanked(f"{KEY}{UNKNOWN}", "?"), blanked("x", "*")] == ["arn:*:x", "??", "x"]  # fmt: skip
    assert shown({KEY: [UNKNOWN, 3]}) == {"${Key}": ["${Vendor}", 3]}
    assert unresolved(UNKNOWN) == UNKNOWN and made(KEY) == KEY  # marks within marks are none
