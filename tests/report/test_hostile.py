"""Names that an outsider chose, through every format: none of them may do anything."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest

from checker.report import escape
from checker.report.formats import FORMATS, render
from checker.report.formats.github import summary
from checker.report.json_report import read
from tests.report import factory
from tests.support.hostile import every_name, hostile_report


@cache
def out(name: str, format_: str, **options: Any) -> str:
    text = render(hostile_report(name), format_, **options)
    text.encode()  # strict: what cannot be written is no report
    return text


@every_name
@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "json"])
def test_nothing_invisible_comes_out(name, format_):
    """Escape sequences, overrides, zero-width characters or NUL in any format for people."""
    text = out(name, format_).replace("\n", "").replace("\ufe0f", "")  # of our own warning sign
    assert text.isprintable()
    assert not re.search("[\u3164\u200b\ud800-\udfff]", text)


@every_name
def test_json_is_read_back(name):
    """A report that no strict reader takes, since one name in it is no Unicode."""
    report = hostile_report(name)
    text = out(name, "json")
    assert json.loads(text)["findings"][0]["resource"] == escape_surrogates(name)
    if name == escape_surrogates(name):
        assert read(text) == report


def escape_surrogates(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


@every_name
def test_no_line_is_a_command_of_a_runner(name):
    """A build log in which a role's name masks output or sets variables."""
    for line in (out(name, "text") + out(name, "markdown")).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert "##vso[" not in line


@every_name
def test_annotations_stay_one_line_each(name):
    """A name with a line break or `::` that starts a workflow command of its own."""
    commands = [line for line in out(name, "github").split("\n") if "::" in line[:2]]
    assert len(commands) == 2
    for line in commands:
        assert re.fullmatch(r"::error file=[^:,]+,line=\d+,title=[^:,]+::.*", line)


@every_name
def test_junit_is_well_formed_and_names_stay_unique(name):
    """An illegal character that makes a consumer refuse the whole file."""
    cases = list(ElementTree.fromstring(out(name, "junit")).iter("testcase"))  # noqa: S314
    assert len({case.get("name") for case in cases}) == len(cases) == 7


@every_name
def test_a_sarif_message_has_no_live_link_or_placeholder(name):
    """`[text](1)` and `{0}` in a name, which a viewer would follow or fill in."""
    run = json.loads(out(name, "sarif", include_suppressed=True))["runs"][0]
    (told,) = run["invocations"]
    notes = [*told["toolExecutionNotifications"], *told["toolConfigurationNotifications"]]
    for text in (one["message"]["text"] for one in (*run["results"], *notes)):
        assert not re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", text)
        assert not re.search(r"\{\d+\}", text.replace("{{", "").replace("}}", ""))
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9_.~%-][A-Za-z0-9_.~%/-]*", uri)


@every_name
def test_a_markdown_row_keeps_its_cells(name):
    """A pipe, a tag, a link or a mention from a name in a pull request's comment."""
    text = out(name, "markdown")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) == 2
    for row in rows:
        assert row.count("|") == 5
        bare = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", row).replace("<br>", "")
        assert not re.search(r"<|>|(?<!\\)[\[\]`]|@(?!&#8203;)|://|(?<!&)#(?!&#8203;)", bare)


@every_name
def test_a_spreadsheet_sees_no_formula(name):
    """A cell that runs a command when an auditor opens the file."""
    rows = list(csv.reader(io.StringIO(out(name, "csv"))))
    assert len([row for row in rows if row[0] != "setting"]) == 6
    assert {len(row) for row in rows} == {18}
    assert not any(cell[:1] in tuple("=+-@\t\r＝") for row in rows for cell in row if cell)


@every_name
def test_gitlab_is_read_back(name):
    """A path that leaves the repository, or an issue that GitLab merges with another."""
    issues = json.loads(out(name, "gitlab"))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    findings = [issue for issue in issues if issue["check_name"] != "setting"]
    assert len(findings) == 4
    assert not any(issue["location"]["path"].startswith(("/", "..")) for issue in issues)


@every_name
def test_html_stays_text(name):
    """A tag or an attribute's end out of a name."""
    assert not set(escape.html(name)) & set("<>\"'")


def test_a_summary_stays_below_what_github_keeps():
    """One byte over a mebibyte, and GitHub drops the summary whole."""
    found = [factory.finding(resource=f"🙂{n}" * 200) for n in range(3_000)]
    text = summary(factory.report(*found, notes=("🙂" * 700,) * 50))
    assert len(text.encode()) <= 1024 * 1024
    assert re.search(r"\d,\d{3} more findings", text)


ESCAPES = [
    ("visible", "plain text", "plain text", "what is printable stays as it is"),
    ("visible", "a\x1b\u202e\ud800\n", r"a\x1b\u202e\ud800\n", "each as its code"),
    ("visible", "\U000e0041", r"\U000e0041", "tag characters, invisible and astral"),
    ("terminal", "##[x", r"#\x23[x", "the runner's old commands"),
    ("terminal", "##teamcity[x", r"#\x23teamcity[x", "and those of TeamCity"),
    ("markdown", "a_b|c", r"a\_b&#124;c", "no markup, no cell"),
    ("markdown_code", "a`b", "`` a`b ``", "a longer fence"),
    ("markdown_code", "", "` `", "no empty code span"),
    ("csv_cell", "=1", "'=1", "a formula"),
    *(("csv_cell", f"{sign}1", f"'{sign}1", "one in full width") for sign in "＝＋－＠"),
    ("csv_cell", "a ##vso[x]b", "'a #\\x23vso[x]b", "a runner's command within a line"),
    ("csv_cell", "", "", "an empty cell"),
    ("csv_cell", "-", "-", "a sign alone"),
    ("csv_cell", "-1", "'-1", "a formula that begins so"),
    (
        "command_property",
        "a:b,c%\n",
        r"a%3Ab%2Cc%25\n",
        "GitHub's own escapes, on one printable line",
    ),
    ("sarif", "a[0] {x}", "a[0] {{x}}", "brackets that are no link stay"),
    ("sarif", "[x](1) \\", "\\[x\\](1) \\\\", "brackets that are one do not"),
]


@pytest.mark.parametrize(("function", "given", "expected", "why"), ESCAPES)
def test_an_escape_says_what_it_hides(function, given, expected, why):
    """An escape that changes plain text, or hides that something was there."""
    assert getattr(escape, function)(given) == expected, why
