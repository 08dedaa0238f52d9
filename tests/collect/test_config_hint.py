"""`--since` with an AWS Config aggregator as the hint; moto lacks its queries, the front has them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checker.demo.server import Answer, ApiCall
from tests.collect.test_shards import collect, grown, later
from tests.collect.test_since import ago
from tests.support.front import OWN

pytestmark = pytest.mark.usefixtures("few_sources")

OTHER = "222222222222"


class Config:
    """Deliveries and items, the newest first unless told otherwise, in pages of one."""

    def __init__(self) -> None:
        self.sources: list[dict[str, Any]] = []
        self.items: list[tuple[str, float]] = []
        self.asked = 0
        self.broken: str | None = None

    def delivers(self, account: str, hours: float, region: str = "us-east-1", **more: Any) -> None:
        time = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
        self.sources.append(
            {"SourceId": account, "SourceType": "ACCOUNT", "AwsRegion": region,
             "LastUpdateStatus": "SUCCEEDED", "LastUpdateTime": time} | more
        )  # fmt: skip

    def __call__(self, call: ApiCall) -> Answer | None:
        if call.service != "config":
            return None
        if call.action == "DescribeConfigurationAggregatorSourcesStatus":
            return self._answer({"AggregatedSourceStatusList": self.sources})
        self.asked += 1
        start = int(call.parameters.get("NextToken", 0))
        rows = [
            json.dumps({"accountId": account, "configurationItemCaptureTime": ago(hours)})
            for account, hours in self.items
        ] + ([self.broken] if self.broken else [])
        more = {"NextToken": str(start + 1)} if start + 1 < len(rows) else {}
        return self._answer({"Results": rows[start : start + 1], **more})

    def _answer(self, body: dict[str, Any]) -> Answer:
        return Answer(200, json.dumps(body), "application/x-amz-json-1.1")


def test_what_was_recorded_since_is_looked_at(tmp_path: Path) -> None:
    """And who delivers nothing, something old, or fails somewhere, is looked at too."""
    config = Config()
    with grown(2, config) as accounts:
        collect(tmp_path, "old")
        later(tmp_path / "old", ago(5))
        options = ("--since", str(tmp_path / "old"), "--hint", "aggregator:everything")
        ours, one, other = accounts
        fine = dict.fromkeys(accounts, 1.0)

        def seen(deliveries: dict[str, float], *items: tuple[str, float]) -> str:
            config.sources, config.items, config.asked = [], list(items), 0
            for account, hours in deliveries.items():
                config.delivers(account, hours)
            return collect(tmp_path, "new", *options).err

        assert "accounts: 0 (and 3" in seen(fine)
        assert "accounts: 1 (and 2" in seen(fine, (one, 2), (other, 30), (other, 40))
        assert config.asked == 2  # nothing beyond the first that is older
        assert "not in order: every account" in seen(fine, (one, 3), (other, 2))
        assert "accounts: 1 (and 2" in seen({ours: 1, one: 1})
        assert "accounts: 1 (and 2" in seen(fine | {one: 9})
        assert "every account is collected" in seen({})
        config.sources = []
        config.delivers(one, 1)
        config.delivers(one, 1, "eu-west-1", LastUpdateStatus="FAILED")
        config.delivers(ours, 1)
        ran = collect(tmp_path, "new", *options)
        assert "accounts: 2 (and 1" in ran.err


@pytest.mark.parametrize("broken", ['{"accountId"', json.dumps({"accountId": OTHER})])
def test_an_item_that_cannot_be_read_carries_nothing(tmp_path: Path, broken: str) -> None:
    """It may be the one that has changed."""
    config = Config()
    config.delivers(OWN, 1)
    config.broken = broken
    with grown(0, config):
        collect(tmp_path, "old")
        later(tmp_path / "old", ago(5))
        options = ("--since", str(tmp_path / "old"), "--hint", "aggregator:everything")
        ran = collect(tmp_path, "new", *options)
    assert "every account is collected" in ran.err
