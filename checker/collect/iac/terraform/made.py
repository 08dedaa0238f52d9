"""What the same code makes is ours: what AWS tells of it only after it was made.

A role's ARN follows from its name. A cluster's issuer and a pool's id do not: they are marked as
made here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from checker.aws_accounts import aws_accounts
from checker.collect.iac.code.lookups import code_looked_up
from checker.collect.iac.cognito import takes_guests
from checker.collect.iac.grants.arns import registry
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.planned import Json, as_objects
from checker.collect.iac.unknown import is_unresolved, made, public
from checker.partitions import DNS_SUFFIX

_IDENTITIES = {
    "iam_role": ("role", ("name", "role_name")),
    "iam_user": ("user", ("name", "user_name")),
    "iam_group": ("group", ("name", "group_name")),
    "iam_instance_profile": ("instance-profile", ("name", "instance_profile_name")),
}
"""Type without its provider → the word in its ARN, and the attributes with its name."""
OIDC = ("aws_iam_openid_connect_provider", "awscc_iam_oidc_provider")
SAML = ("aws_iam_saml_provider", "awscc_iam_saml_provider")
CLUSTERS = ("aws_eks_cluster", "awscc_eks_cluster")
POOLS = ("aws_cognito_identity_pool", "awscc_cognito_identity_pool")
GUESTS = "allow_unauthenticated_identities"
_MADE = {
    "aws_cognito_identity_pool": "id",
    "awscc_cognito_identity_pool": "id",
    "aws_cognito_user_pool": "id",
    "awscc_cognito_user_pool": "user_pool_id",
    "aws_organizations_organization": "id",
    "aws_kms_key": "arn",
    "awscc_kms_key": "arn",
}
"""Type → what a bare mention of it means."""
_USERS = ("aws_cognito_user_pool", "endpoint")
"""The issuer of its tokens."""
NAMED_HERE = (
    ("aws_ssm_document", "name"), ("awscc_ssm_document", "name"),
    ("aws_ecs_task_definition", "family"), ("aws_batch_job_definition", "name"),
    ("aws_lambda_function", "function_name"),
)  # fmt: skip
"""Whose name is that of what is made here, though nobody knows it: the same text may be somebody
else's ARN where it does not come from there."""
OF_BUCKETS = (
    "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block", "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_versioning", "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_notification",
)  # fmt: skip
"""Types whose id is that of the bucket."""
OWN = ("aws_", "awscc_")
"""Of other providers' resources, an attribute may name the provider's own account."""
_ISSUER = ("issuer", "open_id_connect_issuer_url")
_COMPUTED = (
    "arn", "id", "identity_pool_id", "unique_id", "iam_arn", "s3_canonical_user_id",
    "execution_arn", "invoke_arn", "qualified_arn", "qualified_invoke_arn", "stream_arn",
    "topic_arn", "key_id", "queue_url", "layer_arn", "layer_version_arn", "arn_prefix",
    "arn_without_revision", "response_streaming_invoke_arn", "state_machine_version_arn",
)  # fmt: skip
"""Attributes that AWS alone fills; any other may have been handed in."""


def text_of(value: Any) -> str | None:
    return value if isinstance(value, str) and value and not is_unresolved(value) else None


def issuer_of(values: Json) -> str | None:
    """The issuer that is written down for a provider."""
    return (text_of(values.get("url")) or "").removeprefix("https://").rstrip("/") or None


def issuer_in(values: Json) -> str | None:
    """The issuer of a cluster, where it is known."""
    blocks = [
        oidc for one in as_objects(values.get("identity")) for oidc in as_objects(one.get("oidc"))
    ]
    found = [text_of(one.get(key)) for one in [*blocks, values] for key in _ISSUER]
    return next((one.removeprefix("https://") for one in found if one), None)


def own_value(kind: str, address: str, attribute: str, values: Json, target: Target) -> Any:
    """An attribute of what the code makes, where only AWS will tell it: exact where it follows
    from what is written, else marked as made here. `values`: what is known of it."""
    word, names = _IDENTITIES.get(kind.partition("_")[2], ("", ()))
    if word:
        return _identity(word, names, address, attribute, values, target)
    if kind in OIDC and attribute in ("arn", "id", ""):
        issuer = _written(values.get("url"), address).removeprefix("https://").rstrip("/")
        return target.arn("iam", f"oidc-provider/{issuer}")
    if kind in SAML and attribute in ("arn", "id", ""):
        return target.arn("iam", f"saml-provider/{text_of(values.get('name')) or address}")
    if kind in CLUSTERS:
        return _cluster(address, attribute)
    if kind in _REPOSITORIES and attribute in ("registry_id", _REPOSITORIES[kind][1]):
        key = _REPOSITORIES[kind][0]
        name = text_of(values.get(key)) or made(f"{address}.{key}")
        return target.account if attribute == "registry_id" else f"{registry(target)}{name}"
    if kind == "aws_organizations_account" and attribute in ("id", "account_id", ""):
        return target.account
    if kind == "aws_organizations_organization" and attribute in ("id", "") and target.organization:
        return target.organization
    named = attribute or _MADE.get(kind, "")
    computed = named in _COMPUTED or (kind, named) in (*_MADE.items(), _USERS, *NAMED_HERE)
    if not computed or not kind.startswith(OWN):
        return None
    guests = kind in POOLS and takes_guests(values.get(GUESTS))
    return (public if guests else made)(f"{address}.{named}")


def _written(value: Any, address: str) -> str:
    return value if isinstance(value, str) and value else made(f"{address}.url")


