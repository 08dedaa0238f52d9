"""Folders of .tf files, judged by the real command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import ALLOWLIST, OWN2

ACCOUNT = OWN2
PLACE = ("--account", ACCOUNT, "--region", "us-east-1", "--organization", "o-own1234567")


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def check(folder: Path, files: dict[str, str], *options: object, paths: tuple[str, ...] = (".",)) -> Ran:  # fmt: skip
    write(folder, files | {"allowlist.yaml": ALLOWLIST})
    return vendorgate("check", "--terraform", *paths, *PLACE, "--today", "2026-11-20", "-f", "json",
                      *options, cwd=folder)  # fmt: skip


def findings(ran: Ran) -> set[tuple[str, str | None]]:
    """Policy and principal of each finding; of a gap its code and the file."""
    assert ran.out, ran.err
    return {
        (f["facts"]["code"], f["location"]["file"] if f["location"] else None)
        if f["policy"] == "collection-gap"
        else (f["policy"], f["principal"])
        for f in json.loads(ran.out)["findings"]
        if f["policy"] != "unobserved-vendor"
    }


def report(ran: Ran) -> Any:
    return json.loads(ran.out)


def role(principal: str, condition: str = "", name: str = "r") -> str:
    """A role in HCL; the arguments are expressions."""
    more = f"Condition = {condition}" if condition else ""
    return f"""
resource "aws_iam_role" "{name}" {{
  name = "{name}"
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {principal}
      {more} }}]
  }})
}}
"""


def document(block: str, name: str = "t") -> str:
    """A policy document, and a role that has it."""
    return f"""
data "aws_iam_policy_document" "{name}" {{
  statement {{
    actions = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"]
    {block}
  }}
}}
resource "aws_iam_role" "r" {{
  name = "r"
  assume_role_policy = data.aws_iam_policy_document.{name}.json
}}
"""
