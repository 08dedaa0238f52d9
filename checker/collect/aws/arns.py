"""Patterns of resources: whether one covers every resource of a kind, or a certain one."""

from __future__ import annotations

from checker.collect.aws.globs import includes

_ACCOUNT = "123456789012"  # for a pattern that names no account: any will do
_REGION = "us-east-1"
_SOMETHING = "\1"  # what a variable stands for is one text, and no name of anything else


def covers(pattern: str, service: str, rest: str, account: str | None = None) -> bool:
    """Whether a resource pattern covers all that is called `rest` of a service, in some region at
    least. `rest`: a pattern (`role/*`, `function:*`), whose `*` is never empty.

    `account`: that of the resources, where it matters.
    """
    pattern = _filled(pattern, _SOMETHING)
    if pattern and not pattern.strip("*"):
        return True
    wanted = rest.lower().replace("*", "?*")
    parts = pattern.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return includes(pattern, f"arn:aws:{service}:{_REGION}:{account or _ACCOUNT}:{wanted}")
    named, owner, name = parts[2], parts[4], parts[5]
    theirs = account is not None and owner.isdigit() and owner != account
    return not theirs and includes(named, service) and includes(name, wanted)


def is_one_of(arn: str, patterns: tuple[str, ...]) -> bool:
    """Whether an ARN fits one of the patterns, where variables may stand for anything."""
    return any(includes(_filled(one, "*"), arn.lower()) for one in patterns)


def _filled(pattern: str, text: str) -> str:
    """The pattern with `text` for each variable, such as `${aws:PrincipalAccount}`."""
    while (start := pattern.find("${")) >= 0 and (end := pattern.find("}", start)) >= 0:
        pattern = f"{pattern[:start]}{text}{pattern[end + 1 :]}"
    return pattern
