"""Conditions of an Allow with unknown values → conditions that narrow it no more than is known.

A value that is not known narrows nothing. Where it would have told who is let in (the account,
the organization, the tenant of a shared issuer), that is kept as text; of a partly known value
its known part narrows on.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

from checker.collect.iac.cognito import needs_login
from checker.collect.iac.unknown import (
    blanked,
    is_made,
    is_public,
    is_unresolved,
    shown,
    wholly,
)
from checker.trust.document.decode import as_list
from checker.trust.tenancy import names_tenant, tenancy_claims

Kind = Literal["AWS", "Federated", "Service"]
_LIKE = {
    "stringequals": "StringLike",
    "stringlike": "StringLike",
    "arnequals": "ArnLike",
    "arnlike": "ArnLike",
    "foranyvalue:stringequals": "ForAnyValue:StringLike",
    "foranyvalue:stringlike": "ForAnyValue:StringLike",
}
"""Operators that hold for the given values alone → the one that takes wildcards."""
_NOT_ID = re.compile(r"[^\w+=,.@:/-]+", re.ASCII)
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}/")
_ACCOUNT = re.compile(r"arn:[\w-]+:(iam|sts)::[0-9]{12}:")
Naming = dict[str, tuple[Kind, Callable[[str], bool]]]
_NAMING: Naming = {
    "aws:principalorgid": ("AWS", lambda _: False),
    "aws:principalaccount": ("AWS", lambda _: False),
    "aws:principalorgpaths": ("AWS", lambda text: bool(_ORGANIZATION.match(text))),
    "aws:principalarn": ("AWS", lambda text: bool(_ACCOUNT.match(text))),
    "aws:sourceaccount": ("Service", lambda _: False),
    "aws:sourceorgid": ("Service", lambda _: False),
}
"""Keys that name who is let in, and whether what is known of a value suffices for that."""
Block = dict[str, Any]


class Narrowing:
    """`unnamed`: by kind of principal, whom only values that are not known would name; `emptied`:
    the kinds of which no known value is left. `ours`: the claims name what the same code makes.
    `naming`: further keys that name who is let in."""

    def __init__(self, notes: list[str], *, free_ids: bool, naming: Naming | None = None) -> None:
        self._notes, self._free_ids = notes, free_ids
        self._keys = {**_NAMING, **(naming or {})}
        self.unnamed: dict[str, list[str]] = {}
        self.emptied: set[str] = set()
        self.ours = self._login = False
        self._open: dict[str, str] = {}

    def kept(self, raw: Any, provider: str | None) -> Any:
        """What of a Condition still narrows."""
        if is_unresolved(raw) and not isinstance(raw, dict):
            self._dropped("Condition")
            return {}
        if not isinstance(raw, dict):
            return raw
        several = json.dumps(raw).lower().count("sts:externalid") > 1
        self._free_ids = self._free_ids and not several
        self._login = needs_login(raw)
        kept: dict[str, Any] = {}
        for operator, block in raw.items():
            self._block(kept, operator, block, provider)
        self._tenant_told(kept, provider)
        return kept

    def loose(self, kept: Any, kind: str = "") -> Any:
        """The condition without the keys of which only a part of the values is known, but for those
        that name principals of this kind."""
        kind = "AWS" if kind == "*" else kind
        gone = {key for key, one in self._open.items() if one != kind}
        if not isinstance(kept, dict) or not gone:
            return kept
        blocks = {
            operator: {key: values for key, values in block.items() if key not in gone}
            for operator, block in kept.items() if isinstance(block, dict)
        }  # fmt: skip
        return {operator: block for operator, block in {**kept, **blocks}.items() if block}

    def _block(self, kept: Block, operator: str, block: Any, provider: str | None) -> None:
        if is_unresolved(operator) or (is_unresolved(block) and not isinstance(block, dict)):
            self._dropped(f"Condition {shown(operator)}")
        elif not isinstance(block, dict):
            kept[operator] = block
        else:
            doubtful = _doubtful(block)
            for key, values in block.items():
                if key.lower() in doubtful:
                    self._dropped(f"{operator} {key}, written in two ways,")
                elif not (is_unresolved(key) or is_unresolved(values) or _empty(values)):
                    _put(kept, operator, key, values)
                elif not self._softened(kept, operator, key, values, provider):
                    self._dropped(f"{operator} {shown(key)}")

    def _softened(
        self, kept: Block, operator: str, key: str, values: Any, provider: str | None
    ) -> bool:
        """Keeps what still narrows; answers whether all that is not known was made up for."""
        lower = operator.lower()
        several = as_list(values)
        if is_unresolved(key) or lower == "null":
            return is_made(key)
        if "not" in lower:  # fewer values let in more
            known = [one for one in several if not is_unresolved(one)]
            if known or _empty(values):
                _put(kept, operator, key, known or values)
            return _empty(values)
        if (lower, key.lower()) == ("stringequals", "sts:externalid") and self._free_ids:
            _put(kept, operator, key, [_external_id(one) for one in several])
            return True
        if lower not in _LIKE:
            return False
        return self._partly(kept, operator, key, several, provider)

    def _partly(
        self, kept: Block, operator: str, key: str, several: list[Any], provider: str | None
    ) -> bool:
        """Known parts of values narrow on, with a wildcard in the place of the rest."""
        kind, enough = self._naming(key, provider)
        if kind == "Federated" and all(map(is_made, several)):
            guests = [one for one in several if is_public(one) and not self._login]
            self.ours = not guests
            self._notes += [_guests(key, wholly(one) or str(shown(one))) for one in guests]
            return True
        known = [one for one in several if not is_unresolved(one) and one != ""]
        partly = [blanked(one, "*") for one in several if isinstance(one, str) and _is_part(one)]
        good = [*known, *(one for one in partly if enough(one))]
        if kind is None:
            complete = len(known) + len(partly) == len(several)
            return complete and _put_like(kept, operator, key, [*known, *partly])
        open_ = [one for one in several if _unknown(one) and not enough(blanked(str(one), "*"))]
        texts = [str(shown(one)) if one else f"{key} of no value" for one in open_]
        if texts:
            self.unnamed.setdefault(kind, []).extend(texts)
            self._open[key] = kind
        if not good or not _put_like(kept, operator, key, good):
            self.emptied.add(kind)
        return False

    def _naming(self, key: str, provider: str | None) -> tuple[Kind | None, Callable[[str], bool]]:
        lower = key.lower()
        if lower in self._keys:
            return self._keys[lower]
        issuer, _, claim = key.rpartition(":")
        same = provider is not None and issuer.lower() == provider.lower()
        if same and claim.lower() in tenancy_claims(issuer):
            return "Federated", lambda text: names_tenant(issuer, {claim.lower(): (text,)})
        return None, lambda _: True

    def _tenant_told(self, kept: Block, provider: str | None) -> None:
        """Where another claim names the tenant whole, those that are not known narrow nothing."""
        if "Federated" not in self.unnamed or provider is None:
            return
        claims: dict[str, tuple[str, ...]] = {}
        blocks = {name: block for name, block in kept.items() if isinstance(block, dict)}
        for operator, block in blocks.items():
            for key, values in block.items() if operator.lower() in _LIKE else ():
                issuer, _, claim = key.rpartition(":")
                if issuer.lower() == provider.lower() and key not in self._open:
                    claims[claim.lower()] = tuple(as_list(values))
        if names_tenant(provider, claims):
            del self.unnamed["Federated"]
            self.emptied.discard("Federated")
            mine = {key for key, kind in self._open.items() if kind == "Federated"}
            for block in blocks.values():
                for key in mine & block.keys():
                    del block[key]

    def _dropped(self, what: str) -> None:
        self._notes.append(
            f"{what} has a value that is not known before deployment, so it was taken not to "
            "restrict anybody"
        )


def _doubtful(block: Block) -> set[str]:
    """Keys that stand there in several spellings, one of them with a value that is not known: AWS
    may take either."""
    spelled = Counter(key.lower() for key in block)
    return {key.lower() for key, values in block.items()
            if spelled[key.lower()] > 1 and (is_unresolved(values) or _empty(values))}  # fmt: skip


def _put(kept: Block, operator: str, key: str, values: Any) -> None:
    kept[operator] = {**kept.get(operator, {}), key: values}


def _put_like(kept: Block, operator: str, key: str, values: list[str]) -> bool:
    """Under the operator that takes wildcards, unless the key stands there already, or what is no
    block."""
    like = _LIKE[operator.lower()]
    there = kept.get(like, {})
    if not isinstance(there, dict) or key in there:
        return False
    _put(kept, like, key, values)
    return True


def _is_part(text: str) -> bool:
    """Whether something of a value is known, and something is not."""
    return is_unresolved(text) and wholly(text) is None


def _unknown(value: Any) -> bool:
    return is_unresolved(value) or value == ""


def _empty(values: Any) -> bool:
    """An empty text: a default that is there to be filled in."""
    return values in ("", [""])


def _guests(key: str, pool: str) -> str:
    return f"the identity pool {pool} allows guests without a login: {key} keeps nobody out"


def _external_id(value: Any) -> Any:
    """An exact external id, whatever it will be, is one, and names nobody."""
    if not _unknown(value):
        return value
    return "unresolved-" + _NOT_ID.sub("-", str(shown(value))).strip("-")[:80]
