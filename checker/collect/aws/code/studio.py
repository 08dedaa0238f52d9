"""SageMaker Studio: own images, in which notebooks run, and in which image each application does,
another account's perhaps; notebook instances have AWS's alone.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppDetails.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.code.sagemaker import GONE
from checker.collect.aws.code.uses import CONTAINER, Uses, code_use, digest_of
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, own_arn
from checker.snapshot.code_uses import CodeUse

_UNMADE = frozenset({"CREATING", "CREATE_FAILED", "DELETING"})
IMAGES = Call("sagemaker", "ListImages", "Images", {"MaxResults": 100}, sparse=True)
VERSIONS = Call(
    "sagemaker", "ListImageVersions", "ImageVersions", {"MaxResults": 100},
    when="image of Studio", gone=GONE, sparse=True,
)  # fmt: skip
VERSION = Call(
    "sagemaker", "DescribeImageVersion", has="ImageArn", when="version of an image of Studio",
    gone=GONE, sparse=True,
)  # fmt: skip


APPS = Call("sagemaker", "ListApps", "Apps", {"MaxResults": 100}, sparse=True)
_OVER = ("Deleted", "Deleting", "Failed")


class Resources(Shape, frozen=True):
    """`sage_maker_image_version_arn`: what runs, of the image."""

    sage_maker_image_arn: str | None = None
    sage_maker_image_version_arn: str | None = None


class App(Shape, frozen=True):
    """One of a user or of a space."""

    app_name: str
    app_type: str = ""
    domain_id: str = ""
    user_profile_name: str | None = None
    space_name: str | None = None
    status: str | None = None
    resource_spec: Resources = Resources()

    @property
    def image(self) -> str | None:
        """None for one that has the default of its type, which is AWS's."""
        told = self.resource_spec
        return told.sage_maker_image_version_arn or told.sage_maker_image_arn


class ImageName(Shape, frozen=True):
    image_name: str


class ImageVersion(Shape, frozen=True):
    version: int
    image_version_status: str | None = None


class Image(Shape, frozen=True):
    """`base_image`: as it was given; `container_image`: what it was then."""

    image_arn: str
    base_image: str | None = None
    container_image: str | None = None


@dataclass(frozen=True)
class StudioImages:
    kinds: ClassVar = (CONTAINER,)
    calls: ClassVar = (IMAGES, VERSIONS, VERSION)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if CONTAINER in wanted:
            for found in surviving(here, lambda one: one.items(IMAGES, ImageName), _of_image):
                yield from found


def _of_image(here: AccountRegion, image: ImageName) -> list[CodeUse]:
    def listed(here: AccountRegion) -> list[ImageVersion]:
        found = Reading(here).items(VERSIONS, ImageVersion, ImageName=image.image_name) or ()
        return [one for one in found if one.image_version_status not in _UNMADE]

    def read(here: AccountRegion, one: ImageVersion) -> list[CodeUse]:
        asked = {"ImageName": image.image_name, "Version": one.version}
        found = Reading(here).get(VERSION, Image, **asked)
        return [] if found is None else _of_version(here, found, one.version)

    return [use for found in surviving(here, listed, read) for use in found]


def _of_version(here: AccountRegion, image: Image, version: int) -> list[CodeUse]:
    named = image.base_image or image.container_image
    if not named:
        return []
    digest = digest_of(image.container_image)
    return [code_use(here, CONTAINER, image.image_arn, named, f"version {version}", digest)]


def _of_app(here: AccountRegion, app: App) -> Iterator[CodeUse]:
    if app.image:
        owner = app.user_profile_name or app.space_name or "-"
        rest = f"app/{app.domain_id}/{owner}/{app.app_type.lower()}/{app.app_name}"
        arn = own_arn(here, "sagemaker", rest)
        yield code_use(here, CONTAINER, arn, app.image, f"application {app.app_type}")


STUDIO_APPS = Uses(
    kinds=(CONTAINER,),
    listing=APPS,
    item=App,
    keep=lambda one: one.status not in _OVER,
    named=_of_app,
)
