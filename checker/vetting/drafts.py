"""Vendors whose review nobody has filled in yet: entries as `vendorgate init` proposes them."""

from __future__ import annotations

from datetime import date
from typing import Any

_DATES = ("reviewed", "expires")
_PLACEHOLDER = date.min


def drafts_in(value: Any) -> frozenset[int]:
    """Which vendors of a file, as parsed, have a date that is there and empty."""
    vendors = value.get("vendors") if isinstance(value, dict) else None
    listed = vendors if isinstance(vendors, list) else []
    return frozenset(index for index, vendor in enumerate(listed) if _draft(vendor))


def _draft(vendor: Any) -> bool:
    vetting = vendor.get("vetting") if isinstance(vendor, dict) else None
    return isinstance(vetting, dict) and any(vetting.get(key, 0) is None for key in _DATES)


def left_empty(value: Any, index: int) -> str | None:
    """The first of a vendor's dates that is empty."""
    vetting = value["vendors"][index]["vetting"]
    return next((key for key in _DATES if vetting.get(key, 0) is None), None)


def filled_in(value: Any) -> Any:
    """The file with days in place of the empty ones, to check all else of a draft strictly."""
    drafts = drafts_in(value)
    if not drafts:
        return value
    vendors = [
        {**vendor, "vetting": vendor["vetting"] | dict.fromkeys(_DATES, _PLACEHOLDER)}
        if index in drafts
        else vendor
        for index, vendor in enumerate(value["vendors"])
    ]
    return {**value, "vendors": vendors}
