"""Pseudo parameters: what AWS itself tells a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""

from __future__ import annotations

from typing import Any

from checker.collect.iac.intrinsics import REMOVED
from checker.collect.iac.target import Target
from checker.partitions import DNS_SUFFIX


def pseudo_parameters(target: Target) -> dict[str, Any]:
    found: dict[str, Any] = {
        "AWS::AccountId": target.account,
        "AWS::Partition": target.partition,
        "AWS::URLSuffix": DNS_SUFFIX.get(target.partition, "amazonaws.com"),
        "AWS::NoValue": REMOVED,
    }
    return found | ({"AWS::Region": target.region} if target.region else {})
