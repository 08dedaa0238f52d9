"""Launch templates: the images that they name, and that those who use them therefore launch.

One paged call gives the default and the latest version of every template. A version that is
neither, but pinned by somebody, costs a call for its template, and so does every template with
`--all-template-versions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.ec2 import MANAGED
from checker.collect.aws.references import DEFAULT, LATEST, Reference, TemplateRef, arn

VERSIONS = Call(
    "ec2",
    "DescribeLaunchTemplateVersions",
    "LaunchTemplateVersions",
    {"MaxResults": 200} | MANAGED,
    # a template or version that is gone launches nothing; whoever names it is told of unresolved
    nothing=frozenset(
        (
            "InvalidLaunchTemplateId.NotFound",
            "InvalidLaunchTemplateName.NotFoundException",
            "InvalidLaunchTemplateId.VersionNotFound",
        )
    ),
)


class TemplateData(Shape, frozen=True):
    image_id: str | None = None


class TemplateVersion(Shape, frozen=True):
    launch_template_id: str
    launch_template_name: str | None = None
    version_number: int = 0
    default_version: bool = False
    launch_template_data: TemplateData = TemplateData()


def launch_templates(account_region: AccountRegion) -> Iterator[Reference]:
    """The default and the latest version of each template; all, where that was asked for."""
    found = list(account_region.items(VERSIONS, TemplateVersion, Versions=[LATEST, DEFAULT]))
    latest = _latest(found)
    known = {(one.launch_template_id, one.version_number) for one in found}
    if account_region.options.all_template_versions:
        for template in sorted(id_ for id_, number in latest.items() if number > 1):
            every = account_region.items(VERSIONS, TemplateVersion, LaunchTemplateId=template)
            found += [v for v in every if (template, v.version_number) not in known]
    yield from dict.fromkeys(_reference(account_region, version, latest) for version in found)


def follow(account_region: AccountRegion, references: Iterable[Reference]) -> list[Reference]:
    """Puts the template's image in the place of each template; None where it cannot be told."""
    listed = list(references)
    images = _images(listed)
    missing = {one.template for one in listed if one.template and one.template not in images}
    images |= _images(_pinned(account_region, missing))
    return [_followed(one, images) for one in listed]


def _followed(one: Reference, images: dict[TemplateRef, str | None]) -> Reference:
    if one.template is None:
        return one
    told = one.template in images
    return msgspec.structs.replace(
        one,
        image=images.get(one.template),
        via=str(one.template),
        template=None if told else one.template,
    )


def _images(references: Iterable[Reference]) -> dict[TemplateRef, str | None]:
    return {ref: one.image for one in references for ref in one.defines}


def _pinned(account_region: AccountRegion, missing: Iterable[TemplateRef]) -> Iterator[Reference]:
    """Versions that are neither default nor latest: a call for each template."""
    wanted: dict[str, list[str]] = {}
    for ref in sorted(ref for ref in missing if ref.version):  # launch configurations have none
        wanted.setdefault(ref.key, []).append(ref.version)
    for key, versions in wanted.items():
        by = "LaunchTemplateId" if key.startswith("lt-") else "LaunchTemplateName"
        for version in account_region.items(
            VERSIONS, TemplateVersion, **{by: key}, Versions=versions
        ):
            yield _reference(account_region, version, {})


def _latest(versions: Iterable[TemplateVersion]) -> dict[str, int]:
    latest: dict[str, int] = {}
    for one in versions:
        number = max(one.version_number, latest.get(one.launch_template_id, 0))
        latest[one.launch_template_id] = number
    return latest


def _reference(
    account_region: AccountRegion, one: TemplateVersion, latest: dict[str, int]
) -> Reference:
    number = str(one.version_number)
    names = [number] + [DEFAULT] * one.default_version
    names += [LATEST] * (latest.get(one.launch_template_id) == one.version_number)
    keys = [key for key in (one.launch_template_id, one.launch_template_name) if key]
    return Reference(
        resource=arn(account_region, "ec2", f"launch-template/{one.launch_template_id}"),
        kind="launch-template",
        name=one.launch_template_name,
        image=one.launch_template_data.image_id,
        via=f"version {number}",
        defines=tuple(TemplateRef(key, name) for key in keys for name in names),
    )
