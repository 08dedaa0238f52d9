"""docs/ is generated: a page for each policy, the commands' help, the schemas. `make docs` writes
it anew; here it is held against what the code says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest

import checker.trust.texts.keys as keys
from checker.cli.main import COMMANDS, main
from checker.cli.schema import KINDS, schema_text
from checker.frameworks import frameworks
from checker.policy.load import BUILTIN, read_policy
from checker.policy.model import Policy
from checker.policy.page import render
from checker.report.formats import FORMATS
from checker.trust.tenancy import TENANCY
from checker.vetting.catalogue import community
from tests.support.shown import hold_commands

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
POLICIES = [read_policy(path) for path in sorted(BUILTIN.glob("*.yaml"))]
STALE = "run `make docs`: docs/ is stale"


def hold(path: Path, text: str) -> None:
    """Holds a file against what it must be, or writes it."""
    if os.environ.get("UPDATE_README"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert path.exists() and path.read_text() == text, STALE


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.id)
def test_each_policy_has_its_page(policy: Policy) -> None:
    """A page that says something else than the rule that runs."""
    source = f"\n*Made from [{policy.id}.yaml](../../policies/{policy.id}.yaml) by `make docs`.*\n"
    hold(DOCS / "policies" / f"{policy.id}.md", render(policy) + source)


def test_the_index_lists_every_policy_with_its_controls() -> None:
    """A rule that an auditor cannot find from the control that it supports."""
    lines = [
        "# The built-in policies\n",
        "Each supports the controls beside it; none satisfies a control alone.",
        "The engine's own `collection-gap` (high) stands for each thing that could not be looked at.\n",
        f"| Policy | Severity | Subject | {' | '.join(f.title for f in frameworks().values())} |",
        "| --- " * (3 + len(frameworks())) + "|",
    ]
    for policy in POLICIES:
        named = policy.file.controls
        cells = [f"[{policy.id}]({policy.id}.md)", policy.severity, ", ".join(policy.applies_to)]
        cells += [", ".join(named.get(name, ())) or "–" for name in frameworks()]
        lines.append(f"| {' | '.join(cells)} |")
    hold(DOCS / "policies" / "README.md", "\n".join(lines) + "\n")


def map_of_controls() -> str:
    lines = [
        "# Controls, and the policies that support them\n",
        "A policy supports a control for the reason beside it; none satisfies a control alone.",
        "The same map, with what each policy said, is in every bundle of evidence (`control-map.json`).",
        "Where the frameworks' titles and versions come from says [tables.md](tables.md).",
    ]
    for key, known in frameworks().items():
        lines.append(f"\n## {known.title}\n\n<{known.source}>")
        for control, asked in known.asks.items():
            lines.append(f"\n**{control}** ({asked})\n")
            lines += [
                f"- [{policy.id}](policies/{policy.id}.md): {why}"
                for policy in POLICIES
                if (why := policy.file.controls.get(key, {}).get(control))
            ]
    return "\n".join(lines) + "\n"


def test_the_map_of_controls_is_the_policies_own() -> None:
    """An auditor who starts from a control, and is led to a reason that no policy gives."""
    hold(DOCS / "controls.md", map_of_controls())


def test_the_page_of_tables_says_how_old_the_names_are() -> None:
    """A list of names that looks fresher than it is."""
    listed = community()
    accounts = {account for entry in listed.entries for account in entry.accounts}
    said = f"{listed.synced_on}, {len(listed.entries)} vendors, {len(accounts)} accounts"
    path = DOCS / "tables.md"
    text = re.sub(
        r"(<!-- names -->).*?(<!-- /names -->)", lambda m: m[1] + said + m[2], path.read_text()
    )
    assert said in text
    hold(path, text)


@pytest.mark.parametrize(
    "link", re.findall(r"\]\((\.\./[^)]+)\)", (DOCS / "tables.md").read_text())
)
def test_each_table_is_where_the_page_says(link: str) -> None:
    """A source that its reader cannot open."""
    assert (DOCS / link).exists()


def test_the_page_of_formats_has_all_of_them() -> None:
    """A format that nobody finds, or one that is gone."""
    table = re.findall(r"^\| `(\w+)` \|", (DOCS / "formats.md").read_text(), re.MULTILINE)
    assert sorted(table) == sorted(FORMATS)


def test_no_page_is_left_behind() -> None:
    """The page of a policy that is gone."""
    pages = {path.stem for path in (DOCS / "policies").glob("*.md")} - {"README"}
    assert pages == {policy.id for policy in POLICIES}


def help_of(command: click.Command, path: str) -> list[str]:
    context = click.Context(
        command, info_name=path, max_content_width=100, terminal_width=100,
        help_option_names=["-h", "--help"],  # as on the command line; click remembers the first
    )  # fmt: skip
    text = f"## {path}\n\n```text\n{command.get_help(context)}\n```\n"
    inner = command.commands if isinstance(command, click.Group) and command is not main else {}
    return [text, *(t for n, c in sorted(inner.items()) for t in help_of(c, f"{path} {n}"))]


def reference() -> str:
    parts = ["# Commands\n\nWhat `--help` prints, by `make docs`.\n", *help_of(main, "vendorgate")]
    for name in sorted(COMMANDS):
        command = main.get_command(click.Context(main), name)
        assert command is not None
        parts += help_of(command, f"vendorgate {name}")
    return re.sub(r"[ \t]+\n", "\n", "\n".join(parts))


def test_the_reference_of_commands_is_their_help() -> None:
    """An option that the reference doesn't know, or knows still. In a process of its own, as click
    remembers the first help option that a command was asked for."""
    code = "import tests.test_docs as docs; print(docs.reference(), end='')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    hold(DOCS / "commands.md", done.stdout)


@pytest.mark.parametrize("kind", KINDS)
def test_the_schemas_are_published(kind: str) -> None:
    """An editor that refuses a key which the tool takes."""
    hold(DOCS / "schema" / f"{kind}.json", schema_text(kind))


def test_the_files_of_the_repository_name_their_schema() -> None:
    """A file that opens in an editor without completion, or with the wrong one."""
    files = [ROOT / "allowlist.yaml", *BUILTIN.glob("*.yaml")]
    for path in files:
        match = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())
        assert match, f"{path.name}: its first line names no schema"
        assert (path.parent / match[1]).is_file()


def tenancy_table() -> str:
    lines = [
        "| issuer | claims that can name a customer | for example | documented |",
        "| --- | --- | --- | --- |",
    ]
    for issuer, tenancy in TENANCY.items():
        usual, *others = tenancy.claims
        claims = ", ".join(f"`{keys.spelled(claim)}`" for claim in (usual, *sorted(others)))
        host = urlsplit(tenancy.source).hostname
        page = f"[{host}]({tenancy.source})"
        lines.append(f"| `{issuer}` | {claims} | `{tenancy.example}` | {page} |")
    return "\n".join(lines) + "\n"


def test_the_table_of_shared_issuers_is_the_one_that_is_asked() -> None:
    """A reader who narrows a trust by a claim of which the gate knows that it narrows nothing."""
    path = DOCS / "trust.md"
    pattern = r"(<!-- tenancy[^>]*-->\n).*?(<!-- /tenancy -->)"
    table = tenancy_table()
    text = re.sub(pattern, lambda m: m[1] + table + m[2], path.read_text(), flags=re.DOTALL)
    assert table in text
    hold(path, text)


def test_the_commands_of_the_trust_page_answer_as_shown(tmp_path: Path) -> None:
    """An example that its reader cannot follow, or that answers something else by now."""
    hold_commands(DOCS / "trust.md", tmp_path)


def test_the_commands_of_the_guardrails_page_answer_as_shown(tmp_path: Path) -> None:
    """A document that its reader attaches, and that is of an older version."""
    hold_commands(DOCS / "enforcing.md", tmp_path, within=r"## What it writes.*?## What it proves")
