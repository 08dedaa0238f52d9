"""What names an image: directly, through a launch template, or through a parameter.

Sources yield references as they find them; `image_uses` follows them to images.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Shape
from checker.snapshot.records import ImageUse

LATEST, DEFAULT = "$Latest", "$Default"


class TemplateRef(NamedTuple):
    """A version of a launch template, by the template's id or name."""

    key: str
    version: str = DEFAULT

    def __str__(self) -> str:
        return f"launch template {self.key} version {self.version}"


def template_ref(
    template_id: str | None, name: str | None, version: str | None
) -> TemplateRef | None:
    """A version of a template, which AWS's services name by id or name; none is the default."""
    key = template_id or name
    return TemplateRef(key, version or DEFAULT) if key else None


class TemplateSpecification(Shape, frozen=True):
    """How AWS's services name a version of a launch template; no version is the default one."""

    launch_template_id: str | None = None
    launch_template_name: str | None = None
    version: str | None = None

    def ref(self) -> TemplateRef | None:
        return template_ref(self.launch_template_id, self.launch_template_name, self.version)


class TemplateOverride(Shape, frozen=True):
    """Instead of what the template says: another image, or another template."""

    image_id: str | None = None
    launch_template_specification: TemplateSpecification = TemplateSpecification()


class TemplateConfig(Shape, frozen=True):
    """A template and what is overridden in it, as groups and fleets have it."""

    launch_template_specification: TemplateSpecification = TemplateSpecification()
    overrides: tuple[TemplateOverride, ...] = ()


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that launches, or would launch, an image: as an ImageUse, not followed yet.

    `image` is an id or a `resolve:ssm:` alias, empty where it could not be told. `template`: the
    template that names the image.
    `defines`: the version that this very resource is, a launch template's.
    """

    resource: str
    kind: str
    name: str | None = None
    state: str | None = None
    image: str | None = None
    template: TemplateRef | None = None
    via: str | None = None
    product_codes: tuple[str, ...] = ()
    defines: tuple[TemplateRef, ...] = ()


def launches(base: Reference, config: TemplateConfig) -> Iterator[Reference]:
    """A group's or fleet's template, and what it overrides, each once."""
    found = [_named(base, config.launch_template_specification)]
    for override in config.overrides:
        found.append(_named(base, override.launch_template_specification))
        if override.image_id:
            found.append(msgspec.structs.replace(base, image=override.image_id, via="override"))
    yield from dict.fromkeys(one for one in found if one is not None)


def _named(base: Reference, specification: TemplateSpecification) -> Reference | None:
    ref = specification.ref()
    return msgspec.structs.replace(base, template=ref) if ref else None


def to_uses(account_region: AccountRegion, references: Iterable[Reference]) -> list[ImageUse]:
    """References whose image stands in them now; those to none at all are of no interest."""
    return [
        ImageUse(
            resource=one.resource,
            kind=one.kind,
            name=one.name,
            state=one.state,
            account=account_region.account,
            region=account_region.region_name,
            image_id=one.image or None,
            via=one.via,
            product_codes=one.product_codes,
        )
        for one in references
        if one.image is not None or one.template
    ]


def arn(account_region: AccountRegion, service: str, resource: str) -> str:
    place = f"{account_region.region}:{account_region.account}"
    return f"arn:{account_region.partition}:{service}:{place}:{resource}"
