"""What a resource of a plan names of what it runs, starts or is made from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from checker.collect.iac.terraform.cloud_control import kind_of
from checker.collect.iac.terraform.image_uses import USES
from checker.collect.iac.terraform.naming_text import (
    DOCUMENT,
    FUNCTION,
    PROJECT,
    VERSION,
    in_text,
    named,
)
from checker.collect.iac.terraform.planned import Json, Planned
from checker.collect.iac.terraform.switched import grown, is_switched_on, switched_by
from checker.collect.iac.unknown import is_unresolved

_NAMING = frozenset((
    "batch_target", "compute_resources", "container_recipe_arn", "content", "definition",
    "definition_string",
    "ecs_parameters", "ecs_target", "endpoint_config_name", "image_recipe_arn",
    "job_definition", "launch_configuration", "launch_configuration_name", "launch_template",
    "launch_template_config", "launch_template_configs", "mixed_instances_policy", "model_name",
    "production_variants", "shadow_production_variants", "source_instance_id", "ssm_associations",
    "stage", "target",
    "target_parameters", "task_definition", "task_definition_arn",
    *(key for _, keys in USES.values() for key in keys),
))  # fmt: skip
"""Attributes by which it does so, not by an ARN alone."""
_STARTING = {
    "aws_alb_listener": ("default_action",),
    "aws_alb_listener_rule": ("action",),
    "aws_appsync_function": ("data_source",),
    "aws_api_gateway_method": ("authorizer_id",),
    "aws_apigatewayv2_route": ("authorizer_id",),
    "aws_appsync_resolver": ("data_source", "pipeline_config"),
    "aws_cloudwatch_event_target": ("arn", "input", "input_transformer"),
    "aws_codebuild_start_build": ("project_name",),
    "aws_codebuild_webhook": ("project_name",),
    "aws_codepipeline_webhook": ("target_pipeline",),
    "aws_config_remediation_configuration": ("target_id", "parameter"),
    "aws_lambda_alias": ("function_name",),
    "aws_lambda_event_source_mapping": ("function_name",),
    "aws_lambda_function_url": ("function_name",),
    "aws_lambda_invocation": ("function_name",),
    "aws_lambda_invoke": ("function_name",),
    "aws_lambda_provisioned_concurrency_config": ("function_name",),
    "aws_lb_listener": ("default_action",),
    "aws_lb_listener_rule": ("action",),
    "aws_ses_active_receipt_rule_set": ("rule_set_name",),
    "aws_ssm_association": ("name", "parameters"),
    "aws_ssm_maintenance_window_task": ("task_arn", "task_invocation_parameters"),
    "aws_ssmincidents_response_plan": ("action",),
    "AWS::Config::RemediationConfiguration": ("target_id", "parameters"),
    "AWS::Lambda::Alias": ("function_name",),
    "AWS::Lambda::EventSourceMapping": ("function_name",),
    "AWS::Lambda::Url": ("target_function_arn",),
    "AWS::SSM::Association": ("name", "parameters"),
    "AWS::SSM::MaintenanceWindowTask": ("task_arn", "task_invocation_parameters"),
    "AWS::SSMIncidents::ResponsePlan": ("actions",),
}
"""The same of a type."""
_VERSIONED = (
    "aws_ssm_association", "aws_config_remediation_configuration", "AWS::SSM::Association",
    "aws_ssm_maintenance_window_task", "AWS::SSM::MaintenanceWindowTask",
    "AWS::Config::RemediationConfiguration",
)  # fmt: skip
"""Which take the version by default where they name none."""
_TOLD = ("input", "input_transformer")
_RUNS_ANY = "AWS-RunDocument"
_HANDED = (*_TOLD, "parameter", "parameters", "task_invocation_parameters")
"""What somebody hands to a document."""
_CALLED_ELSEWHERE = ("aws_lambda_alias", "AWS::Lambda::Alias")
"""Nobody runs by a new one what nobody calls by it yet."""
_BY_NAME = {
    **dict.fromkeys(
        ("compute_resources", "launch_template", "launch_template_config",
         "launch_template_configs", "mixed_instances_policy"), "aws_launch_template"),
    **dict.fromkeys(("model_name", "production_variants", "shadow_production_variants"),
                    "aws_sagemaker_model"),
    **dict.fromkeys(
        ("action", "actions", "name", "ssm_associations", "target_id", "task_arn"), DOCUMENT),
    "authorizer_id": "aws_authorizer",
    "data_source": "aws_appsync_datasource",
    "pipeline_config": "aws_appsync_function",
    "rule_set_name": "aws_ses_rule_set",
    "target_pipeline": "aws_codepipeline",
    "endpoint_config_name": "aws_sagemaker_endpoint_configuration",
    "function_name": FUNCTION,
    "job_definition": "aws_batch_job_definition",
    "launch_configuration": "aws_launch_configuration",
    "launch_configuration_name": "aws_launch_configuration",
    "project_name": PROJECT,
    "stage": PROJECT,
    "target_function_arn": FUNCTION,
    "task_definition": "aws_ecs_task_definition",
}  # fmt: skip
"""Of attributes that may have no more than a name, what that is the name of."""
_KEYS = ("document_name", "functions", "launch_template_name", "ProjectName", *_BY_NAME)
"""Those of a name, within them."""
_ACTION = "action"
_LONG = 512
_ARN = re.compile(
    r"(?=(arn:[\w-]+:(?:batch|codebuild|codepipeline|ecs|imagebuilder|lambda|sagemaker|ssm|states):"
    rf"""[^\s"'\\,;(){{}}<>\[\]]{{1,{_LONG}}}))"""
)
"""Of what runs, wherever it stands."""
_ID = re.compile(r"\b(?:ami|i|lt)-[0-9a-z]+\b")
_PLACE = re.compile("[:/]")
_VERSIONS = ("version", "document_version", "function_version", "qualifier", "target_version")
_NOTHING = re.compile(r"0+(?:\.0*)?")
_WEIGHTED = "additional_version_weights"
_TARGETS = {"aws_fis_experiment_template": "target"}
"""What somebody does something to."""
_AUTOMATION = ":automation-definition/"
"""Of a document, as rules have it run:
https://docs.aws.amazon.com/systems-manager/latest/userguide/running-automations-event-bridge.html"""
_ONLY_TELLS = re.compile(
    r"(?!aws(?:cc)?_)"
    r"|aws(?:cc)?_(?:appconfig(?!_extension$)|backup|cloudtrail|cloudwatch_dashboard|cloudwatch_log(?!_subscription_filter)|codestarnotifications"
    r"|config_configuration|iam|inspector2?|kms|resourcegroups|s3_(?:bucket_)?object|secretsmanager_secret_version"
    r"|security_group|shield|ssm_parameter|wafv2|xray)(?:_|$)|.*_(?:policy|permission)(?:_|$)"
)
"""Types that tell who may do what, or of whom something is told, and run nothing."""
_OF_ITSELF = (
    "arn", "arn_prefix", "arn_without_revision", "context", "description", "dimensions",
    "event_pattern", "id", "input", "invoke_arn", "metric_query", "policy", "qualified_arn",
    "query", "resource", "resource_arn", "tags", "tags_all", "value",
)  # fmt: skip
"""Attributes whose ARNs are its own, or what somebody is told, or watches."""


