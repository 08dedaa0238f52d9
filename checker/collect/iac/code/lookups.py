"""What look-ups tell of code, where what they look for tells whose it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from checker.collect.iac.code.rows import BUILD, IMAGE, LAYER
from checker.collect.iac.grants.arns import registry
from checker.collect.iac.target import Target

_LAYER = re.compile(r"[A-Za-z0-9_-]+")
_POWERTOOLS, _ITS_ACCOUNT = "/aws/service/powertools/", "017000801446"
"""https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/"""
_FLUENT_BIT, _ITS_REGISTRY = "/aws/service/aws-for-fluent-bit/", "906394416424"
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-using-fluentbit.html"""
_SAGEMAKER = "683313688378"
"""One of many that AWS has for this, by region and repository: they are told alike."""


def code_looked_up(kind: str, attribute: str, values: dict[str, Any], target: Target) -> str | None:
    """None where nothing tells. `values`: what is known of how it looks."""
    if kind == "aws_lambda_layer_version" and attribute in ("arn", "layer_arn", "id"):
        return _layer(values.get("layer_name"), target)
    if kind == "aws_ssm_parameter" and attribute in ("value", "insecure_value"):
        return _public(values.get("name"), target)
    if kind == "aws_sagemaker_prebuilt_ecr_image" and attribute == "registry_path":
        name = values.get("repository_name")
        there = registry(replace(target, account=_SAGEMAKER))
        return f"{there}{name}" if isinstance(name, str) else None
    return None


def _layer(name: Any, target: Target) -> str | None:
    """By a bare name, ours: another account's is named by its ARN."""
    if not isinstance(name, str):
        return None
    if _LAYER.fullmatch(name):
        return target.arn("lambda", f"layer:{name}")
    return name if name.startswith("arn:") else None


def _public(parameter: Any, target: Target) -> str | None:
    """What a parameter of AWS's own names, whatever it is read for."""
    several = (public_code(kind, parameter, target) for kind in (LAYER, IMAGE))
    return next((one for one in several if one), None) if isinstance(parameter, str) else None


def public_code(kind: str, parameter: str, target: Target) -> str | None:
    """The code of a kind that a parameter of AWS's own names, below which nobody else can write."""
    if kind == LAYER and parameter.startswith(_POWERTOOLS):
        return replace(target, account=_ITS_ACCOUNT).arn("lambda", "layer:powertools")
    if kind in (IMAGE, BUILD) and parameter.startswith(_FLUENT_BIT):
        return f"{registry(replace(target, account=_ITS_REGISTRY))}aws-for-fluent-bit"
    return None
