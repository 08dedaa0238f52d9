"""`vendorgate collect access-analyzer`: what AWS's own analyzer found, to be held against ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.clock import timestamp
from checker.cli.collect_options import listed_regions
from checker.cli.main import INCOMPLETE, PASS
from checker.cli.output import write_bytes
from checker.errors import InputError
from checker.plurals import plural

if TYPE_CHECKING:
    from checker.collect.analyzer.collect import Read

_ARN = re.compile(r"arn:aws[a-z-]*:access-analyzer:[a-z0-9-]+:[0-9]{12}:analyzer/[\w.-]{1,255}")


@click.command("access-analyzer")
@click.option("--analyzer", metavar="ARN", help="This one alone; default: all of external access.")
@click.option("--regions", multiple=True, metavar="A,B", help="Default: all enabled regions.")
@click.option("--profile", help="Profile of the AWS configuration; default: environment's.")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False),
              default=Path("analyzer"), metavar="DIR",
              help="Where analyzer_findings.jsonl goes; default: analyzer.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
def access_analyzer(
    analyzer: str | None, regions: tuple[str, ...], profile: str | None, output: Path, quiet: bool
) -> int:
    """Read what IAM Access Analyzer found of external access, for `check --cross-check DIR`.

    Read are the analyzers of the caller's account, of the organization or of the account. Those of
    unused and internal access say nothing of outsiders.
    Exit code 3 when something could not be read: the file's first line lists these gaps.
    """
    from checker.collect.analyzer.collect import collect
    from checker.collect.aws.session import connect
    from checker.snapshot.analyzer import FILE, encode_findings

    if analyzer is not None and not _ARN.fullmatch(analyzer):
        hint = "such as arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/organization"
        raise InputError(f"--analyzer: {analyzer!r} is no ARN of an analyzer", hint=hint)
    named = listed_regions(regions)
    if analyzer and named:
        raise InputError("--analyzer tells its region", hint="leave --regions out")
    now = timestamp()
    read = collect(connect(profile), named, analyzer, now)
    output.mkdir(parents=True, exist_ok=True)
    write_bytes([encode_findings(read.header, read.findings)], output / FILE)
    if not quiet:
        click.echo(_summary(output / FILE, read), err=True)
    return INCOMPLETE if read.header.gaps else PASS


def _summary(path: Path, read: Read) -> str:
    from checker.report.escape import terminal

    header = read.header
    without = len(set(header.regions) - {one.region for one in header.analyzers})
    lines = [
        f"{path}: {plural(len(read.findings), 'finding')} of "
        f"{plural(len(header.analyzers), 'analyzer')}; {plural(without, 'region')} without one, "
        f"gaps: {len(header.gaps)}",
        *(f"  gap: {gap.region or '-'} {gap.call}: {gap.code}: {gap.message}"
          for gap in header.gaps),
    ]  # fmt: skip
    return "\n".join(map(terminal, lines))
