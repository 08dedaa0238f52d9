"""What identity policies allow: rights, less what is denied, within what bounds them.

A Deny counts where it has no condition and covers every resource; any other is taken to deny
nothing. A condition on an Allow is taken to hold, but for the services that a role is passed to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from checker.collect.aws.globs import disjoint, includes

ANY = ("*",)
# A role's session has no aws:username, so a resource that names it is none.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
_OF_USERS = "${aws:username}"


class Right(NamedTuple):
    """A pattern of actions, less those of `but`, on `resources`. Roles may be passed `to` services
    that fit one of these patterns."""

    pattern: str
    but: tuple[str, ...] = ()
    resources: tuple[str, ...] = ANY
    to: tuple[str, ...] = ANY

    def passes_to(self, service: str | None) -> bool:
        """`None`: to whichever."""
        names = (service, f"{service}.cn")
        return service is None or any(includes(one, name) for one in self.to for name in names)

    def reaches(self, action: str) -> bool:
        return includes(self.pattern, action) and not any(includes(but, action) for but in self.but)


class Unreadable(ValueError):  # noqa: N818  # it becomes the grade "unknown"
    """A document that is no policy."""


def rights(documents: list[Any], beside: Iterable[Any] = ()) -> Iterator[Right]:
    """What they allow and neither they deny nor those `beside` them."""
    statements = [s for document in documents for s in statements_of(document)]
    others = [s for document in beside for s in statements_of(document)]
    denying = (s for s in (*statements, *others) if _denies(s, "Action"))
    denied = tuple(pattern for s in denying for pattern in listed(s["Action"]))
    for right in (r for s in statements if s["Effect"] == "Allow" for r in _allowed(s)):
        but = right.but + denied
        if not any(includes(pattern, right.pattern) for pattern in but):
            yield right._replace(but=but)


def kept(documents: list[Any]) -> Iterator[list[Right]]:
    """What each Deny with NotAction leaves: a limit like a boundary's."""
    for statement in (s for document in documents for s in statements_of(document)):
        if _denies(statement, "NotAction"):
            yield [Right(pattern) for pattern in listed(statement["NotAction"])]


def meet(one: Right, other: Right) -> bool:
    within = any(includes(but, one.pattern) for but in other.but)
    without = any(includes(but, other.pattern) for but in one.but)
    return not (within or without or disjoint(one.pattern, other.pattern))


def _denies(statement: Mapping[str, Any], key: str) -> bool:
    """Whether it denies, always and everywhere."""
    everywhere = any(set(one) == {"*"} for one in listed(statement.get("Resource", ())))
    return (
        statement["Effect"] == "Deny"
        and key in statement
        and everywhere
        and not statement.get("Condition")
    )


def _allowed(statement: Mapping[str, Any]) -> Iterator[Right]:
    """`NotResource` is taken to be every resource."""
    given = listed(statement["Resource"]) if "Resource" in statement else ANY
    resources = tuple(one for one in given if _OF_USERS not in one)
    if not resources:
        return
    to = _passed_to(statement.get("Condition"))
    if "NotAction" in statement:
        yield Right("*", listed(statement["NotAction"]), resources, to)
    for pattern in listed(statement.get("Action", ())):
        yield Right(pattern, (), resources, to)


def _passed_to(condition: Any) -> tuple[str, ...]:
    """The services of one test of `iam:PassedToService`; anything where none is understood.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    tests = condition.items() if isinstance(condition, Mapping) else ()
    for operator, keys in tests:
        plain = str(operator).lower().removeprefix("foranyvalue:").removesuffix("ifexists")
        if plain not in _EQUALS or not isinstance(keys, Mapping):
            continue
        for key, value in keys.items():
            if str(key).lower() == "iam:passedtoservice" and "${" not in str(value):
                return _literal(listed(value)) if plain in _EXACT else listed(value)
    return ANY


# How IAM compares texts, without their case here: that is too much, and never too little.
_EXACT = ("stringequals", "stringequalsignorecase")
_EQUALS = (*_EXACT, "stringlike", "arnlike", "arnequals")


def _literal(values: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that a wildcard would make a pattern of."""
    return tuple(one for one in values if not set("*?") & set(one))


def statements_of(document: Any) -> list[Mapping[str, Any]]:
    found = document.get("Statement") if isinstance(document, dict) else None
    several = [found] if isinstance(found, dict) else found
    if not isinstance(several, list):
        raise Unreadable("no statements")
    for one in several:
        if not isinstance(one, dict) or one.get("Effect") not in ("Allow", "Deny"):
            raise Unreadable("no statement")
        if ("Action" in one) == ("NotAction" in one):
            raise Unreadable("neither Action nor NotAction, or both")
    return several


def listed(value: Any) -> tuple[str, ...]:
    """One or several patterns, in lower case, as IAM ignores it."""
    several = value if isinstance(value, list | tuple) else (value,)
    if not all(isinstance(one, str) for one in several):
        raise Unreadable("a pattern that is no text")
    return tuple(one.lower() for one in several)


class Access:
    """What a role's rights allow within all that caps them: boundaries, a Deny with NotAction.

    An action and its resources are asked for together, in each of the lists: it is allowed on what
    the rights and every cap allow it on.
    """

    def __init__(self, granted: Iterable[Right], caps: Iterable[Iterable[Right]] = ()) -> None:
        self.granted = list(granted)
        self.caps = [list(cap) for cap in caps]
        self._lists = [_by_service(each) for each in (self.granted, *self.caps)]
        self._granted = self._lists[0].keys()
        self._asked: dict[tuple[str, str | None], list[tuple[str, ...]]] = {}

    def on(self, action: str, to: str | None = None) -> list[tuple[str, ...]]:
        """The resources on which an action is allowed, of the rights and of each cap; nothing
        where one of them does not allow it. `to`: the service that a role would be passed to."""
        if (action, to) not in self._asked:
            found = [_resources(each, action, to) for each in self._lists]
            self._asked[action, to] = found if all(found) else []
        return self._asked[action, to]

    def allows(self, action: str) -> bool:
        return bool(self.on(action))

    def any_of(self, actions: tuple[str, ...]) -> bool:
        """Whether one of them is allowed; most of many are of services that no right is about."""
        if "*" in self._granted:
            return any(map(self.allows, actions))
        near = self._granted & _services(actions).keys()
        return any(self.allows(one) for service in near for one in _services(actions)[service])


@lru_cache(maxsize=8)
def _services(actions: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for action in actions:
        found.setdefault(action.partition(":")[0], []).append(action)
    return found


def _by_service(granted: list[Right]) -> dict[str, list[Right]]:
    """Under `*` those whose pattern may be of any service."""
    found: dict[str, list[Right]] = {}
    for right in granted:
        service, colon, _ = right.pattern.partition(":")
        plain = colon and "*" not in service and "?" not in service
        found.setdefault(service if plain else "*", []).append(right)
    return found


def _resources(by_service: dict[str, list[Right]], action: str, to: str | None) -> tuple[str, ...]:
    near = by_service.get(action.partition(":")[0], []) + by_service.get("*", [])
    if not near:  # as of most services
        return ()
    reaching = (one for one in near if one.reaches(action) and one.passes_to(to))
    return tuple(resource for one in reaching for resource in one.resources)
