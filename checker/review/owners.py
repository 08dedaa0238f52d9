"""CODEOWNERS: of several files the receiver reads one alone, so a new file may take over.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
https://docs.gitlab.com/user/project/codeowners/#codeowners-file
"""

from __future__ import annotations

from collections.abc import Mapping

Lines = Mapping[str, list[str]]
_ORDERS = (
    (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    ("CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"),
    ("CODEOWNERS", "docs/CODEOWNERS", ".forgejo/CODEOWNERS"),
    (".bitbucket/CODEOWNERS",),
)
"""Of GitHub, GitLab, Gitea, Forgejo and Bitbucket: the first that there is counts."""
PLACES = tuple(dict.fromkeys(place for order in _ORDERS for place in order))


def other_approvers(path: str, before: Lines, after: Lines) -> bool:
    """Whether somebody else approves by a change of this file, for any of the receivers; who had
    no owners before loses none."""
    return any(_other(path, order, before, after) for order in _ORDERS)


def _other(path: str, order: tuple[str, ...], before: Lines, after: Lines) -> bool:
    was = next((place for place in order if place in before), None)
    now = next((place for place in order if place in after), None)
    if was is None or not before[was] or path not in (was, now):
        return False
    return before[was] != (after[now] if now else [])
