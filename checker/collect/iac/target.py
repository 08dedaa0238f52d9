"""Where files of code would be deployed, and where in them something is written."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path

from checker.collect.iac.nearby import real
from checker.snapshot.records import Location


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the files would be deployed, and below which folder reports name them. `own`: other
    accounts of ours, as far as whoever asks knows them."""

    account: str
    partition: str = "aws"
    region: str | None = None
    organization: str | None = None
    root: Path = Path()
    own: frozenset[str] = frozenset()

    def arn(self, service: str, resource: str) -> str:
        region = (self.region or "") if service != "iam" else ""
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"

    def location(self, path: Path, line: int) -> Location:
        """Below the root, with forward slashes; of a file elsewhere only its name."""
        return Location(file=_relative(path, self.root), line=line)


@functools.lru_cache(maxsize=1024)
def _relative(path: Path, root: Path) -> str:
    relative = os.path.relpath(real(path), root.resolve())
    outside = relative.startswith("..") or Path(relative).is_absolute()
    return path.name if outside else Path(relative).as_posix()
