"""The published CloudFormation registry, as cfn-lint ships its schemas: a source for development.

`python -m tests.collect.iac.registry` writes the types into `checker/collect/iac/kinds/`; the doors
beside them are kept by hand, and `test_kinds.py` holds both against the registry.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import msgspec

KINDS = Path(__file__).parents[3] / "checker" / "collect" / "iac" / "kinds"
NOT_PUBLISHED = ("AWS::CDK::Metadata",)
"""What CDK adds to each template, and CloudFormation knows without publishing it."""
Json = dict[str, Any]


def _schemas() -> Path:
    return Path(str(resources.files("cfnlint"))) / "data" / "schemas"


def published_on() -> str:
    """The day of the registry that is installed."""
    return str(msgspec.json.decode((_schemas() / "version.json").read_bytes())["schema_date"])[:10]


class Schemas(Mapping[str, Json]):
    """Type → schema, over all regions; each is read as it is asked for, as most ask for few."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        for path in sorted((_schemas() / "providers").glob("*.json")):
            self._names = {**msgspec.json.decode(path.read_bytes()), **self._names}

    def __getitem__(self, kind: str) -> Json:
        path = _schemas() / "resources" / f"{self._names[kind]}.json"
        found: Json = msgspec.json.decode(path.read_bytes())
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


schemas = cache(Schemas)


@cache
def paths(kind: str) -> frozenset[str]:
    """Every property that a template may set: `Rules.*.Destination.Account`, `Events.%.Type`."""
    schema = schemas()[kind]
    return frozenset(_paths(schema, schema, (), frozenset()))


def _paths(root: Json, node: Any, at: tuple[str, ...], seen: frozenset[str]) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    if isinstance(name := node.get("$ref"), str):
        if name not in seen:
            yield from _paths(root, _named(root, name), at, seen | {name})
        return
    for several in ("oneOf", "anyOf", "allOf"):
        for one in node.get(several) or []:
            yield from _paths(root, one, at, seen)
    yield from _paths(root, node.get("items"), (*at, "*"), seen)
    yield from _paths(root, node.get("additionalProperties"), (*at, "%"), seen)
    for inner in (node.get("patternProperties") or {}).values():
        yield ".".join((*at, "%"))
        yield from _paths(root, inner, (*at, "%"), seen)
    properties = node.get("properties")
    for key, inner in (properties if isinstance(properties, dict) else {}).items():
        yield ".".join((*at, key))
        yield from _paths(root, inner, (*at, key), seen)


def _named(root: Json, reference: str) -> Any:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def text(kinds: list[str]) -> str:
    """The file that the product ships: the ends of the names, by what they begin with."""
    grouped: dict[str, list[str]] = {}
    for kind in sorted({*kinds, *NOT_PUBLISHED}):
        start, _, end = kind.rpartition("::")
        grouped.setdefault(f"{start}::", []).append(end)
    source = (
        f"the CloudFormation registry of {published_on()}, from cfn-lint "
        f"{metadata.version('cfn-lint')}"
    )
    types = {start: " ".join(ends) for start, ends in grouped.items()}
    return json.dumps({"source": source, "types": types}, indent=1) + "\n"


if __name__ == "__main__":
    (KINDS / "cloudformation.json").write_text(text(list(schemas())))
