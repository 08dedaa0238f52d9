"""What tests of trails share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from unittest import mock

import pytest

from checker.collect.cloudtrail import engine


@pytest.fixture(scope="package", autouse=True)
def each_question_is_translated_once() -> Iterator[None]:
    """Many tests ask the same; from Athena's dialect to DuckDB's it is a tenth of a second."""
    with mock.patch.object(engine, "transpiled", cache(engine.transpiled)):
        yield
