"""A place in S3 as people copy it from elsewhere: a URL, an ARN, another scheme.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html (both styles of URLs)
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html
"""

from __future__ import annotations

import re

from checker.errors import InputError

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):/{1,2}(?P<rest>[^/].*)", re.DOTALL)
_ARN = re.compile(r"arn:aws[a-z-]*:s3:(?P<of>[^/]*):(?P<rest>[^:]+)", re.DOTALL)
_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]*)\.)?s3[a-z0-9.-]*\.amazonaws\.com(?:\.cn)?(?::443)?",
    re.IGNORECASE,
)
_HADOOP = ("s3", "s3a", "s3n")
_OTHERS = ("athena", "ftp", "gs", "http", "https")
_ANY = "s3://BUCKET/PREFIX"


def check_spelling(text: str) -> None:
    """Raises InputError for what is meant for no folder, with the form that is read where that can
    be told; a folder would be made of it otherwise. Paths keep one slash of two."""
    found = _SCHEME.fullmatch(text)
    scheme = found["scheme"].lower() if found else ""
    if arn := _ARN.fullmatch(text):
        raise _meant("an ARN", text, _place(arn["rest"]) if arn["of"] == ":" else _ANY)
    if text.lower().startswith("s3:") and not found:
        raise _meant("without slashes", text, _place(text[3:].lstrip("/")))
    if found and scheme in _HADOOP:
        raise _meant(f"spelt {found['scheme']}://", text, _place(found["rest"]))
    if found and scheme in _OTHERS:
        raise _meant("a URL", text, _of_url(found["rest"]) if "http" in scheme else _ANY)


def _meant(what: str, text: str, right: str) -> InputError:
    shown = re.sub(r"\A([^:/]+):/(?!/)", r"\1://", text)
    return InputError(f"is {what}, and no place of a snapshot", path=shown, hint=f"write {right}")


def _of_url(rest: str) -> str:
    host, _, path = re.split(r"[?#]", rest, maxsplit=1)[0].partition("/")
    found = _HOST.fullmatch(host)
    if found is None:
        return _ANY
    return _place("/".join(filter(None, ((found["bucket"] or "").lower(), path))))


def _place(rest: str) -> str:
    """With the folder of a manifest that was named itself."""
    bucket, _, prefix = rest.partition("/")
    prefix = prefix.removesuffix("manifest.json").strip("/")
    return f"s3://{bucket or 'BUCKET'}/{prefix or 'PREFIX'}"
