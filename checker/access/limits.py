"""What a setting of the kind adds to a grant: a network, a login, a key that shuts."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checker.access.actions import actions
from checker.access.kinds import kind_of
from checker.access.model import AccessGrant, Resource, worst

_READS = {"secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"}


def limited(one: AccessGrant, resource: Resource) -> Iterator[AccessGrant]:
    """The grant; in two where only a part of it is shut."""
    if resource.kind == "AWS::OpenSearchService::Domain":
        one = _domain(one, resource)
    if resource.kind == "AWS::ApiGateway::RestApi" and one.principal.kind == "anyone":
        one = msgspec.structs.replace(
            one, effective=None, guardrail="its authorizers are not read"
        )
    if resource.kind == "AWS::SecretsManager::Secret" and _default_key(resource):
        yield from _without_key(one, resource)
    else:
        yield one


def _domain(one: AccessGrant, resource: Resource) -> AccessGrant:
    """https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html"""
    if resource.settings.vpc:
        one = msgspec.structs.replace(one, network_limited=True)
    if resource.settings.fgac and one.principal.kind == "anyone":
        guardrail = "a login, by fine-grained access control"
        one = msgspec.structs.replace(one, effective=None, guardrail=guardrail)
    return one


def _default_key(resource: Resource) -> bool:
    """A secret under the service's own key cannot be read from outside.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
    """
    key = resource.settings.kms_key
    return key is None or str(key).endswith("alias/aws/secretsmanager")


def _without_key(one: AccessGrant, resource: Resource) -> Iterator[AccessGrant]:
    """What reads the secret's value is shut; the rest stays open."""
    graded = {each.name: each.grade for each in actions(kind_of(resource.kind, resource.arn),
                                                        resource.kind)}  # fmt: skip
    reads = tuple(each for each in one.actions if each in _READS)
    rest = tuple(each for each in one.actions if each not in _READS)
    for several, shut in ((reads, True), (rest, False)):
        if not several:
            continue
        access = worst({graded.get(each, "write") for each in several})
        gravest = next(each for each in several if graded.get(each, "write") == access)
        witness = one.witness and msgspec.structs.replace(one.witness, action=gravest)
        part = msgspec.structs.replace(one, actions=several, access=access, witness=witness)
        yield (msgspec.structs.replace(part, effective=False, guardrail="aws/secretsmanager")
               if shut else part)  # fmt: skip