def is_step(planned: Planned) -> bool:
    """Whether it may itself run what it names."""
    return not _naming(planned).isdisjoint(planned.values)


def told(planned: Planned, values: Json) -> frozenset[str]:
    """Names behind their types, ids and ARNs; with a version where the block has one."""
    if planned.mode != _ACTION and _ONLY_TELLS.match(planned.type):
        return frozenset()
    naming = _naming(planned)
    started, versions = _started(planned), _wanted(planned, values)
    done_to = _TARGETS.get(planned.type)
    handed = _runs_any(values)
    texts = (_texts(top, top, values[top], version if top in started else "", handed)
             for top in sorted(naming.intersection(values) - {done_to})
             for version in versions)  # fmt: skip
    arns = (_arns(one) for key, one in values.items() if key not in (*_OF_ITSELF, done_to))
    return frozenset(one for each in (*texts, *arns) for one in each)


def _runs_any(values: Json) -> bool:
    """Whether it may be a document that runs the one that it is told."""
    told = [values.get(key) for key in ("arn", "name", "target_id", "task_arn")]
    return any(isinstance(one, str) and (_RUNS_ANY in one or is_unresolved(one)) for one in told)


class Named(NamedTuple):
    """What something names that it did not before, or another version of it; and what it did."""

    anew: frozenset[str]
    before: frozenset[str]


