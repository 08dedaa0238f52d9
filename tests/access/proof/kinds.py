"""Kinds of resources: actions that AWS lets through from another account, and on which ARNs.

Taken by hand from AWS's pages of each service (cross-account access), not from the engine's tables.
"""

from __future__ import annotations

from dataclasses import dataclass

M = "111111111111"


@dataclass(frozen=True)
class Kind:
    """`works`: action → regular expressions of ARNs. `actions`, `resources`: what policies write.
    `anonymous`: takes requests that nobody signed."""

    name: str
    arn: str
    works: dict[str, tuple[str, ...]]
    actions: tuple[object, ...]
    resources: tuple[object, ...]
    anonymous: bool = False


def _at(service: str, rest: str) -> str:
    return f"arn:aws:{service}:eu-west-1:{M}:{rest}"


BUCKET, QUEUE, TOPIC = "arn:aws:s3:::acme-data", _at("sqs", "jobs"), _at("sns", "alerts")
KEY, SECRET = _at("kms", "key/1111-2222"), _at("secretsmanager", "secret:db-AbCdEf")
FUNCTION, REPOSITORY = _at("lambda", "function:ingest"), _at("ecr", "repository/app")
OBJECT = (BUCKET + "/[ -)+->@-~]+",)
QUALIFIED = (FUNCTION, FUNCTION + ":[A-Za-z0-9_-]+")
KINDS = (
    Kind("AWS::S3::Bucket", BUCKET,
         {"s3:GetObject": OBJECT, "s3:PutObject": OBJECT, "s3:PutObjectAcl": OBJECT,
          "s3:ListBucket": (BUCKET,), "s3:PutBucketAcl": (BUCKET,)},
         ("s3:GetObject", "s3:Get*", "s3:*", "*", ["s3:PutObject", "s3:ListBucket"], "S3:getobject",
          "s3:??tObject", "s3:*Acl", "s3:PutBucketPolicy", "sqs:*"),
         (f"{BUCKET}/*", BUCKET, [BUCKET, f"{BUCKET}/*"], f"{BUCKET}/secret/*", f"{BUCKET}*",
          "arn:aws:s3:::acme-*/in/*", "*", f"{BUCKET}/?", "arn:aws:s3:::other/*", f"{BUCKET}/*x",
          f"{BUCKET}/*/x", "arn:aws:s3:*:*:acme-data/in/?*", "arn:*:s3:::*"), anonymous=True),
    Kind("AWS::SQS::Queue", QUEUE,
         {f"sqs:{one}": (QUEUE,) for one in ("SendMessage", "ReceiveMessage", "PurgeQueue")},
         ("sqs:SendMessage", "sqs:*", "SQS:*Message", "sqs:SetQueueAttributes", "*"),
         (QUEUE, _at("sqs", "*").replace("eu-west-1", "*"), "*", QUEUE.replace("eu-west", "us-west"),
          _at("sqs", "j*")), anonymous=True),
    Kind("AWS::SNS::Topic", TOPIC,
         {f"sns:{one}": (TOPIC,) for one in ("Publish", "Subscribe", "SetTopicAttributes")},
         ("sns:Publish", "SNS:*", "sns:S*", ["sns:Subscribe", "sns:Receive"], "*"),
         (TOPIC, "*", _at("sns", "a*"), _at("sns", "other")), anonymous=True),
    Kind("AWS::KMS::Key", KEY,
         {f"kms:{one}": (KEY,) for one in ("Decrypt", "Encrypt", "CreateGrant", "Decapsulate")},
         ("kms:*", "kms:Decrypt", "kms:*Grant*", ["kms:Encrypt", "kms:De*"], "kms:PutKeyPolicy"),
         ("*", KEY, _at("kms", "key/*"), _at("kms", "key/1111-????"))),
    Kind("AWS::Lambda::Function", FUNCTION,
         {f"lambda:{one}": QUALIFIED
          for one in ("InvokeFunction", "GetFunction", "UpdateFunctionCode")},
         ("lambda:InvokeFunction", "lambda:*", "lambda:Get*", "lambda:*Function*"),
         (FUNCTION, "*", f"{FUNCTION}:*", f"{FUNCTION}*", _at("lambda", "function:*:prod"),
          f"{FUNCTION}:?")),
    Kind("AWS::SecretsManager::Secret", SECRET,
         {f"secretsmanager:{one}": (SECRET,)
          for one in ("GetSecretValue", "PutSecretValue", "PutResourcePolicy")},
         ("secretsmanager:*", "secretsmanager:GetSecretValue", "secretsmanager:*SecretValue"),
         ("*", _at("secretsmanager", "secret:db-??????"), _at("secretsmanager", "secret:x-*"))),
    Kind("AWS::ECR::Repository", REPOSITORY,
         {f"ecr:{one}": (REPOSITORY,)
          for one in ("BatchGetImage", "PutImage", "SetRepositoryPolicy")},
         ("ecr:*", "ecr:BatchGetImage", ["ecr:Put*", "ecr:BatchGetImage"]), (None,)),
)  # fmt: skip
