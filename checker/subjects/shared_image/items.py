"""Own images, and the outsiders who may launch them."""

from __future__ import annotations

from collections.abc import Iterable

from checker.check.ledger import Where
from checker.facts.build import known_name, vetting_facts
from checker.facts.images import image_facts
from checker.images.sharing import Grantee, outsiders
from checker.snapshot.records import Image
from checker.subjects.world import Context, place


def check_shared_images(context: Context, images: Iterable[Image]) -> None:
    """Evaluates each own image with each outsider whom its launch permissions let in."""
    for image in images:
        if image.owner == image.account:  # only the owner sees its launch permissions
            for grantee in outsiders(image, context.register):
                _shared(context, image, grantee)


def _shared(context: Context, image: Image, grantee: Grantee) -> None:
    register = context.register
    partition = register.partition
    resource = f"arn:{partition}:ec2:{image.region}:{image.account}:image/{image.image_id}"
    name, named_by = known_name(grantee.id, grantee.standing, register)
    facts = {
        "resource": resource,
        "account": context.account(image.account),
        "region": image.region,
        "image": image_facts(image, image.image_id),
        "grantee": {
            "kind": grantee.kind,
            "id": grantee.id,
            "name": name,
            "named_by": named_by,
            "unit": grantee.unit,
        },
        "vetting": vetting_facts(grantee.standing, register),
    }
    where = Where(
        resource=resource,
        account=image.account,
        account_name=context.account(image.account)["name"],
        region=image.region,
        principal=grantee.id,
        exact=f"{grantee.id} {grantee.unit or ''}".strip(),
        location=place(image.location),
        entry_line=context.line(grantee.standing),
    )
    if grantee.standing.vendor is not None:
        context.parties.vendors.add(grantee.standing.vendor)
    context.ledger.evaluate("image", facts, where)
