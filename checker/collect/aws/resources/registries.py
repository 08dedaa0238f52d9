"""ECR's registry of an account in a region: its policy, and from where it fetches what it lacks.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.resources.reading import Reading, document, own_arn
from checker.snapshot.resources import ResourceRecord

KIND = "AWS::ECR::RegistryPolicy"
POLICY = Call(
    "ecr", "GetRegistryPolicy", has="policyText",
    nothing=frozenset({"RegistryPolicyNotFoundException"}),
)  # fmt: skip
RULES = Call("ecr", "DescribePullThroughCacheRules", "pullThroughCacheRules", {"maxResults": 1000})


class Policy(CamelShape, frozen=True):
    policy_text: str


class Rule(CamelShape, frozen=True):
    ecr_repository_prefix: str
    upstream_registry_url: str
    upstream_repository_prefix: str | None = None

    @property
    def told(self) -> dict[str, str]:
        """`ROOT` is the whole of the upstream registry, as where no part is named.
        https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html
        """
        return {
            "prefix": self.ecr_repository_prefix,
            "upstream": self.upstream_registry_url,
            "upstream_prefix": self.upstream_repository_prefix or "ROOT",
        }


@dataclass(frozen=True)
class Registries:
    kinds = (KIND,)
    calls = (POLICY, RULES)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        """A registry that nobody ever set up says nothing of itself."""
        if KIND not in wanted:
            return
        reading = Reading(here)
        policy = reading.get(POLICY, Policy)
        rules = reading.items(RULES, Rule)
        if policy or rules or reading.unread:
            arn = own_arn(here, "ecr", "registry")
            yield reading.record(
                KIND, arn, None, document=document(policy.policy_text) if policy else None,
                settings={"pull_through": [rule.told for rule in rules]} if rules else {},
            )  # fmt: skip
