"""Where an account in a condition meets more than itself.

What asks one key for one account asks it of another account alike. Asked for more (a pattern, a
number, a second account, or not to be one), the key may fit the one and not the other; and what a
resource's own account is differs from one to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from checker.trust.document.decode import as_list

_NAMED = re.compile(r"[0-9]{12}")
_OF_THE_RESOURCE = ("aws:resourceaccount", "s3:resourceaccount")
_Asked = tuple[str, bool]
"""A key, and whether an account stands in what is asked of it."""


def meets_more(policy: Any) -> bool:
    """Of a policy as it was decoded, or as text. Raises DecodeError."""
    if isinstance(policy, str) and policy.lstrip()[:1] == "{":
        policy = msgspec.json.decode(policy)
    found = as_list(policy.get("Statement")) if isinstance(policy, dict) else []
    statements = [one for one in found if isinstance(one, dict)]
    denied = [a for one in statements if one.get("Effect") != "Allow" for a in _asked(one)]
    return any(_meet([*_asked(one), *denied]) for one in statements if one.get("Effect") == "Allow")


def _meet(asked: list[_Asked]) -> bool:
    times = Counter(key for key, _ in asked)
    return any(named and (times[key] > 1 or key in _OF_THE_RESOURCE) for key, named in asked)


def _asked(statement: dict[str, Any]) -> Iterator[_Asked]:
    condition = statement.get("Condition")
    for keys in condition.values() if isinstance(condition, dict) else ():
        for key, value in keys.items() if isinstance(keys, dict) else ():
            yield key.lower(), _NAMED.search(msgspec.json.encode(value).decode()) is not None
