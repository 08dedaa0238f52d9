"""`vendorgate schema`: what we ship, print or document, an editor must not redden."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from checker.cli.schema import KINDS
from tests.support.cli import vendorgate
from tests.support.demo import demo
from tests.support.snapshots import ALLOWLIST, STRANGER, vendor_role, write

ROOT = Path(__file__).parents[2]
USAGE = {"role": "r", "account": STRANGER, "event_source": "ec2.amazonaws.com",
         "event_name": "DescribeInstances", "calls": 1}  # fmt: skip


@cache
def schema(kind: str) -> Any:
    return json.loads(vendorgate("schema", kind).out)


@cache
def validator(kind: str, within: str | None) -> Any:
    whole = schema(kind)
    part = {"$ref": f"#/$defs/{within}", "$defs": whole["$defs"]} if within else whole
    return jsonschema.Draft202012Validator(part)


def refused(kind: str, value: Any, within: str | None = None) -> list[str]:
    """What the schema, or the part of it under `$defs`, says against a value."""
    errors = validator(kind, within).iter_errors(_as_an_editor(value))
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


def _as_an_editor(value: Any) -> Any:
    """Editors read YAML 1.2, to which a day is text."""
    if isinstance(value, dict):
        return {key: _as_an_editor(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_an_editor(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def policies() -> Iterator[Path]:
    yield from sorted((ROOT / "policies").glob("*.yaml"))
    yield ROOT / "checker/starter/policy.yaml"


@pytest.mark.parametrize("path", list(policies()), ids=lambda path: path.stem)
def test_the_policies_that_we_ship_are_valid(path: Path) -> None:
    """Every policy of ours was red in an editor: `applies_to` as one word."""
    assert refused("policy", yaml.safe_load(path.read_text())) == []


@pytest.mark.parametrize("path", [ROOT / "allowlist.yaml", ROOT / "checker/starter/allowlist.yaml"])
def test_the_allowlists_that_we_ship_are_valid(path: Path) -> None:
    """A newcomer's first file, red from the start."""
    assert refused("allowlist", yaml.safe_load(path.read_text())) == []


def documented() -> Iterator[tuple[str, str, Any]]:
    """(where, kind, what) of each whole policy or allowlist in the README and docs/."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for number, text in enumerate(
            re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
        ):
            value = yaml.safe_load(text)
            first = next(iter(value)) if isinstance(value, dict) else None
            kind = {"version": "allowlist", "id": "policy"}.get(first or "")
            if kind:
                yield f"{page.name} {number}", kind, value


DOCUMENTED = list(documented())


@pytest.mark.parametrize(("where", "kind", "value"), DOCUMENTED, ids=[d[0] for d in DOCUMENTED])
def test_what_we_document_is_valid(where: str, kind: str, value: Any) -> None:
    """An example that is red once it is pasted."""
    assert refused(kind, value) == []


def test_an_allowlist_and_a_policy_are_documented() -> None:
    """Else the test above holds nothing."""
    assert {kind for _, kind, _ in DOCUMENTED} == {"allowlist", "policy"}


@pytest.mark.parametrize(
    ("scope", "right", "why"),
    [
        ("roles: Monitoring*", True, "one pattern alone"),
        ("roles: [Monitoring*]", True, "a list of them"),
        ("roles: [7]", False, "a number is no name"),
        ("usage: {actions: 'ec2:Describe*', denied: 'iam:*'}", True, "the same deeper"),
        ("rolls: [x]", False, "a misspelt key"),
    ],
)
def test_what_an_allowlist_may_say_the_schema_takes(
    tmp_path: Path, scope: str, right: bool, why: str
) -> None:
    """An editor and `validate` that are of two minds."""
    text = ALLOWLIST.replace("{external_id: required}", "{" + scope + "}")
    (tmp_path / "allowlist.yaml").write_text(text)
    assert (vendorgate("validate", tmp_path / "allowlist.yaml").code == 0) is right
    assert (refused("allowlist", yaml.safe_load(text)) == []) is right


def test_a_proposal_is_valid(tmp_path: Path) -> None:
    """`init --from` writes drafts, whose days are empty until a person fills them in."""
    write(tmp_path / "snapshot", roles=[vendor_role()])
    assert vendorgate("init", "--from", "snapshot", cwd=tmp_path).code == 0
    proposed = yaml.safe_load((tmp_path / "allowlist.yaml").read_text())
    assert proposed["vendors"] and refused("allowlist", proposed) == []


def test_what_the_demo_writes_is_valid(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A report or snapshot that a reader's own validator refuses."""
    made = demo(tmp_path_factory)
    assert refused("report", json.loads((made / "report.json").read_text())) == []
    assert refused("allowlist", yaml.safe_load((made / "allowlist.yaml").read_text())) == []
    assert refused("snapshot", json.loads((made / "snapshot/manifest.json").read_text())) == []
    files = sorted((made / "snapshot").glob("*.jsonl"))
    assert "roles.jsonl" in {path.name for path in files}
    for path in files:
        for line in path.read_text().splitlines():
            assert refused("snapshot", json.loads(line), path.name) == [], path.name


def test_records_of_use_are_in_the_schema() -> None:
    """A file of a snapshot of which no schema tells."""
    assert refused("snapshot", USAGE, "usage.jsonl") == []
    assert refused("snapshot", USAGE | {"calls": "1"}, "usage.jsonl")


@pytest.mark.parametrize("kind", KINDS)
def test_every_reference_leads_somewhere(kind: str) -> None:
    """The facts of a subject pointed to parts that are not in the file: no completion there."""
    text = json.dumps(schema(kind))
    for name in set(re.findall(r'"\$ref": "#/\$defs/([^"]+)"', text)):
        assert name in schema(kind)["$defs"], name


def test_without_a_kind_it_says_which_there_are() -> None:
    """Whoever only knows that there are schemas."""
    ran = vendorgate("schema")
    assert (ran.code, ran.err) == (0, "")
    assert [line.split()[2] for line in ran.out.splitlines()] == list(KINDS)
