"""Whether two names are likely to mean the same vendor: a hint, so generous."""

from __future__ import annotations

from checker.patterns import pattern

_WORD = pattern(r"[a-z0-9]+")
_COMMON = frozenset(
    {
        *("the", "and", "for", "inc", "llc", "ltd", "gmbh", "corp", "company", "group", "labs"),
        *("aws", "amazon", "cloud", "web", "security", "service", "services", "platform", "saas"),
        *("software", "systems", "data", "technologies", "monitoring", "backup", "agent", "logs"),
        *("account", "accounts", "production", "prod"),
    }
)
"""Words that tell no vendor from another."""


def same_name(one: str, other: str) -> bool:
    """One name within the other, letters and digits alone; or a telling word in both."""
    first, second = squeezed(one), squeezed(other)
    within = first in second or second in first
    return (within and min(len(first), len(second)) >= 3) or bool(_telling(one) & _telling(other))


def squeezed(name: str) -> str:
    """Small letters and digits alone."""
    return "".join(_WORD.findall(name.casefold()))


def _telling(name: str) -> set[str]:
    return {word for word in _WORD.findall(name.casefold()) if len(word) >= 3} - _COMMON
