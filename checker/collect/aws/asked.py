"""What a collection was to look at, in the words of the command line."""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.code.registry import CODE
from checker.collect.aws.resources.registry import ALL
from checker.collect.aws.survey import Request


def asked(request: Request) -> str:
    """The options that bear on what is seen, in a fixed order; how it is reached is left out."""
    return " ".join(_words(request))


def _words(request: Request) -> Iterator[str]:
    listed = {
        "--accounts": request.accounts,
        "--ou": tuple(sorted(request.units)),
        "--exclude-account": request.excluded,
        "--regions": tuple(sorted(request.regions)),
    }
    for option, values in listed.items():
        if values:
            yield f"{option} {','.join(values)}"
    switches = {
        "--include-inactive": request.include_inactive,
        "--all-template-versions": request.options.all_template_versions,
        "--all-image-permissions": request.options.all_image_permissions,
        "--redact-external-ids": request.redact,
    }
    yield from (option for option, on in switches.items() if on)
    yield from _kinds(request)
    if request.aggregator:
        yield f"--from-aggregator {request.aggregator}"


def _kinds(request: Request) -> Iterator[str]:
    """Of resources and of code, each whole or by its kinds."""
    named: list[str] = []
    for option, every, kinds in (
        ("--resources", ALL, request.resource_kinds), ("--code", CODE, request.code_kinds),
    ):  # fmt: skip
        if kinds == every:
            yield option
        else:
            named += kinds
    if named:
        yield f"--kinds {','.join(named)}"
