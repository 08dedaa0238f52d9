"""What a value of a condition key looks like: stretches of text, for a search through all values.

Where AWS documents a form, the first shape is that form, so that a value found is one that could
be sent; a last, wider shape stands for whatever else the key's domain admits.
"""

from __future__ import annotations

import re
import string
from functools import lru_cache
from itertools import product

import msgspec

import checker.trust.texts.keys as keys
from checker.partitions import HOME_REGION
from checker.trust.texts.automata import Segment
from checker.trust.texts.sources import Look

LOWER_DIGITS = frozenset(string.ascii_lowercase + string.digits)
NAME = frozenset(string.ascii_letters + string.digits + "_+=,.@-")
_EXTERNAL = NAME | frozenset(":/")
_PATH = frozenset(map(chr, range(33, 127))) - frozenset("*?")
_DIGIT = frozenset(string.digits)
_UPPER_DIGITS = frozenset(string.ascii_uppercase + string.digits)
_HOST = LOWER_DIGITS | frozenset(string.ascii_uppercase + "-._~/:%")
_PRIVATE = frozenset("\ue000\ue001")


class Shape(msgspec.Struct, frozen=True):
    """One form of a text, and which of its segments, first to last, are the value of which key.
    `widest`: it includes the forms before it, which are there for what they look like."""

    segments: tuple[Segment, ...]
    spans: dict[str, tuple[int, int]]
    widest: bool = False


def text(found: str) -> Segment:
    return Segment(found)


def _some(chars: frozenset[str], least: int, most: int = 1_000) -> Segment:
    return Segment(None, chars.__contains__, least, most)


DIGITS = _some(frozenset(string.digits), 12, 12)
_ORGANIZATION = (text("o-"), _some(LOWER_DIGITS, 10, 32))
_UNIT_ID = _some(LOWER_DIGITS, 4, 32)
_LONG_ID = _some(LOWER_DIGITS, 8, 32)


def whole(key: str, *forms: tuple[Segment, ...]) -> tuple[Shape, ...]:
    """Shapes of a text that is the value of one key."""
    return tuple(Shape(form, {key: (0, len(form) - 1)}) for form in forms)


@lru_cache(maxsize=256)
def organization(key: str, path_key: str, name: str | None) -> tuple[Shape, ...]:
    """An organization (any, without a name) and a path in it: root, and up to five units."""
    head = _ORGANIZATION if name is None else (text(name),)
    unit = (text("ou-"), _UNIT_ID, text("-"), _LONG_ID, text("/"))
    root = (*head, text("/r-"), _UNIT_ID, text("/"))
    forms = (root + unit * depth for depth in range(6))
    return tuple(
        Shape(form, {key: (0, len(head) - 1), path_key: (0, len(form) - 1)}) for form in forms
    )


def account_part(account: str | None) -> Segment:
    return DIGITS if account is None else text(account)


@lru_cache(maxsize=4096)
def identity(form: str, partition: str, account: str | None) -> tuple[Shape, ...]:
    """aws:PrincipalArn of a role, user or federated user, with its account and user name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    service = "sts" if form == "federated-user" else "iam"
    head = (text(f"arn:{partition}:{service}::"), account_part(account), text(f":{form}/"))
    name = _some(NAME, 2, 32) if form == "federated-user" else _some(NAME, 1, 64)
    paths: list[tuple[Segment, ...]] = [()]
    if form != "federated-user":
        paths.append((_some(_PATH, 1, 510), text("/")))
    return tuple(_identity((*head, *path, name), form) for path in paths)


def _identity(form: tuple[Segment, ...], kind: str) -> Shape:
    end = len(form) - 1
    spans = {"aws:principalarn": (0, end), "aws:principalaccount": (1, 1)}
    if kind == "user":
        spans["aws:username"] = (end, end)
    return Shape(form, spans)


def session_role(head: str, name: str) -> tuple[Shape, ...]:
    """aws:PrincipalArn of a role whose path isn't known: its session's ARN leaves it out."""
    plain = (text(f"{head}:role/{name}"),)
    return whole(
        "aws:principalarn", plain, (text(f"{head}:role/"), _some(_PATH, 1, 510), text(f"/{name}"))
    )


@lru_cache(maxsize=4096)
def userid(form: str, account: str | None, session: str = "") -> tuple[Shape, ...]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    if form == "federated-user":
        return whole("aws:userid", (account_part(account), text(":"), _some(NAME, 2, 32)))
    name = text(session) if session else _some(NAME, 2, 64)
    tail = (text(":"), name) if form == "role" else ()
    head = text("AROA" if form == "role" else "AIDA")
    return whole(
        "aws:userid",
        (head, _some(_UPPER_DIGITS, 17, 17), *tail),
        (head, _some(_UPPER_DIGITS, 12, 124), *tail),
    )


def issuer(head: str) -> tuple[Shape, ...]:
    """The ARN of an OIDC provider, whose host and path follow `head`.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    host = (
        _some(LOWER_DIGITS | {"-"}, 1, 63),
        text("."),
        _some(frozenset(string.ascii_lowercase), 2, 8),
    )
    plain, wide = whole("aws:federatedprovider", (text(head), *host), (text(head), _some(_HOST, 1)))
    return plain, msgspec.structs.replace(wide, widest=True)


