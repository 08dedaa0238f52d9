"""What a bundle says of itself, and where its parts stand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from checker.check.rules import PolicyOverrides
from checker.errors import InputError
from checker.once import refuse_twice
from checker.report.model import Severity, Threshold, Tool

SCHEMA = "vendorgate/evidence/v1"
MANIFEST, README, REPORT = "manifest-sha256.txt", "README.md", "report.json"
EVALUATION, GIT, SETTINGS = "evaluation.json", "git.json", "vendorgate.toml"
ALLOWLIST, POLICIES, SNAPSHOT, SINCE = "allowlist.yaml", "policies", "snapshot", "since"
CHANGES = "changes.json"
INCLUDES = "includes"
"""What the allowlist includes, below this folder by its names from the allowlist's."""
SINCE_FILES = (ALLOWLIST, EVALUATION, GIT, REPORT, MANIFEST)
"""What is kept of the bundle before, so that the comparison can be made again."""
S = TypeVar("S", bound=msgspec.Struct)


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Bend(_Part, frozen=True, kw_only=True):
    """A severity that the settings changed, and why."""

    level: Severity
    reason: str


class Evaluation(_Part, frozen=True, kw_only=True):
    """`evaluation.json`: what decides the report beside snapshot, allowlist and policies."""

    schema: str
    tool: Tool
    evaluated_on: str
    fail_on: Threshold
    allow_gaps: bool
    builtin_policies: bool
    severity: dict[str, Bend] = {}
    disabled: dict[str, str] = {}
    max_age: int | None = None

    @property
    def today(self) -> date:
        return date.fromisoformat(self.evaluated_on)

    @property
    def overrides(self) -> PolicyOverrides:
        severity = {policy: (bend.level, bend.reason) for policy, bend in self.severity.items()}
        return PolicyOverrides(severity, dict(self.disabled), SETTINGS)


class Commit(_Part, frozen=True, kw_only=True):
    """A commit that touched the allowlist. `approvers` are its Approved-by, Reviewed-by and
    Acked-by trailers, as written."""

    commit: str
    author: str
    email: str
    date: str
    subject: str
    approvers: tuple[str, ...] = ()


class Git(_Part, frozen=True, kw_only=True):
    """`git.json`: the last commit of the allowlist (None outside a repository), whether the
    allowlist here is the committed one, and its commits since the bundle before (None: unknown).
    """

    allowlist: Commit | None = None
    as_committed: bool | None = None
    history: tuple[Commit, ...] | None = None
    note: str | None = None


def encode(value: object) -> bytes:
    """Indented JSON in order of declaration, with a newline at the end."""
    from checker.report.json_report import encode as compact

    return msgspec.json.format(compact(value), indent=2) + b"\n"


def decode(path: Path, kind: type[S]) -> S:
    """Reads one of the files above strictly. Raises InputError."""
    try:
        text = path.read_bytes()
        found = msgspec.json.decode(text, type=kind)
        refuse_twice(text)
        return found
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise InputError(f"not valid: {error}", path=path) from None


def read_evaluation(path: Path) -> Evaluation:
    """Raises InputError for another schema or a day that is none."""
    found = decode(path, Evaluation)
    if found.schema != SCHEMA:
        raise InputError(f"its schema is {found.schema!r}, not {SCHEMA!r}", path=path)
    try:
        date.fromisoformat(found.evaluated_on)
    except ValueError:
        raise InputError(f"{found.evaluated_on!r} is no day", path=path) from None
    return found
