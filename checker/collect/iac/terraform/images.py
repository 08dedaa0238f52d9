"""Images of a plan: who uses them, who published them, and look-ups that anybody can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.image_names import Named, named, publish
from checker.collect.iac.records import Found, Target
from checker.collect.iac.ssm import parameter_of, published
from checker.collect.iac.terraform.planned import Json, Plan, Planned, as_objects
from checker.collect.iac.terraform.references import References
from checker.collect.iac.terraform.sources import Sources
from checker.collect.iac.unknown import is_unresolved, shown, wholly
from checker.snapshot.records import Ancestor, Image, ImageUse

USES: dict[str, tuple[str, tuple[str, ...]]] = {
    "aws_instance": ("instance", ("ami",)),
    "aws_spot_instance_request": ("spot-instance-request", ("ami",)),
    "aws_launch_template": ("launch-template", ("image_id",)),
    "aws_launch_configuration": ("launch-configuration", ("image_id",)),
    "aws_autoscaling_group": ("auto-scaling-group", ("image_id",)),
    "aws_spot_fleet_request": ("spot-fleet", ("ami", "image_id")),
    "aws_ec2_fleet": ("fleet", ("image_id",)),
    "aws_batch_compute_environment": ("batch", ("image_id", "image_id_override")),
    "aws_emr_cluster": ("emr-cluster", ("custom_ami_id",)),
    "aws_emr_instance_fleet": ("emr-fleet", ("custom_ami_id",)),
    "aws_emr_instance_group": ("emr-group", ("custom_ami_id",)),
    "aws_imagebuilder_image_recipe": ("image-recipe", ("parent_image",)),
    "aws_imagebuilder_container_recipe": ("container-recipe", ("image",)),
    "aws_cloud9_environment_ec2": ("cloud9", ("image_id",)),
    "aws_codebuild_fleet": ("codebuild-fleet", ("image_id",)),
    "aws_opsworks_instance": ("opsworks", ("ami_id",)),
    "aws_rds_custom_db_engine_version": ("custom-engine", ("source_image_id",)),
    "aws_ami_copy": ("image-copy", ("source_ami_id",)),
}
"""Type → kind of use, and the attributes that name an image, however deep they stand."""
BEANSTALK = ("aws_elastic_beanstalk_environment", "aws_elastic_beanstalk_configuration_template")
MAKERS = ("aws_ami", "aws_ami_copy", "aws_ami_from_instance", "aws_imagebuilder_image")
"""Types that make an own image."""
_BLOCKS = (
    "launch_specification", "compute_resources", "ec2_configuration", "launch_template_config",
    "mixed_instances_policy", "override", "overrides", "setting", "all_settings",
    "instance_type_configs", "core_instance_fleet", "master_instance_fleet",
)  # fmt: skip
"""Blocks that may name an image; one that is not known may name any."""
_SHARED_WITH = ("account_id", "group", "organization_arn", "organizational_unit_arn")
_PINNING = ("owner-id", "owner-alias", "image-id")
_ANYBODY = re.compile(r"[*?]|^$")


def named_in(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Each attribute of these names, and its value."""
    if isinstance(value, list):
        for one in value:
            yield from named_in(one, keys)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in keys or (key in _BLOCKS and wholly(one) is not None):
                yield key, one
            else:
                yield from named_in(one, keys)


def beanstalk_images(values: Json) -> Iterator[tuple[str, Any]]:
    """https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html"""
    for key in ("setting", "all_settings"):
        if wholly(values.get(key)) is not None:
            yield key, values[key]
        for one in as_objects(values.get(key)):
            if one.get("name") == "ImageId":
                yield "setting", one.get("value")


