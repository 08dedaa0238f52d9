"""Many rows, one test: where a row costs less than what pytest does around a test of its own."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest


def rows(
    names: str, values: Iterable[Any], ids: Iterable[str] | Callable[[Any], str] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As `pytest.mark.parametrize` is used; but the rows are one test, which runs all of them and
    fails with every row that does, by name. For rows that share nothing and need no fixture anew."""
    words = [name.strip() for name in names.split(",")]
    table = list(values)
    assert table, "a table without a row finds nothing"
    named = [*map(ids, table)] if callable(ids) else [*map(str, ids or table)]
    assert len(named) == len(table)

    def made(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def every(**fixtures: Any) -> None:
            failed = []
            for name, row in zip(named, table, strict=True):
                given = dict(zip(words, row if len(words) > 1 else [row], strict=True))
                try:
                    test(**fixtures, **given)
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  each is told
                    error.add_note(f"in the row {name}")
                    failed.append(error)
            if failed:
                raise BaseExceptionGroup(f"{len(failed)} of {len(table)} rows", failed)

        taken = inspect.signature(test)
        rest = [one for name, one in taken.parameters.items() if name not in words]
        every.__signature__ = taken.replace(parameters=rest)  # type: ignore[attr-defined]
        return every

    return made