def service_name() -> tuple[Shape, ...]:
    names = frozenset(LOWER_DIGITS | set("-."))
    return whole("aws:principalservicename", (_some(names, 1, 63), text(".amazonaws.com")))


VENDOR = "aws:sourcearn#service"
"""No key, but the part of a source's ARN that tells whose it is."""


def source_arns(
    partition: str, looks: dict[str, Look], *, anchors: bool, others: bool
) -> list[tuple[tuple[Shape, ...], ...]]:
    """aws:SourceArn with and without aws:SourceAccount; some ARNs, such as S3's, have no account.
    `looks`: services whose ARNs are of a form of their own; `others`: and all but these. `anchors`:
    those of IAM Roles Anywhere alone.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
    https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
    """
    head = text(f"arn:{partition}:")
    if anchors:
        named = _some(LOWER_DIGITS | set(string.ascii_uppercase + "-"), 1, 64)
        segments = (*_source(head, text("rolesanywhere"), DIGITS), text("trust-anchor/"), named)
        return [((_tied(segments),),), ((_alone(segments),),)]
    any_service = _some(LOWER_DIGITS | set("-"), 1, 63)
    anything = (_some(_PATH | {" "}, 1),)
    every, bare = ([(*_source(head, any_service, *of), *anything)] * others for of in _ACCOUNTS)
    for vendor, look in looks.items():
        rest = [_last(one) for one in look.forms] or [anything]
        every += ((*_source(head, text(vendor), DIGITS), *one) for one in rest)
        if look.bare:
            bare += ((*_source(head, text(vendor)), *one) for one in rest)
    tied, alone = tuple(map(_tied, every)), tuple(map(_alone, every))
    found: list[tuple[tuple[Shape, ...], ...]] = [(tied,), (alone,)]
    if bare:
        without = tuple(map(_alone, bare))
        found += [(without,), (without, whole("aws:sourceaccount", (DIGITS,)))]
    return found


_TYPE = _some((_PATH | {" "}) - {":"}, 0)
_PART = _some((_PATH | {" "}) - {":"}, 1)
_LETTER = _some(frozenset(string.ascii_lowercase), 1, 1)
_ACCOUNTS: tuple[tuple[Segment, ...], ...] = ((DIGITS,), ())


def _source(head: Segment, vendor: Segment, *account: Segment) -> tuple[Segment, ...]:
    region = _some(frozenset(string.ascii_lowercase + "-"), 0, 31), _some(_DIGIT, 0, 1)
    return head, vendor, text(":"), *region, text(":"), *account, text(":")


def _last(form: str) -> tuple[Segment, ...]:
    """The last part of an ARN, as `sources.Look` writes it."""
    segments: list[Segment] = []
    for one in form.split(":"):
        segments += [text(":")] * bool(segments)
        segments += {"*": (_PART,), "@": (_LETTER, _TYPE)}.get(one, (text(one),))
    return tuple(segments)


def _alone(segments: tuple[Segment, ...]) -> Shape:
    spans = {"aws:sourcearn": (0, len(segments) - 1)}
    return Shape(segments, spans if segments[1].text else spans | {VENDOR: (1, 1)})


def _tied(segments: tuple[Segment, ...]) -> Shape:
    alone = _alone(segments)
    return Shape(segments, alone.spans | {"aws:sourceaccount": (6, 6)})


@lru_cache(maxsize=4096)
def free(key: str) -> tuple[Shape, ...]:
    """Shapes of a key that has nothing to do with who calls."""
    found = keys.domain(key)
    if found is keys.ORG_PATH:
        every = organization("", "path", None)
        return tuple(Shape(one.segments, {key: one.spans["path"]}) for one in every)
    if key == keys.EXTERNAL_ID:
        return whole(key, (_some(_EXTERNAL, 2, 1224),))
    if key in keys.SESSION_NAMES:
        return whole(key, (_some(NAME, 2, 64),))
    return whole(key, *(_FORMS.get(found) or _texts(key)))


