"""Folders of all sorts of files: templates are told by what they hold; nothing that looks like one
goes unsaid, and ordinary text is no gap. Through the real command."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.likeness import (
    as_utf8,
    has_placeholders,
    is_usual,
    looks_like_one,
    may_begin_one,
    unrendered,
)
from checker.errors import InputError
from tests.collect.iac.test_code import ROLE, check, report, strangers
from tests.support.snapshots import STRANGER

TEXT = ROLE % STRANGER
JSON = json.dumps(
    {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {
        "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                    "Principal": {"AWS": STRANGER}}]}}}}}
)  # fmt: skip
READ = [
    ("of CloudFormation's own ending", "a.cform", TEXT.encode()),
    ("a text", "a.template.txt", TEXT.encode()),
    ("of no ending at all", "stack", TEXT.encode()),
    ("JSON in a text", "a.txt", JSON.encode()),
    ("with a comment before it", "a.txt", b"# of the team\n---\n" + TEXT.encode()),
    ("for Jinja, without a placeholder", "a.yaml.j2", TEXT.encode()),
    ("dynamic references, which are no placeholders", "a.yaml.j2", (TEXT + "# {{resolve:ssm:/x}}\n").encode()),
    ("in a hidden folder", ".stacks/a.yaml", TEXT.encode()),
    ("UTF-16, as PowerShell writes it", "a.yaml", TEXT.encode("utf-16")),
    ("big end first", "a.yaml", b"\xfe\xff" + TEXT.encode("utf-16-be")),
    ("without a mark of order", "a.yaml", TEXT.encode("utf-16-be")),
    ("JSON in UTF-16", "a.json", JSON.encode("utf-16")),
    ("of another ending, in UTF-16", "a.txt", TEXT.encode("utf-16")),
    ("UTF-32", "a.yaml", TEXT.encode("utf-32")),
    ("UTF-8 with a mark", "a.txt", b"\xef\xbb\xbf" + TEXT.encode()),
]  # fmt: skip


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / "code" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("why", "name", "data"), READ, ids=[row[0] for row in READ])
def test_a_template_by_its_content(tmp_path: Path, why: str, name: str, data: bytes) -> None:
    put(tmp_path, name, data)
    ran = check(tmp_path, "code")
    assert (strangers(ran), report(ran)["gaps"]) == ({STRANGER}, [])


NAMED = [
    ("not rendered", "a.yaml.j2", TEXT.replace(STRANGER, "{{ vendor }}"), "placeholders are not filled in"),
    ("Jinja before it", "a.yml.jinja", "{% set x = 1 %}\n" + TEXT, "placeholders are not filled in"),
    ("ERB", "a.yaml.erb", TEXT.replace(STRANGER, "<%= vendor %>"), "placeholders are not filled in"),
    ("under a usual ending", "a.yaml", "Resources:\n{% if x %}\n  R: {Type: AWS::SNS::Topic}\n", "read what it makes of it"),
    ("broken, in a text", "a.txt", "Resources:\n  R: {Type: AWS::IAM::Role\n", "not valid YAML"),
    ("half of UTF-16", "a.yaml", None, "not UTF-16 text"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "text", "said"), NAMED, ids=[row[0] for row in NAMED])
def test_what_looks_like_one_and_is_not_read(
    tmp_path: Path, why: str, name: str, text: str | None, said: str
) -> None:
    """A gap that names it, beside what is read."""
    put(tmp_path, "good.yaml", b"Resources: {Q: {Type: AWS::SQS::Queue}}")
    put(tmp_path, name, TEXT.encode("utf-16") + b"\x00" if text is None else text.encode())
    ran = check(tmp_path, "code")
    (gap,) = report(ran)["gaps"]
    assert (gap["location"]["file"], ran.code) == (f"code/{name}", 3)
    assert said in gap["message"]


ENGINES = (".j2", ".jinja", ".jinja2", ".erb", ".ejs", ".hbs", ".liquid", ".mako", ".mustache", ".njk", ".gotmpl", ".tmpl", ".tpl")  # fmt: skip
DOCUMENTS = (".md", ".markdown", ".rst", ".adoc", ".html", ".htm", ".ipynb")
SECTIONS = ("AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks", "Mappings", "Metadata", "Outputs", "Parameters", "Resources", "Rules", "Transform")  # fmt: skip


def test_what_each_name_and_beginning_tells() -> None:
    """Catches an engine whose placeholders are taken for values, a document or a section that is
    not known as one."""
    for ending in (*ENGINES, ".TPL"):
        for placeholder in (b"{{ x }}", b"{% x %}", b"<%= x %>", b"<? x ?>"):
            assert unrendered(Path(f"a.yaml{ending}"), placeholder), ending
        assert not unrendered(Path(f"a.yaml{ending}"), b"{{resolve:ssm:/x}} { { % }")
    assert not unrendered(Path("a.yaml"), b"{{ x }}") and has_placeholders(b"{{ x }}")
    for section in SECTIONS:
        whole = f"{section}: x\nResources: {{R: {{Type: AWS::IAM::Role}}}}\n".encode()
        for text in (whole, f'{{"{section}": 1, "Resources" : {{"R": "AWS::"}}}}'.encode(), b"\xef\xbb\xbf# {{ x }}\n%YAML 1.2\n--- \n" + whole):  # fmt: skip
            assert may_begin_one(Path("x"), text) and looks_like_one(Path("x"), text), text
            for ending in (*DOCUMENTS, ".MD"):
                assert not may_begin_one(Path(f"x{ending}"), text)
        assert not may_begin_one(Path("x"), b"x" + whole) and not looks_like_one(Path("x"), b"x" + whole)  # fmt: skip
    for ending in (".yaml", ".yml", ".json", ".template", ".cfn", ".cform", ".YAML"):
        assert is_usual(Path(f"x{ending}"))
        assert looks_like_one(Path(f"x{ending}"), b"x: {AWSTemplateFormatVersion: x}")
        assert looks_like_one(Path(f"x{ending}"), b"x: {Resources: AWS::}")
        assert not looks_like_one(Path(f"x{ending}"), b"Resources: aws")
        assert not looks_like_one(Path(f"x{ending}"), b"Description: AWS::")
    assert not looks_like_one(Path("x"), b"AWSTemplateFormatVersion: x")


def test_how_text_is_encoded() -> None:
    """Catches a template that is refused, or read as letters that nobody wrote."""
    for name in ("utf-16", "utf-32", "utf-16-le", "utf-16-be"):
        assert as_utf8("Aé".encode(name), "x").decode().removeprefix("\ufeff") == "Aé", name
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be")):  # fmt: skip
        assert as_utf8(mark + "Aé".encode(name), "x") == "Aé".encode()
    for data in (b"\xef\xbb\xbfA", b"A", b"\0\0"):
        assert as_utf8(data, "x") == data
    with pytest.raises(InputError, match="not UTF-16 text"):
        as_utf8(b"\xff\xfeA", "x")


QUOTED = "Deploy it:\n\nResources:\n  R: {Type: AWS::IAM::Role, Properties: {}}\n"
OTHERS = [
    ("a README", "README", QUOTED),
    ("a README in Markdown", "README.md", QUOTED),
    ("documents that begin with their own data", "doc.md", f"---\nDescription: x\n---\n{QUOTED}"),
    ("notes", "notes.txt", QUOTED),
    ("a program that holds one", "make.py", f'T = """\n{TEXT}"""\n'),
    ("a script that writes one", "make.sh", f"#!/bin/sh\ncat <<E\n{TEXT}E\n"),
    ("a log", "events.log", '{"Resources": 1, "x": "AWS::IAM::Role"}\n{"y": 1}\n'),
    ("data with no Resources", "data.txt", '{"Description": "AWS::IAM::Role"}'),
    ("data of 5 MiB", "big.json", json.dumps({"Resources": "AWS::x", "y": "z" * (5 << 20)})),
    ("a Kubernetes manifest", "pod.yaml", "kind: Pod\nmetadata: {name: x}\n"),
    ("bytes", "x.bin", "\x00\x01Resources: AWS::"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "text"), OTHERS, ids=[row[0] for row in OTHERS])
def test_ordinary_files_are_no_gaps(tmp_path: Path, why: str, name: str, text: str) -> None:
    put(tmp_path, "good.yaml", b"Resources: {Q: {Type: AWS::SQS::Queue}}")
    put(tmp_path, name, text.encode())
    ran = check(tmp_path, "code")
    assert (report(ran)["gaps"], ran.code) == ([], 0)


def test_a_large_one_is_a_gap(tmp_path: Path) -> None:
    """It is no data: it begins as a template does."""
    put(tmp_path, "good.yaml", b"Resources: {Q: {Type: AWS::SQS::Queue}}")
    put(tmp_path, "big.yaml", TEXT.encode() + b"#" * (5 << 20))
    assert [gap["message"] for gap in report(check(tmp_path, "code"))["gaps"]] == [
        "larger than 4 MiB"
    ]


def test_utf_16_all_the_way(tmp_path: Path) -> None:
    """Templates beside a template and files of parameters are written by the same people."""
    inner = ROLE.replace("'%s'", "!Ref V") + "Parameters: {V: {Type: String}}\n"
    stack = "{TemplateURL: inner.yaml, Parameters: {V: !Ref V}}"
    outer = f"Parameters: {{V: {{Type: String}}}}\nResources: {{N: {{Type: AWS::CloudFormation::Stack, Properties: {stack}}}}}"
    put(tmp_path, "inner.yaml", inner.encode("utf-16"))
    put(tmp_path, "outer.yaml", outer.encode("utf-16"))
    put(tmp_path, "values.json", json.dumps({"V": STRANGER}).encode("utf-16"))
    ran = check(tmp_path, "code", "--parameters", "code/values.json")
    assert (strangers(ran), report(ran)["gaps"]) == ({STRANGER}, [])


def notes(ran: Any) -> list[str]:
    return [note for note in report(ran)["notes"] if note.startswith("Folders not looked into")]


def test_folders_that_are_left_out_are_told(tmp_path: Path) -> None:
    """What was installed is nobody's to deploy; that it was not read must be seen."""
    put(tmp_path, "a.yaml", TEXT.encode())
    put(tmp_path, "node_modules/x/b.yaml", TEXT.encode())
    put(tmp_path, ".git/c.yaml", TEXT.encode())
    for paths in (["code"], ["code/**/*.yaml"]):
        ran = check(tmp_path, *paths)
        assert report(ran)["summary"]["roles"] == 1
        assert notes(ran) == [
            "Folders not looked into, as they are of installed packages: 1 (code/node_modules)."
        ]
    named = check(tmp_path, "code/node_modules")
    assert (strangers(named), notes(named)) == ({STRANGER}, [])


