"""`vendorgate validate`: the files that people write, without a snapshot (for pre-commit)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.bounded import read_input
from checker.cli.clock import DAY
from checker.cli.inputs import today_or
from checker.cli.main import BAD_INPUT, PASS
from checker.errors import InputError, first_of

if TYPE_CHECKING:
    from checker.policy.load import PolicySet

_POLICY_KEYS = {"id", "applies_to", "assert"}


@click.command("validate")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@click.option(
    "-p",
    "--policies",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Policies that exceptions may name.  [default: policies/, if there]",
)
@click.option("--today", type=DAY, metavar="YYYY-MM-DD",
              help="A review of a later day is refused.  [default: today, in UTC]")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
def command(files: tuple[Path, ...], policies: Path | None, today: Any, quiet: bool) -> int:
    """Check allowlists, policies and settings: each FILE, or those of this folder.

    A .toml file is settings, a YAML file with an id, applies_to or assert a policy, any other an
    allowlist. A note tells of actions in a scope that no trail can show, and of vendors that are
    vetted for no resource.
    All that is wrong is told at once; of a file whose form is not right, that first.
    Exit codes: 0 all valid · 2 not.
    """
    from checker.report.escape import terminal

    bad = 0
    for path in _whole(files) or _found():
        try:
            what = _validate(path, policies, today_or(today))
        except InputError as error:
            bad += 1
            for each in (error, *error.others):
                click.echo(f"error: {terminal(str(each))}", err=True)
        else:
            if not quiet:
                click.echo(f"{terminal(str(path))}: valid ({what})")
    return BAD_INPUT if bad else PASS


def _found() -> list[Path]:
    from checker.cli.inputs import inputs_of

    inputs = inputs_of(snapshot=None, allowlist=None, policies=None, no_builtin=False, today=None)
    settings = [Path(inputs.settings.path)] if inputs.settings.path else []
    folder = sorted(inputs.policies.glob("*.y*ml")) if inputs.policies else []
    return [*settings, inputs.allowlist, *folder]


def _whole(files: tuple[Path, ...]) -> list[Path]:
    """With the folder's allowlist in place of files that it includes: what is wrong between two
    of them, neither shows."""
    from checker.vetting.read import included

    allowlist = _allowlist()
    parts = {path.resolve() for path in included(allowlist)}
    return list(dict.fromkeys(allowlist if p.resolve() in parts else p for p in files))


def _allowlist() -> Path:
    """This folder's; where the settings are not valid, which is said of them, by its usual name."""
    from checker.cli.inputs import inputs_of

    try:
        return inputs_of(
            snapshot=None, allowlist=None, policies=None, no_builtin=False, today=None
        ).allowlist
    except InputError:
        return Path("allowlist.yaml")


def _validate(path: Path, policies: Path | None, today: date) -> str:
    from checker.cli.unseen import notes
    from checker.policy.written import policy_of
    from checker.report.escape import terminal
    from checker.report.view import plural
    from checker.vetting.read import read_allowlist
    from checker.yamlfile import read_yaml

    if path.suffix == ".toml":
        return _validate_settings(path, policies)
    document = read_yaml(path)
    if isinstance(document.value, dict) and _POLICY_KEYS & document.value.keys():
        return f"policy {policy_of(document).id}"
    allowlist = read_allowlist(path).as_of(today)
    if known := _known(policies):
        allowlist.check_policies(set(known.ids))
    if drafts := allowlist.drafts():
        raise first_of(drafts)
    for note in notes(allowlist):
        click.echo(f"note: {terminal(note)}", err=True)
    of = plural(len(allowlist.file.vendors), "vendor")
    files = len(allowlist.document.parts)
    return f"allowlist, {of}{f' in {files} files' if files else ''}"


def _validate_settings(path: Path, policies: Path | None) -> str:
    from checker.check.rules import Rules
    from checker.cli.settings import parse_settings

    settings = parse_settings(read_input(path), str(path))
    known = _known(policies)
    if known and settings:
        Rules(known, settings.overrides)
    return "settings" if settings else "no settings of ours"


def _known(policies: Path | None) -> PolicySet | None:
    """The policies that a file may name; None where one of them is itself not valid, which is
    said of that one."""
    from checker.policy.load import load_policies

    if policies is not None and not policies.is_dir():
        raise InputError("there is no such directory of policies", path=policies)
    try:
        return load_policies(policies or _folder())
    except InputError:
        return None


def _folder() -> Path | None:
    """The policies of the settings, else this folder's; where the settings are not valid, which is
    said of them, by its usual name."""
    from checker.cli.inputs import inputs_of

    try:
        return inputs_of(
            snapshot=None, allowlist=None, policies=None, no_builtin=False, today=None
        ).policies
    except InputError:
        return Path("policies") if Path("policies").is_dir() else None
