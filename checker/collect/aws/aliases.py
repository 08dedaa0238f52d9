"""`resolve:ssm:` in the place of an image: the parameter says at launch which image it is.

The parameter may be another account's, shared with this one: then that account decides what runs
here (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace as changed

from msgspec import field
from msgspec.structs import replace

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.snapshot.records import ImageUse

PARAMETERS = Call("ssm", "GetParameters", "Parameters", when="10 parameters that name images")
# Permission for the account's own is optional, as people keep secrets in plain ones: without it the
# image is unresolved, which is a finding of its own.
_OWN = changed(PARAMETERS, nothing=frozenset({"AccessDeniedException"}))
_PUBLIC = ("/aws/", "aws/")
_PREFIX = "resolve:ssm:"
_NAMES = 10  # GetParameters takes no more


class Parameter(Shape, frozen=True):
    name: str
    value: str = ""
    selector: str | None = None
    arn: str | None = field(name="ARN", default=None)


def resolve(account_region: AccountRegion, uses: Iterable[ImageUse]) -> list[ImageUse]:
    """Puts images in the place of aliases; None for an image that cannot be told."""
    listed = list(uses)
    names = {name for use in listed if (name := _parameter(use.image_id))}
    values = _values(account_region, names) if names else {}
    return [_resolved(account_region, use, values) for use in listed]


def _resolved(account_region: AccountRegion, use: ImageUse, values: dict[str, str]) -> ImageUse:
    name = _parameter(use.image_id)
    if name is None:
        return use
    via = f"{use.via}, {use.image_id}" if use.via else use.image_id
    owner = _owner(name)
    return replace(
        use,
        image_id=values.get(name),
        via=via,
        via_account=owner if owner != account_region.account else None,
    )


def _parameter(image: str | None) -> str | None:
    return image.removeprefix(_PREFIX) if image and image.startswith(_PREFIX) else None


def _owner(name: str) -> str | None:
    """The account in a parameter's ARN. Public parameters have none: they are AWS's own."""
    parts = name.split(":")
    return parts[4] or None if name.startswith("arn:") and len(parts) > 5 else None


def _values(account_region: AccountRegion, names: Iterable[str]) -> dict[str, str]:
    """Images by the name that asked for them: name or ARN, with a version or label behind it."""
    found: dict[str, str] = {}
    for batch in _batches(names):
        call = PARAMETERS if batch[0].startswith(("arn:", *_PUBLIC)) else _OWN
        told = list(account_region.items(call, Parameter, Names=batch))
        if not told and len(batch) > 1:  # one that is not permitted fails the whole call
            told = [
                p for name in batch for p in account_region.items(call, Parameter, Names=[name])
            ]
        for parameter in told:
            found |= dict.fromkeys(_spellings(parameter), parameter.value)
    return {name: image for name, image in found.items() if image.startswith("ami-")}


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Another account's parameters one by one, as one that is not shared fails the whole call; AWS
    has public ones, which go apart, as permission for them is another's."""
    wanted = sorted(names)
    yield from ([name] for name in wanted if name.startswith("arn:"))
    near = [name for name in wanted if not name.startswith("arn:")]
    for some in (
        [name for name in near if name.startswith(_PUBLIC)],
        [name for name in near if not name.startswith(_PUBLIC)],
    ):
        yield from (some[start : start + _NAMES] for start in range(0, len(some), _NAMES))


def _spellings(parameter: Parameter) -> Iterator[str]:
    for name in (parameter.name, parameter.arn):
        if name:
            yield name + (parameter.selector or "")
