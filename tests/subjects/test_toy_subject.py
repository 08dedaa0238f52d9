"""A subject is a folder (`toy/`) and a line in the registry: all commands know it from there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.policy.written import PolicyFile
from checker.subjects.registry import SUBJECTS, Row
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, OWN2, vendor_role, write

TODAY = "2026-11-20"
ARN = f"arn:aws:iam::{OWN2}:oidc-provider/idp.stranger.example"
POLICY = """\
id: unvetted-provider
title: An identity provider that nobody vetted
severity: high
applies_to: provider
assert: vetting.status == 'vetted' || vetting.status == 'own'
message: "{issuer} may issue tokens in {account.name || account.id}"
rationale: Whoever runs it can be anybody.
remediation: Remove it, or vet who runs it.
tests:
  - {name: a stranger's, expect: fail, facts: {issuer: x}}
  - {name: our own, expect: pass, facts: {vetting: {status: own}}}
  - {name: a vetted one, expect: pass, facts: {vetting: {status: vetted}}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a policy about the toy, which the registry has a line for."""
    monkeypatch.setitem(SUBJECTS, "provider", Row("tests.subjects.toy"))
    PolicyFile.model_rebuild(force=True)  # a line that is there from the start needs none
    provider = {"account": OWN2, "arn": ARN, "kind": "oidc", "issuer": "idp.stranger.example"}
    write(tmp_path / "snapshot", roles=[vendor_role()], providers=[provider])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/unvetted-provider.yaml").write_text(POLICY)
    yield tmp_path
    monkeypatch.undo()
    PolicyFile.model_rebuild(force=True)


def test_check_judges_it(folder: Path) -> None:
    """Catches an engine that knows its subjects by name."""
    ran = vendorgate("check", "--today", TODAY, "-f", "json", cwd=folder)
    (found,) = [f for f in json.loads(ran.out)["findings"] if f["policy"] == "unvetted-provider"]
    assert (ran.code, found["message"]) == (1, "idp.stranger.example may issue tokens in prod")
    assert (found["resource"], found["principal"]) == (ARN, "idp.stranger.example")


def test_its_facts_are_published(folder: Path) -> None:
    """Catches a schema, or a policy's own tests, that leave out what the registry has."""
    schema = json.loads(vendorgate("schema", "policy", cwd=folder).out)
    assert schema["$defs"]["facts of provider"] == {"$ref": "#/$defs/Provider"}
    assert "issuer" in schema["$defs"]["Provider"]["properties"]
    assert "provider" in schema["properties"]["applies_to"]["anyOf"][0]["enum"]
    ran = vendorgate("policy", "test", "--strict", "policies/unvetted-provider.yaml", cwd=folder)
    assert ran.code == 0, ran.out + ran.err


def test_its_policies_may_ask_for_no_other_facts(folder: Path) -> None:
    """Catches a subject whose expressions nobody checks, where a misspelt key passes for ever."""
    path = folder / "policies/unvetted-provider.yaml"
    path.write_text(POLICY.replace("'vetted' ||", "'vetted' || isuer ||"))
    ran = vendorgate("check", "--today", TODAY, cwd=folder)
    assert (ran.code, "isuer" in ran.err) == (2, True)


def test_explain_and_proposals_know_it(folder: Path) -> None:
    """Catches an explanation of a third party that leaves out where it was seen."""
    ran = vendorgate("explain", "idp.stranger.example", "--today", TODAY, "-f", "json", cwd=folder)
    told = json.loads(ran.out)
    assert told["providers"] == [{"resource": ARN, "status": "unlisted"}]
    assert 'issuer: "idp.stranger.example"' in told["proposal"]
    text = vendorgate("explain", "idp.stranger.example", "--today", TODAY, cwd=folder).out
    assert f"Identity providers: 1\n  • {ARN}: unlisted" in text
