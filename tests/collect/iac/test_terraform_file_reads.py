"""Files that the code of Terraform reads, by names that are made of what nobody knows."""

from __future__ import annotations

import dataclasses
import json
import os
from os.path import normpath
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checker.collect.iac.files import input_files
from checker.collect.iac.terraform import walk
from checker.collect.iac.terraform.collect import Reading, collect_terraform
from checker.collect.iac.terraform.file_reads import FileReads
from checker.collect.iac.unknown import unresolved
from checker.collect.iac.unread import text_in
from tests.collect.iac.granted import target
from tests.collect.iac.test_named_elsewhere import OTHER, noted
from tests.support.snapshots import STRANGER

_SAID = "Files that the code reads, and that were not looked through: "
HELD = "p/a.json"
READS: list[tuple[str, str, str | None, bool]] = [
    # why, the expression, what is not looked through, whether p/a.json is
    ("a variable", "file(var.x)", "${var.x}", False),
    ("a variable of the module's own folder", 'file("${path.module}/${var.x}")', "${var.x}", False),
    ("one of a folder", 'file("${path.module}/p/${var.x}")', None, True),
    ("one whose ending is known", 'file("${var.x}.json")', None, True),
    ("one of another ending", 'file("${var.x}.yaml")', "${var.x}.yaml", False),
    ("a folder that is not known", 'file("${var.x}/a.json")', None, True),
    ("one of the root's", 'file("${path.root}/p/a.json")', None, True),
    ("where it is run", 'file("${path.cwd}/p/a.json")', None, True),
    ("a template", 'templatefile("p/${var.x}", {})', None, True),
    ("in base64", "filebase64(var.x)", "${var.x}", False),
    ("in base64, of a folder", 'filebase64("p/${var.x}")', None, True),
    ("one above", 'file("../${var.x}/b.json")', "../${var.x}/b.json", False),
    ("one above what is not known", 'file("${var.x}/../p/a.json")', "${var.x}/../p/a.json", False),
    ("one that is elsewhere", 'file("/${var.x}/a.json")', "/${var.x}/a.json", False),
    ("a set", 'fileset("p", "*.json")', None, True),
    ("a set of all", 'fileset(path.module, "**")', None, True),
    ("a set of two kinds", 'fileset("p", "{a,b}.json")', None, True),
    ("a set whose ending is not known", 'fileset("p", "*.${var.x}")', None, True),
    ("a set of a folder", 'fileset("p", var.x)', None, True),
    ("a set of a folder that is not known", 'fileset(var.x, "a.json")', None, True),
    ("a set of all of a folder that is not known", 'fileset(var.x, "**")', "${var.x}/**", False),
    ("a set of anything", "fileset(path.module, var.x)", "${var.x}", False),
    ("a set of which there is none", 'fileset("p", "*.yaml")', None, False),
    ("a set by a local", "fileset(local.p, local.all)", None, True),
    ("a set of stars", 'fileset("p", "**.json")', None, True),
    ("a set of all but some", 'fileset("p", "[^b]*.json")', None, True),
    ("a set above", 'fileset("p", "../../../../../../**/none.sh")', "p/../../../../../../**/none.sh", False),
    ("a set that is elsewhere", 'fileset("/", "**")', "//**", False),
    ("a link to itself", 'file("loop")', "loop", False),
    ("a name that no file has", 'file("p/\0")', "p/\0", False),
    ("a name that is too long", f'file("{"n" * 300}")', "n" * 300, False),
    ("a file of a local provider", "data.local_file.f.content", None, True),
    ("a file that a template of it reads", 'templatefile("t.tpl", { a = var.x })', None, True),
    ("one that is too large", 'file("large.sh")', "large.sh", False),
    ("one that is too large, in UTF-16", 'filebase64("large.txt")', "large.txt", False),
    ("one that is too large, and no text", 'filebase64("large.zip")', None, False),
    ("one that is too large, by a name that is known in part", 'file("large.s${var.x}")', "large.s${var.x}", False),
    ("a set of a folder of several names", 'fileset("${path.module}/?", "*.json")', None, True),
    ("a set of folders", 'fileset("[pq]", "*.json")', None, True),
    ("a set from the beginning", 'fileset("p", "/*.json")', None, True),
    ("a set to the end", 'fileset("p", "a.json/")', None, True),
    ("a set through a link", 'fileset("r", "**/*.json")', None, True),
    ("half a character", 'file("x\\ud800y")', "x\ud800y", False),
    ("half a character, and more", 'file("${var.x}\\ud800")', "${var.x}\ud800", False),
    ("a set of half a character", 'fileset("p", "\\ud800")', None, False),
    ("a set of all but some", 'fileset("p", "[!b].json")', None, True),
    ("one that is not here", 'file("none.json")', "none.json", False),
    ("one that is not here, as a local has it", "file(local.none)", "none.json", False),
    ("one that nobody reads", 'var.x == "" ? "" : ""', None, False),
    ("one that a default tells", "file(var.a)", None, True),
    ("another one than a default's, if that is given", 'file(var.d == "" ? "p/a.json" : var.d)', "${var.d}", True),
]  # fmt: skip
MORE = 'variable "x" {}\nvariable "a" {\n default = "p/a.json"\n}\nvariable "d" {\n default = ""\n}\ndata "local_file" "f" {\n filename = local.f\n}\nlocals {\n p = "p"\n all = "*.json"\n f = "o.txt"\n none = "none.json"\n}\n'


