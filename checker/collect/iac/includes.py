"""`AWS::Include` of a file that stands beside the template, as `aws cloudformation package` and SAM
take it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.collect.iac.nearby import is_file, nearby
from checker.collect.iac.records import read_bytes
from checker.collect.iac.template import MAX_BYTES, parse_template
from checker.collect.iac.walking import mappings
from checker.errors import InputError

_NAMING = ("Location", "Uri", "URL")
MOST = 50  # files that one template may include


def named_beside(path: Path, value: Any, root: Path) -> Iterator[Path]:
    """Files that a template names anywhere, even where nothing looks, below it or the root: those
    that `aws cloudformation package` brings along."""
    folder = path.resolve().parent
    for one in mappings(value):
        for key, where in one.items():
            named = isinstance(where, str) and key.endswith(_NAMING)
            found = nearby(folder, where) if named else None
            if found and (found.is_relative_to(folder) or found.is_relative_to(root)):
                yield from [found] if is_file(found) else []


class Includes:
    """Those of the template at `path`, each read once."""

    def __init__(self, path: str) -> None:
        self._folder = Path(path).parent
        self._read: dict[str, Any] = {}

    @property
    def files(self) -> list[Path]:
        """Those that are here."""
        return [self._folder / where for where, found in self._read.items() if found is not None]

    def content(self, transform: Any) -> Any:
        """What a transform, resolved, brings; None where it is another one, or not here."""
        if not isinstance(transform, dict) or transform.get("Name") != "AWS::Include":
            return None
        parameters = transform.get("Parameters")
        where = parameters.get("Location") if isinstance(parameters, dict) else None
        if not isinstance(where, str) or "://" in where or "\0" in where:
            return None
        if where not in self._read and len(self._read) < MOST:
            self._read[where] = self._file(where)
        return self._read.get(where)

    def _file(self, where: str) -> Any:
        path = self._folder / where
        try:
            is_here = is_file(path)
            return parse_template(read_bytes(path, MAX_BYTES), str(path)).value if is_here else None
        except (InputError, OSError):
            return None
