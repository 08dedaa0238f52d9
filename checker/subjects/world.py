"""What subjects are made of: a snapshot, and what the allowlist says of whom it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from checker.document import Mark
from checker.facts.build import account_facts
from checker.facts.plain import Facts
from checker.role_trust.guardrails import Guardrails
from checker.role_trust.index import RoleTrustIndex
from checker.role_trust.reader import TrustReader
from checker.role_trust.readings import Names, Reading, as_of
from checker.role_trust.scopes import Scopes, scopes_of
from checker.role_trust.trustees import Trustees
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import RESOURCES, ROLES
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Account, ImageUse, Location, Role
from checker.snapshot.resources import ResourceRecord
from checker.subjects.item import Where, place
from checker.subjects.role_usage.trail import Trail, trail_of
from checker.vetting.register import Register, Standing
from checker.workers import crew, worth_it

if TYPE_CHECKING:  # each imported where a snapshot has such records
    from checker.publishers import Owners, PullThrough
    from checker.resource_trust.reader import Found
    from checker.subjects.image_use.images import Images

_ASKED_ONCE = ("guardrails", "images", "index", "trail", "trustees")


class Judge(Protocol):
    """What policies would say, for who has many things that differ in little."""

    def passes(self, subject: str, facts: Facts) -> bool:
        """Whether none of them says anything of these facts."""

    def reads(self, subject: str, paths: frozenset[tuple[str, ...]]) -> bool:
        """Whether one of them decides by what stands at one of these paths."""


class World:
    """What several subjects ask for is made when the first asks, and once. `counts`: the `roles`,
    `image_uses` and `resources` that were looked at; `aws`: at how many resources each account of
    AWS's own is let in. `live` is False where all of it is code. `judge`: None where
    somebody wants to see each thing."""

    def __init__(
        self, snapshot: Snapshot, register: Register, *, live: bool, judge: Judge | None = None
    ) -> None:
        self.snapshot, self.register, self.live = snapshot, register, live
        self.accounts = {account.id: account for account in snapshot.manifest.accounts}
        self.judge = judge
        self.counts: Counter[str] = Counter()
        self.aws: Counter[str] = Counter()
        self._shown: dict[str, Facts] = {}
        self._entries: dict[int, Mark] = {}

    def readings(self) -> Iterator[tuple[Role, Reading, Names]]:
        """Roles whose trust policy says something of outsiders, or could not be read, with the
        names that its witnesses show; every role where a trail asks who used it. Each is kept in
        the index, if there is one."""
        index = self.index
        reader = TrustReader(self.register, self.scopes, every=index is not None)
        found = self._spread(reader) if index is None else None
        for role, general, names in found or reader.readings(self._roles()):
            reading = as_of(role, general)
            if index is not None:
                index.keep(role, reading)
            yield role, reading, names

    def _spread(self, reader: TrustReader) -> Iterator[tuple[Role, Reading, Names]] | None:
        """The same of a large file, by all cores; None of any other."""
        if not worth_it(self.snapshot.ranges(ROLES)):
            return None
        from checker.role_trust.spread import spread  # what most checks need not load

        return spread(self.snapshot, self.scopes, reader.read, self._count_roles)

    def image_uses(self) -> Iterator[ImageUse]:
        """Uses of images, terminated instances aside."""
        for use in self.snapshot.image_uses():
            if use.state != "terminated":
                self.counts["image_uses"] += 1
                yield use

    def resource_readings(self) -> Iterator[Found]:
        """Resources of which there is something to say."""
        if RESOURCES not in self.snapshot.manifest.files:
            return
        from checker.resource_trust.control_policies import ControlPolicies
        from checker.resource_trust.reader import ResourceReader, known_of_us

        if not worth_it(self.snapshot.ranges(RESOURCES)):
            reader = ResourceReader(self.register, self.snapshot, self.aws)
            yield from reader.found(reader.sieve.noted(self._resources()))
            return
        from checker.resource_trust.spread import Spread  # what most checks need not load

        with crew() as workers:  # which begin while the reader looks what is our own
            us = known_of_us(self.register, ControlPolicies(self.snapshot.manifest))
            spread = Spread(workers, self.snapshot, us)
            reader = ResourceReader(self.register, self.snapshot, self.aws)
            yield from reader.found(spread.noted(reader.sieve.us, self._count_resources))

    @cached_property
    def trustees(self) -> Trustees:
        """Whom resources let in, each looked up once."""
        return Trustees(self.register)

    def code_uses(self) -> Iterator[list[CodeUse]]:
        """Uses of code that others may have published, by the block."""
        for block in self.snapshot.code_uses():
            self.counts["code_uses"] += len(block)
            yield block

    def owners(self, account: str) -> Owners:
        """Whom code is judged for that runs in an account."""
        from checker.publishers import Owners

        own, partition = self.register.own_accounts, self.register.partition
        return Owners(account, own, partition, by_registry=self.pull_through)

    @cached_property
    def pull_through(self) -> dict[tuple[str, str], tuple[PullThrough, ...]]:
        """The rules by which own registries fetch from others, by account and region."""
        from checker.subjects.code_use.rules import pull_through_rules

        return pull_through_rules(self.snapshot)

    @cached_property
    def images(self) -> Images:
        from checker.subjects.image_use.images import Images

        return Images(self.snapshot.images(), self.snapshot.image_settings())

    @cached_property
    def scopes(self) -> Scopes:
        """Who "we" are, as the analysis of trust policies is told it."""
        return scopes_of(self.register, self.snapshot)

    @cached_property
    def guardrails(self) -> Guardrails:
        return Guardrails(self.snapshot.manifest, self.scopes)

    @cached_property
    def trail(self) -> Trail | None:
        """What third parties did; None where nobody looked."""
        return trail_of(self.snapshot, self.register.today)

    @cached_property
    def index(self) -> RoleTrustIndex | None:
        """Whom each role trusts, of the roles that `readings` has yielded; None without a trail."""
        if self.trail is None:
            return None
        listed = bool(self.snapshot.manifest.own_organizations)
        providers = self.snapshot.providers()
        return RoleTrustIndex(self.register, self.trail.roles, providers, listed=listed)

    def forget(self) -> None:
        """Lets go of what the first loop alone asks for."""
        for name in _ASKED_ONCE:
            self.__dict__.pop(name, None)

    def account(self, account: str) -> Facts:
        """The facts of an own account, one object however often it is asked for."""
        facts = self._shown.get(account)
        if facts is None:
            record = self.accounts.get(account) or Account(id=account)
            facts = self._shown[account] = account_facts(record)
        return facts

    def where(
        self, resource: str, account: str, location: Location | None,
        standing: Standing | None = None, **more: Any,
    ) -> Where:  # fmt: skip
        """`standing`: of whom it shows, so that their entry is named; `more`: the rest of Where."""
        return Where(
            resource=resource,
            account=account,
            account_name=self.account(account)["name"],
            location=place(location),
            entry=self.entry(standing) if standing else None,
            **more,
        )

    def at(self, resource: str, account: str | None, region: str | None) -> Where:
        """Of what shows no third party, and may be of no account."""
        name = self.account(account)["name"] if account else None
        return Where(resource=resource, account=account, account_name=name, region=region)

    def entry(self, standing: Standing) -> Mark | None:
        """Where the allowlist's entry behind a standing is."""
        if standing.vendor is None:
            return None
        entry = self._entries.get(standing.vendor)
        if entry is None:
            entry = self.register.allowlist.vendor_mark(standing.vendor)
            self._entries[standing.vendor] = entry
        return entry

    def _roles(self) -> Iterator[list[Role]]:
        for block in self.snapshot.roles():
            self._count_roles(len(block))
            yield block

    def _count_roles(self, more: int) -> None:
        self.counts["roles"] += more

    def _resources(self) -> Iterator[ResourceRecord]:
        for block in self.snapshot.resource_blocks():
            self._count_resources(len(block))
            yield from block

    def _count_resources(self, more: int) -> None:
        self.counts["resources"] += more
