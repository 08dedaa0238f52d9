"""What tests of collections share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.collected import FEW, of_sources


@pytest.fixture(scope="module")
def few_sources() -> Iterator[None]:
    """For whom the sources are not the subject: one of each sort, a fifth of all calls."""
    with of_sources(*FEW):
        yield


@pytest.fixture
def few() -> Iterator[None]:
    """The same for one test."""
    with of_sources(*FEW):
        yield
