"""From the files of a bundle to its report: the same code when it is built and verified."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from checker.bounded import unreadable
from checker.check.engine import check
from checker.check.rules import Rules
from checker.errors import InputError
from checker.evidence.digests import digest
from checker.evidence.model import (
    ALLOWLIST,
    EVALUATION,
    GIT,
    INCLUDES,
    MANIFEST,
    POLICIES,
    REPORT,
    SINCE,
    SINCE_FILES,
    SNAPSHOT,
    Evaluation,
    Git,
    decode,
    read_evaluation,
)
from checker.policy.load import PolicySet, load_policies
from checker.report.json_report import read
from checker.report.model import Inputs, Report
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Manifest
from checker.vetting.allowlist import Allowlist
from checker.vetting.includes import Disk, whole


@dataclass(frozen=True)
class Since:
    """The bundle before: its allowlist, its report, and what stood in it beside."""

    allowlist: Allowlist
    report: Report
    evaluation: Evaluation
    git: Git
    sha256: str


@dataclass(frozen=True)
class Bundle:
    """A bundle's inputs, and the report that they give."""

    folder: Path
    evaluation: Evaluation
    git: Git
    allowlist: Allowlist
    rules: Rules
    manifest: Manifest
    report: Report
    since: Since | None


def evaluate(folder: Path) -> Bundle:
    """Raises InputError, with the file's path in the bundle, where an input is not valid."""
    try:
        return _evaluate(folder)
    except InputError as error:
        if error.path is not None:
            error.path = error.path.removeprefix(f"{folder}/")
        raise
    except OSError as error:
        name = str(error.filename).removeprefix(f"{folder}/")
        raise unreadable(error, name) from None


def _evaluate(folder: Path) -> Bundle:
    said = read_evaluation(folder / EVALUATION)
    policies = load_policies(folder / POLICIES, builtin=False)
    _check_names(policies)
    policies = msgspec.structs.replace(policies, path=POLICIES, builtin=said.builtin_policies)
    rules = Rules(policies, said.overrides)
    allowlist = read_allowlist(folder, ALLOWLIST).as_of(said.today)
    snapshot = Snapshot(folder / SNAPSHOT, alone=False)  # whatever was added, `verify` names
    check_files(snapshot)
    report = check(
        snapshot, allowlist, rules, said.today, fail_on=said.fail_on, allow_gaps=said.allow_gaps,
        max_age=said.max_age,
    )  # fmt: skip
    report = msgspec.structs.replace(report, tool=said.tool, inputs=_relative(report.inputs))
    git, since = decode(folder / GIT, Git), _since(folder)
    return Bundle(folder, said, git, allowlist, rules, snapshot.manifest, report, since)


def _check_names(policies: PolicySet) -> None:
    """Two files exchanged would evaluate the same, and show a reader the wrong policy."""
    for policy in policies.policies:
        if Path(policy.path).name != f"{policy.id}.yaml":
            raise InputError(f"holds the policy {policy.id!r}", path=policy.path)


def check_files(snapshot: Snapshot) -> None:
    """Every file that the manifest names, those too that no rule reads."""
    for name, entry in snapshot.manifest.files.items():
        path = snapshot.path / name
        if path.is_symlink() or not path.is_file():
            raise InputError("is named in manifest.json but is not a file here", path=path)
        if digest(path) != entry.sha256:
            raise InputError("its SHA-256 is not the one in manifest.json", path=path)


def _relative(inputs: Inputs) -> Inputs:
    """As `vendorgate check` in the unpacked bundle would name them."""
    snapshot = msgspec.structs.replace(inputs.snapshot, path=SNAPSHOT)
    return msgspec.structs.replace(inputs, snapshot=snapshot)


def _since(folder: Path) -> Since | None:
    before = folder / SINCE
    if not before.is_dir():
        return None
    _check_since(before)
    report = read((before / REPORT).read_bytes(), path=before / REPORT)
    said = read_evaluation(before / EVALUATION)
    sha256 = digest(before / MANIFEST)
    allowlist = read_allowlist(folder, f"{SINCE}/{ALLOWLIST}")
    return Since(allowlist, report, said, decode(before / GIT, Git), sha256)


def included_in(folder: Path) -> list[str]:
    """The files below a bundle's folder of what its allowlist includes."""
    below = sorted((folder / INCLUDES).rglob("*"))
    return [path.relative_to(folder).as_posix() for path in below if not path.is_dir()]


def _check_since(before: Path) -> None:
    """What is kept of the bundle before is what its own list of digests names."""
    listed = (before / MANIFEST).read_text("utf-8", "replace").splitlines()
    for name in (*SINCE_FILES, *included_in(before)):
        if name != MANIFEST and f"{digest(before / name)}  {name}" not in listed:
            raise InputError(f"is not what {SINCE}/{MANIFEST} lists", path=before / name)


def read_allowlist(folder: Path, name: str) -> Allowlist:
    """With what it includes, which stands in a folder beside it."""
    try:
        files = Disk((folder / name).parent / INCLUDES)
        return Allowlist(whole((folder / name).read_bytes(), name, files))
    except OSError as error:
        raise unreadable(error, folder / name) from None