class PlannedImages:
    def __init__(self, plan: Plan, target: Target, found: Found, sources: Sources) -> None:
        self._plan, self._target, self._found, self._sources = plan, target, found, sources
        self._references = References(plan, target)

    def uses(self, planned: Planned) -> None:
        if planned.type in BEANSTALK:
            kind, values = "beanstalk", list(beanstalk_images(planned.values))
        else:
            kind, keys = USES[planned.type]
            values = list(named_in(planned.values, keys))
        found = [(key, value) for key, value in values if value]
        if not found and "ami" in USES.get(planned.type, ("", ()))[1]:
            found = [] if planned.values.get("launch_template") else [("ami", None)]
        for key, value in found:
            self._use(planned, kind, key, value)

    def _use(self, planned: Planned, kind: str, key: str, value: Any) -> None:
        if value is None or is_unresolved(value):
            references = self._plan.references(planned, key) or [wholly(value) or ""]
            known = self._known(references, planned.module)
            for image_id in known:
                self._record(planned, kind, Named(image_id, references[0]))
            if known:
                return
            via = references[0] or None
        else:
            via = None
        image = named(value, self._target.account)
        if image.image_id is None and via and not parameter_of(str(value)):
            image = Named(None, via)
        publish(self._found, self._target, image)
        self._record(planned, kind, image)

    def _known(self, references: list[str], module: str) -> list[str]:
        """Images that the same plan makes, or looks up by their owner, called by their address
        as nobody can tell their ids yet."""
        images = [one for text in references for one in self._references.planned(text, module)]
        if not images or not all(one.type in MAKERS for one in images):
            return []
        return list(dict.fromkeys(image for one in images for image in _called(one)))

    def _record(
        self, planned: Planned, kind: str, image: Named, owners: tuple[str, ...] | None = None
    ) -> None:
        self._found.image_uses.append(
            ImageUse(
                resource=self._target.arn("ec2", f"{kind}/{planned.address}"),
                kind=kind,
                name=planned.address,
                account=self._target.account,
                region=self._target.region or "",
                image_id=image.image_id,
                via=image.via,
                via_account=image.via_account,
                lookup_owners=owners,
                location=self._sources.place(planned),
            )
        )

    def data(self, data: Planned) -> None:
        """What was looked up while planning tells who published it."""
        if data.type == "aws_ami":
            self._looked_up(data)
        elif data.type == "aws_ssm_parameter":
            value = _text(data.values.get("value")) or _text(data.values.get("insecure_value"))
            publisher = published(_text(data.values.get("name")) or "")
            publish(self._found, self._target, Named(value, publisher=publisher))

    def _looked_up(self, data: Planned) -> None:
        self.image(data)
        image_id = _text(data.values.get("id"))
        if unpinned(data.values):
            self._record(data, "image-lookup", Named(image_id, data.address), ())
        elif image_id is None:
            for owner in owners_of(data.values):
                account = self._target.account if owner == "self" else owner
                known: dict[str, Any] = {"owner" if account.isdigit() else "alias": account}
                self._publish(_owned(data.address, owner), **known)

    def image(self, planned: Planned) -> None:
        """An image whose id and owner are known already, or one that is made here."""
        values = planned.values
        image_id, owner = _text(values.get("id")), _text(values.get("owner_id"))
        alias = _text(values.get("image_owner_alias"))
        made = planned.mode != "data"
        if not image_id and not made:
            return
        self._publish(
            image_id or planned.address,
            owner=owner or (self._target.account if made else None),
            alias=alias if alias != owner else None,
            name=_text(values.get("name")),
            public=values.get("public") if isinstance(values.get("public"), bool) else None,
            state=_text(values.get("state")),
            product_codes=_codes(values.get("product_codes")),
            ancestry=self._ancestry(planned),
        )

    def _ancestry(self, planned: Planned) -> tuple[Ancestor, ...] | None:
        """What a copy is made from, and who owns that, where the plan tells."""
        source = _text(planned.values.get("source_ami_id"))
        if source is None:
            return None
        known = [one for one in self._plan.data if one.values.get("id") == source]
        owner = _text(known[0].values.get("owner_id")) if known else None
        region = _text(planned.values.get("source_ami_region"))
        return (Ancestor(image_id=source, region=region, owner=owner),)

    def permission(self, planned: Planned) -> None:
        """An image that is shared, called by the address of the sharing too: that does not vouch
        for what runs the image elsewhere."""
        values = planned.values
        image_id = _text(values.get("image_id")) or "an image that is not known"
        given = [str(shown(values[key])) for key in _SHARED_WITH if values.get(key)]
        self._publish(
            f"{image_id} ({planned.address})",
            owner=self._target.account,
            launch_permissions=tuple(given) or ("an account that is not known",),
            location=self._sources.place(planned),
        )

    def _publish(self, image_id: str, **known: Any) -> None:
        self._found.images.append(
            Image(
                image_id=image_id,
                account=self._target.account,
                region=self._target.region or "",
                **known,
            )
        )


def owners_of(values: Json) -> list[str]:
    """Whose images a look-up considers, where it says so."""
    filters = [one for one in as_objects(values.get("filter"))
               if one.get("name") in ("owner-id", "owner-alias")]  # fmt: skip
    named = values.get("owners") or [text for one in filters for text in one.get("values") or []]
    found = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
    return [] if is_unresolved(named) else found


def _called(one: Planned) -> list[str]:
    """The names of an image: several where a look-up considers several owners."""
    if image_id := _text(one.values.get("id")):
        return [image_id]
    if one.mode == "data":
        pinned = [] if unpinned(one.values) else owners_of(one.values)
        return [_owned(one.address, owner) for owner in pinned]
    return [one.address]


def _owned(address: str, owner: str) -> str:
    return f"{address} ({owner})"


def unpinned(values: Json) -> bool:
    """A look-up by name that takes anybody's image:
    https://securitylabs.datadoghq.com/articles/whoami-a-cloud-image-name-confusion-attack/
    """
    owners = values.get("owners")
    if owners and not _any(owners):
        return False
    return all(
        one.get("name") not in _PINNING or _any(one.get("values"))
        for one in as_objects(values.get("filter"))
    )


def _any(values: Any) -> bool:
    """Whether one of the patterns takes more than it names: owners have no wildcard but these."""
    several = values if isinstance(values, list) else [values]
    return any(isinstance(one, str) and bool(_ANYBODY.search(one)) for one in several)


def _codes(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    found = (one.get("product_code_id") for one in value if isinstance(one, dict))
    return tuple(sorted(code for code in found if isinstance(code, str)))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value and not is_unresolved(value) else None
