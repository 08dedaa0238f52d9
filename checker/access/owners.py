"""Names of principals that only S3 knows: canonical users and origin access identities.

Whose they are is known of collected accounts alone; those of others tell nobody.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
"""

from __future__ import annotations

import re

import msgspec

import checker.trust.texts.globs as globs
from checker.access.model import Ours
from checker.trust.document.conditions import Condition
from checker.trust.document.parse import Policy, Statement
from checker.trust.document.principals import Element

LOG_DELIVERY = frozenset(
    (
        "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
        "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
    )
)
"""awslogsdelivery, of aws and of aws-cn."""
_OAI = re.compile(r"arn:[a-z-]+:iam::cloudfront:user/CloudFront Origin Access Identity ([A-Z0-9]+)")


def named(policy: Policy, ours: Ours) -> Policy:
    """The policy with these names resolved, as far as they can be."""
    problems = tuple(one for one in policy.problems if "Origin Access Identity" not in one.message)
    return msgspec.structs.replace(
        policy,
        allows=tuple(_statement(one, ours) for one in policy.allows),
        denies=tuple(_statement(one, ours) for one in policy.denies),
        problems=problems,
    )


def _statement(one: Statement, ours: Ours) -> Statement:
    if all(element.form != "unresolved" for element in one.who.elements):
        return one
    elements = tuple(_element(element, ours) for element in one.who.elements)
    return msgspec.structs.replace(one, who=msgspec.structs.replace(one.who, elements=elements))


def _element(one: Element, ours: Ours) -> Element:
    if one.form != "unresolved":
        return one
    oai = _OAI.fullmatch(one.text)
    account = ours.canonical.get(one.text)
    if (oai[1] if oai else one.text) in ours.oais:
        account = next(iter(sorted(ours.accounts)), None)
    return one if account is None else Element("account", account, ours.partition, account)


def quiet(policy: Policy, ours: Ours) -> Policy:
    """The policy without what lets in nobody outside, whoever sends it.

    An own bucket's ARN has no account, but the source is ours. A mount target lets in whom the
    network does, as a file system without a policy would
    (https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html).
    """
    kept = tuple(_without_own(one, ours) for one in policy.allows if not _quiet(one, ours))
    return msgspec.structs.replace(policy, allows=kept)


def _without_own(allow: Statement, ours: Ours) -> Statement:
    """The statement without own buckets among the sources that it asks for."""
    conditions = tuple(_others(one, ours) for one in allow.conditions)
    return msgspec.structs.replace(allow, conditions=conditions)


def _others(one: Condition, ours: Ours) -> Condition:
    if one.key != "aws:sourcearn" or one.absent or one.operator.negated:
        return one
    left = tuple(text for text in one.operands if not _own_bucket(text, ours))
    exact = None if one.exact is None else one.exact & set(left)
    return msgspec.structs.replace(one, operands=left, exact=exact)


def _quiet(one: Statement, ours: Ours) -> bool:
    for each in one.conditions:
        if each.absent or each.operator.negated or not each.operands:
            continue
        if each.key == "aws:sourcearn" and not _others(each, ours).operands:
            return True
        if each.key == "lambda:eventsourcetoken" and _services(one):
            return all(isinstance(text, str) and globs.is_literal(text) for text in each.operands)
        mounted = each.key == "elasticfilesystem:accessedviamounttarget"
        if mounted and one.who.star() and set(each.operands) <= {"true"}:
            return True
    return False


def _own_bucket(text: object, ours: Ours) -> bool:
    """A bucket by its name; many write stars for the region and the account, which it lacks."""
    parts = text.split(":", 5) if isinstance(text, str) else []
    head = parts[:3] == ["arn", ours.partition, "s3"] and {*parts[3:5]} <= {"", "*"}
    return head and parts[5] in ours.buckets


def _services(one: Statement) -> bool:
    elements = one.who.elements
    return bool(elements) and all(element.form == "service" for element in elements)
