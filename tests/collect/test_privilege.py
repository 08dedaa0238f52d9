"""The grade of a role's privilege, as docs/privilege.md says it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.collect.aws.arns import covers
from checker.collect.aws.escalation import Via
from checker.collect.aws.globs import disjoint, includes
from checker.collect.aws.means import means
from checker.collect.aws.named import Known, _acts_as, _Trusted, follow
from checker.collect.aws.privilege import GRADES, Judged, grade, judge
from checker.usage.published import spelled
from tests.support.collected import TRUST, run
from tests.support.front import OWN, Calls, aws, client
from tests.support.rows import rows
from tests.usage.published import operations

MANAGED = "arn:aws:iam::aws:policy/"
LOCAL = f"arn:aws:iam::{OWN}:policy/"


def allow(*actions: str, effect: str = "Allow", key: str = "Action", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, key: list(actions), "Resource": "*", **more}


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    return allow(*actions, effect="Deny", **more)


_ALONE = (*means().changes, *means().existing)
_BY = {one.partition(":")[0] for row in _ALONE for one in row.actions}
TAKES_OVER = ("iam:*", "sts:*", *(f"{service}:*" for service in sorted(_BY)))
ON_ONE = {"Resource": f"arn:aws:iam::{OWN}:role/one"}
INLINE = [
    ("nothing", [], "none"),
    ("verbs of reading", [allow("ec2:Describe*", "s3:GetObject", "iam:List*")], "read"),
    ("in any case", [allow("EC2:describeinstances")], "read"),
    ("of every service", [allow("*:Describe*")], "read"),
    ("a report that has to be generated", [allow("iam:GenerateCredentialReport")], "read"),
    ("a scalar statement", allow("s3:GetObject"), "read"),
    ("a verb of writing", [allow("ec2:Describe*"), allow("ec2:RunInstances")], "write"),
    ("denied everywhere, and somewhere", [allow("s3:GetObject"), deny("s3:*", Resource=["arn:aws:s3:::x", "*"])], "none"),
    ("denied on all but one", [allow("s3:GetObject"), {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::x"}], "read"),
    ("on all but one", [{"Effect": "Allow", "Action": "s3:PutObject", "NotResource": "arn:aws:s3:::x"}], "write"),
    ("a verb that is cut", [allow("ec2:Des*")], "write"),
    ("a whole service", [allow("s3:*")], "write"),
    ("everything", [allow("*")], "admin"),
    ("everything in another spelling", [allow("*:*")], "admin"),
    ("all of IAM", [allow("iam:*")], "admin"),
    ("changing a role's policies", [allow("iam:PutRolePolicy", **ON_ONE)], "admin"),
    ("by a pattern", [allow("iam:Attach*")], "admin"),
    ("taking any role", [allow("sts:AssumeRole")], "admin"),
    ("any role of any account", [allow("sts:AssumeRole", Resource="arn:aws:iam::*:role/*")], "admin"),
    ("taking one role", [allow("sts:AssumeRole", **ON_ONE)], "write"),
    ("passing any role", [allow("iam:PassRole", "ec2:RunInstances")], "admin"),
    ("passing one role", [allow("iam:PassRole", **ON_ONE)], "write"),
    ("all but IAM and STS, so the code of any function", [allow("iam:*", "sts:*", key="NotAction")], "admin"),
    ("all but what makes an administrator", [allow(*TAKES_OVER, key="NotAction")], "write"),
    ("all but S3", [allow("s3:*", key="NotAction")], "admin"),
    ("all but all", [allow("*", key="NotAction")], "none"),
    ("all but what can be read", [allow("*:Get*", key="NotAction")], "admin"),
    ("a Deny takes it away", [allow("s3:*", "ec2:Get*"), deny("s3:*")], "read"),
    ("a Deny of everything", [allow("*"), deny("*")], "none"),
    ("a Deny of IAM and STS leaves the code of any function", [allow("*"), deny("iam:*", "sts:*")], "admin"),
    ("a Deny of what makes an administrator", [allow("*"), deny(*TAKES_OVER)], "write"),
    ("a Deny with a condition", [allow("*"), deny("*", Condition={"Bool": {"a": "b"}})], "admin"),
    ("a Deny on one resource", [allow("*"), deny("*", **ON_ONE)], "admin"),
    ("a Deny of all but reading", [allow("*"), deny("ec2:Describe*", key="NotAction")], "read"),
    ("an unknown effect", [allow("s3:Get*", effect="allow")], "unknown"),
    ("no actions", [{"Effect": "Allow", "Resource": "*"}], "unknown"),
    ("an action that is no text", [allow(1)], "unknown"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("why", "statements", "expected"), INLINE, ids=[i[0] for i in INLINE])
def test_inline_policies(why: str, statements: Any, expected: str) -> None:
    """Each rule of the grade."""
    inline = [{"Statement": statements}] if statements else []
    assert grade({}, inline, None) == expected


ADMIN, READS = document(allow("*")), document(allow("s3:Get*"))
ATTACHED: list[tuple[str, dict[str, Any], tuple[str, Any] | None, str]] = [
    ("an administrator by name", {f"{MANAGED}AdministratorAccess": None}, None, "admin"),
    ("by name, whatever the document", {f"{MANAGED}SecurityAudit": ADMIN}, None, "read"),
    ("the same name, but ours", {f"{LOCAL}SecurityAudit": ADMIN}, None, "admin"),
    ("a job function", {f"{MANAGED}job-function/ViewOnlyAccess": None}, None, "read"),
    ("a power user, who changes the code of any function", {f"{MANAGED}PowerUserAccess": None}, None, "admin"),
    ("by its document", {f"{MANAGED}AmazonS3ReadOnlyAccess": READS}, None, "read"),
    ("a document that nobody knows", {f"{LOCAL}x": None}, None, "unknown"),
    ("the same beside a read", {f"{LOCAL}x": None, f"{LOCAL}y": READS}, None, "unknown"),
    ("the same beside an administrator", {f"{LOCAL}x": None, f"{LOCAL}y": ADMIN}, None, "admin"),
    ("an empty document", {f"{LOCAL}x": {}}, None, "unknown"),
    ("a boundary caps", {f"{LOCAL}y": ADMIN}, (f"{LOCAL}b", READS), "read"),
    ("a boundary by name caps", {f"{LOCAL}y": ADMIN}, (f"{MANAGED}ReadOnlyAccess", None), "read"),
    ("a boundary allows nothing by itself", {}, (f"{LOCAL}b", ADMIN), "none"),
    ("a boundary beside it", {f"{LOCAL}y": READS}, (f"{LOCAL}b", document(allow("ec2:*"))), "none"),
    ("a boundary with room", {f"{LOCAL}y": READS}, (f"{LOCAL}b", document(allow("s3:*"))), "read"),
    ("an unknown boundary", {f"{LOCAL}y": READS}, (f"{LOCAL}b", None), "unknown"),
    ("an unknown boundary of an administrator", {f"{LOCAL}y": ADMIN}, (f"{LOCAL}b", None), "unknown"),
    ("an unknown boundary of nothing", {}, (f"{LOCAL}b", None), "none"),
    ("an unknown policy within reading", {f"{LOCAL}x": None, f"{LOCAL}y": READS},
     (f"{LOCAL}b", READS), "read"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "attached", "boundary", "expected"), ATTACHED, ids=[a[0] for a in ATTACHED]
)
def test_attached_policies_and_boundaries(
    why: str, attached: Any, boundary: Any, expected: str
) -> None:
    """Names, documents, and what is not known."""
    assert grade(attached, [], boundary) == expected


ACTIONS = st.lists(
    st.sampled_from(["*", "s3:*", "s3:Get*", "s3:PutObject", "iam:*", "iam:PassRole", "ec2:Describe*"]),
    min_size=1, max_size=3,
)  # fmt: skip


@given(ACTIONS, ACTIONS)
def test_a_deny_or_a_boundary_never_raises_the_grade(actions: list[str], others: list[str]) -> None:
    """What takes rights away cannot give any."""
    plain = GRADES.index(grade({}, [document(allow(*actions))], None))
    denied = grade({}, [document(allow(*actions), deny(*others))], None)
    within = grade({}, [document(allow(*actions))], (f"{LOCAL}b", document(allow(*others))))
    assert GRADES.index(denied) <= plain
    assert GRADES.index(within) <= plain


@given(st.text("ab*?", max_size=6), st.text("ab*?", max_size=6), st.text("ab", max_size=4))
def test_patterns(one: str, other: str, text: str) -> None:
    """A text in both is a witness against `disjoint`; one in the inner is in what includes it."""
    from fnmatch import fnmatchcase

    if fnmatchcase(text, one) and fnmatchcase(text, other):
        assert not disjoint(one, other)
    if includes(one, other) and fnmatchcase(text, other):
        assert fnmatchcase(text, one)


def test_roles_are_graded(tmp_path: Path) -> None:
    """From one call, whatever the number of roles; the policies are not kept."""
    with aws(calls := Calls()):
        iam = client("iam")
        made = iam.create_policy(PolicyName="reads", PolicyDocument=json.dumps(READS))
        for name in ("attached", "inline", "bounded", "idle"):
            limit = {"PermissionsBoundary": made["Policy"]["Arn"]} if name == "bounded" else {}
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), **limit)
        iam.attach_role_policy(RoleName="attached", PolicyArn=made["Policy"]["Arn"])
        for name in ("inline", "bounded"):
            iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(ADMIN))
        calls.seen.clear()
        snapshot = run(tmp_path, "--regions", "us-east-1")
    grades = {role["name"]: role["privilege"] for role in snapshot["roles"]}
    assert grades == {"attached": "read", "inline": "admin", "bounded": "read", "idle": "none"}
    assert calls.seen["iam:GetAccountAuthorizationDetails"] == 1
    assert b"s3:Get" not in snapshot.files["roles.jsonl"]


ROLES = f"arn:aws:iam::{OWN}:role/"
RUNS = "lambda:CreateFunction", "lambda:InvokeFunction"
EVERY = [
    # pattern of resources, every role of the account?, why
    ("*", True, "everything"),
    ("**", True, "and again"),
    (f"{ROLES}*", True, "a star"),
    (f"{ROLES}**", True, "two stars"),
    (f"{ROLES}?*", True, "no role has an empty name"),
    (f"arn:aws:iam::{OWN}:*", True, "all of IAM"),
    (f"arn:aws:iam::{OWN}:r*", True, "what begins like it"),
    ("arn:aws:iam::*:role/*", True, "of every account"),
    ("arn:*:iam::*:role/*", True, "of every partition"),
    ("arn:aws:*", True, "of every service"),
    ("arn:aws:iam::${aws:PrincipalAccount}:role/*", True, "of the own account, by a variable"),
    (f"ARN:AWS:IAM::{OWN}:ROLE/*", True, "in any case"),
    ("arn:aws:iam", True, "what an ARN lacks is anything"),
    ("arn:aws:iam::*", True, "so is its name here"),
    (f"arn:aws:iam::{OWN}", True, "and here"),
    (f"arn:aws:iam::{OWN[:4]}*", True, "of an account that begins so"),
    (f"arn:aws:iam::{OWN[:4]}*:role/*", True, "and its roles"),
    ("arn:aws:iam::*role/*", True, "a star that goes over two parts"),
    ("arn:aws:iam::99*:role/*", False, "accounts that begin otherwise"),
    ("arn:aws:sts", False, "of another service"),
    ("arn:aws:iam::999999999999:role/*", False, "another account's are not passed here"),
    (f"{ROLES}vendor-*", False, "some"),
    (f"{ROLES}??*", False, "not one of one letter"),
    (f"{ROLES}service-role/*", False, "of one path"),
    (f"arn:aws:iam::{OWN}:user/*", False, "users"),
    ("arn:aws:s3:::*", False, "buckets"),
    (f"{ROLES}${{aws:PrincipalTag/team}}*", False, "those of a team"),
    ("", False, "nothing"),
]


@pytest.mark.parametrize(("pattern", "every", "why"), EVERY)
def test_which_patterns_are_every_role(pattern: str, every: bool, why: str) -> None:
    """An administrator who writes `role/**` passes for one who writes."""
    assert covers(pattern.lower(), "iam", "role/*", OWN) is every, why
    document_ = document(allow("iam:PassRole", Resource=pattern), allow(*RUNS))
    assert (judge({}, [document_], None, OWN).privilege == "admin") is every, why


MAKES = [
    (["iam:PutUserPermissionsBoundary"], "admin", "a boundary is what an identity may do"),
    (["iam:DetachRolePolicy"], "admin", "what is taken away may have denied"),
    (["iam:UpdateSAMLProvider"], "admin", "whom roles trust"),
    (["iam:AddClientIDToOpenIDConnectProvider"], "admin", "whom roles trust"),
    (["sts:AssumeRoot"], "admin", "the root of a member account"),
    (["sso:CreateAccountAssignment"], "admin", "a permission set for anybody"),
    (["sso:Put*"], "admin", "by a pattern"),
    (["identitystore:CreateGroupMembership"], "admin", "into a group that is assigned"),
    (["organizations:DetachPolicy"], "admin", "a service control policy"),
    (["organizations:Describe*"], "read", "looks on"),
    (["iam:PassRole"], "write", "to nothing that runs code"),
    (["iam:PassRole", "config:PutConfigurationRecorder"], "write", "to what only records"),
    (["iam:PassRole", "lambda:CreateFunction"], "write", "a function that nobody calls"),
    (["iam:PassRole", *RUNS], "admin", "a function with any role"),
    (["iam:PassRole", "cloudformation:CreateStack"], "admin", "a stack with any role"),
    (["iam:PassRole", "ecs:RunTask"], "admin", "a task with any role, whatever it is defined with"),
    (["iam:PassRole", "scheduler:*"], "admin", "any call, on a schedule"),
    (["lambda:UpdateFunctionCode"], "admin", "the code of any function"),
    (["ssm:SendCommand"], "admin", "a command on any instance"),
    (["cloudformation:UpdateStack"], "admin", "any stack, with its role"),
    (["ecs:ExecuteCommand"], "admin", "a shell in any task"),
    (["ec2:ModifyInstanceAttribute", "ec2:Start*", "ec2:Stop*"], "admin", "user data, at the next start"),
    (["ec2:ModifyInstanceAttribute"], "write", "without a start"),
    (["iam:CreateRole", "iam:CreatePolicy", "iam:TagRole"], "write", "nobody is let in, nothing attached"),
    (["account-access:CreateEntitlement"], "admin", "a person may assume a role"),
    (["sso-directory:CreateBearerToken"], "admin", "whoever has it makes members of groups"),
    (["sso-directory:UpdateExternalIdPConfigurationForDirectory"], "admin", "who says who somebody is"),
    (["identitystore:UpdateUser"], "admin", "where a new password is sent"),
    (["account:AcceptPrimaryEmailUpdate"], "admin", "where root's password is sent"),
    (["account:GetPrimaryEmail"], "read", "looks on"),
    (["rolesanywhere:UpdateTrustAnchor"], "admin", "whose certificates roles trust"),
    (["organizations:RemoveAccountFromOrganization"], "admin", "from its service control policies"),
    (["iam:UpdateAccessKey", "iam:CreateServiceSpecificCredential"], "write", "no more than was known, or a service"),
    (["iam:PassRole", "bedrock-agentcore:CreateAgentRuntime", "bedrock-agentcore:InvokeAgentRuntime"], "admin", "an agent with any role"),
    (["iam:PassRole", "bedrock-agentcore:CreateAgentRuntime"], "write", "which nobody calls"),
    (["iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreateNotebookInstanceLifecycleConfig"], "admin", "a script at its start"),
    (["iam:PassRole", "ssm:CreateActivation"], "admin", "a machine of one's own with any role"),
    (["iam:PassRole", "cloudformation:CreateResource"], "admin", "any resource, without a stack"),
    (["iam:PassRole", "states:CreateStateMachine", "states:StartSyncExecution"], "admin", "an express workflow"),
    (["iam:PassRole", "autoscaling:UpdateAutoScalingGroup", "ec2:CreateLaunchTemplateVersion"], "admin", "instances of a group that is there"),
    (["iam:PassRole", "autoscaling:UpdateAutoScalingGroup"], "write", "of what it was made with"),
    (["iam:PassRole", "iam:AddRoleToInstanceProfile"], "admin", "a profile that an instance has"),
    (["iam:PassRole", "kafkaconnect:CreateConnector", "kafkaconnect:CreateCustomPlugin"], "admin", "a plugin of one's own"),
    (["iam:PassRole", "amplify:CreateApp", "amplify:CreateBranch", "amplify:StartJob"], "admin", "a build"),
    (["iam:PassRole", "codebuild:CreateProject", "codebuild:StartSandbox"], "admin", "a shell in a build"),
    (["iam:PassRole", "rds:AddRoleToDBCluster", "s3:CreateJob", "firehose:*"], "write", "which do what the service does"),
    (["ssm:UpdateAssociation"], "admin", "what runs on instances"),
    (["ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion"], "admin", "what others run"),
    (["ssm:UpdateDocument"], "write", "a version that nobody runs"),
    (["glue:UpdateJob"], "admin", "the code of any job"),
    (["glue:StartJobRun"], "admin", "any job, with a script of one's own"),
    (["elasticmapreduce:AddJobFlowSteps"], "admin", "code on any cluster"),
    (["elasticbeanstalk:UpdateEnvironment", "elasticbeanstalk:CreateApplicationVersion"], "admin", "another version"),
    (["elasticbeanstalk:UpdateEnvironment"], "write", "of those that are there"),
    (["cognito-identity:UpdateIdentityPool"], "admin", "who is let in"),
    (["codedeploy:CreateDeployment"], "admin", "code on any instance of a group"),
    (["bedrock-agentcore:InvokeAgentRuntimeCommand"], "admin", "a command in any agent"),
    (["emr-serverless:GetSessionEndpoint"], "write", "a token to a session"),
    (["lakeformation:GetTemporaryDataLocationCredentials"], "write", "hands out credentials"),
    (["redshift:GetClusterCredentials"], "write", "hands out credentials"),
    (["redshift:Get*"], "write", "by a pattern"),
    (["lakeformation:GetDataAccess"], "write", "hands out credentials"),
    (["lightsail:GetInstanceAccessDetails"], "write", "hands out credentials"),
    (["sts:GetFederationToken"], "write", "hands out credentials"),
    (["*:Get*"], "write", "in all services, some do"),
    (["*:Describe*", "*:List*"], "read", "none is called so"),
    (["ec2:Get*", "s3:Get*", "iam:Get*", "cloudwatch:Get*", "logs:Get*"], "read", "none in these"),
    (["logs:StartQuery", "logs:TestMetricFilter", "athena:StartQueryExecution"], "read", "a query, a test"),
    (["logs:Start*"], "write", "and whatever else starts"),
    (["cognito-idp:AdminGetUser"], "read", "reads, says AWS"),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "expected", "why"), MAKES)
def test_what_makes_an_administrator_and_what_reads(
    actions: list[str], expected: str, why: str
) -> None:
    """A path that is known in public, graded as a harmless write; credentials, as a read."""
    assert grade({}, [document(allow(*actions))], None) == expected, why


NARROW = [
    (["lambda:UpdateFunctionCode"], "arn:aws:lambda:*:*:function:*", "admin", "every function"),
    (["lambda:UpdateFunctionCode"], f"arn:aws:lambda:eu-west-1:{OWN}:function:*", "admin", "of a region"),
    (["lambda:UpdateFunctionCode"], f"arn:aws:lambda:*:{OWN}:function:mine-*", "write", "some"),
    (["ssm:SendCommand"], "arn:aws:ec2:*:*:instance/*", "admin", "every instance"),
    (["ssm:SendCommand"], "arn:aws:ssm:*:*:document/AWS-RunShellScript", "write", "a document alone"),
    (["sts:AssumeRole"], "arn:aws:iam::*:role/OrganizationAccountAccessRole", "admin",
     "an administrator of each member account"),
    (["sts:AssumeRole"], "arn:aws:iam::999999999999:role/AWSControlTowerExecution", "admin", "of one"),
    (["sts:AssumeRole"], "arn:aws:iam::*:role/Org*", "admin", "by a pattern"),
    (["sts:AssumeRole"], "arn:aws:iam::*:role/Auditor", "write", "whose grade nobody knows here"),
    (["sts:AssumeRole"], f"{ROLES}OrganizationAccountAccessRole", "write", "the own is graded by its policies"),
    (["iam:AttachRolePolicy"], f"{ROLES}aws-service-role/x.amazonaws.com/*", "write",
     "nobody changes a service's own role"),
    (["iam:AttachRolePolicy"], f"{ROLES}x", "admin", "any other role, perhaps its own"),
    (["iam:CreateAccessKey"], f"arn:aws:iam::{OWN}:user/${{aws:username}}", "none", "a role has no such name"),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "resource", "expected", "why"), NARROW)
def test_on_what_it_is_allowed(actions: list[str], resource: str, expected: str, why: str) -> None:
    """One function of the vendor's own, taken for all."""
    found = judge({}, [document(allow(*actions, Resource=resource))], None, OWN)
    assert found.privilege == expected, why


