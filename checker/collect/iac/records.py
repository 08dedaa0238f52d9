"""What a collection from files comes to: records, gaps, and the manifest around them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from checker import __version__
from checker.errors import InputError
from checker.snapshot.records import (
    SCHEMA,
    Account,
    Gap,
    Image,
    ImageUse,
    Location,
    Manifest,
    Organization,
    ProviderRecord,
    Role,
    Tool,
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the files would be deployed, and below which folder reports name them."""

    account: str
    partition: str = "aws"
    region: str | None = None
    organization: str | None = None
    root: Path = Path()

    def arn(self, service: str, resource: str) -> str:
        region = (self.region or "") if service != "iam" else ""
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"

    def location(self, path: Path, line: int) -> Location:
        """Below the root, with forward slashes; of a file elsewhere only its name."""
        relative = os.path.relpath(path.resolve(), self.root.resolve())
        outside = relative.startswith("..") or Path(relative).is_absolute()
        return Location(file=path.name if outside else Path(relative).as_posix(), line=line)


@dataclass
class Found:
    """Fills as files are read."""

    roles: list[Role] = field(default_factory=list)
    providers: list[ProviderRecord] = field(default_factory=list)
    image_uses: list[ImageUse] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def records(self) -> dict[str, list[msgspec.Struct]]:
        return {
            "roles.jsonl": [*_told_apart(self.roles)],
            "providers.jsonl": [*self.providers],
            "image_uses.jsonl": [*self.image_uses],
            "images.jsonl": [*self.images],
        }

    def manifest(self, source: str, target: Target, collected_at: str) -> Manifest:
        organization = Organization(id=target.organization) if target.organization else None
        return Manifest(
            schema=SCHEMA,
            tool=Tool(name="vendorgate", version=__version__),
            collected_at=collected_at,
            partition=target.partition,
            organization=organization,
            accounts=(Account(id=target.account),),
            regions=(target.region,) if target.region else (),
            sources=(source,),
            gaps=tuple(dict.fromkeys(self.gaps)),
        )


def _told_apart(roles: Iterable[Role]) -> Iterable[Role]:
    """Roles of several files that would be deployed under one name keep a finding each."""
    seen: dict[str, Role] = {}
    for role in roles:
        other = seen.setdefault(role.arn, role)
        if other is role or role.location is None or other.location == role.location:
            yield role
        else:
            place = f"{role.location.file}:{role.location.line}"
            yield msgspec.structs.replace(role, arn=f"{role.arn} ({place})")


def read_bytes(path: Path, most: int) -> bytes:
    """A file of at most that many bytes. Raises InputError."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=path) from None
    if len(data) > most:
        raise InputError(f"larger than {most >> 20} MiB", path=path, line=1)
    return data
