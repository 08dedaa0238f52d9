"""KMS: customers' keys, their policies, and the grants beside these.

Keys of AWS's services (`alias/aws/…`) serve their own account alone, and cannot be changed.
https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, document, plain
from checker.snapshot.resources import ResourceRecord

_GONE = frozenset({"NotFoundException"})
KEYS = Call("kms", "ListKeys", "Keys", {"Limit": 1000}, next_page="NextMarker")
ALIASES = Call("kms", "ListAliases", "Aliases", {"Limit": 100}, next_page="NextMarker")
POLICY = Call(
    "kms", "GetKeyPolicy", has="Policy", request={"PolicyName": "default"}, when="customer's key",
    gone=_GONE,
)  # fmt: skip
GRANTS = Call(
    "kms", "ListGrants", "Grants", {"Limit": 100}, when="customer's key", gone=_GONE,
    next_page="NextMarker",
)  # fmt: skip
KIND = "AWS::KMS::Key"
_SERVICES = "alias/aws/"


class Key(Shape, frozen=True):
    key_id: str
    key_arn: str


class Alias(Shape, frozen=True):
    alias_name: str
    target_key_id: str | None = None


class KeyPolicy(Shape, frozen=True):
    policy: str


class Grant(Shape, frozen=True):
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html"""

    grant_id: str | None = None
    name: str | None = None
    operations: tuple[str, ...] = ()
    grantee_principal: str | None = None
    retiring_principal: str | None = None
    issuing_account: str | None = None
    grantee_service_principal: str | None = None
    retiring_service_principal: str | None = None


@dataclass(frozen=True)
class Keys:
    kinds = (KIND,)
    calls = (ALIASES, KEYS, POLICY, GRANTS)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if KIND in wanted:
            names = aliases(here)
            yield from surviving(here, lambda here: _keys(here, names), _key(names))


def aliases(here: AccountRegion) -> dict[str, list[str]]:
    """Of each key; asked once for whoever wants to know. What could not be listed is a gap, and
    its keys have no names. AWS lists its own aliases before there is a key: those are no key's.
    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html"""
    return here.memo.get((ALIASES.name, here.region), lambda: _aliases(here))


def is_service_key(names: dict[str, list[str]], key: str | None) -> bool:
    """Whether a key, by its id or ARN, is one of AWS's services' own; no key is none."""
    id_ = (key or "").rpartition("/")[2]
    return any(name.startswith(_SERVICES) for name in names.get(id_, ()))


def _aliases(here: AccountRegion) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for alias in here.items(ALIASES, Alias):
        if alias.target_key_id:
            found.setdefault(alias.target_key_id, []).append(alias.alias_name)
    return found


def _keys(here: AccountRegion, names: dict[str, list[str]]) -> Iterator[Key]:
    return (key for key in here.items(KEYS, Key) if not is_service_key(names, key.key_id))


def _key(names: dict[str, list[str]]) -> Callable[[AccountRegion, Key], ResourceRecord]:
    def read(here: AccountRegion, key: Key) -> ResourceRecord:
        reading = Reading(here)
        policy = reading.get(POLICY, KeyPolicy, KeyId=key.key_id)
        grants = reading.items(GRANTS, Grant, KeyId=key.key_id)
        return reading.record(
            KIND, key.key_arn, min(names.get(key.key_id, ()), default=None),
            document=document(policy.policy) if policy else None,
            grants=[plain(one) for one in grants] if grants else None,
        )  # fmt: skip

    return read
