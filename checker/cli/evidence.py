"""`vendorgate evidence`: bundles for auditors, that prove themselves."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.inputs import evaluation_options, inputs_of, say_unnamed
from checker.cli.main import FINDINGS, PASS
from checker.cli.output import descriptor, format_option, parse_formats, write_text
from checker.cli.stored import local, opened

if TYPE_CHECKING:
    from checker.cli.inputs import Inputs
    from checker.evidence.model import Evaluation
    from checker.evidence.stage import Sources


@click.group("evidence")
def command() -> None:
    """Bundles for auditors: build one, verify it anywhere, follow a period."""


@command.command("build")
@evaluation_options
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE.zip")
@click.option("--since", type=click.Path(path_type=Path), metavar="OLD.zip",
              help="Tell too what changed since this bundle.")  # fmt: skip
def build(output: Path, since: Path | None, **given: Any) -> None:
    """Write SNAPSHOT (default: snapshot/), allowlist, policies and report as one reproducible zip.

    Beside it FILE.intoto.json, an unsigned statement of its digest, for a pipeline to sign.
    Every finding counts: a baseline hides none, and names are those of the built-in catalogue.
    Exit codes: 0 it was written, whatever the verdict · 2 bad usage or input.
    """
    import tempfile

    from checker.evidence.stage import stage
    from checker.report import view
    from checker.report.escape import terminal

    inputs = inputs_of(**given)
    _check_target(output)
    with _opened(since) as before, tempfile.TemporaryDirectory(prefix="vendorgate-") as folder:
        bundle = stage(Path(folder), _sources(inputs, before))
        _write(Path(folder), output, bundle)
    say_unnamed(opened(inputs.snapshot))
    click.echo(terminal(f"{output}: {view.verdict(bundle.report)}"), err=True)


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--accept-other-version",
    is_flag=True,
    help="Of a bundle that another version made, accept other words, but no other facts.",
)
def verify(file: Path, accept_other_version: bool) -> int:
    """Check a bundle: every digest, and that its inputs give its report again. Works offline.

    Exit codes: 0 it holds · 1 it does not, and the file at fault is named · 2 not a zip.
    """
    from checker.evidence.verify import verify
    from checker.report.escape import terminal

    outcome = verify(file, accept_other_version=accept_other_version)
    for note in outcome.notes:
        click.echo(f"note: {terminal(note)}", err=True)
    for name, problem in outcome.problems:
        click.echo(terminal(f"{name}: {problem}"))
    if outcome.problems or outcome.bundle is None:
        return FINDINGS
    _say_good(outcome.bundle)
    return PASS


@command.command("trend")
@click.argument("bundles", nargs=-1, required=True, type=click.Path(path_type=Path))
@format_option("text")
def trend(bundles: tuple[Path, ...], formats: tuple[str, ...]) -> None:
    """Follow third parties, open findings and waivers over BUNDLES, in order of their days.

    And how many days vetting took. Formats: text, csv, html (a page with charts).
    Digests are checked; `verify` checks more.
    """
    from checker.evidence import trend, trend_page

    formats_of = {"text": trend.render_text, "csv": trend.render_csv, "html": trend_page.render}
    wanted = parse_formats(formats or ("text",), tuple(formats_of))
    period = trend.points([trend.read_moment(path) for path in bundles])
    for name, path in wanted:
        write_text(formats_of[name](period), path)


def _say_good(bundle: Any) -> None:
    from checker.report import view
    from checker.report.escape import terminal

    click.echo("The bundle holds: every digest, and its inputs give the same report again.")
    click.echo(terminal(f"As of {bundle.report.evaluated_on}: {view.verdict(bundle.report)}"))


def _check_target(output: Path) -> None:
    from checker.errors import InputError

    if output.is_dir():
        raise InputError("is a folder", path=output, hint="write -o FILE.zip")
    if descriptor(output) is not None or (output.exists() and not output.is_file()):
        raise InputError("is no plain file", path=output, hint="write -o FILE.zip")
    if not output.absolute().parent.is_dir():
        raise InputError("there is no such directory", path=output.parent, hint="make it first")


@contextlib.contextmanager
def _opened(since: Path | None) -> Iterator[Path | None]:
    """The bundle before, unpacked; refused where its digests do not hold."""
    from checker.errors import InputError
    from checker.evidence.digests import compare
    from checker.evidence.layout import RefusedError
    from checker.evidence.unpack import unpacked

    if since is None:
        yield None
        return
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(unpacked(since))
        except RefusedError as refused:
            raise InputError(f"refused: {refused}", path=since) from None
        for name, problem in compare(folder):
            raise InputError(f"{name} {problem}", path=since, hint="give a bundle that verifies")
        yield folder


def _sources(inputs: Inputs, since: Path | None) -> Sources:
    """Everything is read where it is first, so that a fault is named as the user knows it."""
    from checker.check.rules import Rules
    from checker.cli.githistory import history
    from checker.evidence.model import GIT, Git, decode
    from checker.evidence.stage import Sources
    from checker.policy.load import load_policies
    from checker.vetting.read import read_allowlist

    policies = load_policies(inputs.policies, builtin=inputs.builtin)
    rules = Rules(policies, inputs.settings.overrides)
    read = read_allowlist(inputs.allowlist)
    read.check_policies(set(rules.set.ids))
    first = inputs.allowlist.read_bytes()
    included = {part.name: part.data for part in read.document.parts[1:]}
    before = decode(since / GIT, Git) if since else None
    told = history(inputs.allowlist, {inputs.allowlist.name: first} | included, before)
    return Sources(
        local(inputs.snapshot), first, included, policies, _evaluation(inputs), told, since
    )


def _evaluation(inputs: Inputs) -> Evaluation:
    from checker import __version__
    from checker.check.age import limit
    from checker.evidence.model import SCHEMA, Bend, Evaluation
    from checker.report.model import Tool

    overrides = inputs.settings.overrides
    severity = {p: Bend(level=s, reason=r) for p, (s, r) in sorted(overrides.severity.items())}
    return Evaluation(
        schema=SCHEMA,
        tool=Tool(name="vendorgate", version=__version__),
        evaluated_on=inputs.today.isoformat(),
        fail_on=inputs.fail_on,
        allow_gaps=inputs.allow_gaps,
        builtin_policies=inputs.builtin,
        severity=severity,
        disabled=dict(sorted(overrides.disabled.items())),
        max_age=limit(inputs.max_age, opened(inputs.snapshot).manifest),
    )


def _write(folder: Path, output: Path, bundle: Any) -> None:
    """Both files by renaming; never does a statement stand beside another zip than its own."""
    from checker.cli.targets import at_end
    from checker.errors import InputError
    from checker.evidence.archive import pack
    from checker.evidence.digests import digest
    from checker.evidence.model import MANIFEST
    from checker.evidence.statement import statement

    beside = output.with_name(f"{output.name.removesuffix('.zip')}.intoto.json")
    try:
        target, beside = at_end(output), at_end(beside)  # a link stays a link
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", path=output) from None
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        pack(folder, draft)
        said = statement(output.name, digest(draft), digest(folder / MANIFEST), bundle)
        beside.unlink(missing_ok=True)
        draft.replace(target)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", path=output) from None
    finally:
        draft.unlink(missing_ok=True)
    write_text(said.decode(), beside)
