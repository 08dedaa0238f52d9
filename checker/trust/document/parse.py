"""A decoded document → statements: settled once here, nobody behind sees raw JSON.

What cannot be understood is reported, and read so that no outsider is missed: an Allow is widened,
a Deny gets no credit.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

import checker.trust.document.principals as principals
import checker.trust.texts.globs as globs
from checker.trust.document.blocks import parse_conditions
from checker.trust.document.conditions import Condition
from checker.trust.document.decode import as_list
from checker.trust.document.mismatches import useless
from checker.trust.document.notes import Notes, scalar
from checker.trust.document.principals import EVERYBODY, Element, Who
from checker.trust.model import Problem

ACTIONS = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
"""What grants; sts:TagSession, SetSourceIdentity and SetContext alone grant nothing."""
ASSUME, SAML, WEB_IDENTITY = 1, 2, 4
EVERY_ACTION = ASSUME | SAML | WEB_IDENTITY

_DOCUMENT = frozenset(("Version", "Id", "Statement"))
_NEGATABLE = ("Principal", "Action", "Resource")
_STATEMENT = frozenset(
    ("Sid", "Effect", "Condition", *_NEGATABLE, *("Not" + name for name in _NEGATABLE))
)
_REFUSED = ("invalid-principal", "canonical-user")
# Whoever is meant, nobody can tell: not everybody, or each kind of caller would be a grant.
_UNREADABLE = Who((Element("unresolved", "?", problem="invalid-principal"),))


class Statement(msgspec.Struct, frozen=True):
    """One Allow or Deny. `actions` is a mask over ACTIONS."""

    index: int
    allow: bool
    who: Who
    actions: int
    conditions: tuple[Condition, ...] = ()


class Policy(msgspec.Struct, frozen=True):
    """`spelling`: condition keys in lower case → as the document spells them first.

    `partial`: a condition was left out, so what is let in may be less, and no witness proves it.
    `effects`: of each statement, as it is read; None for what is no statement.
    """

    allows: tuple[Statement, ...]
    denies: tuple[Statement, ...]
    spelling: dict[str, str]
    problems: tuple[Problem, ...]
    partial: bool = False
    effects: tuple[str | None, ...] = ()


def parse(document: object, partition: str, live: bool, today: int) -> Policy:
    notes = Notes(partition=partition, live=live, today=today)
    statements: list[Statement] = []
    effects: list[str | None] = []
    if not isinstance(document, dict):
        notes.add("invalid-document", None, "the document is not a JSON object")
    else:
        for index, raw in enumerate(_statements(document, notes)):
            statements += _statement(raw, index, notes)
            effects.append(_shown_effect(raw))
        for allow in (one for one in statements if one.allow):
            for message in useless(allow.who, allow.actions, allow.conditions):
                notes.add("inert", allow.index, message)
    return Policy(
        tuple(one for one in statements if one.allow),
        tuple(one for one in statements if not one.allow),
        notes.spelling,
        tuple(notes.problems),
        notes.partial,
        tuple(effects),
    )


def _statements(document: dict[str, Any], notes: Notes) -> list[Any]:
    if not document.keys() <= _DOCUMENT:
        notes.unknown(document.keys() - _DOCUMENT, None)
    version = document.get("Version", "2008-10-17")
    if version not in ("2012-10-17", "2008-10-17"):
        notes.add("invalid-version", None, "Version is neither 2012-10-17 nor 2008-10-17")
    notes.variables = version != "2008-10-17"
    found = document.get("Statement")
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list) or not found:
        notes.add("invalid-statement", None, "Statement is missing, empty, or no list of objects")
        return []
    return found


def _statement(raw: Any, index: int, notes: Notes) -> list[Statement]:
    """The statement; several where one condition key is spelled twice, or none."""
    if not isinstance(raw, dict):
        notes.add("invalid-statement", index, "a statement is not a JSON object")
        return []
    notes.index = index
    if not raw.keys() <= _STATEMENT:
        notes.unknown(raw.keys() - _STATEMENT, index)
    effect = _effect(raw, notes)
    allow = effect != "Deny"
    who = _who(raw, allow, notes)
    actions = _actions(raw, allow, notes)
    resource = "Resource" in raw or "NotResource" in raw
    if resource:
        notes.add("unexpected-resource", index, "a trust policy takes no Resource")
    variants = parse_conditions(raw["Condition"], allow, notes) if "Condition" in raw else [()]
    _empty(raw.get("Condition"), notes)
    if effect is None or (resource and not allow and raw.get("Resource") not in ("*", ["*"])):
        return []
    return [Statement(index, allow, who, actions, conditions) for conditions in variants]


def _empty(conditions: Any, notes: Notes) -> None:
    """Say where a condition asks for nothing: few write that on purpose."""
    for operator, block in conditions.items() if isinstance(conditions, dict) else ():
        if block == {}:
            notes.here("empty-condition", f"{operator!a:.80} names no key, so it always holds")
        for key, values in block.items() if isinstance(block, dict) else ():
            if values == []:
                notes.here("empty-condition", f"{operator!a:.80} has no value for {key!a:.80}")


def _shown_effect(raw: Any) -> str | None:
    if not isinstance(raw, dict):
        return None
    effect = raw.get("Effect")
    return "Deny" if isinstance(effect, str) and effect.lower() == "deny" else "Allow"


def _effect(raw: dict[str, Any], notes: Notes) -> str | None:
    """Allow, Deny, or None for what may have been meant as a Deny. Case counts."""
    effect = raw.get("Effect")
    if effect == "Allow" or effect == "Deny":
        return str(effect)
    notes.here("invalid-effect", "Effect is neither Allow nor Deny")
    return None if isinstance(effect, str) and effect.lower() == "deny" else "Allow"


def _who(raw: dict[str, Any], allow: bool, notes: Notes) -> Who:
    if "NotPrincipal" in raw:
        notes.here("not-principal", "NotPrincipal is not allowed in a trust policy")
        if allow or "Principal" in raw:
            return EVERYBODY if allow else Who()
        who = _entries(raw["NotPrincipal"], allow, notes)
        understood = len(who.elements) == _count(raw["NotPrincipal"]) and not who.everybody
        return Who(who.elements, inverted=True) if understood and who.elements else Who()
    if "Principal" not in raw:
        notes.here("missing-principal", "the statement has no Principal")
        return _UNREADABLE if allow else Who()
    return _entries(raw["Principal"], allow, notes)


def _entries(raw: Any, allow: bool, notes: Notes) -> Who:
    if raw == "*":
        return EVERYBODY
    if not isinstance(raw, dict):
        notes.here("invalid-principal", f'Principal is neither "*" nor an object: {raw!a:.80}')
        return _UNREADABLE if allow else Who()
    elements: list[Element] = []
    for form, values in raw.items():
        if form != "AWS" and form not in principals.READERS:
            notes.here("invalid-principal", f"no kind of principal: {form!a:.80}")
            elements += _UNREADABLE.elements
            continue
        several = as_list(values)
        if not several:
            notes.here("inert", f"Principal has an empty list under {form}: it names nobody")
        elements += [_element(form, value, notes) for value in several]
    if not raw:
        notes.here("invalid-principal", "Principal names nobody")
    return Who(tuple(element for element in elements if allow or _known(element)))


def _known(element: Element) -> bool:
    """Whether a Deny can count on it: a name that is filled in later may be anybody's."""
    return element.problem not in _REFUSED and "${" not in element.text


