"""JMESPath expressions as they run, checked before (typed.py)."""

from __future__ import annotations

from typing import Any

import msgspec
from jmespath.exceptions import JMESPathError
from jmespath.visitor import TreeInterpreter

Path = tuple[str, ...]
Node = Any
"""A node of jmespath's syntax tree: a dictionary of type, children and value."""
FAULTS = (JMESPathError, TypeError, ValueError, RecursionError, ArithmeticError)
"""What an evaluation may raise: jmespath lets plain TypeErrors and RecursionErrors through."""


class Expression(msgspec.Struct, frozen=True):
    """A checked expression. `parsed`: its syntax tree; `reads`: the paths into the facts whose
    values decide its value, in order."""

    text: str
    parsed: Node
    reads: tuple[Path, ...]

    def value(self, facts: dict[str, Any]) -> Any:
        """The value over these facts. Raises one of FAULTS."""
        return _visit(self.parsed, facts)


_visit = TreeInterpreter().visit
"""One for all, as it remembers its own methods alone. Each would be a cycle, which stays for good
where Python looks for none."""


def truthy(value: Any) -> bool:
    """As JMESPath has it: null, false, empty text, list and map are false; 0 is true."""
    return not (value is None or value is False or value in ("", [], {}))
