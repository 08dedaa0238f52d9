"""What `collect cloudformation`, `collect terraform` and `check` on code share."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click
import msgspec

from checker.cli.ids import check_account, check_region
from checker.errors import InputError

if TYPE_CHECKING:
    from datetime import date

    from checker.collect.iac.records import Found
    from checker.collect.iac.target import Target
    from checker.snapshot.memory import MemorySnapshot
    from checker.snapshot.records import Manifest

F = TypeVar("F", bound=Callable[..., Any])
Source = Literal["cloudformation", "terraform"]
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_FOLDER = click.Path(path_type=Path, file_okay=False)
PARAMETERS = [
    click.option("--parameters", multiple=True, metavar="FILE|K=V",
                 help="Values of parameters: files, samconfig.toml, Key=Value; repeatable."),
    click.option("--config-env", default="default", show_default=True, metavar="NAME",
                 help="The environment of samconfig.toml."),
]  # fmt: skip
PLANS = [
    click.option("--source-dir", "folder", type=_FOLDER, metavar="DIR",
                 help="The .tf files of the root module.  [default: beside the plan]"),
    click.option("--var-file", "var_files", type=_FILE, multiple=True, metavar="FILE",
                 help="Values of variables, for folders of .tf files; repeatable."),
    click.option("--changes-only", is_flag=True,
                 help="Only what the plans create, change or lay open."),
]  # fmt: skip
PLACE = [
    click.option("--account", metavar="ID", help="Where the code would be deployed."),
    click.option("--partition", default="aws", show_default=True, metavar="NAME"),
    click.option("--region", metavar="R", help="What AWS::Region stands for."),
    click.option("--organization", metavar="ID", help="The own organization (o-…)."),
    click.option("--own", multiple=True, metavar="ID", help="Another own account; repeatable."),
    click.option("--root", type=_FOLDER, default=Path(), metavar="DIR",
                 help="Reports name files below this folder.  [default: the current one]"),
    click.option("--strict", is_flag=True, help="A resource of an unknown type is a gap."),
]  # fmt: skip
NAMES = (
    "parameters", "config_env", "folder", "var_files", "changes_only",
    "account", "partition", "region", "organization", "own", "root", "strict",
)  # fmt: skip
"""What the options above are called."""
OF_CODE = {
    "parameters": (), "config_env": "default", "folder": None, "var_files": (),
    "changes_only": False, "partition": "aws", "region": None, "organization": None,
    "own": (), "strict": False,
}  # fmt: skip
"""Those that say nothing of a snapshot, with their defaults."""


class Code(msgspec.Struct, frozen=True):
    """What to read, as which kind of code, and where it would be deployed."""

    source: Source
    paths: tuple[str, ...]
    target: Target
    parameters: tuple[str, ...] = ()
    config_env: str = "default"
    folder: Path | None = None
    var_files: tuple[Path, ...] = ()
    changes_only: bool = False
    strict: bool = False

    @classmethod
    def of(cls, source: Source, paths: tuple[str, ...], **given: Any) -> Code:
        """From options. Raises InputError."""
        where = ("account", "partition", "region", "organization", "own", "root")
        return cls(source, paths, _target(**{name: given.pop(name) for name in where}), **given)

    def snapshot(self, today: date, own: Iterable[str]) -> MemorySnapshot:
        """What it would create, to be judged at once: the same bytes on the same day. `own`: other
        accounts of ours."""
        from checker.snapshot.memory import MemorySnapshot

        target = dataclasses.replace(self.target, own=self.target.own.union(own))
        found = msgspec.structs.replace(self, target=target).collect()
        manifest = self.manifest(found, f"{today.isoformat()}T00:00:00Z")
        more = f" and {len(self.paths) - 1} more" if len(self.paths) > 1 else ""
        return MemorySnapshot(Path(self.paths[0] + more), manifest, found.records())

    def manifest(self, found: Found, collected_at: str) -> Manifest:
        """Of what was collected. Each resource of code was looked at: what is not read is a gap."""
        from checker.access import KIND_NAMES
        from checker.collect.iac.code.rows import KINDS as CODE
        from checker.collect.iac.grants.rows import KINDS

        kinds = sorted({*KINDS, *KIND_NAMES})
        return found.manifest(self.source, self.target, collected_at, kinds, CODE)

    def collect(self) -> Found:
        """Raises InputError where nothing can be read."""
        from checker.collect.iac.files import input_files

        if self.source == "cloudformation":
            from checker.collect.iac.cloudformation import ENDINGS, collect_templates
            from checker.collect.iac.given import read_given

            files = input_files(self.paths, ENDINGS)
            given = read_given(self.parameters, self.config_env)
            return collect_templates(files, self.target, given, strict=self.strict)
        from checker.collect.iac.terraform.collect import ENDINGS as PLANNED
        from checker.collect.iac.terraform.collect import Reading, collect_terraform

        files = input_files(self.paths, PLANNED)
        reading = Reading(self.folder, self.var_files, self.changes_only, self.strict)
        return collect_terraform(files, self.target, reading)


def options(*groups: list[Callable[[F], F]]) -> Callable[[F], F]:
    """Adds groups of options to a command, in order."""

    def decorate(function: F) -> F:
        for option in reversed([option for group in groups for option in group]):
            function = option(function)
        return function

    return decorate


def _target(
    *, account: str | None, partition: str, region: str | None, organization: str | None,
    own: tuple[str, ...], root: Path,
) -> Target:  # fmt: skip
    from checker.collect.iac.target import Target

    if account is None:
        raise InputError("whose account is it?", hint="say where it would be deployed: --account")
    for one in (account, *own):
        check_account(one)
    if organization and not re.fullmatch(r"o-[a-z0-9]{10,32}", organization):
        raise InputError(f"--organization: {organization!r} is no organization id", hint="o-…")
    if not re.fullmatch(r"aws(-[a-z]+)*", partition):
        raise InputError(f"--partition: {partition!r} is no partition", hint="such as aws-us-gov")
    if region:
        check_region(region)
    return Target(account=account, partition=partition, region=region,
                  organization=organization, own=frozenset(own) - {account}, root=root)  # fmt: skip
