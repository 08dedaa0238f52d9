"""`vendorgate render`, through click."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from checker.cli.render import command
from checker.errors import InputError
from checker.report.formats import FORMATS, render
from tests.report import factory


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(render(factory.small(), "json"), encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_that_of_the_report_itself(stored, name):
    """A rendering of the stored report that differs from the one that `check` wrote."""
    assert run(stored, "-f", name).stdout_bytes.decode() == render(factory.small(), name)


def test_several_formats_go_to_their_files(stored, tmp_path):
    """The second -f that replaces the first; a draft that is left behind."""
    done = run(stored, "-f", f"sarif={tmp_path / 'o.sarif'}", "-f", f"csv={tmp_path / 'o=1.csv'}")
    assert (done.exit_code, done.stdout) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.sarif", "o=1.csv", "report.json"]
    assert (tmp_path / "o.sarif").read_text() == render(factory.small(), "sarif")


@pytest.mark.parametrize("given", ["yaml", "json=", "=x", ""])
def test_a_format_that_is_none_is_bad_usage(stored, given):
    """A typing error that writes nothing and exits 0."""
    assert isinstance(run(stored, "-f", given).exception, InputError)


def test_a_missing_report_is_bad_input(tmp_path):
    """A traceback for a file that isn't there."""
    assert isinstance(run(tmp_path / "no.json").exception, InputError)


def test_a_place_that_cannot_be_written_is_bad_input(stored, tmp_path):
    """A traceback, and a draft in a directory that is not ours."""
    assert isinstance(run(stored, "-f", f"csv={tmp_path}").exception, InputError)
    assert isinstance(run(stored, "-f", f"csv={tmp_path}/no/x").exception, InputError)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_waived_findings_are_in_sarif_when_asked_for(stored):
    """An option that is read and not passed on."""
    text = run(stored, "-f", "sarif", "--sarif-include-suppressed").stdout
    assert text == render(factory.small(), "sarif", include_suppressed=True)
