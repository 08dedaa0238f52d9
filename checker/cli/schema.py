"""`vendorgate schema`: JSON Schema of the files, for editors."""

from __future__ import annotations

import json
from typing import Any

import click

from checker.cli.main import PASS

KINDS = ("allowlist", "policy", "snapshot", "report")


@click.command("schema")
@click.argument("kind", type=click.Choice(KINDS))
def command(kind: str) -> int:
    """Print the JSON Schema of an allowlist, a policy, a snapshot's records or a report."""
    click.echo(schema_text(kind), nl=False)
    return PASS


def schema_text(kind: str) -> str:
    """As `init` and the repository's docs/schema keep it for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **_schema(kind)}
    return json.dumps(schema, indent=2) + "\n"


def _schema(kind: str) -> dict[str, Any]:
    if kind == "allowlist":
        from checker.vetting.allowlist import AllowlistFile

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
    from checker.facts.model import SUBJECTS
    from checker.policy.model import PolicyFile

    schema = PolicyFile.model_json_schema()
    facts = {f"facts of {name}": model.model_json_schema() for name, model in SUBJECTS.items()}
    schema.setdefault("$defs", {}).update(facts)
    return schema


def _snapshot() -> dict[str, Any]:
    """The manifest's schema; the records of each file under `$defs`."""
    import msgspec

    from checker.snapshot import records

    kinds = {
        "roles.jsonl": records.Role,
        "providers.jsonl": records.ProviderRecord,
        "image_uses.jsonl": records.ImageUse,
        "images.jsonl": records.Image,
    }
    schema = msgspec.json.schema(records.Manifest)
    for name, record in kinds.items():
        schema.setdefault("$defs", {})[name] = msgspec.json.schema(record)
    return schema
