"""Policies of resources made by chance: those of trust policies, about actions and ARNs."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.trust.oracle import as_list
from tests.trust.random_policies import random_policy


@dataclass(frozen=True)
class World:
    """A kind with concrete `actions` that work on concrete `arns`, and what policies write."""

    kind: str
    arn: str
    works: tuple[tuple[str, str], ...]
    actions: tuple[Any, ...]
    resources: tuple[Any, ...]


M = "111111111111"
B = "arn:aws:s3:::acme-data"
WORLDS = (
    World("AWS::S3::Bucket", B,
          (("s3:GetObject", f"{B}/in/x"), ("s3:GetObject", f"{B}/secret/x"), ("s3:ListBucket", B),
           ("s3:PutObject", f"{B}/in/x"), ("s3:PutObjectAcl", f"{B}/y")),
          ("s3:GetObject", "s3:Get*", "s3:*", "*", ["s3:PutObject", "s3:ListBucket"], "S3:getobject",
           "s3:??tObject", "s3:PutBucketPolicy", "sqs:*"),
          (f"{B}/*", B, [B, f"{B}/*"], f"{B}/secret/*", f"{B}*", "arn:aws:s3:::acme-*/in/*", "*",
           f"{B}/?", "arn:aws:s3:::other/*", f"{B}/*x", f"{B}/*/x")),
    World("AWS::SQS::Queue", f"arn:aws:sqs:eu-west-1:{M}:jobs",
          tuple((f"sqs:{one}", f"arn:aws:sqs:eu-west-1:{M}:jobs")
                for one in ("SendMessage", "ReceiveMessage", "PurgeQueue")),
          ("sqs:SendMessage", "sqs:*", "SQS:*Message", "sqs:SetQueueAttributes", "*"),
          (f"arn:aws:sqs:eu-west-1:{M}:jobs", f"arn:aws:sqs:*:{M}:jobs", "*",
           f"arn:aws:sqs:us-east-1:{M}:jobs", f"arn:aws:sqs:eu-west-1:{M}:j*")),
    World("AWS::KMS::Key", f"arn:aws:kms:eu-west-1:{M}:key/1111-2222",
          tuple((f"kms:{one}", f"arn:aws:kms:eu-west-1:{M}:key/1111-2222")
                for one in ("Decrypt", "Encrypt", "CreateGrant", "GenerateDataKey")),
          ("kms:*", "kms:Decrypt", "kms:*Grant*", ["kms:Encrypt", "kms:GenerateDataKey*"],
           "kms:PutKeyPolicy"),
          ("*", f"arn:aws:kms:eu-west-1:{M}:key/1111-2222", f"arn:aws:kms:*:{M}:key/*")),
    World("AWS::SNS::Topic", f"arn:aws:sns:eu-west-1:{M}:alerts",
          tuple((f"sns:{one}", f"arn:aws:sns:eu-west-1:{M}:alerts")
                for one in ("Publish", "Subscribe", "SetTopicAttributes")),
          ("sns:Publish", "SNS:*", "sns:S*", ["sns:Subscribe", "sns:Receive"], "*"),
          (f"arn:aws:sns:eu-west-1:{M}:alerts", "*", f"arn:aws:sns:*:{M}:a*",
           f"arn:aws:sns:eu-west-1:{M}:other")),
    World("AWS::Lambda::Function", f"arn:aws:lambda:eu-west-1:{M}:function:ingest",
          tuple((f"lambda:{one}", f"arn:aws:lambda:eu-west-1:{M}:function:ingest{alias}")
                for one in ("InvokeFunction", "GetFunction", "UpdateFunctionCode")
                for alias in ("", ":prod")),
          ("lambda:InvokeFunction", "lambda:*", "lambda:Get*", "lambda:*Function*"),
          (f"arn:aws:lambda:eu-west-1:{M}:function:ingest", "*",
           f"arn:aws:lambda:eu-west-1:{M}:function:ingest:*",
           f"arn:aws:lambda:eu-west-1:{M}:function:ingest*",
           f"arn:aws:lambda:eu-west-1:{M}:function:*:prod")),
    World("AWS::Lambda::LayerVersion", f"arn:aws:lambda:eu-west-1:{M}:layer:x:3",
          (("lambda:GetLayerVersion", f"arn:aws:lambda:eu-west-1:{M}:layer:x:3"),),
          ("lambda:GetLayerVersion", "lambda:*", "lambda:Invoke*"),
          (f"arn:aws:lambda:eu-west-1:{M}:layer:x:3", "*", f"arn:aws:lambda:*:{M}:layer:*",
           f"arn:aws:lambda:eu-west-1:{M}:layer:x:?")),
    World("AWS::SecretsManager::Secret", f"arn:aws:secretsmanager:eu-west-1:{M}:secret:db-AbCdEf",
          tuple((f"secretsmanager:{one}", f"arn:aws:secretsmanager:eu-west-1:{M}:secret:db-AbCdEf")
                for one in ("GetSecretValue", "PutSecretValue", "DeleteSecret")),
          ("secretsmanager:*", "secretsmanager:GetSecretValue", "secretsmanager:*SecretValue"),
          ("*", f"arn:aws:secretsmanager:eu-west-1:{M}:secret:db-??????",
           f"arn:aws:secretsmanager:eu-west-1:{M}:secret:other-*")),
    World("AWS::ECR::Repository", f"arn:aws:ecr:eu-west-1:{M}:repository/app",
          tuple((f"ecr:{one}", f"arn:aws:ecr:eu-west-1:{M}:repository/app")
                for one in ("BatchGetImage", "PutImage", "SetRepositoryPolicy")),
          ("ecr:*", "ecr:BatchGetImage", ["ecr:Put*", "ecr:BatchGetImage"]), (None,)),
)  # fmt: skip
_SPELLED = {"sts:ExternalId": "{0}:freeKey", "sts:externalid": "{0}:freekey",
            "STS:ExternalId": "{1}:freeKey", "STS:EXTERNALID": "{1}:FREEKEY"}  # fmt: skip
_NOT_HERE = ("sts:RoleSessionName", "SourceIdentity", "Federated")


def random_document(rng: Random) -> tuple[World, dict[str, Any], dict[str, Any]]:
    """A world, a policy in its words, and the same about an external id where it has a free key."""
    while True:
        trust = random_policy(rng)
        if not any(one.lower() in str(trust).lower() for one in _NOT_HERE):
            break
    world = rng.choice(WORLDS)
    plain = {**trust, "Statement": [_about(one, world, rng) for one in as_list(trust["Statement"])]}
    return world, _spelled(plain, world), plain


def _about(statement: dict[str, Any], world: World, rng: Random) -> dict[str, Any]:
    kept = {name: value for name, value in statement.items() if name not in ("Action", "NotAction")}
    kept["NotAction" if rng.random() < 0.1 else "Action"] = rng.choice(world.actions)
    resource = rng.choice(world.resources)
    if resource is not None:
        kept["NotResource" if rng.random() < 0.15 else "Resource"] = resource
    return kept


def free_key(world: World) -> str:
    """A key of the service's own, which whoever calls chooses."""
    return world.arn.split(":")[2] + ":freeKey"


def _spelled(found: Any, world: World) -> Any:
    if isinstance(found, dict):
        return {_word(name, world): _spelled(value, world) for name, value in found.items()}
    if isinstance(found, list):
        return [_spelled(one, world) for one in found]
    return _word(found, world) if isinstance(found, str) else found


def _word(text: str, world: World) -> str:
    """Two spellings stay two, as they are two keys to the engine and the plain reading alike."""
    service = world.arn.split(":")[2]
    for spelling, own in _SPELLED.items():
        text = text.replace(spelling, own.format(service, service.upper()))
    return text
