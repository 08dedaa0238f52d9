"""Which service a `*` is that only services can send."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.access.model import AccessGrant, AccessWitness
from checker.access.serving import serving
from checker.trust.document.parse import parse
from checker.trust.model import Principal
from tests.support.rows import rows
from tests.trust.support import V, policy, statement

ANY, TOPIC = "arn:aws:sns:*:*:*", "arn:aws:sns:eu-west-1:111111111111:t"
SNS, S3, EC2 = "sns.amazonaws.com", "s3.amazonaws.com", "ec2.amazonaws.com"
STAR = Principal(kind="service", service="*")
OF_TOPICS = statement("*", {"ArnLike": {"aws:SourceArn": ANY}})
OF_BUCKETS = statement("*", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}})


def of(**conditions: Any) -> dict[str, Any]:
    return statement("*", {name.replace("_", ":"): block for name, block in conditions.items()})


def served(
    statements: list[Any], whose: tuple[int, ...] = (0,), principal: Principal = STAR,
    witness: AccessWitness | None = None,
) -> AccessGrant:  # fmt: skip
    grant = AccessGrant(principal=principal, actions=("sqs:SendMessage",), access="write",
                        via="policy", statements=whose, witness=witness)  # fmt: skip
    return serving(grant, parse(policy(*statements), "aws", True, 0))


ARN, ACCOUNT = {"aws:SourceArn": ANY}, {"aws:SourceAccount": V}
NAMES = [
    ([OF_TOPICS], (0,), SNS, "topics"),
    ([of(StringEquals={"aws:SourceArn": TOPIC})], (0,), SNS, "one topic"),
    ([of(ArnLike={"aws:SourceArn": "arn:aws:execute-api:*:*:*"})], (0,), "apigateway.amazonaws.com",
     "methods have another name than their service"),
    ([of(ForAnyValue_ArnLike=ARN)], (0,), SNS, "one of its sources"),
    ([of(StringEquals=ACCOUNT, ArnLike=ARN)], (0,), SNS, "another key before it"),
    ([of(ArnLike=ARN, StringEquals=ACCOUNT)], (0,), SNS, "or behind it"),
    ([of(ArnLike={"aws:PrincipalArn": "arn:aws:s3:::x", **ARN})], (0,), SNS, "that is an ARN, too"),
    ([OF_TOPICS, OF_BUCKETS], (0,), SNS, "of the statements of the grant alone"),
    ([OF_TOPICS, OF_BUCKETS], (0, 1), "*", "of two services"),
    ([OF_TOPICS, statement({"Service": SNS})], (0, 1), SNS, "what is named is the same"),
    ([OF_TOPICS, statement({"Service": S3})], (0, 1), "*", "or another"),
    ([OF_TOPICS, statement({"Service": SNS, "AWS": V})], (0, 1), SNS, "accounts are no services"),
    ([of(ArnLikeIfExists=ARN)], (0,), "*", "who has no source passes, too"),
    ([of(ForAllValues_ArnLike=ARN)], (0,), "*", "so here"),
    ([of(ArnNotLike=ARN)], (0,), "*", "all but topics"),
    ([of(ArnLikeIfExists=ARN, StringEquals=ACCOUNT)], (0,), "*", "the account tells no service"),
    ([of(Null={"aws:SourceArn": "false"})], (0,), "*", "any source"),
    ([of(ArnLike={"aws:SourceArn": "arn:aws:*:*:*:t"})], (0,), "*", "of any service"),
    ([OF_TOPICS, statement("*", {"StringEquals": {"aws:PrincipalServiceName": S3}}, Effect="Deny")],
     (0,), "*", "names are asked for elsewhere"),
]  # fmt: skip


@rows("statements, whose, name, why", NAMES)
def test_which_service_a_star_is(
    statements: list[Any], whose: tuple[int, ...], name: str, why: str
) -> None:
    """Catches a stranger's service told by the name of one that is harmless."""
    assert served(statements, whose).principal == msgspec.structs.replace(STAR, service=name), why


def test_others_are_who_they_are() -> None:
    """Catches an account, or a service that is named, taken for the one whose sources are asked."""
    for one in (Principal(kind="account", account=V), Principal(kind="service", service=S3),
                Principal(kind="anyone"), Principal(kind="unresolved", service="*", id="x")):  # fmt: skip
        assert served([OF_TOPICS], principal=one).principal == one


def test_the_request_is_of_that_service() -> None:
    """Catches a request that names another service than the grant, or tells more than it sent."""
    own = {"aws:PrincipalServiceName": EC2, "aws:PrincipalServiceNamesList": [EC2]}
    named = {"aws:PrincipalServiceName": SNS, "aws:PrincipalServiceNamesList": [SNS]}
    of_topic = {"aws:SourceArn": TOPIC}
    for context, sent in (({**own, **of_topic}, {**named, **of_topic}), (of_topic, of_topic)):
        assert served([OF_TOPICS], witness=request(EC2, context)).witness == request(SNS, sent)
    assert served([OF_TOPICS]).witness is None


def request(principal: str, context: Any) -> AccessWitness:
    return AccessWitness(principal, "sqs:SendMessage", "arn:x", context)
