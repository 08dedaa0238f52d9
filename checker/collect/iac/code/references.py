"""What a value means that names code: as it will be written, as far as that can be told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from checker.collect.iac.code.lookups import public_code
from checker.collect.iac.code.rows import (
    ADDON,
    APPLICATION,
    BUILD,
    COMPONENT,
    DISK,
    DOCUMENT,
    IMAGE,
    LAYER,
    PACKAGE,
    SNAPSHOT,
    TYPE,
)  # fmt: skip
from checker.collect.iac.embedded import UNREAD
from checker.collect.iac.grants.arns import MARK, Named, filled, registry
from checker.collect.iac.grants.model import Code
from checker.collect.iac.ssm import parameter_of
from checker.collect.iac.terraform.functions import is_followed
from checker.collect.iac.unknown import (
    CLOSE,
    OPEN,
    blanked,
    changed,
    is_made,
    is_unresolved,
    shown,
    unresolved,
    wholly,
)
from checker.collect.iac.whom import everywhere

UNKNOWN, _ANY_REGION, _LONG = "unresolved", "us-east-1", 300
_NO_JSON = "what stands there is no JSON that can be read, so what of it would run is not known"
_NO_REFERENCE = "what stands there is no reference, so what would run is not known"
_ODD = re.compile(r"[^\w:/-]+", re.ASCII)
_INDEX = re.compile(r'\["?([\w./-]*)"?\]')
"""In the name of what has none but in code: no name of an image has brackets."""
_OF_ACCOUNT = (IMAGE, LAYER, DOCUMENT, COMPONENT, APPLICATION, PACKAGE)
"""Kinds of which an ARN's account tells whose they are."""
_VERSION = re.compile(rf"^((?:model-package|image-version)/[^/]+)/[^/]*{UNKNOWN}$|:{UNKNOWN}$")
_BUILD = re.compile(rf"^(component/[^/]+/)[^/]*{UNKNOWN}.*$")
_DIGEST = re.compile(rf"@[^@/]*{UNKNOWN}[^@/]*$")
"""One that is not known is none."""
_PUBLISHER = re.compile(r"[0-9a-f]{40}")
_WRITTEN = re.compile(r"[A-Za-z0-9._/:@+*-]*")
"""What references are written with."""
_NAME = re.compile(r"""[A-Za-z_][\w.:/-]*(?:\[(?:\w+|\*|"[\w./-]*")\][\w.]*)*""")
"""What tells a value, as it may be shown: an expression may have a secret in it."""
_CALLS = re.compile(r"(?:[a-z][\w:-]*\()+")
"""Functions of Terraform's, one within the other."""
_REGISTRY = re.compile(r"[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9.-]+")
_OF_LOOP = re.compile(rf"{OPEN}[^{CLOSE}]*\b(?:each|count)\.")
_REGION = re.compile(
    rf"([0-9]{{12}}\.dkr[.-]ecr(?:-fips)?\.|arn:[a-z-]+:[a-z]+:)"
    rf"(?:[a-z0-9-]*{MARK.pattern})+[a-z0-9-]*(?=[.:])"
)


@dataclass(frozen=True)
class Reference:
    """`text`: as a record has it, None where it cannot be told; `notes`: what of it, in words."""

    text: str | None
    notes: tuple[str, ...] = ()


def reference(kind: str, value: Any, code: Code) -> Reference:
    """What the same code makes is ours; of an image the tag may stay unknown, not the publisher."""
    if not isinstance(value, str):
        return _untold(value)
    if (made := _made_there(kind, value, code)) is not None:
        return Reference(made)
    if (parameter := parameter_of(value)) and (public := public_code(kind, parameter, code.target)):
        return Reference(public)
    text = _filled(kind, value, code)
    if value == UNREAD or not _WRITTEN.fullmatch(blanked(text, "")):
        return Reference(None, (_NO_JSON if value == UNREAD else _NO_REFERENCE,))
    if kind == ADDON and not is_unresolved(text):
        return Reference(_addon(text))
    if kind == TYPE and _PUBLISHER.fullmatch(text):
        return Reference(json.dumps({"PublisherId": text}))
    placed = _REGION.sub(rf"\g<1>{code.target.region or _ANY_REGION}", text, count=1)
    if not is_unresolved(placed):
        return Reference(placed, _partly(text) if placed != text else ())
    if is_made(text) and (name := wholly(text)) is not None:
        return Reference(_own(kind, name, code))
    if kind in (IMAGE, BUILD) and not text.startswith("arn:"):
        return _image(placed, _partly(text))
    return _versioned(placed, _partly(text)) if kind in _OF_ACCOUNT else _untold(text)


def _made_there(kind: str, value: str, code: Code) -> str | None:
    """A snapshot, or a document that is called alike, though nobody knows yet how: what a loop
    tells is each loop's own."""
    if kind in (SNAPSHOT, DISK) and is_made(value) and wholly(value) is not None:
        return _own(kind, str(shown(value))[2:-1], code)
    if kind != DOCUMENT or not is_unresolved(value):
        return None
    alike = not _OF_LOOP.search(value) and value in code.documents()
    return _own(kind, _called(value), code) if alike else None


