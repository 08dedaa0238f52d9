"""Roles and providers of a template → records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from checker.collect.aws.saml import entity_id
from checker.collect.iac.records import Found
from checker.collect.iac.sam import KINDS, TRUST, roles_made
from checker.collect.iac.stack import OIDC, Stack
from checker.collect.iac.trust_document import TrustDocument, trust_document
from checker.collect.iac.unknown import is_unresolved, shown
from checker.collect.iac.variant import Variant
from checker.snapshot.records import Location, ProviderRecord, Role
from checker.trust.document.decode import as_list

Place = Callable[[str], Location]
Told = tuple[Variant, TrustDocument]
_READ = ("AWS::IAM::Role", "AWS::IAM::SAMLProvider", *OIDC, *KINDS)
KEYS = (TRUST, "RoleName", "Path", "Role", "Events", "Url", "Name", "SamlMetadataDocument")
"""The properties that tell of roles and providers."""


class RoleReader:
    """Turns the roles and providers of one stack into records."""

    def __init__(self, stack: Stack, found: Found, place: Place) -> None:
        self._stack, self._found, self._place = stack, found, place
        self._target = stack.target

    def reads(self, kind: str) -> bool:
        return kind in _READ

    def read(self, name: str, kind: str, variants: list[Variant]) -> None:
        if kind == "AWS::IAM::Role":
            self._role(name, variants, name)
        elif kind in KINDS:
            for role, made in roles_made(name, kind, variants):
                self._role(role, made, name)
        else:
            for variant in variants:
                self._provider(name, kind, variant.properties)

    def _role(self, role: str, variants: list[Variant], written_at: str) -> None:
        root = self._target.arn("iam", "root")
        told = [(one, trust_document(one.properties.get(TRUST), root)) for one in variants]
        for variant, trust in merged(told):
            name, path = self._stack.role_name(role, variant.properties)
            arn = self._target.arn("iam", f"role{path}{name}")
            place = self._place(written_at)
            self._found.roles.append(
                Role(
                    account=self._target.account,
                    arn=f"{arn} (if {variant.when})" if variant.when else arn,
                    name=name,
                    path=path,
                    trust_policy=trust.policy,
                    location=place,
                    unresolved=trust.unresolved or None,
                )
            )
            for default in self._defaults(variant):
                self._found.defaults.append(f"{place.file}:{place.line}: {name}: {default}")

    def _defaults(self, variant: Variant) -> Iterator[str]:
        """Parameters whose default names, narrows or chooses who is let in: whoever deploys may
        say otherwise."""
        for name in sorted(variant.by_default.get(TRUST, ())):
            default = self._stack.parameters.default(name)
            texts = as_list(default)
            if default and all(isinstance(one, str) for one in texts):
                yield self._stack.parameters.said(name)

    def _provider(self, name: str, kind: str, given: dict[str, Any]) -> None:
        arn = self._stack.provider_arn(kind, name, given)
        if kind in OIDC:
            issuer = None if is_unresolved(arn) else arn.partition(":oidc-provider/")[2]
        else:
            metadata = given.get("SamlMetadataDocument")
            issuer = entity_id(metadata) if isinstance(metadata, str) else None
            issuer = None if is_unresolved(issuer) else issuer
        self._found.providers.append(
            ProviderRecord(
                account=self._target.account,
                arn=shown(arn),
                kind="oidc" if kind in OIDC else "saml",
                issuer=issuer or None,
            )
        )


def merged(told: list[Told]) -> list[Told]:
    """One record for what may be by default, and one for each thing else that adds to it.

    Beside a Deny statements cannot be moved from one policy to another: all stay whole.
    """
    if len(told) < 2 or any(_is_whole(trust) for _, trust in told):
        return told
    seen: list[Any] = []
    result: list[Told] = []
    for when in dict.fromkeys(sorted((v.when for v, _ in told), key=lambda one: one or "")):
        alike = [(variant, trust) for variant, trust in told if variant.when == when]
        found = [s for _, trust in alike for s in _statements(trust)]
        added = [one for at, one in enumerate(found) if one not in seen and one not in found[:at]]
        notes = dict.fromkeys(note for _, trust in alike for note in trust.unresolved)
        if added or not result:
            document = {**json.loads(bytes(alike[0][1].policy)), "Statement": added}
            text = msgspec.json.encode(document, order="sorted")
            result.append((alike[0][0], TrustDocument(msgspec.Raw(text), tuple(notes))))
        seen += added
    return result


def _is_whole(trust: TrustDocument) -> bool:
    statements = _statements(trust)
    return not statements or any(one.get("Effect") != "Allow" for one in statements)


def _statements(trust: TrustDocument) -> list[dict[str, Any]]:
    """Its statements; none where one of them is no object."""
    document = json.loads(bytes(trust.policy))
    raw = document.get("Statement") if isinstance(document, dict) else None
    several = as_list(raw)
    found = [one for one in several if isinstance(one, dict)]
    return found if len(found) == len(several) else []
