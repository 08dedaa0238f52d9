"""The files of a snapshot, and the record that each line of one is."""

from __future__ import annotations

import msgspec

from checker.snapshot.code_uses import CodeUse
from checker.snapshot.records import Image, ImageSettings, ImageUse, ProviderRecord, Role
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.usage import Assumption, Usage

MANIFEST = "manifest.json"
ROLES, PROVIDERS = "roles.jsonl", "providers.jsonl"
IMAGE_USES, IMAGES, IMAGE_SETTINGS = "image_uses.jsonl", "images.jsonl", "image_settings.jsonl"
RESOURCES, CODE_USES = "resources.jsonl", "code_uses.jsonl"
USAGE, ASSUMPTIONS = "usage.jsonl", "assumptions.jsonl"

FILES: dict[str, type[msgspec.Struct]] = {
    ROLES: Role,
    PROVIDERS: ProviderRecord,
    IMAGE_USES: ImageUse,
    IMAGES: Image,
    IMAGE_SETTINGS: ImageSettings,
}
"""In every snapshot, empty ones too."""
ALL_FILES: dict[str, type[msgspec.Struct]] = {
    **FILES, RESOURCES: ResourceRecord, CODE_USES: CodeUse,
}  # fmt: skip
"""With those that are there only if somebody looked: the manifest says for what."""
USAGE_FILES: dict[str, type[msgspec.Struct]] = {USAGE: Usage, ASSUMPTIONS: Assumption}
"""Where a trail was read, which is done beside the collection: the manifest says of which time."""
