"""`vendorgate check`: the gate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.code import NAMES, OF_CODE, PARAMETERS, PLACE, PLANS, Code, options
from checker.cli.cross import CROSS_CHECK, crossed
from checker.cli.inputs import RULES_FROM, evaluate, inputs_of, judging_options
from checker.cli.main import FINDINGS, INCOMPLETE, PASS
from checker.cli.output import (
    color_wanted,
    format_option,
    parse_formats,
    redact_option,
    write_reports,
    write_text,
)
from checker.cli.targets import check_apart, check_not_read
from checker.errors import InputError

if TYPE_CHECKING:
    from checker.check.filters import Filter
    from checker.cli.inputs import Inputs
    from checker.report.model import Report
    from checker.vetting.allowlist import Allowlist

EXIT_CODES = {"pass": PASS, "fail": FINDINGS, "incomplete": INCOMPLETE}


CODE = [
    click.option("--cloudformation", "source", flag_value="cloudformation",
                 help="PATHS are templates, folders, globs or -: judged without a snapshot."),
    click.option("--terraform", "source", flag_value="terraform",
                 help="PATHS are plans in JSON, folders, globs or -: the same."),
]  # fmt: skip


FILTERS = [
    click.option("--policy", "policy", multiple=True, metavar="ID",
                 help="Show and judge findings of this policy alone; repeatable. What that leaves "
                 "out is counted."),
    click.option("--severity", multiple=True,
                 type=click.Choice(["critical", "high", "medium", "low", "info"]),
                 help="Of this severity alone; repeatable."),
]  # fmt: skip


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[SNAPSHOT | PATH...]")
@judging_options
@format_option("text")
@click.option(
    "--fail-on",
    type=click.Choice(["critical", "high", "medium", "low", "none"]),
    help="Fail for findings of this severity or above; none: for no finding.  [default: high]",
)
@click.option("--allow-gaps", is_flag=True, help="Accept what could not be looked at.")
@click.option(
    "--max-age",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="A snapshot that is older is incomplete.  [default: 7 for what was collected from AWS]",
)
@RULES_FROM
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Findings that it names are known, and fail nothing.",
)
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all open findings there, to be known from now on.",
)
@CROSS_CHECK
@click.option("--sarif-include-suppressed", is_flag=True, help="Waived findings in SARIF too.")
@options(FILTERS)
@redact_option
@click.option("-q", "--quiet", is_flag=True, help="No text report: the exit code, and files.")
@click.option("--no-color", is_flag=True, help="No colours (as NO_COLOR).")
@options(CODE, PARAMETERS, PLANS, PLACE)
def command(
    paths: tuple[str, ...],
    formats: tuple[str, ...],
    write_baseline: Path | None,
    cross_check: Path | None,
    sarif_include_suppressed: bool,
    redact: bool,
    quiet: bool,
    no_color: bool,
    **given: Any,
) -> int:
    """Hold a SNAPSHOT (default: snapshot/), or code that is not deployed yet, against the
    allowlist and the policies.

    Exit codes: 0 passes · 1 findings at or above the threshold · 2 bad usage or input ·
    3 incomplete: something could not be looked at or evaluated. They are those of the findings
    as they are: writing a baseline is no pass. With --policy, --severity or, of a snapshot,
    --account A,B they are those of the findings that these leave, and every report says how many
    they leave out.
    """
    from checker.report.formats import FORMATS

    chosen = _chosen(given)
    root = given["root"]
    code, folder = _asked(paths, given)
    if chosen and write_baseline:
        hint = "leave the filter out"
        raise InputError("a baseline of a part would make all else new", hint=hint)
    if code and cross_check:
        raise InputError("--cross-check goes with a snapshot", hint="AWS knows no code")
    inputs = inputs_of(formats=formats, snapshot=folder, **given)
    default = () if quiet else ("text",)
    wanted = parse_formats(inputs.formats or default, FORMATS)
    _check_targets([*wanted, ("baseline", write_baseline)])
    check_apart([*wanted, ("the baseline", write_baseline)])
    check_not_read(
        [*wanted, ("the baseline", write_baseline)], [*inputs.files, *paths, cross_check]
    )
    check_not_read(wanted, [inputs.baseline])
    if cross_check:
        report = crossed(inputs, cross_check, chosen)
    else:
        report = _evaluated(inputs, code, chosen)
    report = named_from(root, report)
    color = color_wanted(no_color)
    write_reports(report, wanted, color=color, suppressed=sarif_include_suppressed, redact=redact)
    if write_baseline:
        _write_baseline(report, write_baseline)
    return EXIT_CODES[report.verdict]


def _evaluated(inputs: Inputs, code: Code | None, chosen: Filter) -> Report:
    """Of what the code would create, else of the snapshot."""
    if code is None:
        return evaluate(inputs, chosen=chosen, aging=True)
    known = _known(inputs.allowlist)
    own = known.file.organization.accounts if known else ()
    snapshot = code.snapshot(inputs.today, own)
    return evaluate(inputs, snapshot=snapshot, allowlist=known, chosen=chosen)


def _known(path: Path) -> Allowlist | None:
    """The list, for the accounts that it calls ours; what is wrong with it is told when it is read
    to be judged by."""
    from checker.vetting.read import read_allowlist

    try:
        return read_allowlist(path)
    except InputError:
        return None


def named_from(root: Path, report: Report) -> Report:
    """With the allowlist's files named from that folder, as findings of code are: a service looks
    for them from there. What lies outside of it keeps its name."""
    from msgspec.structs import replace

    def named(path: str) -> str:
        whole, folder = Path(path).absolute(), root.resolve()
        return str(whole.relative_to(folder)) if whole.is_relative_to(folder) else path

    if root == Path():
        return report
    allowlist = replace(report.inputs.allowlist, path=named(report.inputs.allowlist.path))
    findings = (replace(f, entry_file=named(f.entry_file)) if f.entry_file else f
                for f in report.findings)  # fmt: skip
    return replace(
        report, inputs=replace(report.inputs, allowlist=allowlist), findings=tuple(findings)
    )


def _chosen(given: dict[str, Any]) -> Filter:
    """Takes the options of a filter out of `given`. Of code, --account says where it would be."""
    from checker.check.filters import Filter

    policies, severities = given.pop("policy"), given.pop("severity")
    account = given["account"] if given["source"] is None else None
    accounts = tuple(part.strip() for part in (account or "").split(",") if part.strip())
    return Filter(policies, accounts, severities)


def _asked(paths: tuple[str, ...], given: dict[str, Any]) -> tuple[Code | None, Path | None]:
    """The code to judge, or the snapshot; takes the options of code out of `given`."""
    asked = {name: given.pop(name) for name in NAMES}
    source = given.pop("source")
    if source:
        if not paths:
            raise InputError(f"--{source}: no path is given", hint="a file, folder, glob, or -")
        return Code.of(source, paths, **asked), None
    if len(paths) > 1:
        hint = "for code say --cloudformation or --terraform"
        raise InputError("more than one snapshot", hint=hint)
    if any(asked[name] != default for name, default in OF_CODE.items()):
        hint = "they go with --cloudformation or --terraform"
        raise InputError("options of code for a snapshot", hint=hint)
    return None, Path(paths[0]) if paths else None


def _write_baseline(report: Report, path: Path) -> None:
    from checker.check.baseline import render_baseline
    from checker.report.escape import terminal
    from checker.report.view import plural

    text, count = render_baseline(report.findings)
    write_text(text, path)
    click.echo(f"{terminal(str(path))}: {plural(count, 'finding')} known from now on", err=True)


def _check_targets(wanted: list[tuple[str, Path | None]]) -> None:
    """Before the work, not after it: a report that cannot be written is bad usage."""
    for _, path in wanted:
        if path is not None and not path.absolute().parent.is_dir():
            raise InputError("there is no such directory", path=path.parent, hint="make it first")
