"""Account ids that fit patterns: twelve digits, so all ways to fit can be walked through."""

from __future__ import annotations

from collections.abc import Callable

from checker.trust.globs import Charge, closure, step

_ORDER = "4371826509"
_SPARES = 12
_DIGITS = 12


def fresh_accounts(patterns: list[str], taken: Callable[[str], bool], charge: Charge) -> list[str]:
    """One account id for each set of patterns that an id can fit, none of them `taken`."""
    if not patterns:
        return [next(one for one in map(_plain, range(10**6)) if not taken(one))]
    layer: dict[tuple[int, ...], list[str]] = {
        tuple(closure(pattern, 1) for pattern in patterns): [""]
    }
    for place in range(_DIGITS):
        layer = _next(layer, patterns, place, charge)
    groups: dict[tuple[bool, ...], list[str]] = {}
    for states, accounts in layer.items():
        fits = tuple(
            bool(state >> len(pattern) & 1) for state, pattern in zip(states, patterns, strict=True)
        )
        groups.setdefault(fits, []).extend(one for one in accounts if not taken(one))
    return [accounts[0] for accounts in groups.values() if accounts]


def _next(
    layer: dict[tuple[int, ...], list[str]], patterns: list[str], place: int, charge: Charge
) -> dict[tuple[int, ...], list[str]]:
    after: dict[tuple[int, ...], list[str]] = {}
    size = sum(map(len, patterns)) // 4 + 1
    for states, prefixes in layer.items():
        for turn in range(10):
            digit = _ORDER[(place + turn * 3) % 10]
            charge(size)
            moved = tuple(
                step(pattern, state, digit) for pattern, state in zip(patterns, states, strict=True)
            )
            found = after.setdefault(moved, [])
            found.extend(prefix + digit for prefix in prefixes[: _SPARES - len(found)])
    return after


def _plain(number: int) -> str:
    return str(426185297043 + 7919 * number)
