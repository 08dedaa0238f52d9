"""CloudFormation within Terraform, as many vendors ship it: stacks, stack sets with each set of
overrides, and applications of the serverless repository."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.collect.iac.applications import unread
from checker.collect.iac.cloudformation import collect_body
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.block_locator import BlockLocator
from checker.collect.iac.terraform.elsewhere import recorded
from checker.collect.iac.terraform.ends import Ends
from checker.collect.iac.terraform.made import text_of
from checker.collect.iac.terraform.planned import Json, Plan, Planned, as_object
from checker.collect.iac.terraform.references import References
from checker.collect.iac.terraform.stack_types import INSTANCES, STACKS
from checker.errors import InputError

Say = Callable[[Planned, str, str], None]


class PlannedStacks:
    """`say`: takes a gap of a resource: code and message."""

    def __init__(
        self, plan: Plan, target: Target, found: Found, locator: BlockLocator, say: Say
    ) -> None:
        self._plan, self._target, self._found = plan, target, found
        self._locator, self._say = locator, say
        self._references = References(plan, target)
        self._ends = Ends(plan, self._references)

    def stack(self, planned: Planned) -> bool:
        """Answers whether its template was read."""
        body = text_of(planned.values.get("template_body"))
        if body is None:
            url = text_of(planned.values.get("template_url"))
            where = f"at {url}" if url else "of the stack"
            self._say(planned, "nested", f"the template {where} is not in the plan")
            return False
        given = _parameters(planned.values.get("parameters"))
        place, target = self._locator.place(planned), recorded(self._target, planned.account)
        for overrides in [{}, *self._overrides(planned)]:
            values = {**given, **overrides}
            try:
                collect_body(body, values, self._plan.path, place, target, self._found)
            except InputError as error:
                self._say(planned, "nested", f"its template: {error.message}")
                return False
        return True

    def _overrides(self, planned: Planned) -> list[Json]:
        """Each set of overrides of a stack set's parameters."""
        found = [
            _parameters(one.values.get("parameter_overrides"))
            for one in self._plan.resources
            if one.type in INSTANCES and self._instance_of(one, planned)
        ]
        distinct: list[Json] = []
        for given in found:
            if given and given not in distinct:
                distinct.append(given)
        return distinct

    def _instance_of(self, instance: Planned, planned: Planned) -> bool:
        """By the name of the stack set; by reference where that is not known."""
        name = text_of(instance.values.get("stack_set_name"))
        own = text_of(planned.values.get("name")) or text_of(planned.values.get("stack_set_name"))
        if name is not None and own is not None:
            return name == own
        references = self._plan.references(instance, "stack_set_name")
        named = [one for text in references
                 for one in self._references.planned(text, instance.module)]  # fmt: skip
        return any(one.address == planned.address for one in named) if named else name == own

    def instance(self, instance: Planned) -> bool:
        """Answers whether its stack set is here, which is read with these overrides."""
        sets = [one for one in self._plan.resources if one.type in STACKS]
        name = text_of(instance.values.get("stack_set_name"))
        references = [] if name else self._plan.references(instance, "stack_set_name")
        branches = self._ends.branches(references, instance)
        others = any(one.ends is None and not one.keyed for one in branches)
        if not others and any(self._instance_of(instance, one) for one in sets):
            return True
        name = name or "that is not known"
        self._say(instance, "nested", f"the stack set {name} is not in the plan")
        return False

    def application(self, planned: Planned) -> bool:
        """An application's publisher ships the template, and may ship another one tomorrow: it is
        not read."""
        name = text_of(planned.values.get("application_id")) or "that is not known"
        self._say(planned, "application", unread(name, self._target.account))
        return False


def _parameters(raw: Any) -> Json:
    return {key: _text(value) for key, value in as_object(raw).items()}


def _text(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) and all(
        isinstance(one, str) for one in value) else value  # fmt: skip
