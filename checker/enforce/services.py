"""Whose resources a resource control policy guards beside roles.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
"""

from __future__ import annotations

from checker.access.kinds import kind_of
from checker.errors import InputError, did_you_mean

COVERED = (
    "codeartifact",
    "dynamodb",
    "ecr",
    "events",
    "kms",
    "logs",
    "s3",
    "secretsmanager",
    "sqs",
)
"""Those that have policies of their own which are read here."""


def services(text: str | None) -> tuple[str, ...]:
    """Of a list with commas, or `all`; None: of none. Raises InputError."""
    if text is None:
        return ()
    named = {one for part in text.split(",") if (one := part.strip().lower())}
    wanted = COVERED if named == {"all"} else tuple(sorted(named))
    if not wanted:
        raise InputError("--services names none", hint=f"give {', '.join(COVERED)}, or all")
    for one in wanted:
        if one not in COVERED:
            hint = did_you_mean(one, COVERED, f"it is one of {', '.join(COVERED)}, or all")
            raise InputError(f"no RCP guards the resources of {one!r}", hint=hint)
    return wanted


def service_of(kind: str, arn: str) -> str:
    return kind_of(kind, arn).service
