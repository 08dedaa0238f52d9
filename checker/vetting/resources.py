"""What of a scope names no resource, and no kind of one, that there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from checker.document import Document, Location
from checker.errors import InputError, did_you_mean

_WILD = re.compile(r"[*?]+")
_PARTS = 6
Patterns = tuple[str, ...] | None


def wrong_resources(
    resources: Patterns, kinds: Patterns, vendor: int, document: Document
) -> Iterator[InputError]:
    """Of one vendor's scope, each with its place and the mend."""
    scope: Location = ("vendors", vendor, "scope")
    for number, pattern in enumerate(resources or ()):
        if said := _wrong(pattern):
            yield document.error(_place(document, (*scope, "resources"), number), *said)
    for number, kind in enumerate(kinds or ()):
        from checker.access import KIND_NAMES  # most lists name none, and start up without it

        if kind not in KIND_NAMES:
            yield document.error(
                _place(document, (*scope, "kinds"), number),
                f"no kind of resource is called {kind!r}",
                did_you_mean(kind, KIND_NAMES, "write a CloudFormation type, as AWS::S3::Bucket"),
            )


def _wrong(pattern: str) -> tuple[str, str] | None:
    """What is wrong with a pattern of ARNs, and how to mend it."""
    if not _WILD.sub("", pattern):
        return (
            f"{pattern!r} is every resource there is",
            "name some, as arn:aws:s3:::acme-*, or say of which kinds: kinds: [AWS::S3::Bucket]",
        )
    parts = pattern.split(":", _PARTS - 1)
    if parts[0] != "arn" or len(parts) < _PARTS or not parts[2]:
        return f"{pattern!r} is no pattern of ARNs", "write one, as arn:aws:s3:::acme-*"
    if not any(_WILD.sub("", part) for part in parts[2:]):
        return f"{pattern!r} is every resource there is", "name a service, an account or a name"
    return None


def _place(document: Document, key: Location, number: int) -> Location:
    """A text that stands alone is in place of the list."""
    return (*key, number) if (*key, number) in document.marks else key


def vets_no_resource(names: Iterable[str]) -> str:
    """A note of vendors whose scope says nothing of resources."""
    listed = sorted(names)
    few = ", ".join(listed[:3]) + (", …" if len(listed) > 3 else "")
    return (
        "vendors that are vetted for no resource with a policy of its own (bucket, key, queue, "
        f"snapshot, share, …), as their scope says nothing of any: {len(listed)} ({few}); to one "
        "that may reach some give scope.resources, kinds or max_access"
    )
