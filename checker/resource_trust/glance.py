"""The forms that most policies have which plainly are for our own, as we write them: told by their
bytes, in a third of the time. What is not known here is read (`plain`)."""

from __future__ import annotations

import re

import msgspec

from checker.resource_trust.plain import LONGEST

_TEXT, _ASCII = rb'[^"\\]', rb"[ !#-\[\]-~]"
STATEMENTS = 4
"""More of them are read one by one."""


def plain_form(partition: str, *, ascii_alone: bool = False) -> bytes:
    """The pattern of such policies. `ascii_alone`: what fits is JSON for sure."""
    char = _ASCII if ascii_alone else _TEXT
    act = rb'"(?:\*|[a-zA-Z0-9-]++:[A-Za-z0-9*]++)"'
    on = rb'"(?:arn:%b*+|\*)"' % char
    who = rb"(?:%b|%b)" % (_self(partition), _served(char))
    one = rb'\{"Action":%b,%b,"Resource":%b(?:,"Sid":"%b*+")?+\}' % (
        _some(act), who, _some(on), char,
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


def _served(char: bytes) -> bytes:
    """For a service that acts for one of our accounts."""
    return (
        rb'"Condition":\{(?:"StringEquals":\{"aws:SourceAccount":"([0-9]{12})"\}'
        rb'|"Arn(?:Like|Equals)":\{"aws:SourceArn":'
        rb'"arn:[a-z-]++:[a-z0-9-]++:[a-z0-9-]*+:([0-9]{12}):(?:(?!\$)%b)++"\})\}'
        rb',"Effect":"Allow","Principal":\{"Service":"[a-z0-9.-]+\.amazonaws\.com"\}'
    ) % char


class Glance:
    """Knows policies by themselves."""

    def __init__(self, own: frozenset[str], partition: str) -> None:
        self._own = frozenset([None, *(one.encode() for one in own)])
        self._whole = re.compile(plain_form(partition))

    def plainly_own(self, text: bytes | msgspec.Raw) -> bool:
        """Whether a policy, as JSON, lets in nobody outside, for sure. False: it may still."""
        found = self._whole.fullmatch(text)
        return found is not None and self._own.issuperset(found.groups()) and found.end() <= LONGEST