def passed_to(operator: str, value: Any, key: str = "iam:PassedToService") -> dict[str, Any]:
    return allow("iam:PassRole", Condition={operator: {key: value}})


TO = [
    # the statement that passes, beside one that runs functions; expected, why
    (passed_to("StringEquals", "lambda.amazonaws.com"), "admin", "to Lambda"),
    (passed_to("StringEquals", ["ec2.amazonaws.com", "lambda.amazonaws.com"]), "admin", "to Lambda, too"),
    (passed_to("StringEquals", "monitoring.rds.amazonaws.com"), "write", "to what runs no code"),
    (passed_to("StringEquals", "ec2.amazonaws.com"), "write", "to what it may not use"),
    (passed_to("StringLike", "lambda*"), "admin", "by a pattern"),
    (passed_to("StringLike", "ecs*"), "write", "by another"),
    (passed_to("StringEquals", "*"), "write", "no service is called so"),
    (passed_to("StringEqualsIfExists", "ec2.amazonaws.com"), "write", "it always exists"),
    (passed_to("ForAnyValue:StringEquals", "ec2.amazonaws.com", "iam:passedtoservice"), "write", "in any case"),
    (passed_to("StringNotEquals", "ec2.amazonaws.com"), "admin", "to all but one"),
    (passed_to("StringEquals", "${aws:PrincipalTag/service}"), "admin", "to whichever"),
    (passed_to("StringEquals", "lambda.amazonaws.com.cn"), "admin", "in China"),
    (allow("iam:PassRole", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}), "admin", "in a region"),
    (allow("iam:PassRole", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}, "StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}), "write", "by the second test"),
    (allow("iam:PassRole", Condition={"StringEquals": ["odd"], "StringLike": {"aws:x": "y", "iam:PassedToService": "ec2*"}}), "write", "by the second key of the second"),
    (allow("iam:PassRole", Condition=["odd"]), "admin", "no condition that anybody understands"),
]  # fmt: skip


