"""AWS's managed policies: a grade for each, which no change moves unseen."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws.means import means
from checker.collect.aws.privilege import BY_NAME, GRADES, judge
from tests.collect import managed

MANAGED = "arn:aws:iam::aws:policy/"


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    return managed.graded()


def test_every_managed_policy_keeps_its_grade(found: dict[str, str]) -> None:
    """A rule that is changed for one policy, and moves forty. What AWS adds or changes some night
    is a warning, as it must not stop a change that has nothing to do with it."""
    head, written = managed.written()
    if f" of {managed.source()};" in head:
        assert found == written
        assert managed.FILE.read_text("utf-8") == managed.text(found)
        return
    moved = {name: (written[name], found[name]) for name in written if found.get(name, written[name]) != written[name]}  # fmt: skip
    assert len(moved) < len(written) / 50, moved
    warnings.warn(f"python -m tests.collect.managed would move {sorted(moved)}", stacklevel=1)


def test_policies_that_are_called_read_only_read(found: dict[str, str]) -> None:
    """A name that promises reading, and a grade that says more: each of them is known here."""
    promise = ("ReadOnly", "ReadonlyAccess", "Read_Only", "ViewOnly")
    named = {name: grade for name, grade in found.items() if any(p in name for p in promise)}
    writes = {name for name, grade in named.items() if not grade.startswith(("read", "none"))}
    assert len(named) > 150
    assert writes == CALLED_READ_ONLY_AND_WRITE


CALLED_READ_ONLY_AND_WRITE = {
    # a pattern that hands out credentials, too
    "AIDevOpsAgentReadOnlyAccess", "AmazonCognitoReadOnly", "AmazonConnectReadOnlyAccess",
    "AmazonRoute53GlobalResolverReadOnlyAccess", "AnthropicReadOnlyAccess",
    "ReadOnlyAccess",  # which is a read by its name
    # a pattern that more than reading fits: Batch*, Check*, Verify*
    "AWSCodeDeployReadOnlyAccess", "AWSDirectoryServiceReadOnlyAccess", "AWSElasticBeanstalkReadOnly",
    # an action that does not only read: another API's calls, a tool's, a session that may write
    "AWSDirectoryServiceDataReadOnlyAccess", "AgentRegistryReadOnlyAccess",
    "AmazonBedrockExternalWebSearchReadOnly", "AmazonBedrockMantleReadOnly",
    "AmazonBedrockWebSearchReadOnly", "AmazonEKSMCPReadOnlyAccess", "AmazonS3ExpressReadOnlyAccess",
    "CloudWatchReadOnlyAccess",
}  # fmt: skip


@pytest.mark.parametrize("name", ["SecurityAudit", "ViewOnlyAccess"])
def test_what_the_docs_say_to_deny_beside_it_is_all_that_reads_data(name: str) -> None:
    """Advice after which the same finding stands; and an action that is denied for nothing."""
    page = Path(managed.__file__).parents[2].joinpath("docs/privilege.md").read_text("utf-8")
    (line,) = re.findall(rf"^- {name}: (.*)$", page, re.M)
    actions = re.findall(r"`([^`]+)`", line)

    def reads(denied: list[str]) -> bool | None:
        statement = {"Effect": "Deny", "Action": denied, "Resource": "*"}
        deny = {"Version": "2012-10-17", "Statement": [statement]}
        document = managed.documents()[name]
        return judge({f"{MANAGED}{name}": document, "": deny}, [], None).reads_data

    assert reads(actions) is False
    for action in actions:
        assert reads([one for one in actions if one != action]), action


FULL = [
    ("AdministratorAccess", "admin ds", "all"),
    ("IAMFullAccess", "admin", "of IAM"),
    ("PowerUserAccess", "admin ds", "all but IAM: the code of any function"),
    ("AWSLambda_FullAccess", "admin d", "passes any role to a function"),
    ("AmazonEC2FullAccess", "admin d", "the user data of any instance"),
    ("AmazonSSMFullAccess", "admin ds", "a command on any instance"),
    ("AWSOrganizationsFullAccess", "admin", "service control policies"),
    ("AmazonS3FullAccess", "write d", "objects, and no identity"),
    ("AmazonDynamoDBFullAccess_v2", "write d", "items, and no identity"),
    ("SecretsManagerReadWrite", "admin ds", "executes change sets of any stack"),
    ("AmazonS3ReadOnlyAccess", "read d", "objects are data"),
    ("AmazonSSMReadOnlyAccess", "read ds", "parameters are secrets"),
    ("CloudWatchReadOnlyAccess", "write d", "makes a link to its console; logs are data"),
    ("CloudWatchLogsReadOnlyAccess", "read d", "a query is a read"),
    (
        "SecurityAudit",
        "write d",
        "by its document, a pattern that more than reading fits; logs of databases",
    ),
    (
        "ViewOnlyAccess",
        "read d",
        "configuration, and by its patterns the values of a contact centre",
    ),
    ("ReadOnlyAccess", "write ds", "by its document, credentials"),
    ("AWSCloudTrail_ReadOnlyAccess", "read", "calls are no data"),
]


@pytest.mark.parametrize(("name", "expected", "why"), FULL)
def test_well_known_policies(found: dict[str, str], name: str, expected: str, why: str) -> None:
    """A table that nobody has read."""
    assert found[name] == expected, why


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_grade_by_name_is_what_the_document_reads(name: str) -> None:
    """What is known by a name, and what the policy says by now."""
    documents = managed.documents()
    short = name.rpartition("/")[2]
    by_name = judge({f"{MANAGED}{name}": None}, [], None)
    by_document = judge({f"{managed.LOCAL}{short}": documents[short]}, [], None)
    seen = by_document.reads_data, by_document.reads_secrets
    assert (by_name.reads_data, by_name.reads_secrets) == seen
    assert GRADES.index(by_name.privilege) <= GRADES.index(by_document.privilege)


DENIED = [
    # what is denied beside ReadOnlyAccess; grade, data, secrets, why
    ([], ("read", True, True), "nothing"),
    (["secretsmanager:*", "ssm:GetParam*", "kms:*"], ("read", True, True), "some secrets"),
    (["ec2:*"], ("read", True, True), "neither"),
    (["*"], ("none", False, False), "all"),
]


@pytest.mark.parametrize(("actions", "expected", "why"), DENIED)
def test_what_is_denied_counts_beside_a_policy_that_is_known_by_name(
    actions: list[str], expected: Any, why: str
) -> None:
    """ReadOnlyAccess with a Deny, which is what careful people give a vendor: a false alarm."""
    documents = managed.documents()
    deny = {"Statement": {"Effect": "Deny", "Action": actions, "Resource": "*"}}
    beside = [deny] if actions else []
    found = judge({f"{MANAGED}ReadOnlyAccess": documents["ReadOnlyAccess"]}, beside, None)
    assert (found.privilege, found.reads_data, found.reads_secrets) == expected, why


def test_all_that_reads_secrets_can_be_denied_beside_it() -> None:
    """A fact that no Deny ever takes away."""
    table, documents = means(), managed.documents()
    attached = {f"{MANAGED}ReadOnlyAccess": documents["ReadOnlyAccess"]}
    for listed, fact in (
        (table.reading_data, "reads_data"),
        (table.reading_secrets, "reads_secrets"),
    ):
        deny = {"Statement": {"Effect": "Deny", "Action": list(listed), "Resource": "*"}}
        found = judge(attached, [deny], None)
        assert (found.privilege, getattr(found, fact)) == ("read", False)
    elsewhere = judge({**attached, f"{managed.LOCAL}deny": deny}, [], None)  # the shorter list
    assert elsewhere.reads_secrets is False


def test_each_managed_policy_as_a_boundary_caps_itself(found: dict[str, str]) -> None:
    """A boundary that lets through more than it allows: of every twentieth."""
    everything: Any = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    for name, document in list(managed.documents().items())[::20]:
        limited = judge({}, [everything], (f"{managed.LOCAL}{name}", document))
        assert json.dumps(limited.privilege) == json.dumps(found[name].partition(" ")[0]), name