def read(folder: Path, text: str, *, strict: bool = False) -> Any:
    (folder / "p").mkdir(exist_ok=True)
    (folder / HELD).write_text(STRANGER)
    if not (folder / "loop").is_symlink():
        (folder / "loop").symlink_to("loop")
    (folder / "o.txt").touch()
    for link, to in (("r/l", "../p"),) if '"r"' in text else ():
        (folder / link).parent.mkdir(exist_ok=True)
        if not (folder / link).is_symlink():
            (folder / link).symlink_to(to)
    (folder / "t.tpl").write_text('a\n${file("p/a.json")}\n')
    if "large" in text:
        (folder / "large.sh").write_text("\n" * (1 << 20) + STRANGER)
        (folder / "large.txt").write_bytes(("\n" * (1 << 20)).encode("utf-16"))
        (folder / "large.zip").write_bytes(b"PK\x03\x04\0" + b"\n" * (1 << 20))
    (folder / "main.tf").write_text(text)
    files = input_files([str(folder / "main.tf")], (".tf",))
    return collect_terraform(files, target(folder), Reading(strict=strict))


def said(found: Any) -> list[str]:
    return [one.removeprefix(_SAID) for one in found.notes if one.startswith(_SAID)]


def test_names_that_end_alike(tmp_path: Path) -> None:
    """Catches a file that is not told as another one's name is the end of its own."""
    names = ("trust.json", "secrets/trust.json", "x/secrets/trust.json")
    lines = "".join(f' l{at} = file("{name}")\n' for at, name in enumerate(names))
    text = f'locals {{\n{lines} c = file(var.v)\n}}\nvariable "v" {{}}\n'
    gaps = read(tmp_path, text, strict=True).gaps
    assert {one.message.split()[3].rstrip(",") for one in gaps} == {*names, "${var.v}"}


@pytest.mark.parametrize(("why", "expression", "unread", "held"), READS, ids=[r[0] for r in READS])
@pytest.mark.parametrize(
    ("form", "line"),
    [
        ('resource "aws_instance" "i" {{\n ami = "ami-1"\n user_data = {}\n}}\n', (1, 3)),
        ("locals {{\n l = {}\n}}\n", (1, 2)),
        ('output "o" {{\n value = {}\n}}\n', (1, 2)),
    ],
    ids=["resource", "local", "output"],
)
def test_what_the_code_reads(
    tmp_path: Path,
    why: str,
    expression: str,
    unread: str | None,
    held: bool,
    form: str,
    line: tuple[int, int],
) -> None:
    """Catches a script that nobody looked through, of which nothing is said; what stands in one
    that is here is told."""
    text = form.format(expression) + MORE
    if "local_file" in expression:
        text = text.replace("o.txt", "p/a.json")
    found = read(tmp_path, text)
    assert noted(found.notes) == ({STRANGER: f"{HELD}:1"} if held else {})
    told = [f"1 ({unread} (main.tf:{at}))." for at in line] if unread else []
    assert said(found) == told[:1] or said(found) == told[1:]
    gaps = read(tmp_path, text, strict=True).gaps
    assert [one.code for one in gaps if one.code == "not-read"] == ["not-read"] * bool(unread)


def test_comments_read_nothing(tmp_path: Path) -> None:
    assert (
        said(read(tmp_path, '# file("none.json")\nlocals {\n a = 1 // file("none.txt")\n}\n')) == []
    )


