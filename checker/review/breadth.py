"""How much a pattern leaves open: asked by inclusion of patterns, never by comparing with `*`.

`?*`, `**`, `["*", "D*"]` and `arn:aws:iam::*:role/*` all name nobody. So does one that names a
letter or two: whoever writes twenty-six of those has written `*`.
"""

from __future__ import annotations

import re

from checker.trust import includes
from checker.vetting.allowlist import VettedScope

TELLING = 3
"""Letters in a row that it takes to name something."""
_ACCOUNT = re.compile(r"[0-9]{12}")
_NOTHING = re.compile(r"(?!)")
_COMMON = re.compile(r"allowlist\.yaml#|arn:aws[a-z-]*|:[a-z][a-z0-9]*:|role/|instance/")
"""What stands in every resource of a kind."""
_WILD = re.compile(r"[*?]+")
_NAME = "?" * 24
_EVERYTHING = (
    f"arn:aws:iam::????????????:role/{_NAME}",
    f"arn:aws:iam::????????????:user/{_NAME}",
    f"arn:aws:ec2:??-????-?:????????????:instance/i-{'?' * 17}",
    f"arn:aws:ec2:??-????-?:????????????:launch-template/lt-{'?' * 17}",
    f"arn:aws:ec2:??-????-?:????????????:image/ami-{'?' * 17}",
    f"allowlist.yaml#{_NAME}",
)
"""One of each kind that findings are about, with everything left open that differs."""
Patterns = tuple[str, ...] | None


def blanket(resource: str, principal: str) -> bool:
    """Whether an exception names no resource: all of some kind, wherever they are; for whoever it
    is, all of an account."""
    if not _WILD.search(resource):
        return False
    if any(includes(resource, _any_partition(one, resource)) for one in _EVERYTHING):
        return True
    parts = resource.split(":", 5)
    if len(parts) < 6:
        account = _ACCOUNT if principal == "*" else _NOTHING
        return not _telling(account.sub("*", _COMMON.sub("*", resource)))
    named = _telling(_name(parts[5]))
    return not named and (principal == "*" or not _ACCOUNT.fullmatch(parts[4]))


def unbounded(scope: VettedScope) -> bool:
    """Whether nothing is left that limits where and as whom a vendor may be trusted."""
    limits = (scope.roles, scope.principals, scope.images)
    return all(limitless(limit) for limit in limits) and scope.in_accounts is None


def limitless(patterns: Patterns) -> bool:
    """Whether a list of patterns leaves out next to nothing: one names nothing, or together they
    begin with most letters that there are."""
    if patterns is None:
        return True
    names = [_name(p.split(":", 5)[-1]) if p.startswith("arn:") else _image(p) for p in patterns]
    if any(not _WILD.sub("", name) for name in names):
        return True
    return 2 * len({name[0].lower() for name in names if _opens(name)}) > len("abcdefghijklmnop")


def _opens(name: str) -> bool:
    """A first letter and hardly more."""
    return name[0] not in "*?" and includes(name, name[0] + "?" * 62)


def _name(resource: str) -> str:
    """What follows the kind, which every resource of it has: `role/`, `instance/i-`."""
    kind, slash, name = resource.partition("/")
    if not slash:
        return "" if _WILD.sub("", kind) in ("", "root") else kind
    return _image(name)


def _image(name: str) -> str:
    return re.sub(r"^(ami|i|lt)-", "", name)


def _telling(text: str) -> bool:
    return any(len(run) >= TELLING for run in _WILD.split(text.strip("/#:")))


def _any_partition(one: str, resource: str) -> str:
    """The same in the partition that the exception names."""
    for partition in ("aws-cn", "aws-us-gov"):
        if resource.startswith(f"arn:{partition}:"):
            return one.replace("arn:aws:", f"arn:{partition}:")
    return one
