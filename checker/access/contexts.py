"""Encryption contexts by which a key's policy says for whom a service uses the key.

CloudTrail sends the ARN of the trail, CloudWatch Logs that of the log group: who names one of
another account there lets that account's use the key. Whoever else calls, sends what they like.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from __future__ import annotations

from collections.abc import Container

import msgspec

import checker.trust.texts.sources as sources
from checker.access.keys import Spelling
from checker.trust.document.parse import Policy, Statement
from checker.trust.model import Principal

_SOURCE = "aws:sourcearn"
_KEYS = {
    "cloudtrail": "kms:encryptioncontext:aws:cloudtrail:arn",
    "logs": "kms:encryptioncontext:aws:logs:arn",
}


def acting(service: str, read: Container[str]) -> dict[str, Spelling]:
    """The services of which a policy at a service's door tells so for whom they act, each with the
    keys in words that say it."""
    found: dict[str, Spelling] = {}
    for name, key in _KEYS.items() if service == "kms" else ():
        if key in read:
            found[name] = Spelling(service, calls=True)
            found[name].free[key] = _SOURCE
    return found


def acts(principal: Principal, names: Container[str]) -> bool:
    """Whether it is one of those services, regional or not."""
    return principal.kind == "service" and sources.told(principal.service or "") in names


def told_once(policy: Policy, name: str) -> Policy:
    """The policy, where `aws:SourceArn` tells of the same beside it, by that alone: what the two
    are may differ. A Deny that asks for both gets no credit."""
    key = _KEYS[name]
    denies = tuple(one for one in policy.denies if not _twice(one, key))
    allows = tuple(_by_source(one, key) for one in policy.allows)
    return msgspec.structs.replace(policy, allows=allows, denies=denies)


def _twice(one: Statement, key: str) -> bool:
    return {key, _SOURCE} <= {each.key for each in one.conditions}


def _by_source(one: Statement, key: str) -> Statement:
    if not _twice(one, key):
        return one
    kept = tuple(each for each in one.conditions if each.key != key)
    return msgspec.structs.replace(one, conditions=kept)