PLACES = [
    'resource "aws_instance" "i" {{\n ami = "ami-1"\n provisioner "file" {{\n  content = {}\n }}\n}}\n',
    'resource "aws_instance" "i" {{\n ami = "ami-1"\n connection {{\n  private_key = {}\n }}\n}}\n',
    'resource "aws_instance" "i" {{\n ami = "ami-1"\n lifecycle {{\n  precondition {{\n   condition = {} == ""\n  }}\n }}\n}}\n',
    'provider "helm" {{\n kubernetes {{\n  token = {}\n }}\n}}\n',
    'check "c" {{\n assert {{\n  condition = {} == ""\n }}\n}}\n',
    'variable "v" {{\n validation {{\n  condition = {} == ""\n }}\n}}\n',
    'ephemeral "vault_kv" "e" {{\n path = {}\n}}\n',
    'output "o" {{\n value = 1\n precondition {{\n  condition = {} == ""\n }}\n}}\n',
    'module "m" {{\n source = "./m"\n x = {}\n}}\n',
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("expression", "held"), [("file(local.f)", True), ("file(var.x)", False)])
def test_wherever_the_code_reads(tmp_path: Path, place: str, expression: str, held: bool) -> None:
    """Catches a file of a provisioner, a check or a provider, which no resource's argument names."""
    text = (place.format(expression) + MORE).replace("o.txt", HELD)
    found = read(tmp_path, text.replace('data "local_file"', 'data "other"'))
    assert noted(found.notes) == ({STRANGER: f"{HELD}:1"} if held else {})
    assert len(said(found)) == (not held)


def test_a_template_that_names_a_file_by_what_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "u.tpl").write_text("${file(n)}\n")
    text = f'locals {{\n x = templatefile("u.tpl", {{ n = "{HELD}" }})\n}}\n'
    assert noted(read(tmp_path, text).notes) == {STRANGER: f"{HELD}:1"}


TRUSTING = [
    ("where Terraform runs", 'file("trust.json")', OTHER),
    ("the same by a variable", "file(var.name)", OTHER),
    ("the same by its name", 'file("${path.root}/trust.json")', OTHER),
    ("of the module", 'file("${path.module}/trust.json")', STRANGER),
    ("of the module, from within", 'templatefile("${path.module}/../m/trust.json", {})', STRANGER),
]


@pytest.mark.parametrize(("why", "expression", "who"), TRUSTING, ids=[r[0] for r in TRUSTING])
def test_where_a_module_reads_from(tmp_path: Path, why: str, expression: str, who: str) -> None:
    """Catches the trust policy of a module that is taken for the one beside it."""
    (tmp_path / "m").mkdir()
    for folder, account in (("m", STRANGER), (".", OTHER)):
        trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}]}  # fmt: skip
        (tmp_path / folder / "trust.json").write_text(json.dumps(trust))
    role = f'variable "name" {{}}\nresource "aws_iam_role" "r" {{\n assume_role_policy = {expression}\n}}\n'
    (tmp_path / "m/main.tf").write_text(role)
    found = read(tmp_path, 'module "m" {\n source = "./m"\n name = "trust.json"\n}\n')
    (made,) = found.roles
    trusted = bytes(made.trust_policy).decode()
    assert (STRANGER in trusted, OTHER in trusted) == (who == STRANGER, who == OTHER)


def test_one_that_is_not_here_is_told_once(tmp_path: Path) -> None:
    """As it is written, though it is evaluated, too."""
    (tmp_path / "m").mkdir()
    (tmp_path / "m/main.tf").write_text('locals {\n x = templatefile("${path.module}/none.tpl", {})\n}\n')  # fmt: skip
    found = read(tmp_path, 'module "m" {\n source = "./m"\n}\n')
    assert said(found) == ["1 (${path.module}/none.tpl (m/main.tf:2))."]


@pytest.mark.parametrize("here", [(), ("trust.json",), ("m/trust.json",)])
def test_a_file_beside_a_module_is_another_one(tmp_path: Path, here: tuple[str, ...]) -> None:
    """Catches one of two files that is not told, as the other has its name: what has no path is
    read from where Terraform runs."""
    (tmp_path / "m").mkdir()
    for name in here:
        (tmp_path / name).write_text("{}")
    (tmp_path / "m/main.tf").write_text('locals {\n x = file("trust.json")\n y = file("${path.module}/trust.json")\n}\n')  # fmt: skip
    gaps = read(tmp_path, 'module "m" {\n source = "./m"\n}\n', strict=True).gaps
    each = {"trust.json": ("m/main.tf:2", "trust.json"), "m/trust.json": ("m/main.tf:3", "${path.module}/trust.json")}  # fmt: skip
    expected = {told for name, told in each.items() if name not in here}
    assert {(one.call, one.message.split()[3].rstrip(",")) for one in gaps} == expected


def test_few_are_told(tmp_path: Path) -> None:
    text = "".join(f'locals {{\n l{n} = file("none{n}")\n}}\n' for n in range(5))
    each = ", ".join(f"none{n} (main.tf:{3 * n + 2})" for n in range(3))
    assert said(read(tmp_path, text)) == [f"5 ({each}, …)."]


