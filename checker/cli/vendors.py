"""`vendorgate vendors`: who published an account id, and the lists that say so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.main import PASS
from checker.cli.output import write_text
from checker.errors import InputError

if TYPE_CHECKING:
    from checker.vetting.catalogue import Catalogue, VendorFile


class _IdsOrCommand(click.Group):
    """`vendors sync SOURCE` is a command; anything else are account ids."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["who", *args]
        return super().parse_args(ctx, args)


@click.group("vendors", cls=_IdsOrCommand, subcommand_metavar="ID… | sync SOURCE")
def command() -> None:
    """Who has published an account id as its own: the built-in catalogue and the lists that
    were synced. A name is a hint for people; only the allowlist vets."""


@command.command("who")
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@click.option("--catalogue", type=click.Path(path_type=Path), metavar="FILE",
              help="Lists to look in.  [default: the user's cache]")  # fmt: skip
@click.option("-f", "--format", "shape", type=click.Choice(["text", "json"]), default="text")
def who(ids: tuple[str, ...], catalogue: Path | None, shape: str) -> int:
    """Name the vendors that have published each account ID; `vendors ID…` for short."""
    from checker.validation import ACCOUNT_PATTERN

    for given in ids:
        if not re.match(ACCOUNT_PATTERN, given):
            raise InputError(f"{given!r} is not an account id of 12 digits")
    names = catalogue_for_people(catalogue)
    found = {account: _known(names, account) for account in ids}
    write_text(_json(found) if shape == "json" else _text(found), None)
    return PASS


def _known(catalogue: Catalogue, account: str) -> list[dict[str, Any]]:
    return [
        {
            "name": known.entry.name,
            "source": known.entry.source,
            "enabled": known.entry.enabled,
            "list": known.source,
            "synced_on": known.synced_on,
        }
        for known in catalogue.known(account)
    ]


def _json(found: dict[str, list[dict[str, Any]]]) -> str:
    import json

    rows = [{"account": account, "vendors": vendors} for account, vendors in found.items()]
    return json.dumps({"schema": "vendorgate/vendor-names/v1", "accounts": rows}, indent=2) + "\n"


def _text(found: dict[str, list[dict[str, Any]]]) -> str:
    from checker.report.escape import terminal

    lines = []
    for account, vendors in found.items():
        lines += [f"{account}  nobody that the catalogue knows"] if not vendors else []
        for known in vendors:
            of = f", synced {known['synced_on']}" if known["synced_on"] else ""
            off = "" if known["enabled"] else "  (disabled in that list)"
            source = known["source"] or "no page named"
            text = f"{account}  {known['name']}{off}  {source}  [{known['list']}{of}]"
            lines.append(terminal(text))
    return "\n".join([*lines, "A name is a hint: only the allowlist vets."]) + "\n"


@command.command("sync")
@click.argument("source")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
              help="Write there, for `check --catalogue`.  [default: a cache]")  # fmt: skip
def sync(source: str, output: Path | None) -> int:
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
    return PASS


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
    from checker.usercache import folder

    return folder() / "vendors.json"


def catalogue_for_people(path: Path | None) -> Catalogue:
    """Names for whoever asks at a terminal: the file given, else the cache. A check never looks
    into the cache, as its report would be another one on another machine."""
    from checker.vetting.catalogue import read_catalogue

    cached = cache_file()
    return read_catalogue(path or (cached if cached.is_file() else None))
