"""`vendorgate policy`: the tests inside policies, and a policy tried on a snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.clock import DAY
from checker.cli.inputs import inputs_of, say_unnamed
from checker.cli.main import BAD_INPUT, FINDINGS, INCOMPLETE, PASS
from checker.cli.output import color_wanted, format_option, parse_formats, write_reports
from checker.cli.stored import opened
from checker.errors import InputError, did_you_mean
from checker.plurals import plural

if TYPE_CHECKING:
    from checker.policy.load import PolicySet
    from checker.vetting.allowlist import Allowlist


@click.group("policy")
def command() -> None:
    """Test policies, and try one before it gates anything."""


@command.command("test")
@click.argument("directory", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@click.option(
    "--strict", is_flag=True, help="Name each part of an expression that no test decides."
)
def test(directory: Path | None, quiet: bool, strict: bool) -> int:
    """Run the tests that stand inside the policies of DIR (default: policies/, else the built-in
    set). DIR may be one file.

    Exit codes: 0 all hold · 1 one does not, or a policy lacks a passing or a failing one, or, with
    --strict, a part of an expression could be always true or always false with no test the wiser ·
    2 a file is no valid policy.
    """
    paths = _paths(directory)
    codes = [_test(path, quiet, strict) for path in paths]
    if not quiet or any(codes):
        failed = sum(code != PASS for code in codes)
        click.echo(
            f"{plural(len(codes), 'policy', 'policies')}, {failed} not as the tests inside say"
        )
    return max(codes, default=PASS)


def _paths(directory: Path | None) -> list[Path]:
    from checker.policy.load import BUILTIN

    folder = directory or _own_policies() or BUILTIN
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise InputError("there is no such directory of policies", path=folder)
    found = sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".yml"))
    if not found:
        raise InputError("there is no policy here", path=folder, hint="a policy is a .yaml file")
    return found


def _own_policies() -> Path | None:
    """Those of the settings, else this folder's."""
    inputs = inputs_of(snapshot=None, allowlist=None, policies=None, no_builtin=False, today=None)
    return inputs.policies


def _test(path: Path, quiet: bool, strict: bool) -> int:
    from checker.policy.load import read_policy
    from checker.policy.testing import run_tests
    from checker.policy.undecided import undecided
    from checker.report.escape import terminal

    try:
        policy = read_policy(path)
        results = list(run_tests(policy))
        loose = list(undecided(policy)) if strict else []
    except InputError as error:
        click.echo(f"error: {terminal(str(error))}", err=True)
        return BAD_INPUT
    failed = [result for result in results if result.problem]
    for result in failed:
        place = f"{path}:{result.line}"
        click.echo(terminal(f"{place}: {result.policy}: {result.name}: {result.problem}"))
        for line in result.shown:
            click.echo("    " + terminal(line))
    for one in loose:
        always = "true" if one.constant else "false"
        click.echo(terminal(f"{path}:{one.line}: {one.policy}: {one.key}: {one.text}: "
                            f"no test would see if it were always {always}"))  # fmt: skip
    if loose:
        return FINDINGS
    if not failed and not quiet:
        click.echo(terminal(f"{path}: {plural(len(results), 'test holds', 'tests hold')}"))
    return FINDINGS if failed else PASS


@command.command("try")
@click.argument("policy")
@click.argument("snapshot", required=False, type=click.Path(path_type=Path))
@click.option("-a", "--allowlist", type=click.Path(path_type=Path), metavar="FILE",
              help="Who is vetted.  [default: allowlist.yaml, if there]")  # fmt: skip
@click.option("--today", type=DAY, metavar="YYYY-MM-DD", help="Evaluate as of this day.")
@format_option("text")
@click.option("--no-color", is_flag=True, help="No colours (as NO_COLOR).")
def try_(
    policy: str, snapshot: Path | None, allowlist: Path | None, today: Any,
    formats: tuple[str, ...], no_color: bool,
) -> int:  # fmt: skip
    """Show what POLICY (a file, or the id of one that is loaded) alone would find in a SNAPSHOT
    (default: the settings', else snapshot/).

    Exit codes: 0 it was tried, whatever it found · 2 bad usage or input · 3 incomplete: it could
    not be evaluated on something, or the snapshot has gaps, or nothing to judge.
    """
    from checker.check.engine import check
    from checker.check.rules import PolicyOverrides, Rules
    from checker.explain.one_policy import report_for_policy
    from checker.report.formats import FORMATS

    wanted = parse_formats(formats or ("text",), FORMATS)
    policies, wanted_id = _with(policy)
    rules = Rules(policies, PolicyOverrides())
    inputs = inputs_of(
        snapshot=snapshot, allowlist=allowlist, policies=None, no_builtin=False, today=today
    )
    seen = opened(inputs.snapshot)
    report = check(seen, _allowlist(inputs.allowlist, allowlist), rules, inputs.today)
    say_unnamed(seen)
    report = report_for_policy(report, wanted_id)
    write_reports(report, wanted, color=color_wanted(no_color))
    unsure = report.errors or report.gaps or report.verdict == "incomplete"
    return INCOMPLETE if unsure else PASS


def _with(name: str) -> tuple[PolicySet, str]:
    """All policies, this one among them, and its id. The others are evaluated too: exceptions may
    name them, and policies about exceptions see what those waive."""
    from checker.policy.load import load_policies, read_policy, replaced

    policies = load_policies(_own_policies())
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        policy = read_policy(path)
        return replaced(policies, policy), policy.id
    if name not in policies.ids:
        raise _unknown(name, policies.ids)
    return policies, name


def _unknown(name: str, known: frozenset[str]) -> InputError:
    hint = did_you_mean(name, known, "name a file, or the id of a policy")
    return InputError(f"no policy is called {name!r}", hint=hint)


def _allowlist(path: Path, asked: Path | None) -> Allowlist:
    """Where nobody asked for one, there need not be one."""
    from checker.vetting.allowlist import empty_allowlist
    from checker.vetting.read import read_allowlist

    if asked is None and not path.exists():
        return empty_allowlist()
    return read_allowlist(path)
