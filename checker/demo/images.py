"""Images of the demo's outsiders, and the calls about images that moto lacks."""

from __future__ import annotations

from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from checker.demo.server import Answer, ApiCall, Interceptor


class PublicImage(NamedTuple):
    """An image that somebody else published; `gone` ones were deregistered since."""

    id: str
    name: str
    owner: str
    alias: str | None = None
    product_codes: tuple[str, ...] = ()
    gone: bool = False


AMAZON_LINUX = PublicImage(
    "ami-0a1a2a3a4a5a6a7a8",
    "al2023-ami-2023.6.20250218.2-kernel-6.1-x86_64",
    "137112412989",
    "amazon",
)
FIREWALL = PublicImage(
    "ami-0b1b2b3b4b5b6b7b8",
    "example-firewall-11.2",
    "679593333241",
    "aws-marketplace",
    ("examplefirewall0000000001",),
)
VPN = PublicImage(
    "ami-0c1c2c3c4c5c6c7c8",
    "cheap-vpn-3.0",
    "679593333241",
    "aws-marketplace",
    ("cheapvpn00000000000000002",),
)
# As in the "whoAMI" attack: named like Amazon's, published by somebody else.
LOOK_ALIKE = PublicImage(
    "ami-0d1d2d3d4d5d6d7d8", "al2023-ami-2023.6.20250219.0-kernel-6.1-x86_64", "313131313131"
)
BACKUP_AGENT = PublicImage(
    "ami-0e1e2e3e4e5e6e7e8", "example-backup-agent-3", "777777777777", gone=True
)
FORGOTTEN = "ami-0f1f2f3f4f5f6f7f8"  # nobody knows it any more
PUBLISHED = (AMAZON_LINUX, FIREWALL, VPN, LOOK_ALIKE, BACKUP_AGENT)


def publish(account: str, region: str) -> None:
    """Make the images visible to an account; no call of EC2's can make an image somebody else's."""
    from moto.ec2.models import ec2_backends
    from moto.ec2.models.amis import Ami

    backend = ec2_backends[account][region]
    for image in PUBLISHED:
        if not image.gone:
            ami = Ami(
                backend,
                image.id,
                name=image.name,
                owner_id=image.owner,
                owner_alias=image.alias,
                public=True,
            )
            ami.product_codes = [{"ProductCodeId": code} for code in image.product_codes]
            backend.amis[image.id] = ami


def describe_instance_image_metadata(call: ApiCall) -> Answer | None:
    """An interceptor: what EC2 remembers of the images that instances were launched from."""
    if call.action != "DescribeInstanceImageMetadata":
        return None
    from moto.ec2.models import ec2_backends

    backend = ec2_backends[call.account][call.region]
    items = "".join(
        f"<item><instanceId>{instance.id}</instanceId>"
        f"<imageMetadata>{_metadata(backend, instance.image_id)}</imageMetadata></item>"
        for reservation in backend.reservations.values()
        for instance in reservation.instances
    )
    return _ec2_answer(call, f"<instanceImageMetadataSet>{items}</instanceImageMetadataSet>")


def get_image_ancestry(call: ApiCall) -> Answer | None:
    """An interceptor: images that were made from nothing."""
    return ancestry({})(call)


def ancestry(sources: dict[str, tuple[str, str]]) -> Interceptor:
    """An interceptor: what each image was made from, its id and region."""

    def intercept(call: ApiCall) -> Answer | None:
        if call.action != "GetImageAncestry":
            return None
        image_id, entries = str(call.parameters["ImageId"]), ""
        while image_id:
            source, region = sources.get(image_id, ("", ""))
            entries += f"<item><imageId>{image_id}</imageId>"
            if source:
                entries += f"<sourceImageId>{source}</sourceImageId>"
                entries += f"<sourceImageRegion>{region}</sourceImageRegion>"
            entries += "</item>"
            image_id = source
        return _ec2_answer(call, f"<imageAncestryEntrySet>{entries}</imageAncestryEntrySet>")

    return intercept


def get_allowed_images_settings(call: ApiCall) -> Answer | None:
    """An interceptor: Allowed AMIs as in an account that never heard of it."""
    return allowed_images("disabled")(call)


def allowed_images(state: str) -> Interceptor:
    """An interceptor: the state of Allowed AMIs, everywhere."""

    def intercept(call: ApiCall) -> Answer | None:
        if call.action != "GetAllowedImagesSettings":
            return None
        return _ec2_answer(call, f"<state>{state}</state><managedBy>account</managedBy>")

    return intercept


LACKING = (describe_instance_image_metadata, get_image_ancestry, get_allowed_images_settings)
"""What the emulator lacks, as interceptors."""


def _ec2_answer(call: ApiCall, content: str) -> Answer:
    name = f"{call.action}Response"
    return Answer(200, f"<{name}><requestId>r</requestId>{content}</{name}>")


def _metadata(backend: Any, image_id: str) -> str:
    fields: dict[str, str | None] = {"imageId": image_id}
    gone = next((image for image in PUBLISHED if image.gone and image.id == image_id), None)
    if image_id in backend.amis:
        image = backend.amis[image_id]
        fields |= _fields(image.name, image.owner_id, image.owner_alias, image.state)
        fields["isPublic"] = str(image.is_public).lower()
    elif gone:
        fields |= _fields(gone.name, gone.owner, gone.alias, "deregistered")
        fields["isPublic"] = "false"
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items() if text)


def _fields(name: str, owner: str, alias: str | None, state: str) -> dict[str, str | None]:
    return {"name": name, "imageOwnerId": owner, "imageOwnerAlias": alias, "imageState": state}
