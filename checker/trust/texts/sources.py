"""What an ARN in aws:SourceArn can be: a resource of the service that calls, as AWS spells such.

Told apart are services whose sources people write down; any other may have any ARN.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
https://docs.aws.amazon.com/service-authorization/latest/reference/ (resource types of each service)
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from checker.patterns import pattern


class Look(msgspec.Struct, frozen=True):
    """`forms`: what may stand in the last part of its ARNs, colon by colon: `@` a type's name, `*`
    any text; empty where names may hold colons. `bare`: whether some of its ARNs name no account.
    """

    forms: tuple[str, ...] = ("*",)
    bare: bool = False

    def has(self, account: str, rest: str) -> bool:
        """Whether an ARN of the service may be of that account, and end so."""
        ends = not self.forms or any(_is_of(rest.split(":"), one.split(":")) for one in self.forms)
        return ends and (self.bare or bool(account))


def _is_of(parts: list[str], form: list[str]) -> bool:
    return len(parts) == len(form) and all(map(_fits, parts, form))


def _fits(part: str, form: str) -> bool:
    return form == "*" or (part[:1].islower() if form == "@" else part == form)


LOOKS = {
    "s3": Look(bare=True),
    "s3express": Look(),
    "sns": Look(),
    "events": Look(),
    "cloudfront": Look(),
    "cloudtrail": Look(),
    "config": Look(),
    "ses": Look(("*", "@:@")),  # receipt-rule-set/NAME:receipt-rule/NAME
    "lambda": Look(("@:*", "@:*:*")),  # function:NAME:ALIAS
    "logs": Look(("@:*", "@:*:*", "@:*:log-stream:*")),  # log-group:NAME:*
    "execute-api": Look(()),  # paths of an API
    "apigateway": Look((), bare=True),
}
"""By what ARNs call a service."""
_SENT = {
    **{name: (name,) for name in LOOKS if name not in ("s3express", "execute-api")},
    "apigateway": ("execute-api", "apigateway"),
    "s3": ("s3", "s3express"),
    "logging.s3": ("s3",),
}
"""Which of them each service has as its sources, and no others."""
_REGION = pattern(r"[a-z]{2,3}(?:-[a-z]+)+-[0-9]+")
_IN_REGION = pattern(r"[a-z-]*[0-9]?")
_ACCOUNT = pattern("[0-9]{12}")
_SUFFIX = pattern(r"\.amazonaws\.com(?:\.cn)?$")


def told(service: str) -> str:
    """The service without its region, where its sources are known; else nothing."""
    name = ".".join(
        one for one in _SUFFIX.sub("", service).split(".") if not _REGION.fullmatch(one)
    )
    return name if name in _SENT else ""


def sources(service: str, texts: Iterable[str]) -> dict[str, Look]:
    """What the service's sources look like. Of a service that is not known, as far as patterns
    name others that are: it may have any source beside these."""
    known = _SENT.get(told(service))
    if known is None:
        several = list(texts)
        known = tuple(one for one in LOOKS if any(one in text for text in several))
    return {one: LOOKS[one] for one in known}


def by_part(service: str, glob: str) -> bool:
    """Whether the service's sources fit a pattern part by part alone, though wildcards may cross
    colons: no ARN has colons enough for more, nor another part that could be the account."""
    begin = glob.split(":")[:3]
    known = _SENT.get(told(service), ())
    if begin[2:] and begin[2] in LOOKS and not any(sign in one for one in begin for sign in "*?"):
        known = (begin[2],)
    forms = [form for one in known for form in LOOKS[one].forms or ("",)]
    most = max((form.count(":") for form in forms), default=0)
    if not known or "" in forms or glob.count(":") < 5:
        return False
    if not most:
        return glob.count(":") == 5
    typed = all(form[0] == "@" for form in forms if ":" in form)
    return (
        typed and _ACCOUNT.fullmatch(glob.split(":")[4]) is not None and glob.count(":") > 3 + most
    )


def possible(service: str, arn: str) -> bool:
    """Whether a call of the service may have this source."""
    _, _, vendor, region, account, rest = arn.split(":", 5)
    look, known = LOOKS.get(vendor), _SENT.get(told(service))
    sent = known is None or vendor in known
    looks = look is None or look.has(account, rest)
    return sent and looks and _IN_REGION.fullmatch(region) is not None


def some(vendor: str) -> str:
    """The last part of an ARN of the service's, made up."""
    look = LOOKS.get(vendor, Look())
    return re.sub("[@*]", "wzqx", look.forms[0] if look.forms else "*")
