"""An organization that answers over HTTP, in each of AWS's protocols: by botocore's models, and the
emulator's serializers. It knows a middling account by heart, and is empty in all else.

What is asked is told by how it is signed and routed; whoever asks for something that is not there
gets the code that AWS has for it, so that nothing is a gap.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

import botocore.loaders
from moto.core.model import OperationModel, ServiceModel
from moto.core.serialize import get_serializer_class


@dataclass(frozen=True)
class Asked:
    """`given`: the parameters of a body; of a path its parts, in their order."""

    service: str
    operation: str
    account: str
    region: str
    given: Mapping[str, Any]
    path: tuple[str, ...] = ()

    def arn(self, rest: str, service: str = "") -> str:
        return f"arn:aws:{service or self.service}:{self.region}:{self.account}:{rest}"


class NoneError(Exception):
    """There is none, by AWS's code."""


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    query: frozenset[str]
    model: OperationModel


class Router:
    """Finds the operation of a request among services that are signed alike."""

    def __init__(self, services: Iterator[ServiceModel]) -> None:
        self._routes: dict[str, list[Route]] = {}
        self._named: dict[tuple[str, str], OperationModel] = {}
        for service in services:
            for name in service.operation_names:
                self._add(service, service.operation_model(name))
        for routes in self._routes.values():  # what says more goes first
            routes.sort(key=lambda r: (-len(r.query), r.pattern.pattern.count("(")))

    def _add(self, service: ServiceModel, model: OperationModel) -> None:
        signed = service.signing_name
        self._named[signed, model.name] = model
        if "rest" in service.metadata["protocol"]:
            path, _, query = model.http["requestUri"].partition("?")
            wild = re.sub(r"\\\{[^}]*\\\}", "([^/?]+)", re.escape(path).replace(r"\+\}", r"\}"))
            keys = frozenset(part.partition("=")[0] for part in query.split("&") if part)
            route = Route(model.http["method"], re.compile(wild.rstrip("/") + "/?"), keys, model)
            self._routes.setdefault(signed, []).append(route)

    def named(self, signed: str, operation: str) -> OperationModel | None:
        return self._named.get((signed, operation))

    def routed(
        self, signed: str, method: str, target: str
    ) -> tuple[OperationModel, tuple[str, ...]] | None:
        path, _, query = target.partition("?")
        keys = parse_qs(query, keep_blank_values=True).keys()
        for route in self._routes.get(signed, ()):
            found = route.pattern.fullmatch(path) if route.method == method else None
            if found and route.query <= keys:
                return route.model, tuple(map(unquote, found.groups()))
        return None


def services(names: Iterator[str]) -> Iterator[ServiceModel]:
    loader = botocore.loaders.create_loader()
    for name in sorted(set(names)):
        yield ServiceModel(loader.load_service_model(name, "service-2"), service_name=name)


@cache
def serializer(model: OperationModel) -> Any:
    kind = get_serializer_class(model.service_model.service_name, _protocol(model))
    return kind(operation_model=model)


def _protocol(model: OperationModel) -> str:
    known = ("json", "rest-json", "rest-xml", "query", "ec2")
    told = model.service_model.metadata
    return str(next((p for p in told.get("protocols", ()) if p in known), told["protocol"]))


def written(model: OperationModel, content: Any) -> tuple[int, str, bytes]:
    """Status, type and body of an answer, or of an error."""
    if isinstance(content, NoneError):
        return _refusal(model, str(content))
    made = serializer(model).serialize(content)
    body = made["body"]
    kind = made["headers"].get("Content-Type", "text/xml")
    return made["status_code"], kind, body if isinstance(body, bytes) else body.encode()


def _refusal(model: OperationModel, code: str) -> tuple[int, str, bytes]:
    if "json" in _protocol(model):
        return 400, "application/x-amz-json-1.1", json.dumps({"__type": code}).encode()
    error = f"<Error><Code>{code}</Code><Message>none</Message></Error>"
    whole = error if model.service_model.service_name == "s3" else (
        f"<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>")  # fmt: skip
    return 404, "text/xml", whole.encode()


def empty(model: OperationModel) -> dict[str, Any]:
    """Every list that the answer may hold, empty: one that is missing would be a gap."""
    shape = model.output_shape
    members = shape.members if shape is not None else {}
    return {name: [] for name, one in members.items() if one.type_name == "list"}
