"""What a plan leaves as it is, and has something run from now on."""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.terraform.cloud_control import kind_of
from checker.collect.iac.terraform.image_uses import MAKERS, USES
from checker.collect.iac.terraform.planned import Json, Plan, Planned
from checker.collect.iac.unknown import is_unresolved

_NAMING = frozenset((
    "batch_target", "compute_resources", "container_recipe_arn", "definition", "ecs_parameters",
    "ecs_target", "endpoint_config_name", "image_recipe_arn", "job_definition",
    "launch_configuration", "launch_template", "launch_template_config", "launch_template_configs",
    "mixed_instances_policy", "model_name", "production_variants", "shadow_production_variants",
    "source_instance_id", "stage", "target", "target_parameters", "task_definition",
    "task_definition_arn", *(key for _, keys in USES.values() for key in keys),
))  # fmt: skip
"""Attributes by which something names what it runs, or is made from."""
_BETWEEN = ("aws_sagemaker_endpoint_configuration",)
_VERSION = "@"
_NAMES = ("id", "arn", "arn_without_revision", "name", "family")


def run_from_now_on(plan: Plan) -> frozenset[str]:
    """The addresses of what stays, and of which a plan has something run what that runs, or is made
    from, by however many steps."""
    there = [one for one in plan.resources if not one.changes and _runs(one)]
    named = {text for one in plan.resources if one.changes for text in _named_anew(one)}
    found = dict[str, Planned]()
    while new := [one for one in there if one.address not in found and _is_named(one, named)]:
        found |= {one.address: one for one in new}
        named = {text for one in new for text in _texts(one.values)}
    return frozenset(found)


def _runs(planned: Planned) -> bool:
    return planned.type in (*USES, *MAKERS, *_BETWEEN) or kind_of(planned.type) in RUNS


def _named_anew(planned: Planned) -> set[str]:
    """What something names that it did not before, or another version of it."""
    new = {*_texts(planned.values)} - {*_texts(planned.before or {})}
    return new | {text.partition(_VERSION)[0] for text in new if _VERSION in text}


def _texts(values: Json) -> Iterator[str]:
    """Those of a block that has a version, with that, too."""
    waiting = [value for key, value in values.items() if key in _NAMING]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and not is_unresolved(value):
            yield value
        elif isinstance(value, dict):
            version = value.get("version")
            told = [one for one in value.values() if isinstance(one, str) and version]
            yield from (f"{one}{_VERSION}{version}" for one in told)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _is_named(planned: Planned, named: set[str]) -> bool:
    """By one of its names, or within a text by its ARN."""
    told = {one for key in _NAMES if isinstance(one := planned.values.get(key), str)}
    told.add(f"{planned.values.get('family')}:{planned.values.get('revision')}")
    arns = [one for one in told if one.startswith("arn:")]
    return not told.isdisjoint(named) or any(arn in text for arn in arns for text in named)
