"""`vendorgate review`: what a change of the allowlist would let in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.inputs import DAY, inputs_of
from checker.cli.main import FINDINGS, PASS
from checker.cli.output import format_option, parse_formats, write_text

if TYPE_CHECKING:
    from checker.check.rules import Rules
    from checker.cli.inputs import Inputs
    from checker.report.model import Report
    from checker.vetting.allowlist import Allowlist


@click.command("review")
@click.argument("snapshot", required=False, type=click.Path(path_type=Path))
@click.option("--base", required=True, metavar="A", help="The allowlist before: FILE or REV:PATH.")
@click.option("--head", required=True, metavar="B", help="The allowlist after: FILE or REV:PATH.")
@click.option(
    "-p",
    "--policies",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Policies added to the built-in ones.  [default: policies/, if there]",
)
@click.option("--no-builtin", is_flag=True, help="Leave out the built-in policies.")
@click.option("--today", type=DAY, metavar="YYYY-MM-DD", help="Review as of this day.")
@format_option("text")
def command(
    snapshot: Path | None, base: str, head: str, formats: tuple[str, ...], **given: Any
) -> int:  # fmt: skip
    """Tell what a change of the allowlist newly accepts or refuses, for a pull request.

    With a SNAPSHOT also whom it lets in where, and which findings it closes and opens.
    Exit codes: 0 may be merged · 1 breaks a review policy (applies_to: change) · 2 bad input.
    """
    from checker.check.rules import Rules
    from checker.policy.load import load_policies
    from checker.review.formats import FORMATS, render
    from checker.review.judge import review

    wanted = parse_formats(formats or ("text",), FORMATS)
    inputs = inputs_of(snapshot=snapshot, allowlist=None, **given)
    rules = Rules(load_policies(inputs.policies, builtin=inputs.builtin), inputs.settings.bent)
    before, after = _allowlist(base, may_lack=True), _allowlist(head)
    after.check_policies(set(rules.set.ids))
    reports = _reports(snapshot, before, after, rules, inputs) if snapshot else None
    done = review(before, after, rules, inputs.today, reports)
    for name, path in wanted:
        write_text(render(done, name), path)
    return FINDINGS if done.broken else PASS


def _allowlist(name: str, *, may_lack: bool = False) -> Allowlist:
    from checker.cli.gitfile import read
    from checker.vetting.allowlist import Allowlist
    from checker.yamlfile import parse_yaml

    return Allowlist(parse_yaml(read(name, may_lack=may_lack), name))


def _reports(
    snapshot: Path, before: Allowlist, after: Allowlist, rules: Rules, inputs: Inputs
) -> tuple[Report, Report]:
    from checker.check.engine import check
    from checker.snapshot.read import Snapshot

    one, other = (
        check(Snapshot(snapshot), allowlist, rules, inputs.today) for allowlist in (before, after)
    )
    return one, other
