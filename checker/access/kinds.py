"""Each kind of resource: its service, and which ARNs stand behind its policy.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.trust.texts import globs

Behind = dict[str, tuple[str, ...]]
"""Type of resource, as the Service Authorization Reference has it → what follows the own ARN; a
full ARN where it begins with `arn:`, with `{region}`, `{account}`, `{partition}`, `{name}`…"""


@dataclass(frozen=True)
class Kind:
    """`anonymous`: takes requests without a signature. `implicit`: statements have no Resource.
    `also`: further prefixes of its actions. `arn`: the pattern of its ARNs behind the partition."""

    service: str
    behind: Behind
    anonymous: bool = False
    implicit: bool = False
    also: tuple[str, ...] = ()
    arn: str = "*"

    def names(self, arn: str) -> bool:
        """Whether an ARN is one of this kind."""
        return globs.matches(f"arn:*:{self.arn}", arn)

    @property
    def services(self) -> tuple[str, ...]:
        return (self.service, *self.also)


ANY_TYPE = "*"
"""In place of a type, where nobody knows which types stand behind a policy."""
_THIS = ("",)
_AT = "arn:{partition}:%s:{region}:{account}:%s"
_ALL = _AT % ("logs", "log-group:*")


def _glue(name: str) -> tuple[str, ...]:
    return (_AT % ("glue", name),)


KINDS: dict[str, Kind] = {
    "AWS::S3::Bucket": Kind("s3", {"bucket": _THIS, "object": ("/*",)}, anonymous=True,
                            arn="s3:::*"),
    "AWS::S3::AccessPoint": Kind(
        "s3", {"accesspoint": _THIS, "accesspointobject": ("/object/*",)}, anonymous=True,
        arn="s3:*:accesspoint/*"),
    "AWS::S3::MultiRegionAccessPoint": Kind(
        "s3", {"accesspoint": _THIS, "multiregionaccesspoint": _THIS,
               "accesspointobject": ("/object/*",)}, anonymous=True, arn="s3::*:accesspoint/*"),
    "AWS::S3::AccessGrantsInstance": Kind(
        "s3", {"accessgrantsinstance": _THIS, "accessgrantslocation": ("/*",),
               "accessgrant": ("/*",)}, arn="s3:*:access-grants/*"),
    "AWS::S3ObjectLambda::AccessPoint": Kind(
        "s3-object-lambda", {"objectlambdaaccesspoint": _THIS}, arn="s3-object-lambda:*"),
    "AWS::S3Express::DirectoryBucket": Kind("s3express", {"bucket": _THIS}, arn="s3express:*"),
    "AWS::S3Tables::TableBucket": Kind("s3tables", {"tablebucket": _THIS, "table": ("/table/*",)},
                                       arn="s3tables:*"),
    "AWS::S3Vectors::VectorBucket": Kind(
        "s3vectors", {"vectorbucket": _THIS, "index": ("/index/*",)}, arn="s3vectors:*"),
    "AWS::KMS::Key": Kind("kms", {"key": _THIS}, arn="kms:*:key/*"),
    "AWS::SQS::Queue": Kind("sqs", {"queue": _THIS}, anonymous=True, arn="sqs:*"),
    "AWS::SNS::Topic": Kind("sns", {"topic": _THIS}, anonymous=True, arn="sns:*"),
    "AWS::Lambda::Function": Kind(
        "lambda", {"function": ("", ":*"), "function alias": (":*",), "function version": (":*",)},
        arn="lambda:*:function:*"),
    "AWS::Lambda::LayerVersion": Kind("lambda", {"layerversion": _THIS, "layer version": _THIS},
                                      arn="lambda:*:layer:*"),
    "AWS::SecretsManager::Secret": Kind("secretsmanager", {"secret": _THIS},
                                        arn="secretsmanager:*:secret:*"),
    "AWS::ECR::Repository": Kind("ecr", {"repository": _THIS}, implicit=True,
                                 arn="ecr:*:repository/*"),
    "AWS::ECR::PublicRepository": Kind("ecr-public", {"repository": _THIS}, implicit=True,
                                       arn="ecr-public:*:repository/*"),
    "AWS::ECR::RegistryPolicy": Kind("ecr", {"repository": (_AT % ("ecr", "repository/*"),)},
                                     arn="ecr:*"),
    "AWS::EFS::FileSystem": Kind("elasticfilesystem", {"file-system": _THIS}, anonymous=True,
                                 implicit=True, arn="elasticfilesystem:*:file-system/*"),
    "AWS::DynamoDB::Table": Kind("dynamodb", {"table": _THIS, "index": ("/index/*",)},
                                 arn="dynamodb:*:table/*"),
    "AWS::DynamoDB::Stream": Kind("dynamodb", {"stream": _THIS}, arn="dynamodb:*/stream/*"),
    "AWS::DSQL::Cluster": Kind("dsql", {"cluster": _THIS, "stream": ("/stream/*",)}, arn="dsql:*"),
    "AWS::Events::EventBus": Kind(
        "events", {"event-bus": _THIS,
                   "rule-on-custom-event-bus": (_AT % ("events", "rule/{name}/*"),),
                   "rule-on-default-event-bus": (_AT % ("events", "rule/*"),)},
        arn="events:*:event-bus/*"),
    "AWS::EventSchemas::RegistryPolicy": Kind(
        "schemas", {"registry": _THIS, "schema": (_AT % ("schemas", "schema/{name}/*"),)},
        arn="schemas:*"),
    "AWS::Logs::Destination": Kind("logs", {"destination": _THIS}, arn="logs:*:destination:*"),
    "AWS::Logs::ResourcePolicy": Kind("logs", {"log-group": (_ALL,), "log-stream": (_ALL,)}),
    "AWS::OpenSearchService::Domain": Kind("es", {"domain": ("", "/*")}, anonymous=True,
                                           arn="es:*:domain/*"),
    "AWS::ApiGateway::RestApi": Kind(
        "execute-api", {"execute-api-general": (_AT % ("execute-api", "{last}/*"),)},
        anonymous=True),
    "AWS::VpcLattice::Service": Kind(
        "vpc-lattice-svcs", {"service": ("", "/*"), "tcp service": _THIS}, anonymous=True,
        arn="vpc-lattice:*:service/*"),
    "AWS::VpcLattice::ServiceNetwork": Kind(
        "vpc-lattice-svcs", {"service": ("", _AT % ("vpc-lattice", "service/*")),
                             "tcp service": (_AT % ("vpc-lattice", "service/*"),)},
        anonymous=True, arn="vpc-lattice:*:servicenetwork/*"),
    "AWS::Kinesis::Stream": Kind("kinesis", {"stream": _THIS, "consumer": ("/consumer/*",)},
                                 arn="kinesis:*:stream/*"),
    "AWS::Kinesis::StreamConsumer": Kind("kinesis", {"consumer": _THIS},
                                         arn="kinesis:*/consumer/*"),
    "AWS::Glue::Catalog": Kind(
        "glue", {"rootcatalog": _glue("catalog"), "catalog": _glue("catalog/*"),
                 "database": _glue("database/*"), "table": _glue("table/*"),
                 "userdefinedfunction": _glue("userDefinedFunction/*")}, arn="glue:*"),
    "AWS::Backup::BackupVault": Kind(
        "backup", {"backupvault": _THIS, "recoverypoint": (_AT % ("backup", "recovery-point:*"),)},
        arn="backup:*"),
    "AWS::CodeArtifact::Domain": Kind("codeartifact", {"domain": _THIS},
                                      arn="codeartifact:*:domain/*"),
    "AWS::CodeArtifact::Repository": Kind(
        "codeartifact", {"repository": _THIS,
                         "package": (_AT % ("codeartifact", "package/{name}/*"),)},
        arn="codeartifact:*:repository/*"),
    "AWS::CloudTrail::EventDataStore": Kind("cloudtrail", {"eventdatastore": _THIS},
                                            arn="cloudtrail:*:eventdatastore/*"),
    "AWS::CloudTrail::Channel": Kind("cloudtrail", {"channel": _THIS}, also=("cloudtrail-data",),
                                     arn="cloudtrail:*:channel/*"),
    "AWS::CloudTrail::Dashboard": Kind("cloudtrail", {"dashboard": _THIS},
                                       arn="cloudtrail:*:dashboard/*"),
    "AWS::SES::EmailIdentity": Kind("ses", {"identity": _THIS}, arn="ses:*:identity/*"),
    "AWS::ACMPCA::CertificateAuthority": Kind("acm-pca", {"certificate-authority": _THIS},
                                              arn="acm-pca:*"),
    "AWS::MSK::Cluster": Kind(
        "kafka", {"cluster": _THIS, "topic": (_AT % ("kafka", "topic/{name}/*"),),
                  "group": (_AT % ("kafka", "group/{name}/*"),),
                  "transactional-id": (_AT % ("kafka", "transactional-id/{name}/*"),)},
        also=("kafka-cluster",), arn="kafka:*:cluster/*"),
    "AWS::Oam::Sink": Kind("oam", {"sink": _THIS}, arn="oam:*:sink/*"),
    "AWS::Glacier::Vault": Kind("glacier", {"vault": _THIS}, arn="glacier:*"),
    "AWS::MediaStore::Container": Kind(
        "mediastore", {"container": _THIS, "object": ("/*",), "folder": ("/*",)}, anonymous=True,
        arn="mediastore:*"),
    "AWS::Serverless::Application": Kind("serverlessrepo", {"applications": _THIS},
                                         arn="serverlessrepo:*"),
    "AWS::ServerlessRepo::Application": Kind("serverlessrepo", {"applications": _THIS},
                                             arn="serverlessrepo:*"),
}  # fmt: skip
NO_DOORS = frozenset(("AWS::EC2::VPCEndpoint",))
"""Kinds whose policy limits what goes out, and lets nobody in.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""


def kind_of(name: str, arn: str) -> Kind:
    """What stands behind a resource; of a kind that is not known, all of its ARN's service."""
    known = KINDS.get(name)
    parts = arn.split(":")
    return known or Kind(parts[2] if len(parts) > 2 else "", {ANY_TYPE: ("", "/*")})
