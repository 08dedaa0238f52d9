"""Input that comes by a pipe, as a shell's `<(…)` hands it to a command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def fed(text: str) -> Iterator[str]:
    """The name of a pipe that holds a short text."""
    out, into = os.pipe()
    os.write(into, text.encode())
    os.close(into)
    yield f"/dev/fd/{out}"
    os.close(out)
