"""Each kind of resource: its service, and which ARNs stand behind its policy.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from dataclasses import dataclass

Behind = dict[str, tuple[str, ...]]
"""Type of resource, as the Service Authorization Reference has it → what follows the own ARN; a
full ARN where it begins with `arn:`, with `{region}`, `{account}`, `{partition}`, `{name}`…"""


@dataclass(frozen=True)
class Kind:
    """`anonymous`: takes requests without a signature. `implicit`: statements have no Resource."""

    service: str
    behind: Behind
    anonymous: bool = False
    implicit: bool = False


_THIS = ("",)
_ALL = "arn:{partition}:logs:{region}:{account}:log-group:*"
_API = "arn:{partition}:execute-api:{region}:{account}:{last}/*"
KINDS: dict[str, Kind] = {
    "AWS::S3::Bucket": Kind("s3", {"bucket": _THIS, "object": ("/*",)}, anonymous=True),
    "AWS::S3::AccessPoint": Kind(
        "s3", {"accesspoint": _THIS, "accesspointobject": ("/object/*",)}, anonymous=True
    ),
    "AWS::S3::MultiRegionAccessPoint": Kind(
        "s3", {"accesspoint": _THIS, "multiregionaccesspoint": _THIS,
               "accesspointobject": ("/object/*",)}, anonymous=True),
    "AWS::S3Express::DirectoryBucket": Kind("s3express", {"bucket": _THIS}),
    "AWS::KMS::Key": Kind("kms", {"key": _THIS}),
    "AWS::SQS::Queue": Kind("sqs", {"queue": _THIS}, anonymous=True),
    "AWS::SNS::Topic": Kind("sns", {"topic": _THIS}, anonymous=True),
    "AWS::Lambda::Function": Kind(
        "lambda", {"function": ("", ":*"), "function alias": (":*",), "function version": (":*",)}
    ),
    "AWS::Lambda::LayerVersion": Kind("lambda", {"layerversion": _THIS, "layer version": _THIS}),
    "AWS::SecretsManager::Secret": Kind("secretsmanager", {"secret": _THIS}),
    "AWS::ECR::Repository": Kind("ecr", {"repository": _THIS}, implicit=True),
    "AWS::ECR::RegistryPolicy": Kind(
        "ecr", {"repository": ("arn:{partition}:ecr:{region}:{account}:repository/*",)}
    ),
    "AWS::EFS::FileSystem": Kind(
        "elasticfilesystem", {"file-system": _THIS}, anonymous=True, implicit=True
    ),
    "AWS::DynamoDB::Table": Kind("dynamodb", {"table": _THIS, "index": ("/index/*",)}),
    "AWS::DynamoDB::Stream": Kind("dynamodb", {"stream": _THIS}),
    "AWS::Events::EventBus": Kind(
        "events",
        {
            "event-bus": _THIS,
            "rule-on-custom-event-bus": (
                "arn:{partition}:events:{region}:{account}:rule/{name}/*",
            ),
            "rule-on-default-event-bus": ("arn:{partition}:events:{region}:{account}:rule/*",),
        },
    ),
    "AWS::Logs::Destination": Kind("logs", {"destination": _THIS}),
    "AWS::Logs::ResourcePolicy": Kind("logs", {"log-group": (_ALL,), "log-stream": (_ALL,)}),
    "AWS::OpenSearchService::Domain": Kind("es", {"domain": ("", "/*")}, anonymous=True),
    "AWS::ApiGateway::RestApi": Kind(
        "execute-api", {"execute-api-general": (_API,)}, anonymous=True
    ),
    "AWS::Kinesis::Stream": Kind("kinesis", {"stream": _THIS, "consumer": ("/consumer/*",)}),
    "AWS::Glue::Catalog": Kind(
        "glue",
        {
            "rootcatalog": ("arn:{partition}:glue:{region}:{account}:catalog",),
            "catalog": ("arn:{partition}:glue:{region}:{account}:catalog/*",),
            "database": ("arn:{partition}:glue:{region}:{account}:database/*",),
            "table": ("arn:{partition}:glue:{region}:{account}:table/*",),
            "userdefinedfunction": (
                "arn:{partition}:glue:{region}:{account}:userDefinedFunction/*",
            ),
        },
    ),
    "AWS::Backup::BackupVault": Kind("backup", {"backupvault": _THIS}),
    "AWS::CodeArtifact::Domain": Kind("codeartifact", {"domain": _THIS}),
    "AWS::CodeArtifact::Repository": Kind(
        "codeartifact",
        {
            "repository": _THIS,
            "package": ("arn:{partition}:codeartifact:{region}:{account}:package/{name}/*",),
        },
    ),
    "AWS::SES::EmailIdentity": Kind("ses", {"identity": _THIS}),
    "AWS::ACMPCA::CertificateAuthority": Kind("acm-pca", {"certificate-authority": _THIS}),
    "AWS::MSK::Cluster": Kind(
        "kafka", {"cluster": _THIS}
    ),
    "AWS::VpcLattice::Service": Kind("vpc-lattice-svcs", {"service": ("", "/*")}, anonymous=True),
    "AWS::VpcLattice::ServiceNetwork": Kind(
        "vpc-lattice-svcs", {"service": ("arn:{partition}:vpc-lattice:{region}:{account}:*",)},
        anonymous=True),
    "AWS::ECR::PublicRepository": Kind("ecr-public", {"repository": _THIS}, implicit=True),
    "AWS::S3Tables::TableBucket": Kind(
        "s3tables", {"tablebucket": _THIS, "table": ("/table/*",)}
    ),
    "AWS::S3Vectors::VectorBucket": Kind(
        "s3vectors", {"vectorbucket": _THIS, "index": ("/index/*",)}
    ),
    "AWS::CloudTrail::EventDataStore": Kind("cloudtrail", {"eventdatastore": _THIS}),
    "AWS::DSQL::Cluster": Kind("dsql", {"cluster": _THIS}),
    "AWS::EventSchemas::Registry": Kind(
        "schemas", {"registry": _THIS,
                    "schema": ("arn:{partition}:schemas:{region}:{account}:schema/{name}*",)}),
    "AWS::Oam::Sink": Kind("oam", {"sink": _THIS}),
    "AWS::MediaStore::Container": Kind(
        "mediastore", {"container": _THIS, "object": ("/*",), "folder": ("/*",)}, anonymous=True
    ),
    "AWS::Serverless::Application": Kind("serverlessrepo", {"applications": _THIS}),
}  # fmt: skip


def kind_of(name: str, arn: str) -> Kind:
    """What stands behind a resource; of a kind that is not known, all of its ARN's service."""
    known = KINDS.get(name)
    parts = arn.split(":")
    return known or Kind(parts[2] if len(parts) > 2 else "", {"*": ("", "/*")})
