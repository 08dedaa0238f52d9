"""The snapshots and lists that sessions in `transcripts/` begin with, by the session's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

WORLDS: dict[str, Callable[[Path], None]] = {}
