"""A resource with a guardrail behind its policy, analysed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from checker.access import Access, Resource, analyze_resource
from checker.access.kinds import kind_of
from checker.access.statements import decoded
from checker.enforce.limits import Document
from checker.enforce.negation import refused_alone
from checker.resource_trust.own import ours, own_things
from checker.resource_trust.records import resource_of
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceRecord
from checker.trust import Problem
from checker.trust.document.decode import as_list
from checker.vetting.register import Register


class ResourceBench:
    """Knows what else of a snapshot is our own."""

    def __init__(self, register: Register, snapshot: Snapshot) -> None:
        self._today: date = register.today
        self._things = own_things(snapshot)
        self._ours = ours(register, self._things)

    @property
    def oais(self) -> frozenset[str]:
        """Our own origin access identities."""
        return self._ours.oais

    def resource(self, record: ResourceRecord) -> tuple[Resource, tuple[Problem, ...]]:
        """With its access points; and what of it is in no form that is known."""
        found, problems = resource_of(record)
        return self._things.with_points(found), problems

    def before(self, resource: Resource) -> Access:
        return analyze_resource(resource, self._ours, self._today)

    def behind(self, resource: Resource, statements: Iterable[Document]) -> Access | None:
        """With all that the statements refuse; None where its policy cannot be read."""
        return self._beside(resource, list(statements))

    def refused(
        self, resource: Resource, statement: Document, right: Iterable[Document] = ()
    ) -> Access | None:
        """Whom a statement refuses of those whom a policy lets in, and not `right`."""
        return self._beside(resource, [*refused_alone(statement), *right])

    def _beside(self, resource: Resource, denials: list[Document]) -> Access | None:
        implicit = kind_of(resource.kind, resource.arn).implicit
        about = {} if implicit else {"Resource": "*"}
        plain = [{k: v for k, v in one.items() if k != "Resource"} | about for one in denials]
        document = _merged(resource.document, plain)
        points = [
            msgspec.structs.replace(one, policy=_merged(one.policy, plain))
            for one in resource.settings.access_points or ()
        ]
        if document is None and resource.document is not None:
            return None
        if any(one.policy is None and point.policy is not None for one, point in
               zip(points, resource.settings.access_points or (), strict=True)):  # fmt: skip
            return None
        settings = msgspec.structs.replace(
            resource.settings, access_points=points if points else resource.settings.access_points
        )
        changed = msgspec.structs.replace(resource, document=document, settings=settings)
        return analyze_resource(changed, self._ours, self._today)


def _merged(text: Any, denials: list[Document]) -> Document | None:
    """The policy with the denials; None where there is none, or none that can be read."""
    policy = decoded(text)
    if not isinstance(policy, dict) or not isinstance(policy.get("Statement"), list | dict):
        return None
    mine = as_list(policy["Statement"])
    return policy | {"Statement": [*mine, *denials]}
