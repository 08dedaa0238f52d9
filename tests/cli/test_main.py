"""The command line as such: what it says to somebody who holds it wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import click
import pytest

from checker import __version__
from checker.cli.clock import DAY
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, vendor_role, write

WRONG = [
    (["chek"], "no command is called 'chek' (did you mean check?); see vendorgate --help"),
    (["check", "--nope"], "No such option '--nope'; see vendorgate check --help"),
    (["check", "--today", "2026-13-01"], "'2026-13-01' does not match"),
    (["check", "--fail-on", "info"], "'info' is not one of"),
    (["check", "-f", "yaml"], "unknown format 'yaml'; use one of text, json"),
    (["check", "-f", "json="], "'json=' names no file; write json=PATH"),
    (["check", "-f", "json", "-f", "text"], "two formats cannot both go to stdout"),
    (["check", "-f", "json=nowhere/x.json"], "nowhere: there is no such directory"),
    (["check", "-a", "none.yaml"], "snapshot: no snapshot here"),
    (["check", "-p", "none"], "none: there is no such directory of policies"),
    (["analyze", "x.json"], "give --account, the policy's own account"),
    (["validate", "none.yaml"], "none.yaml: cannot be read: No such file or directory"),
    (["render", "none.json"], "none.json: cannot be read"),
    (["collect", "aws", "--accounts", "12"], "'12' is no account id; 12 digits"),
    (["check", "\x1b[31m\x1b]0;x\x07"], "no snapshot here"),
]  # fmt: skip


NO_DAY = [
    "2026-11-20T05:00:00",
    "2026-W47-5",
    "20261120",
    "2026-13-01",
    "2026/11/20",
    "tomorrow",
    "",
]


def test_what_is_a_day() -> None:
    """Catches a time, or a day of another form, that Python takes and nobody else reads alike."""
    assert DAY.convert("2026-11-20", None, None) == datetime(2026, 11, 20)
    assert DAY.convert("2026-1-2", None, None) == datetime(2026, 1, 2)
    assert DAY.convert(datetime(2026, 11, 20), None, None) == datetime(2026, 11, 20)
    for text in NO_DAY:
        with pytest.raises(click.BadParameter):
            DAY.convert(text, None, None)


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[" ".join(w[0])[:40] for w in WRONG])
def test_wrong_usage_is_one_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    """Usage that is wrong must fail with 2 and say how to mend it, not print a page or a trace."""
    ran = vendorgate(*arguments, cwd=tmp_path)
    assert ran.code == 2
    assert message in ran.err, ran.err
    assert ran.err.count("\n") == 1 and ran.err.startswith("error: ")
    assert "\x1b" not in ran.err, "the terminal is not the argument's to command"
    assert ran.out == ""


def test_no_command_shows_the_help() -> None:
    """Who types the bare name wants to know what there is."""
    ran = vendorgate()
    assert (ran.code, "Commands:" in ran.out, ran.err) == (2, True, "")


def test_version() -> None:
    """The version in the source is the one that the command tells."""
    assert vendorgate("--version").out == f"vendorgate, version {__version__}\n"


def test_starting_imports_nothing_heavy() -> None:
    """An import at the top that makes every --help wait for pydantic or boto3."""
    code = "import sys, checker.cli.main; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert not {"pydantic", "boto3", "botocore", "yaml", "jmespath", "msgspec"} & set(
        loaded.split()
    )


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """`vendorgate check | head -1` must not end in a traceback."""
    write(tmp_path / "snapshot", roles=[vendor_role(f"R{n}", f"{n:012d}") for n in range(300)])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    command = f"{sys.executable} -m checker check -f json | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True,
                          env=os.environ, check=False)  # fmt: skip
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_validate_finds_the_files_of_a_folder(tmp_path: Path) -> None:
    """A pre-commit hook without arguments must look at all that people wrote."""
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    (tmp_path / "vendorgate.toml").write_text('[disabled]\nanyone-trust = "no"\n')
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/a.yaml").write_text("id: x")
    ran = vendorgate("validate", cwd=tmp_path)
    assert ran.code == 2
    assert "vendorgate.toml: valid (settings)" in ran.out
    assert "allowlist.yaml: valid (allowlist, 1 vendor)" in ran.out
    assert "policies/a.yaml:1:1: the key" in ran.err


@pytest.mark.parametrize("kind", ["allowlist", "policy", "snapshot", "report"])
def test_schemas_are_schemas(kind: str) -> None:
    """An editor that is handed a broken schema shows no help at all."""
    import json

    import jsonschema

    schema = json.loads(vendorgate("schema", kind).out)
    jsonschema.Draft202012Validator.check_schema(schema)
