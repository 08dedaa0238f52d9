"""Kinds whose policy is one call for each, or stands in the listing itself."""

from __future__ import annotations

from msgspec import field

from checker.collect.aws.calls import Call, CamelShape, Shape, Tag
from checker.collect.aws.resources.kind import Kind, Read
from checker.collect.aws.resources.reading import document, own_arn, tags


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


class Queue(Shape, frozen=True):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html"""

    queue_arn: str
    policy: str | None = None
    kms_master_key_id: str | None = None

    @property
    def told(self) -> dict[str, object]:
        return {
            "arn": self.queue_arn,
            "document": document(self.policy),
            "settings": _key(self.kms_master_key_id),
        }


class Topic(Shape, frozen=True):
    topic_arn: str


class TopicAttributes(Shape, frozen=True):
    topic_arn: str
    policy: str | None = None
    kms_master_key_id: str | None = None

    @property
    def told(self) -> dict[str, object]:
        return {"document": document(self.policy), "settings": _key(self.kms_master_key_id)}


class Secret(Shape, frozen=True):
    arn: str = field(name="ARN")
    name: str | None = None
    kms_key_id: str | None = None
    tags: tuple[Tag, ...] = ()


class SecretPolicy(Shape, frozen=True):
    resource_policy: str | None = None


class Repository(CamelShape, frozen=True):
    repository_name: str
    repository_arn: str


class RepositoryPolicy(CamelShape, frozen=True):
    policy_text: str


class EventBus(Shape, frozen=True):
    arn: str
    name: str | None = None
    policy: str | None = None


class FileSystem(Shape, frozen=True):
    file_system_id: str
    file_system_arn: str
    name: str | None = None
    tags: tuple[Tag, ...] = ()


class Policy(Shape, frozen=True):
    policy: str


class Destination(CamelShape, frozen=True):
    arn: str
    destination_name: str | None = None
    access_policy: str | None = None


QUEUES = Kind(
    kind="AWS::SQS::Queue",
    # without MaxResults there are no pages, and 1,000 queues at most
    listing=Call("sqs", "ListQueues", "QueueUrls", {"MaxResults": 1000}, lean=True),
    item=str,
    arn=lambda here, url: own_arn(here, "sqs", url.rpartition("/")[2]),
    name=lambda url: url.rpartition("/")[2],
    reads=(
        Read(
            Call("sqs", "GetQueueAttributes", "Attributes",
                 {"AttributeNames": ["Policy", "QueueArn", "KmsMasterKeyId"]}, when="queue",
                 gone=_codes("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")),
            Queue, lambda url: {"QueueUrl": url}, lambda found: found.told,
        ),
    ),
)  # fmt: skip
TOPICS = Kind(
    kind="AWS::SNS::Topic",
    listing=Call("sns", "ListTopics", "Topics"),
    item=Topic,
    arn=lambda _, topic: topic.topic_arn,
    name=lambda topic: topic.topic_arn.rpartition(":")[2],
    reads=(
        Read(
            Call("sns", "GetTopicAttributes", "Attributes", when="topic",
                 gone=_codes("NotFound", "NotFoundException")),
            TopicAttributes,
            lambda topic: {"TopicArn": topic.topic_arn}, lambda found: found.told,
        ),
    ),
)  # fmt: skip
SECRETS = Kind(
    kind="AWS::SecretsManager::Secret",
    listing=Call("secretsmanager", "ListSecrets", "SecretList",
                 {"MaxResults": 100, "IncludePlannedDeletion": True}),
    item=Secret,
    arn=lambda _, secret: secret.arn,
    name=lambda secret: secret.name,
    # without a key the service's own one is used, which never leaves the account
    tell=lambda secret: {"tags": tags(secret.tags), "settings": {"kms_key": secret.kms_key_id}},
    reads=(
        Read(
            Call("secretsmanager", "GetResourcePolicy", has="ARN", when="secret",
                 gone=_codes("ResourceNotFoundException")),
            SecretPolicy,
            lambda secret: {"SecretId": secret.arn},
            lambda found: {"document": document(found.resource_policy)},
        ),
    ),
)  # fmt: skip
REPOSITORIES = Kind(
    kind="AWS::ECR::Repository",
    listing=Call("ecr", "DescribeRepositories", "repositories", {"maxResults": 1000}),
    item=Repository,
    arn=lambda _, one: one.repository_arn,
    name=lambda one: one.repository_name,
    reads=(
        Read(
            Call("ecr", "GetRepositoryPolicy", has="policyText", when="repository",
                 nothing=_codes("RepositoryPolicyNotFoundException"),
                 gone=_codes("RepositoryNotFoundException")),
            RepositoryPolicy,
            lambda one: {"repositoryName": one.repository_name},
            lambda found: {"document": document(found.policy_text)},
        ),
    ),
)  # fmt: skip
EVENT_BUSES = Kind(
    kind="AWS::Events::EventBus",
    listing=Call("events", "ListEventBuses", "EventBuses"),
    item=EventBus,
    arn=lambda _, bus: bus.arn,
    name=lambda bus: bus.name,
    tell=lambda bus: {"document": document(bus.policy)},
)
FILE_SYSTEMS = Kind(
    kind="AWS::EFS::FileSystem",
    listing=Call("efs", "DescribeFileSystems", "FileSystems", next_page="NextMarker",
                 action="elasticfilesystem:DescribeFileSystems"),
    item=FileSystem,
    arn=lambda _, one: one.file_system_arn,
    name=lambda one: one.name or one.file_system_id,
    tell=lambda one: {"tags": tags(one.tags)},
    reads=(
        Read(
            Call("efs", "DescribeFileSystemPolicy", has="Policy", when="file system",
                 nothing=_codes("PolicyNotFound"), gone=_codes("FileSystemNotFound"),
                 action="elasticfilesystem:DescribeFileSystemPolicy"),
            Policy,
            lambda one: {"FileSystemId": one.file_system_id},
            lambda found: {"document": document(found.policy)},
        ),
    ),
)  # fmt: skip
DESTINATIONS = Kind(
    kind="AWS::Logs::Destination",
    listing=Call("logs", "DescribeDestinations", "destinations"),
    item=Destination,
    arn=lambda _, one: one.arn,
    name=lambda one: one.destination_name,
    tell=lambda one: {"document": document(one.access_policy)},
)


def _key(name: str | None) -> dict[str, object]:
    return {"kms_key": name} if name else {}
