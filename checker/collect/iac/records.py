"""What a collection from files comes to: records, gaps, and the manifest around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR, S_ISREG

import msgspec

from checker import __version__
from checker.collect.iac.grants.model import Part
from checker.collect.iac.target import Target
from checker.errors import InputError
from checker.plurals import few
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import CODE_USES, RESOURCES
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
    Tally,
    Tool,
)
from checker.snapshot.resources import ResourceRecord

_LISTS = (
    "roles", "providers", "image_uses", "images", "parts", "resources", "code_uses", "gaps",
    "notes", "defaults", "untold", "documents",
)  # fmt: skip


@dataclass
class Found:
    """Fills as files are read. `parts`: what becomes `resources` when all is read; `notes` are
    sentences for the reader; `defaults` tell of roles that trust whom a parameter's default names,
    `documents` of Systems Manager that are run and named without an account, with their places,
    `untold` where code is named of an owner that is not known before deployment.
    """

    roles: list[Role] = field(default_factory=list)
    providers: list[ProviderRecord] = field(default_factory=list)
    image_uses: list[ImageUse] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    resources: list[ResourceRecord] = field(default_factory=list)
    code_uses: list[CodeUse] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    defaults: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    documents: list[tuple[str, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    left_out: int = 0

    def gap(self, target: Target, place: Location, code: str, message: str) -> None:
        """Something that could not be looked at, and where it is written."""
        self.gaps.append(
            Gap(
                account=target.account,
                region=target.region,
                call=f"{place.file}:{place.line}",
                code=code,
                message=message,
                location=place,
            )
        )

    def untold_code(
        self, target: Target, place: Location, name: str, paths: Iterable[str], *, strict: bool
    ) -> None:  # fmt: skip
        """Where a resource names code of an owner that is not known: a note; `strict`: a gap."""
        for path in paths:
            if strict:
                said = f"{name}: {path} names code of an owner that is not known before deployment"
                self.gap(target, place, "untold", said)
            else:
                self.untold.append(f"{name} {path} ({place.file}:{place.line})")

    def bare_documents(self, place: Location, names: Iterable[str]) -> None:
        self.documents += [(name, f"{place.file}:{place.line}") for name in names]

    def add(self, other: Found) -> None:
        """What another file came to."""
        for name in _LISTS:
            getattr(self, name).extend(getattr(other, name))
        self.tally = self.tally + other.tally

    def told(self) -> tuple[str, ...]:
        """All notes, with what was counted."""
        unknown = ", ".join(f"{kind} ({n})" for kind, n in sorted(self.tally.unknown.items()))
        counted = [f"{self.tally.sentence()}."] if self.tally != Tally() else []
        counted += [f"Types that no list has: {unknown}."] if unknown else []
        if self.defaults:
            counted.append(
                "Trust that rests on a parameter's default, which a deployment may replace: "
                f"{len(self.defaults)} ({few(self.defaults, '; ')})."
            )
        if self.untold:
            each = "; ".join(dict.fromkeys(self.untold))
            counted.append(
                f"Code of an owner that is not known before deployment, not judged: {each}."
            )
        return (*counted, *dict.fromkeys(self.notes))

    def records(self) -> dict[str, list[msgspec.Struct]]:
        return {
            "roles.jsonl": [*_told_apart(self.roles)],
            "providers.jsonl": [*self.providers],
            "image_uses.jsonl": [*self.image_uses],
            "images.jsonl": [*self.images],
            RESOURCES: [*self.resources],
            CODE_USES: [*self.code_uses],
        }

    def manifest(
        self, source: str, target: Target, collected_at: str, resource_kinds: Iterable[str] = (),
        code_kinds: Iterable[str] = (),
    ) -> Manifest:  # fmt: skip
        """`resource_kinds`, `code_kinds`: of which kinds these were looked for."""
        organization = Organization(id=target.organization) if target.organization else None
        return Manifest(
            schema=SCHEMA,
            tool=Tool(name="vendorgate", version=__version__),
            collected_at=collected_at,
            partition=target.partition,
            organization=organization,
            accounts=(
                Account(id=target.account),
                *(Account(id=one, collected=False) for one in sorted(target.own)),
            ),
            regions=(target.region,) if target.region else (),
            sources=(source,),
            gaps=tuple(dict.fromkeys(self.gaps)),
            resources=self.tally if self.left_out or self.tally != Tally() else None,
            resource_kinds=tuple(resource_kinds),
            code_kinds=tuple(code_kinds),
            notes=self.told(),
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


def read_bytes(path: Path, most: int, *, named: bool = False) -> bytes:
    """A file of at most that many bytes. `named`: somebody asked for it, be it a pipe; one that
    merely lies in a folder is never opened then, as nobody may ever write to it. Raises InputError.
    """
    try:
        if not named and _waits(path.stat().st_mode):
            raise InputError("is no plain file: not opened", path=path, line=1)
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=path) from None
    if len(data) > most:
        raise InputError(f"larger than {most >> 20} MiB", path=path, line=1)
    return data


def _waits(mode: int) -> bool:
    """Pipes, sockets and devices; a folder is refused when it is opened."""
    return not (S_ISREG(mode) or S_ISDIR(mode))