def test_a_repository_below_such_a_folder(tmp_path: Path) -> None:
    """What somebody names is looked into, wherever it stands."""
    put(tmp_path, "venv/stacks/a.yaml", TEXT.encode())
    assert strangers(check(tmp_path, "code/venv/*/*.yaml")) == {STRANGER}


def test_links(tmp_path: Path) -> None:
    """Within the repository they are followed, once; out of it they are not, which is told."""
    put(tmp_path, "a.yaml", b"Resources: {Q: {Type: AWS::SQS::Queue}}")
    other = tmp_path / "shared"
    other.mkdir()
    (other / "b.yaml").write_text(TEXT)
    targets = {"in": other, "again": other, "up": tmp_path, "out": Path("/usr")}
    for name, target in targets.items():
        (tmp_path / "code" / name).symlink_to(target)
    ran = check(tmp_path, "code")
    assert (strangers(ran), report(ran)["summary"]["roles"]) == ({STRANGER}, 1)
    assert notes(ran) == [
        "Folders not looked into, as they are links that lead elsewhere: 2 (code/out, code/up)."
    ]


def test_pipes_and_dead_links(tmp_path: Path) -> None:
    """Nothing waits for a pipe; a link under a template's name that leads nowhere is a gap."""
    put(tmp_path, "a.yaml", b"Resources: {Q: {Type: AWS::SQS::Queue}}")
    os.mkfifo(tmp_path / "code" / "pipe.yaml")
    (tmp_path / "code" / "readme").symlink_to("gone")
    assert check(tmp_path, "code").code == 0
    (tmp_path / "code" / "b.yaml").symlink_to("gone")
    assert [gap["code"] for gap in report(check(tmp_path, "code"))["gaps"]] == ["unreadable"]


def test_hostile_beginnings_end() -> None:
    """A file is told within one walk over its beginning, whatever is written there."""
    for begin in ("{{a}}", "{#", "{%", "#\n", " ", "<%", "---\n"):
        text = begin.encode() * 5000
        assert not may_begin_one(Path("x"), text)
        assert not looks_like_one(Path("x"), text)
    assert as_utf8(b"", "x") == b""
