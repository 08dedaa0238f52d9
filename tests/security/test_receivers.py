"""What those who receive our output make of it: runners, GitHub and GitLab, spreadsheets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from checker.policy.load import load_policies
from checker.report.escape import csv_cell, markdown, markdown_prose, terminal
from checker.report.formats import render
from tests.report import factory
from tests.support.cli import vendorgate
from tests.support.hostile import HOSTILE, every_name, harmless
from tests.support.snapshots import ALLOWLIST, OWN2, allow, role, write

COMMAND = "::error file=x,line=1::boo"
SAML = f"arn:aws:iam::{OWN2}:saml-provider/corp"


def snapshot(folder: Path, issuer: str = COMMAND) -> Path:
    """A role for a SAML provider that calls itself so."""
    trusted = role("Sso", allow({"Federated": SAML}, "sts:AssumeRoleWithSAML"))
    provider = {"account": OWN2, "arn": SAML, "kind": "saml", "issuer": issuer}
    write(folder / "snapshot", roles=[trusted], providers=[provider])
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    return folder


SELECT = "SELECT '{}' AS a, 'x' AS b FROM events"
TABLES: list[tuple[str, ...]] = [
    ("inventory", "snapshot"),
    ("inventory", "snapshot", "-f", "csv"),
    ("explain", COMMAND),
    ("check", "snapshot"),
    ("check", "snapshot", "-f", "csv"),
    ("check", "snapshot", "-f", "markdown"),
    ("check", "snapshot", "-f", "junit"),
    ("diff", "empty", "snapshot"),
    ("usage", "sql", SELECT.format(COMMAND), "logs"),
    ("usage", "sql", SELECT.format("  " + COMMAND), "logs", "-f", "csv"),
    ("usage", "sql", 'SELECT 1 AS "::notice::x" FROM events', "logs"),
]


@pytest.mark.parametrize("command", TABLES, ids=[" ".join(t[:4])[:40] for t in TABLES])
def test_no_line_of_a_table_is_a_command(tmp_path: Path, command: tuple[str, ...]) -> None:
    """On GitHub, a line that begins with `::`, after blanks too, is obeyed."""
    snapshot(tmp_path)
    write(tmp_path / "empty", roles=[])
    (tmp_path / "logs").mkdir()
    event = {"eventID": "1", "eventName": "A", "eventSource": "ec2.amazonaws.com", "awsRegion": "us-east-1",
             "eventTime": "2026-11-01T00:00:00Z", "recipientAccountId": OWN2, "userIdentity": {"type": "Root"}}  # fmt: skip
    (tmp_path / "logs/a.json").write_text(json.dumps({"Records": [event]}))
    ran = vendorgate(*command, cwd=tmp_path, GITHUB_ACTIONS="true")
    assert ran.code in (0, 1, 3), ran.err
    for line in (ran.out + ran.err).splitlines():
        assert not line.lstrip().startswith("::"), line
    assert "error file=x" in ran.out or "notice" in ran.out.lower(), "it is shown, and does nothing"


def test_analyze_prints_no_command(tmp_path: Path) -> None:
    """A principal that names no account is a text of the policy's author."""
    policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": "::error::x ##[group]"},
            }
        ]
    }
    (tmp_path / "p.json").write_text(json.dumps(policy))
    ran = vendorgate("analyze", "p.json", "--account", OWN2, cwd=tmp_path)
    assert harmless(ran.out), ran.out


@every_name
def test_terminal_text_is_harmless_as_a_line(name: str) -> None:
    """Whatever begins a line, or follows a prefix of ours."""
    assert harmless(terminal(name)) and harmless(terminal(f"  {name}"))


def test_review_annotations_are_one_printable_line(tmp_path: Path) -> None:
    """A vendor's name with escape sequences, in `review -f github`."""
    (tmp_path / "a.yaml").write_text("version: 1\n")
    name = "x\\e[31m\\n::error::boo\\u202e"
    (tmp_path / "b.yaml").write_text(
        f'version: 1\nvendors:\n  - name: "{name}"\n    accounts: ["999999999999"]\n'
        "    vetting: {owner: o, reference: r, reviewed: 2026-05-01, expires: 2027-05-01, evidence: []}\n"
    )
    ran = vendorgate("review", "--base", "a.yaml", "--head", "b.yaml", "--today", "2026-11-20", "-f", "github", cwd=tmp_path)  # fmt: skip
    if ran.code == 2:
        pytest.skip("such names are refused before")
    assert ran.out and ran.out.replace("\n", "").isprintable()
    assert all(
        line.startswith(("::error file=", "::warning file=", "::notice"))
        for line in ran.out.splitlines()
    )


