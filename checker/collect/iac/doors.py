"""Whether a property that may let somebody outside in does: who is named there, in words.

This only tells open from shut. It reads no policy in full; what is not surely shut is open, and
a door that is open is a gap which names it. Sorts of properties:

- `policy`: a resource policy, an object or JSON text;
- `principal`: accounts, ARNs, organizations or services;
- `setting`: a word that opens to all (`PublicRead`, `NONE`);
- `template`: what brings resources along that nobody here reads;
- `code`: a container image, layer or component: open where it names another account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.unknown import is_made, shown
from checker.collect.iac.values import as_list, decoded

_ACCOUNT = re.compile(r"(?<![0-9a-zA-Z_/-])[0-9]{12}(?![0-9a-zA-Z_/-])")
_OPEN_SETTINGS = ("PublicRead", "PublicReadWrite", "AuthenticatedRead", "NONE")
_SERVICES = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")
"""How the names of services end: AWS's, and Alexa's."""
_NARROWS = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
_TELLS_CALLERS = (
    "aws:principalorgid", "aws:principalaccount", "aws:sourceaccount", "aws:sourceowner",
    "aws:sourceorgid", "aws:sourcearn", "aws:principalarn", "kms:calleraccount",
)  # fmt: skip
"""Condition keys which, equal to own values, keep everybody else out."""


class Doors:
    """`own`: own accounts and organizations, whose mention lets nobody outside in."""

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own

    def named(self, sort: str, value: Any) -> str | None:
        """Who is let in, for a reader; None where that is surely nobody outside."""
        if sort == "policy":
            return _few(self._policy(value))
        several = as_list(value)
        if sort == "setting":
            return _few(str(shown(one)) for one in several if one in _OPEN_SETTINGS)
        if sort == "template":
            return "a template that is not read" if value else None
        if sort == "code":
            return _few(text for one in several for text in self._code(one))
        return _few(str(shown(one)) for one in several if not self._is_own(one))

    def _policy(self, value: Any) -> Iterator[str]:
        document = decoded(value)
        raw = document.get("Statement", document) if isinstance(document, dict) else document
        for statement in as_list(raw):
            if isinstance(statement, dict):
                yield from self._statement(statement)
            elif statement is not None:
                yield str(shown(statement))

    def _statement(self, statement: dict[str, Any]) -> Iterator[str]:
        if statement.get("Effect") == "Deny" or self._told(statement.get("Condition")):
            return
        if "NotPrincipal" in statement:
            yield "NotPrincipal"
        principal = statement.get("Principal", [])
        by_kind = principal if isinstance(principal, dict) else {"": principal}
        for kind, raw in by_kind.items():
            for one in as_list(raw):
                if kind != "Service" and not self._is_own(one):
                    yield str(shown(one))

    def _told(self, condition: Any) -> bool:
        """Whether a condition keeps the statement to own callers."""
        blocks = condition.items() if isinstance(condition, dict) else ()
        for operator, block in blocks:
            if operator in _NARROWS and isinstance(block, dict):
                for key, raw in block.items():
                    values = as_list(raw)
                    if key.lower() in _TELLS_CALLERS and values and all(map(self._owns, values)):
                        return True
        return False

    def _owns(self, value: Any) -> bool:
        """An own account or organization, an ARN with it, or what the same code makes."""
        if not isinstance(value, str):
            return False
        parts = value.split(":", 5)
        account = parts[4] if len(parts) == 6 and parts[0] == "arn" else value
        return account in self._own or (is_made(value) and not account.isdigit())

    def _is_own(self, value: Any) -> bool:
        """The same, or a service."""
        return self._owns(value) or (isinstance(value, str) and value.endswith(_SERVICES))

    def _code(self, value: Any) -> Iterator[str]:
        text = value if isinstance(value, str) and not is_made(value) else ""
        if set(_ACCOUNT.findall(text)) - self._own:
            yield str(shown(text))


def _certificate(name: str) -> str:
    return "whoever has a certificate of it" if name.startswith("-----BEGIN") else name


def _few(names: Iterator[str] | Any) -> str | None:
    found = [_certificate(name) for name in dict.fromkeys(names)]
    if not found:
        return None
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return (", ".join(found[:3]))[:300] + more