def test_of_too_many_files_not_all_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a folder that is looked through in part, and taken for whole."""
    monkeypatch.setattr(walk, "MOST", 3)
    (tmp_path / "many").mkdir()
    for number in range(4):
        (tmp_path / f"many/{number}.sh").touch()
    text = 'locals {\n x = file("many/${var.x}")\n}\n' + MORE
    assert said(read(tmp_path, text)) == ["1 (many/${var.x} (main.tf:1))."]
    (tmp_path / "many/0.sh").unlink()
    assert said(read(tmp_path, text)) == []
    (tmp_path / "many/z.txt").touch()
    assert said(read(tmp_path, text.replace("var.x}", "var.x}.sh"))) == []


def test_what_is_beside_the_code_is_looked_through_wherever_that_is(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(STRANGER)
    (tmp_path / "main.tf").write_text('locals {\n x = file("x.json")\n}\n')
    (tmp_path / "root").mkdir()
    here = dataclasses.replace(target(tmp_path), root=tmp_path / "root")
    found = collect_terraform(input_files([str(tmp_path / "main.tf")], (".tf",)), here)
    assert noted(found.notes) == {STRANGER: "x.json:1"}


@pytest.mark.parametrize(
    "name",
    ["round/*/*/*/*/*/*/*/*/*/none.json", "round/${var.x}/${var.y}/${var.z}/none.json"],
)
def test_a_round_of_links_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Links that lead round in a circle fold into as many names as there are parts."""
    monkeypatch.setattr(walk, "_ENTRIES", 300)
    (tmp_path / "round").mkdir()
    for link in ("a", "b"):
        (tmp_path / "round" / link).symlink_to(".")
    folder, _, pattern = name.partition("/")
    called = f'file("{name}")' if "$" in name else f'fileset("{folder}", "{pattern}")'
    assert said(read(tmp_path, f"locals {{\n x = {called}\n}}\n{MORE}")) == [
        f"1 ({name} (main.tf:1))."]  # fmt: skip


def test_what_was_installed_is_not_looked_through(tmp_path: Path) -> None:
    """Catches accounts of packages that nobody deploys, and a thousand of their files."""
    for folder in ("p/node_modules", "p/.terraform", "p/.git", "p/own", "p/own/__pycache__"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.json").write_text(f"{STRANGER[:-1]}{len(folder) % 10}")
    found = read(tmp_path, 'locals {\n x = file("p/${var.x}")\n}\n' + MORE)
    assert {*noted(found.notes).values()} == {
        f"{HELD}:1",
        "p/own/x.json:1",
        "p/own/__pycache__/x.json:1",
    }
    assert said(found) == ["1 (p/${var.x} (main.tf:1))."]


def test_files_of_too_many_bytes_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.collect.iac.terraform.file_reads._ROOM", 2)
    text = 'locals {\n x = file("p/${var.x}")\n y = file("t${var.x}")\n}\n'
    assert said(read(tmp_path, text + MORE)) == ["1 (t${var.x} (main.tf:1))."]


TREE = (
    "a.json",
    "b.json",
    "d/a.json",
    "d/b.yaml",
    "d/e/a.json",
    "d/e/[x].json",
    "d/e/x.json",
    "o.json.bak",
)
FILLED = sorted({one[at:end] for one in TREE for at in range(len(one)) for end in range(at, len(one) + 1)})  # fmt: skip
PART = st.sampled_from(["", "a", "b", "d/", "d/e/", ".json", ".", "[x]", "/", "*", "e/a.js", "../"])


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    for one in TREE:
        (folder / one).parent.mkdir(parents=True, exist_ok=True)
        (folder / one).write_text(one)
    return folder


@example(before="d/", between=".", after="", other="/a.json")
@example(before="d/e/", between="[x]", after=".json", other=None)
@given(before=PART, between=PART, after=PART, other=st.one_of(st.none(), st.sampled_from(FILLED)))
def test_all_that_a_name_may_stand_for(
    tree: Path, before: str, between: str, after: str, other: str | None
) -> None:
    """A law: each file that has such a name, whatever is put in for what is not known, but for what
    leads up, is looked through, or the name is said."""
    mark = unresolved("x")
    reads = FileReads(tree)
    reads.text(f"{before}{mark}{between}{mark if other is not None else ''}{after}", tree, tree)
    filled = {f"{before}{one}{between}{other or ''}{after}" for one in FILLED}
    up = f"{before}{between}{after}".count("..")
    names = {normpath(one) for one in filled if one.count("..") <= up}
    assert reads.unread or {tree / one for one in names & {*TREE}} <= reads.found.keys()


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    """Nobody may ever write to it."""
    os.mkfifo(tmp_path / "pipe")
    assert text_in(tmp_path / "pipe", 1) is None


def test_a_link_to_itself_is_no_plan(tmp_path: Path) -> None:
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "main.tf").write_text("locals {\n}\n")
    found = collect_terraform(input_files([str(tmp_path)], (".tf", ".json")), target(tmp_path))
    assert [(one.code, one.call) for one in found.gaps] == [("unreadable", "loop.json:1")]
