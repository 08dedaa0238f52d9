"""Systems Manager: the documents that State Manager runs on machines.

One of another account's is named by its ARN. A bare name is our own one's, AWS's where it begins
so, or a vendor's that Systems Manager lists as a third party's: whose it is, is asked. That
somebody shares a document with us runs nothing, and anybody can: it is no use.
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.code.uses import DOCUMENT, Uses, code_use
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, own_arn
from checker.publishers import has_name_alone
from checker.snapshot.code_uses import CodeUse

DESCRIBED = Call(
    "ssm", "DescribeDocument", has="Document", gone=frozenset({"InvalidDocument"}),
    when="document of an association that is named without an account, and not like AWS's own",
)  # fmt: skip
_AMAZON = "Amazon"


class Association(Shape, frozen=True):
    association_id: str
    name: str | None = None
    association_name: str | None = None


class Document(Shape, frozen=True):
    owner: str


class Described(Shape, frozen=True):
    document: Document


def _named(here: AccountRegion, one: Association) -> Iterator[CodeUse]:
    if one.name:
        yield _use(here, one, one.name)


def _use(here: AccountRegion, one: Association, document: str) -> CodeUse:
    called = f"association {one.association_name}" if one.association_name else "association"
    resource = own_arn(here, "ssm", f"association/{one.association_id}")
    return code_use(here, DOCUMENT, resource, document, called)


ASSOCIATIONS = Uses(
    kinds=(DOCUMENT,),
    listing=Call("ssm", "ListAssociations", "Associations", {"MaxResults": 50}),
    item=Association,
    named=_named,
)
"""As a recording has them, which may lack the answer to what is asked of each document."""


@dataclass(frozen=True)
class Documents:
    kinds: ClassVar = (DOCUMENT,)
    calls: ClassVar = (ASSOCIATIONS.listing, DESCRIBED)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if DOCUMENT in wanted:
            called = cache(lambda name: _in_full(here, name))  # each is asked for once
            yield from surviving(
                here, _listed, lambda _, one: _use(here, one, called(one.name or ""))
            )


def _listed(here: AccountRegion) -> list[Association]:
    return [one for one in here.items(ASSOCIATIONS.listing, Association) if one.name]


def _in_full(here: AccountRegion, name: str) -> str:
    """With the account of another, or with none where it is a vendor's; what tells its own owner,
    and AWS's, stays as it is."""
    if not has_name_alone(name):
        return name
    found = Reading(here).get(DESCRIBED, Described, Name=name)
    owner = found.document.owner if found else None
    if owner is None or owner in (here.account, _AMAZON):
        return name
    account = owner if owner.isdigit() else ""
    return f"arn:{here.partition}:ssm:{here.region_name}:{account}:document/{name}"
