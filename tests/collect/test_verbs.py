"""The verbs of reading against AWS's own classes of its actions: each difference is accounted for."""

from __future__ import annotations

from checker.collect.aws.means import means
from checker.collect.aws.privilege import grade
from tests.usage.published import reference

READS, OTHERWISE = ("Read", "List"), ("Write", "Permissions", "Tagging")

READ_WHATEVER_AWS_CALLS_THEM = {
    # pages of Glue Studio and of Spark's history, which AWS classes with permissions
    "glue": """BatchGetStageFiles DescribeConnectionType DescribeEntity GetDataPreviewStatement
        GetEnvironment GetExecutors GetExecutorsThreads GetLogParsingStatus
        GetNotebookInstanceStatus GetQueries GetQuery GetRecipeAction GetStage GetStageAttempt
        GetStageAttemptTaskList GetStageAttemptTaskSummary GetStageFiles GetStages GetStorage
        GetStorageUnit ListConnectionTypes ListEntities""",
    # policies and permissions, which are shown and not changed
    "arc-region-switch": "GetResourcePolicy", "billing": "GetResourcePolicy",
    "fsx": "GetResourcePolicy", "secretsmanager": "ValidateResourcePolicy",
    "ssm-sap": "GetResourcePermission", "monitron": "ListProjectAdminUsers",
    "quicksight": """DescribeKnowledgeBasePermissions DescribeSpacePermissions
        DescribeTopicPermissions""",
    "datazone": "ValidatePassRole",
    # tags
    "bcm-pricing-calculator": "ListTagsForResource", "honeycode": "ListTagsForResource",
    "route53globalresolver": "ListTagsForResource",
    # backups: what the service asks of its own storage, and what is found in an index
    "backup": "ListIndexedRecoveryPointsForSearch SearchRecoveryPoint",
    "backup-storage": """DescribeBackupJob GetBaseBackup GetChunk GetIncrementalBaseBackup
        GetObjectMetadata ListChunks ListObjects""",
    # questions that are answered
    "aidevops": "DescribeSupportLevel ValidateAwsAssociations", "apigateway": "PreviewPortal",
    "appconfig": "ValidateConfiguration", "appfabric": "BatchGetUserAccessTasks",
    "aws-external-anthropic": "CountTokens", "cloudwatch": "QueryTraces SearchPrincipals",
    "end-user-messaging": "ValidateNotifyCodeVerification",
    "iot": "GetConnection ListSubscriptions", "lookoutmetrics": "DetectMetricSetConfig",
    "lookoutvision": "DetectAnomalies", "managedblockchain": "GET", "opensearch": "ViewLoginPage",
    "tnb": "ValidateSolFunctionPackageContent ValidateSolNetworkPackageContent",
}  # fmt: skip


def classes() -> dict[str, str]:
    return {
        f"{prefix}:{name}": one["accessLevel"]
        for prefix, named in reference().items()
        for name, one in named.items()
    }


def graded(action: str) -> str:
    return grade({}, [{"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}], None)


def test_what_reads_here_and_not_for_aws_is_accounted_for() -> None:
    """Credentials that are handed out by a verb of reading, one by one."""
    told = {f"{p}:{n}" for p, names in READ_WHATEVER_AWS_CALLS_THEM.items() for n in names.split()}
    hand_kept = {one for row in means().reads for one in row.actions}
    found = {
        action
        for action, level in classes().items()
        if level.startswith(OTHERWISE) and graded(action) == "read"
    }
    assert found - hand_kept == told


def test_most_of_what_aws_calls_reading_reads() -> None:
    """A list of read-only actions that is taken for writing: a false alarm."""
    reads = [action for action, level in classes().items() if level in READS]
    otherwise = sorted(action for action in reads if graded(action) != "read")
    assert len(reads) > 9_000
    assert len(otherwise) < len(reads) / 40, otherwise
