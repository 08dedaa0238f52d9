"""What a value means that names code: as it will be written, as far as that can be told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from checker.collect.iac.code.rows import ADDON, BUILD, DOCUMENT, IMAGE, LAYER, TYPE
from checker.collect.iac.grants.arns import filled, registry
from checker.collect.iac.grants.model import Code
from checker.collect.iac.unknown import (
    OPEN,
    blanked,
    changed,
    is_made,
    is_unresolved,
    shown,
    wholly,
)
from checker.collect.iac.whom import everywhere

_UNKNOWN = "unresolved"
_INDEX = re.compile(r'\["?([\w./-]*)"?\]')
"""In the name of what has none but in code: no name of an image has brackets."""
_PUBLISHER = re.compile(r"[0-9a-f]{40}")
_REGISTRY = re.compile(r"[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9.-]+")


@dataclass(frozen=True)
class Reference:
    """`text`: as a record has it, None where it cannot be told; `notes`: what of it, in words."""

    text: str | None
    notes: tuple[str, ...] = ()


def reference(kind: str, value: Any, code: Code) -> Reference:
    """What the same code makes is ours; of an image the tag may stay unknown, not the publisher."""
    if not isinstance(value, str):
        return _untold(value)
    text = everywhere(filled(value, code))
    if kind in (IMAGE, BUILD):
        text = changed(text, lambda known: _INDEX.sub(r".\1", known))
    if kind == ADDON and not is_unresolved(text):
        return Reference(_addon(text))
    if kind == TYPE and _PUBLISHER.fullmatch(text):
        return Reference(json.dumps({"PublisherId": text}))
    if not is_unresolved(text):
        return Reference(text)
    if is_made(text) and (name := wholly(text)) is not None:
        return Reference(_own(kind, name, code))
    if kind in (IMAGE, BUILD) and not text.startswith("arn:"):
        return _image(text, code)
    return _versioned(text) if kind in (IMAGE, LAYER, DOCUMENT) else _untold(text)


def _untold(value: Any) -> Reference:
    return Reference(None, (f"its reference is not known before deployment: {shown(value)}"[:300],))


def _own(kind: str, name: str, code: Code) -> str:
    """Something that the same code makes, by the name that it has there."""
    called = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    target = code.target
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


def _image(text: str, code: Code) -> Reference:
    """The publisher stands before the first slash, or two of them: what is not known behind that
    is a name or a tag of its."""
    head = text.partition(OPEN)[0]
    note = (f"a part of its reference is not known before deployment: {shown(text)}"[:300],)
    last = head.rpartition("/")[2]
    ends = "/" not in blanked(text, "")[len(head) :]  # else the colon begins a port
    if ends and (":" in last or "@" in last):
        name = head.rpartition("@" if "@" in last else ":")[0]
        return Reference(name, note)
    host, slash, path = head.partition("/")
    own = host.startswith(code.target.account)  # a cache of others' images may be meant
    theirs = bool(slash) and _REGISTRY.fullmatch(host) is not None and not own
    if theirs or (path.count("/") and ("." in host or ":" in host)):
        return Reference(blanked(text, _UNKNOWN), note)
    return _untold(text)


def _versioned(text: str) -> Reference:
    """Of an ARN the account suffices."""
    parts = text.split(":", 5)
    if len(parts) == 6 and not is_unresolved(parts[:5]):
        note = f"a part of its reference is not known before deployment: {shown(text)}"[:300]
        tail = re.sub(rf":{_UNKNOWN}$", "", blanked(parts[5], _UNKNOWN))
        return Reference(":".join([*parts[:5], tail]), (note,))
    return _untold(text)


def _addon(name: str) -> str:
    """An add-on of the marketplace has its seller's name before an underscore; AWS's have none.

    https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-vendors.html
    """
    seller, underscore, _ = name.partition("_")
    told = {"publisher": seller} if underscore else {"owner": "aws"}
    return json.dumps({"addonName": name, **told})
