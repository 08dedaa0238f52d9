"""What a plan switches on, and what then runs without a change of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.iac.terraform.cloud_control import kind_of
from checker.collect.iac.terraform.planned import Json, Planned

_SWITCHES = (
    "automatic", "desired_capacity", "desired_count", "desired_size", "desired_state",
    "desired_vcpus", "enabled", "is_enabled", "max_size", "min_size", "state", "target_capacity",
)  # fmt: skip
_WITHIN = ("scaling_config",)
_OFF = ("", "0", "disabled", "false", "none", "stopped")
_RULE, _WINDOW = "aws_cloudwatch_event_rule", "aws_ssm_maintenance_window"
_NAMED_BY = {_RULE: "name", _WINDOW: "id"}
_HANGS_ON = {
    "aws_apigatewayv2_integration": ("id", "integrations/"),
    "aws_cloudwatch_event_target": ("rule", f"{_RULE} "),
    "aws_lb_target_group_attachment": ("target_group_arn", ""),
    "aws_ssm_maintenance_window_task": ("window_id", f"{_WINDOW} "),
}
"""By which attribute something else reaches what stays between it and what runs; and how that is
called there."""
BETWEEN = (*_HANGS_ON, "aws_appsync_datasource")


def is_switched_on(planned: Planned) -> bool:
    """Whether it was there before, and ran nothing."""
    before = dict(_switches(planned.before or {}))
    return any(not on and dict(_switches(planned.values)).get(key) for key, on in before.items())


def switched_by(planned: Planned) -> frozenset[str]:
    """Its name for those that hang on it, where it is switched on."""
    name = planned.values.get(_NAMED_BY.get(kind_of(planned.type), ""))
    told = isinstance(name, str) and is_switched_on(planned)
    return frozenset({f"{planned.type} {name}"} if told else ())


def hangs_on(planned: Planned) -> set[str]:
    """The names of what it runs for."""
    key, before = _HANGS_ON.get(planned.type, ("", ""))
    name = planned.values.get(key)
    return {f"{before}{name}"} if isinstance(name, str) else set()


def _switches(values: Json) -> Iterator[tuple[str, bool]]:
    for key in _SWITCHES:
        if isinstance(one := values.get(key), bool | int | float | str):
            yield key, str(one).lower() not in _OFF
    for key in _WITHIN:
        block: Any = values.get(key)
        first = block[0] if isinstance(block, list) and block else block
        yield from _switches(first) if isinstance(first, dict) else ()
