"""What is told from a policy's form alone: each element in each form, and what the analysis says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from checker.access import UNREAD, Ours, Resource, analyze_resource
from checker.resource_trust.glance import STATEMENTS, Glance
from checker.resource_trust.plain import plainly_own
from tests.support.rows import rows
from tests.trust.support import OWN as ORGANIZATION
from tests.trust.support import TODAY, M, N, V

OWN = frozenset({M, N})
OURS = Ours(accounts=OWN, organizations=frozenset({ORGANIZATION}))
ARN = f"arn:aws:sqs:eu-west-1:{M}:jobs"
ROLE = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{M}:role/x"}, "Action": "sqs:SendMessage", "Resource": ARN}  # fmt: skip
SERVED = ROLE | {"Principal": {"Service": "sns.amazonaws.com"}, "Condition": {"StringEquals": {"aws:SourceAccount": M}}}  # fmt: skip
DENIED = ROLE | {"Effect": "Deny", "Principal": "*"}
GONE: Any = object()


def source(operator: str, text: Any) -> dict[str, Any]:
    return {"Condition": {operator: {"aws:SourceArn": text}}}


def asked(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


# base, what is changed, whether it is plain: by its form, and at a glance
CHANGED: list[tuple[dict[str, Any], dict[str, Any], bool, bool]] = [
    (ROLE, {}, True, True), (SERVED, {}, True, True), (DENIED, {}, True, False),
    *((ROLE, {"Principal": {"AWS": who}}, own, glance) for who, own, glance in (
        (M, True, False), (N, True, False), (V, False, False), ("*", False, False), ([], False, False), (3, False, False), ([M, 3], False, False), ([M, N], True, False), ([M, V], False, False),
        (f"arn:aws:iam::{M}:root", True, True), (f"arn:aws:iam::{N}:user/a/b", True, True), (f"arn:aws:iam::{V}:root", False, False), (f"arn:aws:iam::{M}:rootx", False, False),
        (f"arn:aws:sts::{M}:role/x", False, False), (f"arn:aws:sts::{M}:assumed-role/x/y", False, False), (f"arn:aws:iam::{M}:role/", False, False), (f"arn:aws:iam::{M}:role/x*", False, False), (f"arn:aws:iam::{M}:group/x", False, False),
        (f"arn:aws-cn:iam::{M}:root", False, False), (f"x arn:aws:iam::{M}:root", False, False), (f"arn:aws:iam::{M}:root\n", False, False), ([f"arn:aws:iam::{M}:root"], True, False))),
    *((ROLE, {"Principal": who}, False, False) for who in ("*", M, None, [], {}, {"AWS": M, "Service": "sns.amazonaws.com"}, {"Federated": "x"}, {"CanonicalUser": "x"}, {"Service": "sns.amazonaws.com"})),
    (ROLE, {"Principal": GONE}, False, False), (ROLE, {"NotPrincipal": {"AWS": M}}, False, False), (ROLE, {"Principal": GONE, "NotPrincipal": {"AWS": M}}, False, False),
    *((ROLE, {"Effect": value}, False, False) for value in ("allow", "", None, GONE, "Deny")),
    *((ROLE, {"Action": value}, own, glance) for value, own, glance in (
        ("*", True, True), ("sqs:*", True, True), (["sqs:SendMessage", "sqs:Get*"], True, True), ([], False, False), ("sqs:", False, False), ("sqs", False, False), ("sqs:a b", False, False), ("s?s:x", False, False), (3, False, False),
        (["sqs:*", 3], False, False), ("sqs:Send*\n", False, False), (None, False, False))),
    (ROLE, {"Action": GONE}, False, False), (ROLE, {"NotAction": "sqs:*"}, False, False), (ROLE, {"Action": GONE, "NotAction": "sqs:*"}, False, False),
    *((ROLE, {"Resource": value}, own, glance) for value, own, glance in (
        ("*", True, True), ([ARN, "*"], True, True), ("arn:x", True, True), ("x", False, False), ("**", False, False), (3, False, False), ([ARN, 3], False, False), ([], True, False), ("arn", False, False))),
    (ROLE, {"Resource": GONE}, False, False), (ROLE, {"NotResource": ARN}, False, False), (ROLE, {"Sid": "x"}, True, True), (ROLE, {"Sid": "é"}, True, False), (ROLE, {"Odd": 1}, False, False),
    *((ROLE, {"Condition": value}, own, False) for value, own in (
        (None, False), ({}, True), ([], False), ("x", False), ({"StringEquals": "x"}, False), ({"StringEquals": {}}, True), ({"Odd": {"aws:SourceVpc": "x"}}, False), ({"StringLike": {"aws:SourceVpc": "x"}, "Odd": {}}, False))),
    *((ROLE, asked(operator, key, value), own, False) for operator, key, value, own in (
        ("StringEquals", "aws:SourceVpc", "x", True), ("StringNotEquals", "aws:SourceVpc", ["x", "y"], True), ("StringLike", "kms:ViaService", "x*", True), ("StringLike", "kms:CallerAccount", M, True), ("StringLike", "kms:Odd", M, False),
        ("StringLike", "s3:prefix", "x", False), ("StringLike", "aws:sourceVpc", "x", False), ("StringLike", "aws:PrincipalTag/x", "x", False), ("StringEquals", "aws:SourceVpc", [], False), ("StringEquals", "aws:SourceVpc", 3, False),
        ("StringEquals", "aws:SourceVpc", ["x", 3], False), ("StringEquals", "aws:SourceVpc", "${aws:x}", False), ("StringEquals", "aws:SourceVpc", ["x", "a$"], False), ("Bool", "aws:SecureTransport", "true", True),
        ("Bool", "aws:SecureTransport", ["true", "false"], True), ("Bool", "aws:SecureTransport", True, False), ("Bool", "aws:SecureTransport", "x", False), ("Bool", "aws:SecureTransport", ["true", "x"], False), ("Bool", "aws:SecureTransport", [], False), ("Null", "aws:SourceVpc", "true", False),
        ("StringEqualsIfExists", "aws:SourceVpc", "x", False), ("ForAllValues:StringEquals", "aws:SourceVpc", "x", False),
        ("ArnLike", "aws:SourceVpc", "x", False), ("ArnEquals", "aws:PrincipalArn", "x", False), ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{M}:*", True), ("ArnLike", "aws:PrincipalArn", [f"arn:aws:iam::{M}:*", "x"], False),
        ("StringEquals", "aws:SecureTransport", "x", True), ("StringEquals", "aws:CurrentTime", "x", True), ("StringLike", "aws:SourceIp", "x", True), ("Bool", "aws:SourceVpc", "true", True), ("StringEquals", "aws:Odd", "x", True))),
    *((DENIED, asked(operator, key, value), own, False) for operator, key, value, own in (
        ("ArnLike", "aws:SourceVpc", "x", False), ("StringLike", "aws:SourceVpc", "x", True), ("ArnLike", "aws:PrincipalArn", "*", False), ("ArnLike", "aws:PrincipalArn", "arn:*", False), ("ArnLike", "aws:PrincipalArn", "arn:a:b", False))),
    *((SERVED, {"Principal": {"Service": who}}, own, glance) for who, own, glance in (
        (["sns.amazonaws.com"], True, False), (["sns.amazonaws.com", "s3.amazonaws.com"], True, False), ("sns.amazonaws.com.cn", False, False), ("*", False, False), ([], False, False), (3, False, False), (["sns.amazonaws.com", 3], False, False),
        (["sns.amazonaws.com", "*"], False, False), ("delivery.logs.amazonaws.com", True, True), ("x y.amazonaws.com", False, False), ("sns.amazonaws.com\n", False, False))),
    *((SERVED, asked(operator, key, value), own, glance) for operator, key, value, own, glance in (
        ("StringEquals", "aws:SourceAccount", N, True, True), ("StringEquals", "aws:SourceAccount", V, False, False), ("StringEquals", "aws:SourceAccount", [M, N], True, False), ("StringEquals", "aws:SourceAccount", [M, V], False, False),
        ("StringLike", "aws:SourceAccount", M, True, False), ("StringLike", "aws:SourceAccount", f"{M[:-1]}*", False, False), ("ArnLike", "aws:SourceAccount", M, False, False), ("ArnEquals", "aws:SourceAccount", M, False, False),
        ("StringNotEquals", "aws:SourceAccount", M, False, False), ("Bool", "aws:SourceAccount", "true", False, False), ("StringEquals", "aws:SourceVpc", M, False, False), ("StringEquals", "aws:SourceACCOUNT", M, True, False))),
    *((SERVED, source(operator, value), own, glance) for operator, value, own, glance in (
        ("ArnLike", f"arn:aws:sns:*:{M}:*", True, False), ("ArnEquals", f"arn:aws:sns:eu-west-1:{M}:t", True, True), ("ArnLike", f"arn:aws:sns:eu-west-1:{N}:t*", True, True), ("ArnLike", f"arn:aws:sns::{M}:x", True, True), ("ArnLike", f"arn:aws:*:*:{M}:*", True, False),
        ("ArnLike", f"arn:aws:sns:*:{V}:*", False, False), ("ArnLike", f"arn:aws:sns:eu-west-1:{V}:*", False, False), ("ArnLike", f"arn:aws:sns:*:{M}:", False, False), ("ArnLike", f"arn:*:sns:*:{M}:*", False, False), ("ArnLike", "arn:aws:s3:::x", False, False),
        ("StringEquals", f"arn:aws:sns:eu-west-1:{M}:t", True, False), ("StringLike", f"arn:aws:sns:eu-west-1:{M}:*", True, False), ("StringLike", f"arn:aws:sns:*:{M}:*", False, False), ("StringLike", f"arn:aws:*:eu-west-1:{M}:*", False, False),
        ("ArnNotLike", f"arn:aws:sns:*:{M}:*", False, False), ("ArnLike", [f"arn:aws:sns:*:{M}:*", f"arn:aws:sqs:*:{N}:*"], True, False), ("ArnLike", [f"arn:aws:sns:*:{M}:*", f"arn:aws:sqs:*:{V}:*"], False, False))),
    (SERVED, asked("ArnLike", "aws:PrincipalArn", f"arn:aws:sns:*:{M}:*"), False, False), (SERVED, asked("StringEquals", "aws:SourceVpc", f"arn:aws:sns:x:{M}:x"), False, False),
    (SERVED, {"Condition": GONE}, False, False), (SERVED, {"Condition": {}}, False, False), (SERVED, {"Condition": {"StringEquals": {"aws:SourceVpc": "x"}, "StringLike": {"aws:SourceAccount": M}}}, True, False),
    (SERVED, {"Condition": {"StringNotEquals": {"aws:SourceVpc": "x"}, "StringLike": {"aws:SourceAccount": M}}}, True, False), (SERVED, {"Condition": {"StringEquals": {"aws:SourceVpc": "x", "aws:SourceAccount": M}}}, True, False),
    (DENIED, {"Principal": {"AWS": "*"}}, True, False), (DENIED, {"Principal": {"AWS": V}}, False, False), (DENIED, {"Principal": GONE}, False, False), (DENIED, {"Action": "x"}, False, False), (DENIED, {"Resource": "x"}, False, False),
    (DENIED, {"Condition": {"Odd": {}}}, False, False), (DENIED, {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, True, False),
]  # fmt: skip


def made(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in (base | more).items() if value is not GONE}


def written(*statements: Any, **more: Any) -> str:
    """As we write it."""
    whole = {"Version": "2012-10-17", "Statement": list(statements), **more}
    return json.dumps(whole, sort_keys=True, separators=(",", ":"))


def plain(text: str, *, implicit: bool = False) -> bool:
    return plainly_own(text, OWN, "aws", implicit=implicit)


def glanced(text: str) -> bool:
    return Glance(OWN, "aws").plainly_own(text.encode())


def silent(text: str) -> bool:
    """Whether the analysis lets in nobody, and understands all of it."""
    found = analyze_resource(Resource(arn=ARN, kind="AWS::SQS::Queue", account=M, document=text), OURS, TODAY)  # fmt: skip
    unread = [one for one in found.problems if one.code in UNREAD]
    return not (found.grants or found.deputies or found.aws or unread)


@rows("base, more, own, glance", CHANGED, [f"{at} {row[1]}" for at, row in enumerate(CHANGED)])
def test_each_element_in_each_form(
    base: dict[str, Any], more: dict[str, Any], own: bool, glance: bool
) -> None:
    """Catches a stranger's policy that passes without an analysis, alone or behind one of ours."""
    text = written(made(base, more))
    assert (plain(text), glanced(text)) == (own, glance)
    assert not own or silent(text)
    for both in (written(ROLE, made(base, more)), written(made(base, more), SERVED)):
        assert (plain(both), glanced(both)) == (own, glance)


