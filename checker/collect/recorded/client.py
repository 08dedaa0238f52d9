"""Answers what was recorded in AWS's place: a source asks it as it asks AWS.

A call that nobody recorded fails, and is a gap like any other that failed. Of a listing that was
recorded whole, what a request selects is selected here, as AWS would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

import botocore
from botocore.exceptions import ClientError

from checker.collect.aws import (
    ancestry,
    clusters,
    codebuild,
    cognito,
    eks,
    iam,
    imagebuilder,
    images,
    permissions,
    templates,
)
from checker.collect.aws.aliases import PARAMETERS
from checker.collect.aws.calls import Call
from checker.collect.aws.code.builds import PROJECT
from checker.collect.aws.described import IMAGES
from checker.collect.recorded import code
from checker.collect.recorded.answers import Answers, Item, Place

NOT_GIVEN, TWICE = "NotGiven", "ToldTwice"
Request: TypeAlias = Mapping[str, Any]
Select: TypeAlias = Callable[[list[Any], Request, Place], list[Any] | None]
_GLOBAL = frozenset(("iam", "organizations"))
SHARED = f"{IMAGES.name}/shared"
"""Images of which nobody says that all own ones are among them."""
BESIDE = {iam.ROLES.name: "Policies"}
"""A second list in an answer; it is recorded as `CALL/LIST`."""


class Recorded:
    """What a service answered in a place."""

    offered, unreachable = True, False

    def __init__(self, answers: Answers, place: Place, service: str) -> None:
        self._answers, self._service = answers, service
        self._place = Place(place.account) if service in _GLOBAL else place

    def pages(self, method: str, request: Request) -> Iterator[Item]:
        """One page of all items. Raises ClientError where nobody recorded them."""
        call = _calls()[self._service, method]
        page = {call.key: self._selected(call, request)}
        beside = BESIDE.get(call.name)
        if beside is not None:
            page[beside] = self._answers.items(self._place, f"{call.name}/{beside}") or []
        yield page

    def call(self, method: str, request: Request) -> Item:
        """An answer that is no listing. Raises ClientError where nobody recorded it."""
        call = _calls()[self._service, method]
        found = self._selected(call, request)
        if not found:
            raise self._untold(call)
        if len(found) > 1:  # each is there once; so they differ
            text = "told twice, and not the same: give the newer of the files alone"
            raise _not_given(call, text, TWICE)
        return {call.key: found[0]} if call.key else found[0]

    def _selected(self, call: Call, request: Request) -> list[Any]:
        items = self._items(call, request)
        if items is None:
            code = "NotImplemented" if call == images.METADATA else NOT_GIVEN
            text = f"nothing that was given holds it: {self._means(call)}"
            known = self._answers.failures
            told = known.get((self._place.account, call.name)) or known.get((None, call.name))
            raise _not_given(call, *reversed(told or (code, text)))
        wants_one = set(request) - set(call.request)
        select = _SELECT.get(call.name)
        if select is None and wants_one:  # nobody can tell which of them is asked for
            raise self._untold(call)
        found = select(items, request, self._place) if select else items
        if found is None:
            raise self._untold(call)
        return found

    def _untold(self, call: Call) -> ClientError:
        return _not_given(call, f"nothing that was given tells it: {self._means(call)}")

    def _means(self, call: Call) -> str:
        """What would tell it."""
        means = self._answers.means
        return command(call) if means is None else means.get(call.name, "none of its tables does")

    def _items(self, call: Call, request: Request) -> list[Any] | None:
        """Images that were asked for by their ids do not tell which are the account's own."""
        items = self._answers.items(self._place, call.name)
        if call.name != IMAGES.name or "Owners" in request:
            return items
        more = self._answers.items(self._place, SHARED)
        return items if more is None else [*(items or ()), *more]


def command(call: Call) -> str:
    """What makes the output that is missing."""
    own = " --owners self" if call.name == IMAGES.name else ""
    return f"aws {call.service} {botocore.xform_name(call.operation, '-')}{own}"


def _not_given(call: Call, text: str, code: str = NOT_GIVEN) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": text}}, call.operation)


@cache
def _calls() -> Mapping[tuple[str, str], Call]:
    """By service and boto3's name of the method."""
    known = [*permissions.member_calls(), *code.calls()]
    return {(call.service, botocore.xform_name(call.operation)): call for call in known}


