"""All sources of uses of code. Components of Image Builder are among the uses of images."""

from __future__ import annotations

from checker.collect.aws.calls import Call
from checker.collect.aws.code.containers import APP_RUNNER, BATCH, BUILDS, SAGEMAKER, TASKS
from checker.collect.aws.code.functions import IN_FUNCTIONS
from checker.collect.aws.code.others import (
    ADD_ONS,
    APPLICATIONS,
    DOCUMENTS,
    EXTENSIONS,
    SNAPSHOT_VOLUMES,
)
from checker.collect.aws.code.source import Source

SOURCES: tuple[Source, ...] = (
    IN_FUNCTIONS, TASKS, BATCH, BUILDS, SAGEMAKER, APP_RUNNER, DOCUMENTS, EXTENSIONS, APPLICATIONS,
    ADD_ONS, SNAPSHOT_VOLUMES,
)  # fmt: skip
KINDS = tuple(sorted({kind for source in SOURCES for kind in source.kinds}))


def code_calls() -> list[Call]:
    """Each request once, by name."""
    found = {
        (call.name, call.when, repr(call.request)): call
        for source in SOURCES for call in source.calls
    }  # fmt: skip
    return [found[key] for key in sorted(found)]
