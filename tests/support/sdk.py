"""What the SDK does at each start, done once: a test is a start, and there are hundreds a minute.

A collection makes a botocore session of its own and a client of each service and region. Their
models (20 services, megabytes of JSON), the lists of folders that they lie in, and the methods made
of them cost more than all that a small collection does; the SDK changes none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest import mock

import boto3.session
import botocore.session
from botocore.client import ClientCreator
from botocore.loaders import create_loader

_RESOURCES = str(Path(boto3.session.__file__).parent / "data")


@lru_cache(10)
def _loader(data_path: str | None = None) -> Any:
    """With the folder that each session of boto3 would add once more."""
    loader = create_loader(data_path)
    loader.search_paths.append(_RESOURCES)
    return loader


def _loader_of_session(session: boto3.session.Session) -> None:
    session._loader = session._session.get_component("data_loader")


@contextmanager
def started_once() -> Iterator[None]:
    made: dict[tuple[str, str], dict[str, Any]] = {}
    make = ClientCreator._create_methods

    def methods(creator: ClientCreator, model: Any) -> dict[str, Any]:
        key = model.service_name, model.api_version
        if key not in made:
            made[key] = make(creator, model)
        return dict(made[key])

    with (
        mock.patch.object(botocore.session, "create_loader", _loader),
        mock.patch.object(boto3.session.Session, "_setup_loader", _loader_of_session),
        mock.patch.object(ClientCreator, "_create_methods", methods),
    ):
        yield
