"""A trust policy with unknown values → one without, that lets in no fewer.

An unknown value never narrows an Allow (it is taken for any) and gives a Deny no credit. An
unknown principal stays, as text of which the trust analysis can tell no account.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from checker.collect.iac.unknown import is_unresolved, shown
from checker.snapshot.write import encode_document

_NOT_ID = re.compile(r"[^\w+=,.@:/-]+", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{12}")
Statement = dict[str, Any]


class TrustDocument(msgspec.Struct, frozen=True):
    """What a role's record holds: the policy, and in words what of it could not be told."""

    policy: msgspec.Raw
    unresolved: tuple[str, ...]


def trust_document(value: Any) -> TrustDocument:
    """Of a policy as an object or as JSON text; null where nothing of it is known."""
    parsed = _parsed(value)
    if not isinstance(parsed, dict):
        whole = ("the trust policy is not known",) if is_unresolved(value) or value is None else ()
        found = None if whole else parsed
        return TrustDocument(encode_document(found), whole)
    notes: list[str] = []
    return TrustDocument(encode_document(_Softener(parsed, notes).document()), tuple(notes))


def _parsed(value: Any) -> Any:
    """JSON text decoded, unless that would hide something: then the analysis gets the text."""
    if not isinstance(value, str):
        return value
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend({name for name, _ in items} if len(dict(items)) != len(items) else ())
        return dict(items)

    try:
        found = json.loads(value, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return value
    return value if twice else found


class _Softener:
    def __init__(self, document: dict[str, Any], notes: list[str]) -> None:
        self._document, self._notes = document, notes
        raw = document.get("Statement")
        self._statements = raw if isinstance(raw, list) else [raw]
        denied = [s for s in self._statements if isinstance(s, dict) and s.get("Effect") == "Deny"]
        self._denies = bool(denied)
        self._deny_reads_ids = "sts:externalid" in json.dumps(denied).lower()

    def document(self) -> Any:
        kept = [s for one in self._statements if (s := self._statement(one)) is not None]
        return shown({**self._document, "Statement": kept})

    def _statement(self, raw: Any) -> Any:
        if not isinstance(raw, dict) or not (is_unresolved(raw) or "Condition" in raw):
            return raw
        if raw.get("Effect") == "Deny":
            return self._deny(raw) if is_unresolved(raw) else raw
        if isinstance(raw.get("Principal"), str) and is_unresolved(raw["Principal"]):
            return self._anybody(raw)
        return self._allow(raw)

    def _anybody(self, raw: Statement) -> Statement:
        """It may turn out to be `*`, which lets in federated callers and services too: no
        condition and no action is sure to narrow it. Beside a Deny, it stays what nobody can read.
        """
        self._notes.append(f"Principal is not known: {shown(raw['Principal'])}")
        if self._denies:
            return raw
        return {"Effect": raw.get("Effect"), "Principal": {"AWS": raw["Principal"]}, "Action": "*"}

    def _deny(self, raw: Statement) -> Statement | None:
        """Only what is known of it; nothing, where the unknown could spare somebody."""
        known = dict(raw)
        for name in ("Principal", "Action"):
            if is_unresolved(raw.get(name)):
                known[name] = _known(raw[name])
        spares = any(is_unresolved(raw.get(n)) for n in ("NotPrincipal", "NotAction", "Condition"))
        if spares or not all(known.get(name, True) for name in ("Principal", "Action")):
            self._notes.append("a Deny with a value that is not known counts for nothing")
            return None
        return known

    def _allow(self, raw: Statement) -> Statement:
        wide = dict(raw)
        if "Principal" in raw:
            wide["Principal"] = self._principal(raw["Principal"])
        if is_unresolved(raw.get("Action")):
            wide["Action"] = "*"
            self._notes.append("Action is not known: taken for any")
        if is_unresolved(raw.get("NotAction")):
            wide["NotAction"] = _known(raw["NotAction"])
        if "Condition" in raw:
            wide["Condition"] = self._conditions(raw["Condition"])
        return wide

    def _principal(self, raw: Any) -> Any:
        if is_unresolved(raw):
            self._notes.append(f"Principal is not known: {', '.join(_unknown(raw))[:300]}")
        if isinstance(raw, dict) and "AWS" in raw:
            given = raw["AWS"] if isinstance(raw["AWS"], list) else [raw["AWS"]]
            return {**raw, "AWS": [_account_of(one) for one in given]}
        return raw

    def _conditions(self, raw: Any) -> Any:
        if is_unresolved(raw) and not isinstance(raw, dict):
            self._dropped("Condition")
            return {}
        if not isinstance(raw, dict):
            return raw
        several = json.dumps(raw).lower().count("sts:externalid") > 1
        found = {name: self._block(name, block, several) for name, block in raw.items()}
        return {name: block for name, block in found.items() if block is not None}

    def _block(self, name: str, block: Any, several: bool) -> Any:
        if is_unresolved(name) or (is_unresolved(block) and not isinstance(block, dict)):
            self._dropped(f"Condition {shown(name)}")
            return None
        if not isinstance(block, dict):
            return block
        kept: dict[str, Any] = {}
        for key, values in block.items():
            narrowed = None if is_unresolved(key) else self._values(name, key, values, several)
            if narrowed is None:
                self._dropped(f"{name} {shown(key)}")
            else:
                kept[key] = narrowed
        return kept or None

    def _values(self, operator: str, key: str, values: Any, several: bool) -> Any:
        """The values; None where the condition must not narrow."""
        lower = operator.lower()
        if lower == "null" and is_unresolved(values):
            return None
        if "not" in lower:  # fewer values let in more
            return (_known(values) or None) if is_unresolved(values) else values
        if not is_unresolved(values) and not _empty(values):
            return values
        free = not several and not self._deny_reads_ids
        if (lower, key.lower()) == ("stringequals", "sts:externalid") and free:
            return _placeholders(values)
        return None

    def _dropped(self, what: str) -> None:
        self._notes.append(f"{what} has a value that is not known: it narrows nothing")


def _empty(values: Any) -> bool:
    """An empty text: a default that is there to be filled in."""
    return values in ("", [""])


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _known(item) for key, item in value.items() if not is_unresolved(key)}
        return {key: item for key, item in kept.items() if item}
    several = value if isinstance(value, list) else [value]
    return [one for one in several if not is_unresolved(one)]


def _unknown(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _unknown(item)]
    several = value if isinstance(value, list) else [value]
    return [str(shown(one)) for one in several if is_unresolved(one)]


def _placeholders(values: Any) -> list[str]:
    """An exact external id, whatever it will be, is one, and names nobody."""
    several = values if isinstance(values, list) else [values]
    return [_external_id(one) if is_unresolved(one) or not one else one for one in several]


def _external_id(value: Any) -> str:
    return "unresolved-" + _NOT_ID.sub("-", str(shown(value))).strip("-")[:80]


def _account_of(value: Any) -> Any:
    """A name that is unknown within a known account is taken for the whole account."""
    if not isinstance(value, str) or not is_unresolved(value):
        return value
    parts = value.split(":", 5)
    known = len(parts) == 6 and parts[0] == "arn" and not is_unresolved(parts[1])
    if known and _ACCOUNT.fullmatch(parts[4]):
        return f"arn:{parts[1]}:iam::{parts[4]}:root"
    return value
