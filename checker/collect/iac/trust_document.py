"""A trust policy with unknown values → one without, that lets in no fewer.

An unknown value never narrows an Allow (it is taken for any) and gives a Deny no credit. An
unknown principal stays, as text of which the trust analysis can tell no account; so does one whom
a condition would have named. What the same code makes is taken for the own account.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from checker.collect.iac.narrowing import Narrowing
from checker.collect.iac.organizations import at_home
from checker.collect.iac.unknown import OPEN, in_json, is_unresolved, shown, unknown_parts
from checker.collect.iac.whom import filled, provider, whoever, without
from checker.snapshot.write import encode_document
from checker.trust.document.decode import as_list

Statement = dict[str, Any]
_DENY = "a Deny has a value that is not known before deployment, so it was not counted"


class TrustDocument(msgspec.Struct, frozen=True):
    """What a role's record holds: the policy, and in words what of it could not be told."""

    policy: msgspec.Raw
    unresolved: tuple[str, ...]


def trust_document(value: Any, own: str | None = None) -> TrustDocument:
    """Of a policy as an object or as JSON text; null where nothing of it is known.

    `own`: the ARN of the own account's root, which stands for what the same code makes."""
    parsed = read_policy(value)
    if not isinstance(parsed, dict):
        whole = ("the trust policy is not known",) if is_unresolved(value) or value is None else ()
        found = None if whole else parsed
        return TrustDocument(encode_document(found), whole)
    notes: list[str] = []
    softener = Softener(parsed, own, notes)
    return TrustDocument(encode_document(softener.document()), tuple(dict.fromkeys(notes)))


