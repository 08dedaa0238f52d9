"""Where a finding is, for services that sort by account, region and partition."""

from __future__ import annotations

import re

from checker.partitions import HOME_REGION
from checker.report.model import Report

_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}")
_PARTITION = re.compile(r"aws(-[a-z]+)*")


class Places:
    """Of one report."""

    def __init__(self, report: Report) -> None:
        snapshot = report.inputs.snapshot
        self.partition = snapshot.partition if _PARTITION.fullmatch(snapshot.partition) else "aws"
        regions = [region for region in snapshot.regions if _REGION.fullmatch(region)]
        home = HOME_REGION.get(self.partition, HOME_REGION["aws"])
        self._home = home if home in regions or not regions else regions[0]
        named = {row.account for row in report.evaluated} | {f.account for f in report.findings}
        accounts = sorted(account for account in named if account and _ACCOUNT.fullmatch(account))
        self._first = accounts[0] if accounts else "000000000000"

    def region(self, region: str | None) -> str:
        """IAM has none: it is where its home is, or where somebody looks."""
        return region if region and _REGION.fullmatch(region) else self._home

    def account(self, account: str | None) -> str:
        """Of a finding that is of no account: the lowest of the accounts that were judged."""
        return account if account and _ACCOUNT.fullmatch(account) else self._first
