"""Notes on an allowlist: actions in a scope that no trail shows, so that they limit nothing;
vendors of whose resources nothing is said, so that none is vetted."""

from __future__ import annotations

from collections.abc import Iterator

from checker.usage.actions import PASS_ROLE, table
from checker.usage.published import never_called
from checker.vetting.allowlist import Allowlist
from checker.vetting.resources import vets_no_resource
from checker.vetting.scope import vets_resources


def notes(allowlist: Allowlist) -> Iterator[str]:
    """Each with the line of its vendor, or of the first of them."""
    yield from _of_resources(allowlist)
    for index, vendor in enumerate(allowlist.file.vendors):
        usage = vendor.scope.usage
        named = {"denied": usage.denied, "actions": usage.actions or ()} if usage else {}
        for key, patterns in named.items():
            for pattern in patterns:
                named_by_event = pattern.partition(":")[0].lower() in table().none
                if not named_by_event and (actions := never_called(pattern)):
                    mark = allowlist.vendor_mark(index)
                    where = f"{mark.path or allowlist.path}:{mark.line}: {vendor.name}"
                    yield f"{where}: scope.usage.{key}: {_said(pattern, actions)}"


def _of_resources(allowlist: Allowlist) -> Iterator[str]:
    vendors = enumerate(allowlist.file.vendors)
    silent = [(index, one.name) for index, one in vendors if not vets_resources(one.scope)]
    if silent:
        mark = allowlist.vendor_mark(silent[0][0])
        said = vets_no_resource([name for _, name in silent])
        yield f"{mark.path or allowlist.path}:{mark.line}: {said}"


def _said(pattern: str, actions: tuple[str, ...]) -> str:
    if actions == (PASS_ROLE,):
        return f"{pattern} is no call, so no trail shows it; calls that pass a role count as it"
    are = "is" if actions == (pattern,) else "means actions that are"
    return f"{pattern} {are} no call of AWS's SDK: no trail shows it, but perhaps of a console"
