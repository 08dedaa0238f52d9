"""Notes on an allowlist: actions in a scope that no trail shows, so that they limit nothing."""

from __future__ import annotations

from collections.abc import Iterator

from checker.usage.actions import PASS_ROLE, table
from checker.usage.published import never_called
from checker.vetting.allowlist import Allowlist


def notes(allowlist: Allowlist) -> Iterator[str]:
    """Each with the line of its vendor."""
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


def _said(pattern: str, actions: tuple[str, ...]) -> str:
    if actions == (PASS_ROLE,):
        return f"{pattern} is no call, so no trail shows it; calls that pass a role count as it"
    are = "is" if actions == (pattern,) else "means actions that are"
    return f"{pattern} {are} no call of AWS's SDK: no trail shows it, but perhaps of a console"
