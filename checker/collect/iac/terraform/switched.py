"""What a plan switches on, and what then runs without a change of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.iac.terraform.cloud_control import kind_of
from checker.collect.iac.terraform.planned import Json, Planned

_SWITCHES = ("automatic", "desired_state", "enabled", "is_enabled", "state", "status")
_SIZES = ("desired_capacity", "desired_count", "desired_size", "desired_vcpus", "target_capacity",
          "max_size")  # fmt: skip
"""The first that is told decides how many there are."""
_WITHIN = ("scaling_config",)
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
    "aws_alb_target_group_attachment": ("target_group_arn", ""),
    "aws_lb_target_group_attachment": ("target_group_arn", ""),
    "aws_ssm_maintenance_window_task": ("window_id", f"{_WINDOW} "),
    "AWS::ApiGatewayV2::Integration": ("integration_id", "integrations/"),
    "AWS::SSM::MaintenanceWindowTask": ("window_id", f"{_WINDOW} "),
}
"""By which attribute something else reaches what stays between it and what runs; and how that is
called there."""
BETWEEN = (*_HANGS_ON, "aws_appsync_datasource")


def is_switched_on(planned: Planned) -> bool:
    """Whether it was there before, and ran nothing."""
    before, after = ([*_switches(one)] for one in (planned.before or {}, planned.values))
    return not all(before) and all(after) and any(after)


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


def _switches(values: Json) -> Iterator[bool]:
    for key in _SWITCHES:
        if isinstance(one := values.get(key), bool | str):
            yield str(one).lower() not in _OFF
    told = (values.get(key) for key in _SIZES)
    size = next((one for one in told if isinstance(one, int | float | str)), None)
    yield from () if size is None else [str(size).lower() not in _OFF]
    for key in _WITHIN:
        block: Any = values.get(key)
        first = block[0] if isinstance(block, list) and block else block
        yield from _switches(first) if isinstance(first, dict) else ()