@pytest.mark.parametrize(("passing", "expected", "why"), TO)
def test_to_which_service_a_role_may_be_passed(passing: Any, expected: str, why: str) -> None:
    """A role for metrics alone, taken for one of any function; and one of any, taken for none."""
    assert judge({}, [document(passing, allow(*RUNS))], None, OWN).privilege == expected, why
    boss = Known(f"{ROLES}boss", document(LAMBDA), Judged("admin"))
    named = document(passing | {"Resource": f"{ROLES}boss"}, allow(*RUNS))
    role = Known(f"{ROLES}vendor", None, judge({}, [named], None, OWN))
    assert follow([role, boss])[f"{ROLES}vendor"].privilege == expected, why


def test_a_path_counts_within_a_boundary_and_without_what_is_denied() -> None:
    """A path, one step of which is denied."""
    path = allow("iam:PassRole", *RUNS)
    limit = f"{LOCAL}b", document(allow("lambda:*", "s3:*"))
    assert grade({}, [document(path, deny("lambda:Invoke*"))], None) == "write"
    assert grade({}, [document(path)], limit) == "write"
    assert (
        grade({}, [document(path)], (f"{LOCAL}b", document(allow("lambda:*", "iam:*")))) == "admin"
    )
    split = [document(allow("iam:PassRole")), document(allow(*RUNS))]
    assert grade({}, split, None) == "admin", "over two policies"


