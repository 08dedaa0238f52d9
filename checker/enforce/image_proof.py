"""Which images in use could be launched no more.

Allowed AMIs stop launches, not what runs; so each use is judged as a launch that is to come.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from checker.enforce.criteria import Criterion
from checker.enforce.doubt import Doubt
from checker.images.publisher import publisher_of, standing_of
from checker.snapshot.records import Image, ImageUse
from checker.trust import includes
from checker.vetting.register import Register, Standing
from checker.vetting.scope import image_beyond_scope

BEYOND = "the list vets it for less: {}"
ALLOWED = (
    "a criterion allows it: of a vendor vetted for another account, or one of its product codes"
)
UNKNOWN = "nobody knows who published {}, and so whether it would be allowed"
UNNAMED = "the name of {} is not known, which a criterion asks for"


class Use(msgspec.Struct, frozen=True, omit_defaults=True):
    """One use of an image. `id`: who published it."""

    resource: str
    account: str
    region: str
    image: str | None
    id: str | None
    status: str
    name: str | None = None
    reason: str | None = None


class ImageProof(msgspec.Struct):
    """As the proof of roles; `uses` were looked at, `kept` of them are vetted and allowed."""

    cuts: list[Use] = []
    closes: list[Use] = []
    left: list[Use] = []
    doubts: list[Doubt] = []
    uses: int = 0
    kept: int = 0


def allows(some: Iterable[Criterion], image: Image, account: str) -> bool | None:
    """Whether an image may be launched in an account; None where that cannot be told."""
    if image.owner == account:
        return True
    answers = [_fits(one, image) for one in some]
    return True if True in answers else None if None in answers else False


def _fits(one: Criterion, image: Image) -> bool | None:
    found = [
        _any_of(one.providers, tuple(x for x in (image.owner, image.alias) if x)),
        _any_of(one.products, image.product_codes),
        _named(one.names, image.name),
    ]
    return False if False in found else None if None in found else True


def _any_of(wanted: tuple[str, ...], there: tuple[str, ...] | None) -> bool | None:
    """None: what is there is not known."""
    if not wanted:
        return True
    return None if there is None else not set(wanted).isdisjoint(there)


def _named(wanted: tuple[str, ...], name: str | None) -> bool | None:
    if not wanted:
        return True
    return None if name is None else any(includes(pattern, name) for pattern in wanted)


class ImageProver:
    """`register`: who is vetted."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self.proof = ImageProof()

    def look(self, use: ImageUse, image: Image | None, some: Iterable[Criterion] | None) -> None:
        """`some`: the criteria where it is used; None: nothing is said there."""
        proof = self.proof
        proof.uses += 1
        publisher = publisher_of(image, self._register)
        if image is None or publisher.kind == "unknown":
            proof.doubts.append(Doubt(use.resource, UNKNOWN.format(use.image_id or "its image")))
            return
        standing = standing_of(publisher, image, self._register)
        status, beyond = self._status(standing, image, use)
        allowed = True if some is None else allows(some, image, use.account)
        if allowed is None:
            proof.doubts.append(Doubt(use.resource, UNNAMED.format(use.image_id)))
            return
        vetted = status in ("own", "vetted")
        found = self._found(use, publisher.id, status, standing)
        if vetted:
            proof.kept += allowed
            proof.cuts += [] if allowed else [found]
        elif allowed:
            reason = _why(beyond)
            proof.left.append(msgspec.structs.replace(found, reason=reason))
        else:
            proof.closes.append(found)

    def _status(
        self, standing: Standing, image: Image, use: ImageUse
    ) -> tuple[str, tuple[str, ...]]:
        if standing.vendor is None or standing.status != "vetted":
            return standing.status, ()
        scope = self._register.vendors[standing.vendor].scope
        found = image_beyond_scope(
            scope, image_name=image.name, image_id=use.image_id, account=use.account
        )
        beyond = tuple(found)
        return ("out-of-scope" if beyond else standing.status), beyond

    def _found(self, use: ImageUse, who: str | None, status: str, standing: Standing) -> Use:
        vendor = standing.vendor
        return Use(
            resource=use.resource,
            account=use.account,
            region=use.region,
            image=use.image_id,
            id=who,
            status=status,
            name=self._register.vendors[vendor].name if vendor is not None else None,
        )


def _why(beyond: tuple[str, ...]) -> str:
    return BEYOND.format("; ".join(beyond)) if beyond else ALLOWED
