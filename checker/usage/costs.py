"""Calls that cost the account's owner money: for who asks whether a vendor runs up the bill.

Prices are of us-east-1, without free tiers and discounts, as known in 2026-11; they change, so each
has AWS's page. A list, not a calculation: where the bill depends on what was read or started, there
is no price. Left out: calls that cost nothing, and those of which a million cost less than a
dollar, but for what scanners of snapshots call by the million.
"""

from __future__ import annotations

import msgspec

from checker.usage.actions import matches

_AWS = "https://aws.amazon.com"


class Cost(msgspec.Struct, frozen=True):
    """What a call costs. `pattern` is of IAM actions, or of events where IAM has none for the call;
    `usd` is the price of one call, None where it depends on what `billed` says."""

    pattern: str
    usd: float | None
    billed: str
    link: str


_METRICS = f"{_AWS}/cloudwatch/pricing/"
_EBS = f"{_AWS}/ebs/pricing/"
_BEDROCK = f"{_AWS}/bedrock/pricing/"
_REKOGNITION = f"{_AWS}/rekognition/pricing/"
_COMPREHEND = f"{_AWS}/comprehend/pricing/"
_ANALYZER = f"{_AWS}/iam/access-analyzer/pricing/"
_REDSHIFT = f"{_AWS}/redshift/pricing/"
_DYNAMO = f"{_AWS}/dynamodb/pricing/"
_TEXTRACT = f"{_AWS}/textract/pricing/"
_TRANSLATE = f"{_AWS}/translate/pricing/"

