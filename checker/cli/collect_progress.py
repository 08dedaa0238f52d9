"""What collecting says while it goes on, and when it is done."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from checker.collect.aws.collect import Collected, Status, Watch
    from checker.collect.cloudtrail import trail

_EVERY = 0.1  # seconds between two lines
_MINUTE = 60


@contextmanager
def watching(quiet: bool) -> Iterator[Watch]:
    """One line that rewrites itself, on a terminal only."""
    from checker.collect.aws.collect import unwatched

    if quiet or not sys.stderr.isatty():
        yield unwatched
        return
    line = _Line()
    try:
        yield lambda status: line.show(lambda seconds: progress_line(status, seconds))
    finally:
        line.clear()


def reading(quiet: bool) -> trail.Watch:
    """The same while logs are read; the line goes when a look at them ends."""
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    lines: dict[int, _Line] = {}  # each look has its own pace

    def show(status: trail.Reading | None) -> None:
        if status is None:
            for line in lines.values():
                line.clear()
            lines.clear()
            return
        line = lines.setdefault(status.look, _Line())
        line.show(lambda seconds: reading_line(status, seconds))

    return show


class _Line:
    def __init__(self) -> None:
        self._begun, self._shown = time.monotonic(), 0.0

    def show(self, text: Callable[[float], str]) -> None:
        """`text`: of the seconds since it began."""
        now = time.monotonic()
        if now - self._shown >= _EVERY:
            self._shown = now
            click.echo(f"\r\x1b[K{text(now - self._begun)}", err=True, nl=False)

    def clear(self) -> None:
        click.echo("\r\x1b[K", err=True, nl=False)


def reading_line(status: trail.Reading, seconds: float) -> str:
    """Files read, how many a second, and the time left once it is known how many there are."""
    of = f" of {status.total:,}" if status.total is not None else ""
    parts = [f"{status.files:,}{of} files" + _rate(status.files, seconds)]
    if status.total is not None:
        parts.append(f"{_duration(seconds / status.files * (status.total - status.files))} left")
    again = f" (look {status.look})" if status.look > 1 else ""
    return f"reading{again}: " + ", ".join(parts)


def progress_line(status: Status, seconds: float) -> str:
    """Accounts done, calls and how many a second, throttles, the time left at the pace so far."""
    done = status.done - status.resumed
    left = seconds / done * (status.accounts - status.done) if done else None
    parts = [
        f"{status.done} of {status.accounts} accounts",
        f"{status.traffic.requests:,} calls" + _rate(status.traffic.requests, seconds),
        f"{status.traffic.throttles} throttled",
        f"{_duration(left)} left" if left is not None else "",
    ]
    return "collecting: " + ", ".join(part for part in parts if part)


def _rate(count: int, seconds: float) -> str:
    """Of the first second there is none to tell."""
    return f" ({count / seconds:.0f}/s)" if seconds >= 1 else ""


def summary(output: str, collected: Collected, seconds: float) -> str:
    """What was collected, what it took, and what is missing."""
    from checker.report.escape import terminal

    manifest, traffic = collected.manifest, collected.status.traffic
    counts = {name.partition(".")[0]: entry.records for name, entry in manifest.files.items()}
    carried = f" (and {collected.carried} carried over)" if collected.carried else ""
    parts = [
        f"accounts: {collected.status.accounts}{carried}",
        f"regions: {len(manifest.regions)}",
        *(f"{name.replace('_', ' ')}: {counts[name]}" for name in sorted(counts, reverse=True)),
        f"gaps: {len(manifest.gaps)}",
    ]
    took = f"  calls: {traffic.requests}, throttled: {traffic.throttles}, "
    took += f"repeated: {traffic.retries}, seconds: {seconds:.1f}"
    gaps = Counter(f"{gap.call}: {gap.code}" for gap in manifest.gaps)
    lines = [f"  gap: {name} ({count}×)" for name, count in sorted(gaps.items())]
    note = [collected.note] if collected.note else []
    return "\n".join(map(terminal, [*note, f"{output}: {', '.join(parts)}", took, *lines]))


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:.0f} min"
