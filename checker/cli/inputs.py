"""What check and its kin read: the options that they share, and the loading behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from checker.cli.clock import DAY

if TYPE_CHECKING:
    from checker.check.baseline import Baseline
    from checker.check.filters import Filter
    from checker.check.gate import Watch
    from checker.check.rules import Rules
    from checker.cli.tree import Tree
    from checker.report.model import Report
    from checker.snapshot.read import Snapshot
    from checker.snapshot.records import Gap
    from checker.vetting.allowlist import Allowlist

F = TypeVar("F", bound=Callable[..., Any])


class Inputs(msgspec.Struct, frozen=True):
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
    max_age: int | None = None
    rules_from: str | None = None
    no_settings: bool = False
    tree: Tree | None = None

    @property
    def files(self) -> tuple[Path | None, ...]:
        """What is read here, files and folders, the baseline aside."""
        from checker.vetting.read import included

        named = self.snapshot, self.allowlist, self.policies, self.catalogue
        return (*named, *included(self.allowlist), Path("vendorgate.toml"), Path("pyproject.toml"))

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


NO_SETTINGS = click.option(
    "--no-settings", is_flag=True, help="Read no vendorgate.toml and no pyproject.toml."
)
RULES_FROM = click.option(
    "--rules-from", metavar="REV",
    help="Read settings, policies and baseline as they are at this revision of git, whatever "
    "stands in the working tree.",
)  # fmt: skip
_OPTIONS = [
    click.option("-a", "--allowlist", type=click.Path(path_type=Path), metavar="FILE",
                 help="Who is vetted.  [default: allowlist.yaml]"),
    click.option("-p", "--policies", type=click.Path(path_type=Path), metavar="DIR",
                 help="Policies added to the built-in ones.  [default: policies/, if there]"),
    click.option("--no-builtin", is_flag=True, help="Leave out the built-in policies."),
    click.option("--catalogue", type=click.Path(path_type=Path), metavar="FILE",
                 help="Names beyond the built-in ones, as `vendors sync -o FILE` writes them."),
    click.option("--today", type=DAY, metavar="YYYY-MM-DD",
                 help="Evaluate as of this day.  [default: today, in UTC]"),
    NO_SETTINGS,
]  # fmt: skip


def inputs_of(
    *, snapshot: Path | None, allowlist: Path | None, policies: Path | None, no_builtin: bool,
    today: Any, fail_on: str | None = None, allow_gaps: bool = False, formats: tuple[str, ...] = (),
    catalogue: Path | None = None, baseline: Path | None = None, max_age: int | None = None,
    rules_from: str | None = None, no_settings: bool = False, tree: Tree | None = None,
) -> Inputs:  # fmt: skip
    """Command line, then settings file, then defaults. `tree`: that of `rules_from`, if it was read
    before. Raises InputError for bad settings."""
    from checker.cli.settings import SettingsFile, read_settings
    from checker.cli.tree import tree_of

    tree = tree or tree_of(rules_from)
    settings = SettingsFile() if no_settings else read_settings(tree)
    options = settings.options
    return Inputs(
        snapshot=snapshot or Path(options.get("snapshot", "snapshot")),
        allowlist=allowlist or Path(options.get("allowlist", "allowlist.yaml")),
        policies=policies or _path(options, "policies") or default_policies(tree),
        builtin=not no_builtin and options.get("builtin", True),
        fail_on=fail_on or options.get("fail-on", "high"),
        allow_gaps=allow_gaps or options.get("allow-gaps", False),
        today=today_or(today),
        formats=formats or tuple(options.get("format", ())),
        settings=settings,
        catalogue=catalogue or _path(options, "catalogue"),
        baseline=baseline or _path(options, "baseline"),
        max_age=options.get("max-age") if max_age is None else max_age,
        rules_from=rules_from,
        no_settings=no_settings,
        tree=tree,
    )


def _path(options: dict[str, Any], key: str) -> Path | None:
    return Path(options[key]) if key in options else None


def rules_of(inputs: Inputs) -> Rules:
    """The policies in force, from the working tree or from the revision that was named."""
    from checker.check.rules import Rules
    from checker.policy.load import load_policies

    folder, texts = inputs.policies, None
    if inputs.rules_from and inputs.tree and folder:
        texts = _at_revision(inputs.tree, folder)
        folder = Path(f"{inputs.rules_from}:{folder}")
    return Rules(
        load_policies(folder, builtin=inputs.builtin, texts=texts), inputs.settings.overrides
    )


def _at_revision(tree: Tree, folder: Path) -> dict[str, bytes]:
    """A folder that only the working tree has is new: none of its policies is in force yet."""
    from checker.cli.tree import policy_texts
    from checker.errors import InputError

    texts = policy_texts(tree, str(folder))
    if texts is None and not folder.is_dir():
        raise InputError("there is no such directory of policies", path=folder)
    return texts or {}


def baseline_of(inputs: Inputs) -> Baseline | None:
    """The known findings: those of the revision, where one was named."""
    from checker.check.baseline import parse_baseline, read_baseline

    if inputs.baseline is None:
        return None
    if inputs.rules_from is None or inputs.tree is None:
        return read_baseline(inputs.baseline)
    tree, name = inputs.tree, str(inputs.baseline)
    data = tree.read(name)
    if data is None:
        click.echo(f"note: {tree.shown(name)} is not there, so nothing is known", err=True)
        return None
    return parse_baseline(data, Path(tree.shown(name)))


def evaluate(
    inputs: Inputs,
    watch: Watch | None = None,
    snapshot: Snapshot | None = None,
    *,
    allowlist: Allowlist | None = None,
    chosen: Filter | None = None,
    aging: bool = False,
    doubts: Iterable[Gap] = (),
) -> Report:
    """Loads everything and runs the gate, on `snapshot` and `allowlist` where they are there
    already; `chosen`: which findings to show and judge; `aging`: an old snapshot is incomplete;
    `doubts`: gaps that are made of what `watch` saw. Raises InputError."""
    import gc
    from datetime import UTC, datetime

    from checker.check.age import limit
    from checker.check.engine import check
    from checker.check.filters import Filter
    from checker.cli.stored import opened
    from checker.vetting.catalogue import read_catalogue
    from checker.vetting.read import read_allowlist

    gc.disable()  # a report holds no cycles worth the collector's walks over a million objects
    rules = rules_of(inputs)
    snapshot = snapshot or opened(inputs.snapshot)
    report = check(
        snapshot,
        allowlist or read_allowlist(inputs.allowlist),
        rules,
        inputs.today,
        fail_on=inputs.fail_on,
        allow_gaps=inputs.allow_gaps,
        baseline=baseline_of(inputs),
        catalogue=read_catalogue(inputs.catalogue),
        watch=watch,
        max_age=limit(inputs.max_age, snapshot.manifest) if aging else None,
        now=datetime.now(UTC) if aging else None,
        rules_from=inputs.rules_from,
        no_settings=inputs.no_settings,
        chosen=chosen or Filter(),
        doubts=chain(_brought(inputs, snapshot.path) if aging else (), doubts),
    )
    say_unnamed(snapshot)
    return report


def _brought(inputs: Inputs, folder: Path) -> tuple[Gap, ...]:
    """A snapshot that a pull request brings along shows what its author wants to be seen."""
    from checker.bounded import read_bytes
    from checker.cli.gitfile import tracked
    from checker.snapshot.records import Gap

    if inputs.tree is None or inputs.rules_from is None or not tracked(folder):
        return ()
    path = folder / "manifest.json"
    if inputs.tree.read(str(path)) == read_bytes(path):
        return ()
    message = (
        f"{folder} is part of this change: what it shows, its author chose; "
        "collect it in the job that judges (--allow-gaps does not accept this)"
    )
    return (Gap(call="git", code="SnapshotInChange", message=message),)


def say_unnamed(*snapshots: Snapshot) -> None:
    """On stderr, what of their folders was not read; after the work, as an error is one line."""
    from checker.report.escape import terminal

    for one in snapshots:
        if one.unnamed:
            click.echo(terminal(f"warning: {one.name}: {one.unnamed}"), err=True)


def default_policies(tree: Tree) -> Path | None:
    """This folder's own, if it has any."""
    from checker.cli.tree import YAML

    names = tree.names("policies") or ()
    return Path("policies") if any(name.endswith(YAML) for name in names) else None


def today_or(given: Any) -> date:
    """The day of `--today`, else this one."""
    return given.date() if given else _today()


def _today() -> date:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()
