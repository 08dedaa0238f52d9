"""Every command of the AWS CLI that the project prints: in remediations, docs and messages."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from checker.policy.load import BUILTIN, read_policy

ROOT = Path(__file__).parent.parent.parent
_INLINE = re.compile(r"`(aws\s[^`]+)`")
_BLOCK = re.compile(r"^```(?:console|shell|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_STARTS = re.compile(r"(?:^|[\s;|&(])(aws [a-z].*)")
Command = tuple[str, str]
"""Where it stands, and its text."""


def printed() -> list[Command]:
    """In a fixed order, each once."""
    found = [*_of_policies(), *_of_pages(), *_of_code()]
    return list(dict.fromkeys((where, " ".join(text.split())) for where, text in found))


def argv(text: str) -> list[str]:
    """As the shell gives it to the CLI: up to a pipe or the like, without `aws`."""
    words = shlex.split(text, comments=True)
    ends = [n for n, word in enumerate(words) if word in ("|", "&&", "||", ";", ">", "do", "done")]
    return [word.rstrip(";") for word in words[1 : ends[0] if ends else None]]


def _of_policies() -> Iterator[Command]:
    for path in sorted(BUILTIN.glob("*.yaml")):
        file = read_policy(path).file
        for text in (file.remediation, file.remediation_in_code or "", file.rationale):
            yield from ((path.name, command) for command in _INLINE.findall(text))


def _of_pages() -> Iterator[Command]:
    for path in (ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text()
        yield from ((path.name, command) for command in _INLINE.findall(text))
        for block in _BLOCK.findall(text):
            for line in block.replace("\\\n", " ").splitlines():
                yield from ((path.name, command) for command in _STARTS.findall(line))


def _of_code() -> Iterator[Command]:
    for path in sorted((ROOT / "checker").rglob("*.py")):
        text = path.read_text()
        if "`aws" not in text:  # most are not, and parsing all of them takes seconds
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from ((path.name, command) for command in _INLINE.findall(node.value))
    starter = ROOT / "checker/starter/policy.yaml"
    remediation = read_policy(starter).file.remediation
    yield from (
        (starter.name, command) for command in _STARTS.findall(" ".join(remediation.split()))
    )


if __name__ == "__main__":
    import json

    print(json.dumps([[where, argv(text)] for where, text in printed()]))
