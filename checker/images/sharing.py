"""With whom an own image is shared, by its launch permissions.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from checker.snapshot.records import Image
from checker.vetting.register import UNLISTED, Register, Standing


class Grantee(msgspec.Struct, frozen=True):
    """`id`: `*`, an account or an organization, else the text as it stands; `unit` narrows an
    organization to one of its units."""

    kind: Literal["anyone", "account", "organization", "unknown"]
    id: str
    unit: str | None = None
    standing: Standing = UNLISTED


def outsiders(image: Image, register: Register) -> Iterator[Grantee]:
    """Everybody outside who may launch an own image; of the others' images nobody can tell."""
    if register.account(image.owner).status != "own":
        return
    permissions = image.launch_permissions or ()
    if image.public and "all" not in permissions:
        permissions = ("all", *permissions)
    for text in permissions:
        grantee = _grantee(text, register)
        if grantee.standing.status != "own":
            yield grantee


def _grantee(text: str, register: Register) -> Grantee:
    if text == "all":
        return Grantee("anyone", "*")
    if len(text) == 12 and text.isdigit():
        return Grantee("account", text, standing=register.account(text))
    kind, *ids = text.rpartition(":")[2].split("/")
    if kind in ("organization", "ou") and ids:
        unit = ids[-1] if kind == "ou" else None
        return Grantee("organization", ids[0], unit, register.organization(ids[0]))
    return Grantee("unknown", text)
