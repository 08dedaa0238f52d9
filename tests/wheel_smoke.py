"""What a user gets from the wheel with `uvx vendorgate`: run by `make wheel`, away from the sources.
Not a pytest file.

Usage: wheel_smoke.py WHEEL
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from uv import find_uv_bin

UV, WHEEL = find_uv_bin(), Path(sys.argv[1]).absolute().as_uri()
ROLE = {
    "account": "222222222222", "arn": "arn:aws:iam::222222222222:role/S", "name": "S",
    "trust_policy": {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "888888888888"}}},
}  # fmt: skip


def run(
    folder: Path, *arguments: str, extra: str = "", fresh: bool = False
) -> subprocess.CompletedProcess[str]:
    """As somebody would who has the wheel and no clone; `fresh`: not the wheel of the last run."""
    refresh = ["--refresh-package", "vendorgate"] if fresh else []
    return subprocess.run(
        [UV, "tool", "run", "--quiet", "--python", sys.executable, *refresh,
         "--from", f"vendorgate{extra} @ {WHEEL}", "vendorgate", *arguments],
        cwd=folder, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


def demo(folder: Path, extra: str, said: str) -> None:
    done = run(folder, "demo", "-o", "out", extra=extra)
    assert done.returncode == 0, done.stderr
    assert said in done.stderr, done.stderr
    assert json.loads((folder / "out" / "report.json").read_text("utf-8"))["verdict"] == "fail"


def snapshot(folder: Path) -> None:
    folder.mkdir()
    line = json.dumps(ROLE).encode() + b"\n"
    (folder / "roles.jsonl").write_bytes(line)
    files = {"roles.jsonl": {"records": 1, "sha256": hashlib.sha256(line).hexdigest()}}
    (folder / "manifest.json").write_text(json.dumps({
        "schema": "vendorgate/snapshot/v1", "tool": {"name": "t", "version": "1"},
        "collected_at": "2026-11-20T06:00:00Z", "accounts": [{"id": "222222222222"}],
        "sources": ["aws"], "files": files}))  # fmt: skip


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    snapshot(folder / "snapshot")
    (folder / "allowlist.yaml").write_text("version: 1\n")
    assert run(folder, "--version", fresh=True).stdout.startswith("vendorgate, version")
    done = run(folder, "check", "--today", "2026-11-20", "-f", "json")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert [f["policy"] for f in report["findings"]] == ["unvetted-account-trust"]
    assert report["inputs"]["policies"]["count"] >= 16, "the built-in policies are in the wheel"
    assert run(folder, "check", "nowhere").returncode == 2
    demo(folder, "", "nothing was collected, as the AWS emulator is not installed")
    demo(folder, "[demo]", "gap: sts:AssumeRole: AccessDenied")
print(
    "the wheel works: built-in policies found, a stranger refused, the demo runs with its extra and without"
)
