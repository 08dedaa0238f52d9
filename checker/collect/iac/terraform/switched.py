"""What a plan switches on, and what then runs without a change of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.iac.terraform.cloud_control import kind_of
from checker.collect.iac.terraform.planned import Json, Planned

_SWITCHES = ("automatic", "desired_state", "enabled", "is_enabled", "state", "status")
_SIZES = ("desired_capacity", "desired_count", "desired_size", "desired_vcpus", "min_capacity",
          "min_size", "min_vcpus", "target_capacity")  # fmt: skip
"""The largest decides how many there are."""
_MOST = "max_size"
"""Where none of these is told."""
_WITHIN = {
    "scaling_config": _SIZES,
    "scale": ("value",),
    "target_capacity_specification": ("total_target_capacity",),
}
_OFF = ("", "0", "disabled", "false", "none", "stopped")
_RULE, _WINDOW = "aws_cloudwatch_event_rule", "aws_ssm_maintenance_window"
_NAMED_BY = {
    _RULE: ("name", _RULE),
    _WINDOW: ("id", _WINDOW),
    "AWS::SSM::MaintenanceWindow": ("window_id", _WINDOW),
}
"""By which attribute it goes, and as what."""
_HANGS_ON = {
    "aws_apigatewayv2_integration": ("id", "integrations/"),
    "aws_cloudwatch_event_target": ("rule", f"{_RULE} "),
    "aws_api_gateway_authorizer": ("id", "aws_authorizer "),
    "aws_apigatewayv2_authorizer": ("id", "aws_authorizer "),
    "aws_appsync_function": ("function_id", "aws_appsync_function "),
    "aws_ses_receipt_rule": ("rule_set_name", "aws_ses_rule_set "),
    "aws_alb_target_group_attachment": ("target_group_arn", ""),
    "aws_lb_target_group_attachment": ("target_group_arn", ""),
    "aws_ssm_maintenance_window_task": ("window_id", f"{_WINDOW} "),
    "AWS::ApiGatewayV2::Integration": ("integration_id", "integrations/"),
    "AWS::SSM::MaintenanceWindowTask": ("window_id", f"{_WINDOW} "),
}
"""By which attribute something else reaches what stays between it and what runs; and how that is
called there."""
_MORE = "more of"
_GROWS = {
    "aws_appautoscaling_target": ("aws_ecs_service", "resource_id"),
    "aws_autoscaling_schedule": ("aws_autoscaling_group", "autoscaling_group_name"),
    "aws_ec2_instance_state": ("aws_instance", "instance_id"),
}
"""What else has more of it run, and by which attribute."""
BETWEEN = (*_HANGS_ON, "aws_appsync_datasource")


def is_switched_on(planned: Planned) -> bool:
    """Whether it was there before, and ran nothing; a provider may show as it was what it computes
    of it."""
    before, after = (dict(_switches(one)) for one in (planned.before or {}, planned.values))
    was_off = any(not on and after.get(key) is not False for key, on in before.items())
    is_on = any(on and before.get(key) is not True for key, on in after.items())
    return was_off and is_on and after.get("size", True)


def switched_by(planned: Planned) -> frozenset[str]:
    """Its name for those that hang on it, where it is switched on."""
    key, kind = _NAMED_BY.get(kind_of(planned.type), ("", ""))
    name = planned.values.get(key)
    told = isinstance(name, str) and is_switched_on(planned)
    return frozenset({f"{kind} {name}"} if told else ())


def hangs_on(planned: Planned) -> set[str]:
    """The names of what it runs for."""
    key, before = _HANGS_ON.get(kind_of(planned.type), ("", ""))
    name = planned.values.get(key)
    return {f"{before}{name}"} if isinstance(name, str) else set()


def grown(planned: Planned) -> frozenset[str]:
    """What it has run that ran nothing, by its name."""
    kind, key = _GROWS.get(planned.type, ("", ""))
    name, size = planned.values.get(key), dict(_switches(planned.values)).get("size")
    before = dict(_switches(planned.before or {})).get("size", False)
    more = planned.values.get("state") == "running" or (size and not before)
    return frozenset({f"{_MORE} {kind} {name}"} if isinstance(name, str) and more else ())


def waits(planned: Planned) -> set[str]:
    """How something calls it that has it run, where it runs nothing."""
    stopped = planned.values.get("instance_state") == "stopped"
    size = dict(_switches(planned.values)).get("size", True)
    names = [planned.values.get(key) for key in ("id", "name")]
    place = planned.values.get("cluster")
    cluster = place.rpartition("/")[2] if isinstance(place, str) else "default"
    names += [f"service/{cluster}/{planned.values.get('name')}"]
    off = stopped or not size
    return {f"{_MORE} {planned.type} {one}" for one in names if one} if off else set()


def _switches(values: Json, sizes: tuple[str, ...] = _SIZES) -> Iterator[tuple[str, bool]]:
    for key in _SWITCHES:
        if isinstance(one := values.get(key), bool | str):
            yield key, _is_on(one)
    told = [one for key in sizes if _is_size(one := values.get(key))]
    told = told or [one for one in (values.get(_MOST),) if _is_size(one)]
    yield from [("size", any(map(_is_on, told)))] if told else ()
    for key, within in _WITHIN.items():
        block: Any = values.get(key)
        first = block[0] if isinstance(block, list) and block else block
        yield from _switches(first, within) if isinstance(first, dict) else ()


def _is_size(value: Any) -> bool:
    return isinstance(value, int | float | str)


def _is_on(value: Any) -> bool:
    return str(value).lower() not in _OFF
