"""Outputs that do not say what they are of, and that others beside them tell all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.collect.aws import eks, iam, templates
from checker.collect.recorded.answers import Answers, Place

NAMES = f"{eks.NODE_GROUPS.name}/names"
"""Where lists of names wait of which no one tells the cluster."""
OF_ONE = f"{templates.VERSIONS.name}/one"
"""Where versions wait that were asked for one template: of others they tell nothing."""


def match(answers: Answers) -> None:
    """Gives each list of node groups its cluster, and each SAML metadata its provider."""
    for place in list(answers.given):
        _node_groups(answers, place)
        _saml(answers, place)


def _node_groups(answers: Answers, place: Place) -> None:
    """`list-nodegroups` tells names alone: a list is that of the cluster of which just these were
    described; of clusters without any description, each needs an empty list."""
    lists = [sorted(one["nodegroups"]) for one in answers.items(place, NAMES) or ()]
    described: dict[str, list[str]] = {}
    for one in answers.items(place, eks.NODE_GROUP.name) or ():
        described.setdefault(one["clusterName"], []).append(one["nodegroupName"])
    for cluster in answers.items(place, eks.CLUSTERS.name) or ():
        names = sorted(described.get(cluster, []))
        if names in lists:
            lists.remove(names)
            answers.add(
                place, eks.NODE_GROUPS.name, [{"clusterName": cluster, "nodegroups": names}]
            )


def _saml(answers: Answers, place: Place) -> None:
    """`get-saml-provider` tells no name, but when the provider was made and ends, as the listing
    does."""
    documents = answers.items(place, iam.SAML_PROVIDER.name) or []
    listed = answers.items(place, iam.SAML_PROVIDERS.name) or []
    found: list[Any] = []
    for one in documents:
        mine = [other["Arn"] for other in listed if _times(other) == _times(one)]
        known = {"Arn": mine[0]} if len(mine) == 1 and any(_times(one)) else {}
        found.append({**one, **known})
    if documents:
        answers.given[place][iam.SAML_PROVIDER.name].items = found


def _times(one: Mapping[str, Any]) -> tuple[Any, Any]:
    return one.get("CreateDate"), one.get("ValidUntil")
