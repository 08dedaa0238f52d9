"""`vendorgate enforce`: guardrails of AWS's own from the allowlist, and what each would do."""

from __future__ import annotations

import click

from checker.cli.enforce_diff import diff
from checker.cli.enforce_images import allowed_amis, ec2_policy
from checker.cli.enforce_public import block_public_access
from checker.cli.enforce_rcp import rcp


@click.group("enforce")
def command() -> None:
    """Write AWS's own guardrails from the allowlist, and prove what each would do.

    Nothing is attached: the document goes to stdout, what it would do to a SNAPSHOT to stderr.
    """


command.add_command(allowed_amis)
command.add_command(block_public_access)
command.add_command(diff)
command.add_command(ec2_policy)
command.add_command(rcp)
