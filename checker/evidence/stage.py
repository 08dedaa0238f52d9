"""Lays a bundle out in a folder: the inputs copied whole, then all that follows from them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from checker.errors import InputError
from checker.evidence.derive import derived
from checker.evidence.digests import manifest
from checker.evidence.evaluate import Bundle, check_files, evaluate
from checker.evidence.model import (
    ALLOWLIST,
    EVALUATION,
    GIT,
    MANIFEST,
    POLICIES,
    SINCE,
    SINCE_FILES,
    SNAPSHOT,
    Evaluation,
    Git,
    encode,
)
from checker.policy.load import PolicySet
from checker.snapshot.read import Snapshot


@dataclass(frozen=True)
class Sources:
    """What goes into a bundle; `since` is the folder of the unpacked bundle before."""

    snapshot: Path
    allowlist: bytes
    policies: PolicySet
    evaluation: Evaluation
    git: Git
    since: Path | None


def stage(folder: Path, sources: Sources) -> Bundle:
    """Raises InputError for an input that is not valid or that changes meanwhile."""
    _snapshot(sources.snapshot, folder / SNAPSHOT)
    (folder / ALLOWLIST).write_bytes(sources.allowlist)
    (folder / EVALUATION).write_bytes(encode(sources.evaluation))
    (folder / GIT).write_bytes(encode(sources.git))
    _policies(sources.policies, folder / POLICIES)
    if sources.since:
        _copy(sources.since, folder / SINCE, SINCE_FILES)
    bundle = evaluate(folder)
    for name, content in derived(bundle).items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_bytes(manifest(folder))
    return bundle


def _snapshot(source: Path, target: Path) -> None:
    """The manifest and the files that it names; whatever else lies there is no part of it."""
    snapshot = Snapshot(source)
    check_files(snapshot)
    _copy(source, target, ("manifest.json", *sorted(snapshot.manifest.files)))


def _copy(source: Path, target: Path, names: tuple[str, ...]) -> None:
    target.mkdir()
    for name in names:
        shutil.copyfile(source / name, target / name)


def _policies(policies: PolicySet, target: Path) -> None:
    """Those too that the settings disable, as they belong to the digest of the set."""
    import hashlib

    target.mkdir()
    for policy in policies.policies:
        data = Path(policy.document.path).read_bytes()
        if hashlib.sha256(data).hexdigest() != policy.document.sha256:
            raise InputError("changed while the bundle was built", path=policy.document.path)
        (target / f"{policy.id}.yaml").write_bytes(data)
