"""What Terraform itself answers to expressions, written down: `python -m tests.collect.iac.console`
asks `terraform console` (1.5 or later, on the path) for each in `console.jsonl`, and for those given
as arguments, and writes the answers there. An error is `null` under `answer` with `error`: true."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ANSWERS = Path(__file__).with_name("console.jsonl")


def answers() -> list[dict[str, object]]:
    return [json.loads(line) for line in ANSWERS.read_text().splitlines()]


def asked(text: str, folder: str) -> dict[str, object]:
    ran = subprocess.run(
        ["terraform", f"-chdir={folder}", "console"],
        input=f"jsonencode({text})\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = ran.stdout.strip().splitlines()
    if ran.returncode or "Error" in ran.stderr or not lines or not lines[0].startswith('"'):
        return {"expression": text, "answer": None, "error": True}
    return {"expression": text, "answer": json.loads(json.loads(lines[0])), "error": False}


def main(more: list[str]) -> None:
    known = [str(one["expression"]) for one in answers()] if ANSWERS.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        found = [asked(text, folder) for text in dict.fromkeys([*known, *more])]
    lines = (json.dumps(one, ensure_ascii=False) for one in found)
    ANSWERS.write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main(sys.argv[1:])
