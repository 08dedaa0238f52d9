"""CloudWatch Logs: policies of the account, and those of single resources.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/AWS-logs-and-resource-policy.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.resources.reading import Reading, document, own_arn
from checker.snapshot.resources import ResourceRecord

KIND = "AWS::Logs::ResourcePolicy"
OF_ACCOUNT, OF_RESOURCES = (
    Call("logs", "DescribeResourcePolicies", "resourcePolicies", {"policyScope": scope})
    for scope in ("ACCOUNT", "RESOURCE")
)
"""AWS tells of one scope at a time; of the account's where none is named."""


class Policy(CamelShape, frozen=True):
    policy_name: str | None = None
    policy_document: str | None = None
    resource_arn: str | None = None


@dataclass(frozen=True)
class Policies:
    kinds = (KIND,)
    calls = (OF_ACCOUNT, OF_RESOURCES)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        for call in self.calls if KIND in wanted else ():
            for one in here.items(call, Policy):
                yield _policy(here, one)


def _policy(here: AccountRegion, one: Policy) -> ResourceRecord:
    """A policy has no ARN of AWS's; that of a resource's is the resource's."""
    name = one.policy_name or (one.resource_arn or "").rpartition(":")[2]
    arn = one.resource_arn or own_arn(here, "logs", f"resource-policy:{name}")
    return Reading(here).record(KIND, arn, name, document=document(one.policy_document))