READS_WHAT = [
    # actions, data, secrets, why
    (["s3:GetObject"], True, False, "objects"),
    (["s3:List*", "s3:GetBucket*", "ec2:Describe*", "cloudwatch:GetMetric*"], False, False, "configuration, metrics"),
    (["cloudwatch:Get*"], False, False, "metrics; a space's records are granted there"),
    (["connect:List*"], True, False, "what is said on the telephone, among lists"),
    (["glue:GetStatement"], True, False, "what a query answered"),
    (["kinesisvideo:GetHLSStreamingSessionURL"], True, False, "a link to the film"),
    (["wafv2:GetSampledRequests"], True, False, "requests, with all their headers"),
    (["swf:GetWorkflowExecutionHistory"], True, False, "what a workflow was given"),
    (["rekognition:GetTextDetection"], True, False, "what stands in a film"),
    (["cognito-idp:ListUsers", "identitystore:List*"], False, False, "who there is"),
    (["lambda:GetFunctionConfiguration", "ecs:DescribeTaskDefinition"], False, False, "configuration, whatever it holds"),
    (["ec2:GetPasswordData"], False, False, "encrypted, for whoever has the key pair"),
    (["glue:GetConnections"], False, True, "passwords of databases"),
    (["ivs:GetStreamKey"], False, True, "a key to broadcast with"),
    (["payment-cryptography:DecryptData"], False, True, "whatever is encrypted"),
    (["dynamodb:Query"], True, False, "items"),
    (["sqs:ReceiveMessage"], True, False, "messages"),
    (["logs:FilterLogEvents"], True, False, "logs"),
    (["logs:Describe*"], False, False, "their names"),
    (["cloudtrail:LookupEvents"], False, False, "who called what is AWS's record"),
    (["secretsmanager:GetSecretValue"], False, True, "secrets"),
    (["secretsmanager:List*", "secretsmanager:Describe*"], False, False, "their names"),
    (["ssm:GetParameters"], False, True, "parameters"),
    (["ssm:Get*"], True, True, "a pattern that holds them, and the output of commands"),
    (["kms:Decrypt"], False, True, "whatever is encrypted"),
    (["kms:Describe*", "kms:List*"], False, False, "keys' names"),
    (["redshift:GetClusterCredentials"], True, False, "credentials to data"),
    (["*"], True, True, "all"),
    (["iam:*"], False, False, "not by itself"),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "data", "secrets", "why"), READS_WHAT)
