"""ARNs: where the patterns of a policy meet what stands behind it.

The six parts match one by one; `*` and `?` do not cross a colon but in the last of them
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html). What is not such a
pattern may match in an Allow, and gets no credit in a Deny.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import checker.trust.texts.globs as globs
from checker.access.kinds import Kind
from checker.access.model import Resource
from checker.trust.texts.globs import unbounded

_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_SHORT = "execute-api:"
_FRESH = "zqxjkvwy"


def behind(kind: Kind, resource: Resource) -> dict[str, str]:
    """Each suffix of the kind → the pattern of ARNs that it stands for; only its end is open."""
    parts = resource.arn.split(":", 5)
    partition, region, account = (parts + [""] * 5)[1], (parts + [""] * 5)[3], (parts + [""] * 5)[4]
    names = {
        "partition": partition or "aws",
        "region": region or resource.region or "us-east-1",
        "account": account or resource.account or "",
        "name": parts[-1].partition("/")[2],
        "last": parts[-1].rpartition("/")[2],
    }
    every = {one for several in kind.behind.values() for one in several}
    own = globs.literal(resource.arn)
    return {
        one: one.format(**names) if one.startswith("arn:") else own + one for one in sorted(every)
    }


def meet(pattern: str, target: str) -> list[str]:
    """Patterns which together hold what of `target` an Allow's pattern may mean."""
    pattern = _VARIABLE.sub("*", pattern)
    if pattern.startswith(_SHORT):  # of API Gateway: this API's
        pattern = target.partition("/")[0] + pattern.removeprefix(_SHORT)
    if pattern == "*":
        return [target]
    mine, theirs = pattern.split(":", 5), target.split(":", 5)
    if len(mine) < 6 or len(theirs) < 6:
        return globs.meets(pattern, target, unbounded)
    if not all(globs.matches(a, globs.plain(b)) for a, b in zip(mine[:5], theirs[:5], strict=True)):
        return []
    head = ":".join(theirs[:5])
    return [f"{head}:{tail}" for tail in globs.meets(mine[5], theirs[5], unbounded)]


def matches(pattern: str, arn: str, *, surely: bool) -> bool:
    """Whether an ARN fits a pattern: `surely`, or as far as anybody can tell."""
    whole = pattern == "*" or pattern.startswith(_SHORT) or pattern.count(":") >= 5
    if surely and ("${" in pattern or not whole):
        return False
    return bool(meet(pattern, globs.literal(arn)))


def samples(patterns: Iterable[str], all_patterns: Iterable[str]) -> Iterator[str]:
    """For each pattern an ARN that fits only those other patterns which hold all of it.

    Its stars are filled with a letter that no pattern has, more often than any pattern has `?`.
    """
    texts = list(all_patterns)
    used = set("".join(texts))
    letter = next((one for one in _FRESH + "0123456789" if one not in used), "\u0436")
    often = 1 + max((text.count("?") for text in texts), default=0)
    for pattern in dict.fromkeys(patterns):
        yield globs.plain(pattern.replace("?", letter).replace("*", letter * often))
