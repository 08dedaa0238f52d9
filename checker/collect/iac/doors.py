"""Whether a property that may let somebody outside in does: who is named there, in words.

This only tells open from shut. It reads no policy in full; what is not surely shut is open, and
a door that is open is a gap which names it. Sorts of properties:

- `policy`: a resource policy, an object or JSON text; `openapi`: a definition that may hold one;
- `principal`: accounts, ARNs, organizations or services; `reach`: the same of those to whom
  something of ours is handed;
- `setting`: a word that opens to all (`PublicRead`, `NONE`); `choice`: the same, where a value that
  cannot be told is written and may be that word;
- `template`: what brings resources along that nobody here reads;
- `code`: a container image, layer or component: open where it names another account;
- `call`: the same of what a rule or a schedule hands to a call of AWS's API;
- `body`: what a workflow, a document or a component says: open where it runs an image that others
  publish, or names another account;
- `settings`: those of a chart, whose images are read as code: here alone whether all is known;
- `issuer`: whose logins are let in: providers' ARNs, or a mapping by their names;
- `abroad`: where data goes to or comes from: open where it names another account.

Accounts of AWS's own are no outsiders; what AWS has them for is remembered, to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checker.collect.iac.bodies import (
    OF_NOBODY,
    arns_of_others,
    of_others,
)
from checker.collect.iac.calls import machine_images, of_schedule
from checker.collect.iac.embedded import UNREAD
from checker.collect.iac.mentions import mentions
from checker.collect.iac.read_bodies import in_yaml, stands_for, texts
from checker.collect.iac.targets import handed_to_api
from checker.collect.iac.unknown import (
    blanked,
    is_made,
    is_unresolved,
    shown,
    unresolved,
    wholly,
)
from checker.collect.iac.values import decoded
from checker.trust.document.decode import as_list

_ACCOUNT = re.compile(r"(?<![0-9a-zA-Z_/-])[0-9]{12}(?:(?![0-9a-zA-Z_/-])|(?=/sg-))")
_REFERENCE = re.compile(r"[\w./:@$*{}+-]+")
_OPEN_SETTINGS = (
    "PublicRead", "PublicReadWrite", "AuthenticatedRead", "NONE", "PUBLIC_READ",
    "ApplicationManaged",
)  # fmt: skip
_SERVICES = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")
"""How the names of services end: AWS's, and Alexa's."""
_API_POLICY = "x-amazon-apigateway-policy"
_NARROWS = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
_OF_ANY = ("ForAnyValue:StringEquals", "ForAnyValue:StringLike")
_PATHS = ("aws:principalorgpaths", "aws:sourceorgpaths")
"""Keys of several values: `o-…/r-…/ou-…/`."""
_SOURCES = ("aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourcearn")
"""For whom a service acts."""
_TELLS_CALLERS = (
    *_SOURCES, "aws:principalorgid", "aws:principalaccount", "aws:principalarn",
    "kms:calleraccount",
)  # fmt: skip
"""Condition keys which, equal to own values, keep everybody else out."""


class Doors:
    """`own`: own accounts and organizations, whose mention lets nobody outside in; `aws`: what AWS
    has its accounts for, and `seen` those of them that were named."""

    def __init__(self, own: frozenset[str], aws: Mapping[str, str]) -> None:
        self._own, self._aws = own, aws
        self.seen: set[str] = set()

    def named(self, sort: str, value: Any) -> str | None:
        """Who is let in, for a reader; None where that is surely nobody outside."""
        if sort == "policy":
            return _few(self._policy(value))
        if sort == "openapi":
            return _few(self._definition(decoded(value)))
        several = as_list(value)
        if sort in ("setting", "choice"):
            unsure = is_unresolved if sort == "choice" else lambda _: False
            return _few(str(shown(s)) for s in several if s in _OPEN_SETTINGS or unsure(s))
        if sort == "template":
            return "a template that is not read" if value else None
        if sort == "issuer":
            return _few(_issuer(one) for each in several for one in _names(each))
        if sort == "body":
            return _few(of_others(value, self.owns))
        if sort == "call":
            return _few(who for one in several for who in self._called(one))
        if sort in ("code", "abroad"):
            return _few(text for one in several for text in self._elsewhere(one))
        return _few(str(shown(one)) for one in several if not self._is_own(one))

    def _called(self, target: Any) -> Iterator[str]:
        """Whose code a call runs that a target makes."""
        call, handed = handed_to_api(target)
        if wholly(handed) is None:
            yield from of_others(handed, self.owns)
        images = machine_images(of_schedule(call, stands_for(handed)))
        yield from (OF_NOBODY.format(one) for one in images)

    def unread(self, value: Any) -> str | None:
        """Whom the properties of a type name of which nothing is known: in a policy, by an ARN or
        by the number of an account."""
        named = [*self._policies(value), *arns_of_others(value, self.owns)]
        alone = (one for one in self._bare(value) if not any(one in other for other in named))
        return _few([*named, *alone])

    def _policies(self, value: Any) -> Iterator[str]:
        found = decoded(value)
        if isinstance(found, dict) and isinstance(found.get("Statement"), dict | list):
            yield from self._policy(found)
        elif isinstance(found, dict | list):
            pairs = found.items() if isinstance(found, dict) else (("", one) for one in found)
            for key, one in pairs:
                if "principal" in key.lower() and "*" in as_list(one):
                    yield "*"
                yield from self._policies(one)

    def _bare(self, value: Any) -> Iterator[str]:
        named = (one for text in texts(value) for one in mentions(text))
        return (one for one in named if not self.owns(one))

    def _definition(self, found: Any) -> Iterator[str]:
        """An API's, which a part that is not known may complete."""
        if isinstance(found, str) and found.strip() and not is_unresolved(found):
            read = in_yaml(found)
            found = unresolved("a text") if read == UNREAD else read
        if is_unresolved(list(found) if isinstance(found, dict) else found):
            yield "whoever a part of it names that is not known"
        if isinstance(found, dict):
            yield from self._policy(found.get(_API_POLICY))
            rest = {key: one for key, one in found.items() if key != _API_POLICY}
            yield from arns_of_others(rest, self.owns)

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
            if kind == "Service":
                yield from self._deputies(statement.get("Condition"))
            else:
                yield from (str(shown(one)) for one in as_list(raw) if not self._is_own(one))

    def _deputies(self, condition: Any) -> Iterator[str]:
        """Others for whom a service may act."""
        for operator, key, values in _conditions(condition):
            for one in values if operator in _NARROWS and key in _SOURCES else ():
                if self._is_source(key, one):
                    yield f"a service that acts for {shown(one)}"

    def _is_source(self, key: str, value: Any) -> bool:
        """Whether it is somebody else's, or may be; any account, and an ARN without one, as a
        bucket's is, tell nobody."""
        parts = value.split(":", 5) if isinstance(value, str) else []
        account = parts[4] if len(parts) == 6 else value
        nobody = account in ("", "*") or (key == "aws:sourcearn" and wholly(value) is not None)
        return not nobody and not self.owns(value)

    def _told(self, condition: Any) -> bool:
        """Whether a condition keeps the statement to own callers."""
        for operator, key, values in _conditions(condition):
            telling = operator in _NARROWS and key in _TELLS_CALLERS
            paths = operator in _OF_ANY and key in _PATHS
            ours = [str(one).partition("/")[0] for one in values] if paths else values
            if (telling or paths) and values and all(map(self.owns, ours)):
                return True
        return False

    def owns(self, value: Any) -> bool:
        """An own account or organization, an ARN with it, or what the same code makes."""
        if not isinstance(value, str):
            return False
        parts = value.split(":", 5)
        account = parts[4] if len(parts) == 6 and parts[0] == "arn" else value
        return (
            account in self._own
            or (is_made(value) and not account.isdigit())
            or (account in self._aws and self._met(account))
        )

    def _met(self, account: str) -> bool:
        self.seen.add(self._aws[account])
        return True

    def _is_own(self, value: Any) -> bool:
        """The same, or a service."""
        return self.owns(value) or (isinstance(value, str) and value.endswith(_SERVICES))

    def _elsewhere(self, value: Any) -> Iterator[str]:
        text = blanked(value, "*") if isinstance(value, str) else ""
        foreign = set(_ACCOUNT.findall(text)) - self._own
        others = [one for one in sorted(foreign) if not (one in self._aws and self._met(one))]
        if others:
            known = str(shown(value))  # else it is text, which may hold a secret
            yield known if _REFERENCE.fullmatch(known) else ", ".join(others)


def _conditions(raw: Any) -> Iterator[tuple[str, str, list[Any]]]:
    """Operator, key in small letters, and values."""
    for operator, block in raw.items() if isinstance(raw, dict) else ():
        for key, values in block.items() if isinstance(block, dict) else ():
            yield operator, key.lower(), as_list(values)


def _names(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, dict) else [value]


def _issuer(value: Any) -> str:
    """As the provider's ARN tells: a host, or the name of a SAML provider."""
    text = str(shown(value))
    return text.rpartition("-provider/")[2] or text


def _certificate(name: str) -> str:
    return "whoever has a certificate of it" if name.startswith("-----BEGIN") else name


def _few(names: Iterator[str] | Any) -> str | None:
    found = [_certificate(name) for name in dict.fromkeys(names)]
    if not found:
        return None
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return (", ".join(found[:3]))[:300] + more
