"""`vendorgate demo`: an embedded AWS with a small organization, and the whole job done on it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import click

from checker.cli.collect import collect_to

EMULATOR = ("moto", "flask", "flask_cors")  # moto alone, as many have it, serves nothing
REPORTS = {
    "json": "report.json",
    "junit": "junit.xml",
    "sarif": "vendorgate.sarif",
    "markdown": "report.md",
    "html": "report.html",
}


@click.command("demo")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("demo-out"),
    metavar="DIR",
    help="Where snapshot, allowlist and reports go; default: demo-out.",
)
def command(output: Path) -> None:
    """Try it: a small organization on an embedded AWS, collected and checked.

    Nothing leaves this machine, and your AWS configuration is neither read nor touched. Without
    the emulator (the extra demo), the snapshot of it that comes with vendorgate is checked.
    """
    snapshot, allowlist = output / "snapshot", output / "allowlist.yaml"
    if all(map(find_spec, EMULATOR)):
        _collect(snapshot)
    else:
        _bring(snapshot)
    _write_allowlist(allowlist)
    _report(snapshot, allowlist, output)
    click.echo(_next_steps(snapshot, allowlist, output))


def _collect(snapshot: Path) -> None:
    from checker.collect.aws.account_region import Options
    from checker.collect.aws.resources.registry import EVERY
    from checker.collect.aws.survey import Request
    from checker.demo.organization import (
        EXTERNAL_ID,
        MANAGEMENT,
        REGIONS,
        build_organization,
        serve_organization,
    )
    from checker.demo.server import aws_environment

    with serve_organization() as endpoint, aws_environment(endpoint, MANAGEMENT):
        click.echo(f"an AWS for the demo at {endpoint}: building an organization", err=True)
        build_organization(endpoint)
        request = Request(
            organization=True, external_id=EXTERNAL_ID, regions=REGIONS, kinds=EVERY,
            options=Options(components_are_code=True),
        )  # fmt: skip
        click.echo(
            f"vendorgate collect aws --organization --external-id {EXTERNAL_ID}"
            f" --regions {','.join(REGIONS)} -o {snapshot}",
            err=True,
        )
        collect_to(snapshot, request)


def _bring(snapshot: Path) -> None:
    """What `_collect` would write, and a word of what was left out."""
    from checker.demo.recorded import write_recorded

    write_recorded(snapshot, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    click.echo(
        f"{snapshot}: nothing was collected, as the AWS emulator is not installed: this is the "
        "snapshot of it that comes with vendorgate, dated now\n"
        "to see it collected: uvx 'vendorgate[demo]' demo, or pip install 'vendorgate[demo]'",
        err=True,
    )


def _write_allowlist(path: Path) -> None:
    """An allowlist that is there already is the user's: the demo invites to change it."""
    if not path.exists():
        text = resources.files("checker.demo").joinpath("allowlist.yaml").read_text("utf-8")
        path.write_text(text, "utf-8")


def _report(snapshot: Path, allowlist: Path, output: Path) -> None:
    """What `check` and `inventory` say of what was collected, with the built-in policies alone."""
    from checker.cli.inputs import Inputs, evaluate
    from checker.cli.output import color_wanted, columns, write_reports, write_text
    from checker.inventory.formats import render_text

    report = evaluate(Inputs.plain(snapshot, allowlist))
    click.echo(f"\nvendorgate check {snapshot} -a {allowlist}\n", err=True)
    files = [(name, output / file) for name, file in REPORTS.items()]
    write_reports(report, [("text", None), *files], color=color_wanted(False))
    click.echo(f"\nvendorgate inventory {snapshot} -a {allowlist}\n", err=True)
    write_text(render_text(report, width=columns(None)), None)


def _next_steps(snapshot: Path, allowlist: Path, output: Path) -> str:
    return (
        f"\nThe reports are in {output}: {', '.join(REPORTS.values())}."
        f"\nNext: vet somebody in {allowlist}, then\n"
        f"  vendorgate check {snapshot} -a {allowlist}\n"
        "or look at your own account:\n"
        "  vendorgate collect aws\n"
        "  vendorgate check"
    )
