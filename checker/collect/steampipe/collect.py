"""`collect steampipe`: tables of Steampipe, from its endpoint or from files → a recording."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from checker.collect.files.complete import counted
from checker.collect.files.read import Where
from checker.collect.iac.files import InputFile, input_files
from checker.collect.recorded.answers import Answers
from checker.collect.recorded.collect import Recording
from checker.collect.steampipe import postgres
from checker.collect.steampipe.files import rows_of
from checker.collect.steampipe.rows import Rows, take
from checker.errors import BadInputsError, InputError

_ENDINGS = (".json", ".json.gz", ".csv", ".csv.gz")
_URL = re.compile(r"postgres(ql)?://")
MEND = "add it to Steampipe's connections and their `regions` (aws.spc)"
FILTERED = "What a query left out (where, limit), no file tells: each table was taken to be whole."


def recording_of(
    sources: Sequence[str],
    connections: Sequence[str],
    where: Where,
    regions: tuple[str, ...],
    now: datetime,
) -> Recording:
    """URLs, files, folders and globs of them. Raises InputError, of all files at once."""
    urls = [one for one in sources if _URL.match(one)]
    files = [one for one in sources if one not in urls]
    if connections and not urls:
        raise InputError("--connection goes with postgres://…")
    answers = Answers()
    found, times = _files(files, where)
    for url in urls:
        with postgres.opened(url) as database:
            found += postgres.read(database, connections, answers)
    if files:
        answers.notes.append(FILTERED)
    take(found, answers)
    counted(answers)
    if not answers.given:
        raise InputError("tells of no account", hint="see vendorgate collect steampipe -h")
    return Recording(
        source="steampipe",
        answers=answers,
        collected_at=min([now, *times]).strftime("%Y-%m-%dT%H:%M:%SZ"),
        regions=regions,
        inputs=tuple(sorted((one.input() for one in found), key=lambda one: (one.name, one.kind))),
        mend=MEND,
    )


def _files(texts: Sequence[str], where: Where) -> tuple[list[Rows], list[datetime]]:
    found: list[Rows] = []
    errors: list[InputError] = []
    times: list[datetime] = []
    for file in input_files(texts, _ENDINGS):
        try:
            found.append(rows_of(file, where))
            times += _time(file)
        except InputError as error:
            errors.append(error)
    if errors:
        raise BadInputsError(errors) if len(errors) > 1 else errors[0]
    return found, times


def _time(file: InputFile) -> list[datetime]:
    if str(file.path) == "-":
        return []
    return [datetime.fromtimestamp(file.path.stat().st_mtime, UTC)]
