"""Parts of ARNs: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""

from __future__ import annotations


def account_of(arn: str) -> str | None:
    """The account as it stands in an ARN, or in a pattern of some: empty where ARNs of the kind
    name none, as S3's; None for what is no ARN."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 else None
