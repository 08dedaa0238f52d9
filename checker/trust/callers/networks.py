"""Whose VPC endpoint a call comes through: of one organization, with one path in it, or of none.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceorgpaths
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import checker.trust.texts.forms as forms
import checker.trust.texts.keys as keys
from checker.trust.callers.outsider import Outsider
from checker.trust.document.conditions import Value

ORGANIZATION, PATHS = "aws:vpceorgid", "aws:vpceorgpaths"


def one_network(values: Mapping[str, Value | None]) -> bool:
    """Whether one call can have these values; a key that is not asked for is not among them."""
    paths = values.get(PATHS) or ()
    paths = (paths,) if isinstance(paths, str) else paths
    if len(paths) > 1:
        return False
    if not values.keys() >= keys.ENDPOINTS:
        return True
    name = values[ORGANIZATION]
    return paths[0].startswith(f"{name}/") if paths else name is None


def in_networks(found: Iterable[Outsider], reads: frozenset[str]) -> Iterator[Outsider]:
    """Each through an endpoint of an organization, and through none. Services use none."""
    for one in found:
        if one.caller.family == "service" or reads.isdisjoint(keys.ENDPOINTS):
            yield one
            continue
        yield one.but(absent=keys.ENDPOINTS)
        units = (*one.units, forms.organization(ORGANIZATION, PATHS, None))
        yield one.but(units=units)
