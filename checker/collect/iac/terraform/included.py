"""Files that a text of Terraform names, even where nothing looks, or whose use nobody can tell."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from checker.collect.iac.records import read_bytes
from checker.collect.iac.terraform.syntax import MAX_BYTES
from checker.errors import InputError

_NAMED = re.compile(
    r"\b(?:file|filebase64|templatefile)\(\s*\\?\"(?:\$\{path\.\w+\}/)?([^\"$\\]+)\\?\""
)


def included(data: bytes, folder: Path, root: Path) -> Iterator[tuple[Path, bytes]]:
    """Those below the folder of the text, or the root, that can be read."""
    for name in dict.fromkeys(_NAMED.findall(data.decode(errors="replace"))):
        path = (folder / name).resolve()
        if path.is_relative_to(folder) or path.is_relative_to(root):
            with contextlib.suppress(InputError):
                yield path, read_bytes(path, MAX_BYTES)
