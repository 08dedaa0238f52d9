"""What is known of the images in use, from wherever it is known."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from checker.snapshot.records import Image, ImageSettings, ImageUse


class Images:
    """By account, region and id; and by region and id alone, as one account may know the owner
    or the ancestry of an image that another cannot see (an image id is unique in its region).
    `shared`: those that their owner sees, and lets others launch."""

    def __init__(self, images: Iterable[Image], settings: Iterable[ImageSettings] = ()) -> None:
        self._seen: dict[tuple[str, str, str | None], Image] = {}
        self._owned: dict[tuple[str, str | None], Image] = {}
        self._walked: dict[tuple[str, str | None], Image] = {}
        self.shared: list[Image] = []
        self._settings = {
            (setting.account, setting.region): setting.allowed_images for setting in settings
        }
        for image in images:
            here = (image.region, image.image_id)
            if image.owner is not None:
                self._owned.setdefault(here, image)
            if image.ancestry is not None:
                self._walked.setdefault(here, image)
            if image.owner == image.account and (image.public or image.launch_permissions):
                self.shared.append(image)
            self._see(image, self._owned.get(here))

    def _see(self, image: Image, owned: Image | None) -> None:
        """What an account sees as another one does is kept once: ten thousand may run an image."""
        key = (image.account, image.region, image.image_id)
        if owned is not None and replace(image, account=owned.account) == owned:
            self._seen.pop(key, None)
        else:
            self._seen[key] = image

    def of(self, use: ImageUse) -> Image | None:
        """What is known of the image, from wherever it is known."""
        image = self._described(use)
        if not use.product_codes or (image and image.product_codes):
            return image
        plain = Image(image_id=use.image_id or "", account=use.account, region=use.region)
        return replace(image or plain, product_codes=use.product_codes)

    def _described(self, use: ImageUse) -> Image | None:
        here = (use.region, use.image_id)
        image = self._seen.get((use.account, *here))
        if image is None or image.owner is None:
            image = self._owned.get(here, image)
        walked = self._walked.get(here)
        if image is None or image.ancestry is not None or walked is None:
            return image
        return replace(image, ancestry=walked.ancestry, ancestry_complete=walked.ancestry_complete)

    def allowed(self, use: ImageUse) -> str | None:
        """The state of Allowed AMIs where the image is used."""
        return self._settings.get((use.account, use.region))
