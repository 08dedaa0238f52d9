"""How CloudTrail's files lie in a bucket, and which of them a question needs: text only, no I/O.

`[PREFIX/]AWSLogs/[o-ORG/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/FILE.json.gz`
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

ENDINGS = (".json.gz", ".json", ".ndjson")
"""Of what is more likely a file than a folder."""
OTHER_KINDS = ("CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-NetworkActivity")
"""Folders beside a trail's own that hold no calls, or hold them again.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html"""
_DAY = re.compile(r"(?<![^/])([0-9]{4}/[0-9]{2}/[0-9]{2})(?=/)")
# of Security Lake: aws/CLOUD_TRAIL_MGMT/2.0/region=REGION/accountId=ID/eventDay=YYYYMMDD/
_EVENT_DAY = re.compile(r"(?<![^/])eventDay=([0-9]{4})([0-9]{2})([0-9]{2})(?=/)")
_REGION = re.compile(r"(?:^|/)(?P<account>[0-9]{12})/CloudTrail/(?P<region>[^/]+)/")
_ACCOUNT = re.compile(r"(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?(?P<account>[0-9]{12})/")
_ENDS_IN_ACCOUNT = re.compile(r"(?:^|/)[0-9]{12}/$")


def region_root(path: str) -> str | None:
    """The folder of a region's years that a path is or lies in."""
    found = _REGION.search(path)
    return path[: found.end()] if found else None


def day_of(key: str) -> str | None:
    """`YYYY/MM/DD`: the day folder nearest to the file. As text, as a key may claim any day."""
    days: list[str] = _DAY.findall(key) or ["/".join(day) for day in _EVENT_DAY.findall(key)]
    return days[-1] if days else None


def _is_of_day(path: str) -> bool:
    return bool(region_root(path) or _EVENT_DAY.search(path))


@dataclass(frozen=True)
class Wanted:
    """Days, both included, and accounts and regions; none given: all."""

    begin: str
    end: str
    accounts: frozenset[str]
    regions: frozenset[str]

    @classmethod
    def of(
        cls, begin: date, end: date, accounts: Collection[str], regions: Collection[str]
    ) -> Wanted:
        first, last = (f"{day.isoformat().replace('-', '/')}" for day in (begin, end))
        return cls(first, last, frozenset(accounts), frozenset(regions))

    def file(self, key: str) -> bool:
        return not key.endswith("/") and self._place(key) and self._when(key)

    def folder(self, path: str) -> bool:
        """Whether anything below can be wanted, as far as the path tells."""
        return other_kind(path) is None and self._place(path) and self._when(path)

    def earlier(self, path: str) -> bool:
        """Whether a folder whose day tells when its files were put there is before the window."""
        return not _is_of_day(path) and not self._when(path)

    def past(self, key: str, root: str) -> bool:
        """Whether nothing wanted can come behind `key` in a region's listing, which is sorted."""
        return key >= f"{root}{self.end}0"  # the character after the slash

    def _when(self, path: str) -> bool:
        """Files of a trail or of Security Lake are of the day that they lie under. What else lies
        under a day was put there then, and may be of any time before: an export, events that were
        sent again."""
        day = day_of(path)
        if day is None or day < self.begin:
            return day is None
        return day <= self.end or not _is_of_day(path)

    def _place(self, path: str) -> bool:
        region = _REGION.search(path)
        account = region or _ACCOUNT.search(path)
        return _among(account, "account", self.accounts) and _among(region, "region", self.regions)


def only_cloudtrail(path: str, folders: Iterable[str]) -> list[str]:
    """Of the folders in `path`, those that may hold CloudTrail's files.

    An account's folder holds those of other services too, such as Config.
    """
    below, own, lake = list(folders), f"{path}CloudTrail/", f"{path}CloudTrail-Lake/"
    if _ENDS_IN_ACCOUNT.search(path) and (own in below or _ACCOUNT.search(path)):
        return [folder for folder in below if folder in (own, lake)]
    return below


def other_kind(path: str) -> str | None:
    """The name of a folder that is passed over, which a path lies in."""
    return next((name for name in path.split("/") if name in OTHER_KINDS), None)


def _among(found: re.Match[str] | None, name: str, wanted: frozenset[str]) -> bool:
    return not wanted or found is None or found[name] in wanted
