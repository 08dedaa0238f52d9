"""The trust policy of a planned role: as the plan has it, else as its source says, else as far as
the references of its expression tell."""

from __future__ import annotations

import re
from typing import Any

from checker.collect.iac.target import Target
from checker.collect.iac.terraform.block_locator import BlockLocator
from checker.collect.iac.terraform.elsewhere import place_of
from checker.collect.iac.terraform.made import OIDC, SAML, own_value, text_of
from checker.collect.iac.terraform.planned import (
    Json,
    Plan,
    Planned,
    as_object,
    as_objects,
    references_in,
)
from checker.collect.iac.terraform.policy_document import policy_of
from checker.collect.iac.terraform.recognized import Recognized
from checker.collect.iac.terraform.references import References, longest
from checker.collect.iac.unknown import is_made, is_unresolved, unresolved, wholly
from checker.collect.iac.values import decoded
from checker.trust.document.decode import as_list

_DOCUMENT = "data.aws_iam_policy_document."
_ROLE = "aws_iam_role"
_NOBODY = ("path.", "count.", "terraform.")
_PRINCIPAL = re.compile(r"[0-9]{12}|arn:[\w-]+:(iam|sts)::.*|\*", re.DOTALL)
_PROVIDER = "-provider/"
_POOL = "cognito_identity_pool"
_AUDIENCE = "cognito-identity.amazonaws.com:aud"
_TENANTS = (_AUDIENCE, "aws:principalorgid", "aws:sourceorgid")
_COGNITO = {
    "Effect": "Allow",
    "Principal": {"Federated": "cognito-identity.amazonaws.com"},
    "Action": "*",
}
UNSEEN = ("the plan shows only what the trust policy refers to, not its text: "
          "give its sources with --source-dir")  # fmt: skip


