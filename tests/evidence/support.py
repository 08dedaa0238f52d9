"""A small organization to make bundles of, and zips made by hand."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from collections import defaultdict
from pathlib import Path

from checker.policy.load import BUILTIN
from tests.support.cli import Ran, vendorgate
from tests.support.shell import program, shell
from tests.support.snapshots import (
    ALLOWLIST,
    OWN2,
    STRANGER,
    VENDOR,
    allow,
    image,
    role,
    use,
    vendor_role,
    write,
)

TODAY = "2026-11-20"
USED = {
    "role": f"arn:aws:iam::{OWN2}:role/Monitoring", "account": OWN2,
    "caller": {"account": VENDOR, "arn": None, "service": None, "issuer": None},
    "event_source": "ec2.amazonaws.com", "event_name": "DescribeInstances",
    "action": "ec2:DescribeInstances", "calls": 3,
    "first_seen": "2026-11-01T00:00:00Z", "last_seen": "2026-11-19T00:00:00Z",
}  # fmt: skip
WAIVER = """\
exceptions:
  - {policy: anyone-trust, principal: "*", resource: "*Any", reason: public data, owner: o@x.example,
     expires: 2027-01-31}
"""
VETTED = """\
  - name: Stranger
    accounts: ["888888888888"]
    vetting: {owner: o, reference: r, reviewed: 2026-11-19, expires: 2027-11-01, evidence: []}
"""
POLICY = """\
id: no-admin
title: Nobody outside is an administrator
severity: low
applies_to: role_trust
assert: role.name != 'A'
message: "{role.arn}"
rationale: r
remediation: m
controls: {soc2: [CC6.1]}
tests:
  - {name: a, expect: fail, facts: {role: {name: A, arn: x}}}
  - {name: b, expect: pass, facts: {role: {name: B, arn: x}}}
"""
SETTINGS = '[disabled]\nunobserved-vendor = "shared \\"list\\""\n[severity]\n' \
    'missing-external-id = {level = "low", reason = "soon"}\n'  # fmt: skip


# what a report follows from; with digests mended, a change of it is told by what is made again
INPUTS = ("allowlist.yaml", "git.json", "vendorgate.toml", "snapshot/", "policies/", "since/")
MADE = {"report.json", "changes.json"}
REFUSED = {"allowlist.yaml", "snapshot"}  # where it cannot be made again, the folder or the list is


def told(name: str, named: set[str], *, mended: bool) -> bool:
    """Whether what verify names leads to the file that somebody changed."""
    if not mended or not name.startswith(INPUTS):
        return name in named
    before = name.startswith("since/") and any(other.startswith("since/") for other in named)
    return before or bool(named & ({name} | MADE | REFUSED))


def organization(folder: Path, allowlist: str = ALLOWLIST + WAIVER) -> Path:
    """A snapshot of a bit of everything, and the allowlist, in a folder."""
    gap = {
        "account": OWN2,
        "region": "us-east-1",
        "call": "ec2:DescribeImages",
        "code": "AccessDenied",
        "message": "<b>no</b>",
    }
    roles = [vendor_role(), vendor_role("A", STRANGER), role("Any", allow("*"))]
    write(folder / "snapshot", gaps=[gap], roles=roles, image_uses=[use("i-1", "ami-1")],
          images=[image("ami-1", owner="777777777777")], usage=[USED])  # fmt: skip
    (folder / "allowlist.yaml").write_text(allowlist)
    return folder


def build(folder: Path, *options: object, name: str = "evidence.zip", today: str = TODAY, **env: str) -> Path:  # fmt: skip
    ran = vendorgate("evidence", "build", "-o", name, "--today", today, *options, cwd=folder, **env)
    assert ran.code == 0, ran.err
    return folder / name


_FEW = ("anyone-trust", "missing-external-id", "unvetted-account-trust", "unvetted-image-owner")


def alone(folder: Path) -> tuple[str, ...]:
    """The options by which few of the policies are all, which stand in a folder there."""
    (folder / "few").mkdir(exist_ok=True)
    for name in _FEW:
        shutil.copy(BUILTIN / f"{name}.yaml", folder / "few")
    return ("--no-builtin", "-p", "few")


def verify(path: Path) -> Ran:
    return vendorgate("evidence", "verify", path.name, cwd=path.parent)


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def each_kind(files: dict[str, bytes]) -> list[str]:
    """The names of all files, but for most of the policies: fifty of one kind, in two folders, of
    which each costs an evaluation."""
    kept, folders = [], defaultdict[str, list[str]](list)
    for name in files:
        folder, _, file = name.rpartition("/")
        (folders[folder] if file and folder.endswith("policies") else kept).append(name)
    for names in folders.values():
        kept += sorted({names[0], names[len(names) // 2], names[-1]})
    return kept


def rezip(path: Path, files: dict[str, bytes], *, mend: bool = False) -> Path:
    """Packs anew, compressed a bit; with `mend` the digests fit, as a careful forger would have it."""
    if mend:
        names = sorted(set(files) - {"manifest-sha256.txt"})
        lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names]
        files = files | {"manifest-sha256.txt": "".join(lines).encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def git(folder: Path, *arguments: str) -> None:
    identity = (
        "-c",
        "user.name=Ann",
        "-c",
        "user.email=ann@x.example",
        "-c",
        "commit.gpgsign=false",
    )
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


class Reader:
    """Somebody who unpacks a bundle and follows its README to the letter, with vendorgate on the
    path and nothing else of ours."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.folder = folder / "fresh" / "here"
        self.folder.mkdir(parents=True)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(self.folder)
        bin_ = folder / "bin"
        bin_.mkdir()
        program(bin_ / "vendorgate")
        self.env = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}"}
        readme = (self.folder / "README.md").read_text()
        self.steps = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)
        inline = re.findall(r"^`(vendorgate [^`]*FILE\.zip)`$", readme, re.MULTILINE)
        self.steps += [line.replace("FILE.zip", str(path)) for line in inline]

    def run(self, step: str) -> Ran:
        return shell(["sh", "-ec", step], self.folder, self.env)