def named_anew(planned: Planned) -> Named:
    if planned.before is None and kind_of(planned.type) in _CALLED_ELSEWHERE:
        return Named(frozenset(), frozenset())
    anew = planned.replaced or is_switched_on(planned)
    before = told(planned, {} if anew else planned.before or {})
    after = told(planned, planned.values) | switched_by(planned) | grown(planned)
    return Named(after - before, before)


def cut(names: frozenset[str]) -> set[str]:
    """With what each names in part: an ARN without what follows a sign, a block without its
    version. A whole ARN stands behind `=`, too."""
    plain = {one.partition(VERSION)[0] for one in names}
    arns = [one for one in plain if one.startswith("arn:") and len(one) < 2 * _LONG]
    parts = {one[: sign.start()] for one in arns for sign in _PLACE.finditer(one)}
    return {*names, *plain, *parts, *map(whole, arns)}


def whole(arn: str) -> str:
    return f"={arn}"


def _naming(planned: Planned) -> frozenset[str]:
    return _NAMING.union(_started(planned))


def _started(planned: Planned) -> tuple[str, ...]:
    return _STARTING.get(kind_of(planned.type), ())


def _arns(value: Any) -> Iterator[str]:
    if isinstance(value, str) and "arn:" in value and not is_unresolved(value):
        yield from (found[1].replace(_AUTOMATION, ":document/") for found in _ARN.finditer(value))
    several = [*value.values()] if isinstance(value, dict) else value
    for one in several if isinstance(value, dict | list) else ():
        yield from _arns(one)


def _texts(top: str, key: str, value: Any, version: str, handed: bool) -> Iterator[str]:
    """Each; those of a block that has a version, with that, too."""
    if isinstance(value, str):
        several = [*_text(top, key, value, handed)]
        yield from several
        yield from (f"{text}{VERSION}{version}" for text in several if version)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(top, key, one, version, handed)
    elif isinstance(value, dict):
        for inner, one in value.items():
            yield from _texts(top, inner, one, _version(value), handed)


def _version(block: Json) -> str:
    """Which one of what it names it wants; empty where it does not say."""
    told = (block.get(key) for key in _VERSIONS)
    return next((str(one) for one in told if isinstance(one, str | int) and one), "")


def _wanted(planned: Planned, values: Json) -> list[str]:
    """Which versions of what it starts, empty where it does not say; an alias may go to several."""
    told = _version(values) or _version_within(values.get("task_invocation_parameters"))
    if not told and kind_of(planned.type) in _VERSIONED:
        told = "the default"
    return [told, *_weighted(values.get("routing_config"))]


def _version_within(value: Any) -> str:
    several = value.values() if isinstance(value, dict) else value
    inner = several if isinstance(value, dict | list) else ()
    here = _version(value) if isinstance(value, dict) else ""
    return here or next(filter(None, map(_version_within, inner)), "")


def _weighted(routing: Any) -> list[str]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_AliasRoutingConfiguration.html"""
    if isinstance(routing, str):
        return ["another"]  # which a deployment tells
    found = list[str]()
    for block in routing if isinstance(routing, list) else [routing]:
        weights = block.get(_WEIGHTED) if isinstance(block, dict) else block
        listed = weights if isinstance(weights, list) else []
        several = weights.items() if isinstance(weights, dict) else [
            (_version(one), one.get("function_weight")) for one in listed
            if isinstance(one, dict)]  # fmt: skip
        found += ["another"] if isinstance(weights, str) else []
        found += (
            str(version) for version, weight in several if not _NOTHING.fullmatch(str(weight))
        )
    return sorted(found)


def _text(top: str, key: str, value: str, handed: bool) -> Iterator[str]:
    """Behind a type, too, where it may be a name of that alone. `handed`: what it is handed may
    name a document."""
    if is_unresolved(value):
        return
    if top in _TOLD:
        pass
    elif '"' not in value:
        yield value.replace(_AUTOMATION, ":document/")
    else:
        yield from _ID.findall(value)
    if key == "FunctionName":
        yield named(FUNCTION, value)
    elif top in _BY_NAME and key in _KEYS:
        yield named(_BY_NAME[top], value)
    yield from in_text(value, handed=handed and top in _HANDED)
