"""Account ids that fit patterns: twelve digits, so all ways to fit can be walked through."""

from __future__ import annotations

from collections.abc import Callable

from checker.trust.texts.automata import Automaton, Charge, pattern

_ORDER = "4371826509"
_SPARES = 12
_DIGITS = 12


def fresh_accounts(patterns: list[str], taken: Callable[[str], bool], charge: Charge) -> list[str]:
    """One account id for each set of patterns that an id can fit, none of them `taken`."""
    if not patterns:
        return [next(one for one in map(_plain, range(_TRIED)) if not taken(one))]
    automata = list(map(pattern, patterns))
    layer: dict[tuple[int, ...], list[str]] = {tuple(one.start for one in automata): [""]}
    for place in range(_DIGITS):
        layer = _next(layer, automata, place, charge)
    groups: dict[tuple[bool, ...], list[str]] = {}
    for states, accounts in layer.items():
        fits = tuple(one.fits(state) for one, state in zip(automata, states, strict=True))
        groups.setdefault(fits, []).extend(one for one in accounts if not taken(one))
    return [accounts[0] for accounts in groups.values() if accounts]


def _next(
    layer: dict[tuple[int, ...], list[str]], automata: list[Automaton], place: int, charge: Charge
) -> dict[tuple[int, ...], list[str]]:
    after: dict[tuple[int, ...], list[str]] = {}
    size = len(automata) // 2 + 1
    for states, prefixes in layer.items():
        for turn in range(10):
            digit = _ORDER[(place + turn * 3) % 10]
            charge(size)
            moved = tuple(
                one.step(state, digit) for one, state in zip(automata, states, strict=True)
            )
            found = after.setdefault(moved, [])
            found.extend(prefix + digit for prefix in prefixes[: _SPARES - len(found)])
    return after


_FIRST, _STEP, _TRIED = 426185297043, 7919, 10**6


def _plain(number: int) -> str:
    return str(_FIRST + _STEP * number)


def is_spare(account: str) -> bool:
    """Whether an account id may be one that stands for those that no policy names."""
    return _FIRST <= int(account) < _FIRST + _STEP * _TRIED
