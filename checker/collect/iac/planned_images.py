"""Images of a plan: who uses them, who published them, and look-ups that anybody can answer."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.accounting import at
from checker.collect.iac.image_names import image_named
from checker.collect.iac.plan import Plan, Planned, as_objects
from checker.collect.iac.records import Found, Target
from checker.collect.iac.sources import Sources
from checker.collect.iac.ssm import published_by_amazon
from checker.collect.iac.unknown import is_unresolved
from checker.snapshot.records import Image, ImageUse

USES: dict[str, tuple[str, str]] = {
    "aws_instance": ("instance", "ami"),
    "aws_spot_instance_request": ("spot-instance-request", "ami"),
    "aws_launch_template": ("launch-template", "image_id"),
    "aws_launch_configuration": ("launch-configuration", "image_id"),
    "aws_spot_fleet_request": ("spot-fleet", "launch_specification.*.ami"),
    "aws_batch_compute_environment": (
        "batch",
        "compute_resources.*.ec2_configuration.*.image_id_override",
    ),
}
"""Type → kind of use, and where the images' ids stand."""
_PINNING = ("owner-id", "owner-alias", "image-id")


class PlannedImages:
    def __init__(self, plan: Plan, target: Target, found: Found, sources: Sources) -> None:
        self._plan, self._target, self._found, self._sources = plan, target, found, sources

    def uses(self, planned: Planned) -> None:
        kind, path = USES[planned.type]
        values = [one for one in at(planned.values, path.split(".")) if one]
        if not values and path == "ami" and not planned.values.get("launch_template"):
            values = [None]
        for value in values:
            self._use(planned, kind, path, value)

    def _use(self, planned: Planned, kind: str, path: str, value: Any) -> None:
        image_id, via = image_named(value)
        if image_id is None:
            references = self._plan.references(planned, path)
            via = references[0] if references else via
        elif via:
            self._publish(image_id)
        self._record(planned, kind, image_id, via)

    def _record(
        self, planned: Planned, kind: str, image_id: str | None, via: str | None,
        owners: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        self._found.image_uses.append(
            ImageUse(
                resource=self._target.arn("ec2", f"{kind}/{planned.address}"),
                kind=kind,
                name=planned.address,
                account=self._target.account,
                region=self._target.region or "",
                image_id=image_id,
                via=via,
                lookup_owners=owners,
                location=self._sources.place(planned),
            )
        )

    def data(self, data: Planned) -> None:
        """What was looked up while planning tells who published it."""
        if data.type == "aws_ami":
            self.image(data)
            if _unpinned(data.values):
                image_id = _text(data.values.get("id"))
                self._record(data, "image-lookup", image_id, data.address, ())
        elif data.type == "aws_ssm_parameter":
            value = _text(data.values.get("value")) or _text(data.values.get("insecure_value"))
            if value and published_by_amazon(_text(data.values.get("name")) or ""):
                self._publish(value)

    def image(self, planned: Planned) -> None:
        """An image whose id and owner are known already."""
        values = planned.values
        image_id, owner = _text(values.get("id")), _text(values.get("owner_id"))
        if not image_id:
            return
        alias = _text(values.get("image_owner_alias"))
        self._found.images.append(
            Image(
                image_id=image_id,
                account=self._target.account,
                region=self._target.region or "",
                owner=owner,
                alias=alias if alias != owner else None,
                name=_text(values.get("name")),
                public=values.get("public") if isinstance(values.get("public"), bool) else None,
                state=_text(values.get("state")),
                product_codes=_codes(values.get("product_codes")),
            )
        )

    def _publish(self, image_id: str) -> None:
        self._found.images.append(
            Image(
                image_id=image_id,
                account=self._target.account,
                region=self._target.region or "",
                alias="amazon",
            )
        )


def _unpinned(values: dict[str, Any]) -> bool:
    """A look-up by name that takes anybody's image:
    https://securitylabs.datadoghq.com/articles/whoami-a-cloud-image-name-confusion-attack/
    """
    if values.get("owners"):
        return False
    names = [one.get("name") for one in as_objects(values.get("filter"))]
    return not any(name in _PINNING for name in names)


def _codes(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    found = (one.get("product_code_id") for one in value if isinstance(one, dict))
    return tuple(sorted(code for code in found if isinstance(code, str)))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value and not is_unresolved(value) else None
