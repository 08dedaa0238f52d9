"""What check and its kin read: the options that they share, and the loading behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from checker.check.ledger import Watch
    from checker.report.model import Report
    from checker.snapshot.read import Snapshot

F = TypeVar("F", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True)
class Inputs:
    """The paths and switches of one evaluation, the command line before the settings file."""

    snapshot: Path
    allowlist: Path
    policies: Path | None
    builtin: bool
    fail_on: Any
    allow_gaps: bool
    today: date
    formats: tuple[str, ...]
    settings: Any
    catalogue: Path | None = None
    baseline: Path | None = None

    @classmethod
    def plain(cls, snapshot: Path, allowlist: Path) -> Inputs:
        """The defaults, whatever settings file and policies this folder has."""
        from checker.cli.settings import SettingsFile

        return cls(
            snapshot, allowlist, policies=None, builtin=True, fail_on="high", allow_gaps=False,
            today=_today(), formats=(), settings=SettingsFile(),
        )  # fmt: skip


def evaluation_options(command: F) -> F:
    """Adds the options of an evaluation to a command; it takes `inputs` in their place."""
    argument = click.argument("snapshot", required=False, type=click.Path(path_type=Path))
    return argument(judging_options(command))


def judging_options(command: F) -> F:
    """The same without the snapshot."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = [
    click.option("-a", "--allowlist", type=click.Path(path_type=Path), metavar="FILE",
                 help="Who is vetted.  [default: allowlist.yaml]"),
    click.option("-p", "--policies", type=click.Path(path_type=Path), metavar="DIR",
                 help="Policies added to the built-in ones.  [default: policies/, if there]"),
    click.option("--no-builtin", is_flag=True, help="Leave out the built-in policies."),
    click.option("--catalogue", type=click.Path(path_type=Path), metavar="FILE",
                 help="Names beyond the built-in ones, as `vendors sync -o FILE` writes them."),
    click.option("--today", type=DAY, metavar="YYYY-MM-DD", help="Evaluate as of this day."),
]  # fmt: skip


def inputs_of(
    *, snapshot: Path | None, allowlist: Path | None, policies: Path | None, no_builtin: bool,
    today: Any, fail_on: str | None = None, allow_gaps: bool = False, formats: tuple[str, ...] = (),
    catalogue: Path | None = None, baseline: Path | None = None,
) -> Inputs:  # fmt: skip
    """Command line, then settings file, then defaults. Raises InputError for bad settings."""
    from checker.cli.settings import read_settings

    settings = read_settings(Path())
    options = settings.options
    return Inputs(
        snapshot=snapshot or Path(options.get("snapshot", "snapshot")),
        allowlist=allowlist or Path(options.get("allowlist", "allowlist.yaml")),
        policies=policies or _path(options, "policies") or default_policies(),
        builtin=not no_builtin and options.get("builtin", True),
        fail_on=fail_on or options.get("fail-on", "high"),
        allow_gaps=allow_gaps or options.get("allow-gaps", False),
        today=today_or(today),
        formats=formats or tuple(options.get("format", ())),
        settings=settings,
        catalogue=catalogue or _path(options, "catalogue"),
        baseline=baseline or _path(options, "baseline"),
    )


def _path(options: dict[str, Any], key: str) -> Path | None:
    return Path(options[key]) if key in options else None


def evaluate(
    inputs: Inputs, watch: Watch | None = None, snapshot: Snapshot | None = None
) -> Report:
    """Loads everything and runs the gate, on `snapshot` where it is there already. Raises
    InputError."""
    import gc

    from checker.check.baseline import read_baseline
    from checker.check.engine import check
    from checker.check.rules import Rules
    from checker.policy.load import load_policies
    from checker.snapshot.read import Snapshot as Stored
    from checker.vetting.allowlist import read_allowlist
    from checker.vetting.catalogue import read_catalogue

    gc.disable()  # a report holds no cycles worth the collector's walks over a million objects
    rules = Rules(load_policies(inputs.policies, builtin=inputs.builtin), inputs.settings.bent)
    return check(
        snapshot or Stored(inputs.snapshot),
        read_allowlist(inputs.allowlist),
        rules,
        inputs.today,
        fail_on=inputs.fail_on,
        allow_gaps=inputs.allow_gaps,
        baseline=read_baseline(inputs.baseline) if inputs.baseline else None,
        catalogue=read_catalogue(inputs.catalogue),
        watch=watch,
    )


def default_policies() -> Path | None:
    """This folder's own, if it has any."""
    default = Path("policies")
    return default if default.is_dir() and any(default.glob("*.y*ml")) else None


def today_or(given: Any) -> date:
    """The day of `--today`, else this one."""
    return given.date() if given else _today()


def _today() -> date:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()
