"""Loads policies: the built-in set, and a directory's, which replace those of the same id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from checker.bounded import read_input
from checker.errors import InputError
from checker.policy.compiled import Texts, compiled
from checker.policy.model import Parsed, Policy
from checker.remembered import remembered
from checker.report.model import GAP_POLICY

if TYPE_CHECKING:
    from checker.document import Document

_PACKAGE = Path(__file__).resolve().parent.parent
# in a wheel the repository's policies/ stands in the package; in a clone, beside it
BUILTIN = next(p for p in (_PACKAGE / "policies", _PACKAGE.parent / "policies") if p.is_dir())
ENGINE_POLICIES = frozenset({GAP_POLICY})
"""Findings of the engine itself, which no expression makes."""


class PolicySet(msgspec.Struct, frozen=True):
    """Policies by id, in order of id. `sha256` is over their files' texts, in that order;
    `replaced` are the built-in ones, by id, in whose place stands another text."""

    policies: tuple[Policy, ...]
    path: str
    sha256: str
    builtin: bool
    replaced: tuple[str, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(p.id for p in self.policies) | ENGINE_POLICIES


def load_policies(
    directory: Path | None, *, builtin: bool = True, texts: Texts | None = None
) -> PolicySet:
    """The built-in policies, if wanted, and those of a directory, or `texts` in its place.

    Raises InputError with file and line for a file that is no valid policy, for an id used twice
    in one directory, for a policy in the place of a built-in one that is not what its own tests
    say, and where there is no policy at all.
    """
    own = _policies(_given(directory, builtin) if texts is None else texts)
    replaced = tuple(key for key in sorted(own) if _replaces(key, own[key][1]))
    for key in replaced:
        _hold_to_its_tests(own[key][0])
    alone = directory is None and texts is None
    # whoever has policies of their own may be changing the built-in ones
    found = (_builtin(not alone) if builtin else {}) | own
    if not found:
        raise InputError("no policy to check with", path=directory, hint="drop --no-builtin")
    ordered = [found[key] for key in sorted(found)]
    _one_title_each([policy for policy, _ in ordered])
    digest = hashlib.sha256(b"\0".join(text for _, text in ordered)).hexdigest()
    shown = str(directory) if directory else "built-in"
    return PolicySet(tuple(p for p, _ in ordered), shown, digest, builtin, replaced)


def read_policy(path: Path) -> Policy:
    """Reads one file. Raises InputError with file, line and column."""
    from checker.policy.written import policy_of
    from checker.yamlfile import read_yaml

    return policy_of(read_yaml(path))


def replaced(policies: PolicySet, policy: Policy) -> PolicySet:
    """The set with this policy added, or in place of that of the same id."""
    others = [p for p in policies.policies if p.id != policy.id]
    ordered = tuple(sorted([*others, policy], key=lambda p: p.id))
    digest = hashlib.sha256((policies.sha256 + policy.document.sha256).encode()).hexdigest()
    return PolicySet(ordered, policy.path, digest, policies.builtin)


@cache
def _builtin(checked: bool) -> dict[str, tuple[Policy, bytes]]:
    """Read once, as a review has two sides."""
    return _policies(_texts(BUILTIN), checked=checked)


def _given(directory: Path | None, builtin: bool) -> Texts:
    if directory is None or (builtin and directory.resolve() == BUILTIN):
        return {}
    return _texts(directory)


def _replaces(policy: str, text: bytes) -> bool:
    """Whether there is a built-in policy of this id, and it is another one."""
    path = BUILTIN / f"{policy}.yaml"
    return path.is_file() and path.read_bytes() != text


def _hold_to_its_tests(policy: Policy) -> None:
    """Whoever takes a built-in policy's place shows at least what it does."""
    from checker.policy.testing import run_tests

    for result in run_tests(policy):
        if result.problem:
            raise InputError(
                f"takes the place of the built-in policy {policy.id!r}, but is not as its own "
                f"tests say: {result.name}: {result.problem}",
                path=policy.path,
                line=result.line,
                hint="mend it, or give it an id of its own; see vendorgate policy test",
            )


def _one_title_each(policies: Iterable[Policy]) -> None:
    """One framework has one title: what two policies call otherwise, a map could not name."""
    seen: dict[str, tuple[str, str]] = {}
    for policy in policies:
        for key, called in policy.file.frameworks.items():
            first, where = seen.setdefault(key, (called, policy.path))
            if first != called:
                text = f"{key!r} is {first!r} in {where}"
                raise policy.document.error(("frameworks", key), text, "call it the same")


def _texts(folder: Path) -> Texts:
    if not folder.is_dir():
        raise InputError("there is no such directory of policies", path=folder)
    paths = sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".yml"))
    return {str(path): read_input(path) for path in paths}


def _policies(texts: Texts, *, checked: bool = True) -> dict[str, tuple[Policy, bytes]]:
    if not texts:
        return {}
    all_said = None if checked else compiled(texts)
    if all_said is None:  # what was edited since the package was made was checked by nobody
        all_said = remembered(
            "policies, checked", texts.values(), list[Parsed], lambda: parse(texts, True)
        )
    found: dict[str, tuple[Policy, bytes]] = {}
    for (path, text), said in zip(texts.items(), all_said, strict=True):
        policy = Policy(said, path, partial(_document, text, path))
        if policy.id in found:
            other = found[policy.id][0].path
            told = f"the id {policy.id!r} is that of {other} too"
            raise policy.document.error(("id",), told)
        if policy.id in ENGINE_POLICIES:
            raise policy.document.error(("id",), f"the id {policy.id!r} is the engine's own")
        found[policy.id] = policy, text
    return found


def parse(texts: Texts, checked: bool) -> list[Parsed]:
    """In the order of the texts. Raises InputError with file and line."""
    from checker.policy.written import parsed

    return [parsed(_document(text, path), checked=checked) for path, text in texts.items()]


def _document(text: bytes, path: str) -> Document:
    from checker.yamlfile import parse_yaml

    return parse_yaml(text, path)