def _images(items: list[Any], request: Request, place: Place) -> list[Any]:
    """Own ones, or those of some ids."""
    if "Owners" in request:
        return [one for one in items if one.get("OwnerId") == place.account]
    wanted = {value for one in request.get("Filters", ()) for value in one["Values"]}
    return [one for one in items if one.get("ImageId") in wanted]


def _versions(items: list[Any], request: Request, _: Place) -> list[Any]:
    """Of one template, or the default and the latest of each, which is all else that is asked."""
    key = "LaunchTemplateId" if "LaunchTemplateId" in request else "LaunchTemplateName"
    if key in request:
        mine = [one for one in items if one.get(key) == request[key]]
        wanted = request.get("Versions")
        return [one for one in mine if not wanted or str(one.get("VersionNumber")) in wanted]
    latest: dict[str, int] = {}
    for one in items:
        template, number = str(one.get("LaunchTemplateId")), int(one.get("VersionNumber", 0))
        latest[template] = max(number, latest.get(template, 0))
    return [
        one
        for one in items
        if one.get("DefaultVersion")
        or int(one.get("VersionNumber", 0)) == latest[str(one.get("LaunchTemplateId"))]
    ]


def _within(key: str, asked: str) -> Select:
    """The same of a listing; None where none of it was recorded."""

    def select(items: list[Any], request: Request, _: Place) -> list[Any] | None:
        return [one for one in items if one.get(key) == request[asked]] or None

    return select


def _build_fleets(items: list[Any], request: Request, _: Place) -> list[Any] | None:
    wanted = set(request["names"])
    found = [one for one in items if wanted & {one.get("name"), one.get("arn")}]
    return found if len(found) == len(wanted) else None


def _projects(items: list[Any], request: Request, _: Place) -> list[Any]:
    """Of those that are not among them whoever asks says so."""
    return [one for one in items if one.get("name") in request["names"]]


def _by(key: str, asked: str) -> Select:
    """Those items whose `key` is what was asked for."""
    return lambda items, request, _: [one for one in items if one.get(key) == request[asked]]


def _chain(items: list[Any], request: Request, _: Place) -> list[Any]:
    """A chain begins with the image that was asked for."""
    wanted = {"ImageId": request["ImageId"]}
    firsts = [(one, [*one["ImageAncestryEntries"], None][0]) for one in items]
    return [
        one for one, first in firsts if isinstance(first, dict) and wanted.items() <= first.items()
    ]


def _parameters(items: list[Any], request: Request, _: Place) -> list[Any] | None:
    """By name or ARN, with a version or label behind it, as they are asked for."""
    names = set(request["Names"])

    def spellings(one: Item) -> set[str]:
        return {f"{one.get(key)}{one.get('Selector') or ''}" for key in ("Name", "ARN")}

    return [one for one in items if names & spellings(one)] or None


def _groups(items: list[Any], request: Request, _: Place) -> list[Any] | None:
    """Names of a cluster's groups; None where the cluster's were not recorded."""
    mine = [one for one in items if one.get("clusterName") == request["clusterName"]]
    return [name for one in mine for name in one["nodegroups"]] if mine else None


def _group(items: list[Any], request: Request, _: Place) -> list[Any]:
    wanted = (request["clusterName"], request["nodegroupName"])
    return [one for one in items if (one.get("clusterName"), one.get("nodegroupName")) == wanted]


_SELECT: dict[str, Select] = {
    IMAGES.name: _images,
    templates.VERSIONS.name: _versions,
    images.PERMISSIONS.name: _by("ImageId", "ImageId"),
    ancestry.ANCESTRY.name: _chain,
    iam.SAML_PROVIDER.name: _by("Arn", "SAMLProviderArn"),
    PARAMETERS.name: _parameters,
    eks.NODE_GROUPS.name: _groups,
    eks.NODE_GROUP.name: _group,
    imagebuilder.RECIPE.name: _by("arn", "imageRecipeArn"),
    codebuild.FLEET.name: _build_fleets,
    PROJECT.name: _projects,
    clusters.HYPERPOD.name: _by("ClusterName", "ClusterName"),
    clusters.NODE_GROUPS.name: _within("clusterId", "clusterIdentifier"),
    clusters.NODE_GROUP.name: _by("id", "computeNodeGroupIdentifier"),
    cognito.POOL.name: _by("IdentityPoolId", "IdentityPoolId"),
}
