"""The verbs of reading against AWS's own classes of its actions: each difference is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from checker.collect.aws.means import means
from checker.collect.aws.privilege import READ, _reads_or_writes, grade
from checker.collect.aws.statements import Access, Right
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


@cache
def classes() -> dict[str, str]:
    return {
        f"{prefix}:{name}": one["accessLevel"]
        for prefix, named in reference().items()
        for name, one in named.items()
    }


def graded(*actions: str) -> str:
    allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return grade({}, [{"Statement": allow}], None)


def not_reading(actions: Sequence[str]) -> list[str]:
    """Which of them do more than read: looked for by halves, as grades are the highest of all."""
    if not actions or graded(*actions) == "read":
        return []
    if len(actions) == 1:
        return [*actions]
    half = len(actions) // 2
    return not_reading(actions[:half]) + not_reading(actions[half:])


def test_what_reads_here_and_not_for_aws_is_accounted_for() -> None:
    """Credentials that are handed out by a verb of reading, one by one."""
    told = {f"{p}:{n}" for p, names in READ_WHATEVER_AWS_CALLS_THEM.items() for n in names.split()}
    hand_kept = {one for row in means().reads for one in row.actions}
    writes = [action for action, level in classes().items() if level.startswith(OTHERWISE)]
    # by its verb alone first, as all else that is graded only adds to it
    verbs = [one for one in writes if _reads_or_writes(Access([Right(one.lower())])) == READ]
    assert {one for one in verbs if graded(one) == "read"} - hand_kept == told


def test_most_of_what_aws_calls_reading_reads() -> None:
    """A list of read-only actions that is taken for writing: a false alarm."""
    reads = [action for action, level in classes().items() if level in READS]
    otherwise = not_reading(sorted(reads))
    assert len(reads) > 9_000
    assert len(otherwise) < len(reads) / 40, otherwise
