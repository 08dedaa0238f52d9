"""The demo's snapshot as the emulator gave it, for whoever has no emulator."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import msgspec

from checker.snapshot.files import MANIFEST
from checker.snapshot.records import Manifest
from checker.snapshot.write import write_sorted


def write_recorded(directory: Path, now: str) -> Manifest:
    """Write it to `directory` as if it were collected at `now` (ISO 8601, UTC): the gate refuses
    a snapshot that is a week old. Raises InputError where the directory holds something else."""
    recorded = resources.files("checker.demo").joinpath("recorded")
    manifest = msgspec.json.decode(recorded.joinpath(MANIFEST).read_bytes(), type=Manifest)
    files = ((name, recorded.joinpath(name).read_bytes().splitlines()) for name in manifest.files)
    return write_sorted(directory, msgspec.structs.replace(manifest, collected_at=now), files)
