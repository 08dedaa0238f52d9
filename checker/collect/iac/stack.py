"""One template in one account: what its names stand for, and which resources it would create."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.iac.intrinsics import REMOVED, Resolver
from checker.collect.iac.parameters import parameter
from checker.collect.iac.records import Target
from checker.collect.iac.template import Template
from checker.collect.iac.unknown import is_unresolved, unresolved

_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
_NAMES = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
}
_ARNS = {
    "AWS::IAM::Role": "role",
    "AWS::IAM::User": "user",
    "AWS::IAM::Group": "group",
    "AWS::IAM::InstanceProfile": "instance-profile",
}
Resource = dict[str, Any]


class Stack:
    def __init__(self, template: Template, target: Target, given: dict[str, Any]) -> None:
        self.template, self.target, self._given = template, target, given
        self._parameters = template.section("Parameters")
        self.resources: dict[str, Resource] = {
            name: raw
            for name, raw in template.section("Resources").items()
            if isinstance(raw, dict)
        }
        self.resolver = Resolver(
            template.path,
            template.section("Mappings"),
            template.section("Conditions"),
            self._ref,
            self._attribute,
        )
        self._pseudo: dict[str, Any] = {
            "AWS::AccountId": target.account,
            "AWS::Partition": target.partition,
            "AWS::URLSuffix": _SUFFIXES.get(target.partition, "amazonaws.com"),
            "AWS::NoValue": REMOVED,
        }
        if target.region:
            self._pseudo["AWS::Region"] = target.region

    def created(self) -> Iterator[tuple[str, str, Resource]]:
        """Name, type and definition of each resource; not those whose condition is false."""
        for name, raw in self.resources.items():
            condition = raw.get("Condition")
            held = self.resolver.condition(condition) if isinstance(condition, str) else True
            if held is not False:
                yield name, self._kind(name) or "", raw

    def properties(self, raw: Resource) -> dict[str, Any]:
        """A resource's properties, resolved."""
        found = self.resolver.value(raw.get("Properties"))
        return found if isinstance(found, dict) else {}

    def role_name(self, name: str, given: Any) -> tuple[str, str]:
        """Name and path of a role: the logical id where its name is not known."""
        found = given.get("RoleName") if isinstance(given, dict) else None
        path = given.get("Path") if isinstance(given, dict) else None
        known = isinstance(found, str) and found and not is_unresolved(found)
        whole = isinstance(path, str) and path.startswith("/") and path.endswith("/")
        return (str(found) if known else name), (
            str(path) if whole and not is_unresolved(path) else "/"
        )

    def _ref(self, name: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._parameters:
            return parameter(name, self._parameters[name], self._given)
        kind = self._kind(name)
        if kind in _NAMES:
            found = self._property(name, _NAMES[kind])
            return found if isinstance(found, str) else name
        if kind in ("AWS::IAM::OIDCProvider", "AWS::IAM::SAMLProvider"):
            return self.provider_arn(name)
        return unresolved(name)

    def _attribute(self, dotted: str) -> Any:
        name, _, attribute = dotted.partition(".")
        kind = self._kind(name)
        if attribute == "Arn" and kind in _ARNS:
            return self._identity_arn(name, kind)
        if attribute == "Arn" and kind in ("AWS::IAM::OIDCProvider", "AWS::IAM::SAMLProvider"):
            return self.provider_arn(name)
        made_by_sam = self._kind(name.removesuffix("Role")) == "AWS::Serverless::Function"
        if attribute == "Arn" and name.endswith("Role") and made_by_sam:
            return self.target.arn("iam", f"role/{name}")
        return unresolved(dotted)

    def _identity_arn(self, name: str, kind: str) -> str:
        properties = self.resources[name].get("Properties")
        keys = (_NAMES[kind], "Path")
        raw = properties if isinstance(properties, dict) else {}
        given = {key: self.resolver.value(raw[key]) for key in keys if key in raw}
        named = {**given, "RoleName": given.get(_NAMES[kind])}
        found, path = self.role_name(name, named)
        return self.target.arn("iam", f"{_ARNS[kind]}{path}{found}")

    def provider_arn(self, name: str) -> str:
        """The ARN of an identity provider, which holds the issuer or the provider's name."""
        if self._kind(name) == "AWS::IAM::OIDCProvider":
            url = self._property(name, "Url")
            host = url.removeprefix("https://") if isinstance(url, str) else unresolved(name)
            return self.target.arn("iam", f"oidc-provider/{host}")
        found = self._property(name, "Name")
        return self.target.arn("iam", f"saml-provider/{found if isinstance(found, str) else name}")

    def _kind(self, name: str) -> str | None:
        kind = self.resources.get(name, {}).get("Type")
        return kind if isinstance(kind, str) else None

    def _property(self, name: str, key: str) -> Any:
        properties = self.resources[name].get("Properties")
        return self.resolver.value(properties.get(key)) if isinstance(properties, dict) else None
