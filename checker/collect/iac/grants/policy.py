"""A resource's policy with unknown values → one without, that lets in no fewer.

As of trust policies (`trust_document.py`); what is new are resources, and values of what the same
code makes: those that name somebody name us, and any other is a value of its own.
"""

from __future__ import annotations

import json
from typing import Any

from checker.collect.iac.grants.arns import Named
from checker.collect.iac.grants.conditions import (
    for_anonymous,
    is_deny,
    is_synthetic,
    is_text,
    naming,
    tells_apart,
    without_source,
)
from checker.collect.iac.grants.filling import Filler
from checker.collect.iac.grants.model import Code
from checker.collect.iac.narrowing import Narrowing
from checker.collect.iac.trust_document import (
    Softener,
    Statement,
    TrustDocument,
    known_of,
    read_policy,
)
from checker.collect.iac.unknown import (
    blanked,
    is_made,
    is_public,
    is_unresolved,
    shown,
    unknown_parts,
)
from checker.collect.iac.whom import worded
from checker.snapshot.write import encode_document
from checker.trust.document.decode import as_list

_WIDE = "Resource is not known before deployment: taken for any"
_SPARED = "a Deny of all but some names may spare this one, so it was not counted"


def resource_document(value: Any, named: Named, code: Code) -> TrustDocument:
    """What a record holds of a policy as an object or as JSON text.

    `named`: the resource that has it."""
    parsed = read_policy(value)
    if not isinstance(parsed, dict):
        if value is None or is_unresolved(value):
            nobody_knows = [_unread(value)]
            document = {"Version": "2012-10-17", "Statement": nobody_knows}
            return TrustDocument(encode_document(document), ("the policy is not known",))
        return TrustDocument(encode_document(shown(parsed)), ())
    notes: list[str] = []
    root = code.target.arn("iam", "root")
    softener = _Softener(Filler(code).policy(parsed), root, notes, named)
    return TrustDocument(encode_document(softener.document()), tuple(dict.fromkeys(notes)))


def _unread(value: Any) -> Statement:
    """A policy that may let in anybody, whom only the deployment tells."""
    text = unknown_parts(value) if isinstance(value, str) else "a policy that is not known"
    return {"Effect": "Allow", "Principal": {"AWS": [worded(text)]}, "Action": "*",
            "Resource": "*"}  # fmt: skip


class _Softener(Softener):
    parts = ("Principal", "Action", "Resource")

    def __init__(self, document: Statement, own: str, notes: list[str], named: Named) -> None:
        super().__init__(document, own, notes)
        self._named = named
        self._denies = any(tells_apart(one) for one in self._statements if is_deny(one))
        self._deny_reads_ids = True  # no external id comes with these requests

    def _statement(self, raw: Any) -> list[Any]:
        if not isinstance(raw, dict):
            return [_unread(raw)] if is_unresolved(raw) else [raw]
        if is_unresolved(raw.get("Effect")):
            raw = {**raw, "Effect": "Allow"}
        if is_synthetic(raw):
            raw = {**raw, "Resource": "*"}
        for key in ("Resource", "NotResource"):
            if key in raw:
                several = as_list(raw[key])
                raw = {**raw, key: [self._this(one) for one in several]}
        if is_deny(raw):
            return super()._statement(self._surely(raw)) if self._denies_this(raw) else []
        found = super()._statement(for_anonymous(without_source(raw, self._notes)))
        return [self._widened(one) if isinstance(one, dict) else one for one in found]

    def _this(self, value: Any) -> Any:
        """With what will be the ARN of the resource itself, whatever that is."""
        marked = self._named.marked
        return value.replace(marked, self._named.arn) if marked and is_text(value) else value

    def _denies_this(self, raw: Statement) -> bool:
        """Whether a Deny is surely of this resource, where nothing tells what it will be called."""
        sure = self._named.marked is None or "NotResource" not in raw
        if not sure:
            self._notes.append(_SPARED)
        return sure

    def _surely(self, raw: Statement) -> Statement:
        if self._named.marked is None or "Resource" not in raw:
            return raw
        return {**raw, "Resource": [one for one in raw["Resource"] if self._is_this(one)]}

    def _is_this(self, value: Any) -> bool:
        last = value.split(":", 5)[-1] if is_text(value) else ""
        return last.startswith("*") or (is_text(value) and value.startswith(self._named.arn))

    def _widened(self, raw: Statement) -> Statement:
        """An Allow, of whatever its resources may be."""
        if "Resource" in raw:
            found = map(self._pattern, as_list(raw["Resource"]))
            once = {json.dumps(one): one for one in found}  # a map among them is told as wrong
            raw = {**raw, "Resource": [*once.values()]}
        if is_unresolved(raw.get("NotResource")):
            raw = {**raw, "NotResource": known_of(raw["NotResource"]) or ["arn:aws:none:::none"]}
        return raw

    def _pattern(self, value: Any) -> Any:
        if not is_text(value):
            return "*" if is_unresolved(value) else value
        value = self._at_home(value)
        if value == "*" or self._begins(value):
            return blanked(value, "*")
        if self._named.marked is not None:
            return self._called(blanked(value, "*"))
        if not is_unresolved(value):
            return value
        self._notes.append(_WIDE)
        head = value.split(":", 5)[:5]
        return "*" if len(head) > 1 and is_unresolved(head) else blanked(value, "*")

    def _at_home(self, value: str) -> str:
        """A provider of the code may act in another region than the one that is given."""
        parts, own = value.split(":", 5), self._named.arn.split(":", 5)
        if len(parts) < 6 or len(own) < 6 or parts[:3] != own[:3] or parts[4] != own[4]:
            return value
        return ":".join([*parts[:3], own[3], *parts[4:]])

    def _begins(self, value: str) -> bool:
        """Whether it is the resource itself, or what is in it; a longer name is another one's, or
        its own with what only AWS tells."""
        arn = self._named.arn
        return value.startswith(arn) and value[len(arn) : len(arn) + 1] in ("", "/", ":", "*")

    def _called(self, value: str) -> str:
        """A name that stands in the policy of what has none yet: it may be this one's."""
        parts, own = value.split(":", 5), self._named.arn.split(":", 5)
        if len(parts) == 6 and len(own) == 6 and own[2] == "s3" and not own[4]:
            name, slash, rest = parts[5].partition("/")
            return f"{self._named.arn}*" if "*" in name else f"{self._named.arn}{slash}{rest}"
        return "*"

    def _narrowing(self, _principal: Any) -> Narrowing:
        return Narrowing(self._notes, free_ids=False, naming=naming(_principal))

    def _whoever(self, wide: Statement, texts: list[str]) -> Statement:
        kept = {key: one for key, one in wide.items()
                if key not in ("Principal", "NotPrincipal", "Condition")}  # fmt: skip
        return {**kept, "Principal": {"AWS": [worded(text) for text in texts]}}

    def _us(self, wide: Statement) -> Statement:
        return {**wide, "Principal": {"AWS": self._own}}

    def _principal(self, raw: Statement) -> Statement:
        """The canonical user of what the same code makes is ours."""
        canonical = as_list(raw["CanonicalUser"]) if "CanonicalUser" in raw else []
        others = [one for one in canonical if not is_made(one) or is_public(one)]
        if len(others) < len(canonical):
            accounts = as_list(raw["AWS"]) if "AWS" in raw else []
            raw = {**raw, "AWS": [*accounts, self._own], "CanonicalUser": others}
            raw = {kind: one for kind, one in raw.items() if one}
        return super()._principal(raw)
