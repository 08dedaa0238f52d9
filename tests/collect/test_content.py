"""What is called as if it answered with content or credentials, against what AWS publishes: each
action is in a table, or told here not to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore
from botocore.model import ServiceModel

from checker.collect.aws.means import means
from checker.collect.aws.privilege import READ, _grade
from checker.collect.aws.statements import Right
from checker.usage.actions import candidates
from tests.usage.published import operations, reference

_VERBS = "BatchGet|Get|Download|Export|Retrieve|Fetch|Receive|Read|Query|Scan|Select|Search|Harvest|Sample"
_CONTENT = (
    "Objects?|Items?|Records?|Messages?|Blob|Files?|Documents?|Logs?|LogEvents|Content|Media|Clip"
    "|Transcripts?|Rows?|Chunk|Block|Frames?|Artifacts?|Attachments?|Conversation|Output|History"
    r"|Results?|Data|Values?|Statement|Snippet|Shadow|Download\w*|StreamingSessionURL"
)
CALLED_CONTENT = re.compile(rf"^({_VERBS})\w*?({_CONTENT})$")

NO_DATA = {
    "what a service holds on its configuration, its own changes and checks": """
        agent-registry:GetDiscoverableRegistryRecord agent-registry:GetRegistryRecord
        agent-registry:SearchDiscoverableRegistryRecords athena:BatchGetPreparedStatement
        athena:GetPreparedStatement auditmanager:GetChangeLogs backup:GetPITRMalwareScanResults
        bedrock-agentcore:GetRegistryRecord bedrock-agentcore:SearchRegistryRecords
        bedrock-mantle:GetFile bedrock:GetAutomatedReasoningPolicyTestResult
        bedrock:GetKnowledgeBaseDocuments cloudformation:GetHookResult codecommit:GetCommitHistory
        config:GetResourceConfigHistory connect:GetPromptFile datapipeline:QueryObjects
        ec2:GetInstanceUefiData ec2:GetIpamAddressHistory ec2:GetLaunchTemplateData
        ec2:GetNetworkInsightsAccessScopeContent ecr-public:GetRegistryCatalogData
        ecr-public:GetRepositoryCatalogData elasticloadbalancing:GetTrustStoreRevocationContent
        es:GetPackageVersionHistory es:GetUpgradeHistory iot:GetJobDocument
        iotmanagedintegrations:GetManagedThingMetaData iotsitewise:GetSearchResults
        lakeformation:GetTableObjects lightsail:GetCloudFormationStackRecords
        lightsail:GetExportSnapshotRecords lightsail:GetSetupHistory
        logs:GetScheduledQueryHistory mediaconnect:GetRouterOutput mediapackagev2:GetHeadObject
        networkmanager:GetConnectAttachment networkmanager:GetDirectConnectGatewayAttachment
        networkmanager:GetSiteToSiteVpnAttachment
        networkmanager:GetTransitGatewayRouteTableAttachment networkmanager:GetVpcAttachment
        s3:GetAccountPublicAccessBlock s3:GetBucketPublicAccessBlock
        ssm-incidents:GetIncidentRecord ssm:GetDocument ssm:GetOpsItem tag:GetTagValues
        mobiletargeting:GetInAppMessages wisdom:SearchContent workdocs:GetDocument""",
    "metrics, and what is measured of a service": """
        autoscaling-plans:GetScalingPlanResourceForecastData chime:GetUserActivityReportData
        cloudwatch:GetMetricData cloudwatch:GetServiceData
        codeguru-profiler:BatchGetFrameMetricData codeguru-reviewer:GetMetricsData
        connect:GetCurrentMetricData connect:GetCurrentUserData connect:GetMetricData
        ec2:GetAwsNetworkPerformanceData ec2:GetCapacityManagerMetricData
        glue:GetDataQualityModelResult glue:GetDataQualityResult internetmonitor:GetQueryResults
        iot:GetThingConnectivityData iotmanagedintegrations:GetManagedThingConnectivityData
        lightsail:GetBucketMetricData lightsail:GetContainerServiceMetricData
        lightsail:GetDistributionMetricData lightsail:GetInstanceMetricData
        lightsail:GetLoadBalancerMetricData lightsail:GetRelationalDatabaseMetricData
        network-firewall:GetAnalysisReportResults
        networkflowmonitor:GetQueryResultsWorkloadInsightsTopContributorsData
        networkflowmonitor:GetQueryStatusWorkloadInsightsTopContributorsData
        sagemaker-mlflow:GetMetricHistory sagemaker:GetSamplingOperationResult
        sagemaker:GetTrainingOperationResult ses:BatchGetMetricData
        user-subscriptions:GetUsageLimitHistory""",
    "findings, and what is found out about a configuration": """
        aiops:GetEphemeralInvestigationResults aidevops:GetKnowledgeItem
        q:GetTroubleshootingResults securityhub:GetAdhocInsightResults
        securityhub:GetFindingHistory securityhub:GetInsightResults shield:GetGlobalThreatData
        sms:GetAppValidationOutput transform-custom:GetKnowledgeItem ts:GetExecutionOutput""",
    "logs and traces of a space, for whoever was granted access to it there": """
        cloudwatch:GetRecords cloudwatch:GetTelemetryQueryResults""",
    "AWS's own record of calls": "cloudtrail:GetEventDataStoreData cloudtrail:GetQueryResults",
    "bills, taxes, catalogues and offers of AWS": """
        billing:GetBillingData billing:GetBillingViewData billing:GetCreditAllocationHistory
        billing:GetSellerOfRecord ce:GetApproximateUsageRecords ce:GetDimensionValues
        outposts:GetCatalogItem partnercentral:GetPartnerCentralContentDocument
        partnercentral:SearchPartnerCentralContent pricing:GetAttributeValues
        sustainability:GetEstimatedCarbonEmissionsDimensionValues
        sustainability:GetEstimatedWaterAllocationDimensionValues tax:GetDocument
        tax:GetTaxInfoReportingDocument tax:GetTaxRegistrationDocument""",
    "a conversation of the caller's own with an assistant": """
        datazone:GetConversation q:GetArtifact q:GetArtifactActionResult q:GetConversation
        qapps:GetLibraryItem""",
    "what an agent of the service is told": """
        ec2messages:GetMessages migrationhub-orchestrator:GetMessage
        migrationhub-strategy:GetMessage sms:GetMessages""",
    "encrypted, for whoever has the key pair": "ec2:GetPasswordData",
}  # fmt: skip

_CREDENTIAL = re.compile(
    "(secretaccesskey|sessiontoken|password|privatekey|secretkey|apikey|accesstoken|refreshtoken"
    "|idtoken|bearertoken|authtoken|authorizationtoken|presigned(s3|log)?url|signedurl|loginurl"
    "|embedurl|secretstring|secretbinary|secretvalue|(?-i:Plaintext)|clientsecret)$",
    re.IGNORECASE,
)
NO_CREDENTIALS = {
    "a part of a configuration that is shown, which may hold one, or stars for it": """
        amplifybackend:GetBackendAuth appmesh:DescribeVirtualGateway appmesh:DescribeVirtualNode
        appstream:DescribeDirectoryConfigs cloudhsm:DescribeClusters
        cognito-idp:DescribeUserPoolClient dataexchange:GetAsset dataexchange:ListJobs
        dataexchange:ListRevisionAssets datasync:DescribeLocationFsxOntap
        datasync:DescribeLocationFsxOpenZfs datazone:ListConnections dms:DescribeEndpoints
        ec2:DescribeVerifiedAccessTrustProviders
        ec2:ExportVerifiedAccessInstanceClientConfiguration
        elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules
        elasticmapreduce:DescribeCluster events:DescribeEventSource fsx:DescribeBackups
        fsx:DescribeFileSystems fsx:DescribeSnapshots fsx:DescribeVolumes glue:BatchGetJobs glue:GetJob glue:GetJobs
        health-agent:GetPatientInsightsJob iot:GetTopicRuleDestination iot:ListTopicRuleDestinations
        lex:DescribeBotRecommendation lightsail:GetRelationalDatabase
        lightsail:GetRelationalDatabases mediapackage:DescribeChannel mediapackage:ListChannels
        quicksight:DescribeAssetBundleImportJob rds:DescribeDBClusters rds:DescribeDBInstances
        rds:DescribeTenantDatabases redshift:DescribeClusters securityhub:GetFindings
        wafv2:ListAPIKeys
        wickr:GetOidcInfo wickr:GetOpentdfConfig""",
    "an answer that never holds its value": """
        cognito-idp:ListUserPoolClientSecrets lightsail:GetBucketAccessKeys""",
    "only to what was granted elsewhere": """
        cloudwatch:GetSpaceCredentialsForOrganization cloudwatch:GetSpaceDataAccess
        codeartifact:GetAuthorizationToken ecr-public:GetAuthorizationToken
        ecr:GetAuthorizationToken finspace-api:GetExternalDataViewAccessDetails
        ssm:GetAccessToken sts:GetScopedCredentials
        sts:GetSessionToken""",
    "a user's own token, which IAM does not decide on": """
        account-access:GetRoleCredentials awsssoportal:GetRoleCredentials
        cognito-idp:GetClientToken portal.sso:GetRoleCredentials""",
    "a link to a document, or to where one is put": """
        artifact:ExportComplianceInquiry artifact:GetReport artifact:GetTermForReport
        aws-marketplace:GetBuyerDashboard cognito-idp:DescribeUserImportJob
        cognito-idp:ListUserImportJobs connect:GetPromptFile gamelift:DescribeFleetEvents
        ses:GetAddressListImportJob ses:ListAddressListImportJobs tax:GetTaxRegistration
        tax:GetTaxRegistrationDocument tax:ListTaxRegistrations""",
    "to join a call": "kinesisvideo:GetIceServerConfig",
    "by chance": "secretsmanager:GetRandomPassword",
}  # fmt: skip

TOLD_AS_OF = (1, 44)
"""The botocore whose answers these are."""


def named(told: dict[str, str]) -> list[str]:
    return [one for text in told.values() for one in text.split()]


def listed(*kinds: str) -> set[str]:
    rows = (row for kind in kinds for row in getattr(means(), kind))
    return {one for row in rows for one in row.actions}


def test_what_is_called_content_is_data_or_told_not_to_be() -> None:
    """A service's objects under a new name, which a vendor reads while `reads_data` is false."""
    found = {
        f"{prefix}:{name}"
        for prefix, actions in reference().items()
        for name, one in actions.items()
        if one["accessLevel"] in ("Read", "List") and CALLED_CONTENT.match(name)
    }
    told = named(NO_DATA)
    assert len(found) > 200
    assert len(told) == len(set(told))
    assert found - listed("data", "secrets", "credentials") == set(told)


