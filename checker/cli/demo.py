"""`vendorgate demo`: an embedded AWS with a small organization, and the whole job done on it."""

from __future__ import annotations

from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import click

from checker.cli.collect import collect_to
from checker.errors import InputError


@click.command("demo")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("demo-out"),
    metavar="DIR",
    help="Where snapshot and allowlist go; default: demo-out.",
)
def command(output: Path) -> None:
    """Try it: a small organization on an embedded AWS, collected and checked.

    Nothing leaves this machine, and your AWS configuration is neither read nor touched.
    """
    if not find_spec("moto"):
        raise InputError("the demo needs the AWS emulator", hint="pip install 'vendorgate[demo]'")
    snapshot, allowlist = output / "snapshot", output / "allowlist.yaml"
    _collect(snapshot)
    _write_allowlist(allowlist)
    _report(snapshot, allowlist)
    click.echo(_next_steps(snapshot, allowlist), err=True)


def _collect(snapshot: Path) -> None:
    from checker.collect.aws.collect import Request
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
        request = Request(organization=True, external_id=EXTERNAL_ID, regions=REGIONS)
        click.echo(
            f"vendorgate collect aws --organization --external-id {EXTERNAL_ID}"
            f" --regions {','.join(REGIONS)} -o {snapshot}",
            err=True,
        )
        collect_to(snapshot, request)


def _write_allowlist(path: Path) -> None:
    """An allowlist that is there already is the user's: the demo invites to change it."""
    if not path.exists():
        text = resources.files("checker.demo").joinpath("allowlist.yaml").read_text("utf-8")
        path.write_text(text, "utf-8")


def _report(snapshot: Path, allowlist: Path) -> None:
    """Run `check` and `inventory` on what was collected."""
    raise NotImplementedError


def _next_steps(snapshot: Path, allowlist: Path) -> str:
    return (
        f"\nNext: vet somebody in {allowlist}, then\n"
        f"  vendorgate check {snapshot} -a {allowlist}\n"
        f"  vendorgate inventory {snapshot} -a {allowlist}\n"
        "or look at your own account: vendorgate collect aws && vendorgate check"
    )