def _filled(kind: str, value: str, code: Code) -> str:
    text = everywhere(value.encode(errors="replace").decode())
    if kind not in (IMAGE, BUILD):
        return filled(text, code, _document if kind == DOCUMENT and wholly(text) else _plainly)
    host = blanked(text, "x").partition("/")[0]
    private = _REGISTRY.fullmatch(host) is not None
    text = filled(text, code, _repository if private else _nameless)
    return changed(text, lambda known: _INDEX.sub(r".\1", known))


def _plainly(told: Named) -> Named:
    """Its name in code, as layers and documents may be called."""
    return replace(told, name=_ODD.sub("-", told.name), arn=_ODD.sub("-", told.arn))


def _document(told: Named) -> Named:
    """By its ARN: a name in code that begins like AWS's own would be taken for one of these. It may
    be shorter than that of a document, which has three characters."""
    start, slash, last = _plainly(told).arn.rpartition("/")
    arn = f"{start}{slash}{last.ljust(3, '-')}"
    return replace(told, name=arn, arn=arn)


def _repository(told: Named) -> Named:
    """In an own registry, by a name that repositories may have."""
    return replace(told, name=told.name.lower())


def _nameless(told: Named) -> Named:
    """Without a registry before it, the name tells whose an image is, and nobody knows that."""
    return replace(told, name=unresolved(told.name))


def _untold(value: Any) -> Reference:
    if not isinstance(value, str):
        return Reference(None, (_NO_REFERENCE,))
    said = f"its reference is not known before deployment: {_called(value)}"
    return Reference(None, (said[:_LONG],))


def _partly(text: str) -> tuple[str, ...]:
    return (f"a part of its reference is not known before deployment: {_called(text)}"[:_LONG],)


def _called(text: str) -> str:
    """A reference for a reader."""
    return MARK.sub(lambda found: _named(str(shown(found[0]))), text)


def _named(mark: str) -> str:
    if _NAME.fullmatch(mark[2:-1]):
        return mark
    calls = _CALLS.match(mark[2:-1])
    names = calls[0].split("(")[:-1] if calls else ()
    untold = next((f"; the function {name} is not followed" for name in names
                   if not is_followed(name)), "")  # fmt: skip
    return f"${{an expression{untold}}}"


def _own(kind: str, name: str, code: Code) -> str:
    """Something that the same code makes, by the name that it has there."""
    called = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    made = code.maker(name)
    target = code.target_of(made[0]) if made else code.target
    if kind in (IMAGE, BUILD):
        return registry(target) + called
    if kind == LAYER:
        return target.arn("lambda", f"layer:{called}")
    forms = {
        DOCUMENT: ("ssm", "document/{}"), TYPE: ("cloudformation", "type/resource/{}"),
        "serverless-application": ("serverlessrepo", "applications/{}"),
        "image-builder-component": ("imagebuilder", "component/{}/x.x.x"),
        "model-package": ("sagemaker", "model-package/{}"),
    }  # fmt: skip
    if kind in forms:
        service, form = forms[kind]
        return target.arn(service, form.format(called))
    return json.dumps({"SnapshotId": name, "OwnerId": target.account})


def _image(text: str, note: tuple[str, ...]) -> Reference:
    """The publisher stands before the first slash, or two of them: what is not known behind that
    is a name or a tag of its. What an own registry fetches from elsewhere is told by `doubtful`."""
    head = text.partition(OPEN)[0]
    last = head.rpartition("/")[2]
    ends = "/" not in blanked(text, "")[len(head) :]  # else the colon begins a port
    if ends and (":" in last or "@" in last):
        name = head.rpartition("@" if "@" in last else ":")[0]
        return Reference(name, note)
    host, slash, path = head.partition("/")
    private = bool(slash) and _REGISTRY.fullmatch(host) is not None
    if private or (path.count("/") and ("." in host or ":" in host)):
        return Reference(_DIGEST.sub("", blanked(text, UNKNOWN)), note)
    return _untold(text)


def _versioned(text: str, note: tuple[str, ...]) -> Reference:
    """Of an ARN the account suffices."""
    parts = text.split(":", 5)
    if len(parts) == 6 and not is_unresolved(parts[:5]):
        tail = _VERSION.sub(r"\1", blanked(parts[5], UNKNOWN))
        tail = _BUILD.sub(r"\1x.x.x", tail)
        return Reference(":".join([*parts[:5], tail]), note)
    return _untold(text)


def _addon(name: str) -> str:
    """An add-on of the marketplace has its seller's name before an underscore; AWS's have none.

    https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-vendors.html
    """
    seller, underscore, _ = name.partition("_")
    told = {"publisher": seller} if underscore else {"owner": "aws"}
    return json.dumps({"addonName": name, **told})
