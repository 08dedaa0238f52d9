"""A repository with a gate in it, and edits of its files, as pull requests make them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from checker.cli import gitfile

ALLOWLIST = """\
version: 1
organization:
  ids: [o-own1234567]
  accounts: ["111111111111"]
  federation: [{issuer: idp.example.com}]
vendors:
  - name: Example Monitoring
    accounts: ["999999999999"]
    scope:
      roles: ["Monitoring*"]
      principals: ["arn:aws:iam::999999999999:role/collector-*"]
      in_accounts: ["222222222222"]
      images: ["example-agent-*"]
      external_id: required
      max_privilege: read
      usage: {actions: ["ec2:Describe*"], denied: ["iam:Generate*"], calls_per_hour: 5000}
    vetting:
      owner: sec@example.com
      reference: T-1
      reviewed: 2026-05-01
      expires: 2027-05-01
      evidence: [{kind: SOC 2, url: "https://example.com/soc2", expires: 2027-06-01}]
  - name: Example Pipelines
    federation: [{issuer: token.actions.githubusercontent.com, claims: {sub: ["repo:acme/app:*"]}}]
    scope: {roles: ["Deploy*"]}
    vetting: {owner: o, reference: T-2, reviewed: 2026-05-01, expires: 2027-05-01,
              evidence: [{kind: ISO 27001, expires: 2027-06-01}]}
  - name: Old Backup
    accounts: ["666666666666"]
    marketplace_products: [productcode1]
    scope: {roles: ["Backup"]}
    vetting: {owner: o, reference: T-3, reviewed: 2025-05-01, expires: 2026-12-31,
              evidence: [{kind: SOC 2, expires: 2026-01-01}]}
  - name: Proposed
    accounts: ["555555555555"]
    vetting: {owner: o, reference: T-4, reviewed: , expires: , evidence: []}
image_aliases: [amazon]
exceptions:
  - policy: missing-external-id
    principal: "999999999999"
    resource: "arn:aws:iam::222222222222:role/Legacy*"
    reason: no external id until spring
    owner: sec@example.com
    expires: 2027-01-31
  - policy: anyone-trust
    principal: "*"
    resource: "arn:aws:iam::222222222222:role/PublicData"
    reason: public data
    owner: sec@example.com
    expires: 2027-01-31
"""
SETTINGS = """\
fail-on = "high"
baseline = "known.json"

[severity]
unvetted-marketplace-image = {level = "medium", reason = "reviewed weekly"}

[disabled]
unobserved-vendor = "the list is shared"
"""
HOUSE_RULE = """\
id: house-rule
title: A vendor's role is not named after the vendor
severity: high
applies_to: role_trust
when: vetting.status == 'vetted'
assert: starts_with(role.name, 'vendor-')
message: "{role.arn}"
rationale: r
remediation: r
tests:
  - {name: a, expect: fail, facts: {vetting: {status: vetted}, role: {name: M}}}
  - {name: b, expect: pass, facts: {vetting: {status: vetted}, role: {name: vendor-m}}}
"""
REVIEW_RULE = """\
id: no-weekend-vendors
title: A vendor is added without a ticket
severity: low
applies_to: change
when: kind == 'vendor-added'
assert: contains(detail, 'T-')
message: "{detail}"
rationale: r
remediation: r
tests:
  - {name: a, expect: fail, facts: {detail: x}}
  - {name: b, expect: pass, facts: {detail: T-1}}
"""
WORKFLOW = """\
# the gate
name: gate
on:
  pull_request:
    paths: [allowlist.yaml, vendorgate.toml]
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8 # v6.0.1
        with: {fetch-depth: 0}
      - uses: acme/vendorgate@1111111111111111111111111111111111111111 # v1
        with: {mode: review, snapshot: snapshot}
"""
OTHER_WORKFLOW = (
    "name: tests\non: push\njobs: {test: {runs-on: ubuntu-latest, steps: [run: make]}}\n"
)


def known(*names: str, severity: str = "high", policy: str = "unvetted-account-trust") -> str:
    """A baseline that knows a finding of each name."""
    findings = [
        {
            "fingerprint": name * 8,
            "severity": severity,
            "policy": policy,
            "resource": f"arn:aws:iam::222222222222:role/{name}",
            "principal": "888888888888",
        }
        for name in names
    ]
    return json.dumps({"schema": "vendorgate/baseline/v1", "findings": findings})


FILES = {
    "allowlist.yaml": ALLOWLIST,
    "vendorgate.toml": SETTINGS,
    "policies/house-rule.yaml": HOUSE_RULE,
    "policies/no-weekend-vendors.yaml": REVIEW_RULE,
    "known.json": known("a", "b"),
    ".github/workflows/gate.yml": WORKFLOW,
    ".github/workflows/tests.yml": OTHER_WORKFLOW,
    ".gitlab-ci.yml": "gate:\n  script:\n    - vendorgate check snapshot\n",
    ".pre-commit-config.yaml": "repos: [{repo: x/vendorgate, rev: v1, hooks: [{id: vendorgate-validate}]}]\n",
    "CODEOWNERS": "allowlist.yaml @acme/security\n",
}
Edit = dict[str, str | None]
"""Path → the new text, None for a file that is deleted."""


def make(folder: Path) -> Path:
    """One commit, with all of it."""
    for path, text in FILES.items():
        put(folder, path, text)
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "base"]):
        git(folder, *command)
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments], cwd=folder,
                   check=True, capture_output=True)  # fmt: skip


def put(folder: Path, path: str, text: str | None) -> None:
    target = folder / path
    if text is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode())


def swap(path: str, old: str, new: str) -> Edit:
    """A file with one text in place of another, which must be there."""
    assert old in FILES[path], f"{old!r} is not in {path}"
    return {path: FILES[path].replace(old, new, 1)}


def allow(old: str, new: str) -> Edit:
    return swap("allowlist.yaml", old, new)


def vendor(text: str) -> Edit:
    """One vendor more."""
    return allow("image_aliases:", f"  - {text}\nimage_aliases:")


def waiver(policy: str, resource: str, principal: str = '"*"', expires: str = "2027-01-31") -> Edit:
    entry = (
        f'  - {{policy: {policy}, principal: {principal}, resource: "{resource}", reason: r, '
        f"owner: o, expires: {expires}}}\n"
    )
    return {"allowlist.yaml": ALLOWLIST + entry}


def settings(old: str, new: str) -> Edit:
    return swap("vendorgate.toml", old, new)


def top(line: str) -> Edit:
    """One setting more."""
    return {"vendorgate.toml": f"{line}\n{SETTINGS}"}


_ID = re.compile("[0-9a-f]{40}")


_OF_THE_FOLDER = ("--show-toplevel", "core.fileMode")


@contextmanager
def read_once(*still: str) -> Iterator[None]:
    """What git has under the id of a commit or a blob never changes: hundreds of reviews of the
    same base ask for it once. `still`: last arguments of what changes as little in these tests."""
    same = {*still, *_OF_THE_FOLDER}
    known: dict[tuple[Path, tuple[str, ...]], subprocess.CompletedProcess[bytes]] = {}
    ask = gitfile.git

    def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        if arguments[-1] not in same and not _ID.fullmatch(arguments[-1]):
            return ask(*arguments)
        key = (Path.cwd(), arguments)
        return known[key] if key in known else known.setdefault(key, ask(*arguments))

    with mock.patch.object(gitfile, "git", git):
        yield
