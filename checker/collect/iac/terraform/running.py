"""What a plan leaves as it is, and has something run from now on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.images import IMAGES
from checker.collect.iac.terraform.cloud_control import kind_of
from checker.collect.iac.terraform.image_uses import MAKERS, USES
from checker.collect.iac.terraform.naming import Named, cut, is_step, told, whole
from checker.collect.iac.terraform.naming_text import VERSION
from checker.collect.iac.terraform.planned import Plan, Planned
from checker.collect.iac.terraform.switched import BETWEEN, hangs_on, waits

_ID = re.compile(r"(?:ami|i|lt)-")
_REVISION = re.compile(r":(\d+)$")
_ARNS = ("arn", "task_definition_arn", "job_definition_arn", "id")
_OF_ANY_REVISION = ("arn_without_revision", "arn_prefix")
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
    "AWS::SSM::Document": "aws_ssm_document",
    "AWS::SageMaker::EndpointConfig": "aws_sagemaker_endpoint_configuration",
    "AWS::SageMaker::Model": "aws_sagemaker_model",
}
"""What the awscc provider makes, as the other one calls it."""


def run_from_now_on(plan: Plan, named: Iterable[Named]) -> frozenset[str]:
    """The addresses of what stays, and of which something runs what that runs, or is made from, by
    however many steps. `named`: by all that changes, in other plans too."""
    there = dict[str, list[Planned]]()
    for one in plan.resources:
        for name in _called(one) if not one.changes and _runs(one) else ():
            there.setdefault(name, []).append(one)
    found, waiting = dict[str, Planned](), _anew(named, there)
    while waiting:
        new = {one.address: one for name in waiting for one in there.get(name, ())
               if one.address not in found}  # fmt: skip
        found |= new
        waiting = {name for one in new.values() for name in cut(told(one, one.values))}
    return frozenset(found)


def _anew(named: Iterable[Named], there: dict[str, list[Planned]]) -> set[str]:
    """All of it but what is another name, of the same version, of what the same thing named."""
    found = set[str]()
    for one in named:
        known = {of for name in one.before for of in _meant(name, there)}
        found |= {name for name in one.anew if not (of := _meant(name, there)) or of - known}
    return cut(frozenset(found))


def _meant(name: str, there: dict[str, list[Planned]]) -> set[tuple[str, str]]:
    """The addresses of what is called so, and in which version."""
    plain, _, version = name.partition(VERSION)
    revision = _REVISION.search(plain)
    of = version or (revision[1] if revision else "")
    return {(one.address, of) for one in there.get(plain, ())}


def _runs(planned: Planned) -> bool:
    """Whether it runs something, or may have it run."""
    kind = kind_of(planned.type)
    known = planned.type in (*USES, *MAKERS) or kind in BETWEEN
    return known or kind in RUNS or kind in IMAGES or is_step(planned)


def _called(planned: Planned) -> set[str]:
    """Its ARN, an id that is no other's, and its names behind its type; of each revision, what
    names none."""
    values = {key: one for key, one in planned.values.items() if isinstance(one, str)}
    kind = _SAME.get(kind_of(planned.type), planned.type)
    names = [values[key] for key in _NAMES if values.get(key)]
    names += [f"{one}:{planned.values.get('revision')}" for one in names]
    arns = {values[key] for key in _ARNS if values.get(key, "").startswith("arn:")}
    arns |= {whole(values[key]) for key in _OF_ANY_REVISION if values.get(key)}
    ids = {one for one in (values.get("id", ""),) if _ID.match(one)}
    return arns | ids | hangs_on(planned) | waits(planned) | {f"{kind} {one}" for one in names}
