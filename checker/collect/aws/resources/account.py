"""What bends all buckets of an account: its own Block Public Access, and its organization's policy
of S3. Asked once, of an account that has a bucket at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.resources.reading import Reading
from checker.collect.aws.resources.switches import OFF, Switches

_WHEN = "account with a bucket"
BLOCK = Call(
    "s3control", "GetPublicAccessBlock", "PublicAccessBlockConfiguration", when=_WHEN, once=True,
    nothing=frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    action="s3:GetAccountPublicAccessBlock",
)  # fmt: skip
# of the caller's own account, whichever that is; EffectivePolicyNotFoundException: there is none
ORGANIZATIONS = Call(
    "organizations", "DescribeEffectivePolicy", "EffectivePolicy", {"PolicyType": "S3_POLICY"},
    when=_WHEN, once=True,
    nothing=frozenset({"EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException"}),
)  # fmt: skip
CALLS = (BLOCK, ORGANIZATIONS)


class EffectivePolicy(Shape, frozen=True):
    policy_content: str = ""


@dataclass(frozen=True)
class AccountSettings:
    """`told`: as the record of a bucket has it."""

    told: dict[str, Any]

    @property
    def restricted(self) -> bool:
        policy = self.told.get("organization_s3_policy")
        own = self.told.get("account_bpa", OFF)["RestrictPublicBuckets"]
        return policy == "all" or (policy != "none" and bool(own))


def account_settings(here: AccountRegion) -> AccountSettings:
    """Asked by whoever is the first of the account to want them; gaps are the account's."""
    whole = here.whole or here
    return here.memo.get("s3", lambda: AccountSettings({
        **_block(whole), **_organizations(whole)}))  # fmt: skip


def _block(here: AccountRegion) -> dict[str, Any]:
    reading = Reading(here)
    found = reading.get(BLOCK, Switches, AccountId=here.account)
    if found is None:
        return {} if reading.unread else {"account_bpa": OFF}
    return {"account_bpa": found.told}


def _organizations(here: AccountRegion) -> dict[str, Any]:
    """`all` or `none` of the switches.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_s3_syntax.html
    """
    found = Reading(here).get(ORGANIZATIONS, EffectivePolicy)
    if found is None:
        return {}
    said = _said(found.policy_content)
    if said not in ("all", "none"):
        text = "an S3 policy of the organization in a form that is not known"
        here.gap(ORGANIZATIONS.name, "UnexpectedResponse", text)
        return {}
    return {"organization_s3_policy": said}


def _said(text: str) -> Any:
    try:
        return json.loads(text)["s3_attributes"]["public_access_block_configuration"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
