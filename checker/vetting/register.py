"""Who is own, who is vetted, who is neither: the allowlist as a question that can be asked."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from checker.trust import bare, includes
from checker.trust.model import Principal
from checker.vetting.allowlist import Allowlist
from checker.vetting.catalogue import Catalogue, built_in
from checker.vetting.entrances import Entrances, account_of
from checker.vetting.entries import Federation, Vendor, VettedScope

if TYPE_CHECKING:
    from checker.publishers import Publisher

Status = Literal["own", "vetted", "expired", "unlisted"]
By = Literal["own", "account", "alias", "product", "registry"]


class Standing(msgspec.Struct, frozen=True):
    """What the allowlist says of somebody; `vendor` is the index of the entry."""

    status: Status
    vendor: int | None = None
    by: By | None = None


OWN = Standing("own", by="own")
UNLISTED = Standing("unlisted")


class Register:
    """The allowlist, the own organization and the day, ready to look up.

    An entry vets until the end of its day of expiry. Ids are of one partition: an account of
    another partition is another account.
    """

    def __init__(
        self,
        allowlist: Allowlist,
        today: date,
        *,
        own_accounts: frozenset[str] = frozenset(),
        organizations: frozenset[str] = frozenset(),
        partition: str = "aws",
        catalogue: Catalogue | None = None,
        entrances: Entrances | None = None,
    ) -> None:
        file = allowlist.file
        self.allowlist, self.today, self.partition = allowlist, today, partition
        self.catalogue = (catalogue or built_in()).within(partition)
        self.vendors = file.vendors
        self.own_accounts = own_accounts | set(file.organization.accounts)
        self.organizations = organizations | set(file.organization.ids)
        self._entrances = entrances or Entrances()
        self._accounts = _index(self.vendors, "accounts")
        self._organizations = _index(self.vendors, "organizations")
        self._products = _index(self.vendors, "marketplace_products")
        self._registries = _index(self.vendors, "registries")
        self._aliases = frozenset(file.image_aliases)

    def vendor_status(self, index: int) -> Status:
        return "expired" if self.today > self.vendors[index].vetting.expires else "vetted"

    def scope(self, standing: Standing) -> VettedScope | None:
        """What the entry behind a standing vets; None where there is no entry."""
        return None if standing.vendor is None else self.vendors[standing.vendor].scope

    def account(self, account: str | None, partition: str | None = None) -> Standing:
        if account is None or (partition or self.partition) != self.partition:
            return UNLISTED
        if account in self.own_accounts:
            return OWN
        return self._standing(self._accounts.get(account), "account")

    def organization(self, organization: str | None) -> Standing:
        if organization in self.organizations:
            return OWN
        return self._standing(self._organizations.get(organization or ""), None)

    def principal(self, principal: Principal) -> Standing:
        """Whoever a trust policy lets in. Anyone, and whoever cannot be told, is never vetted."""
        if principal.kind in ("account", "principal"):
            return self.account(principal.account, principal.partition)
        if principal.kind == "organization":
            return self.organization(principal.organization)
        if principal.kind == "federated":
            return self._federated(principal)
        if principal.kind == "service":
            return self._service(principal.source)
        return UNLISTED

    def told(self, principal: Principal) -> Principal:
        """Who is behind a principal, where own records tell: a trust anchor's authority."""
        return self._entrances.told(principal)

    def takes_guests(self, principal: Principal) -> bool:
        """Whether anybody gets in as a guest of an own identity pool, whoever vetted that."""
        return self._entrances.takes_guests(principal)

    def product(self, codes: tuple[str, ...]) -> Standing:
        """A marketplace image: vetted when each of its product codes is."""
        standings = [self._standing(self._products.get(code), "product") for code in codes]
        return max(standings, key=_doubt, default=UNLISTED)

    def alias(self, alias: str | None) -> Standing:
        return Standing("vetted", by="alias") if alias in self._aliases else UNLISTED

    def publisher(self, publisher: Publisher) -> Standing:
        """Who publishes code. AWS itself is nobody's third party; a host vets all who publish there
        where an entry names the host alone, which it may not where anybody does."""
        if publisher.kind in ("own", "aws"):
            return OWN
        if publisher.kind == "account":
            return self.account(publisher.account, publisher.partition or None)
        named = publisher.id or ""
        if publisher.kind in ("marketplace", "publisher") and named in self._products:
            return self.product((named,))  # code does not tell who of them sells
        vendor = self._registries.get(named, self._registries.get(named.partition("/")[0]))
        return self._standing(vendor, "registry")

    def _standing(self, vendor: int | None, by: By | None) -> Standing:
        return UNLISTED if vendor is None else Standing(self.vendor_status(vendor), vendor, by)

    def _service(self, source: str | None) -> Standing:
        """AWS itself is nobody's third party; a service acting for somebody is that somebody."""
        if source is None:
            return OWN
        return self.organization(source) if source.startswith("o-") else self.account(source)

    def _federated(self, principal: Principal) -> Standing:
        """By its name or, of a trust anchor, by who is behind it."""
        named = (principal, self.told(principal))
        own = self.allowlist.file.organization.federation
        if any(vets(entry, one) for entry in own for one in named):
            return OWN
        if self._entrances.own_pool(principal):
            return OWN
        found = [
            self._standing(i, None) for i, e in self._federation() if any(vets(e, p) for p in named)
        ]
        found += [self.account(account) for one in named if (account := account_of(one.provider))]
        return min(found, key=_doubt, default=UNLISTED)

    def _federation(self) -> Iterator[tuple[int, Federation]]:
        for index, vendor in enumerate(self.vendors):
            for entry in vendor.federation:
                yield index, entry


def vets(entry: Federation, principal: Principal) -> bool:
    """Whether all that the principal's claims let in lies within what the entry vets.

    Names of claims have no case. Values have, but where the trust policy compares them without.
    """
    if principal.provider is None or bare(entry.issuer) != bare(principal.provider):
        return False
    claims = {name.lower(): (name, asked) for name, asked in (principal.claims or {}).items()}
    return all(
        _claim_within(*claims.get(name.lower(), (name, ())), vetted, principal.caseless)
        for name, vetted in entry.claims.items()
    )


def _claim_within(
    name: str, asked: tuple[str, ...], vetted: tuple[str, ...], caseless: Container[str]
) -> bool:
    if name in caseless:
        asked, vetted = tuple(map(str.lower, asked)), tuple(map(str.lower, vetted))
    return asked != () and all(any(includes(outer, one) for outer in vetted) for one in asked)


def _doubt(standing: Standing) -> int:
    return ("own", "vetted", "expired", "unlisted").index(standing.status)


def _index(vendors: tuple[Vendor, ...], key: str) -> Mapping[str, int]:
    return {value: index for index, vendor in enumerate(vendors) for value in getattr(vendor, key)}
