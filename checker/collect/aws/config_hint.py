"""AWS Config's aggregator as a hint of which accounts have changed.

It tells less than CloudTrail: what was deleted is in no answer, and what a recorder leaves out is
not known. https://docs.aws.amazon.com/config/latest/developerguide/querying-AWS-resources.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.aggregator import SELECT, STATUS, Page, Source, why
from checker.collect.aws.carry import Hint, Told
from checker.snapshot.manifest import moment

KINDS = (
    "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::OIDCProvider", "AWS::IAM::SAMLProvider",
    "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate", "AWS::EC2::EC2Fleet", "AWS::EC2::SpotFleet",
    "AWS::AutoScaling::AutoScalingGroup", "AWS::AutoScaling::LaunchConfiguration",
    "AWS::EKS::Cluster", "AWS::EKS::Nodegroup", "AWS::Batch::ComputeEnvironment",
    "AWS::ImageBuilder::ImageRecipe", "AWS::ImageBuilder::ContainerRecipe",
    "AWS::RolesAnywhere::TrustAnchor", "AWS::RolesAnywhere::Profile",
    "AWS::Cognito::IdentityPool", "AWS::Cognito::UserPool",
)  # fmt: skip
_COLUMNS = "accountId, configurationItemCaptureTime"


class Changed(msgspec.Struct, frozen=True, rename="camel"):
    account_id: str
    configuration_item_capture_time: str


def hint_of(account_region: AccountRegion, name: str, begin: str, now: str) -> Hint:
    """Since `begin`; an account is told of as of its oldest delivery."""
    asked = {"ConfigurationAggregatorName": name}
    seen = list(_delivered(account_region.items(STATUS, Source, **asked)))  # its gaps count, too
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    query = (
        f"SELECT {_COLUMNS} WHERE resourceType IN ({kinds})"
        " ORDER BY configurationItemCaptureTime DESC"
    )
    pages = account_region.pages(SELECT, Page, **asked, Expression=query)
    changed = _newest(account_region, _items(account_region, pages), begin)
    why_not = None
    if account_region.gaps:
        gap = account_region.gaps[0]
        why_not = f"{gap.call}: {gap.code}: {gap.message}"
    accounts = {id_: Told(f"{time:%Y-%m-%dT%H:%M:%SZ}", changed.get(id_)) for id_, time in seen}
    return Hint(accounts, begin, now if accounts else None, why_not)


def _delivered(sources: Iterable[Source]) -> Iterator[tuple[str, datetime]]:
    """When each account delivered last from every region; without those that fail somewhere."""
    times: dict[str, list[datetime | None]] = {}
    for source in sources:
        whole = source.last_update_status == "SUCCEEDED" and source.last_update_time
        times.setdefault(source.source_id, []).append(source.last_update_time if whole else None)
    for account, told in times.items():
        known = [time for time in told if time is not None]
        if len(known) == len(told):
            yield account, moment(min(known).isoformat())


def _items(account_region: AccountRegion, pages: Iterable[Page]) -> Iterator[Changed]:
    for page in pages:
        for text in page.results:
            try:
                item = msgspec.json.decode(text, type=Changed)
                moment(item.configuration_item_capture_time)
            except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                account_region.gap(SELECT.name, "UnexpectedResponse", f"an item: {why(error)}")
            else:
                yield item


def _newest(account_region: AccountRegion, items: Iterator[Changed], begin: str) -> dict[str, str]:
    """Of each account; they come with the newest first, so what is older is not read."""
    found: dict[str, str] = {}
    last: datetime | None = None
    for item in items:
        time = moment(item.configuration_item_capture_time)
        if time < moment(begin):
            break
        if last is not None and time > last:
            account_region.gap(SELECT.name, "UnexpectedResponse", "the items are not in order")
        last = time
        found.setdefault(item.account_id, item.configuration_item_capture_time)
    return found
