"""Every command of the AWS CLI in remediations, docs, README and messages is one that it takes."""

from __future__ import annotations

import pytest

from tests.support.aws_commands import argv, printed
from tests.support.cli_models import problem

NAMED = {"aws sso login", "aws cloudformation package", "aws logs tail", "aws iam get-role"}
"""Named in a sentence, not to be typed as they stand; the first three are the CLI's own."""
PRINTED = [(where, text) for where, text in printed() if text not in NAMED]


@pytest.mark.parametrize(("where", "text"), PRINTED)
def test_the_cli_takes_it(where: str, text: str) -> None:
    """A remediation that its reader types, and that the AWS CLI refuses."""
    assert problem(argv(text)) is None


def test_all_are_found() -> None:
    """A test that passes since it looks nowhere."""
    texts = [text for _, text in PRINTED]
    assert len(texts) >= 20
    for begins in (
        "aws ec2 enable-image-block-public-access --region",
        "aws cloudformation create-stack-set",
        "aws securityhub batch-import-findings",
        "aws iam tag-role",
        "aws ec2 modify-image-attribute --region REGION --image-id IMAGE --launch-permission "
        "'Remove=[{OrganizationArn=",
    ):
        assert any(text.startswith(begins) for text in texts), begins


WRONG = [
    ("aws cloudformation deploy --stack-name x --template x", "unknown: ['--template']; missing: ['--template-file']"),
    ("aws ec2 enable-image-block-public-access", "missing: ['--image-block-public-access-state']"),
    ("aws ec2 enable-image-block-public-access --image-block-public-access-state on", "'on' is none of"),
    ("aws ec2 modify-image-attribute --launch-permission 'Remove=[{Group=all}]'", "missing: ['--image-id']"),
    ("aws ec2 modify-image-attribute --image-id I --launch-permission 'Remove=[{Org=x}]'", "no such key: ['Org']"),
    ("aws iam update-trust-policy --role-name R", "there is no iam update-trust-policy"),
    ("aws iamm get-role --role-name R", "there is no iamm get-role"),
    ("aws iam get-role --role R", "unknown: ['--role']; missing: ['--role-name']"),
    ("aws iam get-role R", "unknown: ['R']"),
    ("aws iam get-role --role-name R S", "one value too many: ['S']"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_the_cli_refuses_is_told(text: str, said: str) -> None:
    """A check that takes everything."""
    assert said in (problem(argv(text)) or "")


def test_the_shell_is_read() -> None:
    """A pipe taken for an argument."""
    assert argv("aws iam get-role --role-name R | vendorgate analyze -") == [
        "iam", "get-role", "--role-name", "R",
    ]  # fmt: skip