def wholes() -> Iterator[tuple[str, bool, bool]]:
    """Policies as a whole: text, whether it is plain, and at a glance."""
    yield from ((written(ROLE, Version=one), one in ("2012-10-17", "2008-10-17"), one == "2012-10-17")
                for one in ("2012-10-17", "2008-10-17", None, "2020-01-01"))  # fmt: skip
    yield json.dumps({"Statement": ROLE}), True, False
    yield written(ROLE, Id="x"), True, False
    yield written(ROLE, Odd="x"), False, False
    yield from ((text, False, False) for text in ("", "{", "[]", "3", "null", "{}", "[" * 5000))
    yield from ((written(*some), False, False) for some in ((3,), (ROLE, 3), (ROLE, "x")))
    for number in (STATEMENTS, STATEMENTS + 1):
        yield written(*[ROLE] * number), True, number <= STATEMENTS
    twice = written(ROLE).replace('"Sid"', "").replace('"Effect":"Allow"', '"Effect":"Allow","Effect":"Allow"')  # fmt: skip
    yield twice, False, False
    yield written(ROLE | {"Sid": 'a":'}), False, False
    for length, fits in ((20_480, True), (20_481, False)):
        rest = length - len(written(ROLE | {"Sid": ""}))
        yield written(ROLE | {"Sid": "x" * rest}), fits, fits
        wide = written(ROLE | {"Sid": "x" * (rest - 2) + "SID"}).replace("SID", "é")  # two bytes
        yield wide, fits, False


@rows("text, own, glance", list(wholes()), [str(at) for at, _ in enumerate(wholes())])
def test_a_policy_as_a_whole(text: str, own: bool, glance: bool) -> None:
    """Catches a policy that AWS reads otherwise, passed for its first half."""
    assert (plain(text), glanced(text)) == (own, glance)
    assert not own or silent(text)


def test_statements_without_a_resource() -> None:
    """Of kinds alone that have none; what there is of one is read there, too."""
    bare, odd = written(made(ROLE, {"Resource": GONE})), written(ROLE | {"Resource": "x"})
    assert [plain(one, implicit=True) for one in (bare, written(ROLE), odd)] == [True, True, False]
    assert not plain(bare)


def test_of_another_partition() -> None:
    """Catches an account id that is somebody else's there."""
    cn = written(ROLE | {"Principal": {"AWS": f"arn:aws-cn:iam::{M}:root"}})
    for partition, own in (("aws-cn", True), ("aws", False), ("aws-c.", False)):
        assert plainly_own(cn, OWN, partition, implicit=False) is own
        assert Glance(OWN, partition).plainly_own(cn.encode()) is own