def test_whether_data_and_secrets_are_read(
    actions: list[str], data: bool, secrets: bool, why: str
) -> None:
    """A vendor that reads configuration, in one grade with one that reads every object."""
    found = judge({}, [document(allow(*actions))], None)
    assert (found.reads_data, found.reads_secrets) == (data, secrets), why


WHERE_UNKNOWN: list[tuple[str, dict[str, Any], tuple[str, Any] | None, bool | None]] = [
    ("a document that nobody knows", {f"{LOCAL}x": None}, None, None),
    ("beside one that reads them", {f"{LOCAL}x": None, f"{LOCAL}y": ADMIN}, None, True),
    ("an unreadable one", {f"{LOCAL}x": {}}, None, None),
    ("a boundary without it", {f"{LOCAL}x": None}, (f"{LOCAL}b", document(allow("ec2:*"))), False),
    ("a boundary that nobody knows", {f"{LOCAL}y": ADMIN}, (f"{LOCAL}b", None), None),
    ("and nothing to bound", {f"{LOCAL}y": document(allow("ec2:*"))}, (f"{LOCAL}b", None), False),
    ("by name", {f"{MANAGED}ReadOnlyAccess": None}, None, True),
    ("by another", {f"{MANAGED}SecurityAudit": None}, None, False),
    ("a boundary by name", {f"{LOCAL}y": ADMIN}, (f"{MANAGED}SecurityAudit", None), False),
]


