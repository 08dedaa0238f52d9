"""`vendorgate diff`: what changed between two snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.clock import DAY
from checker.cli.main import FINDINGS, INCOMPLETE, PASS
from checker.cli.output import columns, format_option, parse_formats, write_text
from checker.cli.stored import opened
from checker.cli.targets import check_not_read

if TYPE_CHECKING:
    from checker.vetting.allowlist import Allowlist

FORMATS = ("text", "json", "markdown")
_EMPTY = b"version: 1\n"


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("-a", "--allowlist", type=click.Path(path_type=Path), metavar="FILE",
              help="Tell who is vetted, and who is ours.  [default: none]")  # fmt: skip
@click.option("--today", type=DAY, metavar="YYYY-MM-DD", help="Evaluate as of this day.")
@click.option("--exit-code", "tell", is_flag=True,
              help="Exit 1 for new trust, 3 where NEW looks at less than OLD.")  # fmt: skip
@format_option("text")
def command(
    old: Path, new: Path, allowlist: Path | None, today: Any, tell: bool, formats: tuple[str, ...]
) -> int:
    """What changed from the snapshot OLD to NEW: what they look at, third parties, trusts, images
    in use, gaps. What NEW did not look at is told apart from what is gone.

    Exit codes: 0 · 2 bad usage or input. With --exit-code: 1 somebody outside gets in who did not
    in OLD, or on easier terms (what was not looked at before counts) · 3 NEW has more gaps, or left
    out what OLD looked at.
    """
    from checker.check.rules import Rules
    from checker.cli.inputs import default_policies, say_unnamed, today_or
    from checker.cli.settings import read_settings
    from checker.cli.tree import Here
    from checker.diff.compare import diff
    from checker.policy.load import load_policies
    from checker.report import changes
    from checker.report.rows import WIDTH

    wanted = parse_formats(formats or ("text",), FORMATS)
    check_not_read(wanted, [old, new, allowlist])
    settings = read_settings(Here())
    named = settings.options.get("policies")
    policies = Path(named) if named else default_policies(Here())
    rules = Rules(load_policies(policies, builtin=True), settings.overrides)
    before, after = opened(old), opened(new)
    found = diff(
        before, after, _list(allowlist), rules, today_or(today),
        vetted=allowlist is not None,
    )  # fmt: skip
    say_unnamed(before, after)
    for name, path in wanted:
        wide = {"width": max(WIDTH, columns(path))} if name == "text" else {}
        write_text(getattr(changes, f"render_{name}")(found, **wide), path)
    if tell and found.new_trust:
        return FINDINGS
    return INCOMPLETE if tell and found.looks_at_less else PASS


def _list(path: Path | None) -> Allowlist:
    """An empty list where none was named: everybody outside is a third party."""
    from checker.vetting.allowlist import Allowlist
    from checker.vetting.read import read_allowlist
    from checker.yamlfile import parse_yaml

    return read_allowlist(path) if path else Allowlist(parse_yaml(_EMPTY, "(none)"))
