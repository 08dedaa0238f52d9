"""`vendorgate schema`: JSON Schema of the files, for editors."""

from __future__ import annotations

import json
from typing import Any

import click

_KINDS = {
    "allowlist": "of allowlist.yaml",
    "policy": "of a file in policies/, and of the facts that it may ask for",
    "snapshot": "of a snapshot's manifest.json, and of the records in its files",
    "report": "of a report in JSON (check -f json)",
}
KINDS = tuple(_KINDS)


@click.command("schema")
@click.argument("kind", type=click.Choice(KINDS), required=False)
def command(kind: str | None) -> None:
    """Print the JSON Schema of an allowlist, a policy, a snapshot's records or a report; without
    KIND, which there are.
    """
    if kind is None:
        lines = (f"vendorgate schema {name:<10} {what}" for name, what in _KINDS.items())
        click.echo("\n".join(lines))
    else:
        click.echo(schema_text(kind), nl=False)


def schema_text(kind: str) -> str:
    """As `init` and the repository's docs/schema keep it for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **_schema(kind)}
    return json.dumps(schema, indent=2) + "\n"


def _schema(kind: str) -> dict[str, Any]:
    if kind == "allowlist":
        from checker.vetting.written import AllowlistFile

        return AllowlistFile.model_json_schema()
    if kind == "policy":
        return _policy()
    if kind == "report":
        import msgspec

        from checker.report.model import Report

        return msgspec.json.schema(Report)
    return _snapshot()


def _policy() -> dict[str, Any]:
    """The file's schema, with the facts of each subject beside it under `$defs`."""
    from pydantic.json_schema import models_json_schema

    from checker.policy.written import PolicyFile
    from checker.subjects.registry import models

    schema = PolicyFile.model_json_schema()
    found = models()
    facts, shared = models_json_schema([(model, "validation") for model in found.values()])
    named = {f"facts of {name}": facts[model, "validation"] for name, model in found.items()}
    return {**schema, "$defs": {**schema.get("$defs", {}), **shared["$defs"], **named}}


def _snapshot() -> dict[str, Any]:
    """The manifest's schema; the records of each file under `$defs`."""
    import msgspec

    from checker.snapshot.files import ALL_FILES, USAGE_FILES
    from checker.snapshot.records import Manifest

    kinds = {**ALL_FILES, **USAGE_FILES}
    wanted = [Manifest, *kinds.values()]
    (whole, *each), shared = msgspec.json.schema_components(wanted, ref_template="#/$defs/{name}")
    return {**whole, "$defs": {**shared, **dict(zip(kinds, each, strict=True))}}
