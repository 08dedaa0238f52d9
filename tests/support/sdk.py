"""What the SDK does at each start, done once: a test is a start, and there are hundreds a minute.

A collection makes a botocore session of its own and a client of each service and region. Their
models (20 services, megabytes of JSON), the lists of folders that they lie in, what is found in
them, and the methods made of them cost more than all that a small collection does; the SDK changes
none of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from unittest import mock

import boto3.session
import botocore.hooks
import botocore.regions
import botocore.session
import msgspec
from botocore.client import ClientCreator
from botocore.compat import accepts_kwargs
from botocore.endpoint import EndpointCreator
from botocore.endpoint_provider import EndpointProvider
from botocore.hooks import EventAliaser, HierarchicalEmitter, NodeList, _PrefixTrie
from botocore.httpsession import URLLib3Session, create_urllib3_context
from botocore.loaders import JSONFileLoader, create_loader
from botocore.model import ServiceModel
from botocore.utils import get_environ_proxies

_RESOURCES = str(Path(boto3.session.__file__).parent / "data")


class _Files(JSONFileLoader):
    """Three times as fast as `json` does it with an OrderedDict, of which nobody asks more."""

    def _load_file(self, path: str, opened: Any) -> Any:
        if not Path(path).is_file():
            return None
        with opened(path, "rb") as file:
            return msgspec.json.decode(file.read())


def new_loader(data_path: str | None = None) -> Any:
    """With the folder that each session of boto3 would add once more."""
    loader = create_loader(data_path)
    loader.file_loader = _Files()
    loader.search_paths.append(_RESOURCES)
    return loader


_loader_of = lru_cache(10)(new_loader)


def _loader_of_session(session: boto3.session.Session) -> None:
    session._loader = session._session.get_component("data_loader")


@cache
def _model(loader: Any, service: str, version: str | None) -> ServiceModel:
    found = loader.load_service_model(service, "service-2", api_version=version)
    return ServiceModel(found, service_name=service)


def _model_of_client(creator: ClientCreator, name: str, version: str | None = None) -> ServiceModel:
    return _model(creator._loader, name, version)


_create_name_mapping = ClientCreator._create_name_mapping


@cache
def _names_of(model: ServiceModel) -> Any:
    return _create_name_mapping(None, model)


_PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy",
            "NO_PROXY", "no_proxy", "REQUEST_METHOD")  # fmt: skip


def _proxies(_: EndpointCreator, url: str) -> dict[str, str]:
    return dict(_proxies_of(url, tuple(map(os.environ.get, _PROXIES))))


@cache
def _proxies_of(url: str, _environment: tuple[str | None, ...]) -> dict[str, str]:
    """Else each client walks through the whole environment."""
    found: dict[str, str] = get_environ_proxies(url)
    return found


_tls_context = cache(create_urllib3_context)  # nothing here is encrypted
_providers: dict[tuple[int, Any], tuple[Any, EndpointProvider]] = {}


def _provider(
    ruleset_data: Any, partition_data: Any, excluded_params: Any = None
) -> EndpointProvider:
    """The rules for a service's endpoints, parsed, and what they said of each region."""
    key = id(ruleset_data), excluded_params and frozenset(excluded_params)
    if key not in _providers:  # with the data, which so keep their id
        made = EndpointProvider(ruleset_data, partition_data, excluded_params)
        _providers[key] = ruleset_data, made
    return _providers[key][1]


_scoped_config = botocore.session.Session.get_scoped_config


def _scoped(session: botocore.session.Session) -> Any:
    """Of a profile, which each of some hundred settings of a client looks up anew."""
    profile = session._session_instance_vars.get("profile")
    key = profile, os.environ.get("AWS_DEFAULT_PROFILE"), os.environ.get("AWS_PROFILE")
    known = session.__dict__.setdefault("_tests_scoped", {})
    if key not in known:
        known[key] = _scoped_config(session)
    return known[key]


_name_of = cache(EventAliaser(HierarchicalEmitter())._alias_event_name)


_takes_keywords = cache(accepts_kwargs)


def _takes(handler: Any) -> Any:
    """Of a method, what its function takes: the method is another one for each client."""
    return _takes_keywords(getattr(handler, "__func__", handler))


def _shared(trie: _PrefixTrie) -> _PrefixTrie:
    """A copy of what is called at which event, hundreds of nodes, with which each client begins:
    the nodes are one, as what is added (`_append`) or removed (`_removes`) changes none of them."""
    made = _PrefixTrie()
    made._root = trie._root
    return made


def _append(trie: _PrefixTrie, key: str, value: Any, section: int = 1) -> None:
    at = trie._root = _node(trie._root)
    for part in key.split("."):
        known = at["children"].get(part)
        found = _node(known) if known else {"chunk": part, "values": None, "children": {}}
        at["children"][part] = found
        at = found
    lists = at["values"] or ([], [], [])
    new = ([*each, value] if n == section else each for n, each in enumerate(lists))
    at["values"] = NodeList(*new)


def _node(node: dict[str, Any]) -> dict[str, Any]:
    return {**node, "children": dict(node["children"])}


@contextmanager
def _removes() -> Iterator[None]:
    remove = _PrefixTrie.remove_item

    def alone(trie: _PrefixTrie, key: str, value: Any) -> None:
        trie._root = trie._recursive_copy(trie._root)
        remove(trie, key, value)

    with mock.patch.object(_PrefixTrie, "remove_item", alone):
        yield


@contextmanager
def started_once() -> Iterator[None]:
    made: dict[ServiceModel, dict[str, Any]] = {}
    make = ClientCreator._create_methods

    def methods(creator: ClientCreator, model: ServiceModel) -> dict[str, Any]:
        if model not in made:
            made[model] = make(creator, model)
        return dict(made[model])

    with (
        mock.patch.object(botocore.session, "create_loader", _loader_of),
        mock.patch.object(boto3.session.Session, "_setup_loader", _loader_of_session),
        mock.patch.object(ClientCreator, "_load_service_model", _model_of_client),
        mock.patch.object(ClientCreator, "_create_methods", methods),
        mock.patch.object(ClientCreator, "_create_name_mapping", lambda _, model: _names_of(model)),
        mock.patch.object(EndpointCreator, "_get_proxies", _proxies),
        mock.patch.object(URLLib3Session, "_get_ssl_context", lambda _: _tls_context()),
        mock.patch.object(botocore.regions, "EndpointProvider", _provider),
        mock.patch.object(botocore.session.Session, "get_scoped_config", _scoped),
        mock.patch.object(botocore.hooks, "accepts_kwargs", _takes),
        mock.patch.object(EventAliaser, "_alias_event_name", lambda _, name: _name_of(name)),
        mock.patch.object(_PrefixTrie, "__copy__", _shared),
        mock.patch.object(_PrefixTrie, "append_item", _append),
        _removes(),
    ):
        yield
