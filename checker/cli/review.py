"""`vendorgate review`: what a change of the allowlist would let in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.clock import DAY
from checker.cli.inputs import NO_SETTINGS, RULES_FROM, say_unnamed
from checker.cli.main import FINDINGS, PASS
from checker.cli.output import format_option, parse_formats, write_text
from checker.cli.stored import opened
from checker.cli.targets import check_not_read

if TYPE_CHECKING:
    from checker.cli.sides import Sides
    from checker.report.model import Report
    from checker.vetting.allowlist import Allowlist

NEW_LIST = "The base has no such allowlist: all that this one says is new."


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
@click.option(
    "--baseline", type=click.Path(path_type=Path), metavar="FILE",
    help="Known findings, to tell which are new there.  [default: the settings']",
)  # fmt: skip
@click.option("--today", type=DAY, metavar="YYYY-MM-DD",
              help="Review as of this day.  [default: today, in UTC]")  # fmt: skip
@RULES_FROM
@NO_SETTINGS
@format_option("text")
def command(
    snapshot: Path | None, base: str, head: str, formats: tuple[str, ...],
    rules_from: str | None, **given: Any,
) -> int:  # fmt: skip
    """Tell what a change of allowlist, settings, policies, baseline and workflows newly accepts or
    refuses, for a pull request.

    Settings and policies are those of --rules-from, which is the base's revision where it has one;
    what the head has instead is a change too. With a SNAPSHOT also whom it lets in where, and which
    findings it closes and opens.
    Exit codes: 0 may be merged · 1 breaks a review policy (applies_to: change) · 2 bad input.
    """
    from checker.cli.gitfile import EMPTY, adds, parts, read, refuse_link
    from checker.cli.sides import compare
    from checker.review.formats import FORMATS, render
    from checker.review.judge import review

    wanted = parse_formats(formats or ("text",), FORMATS)
    check_not_read(wanted, [parts(base)[1], parts(head)[1], snapshot, given["baseline"]])
    revisions = parts(base)[0] if rules_from is None else rules_from, parts(head)[0]
    new = adds(base, head)
    before = _allowlist(EMPTY if new else read(base), base)
    lists = (parts(base)[1], parts(head)[1], *_paths(before, parts(base)[1]))
    sides = compare(revisions, lists, snapshot, given)
    if revisions[0] is not None and revisions[1] is None:
        refuse_link(head)
    after = _allowlist(read(head), head)
    after.check_policies(set(sides.head.rules.set.ids))
    reports = _reports(snapshot, (before, after), sides) if snapshot else None
    accounts = _accounts(snapshot) if snapshot else frozenset[str]()
    done = review(
        before, after, sides.base.rules, sides.today, reports,
        more=sides.changes, rules_compared=sides.compared, accounts=accounts,
        notes=(*sides.notes, *([NEW_LIST] if new else [])),
    )  # fmt: skip
    for name, path in wanted:
        write_text(render(done, name), path)
    if snapshot:
        say_unnamed(opened(snapshot))
    return FINDINGS if done.broken else PASS


def _allowlist(data: bytes, name: str) -> Allowlist:
    """With what it includes, from the same side."""
    from checker.cli.gitfile import beside
    from checker.vetting.allowlist import Allowlist
    from checker.vetting.includes import whole

    return Allowlist(whole(data, name, beside(name)))


def _paths(allowlist: Allowlist, path: str) -> list[str]:
    """Of the files that it includes."""
    return [str(Path(path).parent / part.name) for part in allowlist.document.parts[1:]]


def _accounts(snapshot: Path) -> frozenset[str]:

    return frozenset(account.id for account in opened(snapshot).manifest.accounts)


def _reports(
    snapshot: Path, allowlists: tuple[Allowlist, Allowlist], sides: Sides
) -> tuple[Report, Report]:
    """Each list under the rules of its side: what the head disables closes findings too."""
    from checker.check.engine import check

    one, other = (
        check(opened(snapshot), allowlist, side.rules, sides.today)
        for allowlist, side in zip(allowlists, (sides.base, sides.head), strict=True)
    )
    return one, other