class PlannedTrust:
    def __init__(self, plan: Plan, target: Target, locator: BlockLocator) -> None:
        self._plan, self._target, self._locator = plan, target, locator
        self._references = References(plan, target)
        self.recognized = Recognized(plan, target)
        self._providers = [
            own_value(one.type, one.address, "arn", one.values, place_of(target, one.account))
            for one in plan.resources
            if one.type in (*OIDC, *SAML) and text_of(one.values.get("arn")) is None
        ]
        """One that is known only after apply, of which nothing is written, is one of these: a
        trust policy takes providers of its own account alone."""

    def value(self, role: Planned, attribute: str) -> tuple[Any, tuple[str, ...]]:
        """The policy as text or object, with marks for what is not known or made here, and what to
        say of it; unknown as a whole where nothing tells."""
        value, said = self._value(role, attribute)
        return self.recognized.marked(value), said

    def _value(self, role: Planned, attribute: str) -> tuple[Any, tuple[str, ...]]:
        value = role.values.get(attribute)
        if value is not None and not is_unresolved(value):
            return value, ()
        if role.written:  # there is no plan: the value is called as it is written
            whole = wholly(value) is not None
            return ({"Statement": [_allow(value)]} if whole else value), ()
        written = self._locator.written(role, attribute)
        if written is not None and wholly(written) is None:
            return written, ()
        references = longest(self._plan.references(role, attribute))
        references = [one for one in references if not one.startswith(_NOBODY)]
        document = self._document(role, references)
        if document is not None:
            filled = self._filled(document)
            said = () if filled == document.values else (UNSEEN,)
            return policy_of(filled, document.address), said
        if not references:
            return value, ()
        return self._from(references, role)

    def _from(self, references: list[str], role: Planned) -> tuple[Any, tuple[str, ...]]:
        """A policy of all that the expression refers to."""
        values = self._references.values(references, role.module, role.index)
        values = self.recognized.marked(values)
        texts = [text for one in values or [] for text in _texts(one)]
        providers = [text for text in texts if _PROVIDER in text]
        named = [text for text in texts if _whole(text) and text not in providers]
        pools = [text for text in texts if is_made(text) and _POOL in text]
        if values and role.type != _ROLE and all(map(_is_thing, texts)):
            return {"Statement": []}, (UNSEEN,)
        if values is None or not (named or providers or pools):
            return {"Statement": [_allow(unresolved(", ".join(references)))]}, ()
        found = [_allow({"AWS": named})] if named else []
        found += [_allow({"Federated": providers})] if providers else []
        found += [_COGNITO | {"Condition": {"StringEquals": {_AUDIENCE: pools}}}] if pools else []
        return {"Statement": found}, (UNSEEN,)

    def _document(self, role: Planned, references: list[str]) -> Planned | None:
        """The one data source that is the policy; none where the expression reads anything
        else."""
        named = [one for one in references if one.startswith(_DOCUMENT)]
        rest = [one for one in references if one not in named]
        if len(named) != 1 or (rest and (rest != ["each.key"] or role.index is None)):
            return None
        found = self._references.planned(named[0], role.module)
        if len(found) > 1:
            found = [one for one in found if one.index == role.index]
        return found[0] if len(found) == 1 else None

    def _filled(self, document: Planned) -> Json:
        """Its values with the principals filled in that are references to what is known, or to
        what the same plan makes."""
        expressions = as_object(self._plan.configuration(document).get("expressions"))
        written = as_objects(expressions.get("statement"))
        statements = document.values.get("statement")
        if not isinstance(statements, list):
            return document.values
        apart = len(written) == len(statements)
        found = [
            self._statement(one, written[at] if apart else written, document)
            for at, one in enumerate(statements)
        ]
        return {**document.values, "statement": found}

    def _statement(self, raw: Any, written: Any, document: Planned) -> Any:
        """`written`: how the statement is written, or all of them where nothing tells which."""
        if not isinstance(raw, dict):
            return raw
        found = dict(raw)
        for name in ("principals", "not_principals"):
            blocks = raw.get(name)
            if isinstance(blocks, list) and is_unresolved(blocks):
                several = as_list(written)
                inner = [as_object(one).get(name) for one in several]
                references = longest(references_in(inner))
                found[name] = [self._principals(one, references, document) for one in blocks]
        conditions = raw.get("condition")
        if isinstance(conditions, list) and is_unresolved(conditions):
            references = longest(references_in(as_object(written).get("condition")))
            found["condition"] = [self._condition(one, references, document) for one in conditions]
        return found

    def _principals(self, raw: Any, references: list[str], document: Planned) -> Any:
        if not isinstance(raw, dict) or not is_unresolved(raw.get("identifiers")):
            return raw
        told = self._told(references, document)
        if not references and raw.get("type") == "Federated":
            told = self._providers
        parts = [text for text in told or [] if text != str(document.index)]
        whole = [text for text in parts if _PROVIDER in text or _whole(text)]
        named = unresolved(", ".join(references)) if references else None
        if len(whole) < len(parts):  # a name may be a part of anybody's ARN
            whole.append(named or unresolved(document.address))
        ids = as_list(raw["identifiers"])
        filled: list[Any] = []
        for one in ids:
            filled += [one] if not is_unresolved(one) else whole or [named or one]
        return {**raw, "identifiers": filled}

    def _condition(self, raw: Any, references: list[str], document: Planned) -> Any:
        """An audience, or an organization, that is made here."""
        if not isinstance(raw, dict) or str(raw.get("variable")).lower() not in _TENANTS:
            return raw
        told = self._told(references, document)
        own = [text for text in told or [] if is_made(text) or text == self._target.organization]
        values = raw.get("values")
        if not isinstance(values, list) or not own:
            return raw
        filled = [one for one in values if not is_unresolved(one)]
        return {**raw, "values": [*filled, *own]}

    def _told(self, references: list[str], document: Planned) -> list[str] | None:
        """What the references stand for; None where one of them cannot be told."""
        values = self._references.values(references, document.module, document.index)
        values = self.recognized.marked(values)
        return None if values is None else [text for one in values for text in _texts(one)]


def lets_nobody_in(policy: Any) -> bool:
    """Whether it has not one statement."""
    document = decoded(policy)
    return isinstance(document, dict) and document.get("Statement") == []


def names_nothing(policy: Any) -> bool:
    """Whether it or one of its principals is null or empty, which IAM takes for no policy."""
    if policy in (None, ""):
        return True
    document = decoded(policy)
    statements = as_list(document.get("Statement") if isinstance(document, dict) else None)
    named = [one.get("Principal") for one in statements if isinstance(one, dict)]
    found = [ids for one in named if isinstance(one, dict) for ids in one.values()]
    return any(one in (None, "") for ids in found for one in as_list(ids))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else [unresolved("a value that is no text")]


def _whole(text: str) -> bool:
    """Whether it is a whole principal: a name alone may be a part of a stranger's ARN."""
    return not is_unresolved(text) and bool(_PRINCIPAL.fullmatch(text))


def _is_thing(text: str) -> bool:
    """Whether it is of what the same code makes, and no principal: a policy names it for the
    resource, or in a condition."""
    return is_made(text) and wholly(text) is not None and _POOL not in text


def _allow(principal: Any) -> Json:
    return {"Effect": "Allow", "Principal": principal, "Action": "*"}
