"""Which attributes of a resource tell of trust: the others are not looked at."""

from __future__ import annotations

from collections.abc import Callable

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.kinds import kinds
from checker.collect.iac.terraform.image_uses import BEANSTALK, BLOCKS, MAKERS, SHARED_WITH, USES
from checker.collect.iac.terraform.made import OIDC, SAML
from checker.collect.iac.terraform.snapshots import LOOKUPS, SOURCES
from checker.collect.iac.terraform.stack_types import APPLICATIONS, INSTANCES, STACKS

Wanted = Callable[[str], bool]
_KEYS: dict[str, tuple[str, ...]] = {
    "aws_iam_role": ("assume_role_policy",),
    **dict.fromkeys(MAKERS, ("source_ami_id", "source_instance_id")),
    **dict.fromkeys(OIDC, ("url",)),
    **{kind: (source,) for kind, source in SOURCES.items()},
    **dict.fromkeys(SAML, ("saml_metadata_document",)),
    **dict.fromkeys(BEANSTALK, ("setting",)),
    **dict.fromkeys(STACKS, ("template_body", "template_url", "parameters")),
    **dict.fromkeys(INSTANCES, ("stack_set_name", "parameter_overrides")),
    **dict.fromkeys(APPLICATIONS, ("application_id", "parameters")),
    "aws_ami_launch_permission": ("image_id", *SHARED_WITH),
}


def wanted(mode: str, kind: str) -> Wanted | None:
    """Whether an attribute of such a resource tells of trust; None where none does."""
    if mode == "data":
        return ("owners", "filter").__contains__ if kind in ("aws_ami", *LOOKUPS) else None
    if not kind.startswith(("aws_", "awscc_")):
        return None
    known = kind.startswith("aws_") and kind in kinds("terraform").known
    if not known:  # awscc's are read as CloudFormation's, of others nothing is known
        return lambda _: True
    doors = kinds("terraform").doors.get(kind, ())
    uses = (*USES[kind][1], *BLOCKS, "launch_template") if kind in USES else ()
    more = ROWS[kind].opening() if kind in ROWS else ()
    runs = RUNS[kind].tops() if kind in RUNS else ()
    keys = frozenset((*_KEYS.get(kind, ()), *uses, *more, *runs, *(path[0] for _, path in doors)))
    return keys.__contains__ if keys or kind in ROWS else None