def read_policy(value: Any) -> Any:
    """JSON text decoded, unless that would hide something: then the analysis gets the text."""
    if not isinstance(value, str):
        return value
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend({name for name, _ in items} if len(dict(items)) != len(items) else ())
        return dict(items)

    try:
        found = json.loads(in_json(value), object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return value
    return value if twice else found


class Softener:
    """Of a trust policy; `grants/policy.py` has those of resources."""

    parts: tuple[str, ...] = ("Principal", "Action")
    """The elements of a Deny of which what is known counts."""

    def __init__(self, document: Statement, own: str | None, notes: list[str]) -> None:
        self._own, self._notes = own, notes
        self._document = self._without_transform(document)
        raw = self._document.get("Statement")
        self._statements = [self._of_organization(one) for one in as_list(raw)]
        denied = [s for s in self._statements if isinstance(s, dict) and s.get("Effect") == "Deny"]
        self._denies = bool(denied)
        self._deny_reads_ids = "sts:externalid" in json.dumps(denied).lower()

    def document(self) -> Any:
        kept = [s for one in self._statements for s in self._statement(one)]
        return shown({**self._document, "Statement": kept})

    def _statement(self, raw: Any) -> list[Any]:
        if isinstance(raw, str):
            return [unknown_parts(raw) or raw]
        if not isinstance(raw, dict) or not (is_unresolved(raw) or "Condition" in raw):
            return [raw]
        raw = self._without_transform(raw)
        if raw.get("Effect") == "Deny":
            return self._deny(raw) if is_unresolved(raw) else [raw]
        if isinstance(raw.get("Principal"), str) and is_unresolved(raw["Principal"]):
            return [self._anybody(raw)]
        return self._allow(raw)

    def _of_organization(self, raw: Any) -> Any:
        """A statement with the own account for an organization of which nothing but that is known:
        that it is ours."""
        if not self._own or not isinstance(raw, dict) or not is_unresolved(raw.get("Condition")):
            return raw
        return {**raw, "Condition": at_home(raw["Condition"], self._own.split(":")[4])}

    def _without_transform(self, raw: Statement) -> Statement:
        """What a transform adds beside other keys is a gap of the role."""
        return {key: one for key, one in raw.items() if not key.startswith(f"{OPEN}Transform")}

    def _anybody(self, raw: Statement) -> Statement:
        """It may turn out to be `*`, which lets in federated callers and services too: no
        condition and no action is sure to narrow it. Beside a Deny, it stays what nobody can read.
        """
        self._notes.append(f"Principal is not known: {shown(raw['Principal'])}")
        return raw if self._denies else self._whoever(raw, [raw["Principal"]])

    def _deny(self, raw: Statement) -> list[Statement]:
        """Only what is known of it; nothing, where the unknown could spare somebody."""
        known = dict(raw)
        for name in self.parts:
            if is_unresolved(raw.get(name)):
                known[name] = known_of(raw[name])
        but = ("Condition", *(f"Not{name}" for name in self.parts))
        spares = any(is_unresolved(raw.get(name)) for name in but)
        if spares or not all(known.get(name, True) for name in self.parts):
            self._notes.append(_DENY)
            return []
        return [known]

    def _allow(self, raw: Statement) -> list[Statement]:
        wide = dict(raw)
        if is_unresolved(raw.get("Action")):
            wide["Action"] = "*"
            self._notes.append("Action is not known before deployment: taken for any")
        if is_unresolved(raw.get("NotAction")):
            wide["NotAction"] = known_of(raw["NotAction"])
        principal = raw.get("Principal")
        if isinstance(principal, dict):
            principal = self._principal(self._without_transform(principal))
        narrowing = self._narrowing(principal)
        condition = narrowing.kept(raw.get("Condition"), provider(principal))
        if "Condition" in raw:
            wide["Condition"] = condition
        return [*self._split(wide, principal, narrowing)]

    def _split(self, wide: Statement, principal: Any, narrowing: Narrowing) -> list[Statement]:
        """The statement as far as it is known; apart from it, whom nobody can name yet, and us.

        What narrows one whom the unknown values might name narrows nobody else."""
        if "Principal" not in wide:
            return [wide]
        by_kind = principal if isinstance(principal, dict) else {"*": principal}
        known: dict[str, Any] = {}
        found: list[Statement] = []
        for kind, raw in by_kind.items():
            several = as_list(raw)
            left = several
            if kind == "Federated" and self._own:
                left = [] if narrowing.ours else [one for one in several if one != self._own]
                found += [self._us(wide)] * (len(left) < len(several))
            if texts := self._unnamed(kind, left, narrowing):
                found.append(self._whoever(wide, texts))
                if tight := without(kind, left, narrowing):
                    condition = narrowing.loose(wide.get("Condition"), kind)
                    named = "*" if kind == "*" else {kind: tight}
                    found.append({**wide, "Principal": named, "Condition": condition})
                left = [one for one in left if one != "*"] if kind == "AWS" else []
            if left:
                known[kind] = raw if left == several else left
        if known:
            stays = {**wide, "Principal": known.get("*", known)}
            if "Condition" in wide:
                stays["Condition"] = narrowing.loose(wide["Condition"])
            found.insert(0, stays)
        return found or [wide]

    def _unnamed(self, kind: str, several: list[Any], narrowing: Narrowing) -> list[str]:
        """What conditions that are not known would have told of these principals."""
        if kind in ("AWS", "*"):
            return narrowing.unnamed.get("AWS", []) if "*" in several else []
        if self._denies:  # a Deny may cover a name that it would not cover otherwise
            return []
        unknown = [one for one in several if kind == "Federated" and is_unresolved(one)]
        return [*unknown, *(narrowing.unnamed.get(kind, []) if len(several) > len(unknown) else [])]

    def _narrowing(self, _principal: Any) -> Narrowing:
        return Narrowing(self._notes, free_ids=not self._deny_reads_ids)

    def _whoever(self, wide: Statement, texts: list[str]) -> Statement:
        return whoever(wide, texts)

    def _us(self, wide: Statement) -> Statement:
        return {"Effect": wide.get("Effect"), "Principal": {"AWS": self._own},
                "Action": "sts:AssumeRole"}  # fmt: skip

    def _principal(self, raw: Statement) -> Statement:
        named = {kind: filled(kind, one, self._own) for kind, one in raw.items()}
        if is_unresolved(named):
            self._notes.append(f"Principal is not known: {', '.join(_unknown(named))[:300]}")
        return named


def known_of(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: known_of(item) for key, item in value.items() if not is_unresolved(key)}
        return {key: item for key, item in kept.items() if item}
    several = as_list(value)
    return [one for one in several if not is_unresolved(one)]


def _unknown(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _unknown(item)]
    several = as_list(value)
    return [str(shown(one)) for one in several if is_unresolved(one)]
