"""Systems Manager: the documents that State Manager runs on machines.

One of another account's is named by its ARN. That somebody shares a document with us runs nothing,
and anybody can: it is no use.
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.code.uses import DOCUMENT, Uses, code_use
from checker.collect.aws.resources.reading import own_arn
from checker.snapshot.code_uses import CodeUse


class Association(Shape, frozen=True):
    association_id: str
    name: str | None = None
    association_name: str | None = None


def _named(here: AccountRegion, one: Association) -> Iterator[CodeUse]:
    if one.name:
        called = f"association {one.association_name}" if one.association_name else "association"
        resource = own_arn(here, "ssm", f"association/{one.association_id}")
        yield code_use(here, DOCUMENT, resource, one.name, called)


ASSOCIATIONS = Uses(
    kinds=(DOCUMENT,),
    listing=Call("ssm", "ListAssociations", "Associations", {"MaxResults": 50}),
    item=Association,
    named=_named,
)
