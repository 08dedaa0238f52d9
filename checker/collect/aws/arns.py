"""Patterns of resources: whether one covers every resource of a kind, or a certain one.

What an ARN lacks of its six parts is anything, as AWS has it; a wildcard may go over several.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

from checker.collect.aws.globs import includes

_ACCOUNT = "123456789012"  # for a pattern that names no account: any will do
_REGIONS = ("", "us-east-1")
_PARTS = 6
_SOMETHING = "\1"  # what a variable stands for is one text, and no name of anything else


def covers(pattern: str, service: str, rest: str, account: str | None = None) -> bool:
    """Whether a resource pattern covers all that is called `rest` of a service, in some region at
    least. `rest`: a pattern (`role/*`, `function:*`), whose `*` is never empty.

    `account`: that of the resources, where it matters.
    """
    pattern = _filled(pattern, _SOMETHING)
    wanted = rest.lower().replace("*", "?*")
    if pattern.count(":") < _PARTS - 1:
        whole = (f"arn:aws:{service}:{at}:{account or _ACCOUNT}:{wanted}" for at in _REGIONS)
        if any(includes(pattern, one) for one in whole):
            return True
    _, _, named, _, owner, name = _completed(pattern)
    ours = account is None or _SOMETHING in owner or includes(owner, account)
    return ours and pattern != "" and includes(named, service) and includes(name, wanted)


def is_one_of(arn: str, patterns: tuple[str, ...]) -> bool:
    """Whether an ARN fits one of the patterns, where variables may stand for anything."""
    filled = [_filled(one, "*") for one in patterns if one]
    whole = [":".join(_completed(one)) for one in filled]
    return any(includes(one, arn.lower()) for one in (*filled, *whole))


def is_of(pattern: str, account: str | None) -> bool:
    """Whether a pattern is of the resources of this account alone."""
    return account is not None and _completed(pattern)[4] == account


def _completed(pattern: str) -> list[str]:
    parts = pattern.split(":", _PARTS - 1)
    return parts + ["*"] * (_PARTS - len(parts))


def _filled(pattern: str, text: str) -> str:
    """The pattern with `text` for each variable, such as `${aws:PrincipalAccount}`."""
    while (start := pattern.find("${")) >= 0 and (end := pattern.find("}", start)) >= 0:
        pattern = f"{pattern[:start]}{text}{pattern[end + 1 :]}"
    return pattern
