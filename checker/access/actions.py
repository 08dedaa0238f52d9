"""What an outsider can do to a resource: which actions work from another account, and how grave.

`actions.json` is made from the Service Authorization Reference by `python -m tests.access.actions`;
the tables here say where AWS's own pages tell more than that reference does.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib import resources

import msgspec

import checker.trust.texts.globs as globs
from checker.access.kinds import ANY_TYPE, Kind
from checker.access.model import Grade


class Action(msgspec.Struct, frozen=True):
    """`name`: with its service. `suffixes`: on what behind the resource's ARN it can be done.

    `listed`: False where AWS's page of what works from another account does not have it.
    """

    name: str
    grade: Grade
    suffixes: tuple[str, ...]
    listed: bool = True


class _Table(msgspec.Struct):
    source: str
    services: dict[str, dict[str, str]]


_ONLY: dict[str, str] = {
    # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
    # https://docs.aws.amazon.com/kms/latest/APIReference/API_Decapsulate.html ("Cross-account use")
    "kms": """createGrant decapsulate decrypt deriveSharedSecret describeKey encapsulate encrypt
        generateDataKey* generateMac getKeyRotationStatus getPublicKey listGrants reEncrypt*
        retireGrant revokeGrant sign verify verifyMac""",
    # https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    "lambda": """invokeFunction invokeFunctionUrl invokeAsync getFunction getFunctionConfiguration
        updateFunctionCode deleteFunction publishVersion listVersionsByFunction createAlias getAlias
        listAliases updateAlias deleteAlias getPolicy putFunctionConcurrency
        deleteFunctionConcurrency listTags tagResource untagResource getLayerVersion""",
}
_GROWING = ("AWS::Lambda::Function",)
"""Kinds of which AWS's list above is old: what else there is may work, and may write."""
_NOT: dict[str, str] = {
    "lambda": "addPermission removePermission putResourcePolicy deleteResourcePolicy",
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-customer-managed-policy-examples.html
    "sqs": """addPermission createQueue deleteQueue listQueues listQueueTags removePermission
        setQueueAttributes tagQueue untagQueue""",
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    "s3": "putBucketPolicy getBucketPolicy deleteBucketPolicy",
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html
    "dynamodb": """putResourcePolicy getResourcePolicy deleteResourcePolicy updateTimeToLive
        describeTimeToLive updateContinuousBackups describeContinuousBackups
        exportTableToPointInTime partiQL* *KinesisStreamingDestination *ContributorInsights
        restoreTable* createBackup""",
    "ecr": "getAuthorizationToken",
}
_REGISTRY = "replicateImage batchImportUpstreamImage createRepository"
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html"""
_ALSO: dict[str, dict[str, str]] = {
    # https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cluster-owner-action-policy.html
    "kafka": {"GetBootstrapBrokers": "cluster"},
    # https://docs.aws.amazon.com/codeartifact/latest/ug/domain-policies.html
    "codeartifact": {"CreateRepository": "domain"},
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html
    "logs": {"PutAccountPolicy": "destination"},
}
"""On what type of resource AWS's pages have actions for which the reference names none."""
_GRADES: dict[Grade, dict[str, str]] = {
    "read": {
        "kms": "decapsulate decrypt reEncryptFrom deriveSharedSecret verify verifyMac",
        "sns": "subscribe receive",
    },
    "write": {"s3": "bypassGovernanceRetention objectOwnerOverrideToBucketOwner"},
    "admin": {
        "lambda": "updateFunctionCode",
        "events": "putRule putTargets",
    },
}


def actions(kind: Kind, name: str) -> tuple[Action, ...]:
    """All actions that work from another account on a resource of the kind, or behind it."""
    return _actions(kind.services, tuple(kind.behind.items()), name)


@functools.lru_cache(maxsize=256)
def _actions(
    services: tuple[str, ...], behind: tuple[tuple[str, tuple[str, ...]], ...], kind: str
) -> tuple[Action, ...]:
    found = []
    for service in services:
        for name, entry in _table().services.get(service, {}).items():
            grade, *types = [*entry.split(","), *_ALSO.get(service, {}).get(name, "").split()]
            suffixes = tuple(dict.fromkeys(
                one for type_, several in behind if type_ in types or type_ == ANY_TYPE
                for one in several))  # fmt: skip
            if suffixes and works(service, name, kind):
                found.append(_action(service, name, grade, suffixes))
    return tuple(found)


def _action(service: str, name: str, published: str, suffixes: tuple[str, ...]) -> Action:
    listed = service not in _ONLY or _among(name, _ONLY[service])
    grade = _grade(service, name, published) if listed else "write"
    return Action(f"{service}:{name}", grade, suffixes, listed)


def works(service: str, name: str, kind: str) -> bool:
    """Whether AWS lets the action through from another account, as far as anybody knows."""
    if kind == "AWS::ECR::RegistryPolicy" and not _among(name, _REGISTRY):
        return False
    if _among(name, _NOT.get(service, "")):
        return False
    listed = service not in _ONLY or _among(name, _ONLY[service])
    return listed or kind in _GROWING or name.lower() not in _known(service)


def unknown(kind: Kind, patterns: Iterator[str], name: str) -> Iterator[Action]:
    """Actions that a statement names and no table has: they may work, and may write. For a pattern
    that no known action fits, one that fits; of a service without a table, all of it."""
    every = tuple(dict.fromkeys(one for several in kind.behind.values() for one in several))
    for pattern in dict.fromkeys(patterns):
        prefix, _, action = ("*:*" if pattern == "*" else pattern).lower().partition(":")
        for service in _meant(kind, prefix) if action else ():
            known = _known(service)
            if not known and not action.strip("*?"):
                yield Action(f"{service}:*", "admin", every)
            elif not any(globs.matches(action, one) for one in known):
                one = action.replace("*", "").replace("?", "x")
                if works(service, one, name):
                    shown = pattern if globs.is_literal(pattern) else f"{service}:{one}"
                    yield Action(shown, _grade(service, one, "write"), every)


def _meant(kind: Kind, prefix: str) -> list[str]:
    """The kind's services that a prefix means; of a kind that nobody knows, any may be its own."""
    own = [one for one in kind.services if globs.matches(prefix, one)]
    if own or ANY_TYPE not in kind.behind or not globs.is_literal(prefix):
        return own
    return [prefix]


@functools.cache
def _known(service: str) -> frozenset[str]:
    return frozenset(name.lower() for name in _table().services.get(service, {}))


def _grade(service: str, name: str, published: str) -> Grade:
    for grade, by_service in _GRADES.items():
        if _among(name, by_service.get(service, "")):
            return grade
    return published  # type: ignore[return-value]  # the file's three words are the grades


def _among(name: str, listed: str) -> bool:
    lower = name.lower()
    return any(globs.matches(one, lower) for one in listed.lower().split())


@functools.cache
def _table() -> _Table:
    data = resources.files(__package__).joinpath("actions.json").read_bytes()
    return msgspec.json.decode(data, type=_Table)
