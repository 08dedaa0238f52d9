"""What the tests of usage share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from unittest import mock

import pytest

from checker.collect.cloudtrail import engine


@pytest.fixture(scope="package", autouse=True)
def the_same_question_is_translated_once() -> Iterator[None]:
    """A third of the time went into it: these tests ask the same of one trail after another."""
    with mock.patch.object(engine, "transpiled", cache(engine.transpiled)):
        yield
