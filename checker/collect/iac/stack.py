"""One template in one account: what its names stand for, and which resources it would create."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from checker.collect.iac.cognito import GUESTS, POOL, takes_guests
from checker.collect.iac.conditions import REGION, Conditions
from checker.collect.iac.definitions import with_definition
from checker.collect.iac.exports import Exports
from checker.collect.iac.grants.arns import arn_of
from checker.collect.iac.grants.rows import FORMS
from checker.collect.iac.intrinsics import REMOVED, TRANSFORM, Resolver
from checker.collect.iac.loops import Loops
from checker.collect.iac.mapkeys import keys_by_parameter
from checker.collect.iac.parameters import Parameters
from checker.collect.iac.pseudo import pseudo_parameters
from checker.collect.iac.sam import FUNCTION, with_globals
from checker.collect.iac.target import Target
from checker.collect.iac.template import Template
from checker.collect.iac.unknown import is_unresolved, made, public, unresolved
from checker.collect.iac.variant import Variant
from checker.collect.iac.worlds import Choice, TooManyWorldsError, Worlds

_IDENTITIES = {
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::IAM::User": ("user", "UserName"),
    "AWS::IAM::Group": ("group", "GroupName"),
    "AWS::IAM::InstanceProfile": ("instance-profile", "InstanceProfileName"),
}
"""Type → the ARN's form, and the property with the name."""
OIDC = ("AWS::IAM::OIDCProvider", "Custom::AWSCDKOpenIdConnectProvider")
_PROVIDERS = (*OIDC, "AWS::IAM::SAMLProvider")
_OURS = ("AWS::", "Alexa::")
_NOT_OURS = (
    "AWS::CloudFormation::", "AWS::Serverless::Application", "AWS::SSM::Parameter",
    "AWS::ServiceCatalog::", "AWS::Redshift::EndpointAuthorization",
)  # fmt: skip
"""What these answer comes from elsewhere: another template, a value handed on, another account; and
so does what a type answers that is none of AWS's own: a function, or its publisher's service."""
_OF_FUNCTION = ("Alias", "Version")
"""What SAM makes of a function:
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html"""
STACKS = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")
Resource = dict[str, Any]
Outputs = Callable[[str, Resource, str], Any]
"""The output of a nested stack: name and definition of the stack, and name of the output."""