def _members(shape: Any, seen: set[str]) -> Iterator[str]:
    """The names of all texts in an answer."""
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    if shape.type_name == "list":
        yield from _members(shape.member, seen)
    for name, member in getattr(shape, "members", {}).items():
        if member.type_name in ("string", "blob"):
            yield name
        else:
            yield from _members(member, seen)


@cache
def _may_answer_with_one(service: ServiceModel) -> bool:
    """Whether any of its shapes has such a name: a third of the services, which saves the rest."""
    shapes = service._service_description["shapes"].values()
    return any(_CREDENTIAL.search(name) for shape in shapes for name in shape.get("members", ()))


def _reads(action: str) -> bool:
    return _grade(Right(action.lower())) == READ


def test_what_answers_with_credentials_is_no_read_or_told_why() -> None:
    """A new operation whose verb is harmless, and whose answer is a session."""
    found, there, prefixes = set(), set(), set(reference())
    for label, name, model in operations():
        known = [one for one in candidates(label, name) if one.partition(":")[0] in prefixes]
        action = (known or [f"{label}:{name}"])[0]
        there.add(action)
        if not _may_answer_with_one(model.service_model) or not _reads(action):
            continue
        if any(map(_CREDENTIAL.search, _members(model.output_shape, set()))):
            found.add(action)
    told = named(NO_CREDENTIALS)
    assert len(told) == len(set(told))
    untold = found - listed("data", "secrets")
    assert untold <= set(told)
    # botocore forgets services that AWS has shut, and an older one does not know the newest answers
    if tuple(map(int, botocore.__version__.split(".")[:2])) >= TOLD_AS_OF:
        assert untold == set(told) & there
