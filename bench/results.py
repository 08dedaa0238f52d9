"""The ratios of the last release, by kind of machine: `make bench` shows each beside today's.

Seconds differ between machines, ratios to floors of the same run much less; but a core's memory and
its neighbours show in them too, so a kind of machine is compared with itself alone. `--record`
writes down what was measured, as a release does (results.json).
"""

from __future__ import annotations

import json
import os
import platform
import re
from pathlib import Path

from checker import __version__

RESULTS = Path(__file__).with_name("results.json")
_measured: dict[str, float] = {}


def machine() -> str:
    """Its kind: cores, what they are, and the interpreter."""
    told = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.+)", told.read_text()) if told.exists() else None
    named = model[1] if model else platform.processor() or platform.machine()
    version = ".".join(platform.python_version_tuple()[:2])
    return f"{os.cpu_count()} x {named}, Python {version}"


def beside(what: str, ratio: float) -> str:
    """What it was, in words to stand beside the ratio, which is kept to be recorded."""
    _measured[what] = round(ratio, 2)
    known = _read().get(machine(), {}).get(what)
    return f" (was {known['ratio']} in {known['version']})" if known else ""


def record() -> None:
    """Writes down all that was measured; of what was not, the older stands."""
    every = _read()
    mine = every.setdefault(machine(), {})
    mine |= {what: {"ratio": one, "version": __version__} for what, one in _measured.items()}
    RESULTS.write_text(json.dumps(every, indent=2, sort_keys=True) + "\n")


def _read() -> dict[str, dict[str, dict[str, str | float]]]:
    found: dict[str, dict[str, dict[str, str | float]]] = {}
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else found
