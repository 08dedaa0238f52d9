"""What msgspec makes of a type at its first use is made before any thread can be the first.

msgspec builds what it knows of a Struct when that is first converted to, and several threads that
do so at once crash the interpreter (msgspec 0.22 and before: a signal, no exception). So each shape
is converted to once, by the thread that starts the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import msgspec

from checker.collect.aws.calls import CamelShape, Shape
from checker.collect.aws.means import Means
from checker.collect.aws.seal import Begun, Sealed


def shapes() -> Iterator[type[msgspec.Struct]]:
    """Every type that an answer, the journal or a table of ours is converted to: all that is
    derived from `Shape`, as soon as its module is imported."""
    yield from (Sealed, Begun, Means)
    waiting: list[type[Shape]] = [Shape]
    while waiting:
        shape = waiting.pop()
        waiting += shape.__subclasses__()
        if shape not in (Shape, CamelShape):
            yield shape


@cache
def warm() -> None:
    """To be called when all sources are imported, before the first thread."""
    for shape in shapes():
        with suppress(msgspec.ValidationError):
            msgspec.convert({}, shape)