REFERENCES = [
    ("!1", "a merge request"), ("#1", "an issue"), ("~bug", "a label"), ('~"two words"', "a label"),
    ("$1", "a snippet"), ("%1", "a milestone"), ('%"v 1"', "a milestone"), ("&1", "an epic"),
    ("group&1", "an epic elsewhere"), ("group/project!1", "elsewhere"), ("^alert#1", "an alert"),
    ("[issue:1]", "an issue"), ("[vulnerability:1]", "a vulnerability"), ("*iteration:1", "an iteration"),
    ("@everyone", "a mention"), ("GL-1", "an issue"), ("GH-1", "an issue"), ("org/repo#1", "an issue elsewhere"),
    (":white_check_mark:", "a picture that says all is well"), ("https://evil.example", "a link"),
    ("www.evil.example", "a link"), ("(#1)", "in brackets"), ("a@b.example,", "an address"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), REFERENCES)
def test_a_reference_is_code(text: str, why: str) -> None:
    """A vendor that is called `!1` must not be mentioned in our own merge request 1."""
    for sentence in (text, f"lets in {text} today"):
        bare = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", markdown(sentence))
        live = r"[@#]|[!~$%&^*](?=[\w\"'(])(?!amp;|lt;|gt;|#)|://|www\.|:\w+:|G[HL]-\d|\[\w+:"
        assert not re.search(live, bare.replace("\\", "")), (why, bare)


@every_name
def test_what_people_paste_holds_nothing_invisible(name: str) -> None:
    """A zero-width space in a copied address or ARN makes AWS refuse it, and nobody sees why."""
    assert "&#8203;" not in markdown(name) and "\u200b" not in markdown(name)
    assert "&#8203;" not in render(
        factory.report(factory.finding(resource=name or "x", message=name)), "markdown"
    )


ADVICE = {
    policy.id: " ".join(f"{policy.file.remediation} {policy.file.remediation_in_code}".split())
    for policy in load_policies(None).policies
}
"""What each policy says to do, of what runs and of code."""
COMMANDS = sorted((id_, span) for id_ in ADVICE for span in re.findall(r"`([^`]+)`", ADVICE[id_]))


@pytest.mark.parametrize(
    ("policy", "command"), [c for c in COMMANDS if c[1].startswith(("aws ", "vendorgate "))]
)
def test_a_command_survives_markdown(policy: str, command: str) -> None:
    """What a reader copies out of a comment is what the policy says, sign by sign."""
    shown = markdown_prose(f"Do this: `{command}`, then (that).")
    assert f"`{command}`" in shown
    text = render(
        factory.report(factory.finding(policy=policy, remediation=f"Do `{command}`.")), "markdown"
    )
    assert f"`{command}`" in text
    page = render(
        factory.report(factory.finding(policy=policy, remediation=f"Do `{command}`.")), "html"
    )
    assert "<code>" + command.split(" --")[0] in page


def test_every_command_of_a_policy_is_a_code_span() -> None:
    """One that is not would be taken apart by Markdown: quotes, stars and brackets."""
    for policy, advice in ADVICE.items():
        bare = re.sub(r"`[^`]+`", "", advice)
        assert not re.search(r"\baws [a-z0-9]+ [a-z]+-|\bvendorgate [a-z]", bare), policy


def test_a_name_cannot_close_a_code_span() -> None:
    """Ticks within prose of a policy, and in a name that looks like a span."""
    assert markdown_prose("a ``x ` y`` b") == "a ``x ` y`` b".replace("``x ` y``", "`` x ` y ``")
    assert markdown("`x`") == r"\`x\`"


@pytest.mark.parametrize("text", [COMMAND, f"  {COMMAND}", "##[group]x"])
def test_a_cell_is_no_command(text: str) -> None:
    """A CSV that is shown in a build log; the text is there for whoever looks."""
    assert csv_cell(text).startswith("'") and harmless(csv_cell(text))


def test_names_are_hostile_enough() -> None:
    """The tests above lean on this list."""
    assert {"command", "command, indented", "mention", "command, old"} <= set(HOSTILE)


UNSEEN = "a\x9b31mb\u202ec\u2066d\u200be\x7ff\u2028g\U000e0041"
JSONS = [
    *(("check", "snapshot", "-f", name) for name in ("json", "sarif", "gitlab", "asff", "ocsf", "oscal")),
    ("inventory", "snapshot", "-f", "json"),
    ("explain", "unvetted-federation", "-f", "json"),
    ("diff", "empty", "snapshot", "-f", "json"),
]  # fmt: skip


@pytest.mark.parametrize("command", JSONS, ids=[" ".join(c) for c in JSONS])
def test_json_shows_what_is_in_it(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A terminal obeys a C1 control, and shows a bidi override's text in another order; a parser
    must read the same name all the same."""
    snapshot(tmp_path, UNSEEN)
    write(tmp_path / "empty", roles=[])
    ran = vendorgate(*command, cwd=tmp_path)
    assert ran.code in (0, 1, 3), ran.err
    assert all(char.isprintable() or char == "\n" for char in ran.out)
    if command[:2] == ("inventory", "snapshot"):
        assert UNSEEN in json.dumps(json.loads(ran.out), ensure_ascii=False).replace(
            "\\u007f", "\x7f"
        )