def _identity(
    word: str, names: tuple[str, ...], address: str, attribute: str, values: Json, target: Target
) -> Any:
    name = next((found for key in names if (found := text_of(values.get(key)))), address)
    if attribute in ("arn", ""):
        path = text_of(values.get("path")) or "/"
        return target.arn("iam", f"{word}{path}{name}")
    if attribute in ("id", *names):
        return name
    return made(f"{address}.{attribute}") if attribute in _COMPUTED else None


def _cluster(address: str, attribute: str) -> Any:
    issuer = f"https://{made(f'{address}.issuer')}"
    if attribute in ("open_id_connect_issuer_url", ""):
        return issuer
    if attribute == "identity":
        return [{"oidc": [{"issuer": issuer}]}]
    return made(f"{address}.{attribute}") if attribute in _COMPUTED else None


def looked_up(kind: str, address: str, attribute: str, values: Json, target: Target) -> Any:
    """What a data source would tell of the place itself, or of what is there already; None where
    nothing tells. `values`: what is known of how it looks."""
    told = _PLACE.get((kind, attribute))
    if told is not None:
        return told(target)
    if (kind, attribute) in (
        ("aws_caller_identity", "arn"),
        ("aws_iam_session_context", "issuer_arn"),
    ):
        return target.arn("iam", made(f"{address}.{attribute}"))
    if kind == "aws_service_principal" and attribute in ("name", "id"):
        service = text_of(values.get("service_name"))
        suffix = "amazonaws.com.cn" if target.partition == "aws-cn" else "amazonaws.com"
        return f"{service}.{suffix}" if service else None
    if kind in _CANONICAL and attribute == "id":
        return made(f"{address}.id")
    if kind in _THERE and (attribute == "arn" or kind in CLUSTERS):
        return own_value(kind, address, attribute, values, target)
    if kind in _OF_AWS and attribute in ("id", "arn"):
        account = min(one for one, use in aws_accounts().items() if use == _OF_AWS[kind])
        return account if attribute == "id" else f"arn:{target.partition}:iam::{account}:root"
    if kind == "aws_iam_roles" and attribute in ("arns", "names"):
        called = made(f"{address}.{attribute}")  # nobody knows how many
        return [target.arn("iam", f"role/{called}") if attribute == "arns" else called]
    if kind in _REGISTRY and attribute in (_REGISTRY[kind], "registry_id"):
        return _image(attribute, values, target)
    if kind.startswith("aws_organizations_"):
        return _of_organization(address, attribute, kind, target)
    return code_looked_up(kind, attribute, values, target)


def _of_organization(address: str, attribute: str, kind: str, target: Target) -> Any:
    """The organization that the own account is in, its units, and its accounts, which are ours as
    it is."""
    if attribute == "id" and kind == "aws_organizations_organization" and target.organization:
        return target.organization
    if attribute in ("id", "arn", "master_account_arn"):
        return made(f"{address}.{attribute}")
    if attribute == "master_account_id":
        return target.account
    if attribute not in (*_MEMBERS, *_UNITS):
        return None
    called = {key: made(f"{address}.{attribute}.{key}") for key in ("id", "arn", "name", "email")}
    return [{**called, "id": target.account} if attribute in _MEMBERS else called]


def _image(attribute: str, values: Json, target: Target) -> str | None:
    """As ECR calls it, in the registry that is named, or the own one; or that registry's id."""
    whose, name = values.get("registry_id", target.account), _called(values)
    if not isinstance(whose, str) or not re.fullmatch("[0-9]{12}", whose):
        return None
    if attribute == "registry_id":
        return whose
    return None if name is None else f"{registry(replace(target, account=whose))}{name}"


def _called(values: Json) -> str | None:
    found = values.get("repository_name", values.get("name"))
    return found if isinstance(found, str) and found else None


_CANONICAL = ("aws_canonical_user_id", "aws_cloudfront_log_delivery_canonical_user_id")
"""Of the own account, and of AWS, which delivers logs."""
_OF_AWS = {
    "aws_elb_service_account": "access logs of load balancers",
    "aws_redshift_service_account": "audit logs of Redshift",
    "aws_billing_service_account": "billing reports",
    "aws_cloudtrail_service_account": "CloudTrail logs",
}
"""Type → for what AWS has the account, of which it has one in each region."""
_REPOSITORIES = {
    "aws_ecr_repository": ("name", "repository_url"),
    "awscc_ecr_repository": ("repository_name", "repository_uri"),
}
"""Type → the attributes with its name, and before the tags of its images."""
_REGISTRY = {"aws_ecr_repository": "repository_url", "aws_ecr_image": "image_uri"}
_MEMBERS = ("accounts", "non_master_accounts", "delegated_administrators")
_UNITS = ("roots", "children")
_THERE = ("aws_iam_role", "aws_iam_user", "aws_eks_cluster", "aws_iam_openid_connect_provider")
"""What a look-up finds in the own account alone."""
_PLACE: dict[tuple[str, str], Callable[[Target], str | None]] = {
    ("aws_caller_identity", "account_id"): lambda target: target.account,
    ("aws_caller_identity", "id"): lambda target: target.account,
    ("aws_partition", "partition"): lambda target: target.partition,
    ("aws_partition", "id"): lambda target: target.partition,
    ("aws_partition", "dns_suffix"): lambda target: DNS_SUFFIX.get(target.partition),
    ("aws_region", "name"): lambda target: target.region,
    ("aws_region", "region"): lambda target: target.region,
    ("aws_region", "id"): lambda target: target.region,
}
