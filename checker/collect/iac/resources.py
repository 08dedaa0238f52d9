"""Resources of a template → records. What uses images is one line of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.aws.saml import entity_id
from checker.collect.iac.records import Found
from checker.collect.iac.ssm import parameter_of, published_by_amazon
from checker.collect.iac.stack import Resource, Stack
from checker.collect.iac.trust_document import trust_document
from checker.collect.iac.unknown import is_unresolved, shown
from checker.snapshot.records import Image, ImageUse, Location, ProviderRecord, Role

_SPOT = "SpotFleetRequestConfigData.LaunchSpecifications.*.ImageId"
_OVERRIDES = "MixedInstancesPolicy.LaunchTemplate.Overrides.*.ImageId"
_BATCH = "ComputeResources.Ec2Configuration.*.ImageIdOverride"
IMAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "AWS::EC2::Instance": ("instance", ("ImageId",)),
    "AWS::EC2::LaunchTemplate": ("launch-template", ("LaunchTemplateData.ImageId",)),
    "AWS::AutoScaling::LaunchConfiguration": ("launch-configuration", ("ImageId",)),
    "AWS::AutoScaling::AutoScalingGroup": ("auto-scaling-group", (_OVERRIDES,)),
    "AWS::EC2::SpotFleet": ("spot-fleet", (_SPOT,)),
    "AWS::Batch::ComputeEnvironment": ("batch", ("ComputeResources.ImageId", _BATCH)),
}
"""Type → kind of use, and where the images' ids stand."""
_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
}


class Resources:
    """Turns the resources of one stack into records."""

    def __init__(self, stack: Stack, found: Found, place: Callable[[str], Location]) -> None:
        self._stack, self._found, self._place = stack, found, place
        self._readers = {
            "AWS::IAM::Role": self._role,
            "AWS::Serverless::Function": self._function,
            "AWS::IAM::OIDCProvider": self._oidc,
            "AWS::IAM::SAMLProvider": self._saml,
        }

    def add(self, name: str, kind: str, raw: Resource) -> None:
        if kind in IMAGES:
            self._images(name, kind, self._stack.properties(raw))
        elif reader := self._readers.get(kind):
            reader(name, self._stack.properties(raw))

    def _role(self, name: str, given: dict[str, Any], written_at: str | None = None) -> None:
        role, path = self._stack.role_name(name, given)
        trust = trust_document(given.get("AssumeRolePolicyDocument"))
        self._found.roles.append(
            Role(
                account=self._stack.target.account,
                arn=self._stack.target.arn("iam", f"role{path}{role}"),
                name=role,
                path=path,
                trust_policy=trust.policy,
                location=self._place(written_at or name),
                unresolved=trust.unresolved or None,
            )
        )

    def _function(self, name: str, given: dict[str, Any]) -> None:
        """SAM makes a role for a function that names none.
        https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
        """
        if "Role" in given:
            return
        common = self._stack.template.section("Globals").get("Function")
        shared = self._stack.resolver.value(common) if isinstance(common, dict) else {}
        key = "AssumeRolePolicyDocument"
        common_trust = shared.get(key) if isinstance(shared, dict) else shared
        trust = given.get(key) or common_trust or _LAMBDA
        self._role(f"{name}Role", {key: trust}, written_at=name)

    def _oidc(self, name: str, _: dict[str, Any]) -> None:
        arn = self._stack.provider_arn(name)
        issuer = None if is_unresolved(arn) else arn.partition(":oidc-provider/")[2]
        self._provider(ProviderRecord(account=self._account, arn=shown(arn), kind="oidc",
                                      issuer=issuer or None))  # fmt: skip

    def _saml(self, name: str, given: dict[str, Any]) -> None:
        metadata = given.get("SamlMetadataDocument")
        issuer = entity_id(metadata) if isinstance(metadata, str) else None
        known = issuer if issuer and not is_unresolved(issuer) else None
        arn = shown(self._stack.provider_arn(name))
        self._provider(ProviderRecord(account=self._account, arn=arn, kind="saml", issuer=known))

    def _provider(self, record: ProviderRecord) -> None:
        self._found.providers.append(record)

    @property
    def _account(self) -> str:
        return self._stack.target.account

    def _images(self, name: str, kind: str, given: dict[str, Any]) -> None:
        word, paths = IMAGES[kind]
        values = [value for path in paths for value in at(given, path.split("."))]
        if not values and kind == "AWS::EC2::Instance" and "LaunchTemplate" not in given:
            values = [None]
        for value in values:
            self._use(name, word, value)

    def _use(self, name: str, word: str, value: Any) -> None:
        target = self._stack.target
        image_id, via = image_named(value)
        self._found.image_uses.append(
            ImageUse(
                resource=target.arn("ec2", f"{word}/{name}"),
                kind=word,
                name=name,
                account=target.account,
                region=target.region or "",
                image_id=image_id,
                via=via,
                location=self._place(name),
            )
        )
        if image_id and via:
            self._found.images.append(
                Image(
                    image_id=image_id,
                    account=target.account,
                    region=target.region or "",
                    alias="amazon",
                )
            )


def image_named(value: Any) -> tuple[str | None, str | None]:
    """Which image, and by what it is named where that is no plain id: the id of one that comes
    from Amazon's own parameter is that parameter."""
    if not isinstance(value, str):
        return None, None if value is None else "a value that is not known"
    parameter = parameter_of(value)
    if parameter is None:
        return (None, shown(value)) if is_unresolved(value) else (value or None, None)
    named = f"resolve:ssm:{parameter}"
    return (named if published_by_amazon(parameter) else None), named


def at(value: Any, path: list[str]) -> Iterator[Any]:
    """The values at a path, where `*` is every item of a list. Unknown on the way: unknown."""
    if not path or (isinstance(value, str) and is_unresolved(value)):
        yield value
    elif path[0] == "*":
        for one in value if isinstance(value, list) else []:
            yield from at(one, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from at(value[path[0]], path[1:])
