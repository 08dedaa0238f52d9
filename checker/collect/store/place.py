"""Where in S3 a snapshot stands, how it is called, and what went wrong there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from checker.collect.aws.calls import clean, describe
from checker.collect.aws.clients import REDIRECTED_ONCE
from checker.errors import InputError

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<prefix>.+)")
_LONGEST = 900  # bytes of a prefix: keys have 1,024, and ours follow
FAILURES = (BotoCoreError, ClientError, OSError)
MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
_ELSEWHERE = ("PermanentRedirect", "TemporaryRedirect", "301", "307")
_SCHEME = "s3:"


@dataclass(frozen=True)
class Place:
    """A folder of a bucket: the objects of a snapshot begin with its prefix."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def key(self, name: str) -> str:
        return f"{self.prefix}/{name}"

    def below(self, name: str) -> Place:
        return Place(self.bucket, self.key(name))


def is_remote(path: PurePath | str) -> bool:
    """A path keeps one slash of two."""
    return PurePath(path).parts[:1] == (_SCHEME,)


def place_of(path: PurePath | str) -> Place:
    """Raises InputError for what names no folder of a bucket."""
    text = "s3://" + PurePath(path).as_posix().removeprefix(_SCHEME).strip("/")
    found = _ADDRESS.fullmatch(text)
    prefix = found["prefix"] if found else ""
    strange = any(part in ("", ".", "..") for part in prefix.split("/"))
    if not found or strange or not prefix.isprintable() or len(prefix.encode()) > _LONGEST:
        raise InputError(f"{text!r} is no place of a snapshot", hint="write s3://BUCKET/PREFIX")
    return Place(found["bucket"], prefix)


def shown(path: PurePath | str) -> str:
    """As people write it."""
    return str(place_of(path)) if is_remote(path) else str(path)


def client(profile: str | None = None) -> Any:
    """Of the caller; requests that fail for a moment are sent again, as botocore does it."""
    session = botocore.session.Session(profile=profile)
    session.register(*REDIRECTED_ONCE)
    attempts = session.get_config_variable("max_attempts") or 8
    retries = {"mode": "standard", "total_max_attempts": attempts}
    return session.create_client("s3", config=Config(retries=retries, max_pool_connections=16))


def failed(place: object, error: BaseException) -> InputError:
    code, message = describe(error) if not isinstance(error, OSError) else ("", str(error))
    hints = {
        "AccessDenied": "see the permissions in docs/collecting.md",
        "NoSuchBucket": "is the bucket's name right?",
        "NoCredentialsError": "set AWS credentials: AWS_PROFILE, AWS_ACCESS_KEY_ID, …",
    }
    hints |= dict.fromkeys(_ELSEWHERE, "AWS_REGION names the bucket's region; is there a proxy?")
    said = clean(f"{code}: {message}" if code else message)
    return InputError(f"S3 answers {said}", path=place, hint=hints.get(code))


def code_of(error: BaseException) -> str:
    return str(error.response["Error"].get("Code")) if isinstance(error, ClientError) else ""


def staging(place: Place) -> Path:
    """The folder on this machine in which a snapshot is made before it goes there."""
    from checker import usercache

    try:
        base = usercache.folder()
    except RuntimeError:
        base = _homeless()
    return base / "s3" / place.bucket / place.prefix


@cache
def _homeless() -> Path:
    """Where the user has no home, as in some containers: a folder that nobody could make before."""
    import tempfile

    return Path(tempfile.mkdtemp(prefix="vendorgate-"))
