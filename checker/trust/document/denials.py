"""The denials of a policy that only denies, as a resource control policy does, and a policy with
them behind its own statements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from checker.trust.document.decode import as_list

Statement = dict[str, Any]
_OLD = "2008-10-17"
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""


def denials(policy: dict[str, Any]) -> Iterator[Statement]:
    """The statements that deny, each with the version of its document."""
    version = {"Version": policy.get("Version", _OLD)}
    for statement in as_list(policy.get("Statement")):
        if isinstance(statement, dict) and statement.get("Effect") == "Deny":
            yield statement | version


def with_denials(policy: dict[str, Any], denied: Iterable[Statement]) -> dict[str, Any]:
    """A policy with the denials of others behind its statements.

    `Version` decides whether variables are read as such, so a statement that has any gets no
    credit beside a policy of the other version.
    """
    version = policy.get("Version", _OLD)
    fitting = [
        {name: value for name, value in one.items() if name != "Version"}
        for one in denied
        if one["Version"] == version or "${" not in json.dumps(one)
    ]
    return policy | {"Statement": [*as_list(policy.get("Statement")), *fitting]}
