"""What a plan leaves as it is, and has something run from now on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.images import IMAGES
from checker.collect.iac.terraform.cloud_control import kind_of
from checker.collect.iac.terraform.image_uses import MAKERS, USES
from checker.collect.iac.terraform.planned import Json, Plan, Planned
from checker.collect.iac.unknown import is_unresolved

_NAMING = frozenset((
    "batch_target", "compute_resources", "container_recipe_arn", "definition", "ecs_parameters",
    "definition_string", "ecs_target", "endpoint_config_name", "image_recipe_arn", "job_definition",
    "launch_configuration", "launch_configuration_name", "launch_template",
    "launch_template_config", "launch_template_configs", "mixed_instances_policy", "model_name",
    "production_variants", "shadow_production_variants",
    "source_instance_id", "stage", "target", "target_parameters", "task_definition",
    "task_definition_arn", *(key for _, keys in USES.values() for key in keys),
))  # fmt: skip
"""Attributes by which something names what it runs, or is made from."""
_STARTING: dict[str, tuple[str, ...]] = {
    "aws_api_gateway_integration": ("uri",),
    "aws_apigatewayv2_integration": ("integration_uri",),
    "aws_cloudfront_distribution": ("default_cache_behavior", "ordered_cache_behavior"),
    "aws_cloudwatch_event_target": ("arn",),
    "aws_cloudwatch_log_subscription_filter": ("destination_arn",),
    "aws_cognito_user_pool": ("lambda_config",),
    "aws_config_config_rule": ("source",),
    "aws_iot_topic_rule": ("lambda",),
    "aws_kinesis_firehose_delivery_stream": ("extended_s3_configuration",),
    "aws_lambda_event_source_mapping": ("function_name",),
    "aws_lambda_function_url": ("function_name",),
    "aws_lambda_invocation": ("function_name",),
    "aws_lb_target_group_attachment": ("target_id",),
    "aws_s3_bucket_notification": ("lambda_function",),
    "aws_secretsmanager_secret_rotation": ("rotation_lambda_arn",),
    "aws_sns_topic_subscription": ("endpoint",),
    "AWS::Events::Rule": ("targets",),
    "AWS::Lambda::EventSourceMapping": ("function_name",),
    "AWS::Lambda::Url": ("target_function_arn",),
}
"""Of a type, the attributes by which it names what it starts."""
_BETWEEN = ("aws_sagemaker_endpoint_configuration",)
_VERSION = "@"
_ID = re.compile(r"(?:ami|i|lt)-")
_ARNS = ("arn", "arn_without_revision", "task_definition_arn", "job_definition_arn", "id")
_NAMES = (
    "id", "name", "family", "endpoint_config_name", "function_name", "job_definition_name",
    "launch_configuration_name", "launch_template_name", "model_name",
)  # fmt: skip
"""By which it goes itself."""
_SAME = {
    "AWS::AutoScaling::LaunchConfiguration": "aws_launch_configuration",
    "AWS::Batch::JobDefinition": "aws_batch_job_definition",
    "AWS::EC2::LaunchTemplate": "aws_launch_template",
    "AWS::ECS::TaskDefinition": "aws_ecs_task_definition",
    "AWS::Lambda::Function": "aws_lambda_function",
    "AWS::SageMaker::EndpointConfig": "aws_sagemaker_endpoint_configuration",
    "AWS::SageMaker::Model": "aws_sagemaker_model",
}
"""What the awscc provider makes, as the other one calls it."""
_BY_NAME = {
    **dict.fromkeys(
        ("compute_resources", "launch_template", "launch_template_config",
         "launch_template_configs", "mixed_instances_policy"), "aws_launch_template"),
    **dict.fromkeys(("model_name", "production_variants", "shadow_production_variants"),
                    "aws_sagemaker_model"),
    "endpoint_config_name": "aws_sagemaker_endpoint_configuration",
    "function_name": "aws_lambda_function",
    "job_definition": "aws_batch_job_definition",
    "launch_configuration": "aws_launch_configuration",
    "launch_configuration_name": "aws_launch_configuration",
    "stage": "aws_codebuild_project",
    "task_definition": "aws_ecs_task_definition",
}  # fmt: skip
"""Of attributes that may have no more than a name, what that is the name of."""
_KEYS = ("name", "launch_template_name", "ProjectName", *_BY_NAME)
"""Those of a name, within them."""


def run_from_now_on(plan: Plan, anew: Iterable[str]) -> frozenset[str]:
    """The addresses of what stays, and of which something runs what that runs, or is made from, by
    however many steps. `anew`: what is named by what changes, in other plans too."""
    there = [one for one in plan.resources if not one.changes and _runs(one)]
    named = {*anew}
    found = dict[str, Planned]()
    while new := [one for one in there if one.address not in found and _is_named(one, named)]:
        found |= {one.address: one for one in new}
        named = {text for one in new for text in _told(one, one.values)}
    return frozenset(found)


def _runs(planned: Planned) -> bool:
    kind = kind_of(planned.type)
    known = (*USES, *MAKERS, *_BETWEEN)
    return planned.type in known or kind in RUNS or kind in IMAGES or kind in _SAME


def named_anew(planned: Planned) -> set[str]:
    """What something names that it did not before, or another version of it."""
    new = {*_told(planned, planned.values)} - {*_told(planned, planned.before or {})}
    return new | {text.partition(_VERSION)[0] for text in new if _VERSION in text}


def _told(planned: Planned, values: Json) -> Iterator[str]:
    naming = _NAMING.union(_STARTING.get(kind_of(planned.type), ()))
    for top in sorted(naming.intersection(values)):
        yield from _texts(top, top, values[top])


def _texts(top: str, key: str, value: Any) -> Iterator[str]:
    """Each; those of a block that has a version, with that, too."""
    if isinstance(value, str):
        yield from _text(top, key, value)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(top, key, one)
    elif isinstance(value, dict):
        version = value.get("version")
        for inner, one in value.items():
            yield from _texts(top, inner, one)
            if version and isinstance(one, str):
                yield from (f"{text}{_VERSION}{version}" for text in _text(top, inner, one))


def _text(top: str, key: str, value: str) -> Iterator[str]:
    """Behind a type, too, where it may be a name of that alone."""
    if not is_unresolved(value):
        yield value
        if top in _BY_NAME and key in _KEYS:
            yield f"{_BY_NAME[top]} {value}"


def _is_named(planned: Planned, named: set[str]) -> bool:
    """By its ARN, within a text too, by an id that is no other's, or by the name of its type."""
    values = {key: one for key, one in planned.values.items() if isinstance(one, str)}
    kind = _SAME.get(kind_of(planned.type), planned.type)
    names = [values.get(key) for key in _NAMES]
    names.append(f"{values.get('family')}:{planned.values.get('revision')}")
    told = {f"{kind} {one}" for one in names if one}
    told |= {one for one in (values.get("id", ""),) if _ID.match(one)}
    arns = [values[key] for key in _ARNS if values.get(key, "").startswith("arn:")]
    return not told.isdisjoint(named) or any(arn in text for arn in arns for text in named)
