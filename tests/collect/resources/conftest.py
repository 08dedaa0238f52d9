"""One emulator for all tests of resources and code; what it answered is asked again and again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.resources.replay import Recording
from tests.collect.resources.world import build, entries
from tests.collect.test_aws import Snapshot, run
from tests.support.front import Calls, aws

REGIONS = ("--regions", "us-east-1,eu-west-1")


@pytest.fixture(scope="package")
def calls() -> Calls:
    return Calls()


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("resources")


@pytest.fixture(scope="package")
def recording() -> Recording:
    return Recording()


@pytest.fixture(scope="package")
def snapshot(folder: Path, calls: Calls, recording: Recording) -> Iterator[Snapshot]:
    with aws(calls, entries), recording.listening():
        build()
        calls.seen.clear()
        yield run(folder, "--resources", *REGIONS)