def _texts(key: str) -> list[tuple[Segment, ...]]:
    """Any text, and first what looks like a value of the key."""
    outside = frozenset() if keys.domain(key).fullmatch("\ue000") else _PRIVATE
    found: list[tuple[Segment, ...]] = []
    if head := keys.shape(key).removesuffix("*"):
        found.append((text(head), _some(LOWER_DIGITS, 8, 17)))
    found.append((Segment(None, lambda char: char not in outside and not _surrogate(char), 1),))
    return [*found, (text(""),)] if keys.domain(key).fullmatch("") else found


def _arn(partition: str) -> tuple[Segment, ...]:
    part = _some(LOWER_DIGITS | set("-"), 1, 63)
    maybe = _some(LOWER_DIGITS | set("-"), 0, 63)
    rest = Segment(None, lambda char: char not in _PRIVATE and not _surrogate(char), 1)
    colon = text(":")
    return (text(f"arn:{partition}:"), part, colon, maybe, colon, maybe, colon, rest)


def _surrogate(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"


def _in_tag(char: str) -> bool:
    return keys.TAG.fullmatch(char) is not None


def _digit(some: str, count: int = 1) -> Segment:
    return _some(frozenset(some), count, count)


def _durations() -> list[tuple[Segment, ...]]:
    """Numbers as `keys.DURATION` has them."""
    tens = "0123456789"
    return [
        (_digit(tens[1:]), _digit(tens, 3)),
        (text("9"), _digit(tens, 2)),
        (_digit("123"), _digit(tens, 4)),
        (text("4"), _digit("012"), _digit(tens, 3)),
        (text("43"), _digit("01"), _digit(tens, 2)),
        (text("43200"),),
    ]


def _moments() -> list[tuple[Segment, ...]]:
    """Times as `keys.MOMENT` has them, the tens of month, day and hour apart."""
    tens = "0123456789"
    year, sixty = _some(frozenset(tens), 4, 4), (_digit("012345"), _digit(tens))
    months = ((text("0"), _digit(tens[1:])), (text("1"), _digit("012")))
    days = ((_digit("12"), _digit(tens)), (text("0"), _digit(tens[1:])), (text("3"), _digit("01")))
    hours = ((_digit("01"), _digit(tens)), (text("2"), _digit("0123")))
    clock = (text(":"), *sixty, text(":"), *sixty, text("Z"))
    return [
        (year, text("-"), *month, text("-"), *day, text("T"), *hour, *clock)
        for month in months
        for day in days
        for hour in hours
    ]


_OCTETS = (
    (_some(_DIGIT, 1, 2),),
    (_some(frozenset("12"), 1, 1), Segment(None, _DIGIT.__contains__, 2, 2, "0123456789")),
)
"""Of one or two digits, and of three, which begin with 1 or 2."""


def _addresses() -> list[tuple[Segment, ...]]:
    """IPv4's, shortest first."""
    return [
        (*a, text("."), *b, text("."), *c, text("."), *d)
        for a, b, c, d in product(_OCTETS, repeat=4)
    ]


_HEX = frozenset("0123456789abcdef")
_NAME = _some(LOWER_DIGITS | set("-."), 1, 63)
_FORMS: dict[re.Pattern[str], list[tuple[Segment, ...]]] = {
    keys.ACCOUNT: [(DIGITS,)],
    keys.ORGANIZATION: [_ORGANIZATION],
    keys.BOOLEAN: [(text("true"),), (text("false"),)],
    keys.ADDRESS: [
        *_addresses(),
        (*(one for _ in range(7) for one in (_some(_HEX, 1, 4), text(":"))), _some(_HEX, 1, 4)),
        (_some(_HEX, 0, 4), text(":"), _some(_HEX | {":"}, 0, 34)),
    ],
    keys.MOMENT: _moments(),
    keys.DURATION: _durations(),
    keys.INTEGER: [(_some(frozenset(string.digits), 1, 12),)],
    keys.PRINCIPAL_TYPE: [(text(one),) for one in keys.PRINCIPAL_TYPES],
    keys.SERVICE: [(_NAME, text(".amazonaws.com")), (_NAME, text(".amazonaws.com.cn"))],
    keys.ANY_ARN: [_arn(one) for one in HOME_REGION],
    keys.TAG: [(Segment(None, _in_tag, 0, 256),)],
}
