"""`collect files`: what people have of AWS's output → a recording of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from checker.collect.files import store
from checker.collect.files.complete import complete
from checker.collect.files.read import NotOurs, Reading, Where
from checker.collect.files.text import LARGEST
from checker.collect.iac.files import STDIN, InputFile, InputFiles, input_files
from checker.collect.recorded.answers import Answers
from checker.collect.recorded.collect import Recording
from checker.errors import BadInputsError, InputError
from checker.snapshot.records import Gap, Input

_ENDINGS = (".json", ".json.gz", ".jsonl")


def recording_of(
    texts: Sequence[str],
    where: Where,
    regions: tuple[str, ...],
    now: datetime,
    *,
    dated: bool = False,
) -> Recording:
    """Files, folders and globs of them. `dated`: `now` is when they were made, whatever they say.
    Raises InputError, of all that is wrong at once."""
    answers = Answers()
    stores = [Path(text) for text in texts if store.is_store(Path(text))]
    files = input_files([text for text in texts if Path(text) not in stores], _ENDINGS)
    inputs, times, broken = _read(files, where, answers)
    for one in stores:
        more, dates = store.read(one, answers)
        inputs, times = [*inputs, *more], [*times, *dates]
    complete(answers)
    if not answers.given:
        none = InputError("nothing of an account was given", hint="see vendorgate collect files -h")
        raise BadInputsError([*broken, none]) if broken else none
    answers.notes += files.told(Path())
    moment = now if dated else min([now, *times])
    return Recording(
        source="files",
        answers=answers,
        collected_at=moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        regions=regions,
        inputs=tuple(sorted(inputs, key=lambda one: (one.name, one.sha256))),
    )


def _read(
    files: InputFiles, where: Where, answers: Answers
) -> tuple[list[Input], list[datetime], list[InputError]]:
    """What was read, when that was made, and what of a folder could not be read."""
    inputs: list[Input] = []
    broken: list[InputError] = []
    times: list[datetime] = []
    errors: list[InputError] = []
    others: list[str] = []
    for file in files:
        try:
            inputs.append(_one(file, where, answers))
            times += _time(file.path)
        except InputError as error:
            _keep(error, file, errors, broken, others)
    if errors:
        raise BadInputsError(errors) if len(errors) > 1 else errors[0]
    if others:
        answers.notes.append(f"Files that are no output of AWS, passed over: {_few(others)}.")
    for one in broken:
        name = Path(str(one.path)).as_posix()
        answers.gaps.append(Gap(call=name, code="UnreadableFile", message=one.message))
    return inputs, times, broken


def _keep(
    error: InputError,
    file: InputFile,
    errors: list[InputError],
    broken: list[InputError],
    others: list[str],
) -> None:
    """Of a folder, what is something else is passed over, and what cannot be read is a gap."""
    if file.named or (not isinstance(error, NotOurs) and "tells no" in error.message):
        errors.append(error)
    elif isinstance(error, NotOurs):
        others.append(file.path.name)
    else:
        broken.append(error)


def _one(file: InputFile, where: Where, answers: Answers) -> Input:
    data = file.read(LARGEST)
    reading = Reading(answers, file.path, Where.of(file.path, where))
    reading.read(data)
    return Input(
        name=shown(file.path),
        kind=", ".join(sorted(reading.calls)),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def shown(path: Path) -> str:
    """Below the current folder, with forward slashes; of a file elsewhere only its name."""
    relative = os.path.relpath(path)
    return path.name if relative.startswith("..") else Path(relative).as_posix()


def _time(path: Path) -> Iterable[datetime]:
    """When a file was last written: what it holds is no newer."""
    if str(path) == STDIN:
        return []
    return [datetime.fromtimestamp(path.stat().st_mtime, UTC)]


def _few(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{len(names)} ({', '.join(names[:3])}{more})"
