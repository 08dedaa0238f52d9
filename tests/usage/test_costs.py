"""Which calls cost money, and the page that lists them."""

from __future__ import annotations

import re

import botocore.session
import pytest

from checker.usage.actions import matches, names_of, sources
from checker.usage.costs import costly, costs, price
from tests.test_docs import DOCS, hold

CALLS = [
    ("ce", "GetCostAndUsage", "ce:GetCost*", "each request"),
    ("ce", "GetSavingsPlansCoverage", "ce:GetSavingsPlan*", "each request"),
    ("ce", "GetAnomalies", None, "anomaly detection is free"),
    ("ce", "ListCostAllocationTags", None, "no request of Cost Explorer's data"),
    ("ce", "CreateCostCategoryDefinition", None, "cost categories are free"),
    ("ce", "TagResource", None, "free"),
    ("monitoring", "GetMetricWidgetImage", "cloudwatch:GetMetricWidgetImage", "by the metric"),
    ("monitoring", "PutDashboard", "cloudwatch:PutDashboard", "by the month"),
    ("monitoring", "DescribeAlarms", None, "free"),
    ("s3", "ListObjectsV2", "s3:ListObjects*", "five dollars a million"),
    ("s3", "ListBuckets", "s3:ListBuckets", "five dollars a million"),
    ("s3", "PutObject", "s3:PutObject", "five dollars a million, and the storage"),
    ("s3", "UploadPart", "s3:UploadPart", "the same, in parts"),
    ("s3", "GetBucketPolicy", None, "not billed by the million"),
    ("email", "SendEmail", "ses:SendEmail", "a hundred dollars a million"),
    ("kms", "Decrypt", "kms:Decrypt", "three dollars a million"),
    ("kms", "DescribeKey", "kms:*", "any request is charged"),
    ("kms", "CreateKey", "kms:CreateKey", "by the month"),
    ("secretsmanager", "ListSecrets", "secretsmanager:*", "five dollars a million"),
    ("secretsmanager", "CreateSecret", "secretsmanager:CreateSecret", "by the month"),
    ("access-analyzer", "CheckNoPublicAccess", "access-analyzer:CheckNoPublicAccess", "each check"),
    ("access-analyzer", "CreateAnalyzer", "access-analyzer:CreateAnalyzer", "by the month"),
    ("access-analyzer", "ValidatePolicy", None, "free, unlike the checks"),
    ("ec2", "CopyImage", "ec2:CopyImage", "an image copied"),
    ("ec2", "CopySnapshot", "ec2:CopySnapshot", "a snapshot copied"),
    ("rds", "CopyDBClusterSnapshot", "rds:CopyDBClusterSnapshot", "a database's snapshot copied"),
    ("lambda", "Invoke20150331", "lambda:Invoke*", "a function started, by its event with a date"),
    ("lambda", "InvokeAsync", "lambda:Invoke*", "a function started"),
    ("ecs", "RunTask", "ecs:RunTask", "a task started"),
    ("batch", "SubmitJob", "batch:SubmitJob", "a job started"),
    ("elasticmapreduce", "RunJobFlow", "elasticmapreduce:RunJobFlow", "a cluster started"),
    ("emr-serverless", "StartJobRun", "emr-serverless:StartJobRun", "a job started"),
    ("states", "StartExecution", "states:StartExecution", "an execution started"),
    ("ssm", "StartAutomationExecution", "ssm:StartAutomationExecution", "an execution started"),
    ("sagemaker", "CreateTransformJob", "sagemaker:Create*Job", "a job of any kind"),
    ("sagemaker", "DescribeTrainingJob", None, "free"),
    ("codebuild", "StartBuildBatch", "codebuild:StartBuild*", "a build started"),
    ("shield", "CreateSubscription", "shield:CreateSubscription", "three thousand dollars a month"),
    ("ec2", "PurchaseReservedInstancesOffering", "ec2:Purchase*", "something bought"),
    ("autoscaling", "SetDesiredCapacity", "autoscaling:SetDesiredCapacity", "instances started"),
    ("ssm", "SendCommand", None, "free"),
    ("states", "DescribeExecution", None, "free"),
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
    ("s3", "GetObject", None, "40 cents a million"),
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
    """A pattern of no service, which finds nothing; two prices for one; a link to elsewhere; a
    price of no day."""
    assert len({one.pattern for one in costs()}) == len(costs())
    for one in costs():
        prefix, colon, name = one.pattern.partition(":")
        assert colon and name and prefix in set(sources().values()), one.pattern
        assert one.link.startswith("https://aws.amazon.com/") and "/pricing/" in one.link
        assert re.fullmatch(r"20[0-9]{2}-[01][0-9]", one.as_of)
        assert one.usd is None or 0 < one.usd < 1
        assert one.most is None or (one.usd is None and 0 < one.most < 1)
        assert "|" not in one.billed


THRESHOLD = 1 / 1_000_000
SCANNERS = ("ebs:ListSnapshotBlocks", "ebs:ListChangedBlocks")


def test_the_list_keeps_its_own_threshold() -> None:
    """What is left out for costing less than a dollar a million, beside what is listed for less."""
    small = [o.pattern for o in costs() if o.bound is not None and o.bound < THRESHOLD]
    assert sorted(small) == sorted(SCANNERS)


DATA_EVENTS = [
    ("monitoring", "GetMetricData"),
    ("monitoring", "GetMetricWidgetImage"),
    ("s3", "ListObjectsV2"),
    ("s3", "PutObject"),
    ("dynamodb", "Scan"),
    ("ebs", "GetSnapshotBlock"),
    ("lambda", "Invoke"),
    ("bedrock", "InvokeAgent"),
    ("states", "StartSyncExecution"),
]
MANAGEMENT = [("ce", "GetTags"), ("ec2", "RunInstances"), ("bedrock", "InvokeModel"), ("kms", "Decrypt"),
              ("dynamodb", "ExportTableToPointInTime"), ("s3", "ListBuckets"), ("states", "StartExecution")]  # fmt: skip


@pytest.mark.parametrize(("source", "event"), DATA_EVENTS + MANAGEMENT)
def test_data_events_are_told(source: str, event: str) -> None:
    """A page that has a call judged which no trail shows."""
    found = costly(names_of(f"{source}.amazonaws.com", event))
    assert found and found.data_event == ((source, event) in DATA_EVENTS)


def operations() -> dict[str, set[str]]:
    """IAM prefix → names of operations, from the SDK's models."""
    session, found = botocore.session.get_session(), dict[str, set[str]]()
    wanted = {one.pattern.partition(":")[0] for one in costs()}
    for service in session.get_available_services():
        model = session.get_service_model(service)
        names = {service, model.endpoint_prefix, model.signing_name}
        for prefix in {sources().get(name, name) for name in names} & wanted:
            found.setdefault(prefix, set()).update(model.operation_names)
    return found


OF_IAM = {
    "dynamodb:PurchaseReserved*",
    "timestream:Select",
    "dynamodb:PartiQLSelect",
    "s3:PostObject",
}
"""Actions, or events, of which no operation has the name."""


def test_each_pattern_is_of_a_call_that_there_is() -> None:
    """A misspelt call, which nobody makes."""
    known = operations()
    wrong = [
        one.pattern
        for one in costs()
        if not any(
            matches(one.pattern, (f"{one.pattern.partition(':')[0]}:{name}",))
            for name in known.get(one.pattern.partition(":")[0], ())
        )
    ]
    assert set(wrong) <= OF_IAM


def test_a_price_is_written_out() -> None:
    """An exponent, or a price that is rounded to nothing."""
    texts = {one.pattern: price(one) for one in costs()}
    assert texts["ce:GetCost*"] == "$0.01"
    assert texts["ebs:ListSnapshotBlocks"] == "$0.0000006"
    assert texts["cloudwatch:GetMetricData"] == "up to $0.005"
    assert texts["athena:StartQueryExecution"] == "it depends"


def test_the_page_lists_them_all() -> None:
    """An auditor who reads another list than the one that is applied."""
    lines = [
        "# Calls that cost money\n",
        "What is marked as paid among the calls of a vendor. A price is that of one call in",
        "us-east-1, without free tiers and discounts, as AWS's page had it in the month beside it.",
        "`costly-vendor-calls` accepts a dollar a day where a vendor's `usage.usd_per_day` says nothing",
        "else, and no call whose price nothing bounds. A call that is a data event is in no trail that",
        "does not [record data events](https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html):",
        "without them, its costs are not seen.\n",
        "| Call | Price | What is billed | In the trail | AWS's page |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{one.pattern}` | {price(one)} | {one.billed} | "
        f"{'as a data event alone' if one.data_event else 'always'} | [{one.as_of}]({one.link}) |"
        for one in costs()
    ]
    hold(DOCS / "usage-costs.md", "\n".join(lines) + "\n")
