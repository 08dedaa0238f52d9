"""`vendorgate analyze`: forms of input, forms of output."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from checker.cli.analyze import command
from checker.errors import InputError
from tests.trust.support import M, V, policy, statement

VENDOR = policy(statement({"AWS": V}, {"StringEquals": {"sts:ExternalId": "abc"}}))
TEXT = json.dumps(VENDOR)


def run(text: str | bytes, *options: str) -> Result:
    arguments = ["-", "--account", M, "--today", "2026-11-20", *options]
    return CliRunner().invoke(command, arguments, input=text)


def test_json_is_the_published_form() -> None:
    """Catches a key that scripts rely on and that is left out."""
    found = json.loads(run(TEXT, "-f", "json").stdout)
    assert found.keys() == {"schema", "grants", "problems"}
    (grant,) = found["grants"]
    assert grant["principal"] == {"kind": "account", "partition": "aws", "account": V}
    assert grant["external_id"] == "required"
    assert grant["network_limited"] is False
    assert grant["statements"] == [0]
    assert grant["witness"]["context"]["sts:ExternalId"] == "abc"


@pytest.mark.parametrize(
    "text",
    [TEXT, json.dumps(VENDOR, indent=2), quote(TEXT), json.dumps(quote(TEXT)), json.dumps(TEXT)],
    ids=["line", "pretty", "url-encoded", "string of url-encoded", "string"],
)
def test_one_document_in_any_form(text: str) -> None:
    """Catches a form of the document that is refused or misread."""
    assert run(text, "-f", "json").stdout == run(TEXT, "-f", "json").stdout


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT}\n{json.dumps(quote(TEXT))}\n\n{quote(TEXT)}\n",
        f" [{TEXT},\n {json.dumps(VENDOR, indent=1)}, {json.dumps(TEXT)}]",
    ],
    ids=["lines", "array"],
)
def test_many_documents_are_answered_in_order(text: str) -> None:
    """Catches a document that is lost among many."""
    lines = run(text, "-f", "jsonl").stdout.splitlines()
    assert [json.loads(line)["grants"][0]["principal"]["account"] for line in lines] == [V] * 3
    assert run(text, "-f", "json").stdout.splitlines() == lines


def test_duplicate_keys_are_seen_in_an_array() -> None:
    """Catches a second Effect that hides the first."""
    line = run('[{"Statement": 1, "Statement": 2}]', "-f", "jsonl").stdout
    assert "duplicate-key" in line


@pytest.mark.parametrize(
    ("text", "place"),
    [("{", "-:1:2:"), ("", "-: is empty"), (f"{TEXT}\n{{\n", "-:2:"), (b"\xff", "-: is not UTF-8")],
)
def test_what_is_no_json_is_refused_with_its_place(text: str | bytes, place: str) -> None:
    """Catches a traceback, and a message that doesn't say where."""
    error = run(text).exception
    assert isinstance(error, InputError)
    assert str(error).startswith(place)
    assert "\n" not in str(error)


def test_text_explains_and_escapes() -> None:
    """Catches a name that takes over the terminal."""
    document = policy(statement({"AWS": [V, "\x1b[31mred\ud800"]}))
    shown = run(json.dumps(document)).stdout
    assert f"The whole account {V} (aws) can call sts:AssumeRole" in shown
    assert "confused-deputy" in shown
    assert "\x1b" not in shown


def test_providers_name_the_issuer(tmp_path: Path) -> None:
    """Catches provider records that are ignored."""
    arn = f"arn:aws:iam::{M}:saml-provider/Okta"
    record = {"account": M, "arn": arn, "kind": "saml", "issuer": "http://okta.example"}
    (tmp_path / "providers.jsonl").write_text(json.dumps(record) + "\n")
    document = policy(statement({"Federated": arn}, Action="sts:AssumeRoleWithSAML"))
    options = ("--providers", str(tmp_path / "providers.jsonl"), "-f", "json")
    (grant,) = json.loads(run(json.dumps(document), *options).stdout)["grants"]
    assert grant["principal"]["provider"] == "http://okta.example"
