"""Loads policies: the built-in set, and a directory's, which replace those of the same id."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from checker.errors import InputError
from checker.policy.model import Policy, PolicyFile
from checker.validation import build
from checker.yamlfile import parse_yaml, read_yaml

_PACKAGE = Path(__file__).resolve().parent.parent
# in a wheel the repository's policies/ stands in the package; in a clone, beside it
BUILTIN = next(p for p in (_PACKAGE / "policies", _PACKAGE.parent / "policies") if p.is_dir())
ENGINE_POLICIES = frozenset({"collection-gap"})
"""Findings of the engine itself, which no expression makes."""


@dataclass(frozen=True)
class PolicySet:
    """Policies by id, in order of id. `sha256` is over their files' texts, in that order."""

    policies: tuple[Policy, ...]
    path: str
    sha256: str
    builtin: bool

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(p.id for p in self.policies) | ENGINE_POLICIES


def load_policies(directory: Path | None, *, builtin: bool = True) -> PolicySet:
    """The built-in policies, if wanted, and those of a directory.

    Raises InputError with file and line for a file that is no valid policy, for an id used twice
    in one directory, and where there is no policy at all.
    """
    found: dict[str, tuple[Policy, bytes]] = {}
    for folder in _folders(directory, builtin):
        # whoever is in the repository may be changing the built-in ones
        found |= _folder(folder, checked=folder != BUILTIN or directory is not None)
    if not found:
        raise InputError("no policy to check with", path=directory, hint="drop --no-builtin")
    ordered = [found[key] for key in sorted(found)]
    digest = hashlib.sha256(b"\0".join(text for _, text in ordered)).hexdigest()
    shown = str(directory) if directory else "built-in"
    return PolicySet(tuple(p for p, _ in ordered), shown, digest, builtin)


def read_policy(path: Path) -> Policy:
    """Reads one file. Raises InputError with file, line and column."""
    document = read_yaml(path)
    return Policy(build(PolicyFile, document), document)


def replaced(policies: PolicySet, policy: Policy) -> PolicySet:
    """The set with this policy added, or in place of that of the same id."""
    others = [p for p in policies.policies if p.id != policy.id]
    ordered = tuple(sorted([*others, policy], key=lambda p: p.id))
    digest = hashlib.sha256((policies.sha256 + policy.document.sha256).encode()).hexdigest()
    return PolicySet(ordered, policy.document.path, digest, policies.builtin)


def _folders(directory: Path | None, builtin: bool) -> list[Path]:
    if directory is None or (builtin and directory.resolve() == BUILTIN):
        return [BUILTIN] * builtin
    return [BUILTIN] * builtin + [directory]


def _folder(folder: Path, *, checked: bool) -> dict[str, tuple[Policy, bytes]]:
    if not folder.is_dir():
        raise InputError("there is no such directory of policies", path=folder)
    found: dict[str, tuple[Policy, bytes]] = {}
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".yml")):
        text = _bytes(path)
        document = parse_yaml(text, str(path))
        policy = Policy(build(PolicyFile, document), document, checked=checked)
        if policy.id in found:
            other = found[policy.id][0].document.path
            raise document.error(("id",), f"the id {policy.id!r} is that of {other} too")
        if policy.id in ENGINE_POLICIES:
            raise document.error(("id",), f"the id {policy.id!r} is the engine's own")
        found[policy.id] = policy, text
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=path) from None
