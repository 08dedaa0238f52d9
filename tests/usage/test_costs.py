"""Which calls cost money, and the page that lists them."""

from __future__ import annotations

import pytest

from checker.usage.actions import names_of, sources
from checker.usage.costs import COSTS, costly, price
from tests.test_docs import DOCS, hold

CALLS = [
    ("ce", "GetCostAndUsage", "ce:*", "each request"),
    ("monitoring", "GetMetricData", "cloudwatch:GetMetricData", "by the IAM action, not the source"),
    ("bedrock", "Converse", "bedrock:InvokeModel*", "by the IAM action"),
    ("bedrock", "InvokeModelWithResponseStream", "bedrock:InvokeModel*", "a pattern"),
    ("s3", "SelectObjectContent", "s3:SelectObjectContent", "an event whose action costs nothing here"),
    ("dynamodb", "ExecuteStatement", "dynamodb:ExecuteStatement", "an event without an action"),
    ("rekognition", "DetectLabels", "rekognition:Detect*", "a pattern"),
    ("rekognition", "DetectCustomLabels", "rekognition:DetectCustomLabels", "before the pattern that has it too"),
    ("kms", "GenerateDataKeyPairWithoutPlaintext", "kms:GenerateDataKeyPair*", "a pattern"),
    ("timestream", "Query", "timestream:Select", "by the IAM action"),
    ("ebs", "ListSnapshotBlocks", "ebs:ListSnapshotBlocks", "what scanners of snapshots call"),
    ("s3", "GetObject", None, "too little to tell"),
    ("ec2", "DescribeInstances", None, "free"),
    ("sts", "AssumeRole", None, "free"),
    ("access-analyzer", "ListFindings", None, "free, unlike the checks"),
    ("athena", "GetQueryResults", None, "free, unlike the query"),
    ("config", "SelectResourceConfig", None, "free, though it is a query"),
    ("nosuch", "StartQuery", None, "another service's"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "event", "pattern", "why"), CALLS)
def test_the_cost_of_a_call(source: str, event: str, pattern: str | None, why: str) -> None:
    """A vendor that runs up the bill unseen; a free call that is called paid."""
    found = costly(names_of(f"{source}.amazonaws.com", event))
    assert (found and found.pattern) == pattern, why


def test_the_list_is_sound() -> None:
    """A pattern of no service, which finds nothing; two prices for one; a link to elsewhere."""
    assert len({one.pattern for one in COSTS}) == len(COSTS)
    for one in COSTS:
        prefix, colon, name = one.pattern.partition(":")
        assert colon and name and prefix in set(sources().values()), one.pattern
        assert one.link.startswith("https://aws.amazon.com/") and "/pricing/" in one.link
        assert one.usd is None or 0 < one.usd < 1
        assert "|" not in one.billed


def test_a_price_is_written_out() -> None:
    """An exponent, or a price that is rounded to nothing."""
    texts = {one.pattern: price(one) for one in COSTS}
    assert texts["ce:*"] == "$0.01"
    assert texts["ebs:ListSnapshotBlocks"] == "$0.0000006"
    assert texts["athena:StartQueryExecution"] == "it depends"


def test_the_page_lists_them_all() -> None:
    """An auditor who reads another list than the one that is applied."""
    lines = [
        "# Calls that cost money\n",
        "What is marked as paid among the calls of a vendor. A price is that of one call in",
        "us-east-1, without free tiers and discounts, as known in 2026-11; AWS's page has today's.\n",
        "| Call | Price | What is billed | AWS's page |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{one.pattern}` | {price(one)} | {one.billed} | [pricing]({one.link}) |"
        for one in COSTS
    ]
    hold(DOCS / "usage-costs.md", "\n".join(lines) + "\n")