class Stack:
    """`proposed`: defaults of the stack around this one; `when`: what must be so for it to be
    there at all. `looped`: parameters over whose defaults loops run."""

    def __init__(
        self, template: Template, target: Target, given: Mapping[str, Any],
        proposed: Mapping[str, Any], outputs: Outputs, when: str | None = None,
        exports: Exports | None = None,
    ) -> None:  # fmt: skip
        self.template, self.target, self.around = template, target, when
        self.looped: set[str] = set()
        self._outputs, self.exports = outputs, exports or Exports()
        self._pseudo = pseudo_parameters(target)
        self.resources: dict[str, Resource] = {}
        self._worlds = Worlds()
        declared = template.section("Parameters")
        self.parameters = Parameters(declared, given, proposed, self._worlds)
        self.resolver = Resolver(template.path, template.section("Mappings"), self)
        loops = Loops(template, self._every)
        keys = {name: several for name, several in keys_by_parameter(template).items()
                if name not in self._pseudo}  # fmt: skip
        self.conditions = self.resolver.conditions = Conditions(
            loops.unrolled("Conditions"), self.parameters, self._worlds,
            self.resolver.value, self.resolver.budget, keys,
        )  # fmt: skip
        self.resources = loops.unrolled("Resources")
        self.outputs = loops.unrolled("Outputs")

    def variants(
        self, raw: Resource, wanted: Iterable[str] | None = None, *, apart: bool = False,
        settling: frozenset[str] = frozenset(),
    ) -> list[Variant]:  # fmt: skip
        """A resource under every outcome that makes a difference to the properties that are wanted
        (all, by default); none where a condition that given values decide leaves it out. `apart`:
        where there are too many outcomes, those of each property suffice. `settling`: those of
        which it is told, too, what is given alone tells of them."""
        keys = None if wanted is None else frozenset(wanted)
        try:
            return self._outcomes(raw, keys, settling)
        except TooManyWorldsError:  # what is not decided is not known, then
            if apart and keys is not None and len(keys) > 1:
                return [one for key in sorted(keys)
                        for one in self.variants(raw, {key}, settling=settling)]  # fmt: skip
            one = self._one(raw, keys, settling)
            return [one.within(self.around)] if one else []

    def mapped(self, raw: Resource, wanted: Iterable[str]) -> list[Variant]:
        """The same with each value that a map has for a region, or a parameter, that nobody tells;
        without these where they are too many. All of it is settled."""
        keys = frozenset(wanted)
        self.conditions.mapped = True
        try:
            found = self._outcomes(raw, keys, keys)
        except TooManyWorldsError:
            found = []
        finally:
            self.conditions.mapped = False
        return found or self.variants(raw, keys, apart=True, settling=keys)

    def _outcomes(
        self, raw: Resource, wanted: frozenset[str] | None, settling: frozenset[str]
    ) -> list[Variant]:
        """Raises TooManyWorldsError."""
        found: dict[str, Variant] = {}
        for one, choices in self._worlds.runs(lambda: self._one(raw, wanted, settling)):
            if one is not None:
                key = json.dumps(one.properties, sort_keys=True, default=str) if choices else ""
                before = found.get(key)
                if before is None or (before.when and not self._when(choices)):
                    found[key] = replace(one, when=self._when(choices))
        return [one.within(self.around) for one in found.values()]

    def _one(
        self, raw: Resource, wanted: frozenset[str] | None, settling: frozenset[str]
    ) -> Variant | None:
        condition, conditions = raw.get("Condition"), self.resolver.conditions
        held = conditions.named(condition) if isinstance(condition, str) and conditions else None
        if held is False:
            return None
        named, section = raw.get("Type"), self.template.section("Globals")
        kind = named if isinstance(named, str) else ""
        properties = with_globals(kind, raw.get("Properties"), section)
        return self._resolved(with_definition(kind, properties), wanted, settling)

    def _resolved(
        self, raw: Any, wanted: frozenset[str] | None, settling: frozenset[str]
    ) -> Variant:
        if not isinstance(raw, dict) or (len(raw) == 1 and _is_call(next(iter(raw)))):
            found = self.resolver.value(raw)
            known = found if isinstance(found, dict) else {}
            return Variant(known or ({unresolved("Properties"): ""} if raw else {}))
        values: dict[str, Any] = {}
        by_default: dict[str, frozenset[str]] = {}
        surely: dict[str, Any] = {}
        for key, one in raw.items():
            if wanted is not None and key not in wanted and key != TRANSFORM:
                continue
            self.parameters.used = set()
            value = self.resolver.value({key: one})
            values |= value if isinstance(value, dict) else {unresolved("Properties"): ""}
            by_default[key] = frozenset(self.parameters.used)
            by_default |= self._each_by_default(key, one)
            if key in settling:
                sure = self.surely({key: one})
                surely |= {} if sure == value else sure
        return Variant(values, None, by_default, surely)

    def strictly(self, tell: Callable[[], Any]) -> Any:
        """What is told by what is given alone."""
        with self.parameters.strictly():
            return tell()

    def surely(self, raw: Any) -> Any:
        """A value, as far as what is given tells it."""
        return self.strictly(partial(self.resolver.value, raw))

    def imported(self, raw: Any) -> Any:
        """What another template tells under a name; None where it does not, or a default tells the
        name."""
        name = self.strictly(partial(self.resolver.text, raw))
        return None if is_unresolved(name) else self.exports.value(name, self.target)

    def _each_by_default(self, key: str, raw: Any) -> dict[str, frozenset[str]]:
        """The same of each parameter that a nested stack is given: `Parameters.X`."""
        found: dict[str, frozenset[str]] = {}
        if key == "Parameters" and isinstance(raw, dict):
            for name, one in raw.items():
                self.parameters.used = set()
                self.resolver.value(one)
                found[f"{key}.{name}"] = frozenset(self.parameters.used)
        return found

    def _when(self, choices: tuple[Choice, ...]) -> str | None:
        departed = [self.parameters.words(one) for one in choices if one.departs]
        return " and ".join(departed) or None

    def _every(self, raw: Any) -> list[Any]:
        """A value under each outcome, for a loop to go over."""
        self.parameters.used = set()
        try:
            return [value for value, _ in self._worlds.runs(lambda: self.resolver.value(raw))]
        except TooManyWorldsError:
            return [self.resolver.value(raw)]
        finally:
            self.looped |= self.parameters.used

    def role_name(self, name: str, given: Any, key: str = "RoleName") -> tuple[str, str]:
        """Name and path of a role: the logical id where its name is not known."""
        found = given.get(key) if isinstance(given, dict) else None
        path = given.get("Path") if isinstance(given, dict) else None
        known = isinstance(found, str) and found and not is_unresolved(found)
        whole = isinstance(path, str) and path.startswith("/") and path.endswith("/")
        return (str(found) if known else name), (
            str(path) if whole and not is_unresolved(path) else "/"
        )

    def ref(self, name: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name == REGION and (chosen := self._worlds.made(name)):
            return chosen.value
        if name in self.parameters:
            return self.parameters.value(name)
        kind = self.kind(name)
        if kind in _IDENTITIES:
            found = self.property_of(name, _IDENTITIES[kind][1])
            return found if isinstance(found, str) else name
        if kind in _PROVIDERS:
            return self.provider_arn(kind, name, self._properties(name))
        function, _, told = name.partition(".")
        if told in _OF_FUNCTION and self.kind(function) == FUNCTION:
            return made(name)
        return self._unknown(name, name)

    def attribute(self, dotted: str) -> Any:
        name, _, attribute = dotted.partition(".")
        kind = self.kind(name)
        if attribute == "Arn" and kind in _IDENTITIES:
            return self._identity_arn(name, kind)
        if attribute == "Arn" and kind in _PROVIDERS:
            return self.provider_arn(kind, name, self._properties(name))
        if attribute.startswith("Outputs.") and kind in STACKS:
            return self._outputs(name, self.resources[name], attribute.removeprefix("Outputs."))
        made_by_sam = str(self.kind(name.removesuffix("Role"))).startswith("AWS::Serverless::")
        if attribute == "Arn" and name.endswith("Role") and kind is None and made_by_sam:
            return self.target.arn("iam", f"role/{name}")
        return self._unknown(name, dotted)

    def arn(self, dotted: str) -> str | None:
        """Of what is made here, as far as its kind tells it: whose it is, and where."""
        name, _, attribute = dotted.partition(".")
        kind = self.kind(name)
        if attribute != "Arn" or kind not in FORMS:
            return None
        place = replace(self.target, region=self.target.region or unresolved("AWS::Region"))
        return arn_of(kind, made(f"a part of {dotted}"), place)

    def _unknown(self, name: str, called: str) -> str:
        kind = self.kind(name)
        own_type = kind is not None and kind.startswith(_OURS) and not kind.endswith("::MODULE")
        ours = own_type and not str(kind).startswith(_NOT_OURS)
        if kind == POOL and takes_guests(self.property_of(name, GUESTS)):
            return public(called)
        return made(called) if ours else unresolved(called)

    def _identity_arn(self, name: str, kind: str) -> str:
        form, key = _IDENTITIES[kind]
        given = {one: self.property_of(name, one) for one in (key, "Path")}
        found, path = self.role_name(name, given, key)
        return self.target.arn("iam", f"{form}{path}{found}")

    def provider_arn(self, kind: str, name: str, given: Mapping[str, Any]) -> str:
        """The ARN of an identity provider, which holds the issuer or the provider's name."""
        if kind in OIDC:
            url = self.resolver.value(given.get("Url"))
            host = url.removeprefix("https://") if isinstance(url, str) else unresolved(name)
            return self.target.arn("iam", f"oidc-provider/{host}")
        found = self.resolver.value(given.get("Name"))
        return self.target.arn("iam", f"saml-provider/{found if isinstance(found, str) else name}")

    def kind(self, name: str) -> str | None:
        """The type of a resource."""
        kind = self.resources.get(name, {}).get("Type")
        return kind if isinstance(kind, str) else None

    def property_of(self, name: str, key: str) -> Any:
        """A property of a resource, as far as it is the same whatever anybody chooses."""
        found = self.resolver.value(self._properties(name).get(key))
        return None if found is REMOVED else found

    def _properties(self, name: str) -> dict[str, Any]:
        found = self.resources[name].get("Properties")
        return found if isinstance(found, dict) else {}


def _is_call(key: str) -> bool:
    return key == "Ref" or key.startswith("Fn::")
