"""What would be there: of a plan, a state, or a folder of .tf files, in one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.collect.iac.unknown import wholly

_RESOURCES = ("prior_state", "resource_changes", "resource_drift", "resources")
_OF_ALL = (
    *_RESOURCES, "checks", "configuration", "output_changes", "planned_values", "proposed_unknown",
    "relevant_attributes", "values", "variables",
)  # fmt: skip
"""What a plan says whether or not it changes that."""
_RUN_BY_ACTIONS = ("document_name", "function_name", "project_name", "state_machine_arn")
_MODULE = re.compile(r'module\.([\w-]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?')
Json = dict[str, Any]
Written = tuple[Path, int]
Unread = tuple[Written | str, str, str]
"""Where, by file and line or by address; a code; and what, in words."""


@dataclass(frozen=True)
class Planned:
    """One resource or data source: `values` has marked text where it is known only after apply.

    `written`: the file and line of its block, where the source itself was read; `by_default`: the
    variables on whose defaults its trust rests, which a deployment may replace, and `sure`: what
    hangs on them, as far as what is given tells it; `account`: where
    its provider acts, None for the own account (`elsewhere.py`); `when`: what must be so, in
    words, where the defaults leave it out, and `others`: what else it may come to; `hangs`: where
    nobody has decided whether it is there, its module, and how its number is written; `surely`:
    attributes that a default tells, and that tell of what it is or what is shut, as what is given
    alone tells them, and `acting` the same of `account`: marked text where a default tells that;
    `before`: the values that a plan changes, None of what it creates; `replaced`: it is made
    anew; `untold`: it stands for all those of which nobody knows the index, and `beyond` for
    further ones of a count, or of a module's, `supposed`, of which a default has none.
    """

    address: str
    module: str
    mode: str
    type: str
    name: str
    index: Any
    values: Json
    changes: bool
    provider: str = ""
    written: Written | None = None
    by_default: tuple[str, ...] = ()
    sure: Json = field(default_factory=dict)
    account: str | None = None
    when: str | None = None
    others: tuple[Planned, ...] = ()
    hangs: tuple[str, str] | None = None
    surely: Json = field(default_factory=dict)
    acting: str | None = None
    before: Json | None = None
    replaced: bool = False
    untold: bool = False
    beyond: bool = False
    supposed: bool = False

    def outcomes(self) -> tuple[Planned, ...]:
        """All that it may come to, what is by default first."""
        return (self, *self.others)

    def if_(self, text: str) -> str:
        """A name of it, with what must be so."""
        return f"{text} (if {self.when})" if self.when else text

    def modules(self) -> tuple[str, ...]:
        """The names of the modules around it, without their indices."""
        return module_names(self.module)


@dataclass
class Plan:
    """`more`: what others refer to, and is none of the resources of which anything is told.
    `gaps`: what could not be looked at. `find_line`: finds the line of each address. `gone`: what
    it takes away."""

    path: Path
    text: str
    raw: Json
    resources: list[Planned] = field(default_factory=list)
    data: list[Planned] = field(default_factory=list)
    more: list[Planned] = field(default_factory=list)
    gone: list[Planned] = field(default_factory=list)
    gaps: list[Unread] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    _configured: dict[tuple[str, ...], dict[tuple[str, str, str], Json]] = field(
        default_factory=dict
    )
    find_line: Callable[[str], dict[str, int]] | None = None

    @property
    def form(self) -> str:
        """What it was: a folder has no text of its own."""
        if not self.text:
            return "folder"
        return "plan" if "planned_values" in self.raw else "state"

    def block(self, modules: tuple[str, ...]) -> Json:
        """The configuration of a module, empty where that is not there."""
        block = as_object(as_object(self.raw.get("configuration")).get("root_module"))
        for name in modules:
            calls = as_object(block.get("module_calls"))
            block = as_object(as_object(calls.get(name)).get("module"))
        return block

    def configuration(self, planned: Planned) -> Json:
        """How it is written: its block in the configuration, empty where that is not there."""
        modules = planned.modules()
        if modules not in self._configured:
            found: dict[tuple[str, str, str], Json] = {}
            for one in as_objects(self.block(modules).get("resources")):
                key = (str(one.get("mode")), str(one.get("type")), str(one.get("name")))
                found.setdefault(key, one)
            self._configured[modules] = found
        return self._configured[modules].get((planned.mode, planned.type, planned.name), {})

    def references(self, planned: Planned, attribute: str) -> list[str]:
        """What the expression of an attribute refers to."""
        expressions = as_object(self.configuration(planned).get("expressions"))
        return list(dict.fromkeys(references_in(expressions.get(attribute))))

    def written(self, planned: Planned) -> Json:
        """Its values, without null, which Terraform takes for nothing, and without what it leaves
        to AWS: known only after apply, and written nowhere."""
        block = self.configuration(planned)
        expressions = as_object(block.get("expressions"))
        return {
            key: _without_null(value)
            for key, value in planned.values.items()
            if value is not None
            and not (block and key not in expressions and wholly(value) is not None)
        }

    def line(self, address: str) -> int:
        """The line of the plan's own text that names it."""
        if not self.lines and self.text and self.find_line:
            self.lines.update(self.find_line(self.text))
        return self.lines.get(address, 1)


