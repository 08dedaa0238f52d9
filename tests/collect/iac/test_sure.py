"""Whose a thing surely is: pools that ask for a login, public parameters, files of Terraform's, places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.cognito import needs_login, takes_guests
from checker.collect.iac.narrowing import Narrowing
from checker.collect.iac.ssm import Published, parameter_of, published, published_by_amazon
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.made import looked_up
from checker.collect.iac.terraform.read import looks_like_one, read_file
from checker.collect.iac.unknown import made, public, unresolved
from checker.errors import InputError
from tests.support.rows import rows

AMR, U = "cognito-identity.amazonaws.com:amr", unresolved("P")
LOGINS: list[tuple[str, Any, bool]] = [
    ("who logged in", {"StringEquals": {AMR: "authenticated"}}, True), ("guests", {"StringEquals": {AMR: "unauthenticated"}}, False), ("either", {"StringEquals": {AMR: ["authenticated", "unauthenticated"]}}, False),
    ("by likeness", {"ForAnyValue:StringLike": {AMR: "authenticated"}}, True), ("a pattern that fits a guest", {"StringLike": {AMR: "*authenticated"}}, False), ("in capitals", {"StringEquals": {AMR.upper(): "authenticated"}}, True),
    ("not guests", {"StringNotEquals": {AMR: "unauthenticated"}}, True), ("not who logged in", {"StringNotEquals": {AMR: "authenticated"}}, False), ("not like guests", {"ForAllValues:StringNotLike": {AMR: "unauth*"}}, True),
    ("if it is there", {"StringEqualsIfExists": {AMR: "authenticated"}}, True), ("without case", {"StringEqualsIgnoreCase": {AMR: "Authenticated"}}, True), ("no value", {"StringEquals": {AMR: []}}, False),
    ("whether it is there", {"Null": {AMR: "false"}}, False), ("an ARN", {"ArnLike": {AMR: "authenticated"}}, False), ("a number", {"NumericEquals": {AMR: "authenticated"}}, False), ("not known", {"StringEquals": {AMR: U}}, False),
    ("another key", {"StringEquals": {"cognito-identity.amazonaws.com:aud": "x"}}, False), ("no block", {"StringEquals": "x"}, False), ("no condition", None, False), ("the second of two", {"Bool": {"a": "b"}, "StringEquals": {AMR: "authenticated"}}, True),
]  # fmt: skip


@rows("why, condition, needed", LOGINS)
def test_who_has_not_logged_in_is_kept_out(why: str, condition: Any, needed: bool) -> None:
    """Or is not: then whoever asks the pool for a token gets in."""
    assert needs_login(condition) is needed, why


@rows("allowed, guests", [(True, True), ("true", True), (False, False), ("False", False), (None, False), (U, True), ("yes", True)])  # fmt: skip
def test_which_pools_take_guests(allowed: Any, guests: bool) -> None:
    """One that cannot be told may."""
    assert takes_guests(allowed) is guests


def test_a_pool_with_guests_is_called_by_its_name() -> None:
    """Whole, or as a part of what is written."""
    for pool, name in ((public("Pool"), "Pool"), (f"x-{public('Pool')}", "x-${Pool}")):
        notes: list[str] = []
        Narrowing(notes, free_ids=True).kept({"StringEquals": {"cognito-identity.amazonaws.com:aud": pool}}, "cognito-identity.amazonaws.com")  # fmt: skip
        assert notes[0].startswith(f"the identity pool {name} allows guests"), notes


OWNERS: list[tuple[str, Published | None]] = [
    *((f"/aws/service/{path}x", Published(alias="amazon")) for path in ("ami-amazon-linux-latest/", "ami-windows-latest/", "ami-macos-latest/", "bottlerocket/", "cloud9/amis/", "deeplearning/ami/", "ecs/optimized-ami/", "eks/optimized-ami/", "neuron/dlami/")),
    ("/aws/service/canonical/ubuntu", Published(owner="099720109477")), ("/aws/service/debian/release", Published(owner="136693071363")), ("/aws/service/marketplace/prod-x/1.0", Published(alias="aws-marketplace", product="prod-x")),
    ("/aws/service/acme/x", None), ("/aws/service/ami-amazon-linux-latest", None), ("/mine/ami-amazon-linux-latest/x", None), ("ami-amazon-linux-latest/x", None), ("/aws/service/ami-amazon-linux-latest/../acme/x", None),
    ("x/aws/service/bottlerocket/x", None),
]  # fmt: skip


@rows("parameter, expected", OWNERS)
def test_who_publishes_a_public_parameter(parameter: str, expected: Published | None) -> None:
    """Only what stands below AWS's own folder is AWS's, or of whom AWS lets publish there."""
    assert published(parameter) == expected
    assert published_by_amazon(parameter) is (expected == Published(alias="amazon"))


NAMES = [("resolve:ssm:/a/b", "/a/b"), ("resolve:ssm:/a/b:3", "/a/b"), ("ssm:/a", "/a"), (unresolved("resolve:ssm:/a"), "/a"), ("ami-1", None), (U, None),
         ("resolve:ssm:arn:aws:ssm:us-east-1:9:parameter/x", "arn:aws:ssm:us-east-1:9:parameter/x")]  # fmt: skip


@rows("image, expected", NAMES)
def test_parameters_that_name_images(image: str, expected: str | None) -> None:
    """Without the version or label behind them."""
    assert parameter_of(image) == expected


FILES = [('{"planned_values": {}}', True), ('{"terraform_version": "1", "format_version": "1.0"}', True), ('{"terraform_version": "1", "lineage": "x"}', True), ('{"terraform_version": "1", "serial": 3}', True),
         ('{"terraform_version": "1"}', False), ('{"format_version": "1.0"}', False), ("{}", False)]  # fmt: skip


@rows("text, one", FILES)
def test_what_may_be_a_plan_or_a_state(text: str, one: bool) -> None:
    """A file that nobody named, and that is passed over, is counted as none."""
    assert looks_like_one(text.encode()) is one


BROKEN: list[tuple[str, bytes, str, int]] = [
    ("p.json", b"PK\x03\x04", "a binary plan", 1), ("p.json", b"{\n\n\xff", "not UTF-8", 3), ("p.json", b"{\n!", "not JSON", 2), ("p.json", b"[command]/usr/bin/terraform\n{}", "setup-terraform's wrapper", 1),
    ("serverless.yml", b"service: x", "Serverless Framework", 1), ("p.json", b"[]", "not a Terraform plan", 1), ("p.json", b"[" * 100_000, "nested too deep", 1), ("p.json", b'{"planned_values": []}', "not a Terraform plan", 1),
]  # fmt: skip


@rows("name, data, said, line", BROKEN)
def test_what_is_neither(name: str, data: bytes, said: str, line: int) -> None:
    """With the line, and what to do."""
    with pytest.raises(InputError, match=said) as caught:
        read_file(Path(name), data)
    assert caught.value.line == line


def test_a_plan_in_another_encoding() -> None:
    """As PowerShell's `>` writes it, and with a mark before it; each address has its line."""
    plan = json.dumps({"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "a.b", "mode": "managed", "type": "a", "name": "b"}]}}}, indent=1)  # fmt: skip
    for data in (plan.encode("utf-16"), b"\xef\xbb\xbf" + plan.encode()):
        found = read_file(Path("p.json"), data)
        assert [one.address for one in found.resources] == ["a.b"]
        assert found.find_line(plan) == {"a.b": 7}


HERE, CHINA = Target(account="111111111111", region="us-east-1", organization="o-own1234567"), Target(account="111111111111", partition="aws-cn")  # fmt: skip
LOOKED: list[tuple[str, str, Any, Any]] = [
    ("aws_caller_identity", "account_id", "111111111111", "111111111111"), ("aws_caller_identity", "id", "111111111111", "111111111111"), ("aws_caller_identity", "user_id", None, None),
    ("aws_caller_identity", "arn", f"arn:aws:iam::111111111111:{made('d.x.arn')}", f"arn:aws-cn:iam::111111111111:{made('d.x.arn')}"), ("aws_partition", "partition", "aws", "aws-cn"), ("aws_partition", "id", "aws", "aws-cn"),
    ("aws_partition", "dns_suffix", "amazonaws.com", "amazonaws.com.cn"), ("aws_region", "name", "us-east-1", None), ("aws_region", "region", "us-east-1", None), ("aws_region", "id", "us-east-1", None),
    ("aws_service_principal", "name", "ec2.amazonaws.com", "ec2.amazonaws.com.cn"), ("aws_service_principal", "id", "ec2.amazonaws.com", "ec2.amazonaws.com.cn"), ("aws_service_principal", "suffix", None, None),
    ("aws_canonical_user_id", "id", made("d.x.id"), made("d.x.id")), ("aws_canonical_user_id", "display_name", None, None), ("aws_organizations_organization", "id", "o-own1234567", made("d.x.id")), ("aws_organizations_organization", "arn", made("d.x.arn"), made("d.x.arn")),
    ("aws_organizations_organization", "master_account_id", "111111111111", "111111111111"), ("aws_organizations_organization", "master_account_email", None, None), ("aws_organizations_policy", "content", None, None),
    ("aws_elb_service_account", "id", "009996457667", "009996457667"), ("aws_elb_service_account", "arn", "arn:aws:iam::009996457667:root", "arn:aws-cn:iam::009996457667:root"), ("aws_elb_service_account", "region", None, None),
    ("aws_cloudfront_log_delivery_canonical_user_id", "id", made("d.x.id"), made("d.x.id")), ("aws_iam_roles", "names", [made("d.x.names")], [made("d.x.names")]), ("aws_iam_roles", "path_prefix", None, None),
    ("aws_ecr_repository", "repository_url", None, None), ("aws_ecr_image", "image_uri", None, None),
    ("aws_ami", "id", None, None),
]  # fmt: skip


@rows("kind, attribute, here, china", LOOKED)
def test_what_a_data_source_would_tell(kind: str, attribute: str, here: Any, china: Any) -> None:
    """Of the place itself; of anything else nothing."""
    values = {"service_name": "ec2"}
    assert looked_up(kind, "d.x", attribute, values, HERE) == here
    assert looked_up(kind, "d.x", attribute, values, CHINA) == china
    assert looked_up("aws_service_principal", "d.x", "name", {}, HERE) is None
