"""`vendorgate init`: the files to start with."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.stored import opened
from checker.errors import InputError

NEXT = "Next, one after the other:\n  vendorgate collect aws\n  vendorgate check"
"""Not joined by `&&`: a collection with gaps ends with 3, and the check tells what they are."""


@click.command("init")
@click.argument("directory", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option(
    "--from",
    "snapshot",
    type=click.Path(path_type=Path),
    metavar="SNAPSHOT",
    help="Propose an entry for each third party that this snapshot shows.",
)
@click.option("--catalogue", type=click.Path(path_type=Path), metavar="FILE",
              help="Names for the proposal.  [default: the user's cache]")  # fmt: skip
def command(directory: Path | None, snapshot: Path | None, catalogue: Path | None) -> None:
    """Write allowlist.yaml, an example policy with its tests, schemas for your editor and a
    GitHub workflow into DIR (default: here). Nothing that is there is overwritten.

    A proposed entry vets nobody until a person has filled in `reviewed` and `expires`.
    """
    from checker.report.escape import terminal

    folder = directory or Path()
    target = folder / "allowlist.yaml"
    if snapshot and _taken(target):
        raise InputError("is there already", path=target, hint="name another DIR to propose into")
    texts = _texts(snapshot, catalogue)
    for name, text in texts.items():
        done = "written" if _write(folder / name, text) else "kept as it is"
        click.echo(terminal(f"{folder / name}: {done}"))
    click.echo(NEXT)


def _texts(snapshot: Path | None, catalogue: Path | None) -> dict[str, str]:
    from checker.cli.schema import schema_text

    starter = Path(__file__).resolve().parent.parent / "starter"
    allowlist = (starter / "allowlist.yaml").read_text(encoding="utf-8")
    return {
        "allowlist.yaml": _proposal(snapshot, catalogue) if snapshot else allowlist,
        "policies/role-without-owner.yaml": (starter / "policy.yaml").read_text(encoding="utf-8"),
        ".github/workflows/vendorgate.yml": (starter / "workflow.yml").read_text(encoding="utf-8"),
        ".vendorgate/allowlist.schema.json": schema_text("allowlist"),
        ".vendorgate/policy.schema.json": schema_text("policy"),
    }


def _proposal(snapshot: Path, catalogue: Path | None) -> str:
    """Against an allowlist of nobody and the built-in policies, every third party is a finding."""
    from checker.check.engine import check
    from checker.check.rules import PolicyOverrides, Rules
    from checker.cli.inputs import say_unnamed, today_or
    from checker.cli.vendors import catalogue_for_people
    from checker.explain import proposal
    from checker.policy.load import load_policies
    from checker.vetting.allowlist import empty_allowlist

    rules = Rules(load_policies(None), PolicyOverrides())
    names = catalogue_for_people(catalogue)
    seen = opened(snapshot)
    report = check(seen, empty_allowlist(), rules, today_or(None), catalogue=names)
    say_unnamed(seen)
    return proposal.render(report)


def _taken(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _write(path: Path, text: str) -> bool:
    """Whether it was written: never over something, nor through a link that leads nowhere."""
    if _taken(path):
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", path=path) from None
    return True
