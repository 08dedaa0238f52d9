"""What differs from partition to partition, against what the SDK has of the same."""

from __future__ import annotations

import json
from pathlib import Path

import botocore

from checker.partitions import DNS_SUFFIX, DUAL_STACK_SUFFIX, HOME_REGION, RESOURCE_SUFFIX

THEIRS = {
    one["id"]: one["outputs"]
    for one in json.loads((Path(botocore.__file__).parent / "data/partitions.json").read_text())[
        "partitions"
    ]
}


def test_suffixes_are_those_of_the_sdk() -> None:
    """Catches a host of AWS's that is taken for somebody's, and a partition of tomorrow."""
    assert {name: one["dnsSuffix"] for name, one in THEIRS.items()} == DNS_SUFFIX
    assert {name: one["dualStackDnsSuffix"] for name, one in THEIRS.items()} == DUAL_STACK_SUFFIX


def test_each_partition_has_a_home() -> None:
    assert HOME_REGION.keys() == THEIRS.keys()


def test_names_of_resources_are_of_partitions_that_there_are() -> None:
    assert RESOURCE_SUFFIX.keys() <= THEIRS.keys()
    assert {one.removeprefix("on.") for one in RESOURCE_SUFFIX.values()} <= {
        one.removeprefix("api.") for one in DUAL_STACK_SUFFIX.values()}  # fmt: skip
