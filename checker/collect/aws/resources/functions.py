"""Lambda: functions with a policy for each qualifier, their URLs, and versions of layers.

Of a function only its name, its ARN and its version are read: its environment may hold secrets.
https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, document
from checker.snapshot.resources import ResourceRecord

FUNCTION, LAYER = "AWS::Lambda::Function", "AWS::Lambda::LayerVersion"
_ABSENT = frozenset({"ResourceNotFoundException"})
FUNCTIONS = Call(
    "lambda", "ListFunctions", "Functions", {"FunctionVersion": "ALL"}, next_page="NextMarker"
)
ALIASES = Call(
    "lambda", "ListAliases", "Aliases", when="function", gone=_ABSENT, next_page="NextMarker"
)
# The code is the same where the function is gone, which then lets in nobody, either.
POLICY = Call(
    "lambda", "GetPolicy", has="Policy", nothing=_ABSENT,
    when="function, alias and published version",
)  # fmt: skip
URLS = Call(
    "lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs", gone=_ABSENT, next_page="NextMarker",
    when="function whose policy names its URL",
)  # fmt: skip
LAYERS = Call("lambda", "ListLayers", "Layers", next_page="NextMarker")
VERSIONS = Call(
    "lambda", "ListLayerVersions", "LayerVersions", when="layer", next_page="NextMarker"
)
LAYER_POLICY = Call(
    "lambda", "GetLayerVersionPolicy", has="Policy", nothing=_ABSENT, when="version of a layer"
)
_LATEST = "$LATEST"
_NAMES_URL = re.compile(r"invokefunctionurl|[*?]", re.IGNORECASE)


class UsedLayer(Shape, frozen=True):
    arn: str


class Version(Shape, frozen=True):
    """Its policies are read here, whose code it runs in `code/functions.py`."""

    function_arn: str
    function_name: str
    version: str = _LATEST
    package_type: str = "Zip"
    code_sha256: str | None = None
    layers: tuple[UsedLayer, ...] = ()

    @property
    def function(self) -> str:
        """The ARN without a version, which a listing of all versions adds."""
        return ":".join(self.function_arn.split(":")[:7])


def listed_versions(here: AccountRegion) -> list[Version]:
    """Of all functions; asked once, for all that want to know."""
    key = FUNCTIONS.name, here.region
    return here.memo.get(key, lambda: list(here.items(FUNCTIONS, Version)))


class Alias(Shape, frozen=True):
    name: str


class Policy(Shape, frozen=True):
    policy: str


class Url(Shape, frozen=True):
    function_arn: str
    auth_type: str

    @property
    def qualifier(self) -> str | None:
        return ([*self.function_arn.split(":"), *[""] * 8][7]) or None


class Layer(Shape, frozen=True):
    layer_name: str


class LayerVersion(Shape, frozen=True):
    arn: str = field(name="LayerVersionArn")
    version: int


class Function(msgspec.Struct, frozen=True):
    """`versions`: published ones."""

    arn: str
    name: str
    versions: tuple[str, ...]


@dataclass(frozen=True)
class Functions:
    kinds = (FUNCTION,)
    calls = (FUNCTIONS, ALIASES, POLICY, URLS)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if FUNCTION in wanted:
            for found in surviving(here, _again, _function, _functions(listed_versions(here))):
                yield from found


def _again(here: AccountRegion) -> list[Function]:
    return _functions(here.items(FUNCTIONS, Version))


def _functions(listed: Iterable[Version]) -> list[Function]:
    found: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for one in listed:
        names[one.function] = one.function_name
        found.setdefault(one.function, []).append(one.version)
    return [
        Function(arn, names[arn], tuple(v for v in several if v != _LATEST))
        for arn, several in found.items()
    ]


def _function(here: AccountRegion, one: Function) -> list[ResourceRecord]:
    """The function's own record, and one of each alias and version that has a policy."""
    reading = Reading(here)
    aliases = reading.items(ALIASES, Alias, FunctionName=one.name) or []
    policy = reading.get(POLICY, Policy, FunctionName=one.name)
    others = [(name, *_qualified(here, one, name))
              for name in (*(alias.name for alias in aliases), *one.versions)]  # fmt: skip
    policies = [policy, *(found for _, _, found in others)]
    urls = _urls(reading, one, [found.policy for found in policies if found])
    whole = reading.record(FUNCTION, one.arn, one.name, **_told(policy, urls, None))
    return [whole, *(
        read.record(FUNCTION, f"{one.arn}:{name}", one.name, **_told(found, urls, name))
        for name, read, found in others if found or read.unread
    )]  # fmt: skip


def _qualified(here: AccountRegion, one: Function, name: str) -> tuple[Reading, Policy | None]:
    reading = Reading(here)
    return reading, reading.get(POLICY, Policy, FunctionName=one.name, Qualifier=name)


def _urls(reading: Reading, one: Function, policies: list[str]) -> list[Url] | None:
    """None where nobody asked, as no policy lets in through a URL, or was not told."""
    if not any(_NAMES_URL.search(policy) for policy in policies):
        return None
    return reading.items(URLS, Url, FunctionName=one.name)


def _told(policy: Policy | None, urls: list[Url] | None, name: str | None) -> dict[str, object]:
    told: dict[str, object] = {"document": document(policy.policy) if policy else None}
    if policy and urls is not None:
        mine = [one for one in urls if one.qualifier == name]
        told["settings"] = {"urls": [{"qualifier": name, "AuthType": one.auth_type}
                                     for one in mine]}  # fmt: skip
    return told


@dataclass(frozen=True)
class LayerVersions:
    kinds = (LAYER,)
    calls = (LAYERS, VERSIONS, LAYER_POLICY)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if LAYER not in wanted:
            return
        for layer in list(here.items(LAYERS, Layer)):
            for one in list(here.items(VERSIONS, LayerVersion, LayerName=layer.layer_name)):
                yield _layer(here, layer.layer_name, one)


def _layer(here: AccountRegion, name: str, one: LayerVersion) -> ResourceRecord:
    reading = Reading(here)
    policy = reading.get(LAYER_POLICY, Policy, LayerName=name, VersionNumber=one.version)
    text = document(policy.policy) if policy else None
    return reading.record(LAYER, one.arn, f"{name}:{one.version}", document=text)
