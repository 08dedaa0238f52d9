"""AWS Config's aggregator as a source: what accounts record there, without a role in each.

Config keeps the last state of a resource until it changes, so an item may be old and right. What
ages is an account's delivery to the aggregator: one that failed or stopped is a gap.
https://docs.aws.amazon.com/config/latest/developerguide/aggregate-data.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from checker.collect.aws import configured, recorders
from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.configured import Item, Reader
from checker.collect.aws.configured_launches import Place
from checker.collect.aws.recorders import Recorders
from checker.snapshot.records import Gap, ImageUse, Role

STATUS = Call(
    "config", "DescribeConfigurationAggregatorSourcesStatus", "AggregatedSourceStatusList"
)
SELECT = Call("config", "SelectAggregateResourceConfig", "Results")
_COLUMNS = (
    "accountId, awsRegion, arn, resourceId, resourceName, tags, configuration,"
    " configurationItemCaptureTime"
)
_NEWEST_FIRST = "ORDER BY configurationItemCaptureTime DESC"


class Source(Shape, frozen=True):
    """An account's delivery from one region."""

    source_id: str
    aws_region: str | None = None
    source_type: str = "ACCOUNT"
    last_update_status: str = "SUCCEEDED"
    last_update_time: datetime | None = None
    last_error_code: str | None = None
    last_error_message: str | None = None


class Page(Shape, frozen=True):
    results: tuple[str, ...] = ()


class Aggregator:
    """Reads one aggregator; its gaps are about accounts, those of `account_region` about the calls
    themselves."""

    def __init__(
        self, account_region: AccountRegion, name: str, now: str, stale_after: int
    ) -> None:
        self.account_region, self.name = account_region, name
        self.limit = datetime.fromisoformat(now) - timedelta(days=stale_after)
        self.gaps: list[Gap] = []
        self.stale = 0
        self.images: dict[str, set[str]] = {}
        self._with_roles: set[str] = set()
        self._reader, self._recorders = Reader(account_region), Recorders()

    def sources(self) -> list[Source]:
        """Which account delivers from where; what fails or has stopped is a gap."""
        asked = {"ConfigurationAggregatorName": self.name}
        found = list(self.account_region.items(STATUS, Source, **asked))
        for source in found:
            self._judge(source)
        return [source for source in found if source.source_type == "ACCOUNT"]

    def records(
        self, accounts: Collection[str], regions: Collection[str]
    ) -> Iterator[msgspec.Struct]:
        """Of these accounts; of these regions, where there are any. `images` fills with those in
        use, by region."""
        for item in self._found(recorders.KIND, accounts, ()):
            self._recorder(item)
        for kind in configured.KINDS:
            for item in self._found(kind, accounts, regions):
                for record in self._records(kind, item):
                    self._note(record)
                    yield record

    def missing(
        self, accounts: Collection[str], sources: Collection[Source], regions: Collection[str]
    ) -> None:
        """Accounts that deliver nothing, or no role: each has some that AWS made; and what is not
        recorded at all."""
        delivering = {source.source_id for source in sources}
        wanted = [
            Place(source.source_id, source.aws_region)
            for source in sources
            if source.source_id in accounts and source.aws_region
        ]
        for place, code, text in self._recorders.missing(wanted, configured.KINDS, regions):
            self._gap(place.account, place.region or None, code, text, SELECT)
        for account in sorted(accounts):
            if account not in delivering:
                self._gap(account, None, "NotAggregated", "the aggregator has no such source")
            elif account not in self._with_roles:
                text = "no role is recorded: does its recorder include AWS::IAM::Role?"
                self._gap(account, None, "NothingRecorded", text, SELECT)

    def _found(
        self, kind: str, accounts: Collection[str], regions: Collection[str]
    ) -> Iterator[Item]:
        query = f"SELECT {_COLUMNS} WHERE resourceType = '{kind}' {_NEWEST_FIRST}"
        asked = {"Expression": query, "ConfigurationAggregatorName": self.name}
        seen: set[str] = set()  # a role may be recorded once a region: the newest counts
        for page in self.account_region.pages(SELECT, Page, **asked):
            for item in self._items(page, accounts, regions):
                if item.arn not in seen:
                    yield item
                seen.add(item.arn)

    def _items(
        self, page: Page, accounts: Collection[str], regions: Collection[str]
    ) -> Iterator[Item]:
        for text in page.results:
            try:
                item = msgspec.json.decode(text, type=Item)
            except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
                self.account_region.gap(SELECT.name, "UnexpectedResponse", f"an item: {why(error)}")
                continue
            elsewhere = regions and item.regional and item.aws_region not in regions
            if item.account_id in accounts and not elsewhere:
                yield item

    def _records(self, kind: str, item: Item) -> list[msgspec.Struct]:
        self.stale += item.captured < self.limit
        try:
            return self._reader.records(kind, item)
        except (msgspec.MsgspecError, RecursionError) as error:
            self._unreadable(item, error)
            return []

    def _recorder(self, item: Item) -> None:
        try:
            self._recorders.add(item.account_id, item.aws_region, item.configuration)
        except (msgspec.MsgspecError, RecursionError) as error:
            self._unreadable(item, error)

    def _unreadable(self, item: Item, error: Exception) -> None:
        text = f"{item.arn}: its configuration could not be read: {why(error)}"
        self._gap(item.account_id, None, "UnexpectedResponse", text, SELECT)

    def _note(self, record: msgspec.Struct) -> None:
        if isinstance(record, Role):
            self._with_roles.add(record.account)
        elif isinstance(record, ImageUse) and (record.image_id or "").startswith("ami-"):
            self.images.setdefault(record.region, set()).add(record.image_id or "")

    def _judge(self, source: Source) -> None:
        account = source.source_id if source.source_type == "ACCOUNT" else None
        place = (account, source.aws_region)
        if source.last_update_status != "SUCCEEDED":
            code = source.last_error_code or source.last_update_status
            self._gap(*place, code, source.last_error_message or "the delivery failed")
        elif source.last_update_time and source.last_update_time.astimezone(UTC) < self.limit:
            self._gap(*place, "Stale", f"nothing was delivered since {source.last_update_time:%F}")

    def _gap(
        self, account: str | None, region: str | None, code: str, message: str, call: Call = STATUS
    ) -> None:
        values: dict[str, Any] = {"account": account, "region": region, "code": code}
        self.gaps.append(Gap(call=call.name, message=message, **values))


def why(error: Exception) -> str:
    """Why an item cannot be read; Python tells of its own depth otherwise."""
    return "nested too deep" if isinstance(error, RecursionError) else str(error)
