"""The accounts of a plan's or state's resources: by their ARNs, else by how their providers are
configured.

https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from checker.collect.iac.target import Target
from checker.collect.iac.terraform.elsewhere import untold
from checker.collect.iac.terraform.made import text_of
from checker.collect.iac.terraform.planned import Json, Plan, Planned, as_object
from checker.collect.iac.terraform.providers import KEYS, account_of
from checker.collect.iac.terraform.references import References
from checker.collect.iac.unknown import unresolved

_ARN = re.compile(r"arn:[\w-]+:[\w-]*:[\w-]*:([0-9]{12}):")
_ACCOUNT = re.compile(r"[0-9]{12}")
_NOT_ITS_OWN = (
    "aws_organizations_", "aws_ram_", "aws_cloudwatch_event_target", "aws_lakeformation_resource",
    "aws_notifications_channel_association", "aws_sns_topic_policy",
    "aws_sns_topic_data_protection_policy",
)  # fmt: skip
"""Types whose attribute `arn` may be of an account that they do not stand in."""


def told_accounts(plan: Plan, target: Target) -> None:
    """Marks what acts in another account than the own one."""
    accounts = _Accounts(plan, target)
    plan.resources = [_with(one, accounts.of(one)) for one in plan.resources]
    plan.data = [_with(one, accounts.of(one)) for one in plan.data]


def _with(one: Planned, account: str | None) -> Planned:
    return one if one.written or account is None else dataclasses.replace(one, account=account)


class _Accounts:
    def __init__(self, plan: Plan, target: Target) -> None:
        self._plan, self._target = plan, target
        self._references = References(plan, target)
        configured = as_object(as_object(plan.raw.get("configuration")).get("provider_config"))
        self._configured = {key: as_object(one) for key, one in configured.items()}
        self._seen = dict(self._looked_up())
        self._used = {self._key(one) for one in [*plan.resources, *plan.data]}
        self._values = {key: self._arguments(one) for key, one in self._configured.items()}

    def of(self, one: Planned) -> str | None:
        """None for the own account, marked text where nobody can tell."""
        key = self._key(one)
        arn = text_of(one.values.get("arn")) if one.mode == "managed" else None
        found = _ARN.match(arn or "")
        if found and not one.type.startswith(_NOT_ITS_OWN):
            told: str | None = found[1]
        elif one.type.startswith(("aws_", "awscc_")) and key:
            told = self._seen.get(key) or self._of_provider(key)
        else:
            return None
        return None if told == self._target.account else told

    def _key(self, one: Planned) -> str:
        return str(self._plan.configuration(one).get("provider_config_key") or "")

    def _looked_up(self) -> Any:
        """Who a provider is, where the plan has asked it."""
        for one in self._plan.data:
            account = text_of(one.values.get("account_id"))
            if one.type == "aws_caller_identity" and account:
                yield self._key(one), account

    def _of_provider(self, key: str) -> str | None:
        name = key.rpartition(":")[2].partition(".")[0]
        alike = {one: values for one, values in self._values.items()
                 if one.rpartition(":")[2].partition(".")[0] == name}  # fmt: skip
        if key not in alike:  # handed on, and older versions do not say from where
            apart = len(alike) > 1 or "." in key
            return untold(key) if apart else None
        default = alike.get(name, {} if name in self._used else None)
        account, told = account_of(alike[key], default, alike.values(), self._target.account)
        return account if told else untold(key)

    def _arguments(self, configured: Json) -> Json:
        expressions = as_object(configured.get("expressions"))
        module = str(configured.get("module_address") or "")
        return {key: self._told(expressions[key], module) for key in KEYS if key in expressions}

    def _told(self, expression: Any, module: str) -> Any:
        """What an expression stands for, with marks for what the plan does not show."""
        if isinstance(expression, list):
            return [self._told(one, module) for one in expression]
        raw = as_object(expression)
        if "constant_value" in raw:
            return raw["constant_value"]
        references = raw.get("references")
        if not isinstance(references, list):
            return {key: self._told(one, module) for key, one in raw.items()}
        values = self._references.values(references, module) or []
        if len(values) == 1 and isinstance(values[0], str) and not _ACCOUNT.fullmatch(values[0]):
            return values[0]
        return unresolved(", ".join(map(str, references)))
