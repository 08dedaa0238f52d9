"""From a CloudTrail event to the IAM action: the rule, what breaks it, and what stays unknown."""

from __future__ import annotations

import warnings

import botocore
import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.usage.actions import (
    event_names_of,
    iam_action,
    matches,
    names_of,
    shown_name,
    sources,
    table,
)

MAPPED = [
    # source, event, action, why
    ("ec2", "DescribeInstances", "ec2:DescribeInstances", "the rule"),
    ("iam", "ListRoles", "iam:ListRoles", "the rule"),
    ("kms", "Decrypt", "kms:Decrypt", "the rule"),
    ("sts", "AssumeRole", "sts:AssumeRole", "the rule"),
    ("logs", "FilterLogEvents", "logs:FilterLogEvents", "the rule"),
    ("dynamodb", "DescribeTable", "dynamodb:DescribeTable", "the rule"),
    ("rds", "DescribeDBInstances", "rds:DescribeDBInstances", "the rule; Neptune and DocumentDB too"),
    ("cognito-idp", "ListUserPools", "cognito-idp:ListUserPools", "a hyphen in the prefix"),
    ("elasticmapreduce", "ListClusters", "elasticmapreduce:ListClusters", "EMR's old name, in both"),
    ("elasticfilesystem", "DescribeFileSystems", "elasticfilesystem:DescribeFileSystems", "EFS likewise"),
    ("elasticloadbalancing", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers", "both generations"),
    ("application-autoscaling", "PutScalingPolicy", "application-autoscaling:PutScalingPolicy", "its own source"),
    ("autoscaling", "RegisterScalableTarget", "application-autoscaling:RegisterScalableTarget", "logged under the older service"),
    ("autoscaling", "PutScalingPolicy", "autoscaling:PutScalingPolicy", "the older service has it as well"),
    ("iot", "ListThings", "iot:ListThings", "the rule"),
    ("data.jobs.iot", "DescribeJobExecution", "iotjobsdata:DescribeJobExecution", "its data plane"),
    ("sso", "ListPermissionSets", "sso:ListPermissionSets", "the rule"),
    ("sso-directory", "SearchUsers", "sso-directory:SearchUsers", "no SDK, IAM actions all the same"),
    ("identitystore", "ListUsers", "identitystore:ListUsers", "the rule"),
    ("bedrock", "InvokeModel", "bedrock:InvokeModel", "the rule"),
    ("ebs", "GetSnapshotBlock", "ebs:GetSnapshotBlock", "the rule"),
    ("ce", "GetCostAndUsage", "ce:GetCostAndUsage", "the rule"),
    ("monitoring", "GetMetricData", "cloudwatch:GetMetricData", "CloudWatch's endpoint is older than its name"),
    ("email", "SendEmail", "ses:SendEmail", "SES likewise"),
    ("ses", "SendEmail", "ses:SendEmail", "the newer of its two sources"),
    ("tagging", "GetResources", "tag:GetResources", "resource groups tagging"),
    ("cloudcontrolapi", "GetResource", "cloudformation:GetResource", "Cloud Control has CloudFormation's actions"),
    ("appstream2", "DescribeFleets", "appstream:DescribeFleets", "endpoint and prefix differ"),
    ("models.lex", "GetBots", "lex:GetBots", "a source with a dot"),
    ("streams.dynamodb", "GetRecords", "dynamodb:GetRecords", "a source with a dot"),
    ("mturk-requester", "ListHITs", "mechanicalturk:ListHITs", "endpoint and prefix differ"),
    ("pinpoint", "GetApp", "mobiletargeting:GetApp", "endpoint and prefix differ"),
    ("migrationhub", "ListProgressUpdateStreams", "mgh:ListProgressUpdateStreams", "a source that no SDK names"),
    ("amazonmq", "ListBrokers", "mq:ListBrokers", "a source that no SDK names"),
    ("opensearchservice", "ListDomainNames", "es:ListDomainNames", "a source that no SDK names"),
    ("lambda", "ListFunctions20150331", "lambda:ListFunctions", "the API's date"),
    ("lambda", "GetFunctionConfiguration20150331v2", "lambda:GetFunctionConfiguration", "date and version"),
    ("lambda", "UpdateFunctionCode20150331v2", "lambda:UpdateFunctionCode", "date and version"),
    ("lambda", "GetLayerVersionByArn20181031", "lambda:GetLayerVersion", "a date, then an exception"),
    ("lambda", "Invoke", "lambda:InvokeFunction", "the action has another name"),
    ("cloudfront", "ListDistributions2020_05_31", "cloudfront:ListDistributions", "the date with underscores"),
    ("cloudfront", "CreateDistributionWithTags2020_05_31", "cloudfront:CreateDistribution", "a date, then an exception"),
    ("route53", "CreateHostedZone2013_04_01", "route53:CreateHostedZone", "a date like CloudFront's"),
    ("route53", "ListHostedZones", "route53:ListHostedZones", "undated nowadays"),
    ("s3", "ListObjects", "s3:ListBucket", "S3's actions are older than its names"),
    ("s3", "ListObjectsV2", "s3:ListBucket", "S3's actions are older than its names"),
    ("s3", "HeadBucket", "s3:ListBucket", "S3's actions are older than its names"),
    ("s3", "HeadObject", "s3:GetObject", "no action of its own"),
    ("s3", "ListBuckets", "s3:ListAllMyBuckets", "another name"),
    ("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration", "another name"),
    ("s3", "GetBucketLifecycle", "s3:GetLifecycleConfiguration", "another name"),
    ("s3", "DeleteBucketLifecycle", "s3:PutLifecycleConfiguration", "who may put may delete"),
    ("s3", "GetBucketReplication", "s3:GetReplicationConfiguration", "another name"),
    ("s3", "CreateMultipartUpload", "s3:PutObject", "a part of putting"),
    ("s3", "UploadPart", "s3:PutObject", "a part of putting"),
    ("s3", "CompleteMultipartUpload", "s3:PutObject", "a part of putting"),
    ("s3", "CopyObject", "s3:PutObject", "what it does to us; the source is read as well"),
    ("s3", "DeleteObjects", "s3:DeleteObject", "many at once"),
    ("s3", "ListMultipartUploads", "s3:ListBucketMultipartUploads", "another name"),
    ("s3", "ListParts", "s3:ListMultipartUploadParts", "another name"),
    ("s3", "SelectObjectContent", "s3:GetObject", "no action of its own"),
    ("s3", "DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock", "who may put may delete"),
    ("s3-control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock", "there it is the account's"),
    ("s3express", "GetObject", "s3express:CreateSession", "a session authorizes its objects"),
    ("apigateway", "GetRestApis", "apigateway:GET", "verbs are actions"),
    ("apigateway", "CreateRestApi", "apigateway:POST", "verbs are actions"),
    ("apigateway", "UpdateStage", "apigateway:PATCH", "verbs are actions"),
    ("apigateway", "PutIntegration", "apigateway:PUT", "verbs are actions"),
    ("apigateway", "DeleteApi", "apigateway:DELETE", "verbs are actions"),
    ("apigateway", "ImportApi", "apigateway:PUT", "an import that is not a POST"),
    ("apigateway", "ListPortals", "apigateway:ListPortals", "newer resources have their own"),
    ("apigateway", "CreateProductPage", "apigateway:CreateProductPage", "newer resources have their own"),
    ("bedrock", "Converse", "bedrock:InvokeModel", "no action of its own"),
    ("bedrock", "ConverseStream", "bedrock:InvokeModelWithResponseStream", "no action of its own"),
    ("budgets", "DescribeBudgets", "budgets:ViewBudget", "two actions for all"),
    ("cassandra", "GetTable", "cassandra:Select", "Keyspaces thinks in CQL"),
    ("kms", "ReEncrypt", "kms:ReEncryptFrom", "needs ReEncryptTo as well"),
    ("sqs", "SendMessageBatch", "sqs:SendMessage", "a batch is its parts"),
    ("sns", "PublishBatch", "sns:Publish", "a batch is its parts"),
    ("timestream", "Query", "timestream:Select", "named after the statement"),
    ("dynamodb", "TransactGetItems", "dynamodb:GetItem", "a transaction is its parts"),
    ("access-analyzer", "ListFindingsV2", "access-analyzer:ListFindings", "the second version has the first's"),
]  # fmt: skip

UNMAPPED = [
    ("signin.amazonaws.com", "ConsoleLogin", "a person's sign-in is no call"),
    ("sso.amazonaws.com", "GetRoleCredentials", "a bearer token decides"),
    ("dynamodb.amazonaws.com", "ExecuteStatement", "its statement tells the action"),
    ("dynamodb.amazonaws.com", "TransactWriteItems", "its items tell the actions"),
    ("apigateway.amazonaws.com", "TagResource", "PUT or POST, by the kind of API"),
    ("apigateway.amazonaws.com", "Frobnicate", "no verb"),
    ("nosuch.amazonaws.com", "GetThing", "an unknown service"),
    ("ec2", "DescribeInstances", "no host: not what CloudTrail writes"),
    ("ec2.cn", "DescribeInstances", "no host: not what CloudTrail writes"),
    ("ec2.example.com", "DescribeInstances", "another host"),
    ("EC2.amazonaws.com", "DescribeInstances", "CloudTrail writes small letters"),
    ("ec2.amazonaws.com", "", "no name"),
    ("ec2.amazonaws.com", "*", "a pattern is no name"),
    ("ec2.amazonaws.com", "Describe:Instances", "a colon would move the prefix"),
    ("ec2.amazonaws.com", "DescribeInstances\n", "a line end would split the report"),
    ("ec2.amazonaws.com", "A" * 129, "no action is so long"),
    ("lambda.amazonaws.com", "20150331", "nothing but a date"),
    ("", "", "nothing"),
]


@pytest.mark.parametrize(("source", "event", "action", "why"), MAPPED)
def test_an_event_has_its_action(source: str, event: str, action: str, why: str) -> None:
    """A call that a list of allowed actions permits, reported as one that it doesn't."""
    assert iam_action(f"{source}.amazonaws.com", event) == action, why
    assert iam_action(f"{source}.amazonaws.com.cn", event) == action, "China's host"


@pytest.mark.parametrize(("source", "event", "why"), UNMAPPED)
def test_what_is_not_known_has_no_action(source: str, event: str, why: str) -> None:
    """A guess that passes a call which nobody allowed."""
    assert iam_action(source, event) is None, why


@pytest.mark.parametrize(
    ("source", "event", "names"),
    [
        ("monitoring", "GetMetricData", ("cloudwatch:GetMetricData", "monitoring:GetMetricData")),
        ("ec2", "RunInstances", ("ec2:RunInstances",)),
        ("signin", "ConsoleLogin", ("signin:ConsoleLogin",)),
        ("lambda", "Invoke", ("lambda:InvokeFunction", "lambda:Invoke")),
    ],
)
def test_a_call_has_names(source: str, event: str, names: tuple[str, ...]) -> None:
    """A pattern copied from CloudTrail that means nothing here."""
    host = f"{source}.amazonaws.com"
    assert names_of(host, event) == names
    assert shown_name(host, event, iam_action(host, event)) == names[0]


@pytest.mark.parametrize(
    ("pattern", "name", "expected", "why"),
    [
        ("ec2:Describe*", "ec2:DescribeInstances", True, "a star"),
        ("EC2:describe*", "ec2:DescribeInstances", True, "IAM takes no notice of case"),
        ("s3:?etObject", "s3:GetObject", True, "one letter"),
        ("s3:?GetObject", "s3:GetObject", False, "not none"),
        ("s3:[G]etObject", "s3:GetObject", False, "no class of letters, unlike fnmatch"),
        ("*", "signin:ConsoleLogin", True, "all"),
        ("ec2:Describe", "ec2:DescribeInstances", False, "the whole name"),
        ("s3:GetObject", "s3:*", False, "a star in a name is a letter"),
        ("s3:Get?bject", "s3:Get*bject", True, "and one letter"),
        ("", "s3:GetObject", False, "no pattern"),
    ],
)
def test_patterns_are_those_of_iam(pattern: str, name: str, expected: bool, why: str) -> None:
    """A rule that means other calls here than it does in a policy."""
    assert matches(pattern, ("x:y", name)) is expected, why


def test_no_names_match_nothing() -> None:
    """A star that finds a call where there is none."""
    assert not matches("*", ())


def test_a_hostile_pattern_ends() -> None:
    """A pattern that backtracks for ever on a name that an outsider chose."""
    assert not matches("*a" * 500 + "b", ("a" * 20_000,))
    assert not matches("?*a" * 20 + "b", ("a" * 5_000,))


SOURCES = st.one_of(
    st.text(), st.sampled_from(sorted(sources())).map(lambda label: f"{label}.amazonaws.com")
)


@given(SOURCES, st.text(), st.text())
def test_any_text_is_taken(source: str, event: str, pattern: str) -> None:
    """An event name that an outsider chose, and the report ends in a traceback."""
    names = names_of(source, event)
    assert names == names_of(source, event)
    label = source.removesuffix(".cn").removesuffix(".amazonaws.com")
    assert f"{label}:{event}" in names or ".amazonaws.com" not in source
    assert len(names) == len(set(names)) <= 2
    assert shown_name(source, event, iam_action(source, event)) == names[0]
    assert matches("*", names)
    assert matches(pattern, names) is matches(pattern.lower(), names)


def test_every_exception_is_of_a_known_source() -> None:
    """An exception that never applies, as its source is misspelt; a source in two tables."""
    names = table()
    assert {group.source for group in names.events} <= set(sources())
    assert len({group.source for group in names.events}) == len(names.events)
    assert not set(sources()) & set(names.none)
    assert not set(names.same) & set(names.renamed)
    links = [*names.none.values(), *(group.reference for group in names.events)]
    assert all(link.startswith("https://docs.aws.amazon.com/") for link in links)


def models() -> dict[str, tuple[str, str]]:
    session = botocore.session.Session()
    found = {name: session.get_service_model(name) for name in session.get_available_services()}
    return {name: (one.endpoint_prefix, one.signing_name) for name, one in found.items()}


def test_every_service_of_the_sdk_is_known() -> None:
    """A new service whose calls are all unknown. Of a newer SDK than the table was made from it
    is a warning: what AWS adds some night must not stop a change that has nothing to do with it."""
    known = set(sources()) | set(table().none)
    missing = sorted(
        {text.lower() for pair in models().values() for text in pair if text.lower() not in known}
    )
    if f"botocore {botocore.__version__}" == table().derived_from:
        assert not missing, f"add to action_names.json: {missing}"
    elif missing:
        warnings.warn(f"checker/usage/action_names.json lacks {missing}", stacklevel=1)


@pytest.mark.parametrize("service", ["apigateway", "apigatewayv2"])
def test_the_verbs_of_api_gateway_are_those_of_its_model(service: str) -> None:
    """A verb derived from a name that breaks the habit: a write allowed as a read."""
    model = botocore.session.Session().get_service_model(service)
    for name in model.operation_names:
        action = iam_action("apigateway.amazonaws.com", name)
        if action and action.removeprefix("apigateway:").isupper():
            assert action == f"apigateway:{model.operation_model(name).http['method']}", name


EVENTS = [
    ("s3:GetAccountPublicAccessBlock", "s3-control.amazonaws.com", "GetPublicAccessBlock"),
    ("cloudsearch:document", "cloudsearchdomain.amazonaws.com", "UploadDocuments"),
    ("timestream:Unload", "query.timestream.amazonaws.com", "Query"),
]


@pytest.mark.parametrize(("action", "source", "event"), EVENTS)
def test_events_of_every_source_that_has_the_prefix(action: str, source: str, event: str) -> None:
    """Catches callers that nobody is told of, as another source of the service logs the call."""
    sources_, names = event_names_of(action)
    assert source in sources_ and event in names