def module_names(address: str) -> tuple[str, ...]:
    return tuple(found[1] for found in _MODULE.finditer(address))


def references_in(expression: Any) -> list[str]:
    """All references in an expression of the configuration, nested blocks included."""
    if isinstance(expression, list):
        return [text for one in expression for text in references_in(one)]
    if not isinstance(expression, dict):
        return []
    found = expression.get("references")
    if isinstance(found, list):
        return [one for one in found if isinstance(one, str)]
    return [text for one in expression.values() for text in references_in(one)]


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_null(one) for one in value if one is not None]
    return value


def as_object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def tells_changes(plan: Plan) -> bool:
    """Whether it is known of its resources what of them changes: not so of a state."""
    return isinstance(plan.raw.get("resource_changes"), list)


def invoked(plan: Plan) -> list[Planned]:
    """The actions that a plan takes, and the provisioners of what it makes: what they are told
    stands as values.

    https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
    """
    actions = [
        _action(one, as_object(one.get("config_values")))
        for one in as_objects(plan.raw.get("action_invocations"))
    ]
    made = (plan.configuration(one) for one in plan.resources if one.changes)
    run = ({"provisioners": one["provisioners"]} for one in made if "provisioners" in one)
    return [*actions, *(_action({}, one) for one in run)]


def untold_actions(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """The addresses of actions that run what nobody knows yet, and by which of their settings."""
    for one in as_objects(plan.raw.get("action_invocations")):
        unknown = as_object(one.get("config_unknown"))
        keys = [key for key in _RUN_BY_ACTIONS if unknown.get(key) is True]
        if keys:
            yield str(one.get("address")), keys


def _action(one: Json, values: Json) -> Planned:
    return Planned(
        address=str(one.get("address")), module="", mode="action", type=str(one.get("type")),
        name=str(one.get("name")), index=None, values=values, changes=True,
    )  # fmt: skip


def beside_changes(plan: Plan) -> Iterator[Any]:
    """All that a plan says but of its resources, as far as it changes that: outputs, actions, the
    provisioners of what it makes, and what nobody here knows."""
    for name, change in as_object(plan.raw.get("output_changes")).items():
        if as_object(change).get("actions") != ["no-op"]:
            yield {name: as_object(change).get("after")}
    yield from (value for key, value in plan.raw.items() if key not in _OF_ALL)
    for one in plan.resources:
        if one.changes:
            yield from _configured(plan.configuration(one).get("provisioners", []))


def beside_resources(plan: Plan) -> Iterator[Any]:
    """All that a plan or state says but of its resources: of variables and outputs, of providers,
    modules and provisioners, and what it looked up, but for who looks."""
    for key, value in plan.raw.items():
        if key in ("planned_values", "values"):
            yield as_object(value).get("outputs")
        elif key == "configuration":
            yield from _configured(value)
        elif key == "variables":
            yield {name: _undescribed(one) for name, one in as_object(value).items()}
        elif key not in _RESOURCES:
            yield value
    yield from (one.values for one in plan.data if one.type != "aws_caller_identity")


def _configured(value: Any) -> Iterator[Any]:
    """Without the expressions of resources, whose values the plan has, and what describes the
    variables and outputs of a module."""
    if isinstance(value, list):
        for one in value:
            yield from _configured(one)
    elif not isinstance(value, dict):
        yield value
    else:
        for key, inner in value.items():
            yield from _part(key, inner, of_resource="mode" in value)


def _part(key: str, inner: Any, *, of_resource: bool) -> Iterator[Any]:
    named = inner.items() if isinstance(inner, dict) else ()
    if key == "expressions":
        yield from () if of_resource else (inner,)
    elif key == "module_calls":  # of any name
        yield from (one for _, call in named for one in _configured(call))
    elif key in ("variables", "outputs"):
        yield {name: _undescribed(one) for name, one in named}
    else:
        yield from _configured(inner)


def _undescribed(value: Any) -> Any:
    """Without its description; what has nothing else but a value is that, behind its name."""
    if not isinstance(value, dict):
        return value
    told = {key: one for key, one in value.items() if key != "description"}
    return next(iter(told.values())) if told.keys() in ({"value"}, {"default"}) else told
