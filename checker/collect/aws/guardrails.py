"""Resource control policies: what the organization refuses, whatever a trust policy allows.

Not every collector may list them: only the management account, and whom it lets. That is no gap,
as no trust is hidden by it; whether a trust is refused is then unknown, and the report says so.
Two calls a policy, none an account:
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import msgspec

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import NOT_OFFERED, Call, Shape
from checker.snapshot.records import Guardrail
from checker.snapshot.write import encode_document

POLICIES = Call("organizations", "ListPolicies", "Policies", {"Filter": "RESOURCE_CONTROL_POLICY"})
POLICY = Call("organizations", "DescribePolicy", "Policy", when="resource control policy")
TARGETS = Call("organizations", "ListTargetsForPolicy", "Targets", when="resource control policy")
_NOT_PERMITTED = NOT_OFFERED | {
    "AccessDenied",
    "AccessDeniedException",
    "AWSOrganizationsNotInUseException",
    "UnsupportedAPIEndpointException",
}


class PolicySummary(Shape, frozen=True):
    id: str
    name: str | None = None
    aws_managed: bool = False


class PolicyContent(Shape, frozen=True):
    content: str = "null"


class Target(Shape, frozen=True):
    target_id: str


def resource_control_policies(account_region: AccountRegion) -> tuple[Guardrail, ...] | None:
    """Those of the organization, but for AWS's own, which refuses nothing; None: not all seen."""
    asking = replace(account_region, gaps=[])
    found = tuple(_guardrails(asking))
    account_region.gaps.extend(gap for gap in asking.gaps if gap.code not in _NOT_PERMITTED)
    return None if asking.gaps else found


def _guardrails(account_region: AccountRegion) -> Iterable[Guardrail]:
    summaries = [p for p in account_region.items(POLICIES, PolicySummary) if not p.aws_managed]
    for summary in sorted(summaries, key=lambda p: p.id):
        policy = account_region.get(POLICY, PolicyContent, PolicyId=summary.id)
        targets = account_region.items(TARGETS, Target, PolicyId=summary.id)
        yield Guardrail(
            id=summary.id,
            name=summary.name,
            document=_document(policy.content) if policy else msgspec.Raw(b"null"),
            targets=tuple(sorted(target.target_id for target in targets)),
        )


def _document(text: str) -> msgspec.Raw:
    """Text that is no JSON stays text, which denies nothing."""
    try:
        return encode_document(json.loads(text))
    except (ValueError, RecursionError):
        return encode_document(text)
