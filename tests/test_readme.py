"""What the README shows is what the commands print. `make docs` writes it anew."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path

import pytest

from checker.cli.main import COMMANDS
from checker.collect.aws.code.registry import CODE
from checker.collect.aws.resources.registry import ALL, calls_of
from checker.report import fit
from tests.support.aws_calls import made
from tests.support.cli import vendorgate
from tests.support.demo import printed
from tests.support.shown import hold_commands
from tests.support.snapshots import ALLOWLIST, vendor_role, write

README = Path(__file__).parent.parent / "README.md"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    return printed(tmp_path_factory)


def block(name: str, shown: str) -> None:
    """Holds a block of the README against what it must show, or writes it."""
    text = README.read_text()
    pattern = rf"(<!-- {name}[^>]*-->\n```text\n).*?(```\n<!-- /{name} -->)"
    new = re.sub(pattern, lambda m: f"{m[1]}{shown.strip()}\n{m[2]}", text, flags=re.DOTALL)
    if os.environ.get("UPDATE_README"):
        README.write_text(new)
    assert text == new, f"run `make docs`: the README's {name} is stale"


@pytest.mark.parametrize(("name", "kinds"), [("resource", ALL), ("code", CODE)])
def test_the_calls_for_resources_and_code(name: str, kinds: tuple[str, ...]) -> None:
    """A kind that is looked for by a call that nobody is told of."""
    often: dict[str, list[str]] = {}
    for call in calls_of(kinds):
        each = call.when or ("account" if call.once else "region")
        often.setdefault(each, []).append(f"`{call.name}`")
    told = "; ".join(
        f"for each {each} {', '.join(dict.fromkeys(calls))}" for each, calls in often.items()
    )
    text = README.read_text()
    pattern = rf"(<!-- {name}-calls[^>]*-->\n).*?(\n<!-- /{name}-calls -->)"
    new = re.sub(pattern, lambda m: f"{m[1]}{told[0].upper()}{told[1:]}.{m[2]}", text, flags=re.S)
    if os.environ.get("UPDATE_README"):
        README.write_text(new)
    assert text == new, f"run `make docs`: the README's calls for {name} are stale"


def test_the_inventory(demo: str) -> None:
    """A picture of the output that the command no longer prints."""
    block("demo-inventory", demo[demo.index("ID  ") : demo.index("The reports are in")])


def test_whose_code_runs(demo: str) -> None:
    """The list of it, machine images among it, which is no longer what the inventory says."""
    head, *rows = demo[demo.index("ID  ") :].partition("\n\n")[0].splitlines()
    at = {name: slice(*span) for name, *span in columns_of(head)}
    names = ("ID", "NAME", "KIND", "STATUS", "IMAGES", "CODE")
    cells = [[row[at[name]].strip() for name in names] for row in rows]
    block("demo-running", fit.table(names, [row for row in cells if row[4:] != ["0", "0"]], 0))


def columns_of(head: str) -> list[tuple[str, int, int]]:
    """The columns of a table by the names at its head: where each begins and ends."""
    starts = [found.start() for found in re.finditer(r"(?<!\S)\S", head)]
    return [(head[a:b].strip(), a, b) for a, b in pairwise([*starts, len(head) + 99])]


def test_the_verdict(demo: str) -> None:
    """The same, of the findings: their headings and the last line."""
    lines = [line for line in demo.splitlines() if re.match(r"[A-Z]+( [a-z-]+)?: ", line)]
    block("demo-verdict", "\n".join(lines))


def test_the_policy_of_the_readme_works(tmp_path: Path) -> None:
    """A recipe that a new user follows to the letter, and that fails."""
    found = re.search(r"<!-- policy-example.*?```yaml\n(.*?)```", README.read_text(), re.DOTALL)
    assert found
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/vendor-role-names.yaml").write_text(found[1])
    ran = vendorgate("policy", "test", cwd=tmp_path)
    assert (ran.code, ran.out) == (
        0,
        "policies/vendor-role-names.yaml: 2 tests hold\n1 policy, 0 not as the tests inside say\n",
    )
    write(tmp_path / "snapshot", roles=[vendor_role()])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("policy", "try", "vendor-role-names", "snapshot", cwd=tmp_path)
    assert (ran.code, "vendor-role-names: A vendor's role is" in ran.out) == (0, True)


GET_ROLE = """\
test "$*" = "iam get-role --role-name Monitoring" || exit 9
echo '{"Role": {"RoleName": "Monitoring", "Arn": "arn:aws:iam::222222222222:role/Monitoring",'
echo '"AssumeRolePolicyDocument":'; cat policy.json; echo '}}'
"""


def test_the_questions_about_one_policy_are_answered_as_shown(tmp_path: Path) -> None:
    """A recipe whose command fails, or answers something else than the page says."""
    within = r"### Ask about one trust policy\n.*?(?=\n### )"
    hold_commands(README, tmp_path, within=within, aws=GET_ROLE)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_as_the_readme_says(shell: str) -> None:
    """A line in somebody's shell profile that prints an error each time a shell starts."""
    ran = vendorgate(_VENDORGATE_COMPLETE=f"{shell}_source")
    assert (ran.code, "_VENDORGATE_COMPLETE" in ran.out) == (0, True)


def test_every_command_that_the_readme_names_exists() -> None:
    """A README that sends its reader to a command that is not there."""
    named = set(re.findall(r"vendorgate ([a-z]+)", README.read_text()))
    assert named - {"keeps"} <= set(COMMANDS)


def test_the_calls_that_it_makes_are_listed() -> None:
    """A call that a security team did not agree to, or one that it allows for nothing."""
    section = README.read_text().split("\n## The calls it makes\n")[1].split("\n## ")[0]
    assert set(re.findall(r"`([a-z0-9-]+:[A-Z]\w+)`", section)) == made()


READS = re.compile("Describe|List|(Batch)?Get|Select|Head")


def test_calls_that_are_no_reads_are_named() -> None:
    """“Every call only describes, lists or gets”, which was not so."""
    writes = {call.split(":")[1] for call in made() if not READS.match(call.split(":")[1])}
    assert writes == {
        "AssumeRole", "StartQueryExecution", "StopQueryExecution", "PutObject",
        "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload",
    }  # fmt: skip
    (claim,) = [line for line in README.read_text().splitlines() if "**Read-only.**" in line]
    assert all(f"{name}`" in claim for name in writes)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    """A command that is listed but cannot be loaded."""
    ran = vendorgate(name, "--help")
    assert (ran.code, "Usage:" in ran.out) == (0, True)


def test_a_check_follows_a_collection_with_gaps(demo: str, tmp_path: Path) -> None:
    """`collect && check`: exit code 3 of the first, and nobody is told what the gaps are."""
    said = (README.read_text(), demo, vendorgate("init", cwd=tmp_path).out)
    for text in said:
        assert "vendorgate check" in text
        assert not re.search(r"vendorgate collect[^\n|]*&&", text)
