"""The grades of AWS's own managed policies, from their documents as moto has them.

`python -m tests.collect.managed` writes `managed.txt`: the grade, `d` where data and `s` where
secrets are read, and the names. `test_managed.py` holds it against the documents; a change of the
rules that moves a policy shows in the difference, and has to be explained in the commit.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from checker.collect.aws.privilege import judge

FILE = Path(__file__).with_name("managed.txt")
LOCAL = "arn:aws:iam::111111111111:policy/"
"""Graded by their documents, as no name of AWS's is one here."""


def source() -> str:
    return f"moto {metadata.version('moto')}"


@cache
def documents() -> dict[str, Any]:
    """Megabytes, of which nobody changes anything."""
    found = json.loads(aws_managed_policies_data)
    return {name: found[name]["Document"] for name in sorted(found)}


def graded() -> dict[str, str]:
    """`read`, `read d`, `read ds`, …"""
    return {name: _grade(name, document) for name, document in documents().items()}


def _grade(name: str, document: Any) -> str:
    found = judge({f"{LOCAL}{name}": document}, [], None)
    flags = f"{'d' if found.reads_data else ''}{'s' if found.reads_secrets else ''}"
    return f"{found.privilege} {flags}".rstrip()


def text(found: dict[str, str]) -> str:
    counts = ", ".join(f"{grade}: {n}" for grade, n in sorted(Counter(found.values()).items()))
    head = f"# {len(found)} policies of {source()}; {counts}\n"
    return head + "".join(f"{name}\t{grade}\n" for name, grade in found.items())


def written() -> tuple[str, dict[str, str]]:
    head, *lines = FILE.read_text("utf-8").splitlines()
    return head, dict(line.split("\t") for line in lines)


if __name__ == "__main__":
    FILE.write_text(text(graded()), "utf-8")