COSTS = (
    Cost("ce:*", 0.01, "each request, and each page of it", f"{_AWS}/aws-cost-management/pricing/"),
    Cost(
        "cloudwatch:GetMetricData", None, "$0.01 per 1,000 metrics asked for, never free", _METRICS
    ),
    Cost("cloudwatch:GetInsightRuleReport", None, "$0.01 per 1,000 metrics, never free", _METRICS),
    Cost("cloudwatch:GetMetricWidgetImage", 0.00002, "each image, never free", _METRICS),
    Cost(
        "cloudwatch:GetMetricStatistics", 0.00001, "each request over a million a month", _METRICS
    ),
    Cost("cloudwatch:ListMetrics", 0.00001, "each request over a million a month", _METRICS),
    Cost("logs:StartQuery", None, "the data scanned, $0.005 per GB", _METRICS),
    Cost("logs:StartLiveTail", None, "the minutes of the session, $0.01 each", _METRICS),
    Cost("xray:GetTraceSummaries", None, "the traces scanned", f"{_AWS}/xray/pricing/"),
    Cost("xray:BatchGetTraces", None, "the traces retrieved", f"{_AWS}/xray/pricing/"),
    Cost("access-analyzer:CheckNoNewAccess", 0.002, "each check", _ANALYZER),
    Cost("access-analyzer:CheckAccessNotGranted", 0.002, "each check", _ANALYZER),
    Cost(
        "athena:StartQueryExecution", None, "the data scanned, $5 per TB", f"{_AWS}/athena/pricing/"
    ),
    Cost("cloudtrail:StartQuery", None, "the data scanned, per GB", f"{_AWS}/cloudtrail/pricing/"),
    Cost("redshift-data:ExecuteStatement", None, "the compute, if serverless", _REDSHIFT),
    Cost("redshift-data:BatchExecuteStatement", None, "the compute, if serverless", _REDSHIFT),
    Cost(
        "timestream:Select", None, "the compute or the data scanned", f"{_AWS}/timestream/pricing/"
    ),
    Cost("dynamodb:Scan", None, "the data read, all of the table", _DYNAMO),
    Cost("dynamodb:PartiQLSelect", None, "the data read, all of the table without a key", _DYNAMO),
    Cost(
        "dynamodb:ExecuteStatement", None, "the data read, all of the table without a key", _DYNAMO
    ),
    Cost("dynamodb:ExportTableToPointInTime", None, "the data exported, per GB", _DYNAMO),
    Cost("s3:SelectObjectContent", None, "the data scanned and returned", f"{_AWS}/s3/pricing/"),
    Cost("s3:RestoreObject", None, "the data brought back from an archive", f"{_AWS}/s3/pricing/"),
    Cost("s3:CreateJob", None, "the job and each object in it", f"{_AWS}/s3/pricing/"),
    Cost("ebs:ListSnapshotBlocks", 0.0000006, "each request", _EBS),
    Cost("ebs:ListChangedBlocks", 0.0000006, "each request", _EBS),
    Cost("ebs:GetSnapshotBlock", 0.000003, "each block of 512 KiB", _EBS),
    Cost("ebs:PutSnapshotBlock", 0.000006, "each block of 512 KiB", _EBS),
    Cost("ec2:CreateSnapshot", None, "the storage, until it is deleted", _EBS),
    Cost("ec2:CreateSnapshots", None, "the storage, until it is deleted", _EBS),
    Cost("ec2:CopySnapshot", None, "the storage, and the transfer to another region", _EBS),
    Cost("ec2:EnableFastSnapshotRestores", None, "each hour, snapshot and zone", _EBS),
    Cost("ec2:CreateVolume", None, "the storage, until it is deleted", _EBS),
    Cost("ec2:RunInstances", None, "the time that the instances run", f"{_AWS}/ec2/pricing/"),
    Cost("ec2:StartInstances", None, "the time that the instances run", f"{_AWS}/ec2/pricing/"),
    Cost("rds:StartExportTask", None, "the size of the snapshot, per GB", f"{_AWS}/rds/pricing/"),
    Cost("kms:GenerateDataKeyPair*", None, "each key pair, by its kind", f"{_AWS}/kms/pricing/"),
    Cost("kms:Decrypt", 0.000003, "each request over 20,000 a month", f"{_AWS}/kms/pricing/"),
    Cost(
        "secretsmanager:GetSecretValue",
        0.000005,
        "each request",
        f"{_AWS}/secrets-manager/pricing/",
    ),
    Cost(
        "macie2:CreateClassificationJob",
        None,
        "the data inspected, per GB",
        f"{_AWS}/macie/pricing/",
    ),
    Cost("bedrock:InvokeModel*", None, "the tokens, by the model", _BEDROCK),
    Cost("bedrock:InvokeAgent", None, "the tokens, by the model", _BEDROCK),
    Cost("bedrock:InvokeFlow", None, "the steps and the tokens", _BEDROCK),
    Cost("bedrock:RetrieveAndGenerate", None, "the tokens, by the model", _BEDROCK),
    Cost("bedrock:ApplyGuardrail", None, "the text, by the policies applied", _BEDROCK),
    Cost("bedrock:CreateModelInvocationJob", None, "the tokens, by the model", _BEDROCK),
    Cost("sagemaker:CreateTrainingJob", None, "the compute", f"{_AWS}/sagemaker/pricing/"),
    Cost("sagemaker:CreateProcessingJob", None, "the compute", f"{_AWS}/sagemaker/pricing/"),
    Cost("glue:StartJobRun", None, "the compute", f"{_AWS}/glue/pricing/"),
    Cost("glue:StartCrawler", None, "the compute", f"{_AWS}/glue/pricing/"),
    Cost("codebuild:StartBuild", None, "the compute", f"{_AWS}/codebuild/pricing/"),
    Cost("textract:Analyze*", None, "each page, by what is looked for", _TEXTRACT),
    Cost("textract:DetectDocumentText", 0.0015, "each page; a call reads one", _TEXTRACT),
    Cost("textract:Start*", None, "each page, by what is looked for", _TEXTRACT),
    Cost("comprehend:Detect*", None, "the text, in units of 100 characters", _COMPREHEND),
    Cost("comprehend:BatchDetect*", None, "the text, in units of 100 characters", _COMPREHEND),
    Cost(
        "comprehend:ContainsPiiEntities", None, "the text, in units of 100 characters", _COMPREHEND
    ),
    Cost("comprehend:ClassifyDocument", None, "the time that the endpoint runs", _COMPREHEND),
    Cost("comprehend:Start*", None, "the text, in units of 100 characters", _COMPREHEND),
    Cost("rekognition:Detect*", 0.001, "each image, less from the second million on", _REKOGNITION),
    Cost(
        "rekognition:Compare*", 0.001, "each image, less from the second million on", _REKOGNITION
    ),
    Cost("rekognition:IndexFaces", 0.001, "each image, and the storage of faces", _REKOGNITION),
    Cost("rekognition:Recognize*", 0.001, "each image", _REKOGNITION),
    Cost("rekognition:Search*", 0.001, "each image", _REKOGNITION),
    Cost("rekognition:DetectCustomLabels", None, "the time that the model runs", _REKOGNITION),
    Cost("rekognition:Start*", None, "the minutes of video", _REKOGNITION),
    Cost("translate:Translate*", None, "$15 per million characters", _TRANSLATE),
    Cost("translate:StartTextTranslationJob", None, "$15 per million characters", _TRANSLATE),
    Cost("polly:SynthesizeSpeech", None, "the characters, by the voice", f"{_AWS}/polly/pricing/"),
    Cost("polly:Start*", None, "the characters, by the voice", f"{_AWS}/polly/pricing/"),
    Cost("transcribe:Start*", None, "the seconds of audio", f"{_AWS}/transcribe/pricing/"),
)


def _specific(cost: Cost) -> tuple[bool, int]:
    return "*" in cost.pattern, -len(cost.pattern)


_ORDERED = tuple(sorted(COSTS, key=_specific))


def costly(names: tuple[str, ...]) -> Cost | None:
    """The entry that says most exactly what the call is, if it is one that costs money."""
    return next((one for one in _ORDERED if matches(one.pattern, names)), None)


def price(cost: Cost) -> str:
    """As people write it: no exponent, no trailing zeros."""
    return "it depends" if cost.usd is None else f"${cost.usd:.8f}".rstrip("0")