@pytest.mark.parametrize(
    ("why", "attached", "boundary", "expected"), WHERE_UNKNOWN, ids=[w[0] for w in WHERE_UNKNOWN]
)
def test_whether_secrets_are_read_where_not_all_is_known(
    why: str, attached: Any, boundary: Any, expected: bool | None
) -> None:
    """What nobody could see, taken for nothing."""
    assert judge(attached, [], boundary).reads_secrets is expected


LAMBDA = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWN}:root"}, "Action": "sts:*"}
OF_ANOTHER = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
    "Action": "sts:AssumeRole",
}
NAMED = [
    # what the role may do, whom the administrator's role trusts, expected, why
    ([allow("sts:AssumeRole", Resource=f"{ROLES}boss")], ROOT, "admin", "it may act as it"),
    ([allow("sts:AssumeRole", Resource=f"{ROLES}b*")], ROOT, "admin", "by a pattern"),
    ([allow("sts:AssumeRole", Resource=f"{ROLES}boss")], LAMBDA, "write", "which does not trust it"),
    ([allow("sts:AssumeRole", Resource=f"{ROLES}boss")], OF_ANOTHER, "write", "nor its account"),
    ([allow("sts:AssumeRole", Resource=f"{ROLES}other")], ROOT, "write", "another role"),
    ([allow("iam:PassRole", Resource=f"{ROLES}boss"), allow(*RUNS)], LAMBDA, "admin", "it may run code as it"),
    ([allow("iam:PassRole", Resource=f"{ROLES}boss"), allow(*RUNS)], ROOT, "write", "which Lambda may not be"),
    ([allow("iam:PassRole", Resource=f"{ROLES}boss"), allow("ecs:RunTask")], LAMBDA, "write", "another service"),
    ([allow("iam:PassRole", Resource=f"{ROLES}boss")], LAMBDA, "write", "nothing to run code with"),
    ([allow("sts:AssumeRole", Resource=f"{ROLES}boss"), deny("sts:*")], ROOT, "none", "denied"),
    ([allow("ec2:Describe*")], ROOT, "read", "trusted, and not allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "trusts", "expected", "why"), NAMED)
def test_one_named_role_that_is_an_administrator_is_followed(
    statements: list[Any], trusts: Any, expected: str, why: str
) -> None:
    """A role that may act as one administrator, graded by the one line that says so."""
    boss = Known(f"{ROLES}boss", document(trusts), Judged("admin"))
    role = Known(f"{ROLES}vendor", None, judge({}, [document(*statements)], None, OWN))
    assert follow([role, boss])[f"{ROLES}vendor"].privilege == expected, why


def test_roles_are_followed_over_others_and_no_document_is_too_odd() -> None:
    """A chain of two; a trust policy that is none."""
    steps = [("a", "b"), ("b", "c"), ("c", "boss"), ("x", "odd")]
    roles = [
        Known(f"{ROLES}{name}", document(ROOT), judge(
            {}, [document(allow("sts:AssumeRole", Resource=f"{ROLES}{to}"))], None, OWN))
        for name, to in steps
    ]  # fmt: skip
    roles += [Known(f"{ROLES}boss", document(ROOT), Judged("admin"))]
    roles += [Known(f"{ROLES}odd", text, Judged("admin")) for text in (None, [], {"Statement": 1})]
    found = {arn.rpartition("/")[2]: one.privilege for arn, one in follow(roles).items()}
    assert found == {
        "a": "admin",
        "b": "admin",
        "c": "admin",
        "x": "write",
        "boss": "admin",
        "odd": "admin",
    }


def test_a_chain_of_roles_that_are_none_of_them_administrators_ends() -> None:
    """Two roles that may be each other."""
    two = [
        Known(f"{ROLES}{a}", document(ROOT), judge(
            {}, [document(allow("sts:AssumeRole", Resource=f"{ROLES}{b}"))], None, OWN))
        for a, b in (("a", "b"), ("b", "a"))
    ]  # fmt: skip
    assert {one.privilege for one in follow(two).values()} == {"write"}


def test_every_row_has_a_public_source_and_names_actions_that_aws_publishes() -> None:
    """A path that nobody can look up; an action that is misspelt, and never reached."""
    table = means()
    kinds = ("changes", "passing", "existing", "credentials", "acts", "reads", "data", "secrets")
    rows = [row for kind in kinds for row in getattr(table, kind)]
    assert all(row.source.startswith("https://") and row.actions for row in rows)
    named = {one for row in rows for one in row.actions}
    called = {f"{label}:{name}" for label, name, _ in operations()}
    unknown = {one for one in named if spelled(one) != one} - called
    assert unknown == set() or botocore.__version__.startswith("1.43."), "later models have more"
    pairs = [(row.service, row.actions) for row in table.passing]
    pairs += [(row.resource, row.actions) for row in table.existing]
    assert len(pairs) == len(set(pairs))
    assert all(row.source.startswith("https://") for row in table.administrators)


def test_no_row_of_a_path_holds_another() -> None:
    """A longer row that can never decide, and hides that a shorter one is wrong."""
    rows = [(row.service, set(row.actions)) for row in means().passing]
    held = [(a, b) for a in rows for b in rows if a is not b and a[0] == b[0] and a[1] <= b[1]]
    assert held == []


def test_what_a_role_reads_is_in_the_snapshot(tmp_path: Path) -> None:
    """Through the real collector: data, secrets, and a role that may act as an administrator."""
    with aws(Calls()):
        iam = client("iam")
        trust = json.dumps(document(ROOT))
        texts = {
            "reader": document(allow("s3:GetObject", "kms:Decrypt")),
            "looker": document(allow("ec2:Describe*")),
            "boss": ADMIN,
            "climber": document(allow("sts:AssumeRole", Resource=f"{ROLES}boss")),
        }
        for name, text in texts.items():
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
            iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(text))
        snapshot = run(tmp_path, "--regions", "us-east-1")
    found = {
        role["name"]: (role["privilege"], role["reads_data"], role["reads_secrets"])
        for role in snapshot["roles"]
    }
    assert found == {
        "reader": ("read", True, True),
        "looker": ("read", False, False),
        "boss": ("admin", True, True),
        "climber": ("admin", False, False),
    }


def test_the_page_counts_the_paths_as_they_are() -> None:
    """A page that tells of fewer ways than there are, or of more."""
    page = Path(__file__).parents[2].joinpath("docs/privilege.md").read_text("utf-8")
    table = means()
    told = f"{len(table.passing)} ways to pass a role, {len(table.existing)} to use one"
    assert told in page
    assert all(row.role in page for row in table.administrators)


APART: list[tuple[str, str, bool]] = [
    ("s3:getobject", "s3:getobject", False), ("s3:getobject", "s3:putobject", True), ("s3:getobject", "s3:get*", False), ("s3:getobject", "s3:*bucket", True),
    ("s3:getobject", "s3:get?bject", False), ("s3:getobject", "s3:get?", True), ("s3:get*", "s3:put*", True), ("s3:get*", "s3:*object", False),
    ("*object", "*bucket", True), ("s3:*", "ec2:*", True), ("s3:g?t*", "s3:get*", False), ("s3:get?", "s3:put*", True), ("a?*", "?b*", False), ("*", "s3:x", False),
    ("x*a", "x?", False), ("*?a", "*b", True),
]  # fmt: skip


@rows("one, other, expected", APART)
def test_which_patterns_have_nothing_in_common(one: str, other: str, expected: bool) -> None:
    """A right that a boundary takes away, and that counts; the other way round alike."""
    assert disjoint(one, other) is disjoint(other, one) is expected


def test_every_role_within_each_cap() -> None:
    """A role whose boundary names the one that it may assume, graded as if it could be any."""
    from checker.collect.aws.escalation import every_role

    one = ("arn:aws:iam::222222222222:role/x",)
    assert every_role([("*",), ("*",)], None) and every_role([(*one, "*")], None)
    assert not (
        every_role([("*",), one], None) or every_role([one, ("*",)], None) or every_role([], None)
    )


def test_what_is_known_by_its_name_and_denied() -> None:
    """A policy's name, believed though all that it allows is denied beside it."""
    named = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    beside = [document(deny("s3:*"))]
    for text, expected in ((document(allow("s3:GetObject")), "none"), (None, "read")):
        assert judge({named: text}, beside, None).privilege == expected


def test_any_role_of_its_own_account_or_one_administrator_elsewhere() -> None:
    """A role that may be each of its neighbours, or one that no policy here shows."""
    elsewhere = "arn:aws:iam::999999999999:role/OrganizationAccountAccessRole"
    for resource in (f"{ROLES}*", [f"{ROLES}x", elsewhere]):
        statement = allow("sts:AssumeRole", Resource=resource)
        assert judge({}, [document(statement)], None, OWN).privilege == "admin"


REACHED = [
    ((("arn:aws:iam::1:role/x",), ("arn:aws:iam::1:role/*",)), True),
    ((("arn:aws:iam::1:role/x",), ("arn:aws:iam::1:role/y",)), False),
    ((("arn:aws:iam::1:role/y",), ("arn:aws:iam::1:role/*",)), False),
    ((), True),
]  # fmt: skip


@rows("roles, expected", REACHED)
def test_each_cap_must_take_the_role_in(roles: Any, expected: bool) -> None:
    """A role that a boundary keeps from another one, graded as an administrator for it."""
    trusted = _Trusted({"Statement": allow("sts:AssumeRole") | {"Principal": {"Service": "lambda.amazonaws.com"}}})  # fmt: skip
    for service, there in (("lambda.amazonaws.com", True), ("ec2.amazonaws.com", False)):
        found = _acts_as(
            "arn:aws:iam::1:role/a", Via(service, roles), "arn:aws:iam::1:role/x", trusted
        )
        assert found is (expected and there)