def _count(raw: Any) -> int:
    if not isinstance(raw, dict):
        return 0
    return sum(len(one) if isinstance(one, list) else 1 for one in raw.values())


def _element(form: str, value: Any, notes: Notes) -> Element:
    text = scalar(value)
    if text is None:
        notes.here("invalid-principal", "a principal is no text")
        return _UNREADABLE.elements[0]
    if "${" in text and form != "Federated":  # filled in at deployment; a provider shows its text
        return Element("unresolved", principals.escaped(text))
    found = (
        principals.aws(text, notes.partition) if form == "AWS" else principals.READERS[form](text)
    )
    if found.form == "dangling":
        return _dangling(found, notes)
    if found.problem:
        more = f": {principals.why(form, text)}" if found.problem in _REFUSED else ""
        notes.here(found.problem, f"{form} principal {text!a:.200}{more}")
    return found


def _dangling(found: Element, notes: Notes) -> Element:
    """The unique id of a deleted role or user: nobody, as the live API shows it."""
    if notes.live:
        notes.here("dangling-principal", f"{found.text} has been deleted")
        return found
    return Element("unresolved", found.text)


def _actions(raw: dict[str, Any], allow: bool, notes: Notes) -> int:
    if "Action" in raw and "NotAction" not in raw:
        return _mask(raw["Action"], allow, notes)
    if "NotAction" in raw and "Action" not in raw:
        return EVERY_ACTION & ~_mask(raw["NotAction"], not allow, notes)
    notes.here("invalid-action", "a statement takes either Action or NotAction")
    return EVERY_ACTION if allow else 0


def _mask(raw: Any, generous: bool, notes: Notes) -> int:
    mask = 0
    for value in as_list(raw):
        text = scalar(value)
        if text is None or (":" not in text and text != "*"):
            notes.here("invalid-action", f"no action: {str(text)!a:.80}")
            mask |= EVERY_ACTION if generous else 0
        else:
            mask |= action_mask(text)
    return mask


@lru_cache(maxsize=4096)
def action_mask(text: str) -> int:
    """The granting actions that a pattern names, in any case."""
    lower = text.lower()
    return sum(1 << at for at, name in enumerate(ACTIONS) if globs.matches(lower, name.lower()))
