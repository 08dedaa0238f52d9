"""Lays a bundle out in a folder: the inputs copied whole, then all that follows from them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from checker.errors import InputError
from checker.evidence.derive import derived
from checker.evidence.digests import manifest
from checker.evidence.evaluate import Bundle, check_files, evaluate, included_in
from checker.evidence.model import (
    ALLOWLIST,
    EVALUATION,
    GIT,
    INCLUDES,
    MANIFEST,
    POLICIES,
    SINCE,
    SINCE_FILES,
    SNAPSHOT,
    Evaluation,
    Git,
    encode,
)
from checker.evidence.unpack import is_name
from checker.policy.load import PolicySet
from checker.snapshot.read import Snapshot


@dataclass(frozen=True)
class Sources:
    """What goes into a bundle: `included` by the allowlist, by name; `since` is the
    folder of the unpacked bundle before."""

    snapshot: Path
    allowlist: bytes
    included: dict[str, bytes]
    policies: PolicySet
    evaluation: Evaluation
    git: Git
    since: Path | None


def stage(folder: Path, sources: Sources) -> Bundle:
    """Raises InputError for an input that is not valid or that changes meanwhile."""
    _snapshot(sources.snapshot, folder / SNAPSHOT)
    (folder / ALLOWLIST).write_bytes(sources.allowlist)
    _included(sources.included, folder / INCLUDES)
    (folder / EVALUATION).write_bytes(encode(sources.evaluation))
    (folder / GIT).write_bytes(encode(sources.git))
    _policies(sources.policies, folder / POLICIES)
    if sources.since:
        _copy(sources.since, folder / SINCE, (*SINCE_FILES, *included_in(sources.since)))
    bundle = evaluate(folder)
    for name, content in derived(bundle).items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_bytes(manifest(folder))
    return bundle


def _snapshot(source: Path, target: Path) -> None:
    """The manifest and the files that it names; whatever else lies there is no part of it."""
    snapshot = Snapshot(source)
    check_files(snapshot)
    _copy(source, target, ("manifest.json", *snapshot.manifest.files))


def _copy(source: Path, target: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)


def _included(files: dict[str, bytes], target: Path) -> None:
    for name, content in files.items():
        if not is_name(f"{SINCE}/{INCLUDES}/{name}"):
            hint = "call it by letters, digits, . _ -, and at most five folders down"
            raise InputError(f"{name!r} is no name for a bundle", path=name, hint=hint)
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)


def _policies(policies: PolicySet, target: Path) -> None:
    """Those too that the settings disable, as they belong to the digest of the set."""
    import hashlib

    target.mkdir()
    for policy in policies.policies:
        data = Path(policy.path).read_bytes()
        if hashlib.sha256(data).hexdigest() != policy.document.sha256:
            raise InputError("changed while the bundle was built", path=policy.path)
        (target / f"{policy.id}.yaml").write_bytes(data)
