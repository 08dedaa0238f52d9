"""Why there may be no event of an action: a name that nobody knows is more likely misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.errors import did_you_mean
from checker.usage.actions import sources

PLAIN = "no event of this name is in the window; names are written like GenerateCredentialReport"


def hint(action: str) -> str:
    """For an action of which no event was found."""
    prefix, _, name = action.rpartition(":")
    if not prefix:
        return PLAIN
    services = {*sources(), *sources().values()}
    if prefix not in services:
        return f"no service is known as {prefix!r}; {did_you_mean(prefix, services, PLAIN)}"
    known = set(_operations(prefix))
    if not known or name in known:
        return PLAIN
    return f"no action of {prefix} is known as {name!r}; {did_you_mean(name, known, PLAIN)}"


def _operations(prefix: str) -> Iterator[str]:
    """As the AWS SDK knows them, which is most: an action need not be an operation."""
    from botocore.exceptions import DataNotFoundError, UnknownServiceError
    from botocore.session import Session

    session = Session()
    for service in _services(prefix):
        try:
            yield from session.get_service_model(service).operation_names
        except (DataNotFoundError, UnknownServiceError):
            continue


def _services(prefix: str) -> Iterable[str]:
    return {prefix} | {label for label, iam in sources().items() if iam == prefix}
