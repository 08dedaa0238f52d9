"""The grade of a role's privilege, as docs/privilege.md says it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.collect.aws.globs import disjoint, includes
from checker.collect.aws.privilege import GRADES, grade
from tests.collect.test_aws import TRUST, client, run
from tests.support.front import OWN, Calls, aws

MANAGED = "arn:aws:iam::aws:policy/"
LOCAL = f"arn:aws:iam::{OWN}:policy/"


def allow(*actions: str, effect: str = "Allow", key: str = "Action", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, key: list(actions), "Resource": "*", **more}


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    return allow(*actions, effect="Deny", **more)


ON_ONE = {"Resource": f"arn:aws:iam::{OWN}:role/one"}
INLINE = [
    ("nothing", [], "none"),
    ("verbs of reading", [allow("ec2:Describe*", "s3:GetObject", "iam:List*")], "read"),
    ("in any case", [allow("EC2:describeinstances")], "read"),
    ("of every service", [allow("*:Describe*")], "read"),
    ("a report that has to be generated", [allow("iam:GenerateCredentialReport")], "read"),
    ("a scalar statement", allow("s3:GetObject"), "read"),
    ("a verb of writing", [allow("ec2:Describe*"), allow("ec2:RunInstances")], "write"),
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
    ("all but IAM and STS", [allow("iam:*", "sts:*", key="NotAction")], "write"),
    ("all but S3", [allow("s3:*", key="NotAction")], "admin"),
    ("all but what can be read", [allow("*:Get*", key="NotAction")], "admin"),
    ("a Deny takes it away", [allow("s3:*", "ec2:Get*"), deny("s3:*")], "read"),
    ("a Deny of everything", [allow("*"), deny("*")], "none"),
    ("a Deny of what makes an administrator", [allow("*"), deny("iam:*", "sts:*")], "write"),
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
    ("a power user", {f"{MANAGED}PowerUserAccess": ADMIN}, None, "write"),
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
