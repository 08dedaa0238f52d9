"""Roles and identity providers of plans, states and folders → records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.collect.aws.saml import entity_id
from checker.collect.iac.records import Found
from checker.collect.iac.resources import Told, merged
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.block_locator import BlockLocator
from checker.collect.iac.terraform.elsewhere import home, recorded
from checker.collect.iac.terraform.made import issuer_of, own_value, text_of
from checker.collect.iac.terraform.planned import Planned
from checker.collect.iac.terraform.trust import PlannedTrust, lets_nobody_in, names_nothing
from checker.collect.iac.trust_document import trust_document
from checker.collect.iac.unknown import shown
from checker.collect.iac.variant import Variant
from checker.snapshot.records import ProviderRecord, Role

_POLICY = "assume_role_policy"
Say = Callable[[Planned, str, str], None]


class PlannedRoles:
    """`doubt`: takes a gap of a role of which only references are told."""

    def __init__(
        self, target: Target, found: Found, locator: BlockLocator, trust: PlannedTrust,
        doubt: Say | None,
    ) -> None:  # fmt: skip
        self._target, self._found, self._locator = target, found, locator
        self._trust, self._doubt = trust, doubt

    def _at(self, planned: Planned) -> Target:
        return recorded(self._target, planned.account)

    def role(self, planned: Planned) -> None:
        place, target = self._locator.place(planned), self._at(planned)
        name = text_of(planned.values.get("name")) or planned.address
        path = text_of(planned.values.get("path")) or "/"
        told, said = self._told(planned)
        at = f"{place.file}:{place.line}: {planned.address}"
        self._found.notes += [f"{at}: {one}" for one in said]
        for variant, trust in merged(told):
            arn = target.arn("iam", f"role{path}{name}")
            self._found.roles.append(
                Role(
                    account=target.account,
                    arn=f"{arn} (if {variant.when})" if variant.when else arn,
                    name=name,
                    path=path,
                    trust_policy=trust.policy,
                    location=place,
                    unresolved=(*trust.unresolved, *said) or None,
                )
            )
        if planned.by_default:
            names = ", ".join(planned.by_default)
            self._found.defaults.append(f"{at}: the default of {names}")
        if said and self._doubt:
            self._doubt(planned, "sources", said[0])

    def _told(self, planned: Planned) -> tuple[list[Told], tuple[str, ...]]:
        """Each trust policy that it may come to, once, and what to say of it."""
        root = self._at(planned).arn("iam", "root")
        found: dict[bytes, Told] = {}
        sayings: list[str] = []
        for one, (value, said) in self._policies_of(planned):
            trust = trust_document(home(value, planned.account, self._target), root)
            found.setdefault(bytes(trust.policy), (Variant({}, one.when), trust))
            sayings += said
        return list(found.values()), tuple(dict.fromkeys(sayings))

    def _policies_of(self, planned: Planned) -> list[tuple[Planned, tuple[Any, tuple[str, ...]]]]:
        """Its trust policies, but for those that no deployment comes to."""
        found = [(one, self._trust.value(one, _POLICY)) for one in planned.outcomes()]
        some = [one for one in found if not lets_nobody_in(one[1][0])]
        return [one for one in some if not names_nothing(one[1][0])] or some or found[:1]

    def oidc(self, planned: Planned) -> None:
        self._provider(planned, "oidc", issuer_of(planned.values))

    def saml(self, planned: Planned) -> None:
        metadata = text_of(planned.values.get("saml_metadata_document"))
        self._provider(planned, "saml", entity_id(metadata) if metadata else None)

    def _provider(self, planned: Planned, kind: Any, issuer: str | None) -> None:
        values = planned.values
        target = self._at(planned)
        arn = text_of(values.get("arn")) or shown(
            own_value(planned.type, planned.address, "arn", values, target)
        )
        record = ProviderRecord(account=target.account, arn=arn, kind=kind, issuer=issuer)
        self._found.providers.append(record)
