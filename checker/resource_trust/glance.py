"""The forms that most policies have which plainly are for our own, as we write them: told by their
bytes, in a third of the time. What is not known here is read (`plain`)."""

from __future__ import annotations

import re

import msgspec

from checker.resource_trust.plain import LONGEST

_CHAR = rb"[ !#-\[\]-~]"
STATEMENTS, _WHOSE = 4, 3
"""More statements are read one by one; of each, one of so many groups tells whose it is."""


def plain_form(partition: str) -> bytes:
    """The pattern of such policies."""
    act = rb'"(?:\*|[a-zA-Z0-9-]++:[A-Za-z0-9*]++)"'
    on = rb'"(?:arn:%b*+|\*)"' % _CHAR
    who = rb"(?:%b|%b)" % (_self(partition), _SERVED)
    one = rb'\{"Action":%b,%b,"Resource":%b(?:,"Sid":"%b*+")?+\}' % (
        _some(act), who, _some(on), _CHAR,
    )  # fmt: skip
    every = one + b"".join([b"(?:," + one] * (STATEMENTS - 1)) + b")?+" * (STATEMENTS - 1)
    return rb'\{"Statement":\[%b\],"Version":"2012-10-17"\}' % every


def _some(one: bytes) -> bytes:
    return rb"(?:%b|\[%b(?:,%b)*+\])" % (one, one, one)


def _self(partition: str) -> bytes:
    """For a principal of one of our accounts."""
    return (
        rb'"Effect":"Allow","Principal":'
        rb'\{"AWS":"arn:%b:iam::([0-9]{12}):(?:root|(?:role|user)/[\w+=,.@/-]++)"\}'
    ) % re.escape(partition.encode())


_SERVED = (
    rb'"Condition":\{(?:"StringEquals":\{"aws:SourceAccount":"([0-9]{12})"\}'
    rb'|"Arn(?:Like|Equals)":\{"aws:SourceArn":'
    rb'"arn:[a-z-]++:[a-z0-9-]++:[a-z0-9-]*+:([0-9]{12}):[ !#%-\[\]-~]++"\})\}'
    rb',"Effect":"Allow","Principal":\{"Service":"[a-z0-9.-]+\.amazonaws\.com"\}'
)
"""For a service that acts for one of our accounts."""


class Glance:
    """Knows policies by themselves."""

    def __init__(self, own: frozenset[str], partition: str) -> None:
        self._own = frozenset([None, *(one.encode() for one in own)])
        self._whole = re.compile(plain_form(partition)).fullmatch

    def plainly_own(self, text: bytes | msgspec.Raw) -> bool:
        """Whether a policy, as JSON, lets in nobody outside, for sure. False: it may still."""
        found = self._whole(text)
        if found is None or found.end() > LONGEST:
            return False
        last = found.lastindex or 0
        return found[last] in self._own if last <= _WHOSE else self._own.issuperset(found.groups())
