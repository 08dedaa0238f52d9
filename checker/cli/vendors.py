"""`vendorgate vendors`: who published an account id, and the lists that say so."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.output import write_text
from checker.errors import InputError

if TYPE_CHECKING:
    from checker.vetting.catalogue import Catalogue, VendorFile


class _IdsOrCommand(click.Group):
    """`vendors sync SOURCE` is a command; anything else are account ids and names."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["who", *args]
        return super().parse_args(ctx, args)


@click.group("vendors", cls=_IdsOrCommand, subcommand_metavar="ID|NAME… | sync SOURCE")
def command() -> None:
    """Who has published an account id as its own, or which ids a name has: the built-in lists and
    those that were synced. A name is a hint for people; only the allowlist vets."""


@command.command("who")
@click.argument("given", nargs=-1, required=True, metavar="ID|NAME…")
@click.option("--catalogue", type=click.Path(path_type=Path), metavar="FILE",
              help="Lists to look in.  [default: the user's cache]")  # fmt: skip
@click.option("-f", "--format", "shape", type=click.Choice(["text", "json"]), default="text")
def who(given: tuple[str, ...], catalogue: Path | None, shape: str) -> None:
    """Name the vendors that have published each account ID, and the accounts of each NAME;
    `vendors ID…` for short."""
    from checker.cli.vendor_rows import as_json, as_text

    for one in given:
        if not re.fullmatch(r"[0-9]{12}", one) and not _is_name(one):
            raise InputError(f"{one!r} is not an account id of 12 digits, nor a name")
    names = catalogue_for_people(catalogue)
    write_text((as_json if shape == "json" else as_text)(names, given), None)


def _is_name(given: str) -> bool:
    """Whether there is a letter in it; with six digits it was to be an account id."""
    digits = sum(letter.isdigit() for letter in given)
    return any(letter.isalpha() for letter in given) and digits < 6


@command.command("sync")
@click.argument("source")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
              help="Write there, for `check --catalogue`.  [default: a cache]")  # fmt: skip
def sync(source: str, output: Path | None) -> None:
    """Read a community list of vendor accounts from SOURCE, a file or an https URL.

    Two formats are known: that of known_aws_accounts and CloudMapper's vendor_accounts.yaml. Each
    SOURCE is kept with its day and digest; the same SOURCE replaces what it gave before.
    """
    from datetime import UTC, datetime

    from checker.collect.download import read_source
    from checker.report.escape import terminal
    from checker.vetting.community import parse_list

    path = output or cache_file()
    before = _before(path)
    today = datetime.now(UTC).date().isoformat()
    found, left_out = parse_list(read_source(source), source, today)
    others = [one for one in before if one.source != source]
    lists = tuple(sorted([*others, found], key=lambda one: one.source))
    _write(path, lists)
    for line in left_out:
        click.echo(terminal(f"left out: {source}: {line}"), err=True)
    accounts = {account for entry in found.entries for account in entry.accounts}
    said = f"{path}: {len(found.entries)} vendors, {len(accounts)} accounts from {source}"
    click.echo(terminal(said), err=True)


def _before(path: Path) -> Any:
    from checker.vetting.catalogue import read_vendor_file

    return read_vendor_file(path)[0].lists if path.exists() else ()


def _write(path: Path, lists: Any) -> None:
    import msgspec

    from checker.report.json_report import encode
    from checker.vetting.catalogue import SCHEMA, VendorFile

    file: VendorFile = VendorFile(SCHEMA, lists)
    text = msgspec.json.format(encode(file), indent=1).decode() + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot be made: {error.strerror}", path=path.parent) from None
    write_text(text, path)


def cache_file() -> Path:
    """Raises InputError for a user without a home."""
    from checker.usercache import folder

    try:
        return folder() / "vendors.json"
    except RuntimeError:
        told = "there is no home to keep the list in"
        raise InputError(told, hint="name a file: -o FILE, or set HOME or XDG_CACHE_HOME") from None


def catalogue_for_people(path: Path | None) -> Catalogue:
    """Names for whoever asks at a terminal: the file given, else the cache. A check never looks
    into the cache, as its report would be another one on another machine."""
    from checker.vetting.catalogue import read_catalogue

    return read_catalogue(path or _cached())


def _cached() -> Path | None:
    with contextlib.suppress(InputError):
        return found if (found := cache_file()).is_file() else None
    return None
